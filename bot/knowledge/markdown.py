"""source.md as blocks: headings, paragraphs, bullets, table rows, remarks below a bullet and footnotes, each a span."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from bot.expressions import expression
from bot.knowledge.model import Span

_HEADING = expression(r"(#{1,6})[ \t]+(.*?)[ \t]*#*$")
_BULLET = expression(r"[ \t\xa0]*(?:[-*+•]|\d{1,3}[.)])[ \t\xa0]+(?=\S)")
_ROW = expression(r"[ \t\xa0]*\|[ \t]*(.*?)[ \t]*\|?$")
_NOTE = expression(r"\[\^[^\]\s]{1,12}\]:[ \t]+(?=\S)")
_INDENT = expression(r"(?: {2,}|\t)")


class Form(Enum):
    """How a block stands on the page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    BULLET = "bullet"
    ROW = "row"
    REMARK = "remark"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of source text that stands together. `level` is the heading's level, 0 for other blocks."""

    form: Form
    span: Span
    level: int = 0


def blocks(text: str) -> list[Block]:
    """Parse the Markdown that source.md uses.

    Args:
        text: the whole of source.md.

    Returns:
        Blocks in order. Lines that follow each other belong to one paragraph or bullet; an indented paragraph after
        an empty line below a bullet is a REMARK, a paragraph that begins with `[^1]:` a NOTE. The signs of a heading,
        bullet, note or row (the bars at its ends) are not part of its span.
    """
    parsed: list[Block] = []
    current: Block | None = None
    in_list = after_empty = False
    for start, end in _lines(text):
        line = text[start:end]
        if not line.strip():
            if current:
                parsed.append(current)
            current, after_empty = None, True
            continue
        heading, bullet, row = _HEADING.match(line), _BULLET.match(line), _ROW.match(line)
        if heading:
            if current:
                parsed.append(current)
            if heading.group(2):
                span = Span(start + heading.start(2), start + heading.end(2))
                parsed.append(Block(Form.HEADING, span, len(heading.group(1))))
            current, in_list = None, False
        elif bullet or row:
            if current:
                parsed.append(current)
            current, in_list = None, bool(bullet)
            if bullet:
                current = Block(Form.BULLET, Span(start + bullet.end(), end))
            elif row and row.group(1):
                current = Block(Form.ROW, Span(start + row.start(1), start + row.end(1)))
        elif current:
            current = Block(current.form, Span(current.span.start, end))
        else:
            note = _NOTE.match(line)
            remark = in_list and after_empty and _INDENT.match(line)
            in_list = in_list and bool(remark)
            first = start + (note.end() if note else len(line) - len(line.lstrip()))
            current = Block(Form.NOTE if note else Form.REMARK if remark else Form.PARAGRAPH, Span(first, end))
        after_empty = False
    if current:
        parsed.append(current)
    return parsed


def _lines(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each line, without white space at its end."""
    start = 0
    for line in text.splitlines(keepends=True):
        yield start, start + len(line.rstrip())
        start += len(line)
