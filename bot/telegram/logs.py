"""Logs as JSON lines on standard error. They hold no question, no name and no token."""

import json
import logging
import re
import sqlite3
import sys
import time
import traceback
from types import TracebackType
from typing import Any

from telegram.error import TelegramError

from bot.telegram.store import StoreError

LOGGER = logging.getLogger("bot.telegram")

_LONGEST_WHY = 200
_LOUD = ("telegram", "httpx", "httpcore", "tornado", "asyncio", "psycopg")


def start(secrets: tuple[str, ...]) -> None:
    """Send the bot's own log to standard error and silence what libraries write: they log addresses with the token, and whole messages.

    Args:
        secrets: texts that no line may hold, whatever happens.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines(secrets))
    LOGGER.handlers[:] = [handler]
    LOGGER.setLevel(logging.INFO)
    LOGGER.propagate = False
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    sys.excepthook = _unexpected


def event(name: str, **facts: Any) -> None:
    """Log what happened. `facts` must hold no text of users."""
    LOGGER.info(name, extra={"facts": facts})


def warning(name: str, **facts: Any) -> None:
    """Log what an administrator may want to look at. `facts` must hold no text of users."""
    LOGGER.warning(name, extra={"facts": facts})


def failure(name: str, error: BaseException, **facts: Any) -> None:
    """Log an error by its type and place, and its message where that can't quote a question; see `why`."""
    told = why(error)
    reason = {"why": told} if told else {}
    LOGGER.error(name, extra={"facts": {"error": type(error).__name__, **reason, "at": _locations(error.__traceback__), **facts}})


def why(error: BaseException) -> str:
    """What an error says, where it comes from Telegram, the store or the operating system; nothing for any other, which may quote a question.

    Telegram's descriptions quote little, and what stands between quotation marks in them is left out.
    """
    if isinstance(error, TelegramError):
        # The library adds the body of an answer that is none: a page of something in between.
        return re.sub(r'"[^"]*"', '"…"', error.message.partition(". Parsing the server response")[0])[:_LONGEST_WHY]
    if isinstance(error, sqlite3.Error | StoreError):
        return str(error)[:_LONGEST_WHY]
    return (error.strerror or "")[:_LONGEST_WHY] if isinstance(error, OSError) else ""


def _locations(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-6:]
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in frames]


def _unexpected(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    failure("unexpected", error.with_traceback(trace))


class _Lines(logging.Formatter):
    """One JSON object a line."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        # A token's second half is a secret by itself: an address may hold the colon in another form.
        parts = {part for secret in secrets if secret for part in (secret, secret.rpartition(":")[2])}
        self._secrets = sorted(parts, key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        facts = getattr(record, "facts", {})
        told = {"time": f"{moment}Z", "level": record.levelname.lower(), "event": record.getMessage(), **facts}
        line = json.dumps(told, ensure_ascii=False, default=str)
        for secret in self._secrets:
            line = line.replace(secret, "***")
        return line
