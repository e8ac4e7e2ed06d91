"""Replicas in processes of their own, which can be killed; and what became of what people asked."""

import asyncio
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.patience import LONGEST_WAIT
from tests.state.webhooks import SECRET, get
from tests.telegram.api_server import ApiServer
from tests.telegram.running import start_process
from tests.telegram.test_webhook import free_port

PATIENCE = 300.0
"""Seconds for a part of the questions to be answered, on a machine that does other things too."""


class ReplicaProcesses:
    """Some replicas of one bot.

    Args:
        server, folder, url: the Bot API, the data folder, and the database they share.
        program: what each of them runs; nothing for a bot that answers from the knowledge folder.
        environment: further settings of each.

    Attributes:
        reachable: the ports on which their webhooks listen, as long as they live.
        output: what those that ended wrote.
    """

    def __init__(self, server: ApiServer, folder: Path, url: str, program: Sequence[str] = (), **environment: str) -> None:
        self._server, self._folder, self._program = server, folder, program
        self._environment = {"BOT_STATE_URL": url, **environment}
        self._processes: dict[int, asyncio.subprocess.Process] = {}
        self._pages: dict[int, int] = {}
        self.reachable: list[int] = []
        self.output = b""

    async def start(self, count: int) -> None:
        """Start some, and wait until they are ready."""
        for port in [await self._begin() for _ in range(count)]:
            for _ in range(1200):
                try:
                    if (await get(self._pages[port], "/ready"))[0] == 200:
                        break
                except (OSError, IndexError):
                    process = self._processes[port]
                    if process.returncode is not None:
                        raise RuntimeError(b"".join(await process.communicate())) from None
                await asyncio.sleep(0.1)
            else:
                raise TimeoutError(port)
            self.reachable.append(port)

    async def kill(self, port: int) -> None:
        """End one as a power cut would. Whoever brings updates notices by itself."""
        process = self._processes.pop(port)
        process.kill()
        self.output += b"".join(await process.communicate())

    async def stop(self) -> None:
        """Stop all as an administrator does."""
        for process in self._processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self._processes.values():
            self.output += b"".join(await asyncio.wait_for(process.communicate(), LONGEST_WAIT))
            assert process.returncode == 0

    async def _begin(self) -> int:
        port, page = free_port(), free_port()
        self._pages[port] = page
        self._processes[port] = await start_process(
            self._server, self._folder, None, program=self._program, TELEGRAM_WEBHOOK_URL="https://bot.example.nl/haak", TELEGRAM_WEBHOOK_SECRET=SECRET,
            TELEGRAM_WEBHOOK_LISTEN=f"127.0.0.1:{port}", BOT_HEALTH_LISTEN=f"127.0.0.1:{page}", **self._environment,
        )  # fmt: skip
        return port


async def until_sent(server: ApiServer, count: int) -> None:
    """Wait for so many messages."""
    await server.until(lambda: len(server.sent) >= count, PATIENCE)


def in_order(server: ApiServer, chat: int) -> bool:
    """Whether a chat's questions were answered in their order."""
    order = list(dict.fromkeys(m["reply_to_message"]["message_id"] for m in server.sent if m["chat"]["id"] == chat))
    return order == sorted(order)


def lost_and_doubled(server: ApiServer, asked: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """How many questions got no reply, and how many replies came a second time."""
    key: Callable[[dict[str, Any]], tuple[int, int]] = lambda m: (m["chat"]["id"], m["reply_to_message"]["message_id"])  # noqa: E731 - of one line
    counts = Counter(map(key, server.sent))
    lost = sum((message["chat"]["id"], message["message_id"]) not in counts for message in asked)
    return lost, sum(count - 1 for count in counts.values())
