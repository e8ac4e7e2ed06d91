"""An index of two files: that of the whole folder, and beside it what changed since; see `index.changes`.

What is asked for all documents together is answered by both. The words of the smaller file are numbered behind those of the larger one, but
for those that both have; its texts stand behind the others in the posting lists. What tells how telling a word is, is kept anew for all
texts that count, so that every answer and every score is that of an index made afresh.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.bm25 import BM25, Known
from bot.index.group import Group, SourceFacts, Stretch, source_facts
from bot.index.hints import HintIndex
from bot.index.index import Index, version_of
from bot.index.postings import FIELDS, STEPS, FieldIndex, Numbers, PostingList, Postings
from bot.index.protocol import Field
from bot.index.ranking import allowed
from bot.index.schema import FORMAT, GROUP_BITS, Arrays, Floats, Integers, Joined, Rows, changes_of, key_of, read_both, unpacked_words
from bot.index.sentences import SentenceIndex
from bot.index.words import Words
from bot.language.lexicon import Lexicon
from bot.language.near_words import WordArrays
from bot.language.strings import Strings


def open_with_changes(path: Path) -> Index:
    """The index that lies in a file, with what changed since it was made, where that lies beside it.

    Raises:
        sqlite3.Error, ValueError: there is no such file, or it is none of ours.
    """
    changes = changes_of(path)
    if not changes.exists():
        return Index.open(path)
    # What was written for another file, or is torn, is passed over: then the documents that changed are seen to have changed.
    with suppress(sqlite3.Error, ValueError, TypeError, KeyError):
        connection = read_both(changes, path)
        if connection.execute("PRAGMA main.user_version").fetchone() == (FORMAT,):
            facts: dict[str, str] = dict(connection.execute("SELECT name, value FROM facts WHERE name IN ('whole', 'joined')"))
            if facts["whole"] == version_of(connection, "whole."):
                return JoinedIndex(connection, path, Joined(*map(int, facts["joined"].split())) if "joined" in facts else None)
        connection.close()
    return Index.open(path)


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
        return [key for key in super()._keys(column, number) if self._number(key) is not None]

    def _number(self, key: int) -> int | None:
        group, row = key >> GROUP_BITS, key & ((1 << GROUP_BITS) - 1)
        starts, stretches = self._rows_of.get(group, ([], []))
        stretch = stretches[bisect_right(starts, row) - 1] if starts and row >= starts[0] else None
        return row - stretch.shift if stretch and row in stretch.rows() else None

    @cached_property
    def _rows_of(self) -> dict[int, tuple[list[int], list[Stretch]]]:
        """By group where the rows of its documents begin, ascending, and the documents in that order."""
        ordered: dict[int, list[Stretch]] = {}
        for stretch in sorted(self._ordered, key=lambda stretch: stretch.rows().start):
            ordered.setdefault(stretch.group, []).append(stretch)
        return {group: ([stretch.rows().start for stretch in some], some) for group, some in ordered.items()}


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


class JoinedStrings(Strings):
    """Texts of two lists, one behind the other; those that both have stand in the first one only.

    Args:
        first, second: the lists.
        numbers: by which those of the second are known.
        hidden: which of the first are not found; None for none.
    """

    def __init__(self, first: Strings, second: Strings, numbers: Integers, hidden: NDArray[np.bool_] | None = None) -> None:
        self._first, self._second, self._known_by, self._hidden = first, second, numbers, hidden
        self._new = np.flatnonzero(numbers >= len(first)).tolist()

    def __len__(self) -> int:
        return len(self._first) + len(self._new)

    def __getitem__(self, number: int) -> str:
        return self._first[number] if number < len(self._first) else self._second[self._new[number - len(self._first)]]

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def all(self) -> list[str]:
        """See `Strings.all`."""
        return [*self._first.all(), *(self._second[number] for number in self._new)]

    def find(self, text: str) -> int:
        """See `Strings.find`."""
        number = self._first.find(text)
        if number >= 0:
            return -1 if self._hidden is not None and self._hidden[number] else number
        number = self._second.find(text)
        return int(self._known_by[number]) if number >= 0 else -1


class JoinedWords(Words):
    """The words of both files.

    Args:
        arrays: those of the larger file.
        changes: those of the smaller one.

    Attributes:
        forms_there, keys_there, grams_there: by which number each of the smaller file is known.
    """

    def __init__(self, arrays: Arrays, changes: Arrays) -> None:
        super().__init__(arrays)
        self._changes, self._second = changes, Words(changes)
        self._whole = Words(arrays)

    @cached_property
    def forms_there(self) -> Integers:
        return self._changes.numbers("joined.forms").astype(np.int64)

    @cached_property
    def keys_there(self) -> Integers:
        return self._changes.numbers("joined.keys").astype(np.int64)

    @cached_property
    def grams_there(self) -> Integers:
        return self._changes.numbers("joined.grams").astype(np.int64)

    @cached_property
    def forms(self) -> Strings:
        """All forms; what no text has any more is not found."""
        whole = self._whole.forms
        return JoinedStrings(whole, self._second.forms, self.forms_there, np.frombuffer(self.form_flags, dtype=np.uint8)[: len(whole)] == 0)

    @cached_property
    def form_flags(self) -> bytes:
        """See `Words.form_flags`."""
        return self._changes.data("joined.form_flags")

    @cached_property
    def keys(self) -> Strings:
        """All keys."""
        return JoinedStrings(self._whole.keys, self._second.keys, self.keys_there)

    @cached_property
    def key_flags(self) -> bytes:
        """See `Words.key_flags`."""
        return self._changes.data("joined.key_flags")

    @cached_property
    def keys_of(self) -> Rows:
        """The keys of each form. A form of both files has those of the smaller one: it may be read otherwise now."""
        second = self._second.keys_of
        return replaced(self._whole.keys_of, Rows(second.starts, self.keys_there.take(second.values).astype(np.uint32)), self.forms_there)

    @cached_property
    def grams(self) -> Strings:
        """All character n-grams."""
        return JoinedStrings(self._whole.grams, self._second.grams, self.grams_there)

    @cached_property
    def grams_of(self) -> Rows:
        """The n-grams of each form."""
        second = self._second.grams_of
        return replaced(self._whole.grams_of, Rows(second.starts, self.grams_there.take(second.values).astype(np.uint32)), self.forms_there)

    def spelling(self, flag: int) -> WordArrays:
        """See `Words.spelling`."""
        return self._second.spelling(flag)


def replaced(rows: Rows, others: Rows, numbers: Integers) -> Rows:
    """Rows of which some were replaced, with more behind them.

    Args:
        others: what comes in their place, or behind them.
        numbers: of each of `others`; those behind `rows` come without a gap.
    """
    size = max(len(rows.starts) - 1, int(numbers.max(initial=-1)) + 1)
    begins, sizes = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    starts = rows.starts.astype(np.int64)
    begins[: len(starts) - 1], sizes[: len(starts) - 1] = starts[:-1], np.diff(starts)
    behind = others.starts.astype(np.int64)
    begins[numbers], sizes[numbers] = behind[:-1] + len(rows.values), np.diff(behind)
    ends = np.cumsum(sizes)
    picked = np.arange(int(ends[-1]) if size else 0) + np.repeat(begins - ends + sizes, sizes)
    return Rows(np.append(0, ends).astype(np.uint32), np.concatenate([rows.values, others.values]).take(picked))


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
