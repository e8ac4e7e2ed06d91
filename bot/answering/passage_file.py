"""Passages on disk, read one by one as questions need them.

One SQLite file, `passages.sqlite`. A key is (document, place) in one number, see `retrieval.numbering`, so that a document can be
replaced without touching the others; the rest of the program counts passages from 0 on, in the order of the documents.

    documents   one row each: description, text, how many of each kind it has, and what `large_knowledge` needs to know of it
    passages    id, its code and the id folded (see `knowledge.codes`), plain data of the passage, and its sentences as evidence sees them (marshal, deflated)
    sections    headings, and which passages stand below them
    pointers    sentences that only send the reader elsewhere
    words       every word form with what is known of it, and in how many documents and documents' hints it stands
    facts       what is known of all documents together, by name (marshal)
"""

import marshal
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Any, Generic, TypeVar, overload

from bot.knowledge.codes import folded_id
from bot.knowledge.model import Document, Kind, Knowledge, Passage, Pointer, Section, Sentence, Span
from bot.language.analysis import WordRow
from bot.retrieval.numbering import PLACE_BITS, Held, Numbering
from bot.retrieval.protocol import Field
from bot.retrieval.tantivy_engine import TantivyRetriever, read_only

TABLES = """
CREATE TABLE documents (document INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, stamp TEXT NOT NULL, passages INTEGER NOT NULL,
                        sections INTEGER NOT NULL, pointers INTEGER NOT NULL, description BLOB NOT NULL, facts BLOB NOT NULL,
                        text TEXT NOT NULL);
CREATE TABLE passages (key INTEGER PRIMARY KEY, id TEXT NOT NULL, code TEXT NOT NULL, folded TEXT NOT NULL, row BLOB NOT NULL,
                       views BLOB NOT NULL);
CREATE INDEX passage_ids ON passages (id);
CREATE INDEX passage_codes ON passages (code);
CREATE INDEX passage_folded_ids ON passages (folded);
CREATE TABLE sections (key INTEGER PRIMARY KEY, title TEXT NOT NULL, row BLOB NOT NULL, first INTEGER, last INTEGER);
CREATE INDEX section_titles ON sections (title);
CREATE TABLE pointers (key INTEGER PRIMARY KEY, row BLOB NOT NULL);
CREATE TABLE words (form TEXT PRIMARY KEY, documents INTEGER NOT NULL, hints INTEGER NOT NULL, stem TEXT, row BLOB) WITHOUT ROWID;
CREATE INDEX word_stems ON words (stem) WHERE documents > 0;
CREATE TABLE facts (name TEXT PRIMARY KEY, value BLOB NOT NULL);
"""

MEMORY = 4_000
"""Passages and sections that are remembered."""

WORDS_KEPT = 50_000
"""Words whose presence is remembered."""

Item = TypeVar("Item")


class Lazy(Sequence[Item], Generic[Item]):
    """A sequence whose items are read when they are asked for, and some of them remembered.

    Args:
        numbering: its running numbers.
        read: reads the item with a key.
    """

    def __init__(self, numbering: Numbering, read: Callable[[int], Item]) -> None:
        self._numbering, self._read = numbering, read
        self._kept: dict[int, Item] = {}

    def __len__(self) -> int:
        return len(self._numbering)

    @overload
    def __getitem__(self, number: int) -> Item: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[Item]: ...
    def __getitem__(self, number: int | slice) -> Item | Sequence[Item]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        found = self._kept.get(number)
        if found is None:
            found = self._read(self._numbering.key(number + len(self) if number < 0 else number))
            if len(self._kept) >= MEMORY:
                self._kept.clear()
            self._kept[number] = found
        return found

    def __iter__(self) -> Iterator[Item]:
        # Whoever walks through them all does not want them all remembered.
        return (self._read(self._numbering.key(number)) for number in range(len(self)))


class ViewRows(Sequence[bytes]):
    """The rows that `PassageIndex.view_rows` gave."""

    def __init__(self, numbering: Numbering, connection: sqlite3.Connection) -> None:
        self._numbering, self._connection = numbering, connection

    def __len__(self) -> int:
        return len(self._numbering)

    @overload
    def __getitem__(self, number: int) -> bytes: ...
    @overload
    def __getitem__(self, number: slice) -> Sequence[bytes]: ...
    def __getitem__(self, number: int | slice) -> bytes | Sequence[bytes]:
        if isinstance(number, slice):
            return [self[n] for n in range(*number.indices(len(self)))]
        row = self._connection.execute("SELECT views FROM passages WHERE key = ?", (self._numbering.key(number),)).fetchone()
        return zlib.decompress(row[0])


class StoredWords(Set[str]):
    """The words of which the file says that a column is not 0."""

    def __init__(self, connection: sqlite3.Connection, column: str) -> None:
        self._connection, self._kept = connection, dict[str, bool]()
        self._one = f"SELECT 1 FROM words WHERE form = ? AND {column} > 0"  # noqa: S608 - a name of ours
        self._all = f"SELECT form FROM words WHERE {column} > 0 ORDER BY form"  # noqa: S608 - a name of ours

    def __contains__(self, form: object) -> bool:
        if not isinstance(form, str):
            return False
        found = self._kept.get(form)
        if found is None:
            if len(self._kept) >= WORDS_KEPT:
                self._kept.clear()
            found = self._kept[form] = self._connection.execute(self._one, (_plain(form),)).fetchone() is not None
        return found

    def __iter__(self) -> Iterator[str]:
        return (form for (form,) in self._connection.execute(self._all).fetchall())

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __hash__(self) -> int:
        return id(self)


class StoredStems:
    """The stems of the words of the sources."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __contains__(self, stem: object) -> bool:
        row = self._connection.execute("SELECT 1 FROM words WHERE documents > 0 AND stem = ?", (_plain(str(stem)),)).fetchone()
        return row is not None


class StoredTable(Mapping[str, WordRow]):
    """What `Analyser.table` gave."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def __getitem__(self, form: str) -> WordRow:
        row = self._connection.execute("SELECT row FROM words WHERE form = ? AND row IS NOT NULL", (_plain(form),)).fetchone()
        if row is None:
            raise KeyError(form)
        found: WordRow = marshal.loads(row[0])  # noqa: S302 - the program's own file
        return found

    def __iter__(self) -> Iterator[str]:
        return (form for (form,) in self._connection.execute("SELECT form FROM words WHERE row IS NOT NULL").fetchall())

    def __len__(self) -> int:
        return sum(1 for _ in self)


class StoredKeys:
    """Every stem and marked root that any passage or hint has.

    Args:
        retriever: has those of the passages.
        hints: those of the hints.
    """

    def __init__(self, retriever: TantivyRetriever, hints: Collection[str]) -> None:
        self._retriever, self._hints = retriever, frozenset(hints)

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (self._retriever.holds(Field.RELATED, key) or key in self._hints)


def _plain(form: str) -> str:
    """A lone surrogate stands in no source, and SQLite takes none."""
    return form if form.isascii() else form.encode("utf-8", "replace").decode("utf-8")


class StoredDocument(Document):
    """A document whose text is read when it is asked for."""

    source: "PassageFile"

    @property
    def text(self) -> str:
        """The whole source text."""
        return self.source.text(self.id)


class StoredKnowledge(Knowledge):
    """Knowledge whose passages are read when they are asked for."""

    file: "PassageFile"

    def passage(self, passage_id: str) -> Passage | None:
        """See `Knowledge.passage`."""
        return self.file.passage(passage_id)

    def coded(self, code: str) -> Passage | None:
        """See `Knowledge.coded`."""
        return self.file.coded(code)

    def themes(self) -> tuple[str, ...]:
        """See `Knowledge.themes`."""
        return tuple(self.file.fact("themes"))

    def stretch(self, document_id: str) -> range:
        """See `Knowledge.stretch`."""
        return self.file.stretch(document_id)

    def under_theme(self, title: str) -> Sequence[Passage]:
        """See `Knowledge.under_theme`."""
        return self.file.under_theme(title)

    def beside(self, passage: Passage) -> Sequence[Passage]:
        """See `Knowledge.beside`."""
        return self.file.beside(passage)

    def count(self, document: Document) -> int:
        """See `Knowledge.count`."""
        return self.file.counts[document.id]


class PassageFile:
    """The file, opened for reading; nobody changes it any more.

    Args:
        path: written by `large_knowledge`.
    """

    def __init__(self, path: Path) -> None:
        self.connection = connection = read_only(path)
        rows = connection.execute(
            "SELECT document, name, passages, sections, pointers, description FROM documents ORDER BY name"
        ).fetchall()
        self.counts: dict[str, int] = {name: passages for _, name, passages, _, _, _ in rows}
        self._keys: dict[str, int] = {row[1]: row[0] for row in rows}
        self._documents = {row[0]: self._document(row[1], row[5]) for row in rows}
        self._facts: dict[str, Any] = {}
        self._texts: dict[str, str] = {}
        self._sections: dict[int, Section] = {}
        self.numbering = Numbering([Held(row[0], row[2]) for row in rows])
        self.passages = Lazy(self.numbering, self._passage)
        self.sections = Lazy(Numbering([Held(row[0], row[3]) for row in rows]), self._section_of)
        self.pointers = Lazy(Numbering([Held(row[0], row[4]) for row in rows]), self._pointer)
        self.rows = ViewRows(self.numbering, connection)

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in order."""
        return tuple(self._documents.values())

    def knowledge(self, lexicon: Path | None) -> Knowledge:
        """The knowledge that the file holds."""
        found = StoredKnowledge(self.documents, self.sections, self.passages, self.pointers, lexicon, tuple(self.fact("warnings")))
        found.file = self
        return found

    def fact(self, name: str) -> Any:
        """What is known of all documents together."""
        if name not in self._facts:
            row = self.connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
            self._facts[name] = marshal.loads(row[0])  # noqa: S302 - the program's own file
        return self._facts[name]

    def stamps(self) -> dict[str, str]:
        """What each document's files looked like when it was added."""
        return dict(self.connection.execute("SELECT name, stamp FROM documents"))

    def text(self, name: str) -> str:
        """The text of a document."""
        found = self._texts.get(name)
        if found is None:
            row = self.connection.execute("SELECT text FROM documents WHERE name = ?", (name,)).fetchone()
            if len(self._texts) >= TEXTS_KEPT:
                self._texts.clear()
            found = self._texts[name] = str(row[0])
        return found

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id, or None."""
        row = self.connection.execute("SELECT key FROM passages WHERE id = ?", (_plain(passage_id),)).fetchone()
        return self.passages[self.numbering.number(row[0])] if row else None

    def stretch(self, name: str) -> range:
        """The numbers of a document's passages."""
        if name not in self._keys:
            return range(0)
        start = self.numbering.start(self._keys[name])
        return range(start, start + self.counts[name])

    def coded(self, code: str) -> Passage | None:
        """The passage that a code, or its folded id, stands for, or None."""
        for column, value in (("code", _plain(code)), ("folded", folded_id(code))):
            row = self.connection.execute(f"SELECT key FROM passages WHERE {column} = ?", (value,)).fetchone()  # noqa: S608 - names of ours
            if row:
                return self.passages[self.numbering.number(row[0])]
        return None

    def under_theme(self, title: str) -> list[Passage]:
        """The passages below headings with this title."""
        rows = self.connection.execute(
            "SELECT first, last FROM sections WHERE title = ? AND first IS NOT NULL", (_plain(title),)
        ).fetchall()
        spans = sorted((self.numbering.number(first), self.numbering.number(last)) for first, last in rows)
        return [self.passages[number] for first, last in spans for number in range(first, last + 1)]

    def beside(self, passage: Passage) -> list[Passage]:
        """The passages of the same section."""
        around = self.under_theme(passage.section.title)
        return [p for p in around if p.document.id == passage.document.id and p.section == passage.section]

    def _document(self, name: str, description: bytes) -> Document:
        title, publisher, year, url, about, names, labels, pages, path = marshal.loads(description)  # noqa: S302 - the program's own file
        kinds = {Kind(kind): label for kind, label in labels.items()}
        found = StoredDocument(name, title, publisher, year, url, about, names, kinds, "", pages, Path(path) if path else None)
        found.source = self
        return found

    def _passage(self, key: int) -> Passage:
        ident, row = self.connection.execute("SELECT id, row FROM passages WHERE key = ?", (key,)).fetchone()
        section, kind, start, end, spans, text = marshal.loads(row)  # noqa: S302 - the program's own file
        document = key >> PLACE_BITS
        sentences = tuple(Sentence(Span(a, b), text[a - start : b - start]) for a, b in spans)
        kept = self._section(document << PLACE_BITS | section)
        return Passage(ident, self._documents[document], kept, Kind(kind), Span(start, end), text, sentences)

    def _section(self, key: int) -> Section:
        found = self._sections.get(key)
        if found is None:
            (row,) = self.connection.execute("SELECT row FROM sections WHERE key = ?", (key,)).fetchone()
            if len(self._sections) >= MEMORY:
                self._sections.clear()
            found = self._sections[key] = Section(*marshal.loads(row))  # noqa: S302 - the program's own file
        return found

    def _section_of(self, key: int) -> tuple[Document, Section]:
        return self._documents[key >> PLACE_BITS], self._section(key)

    def _pointer(self, key: int) -> Pointer:
        (row,) = self.connection.execute("SELECT row FROM pointers WHERE key = ?", (key,)).fetchone()
        section, start, end, text = marshal.loads(row)  # noqa: S302 - the program's own file
        document = key >> PLACE_BITS
        return Pointer(self._documents[document], self._section(document << PLACE_BITS | section), Span(start, end), text)


TEXTS_KEPT = 8
"""Documents whose text is remembered."""
