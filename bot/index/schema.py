"""The index file: its tables, and the small forms in which numbers and texts lie in it.

One SQLite file for each knowledge folder. Documents that are weighed together are a group: each document with hints alone, all others
together. What belongs to a group is numbered within it; a key is the number of the group above, and below it the number within the group.

    facts       what is known of the whole file: name -> text
    groups      one row each, in the order in which they are weighed
    documents   one row each: its description, its text (UTF-8), and a digest of each
    sections    headings, their words, and which passages stand below them
    passages    id, codes, spans and word forms by sentence, and the answer types that each sentence offers
    terms       posting lists by group, field and term
    arrays      what is read whole: by group and name

`vectors` lies in a file of its own, so that it stays when the rest is made anew; see `index.vectors`.
"""

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FORMAT = 1
"""To be raised when what a file holds changes; what depends on how words are read is told by `language.analysis.ANALYSIS`."""

TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE groups (number INTEGER PRIMARY KEY, place INTEGER NOT NULL, passages INTEGER NOT NULL, sections INTEGER NOT NULL);
CREATE TABLE documents (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, stamp TEXT NOT NULL, of_group INTEGER NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL, first_section INTEGER NOT NULL, sections INTEGER NOT NULL,
    title TEXT NOT NULL, publisher TEXT NOT NULL, year INTEGER NOT NULL, url TEXT, about TEXT NOT NULL, names TEXT NOT NULL,
    labels TEXT NOT NULL, pages BLOB NOT NULL, path TEXT NOT NULL, years TEXT NOT NULL, links TEXT NOT NULL, empty TEXT NOT NULL,
    themes TEXT NOT NULL, text_digest BLOB NOT NULL,
    sentences INTEGER NOT NULL, content_digest BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE sections (
    key INTEGER PRIMARY KEY, document INTEGER NOT NULL, title TEXT NOT NULL, headings TEXT NOT NULL, level INTEGER NOT NULL,
    empty INTEGER NOT NULL, words BLOB NOT NULL, first INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE INDEX section_titles ON sections (title);
CREATE TABLE passages (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL, code INTEGER NOT NULL, folded INTEGER NOT NULL, section INTEGER NOT NULL,
    kind TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, byte INTEGER NOT NULL, bytes INTEGER NOT NULL,
    sentences BLOB NOT NULL, words BLOB NOT NULL, whole BLOB, facts TEXT NOT NULL);
CREATE INDEX passage_codes ON passages (code);
CREATE INDEX passage_folded ON passages (folded);
CREATE TABLE terms (
    of_group INTEGER, field INTEGER, term TEXT, texts INTEGER NOT NULL, postings BLOB NOT NULL, PRIMARY KEY (of_group, field, term)) WITHOUT ROWID;
CREATE TABLE arrays (of_group INTEGER, name TEXT, data BLOB NOT NULL, PRIMARY KEY (of_group, name)) WITHOUT ROWID;
"""

GROUP_BITS = 32

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

PAGE = 8192
"""Bytes of a page of the file: arrays are read in fewer pieces than with SQLite's own 4096."""


def key_of(group: int, number: int) -> int:
    """The key of what has this number in a group."""
    return group << GROUP_BITS | number


def read_only(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody changes any more; threads may share it.

    Raises:
        sqlite3.Error: there is no such file.
    """
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size = -8000")
    return connection


def writable(path: Path | None) -> sqlite3.Connection:
    """A connection to a new file, or to memory, with the tables made. The file counts only when it is ready: a torn one is never read."""
    connection = sqlite3.connect(":memory:" if path is None else path, check_same_thread=False)
    connection.executescript(f"PRAGMA page_size = {PAGE}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;")
    connection.executescript(f"BEGIN; {TABLES} PRAGMA user_version = {FORMAT};")
    return connection


def packed(numbers: Iterable[int]) -> bytes:
    """Numbers below 2 to the 32nd, four bytes each."""
    return array("I", numbers).tobytes()


def unpacked(data: bytes) -> NDArray[np.uint32]:
    """What `packed` was given."""
    return np.frombuffer(data, dtype=np.uint32)


def packed_words(numbers: Sequence[int] | Integers) -> bytes:
    """Numbers of word forms, below 2 to the 24th, three bytes each."""
    return np.asarray(numbers, dtype="<u4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def unpacked_words(data: bytes) -> Integers:
    """What `packed_words` was given."""
    three = np.frombuffer(data, dtype=np.uint8).reshape(-1, 3)
    four = np.zeros((len(three), 4), dtype=np.uint8)
    four[:, :3] = three
    return four.view("<u4").reshape(-1).astype(np.int64)


class Rows(NamedTuple):
    """Rows of different lengths, one after another.

    Attributes:
        starts: where each row begins, and where the last one ends.
        values: the numbers of all rows.
    """

    starts: NDArray[np.uint32]
    values: NDArray[np.uint32]

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]]) -> "Rows":
        """Rows from sequences of numbers."""
        starts, values = array("I", (0,)), array("I")
        for row in rows:
            values.extend(row)
            starts.append(len(values))
        return cls(unpacked(starts.tobytes()), unpacked(values.tobytes()))

    def row(self, number: int) -> NDArray[np.uint32]:
        """One row."""
        return self.values[self.starts[number] : self.starts[number + 1]]

    def spread(self, numbers: Integers) -> tuple[Integers, Integers, Integers]:
        """Several rows at once.

        Returns:
            For every value of those rows: which of `numbers` it belongs to (its place there), its place in its row, and the value.
        """
        starts = self.starts[numbers].astype(np.int64)
        sizes = self.starts[numbers + 1].astype(np.int64) - starts
        owner = np.repeat(np.arange(len(numbers)), sizes)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return owner, inside, self.values[starts[owner] + inside].astype(np.int64)


SMALL = 30_000
"""Texts up to which all are looked up in a dictionary, made when it is first needed: a few milliseconds and megabytes."""

MEMORY = 50_000
"""Texts that are remembered where there are more."""


class Strings:
    """Texts by number, and numbers by text.

    Args:
        data: all texts, in UTF-8, one after another.
        ends: where each ends.
        order: their numbers in the order of their bytes.
    """

    def __init__(self, data: bytes, ends: NDArray[np.uint32], order: NDArray[np.uint32]) -> None:
        self._data, self._ends, self._order = data, ends, order
        self._numbers: dict[str, int] | None = None

    @staticmethod
    def arrays(texts: Sequence[str]) -> tuple[bytes, bytes, bytes]:
        """(data, ends, order) of texts, each as it is kept in a file."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, encoded), dtype=np.uint32, count=len(encoded)), dtype=np.uint32)
        return b"".join(encoded), ends.tobytes(), packed(sorted(range(len(encoded)), key=encoded.__getitem__))

    def __len__(self) -> int:
        return len(self._ends)

    def __getitem__(self, number: int) -> str:
        start = int(self._ends[number - 1]) if number else 0
        return self._data[start : int(self._ends[number])].decode("utf-8", "surrogatepass")

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def find(self, text: str) -> int:
        """The number of a text, -1 where it is none of them."""
        if self._numbers is None:
            self._numbers = {known: number for number, known in enumerate(self)} if len(self) <= SMALL else {}
        number = self._numbers.get(text)
        if number is None and len(self) > SMALL:
            wanted = text.encode("utf-8", "surrogatepass")
            place = bisect_left(self._order, wanted, key=self._bytes)
            number = int(self._order[place]) if place < len(self) and self._bytes(self._order[place]) == wanted else -1
            if len(self._numbers) >= MEMORY:
                self._numbers.clear()
            self._numbers[text] = number
        return -1 if number is None else number

    def _bytes(self, number: int) -> bytes:
        start = int(self._ends[number - 1]) if number else 0
        return self._data[start : int(self._ends[number])]


class Arrays:
    """The arrays of one group, each read when it is first asked for."""

    def __init__(self, connection: sqlite3.Connection, group: int) -> None:
        self._connection, self._group = connection, group

    def data(self, name: str) -> bytes:
        """The bytes with this name.

        Raises:
            KeyError: there are none.
        """
        row = self._connection.execute("SELECT data FROM arrays WHERE of_group = ? AND name = ?", (self._group, name)).fetchone()
        if row is None:
            raise KeyError(name)
        return bytes(row[0])

    def numbers(self, name: str) -> NDArray[np.uint32]:
        """Numbers of four bytes."""
        return unpacked(self.data(name))

    def rows(self, name: str) -> Rows:
        """Rows of such numbers."""
        return Rows(self.numbers(f"{name}.starts"), self.numbers(f"{name}.values"))

    def strings(self, name: str) -> Strings:
        """Texts."""
        return Strings(self.data(f"{name}.data"), self.numbers(f"{name}.ends"), self.numbers(f"{name}.order"))

    def lines(self, name: str) -> list[str]:
        """Lines of text."""
        text = self.data(name).decode("utf-8", "surrogatepass")
        return text.split("\n") if text else []


class ArrayWriter:
    """Puts arrays of one group into a file."""

    def __init__(self, connection: sqlite3.Connection, group: int) -> None:
        self._connection, self._group = connection, group

    def put(self, name: str, data: bytes) -> None:
        """Bytes."""
        self._connection.execute("INSERT OR REPLACE INTO arrays VALUES (?, ?, ?)", (self._group, name, data))

    def rows(self, name: str, rows: Rows) -> None:
        """Rows of numbers."""
        self.put(f"{name}.starts", rows.starts.astype(np.uint32).tobytes())
        self.put(f"{name}.values", rows.values.astype(np.uint32).tobytes())

    def strings(self, name: str, texts: Sequence[str]) -> None:
        """Texts."""
        for kind, data in zip(("data", "ends", "order"), Strings.arrays(texts), strict=True):
            self.put(f"{name}.{kind}", data)

    def lines(self, name: str, lines: Iterable[str]) -> None:
        """Lines of text, none of which holds a line end."""
        self.put(name, "\n".join(lines).encode("utf-8", "surrogatepass"))
