"""The words of an index of two files; see `index.joined`.

Those of the smaller file are numbered behind those of the larger one, but for those that both have.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.index.schema import Arrays, Integers, Rows
from bot.index.words import Words
from bot.language.near_words import WordArrays
from bot.language.strings import Strings


class JoinedStrings(Strings):
    """Texts of two lists, one behind the other; those that both have stand in the first one only.

    Args:
        first, second: the lists.
        numbers: by which those of the second are known.
        hidden: which of the first are not found; None for none.
    """

    def __init__(self, first: Strings, second: Strings, numbers: Integers, hidden: NDArray[np.bool_] | None = None) -> None:
        self._first, self._second, self._known_by, self._hidden = first, second, numbers, hidden
        self._new = np.flatnonzero(numbers >= len(first)).tolist()

    def __len__(self) -> int:
        return len(self._first) + len(self._new)

    def __getitem__(self, number: int) -> str:
        return self._first[number] if number < len(self._first) else self._second[self._new[number - len(self._first)]]

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def all(self) -> list[str]:
        """See `Strings.all`."""
        return [*self._first.all(), *(self._second[number] for number in self._new)]

    def find(self, text: str) -> int:
        """See `Strings.find`."""
        number = self._first.find(text)
        if number >= 0:
            return -1 if self._hidden is not None and self._hidden[number] else number
        number = self._second.find(text)
        return int(self._known_by[number]) if number >= 0 else -1


class JoinedWords(Words):
    """The words of both files.

    Args:
        arrays: those of the larger file.
        changes: those of the smaller one.

    Attributes:
        forms_there, keys_there, grams_there: by which number each of the smaller file is known.
    """

    def __init__(self, arrays: Arrays, changes: Arrays) -> None:
        super().__init__(arrays)
        self._changes, self._second = changes, Words(changes)
        self._whole = Words(arrays)

    @cached_property
    def forms_there(self) -> Integers:
        return self._changes.numbers("joined.forms").astype(np.int64)

    @cached_property
    def keys_there(self) -> Integers:
        return self._changes.numbers("joined.keys").astype(np.int64)

    @cached_property
    def grams_there(self) -> Integers:
        return self._changes.numbers("joined.grams").astype(np.int64)

    @cached_property
    def forms(self) -> Strings:
        """All forms; what no text has any more is not found."""
        whole = self._whole.forms
        return JoinedStrings(whole, self._second.forms, self.forms_there, np.frombuffer(self.form_flags, dtype=np.uint8)[: len(whole)] == 0)

    @cached_property
    def form_flags(self) -> bytes:
        """See `Words.form_flags`."""
        return self._changes.data("joined.form_flags")

    @cached_property
    def keys(self) -> Strings:
        """All keys."""
        return JoinedStrings(self._whole.keys, self._second.keys, self.keys_there)

    @cached_property
    def key_flags(self) -> bytes:
        """See `Words.key_flags`."""
        return self._changes.data("joined.key_flags")

    @cached_property
    def keys_of(self) -> Rows:
        """The keys of each form. A form of both files has those of the smaller one: it may be read otherwise now."""
        second = self._second.keys_of
        return replaced(self._whole.keys_of, Rows(second.starts, self.keys_there.take(second.values).astype(np.uint32)), self.forms_there)

    @cached_property
    def grams(self) -> Strings:
        """All character n-grams."""
        return JoinedStrings(self._whole.grams, self._second.grams, self.grams_there)

    @cached_property
    def grams_of(self) -> Rows:
        """The n-grams of each form."""
        second = self._second.grams_of
        return replaced(self._whole.grams_of, Rows(second.starts, self.grams_there.take(second.values).astype(np.uint32)), self.forms_there)

    def spelling(self, flag: int) -> WordArrays:
        """See `Words.spelling`."""
        return self._second.spelling(flag)


def replaced(rows: Rows, others: Rows, numbers: Integers) -> Rows:
    """Rows of which some were replaced, with more behind them.

    Args:
        others: what comes in their place, or behind them.
        numbers: of each of `others`; those behind `rows` come without a gap.
    """
    size = max(len(rows.starts) - 1, int(numbers.max(initial=-1)) + 1)
    begins, sizes = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    starts = rows.starts.astype(np.int64)
    begins[: len(starts) - 1], sizes[: len(starts) - 1] = starts[:-1], np.diff(starts)
    behind = others.starts.astype(np.int64)
    begins[numbers], sizes[numbers] = behind[:-1] + len(rows.values), np.diff(behind)
    ends = np.cumsum(sizes)
    picked = np.arange(int(ends[-1]) if size else 0) + np.repeat(begins - ends + sizes, sizes)
    return Rows(np.append(0, ends).astype(np.uint32), np.concatenate([rows.values, others.values]).take(picked))
