"""rank-bm25's BM25Plus over posting lists, see `index.postings`.

A question adds up what BM25Plus said of its terms, for the texts that their posting lists name. The scores are rank-bm25's own, see
tests/index.

Where there are many texts most can't be among the best: those are left out before they are scored (`BM25._proposed`), by the bounds of
MaxScore (Turtle and Flood, 1995); what remains is the very list that scoring all would give.
"""

import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.index.postings import FIELDS, STEPS, FieldIndex, Numbers, Postings
from bot.index.protocol import Field, Hit, Terms
from bot.index.schema import Arrays, Floats, Integers, distinct

COMMON_SHARE, COMMON_FROM = 0.5, 2_000
"""A term that more than this share of the texts has is left out of a query once there are this many texts: it costs most, tells least."""

MEMORY = 2_000_000
"""Postings that are remembered as they are read, at most: what people ask comes back."""


class _Known(NamedTuple):
    """How many texts have a term, and which, as it lies in the file."""

    texts: int
    postings: bytes


_UNKNOWN = _Known(0, b"")


class Term(NamedTuple):
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
        self._fields: dict[int, FieldIndex] = {}
        self._known: list[dict[str, _Known]] = [{} for _ in FIELDS]
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
        return self._attainable(FIELD_NUMBERS[field], terms, self._look_up(FIELD_NUMBERS[field], terms))

    def idf(self, field: Field, term: str) -> float:
        """See `Retriever.idf`."""
        ordinal = FIELD_NUMBERS[field]
        index, known = self._field(ordinal), self._known[ordinal].get(term)
        if known is None:
            known = self._look_up(ordinal, (term,))[term]
        return index.idf.get(known.texts, index.highest)

    def frequency(self, field: Field, term: str, among: range) -> int:
        """How many texts of a stretch, a document's for example, have a term."""
        ordinal = FIELD_NUMBERS[field]
        known = self._look_up(ordinal, (term,))[term]
        if not known.texts:
            return 0
        numbers = self._postings(ordinal, term, known).numbers
        return int(np.searchsorted(numbers, among.stop) - np.searchsorted(numbers, among.start))

    def holding(self, field: Field, terms: Sequence[str]) -> Integers:
        """The texts that have each of some terms, ascending; all where there are none."""
        ordinal = FIELD_NUMBERS[field]
        known = self._look_up(ordinal, terms)
        if not all(known[term].texts for term in terms):
            return np.empty(0, dtype=np.int64)
        held: Integers | None = np.arange(self.size) if not terms else None
        for term in sorted(set(terms), key=lambda term: known[term].texts):
            numbers = self._postings(ordinal, term, known[term]).numbers.astype(np.int64)
            held = numbers if held is None else held[np.isin(held, numbers, assume_unique=True)]
        assert held is not None
        return held

    def having(self, field: Field, terms: Sequence[str], numbers: Integers) -> NDArray[np.bool_]:
        """Which of some texts may have one of some terms: all, where one of the terms is so common that to look it up would tell little."""
        ordinal, wanted = FIELD_NUMBERS[field], numbers.astype(np.uint32)
        having = np.zeros(len(numbers), dtype=bool)
        known = [(term, of) for term, of in self._look_up(ordinal, terms).items() if of.texts]
        if any(of.texts > COMMON_SHARE * self.size for _, of in known):
            return ~having
        for term, of in known:
            having |= self._postings(ordinal, term, of).hold(wanted)
        return having

    def counts(self, field: Field, term: str) -> list[tuple[int, int]]:
        """The texts that have a term, and how often each has it."""
        ordinal = FIELD_NUMBERS[field]
        known = self._look_up(ordinal, (term,))[term]
        if not known.texts:
            return []
        postings = self._postings(ordinal, term, known)
        numbers, scores = postings.numbers, postings.scores
        lengths, counts = self._field(ordinal).lengths, self._arrays.numbers(f"{field.value}.counts")
        of_length = distinct(lengths)
        table = np.frombuffer(self._arrays.data(f"{field.value}.scores"), dtype=np.float64).reshape(len(counts), len(of_length))
        # Of one length the score grows with the count: it tells which it was.
        rows = (table[:, np.searchsorted(of_length, lengths[numbers])] < scores).sum(axis=0)
        return list(zip(numbers.tolist(), counts[rows].tolist(), strict=True))

    def lengths(self, field: Field) -> NDArray[np.uint32]:
        """The number of terms of each text."""
        return self._field(FIELD_NUMBERS[field]).lengths

    def _field(self, ordinal: int) -> FieldIndex:
        index = self._fields.get(ordinal)
        if index is None:
            index = self._fields[ordinal] = FieldIndex(self._arrays, FIELDS[ordinal])
        return index

    def _attainable(self, ordinal: int, terms: Terms, known: Mapping[str, _Known]) -> float:
        index = self._field(ordinal)
        return sum(weight * index.idf.get(known[term].texts, index.highest) for term, weight in terms.items()) * index.limit

    def _look_up(self, ordinal: int, terms: Iterable[str]) -> dict[str, _Known]:
        """The posting lists of some terms of a field, as they lie in the file."""
        memory = self._known[ordinal]
        lists: dict[str, _Known] = {}
        wanted: list[str] = []
        for term in terms:
            known = memory.get(term)
            if known is None:
                wanted.append(term)
            else:
                lists[term] = known
        if not wanted:
            return lists
        read: dict[str, _Known] = {}
        for first in range(0, len(wanted), BATCH):
            batch: list[str | None] = [_plain(term) for term in wanted[first : first + BATCH]]
            # SQLite prepares a statement once: so there are few, and what is left over of one asks for nothing.
            batch += [None] * (next(size for size in SIZES if size >= len(batch)) - len(batch))
            marks = ",".join("?" * len(batch))
            rows = self._connection.execute(
                f"SELECT term, texts, postings FROM terms WHERE of_group = ? AND field = ? AND term IN ({marks})",  # noqa: S608 - question marks only
                (self._group, ordinal, *batch),
            )
            read.update((term, _Known(texts, postings)) for term, texts, postings in rows)
        if len(memory) >= KNOWN:
            memory.clear()
        looked_up = {term: read.get(term, _UNKNOWN) for term in wanted}
        memory.update(looked_up)
        lists.update(looked_up)
        return lists

    def _terms(self, query: Mapping[Field, Terms], weights: Mapping[Field, float]) -> list[Term]:
        """The terms of a query that count, those that tell most for what they cost first."""
        terms = []
        for field, wanted in query.items():
            ordinal = FIELD_NUMBERS[field]
            index, known = self._field(ordinal), self._look_up(ordinal, wanted)
            attainable = self._attainable(ordinal, wanted, known)
            if not attainable:
                continue
            factor = weights.get(field, 0.0) / attainable
            for name, weight in wanted.items():
                of = known[name]
                common = self.size >= COMMON_FROM and of.texts > COMMON_SHARE * self.size
                if of.texts and weight and not common:
                    worth = weight * index.idf[of.texts]
                    terms.append(Term(ordinal, name, of, worth, factor, factor * worth * of.postings[1] / STEPS * index.limit))
        terms.sort(key=lambda term: -term.bound / (1 + term.known.texts / self.size))
        return terms

    def _postings(self, ordinal: int, name: str, known: _Known) -> Postings:
        postings = self._read.get((ordinal, name))
        if postings is None:
            postings = Postings(self._field(ordinal), known.texts, known.postings)
            self._held += known.texts
            if self._held >= MEMORY:
                self._forget()
            self._read[ordinal, name] = postings
        return postings

    def _forget(self) -> None:
        """Forget what was read first, half of all."""
        read = list(self._read)
        for key in read:
            if self._held <= MEMORY // 2:
                break
            postings = self._read.pop(key, None)
            self._held -= len(postings.numbers) if postings else 0

    def _proposed(self, terms: Sequence[Term], limit: int, among: Sequence[range] | None) -> Integers:
        """Texts among which the best are; in no order."""
        totals = np.zeros(self.size)
        left = sum(term.bound for term in terms)
        inside = allowed(self.size, among)
        waiting = list(reversed(terms))
        # What the last of the best has at least, as soon as some texts are known that have much.
        least, seen, read, enough = 0.0, list[Numbers](), 0, FEW
        look_at, possible, unread = math.inf, self.size, sum(term.known.texts for term in terms)
        while waiting:
            # A text that has none of the terms so far can add `left` at most. To look how many texts may still be among the best costs as
            # much as some thousand postings.
            if least and left < min(least - CLOSE, look_at):
                possible, look_at = int(np.count_nonzero(totals >= least - left - CLOSE)), LESS * left
            # To look up a text in a list costs as much as many of its postings.
            if possible * LOOKED_UP * len(waiting) < unread:
                break
            term = waiting.pop()
            unread -= term.known.texts
            postings = self._postings(term.field, term.name, term.known)
            totals[postings.numbers] += term.share * postings.scores
            left -= term.bound
            if not least:
                seen.append(postings.numbers)
                read += term.known.texts
                if read > enough:
                    least, enough = self._least(seen, totals, waiting, limit, inside), 2 * read
        chosen = np.flatnonzero(totals >= least - left - CLOSE if least and left < least - CLOSE else totals)
        if inside is not None:
            chosen = chosen[inside[chosen]]
        totals, wanted = totals[chosen], chosen.astype(np.uint32)
        while waiting:
            term = waiting.pop()
            totals += term.share * self._postings(term.field, term.name, term.known).of(wanted)
            left -= term.bound
            if len(chosen) > 4 * limit and waiting:
                keep = totals + left >= max(least, _threshold(totals, limit)) - CLOSE
                if np.count_nonzero(keep) < SHRUNK * len(chosen):
                    chosen, wanted, totals = chosen[keep], wanted[keep], totals[keep]
        return best_of(chosen, totals, limit)

    def _least(
        self, seen: Sequence[Numbers], totals: Floats, waiting: Sequence[Term], limit: int, inside: NDArray[np.bool_] | None
    ) -> float:
        """What the last of the best texts has at least: what the last of some promising ones has in all; 0 where there are too few.

        Args:
            seen: texts that have some of the terms.
            totals: what they have so far.
            waiting: the other terms.
            inside: which texts alone count; None for all.
        """
        texts = distinct(np.concatenate(seen))
        if inside is not None:
            texts = texts[inside[texts]]
        if len(texts) < limit:
            return 0.0
        if len(texts) > PROMISING * limit:
            texts = np.sort(texts[np.argpartition(-totals[texts], PROMISING * limit)[: PROMISING * limit]])
        whole, wanted = totals[texts], texts.astype(np.uint32)
        # Without the others it is a little less: that holds too.
        for term in sorted(waiting, key=lambda term: -term.bound)[:TELLING]:
            whole += term.share * self._postings(term.field, term.name, term.known).of(wanted)
        return _threshold(whole, limit)

    def _weighed(self, numbers: Integers, terms: Sequence[Term], query: Mapping[Field, Terms], limit: int) -> list[Hit]:
        """The evidence of texts, field by field, best first."""
        evidence = np.zeros((len(FIELDS), len(numbers)))
        factors, wanted = np.zeros(len(FIELDS)), numbers.astype(np.uint32)
        for term in terms if len(numbers) else ():
            factors[term.field] = term.factor
            evidence[term.field] += term.worth * self._postings(term.field, term.name, term.known).of(wanted)
        return best_hits(numbers, evidence, factors, query, limit)


def best_hits(numbers: Integers, evidence: Floats, factors: Floats, query: Mapping[Field, Terms], limit: int) -> list[Hit]:
    """Texts with their evidence, best first.

    Args:
        evidence: by field (rows) and text.
        factors: what each field counts for.
    """
    totals = factors @ evidence
    best = np.lexsort((numbers, -totals))[:limit]
    best = best[totals.take(best) > 0]
    asked = list(query)
    by_field = evidence.take(best, axis=1).take([FIELD_NUMBERS[field] for field in asked], axis=0)
    rows, ids, scores = by_field.T.tolist(), numbers.take(best).tolist(), totals.take(best).tolist()
    return [Hit(n, score, dict(zip(asked, row, strict=True))) for n, score, row in zip(ids, scores, rows, strict=True)]


FIELD_NUMBERS = {field: ordinal for ordinal, field in enumerate(FIELDS)}
"""The numbers by which fields stand in the file."""

SHRUNK = 0.8
"""Share of the texts that may be among the best which must be left over before the others are put aside."""

KNOWN = 50_000
"""Terms whose posting lists are remembered as they lie in the file."""

BATCH, SIZES = 500, (1, 8, 32, 128, 500)
"""Terms that are looked up at once, and how many a statement asks for."""

FEW, PROMISING, TELLING = 4_000, 3, 32
"""Postings that are read before the first look at what the best texts have, how many times as many texts as are wanted are looked at, and the
terms that are looked for in them."""

LOOKED_UP, LESS = 8, 0.85
"""Postings that take as long as one text that is looked up; and by how much less the terms that are left must add before another look."""

CLOSE = 1e-9
"""Scores that differ by less may be the same, added up in another order."""


def _plain(term: str) -> str:
    """A lone surrogate stands in no source, and SQLite takes none."""
    return term if term.isascii() else term.encode("utf-8", "replace").decode("utf-8")


def allowed(size: int, among: Sequence[range] | None) -> NDArray[np.bool_] | None:
    """Of so many texts those that lie in some stretches; None where all count."""
    if among is None:
        return None
    inside = np.zeros(size, dtype=bool)
    for stretch in among:
        inside[stretch.start : stretch.stop] = True
    return inside


def _threshold(totals: Floats, limit: int) -> float:
    """The score of the last text that has a place so far."""
    return float(-np.partition(-totals, limit - 1)[limit - 1]) if len(totals) >= limit else 0.0


def best_of(numbers: Integers, totals: Floats, limit: int) -> Integers:
    """Those of some texts that have a place, all that share the last one among them."""
    if len(numbers) <= limit:
        return numbers
    return numbers[totals >= _threshold(totals, limit) - CLOSE]
