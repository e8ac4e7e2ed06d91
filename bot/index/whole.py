"""The Retriever on a group of so few texts that all of them are weighed: to leave some out would cost more than it saves.

Of such a group all posting lists lie in the file once more, one behind the other, so that those of a question are added up at once.
The scores are those of `bm25.BM25`, to the last digit.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.index.bm25 import BM25, COMMON_FROM, KNOWN
from bot.index.postings import FIELDS, Lists
from bot.index.protocol import Field, Hit, Terms
from bot.index.ranking import FIELD_NUMBERS, allowed, best_hits, best_of
from bot.index.schema import ArrayWriter, Floats, Integers, Rows
from bot.language.strings import Strings
from bot.named import NamedTuple

ALL_BELOW = COMMON_FROM
"""The number of texts from which not all are weighed, and terms that most of them have are left out."""


def write_lists(writer: ArrayWriter, fields: Iterable[tuple[Field, Lists]]) -> None:
    """Put the posting lists of all fields of a group into a file, one behind the other."""
    every = list(fields)
    ends = np.cumsum([size for _, lists in every for size in np.diff(lists.starts, append=len(lists.numbers)).tolist()])
    writer.strings("all.terms", [_name(FIELD_NUMBERS[field], term) for field, lists in every for term in lists.terms])
    writer.put("all.starts", np.concatenate([[0], ends]).astype(np.uint32).tobytes())
    for part in ("numbers", "counts"):
        values = [getattr(lists, part) for _, lists in every]
        writer.put(f"all.{part}", np.concatenate([np.empty(0), *values]).astype(np.uint16).tobytes())
    # Where the lists of each field begin.
    firsts = dict.fromkeys(range(len(FIELDS) + 1), 0)
    for field, lists in every:
        firsts[FIELD_NUMBERS[field] + 1] = len(lists.terms)
    writer.put("all.firsts", np.cumsum(list(firsts.values())).astype(np.uint32).tobytes())


def _name(ordinal: int, term: str) -> str:
    return f"{ordinal}{term}"


class _Term(NamedTuple):
    """The posting list of a term, -1 where no text has it, and its idf."""

    row: int
    idf: float


class WholeBM25(BM25):
    """The Retriever on one small group of an index.

    Args:
        connection: to the file.
        group: whose texts.
        size: their number.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, size: int) -> None:
        super().__init__(connection, group, size)
        self._rows_of: list[dict[str, _Term]] = [{} for _ in FIELDS]

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`. Texts with the same score come in the order in which they are numbered."""
        factors = np.zeros(len(FIELDS))
        rows: list[int] = []
        fields: list[int] = []
        worths: list[float] = []
        for field, terms in query.items():
            ordinal = FIELD_NUMBERS[field]
            # Each term is looked up once, for what the field could attain and for its texts.
            asked = [(weight, row, idf) for weight, (row, idf) in zip(terms.values(), self._known_terms(ordinal, terms), strict=True)]
            attainable = sum(weight * idf for weight, _, idf in asked) * self._field(ordinal).limit
            held = [(row, weight * idf) for weight, row, idf in asked if row >= 0 and weight] if attainable else []
            if held:
                factors[ordinal] = weights.get(field, 0.0) / attainable
                rows += [row for row, _ in held]
                worths += [worth for _, worth in held]
                fields += [ordinal] * len(held)
        if not rows:
            return []
        row, of, worth = np.array(rows), np.array(fields), np.array(worths)
        # Each text's numbers are added up in the order of the query.
        starts = self._lists.starts.take(row).astype(np.int64)
        which, inside, numbers = self._lists.spread(row)
        scores = self._scores.take(starts.take(which) + inside) * worth.take(which)
        summed = np.bincount(numbers + (of * self.size).take(which), scores, len(FIELDS) * self.size)
        evidence: Floats = summed.astype(np.float64, copy=False).reshape(len(FIELDS), self.size)
        totals = factors @ evidence
        inside_among = allowed(self.size, among)
        chosen: Integers = (totals > 0 if inside_among is None else (totals > 0) & inside_among).nonzero()[0]
        chosen = best_of(chosen, totals.take(chosen), limit)
        return best_hits(chosen, evidence.take(chosen, axis=1), factors, query, limit)

    def attainable(self, field: Field, terms: Terms) -> float:
        """See `Retriever.attainable`."""
        ordinal = FIELD_NUMBERS[field]
        return (
            sum([weight * term.idf for weight, term in zip(terms.values(), self._known_terms(ordinal, terms), strict=True)])
            * self._field(ordinal).limit
        )

    def idf(self, field: Field, term: str) -> float:
        """See `Retriever.idf`."""
        known = self._rows_of[FIELD_NUMBERS[field]].get(term)
        return known.idf if known else self._term(FIELD_NUMBERS[field], term).idf

    def _known_terms(self, ordinal: int, names: Iterable[str]) -> list[_Term]:
        """What is known of some terms of a field."""
        known = self._rows_of[ordinal]
        return [known.get(name) or self._term(ordinal, name) for name in names]

    def _term(self, ordinal: int, name: str) -> _Term:
        """What the file says of a term."""
        index, row = self._field(ordinal), self._names.find(_name(ordinal, name))
        texts = self._starts[row + 1] - self._starts[row] if row >= 0 else 0
        if len(self._rows_of[ordinal]) >= KNOWN:
            self._rows_of[ordinal].clear()
        term = self._rows_of[ordinal][name] = _Term(row, index.idf.get(texts, index.highest))
        return term

    @cached_property
    def _names(self) -> Strings:
        return self._arrays.strings("all.terms")

    @cached_property
    def _lists(self) -> Rows:
        """The texts of each term."""
        return Rows(self._arrays.numbers("all.starts"), self._narrow("all.numbers"))

    @cached_property
    def _starts(self) -> memoryview:
        """Where the texts of each term begin, as plain numbers."""
        return memoryview(self._arrays.data("all.starts")).cast("I")

    @cached_property
    def _scores(self) -> Floats:
        """What each of the texts of each term scores with an idf of 1."""
        lists, counts = self._lists, self._narrow("all.counts")
        scores = np.zeros(len(counts))
        ends: Integers = lists.starts[self._arrays.numbers("all.firsts")].astype(np.int64)
        for ordinal, (start, end) in enumerate(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)):
            if start < end:
                scores[start:end] = self._field(ordinal).scores(counts[start:end], lists.values[start:end])
        return scores

    def _narrow(self, name: str) -> NDArray[np.uint32]:
        return np.frombuffer(self._arrays.data(name), dtype=np.uint16).astype(np.uint32)
