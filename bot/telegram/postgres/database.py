"""PostgreSQL as the rest of this room uses it: a pool of connections, jobs that are tried again, and errors that give nothing away.

A job may have been done although its answer was lost, and is then done again: each statement here can be done twice.
"""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolClosed

from bot.presentation.texts import say
from bot.telegram.outage import Outage
from bot.telegram.store import StoreError, StoreUnavailableError

CONNECTIONS = 6
"""Connections of one replica for its work; two more listen and look."""

ANSWERS_WITHIN = 10.0
"""Seconds after which a connection that gives no answer is taken for dead: a network that hangs says nothing."""

CONNECTS_WITHIN = 5.0

Connection = psycopg.AsyncConnection[tuple[Any, ...]]
Row = tuple[Any, ...]
T = TypeVar("T")

_REASONS = (
    ("28", "login"), ("3D", "no_database"), ("42501", "not_allowed"), ("53100", "full"), ("53", "too_many"), ("25006", "read_only"),
    ("57", "restarting"), ("08", "unreachable"),
)  # fmt: skip
"""How the state of an error begins, and what it means: https://www.postgresql.org/docs/current/errcodes-appendix.html."""

_REASONS_OF_CONNECTING = (
    ("password authentication failed", "login"),
    ("no password supplied", "login"),
    ("pg_hba.conf", "login"),
    ('role "', "login"),
    ("the database system is", "restarting"),
    ('database "', "no_database"),
    ("too many clients", "too_many"),
    ("connection slots", "too_many"),
    ("certificate", "certificate"),
    ("SSL", "certificate"),
)
"""What a refused connection says: it brings no state along. The text itself is not shown, for it may hold an address with a password."""

FINAL = frozenset(("login", "no_database", "not_allowed", "certificate"))
"""What stays wrong until someone changes a setting."""

_PASSING = ("08", "25006", "40", "53", "55", "57")
"""How the state of an error begins that may be gone a little later."""


def reason_of(error: Exception) -> str:
    """What went wrong: a key of nl.yaml's `telegram.state`."""
    state = getattr(error, "sqlstate", None) or ""
    if state:
        return next((reason for begin, reason in _REASONS if state.startswith(begin)), "other")
    if isinstance(error, psycopg.OperationalError | OSError):
        text = str(error)
        return next((reason for part, reason in _REASONS_OF_CONNECTING if part in text), "unreachable")
    return "other"


def told_without_values(error: Exception) -> str:
    """An error in Dutch, without what it quotes: that may be a question, or an address with a password."""
    return say("telegram", "state", reason_of(error), code=getattr(error, "sqlstate", None) or type(error).__name__)


def passes(error: Exception) -> bool:
    """Whether the same may succeed a little later."""
    state = getattr(error, "sqlstate", None) or ""
    if state:
        return state.startswith(_PASSING)
    return isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | OSError) and not isinstance(error, PoolClosed)


def parameters(name: str) -> dict[str, Any]:
    """What each connection is opened with, beside the address; what the address says itself counts first."""
    return {
        "application_name": f"akkoordwijzer {name}",
        "connect_timeout": round(CONNECTS_WITHIN),
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": round(1000 * ANSWERS_WITHIN),
    }


async def connect(url: str, name: str) -> Connection:
    """One connection outside the pool.

    Raises:
        psycopg.Error: it is refused, or nobody answers.
    """
    given = psycopg.conninfo.conninfo_to_dict(url)
    wanted = {key: value for key, value in parameters(name).items() if key not in given}
    return await psycopg.AsyncConnection.connect(url, autocommit=True, cursor_factory=psycopg.AsyncRawCursor, **wanted)


@contextmanager
def cut_off(connection: Connection, seconds: float = ANSWERS_WITHIN) -> Iterator[None]:
    """Cut a connection that gives no answer in time: who waits for one then gets an error, as from a server that went away."""

    def cut() -> None:
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as other:
            other.shutdown(socket.SHUT_RDWR)

    timer = asyncio.get_running_loop().call_later(seconds, cut)
    try:
        yield
    finally:
        timer.cancel()


async def rows(connection: Connection, statement: str, values: Sequence[object] = ()) -> list[Row]:
    """What a statement gives; nothing for one that gives no rows."""
    cursor = await connection.execute(statement.encode(), values)
    return await cursor.fetchall() if cursor.description else []


class Database:
    """The connections of one replica.

    Args:
        url: where it is, with its password.
        name: of this replica, for who looks at the database.

    Attributes:
        outage: whether it can't be reached just now, and why.
    """

    def __init__(self, url: str, name: str) -> None:
        given = psycopg.conninfo.conninfo_to_dict(url)
        wanted = {key: value for key, value in parameters(name).items() if key not in given}
        self.url, self.name, self.outage = url, name, Outage()
        self._pool = AsyncConnectionPool(
            url,
            min_size=1,
            max_size=CONNECTIONS,
            open=False,
            # A connection that can't be made is given up soon, so that the next job tries a new one at once when the server is back.
            reconnect_timeout=CONNECTS_WITHIN,
            kwargs={"autocommit": True, "cursor_factory": psycopg.AsyncRawCursor, **wanted},
        )

    async def open(self) -> None:
        """Begin to make connections."""
        await self._pool.open()

    async def close(self) -> None:
        """Let go of all connections."""
        await self._pool.close(timeout=2.0)

    async def run(self, statement: str, *values: object, patience: float | None = None) -> list[Row]:
        """Do one statement; see `do`."""
        return await self.do(lambda connection: rows(connection, statement, values), patience)

    async def do(self, job: Callable[[Connection], Awaitable[T]], patience: float | None = None) -> T:
        """Do a job, again and again while the database can't be reached.

        Args:
            job: gets a connection, each statement of which is a transaction of its own.
            patience: seconds that this may take; None for as long as it takes.

        Raises:
            StoreUnavailableError: it could not be done in that time, or the pool is closed.
            StoreError: it is wrong in itself.
        """
        loop = asyncio.get_running_loop()
        end = None if patience is None else loop.time() + patience
        while True:
            left = ANSWERS_WITHIN if end is None else max(0.1, min(ANSWERS_WITHIN, end - loop.time()))
            try:
                async with self._pool.connection(timeout=min(left, CONNECTS_WITHIN)) as connection:
                    with cut_off(connection, left):
                        result = await job(connection)
            except (psycopg.Error, OSError) as error:
                failed = StoreError(told_without_values(error))
                if isinstance(error, PoolClosed):
                    raise StoreUnavailableError(str(failed)) from None
                if not passes(error):
                    raise failed from None
                self.outage.tell(failed)
                pause = self.outage.pause()
                if end is not None and loop.time() + pause >= end:
                    raise StoreUnavailableError(str(failed)) from None
                await asyncio.sleep(pause)
            else:
                self.outage.over()
                return result
