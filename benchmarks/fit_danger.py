"""The model of danger learned anew: which messages that only tell something tell of danger, by the vector of the whole message.

    python -m benchmarks.fit_danger [--dry-run]

Logistic regression (L2) over the vectors of the encoder that comes with the program. It learns from the messages of
tests/questions/messages that are not for judging, from the texts that stand beside the patterns of danger, and from every second question of
the sets for fitting: those are never danger. What is measured is measured on what was left out.
"""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from bot.answering import danger
from bot.language.encoder import QUESTION, Encoder
from bot.language.patterns_yaml import written_patterns

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "questions"
LEARNED = ("told", "danger", "routes-dev")
EVEN = ("routes",)
"""Of these sets the lines with an odd number are for judging."""

SCALE = 8.0
"""Vectors lie close together; this makes their differences about as large as the penalty expects."""
PENALTY = 1.0
EVERYDAY_WEIGHT = 3.0
"""What an everyday message that only tells something counts for: there are few, and they are the hardest to tell apart."""
THRESHOLD = 1.5
FOLDS = 5


class Message(NamedTuple):
    """A message to learn from.

    Attributes:
        source: the set that it is of.
        is_danger: whether it tells of danger.
    """

    source: str
    text: str
    is_danger: bool


def messages() -> Iterator[Message]:
    """All messages that may be learned from."""
    for name in (*LEARNED, *EVEN):
        for number, item in enumerate(_lines(QUESTIONS / "messages" / f"{name}.jsonl"), 1):
            if name not in EVEN or number % 2 == 0:
                yield Message(name, item["vraag"], item["route"] == "danger")
    for pattern in written_patterns(danger.PATTERNS.path):
        if pattern.name in (*danger.KINDS, "ways_to_die"):
            yield from (Message("examples", text.strip(), True) for text in pattern.matches)
            yield from (Message("examples", text.strip(), False) for text in pattern.misses)
    published = yaml.safe_load((QUESTIONS / "documents.yaml").read_text(encoding="utf-8"))
    for name, about in published.items():
        if about["use"] == "fitting":
            yield from (Message("questions", item["vraag"], False) for item in list(_lines(QUESTIONS / f"{name}.jsonl"))[::2])


def _lines(path: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Measure on what is left out, fit on all, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="measure only")
    options = parser.parse_args()
    learned = list(messages())
    encoder = Encoder()
    vectors = np.concatenate([encoder.encode([m.text for m in learned[at : at + 64]], QUESTION) for at in range(0, len(learned), 64)])
    is_danger = np.array([m.is_danger for m in learned])
    everyday = np.array([m.source == "told" and not m.is_danger for m in learned])
    weight = np.where(everyday, EVERYDAY_WEIGHT, 1.0)
    order = np.random.default_rng(0).permutation(len(learned))
    odds = np.zeros(len(learned))
    for fold in range(FOLDS):
        out = np.zeros(len(learned), dtype=bool)
        out[order[fold::FOLDS]] = True
        weights, intercept = _fitted(vectors[~out], is_danger[~out], weight[~out])
        odds[out] = vectors[out] @ weights + intercept
    asks = np.array([not danger.only_told(m.text) for m in learned])
    caught = (odds > THRESHOLD) & ~asks
    for source in sorted({m.source for m in learned}):
        of_source = np.array([m.source == source for m in learned])
        right, wrong = of_source & is_danger, of_source & ~is_danger
        print(f"{source}: danger {caught[right].sum()} of {right.sum()}, other {caught[wrong].sum()} of {wrong.sum()}")
    if options.dry_run:
        return
    weights, intercept = _fitted(vectors, is_danger, weight)
    model = {
        "encoder": encoder.name,
        "threshold": THRESHOLD,
        "intercept": round(float(intercept), 4),
        "weights": [round(float(number), 3) for number in weights],
    }
    danger.MODEL.write_text(json.dumps(model) + "\n", encoding="utf-8")


def _fitted(vectors: np.ndarray, is_danger: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and intercept for vectors as they are."""
    mean = vectors.mean(0)
    model = LogisticRegression(C=PENALTY, max_iter=1000, class_weight="balanced")
    model.fit((vectors - mean) * SCALE, is_danger, sample_weight=weight)
    weights = model.coef_[0] * SCALE
    return weights, float(model.intercept_[0] - mean @ weights)


if __name__ == "__main__":
    main()
