"""Sentences as vectors: an encoder that can compare texts and never writes one.

multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings", MIT licence): a BERT of 12 layers (Devlin et al. 2019) whose
vector of a text is the mean of its last layer, at length 1. It was cut down to the word pieces that Dutch needs, and run here by numpy
alone. `benchmarks/pack_encoder.py` makes the file; see data/ENCODER.md for its origin.

The file and its numbers are read in `encoder_file`.
"""

from array import array
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.language.encoder_file import PART, Floats, Held, Layer, Shape, floats, layers_of, let_go, unpacked

FILE = Path(__file__).parent / "data" / "encoder-nl.npz"

VERSION = "e5-nl-3"
"""To be changed with the file: vectors that another encoder made can't be compared with its own."""

QUESTION, PASSAGE = "query", "passage"
"""What a text is: the encoder was taught with these words before it."""

LONGEST_QUESTION = 400
"""Characters of a question that are read: the cost grows with its length, and what is asked stands in far fewer."""

LONGEST_TEXT = 2_000
"""Characters of a sentence or passage that are read; more than that says no more about what it is about."""

BATCH = 512
"""Word pieces that go through the layers together: as fast as more, in less memory."""

REMEMBERED = 50_000
"""Words whose division is remembered."""


class Pieces:
    """The tokenizer of XLM-RoBERTa: of all ways to divide a word into known pieces the likeliest (Kudo 2018; found by Viterbi).

    The pieces stay one text and are found by checksum: as strings in a dictionary they would take seven times the memory.

    Args:
        pieces: the known pieces, a line for each; `▁` stands for the space before a word.
        scores: the log probability of each.
        normal: signs that are read as others, a line for each: its code, and the codes of what it is read as. None is a printable
            sign of ASCII.
        unknown: the number of the piece that stands for what is not known.
        lowest: the lowest log probability of the whole model's pieces; an unknown sign costs 10 more (as in SentencePiece).
    """

    def __init__(self, pieces: bytes, scores: NDArray[Any], normal: str, unknown: int, lowest: float) -> None:
        self._pieces, self._scores = pieces, array("d", scores.astype(np.float64).tobytes())
        ends = np.flatnonzero(np.frombuffer(pieces + b"\n", np.uint8) == 10)
        self._starts = array("I", np.concatenate([[0], ends + 1]).astype(np.uint32).tobytes())
        sums = np.fromiter((crc32(self._piece(number)) for number in range(len(ends))), np.uint32, len(ends))
        order = np.argsort(sums, kind="stable")
        self._sums, self._order = sums[order], array("I", order.astype(np.uint32).tobytes())
        self._longest = max(len(self._piece(number).decode()) for number in range(len(ends)))
        self._normal_lines = normal
        self._unknown, self._unknown_score = unknown, lowest - 10.0
        self._memory: dict[str, list[int]] = {}

    def __len__(self) -> int:
        return len(self._scores)

    def _piece(self, number: int) -> bytes:
        return self._pieces[self._starts[number] : self._starts[number + 1] - 1]

    def _known(self, word: bytes, spans: Sequence[tuple[int, int]], sums: Sequence[int]) -> list[int]:
        """The number of the piece in each span of a word, -1 for none; `sums` are the checksums of the spans."""
        wanted = np.array(sums, np.uint32)
        positions = np.searchsorted(self._sums, wanted)
        matches = np.flatnonzero(self._sums[np.minimum(positions, len(self._sums) - 1)] == wanted).tolist()
        numbers = [-1] * len(spans)
        for n in matches:
            first, last = spans[n]
            for number in self._order[positions[n] : np.searchsorted(self._sums, wanted[n], "right")]:
                if number != self._unknown and self._piece(number) == word[first:last]:
                    numbers[n] = number
        return numbers

    def numbers(self, text: str) -> list[int]:
        """The numbers of the pieces of a text. No piece holds a space inside, so that words are divided one by one."""
        if not (text.isascii() and text.isprintable()):
            text = text.translate(self._normal)
        return [number for word in text.split(" ") if word for number in self._word(f"▁{word}")]

    @cached_property
    def _normal(self) -> dict[int, str]:
        """Read when a text first has such a sign: most questions have none, and the table is long."""
        signs = (list(map(int, line.split())) for line in self._normal_lines.split("\n"))
        return {sign: "".join(map(chr, into)) for sign, *into in signs}

    def _word(self, word: str) -> list[int]:
        numbers = self._memory.get(word)
        if numbers is None:
            numbers = self._divide(word)
            if len(self._memory) < REMEMBERED:
                self._memory[word] = numbers
        return numbers

    def _divide(self, word: str) -> list[int]:
        size, data = len(word), word.encode("utf-8", "surrogatepass")
        at = [0]
        for sign in word:
            at.append(at[-1] + len(sign.encode("utf-8", "surrogatepass")))
        spans, sums = [], []
        for start in range(size):
            check = 0
            for end in range(start + 1, min(size, start + self._longest) + 1):
                check = crc32(data[at[end - 1] : at[end]], check)
                spans.append((at[start], at[end]))
                sums.append(check)
        known = iter(self._known(data, spans, sums))
        best = [0.0] + [-1e30] * size
        back = [(0, 0)] * (size + 1)
        for start in range(size):
            base = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                number = next(known)
                if number >= 0 and base + self._scores[number] > best[end]:
                    best[end], back[end] = base + self._scores[number], (start, number)
            if base + self._unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = base + self._unknown_score, (start, self._unknown)
        numbers = []
        reached = size
        while reached:
            reached, piece = back[reached]
            numbers.append(piece)
        return numbers[::-1]


class Encoder:
    """Texts as vectors of `size` numbers, each at length 1: the product of two tells how alike they are.

    Args:
        path: the file that benchmarks/pack_encoder.py made.
        kept: a folder for the layers as they are held (31 MB), so that they are mapped into memory instead of unpacked by the next
            process; None to unpack them each time.

    Raises:
        OSError, ValueError, KeyError: the file is not there, or not of that form.
    """

    def __init__(self, path: Path = FILE, cache: Path | None = None) -> None:
        self.name = VERSION
        with np.load(path) as raw:
            shape = Shape(*(int(number) for number in raw["size"]))
            self.size, self.heads, self._longest = shape.size, shape.heads, shape.longest
            self.smallest = float(raw["eps"])
            self.begin, self.end, _, unknown = (int(number) for number in raw["special"])
            self._pieces = Pieces(raw["pieces"].tobytes(), raw["scores"], raw["normal"].tobytes().decode(), unknown, float(raw["lowest"]))
            self.positions = floats(raw["emb.pos"]).reshape(-1, self.size) + floats(raw["emb.type"]).reshape(-1, self.size)[0]
            self.first_norm = floats(raw["emb.ln.w"]), floats(raw["emb.ln.b"])
            held = layers_of(raw, shape, "emb.word", cache / f"encoder-{self.name}-8.npy" if cache else None)
        self.held = held
        self.embedding = held.rest.reshape(len(self._pieces), -1)

    def encode(self, texts: Sequence[str], role: str) -> Floats:
        """A vector for each text.

        Args:
            texts: in any order; texts of like length go through together.
            role: `QUESTION` or `PASSAGE`.

        Returns:
            An array of (texts, size).
        """
        most = LONGEST_QUESTION if role == QUESTION else LONGEST_TEXT
        tokens = [self.tokens(text[:most], role) for text in texts]
        vectors = np.empty((len(texts), self.size), np.float32)
        batch: list[int] = []
        for number in sorted(range(len(texts)), key=lambda n: len(tokens[n])):
            if batch and sum(len(tokens[n]) for n in batch) + len(tokens[number]) > BATCH:
                vectors[batch] = self._forward([tokens[n] for n in batch])
                batch = []
            batch.append(number)
        if batch:
            vectors[batch] = self._forward([tokens[n] for n in batch])
        return vectors

    def tokens(self, text: str, role: str) -> list[int]:
        """The numbers of a text's word pieces, with its role before them."""
        return [self.begin, *self._pieces.numbers(f"{role}: {text}")[: self._longest - 2], self.end]

    def _forward(self, tokens: Sequence[Sequence[int]]) -> Floats:
        states, spans = self.through(tokens, [self.held])
        vectors = np.stack([states[:, start:end].mean(1) for start, end in spans])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def through(
        self, tokens: Sequence[Sequence[int]], stacks: Sequence[Held], added: Floats | None = None
    ) -> tuple[Floats, list[tuple[int, int]]]:
        """What layers make of texts.

        All that goes through them has a column for each word piece: numpy's BLAS is twice as fast with few columns as with few rows.

        Args:
            tokens: the numbers of each text's word pieces.
            stacks: layers of this encoder, or others of the same sizes.
            added: what is added to the embedding of each piece, a row each; None for nothing.

        Returns:
            A column for each piece of all texts, one text after the other; and for each text its first column and the one after its last.
        """
        lengths = [len(numbers) for numbers in tokens]
        flat = np.concatenate([np.asarray(numbers) for numbers in tokens])
        positions = np.concatenate([np.arange(length) for length in lengths])
        ends = np.cumsum(lengths)
        spans = [(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)]
        states: Floats = unpacked(self.embedding[flat].ravel(), len(flat)) + self.positions[positions]
        if added is not None:
            states += added
        states = self._normed(np.ascontiguousarray(states.T), self.first_norm)
        room = np.empty(PART, np.float32)
        for stack in stacks:
            for layer in stack.layers:
                states = self._through(layer, states, spans, room)
                if stack.mapping:
                    let_go(stack.mapping)
        return states, spans

    def _through(self, layer: Layer, states: Floats, spans: Sequence[tuple[int, int]], room: Floats) -> Floats:
        size, heads = self.size, self.heads
        width = size // heads
        mixed = layer.attention.times(states, room)
        mixed += layer.attention_offset[:, None]
        attended = np.empty_like(states)
        for start, end in spans:
            asked, offered, said = mixed[:, start:end].reshape(3, heads, width, end - start)
            scores = asked.transpose(0, 2, 1) @ offered
            scores *= np.float32(width**-0.5)
            scores -= scores.max(-1, keepdims=True)
            np.exp(scores, out=scores)
            scores /= scores.sum(-1, keepdims=True)
            attended[:, start:end] = (said @ scores.transpose(0, 2, 1)).reshape(size, end - start)
        joined = layer.joined.times(attended, room)
        joined += layer.joined_offset[:, None]
        joined += states
        states = self._normed(joined, layer.first_norm)
        inner = layer.inner.times(states, room)
        inner += layer.inner_offset[:, None]
        outer = layer.outer.times(_gelu(inner), room)
        outer += layer.outer_offset[:, None]
        outer += states
        return self._normed(outer, layer.last_norm)

    def _normed(self, states: Floats, weights: tuple[Floats, Floats]) -> Floats:
        """The states, changed in place, with mean and variance of each column as the weights say."""
        states -= states.mean(0)
        states *= 1.0 / np.sqrt(np.einsum("ij,ij->j", states, states) / self.size + self.smallest)
        states *= weights[0][:, None]
        states += weights[1][:, None]
        return states


def _gelu(states: Floats) -> Floats:
    """x P(X <= x) for a normal X (Hendrycks and Gimpel 2016), in place: max(x, 0) - |x| erfc(|x| / sqrt(2)) / 2.

    The complementary error function is within 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26).
    """
    size = np.abs(states)
    size *= np.float32(0.70710678)
    t = size * np.float32(0.3275911)
    t += np.float32(1.0)
    np.reciprocal(t, out=t)
    tail = t * np.float32(1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail += np.float32(coefficient)
        tail *= t
    tail *= size
    tail *= np.float32(0.70710678)
    size *= size
    tail *= np.exp(np.negative(size, out=size), out=size)
    np.maximum(states, np.float32(0.0), out=states)
    states -= tail
    return states
