"""Regulations as overheid.nl offers them in XML: bye-laws (CVDR), statutes (BWB) and official announcements, made into blocks.

The formats share their elements: `kop` with `label`, `nr` and `titel`, `lid` with `lidnr`, `lijst` with `li` and `li.nr`, and `al`.
Source: the schemas that KOOP publishes on standaarden.overheid.nl.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.ingest.docx_styles import local
from bot.knowledge.markdown import Form

_SKIP = {
    "meta", "meta-data", "brondata", "bwb-inputbestand", "bwb-wijzigingen", "redactionele-correcties", "jcis", "jci", "inhoudsopgave",
    "plaatje", "illustratie", "wijziginfo", "metadata", "versie-informatie", "citeertitel", "redactie",
}  # fmt: skip
_TEXT = {"al", "considerans.al", "afkondiging", "wij", "koning", "dagtekening", "slotformulier.al", "gegeven", "plaats", "datum", "functie",
         "naam", "deze", "adres", "tussenkop", "term", "definitie.al"}  # fmt: skip
_DASHES = re.compile(r"[-–—•·*o]$")
_MAX_DEPTH = 60
_LONGEST_HEADING = 400


def convert_law_xml(path: Path, progress: Progress) -> Extracted:
    """Read a regulation.

    Raises:
        ConversionError: the XML is damaged, or is no regulation.
    """
    try:
        root = fromstring(path.read_bytes(), forbid_dtd=False, forbid_entities=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError):
        raise ConversionError("ingest.xml_damaged", path=path) from None
    if not any(local(element) == "al" for element in root.iter()):
        raise ConversionError("ingest.xml_other", path=path)
    reader = _Reader(path)
    reader.walk(root, 0, 1)
    _metadata(root, reader.extracted)
    progress(1, 1)
    return reader.extracted


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.extracted = Extracted()
        self.notes: list[tuple[str, str]] = []

    def walk(self, element: Any, depth: int, level: int) -> None:
        """Read the children of an element; `level` is that of the next heading."""
        if depth > _MAX_DEPTH:
            raise ConversionError("ingest.too_deep", path=self.path)
        if (element.text or "").strip() and depth and local(element) not in _TEXT and not len(element):
            self._add(Form.PARAGRAPH, _plain(element.text))
        for child in element:
            self._element(child, local(child), depth + 1, level)

    def _element(self, element: Any, tag: str, depth: int, level: int) -> None:
        if tag in ("plaatje", "illustratie"):
            self.extracted.leave_out(LeftOut.IMAGES)
        elif tag in _SKIP or not tag:
            return
        elif tag == "intitule":
            self._add(Form.HEADING, self._text(element), 1)
        elif tag == "tussenkop":
            self._add(Form.HEADING, self._text(element), level)
        elif tag == "kop":
            return  # Read with the element that it is the heading of.
        elif tag == "lid":
            self._numbered(element, "lidnr", 0, depth, level)
        elif tag == "lijst":
            self._list(element, 0, depth, level)
        elif tag in ("definitielijst", "begrippenlijst"):
            self._definitions(element)
        elif tag in ("table", "tgroup", "tabel") and any(local(part) == "row" for part in element.iter()):
            self._table(element)
        elif tag in _TEXT:
            self._add(Form.PARAGRAPH, self._text(element))
        elif tag == "noot":
            self._text(element)
            self._show_notes()
        else:
            heading = self._heading(element)
            if heading:
                self._add(Form.HEADING, heading, level)
            inner = level + 1 if heading or any(local(child) == "intitule" for child in element) else level
            self.walk(element, depth, min(inner, 6))

    def _heading(self, element: Any) -> str:
        head = next((child for child in element if local(child) == "kop"), None)
        if head is None:
            return ""
        parts = [self._text(part) for part in head if local(part) in ("label", "nr", "titel", "subtitel")]
        return _plain(" ".join(part for part in parts if part) or self._text(head))[:_LONGEST_HEADING]

    def _numbered(self, element: Any, number: str, list_level: int, depth: int, level: int) -> None:
        """A member or an item: its number and its first text are one block, what follows stands below it."""
        shown = next((self._text(child) for child in element if local(child) == number), "")
        sign = shown if _DASHES.match(shown) else ""
        shown = "" if sign else shown
        first = True
        for child in element:
            tag = local(child)
            if tag == number:
                continue
            if tag in _TEXT and first:
                text = f"{shown} {self._text(child)}".strip()
                self._add(Form.BULLET, text, list_level, sign)
                first = False
            elif tag == "lijst":
                if first and shown:
                    self._add(Form.BULLET, shown, list_level)
                first = False
                self._list(child, list_level + 1, depth, level)
            else:
                self._element(child, tag, depth + 1, level)

    def _list(self, element: Any, list_level: int, depth: int, level: int) -> None:
        if depth > _MAX_DEPTH or list_level > _MAX_DEPTH:
            raise ConversionError("ingest.too_deep", path=self.path)
        for item in element:
            if local(item) == "li":
                self._numbered(item, "li.nr", list_level, depth + 1, level)
            elif local(item) not in _SKIP:
                self._element(item, local(item), depth + 1, level)

    def _definitions(self, element: Any) -> None:
        for item in element:
            text = " ".join(self._text(part) for part in item if local(part) not in _SKIP)
            self._add(Form.BULLET, text or self._text(item))

    def _table(self, element: Any) -> None:
        for row in element.iter():
            if local(row) == "row":
                cells = [self._text(cell) for cell in row if local(cell) == "entry"]
                while cells and not cells[-1]:
                    cells.pop()
                if cells:
                    self.extracted.blocks.append(TextBlock(Form.ROW, tuple(Line(cell) for cell in cells)))
        self._show_notes()

    def _text(self, element: Any) -> str:
        return _plain("".join(self._pieces(element, 0)))

    def _pieces(self, element: Any, depth: int) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            raise ConversionError("ingest.too_deep", path=self.path)
        yield element.text or ""
        for child in element:
            tag = local(child)
            if tag == "noot":
                number = next((_plain("".join(part.itertext())) for part in child if local(part) == "noot.nr"), "")
                number = number or str(len(self.notes) + 1)
                body = " ".join(_plain("".join(self._pieces(part, depth + 1))) for part in child if local(part) not in ("noot.nr", *_SKIP))
                self.notes.append((number, body))
                yield number
            elif tag not in _SKIP:
                yield " " if tag in ("al", "br", "entry", "titel", "nr") else ""
                yield from self._pieces(child, depth + 1)
                yield " " if tag in ("al", "entry", "li.nr", "label", "nr") else ""
            yield child.tail or ""

    def _add(self, form: Form, text: str, level: int = 0, sign: str = "") -> None:
        if text:
            self.extracted.blocks.append(TextBlock(form, (Line(text),), level, sign=sign))
        if form is not Form.HEADING:
            self._show_notes()

    def _show_notes(self) -> None:
        waiting, self.notes = self.notes, []
        for number, text in waiting:
            if text:
                self.extracted.blocks.append(TextBlock(Form.NOTE, (Line(text),), label=number))


def _plain(text: str | None) -> str:
    return " ".join((text or "").split())


def _metadata(root: Any, extracted: Extracted) -> None:
    """Title, maker, year and address, from the head of a bye-law or the attributes of a statute."""
    said: dict[str, str] = {}
    for element in root.iter():
        name, text = local(element), _plain("".join(element.itertext())) if len(element) == 0 else ""
        if text:
            said.setdefault(name, text)
        if name == "citeertitel":
            said["citeertitel"] = _plain("".join(part for part in (element.text, *(child.tail for child in element)) if part))
    attributes = {name.rpartition("}")[2]: value for name, value in root.attrib.items()}
    heading = next((block.text for block in extracted.blocks if block.form is Form.HEADING), "")
    extracted.title = said.get("title") or said.get("citeertitel") or heading
    extracted.publisher = said.get("creator", "")
    date = attributes.get("inwerkingtreding") or said.get("inwerkingtredingDatum") or said.get("issued") or said.get("available") or ""
    extracted.year = int(date[:4]) if re.match(r"\d{4}-", date) else None
    law, bye_law = attributes.get("bwb-id", ""), said.get("identifier", "")
    if re.fullmatch(r"BWB[A-Z]\d{7}", law):
        extracted.url = f"https://wetten.overheid.nl/{law}"
    elif re.fullmatch(r"CVDR\d+(?:_\d+)?", bye_law):
        extracted.url = f"https://lokaleregelgeving.overheid.nl/{bye_law.partition('_')[0]}"
