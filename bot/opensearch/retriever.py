"""The Retriever on a cluster: it proposes, and what it proposes is weighed here by rank-bm25's own scores.

The cluster's scores alone would not do: each of its shards has an idf of its own, and the length of a text is rounded to a byte. What
it is good at is naming some passages among millions that share most with a question; of those the best are found by the same numbers
as in the index that comes with the program.
"""

import math
import sqlite3
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.errors import EngineError
from bot.index.bm25 import BM25
from bot.index.protocol import Field, Hit, Terms
from bot.index.schema import Arrays, Floats, Integers
from bot.opensearch.connection import Cluster, Missing
from bot.opensearch.layout import LONGEST_TERM, Weighed
from bot.opensearch.terms import FIELDS, TermCounter, Text

if TYPE_CHECKING:
    from bot.opensearch.records import Records

PROPOSALS = 120
"""Passages that the cluster proposes: three times as many as are weighed further."""

CLAUSES = 64
"""Terms that are sent, those of most reach: a long question has more than the 1,024 that a cluster takes, and the others change nothing."""

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
        cluster, index: where they lie.
        records: reads them.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, size: int, cluster: Cluster, index: str, records: "Records") -> None:
        super().__init__(connection, group, size)
        self._cluster, self._index, self._records = cluster, index, records
        self._statistics = Arrays(connection, group)
        self._worths: dict[Field, _Worth] = {}

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`.

        Raises:
            EngineError: the cluster does not answer.
        """
        terms = self._terms(query, weights)
        few = [number for stretch in among for number in stretch[: AT_HAND + 1]] if among is not None else None
        if few is not None and len(few) <= AT_HAND:
            texts = self._records.texts(few)
        else:
            clauses = [
                (FIELDS[term.field], term.name, term.share / self._idf_there(term.known.texts))
                for term in sorted(terms, key=lambda term: -term.share)
                if term.share and len(term.name) <= LONGEST_TERM
            ]
            texts = self._proposals(clauses[:CLAUSES], among) if clauses else {}
        if not texts or not terms:
            return []
        numbers = sorted(texts)
        counts, lengths = self._counter.counts([(FIELDS[term.field], term.name) for term in terms], [texts[number] for number in numbers])
        evidence, factors = np.zeros((len(FIELDS), len(numbers))), np.zeros(len(FIELDS))
        for place, term in enumerate(terms):
            factors[term.field] = term.factor
            evidence[term.field] += term.worth * self._worth(FIELDS[term.field]).of(counts[place], lengths[term.field])
        totals = factors @ evidence
        best = [n for n in np.lexsort((np.array(numbers), -totals))[:limit].tolist() if totals[n] > 0]
        asked = [(FIELDS.index(field), field) for field in query]
        return [Hit(numbers[n], float(totals[n]), {field: float(evidence[place, n]) for place, field in asked}) for n in best]

    def _idf_there(self, texts: int) -> float:
        """The idf that Lucene reckons: a clause is given what makes its product the one that we mean."""
        return math.log(1 + (self.size - texts + 0.5) / (texts + 0.5))

    def _proposals(self, clauses: Sequence[tuple[Field, str, float]], among: Sequence[range] | None) -> dict[int, Text]:
        """The passages that share most with a query, by their numbers."""
        query: dict[str, object] = {
            "should": [{"term": {field.value: {"value": term, "boost": boost}}} for field, term, boost in clauses],
            "minimum_should_match": 1,
        }
        if among is not None:
            query["filter"] = [{"terms": {"version": self._records.versions(among)}}]
        body = {
            "query": {"bool": query}, "size": PROPOSALS, "track_total_hits": False, "_source": False, "stored_fields": "_none_",
            "docvalue_fields": ["key", "weighed"],
        }  # fmt: skip
        # A shard that does not answer must not look like passages that are not there.
        options = {"allow_partial_search_results": "false", "request_cache": "false", "filter_path": "hits.hits.fields"}
        try:
            found = self._cluster.question("POST", f"/{self._index}/_search", body, **options)
        except Missing:
            raise EngineError("engine.moved_on") from None
        hits = found.get("hits", {}).get("hits", ())
        return self._records.weighed((int(hit["fields"]["key"][0]), Weighed.decoded(hit["fields"]["weighed"][0])) for hit in hits)

    @cached_property
    def _counter(self) -> TermCounter:
        return TermCounter(self._records.words)

    def _worth(self, field: Field) -> _Worth:
        found = self._worths.get(field)
        if found is None:
            arrays = self._statistics
            counts, lengths = (arrays.numbers(f"{field.value}.{name}").astype(np.int64) for name in ("counts", "lengths"))
            scores: NDArray[np.float64] = np.frombuffer(arrays.data(f"{field.value}.scores"), dtype=np.float64)
            found = self._worths[field] = _Worth(counts, lengths, scores.reshape(len(counts), len(lengths)))
        return found
