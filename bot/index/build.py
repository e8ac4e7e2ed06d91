"""Documents made into an index, one by one."""

import hashlib
import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from bot.index.group import BETWEEN, ITEM
from bot.index.group_writer import GroupWriter
from bot.index.index import Index
from bot.index.lazy import checksum
from bot.index.read import ReadDocument, read_document
from bot.index.schema import key_of, packed, packed_words, writable
from bot.index.words import IN_HINT, IN_SOURCE
from bot.knowledge.folder import DocumentParts
from bot.knowledge.links import code_number, folded_id
from bot.knowledge.model import Knowledge, Passage, Section
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line
from bot.language.tokens import years_in_words

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class IndexWriter:
    """Adds documents one by one; each with hints is a group of its own, all others are one.

    Args:
        connection: to a new file, or to memory; see `schema.writable`.
        lines: lexicon lines of the knowledge folder, beside those that come with the program.
        lexicon: another lexicon in place of both.
    """

    def __init__(self, connection: sqlite3.Connection, lines: Sequence[Line] = (), lexicon: Lexicon | None = None) -> None:
        self._connection = connection
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
            self._plain = self._plain or self._new_group()
            self._add(read, self._plain)

    def finish(self, facts: Mapping[str, str]) -> None:
        """Write what belongs to all documents.

        Args:
            facts: what else is known of the whole file.
        """
        if self._plain:
            # The documents that stand together come last.
            self._plain.finish(self._groups + 1)
        lines = (BETWEEN.join((line.relation.value, ITEM.join(line.left), ITEM.join(line.right), line.origin)) for line in self._lines)
        for name, value in {**facts, "lexicon": "\n".join(lines)}.items():
            self._connection.execute("INSERT INTO facts VALUES (?, ?)", (name, value))
        self._connection.commit()

    def _new_group(self) -> GroupWriter:
        self._groups += 1
        return GroupWriter(self._connection, self._groups, self._lexicon)

    def _add(self, read: ReadDocument, group: GroupWriter) -> None:
        numbers = group.numbers(read.forms)
        group.note(numbers[list(read.sources)].tolist(), IN_SOURCE)
        group.note(numbers[list(read.hint_words)].tolist(), IN_HINT)
        first, first_section = group.passages, group.sections
        below: dict[int, tuple[int, int]] = {}
        rows = []
        for heading in read.headings:
            group.add_section(numbers[list(heading)].tolist())
        for passage in read.passages:
            words = numbers[list(passage.words)]
            whole = numbers[list(passage.whole)].tolist() if passage.whole is not None else None
            section = first_section + passage.section
            number = group.passages
            start, count = below.get(passage.section, (number, 0))
            below[passage.section] = (start, count + 1)
            group.add_passage(section, words.tolist(), passage.sentences[2::3], whole)
            for sentence, keyword, forms in passage.hints:
                group.add_hint(sentence, keyword, numbers[list(forms)].tolist())
            rows.append((
                key_of(group.number, number), passage.id, code_number(passage.id), code_number(folded_id(passage.id)), section, passage.kind,
                passage.start, passage.end, passage.byte, passage.bytes, packed(passage.sentences), packed_words(words),
                packed_words(whole) if whole is not None else None, passage.facts,
            ))  # fmt: skip
        self._connection.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        self._connection.executemany(
            "INSERT INTO sections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (key_of(group.number, first_section + place), self._documents, section.title, BETWEEN.join(section.headings), section.level,
                 section.empty, section.theme, b"", *below.get(place, (0, 0)))
                for place, section in enumerate(read.sections)
            ],
        )  # fmt: skip
        self._write_document(read, group, first, first_section)
        self._documents += 1

    def _write_document(self, read: ReadDocument, group: GroupWriter, first: int, first_section: int) -> None:
        of, text = read.document, read.document.text
        years = {of.year, *(int(year) for year in _YEAR.findall(text)), *years_in_words(text)}
        empty = [section.title for section in read.sections if section.empty]
        group.add_facts(years, read.links, empty)
        self._connection.execute(
            "INSERT INTO documents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._documents, of.id, read.digest, read.stamp, group.number, first, len(read.passages), first_section, len(read.sections),
                of.title, of.publisher, of.year, of.url, of.about, BETWEEN.join(of.names),
                BETWEEN.join(ITEM.join((kind.value, label)) for kind, label in of.labels.items()),
                packed(number for page in of.pages for number in page), str(of.path or ""), ",".join(map(str, sorted(years))),
                BETWEEN.join(read.links), BETWEEN.join(empty), BETWEEN.join(_themes(read)),
                checksum(text), sum(len(passage.sentences) // 3 for passage in read.passages), _content_digest(read),
                packed(of.recognised), text.encode("utf-8", "surrogatepass"),
            ),
        )  # fmt: skip


def _content_digest(read: ReadDocument) -> bytes:
    """Changes when the text does, or how it is cut into sentences."""
    found = hashlib.blake2b(read.document.text.encode("utf-8", "surrogatepass"), digest_size=16)
    for passage in read.passages:
        found.update(packed(passage.sentences))
    return found.digest()


def _themes(read: ReadDocument) -> list[str]:
    """The headings that hold passages and no headings of their own but such as stand under others too, in reading order, each once."""
    parents = {heading for section in read.sections for heading in section.headings[: -2 if section.repeated else -1]}
    titles = (read.sections[passage.section].theme for passage in read.passages)
    return list(dict.fromkeys(title for title in titles if title and title not in parents))


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
