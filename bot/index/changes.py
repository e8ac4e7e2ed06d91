"""Writes what changed since an index was made into a small file beside it, so that it costs what changed and not what lies there.

A text of a document that changed, came or went counts no more where it was listed; the new ones are listed in the small file. So are those
few texts of other documents in which a word is read otherwise now, because words came or went of which it may be made. How many texts have
a term, and how long texts are on average, is reckoned anew for all that count.

The larger file stays as it is, so that who has it open goes on; once too much has changed, all is written anew as one (`folder`).
"""

import sqlite3
from collections.abc import Mapping, Sequence, Set

from bot.index.bm25 import BM25
from bot.index.build import IndexWriter
from bot.index.earlier import EarlierIndex
from bot.index.group import Group, Stretch
from bot.index.group_writer import Behind, GroupWriter
from bot.index.index import Index
from bot.index.joining import Joining, TooMuch
from bot.index.read import ReadDocument
from bot.index.schema import CHANGES
from bot.index.whole import ALL_BELOW
from bot.language.lexicon_lines import Line

APART_FROM = ALL_BELOW
"""Passages from which on changes are written apart: fewer are written anew in less time than two files would be asked."""

CHANGED_SHARE = 0.08
"""Share of the passages that may lie apart, and that may count no more, before all is written anew as one."""


class ChangesWriter(IndexWriter):
    """Adds the documents that came or changed.

    Args:
        connection: to a new file; see `schema.writable`.
        lines: lexicon lines of the knowledge folder.
        whole: the index in the larger file.
        earlier: that index, with what changed before.
        lexicon: of both.
    """

    def __init__(self, connection: sqlite3.Connection, lines: Sequence[Line], whole: Index, earlier: EarlierIndex) -> None:
        super().__init__(connection, lines, earlier=earlier)
        connection.executescript(CHANGES)
        self._index = whole
        self._group = whole_group(whole)
        (self._documents,) = whole.connection.execute("SELECT max(place) + 1 FROM documents").fetchone()
        (self._groups,) = whole.connection.execute("SELECT max(number) FROM groups").fetchone()
        self._limit = CHANGED_SHARE * len(self._group.passages)

    def add(self, read: ReadDocument) -> None:
        """Add a document.

        Raises:
            TooMuch: see there.
        """
        super().add(read)
        if self._plain and self._plain.passages - len(self._group.passages) > self._limit:
            raise TooMuch

    def _new_plain_group(self) -> GroupWriter:
        self._groups += 1
        (sections,) = self._index.connection.execute("SELECT sections FROM groups WHERE number = ?", (self._group.number,)).fetchone()
        behind = Behind(self._group.number, len(self._group.passages), sections)
        return GroupWriter(self._connection, self._groups, self._lexicon, behind)

    def join(self, documents: Sequence[str], gone: Sequence[str], facts: Mapping[str, str]) -> None:
        """Write what belongs to all documents.

        Args:
            documents: all that there are now, in order.
            gone: those of the larger file that count no more.
            facts: what else is known of the whole file.

        Raises:
            TooMuch: see there.
        """
        stretches = {stretch.document.id: stretch for group in self._index.stretches() for stretch in group}
        numbers_of = dict(self._index.connection.execute("SELECT id, place FROM documents"))
        self._connection.executemany("INSERT INTO gone VALUES (?)", [(numbers_of[name],) for name in gone])
        plain = [stretches[name] for name in gone if stretches[name].group == self._group.number]
        told = {**facts, "whole": self._index.version}
        passages = len(self._group.passages)
        if plain or self._plain:
            group = self._plain = self._plain or self._new_plain_group()
            joining = Joining(self._connection, self._index, self._group, group, self._lexicon, self._limit)
            passages = joining.write(documents, stretches, plain)
            if not passages:
                # A group without texts could not be opened.
                raise TooMuch
            told["joined"] = " ".join(map(str, (self._group.number, group.number, len(self._group.passages), group.sections_before)))
        self._write_groups(documents, stretches, frozenset(gone), passages)
        self._write_facts(told)

    def _write_groups(self, documents: Sequence[str], stretches: Mapping[str, Stretch], gone: Set[str], passages: int) -> None:
        """Which groups there are: the documents with hints in order, those that stand together behind them."""
        new = dict(self._connection.execute("SELECT id, of_group FROM documents"))
        of_document = (new.get(name) or stretches[name].group for name in documents)
        rows = {row[0]: row for row in self._index.connection.execute("SELECT number, passages, sections FROM groups")}
        rows |= {row[0]: row for row in self._connection.execute("SELECT number, passages, sections FROM groups")}
        rows[self._group.number] = (self._group.number, passages, rows[self._group.number][2])
        numbers = [number for number in dict.fromkeys(of_document) if number != self._group.number]
        self._connection.execute("DELETE FROM groups")
        self._connection.executemany(
            "INSERT INTO groups VALUES (?, ?, ?, ?)",
            [(number, position, *rows[number][1:]) for position, number in enumerate([*numbers, self._group.number], 1)],
        )


def whole_group(index: Index) -> Group:
    """The documents of an index that are weighed together.

    Raises:
        TooMuch: there are so few that they are better written anew.
    """
    # They come last.
    group = index.groups[-1]
    if len(group.passages) < APART_FROM or len(group.hints) or not isinstance(group.retriever, BM25):
        raise TooMuch
    return group
