"""What stands around the questions of a message: what it tells, without greeting, thanks, numbers, and words that only say that questions follow."""

from bot.answering.clauses import PATTERNS
from bot.answering.question import PATTERNS as QUESTION_PATTERNS
from bot.expressions import expression
from bot.language.tokens import fold
from bot.named import NamedTuple

_EDGES = " \t\n.,;:!?-()"


class Told(NamedTuple):
    """What a stretch of a message that asks nothing tells.

    Attributes:
        text: as it stands, '' where nothing of it bears on a question.
        announced: it says that questions follow, and `text` what they are about.
    """

    text: str
    announced: bool = False


def told_by(text: str) -> Told:
    """What a stretch that asks nothing tells: 'Hallo, ik heb twee vragen over het bad' announces what is asked about 'het bad'.

    Args:
        text: as it was typed.
    """
    text = ungreeted(text)
    if len(fold(text)) != len(text):
        return Told(text)
    signed = PATTERNS["signs"].search(fold(text).rstrip(_EDGES))
    text = text[: signed.start()] if signed else text
    announced = PATTERNS["announces"].search(fold(text).rstrip(_EDGES))
    if announced is None:
        text = _NEXT_NUMBER.sub("", text).strip()
        return Told(text if any(c.isalnum() for c in text) else "")
    rest = text[announced.end() :] if not announced.start() else text[: announced.start()]
    return Told(rest.strip(_EDGES), announced=not announced.start())


def ungreeted(text: str) -> str:
    """A text without the greeting that it begins with, and without whom it greets."""
    hello = QUESTION_PATTERNS["greeting"].match(text)
    if hello is None:
        return text
    rest = text[hello.end() :]
    addressed = _ADDRESSED.match(rest) if PATTERNS["addresses"].search(fold(hello.group())) else None
    return rest[addressed.end() :] if addressed else rest


def without_number(text: str) -> str:
    """A sentence without the number or letter that it has in a list; '' where it is nothing else."""
    return _NUMBER.sub("", text) if PATTERNS["numbers"].match(fold(text)) else text


_ADDRESSED = expression(r"\w+(?: \w+){0,2}[,!]\s*")
"""Whom a message speaks to, behind 'beste'."""

_NEXT_NUMBER = expression(r":\s*\d{1,2}[.)]$")
"""The number of what follows: 'Voor mijn moeder: 1.'"""

_NUMBER = expression(r"^[-*(]*\w{1,2}[.):]+\s*")
