"""Telegram comes to the bot instead of the other way round."""

import asyncio
import json
import socket
import urllib.error
import urllib.request
from typing import Any

from tests.telegram.api_server import ApiServer, quotes
from tests.telegram.conftest import Start

QUESTION = "Wat gebeurt er met het kinderpardon?"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def post(port: int, body: bytes, secret: str | None, path: str = "/haak") -> int:
    """The status of a webhook request."""
    headers = {"Content-Type": "application/json"} | ({} if secret is None else {"X-Telegram-Bot-Api-Secret-Token": secret})

    def go() -> int:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, headers), timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    return await asyncio.to_thread(go)


async def test_answers_come_once_and_forged_requests_are_refused(server: ApiServer, start: Start) -> None:
    port = free_port()
    address: dict[str, Any] = {"webhook_url": "https://bot.example.nl/haak", "webhook_listen": ("127.0.0.1", port)}
    async with start(**address, webhook_secret="goed-geheim") as service:
        await server.until(lambda: server.webhook is not None)
        assert server.webhook is not None
        assert server.webhook["secret_token"] == "goed-geheim"
        assert "message_reaction" in server.webhook["allowed_updates"]  # else Telegram brings none
        asked = server.message(QUESTION)
        update = json.dumps(server.update(message=asked)).encode()
        for wrong in (None, "", "fout-geheim", "goed-gehei\xad"):
            assert await post(port, update, wrong) == 403
        assert server.sent == []
        for _ in range(3):  # Telegram comes again when it did not hear the answer
            assert await post(port, update, "goed-geheim") == 200
        assert quotes(await server.reply_to(asked))
        assert await post(port, b"geen JSON", "goed-geheim") == 400
        assert await post(port, update, "fout-geheim", "/elders") == 403
        others = [server.message(QUESTION, user=20 + n) for n in range(20)]
        bodies = [json.dumps(server.update(message=m)).encode() for m in others]
        assert set(await asyncio.gather(*(post(port, body, "goed-geheim") for body in bodies))) == {200}
        for message in others:
            await server.reply_to(message)
        assert service.counters.counts["forged"] == 5
    assert len(server.sent) == 21


async def test_without_a_secret_of_its_own_it_makes_one(server: ApiServer, start: Start) -> None:
    port = free_port()
    async with start(webhook_url="https://bot.example.nl", webhook_listen=("127.0.0.1", port)):
        await server.until(lambda: server.webhook is not None)
        assert server.webhook is not None
        asked = server.message(QUESTION)
        update = json.dumps(server.update(message=asked)).encode()
        assert await post(port, update, None, "/") == 403
        assert await post(port, update, server.webhook["secret_token"], "/") == 200
        assert quotes(await server.reply_to(asked))
