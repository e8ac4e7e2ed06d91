"""Hints: the questions that a sentence answers, indexed so that a question finds those that are like it."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bot.index.schema import Arrays, Floats, Integers, Rows
from bot.index.words import Words
from bot.language.analysis import Analyser, Word

LIGHT_IN_HINT = 0.3
"""What a light word of a hint tells against another word."""

PART_IN_HINT = 0.75
"""How firmly a part of a compound belongs to a hint."""

WHOLE = 0xFFFFFFFF
"""In place of a sentence: the hint is one of the whole passage."""


class Hint(NamedTuple):
    """A question that a sentence (or, with sentence None, a passage) answers.

    Attributes:
        words: its content words.
        weights: what each of them tells, in idf among the hints.
    """

    number: int
    passage: int
    sentence: int | None
    words: tuple[Word, ...]
    weights: tuple[float, ...]


class HintIndex:
    """All hints of one group of an index.

    Args:
        arrays: those of the group.
        words: its words.
        analyser: reads them.
    """

    def __init__(self, arrays: Arrays, words: Words, analyser: Analyser) -> None:
        self._arrays, self._words, self._analyser = arrays, words, analyser
        self._memory: dict[int, Hint] = {}

    def __len__(self) -> int:
        return len(self._passages)

    def has(self, passage: int) -> bool:
        """Whether a passage has hints of its own."""
        return passage in self._hinted

    def idf(self, key: str) -> float:
        """How telling a stem or marked root is among the hints, as BM25Plus has it."""
        return self._idf_of(len(self._with(key)))

    def best(self, terms: Mapping[str, float], limit: int) -> list[Hint]:
        """The hints that share most with a question.

        Args:
            terms: stems and marked roots with their weight.
            limit: the number of hints at most.
        """
        scores = np.zeros(len(self))
        for key, weight in terms.items():
            numbers = self._with(key)
            if len(numbers):
                scores[numbers] += weight * self._idf_of(len(numbers))
        # A long hint shares words by chance: its score is divided by the root of its length.
        scores *= self._damping
        best = np.argsort(-scores, kind="stable")[:limit] if len(scores) <= limit else _largest(scores, limit)
        return [self._hint(int(number)) for number in best if scores[number] > 0]

    def strengths(self, hints: Sequence[Hint], keys: Sequence[str]) -> Floats:
        """How firmly some stems and marked roots (columns) belong to some hints (rows): 1, or less by a part of a compound."""
        owner, _, forms = self._forms.spread(np.array([hint.number for hint in hints], dtype=np.int64))
        known, columns = self._words.columns(keys)
        return self._words.strengths(forms, owner, len(hints), known, PART_IN_HINT)[:, columns]

    def _with(self, key: str) -> Integers:
        """The hints that have a stem or marked root."""
        number = self._words.key(key)
        return self._postings.row(number).astype(np.int64) if number >= 0 and len(self) else np.empty(0, dtype=np.int64)

    def _idf_of(self, hints: int) -> float:
        return float(self._idf[max(1, hints) - 1]) if len(self) else 0.0

    @cached_property
    def _passages(self) -> Integers:
        return self._arrays.numbers("questions.passages").astype(np.int64)

    @cached_property
    def _sentences(self) -> Integers:
        return self._arrays.numbers("questions.sentences").astype(np.int64)

    @cached_property
    def _hinted(self) -> frozenset[int]:
        return frozenset(self._passages.tolist())

    @cached_property
    def _idf(self) -> Floats:
        return np.frombuffer(self._arrays.data("questions.idf"), dtype=np.float64)

    @cached_property
    def _damping(self) -> Floats:
        return 1.0 / np.sqrt(1.0 + np.maximum(np.diff(self._forms.starts.astype(np.int64)), 1))

    @cached_property
    def _forms(self) -> Rows:
        return self._arrays.rows("questions.forms")

    @cached_property
    def _postings(self) -> Rows:
        return self._arrays.rows("questions.postings")

    def _hint(self, number: int) -> Hint:
        found = self._memory.get(number)
        if found is None:
            words = tuple(self._analyser.word(self._words.form(int(form))) for form in self._forms.row(number))
            sentence = int(self._sentences[number])
            weights = tuple((LIGHT_IN_HINT if word.light else 1.0) * self.idf(word.stem) for word in words)
            found = Hint(number, int(self._passages[number]), None if sentence == WHOLE else sentence, words, weights)
            self._memory[number] = found
        return found


def _largest(scores: Floats, limit: int) -> Integers:
    found = np.argpartition(-scores, limit)[:limit]
    return found[np.lexsort((found, -scores[found]))]
