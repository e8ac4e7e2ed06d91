"""Markdown files, made into blocks: the text without the signs of emphasis and links."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.ingest.formats import decode
from bot.knowledge.markdown import Form

_FRONT = re.compile(r"---[ \t]*\n(.*?)\n---[ \t]*\n", re.DOTALL)
_PAIR = re.compile(r"(\w+):[ \t]*(.+?)[ \t]*$", re.MULTILINE)


def convert_markdown(path: Path, progress: Progress) -> Extracted:
    """Read a Markdown file (CommonMark with tables)."""
    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    found = Extracted()
    front = _FRONT.match(text)
    if front:
        _metadata(dict(_PAIR.findall(front.group(1))), found)
        text = text[front.end() :]
    _Reader(found).read(MarkdownIt("commonmark").enable("table").parse(text))
    progress(1, 1)
    return found


class _Reader:
    def __init__(self, found: Extracted) -> None:
        self.found = found
        self.lists: list[int | None] = []
        self.first_in_item = False
        self.row: list[Line] | None = None

    def read(self, tokens: list[Token]) -> None:
        heading = 0
        for token in tokens:
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self.lists.append(int(token.attrGet("start") or 1) if token.type == "ordered_list_open" else None)
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self.lists.pop()
            elif token.type == "list_item_open":
                self.first_in_item = True
            elif token.type == "heading_open":
                heading = int(token.tag[1])
            elif token.type == "heading_close":
                heading = 0
            elif token.type == "tr_open":
                self.row = []
            elif token.type == "tr_close":
                self.found.blocks.append(TextBlock(Form.ROW, tuple(self.row or ())))
                self.row = None
            elif token.type == "inline":
                self._inline(token, heading)
            elif token.type in ("fence", "code_block"):
                self._add(Form.PARAGRAPH, token.content, 0)
            elif token.type == "html_block":
                self.found.leave_out(LeftOut.NAVIGATION)

    def _inline(self, token: Token, heading: int) -> None:
        text = self._text(token.children or [])
        if self.row is not None:
            self.row.append(Line(" ".join(text.split())))
        elif heading:
            self._add(Form.HEADING, text, heading)
        elif self.first_in_item and self.lists:
            number = self.lists[-1]
            if number is not None:
                text = f"{number}. {text}"
                self.lists[-1] = number + 1
            self._add(Form.BULLET, text, len(self.lists) - 1)
        elif not self._rows(text):
            self._add(Form.PARAGRAPH, text, 0)
        self.first_in_item = False

    def _text(self, children: list[Token]) -> str:
        parts: list[str] = []
        for child in children:
            if child.type in ("text", "code_inline"):
                parts.append(child.content)
            elif child.type in ("softbreak", "hardbreak"):
                parts.append("\n")
            elif child.type == "image":
                self.found.leave_out(LeftOut.IMAGES)
        return "".join(parts)

    def _rows(self, text: str) -> bool:
        """Lines that each begin with a bar are rows, also without the line of dashes that CommonMark asks for."""
        lines = [line.strip() for line in text.split("\n")]
        if not all(line.startswith("|") for line in lines):
            return False
        for line in lines:
            cells = re.split(r"\||\u2003", line.strip("|"))
            self.found.blocks.append(TextBlock(Form.ROW, tuple(Line(cell.strip()) for cell in cells)))
        return True

    def _add(self, form: Form, text: str, level: int) -> None:
        lines = tuple(Line(part) for part in text.split("\n") if part.strip())
        if lines:
            self.found.blocks.append(TextBlock(form, lines, level))


def _metadata(said: dict[str, str], found: Extracted) -> None:
    def get(*names: str) -> str:
        return next((said[name].strip("'\"") for name in names if name in said), "")

    found.title, found.publisher = get("title", "titel"), get("publisher", "uitgever")
    year = re.search(r"\b(?:1[89]|20|21)\d\d\b", get("year", "jaar", "date", "datum"))
    found.year, found.dated = int(year.group()) if year else None, year is not None
    found.url = get("url", "adres") or None
