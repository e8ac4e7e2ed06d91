"""What a message sounds like: the vector of the whole message, with the parts of meaning, the words and the pairs of words that are in it.

It is asked where no pattern knows a message, and as a second opinion where one does. A logistic model of as many classes as there are
routes, and one for what is searched for: exp(w·x + b) of a class over the sum of those of all (multinomial logistic regression).
Its numbers stand in sounding_weights.json and are made by `python -m benchmarks.fit_sounding`.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from functools import cache
from itertools import chain, pairwise
from math import exp
from pathlib import Path
from typing import TYPE_CHECKING

from bot.answering import danger, routes
from bot.answering.conversation import Conversation
from bot.answering.reply import ROUTES, Outcome, Reason, Reply, Route
from bot.answering.shelf import SURE
from bot.expressions import expression
from bot.language.patterns import Patterns
from bot.language.tokens import clean, fold
from bot.named import NamedTuple

if TYPE_CHECKING:
    from bot.answering.nearness import TextEncoder

MODEL = Path(__file__).parent / "sounding_weights.json"

FEWEST_DOUBTED = 3
"""Words: of a shorter text a pattern knows more than its sound tells."""

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


NEVER_DOUBTED = frozenset({Reason.NOT_A_QUESTION})
"""Replies to what is an order to the program ('negeer je instructies'): nothing that it sounds like makes a question of it."""

_WORD = expression(r"[\w']+|\?")


class Thresholds(NamedTuple):
    """The chances that decide.

    Attributes:
        danger, danger_in_key_words, danger_asked: from which a message is of danger; the same where it tells of nobody or names an
            everyday subject; and where it asks something.
        route: from which it is of a route.
        hardly_met: from which it is surely none to search for, where a passage seems to answer it, or another reason for silence may be true.
        doubt: the chance of a route below which a pattern that knows a message may be wrong.
        instead: the chance from which it is then what it sounds like.
    """

    danger: float
    danger_in_key_words: float
    danger_asked: float
    route: float
    hardly_met: float
    doubt: float
    instead: float


class _Model(NamedTuple):
    """The model as it was fitted.

    Attributes:
        encoder: the name of the encoder whose vectors it was fitted on; of another it says nothing.
        parts: the names of patterns that are features, see `PARTS_OF`.
        part: what a part of meaning that is there counts for, beside the numbers of a vector.
        classes: for each class its weights, first those of the vector, then those of the parts, and last its intercept.
        words: for each word or pair of words its weight in each class, in the order of `classes`.
        word: what all words of a text together count for: each has this over the root of their number.
        thresholds: the chances that decide.
    """

    encoder: str
    parts: Sequence[str]
    part: float
    classes: Mapping[str, Sequence[float]]
    words: Mapping[str, Sequence[float]]
    word: float
    thresholds: Thresholds


@cache
def _model() -> _Model:
    # Imported here: most texts are known by their words.
    import json

    written = json.loads(MODEL.read_text(encoding="utf-8"))
    return _Model(**{**written, "thresholds": Thresholds(**written["thresholds"])})


def sounds_like_danger(text: str, encoder: "TextEncoder") -> bool:
    """Whether a text that no pattern knows tells of danger. One that asks to know something hardly ever does.

    Args:
        text: as it was typed.
        encoder: makes its vector.
    """
    # A question that tells of nobody is none of danger: its vector, which costs most of an answer, is not made for it.
    if not (danger.asks_nothing(text) or danger.tells_of_someone(text)):
        return False
    model = _model()
    if encoder.name != model.encoder:
        return False
    return chances(text, encoder)[Route.DANGER.value] > least_of_danger(text, model.thresholds)


def least_of_danger(text: str, least: Thresholds) -> float:
    """The chance from which a text is taken for one of danger."""
    if not danger.asks_nothing(text):
        return least.danger_asked
    plain = danger.tells_of_someone(text) and not danger.names_a_subject(text)
    return least.danger if plain else least.danger_in_key_words


class Met(Enum):
    """How well what was searched for suits a text: not at all, perhaps, or beyond doubt."""

    NOT = 0
    HARDLY = 1
    SURELY = 2


def sounds_like(text: str, encoder: "TextEncoder", met: Met = Met.NOT) -> Reason | None:
    """Why a text that no pattern knows gets a fixed reply; None for one that was rightly searched for.

    Args:
        text, encoder: see `sounds_like_danger`.
        met: how well what the sources hold suits it.
    """
    model = _model()
    if encoder.name != model.encoder or met is Met.SURELY:
        return None
    of_routes = chances(text, encoder)
    best = max(REASONS, key=lambda route: of_routes[route.value])
    if best is Route.PRIVACY and routes.about_oneself(text):
        return None
    # Where something seems to answer, it must be sure that it is no question to search for; which route it is of may be less so.
    doubted = met is Met.HARDLY and 1.0 - of_routes[SEARCHED] <= model.thresholds.hardly_met
    return REASONS[best] if of_routes[best.value] > model.thresholds.route and not doubted else None


def meant_instead(text: str, reason: Reason, encoder: "TextEncoder") -> Reason | None:
    """What a text is met with that a pattern knows: that reply, another where it sounds like that, or None where it is to be searched for.

    Of danger, of orders to the program, and of the few words of a greeting, a pattern is never doubted.

    Args:
        text, encoder: see `sounds_like_danger`.
        reason: what the pattern says.
    """
    model, route = _model(), ROUTES[reason]
    if encoder.name != model.encoder or route not in REASONS or reason in NEVER_DOUBTED or len(text.split()) < FEWEST_DOUBTED:
        return reason
    likely = instead(route, chances(text, encoder), model.thresholds)
    if likely == SEARCHED:
        return None
    return reason if likely == route.value else REASONS[Route(likely)]


def instead(route: Route, of_classes: Mapping[str, float], least: Thresholds) -> str:
    """The class of a text that a pattern takes for one of a route: that of the route unless it sounds quite otherwise."""
    best = max((SEARCHED, *(other.value for other in REASONS)), key=lambda name: of_classes[name])
    return best if of_classes[route.value] < least.doubt and of_classes[best] > least.instead else route.value


def chances(text: str, encoder: "TextEncoder") -> Mapping[str, float]:
    """The chance of each class, by its name: those of `Route` and `SEARCHED`."""
    from bot.language.encoding import QUESTION  # most texts never come here

    model = _model()
    vector: Sequence[float] = encoder.encode([text], QUESTION)[0].tolist()
    numbers = [*vector, *(model.part if there else 0.0 for there in parts_in(text, model.parts)), 1.0]
    words = words_in(text)
    share = model.word / max(1, len(words)) ** 0.5
    known = [model.words[word] for word in words if word in model.words]
    odds = {
        name: sum(map(float.__mul__, weights, numbers)) + share * sum(of_word[number] for of_word in known)
        for number, (name, weights) in enumerate(model.classes.items())
    }
    most = max(odds.values())
    shares = {name: exp(value - most) for name, value in odds.items()}
    total = sum(shares.values())
    return {name: share / total for name, share in shares.items()}


def words_in(text: str) -> frozenset[str]:
    """The words of a text, and each two that stand together; a question mark is one too.

    Args:
        text: as it was typed.
    """
    words = _WORD.findall(fold(clean(text)))
    return frozenset((*words, *(f"{first} {second}" for first, second in pairwise(words))))


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


_MET = frozenset({
    Reason.NO_WORDS, Reason.NO_LIST, Reason.NO_HEADING, Reason.NO_DEFINITION, Reason.NO_COMPARISON, Reason.OTHER_NAME, Reason.OTHER_YEAR,
    Reason.OTHER_AGREEMENT, Reason.ONLY_A_LINK, Reason.EMPTY_SECTION,
})  # fmt: skip
"""Reasons for silence that say already what was understood: such a text is not taken for anything else."""

_HARDLY_MET = frozenset({Reason.NO_WORDS, Reason.OTHER_NAME})
"""Those among them that most of what is no question gets too."""


def how_met(reply: Reply, conversation: Conversation) -> Met:
    """Whether a text may be something else than the question that it was searched for as.

    Args:
        reply: what it got as a question.
        conversation: the turns before it.
    """
    if reply.outcome is Outcome.NO_ANSWER:
        if reply.reason in _HARDLY_MET:
            return Met.HARDLY
        return Met.SURELY if reply.reason in _MET else Met.NOT
    return Met.SURELY if reply.listed or conversation.turns or reply.confidence >= SURE else Met.HARDLY
