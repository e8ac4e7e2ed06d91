"""Plain text files, made into blocks by empty lines, numbers and signs."""

import re
from pathlib import Path

from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.knowledge.markdown import Form

_BULLET = re.compile(r"(\s*)([-–*+•▪◦o]|\uf0b7)\s+(?=\S)")
_NUMBERED = re.compile(r"(\s*)(?=(?:\d{1,2}|[a-z])[.)]\s+\S)")
_HEADING_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s+[A-ZÀ-Þ‘“\"']")  # the capital keeps dates out
_UNDERLINE = re.compile(r"\s*(=|-|~)\1{2,}\s*$")
_PAGE_NUMBER = re.compile(r"\s*(?:(?:pagina|blz\.?|p\.)\s*)?[-–]?\s*\d{1,4}\s*[-–]?\s*$", re.IGNORECASE)
_CONTENTS = re.compile(r".*?\.(?:\s?\.){3,}\s*\d{1,4}\s*$")
_CONTENTS_TITLE = re.compile(r"\s*inhoud(?:sopgave)?\s*:?\s*$", re.IGNORECASE)
_CONTENTS_ENTRY = re.compile(r"\s*\S.*\s{2,}\d{1,4}\s*$")
_LONGEST_ENTRY = 300
_CELL_BREAK = re.compile(r"\s{2,}|\t")
_AMOUNT = re.compile(r"[-+€]?\s?\d[\d.,]*\s?%?$")
_ENDS = re.compile(r"[.!?:;,…][’”\")]*$")
_LONGEST_HEADING = 100
_WRAPPED = 130  # Where a tenth of the lines is longer than this, a line break ends a paragraph.


def decode(data: bytes) -> str:
    """Text from bytes: by its byte order mark, else UTF-8, else the Western European set that old files use."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def convert_plain_text(path: Path, progress: Progress) -> Extracted:
    """Read a text file. Form feeds, where it has them, are taken as page breaks."""
    text = decode(path.read_bytes()).replace("\r\n", "\n").replace("\r", "\n")
    extracted = Extracted()
    has_pages = "\f" in text.strip("\f\n ")
    paged = [page.split("\n") for page in text.split("\f")] if has_pages else [text.split("\n")]
    lengths = sorted(len(line.strip()) for page in paged for line in page if line.strip())
    reader = _Reader(extracted, wrapped=not lengths or lengths[len(lengths) * 9 // 10] <= _WRAPPED)
    for number, lines in enumerate(paged, 1):
        if has_pages and lines:
            lines = _without_page_number(lines, extracted)
        reader.page(lines, number if has_pages else None)
    reader.close()
    extracted.pages = len(paged) if has_pages else None
    progress(1, 1)
    return extracted


def _without_page_number(lines: list[str], extracted: Extracted) -> list[str]:
    filled = [number for number, line in enumerate(lines) if line.strip()]
    for number in {*filled[:1], *filled[-1:]}:
        if _PAGE_NUMBER.match(lines[number]):
            extracted.leave_out(LeftOut.PAGE_NUMBERS)
            lines = [*lines[:number], "", *lines[number + 1 :]]
    return lines


class _Reader:
    def __init__(self, extracted: Extracted, wrapped: bool) -> None:
        self.extracted, self.wrapped = extracted, wrapped
        self.open: list[Line] = []
        self.form, self.level, self.sign = Form.PARAGRAPH, 0, ""
        self.after_empty = True
        self.contents = False

    def page(self, lines: list[str], page: int | None) -> None:
        """Read the lines of one page; a paragraph may go on from the page before."""
        for number, line in enumerate(lines):
            following = lines[number + 1] if number + 1 < len(lines) else ""
            underline = _UNDERLINE.match(line)
            if underline and len(self.open) == 1 and self.form is Form.PARAGRAPH:
                self.form, self.level = Form.HEADING, 1 if underline.group(1) == "=" else 2
                self.close()
            elif not line.strip() or underline:
                # At the head and foot of a page an open sentence goes on; elsewhere an empty line ends its paragraph.
                inside = any(rest.strip() for rest in lines[number:]) and any(rest.strip() for rest in lines[:number])
                if inside or not self.open or _ENDS.search(self.open[-1].text):
                    self.close()
                self.after_empty = True
            elif self._in_contents(line):
                self.extracted.leave_out(LeftOut.CONTENTS)
            else:
                self._line(line, following, page)
                self.after_empty = False

    def _in_contents(self, line: str) -> bool:
        """Lines with dotted leaders, and those below the title 'Inhoud' that end in a number after white space."""
        if len(line) > _LONGEST_ENTRY:
            return False
        if _CONTENTS_TITLE.match(line):
            self.contents = True
            return True
        self.contents = self.contents and bool(_CONTENTS_ENTRY.match(line))
        return self.contents or bool(_CONTENTS.match(line))

    def _line(self, line: str, following: str, page: int | None) -> None:
        bullet = _BULLET.match(line)
        begins = bullet or _NUMBERED.match(line)
        level = self._heading_level(line, following)
        cells = _CELL_BREAK.split(line.strip())
        if len(cells) > 2 and sum(bool(_AMOUNT.match(cell)) for cell in cells) > 1:
            self.close()
            self.extracted.blocks.append(TextBlock(Form.ROW, tuple(Line(cell, page) for cell in cells)))
        elif level:
            self.close()
            self.extracted.blocks.append(TextBlock(Form.HEADING, (Line(line.strip(), page),), level))
        elif begins and (bullet or self.after_empty or self.form is Form.BULLET or not self.open):
            self.close()
            indent = len(begins.group(1).expandtabs(4))
            self.form, self.level = Form.BULLET, min(indent // 4, 5)
            self.sign = bullet.group(2) if bullet and bullet.group(2) < "\ue000" else ""
            self.open = [Line(line[bullet.end() :] if bullet else line.strip(), page)]
        else:
            if not self.wrapped:
                self.close()
            self.open.append(Line(line.strip(), page))

    def _heading_level(self, line: str, following: str) -> int:
        """The level of a heading that stands alone: numbered, or in capitals. 0 for other lines."""
        text = line.strip()
        if not self.after_empty or (following.strip() and self.wrapped) or len(text) > _LONGEST_HEADING or _ENDS.search(text):
            return 0
        numbered = _HEADING_NUMBER.match(text)
        if numbered:
            return min(numbered.group(1).count(".") + 1, 6)
        return 1 if text.isupper() and sum(sign.isalpha() for sign in text) > 3 else 0

    def close(self) -> None:
        """End the block that is being gathered."""
        if self.open:
            self.extracted.blocks.append(TextBlock(self.form, tuple(self.open), self.level, sign=self.sign))
        self.open, self.form, self.level, self.sign = [], Form.PARAGRAPH, 0, ""
