"""Which state a bot works from: a file of its own, or a database that replicas share."""

import asyncio
import sqlite3
from collections.abc import Callable
from typing import Protocol

from bot.answering.assistant import Assistant
from bot.errors import TelegramError
from bot.settings import Settings
from bot.telegram.lanes import Handle, Lanes, LocalLanes
from bot.telegram.library import Library
from bot.telegram.limits import Ceiling, LocalPace, Pace, QuestionLimit
from bot.telegram.monitoring import Counters
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.state_folder import STORE_NAME, data_dir, only_one
from bot.telegram.store import Store


class State(Protocol):
    """The state of one process.

    Attributes:
        replica: its name; empty where there is only one.
    """

    replica: str

    @property
    def store(self) -> Store:
        """What is kept."""

    def attach(self, library: Library, counters: Counters, handle: Handle) -> Lanes:
        """Join the parts of the bot that the state has to do with.

        Args:
            library: gets other knowledge when it is time.
            handle: gets each update in its turn.
        """

    def ceiling(self, what: str, per_minute: float) -> Ceiling:
        """A ceiling on something; each kind by itself."""

    def pace(self, per_second: float, per_group_minute: int) -> Pace:
        """How fast messages may go out."""

    def when_forgotten(self, forget: Callable[[], None]) -> None:
        """What to do when someone asked to be forgotten, wherever that was."""

    async def begin(self) -> None:
        """Be ready for the first update; may take as long as it needs.

        Raises:
            TelegramError: it never will be.
        """

    async def offer(self, assistant: Assistant) -> None:
        """Answer from other knowledge when it is time."""

    async def watch(self) -> None:
        """Go on until cancelled.

        Raises:
            TelegramError: the bot can't go on.
        """

    async def leave(self) -> None:
        """Nothing more is begun here."""

    def release(self) -> None:
        """Let go of all, at the end of the process."""


class LocalState:
    """The `State` of a bot alone.

    Args:
        lock: what holds the data folder, to be let go of at the end.
    """

    replica = ""

    def __init__(self, store: SqliteStore, lock: sqlite3.Connection | None = None) -> None:
        self.store, self._lock = store, lock

    def attach(self, library: Library, counters: Counters, handle: Handle) -> LocalLanes:
        """See `State`."""
        self._library, self._counters = library, counters
        return LocalLanes(self.store, counters, handle)

    def ceiling(self, what: str, per_minute: float) -> Ceiling:
        """See `State`."""
        return QuestionLimit(per_minute)

    def pace(self, per_second: float, per_group_minute: int) -> Pace:
        """See `State`."""
        return LocalPace(per_second, per_group_minute)

    def when_forgotten(self, forget: Callable[[], None]) -> None:
        """See `State`: whoever forgets here knows it."""

    async def begin(self) -> None:
        """See `State`."""

    async def offer(self, assistant: Assistant) -> None:
        """See `State`: at once."""
        self._library.switch_to(assistant, self._counters)

    async def watch(self) -> None:
        """See `State`."""
        await asyncio.Event().wait()

    async def leave(self) -> None:
        """See `State`."""

    def release(self) -> None:
        """See `State`."""
        if self._lock:
            self._lock.close()


def state_of(settings: Settings) -> State:
    """The state that the settings ask for.

    Raises:
        TelegramError: it can't be used.
    """
    if settings.state_url:
        try:
            # Imported here: psycopg comes with the extra `postgres` only.
            from bot.telegram.postgres.state import SharedState
        except ImportError as error:
            raise TelegramError("telegram.no_postgres", missing=error.name or "psycopg") from None
        return SharedState(settings)
    folder = data_dir(settings)
    lock = only_one(folder)
    try:
        return LocalState(SqliteStore(folder / STORE_NAME), lock)
    except BaseException:
        lock.close()
        raise
