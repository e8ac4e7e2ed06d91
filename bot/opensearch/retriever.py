"""The Retriever on a cluster: it proposes, and what it proposes is weighed here by rank-bm25's own scores.

The cluster's scores alone would not do: each of its shards has an idf of its own, and the length of a text is rounded to a byte. What
it is good at is naming some passages among millions that share most with a question; of those the best are found by the same numbers
as in the index that comes with the program.
"""

import math
import sqlite3
from collections.abc import Hashable, Mapping, Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.index.bm25 import BM25, Term
from bot.index.protocol import Field, Hit, Terms
from bot.index.ranking import best_hits
from bot.index.schema import Arrays, Floats, Integers
from bot.named import NamedTuple
from bot.opensearch.journey import Journey, Search
from bot.opensearch.layout import LONGEST_TERM, Packed
from bot.opensearch.records import MOST_STRETCHES, Records, within
from bot.opensearch.terms import FIELDS, TermCounter, Text

PROPOSALS = 120
"""Passages that the cluster proposes: three times as many as are weighed further."""

CLAUSES = 64
"""Terms that are sent, those of most reach: a long question has more than the 1,024 that a cluster takes, and the others change nothing."""

SEARCHES = 256
"""Searches whose hits are remembered: a question makes some of them more than once."""

MOST_HOLDING = 200
"""Passages of a document that have each word of a term, at most: an entry of a glossary is looked for in them."""

AT_HAND = 64
"""Passages up to which a search among a few is a matter of fetching them."""


class _Worth(NamedTuple):
    """What a text scores in one field with an idf of 1, by how often it has the term and how long it is."""

    counts: Integers
    lengths: Integers
    scores: Floats

    def of(self, counts: Integers, lengths: Integers) -> Floats:
        """The scores of some texts; 0 for a count of 0. A number that no text had counts as the next one."""
        rows = np.searchsorted(self.counts, counts).clip(0, len(self.counts) - 1)
        columns = np.searchsorted(self.lengths, lengths).clip(0, len(self.lengths) - 1)
        scores: Floats = np.where(counts > 0, self.scores[rows, columns], 0.0)
        return scores


class ProposedBM25(BM25):
    """The Retriever on one group whose passages lie in a cluster.

    Args:
        connection: to the snapshot; its posting lists have no postings.
        group: whose passages.
        size: their number.
        journey: asks the cluster.
        records: reads passages.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, size: int, journey: Journey, records: Records) -> None:
        super().__init__(connection, group, size)
        self._journey, self._records = journey, records
        self._statistics = Arrays(connection, group)
        self._worths: dict[Field, _Worth] = {}
        self._memory: dict[Hashable, list[Hit]] = {}
        self._texts_with: dict[tuple[Sequence[str], range], list[int]] = {}
        self._lock = Lock()

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`. In a rehearsal what was not searched for yet finds nothing.

        Raises:
            EngineError: the cluster does not answer.
        """
        asked = tuple((field, tuple(terms.items())) for field, terms in query.items())
        key = (asked, tuple(weights.items()), limit, None if among is None else tuple(among))
        ranked = self._memory.get(key)
        if ranked is None:
            terms = self._terms(query, weights)
            few = [number for stretch in among for number in stretch[: AT_HAND + 1]] if among is not None else None
            if not terms:
                ranked = []
            elif few is not None and len(few) <= AT_HAND:
                texts = self._records.texts(few)
                if texts is None:
                    return []
                ranked = self._best(texts, terms, query, limit)
            else:
                ranked = []

                def take(passages: Sequence[Packed]) -> None:
                    hits = self._best(self._records.weighed(passages), terms, query, limit, among)
                    ranked.extend(hits)
                    best = {hit.number for hit in hits}
                    self._records.keep(passage for passage in passages if self._records.number_of(passage.key) in best)
                    self._remember(key, hits)

                wanted = self._proposed_for(terms, among)
                if wanted and not self._journey.get((self, key), (key,), lambda _: [Search(wanted, PROPOSALS, take)]):
                    return []
            self._remember(key, ranked)
        return list(ranked)

    def holding_in(self, words: Sequence[str], among: Sequence[range]) -> list[list[int]] | None:
        """For each of some stretches its passages that have each of some words, `MOST_HOLDING` at most; None in a rehearsal that has them not."""
        if any(not self._look_up(FIELDS.index(Field.FORMS), words)[word].texts for word in words):
            return [[] for _ in among]
        of_words = tuple(words)
        numbers_in = {stretch: self._texts_with.get((of_words, stretch)) for stretch in among if stretch}
        wanted = [stretch for stretch, numbers in numbers_in.items() if numbers is None]
        if wanted and not self._journey.get(
            (self, of_words), wanted, lambda stretches: [self._search_for(words, s, numbers_in) for s in stretches]
        ):
            return None
        return [numbers_in.get(stretch) or [] for stretch in among]

    def _search_for(self, words: Sequence[str], stretch: range, numbers_in: dict[range, list[int] | None]) -> Search:
        """A search for the passages of a stretch that have each of some words; `numbers_in` is told too."""

        def take(passages: Sequence[Packed]) -> None:
            self._records.keep(passages)
            numbers = [self._records.number_of(passage.key) for passage in passages]
            held = numbers_in[stretch] = sorted(number for number in numbers if number is not None)
            with self._lock:
                self._texts_with[tuple(words), stretch] = held
                while len(self._texts_with) > SEARCHES:
                    del self._texts_with[next(iter(self._texts_with))]

        terms = [{"term": {Field.FORMS.value: word}} for word in dict.fromkeys(words)]
        return Search({"bool": {"filter": [*terms, within(self._records.keys(stretch))]}}, MOST_HOLDING, take)

    def _remember(self, key: Hashable, hits: list[Hit]) -> None:
        with self._lock:
            self._memory[key] = hits
            while len(self._memory) > SEARCHES:
                del self._memory[next(iter(self._memory))]

    def _best(
        self, texts: Mapping[int, Text], terms: Sequence[Term], query: Mapping[Field, Terms], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:  # fmt: skip
        """The best of some passages."""
        numbers = sorted(number for number in texts if among is None or any(number in stretch for stretch in among))
        if not numbers:
            return []
        counts, lengths = self._counter.counts([(FIELDS[term.field], term.name) for term in terms], [texts[number] for number in numbers])
        evidence, factors = np.zeros((len(FIELDS), len(numbers))), np.zeros(len(FIELDS))
        for row, term in enumerate(terms):
            factors[term.field] = term.factor
            evidence[term.field] += term.worth * self._worth(FIELDS[term.field]).of(counts[row], lengths[term.field])
        return best_hits(np.array(numbers), evidence, factors, query, limit)

    def _idf_there(self, texts: int) -> float:
        """The idf that Lucene reckons: a clause is given what makes its product the one that we mean."""
        return math.log(1 + (self.size - texts + 0.5) / (texts + 0.5))

    def _proposed_for(self, terms: Sequence[Term], among: Sequence[range] | None) -> dict[str, Any]:
        """The query for the passages that share most with a question; empty where it has no term to ask for."""
        clauses = [
            (FIELDS[term.field], term.name, term.share / self._idf_there(term.known.texts))
            for term in sorted(terms, key=lambda term: -term.share)
            if term.share and len(term.name) <= LONGEST_TERM
        ]
        if not clauses:
            return {}
        query: dict[str, Any] = {
            "should": [{"term": {field.value: {"value": term, "boost": boost}}} for field, term, boost in clauses[:CLAUSES]],
            "minimum_should_match": 1,
        }
        if among is not None:
            left_out = [pair for stretch in _outside(among, self.size) for pair in self._records.keys(stretch)]
            if 0 < len(left_out) <= MOST_STRETCHES:
                query["must_not"] = [within(left_out)]
            elif left_out:
                query["filter"] = [{"terms": {"version": self._records.versions(among)}}]
        return {"bool": query}

    @cached_property
    def _counter(self) -> TermCounter:
        return TermCounter(self._records.words)

    def _worth(self, field: Field) -> _Worth:
        worth = self._worths.get(field)
        if worth is None:
            arrays = self._statistics
            counts, lengths = (arrays.numbers(f"{field.value}.{name}").astype(np.int64) for name in ("counts", "lengths"))
            scores: NDArray[np.float64] = np.frombuffer(arrays.data(f"{field.value}.scores"), dtype=np.float64)
            worth = self._worths[field] = _Worth(counts, lengths, scores.reshape(len(counts), len(lengths)))
        return worth


def _outside(among: Sequence[range], size: int) -> list[range]:
    """The stretches between some stretches of so many passages."""
    ordered = sorted(among, key=lambda stretch: stretch.start)
    starts, ends = [0, *(stretch.stop for stretch in ordered)], [*(stretch.start for stretch in ordered), size]
    return [range(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
