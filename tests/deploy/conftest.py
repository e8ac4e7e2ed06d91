"""What answers at the paths that probes ask."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from typing import Any, cast

import httpx
import pytest

from bot.answering.assistant import Assistant
from bot.settings import Settings
from bot.telegram import monitoring
from bot.telegram.monitoring import Counters, Monitor
from bot.web.app import application
from tests.web.visiting import visitor

Ask = Callable[[str], Awaitable[int]]


@pytest.fixture
def ask_bot() -> Ask:
    """Gives the status with which the page of a bot that is ready answers at a path."""

    async def ask(path: str) -> int:
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        # /live and /ready look at no store.
        monitor = Monitor(Counters(), cast(Any, None), polling=False, ready=lambda: True, replica="", knowledge=lambda: "")
        server = monitoring.serve(("127.0.0.1", port), monitor)
        assert server is not None
        try:
            async with httpx.AsyncClient(trust_env=False) as client:
                return (await client.get(f"http://127.0.0.1:{port}{path}")).status_code
        finally:
            server.stop()
            await server.close_all_connections()
            await asyncio.sleep(0)

    return ask


@pytest.fixture
def ask_web(assistant: Assistant, tmp_path: Any) -> Ask:
    """Gives the status with which the web pages answer at a path."""

    async def ask(path: str) -> int:
        async with visitor(application(Settings(data_dir=tmp_path), assistant)) as client:
            return (await client.get(path)).status_code

    return ask
