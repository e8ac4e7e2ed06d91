"""YAML files read safely and checked against a schema, with file, line and remedy in every error."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.errors import KnowledgeError

# The C loader is the same safe loader, many times faster; PyYAML has it in its wheels, not in every build.
_LOADER: Any = type("Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})

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


class YamlFile:
    """One YAML file and the data in it.

    Raises:
        KnowledgeError: the file can't be read, is no UTF-8 or no YAML, or says one key twice.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._text = read_text(path)
        try:
            self.data: Any = yaml.load(self._text, _LOADER)  # noqa: S506 - it is the safe loader
        except _DoubleKeyError as error:
            raise KnowledgeError(f"de sleutel '{error.key}' staat er twee keer.", "Haal een van beide weg.", path, error.line) from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            raise KnowledgeError(
                f"dit is geen geldige YAML ({error.problem or 'leesfout'}).",
                "Kijk naar de inspringing, de dubbele punten en de aanhalingstekens op deze regel.",
                path,
                mark.line + 1 if mark else None,
            ) from None
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            # Such messages run over several lines; an error for the user is one.
            said = " ".join(str(error).split())
            raise KnowledgeError(f"dit is geen geldige YAML ({said}).", "Herstel het bestand.", path) from None

    def check(self, check: Check) -> None:
        """Hold the data against a schema; raises KnowledgeError at the first thing that does not fit."""
        check(self, self.data, ())

    def fail(self, where: Where, what: str, remedy: str) -> KnowledgeError:
        """An error about the value at `where`, with its line."""
        return KnowledgeError(what, remedy, self.path, self.line(where))

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


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; raises KnowledgeError where it can't be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise KnowledgeError("dit bestand is geen UTF-8.", "Sla het opnieuw op met tekencodering UTF-8.", path, line) from None
    except OSError as error:
        raise KnowledgeError(
            f"dit bestand kan niet worden gelezen ({error.strerror}).", "Kijk of het bestaat en leesbaar is.", path
        ) from None


def text(file: YamlFile, value: Any, where: Where) -> None:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise file.fail(where, f"'{_name(where)}' moet een tekst zijn.", "Zet er een tekst neer, zo nodig tussen aanhalingstekens.")


def year(file: YamlFile, value: Any, where: Where) -> None:
    """A year between 1800 and 2200."""
    if not isinstance(value, int) or isinstance(value, bool) or not 1800 <= value <= 2200:
        raise file.fail(where, f"'{_name(where)}' moet een jaartal zijn.", "Schrijf vier cijfers, bijvoorbeeld 2017.")


def address(file: YamlFile, value: Any, where: Where) -> None:
    """A web address."""
    if not isinstance(value, str) or not value.startswith(("https://", "http://")) or any(c.isspace() for c in value):
        raise file.fail(where, f"'{_name(where)}' moet een webadres zijn.", "Begin met https:// en gebruik geen spaties.")


def one_of(*allowed: str) -> Check:
    """One of a few words."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if value not in allowed:
            raise file.fail(where, f"'{value}' kan niet bij '{_name(where)}'.", f"Kies uit: {', '.join(allowed)}.")

    return check


def list_of(item: Check) -> Check:
    """A list in which each item fits."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if not isinstance(value, list):
            raise file.fail(where, f"'{_name(where)}' moet een lijst zijn.", "Zet elk deel op een eigen regel met '- ' ervoor.")
        for number, part in enumerate(value):
            item(file, part, (*where, number))

    return check


def mapping_of(item: Check, keys: Check | None = None) -> Check:
    """A mapping with free keys (or keys that fit), in which each value fits."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if not isinstance(value, Mapping):
            raise file.fail(where, f"'{_name(where)}' moet sleutels met waarden hebben.", "Schrijf 'sleutel: waarde' op elke regel.")
        for key, part in value.items():
            if keys:
                keys(file, key, (*where, key))
            item(file, part, (*where, key))

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """A mapping with known keys."""

    def check(file: YamlFile, value: Any, where: Where) -> None:
        if not isinstance(value, Mapping):
            raise file.fail(where, "hier horen sleutels met waarden te staan.", f"Nodig: {', '.join(required) or 'geen'}.")
        for key in value:
            if key not in required and key not in optional:
                known = ", ".join([*required, *optional])
                raise file.fail((*where, key), f"de sleutel '{key}' is onbekend.", f"Bekend zijn: {known}.")
        for key in required:
            if key not in value:
                raise file.fail(where, f"de sleutel '{key}' ontbreekt.", f"Zet '{key}: ...' erbij.")
        for key, part in value.items():
            (required.get(key) or optional[key])(file, part, (*where, key))

    return check


def _name(where: Where) -> str:
    return ".".join(str(step) for step in where) or "dit bestand"
