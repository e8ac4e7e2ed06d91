"""What users said of the answers, as a question set."""

import json
import sqlite3
import sys
from collections import Counter
from pathlib import Path
from typing import Any, TextIO

from bot.errors import TelegramError
from bot.presentation.texts import say
from bot.settings import Settings
from bot.telegram.state_folder import STORE_NAME, data_dir


def store_path(settings: Settings) -> Path:
    """Where the state store is."""
    return data_dir(settings) / STORE_NAME


def export(settings: Settings, out: TextIO) -> int:
    """Write feedback as JSON Lines, one object for each judged answer whose question is known.

    A thumb up makes a line of a question set: `kind` is 'answer' with the answering sentence as `gold`, or 'abstain'.
    A thumb down says only what is wrong; its `kind` is 'unjudged', for a person to complete.

    Raises:
        TelegramError: the state store can't be read.
    """
    without: Counter[str] = Counter()
    for item in judged(settings):
        del item["sentence"]  # For a line of a question set it is gold where it was right, and nothing otherwise.
        if item["vraag"]:
            out.write(json.dumps(item, ensure_ascii=False) + "\n")
        else:
            without[item["verdict"]] += 1
    if without:
        # A thumb as a reaction comes without the question, and so is no line of a question set.
        up, down = without["up"], without["down"]
        print(say("telegram", "feedback_without_question", count=up + down, up=up, down=down), file=sys.stderr)
    return 0


def judged(settings: Settings) -> list[dict[str, Any]]:
    """What users said of each answer, in order, as `export` writes it; the question may be empty.

    Raises:
        TelegramError: the state store can't be read.
    """
    rows = _shared_rows(settings) if settings.state_url else _rows(settings)
    return [_line(key, day, json.loads(text)) for key, day, text in rows]


def _rows(settings: Settings) -> list[tuple[str, str, str]]:
    """Key, day and data of all feedback in the file."""
    path = store_path(settings)
    if not path.is_file():
        return []
    try:
        # The bot may be at work: reading must not hold it up.
        with sqlite3.connect(path.as_uri() + "?mode=ro", uri=True, timeout=10.0) as db:
            rows = db.execute("SELECT key, day, data FROM feedback ORDER BY day, key").fetchall()
        db.close()
    except sqlite3.Error as error:
        raise TelegramError("telegram.unreadable", path=path, why=error) from None
    return rows


def _shared_rows(settings: Settings) -> list[tuple[str, str, str]]:
    """The same in the database that replicas share."""
    try:
        # Imported here: psycopg comes with the extra `postgres` only.
        from bot.telegram.postgres.reading import all_feedback
    except ImportError as error:
        raise TelegramError("telegram.no_postgres", missing=error.name or "psycopg") from None
    return all_feedback(settings)


def _line(key: str, day: str, data: dict[str, Any]) -> dict[str, Any]:
    answered, right = data["outcome"] == "answer", data["verdict"] == "up"
    # A thumb up under another passage than the first says that this one is the answer.
    is_answer = right and (answered or not data["first"])
    kind = "answer" if is_answer else "abstain" if right else "unjudged"
    return {
        "id": f"F-{key}",
        "vraag": data["question"],
        "kind": kind,
        "gold": [data["highlight"]] if is_answer else [],
        "soort": data["kind"],
        "passage": data["passage"],
        "sentence": data["highlight"],
        "outcome": data["outcome"],
        "verdict": data["verdict"],
        "reason": data["reason"],
        "day": day,
    }
