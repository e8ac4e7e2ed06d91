"""The weights learned anew from question sets: first what that gives on questions left out, then the file.

    python -m benchmarks.fit --questions FILE[=FOLDER] ... [--weight NAME=W[,Z]] [--threshold T] [--output FILE | --dry-run]

See docs/measuring.md.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from benchmarks.cross_validation import Line, at_random, by_author, cross_validate, lines_of, of_model
from benchmarks.examples import HINTED, PLAIN, Example, load_examples
from benchmarks.models import apply_model, fit_model, write_weights
from benchmarks.options import add_set_options, chosen_sets, chosen_thresholds, ends_in_one_line
from bot.answering.weights import WEIGHTS, Model


def fit(examples: Sequence[Example], threshold: Mapping[str, float], report: Callable[[Line], None]) -> dict[str, Model]:
    """Measure on what is left out, then fit on all.

    Args:
        report: is given each line as soon as it is known.

    Returns:
        The final models by name, those for which there are examples.

    Raises:
        ValueError: there are too few questions to learn from.
    """
    models = {}
    for name in (HINTED, PLAIN):
        learned = [e for e in of_model(examples, name) if e.weight]
        if not learned:
            continue
        several = len({e.case.author for e in learned}) > 1
        for how, splits in (
            (("random left out", at_random), ("author left out", by_author)) if several else (("random left out", at_random),)
        ):
            for line in lines_of(cross_validate(learned, splits), how, threshold[name]):
                report(line)
        models[name] = fit_model(learned)
        for how, own in (("learned from", learned), ("only judged", [e for e in of_model(examples, name) if not e.weight])):
            for line in lines_of([apply_model(models[name], e) for e in own], how, threshold[name]):
                report(line)
    return models


@ends_in_one_line
def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, fit, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fit", description="Fit the weights anew.")
    add_set_options(parser)
    parser.add_argument("--output", type=Path, default=WEIGHTS, help="the file to write, by default the program's own")
    parser.add_argument("--dry-run", action="store_true", help="only print what it would give")
    options = parser.parse_args(arguments)
    threshold = chosen_thresholds(options)
    models = fit(load_examples(chosen_sets(options)), threshold, lambda line: print(line, flush=True))
    if not options.dry_run:
        write_weights(options.output, models, threshold)
        print(f"written: {options.output}")


if __name__ == "__main__":
    main()
