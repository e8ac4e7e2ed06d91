"""What visitors said of answers, kept a year: a question set in the making. Nothing in it says who said it."""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.errors import WebError
from bot.named import NamedTuple

STORE_NAME = "web.sqlite3"
RETENTION_DAYS = 365
_VERSION = 1
_TABLES = "CREATE TABLE IF NOT EXISTS feedback (key TEXT PRIMARY KEY, day TEXT NOT NULL, data TEXT NOT NULL)"


class Judgement(NamedTuple):
    """What someone said of an answer.

    Attributes:
        question: without personal data.
        outcome: of the reply.
        verdict: 'up' or 'down'.
        reason: one of nl.yaml's `web.verdict.reasons`, or ''.
        passage: the id of the first quote's, or ''.
        highlight: the marked sentence, or ''.
        kind: of the first quote's text, or ''.
    """

    question: str
    outcome: str
    verdict: str
    reason: str
    passage: str
    highlight: str
    kind: str


class FeedbackStore:
    """One SQLite file in the data folder; its methods are to be called in a thread.

    Args:
        folder: made where it does not exist.

    Raises:
        WebError: the folder can't be used.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / STORE_NAME
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self._open() as db:
                (version,) = db.execute("PRAGMA user_version").fetchone()
                if version > _VERSION:
                    raise WebError("web.newer_store", path=self.path)
                db.execute(_TABLES)
                db.execute(f"PRAGMA user_version = {_VERSION}")
        except (OSError, sqlite3.Error) as error:
            raise WebError("web.data_dir", path=folder, why=error) from None

    @staticmethod
    def new_key() -> str:
        """A key for what will be said of one answer."""
        return secrets.token_urlsafe(12)

    def keep(self, key: str, judgement: Judgement) -> None:
        """Keep a judgement; a later one of the same answer takes its place. What is older than a year goes."""
        today = datetime.now(UTC).date()
        with self._open() as db:
            data = json.dumps(judgement._asdict(), ensure_ascii=False)
            db.execute("INSERT OR REPLACE INTO feedback VALUES (?, ?, ?)", (key, today.isoformat(), data))
            db.execute("DELETE FROM feedback WHERE day < ?", ((today - timedelta(days=RETENTION_DAYS)).isoformat(),))

    def all(self) -> list[tuple[str, str, Judgement]]:
        """Key, day and judgement of all that was said, the newest first."""
        with self._open() as db:
            rows = db.execute("SELECT key, day, data FROM feedback ORDER BY day DESC, rowid DESC").fetchall()
        return [(key, day, _judgement(json.loads(data))) for key, day, data in rows]

    def remove(self, key: str) -> None:
        """Erase a judgement."""
        with self._open() as db:
            db.execute("DELETE FROM feedback WHERE key = ?", (key,))

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self.path, timeout=10.0)) as db, db:
            yield db


def _judgement(data: dict[str, Any]) -> Judgement:
    return Judgement(*(str(data.get(name) or "") for name in Judgement._fields))
