"""rank-bm25's BM25Plus over posting lists, see `index.postings`.

A question adds up what BM25Plus said of its terms, for the texts that their posting lists name. The scores are rank-bm25's own, see
tests/index.

Where there are many texts most can't be among the best: those are left out before they are scored (`BM25._proposed`), by the bounds of
MaxScore (Turtle and Flood, 1995); what remains is the very list that scoring all would give.
"""

import math
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.index.postings import FIELDS, STEPS, FieldIndex, Numbers, PostingList, Postings
from bot.index.protocol import Field, Hit, Terms
from bot.index.ranking import CLOSE, FIELD_NUMBERS, allowed, best_hits, best_of, threshold
from bot.index.schema import Arrays, Floats, Integers, distinct
from bot.named import NamedTuple

COMMON_SHARE, COMMON_FROM = 0.5, 2_000
"""A term that more than this share of the texts has is left out of a query once there are this many texts: it costs most, tells least."""

MEMORY = 2_000_000
"""Postings that are remembered as they are read, at most: what people ask comes back."""


class Known(NamedTuple):
    """How many texts have a term, and which, as it lies in the file.

    Attributes:
        texts: their number.
        postings: the posting list; b"" where no text has the term.
        changed: the number of texts and the posting list of those that were added behind the others; see `index.joined`.
        listed: the number of texts in `postings`; None where it is `texts`.
    """

    texts: int
    postings: bytes
    changed: tuple[int, bytes] = (0, b"")
    listed: int | None = None


_UNKNOWN = Known(0, b"")


class Term(NamedTuple):
    """A term of a query that texts have.

    Attributes:
        worth: its weight times its idf.
        factor: what its field's evidence adds to a text's total.
        bound: the most that it can add.
    """

    field: int
    name: str
    known: Known
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
        # The texts that lie in the file: those that count no more among them, see `index.joined`.
        self._listed = size
        self._arrays = Arrays(connection, group)
        self._fields: dict[int, FieldIndex] = {}
        self._known: list[dict[str, Known]] = [{} for _ in FIELDS]
        self._read: dict[tuple[int, str], PostingList] = {}
        self._held = 0

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`. Texts with the same score come in the order in which they are numbered."""
        terms = self._terms(query, weights)
        telling = sorted((term for term in terms if term.share), key=lambda term: -term.bound / (1 + term.known.texts / self.size))
        return self._weighed(self._proposed(telling, limit, among), terms, query, limit)

    def weigh(self, numbers: Iterable[int], query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int) -> list[Hit]:
        """What `search` would say of these texts, whoever proposed them."""
        texts = self._texts(np.fromiter(numbers, dtype=np.int64))
        return self._weighed(distinct(texts), self._terms(query, weights), query, limit)

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
        numbers = self._counted(self._postings(ordinal, term, known).numbers)
        return int(np.searchsorted(numbers, among.stop) - np.searchsorted(numbers, among.start))

    def holding(self, field: Field, terms: Sequence[str]) -> Integers:
        """The texts that have each of some terms, ascending; all where there are none."""
        ordinal = FIELD_NUMBERS[field]
        known = self._look_up(ordinal, terms)
        if not all(known[term].texts for term in terms):
            return np.empty(0, dtype=np.int64)
        held: Integers | None = np.arange(self._listed) if not terms else None
        for term in sorted(set(terms), key=lambda term: known[term].texts):
            numbers = self._postings(ordinal, term, known[term]).numbers.astype(np.int64)
            held = numbers if held is None else held[np.isin(held, numbers, assume_unique=True)]
        assert held is not None
        return self._counted(held)

    def having(self, field: Field, terms: Sequence[str], numbers: Integers) -> NDArray[np.bool_]:
        """Which of some texts may have one of some terms: all, where one of the terms is so common that to look it up would tell little."""
        ordinal, wanted = FIELD_NUMBERS[field], self._texts(numbers).astype(np.uint32)
        having = np.zeros(len(numbers), dtype=bool)
        known = [(term, of) for term, of in self._look_up(ordinal, terms).items() if of.texts]
        if any(of.texts > COMMON_SHARE * self.size for _, of in known):
            return ~having
        for term, of in known:
            having |= self._postings(ordinal, term, of).hold(wanted)
        return having

    def counts(self, field: Field, term: str) -> list[tuple[int, int]]:
        """The texts that have a term, in order, and how often each has it."""
        ordinal = FIELD_NUMBERS[field]
        known = self._look_up(ordinal, (term,))[term]
        if not known.texts:
            return []
        postings = self._postings(ordinal, term, known)
        counts = self._field(ordinal).counts(postings.scores, postings.numbers).tolist()
        numbers = self._numbers(postings.numbers.astype(np.int64)).tolist()
        return sorted((number, count) for number, count in zip(numbers, counts, strict=True) if number >= 0)

    def lengths(self, field: Field) -> NDArray[np.uint32]:
        """The number of terms of each text."""
        return self._field(FIELD_NUMBERS[field]).lengths

    def _field(self, ordinal: int) -> FieldIndex:
        index = self._fields.get(ordinal)
        if index is None:
            index = self._fields[ordinal] = self._read_field(FIELDS[ordinal])
        return index

    def _read_field(self, field: Field) -> FieldIndex:
        """One field, as it lies in the file."""
        return FieldIndex(self._arrays, field.value, self._arrays.numbers(f"{field.value}.lengths"))

    def _texts(self, numbers: Integers) -> Integers:
        """Where the texts with some numbers stand in the posting lists."""
        return numbers

    def _numbers(self, texts: Integers) -> Integers:
        """The numbers of some texts of the posting lists, in the same order; below 0 for those that count no more."""
        return texts

    def _counted(self, texts: Integers | Numbers) -> Integers:
        """The numbers of those of some texts of the posting lists that count, ascending."""
        return texts.astype(np.int64)

    def _inside(self, among: Sequence[range] | None) -> NDArray[np.bool_] | None:
        """Which texts of the posting lists count; None for all."""
        return allowed(self.size, among)

    def _peak(self, ordinal: int, known: Known) -> float:
        """The most that a text scores for a term with an idf of 1, in `STEPS` of the limit."""
        return known.postings[1]

    def _attainable(self, ordinal: int, terms: Terms, known: Mapping[str, Known]) -> float:
        index = self._field(ordinal)
        return sum(weight * index.idf.get(known[term].texts, index.highest) for term, weight in terms.items()) * index.limit

    def _look_up(self, ordinal: int, terms: Iterable[str]) -> dict[str, Known]:
        """The posting lists of some terms of a field, as they lie in the file."""
        memory = self._known[ordinal]
        lists: dict[str, Known] = {}
        wanted: list[str] = []
        for term in terms:
            known = memory.get(term)
            if known is None:
                wanted.append(term)
            else:
                lists[term] = known
        if not wanted:
            return lists
        read = self._read_terms(ordinal, wanted)
        if len(memory) >= KNOWN:
            memory.clear()
        looked_up = {term: read.get(term, _UNKNOWN) for term in wanted}
        memory.update(looked_up)
        lists.update(looked_up)
        return lists

    def _read_terms(self, ordinal: int, terms: Sequence[str]) -> dict[str, Known]:
        """What the file says of some terms of a field; without those that no text has."""
        return {
            term: Known(texts, postings) for term, texts, postings in self._rows("texts, postings FROM terms", self._group, ordinal, terms)
        }

    def _rows(self, what: str, group: int, ordinal: int, terms: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Rows of some terms of a field: each term, and what is asked of it.

        Args:
            what: columns, and the table that has them.
        """
        for first in range(0, len(terms), BATCH):
            batch: list[str | None] = [_plain(term) for term in terms[first : first + BATCH]]
            # SQLite prepares a statement once: so there are few, and what is left over of one asks for nothing.
            batch += [None] * (next(size for size in SIZES if size >= len(batch)) - len(batch))
            marks = ",".join("?" * len(batch))
            yield from self._connection.execute(
                f"SELECT term, {what} WHERE of_group = ? AND field = ? AND term IN ({marks})",
                (group, ordinal, *batch),
            )

    def _terms(self, query: Mapping[Field, Terms], weights: Mapping[Field, float]) -> list[Term]:
        """The terms of a query that count, in its order: by that what they tell is added up, to the last digit."""
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
                    terms.append(Term(ordinal, name, of, worth, factor, factor * worth * self._peak(ordinal, of) / STEPS * index.limit))
        return terms

    def _postings(self, ordinal: int, name: str, known: Known) -> PostingList:
        postings = self._read.get((ordinal, name))
        if postings is None:
            postings = self._unpacked(self._field(ordinal), known)
            self._held += known.texts
            if self._held >= MEMORY:
                self._forget()
            self._read[ordinal, name] = postings
        return postings

    def _unpacked(self, index: FieldIndex, known: Known) -> PostingList:
        """The texts that have a term."""
        return Postings(index, known.texts, known.postings)

    def _forget(self) -> None:
        """Forget what was read first, half of all."""
        read = list(self._read)
        for key in read:
            if self._held <= MEMORY // 2:
                break
            postings = self._read.pop(key, None)
            self._held -= len(postings.numbers) if postings else 0

    def _proposed(self, terms: Sequence[Term], limit: int, among: Sequence[range] | None) -> Integers:
        """Texts among which the best are; in no order.

        Args:
            terms: those that tell most for what they cost first.
        """
        totals = np.zeros(self._listed)
        left = sum(term.bound for term in terms)
        inside = self._inside(among)
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
                keep = totals + left >= max(least, threshold(totals, limit)) - CLOSE
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
        return threshold(whole, limit)

    def _weighed(self, numbers: Integers, terms: Sequence[Term], query: Mapping[Field, Terms], limit: int) -> list[Hit]:
        """The evidence of texts, field by field, best first."""
        evidence = np.zeros((len(FIELDS), len(numbers)))
        factors, wanted = np.zeros(len(FIELDS)), numbers.astype(np.uint32)
        for term in terms if len(numbers) else ():
            factors[term.field] = term.factor
            evidence[term.field] += term.worth * self._postings(term.field, term.name, term.known).of(wanted)
        return best_hits(self._numbers(numbers), evidence, factors, query, limit)


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


def _plain(term: str) -> str:
    """A lone surrogate stands in no source, and SQLite takes none."""
    return term if term.isascii() else term.encode("utf-8", "replace").decode("utf-8")
