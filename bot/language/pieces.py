"""Which of the pieces of text that patterns need stand in a text: looked up all at once, and once for all patterns.

There are some thousands of pieces, and a question holds hardly any of them. Each is filed under three letters of its own that few other
pieces have; of a text only the pieces filed under its own letters are looked for.
"""

import marshal
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from itertools import chain
from operator import add
from pathlib import Path

from bot.made import MARSHALLED, made

LETTERS = 3
"""Letters under which a piece is filed; one that is shorter is looked for in every text."""

FILES = tuple(sorted(Path(__file__).parent.parent.glob("*/data/*.json")))
"""Every pattern file, as the program reads it."""


@lru_cache(maxsize=64)
def pieces_in(text: str) -> frozenset[str]:
    """The pieces that stand in a text. Remembered: the patterns of one question look at the same few texts hundreds of times.

    Args:
        text: folded as far as the patterns want it.
    """
    global _latest
    # A part of a text, as a sentence of it, has none but those of the whole.
    pieces = next((known for whole, known in _latest if text in whole), None)
    if pieces is None:
        filed, beginnings, short = _filed()
        # Without a loop in Python: some texts are long, and each new one is gone through.
        pairs = list(map(add, text, text[1:]))
        letters = beginnings.intersection(map(add, pairs, text[2:]))
        here = short.intersection(chain(text, pairs))
        here = here.union(filter(text.__contains__, chain.from_iterable([filed[some].split(_BETWEEN) for some in letters])))
        _latest = ((text, here), *_latest[: LATEST - 1])
        return here
    return frozenset(filter(text.__contains__, pieces))


_BETWEEN = "\0"
"""Stands between pieces that are filed together."""

LATEST = 8
"""Texts whose pieces are at hand for parts of them."""

_latest: tuple[tuple[str, frozenset[str]], ...] = ()
"""The texts whose pieces were looked up last. Never changed but replaced: another thread may be going through it."""


def filed_under_letters(pieces: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Pieces by the three letters of theirs that the fewest pieces have; a shorter one by itself."""
    every = sorted(set(pieces))
    usual = Counter(some for piece in every for some in _letters(piece))
    filed: dict[str, list[str]] = {}
    for piece in every:
        filed.setdefault(min(_letters(piece), key=lambda some: usual[some]), []).append(piece)
    return {letters: tuple(some_pieces) for letters, some_pieces in filed.items()}


def _letters(piece: str) -> Sequence[str]:
    return [piece[start : start + LETTERS] for start in range(max(1, len(piece) - LETTERS + 1))]


@cache
def _filed() -> tuple[Mapping[str, str], frozenset[str], frozenset[str]]:
    """The pieces by what they are filed under, all that they are filed under, and those that are too short to be filed."""
    filed: dict[str, str] = marshal.loads(made("pieces", [*FILES, Path(__file__)], _build).data)  # noqa: S302 - ours, behind a checksum
    short = frozenset(letters for letters in filed if len(letters) < LETTERS)
    return filed, frozenset(filed) - short, short


def _build() -> bytes:
    # Imported here: it is done once.
    import json

    rows = [row for file in FILES for rows in json.loads(file.read_text(encoding="utf-8"))["patterns"].values() for row in rows]
    filed = filed_under_letters(piece for _, needs, _ in rows for piece in needs)
    return marshal.dumps({letters: _BETWEEN.join(pieces) for letters, pieces in filed.items()}, MARSHALLED)
