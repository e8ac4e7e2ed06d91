"""Replicas of one bot that answer from a cluster and work from one database: a node and a replica are killed at once, and nobody notices."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from tests.cluster.conftest import Connect, loader
from tests.cluster.nodes import Nodes
from tests.cluster.test_loading import PLACES, QUESTION, write_document
from tests.state.postgres_server import PostgresServer, started
from tests.state.replica_processes import PATIENCE, ReplicaProcesses, in_order, lost_and_doubled, until_sent
from tests.state.webhooks import Webhooks
from tests.telegram.api_server import ApiServer

UPDATES, CHATS = 2_000, 100


@pytest.fixture
def postgres() -> Iterator[PostgresServer]:
    """A real server, for this test."""
    with started() as running:
        with psycopg.connect(running.url, autocommit=True) as connection:
            connection.execute("GRANT USAGE, CREATE ON SCHEMA public TO PUBLIC")
        yield running


async def test_a_node_and_a_replica_that_are_killed_at_once(
    server: ApiServer, postgres: PostgresServer, connect: Connect, nodes: Nodes, tmp_path: Path
) -> None:
    """2,000 questions, each of which asks the cluster, through three replicas and three nodes."""
    for number, place in enumerate(PLACES):
        write_document(tmp_path / "kennis", place.lower(), place, 100 + number)
    cluster = connect("replicas")
    assert loader(cluster, index_of(load_knowledge(tmp_path / "kennis")), shards=3).load().copied, "each shard is on two nodes"
    replicas = ReplicaProcesses(
        server, tmp_path / "data", postgres.url, ("-m", "bot", "telegram"), BOT_ENGINE="opensearch", OPENSEARCH_URL=",".join(nodes.urls),
        OPENSEARCH_INDEX="replicas", BOT_MEANING="off", KNOWLEDGE_DIR="/nergens", XDG_CACHE_HOME=str(tmp_path / "cache"),
    )  # fmt: skip
    (tmp_path / "data").mkdir()
    await replicas.start(3)
    first = replicas.reachable[0]
    places = [PLACES[n * 7 % len(PLACES)] for n in range(UPDATES)]
    # The number makes each question another (what was asked before is remembered), and is no year.
    asked = [server.message(f"{QUESTION.format(place=place)[:-1]} ({10_000 + n})?", user=10 + n % CHATS) for n, place in enumerate(places)]
    bringing = asyncio.create_task(Webhooks(server, replicas.reachable).bring(asked))
    await until_sent(server, UPDATES // 4)
    await asyncio.gather(replicas.kill(first), asyncio.to_thread(nodes.kill, 1))
    try:
        await until_sent(server, UPDATES // 2)
        replicas.reachable.remove(first)
    finally:
        await asyncio.to_thread(nodes.start, 1)
    await bringing
    await server.until(lambda: all(server.replies_to(message) for message in asked[-CHATS:]) and len(server.sent) >= UPDATES, PATIENCE)
    await replicas.stop()
    await asyncio.to_thread(nodes.wait, "wait_for_nodes=3&wait_for_status=green")
    lost, doubled = lost_and_doubled(server, asked)
    assert lost == 0
    # One at most a kill.
    assert doubled <= 2
    assert all(in_order(server, 10 + chat) for chat in range(CHATS))
    for message, place in zip(asked, places, strict=True):
        assert f"{100 + PLACES.index(place)} woningen" in server.replies_to(message)[0]["text"], place
    assert b"woningen" not in replicas.output
