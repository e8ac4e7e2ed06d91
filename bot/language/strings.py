"""Texts by number, and numbers by text, as they lie in a file."""

from array import array
from collections.abc import Iterator, Sequence
from zlib import crc32


class Strings:
    """A hash table that needs not be made before it can be asked.

    Args:
        data: all texts, in UTF-8, one after another.
        ends: where each ends.
        slots: numbers of texts, counted from 1, each at the place that its checksum tells or the next free one; 0 for a free place.
    """

    def __init__(self, data: bytes | memoryview, ends: bytes | memoryview, slots: bytes | memoryview) -> None:
        self._data, self._ends, self._slots = data, memoryview(ends).cast("I"), memoryview(slots).cast("I")

    @staticmethod
    def arrays(texts: Sequence[str]) -> tuple[bytes, bytes, bytes]:
        """(data, ends, slots) of texts, each as it is kept in a file."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends, end = array("I"), 0
        slots = array("I", bytes(array("I").itemsize * (2 << len(encoded).bit_length())))
        last = len(slots) - 1
        for number, text in enumerate(encoded, 1):
            end += len(text)
            ends.append(end)
            slot = crc32(text) & last
            while slots[slot]:
                slot = (slot + 1) & last
            slots[slot] = number
        return b"".join(encoded), ends.tobytes(), slots.tobytes()

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        return str(self._data[self._ends[number - 1] if number else 0 : self._ends[number]], "utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def all(self) -> list[str]:
        """All texts, in the order of their numbers."""
        data, ends = self._data, self._ends.tolist()
        return [str(data[start:end], "utf-8", "surrogatepass") for start, end in zip((0, *ends), ends, strict=False)]

    def find(self, text: str) -> int:
        """The number of a text, -1 where it is none of them."""
        wanted = text.encode("utf-8", "surrogatepass")
        slots, ends, data, last = self._slots, self._ends, self._data, len(self._slots) - 1
        slot = crc32(wanted) & last
        # Looked up hundreds of times a question: so nothing is called that needs not be.
        while number := slots[slot]:
            if data[ends[number - 2] if number > 1 else 0 : ends[number - 1]] == wanted:
                return number - 1
            slot = (slot + 1) & last
        return -1
