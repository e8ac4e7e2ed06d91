"""Writes the index on disk that `tantivy_engine` reads: whole, or a document at a time."""

import sqlite3
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.retrieval.numbering import PLACE_BITS, key_of
from bot.retrieval.protocol import Field, FieldTexts
from bot.retrieval.tantivy_engine import COUNT_BITS, FIELDS, packed, term_key, unpacked

HEAP, THREADS = 64_000_000, 1
"""tantivy's memory while it writes; more threads are of no use to it here: reading the texts takes longer than writing them."""

_TABLES = """
CREATE TABLE terms (number INTEGER PRIMARY KEY, term TEXT NOT NULL UNIQUE, texts INTEGER NOT NULL);
CREATE TABLE texts (key INTEGER PRIMARY KEY, counts BLOB NOT NULL);
CREATE TABLE lengths (document INTEGER, field TEXT, terms INTEGER, PRIMARY KEY (document, field)) WITHOUT ROWID;
"""


class TantivyWriter:
    """Adds and removes documents. Nothing is kept unless the `with` block ends well.

    Whoever reads the folder must not read it meanwhile: write in a copy, and put it in place when it is ready.

    Args:
        folder: an existing folder, empty or written earlier.
    """

    def __init__(self, folder: Path) -> None:
        import tantivy

        self._tantivy: Any = tantivy
        path = folder / "tantivy"
        if path.exists():
            self._index = tantivy.Index.open(str(path))
        else:
            path.mkdir()
            builder = tantivy.SchemaBuilder()
            builder.add_unsigned_field("key", stored=False, indexed=False, fast=True)
            builder.add_unsigned_field("document", stored=False, indexed=True, fast=False)
            for field in FIELDS:
                builder.add_text_field(field.value, stored=False, tokenizer_name="whitespace", index_option="freq")
            self._index = tantivy.Index(builder.build(), path=str(path))
        self._schema = self._index.schema
        self._writer: Any = self._index.writer(HEAP, THREADS)
        new = not (folder / "terms.sqlite").exists()
        self._terms = sqlite3.connect(folder / "terms.sqlite")
        # The folder counts only when it is ready: a torn file is never read.
        self._terms.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -64000;" + (_TABLES if new else "")
        )
        self._numbers: dict[Field, dict[str, int]] = {field: {} for field in FIELDS}
        self._new: list[tuple[int, str]] = []
        self._changes: Counter[int] = Counter()
        self._next = (self._terms.execute("SELECT max(number) FROM terms").fetchone()[0] or 0) + 1
        self._known_from = self._next

    def __enter__(self) -> "TantivyWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self._writer.commit()
            self._writer.wait_merging_threads()
            self._write_terms()
            self._terms.commit()
        else:
            self._writer.rollback()
        # Closing it frees tantivy's lock on the folder.
        self._writer = None
        self._terms.close()

    def add(self, document: int, texts: FieldTexts) -> None:
        """Add the texts of a document.

        Args:
            document: its number on disk, not in use.
            texts: see `FieldTexts`.
        """
        for place in range(len(texts[Field.WORDS])):
            key = key_of(document, place)
            entry = self._tantivy.Document()
            entry.add_unsigned("key", key)
            entry.add_unsigned("document", document)
            counts: dict[int, int] = {}
            for field in FIELDS:
                terms = texts[field][place]
                if terms:
                    entry.add_text(field.value, " ".join(terms))
                    numbers = self._numbers[field]
                    for term, count in Counter(terms).items():
                        counts[numbers.get(term) or self._number(field, term)] = count
            self._changes.update(counts.keys())
            self._writer.add_document(entry)
            self._terms.execute("INSERT INTO texts VALUES (?, ?)", (key, packed([len(texts[field][place]) for field in FIELDS], counts)))
        for field in FIELDS:
            self._terms.execute("INSERT INTO lengths VALUES (?, ?, ?)", (document, field.value, sum(map(len, texts[field]))))

    def remove(self, document: int) -> None:
        """Remove the texts of a document."""
        # Not delete_documents_by_term: it takes a Python number for a signed one, and finds nothing in an unsigned field.
        self._writer.delete_documents_by_query(self._tantivy.Query.term_query(self._schema, "document", document, "basic"))
        span = (document << PLACE_BITS, (document + 1) << PLACE_BITS)
        for (row,) in self._terms.execute("SELECT counts FROM texts WHERE key >= ? AND key < ?", span):
            self._changes.subtract((unpacked(row)[len(FIELDS) :] >> COUNT_BITS).tolist())
        self._terms.execute("DELETE FROM texts WHERE key >= ? AND key < ?", span)
        self._terms.execute("DELETE FROM lengths WHERE document = ?", (document,))

    def _number(self, field: Field, term: str) -> int:
        key = term_key(field, term)
        row = self._terms.execute("SELECT number FROM terms WHERE term = ?", (key,)).fetchone() if self._known_from > 1 else None
        if row:
            number = int(row[0])
        else:
            number, self._next = self._next, self._next + 1
            self._new.append((number, key))
        self._numbers[field][term] = number
        return number

    def _write_terms(self) -> None:
        self._terms.executemany("INSERT INTO terms VALUES (?, ?, ?)", [(number, key, self._changes[number]) for number, key in self._new])
        changed = [(change, number) for number, change in self._changes.items() if change and number < self._known_from]
        self._terms.executemany("UPDATE terms SET texts = texts + ? WHERE number = ?", changed)
