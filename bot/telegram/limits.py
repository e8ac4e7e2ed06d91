"""Who may ask, and how often."""

import time
from collections import deque
from collections.abc import Callable
from enum import Enum

WINDOW = 60.0
_KEPT_USERS = 10_000


class Verdict(Enum):
    """What happens with a question."""

    WELCOME = "welcome"
    TOO_MANY = "too_many"
    """The first one over the ceiling: the user hears of it."""
    SILENT = "silent"
    """Further ones in the same minute: nothing more is said."""


class QuestionLimit:
    """A ceiling on the questions of one user.

    Args:
        per_minute: how many; 0 for any number.
        clock: seconds, for tests.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._per_minute, self._clock = per_minute, clock
        self._times: dict[int, deque[float]] = {}
        self._told: dict[int, float] = {}

    def judge(self, user_id: int) -> Verdict:
        """Count a question of a user."""
        if not self._per_minute:
            return Verdict.WELCOME
        now = self._clock()
        times = self._times.setdefault(user_id, deque())
        while times and times[0] <= now - WINDOW:
            times.popleft()
        if len(times) < self._per_minute:
            times.append(now)
            self._told.pop(user_id, None)
            self._drop_old(now)
            return Verdict.WELCOME
        if self._told.get(user_id, -WINDOW) > now - WINDOW:
            return Verdict.SILENT
        self._told[user_id] = now
        return Verdict.TOO_MANY

    def _drop_old(self, now: float) -> None:
        if len(self._times) > _KEPT_USERS:
            self._times = {user: times for user, times in self._times.items() if times and times[-1] > now - WINDOW}
            self._told = {user: told for user, told in self._told.items() if told > now - WINDOW}
