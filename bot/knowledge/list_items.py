"""Items below the line that leads them in, as source.md writes them: on lines of their own that begin with white space.

    Het college draagt er zorg voor dat:
     a. iedereen een melding kan doen;

It is white space alone, and the sign that the document itself has there, so that the line and its items can be quoted to the letter.
"""

import re

from bot.expressions import expression

ITEM_INDENT = "\u2003"
"""Begins the line of an item, once for each level."""

ITEM_LINE = expression(rf"\n{ITEM_INDENT}+(?:[-–—−•◦▪■□●○‣∙·►➢➤✓✔→»*+❖◆o] )?")
"""Where an item begins, up to its text."""


def begins_item(text: str, start: int) -> bool:
    """Whether an item below a line that leads it in begins at this place."""
    return item_depth(text, start) > 0


def item_depth(text: str, start: int) -> int:
    """How deep the item that begins at this place stands below the line that leads it in; 0 where none begins there."""
    line = text.rfind("\n", 0, start)
    item = ITEM_LINE.match(text, line) if line >= 0 else None
    return text.count(ITEM_INDENT, line, item.end()) if item and item.end() == start else 0


def item_lines(text: str) -> list[str]:
    """A line with the items that it leads in, each by itself, with its sign."""
    return re.split(rf"\n{ITEM_INDENT}+", text)
