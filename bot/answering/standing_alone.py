"""Whether a question means the same after any other turn, so that its reply may be kept for whoever asks it next."""

from collections.abc import Sequence
from enum import Enum

from bot.answering import follow_ups
from bot.answering.forms import Form, asked_for, asks_for_more
from bot.answering.leaning import Stance, asks_of_home
from bot.answering.splitting import divided
from bot.answering.times import timed, timed_again
from bot.knowledge.model import Document
from bot.language.tokens import fold


class Standing(Enum):
    """How a question stands to whatever came before it.

    Attributes:
        ALONE: it gets the same reply after any turn that quoted the same document, but for the note that this was quoted before.
        IF_ANSWERED: the same, where it is answered without any turn before it.
        LEANING: its reply may turn on what came before.
    """

    ALONE = "alone"
    IF_ANSWERED = "if_answered"
    LEANING = "leaning"


_ASK_MORE = frozenset({Form.OLD_AND_NEW, Form.COMPARISON})
"""What is answered by questions made of this one, which are shorter than it and may lean where it does not."""


def standing(text: str, documents: Sequence[Document], stances: Sequence[Stance]) -> Standing:
    """How a question stands to whatever came before it.

    Args:
        text: cleaned, and not met by `Assistant.without_search`.
        documents: all that there are.
        stances: what each shelf says, see `following.stance_after_any`.
    """
    if not _worded_alone(text, documents):
        return Standing.LEANING
    if all(stance is Stance.ALONE for stance in stances):
        return Standing.ALONE
    # Of several shelves one might answer by itself, and the other lean.
    return Standing.IF_ANSWERED if [*stances] == [Stance.ALONE_FIRST] else Standing.LEANING


def _worded_alone(text: str, documents: Sequence[Document]) -> bool:
    """Whether a question is worded as no follow-up is, and is one question."""
    if asks_for_more(text) or asks_of_home(fold(text)) or follow_ups.speaks_of_last_turn(text) or len(divided(text)) > 1:
        return False
    form = asked_for(text)
    if form and form.form in _ASK_MORE:
        return False
    # A time may be meant from the year of what was quoted before.
    of_each_year = {document.year: document for document in documents}.values()
    return timed(text, documents) is None and not any(timed_again(text, documents, document) for document in of_each_year)
