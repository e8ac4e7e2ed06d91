"""Vectors of sentences and passages, by an encoder that is handed in from outside.

They are kept in a file of their own, by the content of each document: they stay when the index is made anew, and those of a document
that did not change are used again. Beside them stands a number for each text, so that of a document that did change only the texts that
are new have to be read.
"""

import sqlite3
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from enum import Enum
from pathlib import Path
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

VECTORS = "vectors.npz"
"""The file in a document's folder with vectors that came with it."""

Halves = NDArray[np.float16]
Numbers = NDArray[np.uint64]

Encoder = Callable[[Sequence[str]], NDArray[np.floating]]
"""Gives a row for each text, all of the same length."""

_TABLE = "CREATE TABLE IF NOT EXISTS vectors (digest BLOB, kind TEXT, data BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY (digest, kind)) WITHOUT ROWID"


class Unit(str, Enum):
    """What has a vector."""

    SENTENCE = "sentence"
    PASSAGE = "passage"


class VectorStore:
    """The vectors of documents.

    Args:
        path: the file; None to keep them in memory.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._memory: dict[tuple[bytes, str], bytes] = {}

    def read(self, digest: bytes, unit: Unit, model: str, count: int) -> Halves | None:
        """The vectors of one document, a row for each sentence or passage; None where there are none, or not so many.

        Args:
            digest: of the document's content.
            model: names the encoder.
            count: how many rows there must be, at least 1.
        """
        key = (digest, _kind(unit, model))
        data = self._memory.get(key)
        if data is None and self._path is not None and self._path.exists():
            try:
                with closing(sqlite3.connect(self._path)) as connection:
                    row = connection.execute("SELECT data, sum FROM vectors WHERE digest = ? AND kind = ?", key).fetchone()
            except sqlite3.Error:
                self._start_anew()
                row = None
            data = bytes(row[0]) if row else None
            if row and crc32(row[0]) != row[1]:
                # What was damaged on the disk would be nearest to anything: it is made anew the next time.
                data = None
                self._forget(key)
        if data is None or not may_hold(len(data), count):
            return None
        return np.frombuffer(data, dtype=np.float16).reshape(count, -1)

    def write(self, digest: bytes, unit: Unit, model: str, vectors: NDArray[np.floating], texts: Numbers | None = None) -> None:
        """Keep the vectors of one document; in memory where the disk can't take them.

        Args:
            texts: what `numbers_of` gives for its texts, where they are at hand.
        """
        self._write(digest, _kind(unit, model), np.ascontiguousarray(vectors, dtype=np.float16).tobytes())
        if texts is not None:
            self._write(digest, _kind_of_texts(unit, model), texts.tobytes())

    def of_texts(self, unit: Unit, model: str, texts: Numbers) -> tuple[Halves, NDArray[np.bool_]]:
        """The vectors that other documents, or earlier versions of them, have for the same texts.

        Args:
            texts: see `numbers_of`.

        Returns:
            A row for each text, with no columns where there are none at all; and for which of them there is one.
        """
        there, vectors = np.zeros(len(texts), np.bool_), np.empty((len(texts), 0), np.float16)
        for digest, data in self._all(_kind_of_texts(unit, model)):
            known = np.frombuffer(data, np.uint64)
            rows = self.read(digest, unit, model, len(known)) if len(known) else None
            if rows is None:
                continue
            order = np.argsort(known)
            rows_of_texts = order[np.searchsorted(known, texts, sorter=order).clip(max=len(known) - 1)]
            same = known[rows_of_texts] == texts
            if same.any():
                vectors = vectors if vectors.shape[1] == rows.shape[1] else np.zeros((len(texts), rows.shape[1]), np.float16)
                vectors[same], there = rows[rows_of_texts[same]], there | same
        return vectors, there

    def texts_of_others(self, model: str, digests: Collection[bytes]) -> int:
        """How many texts have a vector of other documents than these, as those have that were changed or taken out."""
        kinds = (_kind_of_texts(unit, model) for unit in Unit)
        return sum(len(data) // 8 for kind in kinds for digest, data in self._all(kind) if digest not in digests)

    def _all(self, kind: str) -> list[tuple[bytes, bytes]]:
        """What there is of one kind, with the digest of each document."""
        rows = [(digest, data) for (digest, of), data in self._memory.items() if of == kind]
        if self._path is not None and self._path.exists():
            try:
                with closing(sqlite3.connect(self._path)) as connection:
                    stored = connection.execute("SELECT digest, data, sum FROM vectors WHERE kind = ?", (kind,)).fetchall()
                rows += [(bytes(digest), bytes(data)) for digest, data, check in stored if crc32(data) == check]
            except sqlite3.Error:
                self._start_anew()
        return rows

    def documents(self, unit: Unit, model: str) -> dict[bytes, int]:
        """The documents that have vectors, by the digest of their content, each with the number of bytes that they take."""
        kind = _kind(unit, model)
        sizes = {digest: len(data) for (digest, of), data in self._memory.items() if of == kind}
        if self._path is not None and self._path.exists():
            try:
                with closing(sqlite3.connect(self._path)) as connection:
                    rows = connection.execute("SELECT digest, length(data) FROM vectors WHERE kind = ?", (kind,)).fetchall()
                sizes.update((bytes(digest), size) for digest, size in rows)
            except sqlite3.Error:
                self._start_anew()
        return sizes

    def _forget(self, key: tuple[bytes, str]) -> None:
        """Take out what is damaged; where the file can't be written it stays, and counts for nothing."""
        with suppress(sqlite3.Error), closing(sqlite3.connect(str(self._path))) as connection, connection:
            connection.execute("DELETE FROM vectors WHERE digest = ? AND kind = ?", key)

    def _write(self, digest: bytes, kind: str, data: bytes) -> None:
        key = (digest, kind)
        if self._path is not None:
            try:
                with closing(sqlite3.connect(self._path)) as connection, connection:
                    connection.execute(_TABLE)
                    connection.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?, ?)", (*key, data, crc32(data)))
                return
            except sqlite3.Error:
                self._start_anew()
        self._memory[key] = data

    def _start_anew(self) -> None:
        """Take a damaged file away; where that can't be done, go on in memory."""
        try:
            if self._path is not None:
                self._path.unlink(missing_ok=True)
        except OSError:
            self._path = None

    def take_from(self, file: Path, digest: bytes, model: str) -> None:
        """Keep the vectors that came with a document, where they are of this content and of this encoder; see `export`."""
        # Imported here: it is needed once for each document, and few questions should wait for it.
        from zipfile import BadZipFile

        try:
            with np.load(file) as data:
                arrays = {name: data[name] for name in data.files}
            if bytes(arrays["digest"]) == digest and bytes(arrays["model"]).decode() == model:
                for unit in Unit:
                    self.write(digest, unit, model, arrays[unit.value])
        except (OSError, ValueError, KeyError, BadZipFile):
            return  # A file that is none of ours only means that they are made anew.

    def export(self, file: Path, digest: bytes, model: str, counts: Mapping[Unit, int]) -> None:
        """Write the vectors of one document to a file that can go with it."""
        arrays = {unit.value: vectors for unit in Unit if (vectors := self.read(digest, unit, model, counts[unit])) is not None}
        np.savez(file, allow_pickle=False, digest=np.frombuffer(digest, "u1"), model=np.frombuffer(model.encode(), "u1"), **arrays)

    def keep_only(self, digests: Sequence[bytes]) -> None:
        """Forget the documents that are no longer there."""
        self._memory = {key: data for key, data in self._memory.items() if key[0] in set(digests)}
        if self._path is not None and self._path.exists():
            try:
                with closing(sqlite3.connect(self._path)) as connection, connection:
                    known = [digest for (digest,) in connection.execute("SELECT DISTINCT digest FROM vectors")]
                    gone = [(digest,) for digest in known if digest not in set(digests)]
                    connection.executemany("DELETE FROM vectors WHERE digest = ?", gone)
            except sqlite3.Error:
                self._start_anew()


_BYTES = 2


def may_hold(size: int, count: int) -> bool:
    """Whether so many bytes may be the vectors of so many texts."""
    return size > 0 and count > 0 and size % (count * _BYTES) == 0


def numbers_of(texts: Sequence[str]) -> Numbers:
    """A number for each text, another one for another text: 64 bits of a digest."""
    # Imported here: a single question has no need of it.
    from hashlib import blake2b

    digests = (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in texts)
    return np.frombuffer(b"".join(digests), np.uint64)


def _kind(unit: Unit, model: str) -> str:
    return f"{unit.value} {model}"


def _kind_of_texts(unit: Unit, model: str) -> str:
    return f"{unit.value} {model} texts"
