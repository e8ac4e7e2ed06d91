"""How near a question is to each sentence, whatever the words: told by vectors, where a group of documents has them.

Each sentence has a vector of its own, and each passage one with the headings above it. The cosines themselves are all alike (around
.8); what tells is how far one stands out from all others of the group, in standard deviations. Those are reckoned from the mean and
covariance of the vectors, so that they are the same whether all vectors are compared or only some.
"""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.index.group import Group
from bot.index.vectors import Unit
from bot.language.encoding import QUESTION
from bot.named import NamedTuple

Floats = NDArray[np.float32]

NEAREST = 10
"""Passages that become candidates because of their vectors, for each of both kinds."""

ALL_UP_TO = 10_000
"""Sentences up to which all vectors are compared with each question; beyond that only those of the retriever's candidates."""

FOUR = 4.0
"""Deviations are divided by this, so that they weigh like the other features, which are about 0 to 1."""

USUAL_MEAN, USUAL_SPREAD, USUAL_WORTH = 0.42, 0.065, 10
"""What the cosines of a question with the sentences of a document are like (measured on four documents of 80 to 380 sentences or passages:
means .40 to .44, deviations .056 to .074), and how many sentences that counts for: of a few sentences by themselves nothing stands out."""


class TextEncoder(Protocol):
    """What makes vectors; see `language.encoder.Encoder`."""

    @property
    def name(self) -> str:
        """Vectors of different names can't be compared."""
        ...

    def encode(self, texts: Sequence[str], role: str) -> Floats:
        """A vector of length 1 for each text."""
        ...

    def log_odds(self, question: str, passages: Sequence[str]) -> Floats:
        """How sure it is that each passage answers; see `language.cross_encoder.CrossEncoder`."""
        ...


class _Vectors(NamedTuple):
    """The vectors of one kind, with what they are like together."""

    rows: Floats
    mean: Floats
    covariance: Floats

    @classmethod
    def of(cls, rows: NDArray[np.float16]) -> "_Vectors":
        numbers = rows.astype(np.float32)
        # Evenly spread over the documents: enough to tell what is usual.
        sample = numbers[:: max(1, len(numbers) // ALL_UP_TO)]
        mean = sample.mean(0)
        centred = sample - mean
        return cls(numbers, mean, centred.T @ centred / len(sample))

    def deviations(self, vector: Floats, numbers: NDArray[np.int64] | None = None) -> Floats:
        """How far rows stand out in nearness to a vector, in standard deviations over four."""
        count, mean_nearness = len(self.rows), float(self.mean @ vector)
        mean = (count * mean_nearness + USUAL_WORTH * USUAL_MEAN) / (count + USUAL_WORTH)
        variance = max(float(vector @ self.covariance @ vector), 0.0)
        spread = np.sqrt((count * variance + USUAL_WORTH * USUAL_SPREAD**2) / (count + USUAL_WORTH))
        rows = self.rows if numbers is None else self.rows[numbers]
        values: Floats = (rows @ vector - np.float32(mean)) / np.float32(spread * FOUR)
        return values


class Nearness(NamedTuple):
    """How near one question is to the sentences of some passages.

    Attributes:
        sentences: by (passage, sentence), in standard deviations over four.
        passages: the same by passage, with its headings.
        cosines: of the sentences, as they are.
    """

    sentences: dict[tuple[int, int], float]
    passages: dict[int, float]
    cosines: dict[tuple[int, int], float]


class SentenceVectors(NamedTuple):
    """The vectors of a document's sentences.

    Attributes:
        rows: one for each sentence, in order.
        starts: for each passage of the document, which row its first sentence has.
        first: the number of its first passage.
    """

    rows: Floats
    starts: NDArray[np.int64]
    first: int

    def row(self, passage: int, sentence: int) -> int:
        """Which row a sentence has."""
        return int(self.starts[passage - self.first]) + sentence


class Vectors:
    """The vectors of one group.

    Args:
        group: whose vectors.
        encoder: makes a question's vector, and made theirs.
    """

    def __init__(self, group: Group, encoder: TextEncoder) -> None:
        self._group, self._encoder = group, encoder
        self._loaded: tuple[_Vectors, _Vectors, NDArray[np.int64]] | None = None

    def there(self) -> bool:
        """Whether every sentence and passage has a vector; where some have none yet they may have one at the next look."""
        if self._loaded is None:
            sentences, passages = (self._group.vectors(unit, self._encoder.name) for unit in (Unit.SENTENCE, Unit.PASSAGE))
            if sentences is not None and passages is not None:
                self._loaded = _Vectors.of(sentences), _Vectors.of(passages), self._group.sentences.starts()
        return self._loaded is not None

    def of_document(self, document_id: str) -> SentenceVectors | None:
        """The vectors of one document's sentences; None where not all have one yet."""
        stretch = self._group.stretch(document_id)
        rows = self._group.vectors_in(document_id, Unit.SENTENCE, self._encoder.name)
        if rows is None:
            return None
        starts = self._group.sentences.starts()[stretch.start : stretch.stop]
        return SentenceVectors(rows.astype(np.float32), starts - starts[:1], stretch.start)

    def vector(self, text: str) -> Floats:
        """The vector of a question. Only where `there`."""
        vector: Floats = self._encoder.encode([text], QUESTION)[0]
        return vector

    def log_odds(self, text: str, passages: Sequence[str]) -> list[float]:
        """How sure the encoder is of each passage that it answers a question, in log odds."""
        odds: list[float] = self._encoder.log_odds(text, passages).tolist()
        return odds

    def nearest(self, text: str) -> list[int]:
        """The passages nearest to a question, by their best sentence and as a whole; none where there are too many to compare."""
        if self._loaded is None or len(self._loaded[0].rows) > ALL_UP_TO:
            return []
        vector = self.vector(text)
        sentences, passages, starts = self._loaded
        values = np.maximum.reduceat(sentences.rows @ vector, starts[:-1])
        chosen: dict[int, None] = {}
        for scores in (values, passages.rows @ vector):
            chosen |= dict.fromkeys(np.argsort(-scores, kind="stable")[:NEAREST].tolist())
        return list(chosen)

    def nearness(self, text: str, passages: Sequence[int]) -> Nearness | None:
        """How near a question is to the sentences of these passages; None where they have no vectors."""
        if self._loaded is None or not passages:
            return None
        vector = self.vector(text)
        of_sentences, of_passages, first = self._loaded
        numbers = np.asarray(passages, dtype=np.int64)
        starts, ends = first[numbers], first[numbers + 1]
        numbered = [(passage, n) for passage, start, end in zip(passages, starts, ends, strict=True) for n in range(int(end - start))]
        rows = np.concatenate([np.arange(start, end) for start, end in zip(starts, ends, strict=True)])
        deviations = of_sentences.deviations(vector, rows).tolist()
        whole = of_passages.deviations(vector, numbers).tolist()
        cosines = (of_sentences.rows[rows] @ vector).tolist()
        return Nearness(
            dict(zip(numbered, deviations, strict=True)), dict(zip(passages, whole, strict=True)), dict(zip(numbered, cosines, strict=True))
        )
