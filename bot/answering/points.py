"""The points of a document: items of lists and rows of tables, with the line that leads them in; and headings with what is below them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.index.group import Group
from bot.knowledge.list_items import begins_item, item_depth
from bot.knowledge.model import Passage, Section, Span

_MARK = re.compile(r"(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)]|\|)\s*$")
"""What stands before an item or a cell on its line."""

_RULE = re.compile(r"[ \t]*\|[ \t:|-]*-[ \t:|-]*")
_YEAR = re.compile(r"(?:19|20)\d\d")

_NUMBER, _LETTER = re.compile(r"\d{1,3}[.)]\s"), re.compile(r"[a-z]{1,2}[.)]\s?")
_LETTERED = re.compile(r"(?:[a-z]|[ivx]{2,5})[.)]\s|\d{1,3}[°º][.)]?\s")
_ROMAN = re.compile(r"(?:[ivx]{2,5}[.)]|\d{1,3}[°º])")
"""What an item of a regulation begins with: a numbered member, a part with a letter, a part of that."""

MOST_ITEMS = 40
"""Passages in both directions in which the other items of a list are looked for."""

_BARE_LEVEL = 1
"""The level of an item without a number or a letter of its own."""


class Point(NamedTuple):
    """An item of a list, or the line that leads one in: some sentences of a passage, or all of them.

    Attributes:
        passage: its number.
        first, end: the numbers of its first sentence, and of the one after its last.
    """

    passage: int
    first: int
    end: int


class Block(NamedTuple):
    """A list in a document.

    Attributes:
        lead: what stands before it, which leads it in where it ends in a colon; None without it.
        items: its items, in order.
    """

    lead: Point | None
    items: tuple[Point, ...]


def span_of(group: Group, point: Point) -> Span:
    """Where a point stands in the source."""
    sentences = group.passages[point.passage].sentences
    return Span(sentences[point.first].span.start, sentences[point.end - 1].span.end)


def text_of(group: Group, point: Point) -> str:
    """The words of a point, to the letter."""
    span = span_of(group, point)
    return group.passages[point.passage].document.slice(span.start, span.end)


def points_in(group: Group, number: int) -> list[Point]:
    """A passage divided where an item of a list begins; the first may be a line that leads the others in."""
    passage = group.passages[number]
    starts = [n for n, sentence in enumerate(passage.sentences) if n == 0 or _begins(passage, sentence.span.start)]
    return [Point(number, start, end) for start, end in zip(starts, [*starts[1:], len(passage.sentences)], strict=True)]


def is_note(passage: Passage) -> bool:
    """Whether a passage is a footnote."""
    return f"{passage.document.line_before(passage.span.start)}{passage.text}".startswith("[^")


def _begins(passage: Passage, start: int) -> bool:
    """Whether an item begins at this place, in or at the beginning of a passage; see `list_items.begins_item`."""
    line = "\n" + passage.document.line_before(start)
    return begins_item(line, len(line))


def is_item(group: Group, point: Point) -> bool:
    """Whether a point is an item of a list or a row of a table, but not the row of a table that names its columns."""
    passage, start = group.passages[point.passage], span_of(group, point).start
    if _begins(passage, start):
        return True
    line = passage.document.line_before(start).strip()
    if not line:
        return bool(point.first == 0 and _LETTERED.match(text_of(group, point)))
    return bool(_MARK.fullmatch(line + " ")) and not (line == "|" and _names_columns(group, point))


def is_numbered(group: Group, point: Point) -> bool:
    """Whether a point has a number."""
    start, document = span_of(group, point).start, group.passages[point.passage].document
    return bool(_NUMBER.match(text_of(group, point)) or re.search(r"\d[.)]\s*$", document.line_before(start)))


def leads_in(group: Group, point: Point) -> bool:
    """Whether a point ends in a colon, or names the columns of a table: what is said of it comes after it."""
    if text_of(group, point).rstrip().endswith(":"):
        return True
    line = group.passages[point.passage].document.line_before(span_of(group, point).start)
    return line.strip() == "|" and _names_columns(group, point)


def _names_columns(group: Group, row: Point) -> bool:
    """Whether a row is the first of its table: a line of dashes below it, or no number in it, years aside, where the next row has one."""
    document, span = group.passages[row.passage].document, span_of(group, row)
    below = document.line_below(span.end)
    if not below.lstrip().startswith("|") or document.line_above(span.start).lstrip().startswith("|"):
        return False
    return bool(_RULE.fullmatch(below)) or (not _has_number(text_of(group, row)) and _has_number(below))


def _has_number(text: str) -> bool:
    return any(c.isdigit() for c in _YEAR.sub("", text))


def _level(group: Group, point: Point) -> int:
    """How deep an item lies: a member of an article above its parts, and those above theirs."""
    text = text_of(group, point)
    line = group.passages[point.passage].document.line_before(span_of(group, point).start)
    deeper = item_depth("\n" + line, len(line) + 1) or (len(line) - len(line.lstrip())) // 2
    if _ROMAN.match(text) or text.startswith("i. "):
        return 2 + deeper
    if _LETTER.match(text):
        return 1 + deeper
    numbered = _NUMBER.match(text) or line.strip()[:1].isdigit()
    return deeper if numbered else _BARE_LEVEL + deeper


def block_of(group: Group, point: Point) -> Block | None:
    """The list that a point leads in, or is an item of; None where it does neither."""
    after = _next_to(group, point, 1)
    if after and leads_in(group, point) and is_item(group, after):
        level = _level(group, after)
        if not is_item(group, point) or level > _level(group, point):
            return Block(point, _saying(group, _run(group, after, 1, level)))
    if not is_item(group, point):
        return None
    level = _level(group, point)
    items = _saying(group, (*reversed(list(_run(group, point, -1, level))), *list(_run(group, point, 1, level))[1:]))
    return Block(_next_to(group, items[0], -1), items) if items else None


def _saying(group: Group, points: Iterable[Point]) -> tuple[Point, ...]:
    """Those points that say something: not the line of dashes in a table."""
    return tuple(point for point in points if any(c.isalnum() for c in text_of(group, point)))


def _run(group: Group, point: Point, step: int, level: int) -> Iterator[Point]:
    """An item and those that follow it without anything between, in one direction, with what lies deeper."""
    for _ in range(MOST_ITEMS):
        yield point
        after = _next_to(group, point, step)
        if after is None or not is_item(group, after) or _level(group, after) < level or _apart(group, *sorted((point, after))):
            return
        point = after


def _apart(group: Group, one: Point, other: Point) -> bool:
    """Whether text that is no passage stands between two points."""
    if one.passage == other.passage:
        return False
    between = group.passages[other.passage].document.slice(span_of(group, one).end, span_of(group, other).start)
    return sum(c.isalnum() for c in between) > 4


def _next_to(group: Group, point: Point, step: int) -> Point | None:
    """The point after or before one, under the same heading."""
    inside = points_in(group, point.passage)
    place = inside.index(point) + step
    if 0 <= place < len(inside):
        return inside[place]
    number = point.passage + step
    if not _same_part(group, point.passage, number):
        return None
    return points_in(group, number)[0 if step > 0 else -1]


def _same_part(group: Group, one: int, other: int) -> bool:
    if not 0 <= other < len(group.passages):
        return False
    a, b = group.section_of(one), group.section_of(other)
    return a.headings == b.headings and group.document_of(one).id == group.document_of(other).id


def below(group: Group, document_id: str, section: Section) -> list[int]:
    """The numbers of the passages under a heading, those under headings inside it too."""
    depth = len(section.headings)
    return [n for inner, numbers in group.outline(document_id) if inner.headings[:depth] == section.headings for n in numbers]


def sections(group: Group, document_id: str) -> list[Section]:
    """The sections of a document that hold passages, and those around them, in order, each once."""
    found: dict[tuple[str, ...], Section] = {}
    for section, numbers in group.outline(document_id):
        headings = section.headings
        for depth in range(1, len(headings) + 1 if numbers else 0):
            found.setdefault(headings[:depth], Section(headings[:depth], depth))
    return list(found.values())


def points_among(group: Group, numbers: Sequence[int]) -> list[Point]:
    """In some passages the items of lists; all but those that lead a list in where there are none."""
    every = [point for number in numbers for point in points_in(group, number)]
    items = [point for point in every if is_item(group, point)] or [point for point in every if not leads_in(group, point)]
    return list(_saying(group, items))
