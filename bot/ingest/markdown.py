"""Markdown files, made into blocks: the text without the signs of emphasis and links."""

import re
from collections.abc import Sequence
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.ingest.text import decode
from bot.knowledge.list_items import ITEM_INDENT, ITEM_LINE
from bot.knowledge.markdown import Form

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_CLOSED_HEADING = re.compile(r"^(#{1,6})(?=[^\s#])", re.MULTILINE)
_INDENT = re.compile(r"^([ ]{0,3})\\[ \t]+(?=\S)", re.MULTILINE)
_NOTE_LINE = re.compile(r"^\[\^([^\]\s]{1,12})\]:", re.MULTILINE)
_NOTE = re.compile(r"\u2060note:([^\s:]+):[ \t]*")
_DASHED = re.compile(r"([–—−•·])\s+(?=\S)")
# '2. ' below a line that ends is a new item, to who wrote it; CommonMark reads on unless it is '1. '.
_NUMBER_BELOW = re.compile(r"(?<=[.;:,!?])([ \t]*\n)(?=\d{1,3}[.)][ \t]+\S)")
_LETTERED = re.compile(r"(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,3}[°º])[.)°º]*[.)°º]\s+\S")
_CONTENTS = re.compile(r"(?:inhoud(?:sopgave|stafel)?|contents|table of contents)\s*[:.]?$", re.IGNORECASE)
_ENDS = re.compile(r"[.;:,]$")
_LONGEST_HEADING = 120
_FEWEST_LINKS = 3
_PAIR = re.compile(r"(\w+):[ \t]*(.+?)[ \t]*$", re.MULTILINE)
_FOLDED = re.compile(r"[>|][-+]?\d?")
_TEXTS = ("content", "body", "text", "markdown", "tekst", "inhoud")
"""Names under which systems for managing web pages keep the text itself among the data above it."""


def convert_markdown(path: Path, progress: Progress) -> Extracted:
    """Read a Markdown file (CommonMark with tables)."""
    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    extracted = Extracted()
    front = _FRONT.match(text)
    if front:
        pairs, text = dict(_PAIR.findall(front.group(1))), text[front.end() :]
        folded = [name for name, value in pairs.items() if _FOLDED.fullmatch(value)]
        if folded or not text.strip():
            written = _over_lines(front.group(1))
            pairs |= {name: written.get(name, "") for name in folded}
            text = text if text.strip() else next((written[name] for name in _TEXTS if name in written), text)
        _metadata(pairs, extracted)
    # '\  a. punt' is what an editor makes of an indent. '##Kop' is a heading to who wrote it; a note would be taken for the address of a link.
    text = _INDENT.sub(r"\1", text)
    text = _NUMBER_BELOW.sub("\\1\n", _NOTE_LINE.sub("\u2060note:\\1:", _CLOSED_HEADING.sub(r"\1 ", text)))
    _Reader(extracted).read(MarkdownIt("commonmark").enable("table").parse(text))
    progress(1, 1)
    return extracted


class _Reader:
    def __init__(self, extracted: Extracted) -> None:
        self.extracted = extracted
        self.lists: list[int | None] = []
        self.signs: list[str] = []
        self.inline_lists = 0
        self.first_in_item = False
        self.row: list[Line] | None = None
        self.level = 0
        self.bold_level = 0
        self.linked: list[int] = []

    def read(self, tokens: list[Token]) -> None:
        heading = 0
        opened: list[bool] = []
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                # '- 1. text': the number belongs to the bullet itself.
                opened.append(self.first_in_item and bool(self.lists))
                self.inline_lists += opened[-1]
                self.lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
                self.signs.append(token.markup)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
                self.signs.pop()
                self.inline_lists -= opened.pop()
                if not self.lists:
                    self._drop_links()
            elif token.type == "list_item_open":
                self.first_in_item = True
            elif token.type == "heading_open":
                heading = int(token.tag[1])
            elif token.type == "heading_close":
                heading = 0
            elif token.type == "tr_open":
                self.row = []
            elif token.type == "tr_close":
                self.extracted.blocks.append(TextBlock(Form.ROW, tuple(self.row or ())))
                self.row = None
            elif token.type == "inline":
                self._inline(token, heading)
            elif token.type in ("fence", "code_block"):
                self._add(Form.PARAGRAPH, token.content, 0)
            elif token.type == "html_block":
                self.extracted.leave_out(LeftOut.NAVIGATION)

    def _inline(self, token: Token, heading: int) -> None:
        children = token.children or []
        waiting: list[str] = []
        text = self._text(children, waiting)
        if self.row is not None:
            self.row.append(Line(" ".join(text.split())))
        elif heading:
            self.level, self.bold_level = heading, 0
            self._add(Form.HEADING, text, heading)
        elif self.first_in_item and self.lists:
            number, sign = self.lists[-1], ""
            if number is None:
                sign = self.signs[-1]
            else:
                text = f"{number}{self.signs[-1]} {text}"
                self.lists[-1] = number + 1
            if _is_link_within(children):
                self.linked.append(len(self.extracted.blocks))
            self._add(Form.BULLET, text, len(self.lists) - 1 - self.inline_lists, sign)
        elif _NOTE.match(text):
            self._note(text)
        elif not self._rows(text):
            self._paragraph(text, children)
        self.first_in_item = False
        for number_of_note, note in enumerate(waiting, 1):
            label, _, body = note.partition(" ")
            known = label.isdigit() and bool(body.strip())
            self.extracted.blocks.append(
                TextBlock(Form.NOTE, (Line((body if known else note).strip()),), label=label if known else str(number_of_note))
            )

    def _paragraph(self, text: str, children: Sequence[Token]) -> None:
        dashed = _DASHED.match(text)
        if dashed and "\n" not in text:
            self._add(Form.BULLET, text[dashed.end() :], 0, dashed.group(1))
        elif _LETTERED.match(text) and "\n" not in text:
            self._add(Form.BULLET, text, 0)
        elif _is_bold(children) and len(text) <= _LONGEST_HEADING and not _ENDS.search(text) and not self.lists:
            self.bold_level = self.bold_level or min(self.level + 1, 6)
            self._add(Form.HEADING, text, self.bold_level)
        else:
            self._add(Form.PARAGRAPH, text, 0)

    def _note(self, text: str) -> None:
        match = _NOTE.match(text)
        assert match is not None
        self.extracted.blocks.append(TextBlock(Form.NOTE, (Line(" ".join(text[match.end() :].split())),), label=match.group(1)))

    def _drop_links(self) -> None:
        """Leave out a list that holds nothing but links within the document, with its heading: that is a table of contents."""
        linked, self.linked = self.linked, []
        if len(linked) < _FEWEST_LINKS:
            return
        items = self.extracted.blocks[linked[0] :]
        if len(items) == len(linked):
            before = self.extracted.blocks[linked[0] - 1] if linked[0] else None
            titled = before is not None and before.form is Form.HEADING and bool(_CONTENTS.match(before.text))
            self.extracted.leave_out(LeftOut.CONTENTS, len(items) + titled)
            del self.extracted.blocks[linked[0] - titled :]

    def _text(self, children: Sequence[Token], notes: list[str]) -> str:
        """The text without its signs; long raised text is a footnote and goes to `notes`."""
        parts: list[str] = []
        raised: list[str] | None = None
        for child in children:
            if child.type == "html_inline" and child.content.lower().startswith("<sup"):
                raised = []
            elif child.type == "html_inline" and child.content.lower().startswith("</sup") and raised is not None:
                note, raised = " ".join("".join(raised).split()), None
                if len(note.split()) > 2:
                    notes.append(note)
                    note = note.split()[0] if note.split()[0].isdigit() else ""
                parts.append(note)
            elif child.type in ("text", "code_inline"):
                (parts if raised is None else raised).append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                (parts if raised is None else raised).append("\n")
            elif child.type == "image":
                self.extracted.leave_out(LeftOut.IMAGES)
        return "".join([*parts, *(raised or ())])

    def _rows(self, text: str) -> bool:
        """Lines that each begin with a bar are rows, also without the line of dashes that CommonMark asks for."""
        lines = [line.strip() for line in text.split("\n")]
        if not all(line.startswith("|") for line in lines):
            return False
        for line in lines:
            cells = re.split(r"\||\u2003", line.strip("|"))
            self.extracted.blocks.append(TextBlock(Form.ROW, tuple(Line(cell.strip()) for cell in cells)))
        return True

    def _add(self, form: Form, text: str, level: int, sign: str = "") -> None:
        items = list(ITEM_LINE.finditer(text)) if form is not Form.HEADING else []
        ends = [item.start() for item in items] + [len(text)]
        self._add_lines(form, text[: ends[0]], level, sign)
        for item, end in zip(items, ends[1:], strict=True):
            below = item.group().count(ITEM_INDENT) - (form is not Form.BULLET)
            self._add_lines(Form.BULLET, text[item.end() : end], level + below, item.group().strip())

    def _add_lines(self, form: Form, text: str, level: int, sign: str) -> None:
        lines = tuple(Line(part) for part in text.split("\n") if part.strip())
        if lines:
            self.extracted.blocks.append(TextBlock(form, lines, level, sign=sign))


def _is_bold(children: Sequence[Token]) -> bool:
    """Whether all of a paragraph is bold."""
    depth, letters = 0, False
    for child in children:
        depth += (child.type == "strong_open") - (child.type == "strong_close")
        if child.type in ("text", "code_inline") and child.content.strip():
            if not depth:
                return False
            letters = True
    return letters


def _is_link_within(children: Sequence[Token]) -> bool:
    """Whether an item is nothing but a link to a place in the same document."""
    inside, linked = False, False
    for child in children:
        if child.type == "link_open":
            inside = linked = str(child.attrGet("href") or "").startswith("#")
        elif child.type == "link_close":
            inside = False
        elif child.type in ("text", "code_inline") and child.content.strip() and not inside:
            return False
    return linked


def _over_lines(front: str) -> dict[str, str]:
    """The values of front matter that are texts, those that run over several lines too; none where it is no YAML."""
    try:
        read = yaml.safe_load(front)
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}
    return {str(name): value for name, value in read.items() if isinstance(value, str)} if isinstance(read, dict) else {}


def _metadata(said: dict[str, str], extracted: Extracted) -> None:
    def get(*names: str) -> str:
        return next((said[name].strip("'\"") for name in names if name in said), "")

    extracted.title, extracted.publisher = get("title", "titel"), get("publisher", "uitgever")
    year = re.search(r"\b(?:1[89]|20|21)\d\d\b", get("year", "jaar", "date", "datum"))
    extracted.year, extracted.dated = int(year.group()) if year else None, year is not None
    extracted.url = get("url", "adres") or None
