"""A slow answer holds up nobody else: not another chat, not a button, not the health page, not Telegram."""

import asyncio
import sys
import threading
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.watch import load_assistant
from tests.paths import KNOWLEDGE
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start
from tests.telegram.test_webhook import free_port

QUESTION = "Wat gebeurt er met het kinderpardon?"
SLOW = "Krijgen asielzoekers taalles in het azc?"


class SlowAssistant:
    """Answers one question only when it is let go."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.go, self.began = threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def reply(self, question: str, *conversation: Any) -> Any:
        if question == SLOW:
            self.began.set()
            assert self.go.wait(20)
        return self._assistant.reply(question, *conversation)


@pytest.fixture
def slow(assistant: Assistant) -> SlowAssistant:
    return SlowAssistant(assistant)


async def test_other_chats_buttons_and_the_health_page_go_on(server: ApiServer, start: Start, slow: SlowAssistant) -> None:
    listen = ("127.0.0.1", free_port())
    async with start(health_listen=listen) as service:
        service.library.current = slow  # type: ignore[assignment]  # a stand-in with only what is used
        waiting = server.write(SLOW, user=6)
        await server.until(slow.began.is_set)
        try:
            reply = await server.reply_to(server.write(QUESTION, user=7))
            assert quotes(reply)
            server.press(reply, buttons(reply)["Meer context"], user=7)
            await server.until(lambda: bool(server.done("editMessageText")))
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            state = await asyncio.to_thread(lambda: opener.open(f"http://127.0.0.1:{listen[1]}/health", timeout=10).read())
            assert b'"inbox": 1' in state
            heard = service.counters.last_contact
            await server.until(lambda: service.counters.last_contact != heard)
            assert server.replies_to(waiting) == []
        finally:
            slow.go.set()
        assert quotes(await server.reply_to(waiting))


async def test_the_order_within_a_chat_is_kept(server: ApiServer, start: Start, slow: SlowAssistant) -> None:
    async with start() as service:
        service.library.current = slow  # type: ignore[assignment]  # a stand-in with only what is used
        asked = [server.write(question) for question in (SLOW, QUESTION, SLOW, QUESTION)]
        await server.until(slow.began.is_set)
        await asyncio.sleep(0.2)
        assert server.sent == []
        slow.go.set()
        for message in asked:
            await server.reply_to(message)
    order = [message["reply_to_message"]["message_id"] for message in server.sent]
    assert order == [message["message_id"] for message in asked]


async def test_a_stop_waits_for_the_answer_in_hand(server: ApiServer, start: Start, slow: SlowAssistant) -> None:
    async with start() as service:
        service.library.current = slow  # type: ignore[assignment]  # a stand-in with only what is used
        waiting = server.write(SLOW)
        await server.until(slow.began.is_set)
        service.stop()
        await asyncio.sleep(0.1)
        slow.go.set()
    assert quotes(server.replies_to(waiting)[0])


def test_questions_at_once_get_the_answers_that_they_get_alone(assistant: Assistant) -> None:
    questions: tuple[str, ...] = (
        QUESTION,
        SLOW,
        "Mag ik twee nationaliteiten hebben?",
        "Hoeveel vluchtelingen mogen er komen?",
        "Wie betaalt de inburgering?",
        "Hallo!",
    )
    # Each once more with another end: what is looked up for a text by one thread must not stop another that looks through it.
    questions += tuple(
        f"{question[:-1]}, weet u dat {n} of heeft iemand anders daar iets over?" for n in range(20) for question in questions
    )
    alone = [assistant.reply(question) for question in questions]
    fresh = load_assistant(KNOWLEDGE)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(6) as threads:
            assert list(threads.map(fresh.reply, questions)) == alone
    finally:
        sys.setswitchinterval(before)
