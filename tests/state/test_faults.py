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
from tests.state.test_replicas import replicas
from tests.state.webhooks import SECRET, Webhooks, get
from tests.telegram.api_server import ApiServer
from tests.telegram.running import running, start_process
from tests.telegram.test_webhook import free_port

QUESTIONS = ("Wat gebeurt er met het kinderpardon?", "/over", "Krijgen asielzoekers taalles?", "/bronnen")
UPDATES, CHATS = 2_000, 100


def in_order(server: ApiServer, chat: int) -> bool:
    order = list(dict.fromkeys(m["reply_to_message"]["message_id"] for m in server.sent if m["chat"]["id"] == chat))
    return order == sorted(order)


async def test_replicas_that_are_killed(server: ApiServer, tmp_path: Path, state_url: str) -> None:
    """2,000 updates through three replicas, of which two are killed at work, and one of them comes back."""
    processes: dict[int, asyncio.subprocess.Process] = {}
    pages: dict[int, int] = {}

    async def begin() -> int:
        port, page = free_port(), free_port()
        pages[port] = page
        processes[port] = await start_process(
            server, tmp_path, BOT_STATE_URL=state_url, TELEGRAM_WEBHOOK_URL="https://bot.example.nl/haak",
            TELEGRAM_WEBHOOK_LISTEN=f"127.0.0.1:{port}", TELEGRAM_WEBHOOK_SECRET=SECRET, BOT_HEALTH_LISTEN=f"127.0.0.1:{page}",
        )  # fmt: skip
        return port

    async def until_ready(port: int) -> None:
        for _ in range(1200):
            try:
                if (await get(pages[port], "/ready"))[0] == 200:
                    return
            except (OSError, IndexError):
                pass
            await asyncio.sleep(0.1)
        raise TimeoutError(port)

    ports = [await begin() for _ in range(3)]
    for port in ports:
        await until_ready(port)
    reachable = list(ports)
    webhooks = Webhooks(server, reachable)
    asked = [server.message(QUESTIONS[n % 4], user=10 + n % CHATS) for n in range(UPDATES)]
    bringing = asyncio.create_task(webhooks.bring(asked))
    output, kills = b"", 0
    for goal in (UPDATES // 4, UPDATES // 2):
        await server.until(lambda goal=goal: len(server.sent) >= goal, 300)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        killed = ports[kills]
        processes[killed].kill()
        kills += 1
        output += b"".join(await processes.pop(killed).communicate())
        if kills == 1:
            back = await begin()
            await until_ready(back)
            reachable.append(back)
        reachable.remove(killed)
    await bringing
    await server.until(lambda: all(server.replies_to(message) for message in asked[-CHATS:]) and len(server.sent) >= UPDATES, 300)
    counts: dict[tuple[int, int], int] = {}
    for message in server.sent:
        key = (message["chat"]["id"], message["reply_to_message"]["message_id"])
        counts[key] = counts.get(key, 0) + 1
    for process in processes.values():
        process.send_signal(signal.SIGTERM)
    for process in processes.values():
        output += b"".join(await asyncio.wait_for(process.communicate(), 60))
        assert process.returncode == 0
    lost = [message for message in asked if (message["chat"]["id"], message["message_id"]) not in counts]
    assert lost == []
    assert sum(count - 1 for count in counts.values()) <= kills
    assert all(in_order(server, 10 + chat) for chat in range(CHATS))
    assert PASSWORD.encode() not in output
    assert b"kinderpardon" not in output


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
