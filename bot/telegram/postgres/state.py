"""All parts of the shared state, put together."""

import asyncio
import os
import secrets
import socket
import sys
from collections.abc import Callable
from contextlib import suppress

import psycopg

from bot.answering.assistant import Assistant
from bot.presentation.texts import say
from bot.settings import Settings
from bot.telegram import logs
from bot.telegram.lanes import Handle
from bot.telegram.library import Library
from bot.telegram.limits import Ceiling, Pace
from bot.telegram.monitoring import Counters
from bot.telegram.postgres.ceilings import SharedCeiling, SharedPace
from bot.telegram.postgres.database import Database, told_without_values
from bot.telegram.postgres.knowledge import SharedKnowledge
from bot.telegram.postgres.lanes import SharedLanes
from bot.telegram.postgres.presence import Presence
from bot.telegram.postgres.reading import bot_of
from bot.telegram.postgres.store import LEASE, PostgresStore
from bot.telegram.postgres.tables import prepare
from bot.telegram.store import StoreError

_LOOK_EVERY = 5.0


class SharedState:
    """The state of one replica; see `bot.telegram.state.State`.

    Args:
        lease: seconds, see `store.LEASE`.
    """

    def __init__(self, settings: Settings, lease: float = LEASE) -> None:
        bot_id = bot_of(settings)
        self.replica = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(2)}"
        self._url = str(settings.state_url)
        self.database = Database(self._url, self.replica)
        self.store = PostgresStore(self.database, bot_id, lease)
        self._bot_id = bot_id
        self._presence = Presence(self._url, self.replica, bot_id, self.store.channel, not settings.webhook_url, self._on_word)
        self._forget: Callable[[], None] = lambda: None
        self._news = asyncio.Event()

    def attach(self, library: Library, counters: Counters, handle: Handle) -> SharedLanes:
        """See `State`."""

        def switch_to(assistant: Assistant) -> None:
            library.switch_to(assistant, counters)

        self._counters = counters
        self.knowledge = SharedKnowledge(self.store, self.replica, library.current, switch_to)
        self.lanes = SharedLanes(self.store, counters, handle, self.knowledge.versions, self.knowledge.at_version)
        return self.lanes

    def ceiling(self, what: str, per_minute: float) -> Ceiling:
        """See `State`."""
        return SharedCeiling(self.database, self._bot_id, what, per_minute)

    def pace(self, per_second: float, per_group_minute: int) -> Pace:
        """See `State`."""
        return SharedPace(self.database, self._bot_id, per_second, per_group_minute)

    def when_forgotten(self, forget: Callable[[], None]) -> None:
        """See `State`."""
        self._forget = forget

    async def begin(self) -> None:
        """See `State`.

        Raises:
            TelegramError: the address or the rights are wrong, or another bot has the token.
        """
        told = False

        def away(error: StoreError) -> None:
            nonlocal told
            self.database.outage.tell(error)
            if not told and sys.stderr.isatty():
                print(say("telegram", "state_unreachable", why=str(error)), file=sys.stderr, flush=True)
            told = True

        while True:
            await prepare(self._url, self.replica, away)
            try:
                await self._presence.begin()
                break
            except (psycopg.Error, OSError) as error:  # it went away again
                away(StoreError(told_without_values(error)))
                await asyncio.sleep(1.0)
        self.database.outage.over()
        await self.database.open()
        await self.knowledge.look()
        await self.store.look_at_depth()

    async def offer(self, assistant: Assistant) -> None:
        """See `State`."""
        await self.knowledge.offer(assistant)

    async def watch(self) -> None:
        """See `State`.

        Raises:
            TelegramError: another bot has taken the token over.
        """
        looking = asyncio.create_task(self._look())
        try:
            await self._presence.run()
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def leave(self) -> None:
        """See `State`."""
        with suppress(StoreError):
            await self.knowledge.leave()
            await self.store.call_others()
        await self._presence.close()

    def release(self) -> None:
        """See `State`: the database lets go by itself."""

    async def _look(self) -> None:
        while True:
            self._news.clear()
            try:
                await self.knowledge.look()
                await self.store.look_at_depth()
                self._tell_of_knowledge()
                self.lanes.wake()
            except StoreError as error:
                logs.failure("knowledge_look_failed", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_EVERY):
                    await self._news.wait()

    def _tell_of_knowledge(self) -> None:
        """Let the health page say that others answer from what is not here."""
        told = say("telegram", "health", "other_knowledge")
        if self.knowledge.waits():
            self._counters.knowledge_error = self._counters.knowledge_error or told
        elif self._counters.knowledge_error == told:
            self._counters.knowledge_error = ""

    def _on_word(self, word: str) -> None:
        if word == "work":
            self.lanes.wake()
        elif word == "knowledge":
            self._news.set()
        elif word == "forget":
            self._forget()
