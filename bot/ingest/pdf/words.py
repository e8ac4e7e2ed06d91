"""PDF pages as words with a place and a style, read by pdfium."""

import ctypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from bot.errors import ConversionError
from bot.ingest.blocks import Progress

MAX_PAGES = 3000
MAX_CHARACTERS_ON_PAGE = 60_000
_LINE_END_HYPHEN = "\x02"  # pdfium's own sign for a hyphen after which the line breaks
_THIN = 2.5  # points: a path no thicker than this is a rule, not a surface
_MAX_PATHS_ON_PAGE = 20_000
_FEWEST_TURNED = 100  # letters: fewer on their side are a stamp or a label, unless there is nothing else
_HARDLY_ANY = 30


@dataclass(frozen=True, slots=True)
class Style:
    """How letters look."""

    size: float
    bold: bool
    italic: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word where it stands, in points from the top left corner of its page."""

    text: str
    left: float
    right: float
    baseline: float
    style: Style
    font: str = ""

    @property
    def middle(self) -> float:
        """The height of the middle of its small letters."""
        return self.baseline - self.style.size * 0.25


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn line: level where top and bottom are the same, upright where left and right are."""

    left: float
    right: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page; `runs` are words that follow each other in the file, in the file's order, `turned` counts those read sideways."""

    number: int
    width: float
    height: float
    runs: tuple[tuple[Word, ...], ...]
    level_rules: tuple[Rule, ...]
    upright_rules: tuple[Rule, ...]
    images: int
    turned: int = 0


@dataclass(frozen=True, slots=True)
class PdfFile:
    """The pages of a PDF, and its title and date of making. Its author is left alone: mostly a person, not a publisher."""

    pages: tuple[Page, ...]
    title: str
    created: str


def read_pdf(path: Path, progress: Progress) -> PdfFile:
    """Read the words of every page.

    Raises:
        ConversionError: the file is broken, encrypted, too long, has no pages, or is a form that only its own program can show.
    """
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise ConversionError("ingest.pdf_locked", path=path) from None
        raise ConversionError("ingest.pdf_damaged", path=path) from None
    with document:
        count = len(document)
        if count == 0:
            raise ConversionError("ingest.pdf_no_pages", path=path)
        if count > MAX_PAGES:
            raise ConversionError("ingest.pdf_too_many_pages", path=path, count=count, most=MAX_PAGES)
        kind = pdfium.FPDF_GetFormType(document.raw)
        if kind != pdfium.FORMTYPE_NONE:
            document.init_forms()
        pages = []
        for number in range(1, count + 1):
            try:
                pages.append(_read_page(_filled_in(document, number) if document.formenv else document[number - 1], number))
            except pypdfium2.PdfiumError:
                raise ConversionError("ingest.pdf_page", path=path, number=number) from None
            progress(number, count)
        said = document.get_metadata_dict()
    if kind in (pdfium.FORMTYPE_XFA_FULL, pdfium.FORMTYPE_XFA_FOREGROUND) and _only_asks_to_wait(pages):
        raise ConversionError("ingest.pdf_form", path=path)
    return PdfFile(tuple(pages), said.get("Title", ""), said.get("CreationDate", ""))


_PLEASE_WAIT = re.compile(r"please wait|if this message is not eventually replaced|even geduld", re.IGNORECASE)
"""What a form made of XFA alone shows to a reader that can't lay it out."""


def _only_asks_to_wait(pages: Sequence[Page]) -> bool:
    text = " ".join(word.text for page in pages for run in page.runs for word in run)
    return not text or (len(pages) == 1 and bool(_PLEASE_WAIT.search(text)))


def _filled_in(document: Any, number: int) -> Any:
    """A page of a form with what was filled in as a part of its text; hidden fields stay out of it."""
    page = document[number - 1]
    if pdfium.FPDFPage_Flatten(page.raw, pdfium.FLAT_NORMALDISPLAY) != pdfium.FLATTEN_SUCCESS:
        return page
    page.close()
    return document[number - 1]  # only a page that is opened anew shows it


def _read_page(page: Any, number: int) -> Page:
    """One page as it is to be read: where most letters lie on their side, turned until they stand up."""
    page_rotation = page.get_rotation()
    textpage = page.get_textpage()
    directions = _directions(textpage)
    upright = directions.get(page_rotation, 0)
    rotation = max(directions, key=lambda turn: directions[turn], default=page_rotation)
    if directions.get(rotation, 0) <= upright or directions[rotation] < (_FEWEST_TURNED if upright > _HARDLY_ANY else _HARDLY_ANY):
        rotation = page_rotation
    width, height = page.get_size()
    if (page_rotation - rotation) % 180:
        width, height = height, width
    left, bottom, _, _ = page.get_cropbox()
    transform = _Transform(left, bottom, width, height, rotation, width if rotation in (90, 270) else height)
    runs = tuple(run for run in (_on_page(run, width, height) for run in _runs(textpage, transform)) if run)
    level, upright_rules, images = _drawn(page, transform)
    textpage.close()
    page.close()
    turned = sum(directions.values()) - directions.get(rotation, 0)
    return Page(number, width, height, runs, tuple(level), tuple(upright_rules), images, turned)


def _directions(textpage: Any) -> dict[int, int]:
    """How many characters are to be read with the page turned by 0, 90, 180 or 270 degrees, of those that aren't white."""
    counts: dict[int, int] = {}
    turns: dict[int, int | None] = {}
    matrix = pdfium.FS_MATRIX()
    for index in range(min(textpage.count_chars(), MAX_CHARACTERS_ON_PAGE)):
        if pdfium.FPDFText_GetUnicode(textpage, index) <= 32:
            continue
        owner = ctypes.cast(pdfium.FPDFText_GetTextObject(textpage, index), ctypes.c_void_p).value or 0
        if owner not in turns:
            pdfium.FPDFText_GetMatrix(textpage, index, matrix)
            turns[owner] = next((turn for turn in (0, 90, 180, 270) if _is_upright(turn, matrix.a, matrix.b)), None)
        turn = turns[owner]
        if turn is not None:
            counts[turn] = counts.get(turn, 0) + 1
    return counts


def _on_page(run: tuple[Word, ...], width: float, height: float) -> tuple[Word, ...]:
    """A run that can be seen, if only in part, or nothing: a spread cut in two keeps the text of its other half beside the page.

    A line that runs off the page keeps all its words: without the last ones it would read on to the next.
    """
    seen = any(-1 < (word.left + word.right) / 2 < width + 1 and 0 < word.baseline < height + word.style.size for word in run)
    return run if seen else ()


@dataclass(frozen=True, slots=True)
class _Transform:
    """Turns the file's coordinates (from the bottom left, before rotation) into those of the page as one reads it."""

    left: float
    bottom: float
    width: float
    height: float
    rotation: int
    inner_height: float

    def __call__(self, x: float, y: float) -> tuple[float, float]:
        x, y = x - self.left, y - self.bottom
        if self.rotation == 90:
            return y, x
        if self.rotation == 180:
            return self.width - x, y
        if self.rotation == 270:
            return self.width - y, self.height - x
        return x, self.inner_height - y


def _is_upright(rotation: int, x: float, y: float) -> bool:
    """Whether letters that follow each other in this direction are read from left to right on a page turned like that."""
    along, across = {90: (y, x), 180: (-x, y), 270: (-y, x)}.get(rotation, (x, y))
    return along > 0 and abs(across) < 0.3 * along


def _runs(textpage: Any, transform: _Transform) -> Iterator[tuple[Word, ...]]:
    """Words between the line breaks that pdfium sees."""
    reader = _Characters(textpage, transform)
    words: list[Word] = []
    letters: list[str] = []
    start: tuple[float, float, Style, str] | None = None
    end = 0.0

    def close_word() -> None:
        nonlocal start
        if letters and start is not None:
            words.append(Word("".join(letters), start[0], max(end, start[0]), start[1], start[2], start[3]))
        letters.clear()
        start = None

    for index in range(min(textpage.count_chars(), MAX_CHARACTERS_ON_PAGE)):
        code = pdfium.FPDFText_GetUnicode(textpage, index)
        sign = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        if sign in "\r\n":
            close_word()
            yield tuple(words)
            words = []
        elif sign.isspace():
            close_word()
        else:
            origin, beyond = reader.box(index)
            (left, baseline), (far, _) = transform(*origin), transform(*beyond)
            if start is not None and (
                left - end > start[2].size * 0.9 or left < start[0] - start[2].size or _again(sign, letters, left, start[0], end)
            ):
                close_word()
            if start is None:
                styled = reader.style(index)
                if styled is None:
                    continue
                start = (left, baseline, *styled)
            end = far
            if sign == _LINE_END_HYPHEN:
                letters.append("-")
                close_word()
                yield tuple(words)
                words = []
            elif sign >= " ":
                letters.append(sign)
    close_word()
    yield tuple(words)


def _again(sign: str, letters: Sequence[str], left: float, start: float, end: float) -> bool:
    """Whether the next letter stands at the beginning of its own word: the word is printed a second time over itself."""
    return len(letters) > 1 and sign == letters[0] and abs(left - start) < 0.3 * (end - start)


class _Characters:
    """Asks pdfium about single characters, remembering the style of each text object."""

    def __init__(self, textpage: Any, transform: _Transform) -> None:
        self.textpage, self.transform = textpage, transform
        self.styles: dict[int, tuple[Style, str] | None] = {}
        self._x, self._y = ctypes.c_double(), ctypes.c_double()
        self._box = pdfium.FS_RECTF()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def box(self, index: int) -> tuple[tuple[float, float], tuple[float, float]]:
        """The point on the baseline where a character begins, and one where it ends, in the direction of reading."""
        pdfium.FPDFText_GetCharOrigin(self.textpage, index, self._x, self._y)
        pdfium.FPDFText_GetLooseCharBox(self.textpage, index, self._box)
        x, y = self._x.value, self._y.value
        ends = {90: (x, self._box.top), 180: (self._box.left, y), 270: (x, self._box.bottom)}
        return (x, y), ends.get(self.transform.rotation, (self._box.right, y))

    def style(self, index: int) -> tuple[Style, str] | None:
        """Size, weight and slant, and the font; its name says them more surely than its flags do. None for turned letters."""
        owner = pdfium.FPDFText_GetTextObject(self.textpage, index)
        key = ctypes.cast(owner, ctypes.c_void_p).value or 0
        if key in self.styles:
            return self.styles[key]
        pdfium.FPDFText_GetFontInfo(self.textpage, index, self._name, 128, self._flags)
        name = self._name.value.decode("utf-8", "replace").lower()
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(self.textpage, index, matrix)
        if not _is_upright(self.transform.rotation, matrix.a, matrix.b):
            self.styles[key] = None
            return None
        scale = (matrix.c**2 + matrix.d**2) ** 0.5 or 1.0
        style = Style(
            size=round(pdfium.FPDFText_GetFontSize(self.textpage, index) * scale, 1) or 1.0,
            bold="bold" in name or "black" in name or "heavy" in name or pdfium.FPDFText_GetFontWeight(self.textpage, index) >= 600,
            italic="italic" in name or "oblique" in name or bool(self._flags.value & 64),
        )
        if key:
            self.styles[key] = style, name
        return style, name


def _drawn(page: Any, transform: _Transform) -> tuple[list[Rule], list[Rule], int]:
    """The level and upright rules on a page, and how many pictures it has."""
    level: list[Rule] = []
    upright: list[Rule] = []
    images = 0
    edges = [ctypes.c_float() for _ in range(4)]
    for index in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_PATHS_ON_PAGE)):
        drawn = pdfium.FPDFPage_GetObject(page, index)
        kind = pdfium.FPDFPageObj_GetType(drawn)
        images += kind == pdfium.FPDF_PAGEOBJ_IMAGE
        if kind != pdfium.FPDF_PAGEOBJ_PATH or not pdfium.FPDFPageObj_GetBounds(drawn, *edges):
            continue
        x1, y1 = transform(edges[0].value, edges[1].value)
        x2, y2 = transform(edges[2].value, edges[3].value)
        rule = Rule(min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2))
        wide, high = rule.right - rule.left, rule.bottom - rule.top
        if high <= _THIN < wide:
            middle = (rule.top + rule.bottom) / 2
            level.append(replace(rule, top=middle, bottom=middle))
        elif wide <= _THIN < high:
            middle = (rule.left + rule.right) / 2
            upright.append(replace(rule, left=middle, right=middle))
    return level, upright, images
