"""How well texts cover the words of a question: many texts at once, each a row of numbers.

It is what `Concept.match` says of one text.
"""

from collections.abc import Sequence

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
        self._starts: list[int] = []
        for keys in [*(c.keys for c in concepts), *(part for c in concepts for part in c.parts)]:
            self._starts.append(len(columns))
            columns += [column.setdefault(key, len(column)) for key in keys] or [0]
            qualities += keys.values() or [0.0]
        # Of each phrase the columns of its words, and how good a match it is.
        self._phrases = [[([column.setdefault(w, len(column)) for w in term], quality) for term, quality in c.phrases] for c in concepts]
        self._columns, self._qualities = np.array(columns, dtype=np.intp), np.array(qualities)
        self.keys = list(column)

    def matches(self, strengths: Floats) -> list[Floats]:
        """For each concept how well each text covers it.

        Args:
            strengths: how firmly each of `keys` (columns) belongs to each text (rows), 0 to 1.
        """
        best = np.maximum.reduceat(strengths[:, self._columns] * self._qualities, self._starts, axis=1).T
        found: list[Floats] = []
        part = len(self._concepts)
        for number, concept in enumerate(self._concepts):
            match: Floats = best[number]
            for columns, quality in self._phrases[number]:
                words = strengths[:, columns]
                together = np.where((words > 0).all(axis=1), quality * (_total(list(words.T)) / len(columns)), 0.0)
                match = np.maximum(match, together)
            if concept.parts:
                parts = best[part : part + len(concept.parts)]
                match = np.maximum(match, PARTS_MATCH * _total(list(parts)) / len(parts))
                part += len(parts)
            found.append(match)
        return found

    def share(self, matches: Sequence[Floats], total: float) -> Floats:
        """The share of the question that each text covers, the telling words counting for more.

        Args:
            matches: by concept.
            total: the weight of all concepts.
        """
        return _total([c.weight * match for c, match in zip(self._concepts, matches, strict=True)]) / total


def _total(rows: Sequence[Floats]) -> Floats:
    """The sum of some rows: one after another, so that equal texts get equal sums to the last digit."""
    total = rows[0]
    for row in rows[1:]:
        total = total + row
    return total
