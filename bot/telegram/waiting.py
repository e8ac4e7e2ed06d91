"""How long to wait: as Telegram says, else longer after each attempt."""

import os
import random
from datetime import timedelta

from telegram.error import RetryAfter

# The library is about to give these as timedelta, and warns until one chooses; each warning would be a line in the log.
os.environ.setdefault("PTB_TIMEDELTA", "true")

_TO_BE_SURE = 0.05


def told_to_wait(error: BaseException) -> float:
    """Seconds that Telegram told to wait, a little more to be sure; 0 where it did not say."""
    if not isinstance(error, RetryAfter):
        return 0.0
    told = error.retry_after
    return (told.total_seconds() if isinstance(told, timedelta) else float(told)) + _TO_BE_SURE


def pause_before(attempt: int, base: float, longest: float, error: BaseException | None = None) -> float:
    """Seconds to wait before a new attempt.

    Args:
        attempt: how many there were.
        base: the first pause; each further one is twice as long, up to `longest`.
        error: what went wrong; where it says how long to wait, that counts.
    """
    told = told_to_wait(error) if error else 0.0
    spread = random.uniform(0.8, 1.2)  # noqa: S311 - keeps many bots from coming back at once; guards nothing
    return told or min(longest, base * 2 ** min(attempt - 1, 20)) * spread
