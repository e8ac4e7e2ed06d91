"""Pattern files as they are written and edited: YAML, each pattern with texts that it must and must not match.

    amount:
      asks:
        - pattern: \\bhoe duur\\b
          for: Hoe duur is een paspoort? | hoe duur is parkeren
          against: Hoe lang duurt het? | Hoe duurzaam is dat?

Texts are divided by ' | '. `{month}` in a pattern stands for the fragment of that name in fragments.yaml. Under `words` stand lists of words. After a change:
`python -m bot.language.patterns_yaml` writes the JSON that the program reads.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]  # the standard library's own parser has no public name
from re import _parser as parser  # type: ignore[attr-defined]  # the standard library's own parser has no public name
from typing import Any

import yaml

from bot.named import NamedTuple

_ROOMS = Path(__file__).parent.parent
FILES = tuple(sorted(path for path in _ROOMS.glob("*/data/*.yaml") if path.stem != "fragments"))
"""Every pattern file of the program."""
FRAGMENTS = Path(__file__).parent / "data" / "fragments.yaml"
_FRAGMENT = re.compile(r"\{([a-z_]+)\}")


class Written(NamedTuple):
    """A pattern as it stands in its file.

    Attributes:
        name: the path to it, 'amount.asks'.
        expression: its fragments filled in.
        matches, misses: texts that it must and must not match.
    """

    name: str
    expression: str
    any_case: bool
    matches: tuple[str, ...]
    misses: tuple[str, ...]


def written_patterns(path: Path) -> list[Written]:
    """The patterns of one file, in order.

    Raises:
        KeyError: a pattern names a fragment that is not there, or lacks its texts.
        re.error: an expression is not one.
    """
    fragments: dict[str, str] = {}
    for name, expression in yaml.safe_load(FRAGMENTS.read_text(encoding="utf-8")).items():
        fragments[name] = _filled(expression, fragments)
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return list(_patterns({name: part for name, part in data.items() if name != "words"}, (), fragments))


def json_of(path: Path) -> str:
    """The JSON that the program reads in place of a pattern file."""
    patterns: dict[str, list[Any]] = {}
    for written in written_patterns(path):
        needs = needed(written.expression, written.any_case)
        patterns.setdefault(written.name, []).append([written.expression, sorted(needs), written.any_case])
    words = yaml.safe_load(path.read_text(encoding="utf-8")).get("words", {})
    lists = {name: sorted(set(text.split())) for name, text in words.items()}
    return json.dumps({"patterns": patterns, "words": lists}, ensure_ascii=False, separators=(",", ":")) + "\n"


def needed(expression: str, any_case: bool = False) -> frozenset[str]:
    """Pieces of text, one of which stands in every match of an expression; none where no such piece is sure."""
    return _needed(parser.parse(expression, re.IGNORECASE if any_case else 0))


def _filled(expression: str, fragments: Mapping[str, str]) -> str:
    return _FRAGMENT.sub(lambda match: f"(?:{fragments[match.group(1)]})", expression)


def _patterns(data: Mapping[str, Any], path: tuple[str, ...], fragments: Mapping[str, str]) -> Iterator[Written]:
    for name, part in data.items():
        if isinstance(part, Mapping):
            yield from _patterns(part, (*path, name), fragments)
            continue
        for item in part:
            expression = _filled(item["pattern"], fragments)
            re.compile(expression)
            yield Written(".".join((*path, name)), expression, bool(item.get("any_case")), _texts(item["for"]), _texts(item["against"]))


def _texts(line: str) -> tuple[str, ...]:
    return tuple(text.strip() for text in str(line).split(" | "))


def _needed(sequence: Any) -> frozenset[str]:
    """Of everything that must stand in a match one after the other, the piece that tells most."""
    choices: list[frozenset[str]] = []
    run = ""
    for code, value in (*sequence, (None, None)):
        if code is codes.LITERAL:
            run += chr(value)
            continue
        if run:
            choices.append(frozenset({run}))
            run = ""
        if code is codes.SUBPATTERN:
            choices.append(_needed(value[-1]))
        elif code is codes.BRANCH:
            parts = [_needed(part) for part in value[1]]
            choices.append(frozenset().union(*parts) if all(parts) else frozenset())
        elif code in (codes.MAX_REPEAT, codes.MIN_REPEAT) and value[0] > 0:
            choices.append(_needed(value[-1]))
    return max((choice for choice in choices if choice), key=lambda pieces: (min(map(len, pieces)), -len(pieces)), default=frozenset())


def main() -> None:
    """Write the JSON of every pattern file."""
    for path in FILES:
        path.with_suffix(".json").write_text(json_of(path), encoding="utf-8")


if __name__ == "__main__":
    main()
