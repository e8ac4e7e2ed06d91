"""Greetings, thanks and questions about the bot itself: a short fitting text instead of a search."""

import re
from pathlib import Path

from bot.answering.reply import Reason
from bot.language.patterns import PatternFile
from bot.language.tokens import clean, fold

PATTERNS = PatternFile(Path(__file__).parent / "data" / "small_talk.yaml")
_TALK = (Reason.GREETING, Reason.THANKS, Reason.WHO_ARE_YOU, Reason.HELP, Reason.NOT_A_QUESTION)
_SHORT = frozenset({Reason.GREETING, Reason.THANKS, Reason.HELP})
LONGEST_TALK = 45
"""Characters: a longer text holds more than a greeting, thanks or a call for help."""


def small_talk(text: str) -> Reason | None:
    """What kind of talk a text is that asks nothing of the sources; None for a question."""
    folded = re.sub(r"\s+", " ", fold(clean(text))).strip(" .!?,")
    if not folded:
        return None
    for reason in _TALK:
        if reason in _SHORT and len(folded) > LONGEST_TALK:
            continue
        if PATTERNS[reason.value].search(folded):
            return reason
    return None
