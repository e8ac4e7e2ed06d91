"""The points of a document: items of lists and rows of tables, with the line that leads them in; and headings with what is below them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from bot.index.index import Group
from bot.knowledge.model import Passage, Section

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


class Block(NamedTuple):
    """A list in a document.

    Attributes:
        lead: the number of the passage before it, which leads it in where it ends in a colon; None without one.
        items: the numbers of its items, in order.
    """

    lead: int | None
    items: tuple[int, ...]


def is_item(passage: Passage) -> bool:
    """Whether a passage is an item of a list or a row of a table, but not the row of a table that names its columns."""
    line = _before(passage)
    if not line:
        return bool(_LETTERED.match(passage.text))
    return bool(_MARK.fullmatch(line + " ")) and not (line == "|" and _names_columns(passage))


def _before(passage: Passage) -> str:
    """What stands before a passage on its line."""
    text = passage.document.text
    return text[text.rfind("\n", 0, passage.span.start) + 1 : passage.span.start].strip()


def _names_columns(row: Passage) -> bool:
    """Whether a row is the first of its table: a line of dashes below it, or no number in it, years aside, where the next row has one."""
    text = row.document.text
    start = text.rfind("\n", 0, row.span.start) + 1
    above = text[text.rfind("\n", 0, max(start - 1, 0)) + 1 : start]
    below = text[row.span.end :].split("\n", 2)[1:2]
    first = not above.lstrip().startswith("|") and bool(below) and below[0].lstrip().startswith("|")
    return first and (bool(_RULE.fullmatch(below[0])) or (not _numbered(row.text) and _numbered(below[0])))


def _numbered(text: str) -> bool:
    return any(c.isdigit() for c in _YEAR.sub("", text))


def is_numbered(passage: Passage) -> bool:
    """Whether a passage is an item with a number."""
    text = passage.document.text
    before = text[text.rfind("\n", 0, passage.span.start) + 1 : passage.span.start]
    return bool(re.search(r"\d[.)]\s*$", before) or (before.strip() and _NUMBER.match(passage.text)))


def leads_in(passage: Passage) -> bool:
    """Whether a passage ends in a colon, or names the columns of a table: what is said of it comes after it."""
    return passage.text.rstrip().endswith(":") or (_before(passage) == "|" and _names_columns(passage))


def _level(passage: Passage) -> int:
    """How deep an item lies: a member of an article above its parts, and those above theirs."""
    text = passage.document.text
    line = text[text.rfind("\n", 0, passage.span.start) + 1 : passage.span.start]
    deeper = (len(line) - len(line.lstrip())) // 2
    if _ROMAN.match(passage.text) or passage.text.startswith("i. "):
        return 2 + deeper
    if _LETTER.match(passage.text):
        return 1 + deeper
    numbered = _NUMBER.match(passage.text) or line.strip()[:1].isdigit()
    return deeper if numbered else _BARE_LEVEL + deeper


def block_of(group: Group, number: int) -> Block | None:
    """The list that a passage leads in, or is an item of; None where it does neither."""
    passages = group.passages
    passage, after = passages[number], number + 1
    if leads_in(passage) and _same_part(passages, number, after) and is_item(passages[after]):
        level = _level(passages[after])
        if not is_item(passage) or level > _level(passage):
            return Block(number, _saying(passages, _run(passages, after, 1, level)))
    if not is_item(passage):
        return None
    level = _level(passage)
    items = _saying(passages, (*reversed(list(_run(passages, number, -1, level))), *list(_run(passages, number, 1, level))[1:]))
    if not items:
        return None
    before = items[0] - 1
    return Block(before if _same_part(passages, items[0], before) else None, items)


def _saying(passages: Sequence[Passage], numbers: Iterable[int]) -> tuple[int, ...]:
    """Those passages that say something: not the line of dashes in a table."""
    return tuple(n for n in numbers if any(c.isalnum() for c in passages[n].text))


def _run(passages: Sequence[Passage], number: int, step: int, level: int) -> Iterator[int]:
    """An item and those that follow it without anything between, in one direction, with what lies deeper."""
    start = number
    while True:
        yield number
        after = number + step
        if abs(after - start) > MOST_ITEMS or not _same_part(passages, number, after) or not is_item(passages[after]):
            return
        if _level(passages[after]) < level or _apart(passages[min(number, after)], passages[max(number, after)]):
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
    items = [n for n in numbers if is_item(group.passages[n])] or [n for n in numbers if not leads_in(group.passages[n])]
    return list(_saying(group.passages, items))
