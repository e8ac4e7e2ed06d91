"""The parser of the command line, in Dutch. Read only where a command line is more than one question: it takes as long as a search."""

import argparse
import os
import sys
from contextlib import suppress
from typing import Any, NoReturn

from bot.presentation.texts import say, texts

ERROR = 2
"""The exit status where something is wrong."""


def _in_dutch(sentence: str) -> str:
    """One of argparse's own sentences in Dutch; one that stands not in nl.yaml is for programmers only."""
    dutch: str = texts("argparse").get(sentence, sentence)
    return dutch


def _in_dutch_by_number(one: str, more: str, number: int) -> str:
    return _in_dutch(one if number == 1 else more)


# argparse looks up its sentences under the names by which gettext is imported. gettext itself would look for a language in the
# environment, and the program speaks Dutch whatever stands there.
vars(argparse).update(_=_in_dutch, ngettext=_in_dutch_by_number)


class _Help(argparse.HelpFormatter):
    """Help as wide as the terminal. Left to itself argparse imports every way to pack a file to find out how wide that is, for each option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width() - 2)


def _width() -> int:
    """Columns of the terminal, as `shutil.get_terminal_size` tells them."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdecimal() and int(columns):
        return int(columns)
    with suppress(AttributeError, ValueError, OSError):
        return os.get_terminal_size(sys.__stdout__.fileno()).columns or _USUAL_WIDTH  # type: ignore[union-attr]  # no stdout: suppressed
    return _USUAL_WIDTH


_USUAL_WIDTH = 80


class Parser(argparse.ArgumentParser):
    """An ArgumentParser with errors of one line, exit status 2; commands below it are of the same class."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, formatter_class=_Help)

    def error(self, message: str) -> NoReturn:
        self.exit(ERROR, say("errors", "prefix") + say("command_line", "wrong", message=message, command=self.prog) + "\n")
