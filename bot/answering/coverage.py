"""How well texts cover the words of a question: many texts at once, each a column of numbers.

It is what `Concept.match` says of one text.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from bot.answering.concepts import PARTS_MATCH, Concept
from bot.index.schema import Floats


class Coverage:
    """The words of a question, ready to be held against texts.

    Args:
        concepts: with what may stand for them.

    Attributes:
        keys: the stems and marked roots that texts have to be asked for.
    """

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self._concepts = concepts
        column: dict[str, int] = {}
        columns: list[int] = []
        qualities: list[float] = []
        # Where the stretch of each concept's keys begins, and behind those the stretches of each of its parts.
        starts: list[int] = []
        for keys in [*(c.keys for c in concepts), *(part for c in concepts for part in c.parts)]:
            starts.append(len(columns))
            columns += [column.setdefault(key, len(column)) for key in keys] or [0]
            qualities += keys.values() or [0.0]
        self._stretches = list(pairwise([*starts, len(columns)]))
        # Of each phrase whose it is, the rows of its words, and how good a match it is.
        self._phrases = [
            (number, [column.setdefault(w, len(column)) for w in term], quality)
            for number, concept in enumerate(concepts) for term, quality in concept.phrases
        ]  # fmt: skip
        self._columns, self._qualities = np.array(columns, dtype=np.intp), np.array(qualities)[:, None]
        self.keys = list(column)

    def matches(self, strengths: Floats) -> Floats:
        """For each concept (row) how well each text (column) covers it.

        Args:
            strengths: how firmly each of `keys` (rows) belongs to each text (columns), 0 to 1.
        """
        weighed = strengths.take(self._columns, axis=0)
        weighed *= self._qualities
        count = len(self._concepts)
        best = [weighed[start] if end - start == 1 else weighed[start:end].max(axis=0) for start, end in self._stretches]
        for number, rows, quality in self._phrases:
            words = [strengths[row] for row in rows]
            together = quality * (_total(words) / len(words))
            together[np.minimum.reduce(words) <= 0] = 0.0
            best[number] = np.maximum(best[number], together)
        part = count
        for number, concept in enumerate(self._concepts):
            if concept.parts:
                parts = best[part : part + len(concept.parts)]
                best[number] = np.maximum(best[number], PARTS_MATCH * _total(parts) / len(parts))
                part += len(parts)
        return np.array(best[:count])

    def share(self, matches: Floats, total: float) -> Floats:
        """The share of the question that each text covers, the telling words counting for more.

        Args:
            matches: by concept.
            total: the weight of all concepts.
        """
        return _total([c.weight * match for c, match in zip(self._concepts, matches, strict=True)]) / total


def _total(rows: Sequence[Floats]) -> Floats:
    """The sum of some rows: one after another, so that equal texts get equal sums to the last digit."""
    total = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total
