"""Knowledge of many passages, kept on disk: made once, brought up to date a document at a time, opened in milliseconds.

What is weighed together (see `answering.shelf`) has an index of its own: each document with hints, and all others together. In the
cache folder each has a folder `large-<eight hex digits of the path of the document, or of the knowledge folder>`:

    current            the name of the version in use
    version-<hex>/     passages.sqlite, see `answering.passage_file`; terms.sqlite and tantivy/, see `retrieval.tantivy_engine`
    building-<hex>/    a version that is being made

A version is never changed once it is ready. A new one is made beside it, from nothing or from a copy in which only the changed
documents are replaced, and then `current` names it, in one step: whoever is stopped half-way leaves the old version in use, and
a process that has the old one open keeps it. A version is used only while the program, the lexicon, and the name, time and size of
each document's files are those that it was made from.
"""

import os
import secrets
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from zlib import crc32

from bot.answering.hints import HintIndex
from bot.answering.index import PassageIndex
from bot.answering.passage_file import PassageFile, StoredKeys, StoredStems, StoredTable, StoredWords
from bot.answering.passage_writer import PassageWriter
from bot.answering.prepared import Prepared
from bot.answering.scope import Scope, ScopeFacts
from bot.compiled import cache_folder, state_key
from bot.knowledge.loading import document_folders, load_with_hints
from bot.language.analysis import Analyser
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line
from bot.language.vocabulary import DATA
from bot.retrieval.tantivy_engine import TantivyRetriever
from bot.retrieval.tantivy_writer import TantivyWriter

FORMAT = 1
"""To be raised when what a version holds changes in a way that the program's own files don't show."""

ABANDONED = 24 * 3600
"""Seconds after which a half-made version is nobody's any more."""

DAMAGE = (sqlite3.Error, OSError, ValueError, EOFError, TypeError, KeyError)
"""What SQLite, marshal and tantivy raise for a file that is torn or gone."""

Progress = Callable[[int, int], None]
"""Is told how many documents of how many are done."""


def large_knowledge(folder: Path, lines: Sequence[Line], progress: Progress | None = None) -> list[Prepared]:
    """The knowledge in a folder, divided as `prepared.parts_of` divides it, each part from disk; see `on_disk`."""
    documents = document_folders(folder)
    hinted = [document for document in documents if (document / "hints.yaml").exists()]
    plain = [document for document in documents if document not in hinted]
    parts = [on_disk(folder, [document], home_of(document), lines, progress) for document in hinted]
    return [*parts, on_disk(folder, plain, home_of(folder), lines, progress)] if plain else parts


def on_disk(folder: Path, documents: Sequence[Path], home: Path, lines: Sequence[Line], progress: Progress | None = None) -> Prepared:
    """Documents that are weighed together, from disk where what is kept there is true, else made or brought up to date first.

    Args:
        folder: the knowledge folder.
        documents: the folders of the documents.
        home: where what is made of them is kept.
        lines: lexicon lines of the knowledge folder.
        progress: told now and then while documents are read.

    Raises:
        KnowledgeError: the folder can't be used; what was kept before stays.
        OSError: nothing can be kept.
    """
    key = f"{FORMAT}\n" + state_key([folder / "lexicon.yaml", *sorted(DATA.rglob("*.txt"))])
    stamps = {document.name: _stamp(document) for document in documents}
    lexicon = Lexicon(lines)
    try:
        version = _current(home)
        kept = _kept_stamps(version, key) if version else None
        if version is None or kept != stamps:
            version = _made(home, version if kept is not None else None, documents, lexicon, key, progress)
        return _opened(version, folder, lexicon)
    except DAMAGE:
        # What is kept is torn, or another process has just replaced it. If it is the disk that is at fault, this fails too, and says so.
        return _opened(_made(home, None, documents, lexicon, key, progress), folder, lexicon)


def home_of(folder: Path) -> Path:
    """Where what is made of a knowledge folder, or of one document, is kept."""
    return cache_folder() / f"large-{crc32(str(folder.resolve()).encode(errors='replace')):08x}"


def _opened(version: Path, folder: Path, lexicon: Lexicon) -> Prepared:
    file = PassageFile(version / "passages.sqlite")
    local = folder / "lexicon.yaml"
    knowledge = file.knowledge(local if local.exists() else None)
    connection = file.connection
    words, hint_words = StoredWords(connection, "documents"), StoredWords(connection, "hints")
    analyser = Analyser(lexicon, words, hint_words, StoredTable(connection))
    retriever = TantivyRetriever(version, file.numbering)
    rows, postings = file.fact("hints")
    keys = StoredKeys(retriever, file.fact("hint_keys"))
    index = PassageIndex(file.passages, analyser, HintIndex(rows, postings, analyser), file.rows, keys, StoredStems(connection))
    facts = ScopeFacts(file.fact("years"), file.fact("empty"), file.fact("links"))
    return Prepared(knowledge, index, retriever, Scope(analyser, knowledge.documents, facts))


def _made(home: Path, earlier: Path | None, folders: Sequence[Path], lexicon: Lexicon, key: str, progress: Progress | None) -> Path:
    """A new version, made from an earlier one where there is one that only some documents differ from, and put in use."""
    home.mkdir(parents=True, exist_ok=True)
    name = secrets.token_hex(4)
    building, version = home / f"building-{name}", home / f"version-{name}"
    try:
        if earlier:
            shutil.copytree(earlier, building)
        else:
            building.mkdir()
        _write(building, folders, lexicon, key, progress)
        _flush(building)
        building.rename(version)
        note = home / f"current-{name}"
        note.write_text(version.name, encoding="utf-8")
        _flush(note)
        note.replace(home / "current")
    finally:
        shutil.rmtree(building, ignore_errors=True)
        (home / f"current-{name}").unlink(missing_ok=True)
    for old in home.iterdir():
        if (old.name.startswith("version-") and old != version) or (old.name.startswith("building-") and _abandoned(old)):
            # Where it can't be removed because someone reads it, the next one to come will.
            shutil.rmtree(old, ignore_errors=True)
    return version


def _write(place: Path, folders: Sequence[Path], lexicon: Lexicon, key: str, progress: Progress | None) -> None:
    writer = PassageWriter(place / "passages.sqlite", lexicon)
    try:
        with TantivyWriter(place) as terms:
            # Taken before the files are read: what changes meanwhile is seen at the next start.
            documents = {document.name: (document, _stamp(document)) for document in folders}
            stamps = writer.stamps()
            for name, stamp in stamps.items():
                if name not in documents or documents[name][1] != stamp:
                    terms.remove(writer.remove(name))
            changed = [(document, stamp) for name, (document, stamp) in documents.items() if stamps.get(name) != stamp]
            for document, _ in changed:
                writer.learn(load_with_hints(document))
            for number, (document, stamp) in enumerate(changed):
                terms.add(*writer.add(load_with_hints(document), stamp))
                if progress:
                    progress(number + 1, len(changed))
            writer.finish(key)
    finally:
        writer.close()


def _current(home: Path) -> Path | None:
    try:
        version = home / (home / "current").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    return version if version.name.startswith("version-") and version.is_dir() else None


def _kept_stamps(version: Path, key: str) -> Mapping[str, str] | None:
    """The stamps of the documents of a version; None where it was made by another program or with another lexicon, or can't be read."""
    try:
        file = PassageFile(version / "passages.sqlite")
        return file.stamps() if file.fact("key") == key else None
    except DAMAGE:
        return None


def _stamp(document: Path) -> str:
    """Changes when a file of the document does."""
    files = sorted(path for path in document.iterdir() if path.is_file())
    # The time of the last change of any sort is there too: a tool may set the other one back.
    return "\n".join(f"{path.name}\0{stat.st_mtime_ns}\0{stat.st_ctime_ns}\0{stat.st_size}" for path in files for stat in [path.stat()])


def _abandoned(building: Path) -> bool:
    try:
        return time.time() - building.stat().st_mtime > ABANDONED
    except OSError:
        return False


def _flush(path: Path) -> None:
    """Wait until files are really written: after a power cut, too, `current` must name something whole."""
    for file in [path] if path.is_file() else [found for found in path.rglob("*") if found.is_file()]:
        with file.open("rb+") as opened:
            os.fsync(opened.fileno())
