"""The model of what messages sound like, learned anew: by the vector of a message, the parts of meaning and the words in it.

    python -m benchmarks.fit_sounding [--dry-run]

Multinomial logistic regression (L2) over the vectors of the encoder that comes with the program. It learns from the messages of
tests/questions/messages that are not for judging, from the texts that stand beside the patterns of danger, and from every second question of
the sets for fitting. What is measured is measured on what was left out, with the patterns asked first, as the program does.
"""

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot.answering import danger, sounding
from bot.answering.reply import ROUTES, Route
from bot.answering.routes import routed
from bot.language.encoder import QUESTION, Encoder
from bot.language.patterns_yaml import written_patterns

QUESTIONS = Path(__file__).resolve().parent.parent / "tests" / "questions"
LEARNED = (
    "told", "told-2", "told-3", "danger", "routes-dev", "routes-2", "routes-3-read", "told-4", "routes-6", "routes-4-read", "routes-5-read",
    "routes-8-read", "routes-7", "told-5",
)  # fmt: skip
EVEN = ("routes",)
"""Of these sets the lines with an odd number are for judging."""

SCALE = 8.0
"""Vectors lie close together; this makes their differences about as large as the penalty expects."""
PART = 1.5
"""What a part of meaning that is there counts for beside them."""
WORD = 4.0
"""What all words of a message together count for, see `sounding.words_in`."""
FEWEST = 2
"""Messages that a word must be in to be learned from."""
SMALLEST = 0.1
"""The weight below which a word tells nothing in any class, and is left out of the file."""
PENALTY = 0.3
EVERYDAY_WEIGHT = 2.0
"""What an everyday message that only tells something counts for: they are the hardest to tell from danger."""
THRESHOLDS = sounding.Thresholds(danger=0.35, danger_in_key_words=0.7, danger_asked=0.8, route=0.4, hardly_met=0.9, doubt=0.1, instead=0.6)
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
    parts, there = [parts[index] for index in used], there[:, used]
    words = _vocabulary(learned)
    numbers = csr_matrix(np.hstack([vectors * SCALE, there * PART])), _words(learned, words)
    rows = hstack(numbers).tocsr()
    order = np.random.default_rng(0).permutation(len(learned))
    chances: list[Mapping[str, float]] = [{}] * len(learned)
    for fold in range(FOLDS):
        out = np.zeros(len(learned), dtype=bool)
        out[order[fold::FOLDS]] = True
        fitted = _fitted(rows[~out], [m for m, left in zip(learned, out, strict=True) if not left])
        for index, given in zip(np.flatnonzero(out), fitted.predict_proba(rows[out]), strict=True):
            chances[index] = {str(name): float(chance) for name, chance in zip(fitted.classes_, given, strict=True)}
    _print_figures(learned, [_told(m, of) for m, of in zip(learned, chances, strict=True)])
    if options.dry_run:
        return
    fitted = _fitted(rows, learned)
    size, first = encoder.size, encoder.size + len(parts)
    dense = np.hstack([fitted.coef_[:, :size] * SCALE, fitted.coef_[:, size:first], fitted.intercept_[:, None]])
    of_words = fitted.coef_[:, first:]
    model = {
        "encoder": encoder.name,
        "parts": parts,
        "part": PART,
        "classes": {str(name): _rounded(weights) for name, weights in zip(fitted.classes_, dense, strict=True)},
        "words": {word: _rounded(of_words[:, index], 2) for word, index in words.items() if np.abs(of_words[:, index]).max() >= SMALLEST},
        "word": WORD,
        "thresholds": THRESHOLDS._asdict(),
    }
    sounding.MODEL.write_text(json.dumps(model, ensure_ascii=False) + "\n", encoding="utf-8")


def _rounded(weights: np.ndarray, digits: int = 3) -> list[float]:
    return [round(float(number), digits) for number in weights]


def _vocabulary(learned: Sequence[Message]) -> dict[str, int]:
    """The words that enough messages have, each with its place."""
    counts = Counter(word for message in learned for word in sounding.words_in(message.text))
    return {word: index for index, word in enumerate(sorted(word for word, count in counts.items() if count >= FEWEST))}


def _words(learned: Sequence[Message], words: Mapping[str, int]) -> csr_matrix:
    """What each word counts for in each message."""
    rows, columns, values = [], [], []
    for row, message in enumerate(learned):
        said = sounding.words_in(message.text)
        known = [words[word] for word in said if word in words]
        rows += [row] * len(known)
        columns += known
        values += [WORD / len(said) ** 0.5] * len(known)
    return csr_matrix((values, (rows, columns)), shape=(len(learned), len(words)))


def _fitted(rows: csr_matrix, learned: Sequence[Message]) -> LogisticRegression:
    everyday = [EVERYDAY_WEIGHT if m.source.startswith("told") and m.route == sounding.SEARCHED else 1.0 for m in learned]
    model = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-3)
    return model.fit(rows, [m.route for m in learned], sample_weight=everyday)


def _told(message: Message, of: Mapping[str, float]) -> str:
    """The class that the program would take a message for."""
    known = routed(message.text)
    if known and (ROUTES[known] not in sounding.REASONS or len(message.text.split()) < sounding.FEWEST_DOUBTED):
        return ROUTES[known].value
    if known:
        return sounding.instead(ROUTES[known], of, THRESHOLDS)
    if of[Route.DANGER.value] > sounding.least_of_danger(message.text, THRESHOLDS):
        return Route.DANGER.value
    best = max(sounding.REASONS, key=lambda route: of[route.value])
    return best.value if of[best.value] > THRESHOLDS.route else sounding.SEARCHED


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
