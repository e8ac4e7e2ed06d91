"""The points of a document: items of lists and rows of tables, with the line that leads them in; and headings with what is below them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.index.index import Group
from bot.knowledge.list_items import begins_item
from bot.knowledge.model import Passage, Section, Span

_MARK = re.compile(r"(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)]|\|)\s*$")
"""What stands before an item or a cell on its line."""
_NUMBER = re.compile(r"\d{1,3}[.)]\s")

MOST_ITEMS = 40
"""Passages in both directions in which the other items of a list are looked for."""


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
        lead: what leads it in, None without such a line.
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


def is_item(passage: Passage) -> bool:
    """Whether a passage begins with an item of a list or a row of a table."""
    line = passage.document.line_before(passage.span.start)
    return bool(_MARK.fullmatch(line.strip() + " ") if line.strip() else None) or _begins(passage, passage.span.start)


def is_note(passage: Passage) -> bool:
    """Whether a passage is a footnote."""
    text = passage.document.text
    return text.startswith("[^", text.rfind("\n", 0, passage.span.start) + 1)


def is_numbered(group: Group, point: Point) -> bool:
    """Whether a point has a number."""
    start, document = span_of(group, point).start, group.passages[point.passage].document
    return bool(_NUMBER.match(text_of(group, point)) or re.search(r"\d[.)]\s*$", document.line_before(start)))


def points_in(group: Group, number: int) -> list[Point]:
    """A passage divided where an item of a list begins; the first may be a line that leads the others in."""
    passage = group.passages[number]
    starts = [n for n, sentence in enumerate(passage.sentences) if n == 0 or _begins(passage, sentence.span.start)]
    return [Point(number, start, end) for start, end in zip(starts, [*starts[1:], len(passage.sentences)], strict=True)]


def _begins(passage: Passage, start: int) -> bool:
    """Whether an item begins at this place, in or at the beginning of a passage; see `list_items.begins_item`."""
    line = "\n" + passage.document.line_before(start)
    return begins_item(line, len(line))


def block_of(group: Group, number: int) -> Block | None:
    """The list that a passage holds, is an item of, or leads in; None where it is none of these."""
    passages = group.passages
    passage = passages[number]
    own = points_in(group, number)
    if len(own) > 1:
        return Block(own[0], (*own[1:], *_rest_below(group, number)))
    if not is_item(passage):
        after = number + 1
        if not passage.text.rstrip().endswith(":") or not _same_part(passages, number, after) or not is_item(passages[after]):
            return None
        return Block(own[0], _points_of(group, _run(passages, after, 1)))
    if _begins(passage, passage.span.start):
        # What is too long for one passage has its first items with the line that leads them in.
        head = number
        while _begins(passages[head], passages[head].span.start) and _same_part(passages, number, head - 1):
            head -= 1
        if head != number and len(points_in(group, head)) > 1:
            return block_of(group, head)
    numbers = (*reversed(list(_run(passages, number, -1))), *list(_run(passages, number, 1))[1:])
    before = numbers[0] - 1
    lead = points_in(group, before)[-1] if _same_part(passages, numbers[0], before) else None
    return Block(lead, _points_of(group, numbers))


def _points_of(group: Group, numbers: "Iterator[int] | Sequence[int]") -> tuple[Point, ...]:
    return tuple(point for number in numbers for point in points_in(group, number))


def _rest_below(group: Group, number: int) -> Iterator[Point]:
    """The items that did not fit in the passage of the line that leads them in."""
    passages = group.passages
    after = number + 1
    while _same_part(passages, number, after) and _begins(passages[after], passages[after].span.start):
        yield from points_in(group, after)
        after += 1


def _run(passages: Sequence[Passage], number: int, step: int) -> Iterator[int]:
    """An item and those that follow it without anything between, in one direction."""
    start = number
    while True:
        yield number
        after = number + step
        if abs(after - start) > MOST_ITEMS or not _same_part(passages, number, after) or not is_item(passages[after]):
            return
        if _apart(passages[min(number, after)], passages[max(number, after)]):
            return
        number = after


def _apart(one: Passage, other: Passage) -> bool:
    """Whether text that is no passage stands between two passages."""
    between = other.document.slice(one.span.end, other.span.start)
    return sum(c.isalnum() for c in between) > 4


def _same_part(passages: Sequence[Passage], one: int, other: int) -> bool:
    if not 0 <= other < len(passages):
        return False
    a, b = passages[one], passages[other]
    return a.document.id == b.document.id and a.section.headings == b.section.headings


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
    every = [(point, place > 0 or is_item(group.passages[n])) for n in numbers for place, point in enumerate(points_in(group, n))]
    items = [point for point, item in every if item]
    return items or [point for point, _ in every if not text_of(group, point).rstrip().endswith(":")]
