"""What the commands that learn are given: question sets with their knowledge and weight, and from which chance on there is an answer."""

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from bot.answering.weights import shipped_weights
from bot.errors import AkkoordwijzerError
from bot.presentation.texts import told

Given = ParamSpec("Given")


@dataclass(frozen=True, slots=True)
class SetOfQuestions:
    """A question set to learn from, or to judge by.

    Attributes:
        weight: what its answerable questions count for; 0 to judge by only.
        silence_weight: what its unanswerable questions count for.
    """

    path: Path
    knowledge: Path | None = None
    weight: float = 1.0
    silence_weight: float = 1.0

    @property
    def name(self) -> str:
        return self.path.stem


def add_set_options(parser: argparse.ArgumentParser) -> None:
    """The options that say which sets to learn from, and from which chance on there is an answer."""
    parser.add_argument("--questions", action="append", required=True, metavar="FILE[=FOLDER]", help="a question set, with its knowledge")
    parser.add_argument(
        "--weight", action="append", default=[], metavar="NAME=W[,Z]", help="what its answerable, unanswerable questions count"
    )
    parser.add_argument("--threshold", type=float, metavar="CHANCE", help="answer from this chance on; by default as in weights.yaml")


def chosen_sets(options: argparse.Namespace) -> list[SetOfQuestions]:
    """The sets that were given.

    Raises:
        ValueError: a weight is not of the form NAME=W or NAME=W,Z, or no file has its name.
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
    sets = []
    for text in options.questions:
        file, _, folder = text.partition("=")
        path = Path(file)
        weight, silence = weights.pop(path.stem, (1.0, 1.0))
        sets.append(SetOfQuestions(path, Path(folder) if folder else None, weight, silence))
    if weights:
        raise ValueError(f"--weight names an unknown set: {', '.join(weights)}; use the name of a file given to --questions")
    return sets


def chosen_thresholds(options: argparse.Namespace) -> Mapping[str, float]:
    """One threshold for both models, or those of weights.yaml."""
    shipped = shipped_weights().threshold
    return shipped if options.threshold is None else dict.fromkeys(shipped, options.threshold)


def ends_in_one_line(main: Callable[Given, None]) -> Callable[Given, None]:
    """A command whose errors are one line on standard error and exit status 2."""

    @wraps(main)
    def run(*arguments: Given.args, **options: Given.kwargs) -> None:
        try:
            main(*arguments, **options)
        except (AkkoordwijzerError, ValueError, OSError) as error:
            argparse.ArgumentParser().exit(2, f"{told(error) if isinstance(error, AkkoordwijzerError) else error}\n")

    return run
