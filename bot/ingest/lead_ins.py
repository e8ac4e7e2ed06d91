"""Which bullets are the items of the line above them that leads them in: 'Het college draagt er zorg voor dat:'.

A converter gives bullets with the level at which they stand. In statutes an item often stands at the level of the member that it
belongs to, so that its number tells which it is: '2.' goes before 'a.', and that before '1°.'.
"""

import re
from collections.abc import Iterator, Sequence

from bot.ingest.blocks import TextBlock
from bot.knowledge.markdown import Form
from bot.named import NamedTuple

_NUMBERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\d{1,3}[a-z]?(?:\.\d{1,3})*[.)](?=\s)|\d{1,2}(?=\s[A-ZÀ-Þ])",
        r"([A-Za-z])\1?[.)](?=\s)",
        r"(?:\d{1,3}|[a-z]{1,2}|[ivx]{1,5})[°º]\.?(?=\s)|[ivx]{2,5}[.)](?=\s)",
    )
)
"""What an item begins with, from the outside in; one that has none of these stands below all."""
_DEFINES = re.compile(r"\bversta(?:an|at)\b|\bbeteken(?:t|en)\b|\bbegripp?(?:en|sbepalingen)\b", re.IGNORECASE)
"""Of a line that leads in definitions: each of those is understood by itself, and is asked for by itself."""


class _ListLevel(NamedTuple):
    """How far to the right an item stands, and what kind of number it has."""

    level: int
    rank: int


def with_depths(blocks: Sequence[TextBlock]) -> Iterator[tuple[TextBlock, int]]:
    """Each block with its depth; footnotes that stand among the items of a list come after it, so that they don't cut it.

    Args:
        blocks: of a whole document, in reading order.
    """
    item_depths = iter(depths([block for block in blocks if block.form is not Form.NOTE]))
    notes: list[TextBlock] = []
    for block in blocks:
        if block.form is Form.NOTE:
            notes.append(block)
            continue
        depth = next(item_depths)
        if not depth:
            yield from ((note, 0) for note in notes)
            notes = []
        yield block, depth
    yield from ((note, 0) for note in notes)


def depths(blocks: Sequence[TextBlock]) -> list[int]:
    """How deep each block stands below the line that leads it in: 1 for an item, 2 for an item of an item; 0 for what no line leads in.

    Args:
        blocks: of a whole document, in reading order.
    """
    block_depths = [0] * len(blocks)
    for number, block in enumerate(blocks):
        text = block.text.rstrip()
        if not block_depths[number] and block.form in (Form.PARAGRAPH, Form.BULLET) and text.endswith(":") and not _DEFINES.search(text):
            for index, depth in enumerate(_below(block, blocks[number + 1 :]), number + 1):
                block_depths[index] = depth
    return block_depths


def _below(lead: TextBlock, following: Sequence[TextBlock]) -> list[int]:
    """The depths of the items of one line, up to the first block that is none of them."""
    outer = _list_level(lead) if lead.form is Form.BULLET else None
    item_depths: list[int] = []
    opened: list[_ListLevel] = []
    before = lead
    for block in following:
        if block.form is not Form.BULLET:
            break
        here = _list_level(block)
        if here == outer or (outer and here.level < outer.level):
            break
        if here not in opened:
            while opened and opened[-1].level > here.level:
                opened.pop()
            if (item_depths and not opened) or (opened and here.level == opened[-1].level and here.rank < opened[-1].rank):
                break
            if opened and here.level == opened[-1].level and here.rank == len(_NUMBERS) and not before.text.rstrip().endswith(":"):
                here = opened[-1]  # '- en de rest' after 'b. glijbanen;' is the next item
            else:
                opened.append(here)
        del opened[opened.index(here) + 1 :]
        item_depths.append(len(opened))
        before = block
    return item_depths


def _list_level(block: TextBlock) -> _ListLevel:
    rank = next((rank for rank, number in enumerate(_NUMBERS) if number.match(block.text)), len(_NUMBERS))
    return _ListLevel(block.level, rank)
