"""What goes wrong between the bot and Telegram is not noticed by who asks."""

import asyncio
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import errors
from bot.presentation.texts import told
from tests.patience import LONGEST_WAIT
from tests.telegram.api_server import ApiServer, Fault, quotes
from tests.telegram.conftest import Start
from tests.telegram.running import start_process

QUESTIONS = (
    "Wat gebeurt er met het kinderpardon?",
    "Krijgen asielzoekers taalles?",
    "Mag ik twee nationaliteiten hebben?",
)
CHATS = 12


def sometimes(seed: int, share: float, *faults: Fault) -> Callable[[str], Fault]:
    """Faults at random, the same ones at each run; only for what a bot does again and again."""
    dice = random.Random(seed)
    return lambda method: dice.choice(faults) if method != "getMe" and dice.random() < share else None


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param([("reset", 0)], id="connection lost"),
        pytest.param([("status", 500), ("status", 502), ("status", 504)], id="5xx"),
        pytest.param([("garbage", 0)], id="malformed"),
        pytest.param([("cut", 0)], id="cut off"),
        pytest.param([("hang", 0.2)], id="no answer"),
        pytest.param([("conflict", 0)], id="409"),
        pytest.param([("reset", 0), ("status", 502), ("garbage", 0), ("cut", 0), ("hang", 0.1)], id="all at once"),
    ],
)
async def test_nothing_is_lost_or_doubled_and_order_is_kept(server: ApiServer, start: Start, fault: list[Fault]) -> None:
    server.fault = sometimes(1, 0.3, *fault)
    async with start():
        asked = [server.write(QUESTIONS[n % 3], user=10 + n % CHATS) for n in range(60)]
        await server.until(lambda: len(server.sent) >= 60, 40)
        server.fault = lambda method: None
        await server.reply_to(server.write("/over"))
    assert [len(server.replies_to(message)) for message in asked] == [1] * 60
    for chat in range(10, 10 + CHATS):
        order = [m["reply_to_message"]["message_id"] for m in server.sent if m["chat"]["id"] == chat]
        assert order == sorted(order)


async def test_messages_never_go_out_faster_than_the_ceiling(server: ApiServer, start: Start) -> None:
    async with start(messages_per_second=20):
        for user in range(10, 18):
            server.write("/over", user=user)
        await server.until(lambda: len(server.sent) == 8)
    times = [time for method, _, time in server.calls if method == "sendMessage"]
    assert times[-1] - times[0] >= 7 * 0.05 * 0.9


async def test_told_to_wait_it_waits_and_keeps_order(server: ApiServer, start: Start) -> None:
    told: Iterator[Fault] = iter([None, None, ("wait", 1.0), None, None, None, ("wait", 1.0)])
    server.fault = lambda method: next(told, None) if method == "sendMessage" else None
    async with start():
        asked = [server.write(QUESTIONS[n % 3], user=10 + n % 2) for n in range(10)]
        await server.until(lambda: len(server.sent) == 10)
    assert server.early == 0
    assert [len(server.replies_to(message)) for message in asked] == [1] * 10


async def test_telegram_away_at_the_start_and_later(server: ApiServer, start: Start) -> None:
    server.fault = lambda method: ("status", 503)
    async with start():
        asked = server.write(QUESTIONS[0])
        await asyncio.sleep(0.5)
        server.fault = lambda method: None
        await server.reply_to(asked)
        server.fault = lambda method: ("reset", 0)
        later = [server.write(question) for question in QUESTIONS]
        await asyncio.sleep(0.5)
        server.fault = lambda method: None
        for message in later:
            await server.reply_to(message)
    assert len(server.sent) == 4


async def test_a_refused_format_falls_back_to_plain_text(server: ApiServer, start: Start) -> None:
    server.refuse_format = True
    async with start():
        reply = await server.reply_to(server.write(QUESTIONS[0]))
    assert "Het kinderpardon blijft zoals het nu is." in reply["text"]
    assert "<" not in reply["text"]
    assert reply["reply_markup"]
    assert len(server.sent) == 1


async def test_who_blocked_the_bot_does_not_hold_up_others(server: ApiServer, start: Start) -> None:
    server.blocked = frozenset({5})
    async with start() as service:
        server.write(QUESTIONS[0], user=5)
        assert quotes(await server.reply_to(server.write(QUESTIONS[0], user=6)))
        await server.until(lambda: service.store.depth() == 0)
        assert service.counters.counts["failures"] == 0


async def test_another_poller_that_stays_ends_the_bot(server: ApiServer, start: Start) -> None:
    server.fault = lambda method: ("conflict", 0) if method == "getUpdates" else None
    with pytest.raises(errors.TelegramError) as caught:
        async with start(conflict_patience=0.5):
            await asyncio.sleep(1.5)
    assert "hetzelfde token" in told(caught.value)


async def test_a_wrong_token_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path) -> None:
    wrong = "123456789:AAxxCCddEEffGGhhIIjjKKllMMnnOOppQQr"
    process = await start_process(server, tmp_path, TELEGRAM_BOT_TOKEN=wrong)
    out, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert process.returncode
    lines = err.decode().splitlines()
    assert len([line for line in lines if "token" in line]) == 1
    assert wrong.partition(":")[2] not in (out + err).decode()


async def test_updates_that_make_no_sense_do_no_harm(server: ApiServer, start: Start) -> None:
    async with start():
        server.update(message={"nonsense": True})
        server.update(message=None)
        server.update(callback_query={})
        server.update(inline_query="?")
        server.update(something_new={})
        assert quotes(await server.reply_to(server.write(QUESTIONS[0])))


async def test_an_error_in_the_program_is_told_and_the_chat_goes_on(
    server: ApiServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start() as service:
        with monkeypatch.context() as broken:
            broken.setattr("bot.telegram.screens.render_html", None)
            assert "iets mis" in (await server.reply_to(server.write(QUESTIONS[0])))["text"]
        assert quotes(await server.reply_to(server.write(QUESTIONS[0])))
        await server.until(lambda: service.store.depth() == 0)
