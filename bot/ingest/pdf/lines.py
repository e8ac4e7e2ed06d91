"""Words on a page, made into lines in reading order: columns one after another, tables as rows."""

import re
from collections.abc import Sequence
from itertools import pairwise

from bot.ingest.pdf.columns import split_columns, unmixed
from bot.ingest.pdf.pieces import PageLine, Piece, lines_of, number_chains, pieces_of
from bot.ingest.pdf.tables import PlacedTable, Table, ruled_rows, ruled_tables, wrapped_tables
from bot.ingest.pdf.words import Page, Word

_FAR_APART = 2.5  # times the letter size
_LABEL = re.compile(
    r"(?:[^\W\d_]{0,2}[\W\d_]*|.*:|(?:hoofdstuk|deel|paragraaf|bijlage|artikel|vraag|antwoord|thema|onderdeel|programma|punt|lid)\s[\w.]+)$",
    re.IGNORECASE,
)

_Item = Piece | PlacedTable


def page_lines(page: Page) -> list[PageLine]:
    """The lines of a page, in reading order."""
    tables = ruled_tables(page)
    loose: list[Piece] = []
    inside: dict[int, list[Piece]] = {}
    for run in page.runs:
        for number, words in _split_by_table(run, tables):
            if number is None:
                loose += pieces_of(words)
            else:
                inside.setdefault(number, []).append(Piece(list(words)))
    number_chains(loose)
    wrapped, loose = wrapped_tables(page.number, loose)
    items: list[_Item] = [*wrapped, *loose]
    for number, pieces in inside.items():
        rows = ruled_rows(page, tables[number], pieces)
        items.append(PlacedTable(rows, tables[number].left, tables[number].right, rows[0].baseline))
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
            lines += [*_aligned_rows(lines_of(page, loose)), *item.rows]
            loose = []
    return lines + _aligned_rows(lines_of(page, loose))


def _split_by_table(run: Sequence[Word], tables: Sequence[Table]) -> list[tuple[int | None, list[Word]]]:
    """A run cut where it enters or leaves a table, each part with its table's number."""
    parts: list[tuple[int | None, list[Word]]] = []
    for word in run:
        number = next((n for n, table in enumerate(tables) if table.holds(word)), None)
        if parts and parts[-1][0] == number:
            parts[-1][1].append(word)
        else:
            parts.append((number, [word]))
    return parts


def with_pairs(lines: Sequence[PageLine]) -> None:
    """Make a row of each line whose parts stand far apart, so that nobody reads on from one to the other.

    To be asked when the table of contents is gone: its page numbers stand far apart too. A number, a letter, or a label such as
    'Artikel 1' or 'Datum:' goes on with what follows it.
    """
    for line in lines:
        white = [(b[0] - a[1]) / line.style.size for a, b in pairwise(line.stops)]
        if not line.cells and white and min(white) > _FAR_APART and not line.stretched and not _LABEL.match(line.parts[0]):
            line.cells = line.parts


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
