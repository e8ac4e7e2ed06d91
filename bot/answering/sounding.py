"""What a message sounds like that no pattern knows: the vector of the whole message, with the parts of meaning that are in it.

A logistic model of as many classes as there are routes, and one for what is searched for: exp(w·x + b) of a class over the sum of those of
all (multinomial logistic regression). Its numbers stand in sounding_weights.json and are made by `python -m benchmarks.fit_sounding`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bot.answering import danger, routes
from bot.answering.reply import Reason, Route
from bot.language.patterns import Patterns
from bot.language.tokens import clean, fold

if TYPE_CHECKING:
    from bot.answering.nearness import TextEncoder

MODEL = Path(__file__).parent / "sounding_weights.json"

SEARCHED = "search"
"""The class of messages that are searched for."""

PARTS_OF = {"danger": danger.PATTERNS, "danger_parts": danger.PARTS, "route_parts": routes.PARTS}
"""The files of patterns whose names may be features of the model: 'danger_parts/child' is 1 where that pattern is in a text."""

REASONS: Mapping[Route, Reason] = {
    Route.COMPLAINT: Reason.COMPLAINT,
    Route.INSULT: Reason.INSULT,
    Route.THANKS: Reason.THANKS,
    Route.ABOUT_BOT: Reason.WHO_ARE_YOU,
    Route.PRIVACY: Reason.PRIVACY,
    Route.OVERVIEW: Reason.OVERVIEW,
    Route.SMALLTALK: Reason.CHAT,
}
"""The fixed reply of each route that is told by its sound; danger has a threshold of its own."""


class _Model(NamedTuple):
    """The model as it was fitted.

    Attributes:
        encoder: the name of the encoder whose vectors it was fitted on; of another it says nothing.
        parts: the names of patterns that are features, see `PARTS_OF`.
        part: what a part of meaning that is there counts for, beside the numbers of a vector.
        classes: for each class its weights, first those of the vector, then those of the parts, and last its intercept.
        danger, danger_in_key_words, route: the chances from which a message is of danger, the same where it tells of nobody or names an
            everyday subject, and of a route.
    """

    encoder: str
    parts: Sequence[str]
    part: float
    classes: Mapping[str, Sequence[float]]
    danger: float
    danger_in_key_words: float
    route: float


@cache
def _model() -> _Model:
    return _Model(**json.loads(MODEL.read_text(encoding="utf-8")))


def sounds_like_danger(text: str, encoder: "TextEncoder") -> bool:
    """Whether a text that no pattern knows tells of danger. A text that asks to know something never does.

    Args:
        text: as it was typed.
        encoder: makes its vector; only where the text asks nothing.
    """
    model = _model()
    if encoder.name != model.encoder or not danger.asks_nothing(text):
        return False
    plain = danger.tells_of_someone(text) and not danger.names_a_subject(text)
    return chances(text, encoder)[Route.DANGER.value] > (model.danger if plain else model.danger_in_key_words)


def sounds_like(text: str, encoder: "TextEncoder") -> Reason | None:
    """Why a text that no pattern knows, and that nothing in the sources answers, gets a fixed reply; None for one that was rightly searched for.

    Args:
        text, encoder: see `sounds_like_danger`.
    """
    model = _model()
    if encoder.name != model.encoder:
        return None
    of_routes = chances(text, encoder)
    best = max(REASONS, key=lambda route: of_routes[route.value])
    return REASONS[best] if of_routes[best.value] > model.route else None


def chances(text: str, encoder: "TextEncoder") -> Mapping[str, float]:
    """The chance of each class, by its name: those of `Route` and `SEARCHED`."""
    from bot.language.encoder import QUESTION  # numpy is slow to import, and most texts never come here

    model = _model()
    vector: Sequence[float] = encoder.encode([text], QUESTION)[0].tolist()
    numbers = [*vector, *(model.part if there else 0.0 for there in parts_in(text, model.parts)), 1.0]
    odds = {name: sum(map(float.__mul__, weights, numbers)) for name, weights in model.classes.items()}
    most = max(odds.values())
    shares = {name: exp(value - most) for name, value in odds.items()}
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def parts_in(text: str, names: Sequence[str]) -> Iterator[bool]:
    """For each named pattern whether it is in a text.

    Args:
        text: as it was typed.
        names: see `PARTS_OF`.
    """
    bare = " ".join(fold(clean(text)).split()).strip(" .!?,")
    written = danger.written_out(bare)
    for name in names:
        yield _pattern(name).search(bare if name.startswith("route_parts/") else written) is not None


def _pattern(name: str) -> Patterns:
    file, _, part = name.partition("/")
    return PARTS_OF[file][part]


def all_parts() -> list[str]:
    """The names of every pattern that may be a feature."""
    return list(chain.from_iterable((f"{file}/{part}" for part in patterns.names()) for file, patterns in PARTS_OF.items()))
