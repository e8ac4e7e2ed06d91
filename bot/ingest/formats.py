"""What a file is, by its content (the ending of its name may be wrong), and the converter that reads it."""

import re
import zipfile
from enum import Enum
from pathlib import Path

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, Progress
from bot.ingest.structure import structured

MAX_BYTES = 200 * 1024 * 1024
MAX_LETTERS = 40_000_000
_SEEN = 4096
_OTHER = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "ingest.old_office",
    b"{\\rtf": "ingest.rtf",
    b"\x89PNG": "ingest.picture",
    b"\xff\xd8\xff": "ingest.picture",
    b"GIF8": "ingest.picture",
    b"II*\x00": "ingest.picture",
    b"\x1f\x8b": "ingest.packed",
    b"Rar!": "ingest.packed",
    b"7z\xbc\xaf": "ingest.packed",
    b"%!PS": "ingest.postscript",
}
_POINTER = b"version https://git-lfs.github.com/spec/"
_XML = re.compile(rb"[\xef\xbb\xbf\xff\xfe\s]*<\?xml")
_FIRST_ELEMENT = re.compile(rb"<([a-z_][\w:.-]*)")
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body")
_MARKDOWN_ENDINGS = {".md", ".markdown", ".mdown", ".mkd"}
ENDINGS = frozenset({".pdf", ".docx", ".odt", ".html", ".htm", ".xhtml", ".xml", ".txt", *_MARKDOWN_ENDINGS})
"""Endings by which documents are found in a folder."""


class Format(str, Enum):
    """The formats that can be read."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    HTML = "html"
    XML = "xml"
    MARKDOWN = "markdown"
    TEXT = "text"


def beginning(path: Path) -> bytes:
    """The first bytes of a file.

    Raises:
        ConversionError: the file is missing, empty or too large.
    """
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ConversionError("ingest.folder", path=path)
        with path.open("rb") as file:
            start = file.read(_SEEN)
    except OSError as error:
        raise ConversionError("ingest.unreadable", path=path, why=error) from None
    if size == 0:
        raise ConversionError("ingest.empty", path=path)
    if size > MAX_BYTES:
        raise ConversionError("ingest.too_large", path=path, megabytes=MAX_BYTES // 1024 // 1024)
    return start


def recognise(path: Path) -> Format:
    """Look at the first bytes of a file.

    Raises:
        ConversionError: the file is missing, empty, too large or of a kind that can't be read.
    """
    start = beginning(path)
    if b"%PDF-" in start[:1024]:
        return Format.PDF
    if start.startswith(b"PK"):
        return _archive(path)
    for signature, key in _OTHER.items():
        if start.startswith(signature):
            raise ConversionError(key, path=path)
    if start.startswith(_POINTER):
        raise ConversionError("ingest.pointer", path=path)
    if _is_binary(start):
        raise ConversionError("ingest.kind", path=path)
    head = start.lower().replace(b"\x00", b"")
    first = _FIRST_ELEMENT.search(head) if _XML.match(head) or path.suffix.lower() == ".xml" else None
    if first and not first.group(1).endswith(b"html"):
        return Format.XML
    if any(mark in head for mark in _HTML) or (path.suffix.lower() in {".html", ".htm", ".xhtml"} and b"<" in start):
        return Format.HTML
    return Format.MARKDOWN if path.suffix.lower() in _MARKDOWN_ENDINGS else Format.TEXT


def read_file(path: Path, progress: Progress) -> Extracted:
    """Make blocks of a file, in this process. A library is imported only where a file of its format comes along.

    Raises:
        ConversionError: the file can't be read, or has no text.
    """
    extracted = _read(recognise(path), path, progress)
    extracted.blocks = structured(extracted.blocks)
    letters = sum(len(line.text) for block in extracted.blocks for line in block.lines)
    if not any(sign.isalnum() for block in extracted.blocks for line in block.lines for sign in line.text):
        raise ConversionError("ingest.no_text", path=path)
    if letters > MAX_LETTERS:
        raise ConversionError("ingest.too_much_text", path=path)
    return extracted


def _read(kind: Format, path: Path, progress: Progress) -> Extracted:
    if kind is Format.PDF:
        from bot.ingest.pdf import convert_pdf

        return convert_pdf(path, progress)
    if kind is Format.DOCX:
        from bot.ingest.docx import convert_docx

        return convert_docx(path, progress)
    if kind is Format.ODT:
        from bot.ingest.odt import convert_odt

        return convert_odt(path, progress)
    if kind is Format.XML:
        from bot.ingest.law_xml import convert_law_xml

        return convert_law_xml(path, progress)
    if kind is Format.HTML:
        from bot.ingest.html import convert_html

        return convert_html(path, progress)
    if kind is Format.MARKDOWN:
        from bot.ingest.markdown import convert_markdown

        return convert_markdown(path, progress)
    from bot.ingest.text import convert_plain_text

    return convert_plain_text(path, progress)


def _archive(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            kind = archive.read("mimetype")[:80] if "mimetype" in names and archive.getinfo("mimetype").file_size < 200 else b""
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise ConversionError("ingest.damaged", path=path) from None
    if "word/document.xml" in names or ("[Content_Types].xml" in names and any(name.startswith("word/") for name in names)):
        return Format.DOCX
    if "content.xml" in names and kind.startswith(b"application/vnd.oasis.opendocument.text"):
        return Format.ODT
    if "content.xml" in names or any(name.startswith(("xl/", "ppt/")) for name in names):
        raise ConversionError("ingest.no_word", path=path)
    raise ConversionError("ingest.packed", path=path)


def _is_binary(start: bytes) -> bool:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    control = sum(byte < 32 and byte not in b"\t\n\r\f" for byte in start)
    return b"\x00" in start or control > 0.02 * len(start)
