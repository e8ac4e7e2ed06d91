"""The learned weights, read from weights.yaml."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

import yaml

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Weights:
    """See weights.yaml."""

    ranking: Mapping[str, float]
    confidence: Mapping[str, float]
    threshold: float


def shipped_weights() -> Weights:
    """The weights that come with the program."""
    data = yaml.load((resources.files("bot.answering") / "weights.yaml").read_text(encoding="utf-8"), _LOADER)
    return Weights(data["ranking"], data["confidence"], data["threshold"])
