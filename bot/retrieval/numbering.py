"""Places that stay when other documents come and go, and the running numbers that the rest of the program counts in."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

PLACE_BITS = 24
"""A key is the number of a document on disk, and in its lowest bits the place within it: sixteen million texts a document."""


class Held(NamedTuple):
    """A document's number on disk, and how many texts it holds."""

    document: int
    texts: int


def key_of(document: int, place: int) -> int:
    """The key of one text."""
    return document << PLACE_BITS | place


class Numbering:
    """Running numbers, in the order of the documents, for keys that never change.

    Args:
        documents: in the order in which they are read.
    """

    def __init__(self, documents: Sequence[Held]) -> None:
        self._documents = [document for document, _ in documents]
        self._starts = [0, *accumulate(texts for _, texts in documents)]
        self._start_of = dict(zip(self._documents, self._starts, strict=False))

    def __len__(self) -> int:
        return self._starts[-1]

    def key(self, number: int) -> int:
        """The key of a running number."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        place = bisect_right(self._starts, number) - 1
        return key_of(self._documents[place], number - self._starts[place])

    def number(self, key: int) -> int:
        """The running number of a key."""
        return self._start_of[key >> PLACE_BITS] + (key & ((1 << PLACE_BITS) - 1))

    def numbers(self, keys: Iterable[int]) -> list[int]:
        """The running numbers of keys."""
        return [self.number(key) for key in keys]

    def start(self, document: int) -> int:
        """The running number of a document's first text."""
        return self._start_of[document]
