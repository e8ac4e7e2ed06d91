"""The words of one group of an index: every form that its texts and hints have, and what is known of each."""

from collections.abc import Container, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.index.schema import Arrays, ArrayWriter, Floats, Integers, Rows, distinct
from bot.language.analysis import GRAM, ROOT_MARK, WordRow
from bot.language.function_words import FUNCTION_WORDS, LIGHT_WORDS
from bot.language.near_words import ListedWords, Signs, WordArrays, WordList
from bot.language.spelling import sound
from bot.language.strings import Strings

IN_SOURCE, IN_HINT = 1, 2
"""What a form's flags say: it stands in a text or heading, in a hint."""

HELD, OF_SOURCE = 1, 2
"""What a key's flags say: a content word of a text, heading or hint has it; it is the stem of some word of the sources."""

CONTENT = "!"
"""Behind a form that carries content here, though it is a function word elsewhere: 'één', 'IS'."""


def carries_content(entry: str) -> bool:
    """Whether an entry of the list of forms is that of a content word."""
    return entry.endswith(CONTENT) or entry not in FUNCTION_WORDS


class Words:
    """The forms of one group, each with its keys: stem and marked root, and those of a compound's parts.

    Args:
        arrays: those of the group.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays
        self._numbers: dict[str, int] = {}
        self._grams: dict[str, int] = {}

    def key(self, key: str) -> int:
        """The number of a key, -1 where there is no such key."""
        number = self._numbers.get(key)
        if number is None:
            if len(self._numbers) >= REMEMBERED:
                self._numbers.clear()
            number = self._numbers[key] = self.keys.find(key)
        return number

    def numbers_of_key(self, key: str) -> tuple[int, int]:
        """The numbers of a stem or root as it stands, and as the root of a word; -1 for each that there is not."""
        return self.key(key), self.key(ROOT_MARK + key)

    def gram(self, gram: str) -> int:
        """The number of a character n-gram, -1 where there is no such n-gram."""
        number = self._grams.get(gram)
        if number is None:
            if len(self._grams) >= REMEMBERED:
                self._grams.clear()
            number = self._grams[gram] = self.grams.find(gram)
        return number

    def columns(self, keys: Sequence[str]) -> tuple[Integers, Integers]:
        """The numbers of some keys in ascending order, each once, and for each key the place that it has among them."""
        return columns_of([self.key(key) for key in keys])

    def strengths(self, forms: Integers, owner: Integers, texts: int, keys: Integers, part: float) -> Floats:
        """How firmly each key (column) belongs to each text (row): 1 where a word of the text has it.

        Args:
            forms: the words of all texts.
            owner: for each form the text that it stands in.
            texts: their number.
            keys: ascending.
            part: in place of 1 where only a part of a compound has it.
        """
        strengths = np.zeros((texts, len(keys)))
        which, inside, values = self.keys_of.spread(forms)
        position, hit = positions(keys, values)
        which = which[hit]
        row, column, whole = owner[which], position[hit], inside[hit] <= 1
        strengths[row, column] = part
        strengths[row[whole], column[whole]] = 1.0
        return strengths

    @cached_property
    def forms(self) -> Strings:
        """All forms; see `CONTENT`."""
        return self._arrays.strings("forms")

    @cached_property
    def form_flags(self) -> bytes:
        """By number; see `IN_SOURCE`."""
        return self._arrays.data("forms.flags")

    @cached_property
    def keys(self) -> Strings:
        """All keys."""
        return self._arrays.strings("keys")

    @cached_property
    def key_flags(self) -> bytes:
        """By number; see `HELD`."""
        return self._arrays.data("keys.flags")

    @cached_property
    def keys_of(self) -> Rows:
        """The keys of each form, as `Word.match_keys` gives them; none for function words."""
        return self._arrays.rows("forms.keys")

    @cached_property
    def grams(self) -> Strings:
        """All character n-grams."""
        return self._arrays.strings("grams")

    @cached_property
    def grams_of(self) -> Rows:
        """The n-grams of each form, none for function words."""
        return self._arrays.rows("forms.grams")

    def spelling(self, flag: int) -> WordArrays:
        """What is known of the forms whose flags say something, for typing errors; see `write_spelling`."""
        return WordArrays.stored(lambda name: self._arrays.data(f"spelling.{flag}.{name}"))

    def numbers_of(self, form: str) -> tuple[int, int]:
        """The numbers of a form, as it usually stands and where it carries content; -1 for each that there is not."""
        return self.forms.find(form), self.forms.find(form + CONTENT)

    def form(self, number: int) -> str:
        """A form by its number."""
        return self.forms[number].removesuffix(CONTENT)


def write_spelling(
    writer: ArrayWriter, forms: Sequence[str], flags: NDArray[np.uint8], signs: Mapping[str, Signs] | None = None
) -> None:  # fmt: skip
    """Put into a file what typing errors in questions need of the words of the sources, and of their hints.

    Args:
        forms: by number.
        flags: see `IN_SOURCE`.
        signs: those of some forms.
    """
    for flag in (IN_SOURCE, IN_HINT):
        known = ((n, forms[n].removesuffix(CONTENT)) for n in np.flatnonzero(flags & flag).tolist())
        for name, data in WordArrays.of(known, sound, signs).parts().items():
            writer.put(f"spelling.{flag}.{name}", data)


def grams_of(forms: Sequence[str]) -> tuple[list[str], Rows]:
    """The n-grams of all forms, as `Word.grams` has them, in the order in which they come; and the numbers of those of each form.

    Args:
        forms: '' for one that has none.
    """
    padded = "".join(f"_{form}_" for form in forms if form)
    letters = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.int64)
    counts = np.array([len(form) for form in forms], dtype=np.int64)
    ends = np.cumsum(counts[counts > 0] + 2)
    begins = np.ones(len(letters), dtype=bool)
    begins[ends - 1] = begins[ends - 2] = False
    positions = np.flatnonzero(begins)
    codes = (letters[positions] << _LETTER_BITS | letters[positions + 1]) << _LETTER_BITS | letters[positions + 2]
    order = np.argsort(codes, kind="stable")
    new = np.diff(codes[order], prepend=-1) > 0
    firsts = order[new]
    numbers = np.empty(len(firsts), dtype=np.int64)
    numbers[np.argsort(firsts)] = np.arange(len(firsts))
    values = np.empty(len(codes), dtype=np.uint32)
    values[order] = numbers[np.cumsum(new) - 1]
    texts = [padded[start : start + GRAM] for start in positions[np.sort(firsts)].tolist()]
    return texts, Rows(np.append(0, np.cumsum(counts)).astype(np.uint32), values)


_LETTER_BITS = 21

REMEMBERED = 20_000
"""Keys whose number is remembered."""


def columns_of(numbers: Sequence[int]) -> tuple[Integers, Integers]:
    """Numbers in ascending order, each once, and for each the place that it has among them."""
    every = np.array(numbers, dtype=np.int64)
    known = distinct(every)
    return known, known.searchsorted(every)


def positions(known: Integers, values: Integers) -> tuple[Integers, Integers]:
    """For each value its place among ascending numbers, where it is one of them; and which values are, by their places."""
    if not len(known):
        return np.zeros(len(values), dtype=np.int64), np.empty(0, dtype=np.int64)
    position = known.searchsorted(values)
    position[position == len(known)] = 0
    return position, (known.take(position) == values).nonzero()[0]


class KnownForms(ListedWords):
    """The forms whose flags say something.

    Args:
        flag: see `IN_SOURCE`.
    """

    def __init__(self, words: Words, flag: int) -> None:
        self._words, self._flag = words, flag

    def __contains__(self, form: object) -> bool:
        if not isinstance(form, str):
            return False
        number = self._words.forms.find(form)
        return number >= 0 and self._words.form_flags[number] & self._flag != 0

    def __iter__(self) -> Iterator[str]:
        return (self._words.form(number) for number, flags in enumerate(self._words.form_flags) if flags & self._flag)

    def __len__(self) -> int:
        return sum(1 for flags in self._words.form_flags if flags & self._flag)

    def __hash__(self) -> int:
        return id(self)

    def word_list(self) -> WordList:
        """Those that a typing error may be read as."""
        return WordList(self._words.spelling(self._flag), self._words.form)


class KnownKeys(Container[str]):
    """The keys whose flags say something.

    Args:
        flag: see `HELD`.
    """

    def __init__(self, words: Words, flag: int) -> None:
        self._words, self._flag = words, flag

    def __contains__(self, key: object) -> bool:
        number = self._words.key(str(key))
        return number >= 0 and self._words.key_flags[number] & self._flag != 0


class ReadForms(Mapping[str, WordRow]):
    """What the analyser knows of each content form, for `Analyser`."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def __getitem__(self, form: str) -> WordRow:
        words = self._words
        number = words.forms.find(form)
        keys = [words.keys[key] for key in words.keys_of.row(number).tolist()] if number >= 0 else []
        if not keys:
            raise KeyError(form)
        stems, roots = keys[::2], [key.removeprefix(ROOT_MARK) for key in keys[1::2]]
        return stems[0], roots[0], tuple(zip(stems[1:], roots[1:], strict=True)), form in LIGHT_WORDS

    def __iter__(self) -> Iterator[str]:
        return (self._words.form(number) for number in range(len(self._words.forms)) if len(self._words.keys_of.row(number)))

    def __len__(self) -> int:
        return sum(1 for _ in self)
