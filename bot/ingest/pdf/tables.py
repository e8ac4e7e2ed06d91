"""Tables: those with drawn rules, and those whose wrapped cells stand in columns without any."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from bot.ingest.pdf.columns import rows_of
from bot.ingest.pdf.pieces import PageLine, Piece, lines_of
from bot.ingest.pdf.words import Page, Rule, Word

_MAX_RULES = 4000  # a page with more is a drawing, not a table
_AMOUNT = re.compile(r"[-–+(]?€?\s?[-–]?[\d.,]*\d\s?%?\)?$|[-–€]$|n\.?v\.?t\.?$", re.IGNORECASE)
_BETWEEN_ROWS = 1.3  # times the usual distance of lines
_LONGEST_CELL_LINE = 38  # letters, on average
_MOST_CELL_LINES = 9
_NEAR = 3.0  # points between rules that meet


@dataclass(slots=True)
class Table:
    rules: list[Rule] = field(default_factory=list)
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def holds(self, word: Word) -> bool:
        return self.left - 1 <= (word.left + word.right) / 2 <= self.right + 1 and self.top <= word.middle <= self.bottom


@dataclass(slots=True)
class PlacedTable:
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


def ruled_tables(page: Page) -> list[Table]:
    """Grids of drawn rules with at least two columns."""
    rules = [*page.level_rules, *page.upright_rules]
    if len(page.level_rules) < 2 or len(rules) > _MAX_RULES:
        return []
    tables: list[Table] = []
    for rule in sorted(rules, key=lambda rule: rule.top):
        touching = [
            table for table in tables
            if rule.left - _NEAR <= table.right and rule.right + _NEAR >= table.left
            and rule.top - _NEAR <= table.bottom and rule.bottom + _NEAR >= table.top
        ]  # fmt: skip
        merged = Table([rule], rule.left, rule.right, rule.top, rule.bottom)
        for table in touching:
            merged.rules += table.rules
            merged.left, merged.right = min(merged.left, table.left), max(merged.right, table.right)
            merged.top, merged.bottom = min(merged.top, table.top), max(merged.bottom, table.bottom)
            tables.remove(table)
        tables.append(merged)
    return [table for table in tables if len(_distinct(_edges(table))) >= 3 and table.bottom - table.top > _NEAR]


def _edges(table: Table) -> Iterable[float]:
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


def _distinct(positions: Iterable[float]) -> list[float]:
    """Places in order, those closer than `_NEAR` taken as one."""
    distinct: list[float] = []
    for position in sorted(positions):
        if not distinct or position - distinct[-1] > _NEAR:
            distinct.append(position)
    return distinct


def ruled_rows(page: Page, table: Table, pieces: list[Piece]) -> list[PageLine]:
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
        rows += [_row(page.number, table, part, middle) for part in _amounts_apart(cells)]
    return rows


def _row(page: int, table: Table, cells: Sequence[list[Word]], middle: float) -> PageLine:
    texts = [_cell_text(page, cell) for cell in cells]
    # The outermost two lie outside the table's own edges.
    while texts and not texts[0]:
        texts.pop(0)
    while texts and not texts[-1]:
        texts.pop()
    ordered = sorted((word for cell in cells for word in cell), key=lambda word: (word.baseline, word.left))
    return PageLine(
        page, " ".join(text for text in texts if text), table.left, table.right, middle, ordered[0].style,
        ordered[0], ordered[-1], cells=tuple(texts), edge=table.right,
    )  # fmt: skip


def _amounts_apart(cells: Sequence[list[Word]]) -> list[Sequence[list[Word]]]:
    """The rows within a band that no rule divides: one for each line of amounts, with the words beside it.

    A line of words without amounts belongs to the amounts below it where the first line has none, else to those above.
    """
    amounts = [cell for cell in cells if cell and all(_AMOUNT.match(word.text) for word in cell)]
    heights = [_heights(cell) for cell in amounts]
    anchors = max(heights, key=len, default=[])
    level = sum(all(any(abs(h - a) < _NEAR for a in anchors) for h in baselines) for baselines in heights)
    if len(anchors) < 2 or len(amounts) < 2 or level < len(amounts):
        return [cells]
    words = [word for cell in cells for word in cell]
    parts: list[Sequence[list[Word]]] = []
    for number, anchor in enumerate(anchors):
        top = -1e9 if number == 0 else anchor - _NEAR
        bottom = anchors[number + 1] - _NEAR if number + 1 < len(anchors) else 1e9
        parts.append([[word for word in cell if top <= word.baseline < bottom] for cell in cells])
    return parts if sum(len(cell) for part in parts for cell in part) == len(words) else [cells]


def _heights(words: Iterable[Word]) -> list[float]:
    heights: list[float] = []
    for height in sorted(word.baseline for word in words):
        if not heights or height - heights[-1] > _NEAR:
            heights.append(height)
    return heights


def wrapped_tables(page: int, pieces: Sequence[Piece]) -> tuple[list[PlacedTable], list[Piece]]:
    """Tables without rules whose cells are wrapped text: three columns or more, and white between the rows.

    Returns:
        The tables, and the pieces that belong to none.
    """
    rows = rows_of(pieces)
    tables: list[PlacedTable] = []
    rest: list[Piece] = []
    start = 0
    while start < len(rows):
        end = _end_of_table(rows, start)
        records = _records(rows[start:end]) if end - start > 3 else []
        if records:
            lines = [_record(page, record, [piece.left for piece in rows[start]]) for record in records]
            left, right = min(line.left for line in lines), max(line.right for line in lines)
            tables.append(PlacedTable(lines, left, right, lines[0].baseline))
            start = end
        else:
            rest += rows[start]
            start += 1
    return tables, rest


def _end_of_table(rows: Sequence[Sequence[Piece]], start: int) -> int:
    """How far the columns go on that the pieces of a row begin."""
    edges = [piece.left for piece in rows[start]]
    if len(edges) < 3 or any(b.left - a.right < a.size for a, b in pairwise(rows[start])):
        return start
    end = start + 1
    while end < len(rows) and all(_fits(piece, edges) for piece in rows[end]):
        end += 1
    return end


def _fits(piece: Piece, edges: Sequence[float]) -> bool:
    column = bisect_right(edges, piece.left + _NEAR) - 1
    if column < 0 or piece.left - edges[column] > _NEAR:
        return False
    return column + 1 == len(edges) or piece.right < edges[column + 1] - 1


def _records(rows: Sequence[Sequence[Piece]]) -> list[list[Piece]]:
    """The rows of a wrapped table, each with all its lines; none where this is no such table."""
    tops = [row[0].baseline for row in rows]
    steps = sorted(b - a for a, b in pairwise(tops))
    usual = steps[len(steps) // 3]
    records: list[list[Sequence[Piece]]] = []
    for number, row in enumerate(rows):
        if number == 0 or tops[number] - tops[number - 1] > _BETWEEN_ROWS * usual:
            records.append([])
        records[-1].append(row)
    columns = len(rows[0])
    letters = sum(len(piece.text) for row in rows for piece in row) / sum(len(row) for row in rows)
    whole = all(len(record[0]) >= 0.6 * columns and record[0][0].left <= rows[0][0].left + _NEAR for record in records)
    wrapped = sum(len(record) > 1 for record in records)
    if len(records) < 2 or not whole or not wrapped or letters > _LONGEST_CELL_LINE or max(map(len, records)) > _MOST_CELL_LINES:
        return []
    return [[piece for row in record for piece in row] for record in records]


def _record(page: int, pieces: Sequence[Piece], edges: Sequence[float]) -> PageLine:
    cells: list[list[Word]] = [[] for _ in edges]
    for piece in pieces:
        cells[bisect_right(edges, piece.left + _NEAR) - 1] += piece.words
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    return _row(page, Table(left=left, right=right), cells, min(piece.baseline for piece in pieces))


def _band(word: Word, levels: list[float], table: Table) -> int:
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
    return "\n".join(line.text for line in lines_of(page, [Piece([word]) for word in words]))
