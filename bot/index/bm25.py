"""rank-bm25's BM25Plus over posting lists.

What BM25Plus says of a term in a text is its idf times a number that depends on two things only: how often the text has the term, and
how long the text is. Both are few: some thousand different idf and pairs of count and length in a hundred thousand texts. So while an
index is built a real BM25Plus, with the size and the average length of the index, is asked for each of them once (`tabulate`), and what
it says is kept; a question adds up what stands there, for the texts that its posting lists name. BM25Plus gives every text a constant,
delta times idf, whether it has the term or not: that baseline is subtracted. The scores are rank-bm25's own, see tests/index.

Where there are many texts most can't be among the best: those are left out before they are scored (`BM25._proposed`), by the bounds of
MaxScore (Turtle and Flood, 1995); what remains is the very list that scoring all would give.
"""

import sqlite3
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.index.protocol import Field, Hit, Terms
from bot.index.schema import Arrays, ArrayWriter, Floats, Integers, distinct, packed

COMMON_SHARE, COMMON_FROM = 0.5, 2_000
"""A term that more than this share of the texts has is left out of a query once there are this many texts: it costs most, tells least."""

FIELDS = tuple(Field)

MEMORY = 3_000_000
"""Postings that are remembered as they are read, at most: what people ask comes back."""

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
    for place, length in enumerate(lengths):
        engine.doc_len = [length] * len(counts)
        scores[:, place] = np.asarray(engine.get_batch_scores([_TERM], range(len(counts)))) - engine.delta
    return Table(idf, np.asarray(counts, np.uint32), np.asarray(lengths, np.uint32), scores, float(engine.k1 + 1))


def idf_table(size: int) -> list[float]:
    """BM25Plus's idf of a term that 1, 2 and so on up to all of so many texts have."""
    idf = tabulate(size, 1.0, range(1, size + 1), (1,), (1,)).idf if size else {}
    return [idf[number] for number in range(1, size + 1)]


_HEAD = struct.Struct("<BBI")
_WIDTHS: Mapping[int, np.dtype[np.unsignedinteger]] = {1: np.dtype("<u1"), 2: np.dtype("<u2"), 4: np.dtype("<u4")}
_COUNTED = 16
_STEPS = 255


class Postings(NamedTuple):
    """The texts that have a term.

    Attributes:
        numbers: of the texts, ascending.
        rows: how often each has it, as a row of the table of scores; None where all have it once.
    """

    numbers: Integers
    rows: Integers | None


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

    def write(self, connection: sqlite3.Connection, group: int, field: Field, names: Sequence[str]) -> None:
        """Put the posting lists and the table of the field into a file.

        Args:
            names: the terms by their numbers.
        """
        writer = ArrayWriter(connection, group)
        writer.put(f"{field.value}.lengths", packed(self.lengths.tolist()))
        frequencies = (self._ends - self._starts).tolist()
        if not frequencies:
            return
        average = float(self.lengths.sum()) / self._texts
        table = tabulate(self._texts, average, frequencies, np.unique(self._counts).tolist(), np.unique(self.lengths).tolist())
        place = FIELDS.index(field)
        rows = zip((names[term] for term in self._terms), frequencies, self._encoded(table), strict=True)
        connection.executemany("INSERT INTO terms VALUES (?, ?, ?, ?, ?)", sorted((group, place, *row) for row in rows))
        writer.put(f"{field.value}.frequencies", packed(table.idf))
        writer.put(f"{field.value}.idf", np.fromiter(table.idf.values(), dtype=np.float64).tobytes())
        writer.put(f"{field.value}.counts", table.counts.tobytes())
        writer.put(f"{field.value}.scores", table.scores.tobytes())
        writer.put(f"{field.value}.limit", np.float64(table.limit).tobytes())

    def _encoded(self, table: Table) -> Iterator[bytes]:
        """Each posting list: a head, the gaps between the numbers, and the counts that are not 1."""
        columns = np.searchsorted(table.lengths, self.lengths)
        first = 0
        while first < len(self._starts):
            # So many terms at once that what is worked on stays small.
            last = max(first + 1, int(np.searchsorted(self._ends, self._starts[first] + SLICE)))
            begin, end = int(self._starts[first]), int(self._ends[last - 1])
            yield from self._slice(self._starts[first:last] - begin, self._ends[first:last] - begin, slice(begin, end), table, columns)
            first = last

    def _slice(self, starts: Integers, ends: Integers, chosen: slice, table: Table, columns: Integers) -> Iterator[bytes]:
        numbers, counts = self._numbers[chosen], self._counts[chosen]
        gaps = np.diff(numbers, prepend=numbers[:1])
        gaps[starts] = 0
        widest = np.maximum.reduceat(gaps, starts)
        widths = np.where(widest < 1 << 8, 1, np.where(widest < 1 << 16, 2, 4)).tolist()
        by_width = {width: gaps.astype(kind) for width, kind in _WIDTHS.items()}
        scores = table.scores[np.searchsorted(table.counts, counts), columns[numbers]]
        # Rounded up: a bound must hold.
        peaks = np.ceil(np.maximum.reduceat(scores, starts) / table.limit * _STEPS).astype(np.int64).clip(1, _STEPS).tolist()
        several = (np.maximum.reduceat(counts, starts) > 1).tolist()
        firsts = numbers[starts].tolist()
        for place, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True)):
            width = widths[place]
            postings = by_width[width][start + 1 : end].tobytes()
            if several[place]:
                more = counts[start:end] > 1
                postings += np.packbits(more).tobytes() + counts[start:end][more].astype("<u2").tobytes()
                width |= _COUNTED
            yield _HEAD.pack(width, peaks[place], firsts[place]) + postings


SLICE = 2_000_000
"""Postings that are encoded at once."""


class _FieldIndex:
    """One field of a group, as questions need it."""

    def __init__(self, arrays: Arrays, field: Field) -> None:
        self.lengths = arrays.numbers(f"{field.value}.lengths")
        # A field in which no text has a term has no table.
        self.filled = bool(self.lengths.any())
        self.idf: dict[int, float] = {}
        self.highest = self.limit = 0.0
        if self.filled:
            idf = np.frombuffer(arrays.data(f"{field.value}.idf"), dtype=np.float64)
            self.idf = dict(zip(arrays.numbers(f"{field.value}.frequencies").tolist(), idf.tolist(), strict=True))
            self.highest, self.limit = self.idf[1], float(np.frombuffer(arrays.data(f"{field.value}.limit"), dtype=np.float64)[0])
            known = distinct(self.lengths)
            self._columns = np.searchsorted(known, self.lengths)
            counts = arrays.numbers(f"{field.value}.counts")
            self._rows = np.zeros(int(counts[-1]) + 1, dtype=np.intp)
            self._rows[counts] = np.arange(len(counts))
            self._scores = np.frombuffer(arrays.data(f"{field.value}.scores"), dtype=np.float64).reshape(len(counts), len(known))

    def read(self, texts: int, postings: bytes) -> Postings:
        """A posting list that `FieldWriter` wrote."""
        width, _, first = _HEAD.unpack_from(postings)
        counted, width = width & _COUNTED, width & ~_COUNTED
        numbers = np.empty(texts, dtype=np.int64)
        numbers[0] = first
        numbers[1:] = np.frombuffer(postings, dtype=_WIDTHS[width], count=texts - 1, offset=_HEAD.size)
        if texts > 1:
            np.cumsum(numbers, out=numbers)
        if not counted:
            return Postings(numbers, None)
        flags = _HEAD.size + width * (texts - 1)
        size = (texts + 7) // 8
        more = np.unpackbits(np.frombuffer(postings, dtype=np.uint8, count=size, offset=flags), count=texts).view(bool)
        rows = np.full(texts, self._rows[1])
        rows[more] = self._rows[np.frombuffer(postings, dtype="<u2", offset=flags + size)]
        return Postings(numbers, rows)

    def columns(self, numbers: Integers) -> Integers:
        """Where the lengths of some texts stand in the table."""
        return self._columns[numbers]

    def scores(self, postings: Postings) -> Floats:
        """What each text of a posting list scores with an idf of 1."""
        scores: Floats = self._scores[self._rows[1] if postings.rows is None else postings.rows, self._columns[postings.numbers]]
        return scores

    def scores_of(self, postings: Postings, numbers: Integers, columns: Integers) -> Floats:
        """What some texts score with an idf of 1, 0 where a text has the term not.

        Args:
            columns: as `columns` gave them.
        """
        places = postings.numbers.searchsorted(numbers)
        places[places == len(postings.numbers)] = 0
        rows = self._rows[1] if postings.rows is None else postings.rows[places]
        scores: Floats = self._scores[rows, columns] * (postings.numbers[places] == numbers)
        return scores


class _Known(NamedTuple):
    """How many texts have a term, and which, as it lies in the file."""

    texts: int
    postings: bytes


_UNKNOWN = _Known(0, b"")


class _Term(NamedTuple):
    """A term of a query that texts have.

    Attributes:
        worth: its weight times its idf.
        factor: what its field's evidence adds to a text's total.
        bound: the most that it can add.
    """

    field: int
    name: str
    known: _Known
    worth: float
    factor: float
    bound: float

    @property
    def share(self) -> float:
        """What a score of 1 with an idf of 1 adds to a text's total."""
        return self.factor * self.worth


class BM25:
    """The Retriever on one group of an index.

    Args:
        connection: to the file.
        group: whose texts.
        size: their number.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, size: int) -> None:
        self._connection, self._group, self.size = connection, group, size
        self._arrays = Arrays(connection, group)
        self._fields: dict[int, _FieldIndex] = {}
        self._known: dict[int, dict[str, _Known]] = {}
        self._read: dict[tuple[int, str], Postings] = {}
        self._held = 0

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`. Texts with the same score come in the order in which they are numbered."""
        terms = self._terms(query, weights)
        return self._weighed(self._proposed([term for term in terms if term.share], limit, among), terms, query, limit)

    def weigh(self, numbers: Iterable[int], query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int) -> list[Hit]:
        """What `search` would say of these texts, whoever proposed them."""
        return self._weighed(distinct(np.fromiter(numbers, dtype=np.int64)), self._terms(query, weights), query, limit)

    def attainable(self, field: Field, terms: Terms) -> float:
        """See `Retriever.attainable`."""
        return self._attainable(FIELDS.index(field), terms, self._look_up(FIELDS.index(field), terms))

    def idf(self, field: Field, term: str) -> float:
        """See `Retriever.idf`."""
        place = FIELDS.index(field)
        index = self._field(place)
        return index.idf.get(self._look_up(place, (term,))[term].texts, index.highest)

    def frequency(self, field: Field, term: str, among: range) -> int:
        """How many texts of a stretch, a document's for example, have a term."""
        place = FIELDS.index(field)
        known = self._look_up(place, (term,))[term]
        if not known.texts:
            return 0
        numbers = self._postings(place, term, known).numbers
        return int(np.searchsorted(numbers, among.stop) - np.searchsorted(numbers, among.start))

    def counts(self, field: Field, term: str) -> list[tuple[int, int]]:
        """The texts that have a term, and how often each has it."""
        place = FIELDS.index(field)
        known = self._look_up(place, (term,))[term]
        if not known.texts:
            return []
        numbers, rows = self._postings(place, term, known)
        of_row = self._arrays.numbers(f"{field.value}.counts")
        counts = np.ones(len(numbers), dtype=np.int64) if rows is None else of_row[rows]
        return list(zip(numbers.tolist(), counts.tolist(), strict=True))

    def lengths(self, field: Field) -> NDArray[np.uint32]:
        """The number of terms of each text."""
        return self._field(FIELDS.index(field)).lengths

    def _field(self, place: int) -> _FieldIndex:
        index = self._fields.get(place)
        if index is None:
            index = self._fields[place] = _FieldIndex(self._arrays, FIELDS[place])
        return index

    def _attainable(self, place: int, terms: Terms, known: Mapping[str, _Known]) -> float:
        index = self._field(place)
        return sum(weight * index.idf.get(known[term].texts, index.highest) for term, weight in terms.items()) * index.limit

    def _look_up(self, place: int, terms: Iterable[str]) -> dict[str, _Known]:
        """The posting lists of some terms of a field, as they lie in the file."""
        memory = self._known.setdefault(place, {})
        found = {term: memory.get(term) for term in terms}
        wanted = [term for term, known in found.items() if known is None]
        read: dict[str, _Known] = {}
        for first in range(0, len(wanted), BATCH):
            batch = [_plain(term) for term in wanted[first : first + BATCH]]
            marks = ",".join("?" * len(batch))
            rows = self._connection.execute(
                f"SELECT term, texts, postings FROM terms WHERE of_group = ? AND field = ? AND term IN ({marks})",  # noqa: S608 - question marks only
                (self._group, place, *batch),
            )
            read.update((term, _Known(texts, postings)) for term, texts, postings in rows)
        if wanted:
            if len(memory) >= KNOWN:
                memory.clear()
            memory.update((term, read.get(term, _UNKNOWN)) for term in wanted)
        return {term: known or read.get(term, _UNKNOWN) for term, known in found.items()}

    def _terms(self, query: Mapping[Field, Terms], weights: Mapping[Field, float]) -> list[_Term]:
        """The terms of a query that count, those that tell most for what they cost first."""
        terms = []
        for field, wanted in query.items():
            place = FIELDS.index(field)
            index, known = self._field(place), self._look_up(place, wanted)
            attainable = self._attainable(place, wanted, known)
            if not attainable:
                continue
            factor = weights.get(field, 0.0) / attainable
            for name, weight in wanted.items():
                of = known[name]
                common = self.size >= COMMON_FROM and of.texts > COMMON_SHARE * self.size
                if of.texts and weight and not common:
                    worth = weight * index.idf[of.texts]
                    terms.append(_Term(place, name, of, worth, factor, factor * worth * of.postings[1] / _STEPS * index.limit))
        terms.sort(key=lambda term: -term.bound / (1 + term.known.texts / self.size))
        return terms

    def _postings(self, place: int, name: str, known: _Known) -> Postings:
        found = self._read.get((place, name))
        if found is None:
            found = self._field(place).read(known.texts, known.postings)
            self._held += known.texts
            if self._held >= MEMORY:
                self._read.clear()
                self._held = known.texts
            self._read[place, name] = found
        return found

    def _proposed(self, terms: Sequence[_Term], limit: int, among: Sequence[range] | None) -> Integers:
        """Texts among which the best are; in no order."""
        totals = np.zeros(self.size)
        left = sum(term.bound for term in terms)
        allowed = _allowed(self.size, among)
        chosen: Integers | None = None
        waiting = list(reversed(terms))
        read, enough = 0, FEW
        while waiting and chosen is None:
            term = waiting.pop()
            postings = self._postings(term.field, term.name, term.known)
            totals[postings.numbers] += term.share * self._field(term.field).scores(postings)
            left -= term.bound
            read += term.known.texts
            if read > enough:
                # A text that has none of the terms so far can add `left` at most. To look costs as much as some thousand postings.
                chosen = _still_possible(totals, left, limit, allowed)
                enough = 2 * read
        if chosen is None:
            chosen = np.flatnonzero(totals > 0 if allowed is None else (totals > 0) & allowed)
            return _best(chosen, totals[chosen], limit)
        totals = totals[chosen]
        columns: dict[int, Integers] = {}
        while waiting:
            term = waiting.pop()
            field = self._field(term.field)
            if term.field not in columns:
                columns[term.field] = field.columns(chosen)
            totals += term.share * field.scores_of(self._postings(term.field, term.name, term.known), chosen, columns[term.field])
            left -= term.bound
            if len(chosen) > 4 * limit and waiting:
                keep = totals + left >= _threshold(totals, limit) - CLOSE
                if np.count_nonzero(keep) < SHRUNK * len(chosen):
                    chosen, totals, columns = chosen[keep], totals[keep], {}
        return _best(chosen, totals, limit)

    def _weighed(self, numbers: Integers, terms: Sequence[_Term], query: Mapping[Field, Terms], limit: int) -> list[Hit]:
        """The evidence of texts, field by field, best first."""
        evidence = np.zeros((len(FIELDS), len(numbers)))
        factors = np.zeros(len(FIELDS))
        columns: dict[int, Integers] = {}
        for term in terms if len(numbers) else ():
            field = self._field(term.field)
            if term.field not in columns:
                columns[term.field] = field.columns(numbers)
            factors[term.field] = term.factor
            evidence[term.field] += term.worth * field.scores_of(
                self._postings(term.field, term.name, term.known), numbers, columns[term.field]
            )
        totals = factors @ evidence
        best = [n for n in np.lexsort((numbers, -totals))[:limit].tolist() if totals[n] > 0]
        asked = [(FIELDS.index(field), field) for field in query]
        return [Hit(int(numbers[n]), float(totals[n]), {field: float(evidence[place, n]) for place, field in asked}) for n in best]


SHRUNK = 0.8
"""Share of the texts that may be among the best which must be left over before the others are put aside."""

KNOWN = 50_000
"""Terms whose posting lists are remembered as they lie in the file."""

BATCH = 500
"""Terms that are looked up at once."""

FEW = 4_000
"""Postings that are read before the first look at which texts may still be among the best."""

CLOSE = 1e-9
"""Scores that differ by less may be the same, added up in another order."""


def _plain(term: str) -> str:
    """A lone surrogate stands in no source, and SQLite takes none."""
    return term if term.isascii() else term.encode("utf-8", "replace").decode("utf-8")


def _allowed(size: int, among: Sequence[range] | None) -> NDArray[np.bool_] | None:
    if among is None:
        return None
    allowed = np.zeros(size, dtype=bool)
    for stretch in among:
        allowed[stretch.start : stretch.stop] = True
    return allowed


def _threshold(totals: Floats, limit: int) -> float:
    """The score of the last text that has a place so far."""
    return float(-np.partition(-totals, limit - 1)[limit - 1]) if len(totals) >= limit else 0.0


def _still_possible(totals: Floats, left: float, limit: int, allowed: NDArray[np.bool_] | None) -> Integers | None:
    """The texts that may be among the best when all terms are added; None where a text without any score may be."""
    if allowed is not None:
        totals = np.where(allowed, totals, 0.0)
    scored = np.flatnonzero(totals)
    if len(scored) < limit:
        return None
    threshold = _threshold(totals[scored], limit)
    if threshold <= left + CLOSE:
        return None
    return scored[totals[scored] + left >= threshold - CLOSE]


def _best(numbers: Integers, totals: Floats, limit: int) -> Integers:
    """Those of some texts that have a place, all that share the last one among them."""
    if len(numbers) <= limit:
        return numbers
    return numbers[totals >= _threshold(totals, limit) - CLOSE]
