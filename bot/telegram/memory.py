"""What the bot remembers of chats: follow-ups, the passages under its answers, and feedback without a name."""

import json
import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from bot.answering.conversation import Conversation
from bot.telegram.store import CONVERSATION_KEPT, Store


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands under a message with buttons.

    Attributes:
        outcome, reason: of the reply.
        hits: (passage id, start and end of the highlight in the source) in order.
        question_id: the message that asked.
        user_id: who asked.
        key: under which feedback on it is kept; it says nothing of who asked.
        also: how many hits after the first are answers too, from other documents.
    """

    outcome: str
    reason: str
    hits: tuple[tuple[str, int, int], ...]
    question_id: int | None
    user_id: int | None
    key: str
    also: int = 0

    @classmethod
    def new(
        cls, outcome: str, reason: str, hits: tuple[tuple[str, int, int], ...], question_id: int | None, user_id: int | None, also: int = 0
    ) -> "Shown":
        """With a fresh key."""
        return cls(outcome, reason, hits, question_id, user_id, secrets.token_hex(8), also)

    def to_json(self) -> dict[str, Any]:
        """As JSON data."""
        return {
            "outcome": self.outcome,
            "reason": self.reason,
            "hits": self.hits,
            "question_id": self.question_id,
            "user_id": self.user_id,
            "key": self.key,
            "also": self.also,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Shown":
        """Read what `to_json` wrote."""
        return cls(**{**data, "hits": tuple((str(p), int(s), int(e)) for p, s, e in data["hits"])})


class Memory:
    """Reads and writes what is remembered, in the state store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def conversation(self, key: str) -> Conversation:
        """The conversation under this key; an empty one where there is none or it is too long ago."""
        row = self._store.db.execute("SELECT data, updated FROM conversations WHERE key = ?", (key,)).fetchone()
        if row is None or row[1] < time.time() - CONVERSATION_KEPT:
            return Conversation()
        return Conversation.from_json(json.loads(row[0]))

    def keep_conversation(self, db: sqlite3.Connection, key: str, user_id: int | None, conversation: Conversation) -> None:
        """Keep a conversation, within a transaction."""
        db.execute(
            "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?)", (key, user_id, json.dumps(conversation.to_json()), time.time())
        )

    def keep_shown(self, db: sqlite3.Connection, chat_id: int, message_id: int, shown: Shown) -> None:
        """Keep what stands under a message, within a transaction."""
        db.execute(
            "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)",
            (chat_id, message_id, shown.question_id, shown.user_id, json.dumps(shown.to_json()), time.time()),
        )

    def shown(self, chat_id: int, message_id: int) -> Shown | None:
        """What stands under a message of the bot."""
        row = self._store.db.execute("SELECT data FROM answers WHERE chat_id = ? AND message_id = ?", (chat_id, message_id)).fetchone()
        return Shown.from_json(json.loads(row[0])) if row else None

    def reply_to(self, chat_id: int, question_id: int) -> int | None:
        """The message that answered a question, or None."""
        row = self._store.db.execute(
            "SELECT message_id FROM answers WHERE chat_id = ? AND question_id = ? ORDER BY message_id LIMIT 1", (chat_id, question_id)
        ).fetchone()
        return int(row[0]) if row else None

    def judged(self, key: str) -> bool:
        """Whether there is feedback under this key."""
        return self._store.db.execute("SELECT 1 FROM feedback WHERE key = ?", (key,)).fetchone() is not None

    def keep_feedback(self, key: str, data: dict[str, Any]) -> None:
        """Keep feedback; a later one on the same answer takes its place."""
        with self._store.transaction() as db:
            db.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?)",
                (key, time.strftime("%Y-%m-%d", time.gmtime()), json.dumps(data, ensure_ascii=False)),
            )

    def forget(self, user_id: int) -> None:
        """Erase all that is kept of a user."""
        with self._store.transaction() as db:
            db.execute("DELETE FROM conversations WHERE user_id = ?", (user_id,))
            # A private chat has the number of its user.
            db.execute("DELETE FROM answers WHERE user_id = ? OR chat_id = ?", (user_id, user_id))

    def migrate(self, old: int, new: int) -> None:
        """A group became a supergroup and has another number now."""
        with self._store.transaction() as db:
            rows = db.execute("SELECT key, user_id, data, updated FROM conversations WHERE key LIKE ?", (f"{old}:%",)).fetchall()
            moved = [(f"{new}:{row[0].partition(':')[2]}", *row[1:]) for row in rows]
            db.executemany("INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?)", moved)
            db.execute("DELETE FROM conversations WHERE key LIKE ?", (f"{old}:%",))
            db.execute("DELETE FROM answers WHERE chat_id = ?", (old,))  # messages have other numbers in the supergroup
