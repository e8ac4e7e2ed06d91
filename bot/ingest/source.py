"""Blocks written as the Markdown of source.md, with the place where each page begins."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.ingest.blocks import Line, TextBlock
from bot.ingest.lead_ins import with_depths
from bot.ingest.words import is_abbreviation, is_word
from bot.knowledge.list_items import ITEM_INDENT
from bot.knowledge.markdown import Form

CELL_BREAK = "\u2003"
"""Between the cells of a row: white space, so that a quoted row is still found in the file that it comes from."""

_LONGEST_LONE_CELL = 60
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_SPLIT_WORD = re.compile(r"([^\W\d_]+)-$")
_CONTINUES = re.compile(r"[^\W\d_]+")
_HANGING = {"en", "of", "tot", "en/of", "dan", "noch", "als", "alsmede", "c.q.", "respectievelijk", "resp.", "t/m"}
_LOOKS_MARKED = re.compile(r"(?:#{1,6}\s|\||[-*+•]\s)")
# Signs that only typesetting needs; a reader, and a search in the file, sees the letters themselves.
_TYPESETTING = {
    "\u00ad": "", "\u200b": "", "\u200c": "", "\u200d": "", "\u2060": "", "\ufeff": "", "\u00a0": " ", "\u202f": " ",
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
    "\u2028": " ", "\u2029": " ", "\u2010": "-", "\u2011": "-",
}  # fmt: skip
_TRANSLATE = str.maketrans(_TYPESETTING)

IsWord = Callable[[str], bool]
"""Says of a word in lower case whether it exists."""


@dataclass(frozen=True, slots=True)
class SourceText:
    """What goes into source.md and pages.tsv: the text, and (start, page) pairs where the page changes."""

    text: str
    pages: tuple[tuple[int, int], ...]


def clean(text: str) -> str:
    """A text without the signs that only typesetting needs: soft hyphens, ligatures, spaces that don't break.

    Accents become part of their letter (NFC); control characters and unreadable signs are dropped; runs of white
    space become one space.
    """
    text = unicodedata.normalize("NFC", text.translate(_TRANSLATE))
    text = "".join(sign if sign.isprintable() or sign.isspace() else "" for sign in text if sign != "\ufffd")
    return " ".join(text.split())


def letters_of(text: str) -> str:
    """Letters and digits alone, in lower case: what a text and a reading of its page have in common, however lines end."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", clean(text)).lower() if sign.isalnum())


def words_on_lines(blocks: Iterable[TextBlock]) -> IsWord:
    """A word list of the document's own words: those that stand whole on a line somewhere in it."""
    known: set[str] = set()
    for block in blocks:
        for line in block.lines:
            for part in line.text.split("\n"):
                # The last word may be cut off at the line's end, the first may be the rest of one.
                words = _WORD.findall(part)
                known.update(word.lower() for word in words[(1 if part[:1].islower() else 0) : (-1 if part.endswith("-") else None)])
    return known.__contains__


def write_source(blocks: Sequence[TextBlock]) -> SourceText:
    """Write blocks as source.md.

    Args:
        blocks: in reading order.

    Returns:
        The text, ending in one line break, and the places where its pages begin. A hyphen at a line's end is
        taken away where the joined word is known, from the document or from Dutch, and the hyphenated one isn't; and where what
        stands before it or after it is no word by itself. Items stand right below the line that leads them in, as one block with it; footnotes follow that.
    """
    in_document = words_on_lines(blocks)

    def known(word: str) -> bool:
        return in_document(word) or is_word(word)

    writer = _Writer()
    before: Form | None = None
    for block, depth in with_depths(_with_lone_cells(blocks)):
        parts = _cells(block, in_document, known) if block.form is Form.ROW else _joined(block.lines, in_document, known)
        if not any(text.strip() for text, _ in parts):
            continue
        if before is not None:
            tight = depth or (before is block.form and block.form in (Form.BULLET, Form.ROW))
            writer.add("\n" if tight else "\n\n", None)
        writer.add(_item_sign(block, depth) if depth else _sign(block, parts[0][0]), None)
        for text, page in parts:
            writer.add(text, page)
        before = block.form
    writer.add("\n", None)
    return SourceText("".join(writer.texts), tuple(writer.pages))


def _with_lone_cells(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Rows of one short cell ('Uitgaven') put before the row below them: alone they say nothing."""
    merged: list[TextBlock] = []
    waiting: list[TextBlock] = []
    for block in blocks:
        filled = [cell for cell in block.lines if cell.text.strip()]
        if block.form is Form.ROW and len(filled) == 1 and len(filled[0].text) <= _LONGEST_LONE_CELL:
            waiting.append(replace(block, lines=tuple(filled)))
        elif block.form is Form.ROW:
            merged.append(replace(block, lines=tuple(line for row in [*waiting, block] for line in row.lines)))
            waiting = []
        else:
            merged += [*waiting, block]
            waiting = []
    return merged + waiting


class _Writer:
    def __init__(self) -> None:
        self.texts: list[str] = []
        self.pages: list[tuple[int, int]] = []
        self.length = 0

    def add(self, text: str, page: int | None) -> None:
        if page is not None and text and (not self.pages or self.pages[-1][1] != page):
            self.pages.append((self.length + len(text) - len(text.lstrip()), page))
        self.texts.append(text)
        self.length += len(text)


def _sign(block: TextBlock, text: str) -> str:
    if block.form is Form.HEADING:
        return "#" * min(max(block.level, 1), 6) + " "
    if block.form is Form.ROW:
        return "| "
    if block.form is Form.BULLET:
        return "  " * block.level + "- "  # Before a number too, so that the number is part of what is quoted.
    if block.form is Form.NOTE:
        return f"[^{re.sub(r'[^0-9A-Za-z*]', '', block.label)[:12] or '*'}]: "
    # A space keeps a paragraph from being read as a heading; a row or bullet keeps all its text either way.
    return " " if _LOOKS_MARKED.match(text) and text.startswith("#") else ""


def _item_sign(block: TextBlock, depth: int) -> str:
    """White space, and the sign that the text itself has there: so that what is quoted stands in the document like that."""
    return ITEM_INDENT * depth + (f"{block.sign} " if block.sign else "")


def _cells(block: TextBlock, in_document: IsWord, known: IsWord) -> list[tuple[str, int | None]]:
    cells: list[tuple[str, int | None]] = []
    for number, cell in enumerate(block.lines):
        lines = tuple(Line(part, cell.page) for part in cell.text.split("\n"))
        text = "".join(part for part, _ in _joined(lines, in_document, known))
        cells.append(((CELL_BREAK if number else "") + text, cell.page))
    return cells


def _joined(lines: Sequence[Line], in_document: IsWord, known: IsWord) -> list[tuple[str, int | None]]:
    """Each line's text with what joins it to the line before."""
    parts: list[tuple[str, int | None]] = []
    for line in lines:
        soft = line.text.rstrip().endswith("\u00ad")
        text = clean(line.text)
        if not text:
            continue
        if parts:
            before, page = parts[-1]
            head, between = _join(before, text, in_document, known)
            parts[-1] = (head, page)
            text = between + text
        parts.append((text + ("\u00ad" if soft else ""), line.page))
    return [(text.rstrip("\u00ad"), page) for text, page in parts]


def _join(before: str, after: str, in_document: IsWord, known: IsWord) -> tuple[str, str]:
    """The text before, with or without its hyphen, and what comes between it and the text after."""
    if before.endswith("\u00ad"):
        return before.rstrip("\u00ad"), ""
    if not before.endswith("-") or before.endswith((" -", "--")) or before == "-":
        return before, " "
    first = after.split(maxsplit=1)[0].rstrip(",;:").lower()
    if first in _HANGING:
        return before, " "
    start, rest = _SPLIT_WORD.search(before), _CONTINUES.match(after)
    if start and rest and rest.group()[0].islower():
        whole, hyphened = (start.group(1) + rest.group()).lower(), f"{start.group(1)}-{rest.group()}".lower()
        if not in_document(hyphened) and not is_abbreviation(start.group(1)) and not (is_word(hyphened) and not in_document(whole)):
            fragments = not known(start.group(1).lower()) or not known(rest.group())
            if known(whole) or (fragments and start.group(1)[1:].islower()):
                return before[:-1], ""
    return before, ""
