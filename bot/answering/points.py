"""The points of a document: items of lists and rows of tables, with the line that leads them in; and headings with what is below them."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from bot.index.group import Group
from bot.knowledge.list_items import begins_item, item_depth
from bot.knowledge.model import Passage, Section, Span

_MARK = re.compile(r"(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)]|\|)\s*$")
"""What stands before an item or a cell on its line."""

_OPENING = re.compile(r"\s*(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)])\s+\S")
"""A line that opens with the mark of an item and goes on."""

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


class _Seen:
    """A point with what is known of it, each worked out when it is first asked for.

    Attributes:
        point: the point.
        text: its words.
        line: what stands before it on its line.
        words: how firmly each of its words belongs to it.
        after, before: the point that follows it under the same heading, and the one that it follows.
        next_item, last_item: the same where that is an item and no other text stands between them but the rest of an item.
        block: the list that it leads in or is an item of.
    """

    def __init__(self, known: "_Known", passage: Passage, point: Point) -> None:
        self.point, self.passage = point, passage
        self._known = known
        span = self.span
        self.text = passage.text[span.start - passage.span.start : span.end - passage.span.start]

    @property
    def span(self) -> Span:
        """Where it stands in the source."""
        sentences = self.passage.sentences
        return Span(sentences[self.point.first].span.start, sentences[self.point.end - 1].span.end)

    @cached_property
    def line(self) -> str:
        return self.passage.document.line_before(self.span.start)

    @cached_property
    def item(self) -> bool:
        """Whether it is an item of a list or a row of a table, but not the row of a table that names its columns."""
        if _begins(self.passage, self.span.start):
            return True
        line = self.line.strip()
        if not line:
            return bool(self.point.first == 0 and _LETTERED.match(self.text))
        return bool(_MARK.fullmatch(line + " ")) and not (line == "|" and _names_columns(self))

    @cached_property
    def continues(self) -> bool:
        """Whether it goes on with an item that begins in the passage before: long items are divided over passages."""
        return not self.item and bool(_OPENING.match(self.line))

    @cached_property
    def leads(self) -> bool:
        """Whether it ends in a colon, or names the columns of a table: what is said of it comes after it."""
        return self.text.rstrip().endswith(":") or (self.line.strip() == "|" and _names_columns(self))

    @cached_property
    def level(self) -> int:
        """How deep an item lies: a member of an article above its parts, and those above theirs."""
        line = self.line
        deeper = item_depth("\n" + line, len(line) + 1) or (len(line) - len(line.lstrip())) // 2
        if _ROMAN.match(self.text) or self.text.startswith("i. "):
            return 2 + deeper
        if _LETTER.match(self.text):
            return 1 + deeper
        numbered = _NUMBER.match(self.text) or line.strip()[:1].isdigit()
        return deeper if numbered else _BARE_LEVEL + deeper

    @cached_property
    def row(self) -> bool:
        """Whether it is a row of a table, that which names its columns too."""
        return self.line.strip() == "|"

    @cached_property
    def columns(self) -> bool:
        """Whether it is the row that names the columns of a table."""
        return self.row and self.leads

    @cached_property
    def says(self) -> bool:
        """Whether it says something: the line of dashes in a table does not."""
        return any(map(str.isalnum, self.text))

    @cached_property
    def words(self) -> dict[str, float]:
        """How firmly each stem and marked root belongs to it, by its own words."""
        strengths: dict[str, float] = {}
        for view in self._known.group.views(self.point.passage)[self.point.first : self.point.end]:
            for key, value in view.narrow.items():
                if value > strengths.get(key, 0.0):
                    strengths[key] = value
        return strengths

    @cached_property
    def after(self) -> "_Seen | None":
        return self._known.next_to(self, 1)

    @cached_property
    def before(self) -> "_Seen | None":
        return self._known.next_to(self, -1)

    @cached_property
    def next_item(self) -> "_Seen | None":
        last, other = self, self.after
        while other and other.continues:
            last, other = other, other.after
        # A table ends where a list begins.
        return other if other and other.item and other.row == self.row and not _apart(last, other) else None

    @cached_property
    def last_item(self) -> "_Seen | None":
        other = self.before
        if other is None or _apart(other, self):
            return None
        other = other.begun
        return other if other and other.item and other.row == self.row else None

    @property
    def begun(self) -> "_Seen | None":
        """The item that it goes on with; itself where it does with none."""
        seen: _Seen | None = self
        while seen and seen.continues:
            seen = seen.before
        return seen

    @cached_property
    def block(self) -> Block | None:
        if self.continues:
            return self.begun.block if self.begun else None
        after = self.after
        if after and after.columns and not self.row:
            # Between the line that leads a table in and its rows stand the names of its columns.
            after = after.after
        if after and self.leads and after.item and (not self.item or after.level > self.level):
            return Block(self.point, _saying(_run(after, 1, after.level)))
        if not self.item:
            return None
        behind, ahead = list(_run(self, -1, self.level)), list(_run(self, 1, self.level))
        run = [*reversed(behind), *ahead[1:]]
        items = [seen for seen in run if seen.says]
        before = items[0].before if items else None
        if before and before.columns and before.before and before.before.leads and not before.before.row:
            before = before.before
        block = Block(before.point if before else None, tuple(seen.point for seen in items)) if items else None
        if len(run) < MOST_ITEMS:
            # Each item of the same level has the same list, unless it leads one in itself.
            for seen in run:
                if seen.level == self.level and not seen.leads:
                    seen.__dict__["block"] = block
        return block


class _Known:
    """The points of a group that were looked at: what is known of them follows from the texts alone."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self._passages: dict[int, list[_Seen]] = {}
        self._lists: dict[int, tuple[Block, ...]] = {}
        self._parts: dict[int, range] = {}
        self._points: dict[Point, _Seen] = {}
        self._sections: dict[str, list[Section]] = {}

    def inside(self, number: int) -> list[_Seen]:
        """The points of a passage."""
        inside = self._passages.get(number)
        if inside is None:
            passage = self.group.passages[number]
            starts = [n for n, sentence in enumerate(passage.sentences) if n == 0 or _begins(passage, sentence.span.start)]
            ends = [*starts[1:], len(passage.sentences)]
            inside = [_Seen(self, passage, Point(number, start, end)) for start, end in zip(starts, ends, strict=True)]
            if len(self._passages) >= REMEMBERED:
                self._passages.clear()
                self._points.clear()
            self._points.update((seen.point, seen) for seen in inside)
            self._passages[number] = inside
        return inside

    def of(self, point: Point) -> _Seen:
        """A point."""
        seen = self._points.get(point)
        if seen is None:
            self.inside(point.passage)
            seen = self._points.get(point) or _Seen(self, self.group.passages[point.passage], point)
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

    def next_to(self, seen: _Seen, step: int) -> _Seen | None:
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


def _begins(passage: Passage, start: int) -> bool:
    """Whether an item begins at this place, in or at the beginning of a passage; see `list_items.begins_item`."""
    line = "\n" + passage.document.line_before(start)
    return begins_item(line, len(line))


def is_numbered(group: Group, point: Point) -> bool:
    """Whether a point has a number."""
    seen = group.once(_Known).of(point)
    return bool(_NUMBER.match(seen.text) or re.search(r"\d[.)]\s*$", seen.line))


def leads_in(group: Group, point: Point) -> bool:
    """Whether a point ends in a colon, or names the columns of a table: what is said of it comes after it."""
    return group.once(_Known).of(point).leads


def _names_columns(row: _Seen) -> bool:
    """Whether a row is the first of its table: a line of dashes below it, or no number in it, years aside, where the next row has one."""
    document, span = row.passage.document, row.span
    below = document.line_below(span.end)
    if not below.lstrip().startswith("|") or document.line_above(span.start).lstrip().startswith("|"):
        return False
    return bool(_RULE.fullmatch(below)) or (not _has_number(row.text) and _has_number(below))


def _has_number(text: str) -> bool:
    return any(c.isdigit() for c in _YEAR.sub("", text))


def block_of(group: Group, point: Point) -> Block | None:
    """The list that a point leads in, or is an item of; None where it does neither."""
    return group.once(_Known).of(point).block


def columns_of(group: Group, block: Block) -> Point | None:
    """The row that names the columns of a table; None of any other list."""
    before = group.once(_Known).of(block.items[0]).before
    if before and before.row and not before.says:
        before = before.before
    return before.point if before and before.columns else None


def _saying(seen: Iterable[_Seen]) -> tuple[Point, ...]:
    """Those points that say something."""
    return tuple(one.point for one in seen if one.says)


def _run(seen: _Seen, step: int, level: int) -> Iterator[_Seen]:
    """An item and those that follow it without anything between, in one direction, with what lies deeper."""
    for _ in range(MOST_ITEMS):
        yield seen
        after = seen.next_item if step > 0 else seen.last_item
        if after is None or after.level < level:
            return
        seen = after


def _apart(one: _Seen, other: _Seen) -> bool:
    """Whether text that is no passage stands between two points, the second after the first."""
    if one.point.passage == other.point.passage:
        return False
    between = other.passage.document.slice(one.span.end, other.span.start)
    return sum(map(str.isalnum, between)) > 4


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
    return list(_saying([seen for seen in every if seen.item] or [seen for seen in every if not seen.leads]))
