"""Documents made into an index, one by one."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np

from bot.index.group import BETWEEN, ITEM
from bot.index.group_writer import GroupWriter
from bot.index.index import Index
from bot.index.read import ReadDocument, read_document
from bot.index.schema import WORD, Integers, key_of, packed, packed_words, unpacked, writable
from bot.index.words import IN_HINT, IN_SOURCE
from bot.knowledge.document import DocumentParts
from bot.knowledge.model import Knowledge, Passage, Section
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line

if TYPE_CHECKING:
    from bot.index.earlier import EarlierIndex


class IndexWriter:
    """Adds documents one by one; each with hints is a group of its own, all others are one.

    Args:
        connection: to a new file, or to memory; see `schema.writable`.
        lines: lexicon lines of the knowledge folder, beside those that come with the program.
        lexicon: another lexicon in place of both.
        earlier: the index that this one replaces.
    """

    def __init__(
        self, connection: sqlite3.Connection, lines: Sequence[Line] = (), lexicon: Lexicon | None = None, earlier: "EarlierIndex | None" = None
    ) -> None:  # fmt: skip
        self._connection, self._earlier = connection, earlier
        self._lines, self._lexicon = lines, lexicon or Lexicon(lines)
        self._plain: GroupWriter | None = None
        self._documents = self._groups = 0

    def add(self, read: ReadDocument) -> None:
        """Add a document."""
        if read.hinted:
            group = self._new_group()
            self._add(read, group)
            group.finish(group.number)
        else:
            self._plain = self._plain or self._new_plain_group()
            self._add(read, self._plain)

    def carry_over(self, document_id: str, stamp: str) -> None:
        """Add a document that did not change, from the earlier index.

        Args:
            stamp: what its files look like now.

        Raises:
            ValueError: the earlier index is damaged.
        """
        assert self._earlier is not None
        if self._earlier.has_hints(document_id):
            self._groups += 1
            self._earlier.copy(document_id, stamp, self._connection, self._groups, self._documents)
            self._documents += 1
        else:
            self.add(self._earlier.read(document_id, stamp))

    def finish(self, facts: Mapping[str, str]) -> None:
        """Write what belongs to all documents.

        Args:
            facts: what else is known of the whole file.
        """
        if self._plain:
            # The documents that stand together come last.
            self._plain.finish(self._groups + 1, self._earlier.words() if self._earlier else None)
        self._write_facts(facts)

    def _write_facts(self, facts: Mapping[str, str]) -> None:
        lines = (BETWEEN.join((line.relation.value, ITEM.join(line.left), ITEM.join(line.right), line.origin)) for line in self._lines)
        for name, value in {**facts, "lexicon": "\n".join(lines)}.items():
            self._connection.execute("INSERT INTO facts VALUES (?, ?)", (name, value))
        self._connection.commit()

    def _new_plain_group(self) -> GroupWriter:
        """The group of all documents without hints."""
        return self._new_group()

    def _new_group(self) -> GroupWriter:
        self._groups += 1
        return GroupWriter(self._connection, self._groups, self._lexicon)

    def _add(self, read: ReadDocument, group: GroupWriter) -> None:
        numbers = group.numbers(read.forms)
        group.note(numbers[read.sources], IN_SOURCE)
        group.note(numbers[read.hint_words], IN_HINT)
        first, first_section = group.passages, group.sections
        for heading in read.headings:
            group.add_section(numbers[heading].tolist())
        sentences = [len(passage.sentences) // _SENTENCE for passage in read.passages]
        sizes = unpacked(b"".join(passage.sentences for passage in read.passages))[2::3]
        words = numbers[read.words]
        # Where the words of each passage begin, and where the last ones end.
        begins = np.append(0, np.cumsum(sizes, dtype=np.int64))[np.append(0, np.cumsum(sentences, dtype=np.int64))].tolist()
        encoded = packed_words(words)
        below: dict[int, tuple[int, int]] = {}
        rows = []
        group.add_texts(words, sizes, sentences, [first_section + passage.section for passage in read.passages])
        for offset, (passage, start, end) in enumerate(zip(read.passages, begins, begins[1:], strict=False)):
            number = first + offset
            whole = numbers[passage.whole] if passage.whole is not None else None
            if whole is not None:
                group.add_whole(number, whole)
            for sentence, keyword, forms in passage.hints:
                group.add_hint(number, sentence, keyword, numbers[list(forms)].tolist())
            under, count = below.get(passage.section, (number, 0))
            below[passage.section] = (under, count + 1)
            rows.append((
                key_of(group.group, number), passage.id, passage.code, passage.folded, first_section + passage.section, passage.kind,
                passage.start, passage.end, passage.byte, passage.size, passage.sentences, encoded[start * WORD : end * WORD],
                packed_words(whole) if whole is not None else None, passage.facts,
            ))  # fmt: skip
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key_of(group.group, first_section + offset), self._documents, section.title, BETWEEN.join(section.headings), section.level,
                 section.empty, section.theme, b"", *below.get(offset, (0, 0)))
                for offset, section in enumerate(read.sections)
            ],
        )  # fmt: skip
        self._write_document(read, group, first, first_section, sum(sentences), numbers)
        self._documents += 1

    def _write_document(
        self, read: ReadDocument, group: GroupWriter, first: int, first_section: int, sentences: int, numbers: Integers
    ) -> None:  # fmt: skip
        of, sources = read.document, np.zeros(len(numbers), dtype=np.uint8)
        sources[read.sources] = 1
        empty = [section.title for section in read.sections if section.empty]
        group.add_facts(read.years, read.links, empty)
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._documents, of.id, read.digest, read.stamp, group.group, first, len(read.passages), first_section, len(read.sections),
                of.title, of.publisher, of.year, of.url, of.about, BETWEEN.join(of.names),
                BETWEEN.join(ITEM.join((kind.value, label)) for kind, label in of.labels.items()),
                packed(number for page in of.pages for number in page), str(of.path or ""), ",".join(map(str, read.years)),
                BETWEEN.join(read.links), BETWEEN.join(empty), BETWEEN.join(read.themes),
                crc32(read.text), sentences, read.content, packed(of.recognised),
                packed_words(numbers), np.packbits(sources).tobytes(), read.text,
            ),
        )  # fmt: skip


_SENTENCE = 3 * len(packed((0,)))
"""Bytes of one sentence of `ReadPassage.sentences`."""


def index_of(knowledge: Knowledge, lines: Sequence[Line] = (), lexicon: Lexicon | None = None, vectors: Path | None = None) -> Index:
    """An index in memory.

    Args:
        knowledge: the sources.
        lines, lexicon: see `IndexWriter`.
        vectors: see `Index`.

    Raises:
        KnowledgeError: a passage is not the span of the source that it claims to be.
    """
    connection = writable(None)
    writer = IndexWriter(connection, lines, lexicon)
    for parts in documents_of(knowledge):
        writer.add(read_document(parts))
    writer.finish({})
    return Index(connection, vectors=vectors)


def documents_of(knowledge: Knowledge) -> Iterable[DocumentParts]:
    """Knowledge by document."""
    sections: dict[str, list[Section]] = {document.id: [] for document in knowledge.documents}
    passages: dict[str, list[Passage]] = {document.id: [] for document in knowledge.documents}
    for document, section in knowledge.sections:
        sections[document.id].append(section)
    for passage in knowledge.passages:
        passages[passage.document.id].append(passage)
    for document in knowledge.documents:
        pointers = tuple(pointer for pointer in knowledge.pointers if pointer.document.id == document.id)
        yield DocumentParts(document, tuple(sections[document.id]), tuple(passages[document.id]), pointers)
