"""The passages of a local index as they go into the cluster."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from typing import Any

import numpy as np

from bot.index.bm25 import BM25
from bot.index.group import Group, Stretch
from bot.index.index import Index
from bot.index.postings import FIELDS
from bot.index.protocol import Field
from bot.index.schema import Arrays, Integers, unpacked_words
from bot.index.schema import key_of as key_in_group
from bot.knowledge.links import code_number, folded_id
from bot.knowledge.model import Kind, Passage
from bot.named import NamedTuple
from bot.opensearch.layout import Stored, key_of, line, packed, proof
from bot.opensearch.terms import FieldTexts, Forms, Text

LONGEST_MARK = 1_000
"""Characters before a passage that come along, and behind a row of a table: marks of lists, headings and the lines of a table are shorter."""


KINDS = tuple(Kind)
"""As numbers, in the snapshot."""


class GroupPassages:
    """The passages of one group.

    Args:
        index: the index, with the passages in it.
        group: of the index.

    Attributes:
        proofs: of the passages read so far, by number.
    """

    def __init__(self, index: Index, group: Group) -> None:
        self._index, self._group = index, group
        arrays = Arrays(index.connection, group.number)
        self._headings = arrays.rows("headings")
        self._fields, self._forms = FieldTexts(group.words), Forms(group.words)
        ends = key_in_group(group.number, 0), key_in_group(group.number + 1, 0)
        whole = index.connection.execute("SELECT key, whole FROM passages WHERE whole IS NOT NULL AND key >= ? AND key < ?", ends)
        self._whole: dict[int, Integers] = {key - ends[0]: unpacked_words(words) for key, words in whole}
        self._hints = _stems_of_hints(index, group) if len(group.hints) else {}
        self.proofs = np.zeros(len(group.passages), dtype=np.uint64)
        self.kinds = np.zeros(len(group.passages), dtype=np.uint8)

    def of(self, stretch: Stretch) -> Iterator["ToSend"]:
        """The passages of one document."""
        rows = self._group.sentences
        before: Passage | None = None
        for number in stretch.passages:
            passage, row = self._group.passages[number], rows.row(number)
            views = rows.lengths(number)
            whole = self._whole.get(number)
            hints = self._hints.get(number, ())
            heading = self._headings.row(row.section).astype(np.int64)
            mark = _between(passage, before)
            before = passage
            sentences = [
                value
                for sentence, size, length in zip(passage.sentences, row.sizes.tolist(), views, strict=True)
                for value in (*sentence.span, size, length)
            ]
            stored = Stored(
                passage.id, row.section - stretch.sections.start, row.kind, passage.span.start, passage.text, sentences,
                self._forms.entries(row.forms), None if whole is None else self._forms.entries(whole), self._forms.entries(rows.before(number)),
                row.facts, hints, mark, _behind(passage),
            )  # fmt: skip
            self.proofs[number] = proof(passage.document.id, stored)
            self.kinds[number] = KINDS.index(passage.kind)
            terms = self._fields.of(Text(row.forms if whole is None else whole, heading, hints))
            codes = {"code": code_number(passage.id), "folded": code_number(folded_id(passage.id))}
            yield ToSend({**terms, **codes}, stored)

    def digest(self, stretch: Stretch) -> str:
        """Changes when anything does that the cluster holds of a document."""
        return digest_of(self.of(stretch))


class ToSend(NamedTuple):
    """A passage on its way into the cluster.

    Attributes:
        searched: what it is found by.
        stored: what comes back.
    """

    searched: Mapping[str, Any]
    stored: Stored

    def document(self, version: int, ordinal: int) -> dict[str, Any]:
        """As the cluster takes it; see `layout.key_of`."""
        return {**self.searched, "key": key_of(version, ordinal), "version": version, "passage": packed(self.stored, version, ordinal)}


def digest_of(passages: Iterable[ToSend]) -> str:
    """See `GroupPassages.digest`."""
    digest = blake2b(digest_size=16)
    for passage in passages:
        # Whatever its version and place are.
        digest.update(line(passage.document(0, 0)).encode())
    return digest.hexdigest()


def _between(passage: Passage, before: Passage | None) -> str:
    """What stands before a passage: from the beginning of its line, or from the end of the passage before; of a table the line above too."""
    document, start = passage.document, passage.span.start
    reach = max(start - LONGEST_MARK, 0 if before is None else min(before.span.end, start))
    gap, on_line = document.slice(reach, start), document.line_before(start)[-LONGEST_MARK:]
    if on_line.lstrip().startswith("|"):
        above = start - len(on_line) - 1
        on_line = document.slice(max(above - len(document.line_before(above)) - 1, start - LONGEST_MARK, 0), start)
    return max(gap, on_line, key=len)


def _behind(passage: Passage) -> str:
    """What stands behind a row of a table, to the end of the line below it; nothing behind what is no such row."""
    document, end = passage.document, passage.span.end
    if not document.line_before(passage.span.start).lstrip().startswith("|"):
        return ""
    return "\n".join(document.slice(end, min(end + LONGEST_MARK, document.length)).split("\n")[:2])


def _stems_of_hints(index: Index, group: Group) -> dict[int, list[str]]:
    """The stems of each passage's hints, as the posting lists have them."""
    engine = group.retriever
    assert isinstance(engine, BM25)
    ordinal = FIELDS.index(Field.HINTS)
    terms = index.connection.execute("SELECT term FROM terms WHERE of_group = ? AND field = ? ORDER BY term", (group.number, ordinal))
    stems: dict[int, list[str]] = {}
    for (term,) in terms:
        for number, count in engine.counts(Field.HINTS, term):
            stems.setdefault(number, []).extend([term] * count)
    return stems
