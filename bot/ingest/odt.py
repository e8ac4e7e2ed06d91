"""OpenDocument texts (.odt), made into blocks, with the numbers of their lists and headings."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.ingest.docx_styles import attribute, child, local
from bot.ingest.numbering import Count, Level
from bot.knowledge.markdown import Form

MAX_UNPACKED = 300 * 1024 * 1024
_MAX_PART = 100 * 1024 * 1024
_MAX_DEPTH = 40
_KINDS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_SKIP = {
    "tracked-changes", "sequence-decls", "forms", "annotation", "annotation-end", "table-of-content", "alphabetical-index", "illustration-index",
    "bibliography", "soft-page-break", "bookmark", "bookmark-start", "bookmark-end", "desc", "title", "note-citation", "variable-decls",
}  # fmt: skip


def convert_odt(path: Path, progress: Progress) -> Extracted:
    """Read an OpenDocument text.

    Raises:
        ConversionError: the file is broken, encrypted, or unpacks to far more than a document needs.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise ConversionError("ingest.unpacked", path=path, megabytes=MAX_UNPACKED // 1024 // 1024)
            content, styles = _part(archive, "content.xml", path), _part(archive, "styles.xml", path)
            if content is None:
                raise ConversionError("ingest.odt_damaged", path=path)
            reader = _Reader(content, styles)
            _metadata(_part(archive, "meta.xml", path), reader.extracted)
    except (zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, EOFError, NotImplementedError, OSError, ValueError):
        raise ConversionError("ingest.odt_damaged", path=path) from None
    except (RuntimeError, RecursionError):  # zipfile raises RuntimeError for a part with a password
        raise ConversionError("ingest.odt_locked", path=path) from None
    progress(1, 1)
    return reader.extracted


def _part(archive: zipfile.ZipFile, name: str, path: Path) -> Any:
    try:
        with archive.open(name) as part:
            data = part.read(_MAX_PART + 1)
    except KeyError:
        return None
    if len(data) > _MAX_PART:
        raise ConversionError("ingest.unpacked", path=path, megabytes=_MAX_PART // 1024 // 1024)
    return fromstring(data, forbid_dtd=True)


class _Reader:
    def __init__(self, content: Any, styles: Any) -> None:
        self.extracted = Extracted()
        self.notes: list[tuple[str, Any]] = []
        self.lists: dict[str, dict[int, Level]] = {}
        self.names: dict[str, str] = {}
        self.parents: dict[str, str] = {}
        self.list_of_style: dict[str, str] = {}
        self.counts: dict[str, Count] = {}
        self.outline = Count({})
        for root in (styles, content):
            if root is not None:
                self._read_styles(root)
        body = next((element for element in content.iter() if local(element) == "text" and element.tag.endswith("office:1.0}text")), None)
        if body is not None:
            self._flow(body, 0, "", -1)

    def _read_styles(self, root: Any) -> None:
        for element in root.iter():
            tag, name = local(element), attribute(element, "name")
            if tag == "list-style":
                self.lists[name] = _levels(element)
            elif tag == "outline-style":
                self.outline = Count(_levels(element))
            elif tag == "style":
                self.names[name] = attribute(element, "display-name") or name
                self.parents[name] = attribute(element, "parent-style-name")
                self.list_of_style[name] = attribute(element, "list-style-name")

    def _flow(self, parent: Any, depth: int, list_style: str, list_level: int) -> None:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        for element in parent:
            tag = local(element)
            if tag == "table-of-content":
                self.extracted.leave_out(LeftOut.CONTENTS, sum(local(part) == "p" for part in element.iter()))
            elif tag in _SKIP or not tag:
                continue
            elif tag in ("p", "h"):
                self._paragraph(element, tag, depth, "", -1)
            elif tag == "list":
                self._list(element, depth, attribute(element, "style-name") or list_style, list_level + 1)
            elif tag == "table":
                self._table(element, depth)
            else:
                self._flow(element, depth + 1, list_style, list_level)

    def _list(self, element: Any, depth: int, style: str, level: int) -> None:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        continues = attribute(element, "continue-numbering") == "true" or attribute(element, "continue-list")
        if level == 0 and (style not in self.counts or not continues):
            self.counts[style] = Count(dict(self.lists.get(style, {})))
        count = self.counts.setdefault(style, Count(dict(self.lists.get(style, {}))))
        for item in element:
            if local(item) not in ("list-item", "list-header"):
                continue
            start = attribute(item, "start-value")
            if start.isascii() and start.isdigit() and len(start) < 5:
                count.restart(level, int(start))
            number, first = "", True
            for part in item:
                tag = local(part)
                if tag in ("p", "h"):
                    if first and local(item) == "list-item":
                        number = count.next(level)
                    self._paragraph(part, tag, depth, number if first else "", level if first else -1)
                    first = False
                elif tag == "list":
                    self._list(part, depth + 1, attribute(part, "style-name") or style, level + 1)
                elif tag not in _SKIP:
                    self._flow(part, depth + 1, style, level)

    def _paragraph(self, element: Any, tag: str, depth: int, number: str, list_level: int) -> None:
        boxes: list[Any] = []
        text = self._text(element, boxes, 0)
        style = attribute(element, "style-name")
        if text.strip():
            heading = self._heading(element, tag, style)
            if tag == "h" and heading and list_level < 0:
                number = self.outline.next(heading - 1)
            lines = tuple(Line(part) for part in text.split("\n") if part.strip())
            lines = (Line(number + lines[0].text.lstrip()), *lines[1:])
            if heading:
                self.extracted.blocks.append(TextBlock(Form.HEADING, lines, heading))
            elif list_level >= 0:
                self.extracted.blocks.append(TextBlock(Form.BULLET, lines, list_level))
            else:
                self.extracted.blocks.append(TextBlock(Form.PARAGRAPH, lines))
        for box in boxes:
            self._flow(box, depth + 1, "", -1)
        waiting, self.notes = self.notes, []
        for label, note in waiting:
            body = " ".join(self._text(part, [], 0).strip() for part in note.iter() if local(part) == "p")
            if body.strip():
                self.extracted.blocks.append(TextBlock(Form.NOTE, (Line(body.strip()),), label=label))

    def _heading(self, element: Any, tag: str, style: str) -> int:
        if tag == "h":
            level = attribute(element, "outline-level")
            return min(int(level), 6) if level.isascii() and level.isdigit() and 0 < int(level) < 20 else 1
        for _ in range(10):
            if self.names.get(style, style).lower() in ("title", "titel"):
                return 1
            style = self.parents.get(style, "")
        return 0

    def _text(self, element: Any, boxes: list[Any], depth: int) -> str:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        parts = [element.text or ""]
        for part in element:
            tag = local(part)
            if tag == "s" or tag == "tab":
                parts.append(" ")
            elif tag == "line-break":
                parts.append("\n")
            elif tag == "note":
                label = "".join(child(part, "note-citation").itertext()) if child(part, "note-citation") is not None else "*"
                parts.append(label)
                self.notes.append((label, child(part, "note-body") if child(part, "note-body") is not None else part))
            elif tag == "text-box":
                boxes.append(part)
            elif tag == "image":
                self.extracted.leave_out(LeftOut.IMAGES)
            elif tag and tag not in _SKIP:
                parts.append(self._text(part, boxes, depth + 1))
            parts.append(part.tail or "")
        return re.sub(r"[ \t\r\f]*\n[ \t\r\f]*(?=\S)", "\n", "".join(parts)) if "\n" in "".join(parts) else "".join(parts)

    def _table(self, table: Any, depth: int) -> None:
        rows = [row for row in table.iter() if local(row) == "table-row"]
        if max((sum(local(cell) == "table-cell" for cell in row) for row in rows), default=0) < 2:
            for row in rows:
                self._flow(row, depth + 1, "", -1)
            return
        for row in rows:
            cells = [cell for cell in row if local(cell) in ("table-cell", "covered-table-cell")]
            texts = ["\n".join(self._text(p, [], 0) for p in cell.iter() if local(p) in ("p", "h")).strip() for cell in cells]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                self.extracted.blocks.append(TextBlock(Form.ROW, tuple(Line(text) for text in texts)))


def _levels(style: Any) -> dict[int, Level]:
    levels: dict[int, Level] = {}
    for element in style:
        level_text = attribute(element, "level")
        if not (level_text.isascii() and level_text.isdigit() and 0 < int(level_text) < 20):
            continue
        number = int(level_text) - 1
        kind = _KINDS.get(attribute(element, "num-format"), "bullet")
        shown = attribute(element, "display-levels")
        many = min(int(shown), number + 1) if shown.isascii() and shown.isdigit() and len(shown) < 3 else 1
        text = ".".join(f"%{level + 1}" for level in range(number + 1 - max(many, 1), number + 1))
        start = attribute(element, "start-value")
        levels[number] = Level(
            kind=kind,
            text=attribute(element, "num-prefix") + text + attribute(element, "num-suffix"),
            start=int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1,
        )
    return levels


def _metadata(meta: Any, extracted: Extracted) -> None:
    for element in meta.iter() if meta is not None else ():
        text = (element.text or "").strip()
        if local(element) == "title":
            extracted.title = text
        elif local(element) == "creation-date" and re.match(r"\d{4}", text):
            extracted.year = int(text[:4])
