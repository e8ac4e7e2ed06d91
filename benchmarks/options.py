"""What the commands that learn are given: question sets with their knowledge and weight, and from which chance on there is an answer."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.corpora import SetOfQuestions, sets_to_learn_from
from bot.answering.weights import shipped_weights


def add_set_options(parser: argparse.ArgumentParser) -> None:
    """The options that say which sets to learn from, and from which chance on there is an answer."""
    parser.add_argument("--questions", action="append", default=[], metavar="FILE[=FOLDER]", help="a question set, with its knowledge")
    parser.add_argument("--published", type=Path, metavar="FOLDER", help="the published sets, brought in there by benchmarks.corpora")
    parser.add_argument(
        "--weight", action="append", default=[], metavar="NAME=W[,Z]", help="what its answerable, unanswerable questions count"
    )
    parser.add_argument("--threshold", type=float, metavar="CHANCE", help="answer from this chance on; by default as in weights.yaml")


def chosen_sets(options: argparse.Namespace) -> list[SetOfQuestions]:
    """The sets that were given.

    Raises:
        ValueError: there are none, a weight is not of the form NAME=W or NAME=W,Z, or no file has its name.
    """
    weights: dict[str, tuple[float, float]] = {}
    for text in options.weight:
        name, _, values = text.partition("=")
        try:
            numbers = [float(value) for value in values.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) not in (1, 2):
            raise ValueError(f"--weight {text} is not of the form NAME=W or NAME=W,Z: write --weight own-2017=1,0.4")
        weights[name] = (numbers[0], numbers[-1])
    sets = sets_to_learn_from(options.published) if options.published else []
    for text in options.questions:
        file, _, folder = text.partition("=")
        sets.append(SetOfQuestions(Path(file), Path(folder) if folder else None))
    if not sets:
        raise ValueError("there are no questions: use --questions or --published")
    for n, chosen in enumerate(sets):
        if chosen.name in weights:
            weight, silence = weights.pop(chosen.name)
            sets[n] = replace(chosen, weight=weight, silence_weight=silence)
    if weights:
        raise ValueError(f"--weight names an unknown set: {', '.join(weights)}; use the name of a set")
    return sets


def chosen_thresholds(options: argparse.Namespace) -> Mapping[str, float]:
    """One threshold for both models, or those of weights.yaml."""
    shipped = shipped_weights().threshold
    return shipped if options.threshold is None else dict.fromkeys(shipped, options.threshold)
