"""Hints: the questions that a sentence answers, indexed so that a question finds those that are like it."""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from bot.answering.concepts import ROOT_MARK
from bot.knowledge.model import Passage
from bot.language.analysis import Analyser, Word

_NUMBER = array("I").itemsize
_NUMBERS = np.dtype("uintc")


class Hint(NamedTuple):
    """A question that a sentence (or, with sentence None, a passage) answers.

    Attributes:
        words: its content words.
        strengths: their stems and marked roots, 1, and those of their parts, with how firmly they belong to it.
    """

    passage: int
    sentence: int | None
    words: tuple[Word, ...]
    strengths: Mapping[str, float]


def _largest(scores: Any, limit: int) -> Any:
    found = np.argpartition(-scores, limit)[:limit]
    return found[np.lexsort((found, -scores[found]))]


class HintIndex:
    """All hints of all passages.

    Args:
        rows: (passage, sentence or None, folded content words with spaces between) of each hint.
        postings: for each stem and marked root the numbers of the hints that have it, as an array of unsigned 32-bit numbers.
        analyser: reads the words.
    """

    def __init__(self, rows: Sequence[tuple[int, int | None, str]], postings: Mapping[str, bytes], analyser: Analyser) -> None:
        self._rows, self._postings, self._analyser = rows, postings, analyser
        self._hinted = frozenset(passage for passage, _, _ in rows)
        self._memory: dict[int, Hint] = {}

    def __len__(self) -> int:
        return len(self._rows)

    @classmethod
    def of(cls, passages: Sequence[Passage], analyser: Analyser) -> "HintIndex":
        """The index of the questions of these passages."""
        rows: list[tuple[int, int | None, str]] = []
        postings: dict[str, list[int]] = {}
        for passage, sentence, text in _questions(passages):
            words = analyser.content(text)
            for key in {key for word in words for key in (word.stem, ROOT_MARK + word.root)}:
                postings.setdefault(key, []).append(len(rows))
            rows.append((passage, sentence, " ".join(word.form for word in words)))
        return cls(rows, {key: array("I", numbers).tobytes() for key, numbers in postings.items()}, analyser)

    def state(self) -> tuple[Any, Any]:
        """Rows and postings, as plain data."""
        return self._rows, self._postings

    @staticmethod
    def moved(numbers: bytes, by: int) -> bytes:
        """A posting list for hints that come so many places later."""
        return array("I", [number + by for number in array("I", numbers)]).tobytes()

    def has(self, passage: int) -> bool:
        """Whether a passage has hints of its own."""
        return passage in self._hinted

    def idf(self, key: str) -> float:
        """How telling a stem or marked root is among the hints: log((N + 1) / n), as rank-bm25's BM25Plus has it."""
        return math.log((len(self._rows) + 1) / max(1, len(self._postings.get(key, b"")) // _NUMBER))

    def best(self, terms: Mapping[str, float], limit: int) -> list[Hint]:
        """The hints that share most with a question.

        Args:
            terms: stems and marked roots with their weight.
            limit: the number of hints at most.
        """
        scores = np.zeros(len(self._rows))
        for key, weight in terms.items():
            posting = self._postings.get(key)
            if posting:
                scores[np.frombuffer(posting, dtype=_NUMBERS)] += weight * self.idf(key)
        # A long hint shares words by chance: its score is divided by the root of its length.
        scores *= self._damping
        best = np.argsort(-scores, kind="stable")[:limit] if len(scores) <= limit else _largest(scores, limit)
        return [self._hint(int(number)) for number in best if scores[number] > 0]

    @cached_property
    def _damping(self) -> Any:
        return 1.0 / np.sqrt(np.fromiter((2 + forms.count(" ") for _, _, forms in self._rows), dtype=float, count=len(self._rows)))

    def _hint(self, number: int) -> Hint:
        found = self._memory.get(number)
        if found is None:
            passage, sentence, forms = self._rows[number]
            words = tuple(self._analyser.word(form) for form in forms.split())
            found = self._memory[number] = Hint(passage, sentence, words, _strengths(words))
        return found


def hint_texts(passage: Passage) -> list[str]:
    """Every question and keyword of a passage and its sentences."""
    texts = [*passage.questions, *passage.keywords]
    for sentence in passage.sentences:
        texts += [*sentence.questions, *sentence.keywords]
    return texts


def _questions(passages: Sequence[Passage]) -> Iterable[tuple[int, int | None, str]]:
    for number, passage in enumerate(passages):
        yield from ((number, None, question) for question in passage.questions)
        for place, sentence in enumerate(passage.sentences):
            yield from ((number, place, question) for question in sentence.questions)


def _strengths(words: Sequence[Word]) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        for stem, root in word.parts:
            found[stem] = found[ROOT_MARK + root] = PART_IN_HINT
    for word in words:
        found[word.stem] = found[ROOT_MARK + word.root] = 1.0
    return found


PART_IN_HINT = 0.75
"""How firmly a part of a compound belongs to a hint."""
