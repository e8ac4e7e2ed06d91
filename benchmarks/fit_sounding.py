"""The model of what messages sound like, learned anew: by the vector of a message and the parts of meaning in it, for each route.

    python -m benchmarks.fit_sounding [--dry-run]

Multinomial logistic regression (L2) over the vectors of the encoder that comes with the program. It learns from the messages of
tests/questions/messages that are not for judging, from the texts that stand beside the patterns of danger, and from every second question of
the sets for fitting. What is measured is measured on what was left out, with the patterns asked first, as the program does.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from bot.answering import danger, sounding
from bot.answering.reply import ROUTES, Route
from bot.answering.routes import routed
from bot.language.encoder import QUESTION, Encoder
from bot.language.patterns_yaml import written_patterns

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "questions"
LEARNED = ("told", "told-2", "told-3", "danger", "routes-dev", "routes-2", "routes-3-read")
EVEN = ("routes",)
"""Of these sets the lines with an odd number are for judging."""

SCALE = 8.0
"""Vectors lie close together; this makes their differences about as large as the penalty expects."""
PART = 1.5
"""What a part of meaning that is there counts for beside them."""
PENALTY = 0.3
EVERYDAY_WEIGHT = 2.0
"""What an everyday message that only tells something counts for: they are the hardest to tell from danger."""
THRESHOLDS = {"danger": 0.4, "danger_in_key_words": 0.8, "route": 0.4}
FOLDS = 5


class Message(NamedTuple):
    """A message to learn from.

    Attributes:
        source: the set that it is of.
        route: the class that it is of, see `sounding.chances`.
    """

    source: str
    text: str
    route: str


def messages() -> Iterator[Message]:
    """All messages that may be learned from."""
    for name in (*LEARNED, *EVEN):
        for number, item in enumerate(_lines(QUESTIONS / "messages" / f"{name}.jsonl"), 1):
            if (name not in EVEN or number % 2 == 0) and item["route"] != Route.EMOJI.value:
                yield Message(name, item["vraag"], item["route"] or sounding.SEARCHED)
    for pattern in written_patterns(danger.PATTERNS.path):
        if pattern.name in (*danger.KINDS, "ways_to_die"):
            yield from (Message("examples", text.strip(), Route.DANGER.value) for text in pattern.matches)
            yield from (Message("examples", text.strip(), sounding.SEARCHED) for text in pattern.misses)
    published = yaml.safe_load((QUESTIONS / "documents.yaml").read_text(encoding="utf-8"))
    for name, about in published.items():
        if about["use"] == "fitting":
            yield from (Message("questions", item["vraag"], sounding.SEARCHED) for item in list(_lines(QUESTIONS / f"{name}.jsonl"))[::2])


def _lines(path: Path) -> Iterator[dict[str, str]]:
    return (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())


def main() -> None:
    """Measure on what is left out, fit on all, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dry-run", action="store_true", help="measure only")
    options = parser.parse_args()
    learned = list({message.text: message for message in messages()}.values())
    encoder = Encoder()
    vectors = np.concatenate([encoder.encode([m.text for m in learned[at : at + 64]], QUESTION) for at in range(0, len(learned), 64)])
    parts = sounding.all_parts()
    there = np.array([list(sounding.parts_in(m.text, parts)) for m in learned], dtype=float)
    used = np.flatnonzero(there.any(0)).tolist()
    parts, there = [parts[place] for place in used], there[:, used]
    numbers = np.hstack([vectors, there * PART])
    order = np.random.default_rng(0).permutation(len(learned))
    chances: list[Mapping[str, float]] = [{}] * len(learned)
    for fold in range(FOLDS):
        out = np.zeros(len(learned), dtype=bool)
        out[order[fold::FOLDS]] = True
        fitted = _fitted(numbers[~out], [m for m, left in zip(learned, out, strict=True) if not left], encoder.size)
        for place in np.flatnonzero(out):
            odds = {name: np.exp(weights[:-1] @ numbers[place] + weights[-1]) for name, weights in fitted.items()}
            chances[place] = {name: float(value / sum(odds.values())) for name, value in odds.items()}
    _print_figures(learned, [_told(m, of) for m, of in zip(learned, chances, strict=True)])
    if options.dry_run:
        return
    model = {
        "encoder": encoder.name,
        "parts": parts,
        "part": PART,
        "classes": {
            name: [round(float(number), 3) for number in weights] for name, weights in _fitted(numbers, learned, encoder.size).items()
        },
        **THRESHOLDS,
    }
    sounding.MODEL.write_text(json.dumps(model) + "\n", encoding="utf-8")


def _fitted(numbers: np.ndarray, learned: Sequence[Message], size: int) -> dict[str, np.ndarray]:
    """For each class the weights of a row of numbers as it is, the first `size` of them a vector, with the intercept behind them."""
    parts = numbers.shape[1] - size
    scale = np.array([SCALE] * size + [1.0] * parts)
    mean = np.concatenate([numbers[:, :size].mean(0), np.zeros(parts)])
    everyday = [EVERYDAY_WEIGHT if m.source.startswith("told") and m.route == sounding.SEARCHED else 1.0 for m in learned]
    model = LogisticRegression(C=PENALTY, max_iter=2000)
    model.fit((numbers - mean) * scale, [m.route for m in learned], sample_weight=everyday)
    weights = model.coef_ * scale
    return {
        str(name): np.append(weights[place], model.intercept_[place] - weights[place] @ mean) for place, name in enumerate(model.classes_)
    }


def _told(message: Message, of: Mapping[str, float]) -> str:
    """The class that the program would take a message for."""
    known = routed(message.text)
    if known:
        return ROUTES[known].value
    if danger.asks_nothing(message.text):
        plain = danger.tells_of_someone(message.text) and not danger.names_a_subject(message.text)
        least = THRESHOLDS["danger" if plain else "danger_in_key_words"]
        if of[Route.DANGER.value] > least:
            return Route.DANGER.value
    best = max(sounding.REASONS, key=lambda route: of[route.value])
    return best.value if of[best.value] > THRESHOLDS["route"] else sounding.SEARCHED


def _print_figures(learned: Sequence[Message], taken_for: Sequence[str]) -> None:
    for source in sorted({m.source for m in learned}):
        of_source = [(m.route, taken) for m, taken in zip(learned, taken_for, strict=True) if m.source == source]
        print(f"{source}:")
        for name in sorted({route for route, _ in of_source}):
            given = [taken for route, taken in of_source if route == name]
            as_danger = f", as danger {given.count(Route.DANGER.value)}" if name != Route.DANGER.value else ""
            print(f"  {name} {given.count(name)} of {len(given)}{as_danger}")


if __name__ == "__main__":
    main()
