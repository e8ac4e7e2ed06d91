"""Text that stands beside other text, read one after the other: columns of any length, side boxes, labels in a margin.

A gutter belongs to a band of lines, not to a page: it is a stretch of white that goes on over neighbouring lines, with text on both
sides of at least two of them. What crosses it ends the band. So a short last column, or a box below full-width text, counts as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol, TypeVar

_DEEPEST = 6  # columns within columns
_NARROWEST_COLUMN = 40.0  # points between the left edges of two columns
_MOST_CANDIDATES = 80
_PROSE = 14  # letters a line: less is a column of numbers, labels or signs
_LEAST_LETTERS = 8  # a line, for a chain to be prose
_LETTERS = 0.6  # the share of letters in prose
_ONE_LINE = 0.45  # times the letter size: a smaller difference in height is none
_LONG = 60.0  # points: what is wider is a line of text
_NEARLY_LEVEL = 0.7  # times the letter size
_ALIGNED = 2.5  # points
_FEWEST_PAIRS = 4
_PAIRED = 0.9  # the share of lines of a table of two columns that look like that
_SPACED = 1.7  # times the usual distance of lines: more ends a stretch of text


class Item(Protocol):
    """What stands somewhere on a page: words without wide white between them, or a table as a whole."""

    @property
    def left(self) -> float: ...
    @property
    def right(self) -> float: ...
    @property
    def baseline(self) -> float: ...
    @property
    def size(self) -> float: ...
    @property
    def text(self) -> str: ...


T = TypeVar("T", bound=Item)


@dataclass(frozen=True, slots=True)
class _Band:
    """Rows `first` to `last` (not included) of a region, with a gutter left of `x`; `beside` lines stand beside others."""

    first: int
    last: int
    x: float
    beside: int
    white: float


def split_columns(items: Sequence[T], depth: int = 0) -> list[list[T]]:
    """Divide what stands on a page, or a part of one, into groups to be read one after the other.

    Args:
        items: in any order.

    Returns:
        The same items; within a group what stands at one height is one line.
    """
    if not items:
        return []
    rows = rows_of(items)
    band = _best_band(rows) if depth < _DEEPEST else None
    if band is None:
        return _beside_labels(rows) if depth < _DEEPEST else [list(items)]
    inside = [item for row in rows[band.first : band.last] for item in row]
    sides = [item for item in inside if item.left < band.x], [item for item in inside if item.left >= band.x]
    groups: list[list[T]] = []
    for part in ([item for row in rows[: band.first] for item in row], *sides, [item for row in rows[band.last :] for item in row]):
        groups += split_columns(part, depth + 1)
    return groups


def unmixed(items: Sequence[T], chain_of: Callable[[T], int]) -> list[list[T]]:
    """Take apart what a group would mix: prose that the file writes on its own, beside other prose at the same height.

    Args:
        items: one group of `split_columns`.
        chain_of: the number of the chain that an item belongs to; a chain is what the file writes line below line.

    Returns:
        The group without the smaller of two such chains, then those in a group of their own; a pull quote is one.
    """
    chains: dict[int, list[T]] = {}
    for item in items:
        chains.setdefault(chain_of(item), []).append(item)
    solid = [chain for chain in chains.values() if len(rows_of(chain)) > 1 and _letters(chain) >= _LEAST_LETTERS * len(rows_of(chain))]
    main: list[list[T]] = []
    aside: list[T] = []
    for chain in sorted(solid, key=_letters, reverse=True):
        if any(_are_beside(chain, other) for other in main):
            aside += chain
        else:
            main.append(chain)
    if not aside:
        return [list(items)]
    out = {id(item) for item in aside}
    return [[item for item in items if id(item) not in out], *unmixed(aside, chain_of)]


def _letters(items: Sequence[Item]) -> int:
    return sum(sign.isalpha() for item in items for sign in item.text)


def _are_beside(one: Sequence[Item], other: Sequence[Item]) -> bool:
    """Whether two chains stand at one height without touching each other."""
    top = max(_top(one), _top(other)) - 2
    bottom = min(max(item.baseline for item in one), max(item.baseline for item in other)) + 2
    level = [[item for item in chain if top <= item.baseline <= bottom] for chain in (one, other)]
    if not all(level):
        return False
    return max(i.right for i in level[0]) <= min(i.left for i in level[1]) or max(i.right for i in level[1]) <= min(
        i.left for i in level[0]
    )


def rows_of(items: Sequence[T]) -> list[list[T]]:
    """What stands at one height, each from left to right, from the top down."""
    rows: list[list[T]] = []
    for item in sorted(items, key=lambda item: item.baseline):
        main = max(rows[-1], key=lambda other: other.size) if rows else None
        if main is not None and abs(main.baseline - item.baseline) <= _ONE_LINE * max(main.size, item.size):
            rows[-1].append(item)
        else:
            rows.append([item])
    return [sorted(row, key=lambda item: item.left) for row in rows]


def _best_band(rows: Sequence[Sequence[Item]]) -> _Band | None:
    """The band with text beside text on most rows; of those that have about as many the one with the widest gutter."""
    if len(rows) < 2:
        return None
    lefts = sorted(item.left for row in rows for item in row)
    starts: list[tuple[int, float]] = []
    begin = 0
    for number in range(1, len(lefts) + 1):
        if number == len(lefts) or lefts[number] - lefts[begin] > _ALIGNED:
            if lefts[begin] - lefts[0] >= _NARROWEST_COLUMN:
                starts.append((number - begin, lefts[begin]))
            begin = number
    bands: list[_Band] = []
    for _, start in sorted(starts, reverse=True)[:_MOST_CANDIDATES]:
        bands += _bands(rows, start - 0.5)
    most = max((band.beside for band in bands), default=0)
    return max((band for band in bands if band.beside >= 0.8 * most), key=lambda band: (band.white, band.beside), default=None)


def _bands(rows: Sequence[Sequence[Item]], x: float) -> list[_Band]:
    """The bands of rows that nothing crosses at `x` and that hold prose on both sides of it."""
    bands: list[_Band] = []
    first = 0
    for number in range(len(rows) + 1):
        if number < len(rows) and not any(item.left < x - 1 and item.right > x + 1 for item in rows[number]):
            continue
        band = _checked(rows, first, _without_tail(rows, first, number, x), x)
        if band is not None:
            bands.append(band)
        first = number + 1
    return bands


def _without_tail(rows: Sequence[Sequence[Item]], first: int, last: int, x: float) -> int:
    """Where a band ends: short lines that stand apart, above what crosses the gutter, belong to what crosses it."""
    if last == len(rows):
        return last
    end = last
    while end > first and all(item.left < x for item in rows[end - 1]):
        end -= 1
    distances = sorted(_top(after) - _top(before) for before, after in pairwise(rows[first:last]))
    usual = distances[len(distances) // 4] if distances else 0.0
    for number in range(max(end, first + 1), last):
        apart = _top(rows[number]) - _top(rows[number - 1])
        if apart > 1.4 * usual and apart > _top(rows[last]) - _top(rows[last - 1]) and last - number <= 3:
            return number
    return last


def _top(row: Sequence[Item]) -> float:
    return min(item.baseline for item in row)


def _with_hanging(rows: Sequence[Sequence[Item]], x: float) -> float:
    """The gutter before what hangs out of the right-hand column: its bullets, and the numbers of its headings."""
    edge = max((item.right for row in rows for item in row if item.left < x and item.right - item.left > _LONG), default=x)
    return min((item.left - 0.5 for row in rows for item in row if edge + 2 < item.left < x), default=x)


def _checked(rows: Sequence[Sequence[Item]], first: int, last: int, x: float) -> _Band | None:
    x = _with_hanging(rows[first:last], x)
    left: list[Sequence[Item]] = []
    right: list[Sequence[Item]] = []
    white: list[float] = []
    for row in rows[first:last]:
        sides = [item for item in row if item.left < x], [item for item in row if item.left >= x]
        if sides[0]:
            left.append(sides[0])
        if sides[1]:
            right.append(sides[1])
        if sides[0] and sides[1]:
            white.append((sides[1][0].left - max(item.right for item in sides[0])) / max(item.size for item in row))
    beside = _beside(left, right) if left and right else 0
    if beside < 2 or not (_is_prose(left) and _is_prose(right)) or _are_pairs(rows[first:last], x):
        return None
    narrowest = min(white, default=9.0)
    # Two or three rows may be chance in justified text: there the white must be wide, and the right-hand lines begin at one place.
    starts = [row[0].left for row in right]
    aligned = max(sum(abs(other - start) < _ALIGNED for other in starts) for start in starts)
    if narrowest < (0.4 if len(white) > 5 else 1.1) or aligned < max(2, 0.3 * len(right)):
        return None
    return _Band(first, last, x, beside, narrowest)


def _are_pairs(rows: Sequence[Sequence[Item]], x: float) -> bool:
    """Whether each line on the right belongs to the line on the left: a table of two columns without rules.

    In columns of running text most lines begin in the middle of a sentence; here each begins with a capital or a number, none ends a
    sentence, and nothing on the right stands alone.
    """
    right = [row for row in rows if row[-1].left >= x]
    pairs = [row for row in right if row[0].left < x]
    if len(pairs) < _FEWEST_PAIRS or len(pairs) < _PAIRED * len(right):
        return False
    sides = [side for row in pairs for side in ([item for item in row if item.left < x], [item for item in row if item.left >= x])]
    begun = sum(side[0].text[:1].isupper() or side[0].text[:1].isdigit() for side in sides)
    ended = sum(side[-1].text[-1:] in ".;:,-" for side in sides)
    return begun >= _PAIRED * len(sides) and ended <= (1 - _PAIRED) * len(sides)


def _beside(left: Sequence[Sequence[Item]], right: Sequence[Sequence[Item]]) -> int:
    """How many lines of each column stand at the height of the other, level with its lines or not."""
    top, bottom = max(_top(left[0]), _top(right[0])), min(_top(left[-1]), _top(right[-1]))
    near = _NEARLY_LEVEL * min(item.size for item in (*left[0], *right[0]))
    return min(sum(top - near <= _top(row) <= bottom + near for row in side) for side in (left, right))


def _is_prose(rows: Sequence[Sequence[Item]]) -> bool:
    text = "".join(item.text for row in rows for item in row).replace(" ", "")
    letters = sum(sign.isalpha() for sign in text)
    return letters >= _PROSE * len(rows) and letters >= _LETTERS * len(text)


def _beside_labels(rows: Sequence[Sequence[T]]) -> list[list[T]]:
    """Labels of several lines in a margin, each before the text beside it; all in one group where there are none."""
    whole = [item for row in rows for item in row]
    split = _label_edge(rows)
    if split is None:
        return [whole] if whole else []
    labels = [[item for item in row if item.left < split] for row in rows]
    starts = [number for number, label in enumerate(labels) if label and (number == 0 or _apart(labels, number))]
    groups: list[list[T]] = []
    for start, end in pairwise([0, *[start for start in starts if start], len(rows)]):
        groups.append([item for label in labels[start:end] for item in label])
        groups.append([item for row in rows[start:end] for item in row if item.left >= split])
    return [group for group in groups if group]


def _apart(labels: Sequence[Sequence[Item]], number: int) -> bool:
    """Whether a label begins here: nothing of one stands right above."""
    before = labels[number - 1]
    return not before or _top(labels[number]) - _top(before) > _SPACED * max(item.size for item in labels[number])


def _label_edge(rows: Sequence[Sequence[Item]]) -> float | None:
    """The left edge of the text that labels of several lines stand beside, or None where there are no such labels."""
    doubled = [row for row in rows if len(row) > 1 and row[1].left - row[0].right > 1.2 * row[0].size]
    if len(doubled) < 2 or not all(len(row) == 2 or row[2].left > row[1].left for row in doubled):
        return None
    edge = min(row[1].left for row in doubled)
    left = [[item for item in row if item.left < edge - 1] for row in rows]
    right = [[item for item in row if item.left >= edge - 1] for row in rows]
    if any(item.right > edge for row in left for item in row) or any(len(row) > 1 for row in right):
        return None
    running = [(a, b) for a, b in pairwise(range(len(rows))) if left[a] and left[b] and right[a] and right[b]]
    in_words = all(_is_words(row) for row in left if row)
    return edge - 0.5 if running and in_words and _is_prose([row for row in right if row]) else None


def _is_words(row: Sequence[Item]) -> bool:
    return sum(sign.isalpha() for item in row for sign in item.text) >= 3
