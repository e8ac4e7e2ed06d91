"""The passages of one group, fetched from the cluster when they are asked for, several at once, and each proven."""

import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import EngineError
from bot.index.group import Stretch
from bot.index.schema import Integers, Rows
from bot.index.sentences import PassageRow, SentenceIndex
from bot.index.words import Words
from bot.named import NamedTuple
from bot.opensearch.journey import MOST, Journey, NotAtHand, Search
from bot.opensearch.layout import VERSION_BITS, Packed, Stored, Weighed, key_of, proof
from bot.opensearch.terms import Forms, Text

REMEMBERED = 4_000
"""Passages that are remembered."""

AHEAD = 12
"""Passages on either side that come along with one that nobody foresaw: who reads the points of a list goes from one to the next."""


MOST_STRETCHES = 500
"""Stretches of passages that one search names; a cluster takes 1,024."""


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
        journey: fetches them.
        stretches: the documents of the group, in order.
        versions: of each of them, in the same order.
        words: of the group.
        headings: the words of each section's headings.
        proofs: of each passage, see `layout.proof`.
        known: is told of each passage that is read, with its number.
    """

    def __init__(
        self, journey: Journey, stretches: Sequence[Stretch], versions: Sequence[int], words: Words, headings: Rows, proofs: NDArray[np.uint64],
        known: Callable[[str, int], None],
    ) -> None:  # fmt: skip
        self.words = words
        self._journey, self._known = journey, known
        self._stretches, self._versions, self._headings, self._proofs = stretches, versions, headings, proofs
        self._firsts = [stretch.passages.start for stretch in stretches]
        self._of_version = dict(zip(versions, stretches, strict=True))
        self._forms = Forms(words)
        self._packed: dict[int, Packed] = {}
        self._memory: dict[int, Record] = {}
        self._lock = Lock()

    def __len__(self) -> int:
        return self._stretches[-1].passages.stop if self._stretches else 0

    def fetch(self, numbers: Iterable[int]) -> bool:
        """Have passages at hand, all by one request; those that are remembered need none.

        Returns:
            Whether they are; in a rehearsal those that are not come after it.

        Raises:
            EngineError: the cluster does not answer, or what it gives is not what was put into it.
        """
        wanted = [n for n in dict.fromkeys(numbers) if n not in self._memory and n not in self._packed]
        return not wanted or self._journey.get(self, wanted, self._searches)

    def keep(self, passages: Iterable[Packed]) -> None:
        """Remember passages that came with a search."""
        numbered = [(self.number_of(passage.key), passage) for passage in passages]
        with self._lock:
            self._packed.update((number, passage) for number, passage in numbered if number is not None)
            while len(self._packed) > max(REMEMBERED, len(numbered)):
                del self._packed[next(iter(self._packed))]

    def record(self, number: int) -> Record:
        """One passage; those beside it come along where it has to be fetched.

        Raises:
            EngineError: see `fetch`.
            NotAtHand: it is not there in a rehearsal.
        """
        record, packed = self._memory.get(number), self._packed.get(number)
        if record is None and packed is None:
            around = self._stretch_of(number).passages
            if not self.fetch([number, *range(max(around.start, number - AHEAD), min(around.stop, number + AHEAD + 1))]):
                raise NotAtHand
            packed = self._packed.get(number)
        if record is None and packed is not None:
            record = self._read(number, packed)
            with self._lock:
                self._memory[number] = record
                while len(self._memory) > REMEMBERED:
                    del self._memory[next(iter(self._memory))]
        return record if record is not None else self.record(number)

    def several(self, numbers: Sequence[int]) -> dict[int, Record]:
        """Passages by their numbers; see `record`."""
        if not self.fetch(numbers):
            raise NotAtHand
        return {number: self.record(number) for number in numbers}

    def texts(self, numbers: Sequence[int]) -> dict[int, Text] | None:
        """What weighing passages takes; None in a rehearsal where not all are at hand."""
        if not self.fetch(numbers):
            return None
        return {number: self._text(number, self.record(number).stored.weighed) for number in numbers}

    def weighed(self, passages: Iterable[Packed]) -> dict[int, Text]:
        """The same of passages as a search gives them; those of another state are left out."""
        numbered = ((self.number_of(passage.key), passage.weighed) for passage in passages)
        return {number: self._text(number, weighed) for number, weighed in numbered if number is not None}

    def number_of(self, key: int) -> int | None:
        """The number of the passage with a key in the cluster; None where it is of another state."""
        stretch, ordinal = self._of_version.get(key >> VERSION_BITS), key & ((1 << VERSION_BITS) - 1)
        return stretch.passages[ordinal] if stretch is not None and ordinal < len(stretch.passages) else None

    def versions(self, among: Sequence[range]) -> list[int]:
        """The versions of the documents of some stretches of passages."""
        return sorted({first >> VERSION_BITS for stretch in among for first, _ in self.keys(stretch)})

    def keys(self, stretch: range) -> list[tuple[int, int]]:
        """The keys of a stretch of passages in the cluster: the first and the last of each document in it."""
        keys = []
        for n in range(bisect_right(self._firsts, stretch.start) - 1, len(self._firsts)):
            of, version = self._stretches[n].passages, self._versions[n]
            first, end = max(of.start, stretch.start), min(of.stop, stretch.stop)
            if of.start >= stretch.stop:
                break
            if first < end:
                keys.append((key_of(version, first - of.start), key_of(version, end - 1 - of.start)))
        return keys

    def prove(self, number: int, stored: Stored) -> None:
        """Prove that a passage is what was read from its source when it was put into the cluster.

        Raises:
            EngineError: it is not.
        """
        if proof(self._stretch_of(number).document.id, stored) != int(self._proofs[number]):
            raise EngineError("engine.not_proven", passage=stored.id)

    def _searches(self, numbers: Sequence[int]) -> Sequence[Search]:
        """Searches for passages by their numbers."""
        searches: list[Search] = []
        stretches: list[tuple[int, int]] = []
        wanted: list[int] = []
        for number in sorted(numbers):
            key = self._key_of(number)
            if stretches and stretches[-1][1] + 1 == key:
                stretches[-1] = stretches[-1][0], key
            else:
                stretches.append((key, key))
            wanted.append(number)
            if len(stretches) == MOST_STRETCHES or len(wanted) == MOST:
                searches.append(self._search(wanted, stretches))
                stretches, wanted = [], []
        return [*searches, self._search(wanted, stretches)] if wanted else searches

    def _search(self, numbers: Sequence[int], stretches: Sequence[tuple[int, int]]) -> Search:
        def take(passages: Sequence[Packed]) -> None:
            # What another state has left behind is missing: the next look at the cluster shows which one counts.
            if {self.number_of(passage.key) for passage in passages} != set(numbers):
                raise EngineError("engine.moved_on")
            self.keep(passages)

        return Search({"bool": {"filter": [within(stretches)]}}, len(numbers), take)

    def _read(self, number: int, packed: Packed) -> Record:
        try:
            stored = packed.stored()
            values = np.asarray(stored.sentences, dtype=np.int64).reshape(-1, 4)
            section = self._stretch_of(number).sections[stored.section]
        except (ValueError, TypeError, IndexError):
            raise EngineError("engine.not_proven", passage=self._stretch_of(number).document.id) from None
        self.prove(number, stored)
        self._known(stored.id, number)
        row = PassageRow(section, stored.kind, values[:, 2], self._forms.numbers(stored.forms), stored.facts)
        return Record(stored, section, row, self._forms.numbers(stored.before), values[:, 3].tolist())

    def _text(self, number: int, weighed: Weighed) -> Text:
        section = self._stretch_of(number).sections[weighed.section]
        return Text(self._forms.numbers(weighed.forms), self._headings.row(section).astype(np.int64), weighed.hints)

    def _key_of(self, number: int) -> int:
        return key_of(self._versions[bisect_right(self._firsts, number) - 1], number - self._stretch_of(number).passages.start)

    def _stretch_of(self, number: int) -> Stretch:
        return self._stretches[bisect_right(self._firsts, number) - 1]


def within(keys: Iterable[tuple[int, int]]) -> dict[str, Any]:
    """The query for passages whose keys lie from the first to the last of any of some pairs."""
    return {"bool": {"should": [{"range": {"key": {"gte": first, "lte": last}}} for first, last in keys]}}


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
        records = self._records.several(passages)
        return [records[number].before for number in passages]

    def _length(self, passage: int, sentence: int) -> int:
        return self._records.record(passage).lengths[sentence]
