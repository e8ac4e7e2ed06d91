"""Several replicas of one bot, each with a webhook, working from one database."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest

from bot.errors import TelegramError
from bot.presentation.texts import told
from bot.telegram.limits import WAITING_TOGETHER
from bot.telegram.postgres import presence
from bot.telegram.postgres.ceilings import SharedPace
from bot.telegram.postgres.store import PostgresStore
from bot.telegram.service import Service
from tests.state.conftest import BOT_ID, StartReplica
from tests.state.webhooks import SECRET, Webhooks, get
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.test_webhook import free_port

QUESTION = "Wat gebeurt er met het kinderpardon?"
OTHERS = ("Mag ik twee nationaliteiten hebben?", "Krijgen asielzoekers taalles in het azc?")


@asynccontextmanager
async def replicas(
    server: ApiServer, start_replica: StartReplica, count: int, **others: Any
) -> AsyncIterator[tuple[list[Service], Webhooks]]:
    """So many replicas, and what brings updates to them."""
    ports = [free_port() for _ in range(count)]
    async with AsyncExitStack() as stack:
        services = [
            await stack.enter_async_context(
                start_replica(
                    webhook_url="https://bot.example.nl/haak", webhook_listen=("127.0.0.1", port), webhook_secret=SECRET, **others
                )
            )
            for port in ports
        ]
        await server.until(lambda: all(service.ready() for service in services), 30)
        yield services, Webhooks(server, ports)


async def test_a_conversation_goes_on_wherever_its_questions_arrive(server: ApiServer, start_replica: StartReplica) -> None:
    async with replicas(server, start_replica, 2) as (_, webhooks):
        first = server.message("Krijgen vluchtelingen zorgtoeslag?")
        await webhooks.bring([first])
        assert quotes(await server.reply_to(first))
        further = [server.message(text) for text in ("Waarom?", *OTHERS, QUESTION)]
        for message in further:
            await webhooks.bring([message])
            reply = await server.reply_to(message)
        # A button finds what stands under an answer, wherever that was given.
        await webhooks.update(callback_query=pressed(reply, "Meer context"))
        await server.until(lambda: bool(server.done("editMessageText")))
        await webhooks.update(callback_query=pressed(reply, "Klopt dit?"))
        await server.until(lambda: bool(server.done("editMessageReplyMarkup")))
        await webhooks.update(edited_message={**further[-1], "text": OTHERS[0], "edit_date": further[-1]["date"] + 1})
        await server.until(lambda: len(server.done("editMessageText")) == 2)
        assert "nationaliteit" in reply["text"]
    assert [len(server.replies_to(message)) for message in (first, *further)] == [1] * 5


def pressed(message: dict[str, Any], label: str) -> dict[str, Any]:
    who = {"id": message["chat"]["id"], "is_bot": False, "first_name": "Noor"}
    return {"id": f"q{label}", "from": who, "chat_instance": "1", "data": buttons(message)[label], "message": message}


async def test_many_questions_each_get_one_answer_in_order(server: ApiServer, start_replica: StartReplica) -> None:
    async with replicas(server, start_replica, 3) as (services, webhooks):
        asked = [server.message(QUESTION if n % 3 else "/over", user=10 + n % 17) for n in range(200)]
        await webhooks.bring(asked)
        await server.until(lambda: len(server.sent) >= 200, 60)
        await asyncio.gather(*(service.store.tidy() for service in services))
        await server.until(lambda: all(service.lanes.idle() for service in services))
        assert all(service.counters.counts["failures"] == 0 for service in services)
    assert [len(server.replies_to(message)) for message in asked] == [1] * 200
    for chat in range(10, 27):
        order = [m["reply_to_message"]["message_id"] for m in server.sent if m["chat"]["id"] == chat]
        assert order == sorted(order)


async def test_one_chat_that_floods_holds_up_no_other(server: ApiServer, start_replica: StartReplica) -> None:
    async with replicas(server, start_replica, 2) as (_, webhooks):
        flood = [server.message("/over", user=10) for _ in range(150)]
        bringing = asyncio.create_task(webhooks.bring(flood))
        await server.until(lambda: len(server.sent) > 5)
        other = server.message(QUESTION, user=11)
        await webhooks.bring([other])
        assert quotes(await server.reply_to(other))
        assert len(server.sent) < 150
        await bringing
        await server.until(lambda: len(server.sent) == 151, 30)
    order = [m["reply_to_message"]["message_id"] for m in server.sent if m["chat"]["id"] == 10]
    assert order == sorted(order)


async def test_the_ceiling_of_a_user_holds_across_replicas(server: ApiServer, start_replica: StartReplica) -> None:
    async with replicas(server, start_replica, 2, questions_per_minute=3) as (services, webhooks):
        asked = [server.message(QUESTION) for _ in range(8)]
        await webhooks.bring(asked)
        await server.until(lambda: sum(service.counters.counts["limited"] for service in services) == 5)
        assert sum(service.counters.counts["questions"] for service in services) == 3
        await server.until(lambda: len(server.sent) == 4)
    assert sum("Wacht een minuut" in message["text"] for message in server.sent) == 1


async def test_the_pace_holds_across_replicas_and_so_does_a_pause(server: ApiServer, start_replica: StartReplica) -> None:
    async with replicas(server, start_replica, 2, messages_per_second=20) as (_, webhooks):
        await webhooks.bring([server.message("/over", user=10 + n) for n in range(20)])
        await server.until(lambda: len(server.sent) == 20)
        times = [time for method, _, time in server.calls if method == "sendMessage"]
        assert times[-1] - times[0] >= 19 * 0.05 * 0.9
        server.flooded = {50: 1.0}
        await webhooks.bring([server.message("/over", user=50)])
        await webhooks.bring([server.message("/over", user=51)])
        await server.until(lambda: len(server.sent) == 22)
    assert server.early == 0


async def test_chats_that_must_wait_are_those_chats_and_very_many_are_all(shared_store: PostgresStore) -> None:
    pace = SharedPace(shared_store.database, BOT_ID, 0)
    for chat in range(1, WAITING_TOGETHER):
        await pace.pause(chat, 30.0)
        assert await pace.wait_for(chat) > 29
        assert await pace.wait_for(99) == 0
        await asyncio.wait_for(pace.turn(99), 5)
    await pace.pause(WAITING_TOGETHER, 0.5)
    begin = asyncio.get_running_loop().time()
    await pace.turn(99)
    assert asyncio.get_running_loop().time() - begin >= 0.3


async def test_forgetting_holds_everywhere(server: ApiServer, start_replica: StartReplica) -> None:
    async with replicas(server, start_replica, 2) as (services, webhooks):
        for _ in range(6):
            message = server.message(OTHERS[1])
            await webhooks.bring([message])
            reply = await server.reply_to(message)
        forget = server.message("/vergeet")
        await webhooks.bring([forget])
        assert "gewist" in (await server.reply_to(forget))["text"]
        await server.until(lambda: not any(service.shared.answers.recent._texts for service in services))
        before = len(server.done("answerCallbackQuery"))
        await webhooks.update(callback_query=pressed(reply, "Meer context"))
        await server.until(lambda: len(server.done("answerCallbackQuery")) > before)
        assert "Stel je vraag opnieuw" in server.done("answerCallbackQuery")[-1]["text"]


async def test_pages_for_who_watches_and_a_stop_that_loses_nothing(server: ApiServer, start_replica: StartReplica) -> None:
    page = free_port()
    async with replicas(server, start_replica, 1) as (_, webhooks):
        port = free_port()
        addresses: dict[str, Any] = {"webhook_listen": ("127.0.0.1", port), "health_listen": ("127.0.0.1", page)}
        async with start_replica(webhook_url="https://bot.example.nl/haak", webhook_secret=SECRET, **addresses) as second:
            await server.until(second.ready)
            assert await get(page, "/live") == (200, "live")
            assert await get(page, "/ready") == (200, "ready")
            status, health = await get(page, "/health")
            assert (status, json.loads(health)["ready"]) == (200, True)
            metrics = (await get(page, "/metrics"))[1]
            assert f'replica="{second.state.replica}"' in metrics
            assert f'knowledge="{second.library.current.knowledge.version}"' in metrics
            assert "akkoordwijzer_lanes_taken_total" in metrics
            asked = [server.message(QUESTION, user=10 + n) for n in range(30)]
            only = Webhooks(server, [port])
            await only.bring(asked)
            second.stop()
            assert not second.ready()
        for message in asked:
            await server.reply_to(message)
        assert webhooks.refused == 0
    assert [len(server.replies_to(message)) for message in asked] == [1] * 30


async def test_one_fetches_updates_and_webhooks_do_not_mix_with_it(
    server: ApiServer, start_replica: StartReplica, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "PATIENCE", 0.3)
    async with start_replica() as poller:
        assert quotes(await server.reply_to(server.write(QUESTION)))
        with pytest.raises(TelegramError) as second:
            async with start_replica() as service:
                await asyncio.wait_for(service._stopping.wait(), 5)
        assert "Berichten ophalen kan er maar een" in told(second.value)
        with pytest.raises(TelegramError) as webhook:
            await start_webhook(start_replica)
        assert "haalt met dit token zelf de berichten op" in told(webhook.value)
        assert poller.ready()


async def start_webhook(start_replica: StartReplica) -> None:
    listen = ("127.0.0.1", free_port())
    async with start_replica(webhook_url="https://bot.example.nl/haak", webhook_listen=listen) as service:
        await asyncio.wait_for(service._stopping.wait(), 5)
