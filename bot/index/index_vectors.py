"""The vectors of an index's sentences and passages: which of them there are, and the making of those that are missing."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.index.group import Stretch
from bot.index.schema import content_digests, key_of
from bot.index.vectors import VECTORS, Encoder, Halves, Unit, VectorStore, may_hold, numbers_of
from bot.knowledge.model import Passage

MOSTLY_NEW = 10
"""Texts without a vector, for each text of an earlier version that has one, from which on nothing is taken over before vectors are made."""

TEXTS_AT_ONCE = 64
"""Texts that are encoded between two reports of how far it is."""

HEADINGS = 2
"""The headings nearest to a passage that its vector holds."""


class IndexVectors:
    """The vectors of an index.

    Args:
        path: of the file that keeps them; None to keep them in memory.
        stretches: the documents of the index.
        passage_with: gives the passage with a key.
        index: the file of the index; None in memory.
    """

    def __init__(self, path: Path | None, stretches: Sequence[Stretch], passage_with: Callable[[int], Passage], index: Path | None) -> None:
        self._store = VectorStore(path)
        self._stretches, self._passage_with, self._index = stretches, passage_with, index

    def of(self, stretch: Stretch, unit: Unit, model: str) -> Halves | None:
        """The vectors of one document, a row for each sentence or passage; None where not all are there."""
        return self._store.read(stretch.digest, unit, model, count(stretch, unit))

    def write(self, stretch: Stretch, unit: Unit, model: str, vectors: NDArray[np.floating]) -> None:
        """Keep the vectors of one document."""
        self._store.write(stretch.digest, unit, model, vectors)

    def missing(self, model: str) -> int:
        """How many sentences and passages have no vector of this encoder yet.

        Those that came with a document, and those of texts that an earlier version of it had too, are taken over first.
        """
        for stretch in {stretch.document.id: stretch for stretch, _ in self._without(model)}.values():
            file = stretch.document.path / VECTORS if stretch.document.path else None
            if file and file.exists():
                self._store.take_from(file, stretch.digest, model)
        missing = self._without(model)
        total = sum(count(stretch, unit) for stretch, unit in missing)
        # Where nearly all is new there is hardly anything to take over, and reading all texts for it would take long.
        if not 0 < total <= MOSTLY_NEW * self._store.texts_of_others(model, {stretch.digest for stretch in self._stretches}):
            return total
        for stretch, unit in missing:
            texts = numbers_of(self._texts_of(stretch, unit))
            vectors, there = self._store.of_texts(unit, model, texts)
            total -= int(np.count_nonzero(there))
            if there.all():
                self._store.write(stretch.digest, unit, model, vectors, texts)
        return total

    def fill(self, encode: Encoder, model: str, done: Callable[[int, int], None] | None = None) -> None:
        """Make the vectors that are missing, a document at a time: who is stopped half-way goes on where it was.

        Args:
            encode: gives a row for each text.
            model: names the encoder.
            done: is told how many texts of how many are done.
        """
        total, made = self.missing(model), 0
        for stretch, unit in self._without(model):
            texts = self._texts_of(stretch, unit)
            numbers = numbers_of(texts)
            vectors, there = self._store.of_texts(unit, model, numbers)
            new = np.flatnonzero(~there).tolist()
            for first in range(0, len(new), TEXTS_AT_ONCE):
                chosen = new[first : first + TEXTS_AT_ONCE]
                rows = encode([texts[n] for n in chosen])
                if vectors.shape[1] != rows.shape[1]:
                    vectors = np.empty((len(texts), rows.shape[1]), np.float16)
                vectors[chosen] = rows
                made += len(rows)
                if done:
                    done(made, total)
            if texts:
                self._store.write(stretch.digest, unit, model, vectors, numbers)
        # Meanwhile another index may have been made in this one's place, with vectors of its own.
        now = content_digests(self._index) if self._index else []
        self._store.keep_only([*(stretch.digest for stretch in self._stretches), *now])

    def export(self, document_id: str, model: str) -> None:
        """Write the vectors of a document beside its text, so that they go with it."""
        stretch = next(stretch for stretch in self._stretches if stretch.document.id == document_id)
        assert stretch.document.path is not None
        self._store.export(stretch.document.path / VECTORS, stretch.digest, model, {unit: count(stretch, unit) for unit in Unit})

    def _without(self, model: str) -> list[tuple[Stretch, Unit]]:
        """The documents that have not all vectors of this encoder, with what has none. They are counted, not read: there may be many."""
        stored = {unit: self._store.documents(unit, model) for unit in Unit}
        every = ((stretch, unit) for stretch in self._stretches for unit in Unit)
        return [(stretch, unit) for stretch, unit in every if not may_hold(stored[unit].get(stretch.digest, 0), count(stretch, unit))]

    def _texts_of(self, stretch: Stretch, unit: Unit) -> list[str]:
        """The texts of a document that have a vector each."""
        passages = [self._passage_with(key_of(stretch.group, row)) for row in stretch.rows()]
        if unit is Unit.PASSAGE:
            return [_with_headings(passage) for passage in passages]
        return [sentence.text for passage in passages for sentence in passage.sentences]


def count(stretch: Stretch, unit: Unit) -> int:
    """How many texts of a document have a vector each."""
    return len(stretch.passages) if unit is Unit.PASSAGE else stretch.sentences


def _with_headings(passage: Passage) -> str:
    """A passage as it can be understood by itself."""
    return f"{' > '.join(passage.section.headings[-HEADINGS:])}: {passage.text}"
