"""Writes that go together: what several lanes have to write at the same moment is one statement, one transaction and one wait for the disk."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

MOST_TOGETHER = 32

W = TypeVar("W")
R = TypeVar("R")


class Grouped(Generic[W, R]):
    """Writes of one kind. One group is on its way at a time; what comes meanwhile is the next. Nothing waits for others to come.

    Args:
        write: writes a group, all of it or nothing, and gives the result of each.
    """

    def __init__(self, write: Callable[[Sequence[W]], Awaitable[Sequence[R]]]) -> None:
        self._write = write
        self._waiting: list[tuple[W, asyncio.Future[R]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def put(self, what: W) -> R:
        """Write something, and come back when it is written.

        Raises:
            StoreError: it is not, because of itself; what went along with it is.
        """
        result: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((what, result))
        if self._writing is None:
            self._writing = asyncio.create_task(self._work())
        return await result

    async def _work(self) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting[:MOST_TOGETHER], self._waiting[MOST_TOGETHER:]
                await self._together([one for one in group if not one[1].done()])
        finally:
            self._writing = None

    async def _together(self, group: Sequence[tuple[W, "asyncio.Future[R]"]]) -> None:
        if not group:
            return
        try:
            results = await self._write([what for what, _ in group])
        except Exception as error:
            if len(group) > 1:
                # One of them is wrong in itself: each by itself, so that it takes no other along.
                for one in group:
                    await self._together([one])
            elif not group[0][1].done():
                group[0][1].set_exception(error)
            return
        for (_, future), result in zip(group, results, strict=True):
            if not future.done():
                future.set_result(result)
