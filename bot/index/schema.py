"""The index file: its tables, and the small forms in which numbers and texts lie in it.

One SQLite file for each knowledge folder. Documents that are weighed together are a group: each document with hints alone, all others
together. What belongs to a group is numbered within it; a key is the number of the group above, and below it the number within the group.

    facts       what is known of the whole file: name -> text
    groups      one row each, in the order in which they are weighed
    documents   one row each: its description, its text (UTF-8), and a digest of each; its word forms in the order in which they come, and for
                each a bit that says whether it stands in its sources, see `read.ReadDocument`
    sections    headings, their words, and which passages stand below them
    passages    id, codes, spans and word forms by sentence, and the answer types that each sentence offers
    terms       posting lists by group, field and term
    arrays      what is read whole: by group and name

`vectors` lies in a file of its own, so that it stays when the rest is made anew; see `index.vectors`.
"""

import sqlite3
from array import array
from collections.abc import Iterable, Sequence
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.language.strings import Strings
from bot.named import NamedTuple

FORMAT = 5
"""Of the tables: what has another is made anew. What lies in them is told by `folder.code_fingerprint`."""

TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE groups (number INTEGER PRIMARY KEY, place INTEGER NOT NULL, passages INTEGER NOT NULL, sections INTEGER NOT NULL);
CREATE TABLE documents (
    place INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, stamp TEXT NOT NULL, of_group INTEGER NOT NULL,
    first INTEGER NOT NULL, passages INTEGER NOT NULL, first_section INTEGER NOT NULL, sections INTEGER NOT NULL,
    title TEXT NOT NULL, publisher TEXT NOT NULL, year INTEGER NOT NULL, url TEXT, about TEXT NOT NULL, names TEXT NOT NULL,
    labels TEXT NOT NULL, pages BLOB NOT NULL, path TEXT NOT NULL, years TEXT NOT NULL, links TEXT NOT NULL, empty TEXT NOT NULL,
    themes TEXT NOT NULL, checksum INTEGER NOT NULL,
    sentences INTEGER NOT NULL, content_digest BLOB NOT NULL, recognised BLOB NOT NULL,
    forms BLOB NOT NULL, sources BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE sections (
    key INTEGER PRIMARY KEY, document INTEGER NOT NULL, title TEXT NOT NULL, headings TEXT NOT NULL, level INTEGER NOT NULL,
    empty INTEGER NOT NULL, theme TEXT NOT NULL, words BLOB NOT NULL, first INTEGER NOT NULL, passages INTEGER NOT NULL);
CREATE INDEX section_titles ON sections (title, document);
CREATE INDEX section_themes ON sections (theme);
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

PAGE = 4096
"""Bytes of a page of the file. A long posting list fills whole pages of its own: larger ones would lie half empty."""


def key_of(group: int, number: int) -> int:
    """The key of what has this number in a group."""
    return group << GROUP_BITS | number


def read_only(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody changes any more; threads may share it.

    Raises:
        sqlite3.Error: there is no such file.
    """
    connection = sqlite3.connect(_address(path), uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size = -8000")
    return connection


def _address(path: Path) -> str:
    # Path.as_uri would import what a single question needs for nothing else.
    name = path.absolute().as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:/{name.lstrip('/')}?mode=ro&immutable=1"


class Joined(NamedTuple):
    """The documents that are weighed together, where some of them changed; see `index.joined`.

    Attributes:
        group: the number of their group.
        changes: the number under which the smaller file has what belongs to all of its documents.
        passages, sections: how many the larger file has in this group.
    """

    group: int
    changes: int
    passages: int
    sections: int


def changes_of(path: Path) -> Path:
    """The file in which lies what changed since an index was made."""
    return path.with_suffix(".changes")


def read_both(changes: Path, path: Path) -> sqlite3.Connection:
    """A connection to an index and to what changed since: tables of both are read as one.

    Raises:
        sqlite3.Error: there is no such file.
    """
    connection = read_only(changes)
    connection.execute("ATTACH ? AS whole", (_address(path),))
    views = "".join(
        f"CREATE TEMP VIEW {table} AS SELECT * FROM whole.{table}{condition} UNION ALL SELECT * FROM main.{table};"  # noqa: S608 - names of ours
        for table, condition in _BOTH.items()
    )
    connection.executescript(views)
    return connection


_BOTH = {"documents": " WHERE place NOT IN (SELECT place FROM main.gone)", "sections": "", "passages": "", "terms": "", "arrays": ""}

CHANGES = """
CREATE TABLE gone (place INTEGER PRIMARY KEY);
CREATE TABLE counted (
    of_group INTEGER, field INTEGER, term TEXT, texts INTEGER NOT NULL, PRIMARY KEY (of_group, field, term)) WITHOUT ROWID;
"""
"""Beside the tables of an index, in a file of changes: the documents of the whole index that count no more, and by term how many texts have it
now, where that is another number than it was."""


def content_digests(path: Path) -> list[bytes]:
    """The digests of the documents of the index that lies there now; none where there is none that can be read."""
    digests: list[bytes] = []
    for file in (path, changes_of(path)):
        with suppress(sqlite3.Error), closing(read_only(file)) as connection:
            digests += [bytes(digest) for (digest,) in connection.execute("SELECT content_digest FROM documents")]
    return digests


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


WORD = 3
"""Bytes of the number of a word form."""


def packed_words(numbers: Sequence[int] | Integers) -> bytes:
    """Numbers of word forms, below 2 to the 24th, three bytes each."""
    return np.asarray(numbers, dtype="<u4").view(np.uint8).reshape(-1, 4)[:, :3].tobytes()


def unpacked_words(data: bytes) -> Integers:
    """What `packed_words` was given."""
    three = np.frombuffer(data, dtype=np.uint8).reshape(-1, 3)
    four = np.zeros((len(three), 4), dtype=np.uint8)
    four[:, :3] = three
    return four.view("<u4").reshape(-1).astype(np.int64)


def distinct(values: Integers | NDArray[np.uint32]) -> Integers:
    """Numbers in ascending order, each once. What numpy has for it would import its masked arrays, which takes longer than a question."""
    ordered = np.sort(values).astype(np.int64)
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


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
        # As plain numbers: to take one number of an array out of it takes longer than to list both.
        start, end = self.starts[number : number + 2].tolist()
        return self.values[start:end]

    def spread(self, numbers: Integers) -> tuple[Integers, Integers, Integers]:
        """Several rows at once.

        Returns:
            For every value of those rows: which of `numbers` it belongs to (its place there), its place in its row, and the value.
        """
        starts = self.starts.take(numbers).astype(np.int64)
        sizes = self.starts.take(numbers + 1).astype(np.int64) - starts
        # By what the arrays themselves can do: numpy's functions for the same look first whose arrays they are given.
        owner = np.arange(len(numbers)).repeat(sizes)
        inside = np.arange(len(owner)) - (sizes.cumsum() - sizes).repeat(sizes)
        return owner, inside, self.values.take(starts.take(owner) + inside).astype(np.int64)


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

    def has(self, name: str) -> bool:
        """Whether there are bytes with this name."""
        row = self._connection.execute("SELECT 1 FROM arrays WHERE of_group = ? AND name = ?", (self._group, name)).fetchone()
        return row is not None

    def numbers(self, name: str) -> NDArray[np.uint32]:
        """Numbers of four bytes."""
        return unpacked(self.data(name))

    def rows(self, name: str) -> Rows:
        """Rows of such numbers."""
        return Rows(self.numbers(f"{name}.starts"), self.numbers(f"{name}.values"))

    def strings(self, name: str) -> Strings:
        """Texts."""
        return Strings(self.data(f"{name}.data"), self.data(f"{name}.ends"), self.data(f"{name}.slots"))

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
        for kind, data in zip(("data", "ends", "slots"), Strings.arrays(texts), strict=True):
            self.put(f"{name}.{kind}", data)

    def lines(self, name: str, lines: Iterable[str]) -> None:
        """Lines of text, none of which holds a line end."""
        self.put(name, "\n".join(lines).encode("utf-8", "surrogatepass"))
