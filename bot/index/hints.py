"""Hints: the questions that a sentence answers, indexed so that a question finds those that are like it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np

from bot.index.schema import Arrays, Floats, Integers, Rows
from bot.index.words import Words
from bot.language.function_words import LIGHT_WORDS
from bot.named import NamedTuple

LIGHT_IN_HINT = 0.3
"""What a light word of a hint tells against another word."""

PART_IN_HINT = 0.75
"""How firmly a part of a compound belongs to a hint."""

WHOLE = 0xFFFFFFFF
"""In place of a sentence: the hint is one of the whole passage."""


class Hint(NamedTuple):
    """A question that a sentence (or, with sentence None, a passage) answers.

    Attributes:
        keys: stem and marked root of each of its content words, by their numbers among the keys of the group.
        weights: what each of them tells, in idf among the hints.
    """

    number: int
    passage: int
    sentence: int | None
    keys: tuple[tuple[int, int], ...]
    weights: tuple[float, ...]


class HintIndex:
    """All hints of one group of an index.

    Args:
        arrays: those of the group.
        words: its words.
    """

    def __init__(self, arrays: Arrays, words: Words) -> None:
        self._arrays, self._words = arrays, words
        self._memory: dict[int, Hint] = {}
        self._of_form: dict[int, tuple[int, int, float]] = {}

    def __len__(self) -> int:
        return len(self._passages)

    def has(self, passage: int) -> bool:
        """Whether a passage has hints of its own."""
        return passage in self._hinted

    def best(self, terms: Mapping[str, float], limit: int) -> list[Hint]:
        """The hints that share most with a question.

        Args:
            terms: stems and marked roots with their weight.
            limit: the number of hints at most.
        """
        if not len(self):
            return []
        known = [(number, weight) for key, weight in terms.items() if (number := self._words.key(key)) >= 0]
        numbers = np.array([number for number, _ in known], dtype=np.int64)
        # All at once, each hint's numbers added up in the order of the terms.
        owner, _, hints = self._postings.spread(numbers)
        sizes = np.bincount(owner, minlength=len(numbers))
        worth = np.array([weight for _, weight in known]) * self._idf[np.maximum(sizes, 1) - 1]
        scores = np.bincount(hints, worth[owner], len(self)).astype(np.float64)
        # A long hint shares words by chance: its score is divided by the root of its length.
        scores *= self._damping
        best = np.argsort(-scores, kind="stable")[:limit] if len(scores) <= limit else _largest(scores, limit)
        return [self._hint(number) for number, score in zip(best.tolist(), scores[best].tolist(), strict=True) if score > 0]

    def strengths(self, hints: Sequence[Hint], keys: Sequence[str]) -> Floats:
        """How firmly some stems and marked roots (rows) belong to some hints (columns): 1, or less by a part of a compound."""
        owner, _, forms = self._forms.spread(np.array([hint.number for hint in hints], dtype=np.int64))
        known, columns = self._words.columns(keys)
        return self._words.strengths(forms, owner, len(hints), known, PART_IN_HINT).T[columns]

    def numbers(self, keys: Iterable[str]) -> frozenset[int]:
        """The numbers of stems and marked roots, as `Hint.keys` has them, of those that any text has."""
        return frozenset(map(self._words.key, keys)) - {-1}

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
        hint = self._memory.get(number)
        if hint is None:
            words = [self._word(form) for form in self._forms.row(number).tolist()]
            sentence = int(self._sentences[number])
            keys, weights = tuple((stem, root) for stem, root, _ in words), tuple(weight for _, _, weight in words)
            hint = Hint(number, int(self._passages[number]), None if sentence == WHOLE else sentence, keys, weights)
            self._memory[number] = hint
        return hint

    def _word(self, form: int) -> tuple[int, int, float]:
        """Stem and marked root of a word of a hint, and what it tells: as BM25Plus has it, less where it is a light word."""
        word = self._of_form.get(form)
        if word is None:
            stem, root = self._words.keys_of.row(form)[:2].tolist()
            start, end = self._postings.starts[stem : stem + 2].tolist()
            hints = end - start
            weight = (LIGHT_IN_HINT if self._words.form(form) in LIGHT_WORDS else 1.0) * float(self._idf[max(1, hints) - 1])
            word = self._of_form[form] = stem, root, weight
        return word


def _largest(scores: Floats, limit: int) -> Integers:
    largest = np.argpartition(-scores, limit)[:limit]
    return largest[np.lexsort((largest, -scores[largest]))]
