"""What every converter gives: the blocks of a file, and what the file says about itself."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from bot.knowledge.markdown import Form

Progress = Callable[[int, int], None]
"""Told how many parts of how many are done."""


class LeftOut(str, Enum):
    """What a converter leaves out of the text, on purpose."""

    RUNNING_LINES = "running_lines"
    PAGE_NUMBERS = "page_numbers"
    CONTENTS = "contents"
    IMAGES = "images"
    NAVIGATION = "navigation"
    SCANNED_PAGES = "scanned_pages"
    LINE_NUMBERS = "line_numbers"
    TURNED = "turned"


@dataclass(frozen=True, slots=True)
class Line:
    """A stretch of text on one page; `page` counts from 1 and is None where the format has no pages."""

    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A heading, paragraph, bullet or table row.

    Attributes:
        lines: as they stood below each other, to be read on from one to the next. In a table row each is a cell,
            empty ones too, with a line break between the lines inside it.
        level: 1 to 6 for a heading, the depth of its list (from 0) for a bullet.
        label: the number of a footnote.
        sign: what stands before a bullet in the text itself ('•', '-'); empty where only the layout shows it.
    """

    form: Form
    lines: tuple[Line, ...]
    level: int = 0
    label: str = ""
    sign: str = ""

    @property
    def text(self) -> str:
        """The lines with a space between them, for looking at, not for quoting."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class PageReading:
    """The letters of a page in two other orders than that of its blocks.

    Attributes:
        chains: as the file writes them; one chain is written line below line.
        cut: as white space cuts them.
    """

    chains: tuple[str, ...]
    cut: str


@dataclass(slots=True)
class Extracted:
    """A file as blocks, with what it says about itself.

    Attributes:
        dated: who published it wrote the year down. The date that a program put in a file is that of a template, or of printing.
        pages: the number of pages, or None where the format has none.
        left_out: how many lines, pictures or pages were left out, by kind.
        left_out_text: the lines that were left out, to be measured with.
        recognised: the pages whose words were recognised in a picture.
        readings: how else each page can be read; empty where the format leaves no doubt about the order.
    """

    blocks: list[TextBlock] = field(default_factory=list)
    title: str = ""
    publisher: str = ""
    year: int | None = None
    url: str | None = None
    pages: int | None = None
    left_out: dict[LeftOut, int] = field(default_factory=dict)
    left_out_text: list[str] = field(default_factory=list)
    readings: list[PageReading] = field(default_factory=list)
    dated: bool = False
    recognised: tuple[int, ...] = ()

    def leave_out(self, what: LeftOut, count: int = 1, text: str = "") -> None:
        """Count something that was left out, and keep its text."""
        self.left_out[what] = self.left_out.get(what, 0) + count
        if text:
            self.left_out_text.append(text)
