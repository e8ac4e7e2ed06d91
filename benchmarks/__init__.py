"""For development, not shipped: what fits the weights, and what measures."""

import argparse
import json
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import ParamSpec

from bot.errors import AkkoordwijzerError
from bot.presentation.texts import told

Given = ParamSpec("Given")


def ends_in_one_line(main: Callable[Given, None]) -> Callable[Given, None]:
    """A command whose errors are one line on standard error and exit status 2."""

    @wraps(main)
    def run(*arguments: Given.args, **options: Given.kwargs) -> None:
        try:
            main(*arguments, **options)
        except (AkkoordwijzerError, ValueError, OSError) as error:
            argparse.ArgumentParser().exit(2, f"{told(error) if isinstance(error, AkkoordwijzerError) else error}\n")

    return run


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """The option that says where figures are written; see `write_figures`."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")


def write_figures(path: Path | None, figures: Mapping[str, object]) -> None:
    """Write figures as JSON, where a file was given."""
    if path is not None:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
