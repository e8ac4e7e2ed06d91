"""The points of a document: items of lists and rows of tables, with the line that leads them in; and headings with what is below them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.answering.read_points import NUMBER, Block, Point, ReadPoint, begins, saying
from bot.index.group import Group
from bot.knowledge.model import Passage, Section, Span


class _Known:
    """The points of a group that were looked at: what is known of them follows from the texts alone."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self._passages: dict[int, list[ReadPoint]] = {}
        self._lists: dict[int, tuple[Block, ...]] = {}
        self._parts: dict[int, range] = {}
        self._points: dict[Point, ReadPoint] = {}
        self._sections: dict[str, list[Section]] = {}

    def inside(self, number: int) -> list[ReadPoint]:
        """The points of a passage."""
        inside = self._passages.get(number)
        if inside is None:
            passage = self.group.passages[number]
            starts = [n for n, sentence in enumerate(passage.sentences) if n == 0 or begins(passage, sentence.span.start)]
            ends = [*starts[1:], len(passage.sentences)]
            inside = [ReadPoint(self, passage, Point(number, start, end)) for start, end in zip(starts, ends, strict=True)]
            if len(self._passages) >= REMEMBERED:
                self._passages.clear()
                self._points.clear()
            self._points.update((seen.point, seen) for seen in inside)
            self._passages[number] = inside
        return inside

    def of(self, point: Point) -> ReadPoint:
        """A point."""
        seen = self._points.get(point)
        if seen is None:
            self.inside(point.passage)
            seen = self._points.get(point) or ReadPoint(self, self.group.passages[point.passage], point)
        return seen

    def lists(self, number: int) -> tuple[Block, ...]:
        """See `lists_in`."""
        blocks = self._lists.get(number)
        if blocks is None:
            first: dict[tuple[Point, ...], Block] = {}
            for block in (seen.block for seen in self.inside(number)):
                if block and len(block.items) > 1:
                    first.setdefault(block.items, block)
            blocks = tuple(first.values())
            if len(self._lists) >= REMEMBERED:
                self._lists.clear()
            self._lists[number] = blocks
        return blocks

    def sections(self, document_id: str) -> list[Section]:
        """See `sections`."""
        known = self._sections.get(document_id)
        if known is None:
            by_headings: dict[tuple[str, ...], Section] = {}
            for section, numbers in self.group.outline(document_id):
                headings = section.headings
                for depth in range(1, len(headings) + 1 if numbers else 0):
                    by_headings.setdefault(headings[:depth], Section(headings[:depth], depth))
                if numbers:
                    by_headings[headings] = section
            if len(self._sections) >= DOCUMENTS:
                self._sections.clear()
            known = self._sections[document_id] = list(by_headings.values())
        return known

    def next_to(self, seen: ReadPoint, step: int) -> ReadPoint | None:
        """The point after or before one, under the same heading."""
        number = seen.point.passage
        inside = self.inside(number)
        position = [other.point for other in inside].index(seen.point) + step
        if 0 <= position < len(inside):
            return inside[position]
        return self.inside(number + step)[0 if step > 0 else -1] if self._goes_on(number, number + step) else None

    def part(self, number: int) -> range:
        """See `part_of`."""
        part = self._parts.get(number)
        if part is None:
            first = last = number
            beside = frozenset(self.group.beside(number))
            while first - 1 in beside or self._goes_on(first, first - 1):
                first -= 1
            while last + 1 in beside or self._goes_on(last, last + 1):
                last += 1
            part = range(first, last + 1)
            if len(self._parts) >= REMEMBERED:
                self._parts.clear()
            self._parts |= dict.fromkeys(part, part)
        return part

    def _goes_on(self, number: int, beside: int) -> bool:
        """Whether the passage beside one stands under the same heading."""
        return 0 <= beside < len(self.group.passages) and self.group.same_part(number, beside)


REMEMBERED, DOCUMENTS = 4_000, 8
"""Passages whose points are remembered, and documents whose sections are."""


def span_of(group: Group, point: Point) -> Span:
    """Where a point stands in the source."""
    sentences = group.passages[point.passage].sentences
    return Span(sentences[point.first].span.start, sentences[point.end - 1].span.end)


def text_of(group: Group, point: Point) -> str:
    """The words of a point, to the letter."""
    return group.once(_Known).of(point).text


def words_of_point(group: Group, point: Point) -> Mapping[str, float]:
    """How firmly each stem and marked root belongs to a point, by its own words."""
    return group.once(_Known).of(point).words


def points_in(group: Group, number: int) -> list[Point]:
    """A passage divided where an item of a list begins; the first may be a line that leads the others in."""
    return [seen.point for seen in group.once(_Known).inside(number)]


def lists_in(group: Group, number: int) -> Sequence[Block]:
    """The lists of more than one item that the points of a passage are of or lead in, each once."""
    return group.once(_Known).lists(number)


def part_of(group: Group, number: int) -> range:
    """The passages before and after one that stand under the same heading without another between them: no list goes beyond them."""
    return group.once(_Known).part(number)


def leads_among(group: Group, numbers: Iterable[int]) -> Iterator[Point]:
    """The points of some passages that may lead a list in."""
    known = group.once(_Known)
    return (seen.point for number in numbers for seen in known.inside(number) if seen.leads)


def is_note(passage: Passage) -> bool:
    """Whether a passage is a footnote."""
    return f"{passage.document.line_before(passage.span.start)}{passage.text}".startswith("[^")


def is_numbered(group: Group, point: Point) -> bool:
    """Whether a point has a number."""
    seen = group.once(_Known).of(point)
    return bool(NUMBER.match(seen.text) or re.search(r"\d[.)]\s*$", seen.line))


def leads_in(group: Group, point: Point) -> bool:
    """Whether a point ends in a colon, or names the columns of a table: what is said of it comes after it."""
    return group.once(_Known).of(point).leads


def block_of(group: Group, point: Point) -> Block | None:
    """The list that a point leads in, or is an item of; None where it does neither."""
    return group.once(_Known).of(point).block


def columns_of(group: Group, block: Block) -> Point | None:
    """The row that names the columns of a table; None of any other list."""
    before = group.once(_Known).of(block.items[0]).before
    if before and before.row and not before.says:
        before = before.before
    return before.point if before and before.columns else None


def below(group: Group, document_id: str, section: Section) -> list[int]:
    """The numbers of the passages under a heading, those under headings inside it too."""
    depth = len(section.headings)
    return [n for inner, numbers in group.outline(document_id) if inner.headings[:depth] == section.headings for n in numbers]


def sections(group: Group, document_id: str) -> list[Section]:
    """The sections of a document that hold passages, and those around them, in order, each once."""
    return group.once(_Known).sections(document_id)


def points_among(group: Group, numbers: Sequence[int]) -> list[Point]:
    """In some passages the items of lists; all but those that lead a list in where there are none."""
    every = [seen for number in numbers for seen in group.once(_Known).inside(number)]
    return list(saying([seen for seen in every if seen.item] or [seen for seen in every if not seen.leads]))
