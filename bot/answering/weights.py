"""The learned weights, read from weights.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Model:
    """Weights for one sort of knowledge.

    Attributes:
        ranking: what each piece of evidence adds to a sentence's place in the order.
        confidence: the logistic model of the chance that the first sentence answers, with its intercept.
    """

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Weights:
    """All that was learned.

    Attributes:
        hinted: for knowledge whose passages have hints.
        plain: for knowledge without.
        threshold: an answer is given from this chance on.
    """

    hinted: Model
    plain: Model
    threshold: float


def shipped_weights() -> Weights:
    """The weights that come with the program."""
    data = yaml.load((resources.files("bot.answering") / "weights.yaml").read_text(encoding="utf-8"), _LOADER)
    return Weights(Model(**data["hinted"]), Model(**data["plain"]), data["threshold"])
