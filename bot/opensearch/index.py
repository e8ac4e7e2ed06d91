"""The index of a knowledge folder whose passages lie in a cluster: for the rest of the program an `index.Index` like any other."""

import sqlite3
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from pathlib import Path

import numpy as np

from bot.errors import EngineError
from bot.index.group import Group, Stretch
from bot.index.index import Index
from bot.index.index_vectors import count
from bot.index.lazy import StoredText, checksum
from bot.index.schema import FORMAT, GROUP_BITS, Arrays, key_of, read_only
from bot.index.vectors import Unit
from bot.knowledge.links import code_number, folded_id
from bot.knowledge.model import Document, Kind, Passage, Sentence, Span
from bot.language.lexicon import Lexicon
from bot.opensearch.connection import Cluster
from bot.opensearch.journey import Journey, NotAtHand, Result, Search
from bot.opensearch.layout import Packed
from bot.opensearch.passages import KINDS
from bot.opensearch.records import FetchedSentences, Record, Records
from bot.opensearch.retriever import ProposedBM25
from bot.opensearch.snapshot import State, asked_of_documents, count_pieces, current_state, fetch_snapshot, read_pieces

TEXTS = 8
"""Documents whose whole text is remembered."""


class FetchedText(StoredText):
    """The text of a document in the cluster: a stretch of it at hand, the whole when it is asked for.

    Args:
        read: gives the whole.
        version: of the document.
        length: of the whole text.
        names: of the words that are asked of whole documents those that stand in it, see `snapshot.asked_of_documents`.
        start: where the stretch at hand begins, with the beginning of its line.
        near: the stretch.
        passage: where the passage in it stands.
        prove: proves it against what was read from the source, and raises EngineError where it is another: once more for each quote, which
            takes a passage whole. What is looked at beside was proven when it came.
    """

    __slots__ = ("_length", "_names", "_near", "_passage", "_prove", "_start", "_version")

    def __init__(
        self, read: Callable[[], str], version: int, length: int, names: frozenset[str], start: int = 0, near: str = "",
        passage: Span = Span(0, 0), prove: Callable[[], None] | None = None,  # noqa: B008 - a Span is never changed
    ) -> None:  # fmt: skip
        super().__init__(read)
        self._version, self._length, self._names, self._start, self._near = version, length, names, start, near
        self._passage, self._prove = passage, prove

    def slice(self, start: int, end: int) -> str:
        """See `StoredText.slice`."""
        if self._near and self._start <= start <= end <= self._start + len(self._near):
            if self._prove and start <= self._passage.start and self._passage.end <= end:
                self._prove()
            return self._near[start - self._start : end - self._start]
        return super().slice(start, end)

    def line_before(self, offset: int) -> str:
        """See `StoredText.line_before`."""
        return self._before(offset).rpartition("\n")[2] if self._at_hand(offset) else super().line_before(offset)

    def line_above(self, offset: int) -> str:
        """See `StoredText.line_above`."""
        above = self._before(offset).rpartition("\n")[0] if self._at_hand(offset) else ""
        # A line that has no end before it may begin before the stretch at hand.
        whole = "\n" in above or (self._at_hand(offset) and not self._start)
        return above.rpartition("\n")[2] if whole else super().line_above(offset)

    def line_below(self, offset: int) -> str:
        """See `StoredText.line_below`."""
        below = self._near[offset - self._start :].split("\n")[1:2] if self._at_hand(offset) else []
        return below[0] if below else super().line_below(offset)

    def offset_before(self, words: str, offset: int) -> int:
        """See `StoredText.offset_before`."""
        position = self._before(offset).rfind(words) if self._at_hand(offset) else -1
        return self._start + position if position >= 0 else super().offset_before(words, offset)

    def holds(self, words: str) -> bool | None:
        """See `StoredText.holds`."""
        return words in self._names if words in asked_of_documents() else None

    def at(self, start: int, near: str, passage: Span, prove: Callable[[], None]) -> "FetchedText":
        """The same text with another stretch at hand."""
        return FetchedText(self._read, self._version, self._length, self._names, start, near, passage, prove)

    def _at_hand(self, offset: int) -> bool:
        return bool(self._near) and self._start <= offset <= self._start + len(self._near)

    def _before(self, offset: int) -> str:
        return self._near[: offset - self._start]

    def __len__(self) -> int:
        return self._length

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FetchedText) and other._version == self._version

    def __hash__(self) -> int:
        return self._version


class ClusterGroup(Group):
    """Documents that are weighed together, whose passages lie in a cluster.

    Args:
        journey: asks it.
        known: is told of each passage that is read: its id and its number.
    """

    elsewhere = True

    def __init__(
        self, index: Index, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon, journey: Journey, versions: Sequence[int],
        known: Callable[[str, int], None],
    ) -> None:  # fmt: skip
        super().__init__(index, number, size, stretches, lexicon)
        connection, arrays = index.connection, Arrays(index.connection, number)
        proofs, self._kinds = np.frombuffer(arrays.data("proofs"), dtype="<u8"), arrays.data("kinds")
        self.records = Records(journey, stretches, versions, self.words, arrays.rows("headings"), proofs, known)
        self.sentences = FetchedSentences(connection, number, self.words, self.records)
        self.retriever: ProposedBM25 = ProposedBM25(connection, number, size, journey, self.records)

    def kind_of(self, number: int) -> Kind:
        """See `Group.kind_of`; the kinds are at hand."""
        return KINDS[self._kinds[number]]

    def holding(self, words: Sequence[str], among: Sequence[range]) -> list[list[int]] | None:
        """See `Group.holding`: up to `MOST_HOLDING` passages of each stretch, which come along."""
        return self.retriever.holding_in(words, among)

    def _section_key(self, number: int) -> int:
        firsts, keys = self._sections_here
        return keys[bisect_right(firsts, number) - 1]

    @cached_property
    def _sections_here(self) -> "tuple[array[int], array[int]]":
        """The first passages of the sections that have passages, ascending, and the keys of those sections."""
        ends = key_of(self.number, 0), key_of(self.number + 1, 0)
        query = "SELECT first, key FROM sections WHERE key >= ? AND key < ? AND passages ORDER BY key"
        firsts, keys = array("q"), array("q")
        for first, key in self._index.connection.execute(query, ends):
            firsts.append(first)
            keys.append(key)
        return firsts, keys

    def fetch(self, numbers: Iterable[int]) -> bool:
        """See `Group.fetch`."""
        return self.records.fetch(numbers)


class ClusterIndex(Index):
    """A knowledge folder in a cluster, in one state that stays the same.

    Args:
        connection: to the snapshot.
        cluster: the cluster.
        state: of the snapshot.

    Attributes:
        cluster, state: as given.
    """

    def __init__(self, connection: sqlite3.Connection, cluster: Cluster, state: State) -> None:
        self.cluster, self.state = cluster, state
        self._journey = Journey(cluster, state.name)
        rows = connection.execute("SELECT place, version, characters, bytes, names FROM fetched").fetchall()
        self._fetched = {
            number: (version, characters, size, frozenset(names.split("\n"))) for number, version, characters, size, names in rows
        }
        self._keys_known: dict[tuple[str, int], Sequence[int]] = {}
        of_group = connection.execute(
            "SELECT d.of_group, f.version FROM fetched f JOIN documents d ON d.place = f.place ORDER BY d.of_group, d.first"
        )
        self._versions: dict[int, list[int]] = {}
        for group, version in of_group:
            self._versions.setdefault(group, []).append(version)
        self._whole: dict[int, str] = {}
        self._there: dict[int, ClusterGroup] = {}
        super().__init__(connection)
        for digest, kind, data in connection.execute("SELECT digest, kind, data FROM vectors"):
            unit, _, model = kind.partition(" ")
            stretch = next((s for s in self._ordered if s.digest == digest), None)
            if stretch is not None:
                vectors = np.frombuffer(data, dtype=np.float16).reshape(count(stretch, Unit(unit)), -1)
                self.vectors.write(stretch, Unit(unit), model, vectors)

    @cached_property
    def version(self) -> str:
        """See `Index.version`; here it is that of the snapshot."""
        return self.state.digest[:16]

    @classmethod
    def open_current(cls, cluster: Cluster, home: Path | None) -> "ClusterIndex":
        """The knowledge as it counts now.

        Args:
            home: where the snapshot is kept; None for memory.

        Raises:
            EngineError: the cluster does not answer, nothing was loaded, or by another version of the program.
        """
        state = current_state(cluster)
        data = fetch_snapshot(cluster, state, home)
        if isinstance(data, Path):
            connection = read_only(data)
        else:
            connection = sqlite3.connect(":memory:", check_same_thread=False)
            connection.deserialize(data)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != FORMAT:
            connection.close()
            raise EngineError("engine.other_layout")
        return cls(connection, cluster, state)

    def passage_with(self, key: int) -> Passage:
        """See `Index.passage_with`."""
        group = self._there.get(key >> GROUP_BITS)
        if group is None:
            return super().passage_with(key)
        passage = self._memory.get(key)
        if passage is None:
            number = key & ((1 << GROUP_BITS) - 1)
            passage = self._passage(group, number, group.records.record(number))
            if len(self._memory) >= PASSAGES:
                self._memory.clear()
            self._memory[key] = passage
        return passage

    def _passage(self, group: ClusterGroup, number: int, record: Record) -> Passage:
        stored = record.stored
        document, section = self._section(key_of(group.number, record.section))
        source = document.source
        assert isinstance(source, FetchedText)
        near, span = stored.mark + stored.text + stored.after, Span(stored.start, stored.start + len(stored.text))
        at_hand = source.at(stored.start - len(stored.mark), near, span, lambda: group.records.prove(number, stored))
        beginnings = zip(stored.sentences[::4], stored.sentences[1::4], strict=True)
        sentences = tuple(Sentence(Span(a, b), stored.text[a - stored.start : b - stored.start]) for a, b in beginnings)
        return Passage(stored.id, document._replace(source=at_hand), section, Kind(stored.kind), span, stored.text, sentences)

    def passages_with(self, keys: Sequence[int]) -> list[Passage]:
        wanted: dict[int, list[int]] = {}
        for key in keys:
            wanted.setdefault(key >> GROUP_BITS, []).append(key & ((1 << GROUP_BITS) - 1))
        for group, numbers in wanted.items():
            if group in self._there and not self._there[group].fetch(numbers):
                raise NotAtHand
        return [self.passage_with(key) for key in keys]

    def rehearsed(self, run: Callable[[], Result], times: int) -> Result:
        """See `Index.rehearsed`."""
        return self._journey.rehearsed(run, times) if self._there else run()

    def _keys(self, column: str, number: int) -> Sequence[int]:
        here = super()._keys(column, number)
        if here or not self._there:
            return here
        wanted = column, number
        if wanted not in self._keys_known and not self._journey.get(column, (number,), partial(self._coded_searches, column)):
            return ()
        return self._keys_known.get(wanted, ())

    def _coded_searches(self, column: str, numbers: Sequence[int]) -> list[Search]:
        """A search for the passages with some codes."""

        def take(passages: Sequence[Packed]) -> None:
            keys_of_code: dict[int, list[int]] = {number: [] for number in numbers}
            for of, group in self._there.items():
                mine = {group.records.number_of(passage.key): passage for passage in passages}
                mine.pop(None, None)
                group.records.keep(mine.values())
                for passage_number in mine:
                    assert passage_number is not None
                    ident = group.records.record(passage_number).stored.id
                    code = code_number(ident if column == "code" else folded_id(ident))
                    if code in keys_of_code:
                        keys_of_code[code].append(key_of(of, passage_number))
            for code, keys in keys_of_code.items():
                self._know(column, code, sorted(keys))

        return [Search({"bool": {"filter": [{"terms": {column: list(numbers)}}]}}, MOST_CODED, take)]

    def _know(self, column: str, code: int, keys: Sequence[int]) -> None:
        if len(self._keys_known) >= PASSAGES:
            self._keys_known.clear()
        self._keys_known[column, code] = keys

    def _group(self, number: int, size: int, stretches: Sequence[Stretch], lexicon: Lexicon) -> Group:
        versions = self._versions.get(number)
        if versions is None:
            return super()._group(number, size, stretches, lexicon)

        def known(ident: str, nth: int) -> None:
            self._know("code", code_number(ident), (key_of(number, nth),))

        group = ClusterGroup(self, number, size, stretches, lexicon, self._journey, versions, known)
        self._there[number] = group
        return group

    def _source(self, number: int, check: int) -> StoredText:
        if number not in self._fetched:
            return super()._source(number, check)
        version, characters, _, names = self._fetched[number]
        return FetchedText(lambda: self._fetched_text(number, check), version, characters, names)

    def _fetched_text(self, number: int, check: int) -> str:
        text = self._whole.get(number)
        if text is None:
            if self._journey.rehearsing:
                raise NotAtHand
            version, _, size, _ = self._fetched[number]
            self.cluster.trips += 1
            data = read_pieces(self.cluster, self.state.name, f"text.{version}", count_pieces(size))
            text = data.decode("utf-8", "surrogatepass")
            if checksum(text) != check:
                raise EngineError("engine.damaged")
            if len(self._whole) >= TEXTS:
                self._whole.clear()
            self._whole[number] = text
        return text

    def documents_in_cluster(self) -> Sequence[Document]:
        """The documents whose passages lie in the cluster."""
        return [document for group in self._there.values() for document in group.documents]

    def discard(self) -> None:
        """See `Index.discard`; the snapshot is proven when it is fetched."""


PASSAGES = 4_000
"""Passages that are remembered."""

MOST_CODED = 100
"""Passages that are looked up by their codes at once."""
