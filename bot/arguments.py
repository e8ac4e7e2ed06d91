"""argparse, speaking Dutch: its headings, its help option and its errors."""

import argparse
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from bot.presentation.texts import say

_ERRORS = (
    ("missing", re.compile(r"the following arguments are required: (?P<what>.+)")),
    ("choice", re.compile(r"argument (?P<where>.+?): invalid choice: (?P<what>.+?) \(choose from (?P<allowed>.+)\)")),
    ("unknown", re.compile(r"unrecognized arguments: (?P<what>.+)")),
    ("value", re.compile(r"argument (?P<where>.+?): (?:expected .+ arguments?|invalid .+ value: .+)")),
)


class DutchParser(argparse.ArgumentParser):
    """An ArgumentParser whose own words are Dutch; commands below it are of the same class."""

    def __init__(self, **options: Any) -> None:
        super().__init__(add_help=False, formatter_class=_DutchHelp, **options)
        self._positionals.title = say("arguments", "positionals")
        self._optionals.title = say("arguments", "options")
        self.add_argument("-h", "--help", action="help", help=say("arguments", "help"))

    def error(self, message: str) -> NoReturn:
        """One line, and exit status 2."""
        for name, pattern in _ERRORS:
            match = pattern.fullmatch(message)
            if match:
                message = say("arguments", name, **match.groupdict())
        self.exit(2, f"{say('errors', 'prefix')}{message}. {say('arguments', 'see', command=self.prog)}\n")


class _DutchHelp(argparse.HelpFormatter):
    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        super().add_usage(usage, actions, groups, say("arguments", "usage") if prefix is None else prefix)
