"""Writes the passages on disk that `passage_file` reads: whole, or a document at a time."""

import marshal
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.answering.hints import HintIndex, hint_texts
from bot.answering.index import PassageIndex, keys_of, source_words
from bot.answering.passage_file import TABLES, StoredTable, StoredWords
from bot.answering.scope import scope_facts
from bot.knowledge.codes import code_of, folded_id
from bot.knowledge.document_files import DocumentParts
from bot.knowledge.model import Knowledge
from bot.language.analysis import Analyser
from bot.language.lexicon import Lexicon
from bot.retrieval.numbering import PLACE_BITS, key_of
from bot.retrieval.protocol import FieldTexts

LEVEL = 1
"""Of zlib: the views shrink to a third, and unpacking 40 of them takes less than a millisecond."""


class PassageWriter:
    """Adds and removes documents: first the words of all that are new (`learn`), then each of them (`add`), then `finish`.

    Whoever reads the file must not read it meanwhile: write in a copy, and put it in place when it is ready.

    Args:
        path: absent, or written earlier.
        lexicon: helps to read the words.
    """

    def __init__(self, path: Path, lexicon: Lexicon) -> None:
        self._new = not path.exists()
        self._connection = sqlite3.connect(path)
        # The file counts only when it is ready: a torn one is never read.
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + (TABLES if self._new else ""))
        self._lexicon = lexicon
        self._words: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self._analyser: Analyser | None = None

    def close(self) -> None:
        """Let the file go."""
        self._connection.close()

    def stamps(self) -> dict[str, str]:
        """What each document's files looked like when it was added."""
        return dict(self._connection.execute("SELECT name, stamp FROM documents"))

    def learn(self, parts: DocumentParts) -> None:
        """Note the words of a document that will be added: how a compound is read depends on the words that there are."""
        for counter, words in zip(self._words, source_words(parts.passages), strict=True):
            counter.update(words)

    def remove(self, name: str) -> int:
        """Remove a document; to be done before `learn`.

        Returns:
            Its number on disk.
        """
        row = self._connection.execute("SELECT document, facts FROM documents WHERE name = ?", (name,)).fetchone()
        document, facts = int(row[0]), marshal.loads(row[1])  # noqa: S302 - the program's own file
        for counter, words in zip(self._words, facts["words"], strict=True):
            counter.subtract(words)
        span = (document << PLACE_BITS, (document + 1) << PLACE_BITS)
        for table in ("passages", "sections", "pointers"):
            self._connection.execute(f"DELETE FROM {table} WHERE key >= ? AND key < ?", span)  # noqa: S608 - names of ours
        self._connection.execute("DELETE FROM documents WHERE document = ?", (document,))
        return document

    def add(self, parts: DocumentParts, stamp: str) -> tuple[int, FieldTexts]:
        """Add a document.

        Args:
            parts: what was learned before.
            stamp: changes when its files do.

        Returns:
            Its number on disk, and the terms of its passages, for a retriever.
        """
        analyser = self.analyser
        passages = parts.passages
        index = PassageIndex(passages, analyser, HintIndex.of(passages, analyser), keys=frozenset(), stems=frozenset())
        own = parts.document
        labels = {kind.value: label for kind, label in own.labels.items()}
        description = (own.title, own.publisher, own.year, own.url, own.about, own.names, labels, own.pages, str(own.path or ""))
        hinted = {key for p in passages for text in hint_texts(p) for word in analyser.content(text) for key in keys_of(word)}
        sections = [(own, section) for section in parts.sections]
        knowledge = Knowledge((own,), sections, passages, parts.pointers, None)
        scope = scope_facts(knowledge, analyser)
        facts = {
            "words": tuple(sorted(words) for words in source_words(passages)),
            "hints": index.hints.state(),
            "hint_keys": sorted(hinted),
            "years": sorted(scope.years),
            "empty": scope.empty,
            "links": scope.links,
            "themes": list(knowledge.themes()),
            "warnings": list(parts.warnings),
        }
        values = (
            own.id,
            stamp,
            len(passages),
            len(parts.sections),
            len(parts.pointers),
            marshal.dumps(description),
            marshal.dumps(facts),
            own.text,
        )
        # A number given by SQLite is higher than those of all documents that there are.
        document = self._connection.execute("INSERT INTO documents VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", values).lastrowid
        assert document is not None
        self._add_passages(document, parts, index)
        return document, index.field_texts()

    def _add_passages(self, document: int, parts: DocumentParts, index: PassageIndex) -> None:
        place_of = {id(section): place for place, section in enumerate(parts.sections)}
        below: dict[int, tuple[int, int]] = {}
        rows = []
        for place, (passage, views) in enumerate(zip(parts.passages, index.view_rows(), strict=True)):
            section = place_of[id(passage.section)]
            below[section] = (below.get(section, (place, place))[0], place)
            spans = tuple((s.span.start, s.span.end) for s in passage.sentences)
            row = marshal.dumps((section, passage.kind.value, passage.span.start, passage.span.end, spans, passage.text))
            rows.append((key_of(document, place), passage.id, code_of(passage.id), folded_id(passage.id), row, zlib.compress(views, LEVEL)))
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", rows)
        for place, heading in enumerate(parts.sections):
            first, last = (key_of(document, n) for n in below[place]) if place in below else (None, None)
            values = (key_of(document, place), heading.title, marshal.dumps(tuple(heading)), first, last)
            self._connection.execute("INSERT INTO sections VALUES (?, ?, ?, ?, ?)", values)
        for place, pointer in enumerate(parts.pointers):
            row = marshal.dumps((place_of[id(pointer.section)], pointer.span.start, pointer.span.end, pointer.text))
            self._connection.execute("INSERT INTO pointers VALUES (?, ?)", (key_of(document, place), row))

    @property
    def analyser(self) -> Analyser:
        """Reads the words, knowing all that were learned. A word that was read earlier keeps its reading."""
        if self._analyser is None:
            self._write_words()
            sources, hints = StoredWords(self._connection, "documents"), StoredWords(self._connection, "hints")
            if self._new:
                # Every word will be asked for: in memory that goes faster.
                self._analyser = Analyser(self._lexicon, frozenset(sources), frozenset(hints))
            else:
                self._analyser = Analyser(self._lexicon, sources, hints, StoredTable(self._connection))
        return self._analyser

    def _write_words(self) -> None:
        put = (
            "INSERT INTO words VALUES (?, ?, ?, NULL, NULL) ON CONFLICT (form) DO UPDATE SET "
            "documents = documents + excluded.documents, hints = hints + excluded.hints"
        )
        sources, hints = self._words
        self._connection.executemany(put, ((form, sources[form], hints[form]) for form in sorted({*sources, *hints})))

    def finish(self, key: str) -> None:
        """Write what is known of all documents together.

        Args:
            key: changes when all documents have to be read anew.
        """
        analyser = self.analyser
        forms = [form for (form,) in self._connection.execute("SELECT form FROM words WHERE documents > 0 AND stem IS NULL")]
        stems = [(analyser.word(form).stem, form) for form in forms]
        table = analyser.table()
        put = "INSERT INTO words VALUES (?, 0, 0, NULL, ?) ON CONFLICT (form) DO UPDATE SET row = excluded.row"
        self._connection.executemany(put, ((form, marshal.dumps(row)) for form, row in table.items()))
        self._connection.executemany("UPDATE words SET stem = ? WHERE form = ?", stems)
        for name, value in {**_together(self._facts()), "key": key}.items():
            self._connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, marshal.dumps(value)))
        self._connection.commit()

    def _facts(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """(passages, facts) of each document, in order."""
        for passages, facts in self._connection.execute("SELECT passages, facts FROM documents ORDER BY name"):
            yield passages, marshal.loads(facts)  # noqa: S302 - the program's own file


def _together(documents: Iterator[tuple[int, dict[str, Any]]]) -> dict[str, Any]:
    years: set[int] = set()
    hint_keys: set[str] = set()
    empty: list[Any] = []
    # The same link stands in many documents: once is enough.
    links: dict[tuple[str, ...], None] = {}
    themes: dict[str, None] = {}
    warnings: list[str] = []
    rows: list[tuple[int, int | None, str]] = []
    postings: dict[str, bytes] = {}
    first = 0
    for passages, facts in documents:
        years.update(facts["years"])
        hint_keys.update(facts["hint_keys"])
        empty += facts["empty"]
        links.update(dict.fromkeys(tuple(sorted(link)) for link in facts["links"]))
        themes.update(dict.fromkeys(facts["themes"]))
        warnings += facts["warnings"]
        own, own_postings = facts["hints"]
        for stem, numbers in own_postings.items():
            postings[stem] = postings.get(stem, b"") + HintIndex.moved(numbers, len(rows))
        rows += [(first + passage, sentence, text) for passage, sentence, text in own]
        first += passages
    return {
        "years": frozenset(years), "hint_keys": frozenset(hint_keys), "empty": empty, "links": list(links), "themes": list(themes),
        "warnings": warnings, "hints": (rows, postings),
    }  # fmt: skip
