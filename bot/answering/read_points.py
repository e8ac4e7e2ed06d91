"""A point as it is read from its line: whether it is an item, how deep it lies, what it leads in, and the list that it is of."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Protocol

from bot.expressions import expression
from bot.index.group import Group
from bot.knowledge.list_items import begins_item, item_depth
from bot.knowledge.model import Passage, Span
from bot.named import NamedTuple

_MARK = expression(r"(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)]|\|)\s*$")
"""What stands before an item or a cell on its line."""

_OPENING = expression(r"\s*(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)])\s+\S")
"""A line that opens with the mark of an item and goes on."""

_RULE = expression(r"[ \t]*\|[ \t:|-]*-[ \t:|-]*")
_YEAR = expression(r"(?:19|20)\d\d")

NUMBER, _LETTER = expression(r"\d{1,3}[.)]\s"), expression(r"[a-z]{1,2}[.)]\s?")
_LETTERED = expression(r"(?:[a-z]|[ivx]{2,5})[.)]\s|\d{1,3}[°º][.)]?\s")
_ROMAN = expression(r"(?:[ivx]{2,5}[.)]|\d{1,3}[°º])")
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


class Neighbours(Protocol):
    """The points among which one is read."""

    @property
    def group(self) -> Group:
        """The documents that they are of."""
        ...

    def next_to(self, seen: "ReadPoint", step: int) -> "ReadPoint | None":
        """The point after (1) or before (-1) one, under the same heading."""
        ...


class ReadPoint:
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

    def __init__(self, among: Neighbours, passage: Passage, point: Point) -> None:
        self.point, self.passage = point, passage
        self._among = among
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
        if begins(self.passage, self.span.start):
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
        numbered = NUMBER.match(self.text) or line.strip()[:1].isdigit()
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
        for view in self._among.group.views(self.point.passage)[self.point.first : self.point.end]:
            for key, value in view.narrow.items():
                if value > strengths.get(key, 0.0):
                    strengths[key] = value
        return strengths

    @cached_property
    def after(self) -> "ReadPoint | None":
        return self._among.next_to(self, 1)

    @cached_property
    def before(self) -> "ReadPoint | None":
        return self._among.next_to(self, -1)

    @cached_property
    def next_item(self) -> "ReadPoint | None":
        last, other = self, self.after
        while other and other.continues:
            last, other = other, other.after
        # A table ends where a list begins.
        return other if other and other.item and other.row == self.row and not _apart(last, other) else None

    @cached_property
    def last_item(self) -> "ReadPoint | None":
        other = self.before
        if other is None or _apart(other, self):
            return None
        other = other.begun
        return other if other and other.item and other.row == self.row else None

    @property
    def begun(self) -> "ReadPoint | None":
        """The item that it goes on with; itself where it does with none."""
        seen: ReadPoint | None = self
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
            return Block(self.point, saying(_run(after, 1, after.level)))
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


def begins(passage: Passage, start: int) -> bool:
    """Whether an item begins at this place, in or at the beginning of a passage; see `list_items.begins_item`."""
    line = "\n" + passage.document.line_before(start)
    return begins_item(line, len(line))


def _names_columns(row: ReadPoint) -> bool:
    """Whether a row is the first of its table: a line of dashes below it, or no number in it, years aside, where the next row has one."""
    document, span = row.passage.document, row.span
    below = document.line_below(span.end)
    if not below.lstrip().startswith("|") or document.line_above(span.start).lstrip().startswith("|"):
        return False
    return bool(_RULE.fullmatch(below)) or (not _has_number(row.text) and _has_number(below))


def _has_number(text: str) -> bool:
    return any(c.isdigit() for c in _YEAR.sub("", text))


def saying(seen: Iterable[ReadPoint]) -> tuple[Point, ...]:
    """Those points that say something."""
    return tuple(one.point for one in seen if one.says)


def _run(seen: ReadPoint, step: int, level: int) -> Iterator[ReadPoint]:
    """An item and those that follow it without anything between, in one direction, with what lies deeper."""
    for _ in range(MOST_ITEMS):
        yield seen
        after = seen.next_item if step > 0 else seen.last_item
        if after is None or after.level < level:
            return
        seen = after


def _apart(one: ReadPoint, other: ReadPoint) -> bool:
    """Whether text that is no passage stands between two points, the second after the first."""
    if one.point.passage == other.point.passage:
        return False
    between = other.passage.document.slice(one.span.end, other.span.start)
    return sum(map(str.isalnum, between)) > 4
