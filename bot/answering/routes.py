"""Messages that get a fixed reply in place of a search: danger, a complaint, thanks, a question about the bot itself.

What each looks like is data: turns of phrase in data/routes.yaml, and parts of meaning that together make one in data/route_parts.yaml.
What is replied stands in nl.yaml.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from bot.answering.danger import tells_of_danger
from bot.answering.reply import ROUTES, Reason, Route
from bot.expressions import expression
from bot.language.function_words import FUNCTION_WORDS
from bot.language.patterns import PatternFile
from bot.language.tokens import clean, fold, tokenize

PATTERNS = PatternFile(Path(__file__).parent / "data" / "routes.yaml")
PARTS = PatternFile(Path(__file__).parent / "data" / "route_parts.yaml")

LONGEST_TALK = 80
"""Characters: a longer text holds more than a greeting or thanks."""


_SPACE = expression(r"\s+")

_GROUPS: Mapping[Reason, str] = {
    reason: reason.value if reason.value == route.value else f"{route.value}.{reason.value}" for reason, route in ROUTES.items()
}
_MADE_OF_WORDS = frozenset(
    {
        Reason.INSULT, Reason.COMPLAINT, Reason.PRIVACY, Reason.GREETING, Reason.GOODBYE, Reason.SHORT, Reason.THANKS, Reason.OVERVIEW,
        Reason.WHO_ARE_YOU,
    }
)  # fmt: skip
_LISTS: Mapping[Reason, str] = {Reason.WHO_ARE_YOU: Route.ABOUT_BOT.value}
_MOST_OTHER: Mapping[Reason, int] = {Reason.COMPLAINT: 1, Reason.INSULT: 1, Reason.THANKS: 1}
"""How many words of another subject may stand in a text by its parts: of who scolds or complains some, unless it is asked as a question."""
_NOT_OF_POLICY = frozenset({Reason.COMPLAINT, Reason.PRIVACY})
"""Replies that a question about how something is arranged never gets."""
_WORDS_ALONE = frozenset({Reason.GREETING, Reason.GOODBYE, Reason.SHORT})


def routed(text: str) -> Reason | None:
    """Why a text gets a fixed reply; None for a question to search for.

    Args:
        text: any text at all.
    """
    folded = _SPACE.sub(" ", fold(clean(text)))
    bare = folded.strip(" .!?,")
    if not folded:
        return None
    reason = next(_reasons(folded, bare), None) or _by_parts(bare)
    if reason is Reason.PRIVACY and about_oneself(text):
        return None
    return None if reason in _NOT_OF_POLICY and PARTS["of_policy"].search(bare) else reason


def about_oneself(text: str) -> bool:
    """Whether a text asks about one's own case and has no word of this talk: 'Word ik teruggestuurd?' does not ask what is kept here.

    Args:
        text: any text at all.
    """
    bare = " ".join(fold(clean(text)).split()).strip(" .!?,")
    return bool(PARTS["of_oneself"].search(bare)) and not PARTS["of_this_talk"].search(bare)


def _reasons(folded: str, bare: str) -> Iterator[Reason]:
    """The reasons for a fixed reply that match, in order.

    Args:
        folded: the text, folded, its spaces single.
        bare: the same without signs at its ends.
    """
    forms = [token.form for token in tokenize(bare)] if len(bare) <= LONGEST_TALK else []
    for reason in ROUTES:
        if reason in _MADE_OF_WORDS and _made_of(forms, reason):
            yield reason
        elif reason in _WORDS_ALONE:
            continue
        elif reason is Reason.DANGER:
            if tells_of_danger(bare):
                yield reason
        elif reason is Reason.THANKS and PATTERNS["asks_on"].search(folded):
            continue
        elif PATTERNS[_GROUPS[reason]].search(folded if reason is Reason.EMOJI else bare):
            yield reason


def _by_parts(bare: str) -> Reason | None:
    """The reason whose parts of meaning all stand in a short text that speaks of hardly anything else."""
    if len(bare) > LONGEST_TALK:
        return None
    forms = [token.form for token in tokenize(bare)]
    asks = bool(forms) and forms[0] in PARTS.words("asking")
    possible = PARTS.possible(bare)
    for reason, parts in _together():
        matches = [PARTS[part].search(bare) for part in parts] if possible.issuperset(parts) else [None]
        if all(matches):
            told = {token.form for match in matches if match for token in tokenize(match.group())}
            other = [form for form in forms if form not in told and form not in FUNCTION_WORDS and form not in PARTS.words("talk")]
            if len(other) <= (0 if asks else _MOST_OTHER.get(reason, 0)):
                return reason
    return None


@cache
def _together() -> Sequence[tuple[Reason, Sequence[str]]]:
    """Which parts make which reason, in the order in which reasons are tried."""
    lines = [line.partition(":") for line in sorted(PARTS.words("together"))]
    return [(reason, parts.split("+")) for reason in ROUTES for name, _, parts in lines if name == reason.value]


def _made_of(forms: Sequence[str], reason: Reason) -> bool:
    """Whether words are all of the list of this reason or the lists beside it, one at least of the first."""
    telling, every = _words_of(reason)
    if not every.issuperset(forms):
        return False
    if not telling.isdisjoint(forms):
        return True
    return reason is Reason.OVERVIEW and bool(PATTERNS["overview_asks"].search(" ".join(forms)))


@cache
def _words_of(reason: Reason) -> tuple[frozenset[str], frozenset[str]]:
    """The words that tell a reason, and all of which such a message may be made."""
    name = _LISTS.get(reason, reason.value)
    telling = PATTERNS.words(name)
    documents = PATTERNS.words("overview_documents") if reason is Reason.OVERVIEW else frozenset()
    function_words = FUNCTION_WORDS if reason not in _WORDS_ALONE and reason is not Reason.THANKS else frozenset()
    return telling, telling.union(PATTERNS.words(f"{name}_beside"), documents, function_words)
