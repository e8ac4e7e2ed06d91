"""Asking Telegram for what came in, for ever."""

import asyncio
from collections.abc import Mapping

from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot import errors
from bot.telegram import logs
from bot.telegram.connection import call
from bot.telegram.inbox import ALLOWED_UPDATES, Inbox
from bot.telegram.monitoring import Counters
from bot.telegram.outbox import pause_before, told_to_wait
from bot.telegram.store import STORE_ERRORS

POLL_SECONDS = 10
MARGIN_SECONDS = 5.0
LONGEST_PAUSE = 5.0
CONFLICT_PATIENCE = 60.0
"""Seconds that another poller may go on: when a bot is replaced, the old one is still there for a moment."""

_PASSING: tuple[type[Exception], ...] = (TelegramError, TypeError, *STORE_ERRORS)
"""What goes wrong for a moment."""


def wrong_token() -> errors.TelegramError:
    """The error for a token that Telegram does not know."""
    return errors.TelegramError("telegram.wrong_token")


def _another_poller() -> errors.TelegramError:
    return errors.TelegramError("telegram.conflict")


class Poller:
    """Long polling. An update is confirmed by the next call only, and so after it is in the inbox.

    Args:
        request: the connection for this alone.
        base_url: with the token.
        conflict_patience: see `CONFLICT_PATIENCE`.
    """

    def __init__(
        self, request: BaseRequest, base_url: str, inbox: Inbox, counters: Counters, conflict_patience: float = CONFLICT_PATIENCE
    ) -> None:
        self._request, self._base_url = request, base_url
        self._inbox, self._counters = inbox, counters
        self._conflict_patience = conflict_patience

    async def run(self) -> None:
        """Poll until cancelled.

        Raises:
            errors.TelegramError: the token is refused, or another poller stays.
        """
        offset: int | None = None  # never from the inbox: Telegram's numbers may start anew after a quiet week
        attempt = 0
        conflict_since: float | None = None
        now = asyncio.get_running_loop().time
        while True:
            pause = 0.0
            try:
                updates = await self._poll(offset)
                await self._inbox.take(updates)
                offset = max((number + 1 for update in updates if (number := _number(update)) is not None), default=offset)
                self._counters.heard()
                attempt, conflict_since = 0, None
            except InvalidToken:
                raise wrong_token() from None
            except RetryAfter as error:
                pause = told_to_wait(error)
            except Conflict:
                conflict_since = conflict_since or now()
                if now() - conflict_since >= self._conflict_patience:
                    raise _another_poller() from None
                logs.warning("another_poller", since=round(now() - conflict_since))
                pause = min(2.0, self._conflict_patience / 4)
            except _PASSING as error:
                attempt += 1
                pause = pause_before(attempt, 0.25, LONGEST_PAUSE)
                self._counters.add("retries")
                logs.failure("poll_failed", error, attempt=attempt, pause=pause)
            if pause:
                await asyncio.sleep(pause)

    async def _poll(self, offset: int | None) -> list[object]:
        values = {"timeout": POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES), "offset": offset}
        updates = await call(self._request, self._base_url, "getUpdates", values, POLL_SECONDS + MARGIN_SECONDS)
        if not isinstance(updates, list):
            raise TypeError("getUpdates gave no list")
        return list(updates)


def _number(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, Mapping) else None
    return number if isinstance(number, int) else None
