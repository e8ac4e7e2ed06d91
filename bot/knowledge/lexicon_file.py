"""knowledge/lexicon.yaml: the words of one municipality, for the communications officer who edits it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.knowledge import yaml_file as schema


def _word(file: schema.YamlFile, value: Any, where: schema.Where) -> None:
    """A word or a few words; a number may be one ('112'), signs alone may not: nobody can ask for them."""
    if isinstance(value, bool) or not isinstance(value, int):
        schema.text(file, value, where)
    if not any(sign.isalnum() for sign in str(value)):
        raise file.fail(where, "lexicon.no_letter", word=value)


def _term(file: schema.YamlFile, value: Any, where: schema.Where) -> None:
    schema.text(file, value, where)
    _word(file, value, where)


_WORDS = schema.list_of(_term)
_LEXICON = schema.record(
    required={},
    optional={
        "synonyms": schema.list_of(_WORDS),
        "readings": schema.mapping_of(_WORDS, keys=_word),
        "associations": schema.mapping_of(_WORDS, keys=_word),
        "opposites": schema.mapping_of(_WORDS, keys=_word),
    },
)
_SIGNS = {"readings": ">", "associations": "~", "opposites": "!"}

Relation = tuple[str, tuple[str, ...], tuple[str, ...], int]
"""(sign, left, right, line): `=` has all its words left; `>` reads left as right; `~` and `!` go both ways."""


def read_local_lexicon(path: Path) -> Iterator[Relation]:
    """Read and check lexicon.yaml.

    Raises:
        KnowledgeError: it is no YAML or not of its form; the message gives the line.
    """
    file = schema.YamlFile(path)
    if file.data is None:
        return
    file.check(_LEXICON)
    data = file.data
    groups = data.get("synonyms", ())
    for number, (group, line) in enumerate(zip(groups, file.item_lines(("synonyms",)) if groups else (), strict=True)):
        if len(group) < 2:
            raise file.fail(("synonyms", number), "lexicon.lonely")
        yield "=", tuple(group), (), line
    for key, sign in _SIGNS.items():
        if key in data:
            for (left, right), line in zip(data[key].items(), file.item_lines((key,)), strict=False):
                yield sign, (str(left),), tuple(right), line
