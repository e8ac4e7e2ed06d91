"""When a question leans on earlier ones, and on which of their words."""

import re

from bot.answering.conversation import Conversation
from bot.answering.reading import ReadQuestion
from bot.language.tokens import fold

_LEANING = re.compile(
    r"^(?:en|maar|dus|ook|of)\b|^(?:waarom|hoezo|wanneer|hoe dan|waar|wie|hoe lang|hoeveel|wat dan|sinds wanneer|vanaf wanneer|voor wie|door wie)(?: \w+)?\W*$|"
    r"\b(?:dat|die|daar|daarop|daarvan|daarvoor|daarna|daarover|daarmee|daarbij|daaronder|daaraan|ervan|erop|erover|ervoor|erbij|hen|hun|ze|zij|hij|hem|"
    r"het|deze|dit|zo'n|zulke|dan|hetzelfde|diezelfde|er een)\b"
)


_SWITCH = re.compile(r"\b(?:iets anders|andere vraag|nieuwe vraag|ander onderwerp|volgende vraag)\b")
_POINTING = re.compile(r"\b(?:daarop|daarvan|daarvoor|daarover|daarmee|daarbij|daaraan|ervan|erop|erover|ervoor|erbij|hiervan|hierop)\b")


def points_back(read: ReadQuestion) -> bool:
    """Whether a follow-up can only be about what was quoted before: it points at it, or says nothing of its own."""
    own = [c for c in read.concepts if not c.borrowed and not c.word.light]
    return not own or bool(_POINTING.search(read.question.focus_text))


def leans_on(read: ReadQuestion, conversation: Conversation) -> tuple[str, ...]:
    """The words of earlier turns that a question needs.

    Args:
        read: the question on its own.
        conversation: the earlier turns.

    Returns:
        Folded words of the last turn, or () for a question that stands on its own.
    """
    if not conversation.turns or _SWITCH.search(fold(read.question.text)):
        return ()
    heavy = [c for c in read.concepts if not c.word.light]
    folded = fold(read.question.text)
    if len(heavy) > 3 or (len(heavy) > 1 and not _LEANING.search(folded)):
        return ()
    own = {c.word.form for c in read.concepts}
    return tuple(word for word in conversation.turns[-1].words if word not in own)
