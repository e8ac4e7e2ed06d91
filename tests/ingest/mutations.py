"""Broken files, and what must hold of them: a document whose words all stand in the file, or one clear error, in time."""

import html
import io
import random
import re
import resource
import tempfile
import zipfile
from pathlib import Path

import pypdfium2

from bot.errors import ConversionError
from bot.ingest.add import Metadata, add
from bot.ingest.source import clean
from bot.knowledge.folder import load_knowledge
from bot.presentation.texts import told

SECONDS = 20.0
"""Of processor time, for any file: by the clock a busy machine would be a fault of the file."""
_PARTS = ("word/document.xml", "content.xml")


def mutated(data: bytes, seed: int) -> bytes:
    """Break a file in one of six ways; the same seed breaks it in the same way.

    Bits flipped, the end cut off, a piece doubled, a piece taken out, a piece overwritten by another, or, in a Word file, any of
    these inside the text itself, so that the archive around it stays whole.
    """
    chance = random.Random(seed)
    if data.startswith(b"PK") and chance.random() < 0.5:
        return _inside(data, chance)
    return _broken(data, chance)


def _broken(data: bytes, chance: random.Random) -> bytes:
    size = len(data)
    start, other = chance.randrange(size), chance.randrange(size)
    length = min(size, int(2 ** chance.uniform(0, 14)))
    way = chance.randrange(5)
    if way == 0:
        flipped = bytearray(data)
        for _ in range(int(2 ** chance.uniform(0, 8))):
            flipped[chance.randrange(size)] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if way == 1:
        return data[:start]
    if way == 2:
        return data[:other] + data[start : start + length] * chance.choice((1, 2, 50)) + data[other:]
    if way == 3:
        return data[:start] + data[start + length :]
    return data[:other] + data[start : start + length] + data[other + length :]


def _inside(data: bytes, chance: random.Random) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as broken:
        for name in archive.namelist():
            part = archive.read(name)
            broken.writestr(name, _broken(part, chance) if name in _PARTS else part)
    return out.getvalue()


def outcome(path: Path) -> str:
    """Bring a file in and hold the result against the file.

    Returns:
        'document', or the message of the error.

    Raises:
        AssertionError: it took too long, or a quote holds a word that the file doesn't.
        Exception: whatever else goes wrong; only ConversionError is an answer to a broken file.
    """
    began = processor_time()
    with tempfile.TemporaryDirectory() as folder:
        try:
            add(path, Path(folder), Metadata(title="Stuk", publisher="Zuidmeer", year=2021))
        except ConversionError as error:
            result = told(error)
            left = list(Path(folder).iterdir())
            if left or "\n" in told(error):
                raise AssertionError(f"{error} left {left}") from error
        else:
            result = "document"
            text = _letters(_text(path))
            for passage in load_knowledge(Path(folder)).passages:
                for word in "".join(sign if sign.isalpha() else " " for sign in passage.text).split():
                    assert word in text, f"'{word}' does not stand in {path}"
    assert processor_time() - began < SECONDS, f"{path} took too long"
    return result


def processor_time() -> float:
    """The seconds of processor time that the processes that read files have taken together."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _text(path: Path) -> str:
    """All that could be text in a file, read in another way than the converters do."""
    data = path.read_bytes()
    if b"%PDF-" in data[:1024]:
        with pypdfium2.PdfDocument(path) as document:
            text = "".join(page.get_textpage().get_text_range() for page in document)
        # What was filled in in a form is no text of a page to pdfium.
        return text + (data.decode("latin-1") if b"/AcroForm" in data else "")
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            names = [
                name
                for name in archive.namelist()
                if name.endswith(".xml") and (name.startswith("word/") or name in ("content.xml", "styles.xml"))
            ]
            data = b"".join(archive.read(name) for name in names)
        return html.unescape(re.sub(r"<[^>]*>", "", data.decode("utf-8", "replace")))
    for encoding in ("utf-8", "cp1252"):
        try:
            return _without_tags(data.decode(encoding))
        except UnicodeDecodeError:
            continue
    return _without_tags(data.decode("cp1252", "replace"))


def _without_tags(text: str) -> str:
    """The text with and without what looks like tags: a broken tag may be text after all."""
    return html.unescape(re.sub(r"<[^>]*>", "", text)) + html.unescape(text)


def _letters(text: str) -> str:
    """Letters only, as they come out of `source_text.clean`, so that line ends and hyphens don't count."""
    return "".join(sign for sign in clean(text) if sign.isalpha())
