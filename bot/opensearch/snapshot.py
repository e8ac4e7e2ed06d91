"""The small file beside the passages of a cluster: the words of each group with how many passages have them, headings, documents.

What a question looks up word by word has to be at hand. It is the index file without what is large: no passages, no posting lists and
no texts of the groups that lie in the cluster. In their place it has the number of each document's version, and of each passage what
it is recognised by. A group that is small stays in it whole: to ask the cluster would cost more than to carry it, and documents with
hints, which people prepare by hand and which are weighed alone, would each cost requests of their own.
"""

import hashlib
import secrets
import sqlite3
import zlib
from base64 import b64decode
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing, suppress
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.errors import EngineError
from bot.index.group import Stretch
from bot.index.index import Index
from bot.index.protocol import Field
from bot.index.schema import Arrays, ArrayWriter, distinct, packed, writable
from bot.index.vectors import Unit
from bot.language.answer_types import PATTERNS as TYPES
from bot.language.tokens import fold
from bot.language.vocabulary import names
from bot.named import NamedTuple
from bot.opensearch.connection import Cluster, Missing
from bot.opensearch.layout import CURRENT, LAYOUT, PIECE

WHOLE_UP_TO = 10_000
"""Sentences of a group up to which it stays in the snapshot whole, its vectors too: as many as vectors are compared of, see `answering.nearness`."""

MUNICIPALITIES = "nederlandse gemeenten"
"""What the list of names calls them."""

HEAD = 6
"""Bytes of a posting list that tell what the most is that it can add, without the postings."""

_FETCHED = "CREATE TABLE fetched (place INTEGER PRIMARY KEY, version INTEGER NOT NULL, characters INTEGER NOT NULL, bytes INTEGER NOT NULL, names TEXT NOT NULL)"
_VECTORS = "CREATE TABLE vectors (digest BLOB, kind TEXT, data BLOB NOT NULL, PRIMARY KEY (digest, kind)) WITHOUT ROWID"


class State(NamedTuple):
    """Which state of the knowledge counts.

    Attributes:
        name: of the index in the cluster.
        number: of the state.
        pieces, digest: of its snapshot.
    """

    name: str
    number: int
    pieces: int
    digest: str


def groups_in_cluster(index: Index, whole_up_to: int = WHOLE_UP_TO) -> dict[int, list[Stretch]]:
    """The groups whose passages belong into the cluster, by their numbers."""
    groups = index.stretches()
    return {of[0].group: of for of in groups if sum(stretch.sentences for stretch in of) > whole_up_to}


def write_snapshot(
    index: Index,
    path: Path,
    groups: Mapping[int, Sequence[Stretch]],
    versions: Mapping[str, int],
    proofs: Mapping[int, NDArray[np.uint64]],
    kinds: Mapping[int, NDArray[np.uint8]],
    model: str,
) -> None:
    """Write the snapshot of an index.

    Args:
        path: of a new file.
        groups: those that lie in the cluster.
        versions: of their documents, by id.
        proofs: for each group those of its passages, in order.
        kinds: the same, by their numbers; see `passages.KINDS`.
        model: names the encoder whose vectors come along.
    """
    there = ",".join(map(str, groups)) or "-1"
    source = index.connection
    with closing(writable(path)) as target:
        conditions = {
            "passages": f"key >> 32 NOT IN ({there})",
            "arrays": f"of_group NOT IN ({there}) OR (name != 'sentences.lengths' AND name NOT LIKE 'all.%')",
        }
        for table in ("facts", "groups", "sections", "documents", "passages", "terms", "arrays"):
            query = f"SELECT * FROM {table} WHERE {conditions.get(table, '1')}"  # noqa: S608 - names and numbers of ours
            rows = source.execute(query)
            marks = ",".join("?" * len(rows.description))
            target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - names of ours
            if table == "terms":
                target.execute(f"UPDATE terms SET postings = substr(postings, 1, {HEAD}) WHERE of_group IN ({there})")  # noqa: S608 - numbers of ours
            elif table == "documents":
                target.execute("UPDATE documents SET path = '', stamp = ''")
                target.execute(_FETCHED)
                for number, ident, text in target.execute(f"SELECT place, id, text FROM documents WHERE of_group IN ({there})").fetchall():  # noqa: S608 - numbers of ours
                    whole = text.decode("utf-8", "surrogatepass")
                    row = (number, versions[ident], len(whole), len(text), "\n".join(names_in(fold(whole))))
                    target.execute("INSERT INTO fetched VALUES (?, ?, ?, ?, ?)", row)
                target.execute(f"UPDATE documents SET text = x'' WHERE of_group IN ({there})")  # noqa: S608 - numbers of ours
        for group in groups:
            arrays, writer = Arrays(source, group), ArrayWriter(target, group)
            for field in Field:
                writer.put(f"{field.value}.lengths", packed(distinct(arrays.numbers(f"{field.value}.lengths")).tolist()))
            writer.put("proofs", proofs[group].astype("<u8").tobytes())
            writer.put("kinds", kinds[group].tobytes())
        target.execute(_VECTORS)
        _copy_vectors(index, target, groups, model)
        target.commit()
        target.execute("VACUUM")


@cache
def asked_of_documents() -> frozenset[str]:
    """The folded words that a gate asks of a whole document: months and days, and municipalities."""
    return TYPES.words("named_times") | {name for name, kind in names().items() if kind == MUNICIPALITIES}


def names_in(text: str) -> list[str]:
    """Those of `asked_of_documents` that stand in a folded text."""
    return sorted(word for word in asked_of_documents() if word in text)


def _copy_vectors(index: Index, target: sqlite3.Connection, groups: Collection[int], model: str) -> None:
    for stretches in index.stretches():
        if stretches[0].group in groups:
            continue
        for stretch in stretches:
            for unit in Unit:
                vectors = index.vectors_of(stretch, unit, model) if model else None
                if vectors is not None:
                    row = (stretch.digest, f"{unit.value} {model}", np.ascontiguousarray(vectors).tobytes())
                    target.execute("INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)", row)


def current_state(cluster: Cluster) -> State:
    """Which state counts now.

    Raises:
        EngineError: nothing was loaded under this name yet, or by another version of the program.
    """
    try:
        answer = cluster.ask(
            "GET", f"/{cluster.address.name}/_doc/{CURRENT}", _source_includes="record.layout,record.state,record.snapshot"
        )
    except Missing:
        raise EngineError("engine.empty", name=cluster.address.name) from None
    record = answer["_source"]["record"]
    if record.get("layout") != LAYOUT:
        raise EngineError("engine.other_layout")
    snapshot = record["snapshot"]
    return State(answer["_index"], record["state"], snapshot["pieces"], snapshot["digest"])


def fetch_snapshot(cluster: Cluster, state: State, home: Path | None) -> bytes | Path:
    """The snapshot of a state: a file in `home`, or its bytes where nothing can be written there.

    Raises:
        EngineError: the cluster does not answer, or what it gives is not what was put into it.
    """
    path = home / f"cluster-{state.name}-{state.number}.sqlite" if home else None
    with suppress(OSError):
        if path is not None and _digest(path.read_bytes()) == state.digest:
            return path
    packed_data = read_pieces(cluster, state.name, f"snapshot.{state.number}", state.pieces)
    try:
        data = zlib.decompress(packed_data)
    except zlib.error:
        raise EngineError("engine.damaged") from None
    if _digest(data) != state.digest:
        raise EngineError("engine.damaged")
    if path is None:
        return data
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_name(f"{path.stem}-{secrets.token_hex(4)}.building")
        half.write_bytes(data)
        half.replace(path)
    except OSError:
        return data
    for old in path.parent.glob(f"cluster-{cluster.address.name}.*.sqlite"):
        # A file that is open stays readable for who opened it.
        if old != path:
            with suppress(OSError):
                old.unlink()
    return path


def read_pieces(cluster: Cluster, index: str, name: str, count: int) -> bytes:
    """Bytes that were sent in pieces.

    Raises:
        EngineError: the cluster does not answer, or one is missing.
    """
    data = b""
    for first in range(0, count, PIECES_AT_ONCE):
        ids = [f"{name}.{n}" for n in range(first, min(count, first + PIECES_AT_ONCE))]
        try:
            reply = cluster.ask("POST", f"/{index}/_mget", {"ids": ids}, _source_includes="record.data")
        except Missing:
            raise EngineError("engine.moved_on") from None
        parts: Collection[Any] = [item["_source"]["record"]["data"] for item in reply["docs"] if "_source" in item]
        if len(parts) < len(ids):
            raise EngineError("engine.moved_on")
        data += b"".join(map(b64decode, parts))
    return data


PIECES_AT_ONCE = 8


def count_pieces(size: int) -> int:
    """How many pieces so many bytes make."""
    return -(-size // PIECE)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
