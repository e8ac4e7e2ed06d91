"""The data folder: one bot at a time works from it, and the file with its state has the tables of this version."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from bot.errors import TelegramError
from bot.settings import Settings, data_folder

STORE_NAME = "telegram.sqlite3"

MIGRATIONS: tuple[str, ...] = (
    # 1: the first version; its files had no number yet, so the tables may be there.
    """
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
    CREATE TABLE IF NOT EXISTS feedback (key TEXT PRIMARY KEY, day TEXT NOT NULL, data TEXT NOT NULL);
    CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
    # 2: who asked is a text, for a chat can ask too; a conversation knows which message asked each turn; feedback can be erased by who
    # gave it. Of feedback from before, nobody knows whose it is, so the text that could not be erased goes.
    """
    ALTER TABLE conversations RENAME TO conversations_1;
    CREATE TABLE conversations (key TEXT PRIMARY KEY, asker TEXT, data TEXT NOT NULL, questions TEXT NOT NULL, updated REAL NOT NULL);
    INSERT INTO conversations SELECT key, CAST(user_id AS TEXT), data, '[]', updated FROM conversations_1;
    DROP TABLE conversations_1;
    CREATE INDEX conversations_asker ON conversations (asker);
    ALTER TABLE answers RENAME TO answers_1;
    CREATE TABLE answers (
        chat_id INTEGER NOT NULL, message_id INTEGER NOT NULL, question_id INTEGER, asker TEXT, data TEXT NOT NULL,
        created REAL NOT NULL, PRIMARY KEY (chat_id, message_id));
    INSERT INTO answers SELECT chat_id, message_id, question_id, CAST(user_id AS TEXT), data, created FROM answers_1;
    DROP TABLE answers_1;
    CREATE INDEX answers_question ON answers (chat_id, question_id);
    CREATE INDEX answers_asker ON answers (asker);
    ALTER TABLE feedback ADD COLUMN asker TEXT;
    UPDATE feedback SET data = json_set(data, '$.question', '');
    """,
    # 3: what has had its time is found without walking through all that has not.
    """
    CREATE INDEX inbox_received ON inbox (received);
    CREATE INDEX answers_created ON answers (created);
    CREATE INDEX conversations_updated ON conversations (updated);
    CREATE INDEX feedback_day ON feedback (day);
    CREATE INDEX feedback_asker ON feedback (asker);
    """,
)
"""The steps from an empty file to the tables of today, in order. A file holds in its user_version how many it has had; a step that was
once released never changes: what is new is a further step."""


def data_dir(settings: Settings) -> Path:
    """Where state lives, made if it is not there.

    Raises:
        TelegramError: it can't be made.
    """
    path = data_folder(settings).absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise unusable(path, error) from None
    return path


def unusable(path: Path, why: OSError | sqlite3.Error) -> TelegramError:
    """The error for a folder or file that can't be used."""
    return TelegramError("telegram.data_dir", path=path, why=why)


def only_one(folder: Path, patience: float = 5.0) -> sqlite3.Connection:
    """Make sure that no other bot works from this folder; the operating system lets go of it when this process ends, however it ends.

    Args:
        folder: the data folder.
        patience: seconds to wait for another bot that is stopping.

    Returns:
        What to keep as long as the folder is in use.

    Raises:
        TelegramError: another bot works from it, or it can't be written.
    """
    number = folder / "telegram.pid"
    lock = None
    try:
        lock = sqlite3.connect(folder / "telegram.lock", timeout=patience, isolation_level=None)
        lock.execute("BEGIN EXCLUSIVE")
        number.write_text(str(os.getpid()), encoding="ascii")
    except (sqlite3.Error, OSError) as error:
        if lock:
            lock.close()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF != sqlite3.SQLITE_BUSY:
            raise unusable(folder, error) from None
        with suppress(OSError, ValueError):
            process = int(number.read_text(encoding="ascii"))
            raise TelegramError("telegram.another_bot_process", path=folder, process=process) from None
        raise TelegramError("telegram.another_bot", path=folder) from None
    return lock


def migrate(db: sqlite3.Connection) -> None:
    """Take a file through the steps of `MIGRATIONS` that it has not had, all or none.

    Raises:
        ValueError: a later version of the program made it.
        sqlite3.Error: it is none of ours.
    """
    version = int(db.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise ValueError(version)
    if version < len(MIGRATIONS):
        steps = "".join(MIGRATIONS[version:])
        db.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {len(MIGRATIONS)}; COMMIT;")
