"""Both kinds of state, each empty at the start of a test."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.answering.assistant import Assistant
from bot.settings import Secret, Settings
from bot.telegram.postgres.database import Database
from bot.telegram.postgres.state import SharedState
from bot.telegram.postgres.store import PostgresStore
from bot.telegram.postgres.tables import prepare
from bot.telegram.service import Service
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.state_folder import STORE_NAME
from bot.telegram.store import Store
from tests.state.postgres_server import PostgresServer, programs, started
from tests.telegram.api_server import TOKEN, ApiServer
from tests.telegram.running import running, settings_for

BOT_ID = int(TOKEN.partition(":")[0])

StartReplica = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real server for the whole session."""
    with started() as server:
        yield server


@pytest.fixture
def state_url(postgres: PostgresServer) -> str:
    """The address of an empty database."""
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
        connection.execute("GRANT USAGE ON SCHEMA public TO PUBLIC")
    return postgres.url


async def opened(url: str) -> PostgresStore:
    """A store in PostgreSQL, its tables made."""
    await prepare(url, "test", lambda error: None)
    database = Database(url, "test")
    await database.open()
    return PostgresStore(database, BOT_ID)


@pytest.fixture
async def shared_store(state_url: str) -> AsyncIterator[PostgresStore]:
    """A store in PostgreSQL."""
    store = await opened(state_url)
    yield store
    await store.close()


@pytest.fixture(params=["sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    """Each kind of store, with what the tests of both need to know of it."""
    if request.param == "sqlite":
        kept = SqliteStore(tmp_path / STORE_NAME)
        yield kept
        await kept.close()
    else:
        shared = await opened(request.getfixturevalue("state_url"))
        yield shared
        await shared.close()


def shared_settings(server: ApiServer, folder: Path, url: str, **others: Any) -> Settings:
    """Settings of a replica."""
    return settings_for(server, folder, state_url=Secret(url), **others)


@pytest.fixture
def start_replica(server: ApiServer, assistant: Assistant, tmp_path: Path, state_url: str) -> StartReplica:
    """Starts a bot in this process that works from PostgreSQL."""

    def begin(lease: float = 3.0, **others: Any) -> AbstractAsyncContextManager[Service]:
        settings = shared_settings(server, tmp_path, state_url, **others)
        return running(assistant, settings, SharedState(settings, lease))

    return begin


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if programs() is None:
        terminalreporter.write_line("state in PostgreSQL was not tested: PostgreSQL is not installed (Debian: postgresql)")
