"""The passages of one group, fetched from the cluster when they are asked for, several at once, and each proven."""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.errors import EngineError
from bot.index.group import Stretch
from bot.index.schema import Integers, Rows
from bot.index.sentences import PassageRow, SentenceIndex
from bot.index.words import Words
from bot.opensearch.connection import Cluster, Missing
from bot.opensearch.layout import VERSION_BITS, Stored, Weighed, id_of, proof
from bot.opensearch.terms import Forms, Text

REMEMBERED = 4_000
"""Passages that are remembered."""

FIRST, NEAR = 6, 12
"""Of the best passages so many come with up to so many on either side that stand under the same heading."""

AHEAD = 12
"""Passages on either side that come along with one that nobody foresaw: who reads the points of a list goes from one to the next."""


class Record(NamedTuple):
    """A passage, with its words as numbers.

    Attributes:
        section: its place among the sections of the group.
        row: what `SentenceIndex` asks for.
        before: the words of the last sentence of the passage before, in the same section.
        lengths: how many keys each sentence has.
    """

    stored: Stored
    section: int
    row: PassageRow
    before: Integers
    lengths: Sequence[int]


class Records:
    """The passages of one group.

    Args:
        cluster, index: where they lie.
        stretches: the documents of the group, in order.
        versions: of each of them, in the same order.
        words: of the group.
        headings: the words of each section's headings.
        proofs: of each passage, see `layout.proof`.
        under_heading: gives the passages right below the heading of one.
    """

    def __init__(
        self, cluster: Cluster, index: str, stretches: Sequence[Stretch], versions: Sequence[int], words: Words, headings: Rows, proofs: NDArray[np.uint64],
        under_heading: Callable[[int], range],
    ) -> None:  # fmt: skip
        self.words = words
        self._cluster, self._index = cluster, index
        self._stretches, self._versions, self._headings, self._proofs = stretches, versions, headings, proofs
        self._firsts = [stretch.passages.start for stretch in stretches]
        self._of_version = dict(zip(versions, stretches, strict=True))
        self._forms = Forms(words)
        self._memory: dict[int, Record] = {}
        self._under_heading = under_heading
        self._lock = Lock()

    def __len__(self) -> int:
        return self._stretches[-1].passages.stop if self._stretches else 0

    def versions(self, among: Sequence[range]) -> list[int]:
        """The versions of documents, by the numbers of their passages."""
        return sorted({self._version_of(stretch.start) for stretch in among if stretch})

    def fetch(self, numbers: Iterable[int]) -> None:
        """Read passages, all in one request; those that are remembered need none.

        Raises:
            EngineError: the cluster does not answer, or what it gives is not what was put into it.
        """
        wanted = [number for number in dict.fromkeys(numbers) if number not in self._memory]
        if not wanted:
            return
        ids = {id_of(self._version_of(number), number - self._stretch_of(number).passages.start): number for number in wanted}
        try:
            reply = self._cluster.question("POST", f"/{self._index}/_mget", {"ids": list(ids)}, _source_includes="record", filter_path="docs._id,docs._source")  # fmt: skip
        except Missing:
            raise EngineError("engine.moved_on") from None
        # What another state has left behind is missing: the next look at the cluster shows which one counts.
        given = {item["_id"]: item["_source"]["record"] for item in reply.get("docs", ()) if "_source" in item}
        if len(given) < len(ids):
            raise EngineError("engine.moved_on")
        found = {number: self._read(number, given[ident]) for ident, number in ids.items()}
        with self._lock:
            self._memory.update(found)
            while len(self._memory) > max(REMEMBERED, len(found)):
                del self._memory[next(iter(self._memory))]

    def beside(self, numbers: Sequence[int]) -> list[int]:
        """The passages near the first of some, under the same heading: a reply may hold the list that they are points of."""
        found: list[int] = []
        for number in numbers[:FIRST]:
            around = self._under_heading(number)
            found += range(max(around.start, number - NEAR), min(around.stop, number + NEAR + 1))
        return found

    def record(self, number: int) -> Record:
        """One passage; those beside it come along where it has to be fetched."""
        found = self._memory.get(number)
        if found is None:
            around = self._stretch_of(number).passages
            self.fetch([number, *range(max(around.start, number - AHEAD), min(around.stop, number + AHEAD + 1))])
            found = self._memory.get(number)
        return found if found is not None else self.record(number)

    def several(self, numbers: Sequence[int]) -> dict[int, Record]:
        """Passages by their numbers."""
        found = {number: self._memory.get(number) for number in numbers}
        if None in found.values():
            self.fetch(numbers)
        return {number: record or self.record(number) for number, record in found.items()}

    def texts(self, numbers: Sequence[int]) -> dict[int, Text]:
        """What weighing passages takes."""
        return {number: self._text(number, record.stored.weighed) for number, record in self.several(numbers).items()}

    def weighed(self, proposals: Iterable[tuple[int, Weighed]]) -> dict[int, Text]:
        """The same of passages as a search gives them; those of another state are left out.

        Args:
            proposals: each with its key in the cluster.
        """
        found: dict[int, Text] = {}
        for key, weighed in proposals:
            stretch, place = self._of_version.get(key >> VERSION_BITS), key & ((1 << VERSION_BITS) - 1)
            if stretch is not None and place < len(stretch.passages):
                number = stretch.passages[place]
                found[number] = self._text(number, weighed)
        return found

    def number_of(self, key: int) -> int | None:
        """The number of the passage with a key in the cluster; None where it is of another state."""
        stretch, place = self._of_version.get(key >> VERSION_BITS), key & ((1 << VERSION_BITS) - 1)
        return stretch.passages[place] if stretch is not None and place < len(stretch.passages) else None

    def prove(self, number: int, stored: Stored) -> None:
        """Prove that a passage is what was read from its source when it was put into the cluster.

        Raises:
            EngineError: it is not.
        """
        if proof(self._stretch_of(number).document.id, stored.start, stored.text, stored.mark) != int(self._proofs[number]):
            raise EngineError("engine.not_proven", passage=stored.id)

    def _read(self, number: int, data: dict[str, object]) -> Record:
        try:
            stored = Stored.decoded(data)
            values = np.asarray(stored.sentences, dtype=np.int64).reshape(-1, 4)
            section = self._stretch_of(number).sections[stored.section]
        except (KeyError, ValueError, TypeError, IndexError):
            raise EngineError("engine.not_proven", passage=self._stretch_of(number).document.id) from None
        self.prove(number, stored)
        row = PassageRow(section, stored.kind, values[:, 2], self._forms.numbers(stored.forms), stored.facts)
        return Record(stored, section, row, self._forms.numbers(stored.before), values[:, 3].tolist())

    def _text(self, number: int, weighed: Weighed) -> Text:
        section = self._stretch_of(number).sections[weighed.section]
        return Text(self._forms.numbers(weighed.forms), self._headings.row(section).astype(np.int64), weighed.hints)

    def _stretch_of(self, number: int) -> Stretch:
        return self._stretches[bisect_right(self._firsts, number) - 1]

    def _version_of(self, number: int) -> int:
        return self._versions[bisect_right(self._firsts, number) - 1]


class FetchedSentences(SentenceIndex):
    """The sentences of passages that are fetched.

    Args:
        records: reads them.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, words: Words, records: Records) -> None:
        super().__init__(connection, group, words)
        self._records = records

    def _read(self, passages: Iterable[int]) -> dict[int, PassageRow]:
        return {number: record.row for number, record in self._records.several(list(passages)).items()}

    def _before(self, passages: Sequence[int]) -> list[Integers]:
        found = self._records.several(passages)
        return [found[number].before for number in passages]

    def _length(self, passage: int, sentence: int) -> int:
        return self._records.record(passage).lengths[sentence]
