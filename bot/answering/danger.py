"""Messages that tell of danger to their writer or to someone else: despair, violence, fire, someone who does not breathe.

What each looks like is data: whole turns of phrase in data/danger.yaml, and parts of meaning that together are danger in
data/danger_parts.yaml. What is only told, in words that stand in neither, is weighed by its sound (see `sounding`) where there is an
encoder. Nothing is looked for in the documents then: such a message gets telephone numbers.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from bot.expressions import expression
from bot.language.patterns import PatternFile
from bot.language.spelling import within_one_edit
from bot.language.tokens import clean, fold

PATTERNS = PatternFile(Path(__file__).parent / "data" / "danger.yaml")
PARTS = PatternFile(Path(__file__).parent / "data" / "danger_parts.yaml")

KINDS = ("sure", "dying", "hurting_oneself", "body", "fire", "followed", "at_home")
"""Groups of patterns that are danger whatever stands around them, unless the question is about what is arranged for anyone."""

DESPAIR = frozenset({"dying", "hurting_oneself"})
"""Those that are danger also where something is told of long ago."""

_SENTENCE = expression(r"[^.!?\n]+")
_TOLD_SENTENCE = expression(r"[^.!?\n]*\w[^.!?\n]*[.!?]*")
_TOLD = expression(r"[^.!?,\n]+[.!?]*")
_I = expression(r"\b(?:ik|mij|me|mezelf|mijn)\b")
_WORD = expression(r"[\w'-]+")
_ASKING = (
    "wat ", "hoe", "welk", "krijg", "kom", "is er", "zijn er", "mag ", "mogen ", "waar", "wanneer", "wie ", "moet", "worden", "wordt",
)  # fmt: skip
"""How a question about policy begins, also where it speaks of 'my' child."""


def tells_of_danger(text: str) -> bool:
    """Whether a text tells of danger to its writer, or to someone else.

    Args:
        text: folded, its spaces single, without signs at its ends.
    """
    written = PARTS["figures_of_speech"].cut(written_out(text))
    if PATTERNS["ways_to_die"].search(written):
        return True
    kinds = {kind for kind in KINDS if PATTERNS[kind].search(written)}
    over = PARTS["long_ago"].search(written) or PARTS["aftermath"].search(written)
    if kinds and (not over or kinds & DESPAIR):
        return not PATTERNS["in_general"].search(written) or _speaks_of_itself(written)
    if any(PARTS[part].search(written) for part in PARTS.words("enough") & PARTS.possible(written)):
        return True
    if over:
        return False
    if _told(written) or _parts_together(written):
        return True
    harmed = [sentence for sentence in _SENTENCE.findall(written) if PATTERNS["harm"].search(sentence)]
    if not harmed:
        return False
    asks_of_policy = PATTERNS["policy"].search(written)
    if any(PATTERNS["near"].search(sentence) for sentence in harmed):
        return not asks_of_policy or not written.startswith(_ASKING)
    return not asks_of_policy and bool(PATTERNS["other"].search(written))


def _told(text: str) -> bool:
    """Whether a text tells of distress without asking to know anything."""
    sentences = [match.group().strip() for match in _TOLD.finditer(text) if match.group().strip(" ?!.")]
    sentences = [sentence for sentence in sentences if not PATTERNS["seeks_help"].search(sentence)] or sentences
    if PATTERNS["policy"].search(text) or any("?" in sentence for sentence in sentences):
        return False
    if any(PATTERNS[asking].search(sentence) for sentence in sentences for asking in ("asks_to_know", "asks_anything", "subject")):
        return False
    return any(PATTERNS["distress"].search(sentence) and PATTERNS["someone"].search(sentence) for sentence in sentences)


def asks_nothing(text: str) -> bool:
    """Whether a text as it was typed asks to know nothing: it tells something, or only asks for help."""
    written = written_out(fold(clean(text)))
    if PATTERNS["asks_to_know"].search(written):
        return False
    sentences = [match.group().strip() for match in _TOLD_SENTENCE.finditer(written)]
    sentences = [sentence for sentence in sentences if not PATTERNS["seeks_help"].search(sentence)]
    return not any("?" in sentence or PATTERNS["asks_anything"].search(sentence) for sentence in sentences)


def tells_of_someone(text: str) -> bool:
    """Whether a text as it was typed tells of somebody, or of what there is to see, and is no list of key words."""
    return PARTS["tells_of"].search(written_out(fold(clean(text)))) is not None


def names_a_subject(text: str) -> bool:
    """Whether a text as it was typed names what people mostly write about without danger, as a dog or the rent."""
    return PATTERNS["subject"].search(written_out(fold(clean(text)))) is not None


def _parts_together(text: str) -> bool:
    """Whether one sentence holds all parts of meaning that together are danger, and asks nothing about what holds for anyone."""
    return any(
        all(PARTS[part].search(sentence) for part in together)
        for sentence in (match.group().strip() for match in _SENTENCE.finditer(text))
        for possible in [PARTS.possible(sentence)]
        for together in _together()
        if together <= possible
        # Asked last: hardly a sentence gets as far.
        if not PARTS["in_general"].search(sentence)
    )


@cache
def _together() -> Sequence[frozenset[str]]:
    return [frozenset(together.split("+")) for together in sorted(PARTS.words("together"))]


def written_out(text: str) -> str:
    """A folded text with its short and Flemish spellings in full, and words of danger without a typing error of one letter."""
    return _WORD.sub(lambda match: _short().get(match.group()) or _meant(match.group()), text)


def _speaks_of_itself(text: str) -> bool:
    return bool(_I.search(text))


@cache
def _short() -> Mapping[str, str]:
    pairs = (pair.partition(">") for pair in PATTERNS.words("written_out"))
    return {short: full.replace("_", " ") for short, _, full in pairs}


SHORTEST_MISTYPED = 7
"""Letters: in a shorter word one letter makes another word too often."""


def _meant(word: str) -> str:
    if len(word) < SHORTEST_MISTYPED or word in PATTERNS.words("alarming"):
        return word
    return next((meant for meant in _alarming().get(word[0], ()) if within_one_edit(word, meant)), word)


@cache
def _alarming() -> Mapping[str, Sequence[str]]:
    """The words of danger by their first letter."""
    words = sorted(PATTERNS.words("alarming"))
    return {letter: [word for word in words if word[0] == letter] for letter in {word[0] for word in words}}
