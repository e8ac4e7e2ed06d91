"""Sentences as vectors: an encoder that can compare texts and never writes one.

multilingual-e5-small (Wang et al. 2024, "Multilingual E5 Text Embeddings", MIT licence): a BERT of 12 layers (Devlin et al. 2019) whose
vector of a text is the mean of its last layer, at length 1. It was cut down to the word pieces that Dutch needs, and run here by numpy
alone. `benchmarks/pack_encoder.py` makes the file; see data/ENCODER.md for its origin.

The file and its numbers are read in `encoder_file`.
"""

from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.language.encoder_file import Floats, Held, Shape, floats, layers_of, let_go, unpacked
from bot.language.encoding import FILE as FILE
from bot.language.encoding import PASSAGE as PASSAGE
from bot.language.encoding import QUESTION as QUESTION
from bot.language.encoding import VERSION as VERSION
from bot.language.layers import Room, Span

LONGEST_QUESTION = 400
"""Characters of a question that are read: the cost grows with its length, and what is asked stands in far fewer."""

LONGEST_TEXT = 2_000
"""Characters of a sentence or passage that are read; more than that says no more about what it is about."""

BATCH = 320
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
        letters = np.frombuffer(pieces, np.uint8)
        ends = np.flatnonzero(np.append(letters, np.uint8(10)) == 10)
        starts = np.concatenate([[0], ends + 1])
        self._starts = array("I", starts.astype(np.uint32).tobytes())
        sums = _checksums(letters, starts[:-1], ends)
        order = np.argsort(sums, kind="stable")
        self._sums, self._order = sums[order], array("I", order.astype(np.uint32).tobytes())
        before = np.concatenate([[0], np.cumsum(letters & 0xC0 != 0x80)])  # what begins a sign in UTF-8
        self._longest = int((before[ends] - before[starts[:-1]]).max())
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


def _checksums(data: NDArray[np.uint8], starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.uint32]:
    """The CRC-32 of each stretch of some bytes, as zlib gives it: of all at once, one byte after the other."""
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> 1 ^ np.uint32(0xEDB88320), table >> 1)
    sums = np.full(len(starts), 0xFFFFFFFF, np.uint32)
    longer, at = np.arange(len(starts)), starts
    while len(longer := longer[at[longer] < ends[longer]]):
        sums[longer] = table[(sums[longer] ^ data[at[longer]]) & 0xFF] ^ sums[longer] >> 8
        at = at + 1
    return sums ^ np.uint32(0xFFFFFFFF)


class Encoder:
    """Texts as vectors of `size` numbers, each at length 1: the product of two tells how alike they are.

    Args:
        path: the file that benchmarks/pack_encoder.py made.
        cache: a folder for the layers as they are held (31 MB), so that they are mapped into memory instead of unpacked by the next
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
        self.held, self._rooms = held, list[Room]()
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
        for batch in batches(tokens):
            vectors[batch] = self._forward([tokens[number] for number in batch])
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
        self, tokens: Sequence[Sequence[int]], stacks: Sequence[Held], added: Floats | None = None, only_first: bool = False
    ) -> tuple[Floats, list[Span]]:
        """What layers make of texts.

        Args:
            tokens: the numbers of each text's word pieces.
            stacks: layers of this encoder, or others of the same sizes.
            added: what is added to the embedding of each piece, a row each; None for nothing.
            only_first: whether only what becomes of the first piece of each text is needed.

        Returns:
            A column for each piece of all texts, one text after the other, or for the first piece of each; and for each text its first
            column and the one after its last.
        """
        lengths = [len(numbers) for numbers in tokens]
        flat = np.concatenate([np.asarray(numbers) for numbers in tokens])
        positions = np.concatenate([np.arange(length) for length in lengths])
        ends = np.cumsum(lengths)
        spans = [(int(end) - length, int(end)) for end, length in zip(ends, lengths, strict=True)]
        embedded: Floats = unpacked(self.embedding[flat].ravel(), len(flat)) + self.positions[positions]
        if added is not None:
            embedded += added
        room = self._room()
        states = room.normed(embedded, self.first_norm)
        layers = [(layer, stack.mapping) for stack in stacks for layer in stack.layers]
        for number, (layer, mapping) in enumerate(layers):
            firsts = [start for start, _ in spans] if only_first and number == len(layers) - 1 else None
            states = room.through(layer, states, spans, firsts)
            if mapping:
                let_go(mapping)
        states = states.copy()
        self._leave(room)
        return states, spans

    def _room(self) -> Room:
        """Room that no other thread uses now."""
        with suppress(IndexError):
            return self._rooms.pop()
        return Room(self.size, self.heads, self.smallest)

    def _leave(self, room: Room) -> None:
        """Leave room for the next pass, unless there is some, or a long text made it large."""
        if room.columns <= BATCH and not self._rooms:
            self._rooms.append(room)


def batches(tokens: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The numbers of texts that go through the layers together: of like length, and no more than `BATCH` pieces, or a single one.

    Args:
        tokens: the numbers of each text's word pieces.
    """
    batch: list[int] = []
    pieces = 0
    for number in sorted(range(len(tokens)), key=lambda n: len(tokens[n])):
        pieces += len(tokens[number])
        if batch and pieces > BATCH:
            yield batch
            batch, pieces = [], len(tokens[number])
        batch.append(number)
    if batch:
        yield batch
