"""Follow-ups that ask the question before once more: of another time, of another document, of one's own country, or corrected."""

from collections.abc import Collection, Iterable, Sequence

from bot.answering import times
from bot.answering.conversation import Again, Turn
from bot.answering.leaning import asks_of_home, is_foreign
from bot.answering.mentions import Naming
from bot.answering.shelf import Shelf
from bot.answering.telling import RATED_TYPES
from bot.index.index import Index
from bot.knowledge.model import Passage
from bot.language.answer_types import AnswerType, demand_of
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

_OF_THE_FORM = frozenset({AnswerType.YES_NO, AnswerType.COMPARISON, AnswerType.EARLIER_PERIOD})
"""Kinds of answer that lie in how a question was put, and are not taken over."""


class Repeated(NamedTuple):
    """The question before, as it is asked again.

    Attributes:
        ways: in which it may be asked, the likeliest first: words and the documents that are asked, and what else it takes over.
        only: there is no other way to read the follow-up.
    """

    ways: tuple[tuple[Naming, Again], ...]
    only: bool


def kinds_asked(last: Turn) -> frozenset[AnswerType]:
    """The kinds of answer that the turn before asked for."""
    return _kinds_of(AnswerType(kind) for kind in last.asked if kind in _KINDS)


def rate_kinds(last: Turn) -> frozenset[AnswerType]:
    """What is asked for by whoever only names another rate ('per maand?'): what the turn before asked for, an amount where that is not told."""
    return kinds_asked(last) & RATED_TYPES or frozenset({AnswerType.AMOUNT})


def _kinds_of(kinds: Iterable[AnswerType]) -> frozenset[AnswerType]:
    return frozenset(kind for kind in kinds if kind not in _OF_THE_FORM)


_KINDS = frozenset(kind.value for kind in AnswerType)


def repeated(text: str, naming: Naming, last: Turn, index: Index, shelves: Sequence[Shelf]) -> Repeated | None:
    """The question before, where a follow-up asks it once more; None where it asks something of its own.

    Args:
        text: cleaned.
        naming: the documents that it names, by name or by year, and the rest of it.
        last: the turn before.
    """
    words = _without_questions(last.topic)
    passage = index.passage(last.passage) if last.passage else None
    if not words:
        return None
    asked = _kinds_of(demand_of(fold(text)).types) or kinds_asked(last)
    if naming.documents and says_nothing(naming.rest, shelves):
        return _asked_of(naming.documents, last, asked, only=True)
    if asks_of_home(fold(text)):
        if passage is None:
            return None
        foreign = [word for word in words if is_foreign(word)]
        if foreign or any(is_foreign(token.form) for token in tokenize(" ".join((*passage.section.headings, _marked(last, passage))))):
            at_home = [word for word in words if word not in foreign]
            before = [word for word in _without_questions(last.borrowed) if word not in foreign]
            ways = dict.fromkeys(" ".join(said) for said in (at_home, before) if said)
            return Repeated(tuple((Naming(frozenset(), said), Again(asked, passage.id)) for said in ways), only=True)
        return None
    document = next((document for document in index.documents if document.id == last.document), None)
    period = times.timed_again(text, index.documents, document) if document else None
    if document is None or period is None or document.id in period.documents or not says_nothing(period.rest, shelves):
        return None
    if passage and times.says_both_times(_about(words, last, passage)):
        return None
    return _asked_of(period.documents, last, asked, only=False)


def _marked(last: Turn, passage: Passage) -> str:
    span = last.marked_span
    return passage.document.slice(span.start, span.end) if span else passage.text


def _about(words: Sequence[str], last: Turn, passage: Passage) -> str:
    """Of the sentences that were marked the one that has most of some words."""
    span, stems = last.marked_span or passage.span, {stem(word) for word in words}
    marked = [s.text for s in passage.sentences if s.span.start < span.end and span.start < s.span.end]
    return max(marked, key=lambda text: len(stems & {stem(token.form) for token in tokenize(text)}), default="")


def says_nothing(rest: str, shelves: Sequence[Shelf]) -> bool:
    """Whether a text says nothing that it could be about, whatever the sources."""
    return all(shelf.says_nothing(rest) for shelf in shelves)


def _without_questions(words: Iterable[str]) -> list[str]:
    """Words without years and without those that only ask ('hoelang')."""
    return [word for word in words if not (word.isdecimal() or demand_of(word).types)]


def _asked_of(documents: Collection[str], last: Turn, asked: frozenset[AnswerType], only: bool) -> Repeated:
    """The question before, asked of some documents: with what it had taken over itself as that, or with nothing else."""
    taken_over = tuple(_without_questions(last.borrowed))
    itself = [word for word in _without_questions(last.topic) if word not in taken_over]
    ways = [(itself, taken_over)] if itself else []
    if taken_over:
        ways.append((list(taken_over), ()))
    named = frozenset(documents)
    return Repeated(tuple((Naming(named, " ".join(words)), Again(asked, earlier=earlier)) for words, earlier in ways), only)
