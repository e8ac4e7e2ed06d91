"""The words of the sources as they are now, where an index in one file and what changed since in another tell of them together."""

from collections.abc import Iterator, Mapping, Set

import numpy as np
from numpy.typing import NDArray

from bot.index.words import Words
from bot.language.analysis import WordRow


class LiveWords(Set[str]):
    """The folded words of the sources as they are now.

    Args:
        words: those of the larger file.
        live: which of its forms the sources have now.
        changed: the words of the smaller file.
    """

    def __init__(self, words: Words, live: NDArray[np.bool_], changed: frozenset[str]) -> None:
        self._words, self._live, self._changed = words, live, changed

    def __contains__(self, form: object) -> bool:
        numbers = self._words.numbers_of(str(form))
        return form in self._changed or any(number >= 0 and bool(self._live[number]) for number in numbers)

    def __iter__(self) -> Iterator[str]:
        there = (self._words.form(int(number)) for number in np.flatnonzero(self._live))
        return iter(self._changed.union(there))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ReadAlike(Mapping[str, WordRow]):
    """What is known of words that are read now as they were.

    Args:
        read: what is known of all.
        otherwise: forms that may be read otherwise.
    """

    def __init__(self, read: Mapping[str, WordRow], otherwise: Set[str]) -> None:
        self._read, self._otherwise = read, otherwise

    def __getitem__(self, form: str) -> WordRow:
        if form in self._otherwise:
            raise KeyError(form)
        return self._read[form]

    def __iter__(self) -> Iterator[str]:
        return (form for form in self._read if form not in self._otherwise)

    def __len__(self) -> int:
        return sum(1 for _ in self)
