"""rank-bm25's BM25Plus, kept fast by posting lists.

BM25Plus scores every passage above 0, loops over all of them for each term, and divides by zero on an empty corpus. Here it
is only ever handed the passages that hold a term (`get_batch_scores`), its constant baseline is subtracted, and an empty field
is no error. The scores are rank-bm25's own, see tests/retrieval.
"""

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from rank_bm25 import BM25Plus

from bot.retrieval.protocol import Field, FieldTexts, Hit, Terms

COMMON_SHARE, COMMON_FROM = 0.5, 2_000
"""A term that more than this share of the texts has is left out of a query once there are this many texts: it costs most, tells least."""


K1, B, DELTA = 1.5, 0.75, 1.0
"""rank-bm25's own defaults, said here because a restored index must have the same."""

FieldState = tuple[int, dict[str, bytes], bytes, float]
"""(texts, postings, lengths, average length); see `FieldIndex`."""


class _Counts:
    """What rank-bm25 looks term counts up in, holding those of the one term that is asked for."""

    def __init__(self, size: int) -> None:
        self._size = size
        self.current: dict[int, dict[str, int]] = {}

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, number: int) -> dict[str, int]:
        return self.current[number]


class _Idf:
    """What rank-bm25 looks idf up in: its own formula, from the length of the posting list."""

    def __init__(self, index: "FieldIndex") -> None:
        self._index = index

    def get(self, term: str) -> float:
        return self._index.idf(term)


class FieldIndex:
    """BM25Plus over one field, with posting lists.

    A posting list is an array of unsigned 32-bit numbers: the texts that hold the term, then how often each does. It takes a
    tenth of the memory of rank-bm25's own dictionaries, and can be kept on disk, for which rank-bm25 has no way.

    Args:
        texts: the terms of each text; a text may be empty.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        counts: dict[str, array[int]] = {}
        numbers: dict[str, array[int]] = {}
        for number, terms in enumerate(texts):
            for term, count in Counter(terms).items():
                if term not in numbers:
                    numbers[term], counts[term] = array("I"), array("I")
                numbers[term].append(number)
                counts[term].append(count)
        lengths = array("I", (len(terms) for terms in texts))
        average = sum(lengths) / len(lengths) if lengths else 0.0
        self._set(len(texts), {term: (numbers[term] + counts[term]).tobytes() for term in numbers}, lengths, average)

    def _set(self, size: int, postings: dict[str, bytes], lengths: "array[int]", average: float) -> None:
        self.size, self._postings, self._lengths, self._average = size, postings, lengths, average
        self._memory: dict[str, tuple[Any, Any]] = {}
        self._idf: dict[str, float] = {}
        self._engine: Any = None
        # BM25Plus can't take a corpus without words.
        if postings:
            # Its constructor would count all terms again, one dictionary a text; this is what it sets, without the dictionaries.
            engine: Any = BM25Plus.__new__(BM25Plus)
            engine.k1, engine.b, engine.delta, engine.tokenizer = K1, B, DELTA, None
            engine.corpus_size, engine.avgdl, engine.doc_freqs, engine.idf = size, average, _Counts(size), _Idf(self)
            # A plain list is turned into an array at every call otherwise.
            engine.doc_len = np.asarray(lengths)
            self._engine = engine

    @classmethod
    def restored(cls, state: FieldState) -> "FieldIndex":
        """The index that `state` was taken from."""
        size, postings, lengths, average = state
        index = cls.__new__(cls)
        index._set(size, postings, array("I", lengths), average)
        return index

    def state(self) -> FieldState:
        """The index as plain data."""
        return self.size, self._postings, self._lengths.tobytes(), self._average

    @property
    def highest_idf(self) -> float:
        """The idf of a term that no text has."""
        return math.log(self.size + 1) if self.size else 0.0

    def idf(self, term: str) -> float:
        """rank-bm25's idf of a term, log((N + 1) / n); that of a term in no text is taken as log(N + 1), the highest."""
        if not self._engine:
            return 0.0
        found = self._idf.get(term)
        if found is None:
            posting = self._postings.get(term)
            found = math.log((self.size + 1) / (len(posting) // _PAIR)) if posting else self.highest_idf
            if len(self._idf) >= MEMORY:
                self._idf.clear()
            self._idf[term] = found
        return found

    def contribution(self, term: str) -> tuple[Any, Any]:
        """The texts that hold a term and what it adds to each one's score, baseline (delta times idf) subtracted."""
        found = self._memory.get(term)
        if found is None:
            posting = self._postings.get(term, b"")
            holding = len(posting) // _PAIR
            if not holding or (self.size >= COMMON_FROM and holding > COMMON_SHARE * self.size):
                found = (_NOTHING, _NO_SCORES)
            else:
                both = array("I", posting).tolist()
                numbers, counts = both[:holding], both[holding:]
                self._engine.doc_freqs.current = {number: {term: count} for number, count in zip(numbers, counts, strict=True)}
                scores = np.asarray(self._engine.get_batch_scores([term], numbers))
                found = (np.asarray(numbers, dtype=np.intp), scores - self._engine.delta * self.idf(term))
            if len(self._memory) >= MEMORY:
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


_PAIR = 2 * array("I").itemsize
_NOTHING, _NO_SCORES = np.empty(0, dtype=np.intp), np.empty(0)
MEMORY = 1_500
"""Terms whose contributions are remembered: what people ask comes back."""


class RankBM25Retriever:
    """The Retriever for up to tens of thousands of texts, in memory."""

    def __init__(self, fields: Mapping[Field, FieldIndex]) -> None:
        self._fields = fields
        self._size = max((index.size for index in self._fields.values()), default=0)

    @classmethod
    def of(cls, texts: FieldTexts) -> "RankBM25Retriever":
        """A retriever over texts."""
        return cls({field: FieldIndex(terms) for field, terms in texts.items()})

    def state(self) -> dict[str, FieldState]:
        """The index as plain data."""
        return {field.value: index.state() for field, index in self._fields.items()}

    @classmethod
    def restored(cls, state: Mapping[str, FieldState]) -> "RankBM25Retriever":
        """The retriever that `state` was taken from."""
        return cls({Field(name): FieldIndex.restored(part) for name, part in state.items()})

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`. Texts with the same score come in the order in which they were indexed."""
        evidence = {field: self._fields[field].scores(terms) for field, terms in query.items() if field in self._fields}
        total = np.zeros(self._size)
        for field, scores in evidence.items():
            attainable = self._fields[field].attainable(query[field])
            if attainable:
                total += weights.get(field, 0.0) * scores / attainable
        if among is not None:
            chosen = np.zeros(self._size, dtype=bool)
            for stretch in among:
                chosen[stretch.start : stretch.stop] = True
            total[~chosen] = 0.0
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
