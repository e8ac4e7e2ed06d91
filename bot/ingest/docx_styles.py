"""What Word's styles and numbering make of a paragraph: a heading, part of a list, or plain text."""

import re
from dataclasses import dataclass, replace
from typing import Any

from bot.ingest.numbering import LEVELS, Count, Level

_HEADING_NAME = re.compile(r"(?:heading|kop|überschrift|titre)\s*(\d)$", re.IGNORECASE)
_CONTENTS_NAME = re.compile(r"(?:toc|inhopg|inhoudsopgave)\s*\d*$|(?:toc|contents) heading$|contents(?: \d+| heading)?$", re.IGNORECASE)
_MOST_STYLES = 20  # steps along 'based on' before it is taken for a circle


@dataclass(frozen=True, slots=True)
class Look:
    """What a paragraph is.

    Attributes:
        heading: 1 to 6, or 0.
        list_level: the depth of its list, or None.
        number: what Word shows before it, with the space that follows ('Artikel 3 ', 'a. '), or an empty string.
        contents: it belongs to a table of contents.
        bold: all of its letters are bold.
        size: the size of most of its letters, in half points; 0 where nothing says it.
        coloured: all of its letters have one colour that is not the usual one.
    """

    heading: int = 0
    list_level: int | None = None
    number: str = ""
    contents: bool = False
    bold: bool = False
    size: int = 0
    coloured: bool = False


@dataclass(frozen=True, slots=True)
class _Style:
    name: str = ""
    based_on: str = ""
    outline: int | None = None
    numbering: str = ""
    level: int | None = None
    bold: bool | None = None
    size: int = 0
    colour: str = ""


class Paragraphs:
    """Knows the styles and lists of one document. Paragraphs must be asked about in order: it counts numbers."""

    def __init__(self, styles: Any, numbering: Any) -> None:
        self.styles: dict[str, _Style] = {}
        self.usual = _Style()
        self.default = ""
        for style in styles if styles is not None else ():
            if local(style) == "style":
                self.styles[attribute(style, "styleId")] = _read_style(style)
                if attribute(style, "type") == "paragraph" and attribute(style, "default") in ("1", "true", "on"):
                    self.default = attribute(style, "styleId")
            elif local(style) == "docDefaults":
                self.usual = _read_letters(child(child(style, "rPrDefault"), "rPr"), _Style())
        self.lists: dict[str, Count] = {}
        self.restarts: dict[str, list[tuple[int, int]]] = {}
        self.linked: dict[str, tuple[str, int]] = {}
        self._read_numbering(numbering)

    def look(self, paragraph: Any) -> Look:
        """Say what a paragraph is."""
        properties = child(paragraph, "pPr")
        ident = attribute(child(properties, "pStyle"), "val") or self.default
        style = self._style(ident)
        direct = _read_properties(properties, style)
        bold, size, coloured = self._letters(paragraph, style)
        if _CONTENTS_NAME.match(style.name):
            return Look(contents=True)
        number, bullet, level = self._number(direct, ident)
        named = _HEADING_NAME.match(style.name)
        heading = 0
        if style.name.lower() in ("title", "titel"):
            heading = 1
        elif named and named.group(1) != "0":
            heading = min(int(named.group(1)), 6)
        elif direct.outline is not None and direct.outline < 6:
            heading = direct.outline + 1
        if heading:
            return Look(heading=heading, number=number)
        if bullet:
            return Look(list_level=level, number=number, bold=bold, size=size, coloured=coloured)
        if style.name.lower().startswith(("list bullet", "lijstopsomteken")):
            return Look(list_level=0)
        return Look(bold=bold, size=size, coloured=coloured)

    def _number(self, direct: _Style, ident: str) -> tuple[str, bool, int]:
        """What is shown before a paragraph, whether it is in a list at all, and at which level."""
        numbering = direct.numbering
        level = direct.level
        if numbering in ("", "0") or numbering not in self.lists:
            return "", numbering not in ("", "0"), level or 0
        if level is None:
            level = self.linked[ident][1] if ident in self.linked and self.linked[ident][0] == numbering else 0
        level = min(level, LEVELS - 1)
        for restarted, start in self.restarts.pop(numbering, ()):
            self.lists[numbering].restart(restarted, start)
        return self.lists[numbering].next(level), True, level

    def _letters(self, paragraph: Any, style: _Style) -> tuple[bool, int, bool]:
        """Whether all letters are bold, how large most are, and whether all are coloured."""
        bold, coloured = True, True
        sizes: dict[int, int] = {}
        for run in paragraph.iter():
            if local(run) != "r":
                continue
            letters = sum(len((part.text or "").strip()) for part in run if local(part) == "t")
            if letters:
                named = self.styles.get(attribute(child(child(run, "rPr"), "rStyle"), "val"), _Style())
                look = _read_letters(child(run, "rPr"), _over(style, named))
                bold = bold and bool(look.bold)
                coloured = coloured and look.colour.lower() not in ("", "auto", "000000")
                size = look.size or self.usual.size
                sizes[size] = sizes.get(size, 0) + letters
        return bold and bool(sizes), max(sizes, key=lambda size: sizes[size], default=0), coloured and bool(sizes)

    def _style(self, ident: str) -> _Style:
        """A style with what it takes from those that it is based on."""
        style = self.styles.get(ident, _Style())
        base = style.based_on
        for _ in range(_MOST_STYLES):
            parent = self.styles.get(base)
            if parent is None:
                break
            style = replace(_over(parent, style), name=style.name if not _HEADING_NAME.match(parent.name) else parent.name)
            base = parent.based_on
        return _over(self.usual, style)

    def _read_numbering(self, numbering: Any) -> None:
        """How the levels of each list are numbered. Lists of one kind count on together, unless one of them says where it begins."""
        abstract: dict[str, Count] = {}
        parts = list(numbering) if numbering is not None else []
        styles: dict[str, tuple[str, int]] = {}
        for element in parts:
            if local(element) == "abstractNum":
                ident = attribute(element, "abstractNumId")
                levels = {_number(attribute(level, "ilvl")): _read_level(level) for level in element if local(level) == "lvl"}
                abstract[ident] = Count(levels)
                for level in element:
                    linked = attribute(child(level, "pStyle"), "val")
                    if linked:
                        styles[linked] = ident, _number(attribute(level, "ilvl"))
        for element in parts:
            if local(element) != "num":
                continue
            ident, kind = attribute(element, "numId"), attribute(child(element, "abstractNumId"), "val")
            count = abstract.get(kind, Count({}))
            overrides = [part for part in element if local(part) == "lvlOverride"]
            overridden = {_number(attribute(o, "ilvl")): _read_level(child(o, "lvl")) for o in overrides if child(o, "lvl") is not None}
            self.lists[ident] = Count({**count.levels, **overridden}) if overridden else count
            self.restarts[ident] = [
                (_number(attribute(o, "ilvl")), _number(attribute(child(o, "startOverride"), "val")))
                for o in overrides
                if child(o, "startOverride") is not None
            ]
            for linked, (list_kind, level) in styles.items():
                if list_kind == kind:
                    self.linked[linked] = ident, level


def _read_level(level: Any) -> Level:
    suffix = attribute(child(level, "suff"), "val")
    start = child(level, "start")
    return Level(
        kind=attribute(child(level, "numFmt"), "val") or "decimal",
        text=attribute(child(level, "lvlText"), "val")
        if child(level, "lvlText") is not None
        else f"%{_number(attribute(level, 'ilvl')) + 1}.",
        start=_number(attribute(start, "val")) if start is not None else 1,
        legal=_is_on(child(level, "isLgl")),
        space="" if suffix == "nothing" else " ",
    )


def _over(base: _Style, style: _Style) -> _Style:
    """A style, with what it leaves open taken from another."""
    return replace(
        style,
        outline=style.outline if style.outline is not None else base.outline,
        numbering=style.numbering or base.numbering,
        level=style.level if style.level is not None else base.level,
        bold=style.bold if style.bold is not None else base.bold,
        size=style.size or base.size,
        colour=style.colour or base.colour,
    )


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
    formatting = _read_letters(child(style, "rPr"), _read_properties(child(style, "pPr"), _Style()))
    return replace(formatting, name=attribute(child(style, "name"), "val"), based_on=attribute(child(style, "basedOn"), "val"))


def _read_letters(properties: Any, style: _Style) -> _Style:
    bold, size, colour = (child(properties, name) for name in ("b", "sz", "color"))
    return replace(
        style,
        bold=_is_on(bold) if bold is not None else style.bold,
        size=_number(attribute(size, "val")) or style.size,
        colour=attribute(colour, "val") or style.colour,
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
