"""Two other ways to read a page, to hold a quote against: the order in which the file writes, and cutting along white space.

Neither knows anything of the columns, tables and headings that the layout finds; what all agree on was meant to be read so.
The cuts are those of Nagy and Seth's X-Y cut (1984).
"""

from collections.abc import Sequence
from itertools import pairwise

from bot.ingest.blocks import PageReading
from bot.ingest.pdf.pieces import number_chains, pieces_of
from bot.ingest.pdf.words import Page, Word
from bot.ingest.source import letters_of

_DEEPEST = 40
_GUTTER = 0.9  # times the usual letter size
_BETWEEN = 0.15  # times the usual letter size: white between lines that is enough for a cut


def read_otherwise(page: Page) -> PageReading:
    """A page's letters in both orders."""
    pieces = [piece for run in page.runs for piece in pieces_of(run)]
    number_chains(pieces)
    chains: list[list[str]] = []
    last = None
    for piece in pieces:
        if piece.chain != last:
            chains.append([])
            last = piece.chain
        chains[-1].append(piece.text)
    words = [word for run in page.runs for word in run]
    cut = letters_of(" ".join(word.text for word in _cut(words, 0)))
    return PageReading(tuple(letters for chain in chains if (letters := letters_of(" ".join(chain)))), cut)


def _cut(words: list[Word], depth: int) -> list[Word]:
    """Words in the order of their region: cut where white goes through it from edge to edge, upright white first."""
    if len(words) < 2 or depth > _DEEPEST:
        return words
    size = sorted(word.style.size for word in words)[len(words) // 2]
    for along, least in ((False, _GUTTER * size), (True, _BETWEEN * size)):
        parts = _parts(words, along, least)
        if len(parts) > 1:
            return [word for part in parts for word in _cut(part, depth + 1)]
    return sorted(words, key=lambda word: word.left)


def _parts(words: Sequence[Word], level: bool, least: float) -> list[list[Word]]:
    """The region cut in two at its widest white, or whole where none is wide enough.

    Args:
        level: cut between lines rather than between columns.
        least: the width that white must have.
    """

    def extent(word: Word) -> tuple[float, float]:
        if level:
            return word.baseline - 0.75 * word.style.size, word.baseline + 0.2 * word.style.size
        return word.left, word.right

    ordered = sorted(words, key=lambda word: extent(word)[0])
    best, cut, end = 0.0, 0, extent(ordered[0])[1]
    for number, (_, word) in enumerate(pairwise(ordered), 1):
        start, stop = extent(word)
        if start - end > best:
            best, cut = start - end, number
        end = max(end, stop)
    return [ordered[:cut], ordered[cut:]] if best >= least else [ordered]
