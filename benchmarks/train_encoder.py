"""Tunes the last layers of the encoder on questions and the passages that answer them.

    python -m benchmarks.train_encoder BASE.npz TOP.npz [--layers 4] [--epochs 2] [--first NUMBER] [--below NUMBER]

Both ways round (InfoNCE, van den Oord et al. 2018): a question must be nearer to its passage than to those of other questions and to a
passage of the same regulation; a passage must be nearer to its question than to others, to its near miss, which shares the subject but
asks what is not there, and to its twin, which differs from an answered question in a few words and is not answered. The lower layers stay as they are, so that what they make of each text is worked out once.

Needs jax and optax, which nothing else of the project needs: they are not in the lock file. See benchmarks/encoder_data/README.md.
"""

import argparse
import json
import random
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.language.encoder import PASSAGE, QUESTION, Encoder
from bot.language.encoder_file import Matrix, unpacked

DATA = Path(__file__).resolve().parent / "encoder_data"
BATCH, TEMPERATURE, RATE = 48, 0.02, 5e-5
LONGEST = {QUESTION: 48, PASSAGE: 112}
"""Word pieces of a text that are read while it learns."""

SEED = 3
NOTHING = -1e9


class Pair(NamedTuple):
    """A question with the passage that answers it, by their numbers."""

    question: int
    passage: int


class Material(NamedTuple):
    """What is learned from.

    Attributes:
        texts: passages, without and with their heading.
        questions: answered ones and near misses.
        pairs: which question belongs to which passage.
        versions: for each passage its texts.
        misses: for each passage its near misses among the questions.
        hard: for each passage texts of the same source that are much like it.
    """

    texts: list[str]
    questions: list[str]
    pairs: list[Pair]
    versions: dict[int, list[int]]
    misses: dict[int, list[int]]
    hard: dict[int, list[int]]


def read_material(numbers: range) -> Material:
    """Read the passages with these numbers, and their questions."""
    passages = {p["number"]: p for p in map(json.loads, (DATA / "passages.jsonl").open(encoding="utf-8")) if p["number"] in numbers}
    texts: list[str] = []
    versions: dict[int, list[int]] = {}
    for number, passage in passages.items():
        forms = [passage["text"], f"{passage['heading']}: {passage['text']}" if passage["heading"] else passage["text"]]
        versions[number] = list(range(len(texts), len(texts) + 2))
        texts += forms
    questions: list[str] = []
    pairs, misses = [], {number: list[int]() for number in passages}
    for line in (DATA / "questions.tsv").read_text(encoding="utf-8").splitlines():
        number, kind, question = line.split("\t")
        if int(number) in passages:
            if kind == "answered":
                pairs.append(Pair(len(questions), int(number)))
            else:
                misses[int(number)].append(len(questions))
            questions.append(question)
    by_source: dict[str, list[int]] = {}
    for number, passage in passages.items():
        by_source.setdefault(passage["source"], []).append(number)
    hard = {}
    for number, passage in passages.items():
        grams = _grams(passage["text"])
        others = [n for n in by_source[passage["source"]] if n != number and passages[n]["text"] != passage["text"]]
        others.sort(key=lambda n: -len(grams & _grams(passages[n]["text"])))
        hard[number] = [version for n in others[:3] for version in versions[n]]
    return Material(texts, questions, pairs, versions, misses, hard)


def _grams(text: str) -> set[str]:
    return {padded[n : n + 4] for word in re.findall(r"\w+", text.lower()) for padded in (f"_{word}_",) for n in range(len(padded) - 3)}


class Layers:
    """The encoder in jax.

    Args:
        path: the packed encoder.
        top: how many of its last layers learn.
    """

    def __init__(self, path: Path, top: int) -> None:
        # Imported here: only who trains needs them.
        import jax
        import jax.numpy as jnp

        self.jax, self.jnp, self.encoder = jax, jnp, Encoder(path)
        names = ("qkv", "qb", "ao", "ab", "first", "fi", "fb", "fo", "ob", "last")
        whole = [[part.whole() if isinstance(part, Matrix) else part for part in layer] for layer in self.encoder.held.layers]
        layers: list[dict[str, Any]] = [dict(zip(names, layer, strict=True)) for layer in whole]
        for layer in layers:
            layer["a1"], layer["a2"] = layer.pop("first")
            layer["o1"], layer["o2"] = layer.pop("last")
        layers = jax.tree.map(jnp.asarray, layers)
        self.low = len(layers) - top
        self._below, self.top = layers[: self.low], layers[self.low :]
        self._lower = jax.jit(self._through_below)

    def _normed(self, numbers: Any, scale: Any, offset: Any) -> Any:
        centred = numbers - numbers.mean(-1, keepdims=True)
        return centred * self.jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + self.encoder.smallest) * scale + offset

    def _layer(self, part: Any, states: Any, mask: Any) -> Any:
        jax, size, heads = self.jax, self.encoder.size, self.encoder.heads
        texts, longest, _ = states.shape
        mixed = (states @ part["qkv"] + part["qb"]).reshape(texts, longest, 3, heads, size // heads).transpose(2, 0, 3, 1, 4)
        scores = mixed[0] @ mixed[1].transpose(0, 1, 3, 2) * (size // heads) ** -0.5
        scores += self.jnp.where(mask, 0, NOTHING)[:, None, None, :]
        attended = (jax.nn.softmax(scores, -1) @ mixed[2]).transpose(0, 2, 1, 3).reshape(texts, longest, size)
        states = self._normed(states + attended @ part["ao"] + part["ab"], part["a1"], part["a2"])
        inner = jax.nn.gelu(states @ part["fi"] + part["fb"], approximate=False)
        return self._normed(states + inner @ part["fo"] + part["ob"], part["o1"], part["o2"])

    def _through_below(self, states: Any, mask: Any) -> Any:
        for part in self._below:
            states = self._layer(part, states, mask)
        return states

    def vectors(self, top: Any, states: Any, mask: Any) -> Any:
        """The vectors of texts from what the lower layers made of them."""
        states = states.astype(self.jnp.float32)
        for part in top:
            states = self._layer(part, states, mask)
        shown = mask[..., None]
        means = (states * shown).sum(1) / shown.sum(1)
        return means / self.jnp.linalg.norm(means, axis=-1, keepdims=True)

    def states(self, texts: Sequence[str], role: str) -> list[NDArray[np.float16]]:
        """What the lower layers make of each text."""
        tokens = [self.encoder.tokens(text, role)[: LONGEST[role]] for text in texts]
        made: list[NDArray[np.float16]] = [np.empty(0, np.float16)] * len(tokens)
        order = sorted(range(len(tokens)), key=lambda n: len(tokens[n]))
        for first in range(0, len(order), BATCH):
            batch = order[first : first + BATCH]
            # Few lengths, and always as many texts: each shape is compiled anew.
            longest = -(-len(tokens[batch[-1]]) // 16) * 16
            filled = batch + [batch[-1]] * (BATCH - len(batch))
            numbers, mask = np.zeros((BATCH, longest), np.int64), np.zeros((BATCH, longest), bool)
            for row, n in enumerate(filled):
                numbers[row, : len(tokens[n])], mask[row, : len(tokens[n])] = tokens[n], True
            words = unpacked(self.encoder.embedding[numbers.ravel()].ravel(), numbers.size).reshape(BATCH, longest, -1)
            start = self._normed(words + self.encoder.positions[:longest], *self.encoder.first_norm)
            states = np.asarray(self._lower(start, mask)).astype(np.float16)
            for row, n in enumerate(batch):
                made[n] = states[row, : len(tokens[n])]
        return made


def batch_of(states: Sequence[NDArray[np.float16]], chosen: Sequence[int], longest: int) -> tuple[Any, Any]:
    """Texts side by side, filled up to one length, and where there is text."""
    filled = np.zeros((len(chosen), longest, states[0].shape[1]), np.float16)
    mask = np.zeros((len(chosen), longest), bool)
    for row, n in enumerate(chosen):
        filled[row, : len(states[n])], mask[row, : len(states[n])] = states[n], True
    return filled, mask


def train(layers: Layers, material: Material, epochs: int) -> Any:
    """The tuned layers."""
    import optax

    jax, jnp = layers.jax, layers.jnp
    passages, questions = layers.states(material.texts, PASSAGE), layers.states(material.questions, QUESTION)

    def loss(top: Any, asked: Any, answering: Any, missed: Any, hard: Any, same: Any, has_miss: Any, has_hard: Any) -> Any:
        q, p, m, h = (layers.vectors(top, *part) for part in (asked, answering, missed, hard))
        right = jnp.diag(q @ p.T) / TEMPERATURE
        # Another question of the same passage is no wrong one.
        by_question = jnp.where(same, NOTHING, q @ p.T / TEMPERATURE)
        harder = jnp.where(has_hard[None, :], q @ h.T / TEMPERATURE, NOTHING)
        near_miss = jnp.where(has_miss, jnp.sum(p * m, -1) / TEMPERATURE, NOTHING)[:, None]
        first = jax.nn.logsumexp(jnp.concatenate([by_question, harder], 1), axis=1) - right
        second = jax.nn.logsumexp(jnp.concatenate([by_question.T, near_miss], 1), axis=1) - right
        return jnp.mean(first) + jnp.mean(second)

    steps = epochs * (len(material.pairs) // BATCH)
    schedule = optax.warmup_cosine_decay_schedule(0, RATE, max(1, steps // 10), steps, RATE / 20)
    optimizer = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(schedule, weight_decay=0.01))
    top, state = layers.top, optimizer.init(layers.top)
    gradient = jax.jit(jax.value_and_grad(loss))
    rng, pairs = random.Random(SEED), list(material.pairs)
    for epoch in range(epochs):
        rng.shuffle(pairs)
        for first in range(0, len(pairs) - BATCH + 1, BATCH):
            batch = pairs[first : first + BATCH]
            numbers = [pair.passage for pair in batch]
            same = np.equal.outer(numbers, numbers) & ~np.eye(BATCH, dtype=bool)
            asked = batch_of(questions, [pair.question for pair in batch], LONGEST[QUESTION])
            answering = batch_of(passages, [rng.choice(material.versions[n]) for n in numbers], LONGEST[PASSAGE])
            missed = batch_of(questions, [rng.choice(material.misses[n] or [0]) for n in numbers], LONGEST[QUESTION])
            hard = batch_of(passages, [rng.choice(material.hard[n] or [0]) for n in numbers], LONGEST[PASSAGE])
            has_miss, has_hard = (np.array([bool(of[n]) for n in numbers]) for of in (material.misses, material.hard))
            value, gradients = gradient(top, asked, answering, missed, hard, same, has_miss, has_hard)
            updates, state = optimizer.update(gradients, state, top)
            top = optax.apply_updates(top, updates)
            print(f"epoch {epoch + 1} {first + BATCH}/{len(pairs)} loss {float(value):.3f}", flush=True)
    return top


def main(arguments: Sequence[str] | None = None) -> None:
    """Train, and write the tuned layers."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.train_encoder", description="Tune the encoder's last layers.")
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--layers", type=int, default=4)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--first", type=int, default=0, help="only passages from this number")
    parser.add_argument("--below", type=int, default=1_000_000, help="only passages with numbers below this one")
    options = parser.parse_args(arguments)
    layers = Layers(options.base, options.layers)
    tuned = train(layers, read_material(range(options.first, options.below)), options.epochs)
    arrays = {f"{layers.low + n}.{name}": np.asarray(value) for n, part in enumerate(tuned) for name, value in part.items()}
    np.savez(options.out, allow_pickle=False, low=np.array(layers.low), **arrays)


if __name__ == "__main__":
    main()
