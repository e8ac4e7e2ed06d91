"""Lines of a PDF, made into headings, paragraphs, bullets and rows."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.ingest.blocks import Line, TextBlock
from bot.ingest.pdf.pieces import PageLine
from bot.knowledge.markdown import Form

_SIGNS = set("•◦▪■□●○‣∙·►➢➤✓✔→»§*❖◆")
_DASHES = set("-–—")
_NUMBER = re.compile(r"(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]$")
# The capital keeps dates out: '15 december 2021'.
_HEADING_NUMBER = re.compile(
    r"(?:(?:[Hh]oofdstuk|[Dd]eel|[Pp]aragraaf|[Bb]ijlage)\s+)?(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.)\s+[A-ZÀ-Þ‘“\"']"
)
_CAPTION = re.compile(r"(?:figuur|tabel|grafiek|kader|afbeelding|foto|bron)\s*\d*\s*[:.]", re.IGNORECASE)
_ENDS = re.compile(r"[.!?:;…][’”\")\]]*$")
_LONGEST_HEADING = 130
_LONGEST_ENDED_HEADING = 60  # of a bold line that ends in a full stop or a question mark
_LONE_NUMBER = re.compile(r"(?:(?:[Hh]oofdstuk|[Dd]eel|[Pp]aragraaf|[Bb]ijlage|[Aa]rtikel)\s+)?(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]{1,5}\.?)$")
_NOTE_NUMBER = re.compile(r"(\d{1,3}|\*+|[a-z](?=\s))[.)]?\s*(?=\S)")
_LONE_NOTE_NUMBER = re.compile(r"(?:\d{1,3}|\*+)[.)]?$")
_ITEM_NUMBER = re.compile(r"\d{1,3}[.)]$")


@dataclass(slots=True)
class _Draft:
    form: Form
    lines: list[PageLine]
    bullet: str = ""
    inner: float = 0.0
    rank: tuple[float, bool, bool] | None = None
    deeper: bool = False

    @property
    def text(self) -> str:
        return " ".join(line.text for line in self.lines)


def structure(pages: Sequence[Sequence[PageLine]], notes: Sequence[Sequence[PageLine]]) -> list[TextBlock]:
    """Make blocks of the lines of all pages.

    Args:
        pages: per page its lines in reading order, without what repeats on every page.
        notes: per page the lines of its footnotes; they follow the block that stands at the page's end.
    """
    return _Structure(pages).blocks(notes)


class _Structure:
    def __init__(self, pages: Sequence[Sequence[PageLine]]) -> None:
        self.pages = pages
        lines = [line for page in pages for line in page if not line.cells]
        weight: Counter[float] = Counter()
        for line in lines:
            weight[line.style.size] += len(line.text)
        self.body = weight.most_common(1)[0][0] if weight else 10.0
        self.pitch = self._pitches(lines)
        full = Counter(line.page for line in lines if abs(line.right - line.edge) < 0.6)
        on_page = Counter(line.page for line in lines)
        self.justified = {page for page, count in full.items() if count > 0.5 * on_page[page]}
        self.covers = {page[0].page for page in pages[:1] if page and self._is_cover(page)}
        self.cover_size = max((line.style.size for line in pages[0]), default=0.0) if self.covers else 0.0

    def _pitches(self, lines: Sequence[PageLine]) -> dict[float, float]:
        """The usual distance between lines of each size."""
        distances: dict[float, list[float]] = {}
        for before, after in pairwise(lines):
            distance = after.baseline - before.baseline
            same = before.page == after.page and before.column == after.column and before.style.size == after.style.size
            if same and 0 < distance < 2.5 * after.style.size:
                distances.setdefault(after.style.size, []).append(distance)
        # The lower quartile: lines of one paragraph stand closer than paragraphs do.
        return {size: sorted(pitches)[len(pitches) // 4] for size, pitches in distances.items()}

    def _is_cover(self, page: Sequence[PageLine]) -> bool:
        letters = sum(len(line.text) for line in page)
        running = sum(len(line.text) for line in page if line.style.size < 1.08 * self.body)
        large = max(line.style.size for line in page) >= 1.4 * self.body
        return large and letters < 500 and running < 0.6 * letters and len(self.pages) > 1

    def blocks(self, notes: Sequence[Sequence[PageLine]]) -> list[TextBlock]:
        drafts: list[_Draft] = []
        waiting: list[_Draft] = []
        for page, below in zip(self.pages, notes, strict=True):
            for line in page:
                current = drafts[-1] if drafts else None
                if current is not None and self._continues(current, line):
                    current.lines.append(line)
                    continue
                drafts += waiting
                waiting = []
                drafts.append(self._start(current, line))
            waiting += self._notes(below)
        drafts += waiting
        self._find_headings(drafts)
        self._items_above(drafts)
        return self._finish(drafts)

    def _notes(self, lines: Sequence[PageLine]) -> list[_Draft]:
        notes: list[_Draft] = []
        for line in lines:
            if notes and not re.match(r"\d{1,3}(?:\s|\D)|\*", line.text):
                notes[-1].lines.append(line)
            else:
                notes.append(_Draft(Form.NOTE, [line]))
        return notes

    def _start(self, before: _Draft | None, line: PageLine) -> _Draft:
        if line.cells:
            return _Draft(Form.ROW, [line])
        bullet = self._bullet(before, line)
        if bullet:
            return _Draft(Form.BULLET, [line], bullet, line.second)
        return _Draft(Form.PARAGRAPH, [line], inner=line.left)

    def _bullet(self, before: _Draft | None, line: PageLine) -> str:
        """The sign or number that makes this line a bullet, or an empty string."""
        first = line.first.text
        if len(line.text) == len(first):
            return ""
        if len(first) == 1 and (first in _SIGNS or "\ue000" <= first <= "\uf8ff"):
            return first
        white = (line.second - line.first.right) / line.style.size
        list_goes_on = before is not None and before.form is Form.BULLET and abs(before.lines[0].left - line.left) < 2
        new_sentence = before is None or bool(_ENDS.search(before.text)) or self._gap(before.lines[-1], line) > 1.3
        if first in _DASHES and (list_goes_on or (new_sentence and white > 0.2)):
            return first
        if first == "o" and white > 0.8:
            return first
        big = line.style.size > 1.08 * self.body or line.style.bold
        if _NUMBER.match(first) and not big and (list_goes_on or (new_sentence and white > 0.2)):
            return first
        return ""

    def _gap(self, before: PageLine, line: PageLine) -> float:
        """The distance to the line before in usual distances; 1 where a page or column ends between them."""
        if before.page != line.page or before.column != line.column:
            return 1.0
        usual = self.pitch.get(line.style.size) or self.pitch.get(self.body) or 1.25 * line.style.size
        return (line.baseline - before.baseline) / usual

    def _continues(self, current: _Draft, line: PageLine) -> bool:
        """Whether a line reads on from the block before it."""
        last = current.lines[-1]
        if line.cells or current.form is Form.ROW or self._bullet(current, line):
            return False
        jump = last.page != line.page or last.column != line.column
        if not jump and self._is_number_of(current, line):
            return True
        if not jump and self._is_headline(current, line):
            return False
        if self._is_mid_sentence(current, line) and 0 < self._gap(last, line) <= 1.3:
            return True
        near = 0.08 * line.style.size if line.style.size < 1.08 * self.body else 0.2
        same_size = abs(last.style.size - line.style.size) <= near
        if not same_size or self._gap(last, line) > 1.3 or self._gap(last, line) < 0:
            return False
        size = line.style.size
        if last.page in self.covers and line.page in self.covers:
            return size == self.cover_size == current.lines[0].style.size
        if jump:
            return self._continues_after_jump(current, line)
        if current.form is Form.BULLET:
            return line.left >= current.lines[0].left + 0.3 * size or not self._fits(last, line)
        if self._different_style(current, line) and (self._fits(last, line) or not _is_open(current.text)):
            return False
        indent = line.left - (current.lines[0].left if len(current.lines) == 1 else last.left)
        if len(current.lines) > 1 and indent > 0.8 * size and _ENDS.search(last.text):
            return False
        return not (self._fits(last, line) and (_ENDS.search(last.text) or line.text[:1].isupper() or line.text[:1].isdigit()))

    def _is_number_of(self, current: _Draft, line: PageLine) -> bool:
        """Whether a block is but the number of the heading that follows it on a line of its own."""
        alike = current.lines[-1].style == line.style and 0 < self._gap(current.lines[-1], line) <= 1.6
        stands_out = line.style.bold or line.style.size >= 1.08 * self.body
        return alike and stands_out and len(current.lines) == 1 and bool(_LONE_NUMBER.match(current.text)) and line.text[:1].isupper()

    def _is_headline(self, current: _Draft, line: PageLine) -> bool:
        """Whether bold lines end here and plain text begins: also where the bold line is as good as full."""
        bold = all(other.style.bold for other in current.lines)
        short = len(current.lines) <= 2 and len(current.text) <= _LONGEST_HEADING
        starts = line.text[:1].isupper() or line.text[:1] in "‘“\"'" or line.text[:1].isdigit()
        return current.form is Form.PARAGRAPH and bold and short and not line.style.bold and starts

    def _is_mid_sentence(self, current: _Draft, line: PageLine) -> bool:
        """Whether a sentence goes on, whatever its letters look like; headings of two sizes are two headings."""
        size, before = line.style.size, current.lines[-1].style.size
        alike = size == before or (max(size, before) < 1.08 * self.body and 0.8 < before / size < 1.25)
        return alike and _is_open(current.text) and line.text[:1].islower()

    def _continues_after_jump(self, current: _Draft, line: PageLine) -> bool:
        if self._looks_like_heading(line) or self._different_style(current, line):
            return False
        if current.form is Form.BULLET and line.column == current.lines[0].column:
            return abs(line.left - current.inner) < 0.6 * line.style.size or _is_open(current.text)
        last = current.lines[-1]
        if _is_open(current.text):
            return not (self._looks_like_heading(last) and len(current.lines) == 1)
        # In a justified column the last line of a paragraph is as good as never full.
        return last.page in self.justified and abs(last.right - last.edge) < 0.6

    def _different_style(self, current: _Draft, line: PageLine) -> bool:
        last = current.lines[-1].style
        return (last.bold, last.italic) != (line.style.bold, line.style.italic)

    def _fits(self, last: PageLine, line: PageLine) -> bool:
        """Whether the first word of `line` would have fitted on the line before: then the break is meant."""
        return last.right + (line.first.right - line.first.left) + 0.6 * last.style.size < last.edge - 0.5 * last.style.size

    def _looks_like_heading(self, line: PageLine) -> bool:
        return line.style.size >= 1.08 * self.body and len(line.text) <= _LONGEST_HEADING

    def _find_headings(self, drafts: list[_Draft]) -> None:
        for number, draft in enumerate(drafts):
            following = next((d for d in drafts[number + 1 :] if d.lines[0].page not in self.covers), None)
            before = drafts[number - 1] if number else None
            if draft.form is Form.PARAGRAPH and draft.lines[0].page in self.covers:
                if draft.lines[0].style.size == self.cover_size:
                    draft.form, draft.rank = Form.HEADING, None
            elif draft.form is Form.PARAGRAPH and self._is_heading(draft, before, following):
                style = draft.lines[0].style
                draft.form, draft.rank = Form.HEADING, (style.size, style.bold, style.italic)

    def _is_heading(self, draft: _Draft, before: _Draft | None, following: _Draft | None) -> bool:
        text, style = draft.text, draft.lines[0].style
        if len(text) > _LONGEST_HEADING or not re.search(r"[^\W\d_]{2}", text) or _CAPTION.match(text):
            return False
        if style.size < 0.95 * self.body or any(line.style.size < 0.95 * self.body for line in draft.lines):
            return False
        if style.size >= 1.08 * self.body:
            return not (text.endswith(".") and len(text) > 60)
        if following is None or text[:1].islower() or text[:1] == "(" or re.search(r"[;,]$", text) or len(draft.lines) > 3:
            return False
        numbered = bool(_HEADING_NUMBER.match(text))
        after = following.lines[0].style
        if re.search(r"[.?]$", text) and not (self._is_ended_heading(draft, following) or (numbered and style.bold and not after.bold)):
            return False
        if style.bold or style.italic:
            # In the same style as what follows, only a lone line that its column had room to go on from is a heading.
            other = (after.bold, after.italic) != (style.bold, style.italic) or following.form is not Form.PARAGRAPH
            alone = len(draft.lines) == 1 and self._fits(draft.lines[0], following.lines[0])
            return len(text) <= 100 and (other or numbered or alone)
        return (
            numbered
            and len(text) <= 90
            and len(draft.lines) == 1
            and following.form is not Form.ROW
            and not (_HEADING_NUMBER.match(following.text))
        )

    def _is_ended_heading(self, draft: _Draft, following: _Draft) -> bool:
        """Whether a short bold line that ends in a full stop or question mark is a heading: plain text stands below it."""
        style, after = draft.lines[0].style, following.lines[0].style
        one_sentence = not re.search(r"[.!?]\s", draft.text)
        plain = following.form is not Form.ROW and not after.bold and after.italic == style.italic
        return style.bold and plain and one_sentence and len(draft.lines) == 1 and len(draft.text) <= _LONGEST_ENDED_HEADING

    def _items_above(self, drafts: Sequence[_Draft]) -> None:
        """In a list of decisions a numbered item is the heading, and 'The council decides:' stands below it."""
        for item, decision in pairwise(drafts):
            begins = item.form is Form.BULLET and _ITEM_NUMBER.match(item.bullet) and len(item.lines) <= 3
            if begins and decision.form is Form.HEADING and decision.text.endswith(":") and len(item.text) <= 2 * _LONGEST_HEADING:
                item.form, item.rank, decision.deeper = Form.HEADING, decision.rank, True

    def _finish(self, drafts: list[_Draft]) -> list[TextBlock]:
        levels = _levels([draft.rank for draft in drafts if draft.rank])
        blocks: list[TextBlock] = []
        open_lists: list[float] = []
        for draft in drafts:
            level, sign = 0, ""
            lines = [Line(line.text, line.page) for line in draft.lines]
            if draft.form is Form.HEADING:
                level = (levels[draft.rank] if draft.rank else 1) + draft.deeper
            elif draft.form is Form.ROW:
                lines = [Line(cell, draft.lines[0].page) for cell in draft.lines[0].cells]
            if draft.form is Form.BULLET:
                left = draft.lines[0].left
                while open_lists and open_lists[-1] > left + 3:
                    open_lists.pop()
                if not open_lists or open_lists[-1] < left - 3:
                    open_lists.append(left)
                level = len(open_lists) - 1
                if not _NUMBER.match(draft.bullet):
                    lines[0] = Line(lines[0].text[len(draft.bullet) :].lstrip(), lines[0].page)
                    sign = draft.bullet if draft.bullet < "\ue000" else ""  # above it a font has pictures of its own
            elif draft.form is not Form.ROW:
                open_lists = []
            label = ""
            if draft.form is Form.NOTE:
                if len(lines) > 1 and _LONE_NOTE_NUMBER.match(lines[0].text):
                    lines = [Line(f"{lines[0].text} {lines[1].text}", lines[1].page), *lines[2:]]
                number = _NOTE_NUMBER.match(lines[0].text)
                label = number.group(1) if number else "*"
                lines[0] = Line(lines[0].text[number.end() :] if number else lines[0].text, lines[0].page)
            blocks.append(TextBlock(draft.form, tuple(lines), level, label, sign))
        return blocks


def _is_open(text: str) -> bool:
    """Whether a text stops in the middle of a sentence."""
    return not _ENDS.search(text)


def _levels(ranks: Sequence[tuple[float, bool, bool]]) -> dict[tuple[float, bool, bool], int]:
    """The level of each heading style: larger first, then bold, then italic.

    A size that is rare counts as one with a usual size near it: it is the same heading, shrunk or stretched by hand.
    """
    count = Counter(ranks)
    usual = [rank for rank in count if count[rank] >= 3]

    def standard(rank: tuple[float, bool, bool]) -> tuple[float, bool, bool]:
        near = [other for other in usual if other[1:] == rank[1:] and 0.9 < other[0] / rank[0] < 1.1]
        return rank if rank in usual or not near else min(near, key=lambda other: abs(other[0] - rank[0]))

    ordered = sorted({standard(rank) for rank in count}, key=lambda rank: (-rank[0], not rank[1], not rank[2]))
    level = {rank: min(number, 6) for number, rank in enumerate(ordered, 1)}
    return {rank: level[standard(rank)] for rank in count}
