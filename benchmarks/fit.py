"""The weights learned anew from question sets: first what that gives on what is left out, then the file.

    python -m benchmarks.fit --questions FILE[=FOLDER] ... [--weight NAME=W[,Z]] [--threshold T] [--output FILE | --dry-run]

See docs/measuring.md.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from benchmarks import ends_in_one_line
from benchmarks.cross_validation import (
    HEAD,
    at_random,
    by_author,
    by_document,
    cross_validate,
    figures_of,
    grouped,
    mean_of,
    of_model,
)
from benchmarks.examples import MODELS, Example, load_examples
from benchmarks.models import Outcome, apply_baseline, apply_model, fit_model, write_weights
from benchmarks.options import add_set_options, chosen_sets, chosen_thresholds
from bot.answering.features import FEATURES
from bot.answering.weights import WEIGHTS, Model

BASELINE = ("grams", "sentence_vector", "passage_vector")
"""What the learned ranking must beat on every document: the z-scores of these features, added."""

THRESHOLDS = tuple(round(0.30 + 0.05 * step, 2) for step in range(11))
_NAME = 34


def fit(examples: Sequence[Example], threshold: Mapping[str, float], report: Callable[[str], None]) -> dict[str, Model]:
    """Measure on what is left out, then fit on all.

    Args:
        report: is given each line as soon as it is known.

    Returns:
        The final models by name, those for which there are examples.

    Raises:
        ValueError: there are too few questions to learn from.
    """
    models = {}
    for name in MODELS:
        learned = [e for e in of_model(examples, name) if e.weight]
        if not learned:
            continue
        if len({e.document for e in learned}) > 1:
            outcomes = cross_validate(learned, by_document)
            for line in document_lines(outcomes, threshold[name], f"{name}: each document left out"):
                report(line)
            for line in threshold_lines(outcomes):
                report(line)
        elif len({e.case.author for e in learned}) > 1:
            for line in set_lines(cross_validate(learned, by_author), threshold[name], f"{name}: each author left out"):
                report(line)
        for line in set_lines(cross_validate(learned, at_random), threshold[name], f"{name}: left out at random"):
            report(line)
        models[name] = fit_model(learned)
        for title, group in (("learned from", learned), ("only judged", [e for e in of_model(examples, name) if not e.weight])):
            if group:
                for line in set_lines([apply_model(models[name], e) for e in group], threshold[name], f"{name}: {title}"):
                    report(line)
    return models


def document_lines(outcomes: Sequence[Outcome], threshold: float, title: str) -> Iterator[str]:
    """The figures of each document with those of the baseline below it, and their means; a '<' where the baseline is better."""
    names = [name for name in BASELINE if name in FEATURES]
    plain = [apply_baseline(names, outcome.example) for outcome in outcomes]
    learned, simple = [], []
    yield ""
    yield f"{title:<{_NAME}}{HEAD}"
    for group, base in zip(grouped(outcomes, _document).items(), grouped(plain, _document).values(), strict=True):
        document, judged = group
        learned.append(figures_of(judged, threshold))
        simple.append(figures_of(base, 0.5))
        yield f"{document:<{_NAME}}{learned[-1]}"
        worse = " <" if simple[-1].first > learned[-1].first or simple[-1].first_3 > learned[-1].first_3 else ""
        yield _baseline_line(simple[-1].first, simple[-1].first_3) + worse
    yield f"{'mean':<{_NAME}}{mean_of(learned)}"
    mean = mean_of(simple)
    yield _baseline_line(mean.first, mean.first_3) + f"   ({' + '.join(names)})"


def _baseline_line(first: float, first_3: float) -> str:
    return f"{'  baseline':<{_NAME}}{'':6}{100 * first:>10.1f}{100 * first_3:>10.1f}"


def threshold_lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """The mean over documents for other thresholds, to choose one by."""
    yield ""
    yield f"{'mean over documents from':<{_NAME}}{HEAD}"
    for threshold in THRESHOLDS:
        documents = [figures_of(of_document, threshold) for of_document in grouped(outcomes, _document).values()]
        yield f"{f'  {threshold:.2f}':<{_NAME}}{mean_of(documents)}"


def set_lines(outcomes: Sequence[Outcome], threshold: float, title: str) -> Iterator[str]:
    """The figures of each set."""
    yield ""
    yield f"{title:<{_NAME}}{HEAD}"
    for name, of_set in grouped(outcomes, lambda example: example.set_name).items():
        yield f"{name:<{_NAME}}{figures_of(of_set, threshold)}"


def _document(example: Example) -> str:
    return example.document


@ends_in_one_line
def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, fit, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description="Fit the weights anew.")
    add_set_options(parser)
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="the file to write, by default the program's own")
    parser.add_argument("--dry-run", action="store_true", help="only print what it would give")
    options = parser.parse_args(arguments)
    threshold = chosen_thresholds(options)
    models = fit(load_examples(chosen_sets(options)), threshold, partial(print, flush=True))
    if not options.dry_run:
        write_weights(options.output, models, threshold)
        print(f"written: {options.output}")


if __name__ == "__main__":
    main()
