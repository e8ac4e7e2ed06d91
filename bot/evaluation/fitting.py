"""The weights learned anew: ranking pairwise, confidence from what comes first, each measured on authors and questions left out.

Ranking: a logistic model over differences of evidence, the best right sentence minus each of the hardest wrong ones (Joachims 2002;
Burges et al. 2005, RankNet with a linear model). Which are hardest depends on the weights, so it is fitted in `ROUNDS` rounds, the first
from plain weights of 1. Confidence: logistic regression (Platt 1999) of whether the first candidate is right on
`confidence.confidence_features`, learned only from questions that no gate stops.
"""

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.answering.confidence import chance, confidence_features
from bot.answering.evidence import FEATURES
from bot.answering.weights import Model
from bot.errors import QuestionSetError
from bot.evaluation.examples import HINTED, PLAIN, Example
from bot.evaluation.logistic import fit_logistic

HARDEST = 15
ROUNDS = 3
FOLDS = 5
SAME_PASSAGE_SHARE = 0.5
"""What choosing the right sentence within the right passage weighs against choosing the right passage."""
_AGAINST = ("veto", "other_kind")
START = {name: -1.0 if name in _AGAINST else 1.0 for name in FEATURES}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model does with one question."""

    example: Example
    first: bool
    sentence: bool
    confidence: float

    def right(self, threshold: float) -> bool:
        """Whether it is answered, or met with silence, as it should be."""
        answered = self.confidence >= threshold
        return answered and self.first if self.example.case.answerable else not answered


def fit_ranking(examples: Sequence[Example], dropped: frozenset[str] = frozenset()) -> dict[str, float]:
    """The ranking weights.

    Args:
        dropped: names of evidence that must not count.
    """
    kept = [n for n, name in enumerate(FEATURES) if name not in dropped]
    weights: Mapping[str, float] = {name: value for name, value in START.items() if name not in dropped}
    for _ in range(ROUNDS):
        rows, counts = [], []
        for example in examples:
            if not example.weight or not example.case.answerable or example.features is None or not example.holds.any():
                continue
            order = example.order(weights)
            holds, pins = example.holds[order], example.pins[order]
            right = order[pins] if pins.any() else order[holds]
            half = order[holds & ~pins] if pins.any() else order[:0]
            wrong = order[~holds][:HARDEST]
            for others, share in ((wrong, 1.0), (half, SAME_PASSAGE_SHARE)):
                for other in others:
                    rows.append((example.features[right[0]] - example.features[other])[kept])
                    counts.append(share * example.weight / len(others))
        if not rows:
            return dict(weights)
        # Each difference stands for itself and its mirror image, which gives the same loss: it counts twice.
        found, _ = fit_logistic(rows, np.ones(len(rows)), 2 * np.array(counts), intercept=False)
        weights = dict(zip((FEATURES[n] for n in kept), found.tolist(), strict=True))
    return {name: weights.get(name, 0.0) for name in FEATURES}


def fit_confidence(examples: Sequence[Example], ranking: Mapping[str, float], dropped: frozenset[str] = frozenset()) -> dict[str, float]:
    """The logistic model of the chance that the first candidate is right, with its intercept."""
    rows, targets, counts = [], [], []
    names: list[str] = []
    for example in examples:
        if not example.weight or not example.candidates:
            continue
        ordered = example.ordered(ranking)
        if example.refusal(ordered):
            continue
        assert example.read is not None
        features = confidence_features(example.read, ordered, example.shelf.index)
        names = [name for name in features if name not in dropped]
        rows.append([features[name] for name in names])
        targets.append(bool(example.holds[example.order(ranking)[0]]))
        counts.append(example.weight)
    if not rows:
        raise QuestionSetError("er zijn te weinig vragen om van te leren.", "Geef meer vragen, liefst van meer dan een schrijver.")
    weights, intercept = fit_logistic(rows, targets, counts)
    return {
        "intercept": intercept,
        **dict(zip(names, weights.tolist(), strict=True)),
        **dict.fromkeys(sorted(dropped - set(FEATURES)), 0.0),
    }


def fit_model(examples: Sequence[Example], dropped: frozenset[str] = frozenset()) -> Model:
    """Both models for one sort of knowledge."""
    ranking = fit_ranking(examples, dropped)
    return Model(ranking, fit_confidence(examples, ranking, dropped))


def apply_model(model: Model, example: Example, gates_left_out: frozenset[str] = frozenset()) -> Outcome:
    """What a model does with a question: the same as the program with these weights, and without some gates."""
    if not example.candidates:
        return Outcome(example, False, False, 0.0)
    assert example.read is not None
    ordered, first = example.ordered(model.ranking), example.order(model.ranking)[0]
    confidence = 0.0
    if not example.refusal(ordered, gates_left_out):
        features = confidence_features(example.read, ordered, example.shelf.index)
        confidence = chance(features, model.confidence)
    return Outcome(example, bool(example.holds[first]), bool(example.pins[first]), confidence)


Splits = Callable[[Sequence[Example]], Iterator[tuple[list[Example], list[Example]]]]


def by_author(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """(to learn from, to judge by), each author left out once."""
    for author in dict.fromkeys(e.case.author for e in examples):
        yield [e for e in examples if e.case.author != author], [e for e in examples if e.case.author == author]


def at_random(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """(to learn from, to judge by), each question left out once, in `FOLDS` random parts."""
    places = list(range(len(examples)))
    random.Random(1).shuffle(places)  # noqa: S311 - folds, not secrets
    for fold in range(FOLDS):
        out = set(places[fold::FOLDS])
        yield [e for n, e in enumerate(examples) if n not in out], [e for n, e in enumerate(examples) if n in out]


def cross_validate(
    examples: Sequence[Example], splits: Splits, dropped: frozenset[str] = frozenset(), gates_left_out: frozenset[str] = frozenset()
) -> list[Outcome]:
    """What models do with questions that they did not learn from, in the order of the examples."""
    found: dict[int, Outcome] = {}
    for learn, judge in splits(examples):
        model = fit_model(learn, dropped)
        found |= {id(e): apply_model(model, e, gates_left_out) for e in judge}
    return [found[id(e)] for e in examples]


def of_model(examples: Sequence[Example], model: str) -> list[Example]:
    """The examples that one of the two models learns from or is judged by."""
    return [e for e in examples if e.model == model]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a fit reports: a set, how it was measured, and its figures, shares between 0 and 1.

    Attributes:
        how: 'author' and 'random' left out, 'held_out' for sets never learned from, 'learned' for the final model on its own questions.
    """

    model: str
    set_name: str
    how: str
    questions: int
    first: float
    sentence: float
    answered: float
    silent: float
    both: float


def lines_of(outcomes: Sequence[Outcome], how: str, threshold: float) -> Iterator[Line]:
    """The figures of each set."""
    for name in dict.fromkeys(o.example.set_name for o in outcomes):
        own = [o for o in outcomes if o.example.set_name == name]
        able, unable = [o for o in own if o.example.case.answerable], [o for o in own if not o.example.case.answerable]
        yield Line(
            own[0].example.model, name, how, len(own),
            _share([o.first for o in able]), _share([o.first and o.sentence for o in able]),
            _share([o.right(threshold) for o in able]), _share([o.right(threshold) for o in unable]),
            _share([o.right(threshold) for o in own]),
        )  # fmt: skip


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else float("nan")


def fit(examples: Sequence[Example], threshold: Mapping[str, float], report: Callable[[Line], None]) -> dict[str, Model]:
    """Measure on what is left out, then fit on all.

    Args:
        report: is given each line as soon as it is known.

    Returns:
        The final models by name, those for which there are examples.
    """
    models = {}
    for name in (HINTED, PLAIN):
        learned = [e for e in of_model(examples, name) if e.weight]
        if not learned:
            continue
        several = len({e.case.author for e in learned}) > 1
        for how, splits in (("random", at_random), ("author", by_author)) if several else (("random", at_random),):
            for line in lines_of(cross_validate(learned, splits), how, threshold[name]):
                report(line)
        models[name] = fit_model(learned)
        for how, own in (("learned", learned), ("held_out", [e for e in of_model(examples, name) if not e.weight])):
            for line in lines_of([apply_model(models[name], e) for e in own], how, threshold[name]):
                report(line)
    return models


def write_weights(path: Path, models: Mapping[str, Model], threshold: Mapping[str, float]) -> None:
    """Put new numbers into weights.yaml; its comments, order and all else stay."""
    section, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        key = re.match(r"(\w+):", line)
        section = key.group(1) if key else section
        part = re.match(r"  (ranking|confidence):", line)
        if part and section in models:
            values = getattr(models[section], part.group(1))
            line = f"  {part.group(1)}: {{" + ", ".join(f"{name}: {round(value, 3) + 0.0}" for name, value in values.items()) + "}"
        elif section == "threshold" and key:
            line = "threshold: {" + ", ".join(f"{name}: {value}" for name, value in threshold.items()) + "}"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
