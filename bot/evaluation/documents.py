"""How well files become documents: what is lost, invented or mixed, held against an independent reading of the same files.

The other reading of a PDF is poppler's `pdftotext`, in both of its orders, where it is installed, beside pdfium's own order; of other
formats it is the file without its tags. A sentence is mixed where neither reading holds its letters in a row on the page it is said to
stand on, or on two pages that it goes over.
"""

import re
import shutil
import subprocess
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path

from bot.errors import ConversionError
from bot.ingest.add import Metadata, add, files_in
from bot.ingest.sandbox import convert
from bot.ingest.source import clean, letters_of
from bot.knowledge.document import DocumentParts, load_document
from bot.knowledge.model import Document
from bot.knowledge.passages import DEFAULT_PASSAGE_SIZE

_SHORTEST = 12  # letters: a shorter sentence is found anywhere
_WORD = re.compile(r"[^\W_]{2,}")
_LINE_END = re.compile(r"[-\u00ad\u2010\u2011\x02]\s*\n\s*")
_WITHIN = re.compile(r"(?<=\w)[-/.,'’](?=\w)")


@dataclass(frozen=True, slots=True)
class DocumentFigures:
    """What came of one file.

    Attributes:
        refused: the key of the error, or an empty string; then all figures are 0.
        recognised: pages that are a scan: what stands on them has no other reading, and counts as nothing but headings and passages.
        words: words of the other reading.
        lost: of those, words that the document lacks, and that are not reported as left out.
        left_out: words that are reported as left out: those of running lines, page numbers and the table of contents.
        invented: words of the document that no other reading has.
        sentences: those that can be quoted, table rows left aside.
        mixed: of those, sentences that no other reading holds.
        withheld: sentences that the guard keeps out of quotes.
        cpu: processor time in seconds; peak: the largest memory of any conversion so far, in MiB.
    """

    name: str
    refused: str = ""
    pages: int = 0
    recognised: int = 0
    headings: int = 0
    passages: int = 0
    words: int = 0
    lost: int = 0
    left_out: int = 0
    invented: int = 0
    sentences: int = 0
    mixed: int = 0
    withheld: int = 0
    cpu: float = 0.0
    peak: int = 0

    def as_json(self) -> dict[str, object]:
        """The figures by their names."""
        return asdict(self)


def measure_folder(folder: Path) -> Iterator[DocumentFigures]:
    """Bring in every document of a folder, each by itself, and measure what comes out.

    Raises:
        ConversionError: there is no document in the folder.
    """
    for path in files_in(folder):
        yield measure(path)


def measure(path: Path) -> DocumentFigures:
    """Bring in one file and measure what comes out; a refusal is a figure too."""
    before = _cpu()
    with tempfile.TemporaryDirectory() as made:
        try:
            extracted = convert(path)
            summary = add(path, Path(made), Metadata(title=path.stem, publisher="?", year=2000), extracted=extracted)
        except ConversionError as error:
            return DocumentFigures(path.name, error.key, cpu=round(_cpu() - before, 2), peak=_peak())
        cpu = _cpu() - before
        parts = load_document(Path(made) / summary.document_id, DEFAULT_PASSAGE_SIZE)
    readings = _readings(path)
    # Where there are no pages, the order is the file's own; numbers that a list only shows stand nowhere in it.
    held = [[letters_of(page) for page in reading] for reading in readings] if summary.pages else []
    sentences, mixed = _mixed(parts, held)
    left_out = _words("\n".join(extracted.left_out_text))
    written, others = _words(_read_text(parts.document)), [_words("\n".join(reading)) for reading in readings]
    shared, either = others[0], others[0]
    for other in others[1:]:
        shared, either = shared & other, either | other
    return DocumentFigures(
        path.name, pages=summary.pages or 0, recognised=summary.recognised, headings=summary.sections, passages=summary.passages, words=shared.total(),
        lost=(shared - written - left_out).total(), left_out=left_out.total(), invented=(written - either).total(), sentences=sentences, mixed=mixed, withheld=len(summary.withheld),
        cpu=round(cpu, 2), peak=_peak(),
    )  # fmt: skip


def _read_text(document: Document) -> str:
    """The text of a document without that of the pages that are a scan."""
    text = document.text
    bounds = [(0, 0), *document.pages, (len(text), 0)]
    return "".join(text[start:end] for (start, page), (end, _) in pairwise(bounds) if page not in document.recognised)


def _cpu() -> float:
    import resource  # Windows has no such module; only these figures need it.

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    import resource

    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024


def _words(text: str) -> Counter[str]:
    """Words in lower case, without the hyphens of line ends and within words, so that both readings count alike."""
    return Counter(_WORD.findall(_WITHIN.sub("", clean(_LINE_END.sub("", text)).lower())))


def _mixed(parts: DocumentParts, readings: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many sentences of running text there are, and how many of them no reading holds."""
    text = parts.document.text
    sentences = mixed = 0
    for passage in parts.passages:
        if text[: passage.span.start].endswith("| "):
            continue
        for sentence in passage.sentences:
            if parts.document.page_at(sentence.span.start) in parts.document.recognised:
                continue
            sentences += 1
            first = parts.document.page_at(sentence.span.start) or 1
            last = parts.document.page_at(sentence.span.end - 1) or 1
            letters = letters_of(sentence.text)
            if readings and len(letters) >= _SHORTEST and not any(_holds(letters, reading[first - 1 : last]) for reading in readings):
                mixed += 1
    return sentences, mixed


def _holds(letters: str, pages: Sequence[str]) -> bool:
    if len(pages) < 2:
        return bool(pages) and letters in pages[0]
    return any(letters[:end] in pages[0] and letters[end:] in pages[-1] for end in range(len(letters), -1, -1))


def _readings(path: Path) -> list[list[str]]:
    """Other readings of a file, each page by page; one page where the format has none."""
    data = path.read_bytes()
    if b"%PDF-" in data[:1024]:
        return _pdf_readings(path)
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as archive:
            names = [name for name in archive.namelist() if name.endswith(".xml") and (name.startswith("word/") or name == "content.xml")]
            data = b" ".join(archive.read(name) for name in names)
    return [[re.sub(r"<[^>]*>|[*_`#\[\]]", " ", data.decode("utf-8", "replace"))]]


def _pdf_readings(path: Path) -> list[list[str]]:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as document:
        readings = [[page.get_textpage().get_text_range().replace("\x02", "-\n") for page in document]]
    program = shutil.which("pdftotext")
    for order in ([], ["-raw"]) if program else ():
        # A fixed program with the path of a file that was asked for: no shell reads it.
        result = subprocess.run([str(program), *order, str(path.absolute()), "-"], capture_output=True, check=False)  # noqa: S603 - no shell
        pages = result.stdout.decode("utf-8", "replace").split("\f")
        readings.append([*pages, *[""] * len(readings[0])][: len(readings[0])])
    return readings
