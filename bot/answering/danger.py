"""Messages that tell of danger to their writer or to someone else: despair, violence, fire, someone who does not breathe.

What each looks like is data, see data/danger.yaml. Nothing is looked for in the documents then: such a message gets telephone numbers.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from bot.language.patterns import PatternFile
from bot.language.spelling import within_one_edit

PATTERNS = PatternFile(Path(__file__).parent / "data" / "danger.yaml")

KINDS = ("sure", "dying", "hurting_oneself", "body", "fire", "followed", "at_home")
"""Groups of patterns that are danger whatever stands around them, unless the question is about what is arranged for anyone."""

_SENTENCE = re.compile(r"[^.!?\n]+")
_TOLD = re.compile(r"[^.!?,\n]+[.!?]*")
_WORD = re.compile(r"[\w'-]+")
_ASKING = (
    "wat ", "hoe", "welk", "krijg", "kom", "is er", "zijn er", "mag ", "mogen ", "waar", "wanneer", "wie ", "moet", "worden", "wordt",
)  # fmt: skip
"""How a question about policy begins, also where it speaks of 'my' child."""


def tells_of_danger(text: str) -> bool:
    """Whether a text tells of danger to its writer, or to someone else.

    Args:
        text: folded, its spaces single, without signs at its ends.
    """
    written = written_out(text)
    if PATTERNS["ways_to_die"].search(written):
        return True
    if any(PATTERNS[kind].search(written) for kind in KINDS):
        return not PATTERNS["in_general"].search(written) or _speaks_of_itself(written)
    if _told(written):
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
    if any(PATTERNS["asks_to_know"].search(sentence) for sentence in sentences):
        return False
    return any(PATTERNS["distress"].search(sentence) and PATTERNS["someone"].search(sentence) for sentence in sentences)


def written_out(text: str) -> str:
    """A folded text with its short and Flemish spellings in full, and words of danger without a typing error of one letter."""
    return _WORD.sub(lambda match: _short().get(match.group()) or _meant(match.group()), text)


def _speaks_of_itself(text: str) -> bool:
    return bool(re.search(r"\b(?:ik|mij|me|mezelf|mijn)\b", text))


@cache
def _short() -> Mapping[str, str]:
    pairs = (pair.partition(">") for pair in PATTERNS.words("written_out"))
    return {short: full.replace("_", " ") for short, _, full in pairs}


SHORTEST_MISTYPED = 7
"""Letters: in a shorter word one letter makes another word too often."""


def _meant(word: str) -> str:
    alarming = PATTERNS.words("alarming")
    if len(word) < SHORTEST_MISTYPED or word in alarming:
        return word
    return next((meant for meant in sorted(alarming) if meant[0] == word[0] and within_one_edit(word, meant)), word)
