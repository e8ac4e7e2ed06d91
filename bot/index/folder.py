"""The index of a knowledge folder: opened where it is still true, else made anew under a lock and put in place by one rename.

Of what did not change it takes over what was known, see `index.earlier`.

An index is true while the content of every document's files, of the lexicon, of the program's word lists and of the code that reads them
is what it was made from. Content is compared by digests. Files whose name, size, times and place on the disk are what they were are
not read for that: the time of the last change of any kind can't be set back. What was changed just before it was read is always read.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from bot.index.index import Index
from bot.index.schema import FORMAT, writable
from bot.language.lexicon_lines import Line
from bot.language.vocabulary import word_lists_fingerprint
from bot.made import fingerprint

if TYPE_CHECKING:
    from bot.index.read import ReadDocument

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
    if home is None or not folder.is_dir():
        # What is no folder is refused when it is read.
        return _in_memory(folder, lines, progress)
    path = home / f"index-{crc32(os.path.realpath(folder).encode(errors='replace')):08x}.sqlite"
    index = _true_index(path, folder)
    if index is not None:
        return index
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _alone(path.with_suffix(".lock")):
            # Another process may have made it meanwhile.
            index = _true_index(path, folder)
            if index is None:
                _make(path, folder, lines, progress)
                index = Index.open(path)
            return index
    except (OSError, sqlite3.Error):
        # On a full disk, or in a folder of someone else, it goes on in memory.
        return _in_memory(folder, lines, progress)


def _true_index(path: Path, folder: Path) -> Index | None:
    """The index as it is kept, where it is true."""
    with suppress(*DAMAGE, OSError):
        index = _stored_index(path, folder)
        if index is not None:
            there = _documents_in(folder)
            if there.keys() == {document.id for document in index.documents} == _unchanged(index, folder, there).keys():
                return index
            index.connection.close()
    return None


def _stored_index(path: Path, folder: Path) -> Index | None:
    """The index as it is kept, where all that it was made from but documents is what it was.

    Raises:
        one of DAMAGE, OSError: it can't be used.
    """
    if not path.exists():
        return None
    index = Index.open(path)
    if index.fact("key") == _key(folder):
        return index
    index.connection.close()
    return None


def _unchanged(index: Index, folder: Path, there: Mapping[str, str]) -> dict[str, str]:
    """The documents whose files hold what they held, each with its stamp as it is now.

    Args:
        there: see `_documents_in`.
    """
    recorded = {name: (digest, stamp) for name, digest, stamp in index.connection.execute("SELECT id, digest, stamp FROM documents")}
    unchanged: dict[str, str] = {}
    for name, looks in there.items():
        digest, stamp = recorded.get(name, (b"", ""))
        if stamp and stamp == looks:
            unchanged[name] = stamp
        elif digest:
            state = _state(folder / name)
            if state.digest == digest:
                unchanged[name] = state.stamp
    return unchanged


def _documents_in(folder: Path) -> dict[str, str]:
    """What the files of each document look like, by its name."""
    looks_of: dict[str, str] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith(".") and entry.is_dir():
                names, looks = _looks(entry.path)
                if {"source.md", "document.yaml"} & names:
                    looks_of[entry.name] = looks
    return looks_of


def _key(folder: Path) -> str:
    """What changes when all documents have to be read anew."""
    local = ""
    with suppress(OSError):  # Where it can't be read, whoever reads its lines says so.
        lexicon = (folder / "lexicon.yaml").read_bytes()
        local = f"{len(lexicon)} {crc32(lexicon):08x}"
    return f"{FORMAT} {code_fingerprint()} {word_lists_fingerprint()} {local}"


def code_fingerprint() -> str:
    """Changes when the program may read documents in another way."""
    rooms = (_ROOMS / "index", _ROOMS / "knowledge", _ROOMS / "language")
    return fingerprint(
        "code", [*(path for room in rooms for path in sorted(room.glob("*.py"))), *sorted((_ROOMS / "language" / "data").glob("*.json"))]
    )


_ROOMS = Path(__file__).parent.parent


def digest_of(document: Path) -> bytes:
    """A digest of the content of a document's files."""
    # Imported here: most starts find files that look as they did.
    import hashlib

    digest = hashlib.blake2b(digest_size=16)
    for path in _files(document):
        data = path.read_bytes()
        digest.update(f"{path.name}\0{len(data)}\0".encode(errors="replace"))
        digest.update(data)
    return digest.digest()


def _looks(document: str | Path) -> tuple[set[str], str]:
    """The names of a document's files, and a stamp: what they look like from outside, which changes with every change of their content."""
    with os.scandir(document) as entries:
        stats = sorted((entry.name, entry.stat()) for entry in entries if not entry.name.startswith(".") and entry.is_file())
    lines = (f"{name}\0{s.st_size}\0{s.st_mtime_ns}\0{s.st_ctime_ns}\0{s.st_ino}" for name, s in stats)
    return {name for name, _ in stats}, "\n".join(lines)


def _state(document: Path) -> FolderState:
    try:
        now = time.time()
        stamp = _looks(document)[1]
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


def _make(path: Path, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None) -> None:
    import secrets

    building = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.building")
    try:
        try:
            _write_file(building, folder, lines, progress, path)
        except DAMAGE:
            # What could not be used of the file that was is read again.
            building.unlink(missing_ok=True)
            _write_file(building, folder, lines, progress, None)
        with building.open("rb+") as file:
            # After a power cut, too, the name must stand for something whole.
            os.fsync(file.fileno())
        building.replace(path)
    finally:
        building.unlink(missing_ok=True)
    for old in path.parent.glob(f"{path.stem}-*.building"):
        if time.time() - old.stat().st_mtime > ABANDONED:
            old.unlink(missing_ok=True)


def _write_file(
    building: Path, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None, earlier: Path | None
) -> None:  # fmt: skip
    index = _stored_index(earlier, folder) if earlier else None
    try:
        with closing(writable(building)) as connection:
            _write(connection, folder, lines, progress, index)
    finally:
        if index is not None:
            index.connection.close()


def _in_memory(folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None) -> Index:
    connection = writable(None)
    _write(connection, folder, lines, progress)
    return Index(connection)


def _write(
    connection: sqlite3.Connection, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None, earlier: Index | None = None
) -> None:  # fmt: skip
    # Imported here: most starts find an index that is true.
    from bot.index.build import IndexWriter
    from bot.index.earlier import EarlierIndex
    from bot.index.read import NO_FACTS
    from bot.index.side_by_side import read_all
    from bot.knowledge.folder import document_folders

    documents = document_folders(folder)
    key = _key(folder)
    unchanged = _unchanged(earlier, folder, _documents_in(folder)) if earlier else {}
    taken_over = EarlierIndex(earlier) if earlier else None
    writer = IndexWriter(connection, lines(), earlier=taken_over)
    changed = [document for document in documents if document.name not in unchanged]
    others = read_all(changed, _read, taken_over.facts if taken_over else lambda _: NO_FACTS)
    for number, document in enumerate(documents):
        if document.name in unchanged:
            writer.carry_over(document.name, unchanged[document.name])
        else:
            writer.add(next(others))
        if progress:
            progress(number + 1, len(documents))
    writer.finish({"key": key})


def _read(document: Path, facts: Mapping[str, str]) -> "ReadDocument":
    """All that is kept of one document; see `read.read_document`."""
    # Imported here: most starts find an index that is true.
    from bot.index.read import read_document
    from bot.knowledge.folder import load_with_hints

    # Taken before the files are read: what changes meanwhile is seen at the next look.
    state = _state(document)
    return read_document(load_with_hints(document), *state, facts)
