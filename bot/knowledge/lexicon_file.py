"""knowledge/lexicon.yaml: the words of one municipality, for the communications officer who edits it."""

from collections.abc import Iterator
from pathlib import Path

from bot.knowledge import yaml_file as schema

_WORDS = schema.list_of(schema.text)
_LEXICON = schema.record(
    required={},
    optional={
        "synonyms": schema.list_of(_WORDS),
        "readings": schema.mapping_of(_WORDS),
        "associations": schema.mapping_of(_WORDS),
        "opposites": schema.mapping_of(_WORDS),
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
