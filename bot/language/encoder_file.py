"""The numbers of the encoder: read from the packed file, held in 8 bits, made whole where they are reckoned with.

In the file they lie in blocks of 32 with one 16-bit scale: in 4 bits (as ggml's Q4_0) or in 8 (its Q8_0).
"""

import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from mmap import mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import write_array_header_1_0
from numpy.typing import NDArray

from bot.named import NamedTuple

if sys.platform != "win32":
    from mmap import MADV_DONTNEED

BLOCK = 32
"""Numbers that share a scale."""

WHOLE = 0x5B
"""The last byte of a file that was written whole in the form that it has now."""

Floats = NDArray[np.float32]


PART = 384 * 384
"""Numbers of a matrix that are made whole at a time, 0.6 MB."""


class Shape(NamedTuple):
    """How many numbers a vector has, how many layers there are, heads in each, numbers inside its feed-forward step, and positions."""

    size: int
    depth: int
    heads: int
    inner: int
    longest: int


class Matrix(NamedTuple):
    """A matrix in 8 bits: a quarter of the memory, and making it whole each time costs less than half of what reckoning with it does.

    What is made whole at a time lies together, so that it is read from memory in one stretch.

    Attributes:
        numbers: (parts, blocks, 32, columns of a part): 32 rows are a block.
        scales: (parts, blocks, 1, columns of a part).
    """

    numbers: NDArray[np.int8]
    scales: Floats

    @classmethod
    def of(cls, raws: Sequence[NDArray[np.uint8]], rows: int) -> "Matrix":
        """Packed matrices beside each other.

        Args:
            raws: see `_blocks`; each row of theirs is a column here.
            rows: how many rows all have.
        """
        pairs = [_blocks(raw) for raw in raws]
        numbers = np.concatenate([part.reshape(-1, rows // BLOCK, BLOCK) for part, _ in pairs])
        scales = np.concatenate([part.reshape(-1, rows // BLOCK, 1) for _, part in pairs])
        return cls(*(_in_parts(some, part_columns(rows, len(numbers))) for some in (numbers, scales)))

    def whole(self) -> Floats:
        """The matrix itself."""
        parts, blocks, _, columns = self.numbers.shape
        return (self.numbers * self.scales).reshape(parts, blocks * BLOCK, columns).transpose(1, 0, 2).reshape(blocks * BLOCK, -1)

    def times(self, states: Floats, room: Floats, product: Floats, first: int = 0) -> Floats:
        """The product of this matrix, its rows and columns exchanged, with states.

        A part of it is made whole at a time and used at once: that stays in the fast memory of a core.

        Args:
            states: (rows of this, any number of columns).
            room: where a part is made whole: `PART` numbers.
            product: where the product goes, a row for each column of this from the first on; whole parts.
            first: the column of this to begin with, where a part begins.

        Returns:
            The product.
        """
        _, blocks, _, columns = self.numbers.shape
        part = room[: blocks * BLOCK * columns].reshape(blocks, BLOCK, columns)
        for start in range(0, len(product), columns):
            number = (first + start) // columns
            np.copyto(part, self.numbers[number])
            part *= self.scales[number]
            np.matmul(part.reshape(blocks * BLOCK, columns).T, states, out=product[start : start + columns])
        return product


def part_columns(rows: int, columns: int) -> int:
    """How many columns of a matrix are made whole at a time: as many as `PART` holds, but the same for each part."""
    return next(some for some in range(min(columns, max(1, PART // rows)), 0, -1) if columns % some == 0)


def _in_parts(numbers: NDArray[Any], columns: int) -> NDArray[Any]:
    """Numbers of (columns, blocks, of each) as (parts, blocks, of each, columns of a part)."""
    _, blocks, each = numbers.shape
    return np.ascontiguousarray(numbers.reshape(-1, columns, blocks, each).transpose(0, 2, 3, 1))


class Layer(NamedTuple):
    """The numbers of one layer: a matrix and an offset for each step, and scale and offset of both norms."""

    attention: Matrix
    attention_offset: Floats
    joined: Matrix
    joined_offset: Floats
    first_norm: tuple[Floats, Floats]
    inner: Matrix
    inner_offset: Floats
    outer: Matrix
    outer_offset: Floats
    last_norm: tuple[Floats, Floats]


def unpacked(raw: NDArray[np.uint8], rows: int) -> Floats:
    """Packed numbers as they are reckoned with.

    Args:
        raw: see `_blocks`.
        rows: how many rows they make.
    """
    numbers, scales = _blocks(raw)
    whole: Floats = (numbers * scales[:, None]).reshape(rows, -1)
    return whole


def _blocks(raw: NDArray[np.uint8]) -> tuple[NDArray[np.int8], Floats]:
    """The 32 numbers of each block, and its scale.

    Args:
        raw: blocks of 18 bytes, one after another (a 16-bit scale, and 32 numbers of 4 bits around 8), or as many rows of 34 (a
            scale, and 32 numbers of 8 bits).
    """
    if raw.ndim == 1:
        blocks = raw.reshape(-1, 18)
        numbers = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1).view(np.int8) - np.int8(8)
    else:
        blocks = raw
        numbers = np.ascontiguousarray(blocks[:, 2:]).view(np.int8)
    scales = np.ascontiguousarray(blocks[:, :2]).view("<f2")[:, 0].astype(np.float32)
    return numbers, scales


def floats(numbers: NDArray[Any]) -> Floats:
    """Numbers in 32 bits."""
    return numbers.astype(np.float32)


class Held(NamedTuple):
    """What an encoder reckons with.

    Attributes:
        rest: what lies beside them, packed.
        mapping: where both lie in a mapped file; None where they lie in memory.
    """

    layers: list[Layer]
    rest: NDArray[np.uint8]
    mapping: mmap | None = None


def layers_of(raw: Mapping[str, NDArray[Any]], shape: Shape, rest: str, file: Path | None) -> Held:
    """All layers, and what lies beside them.

    Args:
        raw: the packed file.
        rest: the name of what lies beside them, bytes.
        file: where they are kept as they are held, and mapped from; None to unpack them each time.
    """
    if file is None:
        return Held(_layers(np.concatenate([*_held(raw, shape)]), shape), raw[rest])
    for _ in range(2):
        with suppress(OSError, ValueError, EOFError):
            return _mapped(file, shape)
        _keep(file, raw, shape, raw[rest])
    return layers_of(raw, shape, rest, None)


def let_go(mapping: mmap) -> None:
    """Count what was read of a mapped file no longer as memory of this process.

    It stays in the system's cache of files, which other programs may have the room of; reading it again there costs a hundredth of what
    reckoning with it does.
    """
    if sys.platform != "win32":  # which has no such call
        mapping.madvise(MADV_DONTNEED)


def _mapped(file: Path, shape: Shape) -> Held:
    """What was kept.

    Raises:
        OSError, ValueError, EOFError: there is nothing, or not all of it.
    """
    total = sum(math.prod(size) * kind().itemsize for size, kind in _parts(shape))
    mapped = np.load(file, mmap_mode="r")
    numbers: NDArray[np.uint8] = np.asarray(mapped)
    # A last byte tells that it is whole, whatever the size of what lies beside them.
    if numbers.dtype != np.uint8 or len(numbers) <= total + 1 or numbers[-1] != WHOLE:
        raise ValueError(file)
    return Held(_layers(numbers, shape), numbers[total:-1], mapped.base)


def _keep(file: Path, raw: Mapping[str, NDArray[Any]], shape: Shape, rest: NDArray[np.uint8]) -> None:
    """Write the file, layer by layer, under another name first: no other process maps half of it. A disk that can't take it is no fault."""
    half = file.with_name(f"{file.name}.{id(raw):x}.part")
    total = sum(math.prod(size) * kind().itemsize for size, kind in _parts(shape)) + len(rest) + 1
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as out:
            write_array_header_1_0(out, {"descr": "|u1", "fortran_order": False, "shape": (total,)})
            for part in (*_held(raw, shape), rest):
                out.write(part.data)
            out.write(bytes((WHOLE,)))
        half.replace(file)
    except OSError:
        with suppress(OSError):
            half.unlink()


def _parts(shape: Shape) -> Iterator[tuple[tuple[int, ...], type[np.int8] | type[np.float32]]]:
    """Size and kind of all that is held, in order: of each layer first the matrices, each with its scales, then the rest."""
    size, inner = shape.size, shape.inner
    for _ in range(shape.depth):
        for rows, columns in ((size, 3 * size), (size, size), (size, inner), (inner, size)):
            some = part_columns(rows, columns)
            yield (columns // some, rows // BLOCK, BLOCK, some), np.int8
            yield (columns // some, rows // BLOCK, 1, some), np.float32
        for count in (3 * size, size, inner, size, size, size, size, size):
            yield (count,), np.float32


def _held(raw: Mapping[str, NDArray[Any]], shape: Shape) -> Iterator[NDArray[np.uint8]]:
    """The bytes of all that is held."""
    return (part.ravel().view(np.uint8) for number in range(shape.depth) for part in _read(raw, shape, number))


def _read(raw: Mapping[str, NDArray[Any]], shape: Shape, number: int) -> Iterator[NDArray[Any]]:
    """What of one layer stands in the packed file, in the order of `_parts`.

    The file names query, key, value, what joins the heads, and both matrices of the feed-forward step; then both norms.
    """
    for names in ("qkv", ("ao",), ("fi",), ("fo",)):
        yield from Matrix.of([raw[f"l{number}.{name}.w"] for name in names], shape.inner if "fo" in names else shape.size)
    yield np.concatenate([floats(raw[f"l{number}.{name}.b"]) for name in "qkv"])
    for name in ("ao.b", "fi.b", "fo.b", "aln.w", "aln.b", "oln.w", "oln.b"):
        yield floats(raw[f"l{number}.{name}"])


def _layers(held: NDArray[np.uint8], shape: Shape) -> list[Layer]:
    parts: list[Any] = []
    at = 0
    for size, kind in _parts(shape):
        end = at + math.prod(size) * kind().itemsize
        parts.append(held[at:end].view(kind).reshape(size))
        at = end
    each = len(parts) // shape.depth
    return [_layer(parts[n * each : (n + 1) * each]) for n in range(shape.depth)]


def _layer(parts: Sequence[Any]) -> Layer:
    attention, joined, inner, outer = (Matrix(*parts[n : n + 2]) for n in (0, 2, 4, 6))
    of_attention, of_joined, of_inner, of_outer, *norms = parts[8:]
    return Layer(attention, of_attention, joined, of_joined, (norms[0], norms[1]), inner, of_inner, outer, of_outer, (norms[2], norms[3]))
