"""A knowledge folder brought into the cluster: all of it into a new index that takes the place of the old one at once, or only what changed.

Who answers goes on with the state that it has until it looks again, and finds every passage of it: what was taken out of a state is
removed when the one after it is loaded.
"""

import hashlib
import secrets
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.errors import EngineError
from bot.index.group import Stretch
from bot.index.index import Index
from bot.named import NamedTuple
from bot.opensearch.bulk import Bulk
from bot.opensearch.connection import LOADING_SECONDS, Cluster, Conflict, Missing
from bot.opensearch.layout import CURRENT, LAYOUT, body, id_of, pieces
from bot.opensearch.passages import GroupPassages, ToSend, digest_of
from bot.opensearch.snapshot import WHOLE_UP_TO, groups_in_cluster, write_snapshot

ONE_SHARD, EACH_SHARD = 200_000, 1_000_000
"""Passages that one shard holds well; above that three, and one more for each million."""

CHANGED_SHARE = 0.25
"""From this share of the passages on all are loaded anew: two states side by side would leave too few proposals for each."""

HOUR = 3600.0

COPIES_OF_ONE = 2
"""Copies of the shard of an index that has one only."""

GREEN_SECONDS = 60
"""How long it is waited for the copies of a new index on other nodes."""


class Progress(NamedTuple):
    """Where loading is.

    Attributes:
        step: 'compare', 'send', 'copy' or 'publish'.
        done, total: passages, in the first two.
    """

    step: str
    done: int = 0
    total: int = 0


class Loaded(NamedTuple):
    """What loading came to.

    Attributes:
        name: of the index in the cluster.
        anew: whether all was loaded.
        passages: in the cluster, of this state.
        carried, whole: passages and documents that each bot gets whole, with the snapshot.
        sent, removed: documents that were sent, and that are no longer there.
        refused: documents of the cluster that it had no room for at first.
        copied: whether every shard has its copy on another node; None where there is one node only.
    """

    name: str
    anew: bool
    passages: int
    carried: int
    whole: int
    sent: int
    removed: int
    refused: int
    copied: bool | None


class _Document(NamedTuple):
    """A document as a state names it."""

    version: int
    digest: str
    passages: int
    pieces: int


@dataclass
class _State:
    """What `current` says.

    Attributes:
        number: of the state; no state and no version of a document has another's.
        retired: what the state before it had and this one has not.
        snapshots: number and pieces of this state's snapshot and of the one before.
        sequence: the cluster's own number of what was read, to see whether someone wrote meanwhile.
        record: as it was read.
    """

    name: str
    number: int = 0
    following: int = 1
    documents: dict[str, _Document] = field(default_factory=dict)
    retired: list[_Document] = field(default_factory=list)
    snapshots: list[tuple[int, int]] = field(default_factory=list)
    sequence: tuple[int, int] | None = None
    record: dict[str, Any] = field(default_factory=dict)


def shards_for(passages: int) -> int:
    """How many shards an index of so many passages gets."""
    return 1 if passages <= ONE_SHARD else 3 + passages // EACH_SHARD


class Loader:
    """Loads one index into one cluster.

    Args:
        cluster: where to.
        index: what, in a local index of one file.
        model: names the encoder whose vectors come along; '' for none.
        shards: of a new index; None for what its size asks.
        replicas: copies of each shard; None for one where there are nodes for it.
        whole_up_to: see `snapshot.WHOLE_UP_TO`.
        progress: is told where it is.

    Raises:
        ValueError: some of the index lies apart; see `index.changes`.
    """

    def __init__(
        self, cluster: Cluster, index: Index, model: str = "", *, shards: int | None = None, replicas: int | None = None,
        whole_up_to: int = WHOLE_UP_TO, progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:  # fmt: skip
        if not index.is_whole:
            # Rows, and the numbers of words in them, are read as they lie in the larger file.
            raise ValueError(index.path)
        self._cluster, self._local, self._model = cluster, index, model
        self._shards, self._replicas, self._progress = shards, replicas, progress
        self._groups = groups_in_cluster(index, whole_up_to)
        self._passages = {group.number: GroupPassages(index, group) for group in index.groups if group.number in self._groups}
        self._total = sum(len(stretch.passages) for stretches in self._groups.values() for stretch in stretches)
        self._carried = len(index.passages) - self._total
        carried = [stretch for stretches in index.stretches() for stretch in stretches if stretch.group not in self._groups]
        self._whole = {stretch.document.id: stretch.digest.hex() for stretch in carried}

    def load(self, anew: bool = False) -> Loaded:
        """Bring the cluster to the state of the local index.

        Args:
            anew: all of it, even where little changed.

        Raises:
            EngineError: the cluster can't take it, or someone else loaded meanwhile.
        """
        old = None if anew else self._current()
        digests = self._digests() if old else {}
        if old:
            changed = sum(len(s.passages) for s in self._stretches() if _differs(old.documents.get(s.document.id), digests[s.document.id]))
            if changed > CHANGED_SHARE * self._total:
                old = None
        return self._update(old, digests) if old else self._build()

    def differences(self) -> tuple[list[str], list[str], list[str]]:
        """The ids of documents that only the folder has, that only the cluster has, and that differ.

        Raises:
            EngineError: nothing was loaded.
        """
        state = self._current()
        if state is None:
            raise EngineError("engine.empty", name=self._cluster.address.name)
        there = {**{ident: document.digest for ident, document in state.documents.items()}, **state.record["whole"]}
        here = {**self._digests(), **self._whole}
        return (
            sorted(here.keys() - there.keys()),
            sorted(there.keys() - here.keys()),
            sorted(ident for ident, digest in here.items() if there.get(ident, digest) != digest),
        )

    def lost(self) -> int:
        """How many passages of the state that counts are missing in the cluster; less than 0 where it has others beside them."""
        state = self._current()
        if state is None:
            raise EngineError("engine.empty", name=self._cluster.address.name)
        versions = [document.version for document in state.documents.values()]
        count = (
            self._cluster.ask("POST", f"/{state.name}/_count", {"query": {"terms": {"version": versions}}}) if versions else {"count": 0}
        )
        return sum(document.passages for document in state.documents.values()) - int(count["count"])

    def _stretches(self) -> list[Stretch]:
        return [stretch for stretches in self._groups.values() for stretch in stretches]

    def _digests(self) -> dict[str, str]:
        """What each document is now."""
        digests, done = {}, 0
        for group, stretches in self._groups.items():
            for stretch in stretches:
                digests[stretch.document.id] = self._passages[group].digest(stretch)
                done += len(stretch.passages)
                self._progress(Progress("compare", done, self._total))
        return digests

    def _current(self) -> _State | None:
        """The state that counts; None where there is none that can be built upon."""
        try:
            answer = self._cluster.ask("GET", f"/{self._cluster.address.name}/_doc/{CURRENT}")
        except Missing:
            return None
        record = answer["_source"]["record"]
        if record.get("layout") != LAYOUT:
            return None
        return _State(
            answer["_index"], record["state"], record["following"], {ident: _Document(*of) for ident, of in record["documents"].items()},
            [_Document(*of) for of in record["retired"]], [(number, count) for number, count in record["snapshots"]],
            (answer["_seq_no"], answer["_primary_term"]), record,
        )  # fmt: skip

    def _build(self) -> Loaded:
        """All into a new index, which then takes the place of the old one at once."""
        name = self._cluster.address.name
        state = _State(index_name(name, time.time_ns()), number=1, following=2)
        shards = self._shards or shards_for(self._total)
        self._cluster.ask("PUT", f"/{state.name}", body(shards, 0))
        try:
            bulk, _ = self._send(state, {}, {})
            self._cluster.ask("POST", f"/{state.name}/_refresh")
            self._progress(Progress("copy"))
            self._cluster.ask("POST", f"/{state.name}/_forcemerge", max_num_segments="1", seconds=HOUR)
            copied = self._copy(state.name, shards)
            self._publish(state)
            old = self._indexes()
            actions = [{"remove": {"index": other, "alias": name}} for other, known in old.items() if known] + [
                {"add": {"index": state.name, "alias": name}}
            ]
            self._cluster.ask("POST", "/_aliases", {"actions": actions})
        except BaseException:
            # What is half there helps nobody.
            self._cluster.ask("DELETE", f"/{state.name}")
            raise
        # Who answers may still have the one that counted until now; older ones nobody has.
        for other, known in old.items():
            if not known and other < state.name:
                self._cluster.ask("DELETE", f"/{other}")
        return Loaded(state.name, True, self._total, self._carried, len(self._whole), len(state.documents), 0, bulk.refused, copied)

    def _update(self, old: _State, digests: Mapping[str, str]) -> Loaded:
        """What changed into the index that is there."""
        unchanged = {ident: document for ident, document in old.documents.items() if digests.get(ident) == document.digest}
        state = self._reserved(old, len(digests) - len(unchanged))
        state.retired = [document for ident, document in old.documents.items() if ident not in unchanged]
        bulk, sent = self._send(state, unchanged, digests)
        state.snapshots.extend(old.snapshots[:1])
        self._cluster.ask("POST", f"/{state.name}/_refresh")
        self._publish(state)
        for document in old.retired:
            for ordinal in range(document.passages):
                bulk.remove(id_of(document.version, ordinal))
            for piece in range(document.pieces):
                bulk.remove(f"text.{document.version}.{piece}")
        for number, count in old.snapshots[1:]:
            for piece in range(count):
                bulk.remove(f"snapshot.{number}.{piece}")
        bulk.flush()
        removed = len(old.documents.keys() - digests.keys())
        return Loaded(state.name, False, self._total, self._carried, len(self._whole), sent, removed, bulk.refused, None)

    def _reserved(self, old: _State, count: int) -> _State:
        """The state after this one, with numbers that nobody else gives to anything: for itself, and for so many versions."""
        record = {**old.record, "following": old.following + count + 1}
        return _State(old.name, old.following, old.following + 1, sequence=self._write_current(old.name, record, old.sequence))

    def _send(self, state: _State, unchanged: Mapping[str, _Document], digests: Mapping[str, str]) -> tuple[Bulk, int]:
        """Send all documents that the cluster has not, and the snapshot; `state` is told what is there then."""
        done = sent = 0
        bulk = Bulk(self._cluster, state.name, lambda _: self._progress(Progress("send", done, self._total)))
        for group, stretches in self._groups.items():
            passages = self._passages[group]
            for stretch in stretches:
                ident = stretch.document.id
                if ident in unchanged:
                    state.documents[ident] = unchanged[ident]
                else:
                    state.documents[ident] = self._send_document(bulk, state, passages, stretch)
                    sent += 1
                done += len(stretch.passages)
        self._progress(Progress("publish"))
        proofs = {group: passages.proofs for group, passages in self._passages.items()}
        kinds = {group: passages.kinds for group, passages in self._passages.items()}
        with tempfile.TemporaryDirectory(prefix="akkoordwijzer-") as folder:
            path = Path(folder) / "snapshot"
            versions = {ident: document.version for ident, document in state.documents.items()}
            write_snapshot(self._local, path, self._groups, versions, proofs, kinds, self._model)
            data = path.read_bytes()
        sent_pieces = pieces(f"snapshot.{state.number}", zlib.compress(data, 6))
        for name, piece in sent_pieces:
            bulk.add(name, piece)
        bulk.flush()
        state.snapshots.append((state.number, len(sent_pieces)))
        self._snapshot_digest = hashlib.sha256(data).hexdigest()
        return bulk, sent

    def _send_document(self, bulk: Bulk, state: _State, passages: GroupPassages, stretch: Stretch) -> _Document:
        version = state.following
        state.following += 1

        def sent() -> Iterator[ToSend]:
            for ordinal, passage in enumerate(passages.of(stretch)):
                bulk.add(id_of(version, ordinal), passage.document(version, ordinal))
                yield passage

        digest = digest_of(sent())
        texts = pieces(f"text.{version}", stretch.document.text.encode("utf-8", "surrogatepass"))
        for name, piece in texts:
            bulk.add(name, piece)
        return _Document(version, digest, len(stretch.passages), len(texts))

    def _publish(self, state: _State) -> None:
        """From here on the state counts, for an index that is there already."""
        record: dict[str, Any] = {
            "layout": LAYOUT, "state": state.number, "following": state.following,
            "documents": {ident: list(document) for ident, document in state.documents.items()}, "retired": [list(document) for document in state.retired],
            "whole": self._whole, "snapshots": [list(snapshot) for snapshot in state.snapshots],
            "snapshot": {"pieces": state.snapshots[0][1], "digest": self._snapshot_digest},
        }  # fmt: skip
        self._write_current(state.name, record, state.sequence)

    def _write_current(self, name: str, record: Mapping[str, Any], sequence: tuple[int, int] | None) -> tuple[int, int]:
        """Write what counts, where nobody wrote it since it was read."""
        known = {} if sequence is None else {"if_seq_no": str(sequence[0]), "if_primary_term": str(sequence[1])}
        try:
            done = self._cluster.ask("PUT", f"/{name}/_doc/{CURRENT}", {"record": record}, seconds=LOADING_SECONDS, refresh="true", **known)
        except Conflict:
            raise EngineError("engine.other_loader") from None
        return done["_seq_no"], done["_primary_term"]

    def _copy(self, index: str, shards: int) -> bool | None:
        """Have each shard on another node too; a single one on two, so that each of three nodes answers by itself."""
        nodes = int(self._cluster.ask("GET", "/_cluster/health")["number_of_data_nodes"])
        replicas = min(COPIES_OF_ONE if shards == 1 else 1, nodes - 1) if self._replicas is None else self._replicas
        if not replicas:
            return None
        self._cluster.ask("PUT", f"/{index}/_settings", {"index": {"number_of_replicas": replicas}})
        try:
            health = self._cluster.ask("GET", f"/_cluster/health/{index}", wait_for_status="green", timeout=f"{GREEN_SECONDS}s")
        except EngineError:
            return False
        return bool(health["status"] == "green")

    def _indexes(self) -> dict[str, bool]:
        """The indexes of this name, and whether they count now."""
        name = self._cluster.address.name
        aliases = self._cluster.ask("GET", f"/{name}.*/_alias")
        return {index: name in of["aliases"] for index, of in aliases.items()}


def index_name(name: str, moment: int) -> str:
    """The name of an index that is made at this moment (nanoseconds since 1970), under the name that people ask by.

    It tells people when it was made, in UTC, and names sort as their moments do, to the microsecond: of two that were made
    within a second the older one must be known as such, or it is never cleaned up. Four digits by chance keep two loaders of
    one moment apart.
    """
    seconds, within = divmod(moment, 10**9)
    return f"{name}.{time.strftime('%Y%m%d-%H%M%S', time.gmtime(seconds))}-{within // 1000:06}-{secrets.token_hex(2)}"


def _differs(old: _Document | None, digest: str) -> bool:
    return old is None or old.digest != digest
