"""What an index holds of documents that did not change, for the index that takes its place: they are not read again.

All that an index holds is numbered within a group, and one document more or less changes the numbers, what each word tells, and even how
the compounds of other documents are taken apart. So a group is written anew, from what follows from each of its documents alone, and from
what is known of each word that no change can have touched. A document with hints is a group of its own: that is copied as it stands.
"""

import sqlite3
from collections.abc import Iterable, Sequence, Set
from zlib import crc32

import numpy as np

from bot.index.group import BETWEEN, Stretch, section_of
from bot.index.index import Index
from bot.index.read import ReadDocument, ReadPassage
from bot.index.schema import GROUP_BITS, Arrays, key_of, unpacked, unpacked_words
from bot.index.words import CONTENT, IN_SOURCE, Words
from bot.knowledge.model import Section
from bot.language.analysis import ROOT_MARK, WordRow
from bot.language.compounds import that_may_hold
from bot.language.function_words import LIGHT_WORDS
from bot.language.lexicon import Lexicon
from bot.language.near_words import Signs
from bot.language.vocabulary import base_words


class EarlierIndex:
    """The index that is to be replaced.

    Args:
        index: made by the same program, with the same lexicon.
    """

    def __init__(self, index: Index) -> None:
        self._connection, self._joined = index.connection, index.joined
        self._stretches = {stretch.document.id: stretch for group in index.stretches() for stretch in group}
        self._hinted = {group.number for group in index.groups if len(Arrays(self._connection, group.number).numbers("hinted.starts")) > 1}
        self._words: dict[int, EarlierWords] = {}

    def words(self) -> "EarlierWords | None":
        """The words of the documents without hints; None where there are none."""
        plain = {stretch.group for stretch in self._stretches.values()} - self._hinted
        return self._words_of(plain.pop()) if plain else None

    def _is_change(self, stretch: Stretch) -> bool:
        """Whether the rows of a document lie in the smaller one of two files."""
        return self._joined is not None and stretch.group == self._joined.group and stretch.rows().start >= self._joined.passages

    def _words_of(self, group: int) -> "EarlierWords":
        if group not in self._words:
            self._words[group] = EarlierWords(Arrays(self._connection, group))
        return self._words[group]

    def has_hints(self, document_id: str) -> bool:
        """Whether a document has hints."""
        return self._stretches[document_id].group in self._hinted

    def read(self, document_id: str, stamp: str) -> ReadDocument:
        """What `read.read_document` said of a document without hints.

        Args:
            stamp: what its files look like now.

        Raises:
            ValueError: the file is damaged.
        """
        stretch = self._stretches[document_id]
        digest, years, links, themes, checksum, content, forms, sources, text = self._connection.execute(
            _DOCUMENT, (document_id,)
        ).fetchone()
        if crc32(text) != checksum:
            raise ValueError(document_id)
        changed = self._joined if self._is_change(stretch) else None
        known, words = self._words_of(changed.changes if changed else stretch.group), unpacked_words(forms)
        row_of = np.zeros(len(known.forms), dtype=np.int64)
        row_of[words] = np.arange(len(words))
        ends = key_of(stretch.group, stretch.rows().start), key_of(stretch.group, stretch.rows().stop)
        passages, encoded = [], []
        for ident, code, folded, section, kind, start, end, byte, size, sentences, packed, whole, facts in self._connection.execute(
            _PASSAGES, ends
        ):
            of_passage = row_of[unpacked_words(whole)] if whole is not None else None
            section -= stretch.sections.start
            passages.append(ReadPassage(ident, code, folded, section, kind, start, end, byte, size, sentences, of_passage, facts, ()))
            encoded.append(packed)
        sections = (section - changed.sections if changed else section for section in stretch.sections)
        headings = [row_of[known.headings.row(section)] for section in sections]
        flags = np.unpackbits(np.frombuffer(sources, dtype=np.uint8), count=len(words))
        return ReadDocument(
            stretch.document, digest, stamp, text, [int(year) for year in years.split(",")], themes.split(BETWEEN) if themes else [], content,
            self._sections(stretch), headings, passages, links.split(BETWEEN) if links else [], [known.forms[word] for word in words.tolist()],
            row_of[unpacked_words(b"".join(encoded))], np.flatnonzero(flags), np.empty(0, dtype=np.int64),
        )  # fmt: skip

    def facts(self, document_id: str) -> dict[str, str]:
        """The answer types of each sentence that a document had, see `facts.encoded_facts`; none where there was no such document.

        Raises:
            ValueError: the file is damaged.
        """
        stretch, facts_by_text = self._stretches.get(document_id), dict[str, str]()
        if stretch is not None:
            data, checksum = self._connection.execute("SELECT text, checksum FROM documents WHERE id = ?", (document_id,)).fetchone()
            if crc32(data) != checksum:
                raise ValueError(document_id)
            text = data.decode("utf-8", "surrogatepass")
            ends = key_of(stretch.group, stretch.rows().start), key_of(stretch.group, stretch.rows().stop)
            for sentences, facts in self._connection.execute("SELECT sentences, facts FROM passages WHERE key >= ? AND key < ?", ends):
                spans = unpacked(sentences).reshape(-1, 3)[:, :2].tolist()
                facts_by_text.update((text[start:end], line) for (start, end), line in zip(spans, facts.split("\n"), strict=True))
        return facts_by_text

    def _sections(self, stretch: Stretch) -> list[Section]:
        ends = key_of(stretch.group, stretch.sections.start), key_of(stretch.group, stretch.sections.stop)
        rows = self._connection.execute(
            "SELECT headings, level, empty, theme != title FROM sections WHERE key >= ? AND key < ? ORDER BY key", ends
        )
        return [section_of(*row) for row in rows]

    def copy(self, document_id: str, stamp: str, target: sqlite3.Connection, group: int, number: int) -> None:
        """Put a document with hints into another file, with all of its group.

        Args:
            stamp: what its files look like now.
            group: the number of the group there.
            number: that of the document.
        """
        was = self._stretches[document_id].group
        shift, ends = group - was << GROUP_BITS, (key_of(was, 0), key_of(was + 1, 0))
        for table, replaced, condition, given in (
            ("groups", {"number": group, "place": group}, "number = ?", (was,)),
            ("documents", {"place": number, "of_group": group, "stamp": stamp}, "id = ?", (document_id,)),
            ("sections", {"document": number}, "key >= ? AND key < ?", ends),
            ("passages", {}, "key >= ? AND key < ?", ends),
            ("terms", {"of_group": group}, "of_group = ?", (was,)),
            ("arrays", {"of_group": group}, "of_group = ?", (was,)),
        ):
            rows = self._connection.execute(f"SELECT * FROM {table} WHERE {condition}", given)  # noqa: S608 - names of ours
            names = [column[0] for column in rows.description]
            marks = ", ".join(f"? + {shift}" if name == "key" else "?" for name in names)
            changed = [(names.index(name), value) for name, value in replaced.items()]
            target.executemany(f"INSERT INTO {table} VALUES ({marks})", (_with(row, changed) for row in rows))  # noqa: S608 - names of ours


def _with(row: Sequence[object], changed: Iterable[tuple[int, object]]) -> list[object]:
    changed_row = list(row)
    for column, value in changed:
        changed_row[column] = value
    return changed_row


_DOCUMENT = "SELECT digest, years, links, themes, checksum, content_digest, forms, sources, text FROM documents WHERE id = ?"
_PASSAGES = (
    "SELECT id, code, folded, section, kind, start, end, byte, bytes, sentences, words, whole, facts "
    "FROM passages WHERE key >= ? AND key < ? ORDER BY key"
)


class EarlierWords:
    """The words of one group, and what is known of each.

    Args:
        arrays: of the group.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._words = Words(arrays)
        self.forms, self.headings = self._words.forms.all(), arrays.rows("headings")

    def table(self, sources: Set[str], lexicon: Lexicon) -> dict[str, WordRow]:
        """What is known of the words that are read now as they were then, for `Analyser`.

        Args:
            sources: the folded words of the sources now.
            lexicon: now as then.
        """
        flags, keys = self._words.form_flags, self._words.keys.all()
        earlier = {form.removesuffix(CONTENT) for form, flag in zip(self.forms, flags, strict=True) if flag & IN_SOURCE}
        changed = {word for word in earlier ^ sources if word not in base_words() and word not in lexicon}
        touched = that_may_hold(self.forms, changed)
        starts, values = self._words.keys_of.starts.tolist(), self._words.keys_of.values.tolist()
        table: dict[str, WordRow] = {}
        for form, start, end in zip(self.forms, starts, starts[1:], strict=False):
            if start < end and form not in touched:
                keys_of_form = [keys[key] for key in values[start:end]]
                stems, roots = keys_of_form[::2], [key.removeprefix(ROOT_MARK) for key in keys_of_form[1::2]]
                table[form] = (stems[0], roots[0], tuple(zip(stems[1:], roots[1:], strict=True)), form in LIGHT_WORDS)
        return table

    def signs(self) -> dict[str, Signs]:
        """What typing errors need of the words of the sources."""
        return {self.forms[number].removesuffix(CONTENT): signs for number, signs in self._words.spelling(IN_SOURCE).signs()}
