"""What models do with questions that they did not learn from: splits, outcomes, and the figures of each set."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.examples import Example
from benchmarks.models import Outcome, apply_model, fit_model

FOLDS = 5

Splits = Callable[[Sequence[Example]], Iterator[tuple[list[Example], list[Example]]]]
"""Gives pairs: what to learn from, and what to judge by."""


def by_author(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Each author left out once."""
    for author in dict.fromkeys(e.case.author for e in examples):
        yield [e for e in examples if e.case.author != author], [e for e in examples if e.case.author == author]


def at_random(examples: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """Each question left out once, in `FOLDS` random parts."""
    places = list(range(len(examples)))
    random.Random(1).shuffle(places)
    for fold in range(FOLDS):
        out = set(places[fold::FOLDS])
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


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what a fit reports: a set, how it was measured, and its figures, shares between 0 and 1.

    Attributes:
        how: what was left out, or that nothing was.
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

    def __str__(self) -> str:
        shares = "   ".join(f"{name} {100 * getattr(self, name):5.1f}" for name in ("first", "sentence", "answered", "silent", "both"))
        return f"{self.model:<8}{self.set_name:<28}{self.how:<18}n={self.questions:<5}{shares}"


def lines_of(outcomes: Sequence[Outcome], how: str, threshold: float) -> Iterator[Line]:
    """The figures of each set."""
    for name in dict.fromkeys(o.example.set_name for o in outcomes):
        own = [o for o in outcomes if o.example.set_name == name]
        able, unable = [o for o in own if o.example.case.answerable], [o for o in own if not o.example.case.answerable]
        yield Line(
            own[0].example.model, name, how, len(own),
            share([o.first for o in able]), share([o.first and o.sentence for o in able]),
            share([o.right(threshold) for o in able]), share([o.right(threshold) for o in unable]),
            share([o.right(threshold) for o in own]),
        )  # fmt: skip


def share(flags: Sequence[bool]) -> float:
    """The share of true flags, NaN of none."""
    return sum(flags) / len(flags) if flags else float("nan")
