"""Follow-ups that ask the question before once more: of another time, of another document, of one's own country, or corrected."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from bot.answering import documents as times
from bot.answering.conversation import Turn
from bot.answering.leaning import asks_of_home, is_foreign
from bot.answering.mentions import Naming
from bot.answering.shelf import Again, Shelf
from bot.index.index import Index
from bot.knowledge.model import Passage
from bot.language.answer_types import AnswerType
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize

_OF_THE_FORM = frozenset({AnswerType.YES_NO.value, AnswerType.COMPARISON.value, AnswerType.EARLIER_PERIOD.value})
"""Kinds of answer that lie in how a question was put, and are not taken over."""


class Repeated(NamedTuple):
    """The question before, as it is asked again.

    Attributes:
        naming: its words, and the documents that are asked.
        again: what else it takes over.
        only: there is no other way to read the follow-up.
    """

    naming: Naming
    again: Again
    only: bool


def kinds_asked(last: Turn) -> frozenset[AnswerType]:
    """The kinds of answer that the turn before asked for."""
    return frozenset(kind for kind in AnswerType if kind.value in last.asked and kind.value not in _OF_THE_FORM)


def repeated(text: str, naming: Naming, last: Turn, index: Index, shelves: Sequence[Shelf]) -> Repeated | None:
    """The question before, where a follow-up asks it once more; None where it asks something of its own.

    Args:
        text: cleaned.
        naming: the documents that it names, by name or by year, and the rest of it.
        last: the turn before.
    """
    words = [word for word in last.topic if not word.isdecimal()]
    passage = index.passage(last.passage) if last.passage else None
    if not words:
        return None
    asked = kinds_asked(last)
    if naming.documents and _says_nothing(naming.rest, shelves):
        return _as(words, naming.documents, Again(asked), only=True)
    if passage is None:
        return None
    if asks_of_home(fold(text)):
        foreign = [word for word in words if is_foreign(word)]
        if foreign or any(is_foreign(token.form) for token in tokenize(" ".join((*passage.section.headings, _marked(last, passage))))):
            return _as([word for word in words if word not in foreign], (), Again(asked, passage.id), only=True)
        return None
    period = times.timed_again(text, index.documents, passage.document)
    if period is None or passage.document.id in period.documents or not _says_nothing(period.rest, shelves):
        return None
    if times.says_both_times(_about(words, last, passage)):
        return None
    return _as(words, period.documents, Again(asked), only=False)


def _marked(last: Turn, passage: Passage) -> str:
    span = last.marked_span
    return passage.document.text[span.start : span.end] if span else passage.text


def _about(words: Sequence[str], last: Turn, passage: Passage) -> str:
    """Of the sentences that were marked the one that has most of some words."""
    span, stems = last.marked_span or passage.span, {stem(word) for word in words}
    marked = [s.text for s in passage.sentences if s.span.start < span.end and span.start < s.span.end]
    return max(marked, key=lambda text: len(stems & {stem(token.form) for token in tokenize(text)}), default="")


def _says_nothing(rest: str, shelves: Sequence[Shelf]) -> bool:
    return all(shelf.says_nothing(rest) for shelf in shelves)


def _as(words: Sequence[str], documents: Collection[str], again: Again, only: bool) -> Repeated:
    return Repeated(Naming(frozenset(documents), " ".join(words)), again, only)
