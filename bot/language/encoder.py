"""Sentences as vectors: an encoder that can compare texts and never writes one.

multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings", MIT licence): a BERT of 12 layers (Devlin et al. 2019) whose
vector of a text is the mean of its last layer, at length 1. It was cut down to the word pieces that Dutch needs, and run here by numpy
alone. `benchmarks/pack_encoder.py` makes the file; see data/ENCODER.md for its origin.

The numbers lie in blocks of 32 with one 16-bit scale: in 4 bits (as ggml's Q4_0) or in 8 (its Q8_0).
"""

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

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

Floats = NDArray[np.float32]


class Pieces:
    """The tokenizer of XLM-RoBERTa: of all ways to divide a word into known pieces the likeliest (Kudo 2018; found by Viterbi).

    Args:
        pieces: the known pieces; `▁` stands for the space before a word.
        scores: the log probability of each.
        normal: signs that are read as others, a line for each: its code, and the codes of what it is read as. None is a printable
            sign of ASCII.
        unknown: the number of the piece that stands for what is not known.
        lowest: the lowest log probability of the whole model's pieces; an unknown sign costs 10 more (as in SentencePiece).
    """

    def __init__(self, pieces: Sequence[str], scores: NDArray[Any], normal: str, unknown: int, lowest: float) -> None:
        self._scores: list[float] = scores.astype(np.float64).tolist()
        self._numbers = dict(zip(pieces, range(len(pieces)), strict=True))
        del self._numbers[pieces[unknown]]
        self._longest = max(map(len, pieces))
        self._normal_lines = normal
        self._unknown, self._unknown_score = unknown, lowest - 10.0
        self._memory: dict[str, list[int]] = {}

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
        size = len(word)
        best = [0.0] + [-1e30] * size
        back = [(0, 0)] * (size + 1)
        for start in range(size):
            base = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                number = self._numbers.get(word[start:end])
                if number is not None and base + self._scores[number] > best[end]:
                    best[end], back[end] = base + self._scores[number], (start, number)
            if base + self._unknown_score > best[start + 1]:
                best[start + 1], back[start + 1] = base + self._unknown_score, (start, self._unknown)
        numbers = []
        at = size
        while at:
            at, piece = back[at]
            numbers.append(piece)
        return numbers[::-1]


def unpacked(raw: NDArray[np.uint8], rows: int) -> Floats:
    """Numbers in blocks of 32 as they are reckoned with.

    Args:
        raw: blocks of 18 bytes, one after another (a 16-bit scale, and 32 numbers of 4 bits around 8), or as many rows of 34 (a
            scale, and 32 numbers of 8 bits).
        rows: how many rows they make.
    """
    if raw.ndim == 1:
        blocks = raw.reshape(-1, 18)
        nibbles = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).astype(np.float32) - 8.0
    else:
        blocks = raw
        nibbles = np.ascontiguousarray(blocks[:, 2:]).view(np.int8).astype(np.float32)
    scale = np.ascontiguousarray(blocks[:, :2]).view("<f2").astype(np.float32)
    numbers: Floats = (nibbles * scale).reshape(rows, -1)
    return numbers


class _Layer(NamedTuple):
    """The numbers of one layer: a matrix and an offset for each step, and scale and offset of both norms."""

    attention: Floats
    attention_offset: Floats
    joined: Floats
    joined_offset: Floats
    first_norm: tuple[Floats, Floats]
    inner: Floats
    inner_offset: Floats
    outer: Floats
    outer_offset: Floats
    last_norm: tuple[Floats, Floats]


WHOLE = 0x5A
"""The last byte of a kept file."""

MATRICES = ("q", "k", "v", "ao", "fi", "fo")
"""Of each layer, as the file names them: query, key, value, what joins the heads, and both of the feed-forward step."""


class Encoder:
    """Texts as vectors of `size` numbers, each at length 1: the product of two tells how alike they are.

    Args:
        path: the file that benchmarks/pack_encoder.py made.
        kept: a folder for the numbers as they are reckoned with (85 MB), so that they are mapped into memory instead of unpacked by the
            next process; None to unpack them each time.

    Raises:
        OSError, ValueError, KeyError: the file is not there, or not of that form.
    """

    def __init__(self, path: Path = FILE, kept: Path | None = None) -> None:
        self.name = VERSION
        with np.load(path) as raw:
            self.size, self._depth, self.heads, self._inner, self._longest = (int(number) for number in raw["size"])
            self.smallest = float(raw["eps"])
            pieces = raw["pieces"].tobytes().decode().split("\n")
            self._begin, self._end, _, unknown = (int(number) for number in raw["special"])
            self._pieces = Pieces(pieces, raw["scores"], raw["normal"].tobytes().decode(), unknown, float(raw["lowest"]))
            self.positions = _floats(raw["emb.pos"]).reshape(-1, self.size) + _floats(raw["emb.type"]).reshape(-1, self.size)[0]
            self.first_norm = _floats(raw["emb.ln.w"]), _floats(raw["emb.ln.b"])
            numbers, packed = self._reckoned(raw, kept)
        self.embedding = packed.reshape(len(pieces), -1)
        self.layers = []
        at = 0
        for _ in range(self._depth):
            parts = []
            for shape in self._shapes():
                parts.append(numbers[at : at + math.prod(shape)].reshape(shape))
                at += math.prod(shape)
            self.layers.append(
                _Layer(
                    parts[0], parts[1], parts[2], parts[3], (parts[4], parts[5]),
                    parts[6], parts[7], parts[8], parts[9], (parts[10], parts[11]),
                )
            )  # fmt: skip

    def _shapes(self) -> list[tuple[int, ...]]:
        """Those of the numbers of a layer, in the order of `_Layer`."""
        size, inner = self.size, self._inner
        attention = [(size, 3 * size), (3 * size,), (size, size), (size,), (size,), (size,)]
        return [*attention, (size, inner), (inner,), (inner, size), (size,), (size,), (size,)]

    def _reckoned(self, raw: Mapping[str, NDArray[Any]], kept: Path | None) -> tuple[Floats, NDArray[np.uint8]]:
        """The numbers of all layers, and the packed embedding: from the kept file where it is whole, else unpacked (and kept)."""
        total = self._depth * sum(map(math.prod, self._shapes())) * np.dtype(np.float32).itemsize
        file = kept / f"encoder-{self.name}.npy" if kept else None
        if file is not None:
            with suppress(OSError, ValueError, EOFError):
                mapped = np.asarray(np.load(file, mmap_mode="r"))
                # A last byte tells that it is whole, whatever the size of the embedding.
                if mapped.dtype == np.uint8 and len(mapped) > total + 1 and mapped[-1] == WHOLE:
                    return mapped[:total].view(np.float32), mapped[total:-1]
        numbers = np.concatenate([part.ravel() for n in range(self._depth) for part in self._unpacked_layer(raw, n)])
        packed = raw["emb.word"]
        if file is not None:
            _keep(file, np.concatenate([numbers.view(np.uint8), packed, np.array([WHOLE], np.uint8)]))
        return numbers, packed

    def _unpacked_layer(self, raw: Mapping[str, NDArray[Any]], layer: int) -> list[Floats]:
        """The numbers of one layer, in the order of `_Layer`."""
        part = {k: unpacked(raw[f"l{layer}.{k}.w"], self._inner if k == "fi" else self.size).T for k in MATRICES}
        half = {name: _floats(raw[f"l{layer}.{name}"]) for name in (*(f"{k}.b" for k in MATRICES), "aln.w", "aln.b", "oln.w", "oln.b")}
        return [
            np.hstack([part["q"], part["k"], part["v"]]), np.concatenate([half[f"{k}.b"] for k in "qkv"]),
            part["ao"], half["ao.b"], half["aln.w"], half["aln.b"],
            part["fi"], half["fi.b"], part["fo"], half["fo.b"], half["oln.w"], half["oln.b"],
        ]  # fmt: skip

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
        return [self._begin, *self._pieces.numbers(f"{role}: {text}")[: self._longest - 2], self._end]

    def _forward(self, tokens: Sequence[Sequence[int]]) -> Floats:
        lengths = [len(numbers) for numbers in tokens]
        flat = np.concatenate([np.asarray(numbers) for numbers in tokens])
        places = np.concatenate([np.arange(length) for length in lengths])
        ends = np.cumsum(lengths)
        spans = [(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)]
        states: Floats = unpacked(self.embedding[flat].ravel(), len(flat)) + self.positions[places]
        states = self._normed(states, self.first_norm)
        for layer in self.layers:
            states = self._through(layer, states, spans)
        vectors = np.stack([states[start:end].mean(0) for start, end in spans])
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _through(self, layer: _Layer, states: Floats, spans: Sequence[tuple[int, int]]) -> Floats:
        size, heads = self.size, self.heads
        width = size // heads
        mixed = states @ layer.attention + layer.attention_offset
        attended = np.empty_like(states)
        for start, end in spans:
            parts = mixed[start:end].reshape(end - start, 3, heads, width).transpose(1, 2, 0, 3)
            scores = parts[0] @ parts[1].transpose(0, 2, 1) * np.float32(width**-0.5)
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            scores /= scores.sum(-1, keepdims=True)
            attended[start:end] = (scores @ parts[2]).transpose(1, 0, 2).reshape(end - start, size)
        states = self._normed(states + attended @ layer.joined + layer.joined_offset, layer.first_norm)
        inner: Floats = states @ layer.inner + layer.inner_offset
        inner *= np.float32(0.5) * (np.float32(1.0) + _erf(inner * np.float32(0.70710678)))
        outer: Floats = states + inner @ layer.outer + layer.outer_offset
        return self._normed(outer, layer.last_norm)

    def _normed(self, numbers: Floats, weights: tuple[Floats, Floats]) -> Floats:
        centred = numbers - numbers.mean(-1, keepdims=True)
        centred *= 1.0 / np.sqrt(np.einsum("ij,ij->i", centred, centred)[:, None] / self.size + self.smallest)
        normed: Floats = centred * weights[0] + weights[1]
        return normed


def _erf(numbers: Floats) -> Floats:
    """The error function, within 1.5e-7 (Abramowitz and Stegun 1964, 7.1.26)."""
    sign, size = np.sign(numbers), np.abs(numbers)
    t = 1.0 / (1.0 + np.float32(0.3275911) * size)
    tail = np.float32(1.061405429) * t - np.float32(1.453152027)
    for coefficient in (1.421413741, -0.284496736, 0.254829592):
        tail = tail * t + np.float32(coefficient)
    value: Floats = sign * (1.0 - tail * t * np.exp(-size * size))
    return value


def _floats(numbers: NDArray[Any]) -> Floats:
    return numbers.astype(np.float32)


def _keep(file: Path, numbers: NDArray[np.uint8]) -> None:
    """Write the file under another name first, so that no other process maps half of it. A disk that can't take it is no fault."""
    half = file.with_name(f"{file.name}.{id(numbers):x}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as out:
            np.save(out, numbers)
        half.replace(file)
    except OSError:
        half.unlink(missing_ok=True)


class LazyEncoder:
    """The encoder that comes with the program, read when a text is first encoded. Threads may share it.

    Args:
        kept: see `Encoder`.
    """

    name = VERSION

    def __init__(self, kept: Path | None) -> None:
        self._kept, self._lock = kept, Lock()
        self._encoder: Encoder | None = None

    def encode(self, texts: Sequence[str], role: str) -> Floats:
        """See `Encoder.encode`."""
        with self._lock:
            if self._encoder is None:
                self._encoder = Encoder(FILE, self._kept)
        return self._encoder.encode(texts, role)


def shipped_encoder(kept: Path | None) -> LazyEncoder | None:
    """The encoder that comes with the program; None where its file is not there."""
    return LazyEncoder(kept) if FILE.exists() else None
