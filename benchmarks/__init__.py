"""For development, not shipped: what fits the weights, and what measures."""

import argparse
from collections.abc import Callable
from functools import wraps
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
