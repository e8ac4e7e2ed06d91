"""Words on a page, made into lines in reading order: columns one after another, tables as rows."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.ingest.pdf.columns import split_columns, unmixed
from bot.ingest.pdf.words import Page, Rule, Style, Word

_CELL_GAP = 1.2  # times the letter size: more white than this is no space between words
_TOUCHING = 0.12  # times the letter size: less white than this is no space at all
_MAX_RULES = 4000  # a page with more is a drawing, not a table
_NEAR = 3.0  # points between rules that meet


@dataclass(slots=True)
class Piece:
    """Neighbouring words on one line, without wide white between them. Pieces of one `chain` are written line below line."""

    words: list[Word]
    chain: int = 0

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def baseline(self) -> float:
        return max(self.words, key=lambda word: word.style.size).baseline

    @property
    def size(self) -> float:
        return max(word.style.size for word in self.words)

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(slots=True)
class PageLine:
    """One line of a page, or one row of a table.

    Attributes:
        cells: the texts of a table row's cells, line by line, empty ones too; no cells for other lines.
        gap: the widest white between two words, in times the letter size.
        column: lines with another number stand beside or after a jump, so that their distance says nothing.
        edge: the right edge of the line's column.
        stops: left and right of each stretch between wide white.
    """

    page: int
    text: str
    left: float
    right: float
    baseline: float
    style: Style
    first: Word
    last: Word
    second: float = 0.0
    gap: float = 0.0
    cells: tuple[str, ...] = ()
    column: int = 0
    edge: float = 0.0
    stops: tuple[tuple[float, float], ...] = ()


@dataclass(slots=True)
class _Table:
    rules: list[Rule] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def holds(self, word: Word) -> bool:
        return self.left - 1 <= (word.left + word.right) / 2 <= self.right + 1 and self.top <= word.middle <= self.bottom


@dataclass(slots=True)
class _PlacedTable:
    """A table's rows as one thing in the order of a page."""

    rows: list[PageLine]
    left: float
    right: float
    baseline: float

    @property
    def size(self) -> float:
        return max(row.style.size for row in self.rows)

    @property
    def text(self) -> str:
        return ""


_Item = Piece | _PlacedTable


def page_lines(page: Page) -> list[PageLine]:
    """The lines of a page, in reading order."""
    tables = _tables(page)
    items: list[_Item] = []
    inside: dict[int, list[Piece]] = {}
    for run in page.runs:
        for number, words in _split_by_table(run, tables):
            if number is None:
                items += _pieces(words)
            else:
                inside.setdefault(number, []).append(Piece(list(words)))
    _number_chains([item for item in items if isinstance(item, Piece)])
    for number, pieces in inside.items():
        rows = _table_rows(page, tables[number], pieces)
        items.append(_PlacedTable(rows, tables[number].left, tables[number].right, rows[0].baseline))
    lines: list[PageLine] = []
    groups = [part for group in split_columns(items) for part in unmixed(group, _chain)]
    for column, group in enumerate(groups):
        built = _built(page.number, group)
        # One line in twenty may stick out, as where white space hangs at its end.
        rights = sorted(line.right for line in built if not line.cells)
        edge = rights[-1 - len(rights) // 20] if rights else 0.0
        for line in built:
            line.column, line.edge = column, edge
        lines += built
    return lines


def _number_chains(pieces: Sequence[Piece]) -> None:
    """Give pieces that the file writes one after the other, on one line or line below line, the same chain."""
    for number, (before, piece) in enumerate(pairwise(pieces), 1):
        step = piece.baseline - before.baseline
        alike = 0.85 < piece.size / before.size < 1.18
        on_line = abs(step) < 0.3 * piece.size and 0 <= piece.left - before.right < 3 * piece.size
        below = 0.3 * piece.size < step < 2.2 * piece.size and piece.left < before.right and before.left < piece.right
        piece.chain = before.chain if on_line or (alike and below) else number


def _chain(item: _Item) -> int:
    return item.chain if isinstance(item, Piece) else -1


def _built(page: int, group: Sequence[_Item]) -> list[PageLine]:
    """The lines of one column: pieces put together between its tables."""
    lines: list[PageLine] = []
    loose: list[Piece] = []
    for item in sorted(group, key=lambda item: item.baseline):
        if isinstance(item, Piece):
            loose.append(item)
        else:
            lines += [*_aligned_rows(_lines(page, loose)), *item.rows]
            loose = []
    return lines + _aligned_rows(_lines(page, loose))


def join_pieces(pieces: Sequence[Piece]) -> str:
    """The text of pieces on one line; pieces that touch (a raised letter and what follows it) get no space."""
    text = pieces[0].text
    for before, after in pairwise(pieces):
        touching = after.left - before.right < _TOUCHING * min(before.size, after.size)
        text += ("" if touching else " ") + after.text
    return text


def _pieces(words: Sequence[Word]) -> list[Piece]:
    found = [Piece([words[0]])]
    for word in words[1:]:
        gap = word.left - found[-1].right
        if gap > _CELL_GAP * min(word.style.size, found[-1].words[-1].style.size) or gap < -3 * word.style.size:
            found.append(Piece([word]))
        else:
            found[-1].words.append(word)
    return found


def _split_by_table(run: Sequence[Word], tables: Sequence[_Table]) -> list[tuple[int | None, list[Word]]]:
    """A run cut where it enters or leaves a table, each part with its table's number."""
    parts: list[tuple[int | None, list[Word]]] = []
    for word in run:
        number = next((n for n, table in enumerate(tables) if table.holds(word)), None)
        if parts and parts[-1][0] == number:
            parts[-1][1].append(word)
        else:
            parts.append((number, [word]))
    return parts


def _lines(page: int, pieces: Iterable[Piece]) -> list[PageLine]:
    """Pieces of one column, put together where they stand on one line."""
    groups: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.baseline):
        near = groups[-1] if groups else None
        if near:
            main = max(near, key=lambda other: other.size)
            if abs(main.baseline - piece.baseline) <= 0.45 * max(main.size, piece.size):
                near.append(piece)
                continue
        groups.append([piece])
    return [_line(page, sorted(group, key=lambda piece: piece.left)) for group in groups]


def _line(page: int, pieces: list[Piece]) -> PageLine:
    words = [word for piece in pieces for word in piece.words]
    weight: dict[Style, int] = {}
    for word in words:
        weight[word.style] = weight.get(word.style, 0) + len(word.text)
    style = max(weight, key=lambda style: weight[style])
    total = sum(weight.values())
    style = Style(
        style.size,
        bold=sum(n for s, n in weight.items() if s.bold) > 0.9 * total,
        italic=sum(n for s, n in weight.items() if s.italic) > 0.9 * total,
    )
    main = max(pieces, key=lambda piece: piece.size)
    gaps = [(after.left - before.right) / after.style.size for before, after in pairwise(words)]
    # Where all white on a line is equally wide, it was stretched to fill the column.
    stretched = len(words) == len(pieces) and max(gaps) - min(gaps) < 0.1 if gaps else False
    return PageLine(
        page,
        text=join_pieces(pieces),
        left=pieces[0].left,
        right=max(piece.right for piece in pieces),
        baseline=main.baseline,
        style=style,
        first=words[0],
        last=words[-1],
        second=words[1].left if len(words) > 1 else words[0].right,
        gap=max(gaps, default=0.0),
        cells=tuple(piece.text for piece in pieces) if len(pieces) > 2 and not stretched else (),
        stops=tuple((piece.left, piece.right) for piece in pieces),
    )


def _aligned_rows(lines: list[PageLine]) -> list[PageLine]:
    """Keep cells only where rows below each other share columns: the wide white of justified lines makes no table."""
    rows = {n for n, (before, after) in enumerate(pairwise(lines)) if _are_aligned(before, after)}
    for number, line in enumerate(lines):
        if line.cells and number not in rows and number - 1 not in rows:
            line.cells = ()
    return lines


def _are_aligned(before: PageLine, after: PageLine) -> bool:
    """Whether two lines have cells that begin or end at the same place, besides the edges that all lines share."""
    if not before.cells or not after.cells:
        return False
    shared = sum(any(abs(a - b) < 1.5 for b, _ in before.stops[1:]) for a, _ in after.stops[1:])
    shared_ends = sum(any(abs(a - b) < 1.5 for _, b in before.stops[:-1]) for _, a in after.stops[:-1])
    return max(shared, shared_ends) >= 2


def _tables(page: Page) -> list[_Table]:
    """Grids of drawn rules with at least two columns."""
    rules = [*page.level_rules, *page.upright_rules]
    if len(page.level_rules) < 2 or len(rules) > _MAX_RULES:
        return []
    tables: list[_Table] = []
    for rule in sorted(rules, key=lambda rule: rule.top):
        touching = [
            table for table in tables
            if rule.left - _NEAR <= table.right and rule.right + _NEAR >= table.left
            and rule.top - _NEAR <= table.bottom and rule.bottom + _NEAR >= table.top
        ]  # fmt: skip
        merged = _Table([rule], rule.left, rule.right, rule.top, rule.bottom)
        for table in touching:
            merged.rules += table.rules
            merged.left, merged.right = min(merged.left, table.left), max(merged.right, table.right)
            merged.top, merged.bottom = min(merged.top, table.top), max(merged.bottom, table.bottom)
            tables.remove(table)
        tables.append(merged)
    return [table for table in tables if len(_distinct(_edges(table))) >= 3 and table.bottom - table.top > _NEAR]


def _edges(table: _Table) -> Iterable[float]:
    """The left and right edges of a table's cells: its upright rules, and the joints of level ones drawn cell by cell."""
    yield from (rule.left for rule in table.rules if rule.left == rule.right)
    yield from _joints(rule for rule in table.rules if rule.top == rule.bottom)


def _joints(level: Iterable[Rule]) -> Iterable[float]:
    """Where one level rule ends and the next begins; only those that several heights have in common."""
    rows: dict[int, list[Rule]] = {}
    for rule in level:
        rows.setdefault(round(rule.top), []).append(rule)
    seen: list[float] = []
    for row in rows.values():
        ordered = sorted(row, key=lambda rule: rule.left)
        seen += [(a.right + b.left) / 2 for a, b in pairwise(ordered) if abs(b.left - a.right) <= _NEAR and a.right - a.left > 2 * _NEAR]
        seen += [ordered[0].left, ordered[-1].right]
    for edge in _distinct(seen):
        if sum(abs(other - edge) <= _NEAR for other in seen) >= 2:
            yield edge


def _distinct(places: Iterable[float]) -> list[float]:
    """Places in order, those closer than `_NEAR` taken as one."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _table_rows(page: Page, table: _Table, pieces: list[Piece]) -> list[PageLine]:
    """The rows of a ruled table. A cell is what stands between the upright rules drawn at its height."""
    levels = _distinct(rule.top for rule in table.rules if rule.top == rule.bottom)
    upright = [rule for rule in table.rules if rule.left == rule.right]
    joints = list(_joints(rule for rule in table.rules if rule.top == rule.bottom))
    words = [(_band(word, levels, table), word) for piece in pieces for word in piece.words]
    rows: list[PageLine] = []
    for band in sorted({band for band, _ in words}):
        inside = [word for b, word in words if b == band]
        top = levels[band - 1] if band else table.top
        bottom = levels[band] if band < len(levels) else table.bottom
        middle = (top + bottom) / 2
        drawn = [rule.left for rule in upright if rule.top - 1 <= middle <= rule.bottom + 1]
        edges = _distinct(drawn if len(_distinct(drawn)) > 2 else [*drawn, *joints])
        cells: list[list[Word]] = [[] for _ in range(len(edges) + 1)]
        for word in inside:
            cells[bisect_right(edges, (word.left + word.right) / 2)].append(word)
        # The outermost two lie outside the table's own edges.
        texts = [_cell_text(page.number, cell) for cell in cells]
        while texts and not texts[0]:
            texts.pop(0)
        while texts and not texts[-1]:
            texts.pop()
        ordered = sorted(inside, key=lambda word: (word.baseline, word.left))
        rows.append(
            PageLine(
                page.number, " ".join(text for text in texts if text), table.left, table.right, middle, ordered[0].style,
                ordered[0], ordered[-1], cells=tuple(texts), edge=table.right,
            )
        )  # fmt: skip
    return rows


def _band(word: Word, levels: list[float], table: _Table) -> int:
    """The row that a word belongs to: for a cell that spans rows, the first of them."""
    band = bisect_right(levels, word.middle)
    middle = (word.left + word.right) / 2
    while band > 1 and not any(
        rule.top == rule.bottom and abs(rule.top - levels[band - 1]) <= _NEAR and rule.left - _NEAR <= middle <= rule.right + _NEAR
        for rule in table.rules
    ):
        band -= 1
    return band


def _cell_text(page: int, words: list[Word]) -> str:
    return "\n".join(line.text for line in _lines(page, [Piece([word]) for word in words]))
