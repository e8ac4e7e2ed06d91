"""The index of a knowledge folder: opened where it is still true, else made anew under a lock and put in place by one rename.

An index is true while the content of every document's files, the lexicon, the program's word lists and the way of reading words are
those that it was made from. Content is compared by digests. Files whose name, size, times and place on the disk are what they were are
not read for that: the time of the last change of any kind can't be set back. What was changed just before it was read is always read.
"""

import hashlib
import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from bot.index.index import Index
from bot.index.schema import FORMAT, writable
from bot.knowledge.folder import document_folders, load_with_hints
from bot.language.analysis import ANALYSIS
from bot.language.lexicon_lines import Line
from bot.language.vocabulary import word_lists_digest

DAMAGE = (sqlite3.Error, ValueError, TypeError, KeyError, IndexError)
"""What reading a file raises that is torn or none of ours."""

SETTLED = 2.0
"""Seconds after which a change of a file can't have gone unnoticed because it fell into the same tick of the clock."""

ABANDONED = 24 * 3600
"""Seconds after which a half-made file is nobody's any more."""

PATIENCE = 900.0
"""Seconds to wait for another process that makes the same index."""

Progress = Callable[[int, int], None]
"""Is told how many documents of how many are done."""


class FolderState(NamedTuple):
    """What a document's files hold.

    Attributes:
        digest: of their content.
        stamp: what they look like from outside, '' where that proves nothing.
    """

    digest: bytes
    stamp: str


def open_index(folder: Path, home: Path | None, lines: Callable[[], Sequence[Line]], progress: Progress | None = None) -> Index:
    """The index of a knowledge folder.

    Args:
        folder: the knowledge folder.
        home: where indexes are kept; None, or a folder that can't be written, for one in memory.
        lines: reads the lexicon lines of the knowledge folder.
        progress: told now and then while documents are read.

    Raises:
        KnowledgeError: the folder can't be used; what was kept before stays.
    """
    documents = document_folders(folder)
    if home is None:
        return _in_memory(folder, documents, lines, progress)
    path = home / f"index-{crc32(str(folder.resolve()).encode(errors='replace')):08x}.sqlite"
    index = _true_index(path, folder, documents)
    if index is not None:
        return index
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _alone(path.with_suffix(".lock")):
            # Another process may have made it meanwhile.
            index = _true_index(path, folder, documents)
            if index is None:
                _make(path, folder, documents, lines, progress)
                index = Index.open(path)
            return index
    except (OSError, sqlite3.Error):
        # On a full disk, or in a folder of someone else, it goes on in memory.
        return _in_memory(folder, documents, lines, progress)


def _true_index(path: Path, folder: Path, documents: Sequence[Path]) -> Index | None:
    """The index as it is kept, where it is true."""
    try:
        if not path.exists():
            return None
        index = Index.open(path)
        if index.fact("key") == _key(folder) and _unchanged(index, documents):
            return index
        index.connection.close()
    except (*DAMAGE, OSError):
        pass
    return None


def _unchanged(index: Index, documents: Sequence[Path]) -> bool:
    kept = {name: (digest, stamp) for name, digest, stamp in index.connection.execute("SELECT id, digest, stamp FROM documents")}
    if kept.keys() != {document.name for document in documents}:
        return False
    for document in documents:
        digest, stamp = kept[document.name]
        if not (stamp and stamp == stamp_of(document)) and digest != digest_of(document):
            return False
    return True


def _key(folder: Path) -> str:
    """What changes when all documents have to be read anew."""
    local = ""
    with suppress(OSError):  # Where it can't be read, whoever reads its lines says so.
        local = hashlib.blake2b((folder / "lexicon.yaml").read_bytes(), digest_size=16).hexdigest()
    return f"{FORMAT} {ANALYSIS} {word_lists_digest()} {local}"


def digest_of(document: Path) -> bytes:
    """A digest of the content of a document's files."""
    found = hashlib.blake2b(digest_size=16)
    for path in _files(document):
        data = path.read_bytes()
        found.update(f"{path.name}\0{len(data)}\0".encode(errors="replace"))
        found.update(data)
    return found.digest()


def stamp_of(document: Path) -> str:
    """What a document's files look like from outside; it changes with every change of their content."""
    stats = [(path.name, path.stat()) for path in _files(document)]
    return "\n".join(f"{name}\0{s.st_size}\0{s.st_mtime_ns}\0{s.st_ctime_ns}\0{s.st_ino}" for name, s in stats)


def _state(document: Path) -> FolderState:
    try:
        stamp, now = stamp_of(document), time.time()
        # Elsewhere than on POSIX st_ctime is the time of creation.
        settled = os.name == "posix" and all(path.stat().st_ctime < now - SETTLED for path in _files(document))
        return FolderState(digest_of(document), stamp if settled else "")
    except OSError:
        # Whoever reads the document says what is wrong.
        return FolderState(b"", "")


def _files(document: Path) -> list[Path]:
    return sorted(path for path in document.iterdir() if path.is_file() and not path.name.startswith("."))


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """Wait until no other process holds this lock; the operating system lets go of it when its holder ends, however it ends."""
    with closing(sqlite3.connect(lock, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield


def _make(path: Path, folder: Path, documents: Sequence[Path], lines: Callable[[], Sequence[Line]], progress: Progress | None) -> None:
    building = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.building")
    try:
        with closing(writable(building)) as connection:
            _write(connection, folder, documents, lines, progress)
        with building.open("rb+") as file:
            # After a power cut, too, the name must stand for something whole.
            os.fsync(file.fileno())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    for old in path.parent.glob(f"{path.stem}-*.building"):
        if time.time() - old.stat().st_mtime > ABANDONED:
            old.unlink(missing_ok=True)


def _in_memory(folder: Path, documents: Sequence[Path], lines: Callable[[], Sequence[Line]], progress: Progress | None) -> Index:
    connection = writable(None)
    _write(connection, folder, documents, lines, progress)
    return Index(connection)


def _write(
    connection: sqlite3.Connection, folder: Path, documents: Sequence[Path], lines: Callable[[], Sequence[Line]], progress: Progress | None
) -> None:  # fmt: skip
    # Imported here: most starts find an index that is true.
    from bot.index.build import IndexWriter
    from bot.index.read import read_document

    key = _key(folder)
    writer = IndexWriter(connection, lines())
    for number, document in enumerate(documents):
        # Taken before the files are read: what changes meanwhile is seen at the next look.
        state = _state(document)
        writer.add(read_document(load_with_hints(document), *state))
        if progress:
            progress(number + 1, len(documents))
    writer.finish({"key": key})
