"""The points of a document: items of lists and rows of tables, with the line that leads them in; and headings with what is below them."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from bot.index.index import Group
from bot.knowledge.model import Passage, Section

_MARK = re.compile(r"(?:[-*•‣▪–]|\d{1,2}[.)]|[a-z][.)]|\|)\s*$")
"""What stands before an item or a cell on its line."""

MOST_ITEMS = 40
"""Passages in both directions in which the other items of a list are looked for."""


class Block(NamedTuple):
    """A list in a document.

    Attributes:
        lead: the number of the passage that leads it in, None without one.
        items: the numbers of its items, in order.
    """

    lead: int | None
    items: tuple[int, ...]


def is_item(passage: Passage) -> bool:
    """Whether a passage is an item of a list or a row of a table."""
    line = passage.document.line_before(passage.span.start)
    return bool(_MARK.fullmatch(line.strip() + " ") if line.strip() else None)


def is_numbered(passage: Passage) -> bool:
    """Whether a passage is an item with a number."""
    return bool(re.search(r"\d[.)]\s*$", passage.document.line_before(passage.span.start)))


def block_of(group: Group, number: int) -> Block | None:
    """The list that a passage is an item of, or leads in; None where it is neither."""
    passages = group.passages
    passage = passages[number]
    if not is_item(passage):
        after = number + 1
        if not passage.text.rstrip().endswith(":") or not _same_part(passages, number, after) or not is_item(passages[after]):
            return None
        return Block(number, tuple(_run(passages, after, 1)))
    items = (*reversed(list(_run(passages, number, -1))), *list(_run(passages, number, 1))[1:])
    before = items[0] - 1
    return Block(before if _same_part(passages, items[0], before) else None, items)


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
    between = one.document.text[one.span.end : other.span.start]
    return sum(c.isalnum() for c in between) > 4


def _same_part(passages: Sequence[Passage], one: int, other: int) -> bool:
    if not 0 <= other < len(passages):
        return False
    a, b = passages[one], passages[other]
    return a.document.id == b.document.id and a.section.headings == b.section.headings


def below(group: Group, document_id: str, section: Section) -> list[int]:
    """The numbers of the passages under a heading, those under headings inside it too."""
    depth = len(section.headings)
    return [n for n in group.stretch(document_id) if group.passages[n].section.headings[:depth] == section.headings]


def sections(group: Group, document_id: str) -> list[Section]:
    """The sections of a document that hold passages, and those around them, in order, each once."""
    found: dict[tuple[str, ...], Section] = {}
    for number in group.stretch(document_id):
        headings = group.passages[number].section.headings
        for depth in range(1, len(headings) + 1):
            found.setdefault(headings[:depth], Section(headings[:depth], depth))
    return list(found.values())


def points_among(group: Group, numbers: Sequence[int]) -> list[int]:
    """Of some passages the items of lists; all but those that lead a list in where there are none."""
    items = [n for n in numbers if is_item(group.passages[n])]
    if items:
        return items
    return [n for n in numbers if not group.passages[n].text.rstrip().endswith(":")]
