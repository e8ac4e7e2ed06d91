"""The learned weights, read from weights.yaml."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from bot.made import yaml_data
from bot.named import NamedTuple

WEIGHTS = Path(__file__).parent / "weights.yaml"


class Model(NamedTuple):
    """Weights for one sort of knowledge.

    Attributes:
        ranking: what each piece of evidence adds to a sentence's place in the order.
        confidence: the logistic model of the chance that the first sentence answers, with its intercept.
        verified: the same for a passage that was read together with the question; empty where none is.
    """

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    verified: Mapping[str, float] = MappingProxyType({})


class Weights(NamedTuple):
    """All that was learned.

    Attributes:
        models: by name: `hinted` for knowledge whose passages have hints, `plain` for knowledge without; `hinted_vectors` and
            `plain_vectors` for the same where sentences have vectors.
        threshold: by the same names, the chance from which an answer is given.
    """

    models: Mapping[str, Model]
    threshold: Mapping[str, float]


HINTED, PLAIN = "hinted", "plain"


def model_name(hinted: bool, vectors: bool) -> str:
    """The name of the model for one sort of knowledge."""
    return (HINTED if hinted else PLAIN) + ("_vectors" if vectors else "")


def shipped_weights() -> Weights:
    """The weights that come with the program."""
    data: Any = yaml_data(WEIGHTS)
    threshold = data["threshold"]
    return Weights({name: Model(**data[name]) for name in threshold}, threshold)
