"""A running bot: in this process, or in one of its own that can be killed."""

import asyncio
import fcntl
import os
import sqlite3
import sys
import termios
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.answering.assistant import Assistant
from bot.settings import Secret, Settings
from bot.telegram.service import Service
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.state import LocalState, State
from bot.telegram.state_folder import STORE_NAME
from tests.telegram.api_server import TOKEN, ApiServer

KNOWLEDGE = Path(__file__).parents[2] / "knowledge"

_PROGRAM = """
import sys
from bot.settings import Settings
from bot.watch import load_assistant
from bot.telegram import run
settings = Settings.read(dotenv=None)
sys.exit(run(settings, lambda: load_assistant(settings.knowledge_dir)))
"""


def settings_for(server: ApiServer, folder: Path, **others: Any) -> Settings:
    """Settings for a bot at this server, without ceilings and without a health page."""
    plain = Settings(
        token=Secret(TOKEN),
        api_url=server.url,
        data_dir=folder,
        knowledge_dir=KNOWLEDGE,
        messages_per_second=0,
        questions_per_minute=0,
        health_listen=("127.0.0.1", 0),
    )
    return plain._replace(**others)


def database(service: Service) -> sqlite3.Connection:
    """The file that a bot alone works from."""
    assert isinstance(service.store, SqliteStore)
    return service.store.db


@asynccontextmanager
async def running(assistant: Assistant, settings: Settings, state: State | None = None, **others: Any) -> AsyncIterator[Service]:
    """A bot in this process, stopped as by SIGTERM at the end.

    Args:
        state: what it works from; a file in its data folder by default.
    """
    assert settings.data_dir
    service = Service(settings, assistant, state or LocalState(SqliteStore(settings.data_dir / STORE_NAME)), **others)
    service.outbox._retry_base = 0.05  # faults in tests are short
    task = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        if not task.done():
            service.stop()
        await task


async def start_process(
    server: ApiServer, folder: Path, terminal: int | None = None, *, program: Sequence[str] = (), **environment: str
) -> asyncio.subprocess.Process:
    """A bot in a process of its own.

    Args:
        program: what Python is given to run in it; nothing for a bot that answers from the knowledge folder.
        terminal: a terminal that it starts in, whose closing it notices.
    """
    known = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": server.url,
        "BOT_DATA_DIR": str(folder),
        "KNOWLEDGE_DIR": str(KNOWLEDGE),
        "TELEGRAM_MESSAGES_PER_SECOND": "0",
        "TELEGRAM_QUESTIONS_PER_MINUTE": "0",
        "BOT_HEALTH_LISTEN": "127.0.0.1:0",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PATH": os.environ.get("PATH", ""),
    }
    command = [sys.executable, *(program or ("-c", _PROGRAM))]
    if terminal is None:
        pipe = asyncio.subprocess.PIPE
        return await asyncio.create_subprocess_exec(*command, env={**known, **environment}, stdout=pipe, stderr=pipe)
    return await asyncio.create_subprocess_exec(
        *command,
        env={**known, **environment},
        stdin=terminal,
        stdout=terminal,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0),
    )
