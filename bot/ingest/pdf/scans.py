"""Words of scanned pages, recognised by tesseract where that is installed: a program of the system, no part of this one.

A page is drawn as grey dots and handed to tesseract, which answers in hOCR (HTML with the place of each word and the size of each line,
http://kba.github.io/hocr-spec/1.2/). What comes of it is a page like any other, so that columns, tables and headings are found as always.
"""

import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import pypdfium2
from selectolax.lexbor import LexborHTMLParser

from bot.ingest.blocks import Progress
from bot.ingest.pdf.words import Page, Style, Word
from bot.ingest.words import is_word

LANGUAGE = "nld"
_DOTS = 300  # an inch; what tesseract was made for
_MOST_DOTS = 5000  # along one side: a poster is drawn coarser
_FEWEST_LETTERS = 20  # a page with fewer and a picture is a scan
_SURE = 35  # per cent, of the words of a line: below this it is a drawing, a stamp or dirt
# On a page of a document that has text of its own: less is a photograph, a diagram or a picture of a web page.
_FEWEST_WORDS = 60
_WORDS_A_LINE = 6
_KNOWN = 0.8  # the share that must be Dutch words
_ALIKE = (0.8, 1.25)  # times the usual size: the size of a scanned line is never exact
_SECONDS = 300  # by the clock for one page; processor time is limited by what the process itself may use
_BOX = re.compile(r"bbox (-?\d+) (-?\d+) (-?\d+) (-?\d+)")
_SIZE = re.compile(r"x_size (\d+(?:\.\d+)?)")
_BASELINE = re.compile(r"baseline (-?\d+(?:\.\d+)?) (-?\d+(?:\.\d+)?)")
_CONFIDENCE = re.compile(r"x_wconf (\d+)")


@cache
def program() -> str:
    """The path of tesseract with Dutch, or an empty string where that is not installed."""
    path = shutil.which("tesseract")
    if not path:
        return ""
    try:
        said = subprocess.run([path, "--list-langs"], capture_output=True, text=True, timeout=60, check=False)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return path if LANGUAGE in said.stdout.split() + said.stderr.split() else ""


def is_scan(page: Page) -> bool:
    """Whether a page is a picture with as good as no text."""
    return page.images > 0 and sum(len(word.text) for run in page.runs for word in run) < _FEWEST_LETTERS


def with_recognised(path: Path, pages: Sequence[Page], progress: Progress) -> tuple[list[Page], tuple[int, ...]]:
    """Pages with the words of those that are scans.

    Args:
        path: the PDF.
        pages: as they were read from it.
        progress: told of each page.

    Returns:
        All pages, and the numbers of those whose words were recognised. In a document with text of its own a picture counts only
        where it holds running Dutch text.
    """
    scans = {page.number for page in pages if is_scan(page)}
    if not scans or not program():
        return list(pages), ()
    whole = len(scans) > 0.5 * len(pages)
    read: list[Page] = []
    recognised: list[int] = []
    with pypdfium2.PdfDocument(path) as document:
        for page in pages:
            runs = _recognised(document[page.number - 1], page) if page.number in scans else ()
            if runs and (whole or _is_running_text(runs)):
                page = replace(page, runs=runs)
                recognised.append(page.number)
            read.append(page)
            progress(page.number, len(pages))
    return _with_even_sizes(read, frozenset(recognised)), tuple(recognised)


def _recognised(drawn: pypdfium2.PdfPage, page: Page) -> tuple[tuple[Word, ...], ...]:
    """The words of one page, a run for each line."""
    scale = min(_DOTS / 72, _MOST_DOTS / max(page.width, page.height))
    bitmap = drawn.render(scale=scale, grayscale=True)
    pixels = bitmap.to_numpy()
    rows, columns = pixels.shape[:2]
    picture = b"P5 %d %d 255\n" % (columns, rows) + pixels.tobytes()
    env = shutil.which("env")
    # One thread: with more it takes as long by the clock, and far more processor time.
    alone = [env, "OMP_THREAD_LIMIT=1"] if env else []
    command = [*alone, program(), "stdin", "stdout", "-l", LANGUAGE, "--dpi", str(round(scale * 72)), "hocr"]
    try:
        # A fixed program with fixed arguments: no shell reads them. It has the limits of this process.
        done = subprocess.run(command, input=picture, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=False)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return words_of(done.stdout.decode("utf-8", "replace"), scale) if done.returncode == 0 else ()


def words_of(hocr: str, scale: float) -> tuple[tuple[Word, ...], ...]:
    """The words of a page in hOCR, a run for each line.

    Args:
        hocr: what tesseract says.
        scale: dots for each point.
    """
    runs: list[tuple[Word, ...]] = []
    for line in LexborHTMLParser(hocr).css(".ocr_line, .ocr_header, .ocr_caption, .ocr_textfloat"):
        title = line.attributes.get("title") or ""
        box, size, slope = _BOX.search(title), _SIZE.search(title), _BASELINE.search(title)
        words = [word for word in line.css(".ocrx_word") if word.text(deep=True).strip()]
        sure = [int(confidence.group(1)) for word in words if (confidence := _CONFIDENCE.search(word.attributes.get("title") or ""))]
        if not box or not size or not words or sum(sure) < _SURE * len(words):
            continue
        left, bottom = int(box.group(1)), int(box.group(4))
        style = Style(max(round(float(size.group(1)) / scale, 1), 1.0), bold=False, italic=False)
        run: list[Word] = []
        for word in words:
            word_box = _BOX.search(word.attributes.get("title") or "")
            if not word_box:
                continue
            x1, x2 = int(word_box.group(1)), int(word_box.group(3))
            down = float(slope.group(1)) * (x1 - left) + float(slope.group(2)) if slope else 0.0
            run.append(Word(word.text(deep=True).strip(), x1 / scale, x2 / scale, (bottom + down) / scale, style))
        runs.append(tuple(run))
    return tuple(run for run in runs if run)


def _is_running_text(runs: Sequence[Sequence[Word]]) -> bool:
    words = [re.sub(r"\W+", "", word.text.lower()) for run in runs for word in run]
    words = [word for word in words if word.isalpha() and len(word) > 1]
    return len(words) >= max(_FEWEST_WORDS, _WORDS_A_LINE * len(runs)) and sum(map(is_word, words)) >= _KNOWN * len(words)


def _with_even_sizes(pages: Sequence[Page], recognised: frozenset[int]) -> list[Page]:
    """Lines of recognised pages that are about as large as most get one size: otherwise each would be a heading to the next."""
    weight: Counter[float] = Counter()
    for page in pages:
        for run in page.runs if page.number in recognised else ():
            weight[run[0].style.size] += sum(len(word.text) for word in run)
    ordered = sorted(weight.elements())
    if not ordered:
        return list(pages)
    usual = ordered[len(ordered) // 2]

    def even(word: Word) -> Word:
        alike = _ALIKE[0] <= word.style.size / usual <= _ALIKE[1]
        return replace(word, style=replace(word.style, size=usual if alike else float(round(word.style.size))))

    return [
        replace(page, runs=tuple(tuple(even(word) for word in run) for run in page.runs)) if page.number in recognised else page
        for page in pages
    ]
