"""What dies, hangs or goes away loses no question, and doubles at most what was on its way."""

import asyncio
import signal
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.telegram.postgres import database
from bot.telegram.postgres.state import SharedState
from tests.state.conftest import StartReplica, shared_settings
from tests.state.postgres_server import PASSWORD, PostgresServer
from tests.state.proxy import Proxy
from tests.state.replica_processes import PATIENCE, ReplicaProcesses, in_order, lost_and_doubled, until_sent
from tests.state.test_replicas import replicas
from tests.state.webhooks import SECRET, Webhooks
from tests.telegram.api_server import ApiServer
from tests.telegram.running import running
from tests.telegram.test_webhook import free_port

QUESTIONS = ("Wat gebeurt er met het kinderpardon?", "/over", "Krijgen asielzoekers taalles?", "/bronnen")
UPDATES, CHATS, KILLS = 2_000, 100, 2


async def test_replicas_that_are_killed(server: ApiServer, tmp_path: Path, state_url: str) -> None:
    """2,000 updates through three replicas, of which two are killed at work, and one of them comes back."""
    replicas = ReplicaProcesses(server, tmp_path, state_url)
    await replicas.start(3)
    first, second, _ = replicas.reachable
    asked = [server.message(QUESTIONS[n % 4], user=10 + n % CHATS) for n in range(UPDATES)]
    bringing = asyncio.create_task(Webhooks(server, replicas.reachable).bring(asked))
    await until_sent(server, UPDATES // 4)
    await replicas.kill(first)
    await replicas.start(1)
    replicas.reachable.remove(first)
    await until_sent(server, UPDATES // 2)
    await replicas.kill(second)
    replicas.reachable.remove(second)
    await bringing
    await server.until(lambda: all(server.replies_to(message) for message in asked[-CHATS:]) and len(server.sent) >= UPDATES, PATIENCE)
    await replicas.stop()
    lost, doubled = lost_and_doubled(server, asked)
    assert lost == 0
    assert doubled <= KILLS
    assert all(in_order(server, 10 + chat) for chat in range(CHATS))
    assert PASSWORD.encode() not in replicas.output
    assert b"kinderpardon" not in replicas.output


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["stopped", "crashed"])
async def test_a_database_that_is_restarted(
    server: ApiServer, start_replica: StartReplica, postgres: PostgresServer, how: signal.Signals
) -> None:
    async with replicas(server, start_replica, 2) as (services, webhooks):
        asked = [server.message(QUESTIONS[n % 4], user=10 + n % 20) for n in range(200)]
        bringing = asyncio.create_task(webhooks.bring(asked))
        await server.until(lambda: len(server.sent) >= 30, 60)
        await asyncio.to_thread(postgres.stop, how)
        await asyncio.sleep(0.5)
        assert not any(service.ready() for service in services)
        await asyncio.to_thread(postgres.start)
        await bringing
        await server.until(lambda: len(server.sent) >= 200, 90)
        await server.until(lambda: all(service.ready() for service in services), 30)
        assert all(service.counters.counts["failures"] == 0 for service in services)
    assert [len(server.replies_to(message)) for message in asked] == [1] * 200
    assert all(in_order(server, 10 + chat) for chat in range(20))


async def test_a_network_that_hangs(
    server: ApiServer, assistant: Assistant, start_replica: StartReplica, postgres: PostgresServer, tmp_path: Path, state_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """One replica is cut off from the database without notice: its chats go on with the other, and it does not write into them later."""
    monkeypatch.setattr(database, "ANSWERS_WITHIN", 1.0)
    async with Proxy(postgres.port) as proxy, replicas(server, start_replica, 1) as ((healthy,), webhooks):
        port = free_port()
        settings = shared_settings(
            server, tmp_path, postgres.url_at(proxy.port), webhook_url="https://bot.example.nl/haak", webhook_secret=SECRET,
            webhook_listen=("127.0.0.1", port),
        )  # fmt: skip
        async with running(assistant, settings, SharedState(settings, 3.0)) as cut:
            await server.until(cut.ready, 30)
            # Telegram brings what is of one chat in order, so each chat's updates come by one way here.
            asked = [server.message(QUESTIONS[n % 4], user=(10 if n < 40 else 30) + n % 20) for n in range(100)]
            bringing = asyncio.create_task(Webhooks(server, [port]).bring(asked[:40]))
            await server.until(lambda: len(server.sent) >= 10, 60)
            proxy.hang()
            await webhooks.bring(asked[40:])
            await server.until(lambda: all(server.replies_to(message) for message in asked[40:]), 60)
            await server.until(lambda: not cut.ready(), 30)
            proxy.flow()
            await bringing
            await server.until(lambda: all(server.replies_to(message) for message in asked), 90)
            await server.until(cut.ready, 30)
            assert healthy.counters.counts["failures"] == 0
    # The message that was on its way when the network hung can come twice, and no other.
    assert sum(len(server.replies_to(message)) - 1 for message in asked) <= 1
    assert all(in_order(server, 10 + chat) for chat in range(40))
