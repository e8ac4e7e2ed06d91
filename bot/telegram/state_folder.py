"""The data folder: one bot at a time works from it, and the file with its state has the tables of this version."""

import os
import sqlite3
from contextlib import suppress
from pathlib import Path

from bot.errors import TelegramError
from bot.settings import Settings, data_folder
from bot.telegram.migrations import MIGRATIONS

STORE_NAME = "telegram.sqlite3"


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
        steps = "".join(step.sqlite for step in MIGRATIONS[version:])
        db.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {len(MIGRATIONS)}; COMMIT;")
