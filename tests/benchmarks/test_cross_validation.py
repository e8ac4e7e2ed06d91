"""Documents are left out whole, count the same whatever the number of their questions, and twins are right together or not at all."""

from typing import Any, cast

import numpy as np
import pytest

from benchmarks.cross_validation import FIGURES, Splits, by_author, by_document, figures_of, grouped, mean_of
from benchmarks.examples import PLAIN, Example
from benchmarks.fit import document_lines
from benchmarks.models import Outcome, apply_baseline, evened
from bot.answering.evidence import FEATURES, Candidate
from bot.evaluation.question_sets import Case


def example(ident: str, document: str = "wet", gold: str = "", twin: str = "", set_name: str = "set") -> Example:
    case = Case(ident, "Mag dat?", ident, 1, (gold,) if gold else (), twin=twin)
    return Example(set_name, document, PLAIN, case, 1.0, cast(Any, None), cast(Any, None))


def right(ident: str, document: str = "wet", **more: str) -> Outcome:
    """An answerable question that is answered right."""
    return Outcome(example(ident, document, gold="ja", **more), first=True, first_3=True, sentence=True, confidence=0.9)


@pytest.mark.parametrize("splits", [by_document, by_author])
def test_what_is_judged_by_shares_nothing_with_what_is_learned_from(splits: Splits) -> None:
    examples = [example("A-1"), example("A-2", set_name="other"), example("B-1", "brief"), example("A-3", "brief"), example("C-1", "nota")]
    judged = []
    for learn, judge in splits(examples):
        shared = {e.document for e in learn} & {e.document for e in judge}
        assert not (shared if splits is by_document else {e.case.author for e in learn} & {e.case.author for e in judge})
        assert len(learn) + len(judge) == len(examples)
        judged += judge
    assert sorted(map(id, judged)) == sorted(map(id, examples))


def test_every_document_counts_the_same() -> None:
    counts = evened([1.0, 1.0, 1.0, 0.4, 1.0], ["large", "large", "large", "large", "small"])
    assert counts[:4].sum() == pytest.approx(counts[4])
    assert counts.sum() == pytest.approx(4.4)
    assert counts[3] == pytest.approx(0.4 * counts[0]), "within a document what a question counts for stays"


def test_figures_are_those_of_evaluate_and_twins_stand_or_fall_together() -> None:
    outcomes = [
        right("A-1"),
        Outcome(example("A-2", twin="A-1"), confidence=0.2),
        Outcome(example("A-3", gold="nee"), first=True, first_3=True, confidence=0.8),
        Outcome(example("A-4", twin="A-3"), confidence=0.7),
        Outcome(example("A-5", gold="x"), first_3=True, confidence=0.9),
        Outcome(example("A-6", twin="elsewhere"), confidence=0.1),
    ]
    found = figures_of(outcomes, 0.5)
    assert found.questions == 6
    assert [round(100 * getattr(found, name)) for name in FIGURES] == [67, 100, 67, 33, 67, 67, 50]


def test_a_mean_counts_each_document_once() -> None:
    outcomes = [right("A-1"), right("A-2"), right("A-3"), Outcome(example("B-1", "brief", gold="ja"))]
    mean = mean_of([figures_of(own, 0.5) for own in grouped(outcomes, lambda e: e.document).values()])
    assert (mean.first, mean.both, mean.questions) == (0.5, 0.5, 4)
    assert np.isnan(mean.silent), "nothing unanswerable was asked"


def test_the_baseline_is_a_sum_of_z_scores() -> None:
    asked = example("A-1", gold="ja")
    asked.candidates = [Candidate(passage, 0, {}, 0.0, frozenset()) for passage in range(3)]
    asked.features = np.zeros((3, len(FEATURES)))
    # The second is best in one and not bad in the other: 0.1 of a feature with little spread weighs as much as 10 of one with much.
    asked.features[:, FEATURES.index("grams")] = [10.0, 9.0, 0.0]
    asked.features[:, FEATURES.index("words")] = [0.0, 0.1, 0.05]
    asked.holds = asked.pins = np.array([False, True, False])
    assert apply_baseline(["grams", "words"], asked).first
    assert not apply_baseline(["grams"], asked).first
    assert apply_baseline(["grams"], asked).first_3
    assert not apply_baseline(["grams"], example("A-2", gold="ja")).first


def test_a_document_that_the_baseline_beats_is_marked() -> None:
    asked = example("A-1", gold="ja")
    asked.candidates = [Candidate(passage, 0, {}, 0.0, frozenset()) for passage in range(2)]
    asked.features = np.zeros((2, len(FEATURES)))
    asked.features[1, FEATURES.index("grams")] = 1.0
    asked.holds = asked.pins = np.array([False, True])
    marked = list(document_lines([Outcome(asked), right("B-1", "brief")], 0.5, "left out"))
    assert [line.split()[0] for line in marked if line] == ["left", "wet", "baseline", "brief", "baseline", "mean", "baseline"]
    assert [line for line in marked if line.endswith("<")] == [marked[3]]
