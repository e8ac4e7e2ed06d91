"""A connection of its own: on it a replica hears what others tell, and it holds the lock that says how the bot gets its updates.

Telegram gives updates to one poller, or to any number of webhooks, never to both. The poller has the lock for itself; webhooks share it.
PostgreSQL lets go of it when the process or its connection ends, however it ends.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import psycopg

from bot.errors import TelegramError
from bot.telegram import logs
from bot.telegram.postgres.database import Connection, connect, cut_off, rows, told_without_values
from bot.telegram.store import StoreError

LOCK = 1_633_772_394
"""The first of two numbers of the lock; the second is of the bot. Any number that no other program takes."""

PATIENCE = 5.0
"""Seconds to wait at the start for another bot that is stopping."""

PATIENCE_AGAIN = 60.0
"""The same after the connection was lost: the server may not know yet that it is gone, and holds the lock for it."""

_LOOK_EVERY = 10.0
_PAUSE = 0.5


class Presence:
    """What a replica hears.

    Args:
        url: where the database is.
        name: of this replica.
        bot_id: of the bot.
        channel: what to listen to.
        polling: whether the bot fetches its updates itself, which one can do.
        heard: gets each word; all of them after the connection was lost, for none may be missed.
    """

    def __init__(self, url: str, name: str, bot_id: int, channel: str, polling: bool, heard: Callable[[str], None]) -> None:
        self._url, self._name, self._channel, self._polling, self._heard = url, name, channel, polling, heard
        self._key = bot_id % 2**31
        self._connection: Connection | None = None

    async def begin(self) -> None:
        """Take the lock and begin to listen.

        Raises:
            TelegramError: another bot has the lock.
            psycopg.Error, OSError: the database is not there.
        """
        self._connection = await self._connected(PATIENCE)

    async def run(self) -> None:
        """Listen for ever.

        Raises:
            TelegramError: the connection was lost, and another bot has the lock now.
        """
        while True:
            try:
                if self._connection is None:
                    self._connection = await self._connected(PATIENCE_AGAIN)
                await self._listen(self._connection)
            except (psycopg.Error, OSError) as error:
                logs.failure("listening_failed", StoreError(told_without_values(error)))
                await self.close()
                await asyncio.sleep(_PAUSE)

    async def close(self) -> None:
        """Let go of the lock and the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(psycopg.Error, OSError):
                await connection.close()

    async def _listen(self, connection: Connection) -> None:
        for word in ("work", "knowledge", "forget"):
            self._heard(word)
        while True:
            async for note in connection.notifies(timeout=_LOOK_EVERY):
                self._heard(note.payload)
            with cut_off(connection):
                await rows(connection, "SELECT 1")

    async def _connected(self, patience: float) -> Connection:
        connection = await connect(self._url, f"{self._name} listens")
        try:
            with cut_off(connection, patience + 10.0):
                await self._lock(connection, patience)
                await rows(connection, f"LISTEN {self._channel}")
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _lock(self, connection: Connection, patience: float) -> None:
        end = asyncio.get_running_loop().time() + patience
        kind = "" if self._polling else "_shared"
        statement = f"SELECT pg_try_advisory_lock{kind}($1::integer, $2::integer)"
        while not (await rows(connection, statement, (LOCK, self._key)))[0][0]:
            if asyncio.get_running_loop().time() >= end:
                raise TelegramError("telegram.another_poller" if self._polling else "telegram.a_poller")
            await asyncio.sleep(0.25)
