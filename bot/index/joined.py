"""An index of two files: that of the whole folder, and beside it what changed since; see `index.changes`.

What is asked for all documents together is answered by both. The words of the smaller file are numbered behind those of the larger one, but
for those that both have; its texts stand behind the others in the posting lists. What tells how telling a word is, is kept anew for all
texts that count, so that every answer and every score is that of an index made afresh.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.bm25 import BM25, Known
from bot.index.group import Group, SourceFacts, Stretch, source_facts
from bot.index.hints import HintIndex
from bot.index.index import Index, version_of
from bot.index.joined_words import JoinedWords
from bot.index.postings import FIELDS, STEPS, FieldIndex, Numbers, PostingList, Postings
from bot.index.protocol import Field
from bot.index.ranking import allowed
from bot.index.schema import FORMAT, GROUP_BITS, Arrays, Floats, Integers, Joined, Rows, key_of, read_both, unpacked_words
from bot.index.sentences import SentenceIndex
from bot.language.lexicon import Lexicon
from bot.named import NamedTuple


def joined_with(changes: Path, path: Path) -> Index | None:
    """The index of both files; None where what changed was written for another file than the larger one, or is torn."""
    with suppress(sqlite3.Error, ValueError, TypeError, KeyError):
        connection = read_both(changes, path)
        if connection.execute("PRAGMA main.user_version").fetchone() == (FORMAT,):
            facts: dict[str, str] = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('whole', 'joined')"))
            if facts["whole"] == version_of(connection, "whole."):
                return JoinedIndex(connection, path, Joined(*map(int, facts["joined"].split())) if "joined" in facts else None)
        connection.close()
    return None


class JoinedIndex(Index):
    """An index of two files.

    Args:
        connection: to both.
        path: of the larger one.
        joined: the documents that are weighed together, where some of them changed.
    """

    is_whole = False

    def __init__(self, connection: sqlite3.Connection, path: Path, joined: Joined | None) -> None:
        self.joined = joined
        self.apart = frozenset(name for (name,) in connection.execute("SELECT id FROM main.documents"))
        super().__init__(connection, path)

    def _in_order(self, stretches: Sequence[Stretch]) -> Sequence[Stretch]:
        """Documents of one group, numbered in the order of their ids, wherever their rows lie."""
        if self.joined is None or stretches[0].group != self.joined.group:
            return stretches
        ordered, first = [], 0
        for stretch in sorted(stretches, key=lambda stretch: stretch.document.id):
            start, count = stretch.passages.start, len(stretch.passages)
            ordered.append(stretch._replace(passages=range(first, first + count), shift=start - first))
            first += count
        return ordered

    def _group(self, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon) -> Group:
        if self.joined is None or number != self.joined.group:
            return super()._group(number, size, stretches, lexicon)
        return JoinedGroup(self, number, size, stretches, lexicon, self.joined)

    def _keys(self, column: str, number: int) -> Sequence[int]:
        standing = [(key, stretch) for key in super()._keys(column, number) if (stretch := self._stretch_at(key))]
        if len(standing) > 1:
            # As in an index that is made afresh: groups are numbered by their first documents, and documents stand in the order of their ids.
            standing.sort(key=lambda each: (self._rows_of[each[1].group].least, each[1].document.id, each[0]))
        return [key for key, _ in standing]

    def _number(self, key: int) -> int | None:
        stretch = self._stretch_at(key)
        return (key & ((1 << GROUP_BITS) - 1)) - stretch.shift if stretch else None

    def _stretch_at(self, key: int) -> Stretch | None:
        """The document that a row belongs to; None where that counts no more."""
        row, group = key & ((1 << GROUP_BITS) - 1), self._rows_of.get(key >> GROUP_BITS)
        stretch = group.stretches[bisect_right(group.starts, row) - 1] if group and row >= group.starts[0] else None
        return stretch if stretch and row in stretch.rows() else None

    @cached_property
    def _rows_of(self) -> dict[int, "GroupRows"]:
        """By group where the rows of its documents lie."""
        ordered: dict[int, list[Stretch]] = {}
        for stretch in sorted(self._ordered, key=lambda stretch: stretch.rows().start):
            ordered.setdefault(stretch.group, []).append(stretch)
        return {
            group: GroupRows([stretch.rows().start for stretch in some], some, min(stretch.document.id for stretch in some))
            for group, some in ordered.items()
        }


class GroupRows(NamedTuple):
    """Where the rows of a group's documents lie.

    Attributes:
        starts: where those of each document begin, ascending.
        stretches: the documents in that order.
        least: the first of their ids.
    """

    starts: list[int]
    stretches: list[Stretch]
    least: str


class JoinedGroup(Group):
    """Documents that are weighed together, some of which changed.

    Args:
        joined: where they lie.
    """

    def __init__(self, index: Index, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon, joined: Joined) -> None:
        super().__init__(index, number, size, stretches, lexicon)
        self._changes = Arrays(index.connection, joined.changes)
        words = JoinedWords(self._arrays, self._changes)
        self._read_with(words, lexicon)
        texts = self._changes.numbers("texts").astype(np.int64)
        self.sentences = JoinedSentences(index.connection, joined, words, texts, self._key)
        self.hints = HintIndex(self._arrays, words)
        self.retriever = JoinedBM25(index.connection, size, joined, texts)

    @cached_property
    def facts(self) -> SourceFacts:
        """See `Group.facts`."""
        return source_facts(self._changes)


class JoinedSentences(SentenceIndex):
    """The sentences of both files.

    Args:
        texts: by the number of a passage that of its text in the posting lists.
        key: gives the key of a passage's row.
    """

    def __init__(
        self, connection: sqlite3.Connection, joined: Joined, words: JoinedWords, texts: Integers, key: Callable[[int], int]
    ) -> None:  # fmt: skip
        super().__init__(connection, joined.group, words)
        self._forms_there, self._changes, self._key_of = words, Arrays(connection, joined.changes), key
        self._texts, self._behind = texts, key_of(joined.group, joined.passages)

    def _key(self, passage: int) -> int:
        return self._key_of(passage)

    def _forms(self, key: int, data: bytes) -> Integers:
        forms = unpacked_words(data)
        return forms if key < self._behind else self._forms_there.forms_there.take(forms)

    @cached_property
    def headings(self) -> Rows:
        """The forms of the headings of each section."""
        first, second = self._arrays.rows("headings"), self._changes.rows("headings")
        behind = self._forms_there.forms_there.take(second.values).astype(np.uint32)
        return Rows(np.concatenate([first.starts, second.starts[1:] + first.starts[-1]]), np.concatenate([first.values, behind]))

    @cached_property
    def _lengths(self) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        starts, lengths = zip(*(_lengths_in(arrays) for arrays in (self._arrays, self._changes)), strict=True)
        begins = np.concatenate([starts[0], starts[1] + np.uint32(len(lengths[0]))])
        return begins.take(self._texts), np.concatenate(lengths)

    def starts(self) -> Integers:
        """See `SentenceIndex.starts`."""
        ends = []
        for arrays in (self._arrays, self._changes):
            starts, lengths = _lengths_in(arrays)
            ends.append(np.diff(starts.astype(np.int64), append=len(lengths)))
        return np.append(0, np.cumsum(np.concatenate(ends).take(self._texts)))


def _lengths_in(arrays: Arrays) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Where the sentences of each text of one file begin, and how many keys each sentence has."""
    return arrays.numbers("sentences.starts"), np.frombuffer(arrays.data("sentences.lengths"), dtype=np.uint16)


class JoinedPostings:
    """The texts that have a term, in both files; see `PostingList`.

    Args:
        first, second: those of each file.
    """

    def __init__(self, first: Postings, second: Postings) -> None:
        self._first, self._second = first, second
        self.numbers: Numbers = np.concatenate([first.numbers, second.numbers])

    @property
    def scores(self) -> Floats:
        """See `PostingList`."""
        return np.concatenate([self._first.scores, self._second.scores])

    def hold(self, numbers: Numbers) -> NDArray[np.bool_]:
        """See `PostingList`."""
        return self._first.hold(numbers) | self._second.hold(numbers)

    def of(self, numbers: Numbers) -> Floats:
        """See `PostingList`."""
        # A text lies in one of the two: of the other one it has 0.
        return self._first.of(numbers) + self._second.of(numbers)


class JoinedBM25(BM25):
    """The Retriever on both files.

    Args:
        size: the number of texts that count.
        texts: by the number of a passage that of its text in the posting lists.
    """

    def __init__(self, connection: sqlite3.Connection, size: int, joined: Joined, texts: Integers) -> None:
        super().__init__(connection, joined.group, size)
        self._changes, self._behind, self._texts_of = Arrays(connection, joined.changes), joined.passages, texts
        self._changes_group = joined.changes
        self._listed = joined.passages + len(self._changes.numbers("sentences.starts"))
        self._numbers_of = np.full(self._listed, -1, dtype=np.int64)
        self._numbers_of[texts] = np.arange(size)
        self._counts = self._numbers_of >= 0
        self._rises: dict[int, tuple[float, float]] = {}

    def lengths(self, field: Field) -> NDArray[np.uint32]:
        """See `BM25.lengths`."""
        return super().lengths(field).take(self._texts_of)

    def _texts(self, numbers: Integers) -> Integers:
        return self._texts_of.take(numbers)

    def _numbers(self, texts: Integers) -> Integers:
        return self._numbers_of.take(texts)

    def _counted(self, texts: Integers | Numbers) -> Integers:
        numbers = self._numbers_of.take(texts)
        return np.sort(numbers[numbers >= 0])

    def _inside(self, among: Sequence[range] | None) -> NDArray[np.bool_] | None:
        inside = allowed(self.size, among)
        if inside is None:
            return self._counts
        counts = np.zeros(self._listed, dtype=bool)
        counts[self._texts_of] = inside
        return counts

    def _peak(self, ordinal: int, known: Known) -> float:
        """See `BM25._peak`: what was said where texts were shorter on average may have risen with the average, by as much at most."""
        rises = self._rises.get(ordinal)
        if rises is None:
            parts = [arrays.numbers(f"{FIELDS[ordinal].value}.lengths") for arrays in (self._arrays, self._changes)]
            average = float(self._field(ordinal).lengths.sum()) / self.size
            first, second = (average / max(1.0, float(part.sum())) * len(part) for part in parts)
            rises = self._rises[ordinal] = max(1.0, first), max(1.0, second)
        lists = ((rises[0], known.postings), (rises[1], known.changed[1]))
        return min(float(STEPS), max((rise * postings[1] for rise, postings in lists if postings), default=0.0))

    def _read_field(self, field: Field) -> FieldIndex:
        lengths = np.concatenate([arrays.numbers(f"{field.value}.lengths") for arrays in (self._arrays, self._changes)])
        lengths[~self._counts] = 0
        return FieldIndex(self._changes, f"joined.{field.value}", lengths)

    def _read_terms(self, ordinal: int, terms: Sequence[str]) -> dict[str, Known]:
        known = super()._read_terms(ordinal, terms)
        changed = {
            term: (texts, data) for term, texts, data in self._rows("texts, postings FROM terms", self._changes_group, ordinal, terms)
        }
        for term, texts in self._rows("texts FROM counted", self._group, ordinal, terms):
            first = known.get(term, Known(0, b""))
            known[term] = Known(texts, first.postings, changed.get(term, (0, b"")), first.texts)
        return known

    def _unpacked(self, index: FieldIndex, known: Known) -> PostingList:
        first = Postings(index, known.texts if known.listed is None else known.listed, known.postings) if known.postings else None
        second = Postings(index, known.changed[0], known.changed[1], self._behind) if known.changed[1] else None
        if first and second:
            return JoinedPostings(first, second)
        only = first or second
        assert only is not None
        return only
