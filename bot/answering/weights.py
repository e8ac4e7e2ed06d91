"""The learned weights, read from weights.yaml."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bot.made import yaml_data

WEIGHTS = Path(__file__).parent / "weights.yaml"


class Model(NamedTuple):
    """Weights for one sort of knowledge.

    Attributes:
        ranking: what each piece of evidence adds to a sentence's place in the order.
        confidence: the logistic model of the chance that the first sentence answers, with its intercept.
    """

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]


class Weights(NamedTuple):
    """All that was learned.

    Attributes:
        hinted: for knowledge whose passages have hints.
        plain: for knowledge without.
        threshold: by the names of the models, the chance from which an answer is given.
    """

    hinted: Model
    plain: Model
    threshold: Mapping[str, float]


def shipped_weights() -> Weights:
    """The weights that come with the program."""
    data: Any = yaml_data(WEIGHTS)
    return Weights(Model(**data["hinted"]), Model(**data["plain"]), data["threshold"])
