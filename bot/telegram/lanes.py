"""Updates of one chat one after another, chats side by side."""

import asyncio
import json
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from bot.telegram import logs, updates
from bot.telegram.monitoring import Counters
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.store import STORE_ERRORS
from bot.telegram.updates import Update

Handle = Callable[[int, Update], Awaitable[None]]
"""What handles an update; it writes down that the update is done."""

URGENT = ("button:", "inline:")
"""How lanes begin whose updates wait for no one."""

MOST_AT_ONCE = 64
_MOST_IN_MEMORY = 256


class Lanes(Protocol):
    """Takes updates from the inbox and hands them on."""

    def begin(self) -> None:
        """Begin with what is in the inbox already."""

    def put(self, update_id: int, lane: str, update: Update | None = None) -> None:
        """Queue an update that is in the inbox.

        Args:
            update: the update where it was read already.
        """

    def begun(self, update_id: int) -> bool:
        """Whether an update may have been begun before, by a process that ended: what it leads to may be written down."""

    def idle(self) -> bool:
        """Whether nothing waits here and nothing is in hand."""

    def aside(self) -> AbstractAsyncContextManager[None]:
        """While a lane in hand has to wait for something of its own, another may take its turn."""

    async def close(self, patience: float) -> None:
        """Begin nothing new and finish what is in hand; what takes longer stays in the inbox, for others or the next start.

        Args:
            patience: seconds to wait.
        """


class AtWork(ABC):
    """Tasks, each of which has a lane in hand: what makes room for others, and how all of them end."""

    def __init__(self) -> None:
        self._aside = 0
        self._closed = False

    @abstractmethod
    def _tasks(self) -> set[asyncio.Task[None]]:
        """All of them."""

    @abstractmethod
    def _room(self) -> None:
        """There may be room for another lane, or none is to be begun any more."""

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """See `Lanes`."""
        self._aside += 1
        self._room()
        try:
            yield
        finally:
            self._aside -= 1

    async def close(self, patience: float) -> None:
        """See `Lanes`."""
        self._closed = True
        self._room()
        tasks = self._tasks()
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)


class LocalLanes(AtWork):
    """`Lanes` of a bot alone: the order stands in memory.

    Args:
        handle: gets each update in its turn.
    """

    def __init__(self, store: SqliteStore, counters: Counters, handle: Handle) -> None:
        super().__init__()
        self._store, self._counters, self._handle = store, counters, handle
        self._waiting: dict[str, deque[int]] = {}
        self._ready: deque[str] = deque()
        self._at_work: dict[str, asyncio.Task[None]] = {}
        self._read: dict[int, Update] = {}
        self._from_before = {update_id for update_id, _ in store.open_updates()}

    def begin(self) -> None:
        """See `Lanes`."""
        for update_id, lane in self._store.open_updates():
            self.put(update_id, lane)

    def begun(self, update_id: int) -> bool:
        """See `Lanes`."""
        return update_id in self._from_before

    def put(self, update_id: int, lane: str, update: Update | None = None) -> None:
        """See `Lanes`. What was read already is kept while few wait, else read again when its turn comes."""
        if update is not None and len(self._read) < _MOST_IN_MEMORY:
            self._read[update_id] = update
        if lane in self._waiting:
            self._waiting[lane].append(update_id)
        else:
            self._waiting[lane] = deque([update_id])
            self._ready.append(lane)
            self._room()

    def idle(self) -> bool:
        """See `Lanes`."""
        return not self._waiting

    def _tasks(self) -> set[asyncio.Task[None]]:
        return set(self._at_work.values())

    def _room(self) -> None:
        while self._ready and not self._closed:
            # A pressed button waits for no one.
            urgent = self._ready[-1].startswith(URGENT)
            if len(self._at_work) - self._aside >= MOST_AT_ONCE and not urgent:
                return
            lane = self._ready.pop() if urgent else self._ready.popleft()
            self._at_work[lane] = asyncio.create_task(self._work(lane))

    async def _work(self, lane: str) -> None:
        try:
            while self._waiting[lane] and not self._closed:
                await self._one(self._waiting[lane].popleft())
        finally:
            del self._waiting[lane]
            del self._at_work[lane]
            self._room()

    async def _one(self, update_id: int) -> None:
        update = self._read.pop(update_id, None)
        try:
            if update is None:
                payload = await self._store.payload(update_id)
                update = updates.parse(json.loads(payload)) if payload else None
            if update is None:
                await self._store.done(update_id)
                return
            await self._handle(update_id, update)
        except Exception as error:
            # One update that breaks something must not stop the chat, let alone the bot, and would break it again.
            self._counters.add("failures")
            logs.failure("update_failed", error)
            await self._give_up(update_id)

    async def _give_up(self, update_id: int) -> None:
        try:
            await self._store.done(update_id)
        except STORE_ERRORS as error:
            logs.failure("update_not_closed", error)  # a damaged file: the update comes back at the next start
