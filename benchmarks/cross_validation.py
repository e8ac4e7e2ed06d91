"""What models do with questions that they did not learn from: splits, outcomes and figures."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import isnan

from benchmarks.examples import Example
from benchmarks.models import Outcome, apply_model, fit_model

FOLDS = 5

Splits = Callable[[Sequence[Example]], Iterator[tuple[list[Example], list[Example]]]]
"""Gives pairs: what to learn from, and what to judge by."""


def by_author(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Each author left out once."""
    for author in dict.fromkeys(e.case.author for e in examples):
        yield [e for e in examples if e.case.author != author], [e for e in examples if e.case.author == author]


def by_document(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Each document left out once, with all sets about it."""
    for document in dict.fromkeys(e.document for e in examples):
        yield [e for e in examples if e.document != document], [e for e in examples if e.document == document]


def at_random(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Each question left out once, in `FOLDS` random parts."""
    indices = list(range(len(examples)))
    random.Random(1).shuffle(indices)
    for fold in range(FOLDS):
        out = set(indices[fold::FOLDS])
        yield [e for n, e in enumerate(examples) if n not in out], [e for n, e in enumerate(examples) if n in out]


def cross_validate(
    examples: Sequence[Example], splits: Splits, dropped: frozenset[str] = frozenset(), gates_left_out: frozenset[str] = frozenset()
) -> list[Outcome]:
    """What models do with questions that they did not learn from, in the order of the examples."""
    outcomes: dict[int, Outcome] = {}
    for learn, judge in splits(examples):
        model = fit_model(learn, dropped)
        outcomes |= {id(e): apply_model(model, e, gates_left_out) for e in judge}
    return [outcomes[id(e)] for e in examples]


def of_model(examples: Sequence[Example], model: str) -> list[Example]:
    """The examples that one of the two models learns from or is judged by."""
    return [e for e in examples if e.model == model]


FIGURES = ("first", "first_3", "answered", "sentence", "silent", "both", "twins")


@dataclass(frozen=True, slots=True)
class Figures:
    """What is right, as shares between 0 and 1, NaN where nothing of the kind was asked. The definitions are those of `evaluate`.

    Attributes:
        questions: how many there are.
        first, first_3: of the answerable questions, those with a right passage first, and among the first three.
        answered, sentence: of the same, those answered from the right passage, and with the right sentence marked.
        silent: of the unanswerable questions, those met with silence.
        both: of all questions, those answered or met with silence as they should be.
        twins: of the pairs of an answerable question and its unanswerable twin, those with both right.
    """

    questions: int
    first: float
    first_3: float
    answered: float
    sentence: float
    silent: float
    both: float
    twins: float

    def __str__(self) -> str:
        shares = "".join(f"{100 * getattr(self, name):>10.1f}" for name in FIGURES)
        return f"{self.questions:>6}{shares}"


HEAD = f"{'n':>6}" + "".join(f"{name:>10}" for name in FIGURES)
"""The names above a column of `Figures`."""


def figures_of(outcomes: Sequence[Outcome], threshold: float) -> Figures:
    """The figures of some questions."""
    able = [o for o in outcomes if o.example.case.answerable]
    unable = [o for o in outcomes if not o.example.case.answerable]
    by_id = {(o.example.set_name, o.example.case.id): o for o in able}
    pairs = [(o, by_id[o.example.set_name, o.example.case.twin]) for o in unable if (o.example.set_name, o.example.case.twin) in by_id]
    return Figures(
        len(outcomes),
        share([o.first for o in able]), share([o.first_3 for o in able]),
        share([o.right(threshold) for o in able]), share([o.right(threshold) and o.sentence for o in able]),
        share([o.right(threshold) for o in unable]), share([o.right(threshold) for o in outcomes]),
        share([one.right(threshold) and other.right(threshold) for one, other in pairs]),
    )  # fmt: skip


def mean_of(figures: Sequence[Figures]) -> Figures:
    """Their mean, each counting the same; a figure that some lack is the mean of the others."""
    means = {name: [value for f in figures if not isnan(value := getattr(f, name))] for name in FIGURES}
    return Figures(sum(f.questions for f in figures), **{name: sum(m) / len(m) if m else float("nan") for name, m in means.items()})


def grouped(outcomes: Sequence[Outcome], key: Callable[[Example], str]) -> dict[str, list[Outcome]]:
    """The outcomes by what their examples have in common, in order of appearance."""
    groups: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        groups.setdefault(key(outcome.example), []).append(outcome)
    return groups


def share(flags: Sequence[bool]) -> float:
    """The share of true flags, NaN of none."""
    return sum(flags) / len(flags) if flags else float("nan")
