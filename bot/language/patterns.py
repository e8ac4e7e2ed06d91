"""Patterns that stand in data files, compiled when a text first needs them: most questions meet only a few of the many there are.

A pattern file is written as YAML, see `patterns_yaml`; what the program reads is the JSON beside it, which holds each expression
with the letters that every match of it must hold.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from bot.language.expressions import compiled


class Pattern:
    """A regular expression with the letters that any match of it must hold.

    Args:
        expression: for folded text, unless `any_case`.
        needs: pieces of text, one of which stands in every match; none to try every text.
        any_case: upper and lower case are the same.
    """

    __slots__ = ("_any_case", "_compiled", "expression", "needs")

    def __init__(self, expression: str, needs: Sequence[str] = (), any_case: bool = False) -> None:
        self.expression, self.needs, self._any_case = expression, needs, any_case
        self._compiled: re.Pattern[str] | None = None

    def search(self, text: str) -> re.Match[str] | None:
        """The first match anywhere in a text."""
        return self._expression().search(text) if self._may_match(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the beginning of a text."""
        return self._expression().match(text) if self._may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self._expression().fullmatch(text) if self._may_match(text) else None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Every match in a stretch of a text."""
        if not self._may_match(text):
            return iter(())
        return self._expression().finditer(text, start, len(text) if end is None else end)

    def _may_match(self, text: str) -> bool:
        if not self.needs:
            return True
        if self._any_case:
            text = text.casefold()
        for piece in self.needs:  # noqa: SIM110 - a plain loop is faster than any(), and this runs hundreds of times a question
            if piece in text:
                return True
        return False

    def _expression(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = compiled(self.expression, self._any_case)
        return self._compiled


class Patterns:
    """Alternatives that mean the same: a text matches where one of them does.

    Args:
        alternatives: tried in order.
    """

    __slots__ = ("alternatives",)

    def __init__(self, alternatives: Sequence[Pattern]) -> None:
        self.alternatives = alternatives

    def search(self, text: str) -> re.Match[str] | None:
        """The match of the first alternative that has one anywhere in a text."""
        for pattern in self.alternatives:
            match = pattern.search(text)
            if match:
                return match
        return None

    def match(self, text: str) -> re.Match[str] | None:
        """The match of the first alternative that has one at the beginning of a text."""
        for pattern in self.alternatives:
            match = pattern.match(text)
            if match:
                return match
        return None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The match of the first alternative that is a whole text."""
        for pattern in self.alternatives:
            match = pattern.fullmatch(text)
            if match:
                return match
        return None

    def cut(self, text: str) -> str:
        """A text without what matches."""
        for pattern in self.alternatives:
            text = "".join(_between(text, pattern.finditer(text)))
        return text

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Every match in a stretch of a text, alternative by alternative."""
        for pattern in self.alternatives:
            yield from pattern.finditer(text, start, end)


def _between(text: str, matches: Iterator[re.Match[str]]) -> Iterator[str]:
    """What stands before, between and after matches."""
    at = 0
    for match in matches:
        yield text[at : match.start()]
        at = match.end()
    yield text[at:]


class PatternFile:
    """The patterns and word lists of one data file, read when one is first asked for.

    Args:
        path: the YAML file; the JSON that was made from it stands beside it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._groups: dict[str, Patterns] = {}
        self._words: dict[str, frozenset[str]] = {}

    def __getitem__(self, name: str) -> Patterns:
        """The alternatives under a name, 'amount.asks'.

        Raises:
            KeyError: the file has no such name.
        """
        found = self._groups.get(name)
        if found is None:
            rows = self._data["patterns"][name]
            found = self._groups[name] = Patterns([Pattern(expression, needs, any_case) for expression, needs, any_case in rows])
        return found

    def names(self) -> list[str]:
        """The names of all patterns, in the order of the file."""
        return list(self._data["patterns"])

    def under(self, prefix: str) -> list[Patterns]:
        """Those of every name that begins with this one, 'group' for 'group.age' and its like."""
        return [self[name] for name in self._data["patterns"] if name.startswith(f"{prefix}.")]

    def words(self, name: str) -> frozenset[str]:
        """A list of folded words.

        Raises:
            KeyError: the file has no such list.
        """
        found = self._words.get(name)
        if found is None:
            found = self._words[name] = frozenset(self._data["words"][name])
        return found

    @cached_property
    def _data(self) -> Mapping[str, Mapping[str, Any]]:
        data: Mapping[str, Mapping[str, Any]] = json.loads(self.path.with_suffix(".json").read_text(encoding="utf-8"))
        return data
