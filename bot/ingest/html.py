"""Web pages, made into blocks."""

import re
from pathlib import Path
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, LeftOut, Line, Progress, TextBlock
from bot.ingest.text import decode
from bot.knowledge.markdown import Form

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = {
    "address", "article", "blockquote", "body", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure",
    "hr", "li", "main", "ol", "p", "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
    *_HEADINGS,
}  # fmt: skip
_SILENT = {
    "script", "style", "noscript", "template", "svg", "iframe", "object", "button", "select", "textarea", "input", "head", "math", "canvas",
    "audio", "video", "-comment", "!doctype", "title",
}  # fmt: skip
_AROUND = {"nav", "footer", "aside", "dialog", "menu"}
_LITTLE = 0.3  # of a page's letters: a form with more is the page itself, as those of ASP.NET are
_AROUND_ROLES = {"navigation", "banner", "contentinfo", "search", "complementary", "dialog"}
_AROUND_NAMES = re.compile(
    r"(?:^|[\s_-])(?:breadcrumbs?|cookies?|skip-?links?|share|social|toc|table of contents|inhoudsopgave)(?:$|[\s\d_-])", re.IGNORECASE
)
_BLOCKS_IN_CELL = {*_HEADINGS, "table", "ul", "ol"}
_MAX_DEPTH = 400
_DATES = ("article:published_time", "dcterms.issued", "dcterms.date", "dc.date", "date", "dcterms.available", "dcterms.created", "created")
_SITES = ("og:site_name", "dcterms.publisher", "dc.publisher", "publisher", "dcterms.creator")


def convert_html(path: Path, progress: Progress) -> Extracted:
    """Read a web page: its main part, without menus, footers and scripts.

    Raises:
        ConversionError: the page is nested too deeply to be a real one.
    """
    text = decode(path.read_bytes())
    declared = re.search(r"<meta[^>]+charset=[\"']?([\w-]+)", text[:4096], re.IGNORECASE)
    if declared and declared.group(1).lower() in ("iso-8859-1", "windows-1252", "iso-8859-15", "latin1"):
        text = decode_as(path.read_bytes(), declared.group(1))
    tree = LexborHTMLParser(text)
    reader = _Reader(path)
    body = tree.body
    if body is not None:
        main = _main_part(body)
        reader.letters = len(main.text(deep=True))
        reader.flow(main, 0)
        reader.close()
    _metadata(tree, reader.extracted)
    progress(1, 1)
    return reader.extracted


def decode_as(data: bytes, encoding: str) -> str:
    """Text in the encoding that a page names, unless it is plainly UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252" if encoding.lower() != "iso-8859-15" else encoding, errors="replace")


def _main_part(body: Any) -> Any:
    """The one element that says it is the main part and holds most of the text; else the whole body."""
    whole = len(body.text(deep=True))
    for selector in ("main", "[role=main]", "article"):
        matches = body.css(selector)
        if len(matches) == 1 and len(matches[0].text(deep=True)) >= 0.3 * whole:
            return matches[0]
    return body


class _Reader:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.extracted = Extracted()
        self.open: list[str] = []
        self.form, self.level = Form.PARAGRAPH, 0
        self.list_depth = 0
        self.letters = 0
        self.numbers: list[int | None] = []

    def flow(self, node: Any, depth: int) -> None:
        """Walk through the children of an element; text gathers until a block begins or ends."""
        if depth > _MAX_DEPTH:
            raise ConversionError("ingest.too_deep", path=self.path)
        child = node.child
        while child is not None:
            self._node(child, depth)
            child = child.next

    def _node(self, node: Any, depth: int) -> None:
        tag = node.tag
        if tag == "-text":
            self.open.append(re.sub(r"[ \t\r\n\f]+", " ", node.text_content or ""))
        elif tag == "br":
            self.open.append("\n")
        elif tag in ("img", "picture"):
            self.extracted.leave_out(LeftOut.IMAGES)
        elif tag in _SILENT:
            return
        elif self._is_around(node, tag):
            self.extracted.leave_out(LeftOut.NAVIGATION)
        elif tag in _BLOCKS:
            self.close()
            self._block(node, tag, depth)
            self.close()
        else:
            self.flow(node, depth + 1)

    def _is_around(self, node: Any, tag: str) -> bool:
        attributes = node.attributes
        if tag == "form":
            return len(node.text(deep=True)) < _LITTLE * self.letters
        if tag in _AROUND or "hidden" in attributes or attributes.get("aria-hidden") == "true":
            return True
        if (attributes.get("role") or "") in _AROUND_ROLES:
            return True
        if tag == "header" and not node.css_first("h1"):
            return True
        names = f"{attributes.get('id') or ''} {attributes.get('class') or ''}"
        return tag in ("div", "ul", "ol", "section", "p", "table") and bool(_AROUND_NAMES.search(names))

    def _block(self, node: Any, tag: str, depth: int) -> None:
        if tag in _HEADINGS:
            self._with(Form.HEADING, _HEADINGS[tag], node, depth)
        elif tag in ("ul", "ol"):
            start = node.attributes.get("start") or "1"
            self.numbers.append(int(start) if tag == "ol" and start.isascii() and start.isdigit() and len(start) < 5 else None)
            self.list_depth += 1
            self.flow(node, depth + 1)
            self.list_depth -= 1
            self.numbers.pop()
        elif tag == "li":
            self._item(node, depth)
        elif tag == "table" and self._is_table(node):
            self._rows(node)
        else:
            self.flow(node, depth + 1)

    def _item(self, node: Any, depth: int) -> None:
        before = len(self.extracted.blocks)
        if self.numbers and self.numbers[-1] is not None:
            self.open.append(f"{self.numbers[-1]}. ")
            self.numbers[-1] += 1
        # Only the first block of an item carries its sign; what follows stands below it.
        self._with(Form.BULLET, max(self.list_depth - 1, 0), node, depth)
        for number in range(before + 1, len(self.extracted.blocks)):
            block = self.extracted.blocks[number]
            if block.form is Form.BULLET and block.level == max(self.list_depth - 1, 0):
                self.extracted.blocks[number] = TextBlock(Form.PARAGRAPH, block.lines)

    def _with(self, form: Form, level: int, node: Any, depth: int) -> None:
        before = self.form, self.level
        self.form, self.level = form, level
        self.flow(node, depth + 1)
        self.close()
        self.form, self.level = before

    def close(self) -> None:
        """End the block that is being gathered."""
        text = "".join(self.open)
        self.open = []
        lines = tuple(Line(part.strip()) for part in text.split("\n") if part.strip())
        if lines and not re.fullmatch(r"\d+\. ?", text):
            self.extracted.blocks.append(TextBlock(self.form, lines, self.level))
        elif lines:
            self.open = [text]  # The number of an item whose text stands in a block of its own.

    def _is_table(self, node: Any) -> bool:
        if any(node.css_first(tag) for tag in _BLOCKS_IN_CELL - {"table"}) or len(node.css("table")) > 1:
            return False
        return any(len(_cells(row)) > 1 for row in node.css("tr"))

    def _rows(self, node: Any) -> None:
        for row in node.css("tr"):
            texts = [
                re.sub(r"\s+", " ", cell.text(deep=True, separator=" " if cell.css_first("p,div,br") else "")).strip()
                for cell in _cells(row)
            ]
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                self.extracted.blocks.append(TextBlock(Form.ROW, tuple(Line(text) for text in texts)))


def _cells(row: Any) -> list[Any]:
    cells, child = [], row.child
    while child is not None:
        if child.tag in ("td", "th"):
            cells.append(child)
        child = child.next
    return cells


def _metadata(tree: Any, extracted: Extracted) -> None:
    said: dict[str, str] = {}
    for meta in tree.css("meta"):
        name = meta.attributes.get("property") or meta.attributes.get("name") or ""
        said.setdefault(name.lower(), (meta.attributes.get("content") or "").strip())
    title = tree.css_first("title")
    extracted.title = said.get("og:title") or (re.sub(r"\s+", " ", title.text()).strip() if title else "")
    extracted.publisher = next((said[name] for name in _SITES if said.get(name)), "")
    date = next((said[name] for name in _DATES if re.match(r"\d{4}", said.get(name, ""))), "")
    extracted.year, extracted.dated = int(date[:4]) if date else None, bool(date)
    link = tree.css_first("link[rel=canonical]")
    address = (link.attributes.get("href") or "" if link else "") or said.get("og:url", "")
    extracted.url = address if re.match(r"https?://\S+$", address) else None
