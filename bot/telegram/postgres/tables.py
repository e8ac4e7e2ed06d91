"""The tables in PostgreSQL, brought to those of this version by whichever replica comes first."""

import asyncio
from collections.abc import Callable

import psycopg

from bot.errors import TelegramError
from bot.telegram.migrations import MIGRATIONS
from bot.telegram.postgres.database import FINAL, Connection, connect, cut_off, reason_of, rows, told_without_values
from bot.telegram.store import StoreError

_PATIENCE = 120.0
"""Seconds that the steps may take together, another replica's included."""

_LONGEST_PAUSE = 5.0
_ALONE = "SELECT pg_advisory_xact_lock(1633772395, 0)"


async def prepare(url: str, name: str, away: Callable[[StoreError], None]) -> None:
    """Wait until the database is there, and bring its tables to those of this version.

    Args:
        name: of this replica.
        away: told why, at each attempt that fails because the database is not there now.

    Raises:
        TelegramError: the address or the rights are wrong, or a later version of the program made the tables.
    """
    pause = 0.1
    while True:
        try:
            async with await connect(url, name) as connection:
                with cut_off(connection, _PATIENCE):
                    await migrate(connection)
                return
        except (psycopg.Error, OSError) as error:
            failed = StoreError(told_without_values(error))
            if reason_of(error) in FINAL or not isinstance(error, psycopg.OperationalError | OSError):
                raise TelegramError("telegram.state_refused", why=str(failed)) from None
            away(failed)
        await asyncio.sleep(pause)
        pause = min(_LONGEST_PAUSE, pause * 2)


async def migrate(connection: Connection) -> None:
    """Take the tables through the steps of `MIGRATIONS` that they have not had, all or none.

    Raises:
        TelegramError: a later version of the program made them.
        psycopg.Error: it can't be done.
    """
    async with connection.transaction():
        await rows(connection, _ALONE)
        # Asked for like this, a role that may make no tables can use those that are there.
        ((known,),) = await rows(connection, "SELECT to_regclass('schema_version') IS NOT NULL")
        version = (await rows(connection, "SELECT version FROM schema_version"))[0][0] if known else 0
        if version > len(MIGRATIONS):
            raise TelegramError("telegram.newer_state")
        if version < len(MIGRATIONS):
            if not known:
                await rows(connection, "CREATE TABLE schema_version AS SELECT 0 AS version")
            for step in MIGRATIONS[version:]:
                if step.postgres:
                    await rows(connection, step.postgres)
            await rows(connection, "UPDATE schema_version SET version = $1::integer", (len(MIGRATIONS),))
