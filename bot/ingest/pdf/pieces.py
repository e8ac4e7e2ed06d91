"""Neighbouring words on a line, and lines made of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.ingest.pdf.words import Style, Word

_CELL_GAP = 1.2  # times the letter size: more white than this is no space between words
_TOUCHING = 0.12  # times the letter size: less white than this is no space at all


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
        parts: the texts of those stretches.
        stretched: all white is equally wide, to fill the column.
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
    parts: tuple[str, ...] = ()
    stretched: bool = False


def join_pieces(pieces: Sequence[Piece]) -> str:
    """The text of pieces on one line; pieces that touch (a raised letter and what follows it) get no space."""
    text = pieces[0].text
    for before, after in pairwise(pieces):
        touching = after.left - before.right < _TOUCHING * min(before.size, after.size)
        text += ("" if touching else " ") + after.text
    return text


def pieces_of(words: Sequence[Word]) -> list[Piece]:
    pieces = [Piece([words[0]])]
    for word in words[1:]:
        gap = word.left - pieces[-1].right
        if gap > _CELL_GAP * min(word.style.size, pieces[-1].words[-1].style.size) or gap < -3 * word.style.size:
            pieces.append(Piece([word]))
        else:
            pieces[-1].words.append(word)
    return pieces


def lines_of(page: int, pieces: Iterable[Piece]) -> list[PageLine]:
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
        parts=tuple(piece.text for piece in pieces),
        stretched=stretched,
    )


def number_chains(pieces: Sequence[Piece]) -> None:
    """Give pieces that the file writes one after the other, on one line or line below line, the same chain."""
    for number, (before, piece) in enumerate(pairwise(pieces), 1):
        step = piece.baseline - before.baseline
        alike = 0.85 < piece.size / before.size < 1.18
        on_line = abs(step) < 0.3 * piece.size and 0 <= piece.left - before.right < 3 * piece.size
        below = 0.3 * piece.size < step < 2.2 * piece.size and piece.left < before.right and before.left < piece.right
        piece.chain = before.chain if on_line or (alike and below) else number
