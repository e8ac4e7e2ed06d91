"""rank-bm25's BM25Plus, kept fast by posting lists.

BM25Plus scores every passage above 0, loops over all of them for each term, and divides by zero on an empty corpus. Here it
is only ever handed the passages that hold a term (`get_batch_scores`), its constant baseline is subtracted, and an empty field
is no error. The scores are rank-bm25's own, see tests/retrieval.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rank_bm25 import BM25Plus

from bot.retrieval.protocol import Field, FieldTexts, Hit, Terms

COMMON_SHARE, COMMON_FROM = 0.5, 2_000
"""A term that more than this share of the texts has is left out of a query once there are this many texts: it costs most, tells least."""


class FieldIndex:
    """BM25Plus over one field, with posting lists.

    Args:
        texts: the terms of each text; a text may be empty.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.size = len(texts)
        self.postings: dict[str, list[int]] = {}
        for number, terms in enumerate(texts):
            for term in set(terms):
                self.postings.setdefault(term, []).append(number)
        # BM25Plus can't take a corpus without words.
        self._engine: Any = BM25Plus([list(terms) for terms in texts]) if self.postings else None
        if self._engine:
            # A plain list is turned into an array at every call otherwise.
            self._engine.doc_len = np.asarray(self._engine.doc_len)
        self.highest_idf = math.log(self.size + 1) if self.size else 0.0
        self._memory: dict[str, tuple[Any, Any]] = {}

    def idf(self, term: str) -> float:
        """rank-bm25's idf of a term, log((N + 1) / n); that of a term in no text is taken as log(N + 1), the highest."""
        return float(self._engine.idf.get(term, self.highest_idf)) if self._engine else 0.0

    def contribution(self, term: str) -> tuple[Any, Any]:
        """The texts that hold a term and what it adds to each one's score, baseline (delta times idf) subtracted."""
        found = self._memory.get(term)
        if found is None:
            numbers = self.postings.get(term, [])
            if not numbers or (self.size >= COMMON_FROM and len(numbers) > COMMON_SHARE * self.size):
                found = (np.empty(0, dtype=np.intp), np.empty(0))
            else:
                scores = np.asarray(self._engine.get_batch_scores([term], numbers))
                found = (np.asarray(numbers, dtype=np.intp), scores - self._engine.delta * self.idf(term))
            if len(self._memory) > 20_000:
                self._memory.clear()
            self._memory[term] = found
        return found

    def scores(self, terms: Terms) -> Any:
        """The score of every text (an array of `size` floats), 0 where nothing matched."""
        total = np.zeros(self.size)
        for term, weight in terms.items():
            numbers, scores = self.contribution(term)
            if len(numbers):
                total[numbers] += weight * scores
        return total

    def attainable(self, terms: Terms) -> float:
        """The sum of weight, idf and k1 + 1 over the terms: what a text in which they abound would score at most."""
        if not self._engine:
            return 0.0
        return float(sum(weight * self.idf(term) for term, weight in terms.items()) * (self._engine.k1 + 1))


class RankBM25Retriever:
    """The Retriever for up to tens of thousands of texts, in memory."""

    def __init__(self, texts: FieldTexts) -> None:
        self._fields = {field: FieldIndex(terms) for field, terms in texts.items()}
        self._size = max((index.size for index in self._fields.values()), default=0)

    def search(self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int) -> list[Hit]:
        """See `Retriever.search`. Texts with the same score come in the order in which they were indexed."""
        evidence = {field: self._fields[field].scores(terms) for field, terms in query.items() if field in self._fields}
        total = np.zeros(self._size)
        for field, scores in evidence.items():
            attainable = self._fields[field].attainable(query[field])
            if attainable:
                total += weights.get(field, 0.0) * scores / attainable
        found = np.flatnonzero(total > 0)
        if len(found) > 4 * limit:
            # All that share the last place stay, so that the order of the index decides between them.
            found = found[total[found] >= -np.partition(-total[found], limit - 1)[limit - 1]]
        best = found[np.lexsort((found, -total[found]))][:limit]
        return [Hit(int(n), float(total[n]), {field: float(scores[n]) for field, scores in evidence.items()}) for n in best]

    def attainable(self, field: Field, terms: Terms) -> float:
        """See `Retriever.attainable`."""
        return self._fields[field].attainable(terms)

    def idf(self, field: Field, term: str) -> float:
        """See `Retriever.idf`."""
        return self._fields[field].idf(term)
