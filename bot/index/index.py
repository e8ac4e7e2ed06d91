"""The index as the rest of the program sees it: documents, passages, sections, themes and codes, and the groups that are weighed apart."""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence, Set
from functools import cached_property
from pathlib import Path
from typing import TypeVar
from zlib import crc32

import numpy as np

from bot.errors import KnowledgeError
from bot.index.group import BETWEEN, ITEM, Group, Stretch, section_of
from bot.index.lazy import Lazy, StoredText
from bot.index.schema import FORMAT, GROUP_BITS, Joined, changes_of, content_digests, key_of, read_only, unpacked
from bot.index.vectors import VECTORS, Encoder, Halves, Unit, VectorStore, may_hold, numbers_of
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
    """

    is_whole = True
    joined: Joined | None = None
    apart: Set[str] = frozenset()
    """Whether all lies in one file; where documents lie of which some changed, and which lie in the smaller one of two files; see
    `index.joined`."""

    def __init__(self, connection: sqlite3.Connection, path: Path | None = None, vectors: Path | None = None) -> None:
        self.connection, self.path = connection, path
        self._vectors = VectorStore(vectors or (path.with_suffix(".vectors") if path else None))
        self._texts: dict[int, str] = {}
        self._sections: dict[int, tuple[Document, Section]] = {}
        self._memory: dict[int, Passage] = {}
        stretches: dict[int, list[Stretch]] = {}
        self._places: dict[str, int] = {}
        self._documents_at: dict[int, Document] = {}
        for row in connection.execute(_DOCUMENTS):
            stretch = self._stretch(*row)
            self._places[stretch.document.id], self._documents_at[row[0]] = row[0], stretch.document
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
        self.passages: Sequence[Passage] = Lazy(size, self._numbered)
        lexicon = Lexicon(_lines(self.fact("lexicon")))
        sizes = connection.execute("SELECT number, passages FROM groups ORDER BY place")
        self.groups = tuple(self._group(number, count, stretches[number], lexicon) for number, count in sizes)

    def _in_order(self, stretches: Sequence[Stretch]) -> Sequence[Stretch]:
        """The documents of one group, in the order in which they are numbered."""
        return stretches

    def stretches(self) -> list[list[Stretch]]:
        """The documents of each group, in order, with where they stand."""
        found: dict[int, list[Stretch]] = {}
        for stretch in sorted(self._ordered, key=lambda stretch: stretch.passages.start):
            found.setdefault(stretch.group, []).append(stretch)
        return [found[group.number] for group in self.groups]

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

    def texts_without_vectors(self, model: str) -> int:
        """How many sentences and passages have no vector of this encoder yet.

        Those that came with a document, and those of texts that an earlier version of it had too, are taken over first.
        """
        for stretch in {stretch.document.id: stretch for stretch, _ in self._without_vectors(model)}.values():
            file = stretch.document.path / VECTORS if stretch.document.path else None
            if file and file.exists():
                self._vectors.take_from(file, stretch.digest, model)
        missing = self._without_vectors(model)
        total = sum(_count(stretch, unit) for stretch, unit in missing)
        # Where nearly all is new there is hardly anything to take over, and reading all texts for it would take long.
        if not 0 < total <= MOSTLY_NEW * self._vectors.texts_of_others(model, {stretch.digest for stretch in self._ordered}):
            return total
        for stretch, unit in missing:
            texts = numbers_of(self._texts_of(stretch, unit))
            vectors, there = self._vectors.of_texts(unit, model, texts)
            total -= int(np.count_nonzero(there))
            if there.all():
                self._vectors.write(stretch.digest, unit, model, vectors, texts)
        return total

    def _without_vectors(self, model: str) -> list[tuple[Stretch, Unit]]:
        """The documents that have not all vectors of this encoder, with what has none. They are counted, not read: there may be many."""
        kept = {unit: self._vectors.documents(unit, model) for unit in Unit}
        every = ((stretch, unit) for stretch in self._ordered for unit in Unit)
        return [(stretch, unit) for stretch, unit in every if not may_hold(kept[unit].get(stretch.digest, 0), _count(stretch, unit))]

    def fill_vectors(self, encode: Encoder, model: str, done: Callable[[int, int], None] | None = None) -> None:
        """Make the vectors that are missing, a document at a time: who is stopped half-way goes on where it was.

        Args:
            encode: gives a row for each text.
            model: names the encoder.
            done: is told how many texts of how many are done.
        """
        total, made = self.texts_without_vectors(model), 0
        for stretch, unit in self._without_vectors(model):
            texts = self._texts_of(stretch, unit)
            numbers = numbers_of(texts)
            vectors, there = self._vectors.of_texts(unit, model, numbers)
            new = np.flatnonzero(~there).tolist()
            for first in range(0, len(new), TEXTS_AT_ONCE):
                chosen = new[first : first + TEXTS_AT_ONCE]
                rows = encode([texts[place] for place in chosen])
                if vectors.shape[1] != rows.shape[1]:
                    vectors = np.empty((len(texts), rows.shape[1]), np.float16)
                vectors[chosen] = rows
                made += len(rows)
                if done:
                    done(made, total)
            if texts:
                self._vectors.write(stretch.digest, unit, model, vectors, numbers)
        # Meanwhile another index may have been made in this one's place, with vectors of its own.
        now = content_digests(self.path) if self.path else []
        self._vectors.keep_only([*(stretch.digest for stretch in self._ordered), *now])

    def _texts_of(self, stretch: Stretch, unit: Unit) -> list[str]:
        """The texts of a document that have a vector each."""
        passages = [self.passage_with(key_of(stretch.group, row)) for row in stretch.rows()]
        if unit is Unit.PASSAGE:
            return [_with_headings(passage) for passage in passages]
        return [sentence.text for passage in passages for sentence in passage.sentences]

    def export_vectors(self, document_id: str, model: str) -> None:
        """Write the vectors of a document beside its text, so that they go with it."""
        stretch = self._stretches[document_id]
        assert stretch.document.path is not None
        self._vectors.export(stretch.document.path / VECTORS, stretch.digest, model, {unit: _count(stretch, unit) for unit in Unit})

    def vectors_of(self, stretch: Stretch, unit: Unit, model: str) -> Halves | None:
        """The vectors of one document, or None."""
        return self._vectors.read(stretch.digest, unit, model, _count(stretch, unit))

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
        found = ((key, self.passage_with(key)) for key in self._keys("code", code_number(passage_id)))
        return ((key, passage) for key, passage in found if passage.id == passage_id)

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
        found: list[tuple[Section, range]] = []
        for key, first, count, place, *row in self.connection.execute(f"{_SECTIONS} WHERE key >= ? AND key < ? ORDER BY key", ends):
            _, section = self._sections.get(key) or (self._documents_at[place], section_of(*row))
            found.append((section, range(first - stretch.shift, first - stretch.shift + count)))
        return found

    def passage_with(self, key: int) -> Passage:
        """The passage with this key."""
        found = self._memory.get(key)
        if found is None:
            _, *row = self.connection.execute(f"{_PASSAGES} WHERE key = ?", (key,)).fetchone()
            found = self._from_row(key, False, *row)
            if len(self._memory) >= MEMORY:
                self._memory.clear()
            self._memory[key] = found
        return found

    def _from_row(
        self, key: int, several: bool, ident: str, section: int, kind: str, start: int, end: int, byte: int, size: int, sentences: bytes
    ) -> Passage:
        """A passage from its row.

        Args:
            several: others of the same document are looked at too, so that its text is read whole.
        """
        document, of = self._section(key_of(key >> GROUP_BITS, section))
        place = self._places[document.id]
        if several or place in self._texts:
            text = document.slice(start, end)
        else:
            (part,) = self.connection.execute(_PART, (byte + 1, size, place)).fetchone()
            text = part.decode("utf-8")
        spans = unpacked(sentences).reshape(-1, 3)[:, :2].tolist()
        parts = tuple(Sentence(Span(a, b), text[a - start : b - start]) for a, b in spans)
        return Passage(ident, document, of, Kind(kind), Span(start, end), text, parts)

    def _numbered(self, number: int) -> Passage:
        place = bisect_right(self._starts, number) - 1
        stretch = self._ordered[place]
        return self.passage_with(key_of(stretch.group, stretch.rows()[number - self._starts[place]]))

    def section_with(self, key: int) -> Section:
        """The section with this key."""
        return self._section(key)[1]

    def _section(self, key: int) -> tuple[Document, Section]:
        found = self._sections.get(key)
        if found is None:
            _, _, _, place, *row = self.connection.execute(f"{_SECTIONS} WHERE key = ?", (key,)).fetchone()
            if len(self._sections) >= MEMORY:
                self._sections.clear()
            found = self._sections[key] = (self._documents_at[place], section_of(*row))
        return found

    def _group(self, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon) -> Group:
        return Group(self, number, size, stretches, lexicon)

    def _source(self, place: int, check: int) -> StoredText:
        """The text of a document.

        Args:
            place: of the document.
            check: its checksum.
        """
        return StoredText(lambda: self._text(place, check))

    def _stretch(
        self, place: int, ident: str, group: int, first: int, passages: int, first_section: int, sections: int, title: str, publisher: str,
        year: int, url: str | None, about: str, names: str, labels: str, pages: bytes, path: str, check: int, sentences: int, content: bytes,
        recognised: bytes,
    ) -> Stretch:  # fmt: skip
        kinds = (label.split(ITEM) for label in labels.split(BETWEEN) if label)
        numbers = unpacked(pages).reshape(-1, 2).tolist()
        document = Document(
            ident, title, publisher, year, url, about, tuple(names.split(BETWEEN)) if names else (),
            {Kind(kind): label for kind, label in kinds}, self._source(place, check),
            tuple((start, page) for start, page in numbers), Path(path) if path else None, tuple(unpacked(recognised).tolist()),
        )  # fmt: skip
        return Stretch(document, group, range(first, first + passages), range(first_section, first_section + sections), sentences, content)

    def _text(self, place: int, check: int) -> str:
        found = self._texts.get(place)
        if found is None:
            (data,) = self.connection.execute("SELECT text FROM documents WHERE place = ?", (place,)).fetchone()
            found = data.decode("utf-8", "surrogatepass")
            if crc32(data) != check:
                self.discard()
                raise KnowledgeError("index.damaged", path=self.path)
            if len(self._texts) >= TEXTS:
                self._texts.clear()
            self._texts[place] = found
        return found

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


MOSTLY_NEW = 10
"""Texts without a vector, for each text of an earlier version that has one, from which on nothing is taken over before vectors are made."""

TEXTS_AT_ONCE = 64
"""Texts that are encoded between two reports of how far it is."""

HEADINGS = 2
"""The headings nearest to a passage that its vector holds."""


def _count(stretch: Stretch, unit: Unit) -> int:
    return len(stretch.passages) if unit is Unit.PASSAGE else stretch.sentences


def _with_headings(passage: Passage) -> str:
    """A passage as it can be understood by itself."""
    return f"{' > '.join(passage.section.headings[-HEADINGS:])}: {passage.text}"


def _plain(text: str) -> str:
    """A lone surrogate stands in no source, and SQLite takes none."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
