"""What Word's styles and numbering make of a paragraph: a heading, part of a list, or plain text."""

import re
from dataclasses import dataclass, replace
from typing import Any

_HEADING_NAME = re.compile(r"(?:heading|kop|überschrift|titre)\s*(\d)$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|inhopg|inhoudsopgave)\s*\d*$|(?:toc|contents) heading$|contents(?: \d+| heading)?$", re.IGNORECASE)
_MOST_STYLES = 20  # steps along 'based on' before it is taken for a circle


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph is.

    Attributes:
        heading: 1 to 6, or 0.
        list_level: the depth of its list, or None.
        number: the number that Word shows before it ('3.'), or an empty string.
        contents: it belongs to a table of contents.
        bold: all of its letters are bold.
    """

    heading: int = 0
    list_level: int | None = None
    number: str = ""
    contents: bool = False
    bold: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None
    numbering: str = ""
    level: int = 0
    bold: bool = False


class Paragraphs:
    """Knows the styles and lists of one document. Paragraphs must be asked about in order: it counts numbers."""

    def __init__(self, styles: Any, numbering: Any) -> None:
        self.styles: dict[str, _Style] = {}
        for style in styles if styles is not None else ():
            if local(style) == "style":
                self.styles[attribute(style, "styleId")] = _read_style(style)
        self.bullets: dict[tuple[str, int], bool] = {}
        self._read_numbering(numbering)
        self.counts: dict[str, list[int]] = {}

    def look(self, paragraph: Any) -> Look:
        """Say what a paragraph is."""
        properties = child(paragraph, "pPr")
        style = self._style(attribute(child(properties, "pStyle"), "val"))
        own = _read_properties(properties, style)
        bold = _all_bold(paragraph, style.bold)
        if _CONTENTS_NAME.match(style.name):
            return Look(contents=True)
        named = _HEADING_NAME.match(style.name)
        if style.name.lower() in ("title", "titel"):
            return Look(heading=1)
        if named and named.group(1) != "0":
            return Look(heading=min(int(named.group(1)), 6))
        if own.outline is not None and own.outline < 6:
            return Look(heading=own.outline + 1)
        if own.numbering and own.numbering != "0":
            level = min(own.level, 8)
            number = "" if self.bullets.get((own.numbering, level), True) else self._count(own.numbering, level)
            return Look(list_level=level, number=number, bold=bold)
        if style.name.lower().startswith(("list bullet", "lijstopsomteken")):
            return Look(list_level=0)
        return Look(bold=bold)

    def _style(self, ident: str) -> _Style:
        """A style with what it takes from those that it is based on."""
        found = self.styles.get(ident, _Style())
        base = found.based_on
        for _ in range(_MOST_STYLES):
            parent = self.styles.get(base)
            if parent is None:
                break
            found = replace(
                found,
                outline=found.outline if found.outline is not None else parent.outline,
                numbering=found.numbering or parent.numbering,
                bold=found.bold or parent.bold,
                name=found.name if not _HEADING_NAME.match(parent.name) else parent.name,
            )
            base = parent.based_on
        return found

    def _read_numbering(self, numbering: Any) -> None:
        """Which levels of which lists have a bullet and which a number."""
        abstract: dict[str, dict[int, bool]] = {}
        for element in numbering if numbering is not None else ():
            if local(element) == "abstractNum":
                abstract[attribute(element, "abstractNumId")] = {
                    _number(attribute(level, "ilvl")): attribute(child(level, "numFmt"), "val") in ("bullet", "none", "")
                    for level in element
                    if local(level) == "lvl"
                }
        for element in numbering if numbering is not None else ():
            if local(element) == "num":
                ident = attribute(element, "numId")
                for level, bullet in abstract.get(attribute(child(element, "abstractNumId"), "val"), {}).items():
                    self.bullets[ident, level] = bullet

    def _count(self, numbering: str, level: int) -> str:
        counts = self.counts.setdefault(numbering, [0] * 9)
        counts[level] += 1
        counts[level + 1 :] = [0] * (8 - level)
        return f"{counts[level]}."


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for comments."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Any, name: str) -> Any:
    """The first child with this name, or None."""
    return next((part for part in element if local(part) == name), None) if element is not None else None


def attribute(element: Any, name: str) -> str:
    """An attribute's value by its name without namespace, or an empty string."""
    if element is None:
        return ""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0


def _read_style(style: Any) -> _Style:
    found = _read_properties(child(style, "pPr"), _Style())
    return replace(
        found,
        name=attribute(child(style, "name"), "val"),
        based_on=attribute(child(style, "basedOn"), "val"),
        bold=_is_on(child(child(style, "rPr"), "b")),
    )


def _read_properties(properties: Any, style: _Style) -> _Style:
    outline, numbered = child(properties, "outlineLvl"), child(properties, "numPr")
    number, level = child(numbered, "numId"), child(numbered, "ilvl")
    return replace(
        style,
        outline=_number(attribute(outline, "val")) if outline is not None else style.outline,
        numbering=attribute(number, "val") if number is not None else style.numbering,
        level=_number(attribute(level, "val")) if level is not None else style.level,
    )


def _is_on(switch: Any) -> bool:
    return switch is not None and attribute(switch, "val") not in ("0", "false", "off")


def _all_bold(paragraph: Any, by_style: bool) -> bool:
    found = False
    for run in paragraph.iter():
        if local(run) == "r" and any(local(part) == "t" and (part.text or "").strip() for part in run):
            switch = child(child(run, "rPr"), "b")
            if not (_is_on(switch) if switch is not None else by_style):
                return False
            found = True
    return found
