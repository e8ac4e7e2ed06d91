"""Patterns that are compiled when a text first needs them: most questions meet only a few of the many there are."""

import re
from collections.abc import Iterator


class Cue:
    """A regular expression with the letters that any match of it must hold.

    Args:
        pattern: the expression, for folded text unless IGNORECASE is among the flags.
        needs: pieces of text, one of which stands in every match; none to try every text.
        flags: those of `re.compile`.
    """

    __slots__ = ("_compiled", "_flags", "_needs", "_pattern")

    def __init__(self, pattern: str, *needs: str, flags: int = 0) -> None:
        self._pattern, self._needs, self._flags = pattern, needs, flags
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
        if not self._needs:
            return True
        if self._flags & re.IGNORECASE:
            text = text.lower()
        return any(piece in text for piece in self._needs)

    def _expression(self) -> re.Pattern[str]:
        if self._compiled is None:
            self._compiled = re.compile(self._pattern, self._flags)
        return self._compiled
