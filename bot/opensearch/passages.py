"""The passages of a local index as they go into the cluster."""

from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

import numpy as np

from bot.index.bm25 import BM25
from bot.index.group import Group, Stretch
from bot.index.index import Index
from bot.index.postings import FIELDS
from bot.index.protocol import Field
from bot.index.schema import Arrays, Integers, key_of, unpacked_words
from bot.knowledge.links import code_number, folded_id
from bot.knowledge.model import Passage
from bot.opensearch.layout import Stored, line, proof
from bot.opensearch.terms import FieldTexts, Forms, Text

LONGEST_MARK = 120
"""Characters before a passage that come along; the mark of a list is shorter, and so is what stands between its points."""


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
        ends = key_of(group.number, 0), key_of(group.number + 1, 0)
        whole = index.connection.execute("SELECT key, whole FROM passages WHERE whole IS NOT NULL AND key >= ? AND key < ?", ends)
        self._whole: dict[int, Integers] = {key - ends[0]: unpacked_words(words) for key, words in whole}
        self._hints = _stems_of_hints(index, group) if len(group.hints) else {}
        self.proofs = np.zeros(len(group.passages), dtype=np.uint64)

    def of(self, stretch: Stretch) -> Iterator[dict[str, Any]]:
        """The passages of one document, as the cluster takes them, without what depends on the version."""
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
                row.facts, hints, mark,
            )  # fmt: skip
            self.proofs[number] = proof(passage.document.id, stored.start, stored.text, mark)
            yield {
                **self._fields.of(Text(row.forms if whole is None else whole, heading, hints)),
                "code": code_number(passage.id), "folded": code_number(folded_id(passage.id)), "weighed": stored.weighed.encoded(),
                "record": stored.encoded(),
            }  # fmt: skip

    def digest(self, stretch: Stretch) -> str:
        """Changes when anything does that the cluster holds of a document."""
        found = blake2b(digest_size=16)
        for passage in self.of(stretch):
            found.update(line(passage).encode())
        return found.hexdigest()


def _between(passage: Passage, before: Passage | None) -> str:
    """What stands before a passage: from the beginning of its line, or from the end of the passage before."""
    document, start = passage.document, passage.span.start
    reach = max(start - LONGEST_MARK, 0 if before is None else min(before.span.end, start))
    gap, on_line = document.slice(reach, start), document.line_before(start)[-LONGEST_MARK:]
    return max(gap, on_line, key=len)


def _stems_of_hints(index: Index, group: Group) -> dict[int, list[str]]:
    """The stems of each passage's hints, as the posting lists have them."""
    engine = group.retriever
    assert isinstance(engine, BM25)
    place = FIELDS.index(Field.HINTS)
    terms = index.connection.execute("SELECT term FROM terms WHERE of_group = ? AND field = ? ORDER BY term", (group.number, place))
    found: dict[int, list[str]] = {}
    for (term,) in terms:
        for number, count in engine.counts(Field.HINTS, term):
            found.setdefault(number, []).extend([term] * count)
    return found
