"""The index as the rest of the program sees it: documents, passages, sections, themes and codes, and the groups that are weighed apart."""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zlib import crc32

from bot.errors import KnowledgeError
from bot.index.group import BETWEEN, ITEM, Group, Stretch, section_of
from bot.index.index_vectors import IndexVectors
from bot.index.lazy import Lazy, StoredText
from bot.index.schema import FORMAT, GROUP_BITS, Joined, changes_of, key_of, read_only, unpacked
from bot.index.vectors import Halves, Unit
from bot.knowledge.links import code_number, folded_id, number_of_code
from bot.knowledge.model import Document, Kind, Passage, Section, Sentence, Span
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line, Relation

Result = TypeVar("Result")

MEMORY = 4_000
"""Passages that are remembered."""

BATCH = 500
"""Passages that are read at once."""

TEXTS = 8
"""Documents whose text is remembered."""


class Index:
    """All that a knowledge folder holds, made ready to answer from.

    Args:
        connection: to a file, or memory, that `build` wrote. Nobody changes it any more; threads may share it.
        path: of the file; None in memory.
        vectors: where vectors are kept; by default beside the file.

    Attributes:
        documents: in the order of their ids.
        passages: those of the documents, in that order.
        groups: the documents that are weighed together.
        vectors: those of its sentences and passages.
    """

    is_whole = True
    joined: Joined | None = None
    apart: Set[str] = frozenset()
    """Whether all lies in one file; where documents lie of which some changed, and which lie in the smaller one of two files; see
    `index.joined`."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None, vectors: Path | None = None) -> None:
        self.connection, self.path = connection, path
        self._texts: dict[int, str] = {}
        self._sections: dict[int, tuple[Document, Section]] = {}
        self._memory: dict[int, Passage] = {}
        stretches: dict[int, list[Stretch]] = {}
        self._numbers: dict[str, int] = {}
        self._documents_at: dict[int, Document] = {}
        for row in connection.execute(_DOCUMENTS):
            stretch = self._stretch(*row)
            self._numbers[stretch.document.id], self._documents_at[row[0]] = row[0], stretch.document
            stretches.setdefault(stretch.group, []).append(stretch)
        stretches = {group: list(self._in_order(some)) for group, some in stretches.items()}
        ordered = sorted((stretch for group in stretches.values() for stretch in group), key=lambda s: s.document.id)
        self._stretches = {stretch.document.id: stretch for stretch in ordered}
        self.documents = tuple(stretch.document for stretch in ordered)
        starts, size = [], 0
        for stretch in ordered:
            starts.append(size)
            size += len(stretch.passages)
        self._starts, self._ordered = starts, ordered
        self.vectors = IndexVectors(vectors or (path.with_suffix(".vectors") if path else None), ordered, self.passage_with, path)
        self.passages: Sequence[Passage] = Lazy(size, self._numbered)
        lexicon = Lexicon(_lines(self.fact("lexicon")))
        sizes = connection.execute("SELECT number, passages FROM groups ORDER BY place")
        self.groups = tuple(self._group(number, count, stretches[number], lexicon) for number, count in sizes)

    def _in_order(self, stretches: Sequence[Stretch]) -> Sequence[Stretch]:
        """The documents of one group, in the order in which they are numbered."""
        return stretches

    def stretches(self) -> list[list[Stretch]]:
        """The documents of each group, in order, with where they stand."""
        of_group: dict[int, list[Stretch]] = {}
        for stretch in sorted(self._ordered, key=lambda stretch: stretch.passages.start):
            of_group.setdefault(stretch.group, []).append(stretch)
        return [of_group[group.number] for group in self.groups]

    @classmethod
    def open(cls, path: Path) -> "Index":
        """Open a file, read-only.

        Raises:
            sqlite3.Error, ValueError: there is no such file, or it is none of ours.
        """
        connection = read_only(path)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != FORMAT:
            connection.close()
            raise ValueError(version)
        return cls(connection, path)

    def vectors_of(self, stretch: Stretch, unit: Unit, model: str) -> Halves | None:
        """The vectors of one document, or None."""
        return self.vectors.of(stretch, unit, model)

    @cached_property
    def version(self) -> str:
        """What stands for all that is answered from: the same where files, lexicon and program are the same."""
        return version_of(self.connection)

    def fact(self, name: str) -> str:
        """What is known of the whole file."""
        (value,) = self.connection.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(value)

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id, or None."""
        return next((passage for _, passage in self._with_id(passage_id)), None)

    def number_in(self, group: int, passage_id: str) -> int | None:
        """The number, in a group, of the passage with this id; None where that is not in the group."""
        keys = (key for key, _ in self._with_id(passage_id) if key >> GROUP_BITS == group)
        return next((self._number(key) for key in keys), None)

    def _number(self, key: int) -> int | None:
        """The number, in its group, of the passage with a key."""
        return key - key_of(key >> GROUP_BITS, 0)

    def _with_id(self, passage_id: str) -> Iterator[tuple[int, Passage]]:
        """The passage with this id, with its key."""
        passages = ((key, self.passage_with(key)) for key in self._keys("code", code_number(passage_id)))
        return ((key, passage) for key, passage in passages if passage.id == passage_id)

    def rehearsed(self, run: Callable[[], Result], times: int) -> Result:
        """What `run` gives. Where passages lie elsewhere it is gone through first, to fetch at once all that it looks for.

        Args:
            run: goes through a question; nothing changes by it.
            times: how often, at most: twice where one question follows from another.
        """
        return run()

    def coded(self, code: str) -> Passage | None:
        """The passage that a code, or a link's payload, stands for; see `knowledge.links`."""
        for column, number in (("code", number_of_code(code)), ("folded", code_number(folded_id(code)))):
            keys = self._keys(column, number) if number is not None else ()
            if keys:
                return self.passage_with(keys[0])
        return None

    def _keys(self, column: str, number: int) -> Sequence[int]:
        """The keys of the passages with a code, in `column`."""
        rows = self.connection.execute(f"SELECT key FROM passages WHERE {column} = ? ORDER BY key", (number,))  # noqa: S608 - names of ours
        return [key for (key,) in rows]

    def stretch(self, document_id: str) -> range:
        """The numbers of a document's passages among all; empty where there is no such document."""
        stretch = self._stretches.get(document_id)
        if stretch is None:
            return range(0)
        start = self._starts[self._ordered.index(stretch)]
        return range(start, start + len(stretch.passages))

    def themes(self) -> tuple[str, ...]:
        """The headings that hold passages and no headings of their own but such as stand under others too, in reading order, each once."""
        rows = self.connection.execute("SELECT themes FROM documents WHERE themes != '' ORDER BY id")
        return tuple(dict.fromkeys(theme for (text,) in rows for theme in text.split(BETWEEN)))

    def under_theme(self, title: str) -> list[Passage]:
        """The passages below headings with this title, and below those inside it that stand under others too."""
        rows = self.connection.execute(
            "SELECT s.key, s.first, s.passages FROM sections s JOIN documents d ON d.place = s.document WHERE s.theme = ? ORDER BY d.id, s.key",
            (_plain(title),),
        ).fetchall()
        return self.passages_with([key_of(key >> GROUP_BITS, n) for key, first, count in rows for n in range(first, first + count)])

    def passages_with(self, keys: Sequence[int]) -> list[Passage]:
        """The passages with these keys."""
        wanted = [key for key in keys if key not in self._memory]
        if len(wanted) > 1:
            if len(self._memory) + len(wanted) > MEMORY:
                self._memory.clear()
            for first in range(0, len(wanted), BATCH):
                batch = wanted[first : first + BATCH]
                marks = ",".join("?" * len(batch))
                for key, *row in self.connection.execute(f"{_PASSAGES} WHERE key IN ({marks})", batch):
                    self._memory[key] = self._from_row(key, True, *row)
        return [self.passage_with(key) for key in keys]

    def beside(self, passage: Passage) -> list[Passage]:
        """The passages of the same section, in order, the passage itself among them."""
        around = self.under_theme(passage.section.theme)
        return [p for p in around if p.document.id == passage.document.id and p.section == passage.section]

    def count(self, document: Document) -> int:
        """The number of passages of a document."""
        return len(self._stretches[document.id].passages)

    def count_sections(self, document: Document) -> int:
        """The number of sections of a document."""
        return len(self._stretches[document.id].sections)

    def outline(self, document: Document) -> list[tuple[Section, range]]:
        """The sections of a document in reading order, each with the numbers, among all passages, of those right below it."""
        stretch = self._stretches[document.id]
        before = self.stretch(document.id).start - stretch.passages.start
        return [(section, range(before + numbers.start, before + numbers.stop)) for section, numbers in self.outline_of(stretch)]

    def outline_of(self, stretch: Stretch) -> list[tuple[Section, range]]:
        """The sections of a document in reading order, each with the numbers, in its group, of the passages right below it."""
        ends = key_of(stretch.group, stretch.sections.start), key_of(stretch.group, stretch.sections.stop)
        outline: list[tuple[Section, range]] = []
        for key, first, count, document, *row in self.connection.execute(f"{_SECTIONS} WHERE key >= ? AND key < ? ORDER BY key", ends):
            _, section = self._sections.get(key) or (self._documents_at[document], section_of(*row))
            outline.append((section, range(first - stretch.shift, first - stretch.shift + count)))
        return outline

    def passage_with(self, key: int) -> Passage:
        """The passage with this key."""
        passage = self._memory.get(key)
        if passage is None:
            _, *row = self.connection.execute(f"{_PASSAGES} WHERE key = ?", (key,)).fetchone()
            passage = self._from_row(key, False, *row)
            if len(self._memory) >= MEMORY:
                self._memory.clear()
            self._memory[key] = passage
        return passage

    def _from_row(
        self, key: int, several: bool, ident: str, section: int, kind: str, start: int, end: int, byte: int, size: int, sentences: bytes
    ) -> Passage:
        """A passage from its row.

        Args:
            several: others of the same document are looked at too, so that its text is read whole.
        """
        document, of = self._section(key_of(key >> GROUP_BITS, section))
        number = self._numbers[document.id]
        if several or number in self._texts:
            text = document.slice(start, end)
        else:
            (part,) = self.connection.execute(_PART, (byte + 1, size, number)).fetchone()
            text = part.decode("utf-8")
        spans = unpacked(sentences).reshape(-1, 3)[:, :2].tolist()
        parts = tuple(Sentence(Span(a, b), text[a - start : b - start]) for a, b in spans)
        return Passage(ident, document, of, Kind(kind), Span(start, end), text, parts)

    def _numbered(self, number: int) -> Passage:
        n = bisect_right(self._starts, number) - 1
        stretch = self._ordered[n]
        return self.passage_with(key_of(stretch.group, stretch.rows()[number - self._starts[n]]))

    def section_with(self, key: int) -> Section:
        """The section with this key."""
        return self._section(key)[1]

    def _section(self, key: int) -> tuple[Document, Section]:
        section_and_document = self._sections.get(key)
        if section_and_document is None:
            _, _, _, number, *row = self.connection.execute(f"{_SECTIONS} WHERE key = ?", (key,)).fetchone()
            if len(self._sections) >= MEMORY:
                self._sections.clear()
            section_and_document = self._sections[key] = (self._documents_at[number], section_of(*row))
        return section_and_document

    def _group(self, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon) -> Group:
        return Group(self, number, size, stretches, lexicon)

    def _source(self, number: int, check: int) -> StoredText:
        """The text of a document.

        Args:
            number: of the document.
            check: its checksum.
        """
        return StoredText(lambda: self._text(number, check))

    def _stretch(
        self, number: int, ident: str, group: int, first: int, passages: int, first_section: int, sections: int, title: str, publisher: str,
        year: int, url: str | None, about: str, names: str, labels: str, pages: bytes, path: str, check: int, sentences: int, content: bytes,
        recognised: bytes,
    ) -> Stretch:  # fmt: skip
        kinds = (label.split(ITEM) for label in labels.split(BETWEEN) if label)
        numbers = unpacked(pages).reshape(-1, 2).tolist()
        document = Document(
            ident, title, publisher, year, url, about, tuple(names.split(BETWEEN)) if names else (),
            {Kind(kind): label for kind, label in kinds}, self._source(number, check),
            tuple((start, page) for start, page in numbers), Path(path) if path else None, tuple(unpacked(recognised).tolist()),
        )  # fmt: skip
        return Stretch(document, group, range(first, first + passages), range(first_section, first_section + sections), sentences, content)

    def _text(self, number: int, check: int) -> str:
        text = self._texts.get(number)
        if text is None:
            (data,) = self.connection.execute("SELECT text FROM documents WHERE place = ?", (number,)).fetchone()
            text = data.decode("utf-8", "surrogatepass")
            if crc32(data) != check:
                self.discard()
                raise KnowledgeError("index.damaged", path=self.path)
            if len(self._texts) >= TEXTS:
                self._texts.clear()
            self._texts[number] = text
        return text

    def discard(self) -> None:
        """Take a damaged file away, so that it is made anew the next time."""
        if self.path:
            self.path.unlink(missing_ok=True)
            changes_of(self.path).unlink(missing_ok=True)


def version_of(connection: sqlite3.Connection, file: str = "") -> str:
    """See `Index.version`.

    Args:
        file: one of several that the connection reads; by default all together.
    """
    # Imported here: a single question has no need of it.
    from hashlib import blake2b

    (key,) = connection.execute(f"SELECT value FROM {file}facts WHERE name = 'key'").fetchone()  # noqa: S608 - names of ours
    documents = connection.execute(f"SELECT id, digest FROM {file}documents ORDER BY id").fetchall()  # noqa: S608 - names of ours
    return blake2b(repr((key, documents)).encode(errors="replace"), digest_size=8).hexdigest()


_DOCUMENTS = (
    "SELECT place, id, of_group, first, passages, first_section, sections, title, publisher, year, url, about, names, labels, pages, path, checksum, sentences, content_digest, recognised "
    "FROM documents ORDER BY of_group, first"
)
_PASSAGES = "SELECT key, id, section, kind, start, end, byte, bytes, sentences FROM passages"
_PART = "SELECT substr(text, ?, ?) FROM documents WHERE place = ?"
_SECTIONS = "SELECT key, first, passages, document, headings, level, empty, theme != title FROM sections"


def _lines(text: str) -> Iterator[Line]:
    """The lexicon lines of a knowledge folder, as `build` keeps them."""
    for line in text.split("\n") if text else ():
        sign, left, right, origin = line.split(BETWEEN)
        yield Line(Relation(sign), tuple(left.split(ITEM)), tuple(right.split(ITEM)) if right else (), origin)


def _plain(text: str) -> str:
    """A lone surrogate stands in no source, and SQLite takes none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
