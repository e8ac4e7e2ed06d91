"""PDF files, made into blocks."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, LeftOut, Progress
from bot.ingest.pdf.blocks import structure
from bot.ingest.pdf.lines import page_lines, with_pairs
from bot.ingest.pdf.pieces import PageLine
from bot.ingest.pdf.readings import read_otherwise
from bot.ingest.pdf.scans import program, with_recognised
from bot.ingest.pdf.signs import is_readable, with_bullets, without_doubles, without_line_numbers
from bot.ingest.pdf.words import Page, read_pdf

_MARGIN = 0.13  # of the page's height: running headers and footers stand in there
_PAGE_NUMBER = re.compile(
    r"(?:(?:pagina|pag\.?|p\.|blz\.?|blad)\s*)?[-–—|]?\s*(?:\d{1,4}|[ivxl]{1,6})\s*[-–—|]?(?:\s*(?:van|/|\|)\s*\d{1,4})?$", re.IGNORECASE
)
_CONTENTS_TITLE = re.compile(r"(?:inhoud(?:sopgave|stafel|sop)?|inhoudstabel|table of contents|contents)\s*[:.]?$", re.IGNORECASE)
_CONTENTS_LINE = re.compile(r"\S.*?(?:\s*\.(?:\s?\.){2,}\s*|\s)(\d{1,4}|[ivxl]{1,5})$", re.IGNORECASE)
_LONGEST_ENTRY = 300
_LEADERS = re.compile(r"\.(?:\s?\.){3,}")


def convert_pdf(path: Path, progress: Progress) -> Extracted:
    """Read a PDF.

    Raises:
        ConversionError: the file is broken, encrypted, or holds pictures of text alone and nothing here can read those.
    """
    file = read_pdf(path, progress)
    extracted = Extracted(title=file.title.strip(), publisher="", pages=len(file.pages))
    created = re.match(r"D:(\d{4})", file.created)
    extracted.year = int(created.group(1)) if created else None
    read, extracted.recognised = with_recognised(path, file.pages, progress)
    pages = with_bullets([_cleaned(page, extracted) for page in read])
    if not is_readable(pages):
        raise ConversionError("ingest.pdf_codes", path=path)
    extracted.readings = [read_otherwise(page) for page in pages]
    lines = [page_lines(page) for page in pages]
    letters = sum(len(line.text) for page in lines for line in page)
    images = sum(page.images for page in file.pages if page.number not in extracted.recognised)
    if not extracted.recognised and letters < 20 * len(file.pages) and (images or not letters):
        raise ConversionError("ingest.nothing_recognised" if program() else "ingest.pdf_scan", path=path)
    if images:
        extracted.leave_out(LeftOut.IMAGES, images)
    scanned = sum(page.images > 0 and not page.runs for page in read)
    if scanned:
        extracted.leave_out(LeftOut.SCANNED_PAGES, scanned)
    lines = _without_running_lines(lines, file.pages, extracted)
    lines = _without_contents(lines, len(file.pages), extracted)
    for on_page in lines:
        with_pairs(on_page)
    body, notes = _footnotes(lines, file.pages)
    extracted.blocks = structure(body, notes)
    return extracted


def _cleaned(page: Page, extracted: Extracted) -> Page:
    """A page without what is printed twice and without line numbers; letters that lie on their side are counted."""
    page, numbers = without_line_numbers(replace(page, runs=without_doubles(page.runs)))
    if numbers:
        extracted.leave_out(LeftOut.LINE_NUMBERS, numbers)
    if page.turned:
        extracted.leave_out(LeftOut.TURNED, page.turned)
    return page


def _without_running_lines(lines: list[list[PageLine]], pages: Sequence[Page], extracted: Extracted) -> list[list[PageLine]]:
    """Drop page numbers, and lines in the margins that come back page after page or carry the page's number."""
    usual = _usual_size(lines)
    margins = [_in_margins(on_page, page) for on_page, page in zip(lines, pages, strict=True)]
    seen = Counter(key for margin in margins for key in {_key(line) for line in margin})
    offset = _numbering(margins, pages)
    needed = 2 if len(pages) <= 3 else 3
    remaining: list[list[PageLine]] = []
    for on_page, margin, page in zip(lines, margins, pages, strict=True):
        dropped: set[int] = set()
        for line in margin:
            # What looks like a heading runs only where it stands on most pages.
            if _stands_out(line, usual) and seen[_key(line)] <= 0.5 * len(pages) and not _PAGE_NUMBER.match(line.text):
                continue
            if _PAGE_NUMBER.match(line.text):
                extracted.leave_out(LeftOut.PAGE_NUMBERS, text=line.text)
                dropped.add(id(line))
            elif seen[_key(line)] >= needed or (offset is not None and page.number + offset in _numbers(line)):
                extracted.leave_out(LeftOut.RUNNING_LINES, text=line.text)
                dropped.add(id(line))
        remaining.append([line for line in on_page if id(line) not in dropped])
    return remaining


def _usual_size(lines: Sequence[Sequence[PageLine]]) -> float:
    """The letter size in which most is written."""
    weight: Counter[float] = Counter()
    for on_page in lines:
        for line in on_page:
            if not line.cells:
                weight[line.style.size] += len(line.text)
    return weight.most_common(1)[0][0] if weight else 0.0


def _stands_out(line: PageLine, usual: float) -> bool:
    """Whether a line looks like a heading: larger than the text, or bold and as large."""
    return line.style.size >= 1.15 * usual or (line.style.bold and line.style.size >= 0.98 * usual)


def _in_margins(on_page: list[PageLine], page: Page) -> list[PageLine]:
    """The outermost lines of a page that stand in its head or foot."""
    ordered = sorted((line for line in on_page if not line.cells), key=lambda line: line.baseline)
    head = [line for line in ordered[:4] if line.baseline < _MARGIN * page.height]
    return head + [line for line in ordered[-4:] if line.baseline > (1 - _MARGIN) * page.height]


def _numbering(margins: list[list[PageLine]], pages: Sequence[Page]) -> int | None:
    """What must be added to a page's place in the file to get its printed number, where enough pages agree on it."""
    offsets: Counter[int] = Counter()
    for margin, page in zip(margins, pages, strict=True):
        offsets.update({number - page.number for line in margin for number in _numbers(line)})
    best = offsets.most_common(1)
    return best[0][0] if best and best[0][1] >= max(3, 0.4 * len(pages)) else None


def _numbers(line: PageLine) -> set[int]:
    """The numbers with which a short line begins or ends."""
    words = line.text.split()
    return (
        {int(word) for word in (words[0], words[-1]) if word.isascii() and word.isdigit() and len(word) < 5} if len(words) < 16 else set()
    )


def _key(line: PageLine) -> str:
    """What a running line keeps from page to page: its words and its height, not its numbers."""
    return f"{re.sub(r'[0-9]+', '#', line.text.lower())}@{round(line.baseline / 15)}"


def _without_contents(lines: list[list[PageLine]], count: int, extracted: Extracted) -> list[list[PageLine]]:
    """Drop the table of contents: a run of lines that end in page numbers, with its title."""

    def is_entry(line: PageLine) -> bool:
        match = _CONTENTS_LINE.match(line.text) if len(line.text) < _LONGEST_ENTRY else None
        if not match or line.cells:
            return False
        number = match.group(1)
        fits = not number.isdigit() or int(number) <= count + 20
        return fits and (bool(_LEADERS.search(line.text)) or line.gap > 1.5)

    remaining: list[list[PageLine]] = []
    in_contents = False
    for page in lines:
        titled = next((n for n, line in enumerate(page) if _CONTENTS_TITLE.match(line.text)), None)
        entries = [n for n, line in enumerate(page) if is_entry(line)]
        first = titled if titled is not None else (0 if in_contents else (entries[0] if entries else 0))
        last = entries[-1] if entries else -1
        span = [n for n in entries if n >= first]
        enough = len(span) >= 3 and len(span) >= 0.4 * (last - first + 1)
        if enough and titled is None and not in_contents:
            enough = _is_list_of_pages([page[n] for n in span])
        in_contents = enough and last >= len(page) - 3
        if enough:
            extracted.leave_out(LeftOut.CONTENTS, last - first + 1, "\n".join(line.text for line in page[first : last + 1]))
            page = page[:first] + page[last + 1 :]
        remaining.append(page)
    return remaining


def _is_list_of_pages(entries: Sequence[PageLine]) -> bool:
    """Whether lines without a title are a table of contents: dotted, or their numbers go up, not one by one as those of lines do."""
    numbers = [int(match.group(1)) for line in entries if (match := _CONTENTS_LINE.match(line.text)) and match.group(1).isdigit()]
    steps = [after - before for before, after in pairwise(numbers)]
    dotted = sum(bool(_LEADERS.search(line.text)) for line in entries) > 0.5 * len(entries)
    return dotted or (bool(steps) and min(steps) >= 0 and sum(steps) > 0 and steps.count(1) < 0.9 * len(steps))


def _footnotes(lines: list[list[PageLine]], pages: Sequence[Page]) -> tuple[list[list[PageLine]], list[list[PageLine]]]:
    """Set apart the small lines at the foot of a page that begin with a number or a star."""
    usual = _usual_size(lines)
    body: list[list[PageLine]] = []
    notes: list[list[PageLine]] = []
    for on_page, page in zip(lines, pages, strict=True):
        cut = len(on_page)
        while cut and _is_small(on_page[cut - 1], usual) and on_page[cut - 1].baseline > 0.5 * page.height:
            cut -= 1
        if cut < len(on_page) and not re.match(r"\d{1,3}\b|\*|[a-z]\s", on_page[cut].text):
            cut = len(on_page)
        body.append(on_page[:cut])
        notes.append(on_page[cut:])
    return body, notes


def _is_small(line: PageLine, usual: float) -> bool:
    return not line.cells and line.style.size <= 0.87 * usual
