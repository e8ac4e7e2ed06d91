"""The weights learned from examples: ranking pairwise, confidence from what comes first.

Ranking: a logistic model over differences of evidence, the best right sentence minus each of the hardest wrong ones (Joachims 2002;
Burges et al. 2005, RankNet with a linear model). Which are hardest depends on the weights, so it is fitted in `ROUNDS` rounds, the first
from plain weights of 1. Confidence: logistic regression (Platt 1999) of whether the first candidate is right on
`confidence.confidence_features`, learned only from questions that no gate stops. In both each document counts the same, whatever the
number of its questions; within a document a question counts as its set says.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.examples import VECTOR_MODELS, Example
from bot.answering.confidence import DOUBT, chance, confidence_features, verified_features
from bot.answering.features import FEATURES
from bot.answering.weights import Model

HARDEST = 15
ROUNDS = 3
SAME_PASSAGE_SHARE = 0.5
"""What choosing the right sentence within the right passage weighs against choosing the right passage."""
_AGAINST = ("veto", "other_kind")
START = {name: -1.0 if name in _AGAINST else 1.0 for name in FEATURES}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model does with one question.

    Attributes:
        first: the first passage holds a gold string.
        first_3: one of the first three passages does.
        sentence: the first sentence holds one, or lies inside one.
        confidence: the chance that the first sentence answers; 0 behind a gate.
    """

    example: Example
    first: bool = False
    first_3: bool = False
    sentence: bool = False
    confidence: float = 0.0

    def right(self, threshold: float) -> bool:
        """Whether it is answered, or met with silence, as it should be."""
        answered = self.confidence >= threshold
        return answered and self.first if self.example.case.answerable else not answered


def fit_logistic(rows: Any, targets: Any, weights: Any, intercept: bool = True) -> tuple[list[float], float]:
    """Logistic regression with an L2 penalty of weight 1, the intercept unpenalised.

    Args:
        rows: an array of examples by features.
        targets: 0 or 1 for each example, both of them among it.
        weights: how much each example counts.
        intercept: whether there is one.

    Returns:
        The weights of the features, and the intercept (0 where there is none).
    """
    # Newton's method: tens of features and thousands of rows make each step one small linear system.
    model = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-8, max_iter=200, fit_intercept=intercept)
    model.fit(np.asarray(rows, float), np.asarray(targets), sample_weight=np.asarray(weights, float))
    return model.coef_[0].tolist(), float(model.intercept_[0]) if intercept else 0.0


def fit_ranking(examples: Sequence[Example], dropped: frozenset[str] = frozenset()) -> dict[str, float]:
    """The ranking weights.

    Args:
        dropped: names of evidence that must not count.
    """
    columns = [n for n, name in enumerate(FEATURES) if name not in dropped]
    weights: Mapping[str, float] = {name: value for name, value in START.items() if name not in dropped}
    for _ in range(ROUNDS):
        rows, counts, documents = [], [], []
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
                    rows.append((example.features[right[0]] - example.features[other])[columns])
                    counts.append(share * example.weight / len(others))
                    documents.append(example.document)
        if len(rows) < 2:
            return dict(weights)
        learned, _ = fit_logistic(*_differences(rows), 2 * evened(counts, documents), intercept=False)
        weights = dict(zip((FEATURES[n] for n in columns), learned, strict=True))
    return {name: weights.get(name, 0.0) for name in FEATURES}


def _differences(rows: Sequence[Any]) -> tuple[Any, Any]:
    """Differences 'right minus wrong' as rows and targets of two classes.

    A difference and its mirror image ('wrong minus right', target 0) have the same loss; each stands for both and counts twice, and
    every second one is turned into its mirror image because a logistic regression wants to see both classes.
    """
    targets = np.arange(len(rows)) % 2
    return np.asarray(rows) * np.where(targets, 1.0, -1.0)[:, None], targets


def evened(counts: Sequence[float], documents: Sequence[str]) -> Any:
    """What each row counts for, so that every document counts the same and all together as much as before.

    Args:
        counts: what a row counts for among those of its document.
        documents: the document of each row.
    """
    names, of_row = np.unique(documents, return_inverse=True)
    sums = np.bincount(of_row, weights=counts)
    return np.asarray(counts) * (sums.sum() / len(names) / sums)[of_row]


def fit_confidence(
    examples: Sequence[Example], ranking: Mapping[str, float], dropped: frozenset[str] = frozenset(), verified: bool = False
) -> dict[str, float]:
    """The logistic model of the chance that the first candidate is right, with its intercept.

    Args:
        verified: whether its passage is read together with the question.

    Raises:
        ValueError: the questions that no gate stops are all right, or all wrong.
    """
    rows, targets, counts, documents = [], [], [], []
    names: list[str] = []
    for example in examples:
        if not example.weight or not example.candidates:
            continue
        ordered = example.ordered(ranking)
        if example.refusal(ordered):
            continue
        assert example.read is not None
        features = confidence_features(example.read, ordered, example.shelf.index)
        if verified:
            features = verified_features(features, example.log_odds(ordered[0]))
        names = [name for name in features if name not in dropped]
        rows.append([features[name] for name in names])
        targets.append(bool(example.holds[example.order(ranking)[0]]))
        counts.append(example.weight)
        documents.append(example.document)
    if len(set(targets)) < 2:
        raise ValueError("there are too few questions to learn from")
    weights, intercept = fit_logistic(rows, targets, evened(counts, documents))
    return {
        "intercept": intercept,
        **dict(zip(names, weights, strict=True)),
        **dict.fromkeys(sorted(dropped - set(FEATURES)), 0.0),
    }


def fit_model(examples: Sequence[Example], dropped: frozenset[str] = frozenset()) -> Model:
    """Both models for one sort of knowledge.

    Raises:
        ValueError: there are too few questions to learn from.
    """
    ranking = fit_ranking(examples, dropped)
    reads = "verified" not in dropped and all(example.model in VECTOR_MODELS for example in examples)
    return Model(
        ranking, fit_confidence(examples, ranking, dropped), fit_confidence(examples, ranking, dropped, verified=True) if reads else {}
    )


def apply_model(model: Model, example: Example, gates_left_out: frozenset[str] = frozenset()) -> Outcome:
    """What a model does with a question: the same as the program with these weights, and without some gates."""
    if not example.candidates:
        return Outcome(example)
    assert example.read is not None
    ordered = example.ordered(model.ranking)
    confidence = 0.0
    if not example.refusal(ordered, gates_left_out):
        features = confidence_features(example.read, ordered, example.shelf.index)
        confidence = chance(features, model.confidence)
        if model.verified and DOUBT[0] <= confidence < DOUBT[1]:
            confidence = chance(verified_features(features, example.log_odds(ordered[0])), model.verified)
    return outcome_of(example, example.order(model.ranking), confidence)


def apply_baseline(features: Sequence[str], example: Example) -> Outcome:
    """What a plain sum of z-scores puts first: nothing learned, each feature with weight 1.

    Args:
        features: those of `FEATURES` that are added; a question's candidates are its population.
    """
    if not example.candidates:
        return Outcome(example)
    values = example.features[:, [FEATURES.index(name) for name in features]]
    spread = values.std(axis=0)
    scores = ((values - values.mean(axis=0)) / np.where(spread, spread, 1.0)).sum(axis=1)
    return outcome_of(example, np.argsort(-scores, kind="stable"))


def outcome_of(example: Example, order: Any, confidence: float = 0.0) -> Outcome:
    """What comes first where the candidates stand in this order."""
    passages = dict.fromkeys(example.candidates[n].passage for n in order)
    holding = {c.passage for c, holds in zip(example.candidates, example.holds, strict=True) if holds}
    return Outcome(
        example, bool(example.holds[order[0]]), not holding.isdisjoint(list(passages)[:3]), bool(example.pins[order[0]]), confidence
    )


def write_weights(path: Path, models: Mapping[str, Model], threshold: Mapping[str, float]) -> None:
    """Put new numbers into weights.yaml; its comments, order and all else stay."""
    section, lines = "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        key = re.match(r"(\w+):", line)
        section = key.group(1) if key else section
        part = re.match(r"  (ranking|confidence|verified):", line)
        if part and section in models:
            values = getattr(models[section], part.group(1))
            line = f"  {part.group(1)}: {{" + ", ".join(f"{name}: {round(value, 3) + 0.0}" for name, value in values.items()) + "}"
        elif section == "threshold" and key:
            line = "threshold: {" + ", ".join(f"{name}: {value}" for name, value in threshold.items()) + "}"
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
