"""What a person may want to look at in a knowledge folder: signs that can't be seen, or that say something else than was meant.

None of it is wrong enough to refuse the folder. Each remark is an error that is told and not raised.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from bot.errors import KnowledgeError
from bot.expressions import expression
from bot.knowledge import yaml_file
from bot.knowledge.folder import document_folders

_DOCUMENT_FILES = ("document.yaml", "source.md", "hints.yaml")
BYTE_ORDER_MARK = "\ufeff"

# Signs that steer a terminal, turn the direction of what follows (UAX 9), or take no room at all. A soft hyphen and what joins
# letters or emoji are left out: they belong in a text.
_UNSEEN = expression("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_IN_CURLED_QUOTES = expression("[“”„‘’‚].*[“”’]", re.DOTALL)
_CUT_OFF = expression(r"[ \t]+#\S")


def remarks(folder: Path) -> Iterator[KnowledgeError]:
    """Look at the files of a knowledge folder that loads.

    Args:
        folder: holds a folder for each document and, if wanted, lexicon.yaml.
    """
    yield from _of_file(folder / "lexicon.yaml")
    read = {child.resolve(): child for child in document_folders(folder)}
    for child in sorted(folder.iterdir()):
        if read.get(child.resolve()) == child:
            for name in _DOCUMENT_FILES:
                yield from _of_file(child / name)
        elif not child.name.startswith(".") and (child / "document.yaml").is_file():
            yield KnowledgeError("remark.same_folder", path=child, document=read[child.resolve()].name)


def _of_file(path: Path) -> Iterator[KnowledgeError]:
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8")
    if text.startswith(BYTE_ORDER_MARK):
        yield KnowledgeError("remark.byte_order_mark", path=path, line=1)
        text = text[1:]
    for number, line in enumerate(text.split("\n"), 1):
        unseen = _UNSEEN.search(line.rstrip("\r"))
        if unseen:
            sign = f"U+{ord(unseen.group()):04X} {unicodedata.name(unseen.group(), '')}".strip()
            yield KnowledgeError("remark.unseen_sign", path=path, line=number, sign=sign)
    if path.suffix == ".yaml":
        yield from _of_values(path, text)


def _of_values(path: Path, text: str) -> Iterator[KnowledgeError]:
    """What the values of a YAML file seem to be meant as."""
    lines = text.split("\n")
    for value in yaml_file.plain_values(text):
        if _IN_CURLED_QUOTES.fullmatch(value.text):
            yield KnowledgeError("remark.curled_quotes", path=path, line=value.line, value=value.text)
        if _CUT_OFF.match(lines[value.end_line - 1][value.end_column :]):
            yield KnowledgeError("remark.cut_off", path=path, line=value.end_line, value=value.text)
