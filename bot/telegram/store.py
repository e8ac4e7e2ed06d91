"""What the bot keeps on disk: one SQLite file, from which all that names or quotes someone goes as soon as it can."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import TelegramError
from bot.settings import Settings, data_folder

SCHEMA = """
CREATE TABLE IF NOT EXISTS inbox (      -- what came in; payload is emptied when the reply is out, the number stays a while
    update_id INTEGER PRIMARY KEY, lane TEXT, payload TEXT, received REAL NOT NULL, done INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS inbox_open ON inbox (update_id) WHERE done = 0;
CREATE TABLE IF NOT EXISTS outbox (     -- replies on their way: state 'sending' before Telegram is called, 'sent' after
    update_id INTEGER NOT NULL, part INTEGER NOT NULL, call TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (update_id, part));
CREATE TABLE IF NOT EXISTS conversations (
    key TEXT PRIMARY KEY, user_id INTEGER, data TEXT NOT NULL, updated REAL NOT NULL);
CREATE TABLE IF NOT EXISTS answers (    -- which passages stand under which message, for its buttons and for edited questions
    chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, question_id INTEGER, user_id INTEGER, data TEXT NOT NULL,
    created REAL NOT NULL, PRIMARY KEY (chat_id, message_id));
CREATE INDEX IF NOT EXISTS answers_question ON answers (chat_id, question_id);
CREATE TABLE IF NOT EXISTS feedback (   -- without who gave it
    key TEXT PRIMARY KEY, day TEXT NOT NULL, data TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""

INBOX_KEPT = 3 * 86400
"""Seconds that the number of an answered update stays, so that Telegram handing it over again does no harm; it keeps them a day."""

ANSWERS_KEPT = 30 * 86400
"""Seconds that the buttons under an answer work."""

CONVERSATION_KEPT = 1800
"""Seconds after which a next question is no follow-up any more."""


def data_dir(settings: Settings) -> Path:
    """Where state lives, made if it is not there.

    Raises:
        TelegramError: it can't be made.
    """
    path = data_folder(settings)
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise TelegramError(f"de map voor gegevens is niet te maken: {error.strerror}.", "Zet BOT_DATA_DIR goed.", path) from None
    return path


def only_one(folder: Path, patience: float = 5.0) -> sqlite3.Connection:
    """Make sure that no other bot works from this folder; the operating system lets go of it when this process ends, however it ends.

    Args:
        folder: the data folder.
        patience: seconds to wait for another bot that is stopping.

    Returns:
        What to keep as long as the folder is in use.

    Raises:
        TelegramError: another bot works from it.
    """
    lock = sqlite3.connect(folder / "telegram.lock", timeout=patience, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error:
        lock.close()
        raise TelegramError("een andere bot gebruikt deze map al.", "Stop die, of kies een andere BOT_DATA_DIR.", folder) from None
    return lock


class Store:
    """The state store. All methods are quick and are called from one thread.

    Args:
        path: the file; made if it is not there.

    Raises:
        TelegramError: the file can't be opened or is none of ours.
    """

    def __init__(self, path: Path) -> None:
        try:
            self.db = sqlite3.connect(path, isolation_level=None, timeout=10.0)
            self.db.execute("PRAGMA journal_mode = WAL")
            self.db.execute("PRAGMA synchronous = NORMAL")
            # What is deleted is overwritten: a question must not linger in a free page.
            self.db.execute("PRAGMA secure_delete = ON")
            self.db.execute("PRAGMA cache_size = -1024")
            self.db.executescript(SCHEMA)
        except sqlite3.Error as error:
            raise TelegramError(f"de gegevens zijn niet te openen ({error}).", "Zet BOT_DATA_DIR goed.", path) from None
        self._written = True

    @contextmanager
    def transaction(self, durable: bool = False) -> Iterator[sqlite3.Connection]:
        """All or nothing.

        Args:
            durable: come back only when it would also survive a power cut; else it survives the end of the process.
        """
        if durable:
            self.db.execute("PRAGMA synchronous = FULL")
        self.db.execute("BEGIN IMMEDIATE")
        try:
            yield self.db
        except BaseException:
            self.db.execute("ROLLBACK")
            raise
        else:
            self.db.execute("COMMIT")
            self._written = True
        finally:
            if durable:
                self.db.execute("PRAGMA synchronous = NORMAL")

    def receive(self, updates: list[tuple[int, str, str]]) -> list[int]:
        """Put updates in the inbox, before Telegram hears that they arrived.

        Args:
            updates: (number, lane, payload) each.

        Returns:
            The numbers that were not there yet.
        """
        new = []
        now = time.time()
        with self.transaction(durable=True) as db:
            for update_id, lane, payload in updates:
                if db.execute(
                    "INSERT OR IGNORE INTO inbox (update_id, lane, payload, received) VALUES (?, ?, ?, ?)", (update_id, lane, payload, now)
                ).rowcount:
                    new.append(update_id)
        return new

    def open_updates(self) -> list[tuple[int, str]]:
        """(number, lane) of all that is not answered yet, in order of arrival."""
        return self.db.execute("SELECT update_id, lane FROM inbox WHERE done = 0 ORDER BY received, update_id").fetchall()

    def payload(self, update_id: int) -> str | None:
        """What came in under this number, or None where it is answered."""
        row = self.db.execute("SELECT payload FROM inbox WHERE update_id = ? AND done = 0", (update_id,)).fetchone()
        return row[0] if row else None

    def record_calls(self, db: sqlite3.Connection, update_id: int, calls: list[str]) -> None:
        """Write down what will be sent for an update."""
        db.executemany(
            "INSERT OR REPLACE INTO outbox (update_id, part, call, state) VALUES (?, ?, ?, 'sending')",
            [(update_id, part, call) for part, call in enumerate(calls)],
        )

    def recorded_calls(self, update_id: int) -> list[tuple[int, str, str]]:
        """(part, call, state) of what was written down for an update before."""
        return self.db.execute("SELECT part, call, state FROM outbox WHERE update_id = ? ORDER BY part", (update_id,)).fetchall()

    def mark_sent(self, db: sqlite3.Connection, update_id: int, part: int) -> None:
        """Write down that a part is out."""
        db.execute("UPDATE outbox SET state = 'sent', call = '' WHERE update_id = ? AND part = ?", (update_id, part))

    def mark_done(self, db: sqlite3.Connection, update_id: int) -> None:
        """Write down that an update is answered, and forget what it said and whom it came from."""
        db.execute("DELETE FROM outbox WHERE update_id = ?", (update_id,))
        db.execute("UPDATE inbox SET done = 1, payload = NULL, lane = NULL WHERE update_id = ?", (update_id,))

    def done(self, update_id: int) -> None:
        """`mark_done` by itself."""
        with self.transaction() as db:
            self.mark_done(db, update_id)

    def depth(self) -> int:
        """How many updates wait for an answer."""
        return int(self.db.execute("SELECT count(*) FROM inbox WHERE done = 0").fetchone()[0])

    def fact(self, name: str) -> str | None:
        """A remembered fact, or None."""
        row = self.db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def remember_fact(self, name: str, value: str) -> None:
        """Remember a fact."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def prune(self) -> None:
        """Delete what has had its time."""
        now = time.time()
        with self.transaction() as db:
            db.execute("DELETE FROM inbox WHERE done = 1 AND received < ?", (now - INBOX_KEPT,))
            db.execute("DELETE FROM answers WHERE created < ?", (now - ANSWERS_KEPT,))
            db.execute("DELETE FROM conversations WHERE updated < ?", (now - CONVERSATION_KEPT,))

    def tidy(self) -> None:
        """Empty the journal, which else holds old questions until it is written over. For quiet moments."""
        if self._written:
            busy = self.db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            self._written = bool(busy)

    def close(self) -> None:
        """Tidy up and close the file."""
        self.tidy()
        self.db.close()
