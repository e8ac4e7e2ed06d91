"""A store that can't be written just now."""

import time

from bot.telegram import logs

LASTING = 10.0
"""Seconds after which it is told to whoever watches: a backup that holds a file for a moment is no trouble."""

_LONGEST_PAUSE = 2.0
_TOLD_EVERY = 60.0


class Outage:
    """Since when a store can't be written, why, and when to try again.

    Attributes:
        why: empty where all is well.
    """

    def __init__(self) -> None:
        self.why, self._since = "", 0.0
        self._attempt, self._told = 0, -_TOLD_EVERY

    def tell(self, error: Exception) -> None:
        """It went wrong; logged now and then."""
        if not self.why:
            self._since = time.monotonic()
        self.why = str(error)
        if time.monotonic() - self._told >= _TOLD_EVERY:
            self._told = time.monotonic()
            logs.failure("store_failed", error)

    def over(self) -> None:
        """It went well."""
        if self.why:
            logs.event("store_works_again")
            self.why, self._attempt, self._told = "", 0, -_TOLD_EVERY

    def pause(self) -> float:
        """Seconds until a new attempt, each time longer."""
        self._attempt += 1
        return float(min(_LONGEST_PAUSE, 0.05 * 2 ** min(self._attempt - 1, 10)))

    def lasting(self) -> str:
        """Why, where it lasts."""
        return self.why if self.why and time.monotonic() - self._since >= LASTING else ""
