"""Documents that are weighed together, as the rest of the program sees them."""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.index.bm25 import BM25
from bot.index.hints import HintIndex
from bot.index.lazy import Lazy
from bot.index.protocol import Field, Retriever
from bot.index.schema import Arrays, distinct, key_of
from bot.index.sentences import SentenceIndex, SentenceView
from bot.index.vectors import Halves, Unit
from bot.index.whole import ALL_BELOW, WholeBM25
from bot.index.words import HELD, IN_HINT, IN_SOURCE, OF_SOURCE, KnownForms, KnownKeys, ReadForms, Words, positions
from bot.knowledge.model import Document, Kind, Passage, Section
from bot.language.analysis import ROOT_MARK, Analyser
from bot.language.answer_types import Facts
from bot.language.lexicon import Lexicon
from bot.named import NamedTuple

Made = TypeVar("Made")

BETWEEN, ITEM = "\x1e", "\x1f"
"""What stands between texts that are kept as one."""


REMEMBERED = 4_000
"""Passages of which is remembered what stands beside them."""

DOCUMENTS = 8
"""Documents of which is remembered which words stand in their headings."""

_ALIKE = "SELECT title, document, headings, level, empty FROM sections WHERE key = ?"
_BESIDE = "SELECT first, passages FROM sections WHERE title = ? AND document = ? AND headings = ? AND level = ? AND empty = ? AND passages ORDER BY key"


def section_of(headings: str, level: int, empty: int, repeated: int) -> Section:
    """A section as its row tells of it; its headings stand there as one text."""
    return Section(tuple(headings.split(BETWEEN)) if headings else (), level, bool(empty), bool(repeated))


class SourceFacts(NamedTuple):
    """What the sources of a group as a whole do and don't speak of.

    Attributes:
        years: those of the documents, and all that their texts name.
        empty: the titles of the sections without text, each with its stems.
        links: the stems of each sentence that only points to another page.
    """

    years: frozenset[int]
    empty: Sequence[tuple[str, Sequence[str]]]
    links: Sequence[Sequence[str]]


def source_facts(arrays: Arrays) -> SourceFacts:
    """What the sources of a group speak of, as it lies in the file."""
    empty = [line.split(ITEM) for line in arrays.lines("empty")]
    links = [line.split(ITEM) for line in arrays.lines("links")]
    return SourceFacts(frozenset(arrays.numbers("years").tolist()), [(title, stems) for title, *stems in empty], links)


class Stretch(NamedTuple):
    """Where a document stands: its group, and its passages and sections there.

    Attributes:
        sentences: their number.
        digest: of its text and of how it is cut into sentences.
        shift: what is added to the number of a passage to get that of its row in the file.
    """

    document: Document
    group: int
    passages: range
    sections: range
    sentences: int
    digest: bytes
    shift: int = 0

    def rows(self) -> range:
        """The numbers of the rows of its passages."""
        return range(self.passages.start + self.shift, self.passages.stop + self.shift)


class Shared(Protocol):
    """What all groups of an index share; see `index.Index`."""

    @property
    def connection(self) -> sqlite3.Connection:
        """The index's file."""
        ...

    def passage_with(self, key: int) -> Passage:
        """The passage with a key."""
        ...

    def passages_with(self, keys: Sequence[int]) -> list[Passage]:
        """The passages with some keys."""
        ...

    def number_in(self, group: int, passage_id: str) -> int | None:
        """The number, in a group, of the passage with an id; None where that is not in the group."""
        ...

    def section_with(self, key: int) -> Section:
        """The section with a key."""
        ...

    def outline_of(self, stretch: Stretch) -> list[tuple[Section, range]]:
        """The sections of a document in reading order, each with the numbers of the passages right below it."""
        ...

    def vectors_of(self, stretch: Stretch, unit: Unit, model: str) -> Halves | None:
        """The vectors of a document, a row each; None where not all are there."""
        ...


class Group:
    """Documents that are weighed together: how telling a word is follows from these texts alone.

    Args:
        index: the index.
        number: its own in the index.
        size: the number of its passages.
        stretches: its documents, in order.
        lexicon: helps to read their words.

    Attributes:
        elsewhere: whether passages lie elsewhere, and are to be fetched several at once.
    """

    elsewhere = False

    def __init__(self, index: Shared, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon) -> None:
        self.number = number
        self._index, self._stretches = index, stretches
        self._by_id = {stretch.document.id: stretch for stretch in stretches}
        self._firsts = [stretch.passages.start for stretch in stretches]
        connection = index.connection
        self.documents = tuple(stretch.document for stretch in stretches)
        self.passages: Sequence[Passage] = Lazy(size, lambda passage: index.passage_with(self._key(passage)))
        self._arrays = Arrays(connection, number)
        self._read_with(Words(self._arrays), lexicon)
        self.sentences = SentenceIndex(connection, number, self.words)
        self.hints = HintIndex(self._arrays, self.words)
        self.retriever: Retriever = (WholeBM25 if size < ALL_BELOW else BM25)(connection, number, size)
        self._besides: dict[int, list[int]] = {}
        self._keys_of_headings: dict[str, frozenset[int]] = {}
        self._made: dict[Callable[[Group], Any], Any] = {}

    def _read_with(self, words: Words, lexicon: Lexicon) -> None:
        self.words = words
        sources, hints = KnownForms(words, IN_SOURCE), KnownForms(words, IN_HINT)
        self.analyser = Analyser(lexicon, sources, hints, ReadForms(words))
        self.keys = KnownKeys(words, HELD)
        self._stems = KnownKeys(words, OF_SOURCE)

    def _key(self, number: int) -> int:
        """The key of a passage."""
        return key_of(self.number, number + self._stretch_of(number).shift)

    def _stretch_of(self, number: int) -> Stretch:
        """Where the document of a passage stands."""
        return self._stretches[bisect_right(self._firsts, number) - 1]

    def once(self, make: Callable[["Group"], Made]) -> Made:
        """What follows from its texts alone: made when it is first asked for, and kept as long as the group is."""
        made: Made | None = self._made.get(make)
        if made is None:
            made = self._made[make] = make(self)
        return made

    def fetch(self, numbers: Iterable[int]) -> bool:
        """Have these passages at hand: where they lie elsewhere, all are read at once. Here they lie in the file already.

        Returns:
            Whether they are; elsewhere, in a rehearsal (see `Index.rehearsed`), they may not be yet.
        """
        return True

    def read_ahead(self, numbers: Iterable[int]) -> None:
        """Read several passages at once that will all be looked at, where they lie in the file: one by one takes longer."""
        self._index.passages_with([self._key(number) for number in numbers])

    def holding(self, words: Sequence[str], among: Sequence[range]) -> list[list[int]] | None:
        """The passages that have each of some folded words, in order, for each of some stretches of passages.

        Returns:
            None in a rehearsal, where they are not known yet.
        """
        retriever = self.retriever
        assert isinstance(retriever, BM25)
        held = retriever.holding(Field.FORMS, words)
        return [held[held.searchsorted(stretch.start) : held.searchsorted(stretch.stop)].tolist() for stretch in among]

    def having(self, wanted: Sequence[Iterable[str]], numbers: Sequence[int]) -> list[NDArray[np.bool_]] | None:
        """For each of some lists of stems and roots, which of some passages may have a word of it, in their text or the headings above it.

        Returns:
            None where to look at the passages themselves takes no longer: in a small group; and where they lie elsewhere.
        """
        retriever = self.retriever
        if self.elsewhere or len(self.passages) < ALL_BELOW or not isinstance(retriever, BM25):
            return None
        every = np.array(numbers, dtype=np.int64)
        return [retriever.having(Field.RELATED, [key for some in keys for key in (some, ROOT_MARK + some)], every) for keys in wanted]

    def number_of(self, passage_id: str) -> int | None:
        """The number of the passage with an id; None where it is not one of these."""
        return self._index.number_in(self.number, passage_id)

    def views(self, number: int) -> list[SentenceView]:
        """The sentences of one passage."""
        return self.sentences.views(number)

    def passage_facts(self, number: int) -> Facts:
        """The answer types that a whole passage offers."""
        return self.sentences.passage_facts(number)

    def knows_stem(self, word: str) -> bool:
        """Whether a stem is that of a word of the sources."""
        return word in self._stems

    def stretch(self, document_id: str) -> range:
        """The numbers of a document's passages; empty where there is no such document here."""
        stretch = self._by_id.get(document_id)
        return stretch.passages if stretch else range(0)

    def outline(self, document_id: str) -> list[tuple[Section, range]]:
        """The sections of a document in reading order, each with the numbers of the passages right below it."""
        stretch = self._by_id.get(document_id)
        return self._index.outline_of(stretch) if stretch else []

    def in_headings(self, document_id: str, forms: Iterable[str]) -> bool:
        """Whether each of some folded words stands in a heading of a document under which there is text."""
        stretch = self._by_id.get(document_id)
        if stretch is None:
            return False
        starts, values = self.sentences.headings
        headings = values[int(starts[stretch.sections.start]) : int(starts[stretch.sections.stop])]
        return all(any(number >= 0 and bool((headings == number).any()) for number in self.words.numbers_of(form)) for form in forms)

    def headings_with(self, document_id: str, wanted: Sequence[Iterable[str]]) -> list[Section]:
        """The sections of a document whose headings, all of them together, have a word of each of some lists of stems and roots."""
        stretch = self._by_id.get(document_id)
        if stretch is None:
            return []
        # Of each list the words that stand in a heading at all: mostly one list has none.
        of_headings = self._heading_keys(stretch)
        in_headings = [of_headings.intersection([n for key in some for n in self.words.numbers_of_key(key)]) for some in wanted]
        if not all(in_headings):
            return []
        starts, values = self.sentences.headings
        ends = starts[stretch.sections.start : stretch.sections.stop + 1].astype(np.int64)
        owner, _, keys = self.words.keys_of.spread(values[int(ends[0]) : int(ends[-1])].astype(np.int64))
        sections = np.repeat(np.arange(len(ends) - 1), np.diff(ends))[owner]
        held = np.ones(len(ends) - 1, dtype=bool)
        for numbers in in_headings:
            # What numpy has for this would import its masked arrays, which takes longer than a question.
            known = np.array(sorted(numbers), dtype=np.int64)
            having = np.zeros(len(held), dtype=bool)
            having[sections[positions(known, keys)[1]]] = True
            held &= having
        return [self._index.section_with(key_of(self.number, stretch.sections.start + int(section))) for section in np.flatnonzero(held)]

    def _heading_keys(self, stretch: Stretch) -> frozenset[int]:
        """The numbers of the stems and roots of all words in the headings of a document."""
        known = self._keys_of_headings.get(stretch.document.id)
        if known is None:
            starts, values = self.sentences.headings
            of_document = values[int(starts[stretch.sections.start]) : int(starts[stretch.sections.stop])]
            _, _, keys = self.words.keys_of.spread(distinct(of_document))
            if len(self._keys_of_headings) >= DOCUMENTS:
                self._keys_of_headings.clear()
            known = self._keys_of_headings[stretch.document.id] = frozenset(keys.tolist())
        return known

    def beside(self, number: int) -> list[int]:
        """The numbers of the passages under the same heading, in order; where a document has that heading twice, under both."""
        numbers = self._besides.get(number)
        if numbers is None:
            connection, shift = self._index.connection, self._stretch_of(number).shift
            alike = connection.execute(_ALIKE, (self._section_key(number),)).fetchone()
            rows = connection.execute(_BESIDE, alike)
            numbers = [n for first, count in rows for n in range(first - shift, first - shift + count)]
            if len(self._besides) >= REMEMBERED:
                self._besides.clear()
            self._besides |= dict.fromkeys(numbers, numbers)
        return numbers

    def _section_key(self, number: int) -> int:
        """The key of the section of a passage."""
        return key_of(self.number, self.sentences.row(number).section)

    def document(self, document_id: str) -> Document | None:
        """The document with this id; None where there is no such document here."""
        stretch = self._by_id.get(document_id)
        return stretch.document if stretch else None

    def kind_of(self, number: int) -> Kind:
        """What kind of text a passage is."""
        return self.sentences.kind(number)

    def section_of(self, number: int) -> Section:
        """The section of a passage; its words are not read for it."""
        return self._index.section_with(self._section_key(number))

    def same_part(self, one: int, other: int) -> bool:
        """Whether two passages stand in the same document, under the same headings."""
        a, b = self._section_key(one), self._section_key(other)
        if a == b:
            return True
        headings = self._index.section_with(a).headings, self._index.section_with(b).headings
        return headings[0] == headings[1] and self.document_of(one) is self.document_of(other)

    def document_of(self, number: int) -> Document:
        """The document of a passage."""
        return self.documents[bisect_right(self._firsts, number) - 1]

    @cached_property
    def facts(self) -> SourceFacts:
        """What its sources speak of."""
        return source_facts(self._arrays)

    def vectors(self, unit: Unit, model: str) -> Halves | None:
        """The vectors of all sentences or passages, a row each, in order; None where not all have one. See `index_vectors.IndexVectors.fill`."""
        parts = [self._index.vectors_of(stretch, unit, model) for stretch in self._stretches]
        return np.concatenate([part for part in parts if part is not None]) if all(part is not None for part in parts) else None

    def vectors_in(self, document_id: str, unit: Unit, model: str) -> Halves | None:
        """The same of one document."""
        stretch = self._by_id.get(document_id)
        return self._index.vectors_of(stretch, unit, model) if stretch else None
