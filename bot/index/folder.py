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
from typing import TYPE_CHECKING
from zlib import crc32

from bot.index.index import Index
from bot.index.schema import FORMAT, changes_of, writable
from bot.language.lexicon_lines import Line
from bot.language.vocabulary import word_lists_fingerprint
from bot.made import fingerprint
from bot.named import NamedTuple

if TYPE_CHECKING:
    from bot.index.build import IndexWriter
    from bot.index.earlier import EarlierIndex
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


def open_index(
    folder: Path, home: Path | None, lines: Callable[[], Sequence[Line]], progress: Progress | None = None, as_one: bool = False
) -> Index:  # fmt: skip
    """The index of a knowledge folder.

    Args:
        folder: the knowledge folder.
        home: where indexes are kept; None, or a folder that can't be written, for one in memory.
        lines: reads the lexicon lines of the knowledge folder.
        progress: told now and then while documents are read.
        as_one: what changed may not lie apart, see `index.changes`: where it does, all is written anew as one.

    Raises:
        KnowledgeError: the folder can't be used; what was kept before stays.
    """
    if home is None or not folder.is_dir():
        # What is no folder is refused when it is read.
        return _in_memory(folder, lines, progress)
    path = home / f"index-{crc32(os.path.realpath(folder).encode(errors='replace')):08x}.sqlite"
    stood, look = _stands(path), _look(path, folder)
    if look and look.serves(as_one):
        return look.opened
    try:
        home.mkdir(parents=True, exist_ok=True)
        with _alone(path.with_suffix(".lock")):
            # Another process may have made it meanwhile.
            if _stands(path) != stood:
                look = _look(path, folder)
                if look and look.serves(as_one):
                    return look.opened
            _make(path, folder, lines, progress, look, as_one)
            return open_with_changes(path)
    except (OSError, sqlite3.Error):
        # On a full disk, or in a folder of someone else, it goes on in memory.
        return _in_memory(folder, lines, progress)


def open_with_changes(path: Path) -> Index:
    """The index that lies in a file, with what changed since it was made, where that lies beside it.

    Raises:
        sqlite3.Error, ValueError: there is no such file, or it is none of ours.
    """
    changes = changes_of(path)
    if changes.exists():
        # Imported here: hardly ever something changed since.
        from bot.index.joined import joined_with

        # What was written for another file, or is torn, is passed over: then the documents that changed are seen to have changed.
        return joined_with(changes, path) or Index.open(path)
    return Index.open(path)


class Look(NamedTuple):
    """What is kept of a folder, and what of it is still so.

    Attributes:
        opened: the index as it is kept; all that it was made from but documents is what it was.
        unchanged: the documents whose files hold what they held, each with its stamp as it is now.
        is_true: nothing changed.
    """

    opened: Index
    unchanged: Mapping[str, str]
    is_true: bool

    def serves(self, as_one: bool) -> bool:
        """Whether it can be answered from; see `open_index`."""
        return self.is_true and (self.opened.is_whole or not as_one)


def _look(path: Path, folder: Path) -> Look | None:
    """What is kept of a folder; None where that can't be used."""
    with suppress(*DAMAGE, OSError):
        if path.exists():
            index = open_with_changes(path)
            if index.fact("key") == _key(folder):
                there = _documents_in(folder)
                unchanged = _unchanged(index, folder, there)
                return Look(index, unchanged, there.keys() == {document.id for document in index.documents} == unchanged.keys())
            index.connection.close()
    return None


def _stands(path: Path) -> tuple[tuple[int, int] | None, ...]:
    """What changes when another index is put in place."""
    stats: list[tuple[int, int] | None] = []
    for file in (path, changes_of(path)):
        try:
            stat = file.stat()
            stats.append((stat.st_ino, stat.st_mtime_ns))
        except OSError:
            stats.append(None)
    return tuple(stats)


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


def _make(
    path: Path, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None, look: Look | None, as_one: bool
) -> None:  # fmt: skip
    """Make an index in place of what is kept, or what changed beside it."""
    import secrets

    building = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.building")
    try:
        if look and not as_one and _write_apart(building, path, folder, lines, progress, look):
            _put_in_place(building, changes_of(path))
            return
        try:
            _write_file(building, folder, lines, progress, look)
        except DAMAGE:
            # What could not be used of the file that was is read again.
            _write_file(building, folder, lines, progress, None)
        _put_in_place(building, path)
        # What lay beside the file that was is passed over by now.
        changes_of(path).unlink(missing_ok=True)
    finally:
        building.unlink(missing_ok=True)
        if look:
            look.opened.connection.close()
    for old in path.parent.glob(f"{path.stem}-*.building"):
        if time.time() - old.stat().st_mtime > ABANDONED:
            old.unlink(missing_ok=True)


def _put_in_place(building: Path, path: Path) -> None:
    with building.open("rb+") as file:
        # After a power cut, too, the name must stand for something whole.
        os.fsync(file.fileno())
    building.replace(path)


def _write_apart(
    building: Path, path: Path, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None, look: Look
) -> bool:  # fmt: skip
    """Write what changed since the index was made, to lie beside it.

    Returns:
        Whether that was done: not where so much changed that all is better written anew.
    """
    # Imported here: most starts find an index that is true.
    from bot.index.changes import ChangesWriter
    from bot.index.earlier import EarlierIndex
    from bot.index.joining import TooMuch
    from bot.knowledge.folder import document_folders

    documents, earlier = document_folders(folder), EarlierIndex(look.opened)
    key = _key(folder)
    whole = look.opened
    try:
        if not look.opened.is_whole:
            whole = Index.open(path)
        with closing(writable(building)) as connection:
            writer = ChangesWriter(connection, lines(), whole, earlier)
            stays = look.unchanged.keys() & {document.id for document in whole.documents} - look.opened.apart
            _add_all(writer, [document for document in documents if document.name not in stays], look, earlier, progress)
            gone = [document.id for document in whole.documents if document.id not in stays]
            writer.join([document.name for document in documents], gone, {"key": key})
    except (TooMuch, *DAMAGE):
        return False
    finally:
        if whole is not look.opened:
            whole.connection.close()
    return True


def _write_file(
    building: Path, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None, look: Look | None
) -> None:  # fmt: skip
    building.unlink(missing_ok=True)
    with closing(writable(building)) as connection:
        _write(connection, folder, lines, progress, look)


def _in_memory(folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None) -> Index:
    connection = writable(None)
    _write(connection, folder, lines, progress)
    return Index(connection)


def _write(
    connection: sqlite3.Connection, folder: Path, lines: Callable[[], Sequence[Line]], progress: Progress | None, look: Look | None = None
) -> None:  # fmt: skip
    # Imported here: most starts find an index that is true.
    from bot.index.build import IndexWriter
    from bot.index.earlier import EarlierIndex
    from bot.knowledge.folder import document_folders

    documents = document_folders(folder)
    key = _key(folder)
    earlier = EarlierIndex(look.opened) if look else None
    writer = IndexWriter(connection, lines(), earlier=earlier)
    _add_all(writer, documents, look, earlier, progress)
    writer.finish({"key": key})


def _add_all(
    writer: "IndexWriter", documents: Sequence[Path], look: Look | None, earlier: "EarlierIndex | None", progress: Progress | None
) -> None:  # fmt: skip
    """Add documents, reading those that changed."""
    # Imported here: most starts find an index that is true.
    from bot.index.read import NO_FACTS
    from bot.index.side_by_side import read_all

    unchanged = look.unchanged if look else {}
    changed = [document for document in documents if document.name not in unchanged]
    others = read_all(changed, _read, earlier.facts if earlier else lambda _: NO_FACTS)
    for number, document in enumerate(documents):
        if document.name in unchanged:
            writer.carry_over(document.name, unchanged[document.name])
        else:
            writer.add(next(others))
        if progress:
            progress(number + 1, len(documents))


def _read(document: Path, facts: Mapping[str, str]) -> "ReadDocument":
    """All that is kept of one document; see `read.read_document`."""
    # Imported here: most starts find an index that is true.
    from bot.index.read import read_document
    from bot.knowledge.folder import load_with_hints

    # Taken before the files are read: what changes meanwhile is seen at the next look.
    state = _state(document)
    return read_document(load_with_hints(document), *state, facts)
