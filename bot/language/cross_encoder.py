"""Whether a passage answers a question: a number that is read from both together.

A cross-encoder (Nogueira and Cho 2019, "Passage Re-ranking with BERT"): question and passage go through the layers as one text, so that
each word of the one is held against each word of the other, which vectors made apart can't do. It writes nothing: all that comes out is
one number. Its first layers are those of the encoder, as they are, the others its own; see data/CROSS_ENCODER.md for what they learned.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from bot.language.encoder import LONGEST_QUESTION, LONGEST_TEXT, PASSAGE, QUESTION, Encoder, batches
from bot.language.encoder_file import Floats, Shape, layers_of

FILE = Path(__file__).parent / "data" / "cross-encoder-nl.npz"

VERSION = "cross-nl-1"
"""To be changed with the file: its layers are kept by this name."""

QUESTION_PIECES, PASSAGE_PIECES = 40, 112
"""Word pieces of a question and of a passage that are read, as many as it was taught with: the cost grows with their number."""


class CrossEncoder:
    """How sure it is that a passage answers a question.

    Args:
        encoder: its pieces, embedding and first layers are shared.
        path: the file that benchmarks/pack_encoder.py made.
        cache: see `Encoder`.

    Raises:
        OSError, ValueError, KeyError: the file is not there, or not of that form.
    """

    def __init__(self, encoder: Encoder, path: Path = FILE, cache: Path | None = None) -> None:
        self._encoder = encoder
        with np.load(path) as raw:
            low, *sizes = (int(number) for number in raw["size"])
            held = layers_of(raw, Shape(*sizes), "rest", cache / f"{VERSION}-8.npy" if cache else None)
        self._stacks = [encoder.held._replace(layers=encoder.held.layers[:low]), held]
        numbers = np.frombuffer(held.rest.tobytes(), "<f4")
        size = encoder.size
        self._segments, self._head, self._offset = numbers[: 2 * size].reshape(2, size), numbers[2 * size : 3 * size], float(numbers[-1])

    def log_odds(self, question: str, passages: Sequence[str]) -> Floats:
        """How sure it is of each passage.

        Args:
            question: as it was asked.
            passages: each with the headings above it.

        Returns:
            The log odds that a passage answers: above 0 more likely than not, among texts like those that it was taught with.
        """
        return self.log_odds_of([(question, passage) for passage in passages])

    def log_odds_of(self, pairs: Sequence[tuple[str, str]]) -> Floats:
        """How sure it is of each passage that it answers the question beside it; see `log_odds`."""
        read = [together(self._encoder, question, passage) for question, passage in pairs]
        odds = np.empty(len(read), np.float32)
        for batch in batches([numbers for numbers, _ in read]):
            segments = self._segments[np.concatenate([read[number][1] for number in batch])]
            firsts, _ = self._encoder.through([read[number][0] for number in batch], self._stacks, segments, only_first=True)
            odds[batch] = self._head @ firsts + np.float32(self._offset)
        return odds


def together(encoder: Encoder, question: str, passage: str) -> tuple[list[int], list[int]]:
    """Question and passage as one text.

    Returns:
        The numbers of its pieces, and for each 0 where it is of the question and 1 where it is of the passage.
    """
    asked = encoder.tokens(question[:LONGEST_QUESTION], QUESTION)[1:-1][:QUESTION_PIECES]
    told = encoder.tokens(passage[:LONGEST_TEXT], PASSAGE)[1:-1][:PASSAGE_PIECES]
    numbers = [encoder.begin, *asked, encoder.end, encoder.end, *told, encoder.end]
    return numbers, [0] * (len(asked) + 2) + [1] * (len(told) + 2)
