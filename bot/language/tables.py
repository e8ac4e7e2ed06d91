"""Word lists as tables that can be asked without being read: made when the program is installed, see `bot.made`."""

from array import array
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from bot.language import strings
from bot.language.strings import Strings

DATA = Path(__file__).parent / "data"

FORM = (Path(__file__), Path(strings.__file__))
"""What says how a table lies in a file: among the sources of each."""

Builders = Mapping[str, Callable[[], Mapping[str, str]]]
"""By the name of each table what makes it: word -> what is said of it."""

OFTEN = 20_000
"""Times that a table is asked as it lies in the file."""

Said = TypeVar("Said")


class Table(Mapping[str, str]):
    """What a list says of each of its words.

    Args:
        words, values: the words, and all that is said of any.
        value_of: by the number of a word that of what is said of it.
    """

    def __init__(self, words: Strings, values: Strings, value_of: bytes | memoryview) -> None:
        self._words, self._values, self._value_of = words, values, memoryview(value_of).cast("I")
        self._asked = 0
        self._numbers: dict[str, int] = {}
        self._known: dict[str, str] | None = None

    @staticmethod
    def arrays(content: Mapping[str, str]) -> tuple[bytes, ...]:
        """A table as it is kept in a file."""
        values = {value: number for number, value in enumerate(dict.fromkeys(content.values()))}
        value_of = array("I", (values[value] for value in content.values()))
        return (*Strings.arrays(list(content)), *Strings.arrays(list(values)), value_of.tobytes())

    def __getitem__(self, word: str) -> str:
        if self._known is not None:
            return self._known[word]
        number = self._numbers.get(word)
        if number is None:
            number = self._find(word)
        if number < 0:
            raise KeyError(word)
        return self._value(number)

    def __contains__(self, word: object) -> bool:
        if self._known is not None:
            return word in self._known
        if not isinstance(word, str):
            return False
        number = self._numbers.get(word)
        return (self._find(word) if number is None else number) >= 0

    def get(self, word: str, default: Any = None) -> Any:
        """What is said of a word, or the default."""
        if self._known is not None:
            return self._known.get(word, default)
        number = self._numbers.get(word)
        if number is None:
            number = self._find(word)
        return self._value(number) if number >= 0 else default

    def word(self, number: int) -> str:
        """A word by its number."""
        return self._words[number]

    def _find(self, word: str) -> int:
        """The number of a word that was not asked for yet, or -1."""
        self._asked += 1
        if self._asked > OFTEN:
            # Whoever asks so much, to make an index or as long as a bot runs, is served best by a dictionary.
            self._known = {known: self._value(number) for number, known in enumerate(self._words)}
            self._numbers.clear()
        # One question is read several times.
        number = self._numbers[word] = self._words.find(word)
        return number

    def _value(self, number: int) -> str:
        return self._values[self._value_of[number]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


class ReadTable(Mapping[str, Said], Generic[Said]):
    """A table whose values are more than texts.

    Args:
        table: as it is kept.
        read: gives what a value stands for.
    """

    def __init__(self, table: Table, read: Callable[[str], Said]) -> None:
        self._table, self._read = table, read

    def __getitem__(self, word: str) -> Said:
        return self._read(self._table[word])

    def get(self, word: str, default: Any = None) -> Any:
        """What is said of a word, or the default."""
        said = self._table.get(word)
        return default if said is None else self._read(said)

    def __contains__(self, word: object) -> bool:
        return word in self._table

    def __iter__(self) -> Iterator[str]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


def sources() -> list[Path]:
    """Every word list of the program, and the code that makes tables of them."""
    return [*sorted(DATA.rglob("*.txt")), *(DATA.parent / f"{name}.py" for name in _MAKERS)]


_MAKERS = ("function_words", "lexicon_lines", "stems", "strings", "tables", "tokens", "vocabulary")


HEAD = 2048
"""Bytes of the head, more than it needs."""


def packed(tables: Builders) -> bytes:
    """Tables one after another, behind a head that tells their names and the size of each of their parts."""
    names: list[str] = []
    parts: list[bytes] = []
    for name, build in tables.items():
        arrays = Table.arrays(build())
        names.append(" ".join([name, *(str(len(part)) for part in arrays)]))
        parts += arrays
    return "|".join(names).encode().ljust(HEAD) + b"".join(parts)


def unpacked(data: bytes | memoryview) -> dict[str, Table]:
    """What `packed` was given, by name."""
    # What is only looked into is not copied: the tables are large, and one question asks little of them.
    whole = memoryview(data)
    tables, start = {}, HEAD
    head = bytes(whole[:start]).decode().rstrip()
    for line in head.split("|"):
        name, *sizes = line.split(" ")
        parts: list[memoryview] = []
        for size in sizes:
            parts.append(whole[start : start + int(size)])
            start += int(size)
        words, values = (Strings(text, ends, slots) for text, ends, slots in (parts[:3], parts[3:6]))
        tables[name] = Table(words, values, parts[6])
    return tables
