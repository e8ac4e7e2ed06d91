"""YAML files read safely and checked against a schema, with file, line and remedy in every error."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from bot.errors import KnowledgeError
from bot.expressions import expression
from bot.named import NamedTuple

# The C loader is the same safe loader, many times faster; PyYAML has it in its wheels, not in every build.
_LOADER: Any = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})

# What YAML allows in no file (YAML 1.1, section 5.1).
_UNPRINTABLE = expression("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Where = tuple[str | int, ...]
Check = Callable[["YamlFile", Any, Where], None]


class _DoubleKeyError(yaml.YAMLError):
    """A mapping says one key twice. YAML forbids it, PyYAML lets the last one win without a word."""

    def __init__(self, key: str, line: int) -> None:
        super().__init__(key)
        self.key, self.line = key, line


def _mapping(loader: Any, node: yaml.MappingNode) -> Iterator[dict[Any, Any]]:
    seen = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                raise _DoubleKeyError(key.value, key.start_mark.line + 1)
            seen.add(key.value)
    data: dict[Any, Any] = {}
    yield data
    data.update(loader.construct_mapping(node))


_LOADER.add_constructor("tag:yaml.org,2002:map", _mapping)


# A date stays the text that it is: nothing here is a date, and '2026-13-01' should be no fault of its own.
_LOADER.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


_DEEPEST = 20
"""Lists and mappings within each other. No file here has more than six; some thousands would end the process, not the reading."""


class _ShapeError(yaml.YAMLError):
    """Values that point at others (a few lines of that can stand for gigabytes), or that lie too deep."""

    def __init__(self, key: str, event: yaml.Event) -> None:
        super().__init__(key)
        self.key, self.line = key, event.start_mark.line + 1 if event.start_mark else None


def _check_shape(text: str) -> None:
    """Read only what follows what; values are made afterwards, when it is known that they can be."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.AliasEvent):
            raise _ShapeError("yaml.alias", event)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise _ShapeError("yaml.deep", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class PlainValue(NamedTuple):
    """A value without quotation marks: its text, the line it begins on, and the line and column where it ends, lines counted from 1."""

    text: str
    line: int
    end_line: int
    end_column: int


def plain_values(text: str) -> Iterator[PlainValue]:
    """Every value without quotation marks of a YAML text that can be read."""
    for event in yaml.parse(text, _LOADER):
        if isinstance(event, yaml.ScalarEvent) and event.implicit[0] and event.start_mark and event.end_mark:
            yield PlainValue(event.value, event.start_mark.line + 1, event.end_mark.line + 1, event.end_mark.column)


# What the parser says (of the problem, or of what it was doing), and our sentence for it; the first that fits.
_PROBLEMS = (
    ("special characters", "yaml.character"),
    ("control characters", "yaml.character"),
    ("unacceptable character", "yaml.character"),
    ("quoted scalar", "yaml.quote"),
    ("mapping values are not allowed", "yaml.colon"),
    ("could not find expected ':'", "yaml.no_colon"),
    ("tab", "yaml.tab"),
    ("cannot start any token", "yaml.sign"),
    ("',' or", "yaml.list"),
    ("expected '-'", "yaml.indentation"),
    ("could not determine a constructor", "yaml.object"),
    ("tag", "yaml.object"),
    ("alias", "yaml.alias"),
    ("anchor", "yaml.alias"),
)


def _what_is_wrong(error: Exception, text: str) -> tuple[str, int | None]:
    """The key of the sentence for a parser's error, and the line."""
    if isinstance(error, _ShapeError):
        return error.key, error.line
    mark = isinstance(error, yaml.MarkedYAMLError) and (error.problem_mark or error.context_mark)
    line = mark.line + 1 if mark else None
    said = f"{error.context or ''} {error.problem or ''}" if isinstance(error, yaml.MarkedYAMLError) else str(error)
    key = next((key for words, key in _PROBLEMS if words in said), "yaml.broken")
    lines = text.split("\n")
    if key == "yaml.character":
        line = next((number for number, each in enumerate(lines, 1) if _UNPRINTABLE.search(each)), line)
    elif key == "yaml.sign" and mark and lines[mark.line : mark.line + 1] and lines[mark.line][mark.column : mark.column + 1] == "\t":
        key = "yaml.tab"
    return key, line


class YamlFile:
    """One YAML file and the data in it.

    Raises:
        KnowledgeError: the file can't be read, is no UTF-8 or no YAML, says one key twice, or has an alias.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = read_text(path)
        try:
            _check_shape(self._text)
            self.data: Any = yaml.load(self._text, _LOADER)  # noqa: S506 - it is the safe loader
        except _DoubleKeyError as error:
            raise KnowledgeError("yaml.twice", path=path, line=error.line, key=error.key) from None
        except (yaml.YAMLError, ValueError) as error:
            key, line = _what_is_wrong(error, self._text)
            raise KnowledgeError(key, path=path, line=line) from None

    def check(self, check: Check) -> None:
        """Hold the data against a schema; raises KnowledgeError at the first thing that does not fit."""
        check(self, self.data, ())

    def fail(self, where: Where, key: str, /, **values: Any) -> KnowledgeError:
        """An error about the value at `where`, with its line; `key` and `values` as in AkkoordwijzerError."""
        return KnowledgeError(key, path=self.path, line=self.line(where), **values)

    def line(self, where: Where) -> int | None:
        """The line, from 1, on which the value at `where` stands (its key, where it has one)."""
        return self._find(where)[0]

    def item_lines(self, where: Where) -> list[int]:
        """The line of each item of the list, or key of the mapping, at `where`."""
        node = self._find(where)[1]
        items = [k for k, _ in node.value] if isinstance(node, yaml.MappingNode) else getattr(node, "value", [])
        return [item.start_mark.line + 1 for item in items]

    def _find(self, where: Where) -> tuple[int | None, yaml.Node | None]:
        node = yaml.compose(self._text, _LOADER)
        line = node.start_mark.line + 1 if node else None
        for step in where:
            if isinstance(node, yaml.MappingNode):
                pair = next(((k, v) for k, v in node.value if k.value == str(step)), None)
                if pair is None:
                    break
                line, node = pair[0].start_mark.line + 1, pair[1]
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                node = node.value[step]
                line = node.start_mark.line + 1
            else:
                break
        return line, node


def is_there(path: Path) -> bool:
    """Whether something stands at a path, be it a link that leads nowhere: someone meant it to be read."""
    return path.exists() or path.is_symlink()


def read_text(path: Path) -> str:
    """The text of a UTF-8 file, without a byte order mark; raises KnowledgeError where it can't be read."""
    if path.exists() and not path.is_file() and not path.is_dir():
        raise KnowledgeError("file.no_file", path=path)  # A pipe would be waited for without end.
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise KnowledgeError("file.not_utf_8", path=path, line=line) from None
    except OSError as error:
        raise KnowledgeError("file.unreadable", path=path, why=error) from None


def text(file: YamlFile, value: Any, where: Where) -> None:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        in_a_list = bool(where) and isinstance(where[-1], int)
        raise file.fail(where, "yaml.text_in_list" if in_a_list else "yaml.text", name=_name(where))


def year(file: YamlFile, value: Any, where: Where) -> None:
    """A year between 1800 and 2200."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1800 <= value <= 2200:
        raise file.fail(where, "yaml.year", name=_name(where))


def page(file: YamlFile, value: Any, where: Where) -> None:
    """The number of a page, from 1."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise file.fail(where, "yaml.page")


def address(file: YamlFile, value: Any, where: Where) -> None:
    """A web address."""
    if not isinstance(value, str) or not value.isprintable() or " " in value or not is_web_address(value):
        raise file.fail(where, "yaml.address", name=_name(where))


def is_web_address(value: str) -> bool:
    """Whether a text is an address that a reader can be sent to."""
    try:
        parts = urlsplit(value)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:  # '[' without ']', a port that is no number
        return False


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if value not in allowed:
            raise file.fail(where, "yaml.choice", value=value, name=_name(where), allowed=", ".join(allowed))

    return check


def list_of(item: Check) -> Check:
    """A list in which each item fits."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if not isinstance(value, list):
            raise file.fail(where, "yaml.list_wanted", name=_name(where))
        for number, part in enumerate(value):
            item(file, part, (*where, number))

    return check


def mapping_of(item: Check, keys: Check | None = None) -> Check:
    """A mapping with free keys (or keys that fit), in which each value fits."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if not isinstance(value, Mapping):
            raise file.fail(where, "yaml.mapping_wanted", name=_name(where))
        for key, part in value.items():
            if keys:
                keys(file, key, (*where, key))
            item(file, part, (*where, key))

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """A mapping with known keys."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if not isinstance(value, Mapping):
            raise file.fail(where, "yaml.record_wanted", required=", ".join(required or optional))
        for key in value:
            if key not in required and key not in optional:
                raise file.fail((*where, key), "yaml.unknown_key", key=key, known=", ".join([*required, *optional]))
        for key in required:
            if key not in value:
                raise file.fail(where, "yaml.missing_key", key=key)
        for key, part in value.items():
            (required.get(key) or optional[key])(file, part, (*where, key))

    return check


def _name(where: Where) -> str:
    # The line says which part of a list it is.
    return " > ".join(step for step in where if isinstance(step, str)) or "?"
