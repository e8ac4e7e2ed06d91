"""Posting lists as they lie in the file: made with rank-bm25's own BM25Plus, and read again.

What BM25Plus says of a term in a text is its idf times a number that depends on two things only: how often the text has the term, and
how long the text is. Both are few: some thousand different idf and pairs of count and length in a hundred thousand texts. So while an
index is built a real BM25Plus, with the size and the average length of the index, is asked for each of them once (`tabulate`), and what
it says is kept. BM25Plus gives every text a constant, delta times idf, whether it has the term or not: that baseline is subtracted.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.index.protocol import Field
from bot.index.schema import Arrays, ArrayWriter, Floats, Integers, distinct, packed
from bot.named import NamedTuple

FIELDS = tuple(Field)

_TERM = "t"


class Table(NamedTuple):
    """What BM25Plus says, for one field.

    Attributes:
        idf: by the number of texts that have a term, for the numbers that occur; that of 1 is always there.
        counts: how often a text has a term: the counts that occur, ascending.
        lengths: the lengths of texts that occur, ascending.
        scores: by count and length, for an idf of 1, the baseline subtracted.
        limit: what no such score exceeds.
    """

    idf: Mapping[int, float]
    counts: NDArray[np.uint32]
    lengths: NDArray[np.uint32]
    scores: Floats
    limit: float


def tabulate(size: int, average: float, frequencies: Iterable[int], counts: Sequence[int], lengths: Sequence[int]) -> Table:
    """Ask BM25Plus for every number that scoring these texts can need.

    Args:
        size: the number of texts.
        average: their average length, above 0.
        frequencies: numbers of texts that have a term.
        counts: how often a text has a term, each once, ascending, at least one.
        lengths: lengths of texts, each once, ascending.
    """
    # Imported here: a question asks what is kept, and should not wait for it.
    from rank_bm25 import BM25Plus

    engine = BM25Plus([[_TERM] * count for count in counts])
    # Its statistics are those of the index. The idf is the package's own too: `_calc_idf` is what each of its variants defines.
    engine.corpus_size, engine.avgdl = size, average
    engine._calc_idf({frequency: frequency for frequency in {1, *frequencies}})
    idf = {frequency: float(engine.idf[frequency]) for frequency in {1, *frequencies}}
    engine.idf = {_TERM: 1.0}
    scores = np.zeros((len(counts), len(lengths)))
    for column, length in enumerate(lengths):
        engine.doc_len = [length] * len(counts)
        scores[:, column] = np.asarray(engine.get_batch_scores([_TERM], range(len(counts)))) - engine.delta
    return Table(idf, np.asarray(counts, np.uint32), np.asarray(lengths, np.uint32), scores, float(engine.k1 + 1))


def write_table(writer: ArrayWriter, name: str, table: Table) -> None:
    """Put what BM25Plus says into a file."""
    writer.put(f"{name}.frequencies", packed(table.idf))
    writer.put(f"{name}.idf", np.fromiter(table.idf.values(), dtype=np.float64).tobytes())
    writer.put(f"{name}.counts", table.counts.tobytes())
    writer.put(f"{name}.scores", table.scores.tobytes())
    writer.put(f"{name}.limit", np.float64(table.limit).tobytes())


def idf_table(size: int) -> list[float]:
    """BM25Plus's idf of a term that 1, 2 and so on up to all of so many texts have."""
    idf = tabulate(size, 1.0, range(1, size + 1), (1,), (1,)).idf if size else {}
    return [idf[number] for number in range(1, size + 1)]


HEAD = struct.Struct("<BBI")
_WIDTHS: Mapping[int, np.dtype[np.unsignedinteger]] = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_COUNTED, _LARGE = 16, 32
"""Beside the width of the gaps: whether any text has the term more than once, and whether any has it more than 255 times."""
_SMALL = 255
STEPS = 255


Numbers = NDArray[np.uint32]


class PostingList(Protocol):
    """The texts that have a term.

    Attributes:
        numbers: of the texts, ascending.
        scores: what each of them scores with an idf of 1.
    """

    @property
    def numbers(self) -> Numbers: ...
    @property
    def scores(self) -> Floats: ...

    def hold(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of some texts have the term."""
        ...

    def of(self, numbers: Numbers) -> Floats:
        """What some texts score with an idf of 1, 0 where a text has the term not."""
        ...


class Postings:
    """The texts that have a term, as a list in the file tells; see `PostingList`.

    Args:
        index: of the field.
        texts: their number.
        data: as it lies in the file.
        first: what is added to the numbers of all texts.

    Attributes:
        numbers: of the texts, ascending.
    """

    __slots__ = ("_before", "_counts", "_flags", "_index", "_scores", "numbers")

    def __init__(self, index: "FieldIndex", texts: int, data: bytes, first: int = 0) -> None:
        width, _, least = HEAD.unpack_from(data)
        width, counted, large = width & ~(_COUNTED | _LARGE), width & _COUNTED, width & _LARGE
        gaps = np.empty(texts, dtype=np.uint32)
        gaps[0] = first + least
        gaps[1:] = np.frombuffer(data, dtype=_WIDTHS[width], count=texts - 1, offset=HEAD.size)
        self.numbers: Numbers = np.cumsum(gaps, dtype=np.uint32, out=gaps)
        self._index = index
        # A bit for each text tells whether it has the term more than once, and then how often.
        flags, size = HEAD.size + width * (texts - 1), (texts + 7) // 8 if counted else 0
        self._flags = np.frombuffer(data, dtype=np.uint8, count=size, offset=flags) if counted else None
        self._counts = np.frombuffer(data, dtype="<u2" if large else "<u1", offset=flags + size) if counted else None
        self._scores: Floats | None = None
        self._before: Integers | None = None

    @property
    def scores(self) -> Floats:
        """What each of them scores with an idf of 1."""
        if self._scores is None:
            self._scores = self._index.once.take(self.numbers)
            if self._flags is not None and self._counts is not None:
                more = np.flatnonzero(np.unpackbits(self._flags, count=len(self.numbers)))
                self._scores[more] = self._index.scores(self._counts, self.numbers[more])
        return self._scores

    def hold(self, numbers: Numbers) -> NDArray[np.bool_]:
        """Which of some texts have the term."""
        positions = self.numbers.searchsorted(numbers)
        positions[positions == len(self.numbers)] = 0
        there: NDArray[np.bool_] = self.numbers.take(positions) == numbers
        return there

    def of(self, numbers: Numbers) -> Floats:
        """What some texts score with an idf of 1, 0 where a text has the term not."""
        positions = self.numbers.searchsorted(numbers)
        positions[positions == len(self.numbers)] = 0
        there = self.numbers.take(positions) == numbers
        if self._scores is not None:
            scores = self._scores.take(positions)
        else:
            # Of a long list only the scores that are asked for are looked up.
            scores = self._index.once.take(numbers)
            if self._flags is not None and self._counts is not None:
                bytes_, bits = positions >> 3, positions & 7
                more = (self._flags.take(bytes_) << bits & there << np.int64(7)).nonzero()[0]
                if len(more):
                    if self._before is None:
                        self._before = np.cumsum(np.bitwise_count(self._flags), dtype=np.int64)
                    of, left = bytes_[more], 8 - bits[more]
                    flags = self._flags[of].astype(np.int64)
                    rank = self._before[of] - np.bitwise_count(flags & (1 << left) - 1)
                    scores[more] = self._index.scores(self._counts[rank], numbers[more])
        scores *= there
        return scores


class Lists(NamedTuple):
    """The posting lists of one field.

    Attributes:
        terms: each with a list.
        starts: where each list begins.
        numbers, counts: the texts of all lists, and how often each has the term.
    """

    terms: Sequence[str]
    starts: Integers
    numbers: Numbers
    counts: NDArray[np.uint16]


class FieldWriter:
    """Makes the posting lists of one field.

    Args:
        texts: the number of texts.
        owners: for each term of each text the number of the text.
        terms: for each the number of the term, in the same order.
    """

    def __init__(self, texts: int, owners: Integers, terms: Integers) -> None:
        self._texts = texts
        self.lengths = np.bincount(owners, minlength=texts) if len(owners) else np.zeros(texts, dtype=np.int64)
        pairs = terms << 32 | owners
        pairs.sort()
        first = np.flatnonzero(np.diff(pairs, prepend=-1))
        self._counts = np.minimum(np.diff(first, append=len(pairs)), 65_535).astype(np.uint16)
        pairs = pairs[first]
        self._numbers = (pairs & 0xFFFFFFFF).astype(np.uint32)
        pairs >>= 32
        self._starts = np.flatnonzero(np.diff(pairs, prepend=-1))
        self._ends = np.append(self._starts[1:], len(pairs))
        self._terms = pairs[self._starts].tolist()

    def write(self, connection: sqlite3.Connection, group: int, field: Field, names: Sequence[str]) -> Lists | None:
        """Put the posting lists and the table of the field into a file.

        Args:
            names: the terms by their numbers.

        Returns:
            The posting lists; None where no text has a term.
        """
        writer = ArrayWriter(connection, group)
        writer.put(f"{field.value}.lengths", packed(self.lengths.tolist()))
        frequencies = (self._ends - self._starts).tolist()
        if not frequencies:
            return None
        average = float(self.lengths.sum()) / self._texts
        table = tabulate(self._texts, average, frequencies, np.unique(self._counts).tolist(), np.unique(self.lengths).tolist())
        ordinal = FIELDS.index(field)
        terms = [names[term] for term in self._terms]
        rows = sorted(zip(terms, frequencies, self._encoded(table), strict=True), key=itemgetter(0))
        connection.executemany(f"INSERT INTO terms VALUES ({group}, {ordinal}, ?, ?, ?)", rows)  # noqa: S608 - numbers of ours
        write_table(writer, field.value, table)
        return Lists(terms, self._starts, self._numbers, self._counts)

    def _encoded(self, table: Table) -> Iterator[bytes]:
        """Each posting list: a head, the gaps between the numbers, and the counts that are not 1."""
        columns = np.searchsorted(table.lengths, self.lengths)
        first = 0
        while first < len(self._starts):
            # So many terms at once that what is worked on stays small.
            last = max(first + 1, int(np.searchsorted(self._ends, self._starts[first] + SLICE)))
            begin, end = int(self._starts[first]), int(self._ends[last - 1])
            chosen = slice(begin, end)
            yield from self._slice(self._starts[first:last] - begin, self._ends[first:last] - begin, chosen, table, columns)
            first = last

    def _slice(self, starts: Integers, ends: Integers, chosen: slice, table: Table, columns: Integers) -> Iterator[bytes]:
        numbers, counts = self._numbers[chosen], self._counts[chosen]
        gaps = np.diff(numbers, prepend=numbers[:1])
        gaps[starts] = 0
        widest = np.maximum.reduceat(gaps, starts)
        widths = np.where(widest < 1 << 8, 1, np.where(widest < 1 << 16, 2, 4)).tolist()
        by_width = {width: gaps.astype(kind).tobytes() for width, kind in _WIDTHS.items()}
        scores = table.scores[np.searchsorted(table.counts, counts), columns[numbers]]
        # Rounded up: a bound must hold.
        peaks = np.ceil(np.maximum.reduceat(scores, starts) / table.limit * STEPS).astype(np.int64).clip(1, STEPS).tolist()
        most = np.maximum.reduceat(counts, starts).tolist()
        firsts = numbers[starts].tolist()
        flags, flags_end, often, often_end = _counted(starts, ends, counts)
        large, small = often.astype("<u2").tobytes(), often.astype("<u1").tobytes()
        flag = count = 0
        for n, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            width = widths[n]
            postings = by_width[width][(start + 1) * width : end * width]
            next_flag, next_count = flags_end[n], often_end[n]
            if most[n] > _SMALL:
                postings += flags[flag:next_flag] + large[2 * count : 2 * next_count]
                width |= _COUNTED | _LARGE
            elif most[n] > 1:
                postings += flags[flag:next_flag] + small[count:next_count]
                width |= _COUNTED
            flag, count = next_flag, next_count
            yield HEAD.pack(width, peaks[n], firsts[n]) + postings


def _counted(starts: Integers, ends: Integers, counts: NDArray[np.uint16]) -> tuple[bytes, list[int], NDArray[np.uint16], list[int]]:
    """Which texts of each of some lists have the term more than once, a bit each, where those of each list end; how often, and where that ends."""
    flags_end = np.cumsum((ends - starts + 7) // 8)
    more = np.flatnonzero(counts > 1)
    owner = np.searchsorted(starts, more, side="right") - 1
    bits = np.zeros(8 * int(flags_end[-1]), dtype=bool)
    bits[8 * (np.append(0, flags_end[:-1]))[owner] + more - starts[owner]] = True
    often_end = np.cumsum(np.bincount(owner, minlength=len(starts)))
    return np.packbits(bits).tobytes(), flags_end.tolist(), counts[more], often_end.tolist()


SLICE = 2_000_000
"""Postings that are encoded at once."""


class FieldIndex:
    """One field of a group, as questions need it.

    Args:
        arrays: those of the group.
        name: of the table there, see `write_table`.
        lengths: the number of terms of each text.

    Attributes:
        lengths: the number of terms of each text.
        filled: whether any text has a term.
        idf: by the number of texts that have a term; `highest` is that of one text.
        limit: what no score with an idf of 1 exceeds.
    """

    def __init__(self, arrays: Arrays, name: str, lengths: NDArray[np.uint32]) -> None:
        self.lengths = lengths
        # A field in which no text has a term has no table.
        self.filled = bool(self.lengths.any())
        self.idf: dict[int, float] = {}
        self.highest = self.limit = 0.0
        if self.filled:
            idf = np.frombuffer(arrays.data(f"{name}.idf"), dtype=np.float64)
            self.idf = dict(zip(arrays.numbers(f"{name}.frequencies").tolist(), idf.tolist(), strict=True))
            self.highest, self.limit = self.idf[1], float(np.frombuffer(arrays.data(f"{name}.limit"), dtype=np.float64)[0])
            known = distinct(self.lengths)
            self._columns = np.searchsorted(known, self.lengths)
            self._counts = arrays.numbers(f"{name}.counts")
            self._rows = np.zeros(int(self._counts[-1]) + 1, dtype=np.int64)
            self._rows[self._counts] = np.arange(len(self._counts)) * len(known)
            self._scores = np.frombuffer(arrays.data(f"{name}.scores"), dtype=np.float64)

    @cached_property
    def once(self) -> Floats:
        """What each text scores for a term that it has once, with an idf of 1."""
        scores: Floats = self._scores.take(self._rows[1] + self._columns)
        return scores

    def counts(self, scores: Floats, numbers: Numbers) -> Integers:
        """How often texts have a term.

        Args:
            scores: what each scores for it with an idf of 1.
            numbers: of the texts.
        """
        # Of one length the score grows with the count: it tells which it was.
        table = self._scores.reshape(len(self._counts), -1)
        rows = (table[:, self._columns.take(numbers)] < scores).sum(axis=0)
        counts: Integers = self._counts.take(rows).astype(np.int64)
        return counts

    def scores(self, counts: NDArray[np.unsignedinteger], numbers: Numbers) -> Floats:
        """What texts score with an idf of 1.

        Args:
            counts: how often each has the term.
            numbers: of the texts.
        """
        scores: Floats = self._scores.take(self._rows.take(counts) + self._columns.take(numbers))
        return scores
