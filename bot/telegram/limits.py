"""Ceilings: how often someone may ask, and how fast the bot may write, to all together and to one chat."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Protocol

WINDOW = 60.0
GROUP_MESSAGES = 20
"""Messages a minute to one group: https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this."""

WAITING_TOGETHER = 10
"""Chats that wait at the same time, each because Telegram said so, from which on it is taken to be no matter of one chat."""

TO_BE_SURE = 0.5
_MOST_CHATS = 10_000


class Verdict(Enum):
    """What happens with a question."""

    WELCOME = "welcome"
    TOO_MANY = "too_many"
    """The first one over the ceiling: who asks hears of it."""
    SILENT = "silent"
    """Further ones while that lasts: nothing more is said."""


class Ceiling(Protocol):
    """A ceiling on the questions of one asker."""

    async def count(self, asker: str) -> Verdict:
        """Count a question of someone, and say what happens with it."""

    def forget_old(self) -> None:
        """Forget whom there is nothing to count of any more."""


class Pace(Protocol):
    """Keeps messages apart, and keeps back those to a chat for which Telegram said to wait.

    Telegram does not say whether it is one chat that gets too much or all together. It is taken to be the chat; when so many as
    `WAITING_TOGETHER` wait at the same time, it is taken to be all.
    """

    async def pause(self, chat_id: int, seconds: float) -> None:
        """Let nothing out to a chat for so long."""

    async def wait_for(self, chat_id: int) -> float:
        """Seconds until this chat may get a message, others aside; 0 for now."""

    async def turn(self, chat_id: int) -> None:
        """Wait until a message may go out, of all together, and count it for its chat."""


class QuestionLimit:
    """A `Ceiling` of one process.

    Args:
        per_minute: how many; less than one means one in so much more than a minute; 0 for any number.
        clock: seconds, for tests.
    """

    def __init__(self, per_minute: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = max(1, int(per_minute)) if per_minute else 0
        self._window = WINDOW * self._most / per_minute if per_minute else WINDOW
        self._clock = clock
        self._times: dict[str, deque[float]] = {}
        self._told: dict[str, float] = {}

    async def count(self, asker: str) -> Verdict:
        """See `Ceiling`."""
        return self.judge(asker)

    def judge(self, asker: str) -> Verdict:
        """Count a question of someone."""
        if not self._most:
            return Verdict.WELCOME
        now = self._clock()
        times = self._times.setdefault(asker, deque())
        while times and times[0] <= now - self._window:
            times.popleft()
        if len(times) < self._most:
            times.append(now)
            return Verdict.WELCOME
        if self._told.get(asker, -self._window) > now - self._window:
            return Verdict.SILENT
        self._told[asker] = now
        return Verdict.TOO_MANY

    def forget_old(self) -> None:
        """Forget whom there is nothing to count of any more."""
        since = self._clock() - self._window
        self._times = {asker: times for asker, times in self._times.items() if times and times[-1] > since}
        self._told = {asker: told for asker, told in self._told.items() if told > since}


class LocalPace:
    """The `Pace` of one process.

    Args:
        per_second: how many may go out; 0 for any number.
        per_group_minute: how many may go to one group in a minute; 0 for any number.
    """

    def __init__(self, per_second: float, per_group_minute: int = GROUP_MESSAGES) -> None:
        self._interval = 1.0 / per_second if per_second else 0.0
        self._per_group = per_group_minute
        self._next = 0.0
        self._all_until = 0.0
        self._until: dict[int, float] = {}
        self._times: dict[int, deque[float]] = {}

    async def pause(self, chat_id: int, seconds: float) -> None:
        """See `Pace`."""
        now = asyncio.get_running_loop().time()
        self._until = {chat: until for chat, until in self._until.items() if until > now}
        self._until[chat_id] = max(self._until.get(chat_id, 0.0), now + seconds)
        if len(self._until) >= WAITING_TOGETHER:
            self._all_until = max(self._all_until, now + seconds)

    async def wait_for(self, chat_id: int) -> float:
        """See `Pace`."""
        now = asyncio.get_running_loop().time()
        wait = self._until.get(chat_id, 0.0) - now
        times = self._times.get(chat_id)
        if times and len(times) >= self._per_group:
            wait = max(wait, times[-self._per_group] + WINDOW + TO_BE_SURE - now)
        return max(wait, 0.0)

    async def turn(self, chat_id: int) -> None:
        """See `Pace`."""
        loop = asyncio.get_running_loop()
        if self._interval:
            mine = max(self._next, loop.time())
            self._next = mine + self._interval
            if mine > loop.time():
                await asyncio.sleep(mine - loop.time())
        while self._all_until > loop.time():
            await asyncio.sleep(self._all_until - loop.time())
        if chat_id < 0 and self._per_group:
            self._count(chat_id, loop.time())

    def _count(self, chat_id: int, now: float) -> None:
        # Groups and channels have numbers below zero.
        times = self._times.setdefault(chat_id, deque(maxlen=self._per_group))
        times.append(now)
        if len(self._times) > _MOST_CHATS:
            self._times = {chat: times for chat, times in self._times.items() if times[-1] > now - WINDOW - TO_BE_SURE}
