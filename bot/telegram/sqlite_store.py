"""What a bot alone keeps on disk: one SQLite file, from which all that names or quotes someone goes as soon as it can.

What several chats write at the same moment goes into one transaction. Where the file can't be written just now, because another process
holds it or the disk is full, a write waits and tries again: no question is lost and nothing is done twice for it.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.answering.conversation import Conversation
from bot.errors import TelegramError
from bot.telegram.memory import (
    ANSWERS_RETENTION,
    CONVERSATION_RETENTION,
    FEEDBACK_RETENTION,
    INBOX_RETENTION,
    NOTHING_REMEMBERED,
    ConversationRecord,
    Remembered,
    Shown,
)
from bot.telegram.outage import Outage
from bot.telegram.state_folder import migrate, unusable
from bot.telegram.store import StoreUnavailableError

CLOCK_SLACK = 60.0
"""Seconds that a time may lie in the future; what lies further was written while the clock was wrong, and would stay for ever."""

_PATIENCE_OF_FILE = 0.02
_PASSING = frozenset({5, 6, 7, 8, 10, 13, 14, 15})
"""SQLite's codes for busy, locked, no memory, read-only, I/O error, full, can't open, protocol: https://www.sqlite.org/rescode.html."""

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], T]


class SqliteStore:
    """A `Store` in a file. It is used from the thread of the event loop only; its methods are quick, or wait without holding up others.

    Args:
        path: the file; made if it is not there.

    Attributes:
        outage: whether it can't be written just now, and why.

    Raises:
        TelegramError: the file can't be opened, or is none of ours.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            # What is deleted is overwritten: a question must not linger in a free page.
            self.db.execute("PRAGMA secure_delete = ON")
            self.db.execute("PRAGMA cache_size = -1024")
            migrate(self.db)
            # From here on a write that can't go on waits outside SQLite, where it holds up nobody.
            self.db.execute(f"PRAGMA busy_timeout = {round(_PATIENCE_OF_FILE * 1000)}")
        except sqlite3.Error as error:
            raise unusable(path, error) from None
        except ValueError:
            raise TelegramError("telegram.newer_store", path=path) from None
        self.outage = Outage()
        self._written = True
        self._waiting: list[_Write] = []
        self._flush_planned = False
        self._depth = 0

    # -- the inbox ----------------------------------------------------------------------------------------------------

    async def receive(self, updates: Sequence[tuple[int, str, str]], patience: float | None = None) -> list[int]:
        """See `Store`."""
        now = time.time()

        def insert(db: sqlite3.Connection) -> list[int]:
            row = "INSERT OR IGNORE INTO inbox (update_id, lane, payload, received) VALUES (?, ?, ?, ?)"
            return [number for number, lane, payload in updates if db.execute(row, (number, lane, payload, now)).rowcount]

        return await self._write(insert, durable=True, patience=patience)

    def open_updates(self) -> list[tuple[int, str]]:
        """(number, lane) of all that is not answered yet, in order of arrival."""
        return self.db.execute("SELECT update_id, lane FROM inbox WHERE done = 0 ORDER BY received, update_id").fetchall()

    async def payload(self, update_id: int) -> str | None:
        """What came in under this number, or None where it is answered."""
        row = await self._row("SELECT payload FROM inbox WHERE update_id = ? AND done = 0", update_id)
        return row[0] if row else None

    async def done(self, update_id: int) -> None:
        """See `Store`."""
        await self._write(lambda db: _done(db, update_id))

    @property
    def trouble(self) -> str:
        """See `Store`."""
        return self.outage.why

    def lasting_trouble(self) -> str:
        """See `Store`."""
        return self.outage.lasting()

    async def hold(self, update_id: int) -> None:
        """See `Store`: nobody else works from this file."""

    def depth(self) -> int:
        """See `Store`."""
        with suppress(sqlite3.OperationalError):
            self._depth = int(self.db.execute("SELECT count(*) FROM inbox WHERE done = 0").fetchone()[0])
        return self._depth

    # -- the outbox ---------------------------------------------------------------------------------------------------

    async def record(self, update_id: int, calls: Sequence[str], conversation: ConversationRecord | None = None) -> None:
        """See `Store`."""

        def insert(db: sqlite3.Connection) -> None:
            db.executemany(
                "INSERT OR REPLACE INTO outbox (update_id, part, call, state) VALUES (?, ?, ?, 'sending')",
                [(update_id, part, call) for part, call in enumerate(calls)],
            )
            if conversation:
                _keep_conversation(db, conversation)

        await self._write(insert)

    async def recorded_calls(self, update_id: int) -> list[tuple[int, str, bool]]:
        """See `Store`."""
        rows = await self._read("SELECT part, call, state FROM outbox WHERE update_id = ? ORDER BY part", update_id)
        return [(part, call, state == "sent") for part, call, state in rows]

    async def sent(self, update_id: int, part: int, last: bool, chat_id: int, message_id: int | None, shown: Shown | None) -> None:
        """See `Store`."""

        def update(db: sqlite3.Connection) -> None:
            if shown and message_id is not None:
                db.execute(
                    "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
                    (chat_id, message_id, shown.question_id, shown.asker, json.dumps(shown.to_json()), time.time()),
                )
            if last:
                _done(db, update_id)
            else:
                db.execute("UPDATE outbox SET state = 'sent', call = '' WHERE update_id = ? AND part = ?", (update_id, part))

        await self._write(update)

    # -- what is remembered of chats ----------------------------------------------------------------------------------

    async def conversation(self, key: str) -> Remembered:
        """See `Store`."""
        row = await self._row("SELECT data, questions, updated FROM conversations WHERE key = ?", key)
        if row is None or not -CLOCK_SLACK <= time.time() - row[2] <= CONVERSATION_RETENTION:
            return NOTHING_REMEMBERED
        return Remembered(Conversation.from_json(json.loads(row[0])), tuple(json.loads(row[1])))

    async def shown(self, chat_id: int, message_id: int) -> Shown | None:
        """See `Store`."""
        row = await self._row("SELECT data FROM answers WHERE chat_id = ? AND message_id = ?", chat_id, message_id)
        return Shown.from_json(json.loads(row[0])) if row else None

    async def answer_to(self, chat_id: int, question_id: int) -> tuple[int, Shown] | None:
        """See `Store`."""
        row = await self._row(
            "SELECT message_id, data FROM answers WHERE chat_id = ? AND question_id = ? ORDER BY message_id DESC LIMIT 1",
            chat_id,
            question_id,
        )
        return (int(row[0]), Shown.from_json(json.loads(row[1]))) if row else None

    async def last_answer(self, chat_id: int, asker: str) -> Shown | None:
        """See `Store`."""
        row = await self._row("SELECT data FROM answers WHERE chat_id = ? AND asker = ? ORDER BY message_id DESC LIMIT 1", chat_id, asker)
        return Shown.from_json(json.loads(row[0])) if row else None

    async def judged(self, key: str) -> bool:
        """See `Store`."""
        return await self._row("SELECT 1 FROM feedback WHERE key = ?", key) is not None

    async def keep_feedback(self, key: str, asker: str, data: dict[str, Any]) -> None:
        """See `Store`."""
        day = time.strftime("%Y-%m-%d", time.gmtime())
        row = (key, day, json.dumps(data, ensure_ascii=False), asker)
        await self._write(lambda db: db.execute("INSERT OR REPLACE INTO feedback (key, day, data, asker) VALUES (?, ?, ?, ?)", row))

    async def withdraw_feedback(self, key: str) -> None:
        """See `Store`."""
        await self._write(lambda db: db.execute("DELETE FROM feedback WHERE key = ?", (key,)))

    async def forget(self, asker: str) -> None:
        """See `Store`."""

        def erase(db: sqlite3.Connection) -> None:
            for table in ("conversations", "answers", "feedback"):
                db.execute(f"DELETE FROM {table} WHERE asker = ?", (asker,))  # noqa: S608 - the three names above
            if asker.isdecimal():
                # A private chat has the number of its user.
                db.execute("DELETE FROM answers WHERE chat_id = ?", (int(asker),))

        await self._write(erase)

    async def move_chat(self, old: int, new: int) -> None:
        """See `Store`."""

        def move(db: sqlite3.Connection) -> None:
            rows = db.execute("SELECT key, asker, data, questions, updated FROM conversations WHERE key LIKE ?", (f"{old}:%",)).fetchall()
            moved = [(f"{new}:{row[0].partition(':')[2]}", *row[1:]) for row in rows]
            db.executemany("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?, ?)", moved)
            db.execute("DELETE FROM conversations WHERE key LIKE ?", (f"{old}:%",))
            db.execute("DELETE FROM answers WHERE chat_id = ?", (old,))  # messages have other numbers in the supergroup

        await self._write(move)

    async def fact(self, name: str) -> str | None:
        """See `Store`."""
        row = await self._row("SELECT value FROM facts WHERE name = ?", name)
        return row[0] if row else None

    async def remember_fact(self, name: str, value: str) -> None:
        """See `Store`."""
        await self._write(lambda db: db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value)))

    # -- keeping it small and empty -----------------------------------------------------------------------------------

    async def prune(self) -> None:
        """See `Store`."""
        now = time.time()
        oldest_day = time.strftime("%Y-%m-%d", time.gmtime(now - FEEDBACK_RETENTION))

        def delete(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM inbox WHERE done = 1 AND received < ?", (now - INBOX_RETENTION,))
            db.execute("DELETE FROM answers WHERE created < ?", (now - ANSWERS_RETENTION,))
            db.execute("DELETE FROM conversations WHERE updated < ? OR updated > ?", (now - CONVERSATION_RETENTION, now + CLOCK_SLACK))
            db.execute("DELETE FROM feedback WHERE day < ?", (oldest_day,))
            db.execute("UPDATE inbox SET received = ? WHERE received > ?", (now, now + CLOCK_SLACK))
            db.execute("UPDATE answers SET created = ? WHERE created > ?", (now, now + CLOCK_SLACK))

        await self._write(delete)

    async def tidy(self) -> bool:
        """Empty the journal, which else holds old questions until it is written over.

        Returns:
            Whether it is empty now; it can't be while another process reads or holds the file.
        """
        return self._tidy()

    def _tidy(self) -> bool:
        if self._written:
            try:
                self._written = bool(self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0])
            except sqlite3.Error as error:
                self.outage.tell(error)
        return not self._written

    async def close(self) -> None:
        """Write what still waits, tidy up and close the file."""
        if self._waiting:
            self._flush()
        self._tidy()
        self.db.close()

    # -- reading and writing ------------------------------------------------------------------------------------------

    async def _read(self, sql: str, *values: object) -> list[Any]:
        while True:
            try:
                rows = self.db.execute(sql, values).fetchall()
            except sqlite3.OperationalError as error:
                if not _passes(error):
                    raise
                self.outage.tell(error)
                await asyncio.sleep(self.outage.pause())
            else:
                self.outage.over()
                return rows

    async def _row(self, sql: str, *values: object) -> Any:
        rows = await self._read(sql, *values)
        return rows[0] if rows else None

    async def _write(self, job: "Job[T]", durable: bool = False, patience: float | None = None) -> T:
        """Do something in the next transaction, with all else that waits for it; come back when it is written."""
        loop = asyncio.get_running_loop()
        write = _Write(job, durable, loop.create_future())
        self._waiting.append(write)
        if not self._flush_planned:
            self._flush_planned = True
            loop.call_soon(self._flush)
        if patience is None:
            result: T = await write.result
            return result
        await asyncio.wait({write.result}, timeout=patience)
        if not write.result.done():
            # Not in a transaction now: those begin and end without a pause.
            self._waiting.remove(write)
            raise StoreUnavailableError(self.outage.why)
        return write.result.result()  # type: ignore[no-any-return]  # the future of this very job

    def _flush(self) -> None:
        self._flush_planned = False
        writes, self._waiting = [write for write in self._waiting if not write.result.cancelled()], []
        if not writes:
            return
        try:
            results = self._transaction(writes)
        except Exception as error:
            if len(writes) == 1 and not _passes(error):
                writes[0].result.set_exception(error)
            elif _passes(error):
                self._waiting = writes
                self._try_later(error)
            else:
                # One of them is wrong in itself: each by itself, so that it takes no other along.
                for number, write in enumerate(writes):
                    self._waiting = [write]
                    self._flush()
                    if self._waiting:
                        self._waiting += writes[number + 1 :]
                        return
            return
        self._written = True
        self.outage.over()
        for write, result in zip(writes, results, strict=True):
            if not write.result.done():
                write.result.set_result(result)

    def _transaction(self, writes: "Sequence[_Write]") -> list[Any]:
        durable = any(write.durable for write in writes)
        if durable:
            self.db.execute("PRAGMA synchronous = FULL")
        try:
            self.db.execute("BEGIN IMMEDIATE")
            results = [write.job(self.db) for write in writes]
            self.db.execute("COMMIT")
        except BaseException:
            if self.db.in_transaction:  # a full disk may have ended it already
                self.db.execute("ROLLBACK")
            raise
        finally:
            if durable:
                self.db.execute("PRAGMA synchronous = NORMAL")
        return results

    def _try_later(self, error: Exception) -> None:
        self.outage.tell(error)
        with suppress(RuntimeError):  # at the end there is no loop any more: what waits stays in the inbox
            self._flush_planned = True
            asyncio.get_running_loop().call_later(self.outage.pause(), self._flush)


@dataclass(slots=True)
class _Write:
    job: Callable[[sqlite3.Connection], Any]
    durable: bool
    result: "asyncio.Future[Any]"


def _passes(error: BaseException) -> bool:
    """Whether the same may succeed a little later."""
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(error, sqlite3.OperationalError) and (code is None or code & 0xFF in _PASSING)


def _done(db: sqlite3.Connection, update_id: int) -> None:
    db.execute("DELETE FROM outbox WHERE update_id = ?", (update_id,))
    db.execute("UPDATE inbox SET done = 1, payload = NULL, lane = NULL WHERE update_id = ?", (update_id,))


def _keep_conversation(db: sqlite3.Connection, record: ConversationRecord) -> None:
    conversation, questions = record.remembered
    db.execute(
        "INSERT OR REPLACE INTO conversations (key, asker, data, questions, updated) VALUES (?, ?, ?, ?, ?)",
        (record.key, record.asker, json.dumps(conversation.to_json()), json.dumps(questions), time.time()),
    )
