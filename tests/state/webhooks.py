"""Telegram, coming to the webhooks of several replicas: the updates of one chat one after another, each again until someone took it."""

import asyncio
import json
import random
from collections.abc import Sequence
from typing import Any

from tests.telegram.api_server import ApiServer

SECRET = "goed-geheim"


class Webhooks:
    """Brings updates.

    Args:
        ports: of the replicas, in this list as long as they may be sent to.
        at_once: connections at the same time, as many as Telegram has by default.
    """

    def __init__(self, server: ApiServer, ports: list[int], at_once: int = 40) -> None:
        self._server, self._ports = server, ports
        self._room = asyncio.Semaphore(at_once)
        self._dice = random.Random(7)
        self.refused = 0

    async def bring(self, messages: Sequence[dict[str, Any]]) -> None:
        """Bring messages, those of a chat in order and chats side by side."""
        chats: dict[int, list[bytes]] = {}
        for message in messages:
            body = json.dumps(self._server.update(message=message)).encode()
            chats.setdefault(message["chat"]["id"], []).append(body)
        await asyncio.gather(*(self._chat(bodies) for bodies in chats.values()))

    async def update(self, **parts: Any) -> None:
        """Bring one update of any kind."""
        await self._one(json.dumps(self._server.update(**parts)).encode())

    async def _chat(self, bodies: Sequence[bytes]) -> None:
        for body in bodies:
            await self._one(body)

    async def _one(self, body: bytes) -> None:
        while True:
            async with self._room:
                if await post(self._dice.choice(self._ports), body) == 200:
                    return
            self.refused += 1
            await asyncio.sleep(0.05)


async def post(port: int, body: bytes, secret: str = SECRET) -> int:
    """The status of a webhook request; 0 where nobody answers."""
    head = (
        f"POST /haak HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Telegram-Bot-Api-Secret-Token: {secret}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            writer.write(head.encode() + body)
            line = await reader.readline()
        finally:
            writer.close()
        return int(line.split()[1])
    except (OSError, IndexError, ValueError):
        return 0


async def get(port: int, path: str) -> tuple[int, str]:
    """Status and body of a page."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read()
    finally:
        writer.close()
    head, _, body = answer.decode().partition("\r\n\r\n")
    return int(head.split()[1]), body
