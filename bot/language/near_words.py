"""Known words that may be meant by a word with typing errors, without looking at each of them.

Of each word two signs of 64 bits are kept: which letters it has, and which pairs of letters. One typing error changes few of them, so that all
words but some dozens are passed over by comparing numbers, many thousands at once. Those dozens are compared letter by letter.
"""

from abc import abstractmethod
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import pairwise
from typing import TypeVar
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from bot.named import NamedTuple

SHORTEST, LONGEST = 4, 45
"""Shorter words are never corrected: too many real words are one letter away. Longer ones are no words."""

LETTERS_CHANGED, PAIRS_CHANGED = 2, 6
"""Bits of the signs of letters and of pairs that one error changes at most: another letter, and two neighbours exchanged."""

_ALPHABET, _BITS = 26, 64

Unsigned = TypeVar("Unsigned", np.uint32, np.uint64)

Signs = tuple[int, int, int]
"""Of a word: those of its letters and of its pairs of letters, and the checksum of how it sounds."""


class WordArrays(NamedTuple):
    """What is known of words, those of fewer letters first, then by alphabet.

    Attributes:
        numbers: by which the words are known to whoever keeps them.
        starts: where the words of 0, 1, 2 and so on letters begin.
        letters, pairs: their signs.
        sounds: checksums of how they sound.
    """

    numbers: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    letters: NDArray[np.uint64]
    pairs: NDArray[np.uint64]
    sounds: NDArray[np.uint32]

    @classmethod
    def of(cls, words: Iterable[tuple[int, str]], sound: Callable[[str], str], known: Mapping[str, Signs] | None = None) -> "WordArrays":
        """Of numbered words; those that no typing error is read as are left out.

        Args:
            sound: how a word sounds.
            known: the signs of some words.
        """
        known = known or {}
        may_be_meant = [(n, word) for n, word in words if SHORTEST <= len(word) <= LONGEST + 2 and word.isalpha()]
        ordered = sorted(may_be_meant, key=lambda item: (len(item[1]), item[1]))
        lengths = np.array([len(word) for _, word in ordered], dtype=np.int64)
        signs = [known.get(word) or (_letters(word), _pairs(word), crc32(sound(word).encode())) for _, word in ordered]
        letters, pairs, sounds = np.array(signs, dtype=np.uint64).reshape(-1, 3).T.copy()
        return cls(
            np.array([number for number, _ in ordered], dtype=np.uint32),
            np.searchsorted(lengths, np.arange(LONGEST + 4)).astype(np.uint32),
            letters,
            pairs,
            sounds.astype(np.uint32),
        )

    def changed(
        self, stays: NDArray[np.bool_], added: "WordArrays", word: Callable[[int], str], word_added: Callable[[int], str]
    ) -> "WordArrays":  # fmt: skip
        """The same without some words, and with others.

        Args:
            stays: which of these words stay.
            added: the others.
            word, word_added: give a word by its number.
        """
        numbers, starts = self.numbers.tolist(), self.starts.tolist()
        positions = []
        for text in map(word_added, added.numbers.tolist()):
            alike = range(starts[len(text)], starts[len(text) + 1])
            positions.append(alike.start + bisect_left(alike, text, key=lambda position: word(numbers[position])))
        before = np.append(0, np.cumsum(stays))
        there = before[np.array(positions, dtype=np.int64)]

        def both(one: NDArray[Unsigned], other: NDArray[Unsigned]) -> NDArray[Unsigned]:
            return np.insert(one[stays], there, other)

        return WordArrays(
            both(self.numbers, added.numbers), (before[self.starts] + added.starts).astype(np.uint32), both(self.letters, added.letters),
            both(self.pairs, added.pairs), both(self.sounds, added.sounds),
        )  # fmt: skip

    def signs(self) -> list[tuple[int, Signs]]:
        """The number of each word, with its signs."""
        signs = zip(self.letters.tolist(), self.pairs.tolist(), self.sounds.tolist(), strict=True)
        return list(zip(self.numbers.tolist(), signs, strict=True))

    @classmethod
    def stored(cls, data: Callable[[str], bytes]) -> "WordArrays":
        """What `parts` gave, by name."""
        numbers, starts, sounds = (np.frombuffer(data(name), dtype=np.uint32) for name in ("numbers", "starts", "sounds"))
        letters, pairs = (np.frombuffer(data(name), dtype=np.uint64) for name in ("letters", "pairs"))
        return cls(numbers, starts, letters, pairs, sounds)

    def parts(self) -> dict[str, bytes]:
        """Each array as it is kept in a file."""
        return {
            "numbers": self.numbers.tobytes(), "starts": self.starts.tobytes(), "letters": self.letters.tobytes(),
            "pairs": self.pairs.tobytes(), "sounds": self.sounds.tobytes(),
        }  # fmt: skip


class WordList:
    """Words that a typing error may be read as.

    Args:
        arrays: what is known of them.
        word: gives a word by its number.
    """

    def __init__(self, arrays: WordArrays, word: Callable[[int], str]) -> None:
        self._arrays, self._word = arrays, word

    @classmethod
    def of(cls, words: Iterable[str], sound: Callable[[str], str]) -> "WordList":
        """Of any words."""
        every = list(words)
        return cls(WordArrays.of(enumerate(every), sound), every.__getitem__)

    def near(self, form: str, errors: int) -> list[str]:
        """Every word that may be so many typing errors away, and a few that are not; shorter ones first, then by alphabet."""
        arrays = self._arrays
        first, last = arrays.starts[[max(0, len(form) - errors), min(len(form) + errors + 1, LONGEST + 3)]].tolist()
        letters = np.bitwise_count(arrays.letters[first:last] ^ np.uint64(_letters(form))) <= LETTERS_CHANGED * errors
        some = np.flatnonzero(letters) + first
        some = some[np.bitwise_count(arrays.pairs[some] ^ np.uint64(_pairs(form))) <= PAIRS_CHANGED * errors]
        return self._words(some)

    def sounding(self, sound: str) -> list[str]:
        """The words that may sound like this; shorter ones first, then by alphabet."""
        return self._words(np.flatnonzero(self._arrays.sounds == np.uint32(crc32(sound.encode()))))

    def _words(self, positions: NDArray[np.int64]) -> list[str]:
        return [self._word(number) for number in self._arrays.numbers[positions].tolist()]


class JoinedWordList(WordList):
    """Several lists as one.

    Args:
        lists: each with its words in order.
    """

    def __init__(self, lists: Sequence[WordList]) -> None:
        self._joined = lists

    def near(self, form: str, errors: int) -> list[str]:
        """See `WordList.near`."""
        return _in_order(word for words in self._joined for word in words.near(form, errors))

    def sounding(self, sound: str) -> list[str]:
        """See `WordList.sounding`."""
        return _in_order(word for words in self._joined for word in words.sounding(sound))


def _in_order(words: Iterable[str]) -> list[str]:
    return sorted(set(words), key=lambda word: (len(word), word))


class ListedWords(Set[str]):
    """A set of words that keeps its list."""

    @abstractmethod
    def word_list(self) -> WordList:
        """The list of all of them."""


def _letters(word: str) -> int:
    """A bit for each letter that the word has, and another for each that it has twice or more."""
    once = twice = 0
    for letter in word:
        bit = 1 << (ord(letter) - ord("a")) % _ALPHABET
        twice |= once & bit
        once |= bit
    return once | twice << _ALPHABET


def _pairs(word: Sequence[str]) -> int:
    """A bit for each pair of neighbouring letters; several pairs share one."""
    sign = 0
    for one, other in pairwise(word):
        sign |= 1 << (ord(one) * 31 + ord(other) * 17) % _BITS
    return sign
