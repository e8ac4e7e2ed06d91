"""Back-pressure: a cluster that has no room is waited for and gets less at once, and nothing is lost or sent twice."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from bot.errors import EngineError
from bot.opensearch.bulk import FIRST_WAIT, PATIENCE, Bulk
from bot.opensearch.connection import Cluster


class Narrow(Cluster):
    """Takes so many bytes at a time, and of each request so many documents."""

    def __init__(self, room: int, each: int = 1_000_000) -> None:
        self.room, self.each = room, each
        self.taken: list[str] = []

    def ask(self, method: str, path: str, body: Any = None, seconds: float = 0.0, **options: str) -> Mapping[str, Any]:
        if len(body) > self.room:
            raise EngineError("engine.busy", why="429")
        names = [json.loads(line)["index"]["_id"] for line in body.splitlines()[::2]]
        self.taken += names[: self.each]
        statuses = [201 if place < self.each else 429 for place in range(len(names))]
        return {"errors": self.each < len(names), "items": [{"index": {"status": status}} for status in statuses]}


@pytest.mark.parametrize(("room", "each"), [(10_000_000, 1_000_000), (600_000, 1_000_000), (10_000_000, 7), (300_000, 2)])
def test_everything_arrives_once_and_in_order(room: int, each: int) -> None:
    cluster, waits, done = Narrow(room, each), list[float](), list[int]()
    bulk = Bulk(cluster, "utrecht.1", done.append, waits.append)
    for number in range(100):
        bulk.add(str(number), {"text": "x" * 50_000})
    bulk.flush()
    assert cluster.taken == [str(number) for number in range(100)]
    assert sum(done) == 100
    assert bool(waits) == bool(bulk.refused) == (room < 4_000_000 or each < 100)


def test_a_cluster_that_never_has_room_is_given_up_after_a_while() -> None:
    waits: list[float] = []
    bulk = Bulk(Narrow(10), "utrecht.1", lambda _: None, waits.append)
    bulk.add("1", {"text": "geheim"})
    with pytest.raises(EngineError) as error:
        bulk.flush()
    assert len(waits) == PATIENCE
    assert waits[:3] == [FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT]
    assert "geheim" not in str(error.value)
