"""Word documents (.docx), made into blocks."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.ingest.docx_styles import Look, Paragraphs, attribute, local
from bot.knowledge.markdown import Form

MAX_UNPACKED = 300 * 1024 * 1024
_MAX_PART = 100 * 1024 * 1024
_MAX_DEPTH = 40
_ENDS = re.compile(r"[.!:;,…]$")
_LONGEST_HEADING = 100
_MOSTLY = 0.8  # of the letters, for bold or colour to be usual
_LARGER = 1.1  # times the usual size
_SKIP = {"del", "moveFrom", "instrText", "delText", "Fallback", "rPr", "pPr", "sectPr"}


def convert_docx(path: Path, progress: Progress) -> Extracted:
    """Read a Word document. It has no pages: Word makes those anew each time it lays out the text.

    Raises:
        ConversionError: the file is broken, encrypted, or unpacks to far more than a document needs.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            parts = _Parts(archive, path)
            body = parts.main()
            if body is None:
                raise ConversionError("ingest.docx_empty", path=path)
            reader = _Reader(parts)
            extracted = reader.read(body)
            _metadata(parts.xml("docProps/core.xml"), extracted)
    except (zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, EOFError, NotImplementedError, OSError, ValueError):
        raise ConversionError("ingest.docx_damaged", path=path) from None
    except (RuntimeError, RecursionError):  # zipfile raises RuntimeError for a part with a password
        raise ConversionError("ingest.docx_locked", path=path) from None
    progress(1, 1)
    return extracted


class _Parts:
    """The XML parts of the archive, never more of them than fits the limits."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self.archive, self.path = archive, path
        if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
            raise self.too_large()

    def too_large(self) -> ConversionError:
        return ConversionError("ingest.unpacked", path=self.path, megabytes=MAX_UNPACKED // 1024 // 1024)

    def main(self) -> Any:
        """The root of the part that holds the text: mostly word/document.xml, but some programs call it otherwise."""
        relations = self.xml("_rels/.rels")
        for relation in relations if relations is not None else ():
            if attribute(relation, "Type").endswith("/officeDocument"):
                body = self.xml(attribute(relation, "Target").lstrip("/"))
                if body is not None:
                    return body
        return self.xml("word/document.xml")

    def xml(self, name: str) -> Any:
        """The root element of a part, or None where the archive doesn't have it."""
        try:
            with self.archive.open(name) as part:
                data = part.read(_MAX_PART + 1)
        except KeyError:
            return None
        if len(data) > _MAX_PART:
            raise self.too_large()
        return fromstring(data, forbid_dtd=True)


class _Reader:
    def __init__(self, parts: _Parts) -> None:
        self.extracted = Extracted()
        self.paragraphs = Paragraphs(parts.xml("word/styles.xml"), parts.xml("word/numbering.xml"))
        self.notes = {
            **_notes(parts.xml("word/footnotes.xml"), "footnote"),
            **_notes(parts.xml("word/endnotes.xml"), "endnote"),
        }
        self.looks: dict[int, Look] = {}
        self.shown_notes: list[tuple[str, Any]] = []
        self.note_count = 0

    def read(self, root: Any) -> Extracted:
        for child in root:
            if local(child) == "body":
                self._flow(child, 0)
        self._find_headings()
        return self.extracted

    def _flow(self, parent: Any, depth: int) -> None:
        if depth > _MAX_DEPTH:
            raise ValueError("nested too deeply")
        for child in parent:
            tag = local(child)
            if tag == "p":
                self._paragraph(child, depth)
            elif tag == "tbl":
                self._table(child, depth)
            elif tag == "sdt" and _is_contents(child):
                self.extracted.leave_out(LeftOut.CONTENTS, sum(1 for _ in _named(child, "p")))
            elif tag not in _SKIP:
                self._flow(child, depth + 1)

    def _paragraph(self, paragraph: Any, depth: int) -> None:
        look = self.paragraphs.look(paragraph)
        text, boxes = self._text(paragraph)
        if look.contents:
            self.extracted.leave_out(LeftOut.CONTENTS)
        elif text.strip():
            lines = tuple(Line(part) for part in text.split("\n") if part.strip())
            if look.number:
                lines = (Line(look.number + lines[0].text.lstrip()), *lines[1:])
            if look.heading and len(text) <= 300:
                self.extracted.blocks.append(TextBlock(Form.HEADING, lines, look.heading))
            elif look.list_level is not None:
                self.extracted.blocks.append(TextBlock(Form.BULLET, lines, look.list_level))
            else:
                self.looks[len(self.extracted.blocks)] = look
                self.extracted.blocks.append(TextBlock(Form.PARAGRAPH, lines))
        for box in boxes:
            self._flow(box, depth + 1)
        waiting, self.shown_notes = self.shown_notes, []
        for number, note in waiting:
            note_text = " ".join(self._text(paragraph)[0].strip() for paragraph in _named(note, "p"))
            if note_text.strip():
                self.extracted.blocks.append(TextBlock(Form.NOTE, (Line(note_text.strip()),), label=number))

    def _text(self, paragraph: Any) -> tuple[str, list[Any]]:
        """The text of a paragraph, line breaks kept, and the text boxes that hang on it."""
        texts: list[str] = []
        boxes: list[Any] = []

        def walk(element: Any, depth: int) -> None:
            if depth > _MAX_DEPTH:
                raise ValueError("nested too deeply")
            for child in element:
                tag = local(child)
                if tag == "t":
                    texts.append(child.text or "")
                elif tag in ("br", "cr"):
                    texts.append("\n")
                elif tag in ("tab", "ptab"):
                    texts.append(" ")
                elif tag == "noBreakHyphen":
                    texts.append("-")
                elif tag == "txbxContent":
                    boxes.append(child)
                elif tag in ("footnoteReference", "endnoteReference"):
                    self._note(child, tag, texts)
                elif tag not in _SKIP:
                    if tag in ("drawing", "pict"):
                        self.extracted.leave_out(LeftOut.IMAGES)
                    walk(child, depth + 1)

        walk(paragraph, 0)
        return "".join(texts), boxes

    def _note(self, reference: Any, tag: str, texts: list[str]) -> None:
        ident = next((value for name, value in reference.attrib.items() if name.endswith("}id")), "")
        note = self.notes.get((tag.removesuffix("Reference"), ident))
        if note is not None:
            self.note_count += 1
            texts.append(str(self.note_count))
            self.shown_notes.append((str(self.note_count), note))

    def _table(self, table: Any, depth: int) -> None:
        rows = list(_direct(table, "tr"))
        cells = [list(_direct(row, "tc")) for row in rows]
        if max((len(row) for row in cells), default=0) < 2 or any(_direct_one(cell, "tbl") for row in cells for cell in row):
            for row in cells:
                for cell in row:
                    self._flow(cell, depth + 1)
            return
        for row in cells:
            texts = ["\n".join(self._text(p)[0] for p in _named(cell, "p")).strip() for cell in row]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                self.extracted.blocks.append(TextBlock(Form.ROW, tuple(Line(text) for text in texts)))

    def _find_headings(self) -> None:
        """Make headings of what only looks like one: short, without an end, larger, bold or coloured where the text around it is not.

        They stand below the headings that have a style of their own.
        """
        letters: dict[tuple[int, bool, bool], int] = {}
        for number, look in self.looks.items():
            key = (look.size, look.bold, look.coloured)
            letters[key] = letters.get(key, 0) + len(self.extracted.blocks[number].text)
        usual = max(letters, key=lambda key: letters[key], default=(0, False, False))
        if letters and letters[usual] < _MOSTLY * sum(letters.values()):
            usual = (usual[0], False, False)
        ranks: dict[int, tuple[int, bool, bool]] = {}
        for number, look in self.looks.items():
            block = self.extracted.blocks[number]
            stands_out = look.size > _LARGER * usual[0] or (look.bold and not usual[1]) or (look.coloured and not usual[2])
            smaller = usual[0] and look.size < 0.95 * usual[0]
            followed = any(other.form is not Form.NOTE for other in self.extracted.blocks[number + 1 : number + 2])
            if stands_out and not smaller and followed and len(block.text) <= _LONGEST_HEADING and not _ENDS.search(block.text):
                ranks[number] = (-look.size, not look.bold, not look.coloured)
        styled = [block.level for block in self.extracted.blocks if block.form is Form.HEADING]
        order = sorted(set(ranks.values()))
        for number, rank in ranks.items():
            level = min(max(styled, default=1) + 1 + order.index(rank), 6)
            self.extracted.blocks[number] = TextBlock(Form.HEADING, self.extracted.blocks[number].lines, level)


def _metadata(core: Any, extracted: Extracted) -> None:
    if core is None:
        return
    for element in core:
        text = (element.text or "").strip()
        if local(element) == "title":
            extracted.title = text
        elif local(element) == "created" and re.match(r"\d{4}", text):
            extracted.year = int(text[:4])


def _notes(root: Any, name: str) -> dict[tuple[str, str], Any]:
    notes: dict[tuple[str, str], Any] = {}
    for note in root if root is not None else ():
        ident = next((value for key, value in note.attrib.items() if key.endswith("}id")), "")
        separator = any(key.endswith("}type") for key in note.attrib)
        if local(note) == name and not separator:
            notes[name, ident] = note
    return notes


def _is_contents(element: Any) -> bool:
    return any(
        local(part) == "docPartGallery" and any("Table of Contents" in value for value in part.attrib.values()) for part in element.iter()
    )


def _named(element: Any, name: str) -> Iterator[Any]:
    return (child for child in element.iter() if local(child) == name)


def _direct(element: Any, name: str) -> Iterator[Any]:
    """Children with this name, also inside the wrappers that Word puts around rows and cells."""
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _direct(child, name)


def _direct_one(element: Any, name: str) -> bool:
    return next(_direct(element, name), None) is not None
