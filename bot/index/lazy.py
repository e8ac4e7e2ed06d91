"""What lies in the file and is read when it is asked for."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar, overload
from zlib import crc32

from bot.knowledge.model import line_above, line_below

Item = TypeVar("Item")


class Lazy(Sequence[Item], Generic[Item]):
    """A sequence whose items are read when they are asked for.

    Args:
        size: how many there are.
        read: reads the item with a number.
    """

    def __init__(self, size: int, read: Callable[[int], Item]) -> None:
        self._size, self._read = size, read

    def __len__(self) -> int:
        return self._size

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        if type(number) is int and 0 <= number < self._size:
            return self._read(number)
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(self._size))]
        number = number + self._size if number < 0 else number
        if not 0 <= number < self._size:
            raise IndexError(number)
        return self._read(number)


class StoredText:
    """The text of a document, read when it is asked for.

    Args:
        read: gives it.
    """

    __slots__ = ("_read",)

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read

    def read(self) -> str:
        """The whole text.

        Raises:
            KnowledgeError: it is not what was put into the index.
        """
        return self._read()

    def slice(self, start: int, end: int) -> str:
        """A stretch of it; see `read`."""
        return self._read()[start:end]

    def line_before(self, offset: int) -> str:
        """What stands on the line of a character before it."""
        text = self._read()
        return text[text.rfind("\n", 0, offset) + 1 : offset]

    def line_above(self, offset: int) -> str:
        """The line above the one on which a character stands; '' above the first."""
        text = self._read()
        return line_above(text, offset)

    def line_below(self, offset: int) -> str:
        """The line below the one on which a character stands; '' below the last."""
        text = self._read()
        return line_below(text, offset)

    def offset_before(self, words: str, offset: int) -> int:
        """Where some words last stand before a character, to their end; -1 where they don't."""
        return self._read().rfind(words, 0, offset)

    def holds(self, words: str) -> bool | None:
        """Whether the folded text has some folded words; None where only reading it tells."""
        return None

    def __len__(self) -> int:
        return len(self._read())

    def __eq__(self, other: object) -> bool:
        return self is other or self.read() == (other.read() if isinstance(other, StoredText) else other)

    def __hash__(self) -> int:
        return hash(self.read())


def checksum(text: str) -> int:
    """What tells a damaged text from the one that was put into the index."""
    return crc32(text.encode("utf-8", "surrogatepass"))
