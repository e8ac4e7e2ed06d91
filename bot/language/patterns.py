"""Patterns that stand in data files, compiled when a text first needs them: most questions meet only a few of the many there are.

A pattern file is written as YAML, see `patterns_yaml`; the JSON beside it holds each expression with the letters that every match of it
must hold. Of that the program reads only what a text needs, from what is made of all such files when it is installed.
"""

import marshal
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path

from bot.expressions import compiled_pattern
from bot.language.pieces import FILES, pieces_in
from bot.made import MARSHALLED, made
from bot.named import NamedTuple


class Pattern:
    """A regular expression with the letters that any match of it must hold.

    Args:
        expression: for folded text, unless `any_case`.
        needs: pieces of text, one of which stands in every match; none to try every text.
        any_case: upper and lower case are the same.
        listed: it is one of the pattern files, whose pieces are looked up all at once, see `pieces`.
    """

    __slots__ = ("_any_case", "_compiled", "expression", "needs", "pieces")

    def __init__(self, expression: str, needs: Sequence[str] = (), any_case: bool = False, listed: bool = False) -> None:
        self.expression, self.needs, self._any_case = expression, needs, any_case
        self.pieces = frozenset(needs) if listed and not any_case else frozenset[str]()
        self._compiled: re.Pattern[str] | None = None

    def search(self, text: str) -> re.Match[str] | None:
        """The first match anywhere in a text."""
        return self.compiled().search(text) if self.may_match(text) else None

    def match(self, text: str) -> re.Match[str] | None:
        """A match at the beginning of a text."""
        return self.compiled().match(text) if self.may_match(text) else None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """A match of the whole text."""
        return self.compiled().fullmatch(text) if self.may_match(text) else None

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Every match in a stretch of a text."""
        if not self.may_match(text):
            return iter(())
        return self.compiled().finditer(text, start, len(text) if end is None else end)

    def may_match(self, text: str) -> bool:
        """Whether a text has a piece that every match must hold."""
        if self.pieces:
            return not self.pieces.isdisjoint(pieces_in(text))
        if not self.needs:
            return True
        if self._any_case:
            text = text.casefold()
        for piece in self.needs:  # noqa: SIM110 - a plain loop is faster than any(), and this runs thirty times a question
            if piece in text:
                return True
        return False

    def compiled(self) -> re.Pattern[str]:
        """The expression itself, for who knows already that it may match."""
        if self._compiled is None:
            self._compiled = compiled_pattern(self.expression, self._any_case)
        return self._compiled


class Patterns:
    """Alternatives that mean the same: a text matches where one of them does.

    Args:
        alternatives: tried in order.

    Attributes:
        pieces: a text without any of these has no match; empty where that is not sure.
    """

    __slots__ = ("_listed", "alternatives", "pieces")

    def __init__(self, alternatives: Sequence[Pattern]) -> None:
        self.alternatives = alternatives
        # Where each of them needs some piece, a text without any of those is passed over at once: most texts are.
        listed = all(pattern.pieces for pattern in alternatives)
        self.pieces = frozenset(piece for pattern in alternatives for piece in pattern.pieces) if listed else frozenset[str]()
        self._listed = any(pattern.pieces for pattern in alternatives)

    def _possible(self, text: str) -> Sequence[Pattern]:
        """The alternatives that may match, in order."""
        if not self.pieces:
            return self.alternatives
        there = pieces_in(text)
        return () if self.pieces.isdisjoint(there) else [pattern for pattern in self.alternatives if not pattern.pieces.isdisjoint(there)]

    def search(self, text: str) -> re.Match[str] | None:
        """The match of the first alternative that has one anywhere in a text."""
        # Asked more than a hundred times a question: so nothing is called that needs not be.
        there = pieces_in(text) if self._listed else frozenset[str]()
        if self.pieces and self.pieces.isdisjoint(there):
            return None
        for pattern in self.alternatives:
            if pattern.pieces.isdisjoint(there) if pattern.pieces else not pattern.may_match(text):
                continue
            match = pattern.compiled().search(text)
            if match:
                return match
        return None

    def match(self, text: str) -> re.Match[str] | None:
        """The match of the first alternative that has one at the beginning of a text."""
        for pattern in self._possible(text):
            match = pattern.match(text)
            if match:
                return match
        return None

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The match of the first alternative that is a whole text."""
        for pattern in self._possible(text):
            match = pattern.fullmatch(text)
            if match:
                return match
        return None

    def cut(self, text: str) -> str:
        """A text without what matches."""
        for pattern in self._possible(text):
            if pattern.may_match(text):
                text = "".join(_between(text, pattern.finditer(text)))
        return text

    def finditer(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """Every match in a stretch of a text, alternative by alternative."""
        for pattern in self._possible(text):
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
        group = self._groups.get(name)
        if group is None:
            rows = marshal.loads(self._packed.rows[name])  # noqa: S302 - ours, behind a checksum
            patterns = [Pattern(expression, needs, any_case, listed=True) for expression, needs, any_case in rows]
            group = self._groups[name] = Patterns(patterns)
        return group

    def names(self) -> list[str]:
        """The names of all patterns, in the order of the file."""
        return list(self._packed.rows)

    def under(self, prefix: str, text: str) -> list[Patterns]:
        """Those of every name that begins with this one, 'group' for 'group.age' and its like, and that may match a text."""
        names = [name for name in self.possible(text) if name.startswith(f"{prefix}.")]
        return [self[name] for name in sorted(names, key=self._order.__getitem__)]

    def possible(self, text: str) -> frozenset[str]:
        """The names of the patterns that may match a text: the others need pieces that it has not."""
        always, of_piece = self._names_by_piece
        return always.union(*[of_piece[piece] for piece in of_piece.keys() & pieces_in(text)])

    def words(self, name: str) -> frozenset[str]:
        """A list of folded words.

        Raises:
            KeyError: the file has no such list.
        """
        words = self._words.get(name)
        if words is None:
            words = self._words[name] = frozenset(self._packed.words[name].split())
        return words

    @cached_property
    def _order(self) -> Mapping[str, int]:
        """The places of the names in the file."""
        return {name: position for position, name in enumerate(self._packed.rows)}

    @cached_property
    def _names_by_piece(self) -> tuple[frozenset[str], Mapping[str, Sequence[str]]]:
        """The names that any text may match, and the others by each piece that lets a text match."""
        always, of_piece = marshal.loads(self._packed.names)  # noqa: S302 - ours, behind a checksum
        return frozenset(always), of_piece

    @cached_property
    def _packed(self) -> "_Packed":
        ready = _ready().get(_name(self.path))
        return _Packed(*marshal.loads(_pack(self.path.with_suffix(".json")) if ready is None else ready))  # noqa: S302 - ours, behind a checksum


class _Packed(NamedTuple):
    """What a pattern file holds, each part to be unpacked by itself.

    Attributes:
        names: the names that any text may match, and the others by each piece that lets a text match.
        rows: by name its patterns, in the order of the file.
        words: by name its words, with spaces between them.
    """

    names: bytes
    rows: Mapping[str, bytes]
    words: Mapping[str, str]


def _pack(path: Path) -> bytes:
    # Imported here: it is done once.
    import json

    data = json.loads(path.read_text(encoding="utf-8"))
    always: list[str] = []
    of_piece: dict[str, list[str]] = {}
    for name, rows in data["patterns"].items():
        pieces = {piece for _, needs, any_case in rows if not any_case for piece in needs}
        if not pieces or any(any_case or not needs for _, needs, any_case in rows):
            always.append(name)
        else:
            for piece in pieces:
                of_piece.setdefault(piece, []).append(name)
    rows_of = {name: marshal.dumps(rows, MARSHALLED) for name, rows in data["patterns"].items()}
    words = {name: " ".join(words) for name, words in data["words"].items()}
    return marshal.dumps((marshal.dumps((always, of_piece), MARSHALLED), rows_of, words), MARSHALLED)


def _name(path: Path) -> str:
    return f"{path.parent.parent.name}/{path.stem}"


@cache
def _ready() -> Mapping[str, bytes]:
    """Each pattern file of the program, packed."""

    def build() -> bytes:
        return marshal.dumps({_name(path): _pack(path) for path in FILES}, MARSHALLED)

    ready: Mapping[str, bytes] = marshal.loads(made("patterns", [*FILES, Path(__file__)], build).data)  # noqa: S302 - ours, behind a checksum
    return ready
