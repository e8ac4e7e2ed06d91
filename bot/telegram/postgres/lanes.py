"""Lanes in the hands of one replica at a time: taken, kept while it is at work, let go of, and taken over when it is not heard of."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from contextlib import suppress
from typing import Any

from bot.telegram import logs, updates
from bot.telegram.lanes import AtWork, Handle
from bot.telegram.monitoring import Counters
from bot.telegram.postgres.store import Claim, PostgresStore
from bot.telegram.store import LaneLostError, StoreError
from bot.telegram.updates import Update

MOST_IN_HAND = 16
"""Lanes that one replica has in hand: more than it can answer at a time, so that none of its threads waits, and little for others to wait for."""

MOST_URGENT = 16
"""Buttons and inline queries beside those."""

_TAKEN_AT_ONCE = 8
_SETTLES = 0.2
LOOK_EVERY = 1.0
"""Seconds after which a replica with nothing to do looks for work of which no word reached it: lanes of one that died, for example."""


class SharedLanes(AtWork):
    """`Lanes` of one replica.

    Args:
        handle: gets each update in its turn.
        versions: gives those of the knowledge that this replica can answer from.
        at_version: is told from which of them all replicas answer, before an update is handed on.
    """

    def __init__(
        self,
        store: PostgresStore,
        counters: Counters,
        handle: Handle,
        versions: Callable[[], Sequence[str]],
        at_version: Callable[[str], bool],
    ) -> None:
        super().__init__()
        self._store, self._counters, self._handle = store, counters, handle
        self._versions, self._at_version = versions, at_version
        self._in_hand: dict[asyncio.Task[None], Claim] = {}
        self._begun: set[int] = set()
        self._wake = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []
        self._calls: set[asyncio.Task[None]] = set()

    def begin(self) -> None:
        """See `Lanes`."""
        self._loops = [asyncio.create_task(each) for each in (self._for_ever(self._take), self._for_ever(self._keep))]

    def put(self, update_id: int, lane: str, update: Update | None = None) -> None:
        """See `Lanes`: whoever takes the lane first has it. Who has its hands full calls others."""
        self.wake()
        if (self._closed or self._free() <= 0) and not self._calls:
            task = asyncio.create_task(self._call_others())
            self._calls.add(task)
            task.add_done_callback(self._calls.discard)

    def wake(self) -> None:
        """There may be work."""
        self._wake.set()

    def begun(self, update_id: int) -> bool:
        """See `Lanes`."""
        return update_id in self._begun

    def idle(self) -> bool:
        """See `Lanes`."""
        return not self._in_hand

    async def close(self, patience: float) -> None:
        """See `Lanes`."""
        await super().close(patience)
        for task in (*self._loops, *self._calls):
            task.cancel()
        await asyncio.gather(*self._loops, *self._calls, return_exceptions=True)

    def _tasks(self) -> set[asyncio.Task[None]]:
        return set(self._in_hand)

    def _room(self) -> None:
        self.wake()

    def _free(self) -> int:
        return MOST_IN_HAND - (len(self._in_hand) - self._aside)

    async def _for_ever(self, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        while True:
            try:
                await work()
            except StoreError as error:
                logs.failure("lanes_failed", error)
                await asyncio.sleep(LOOK_EVERY)

    async def _take(self) -> None:
        """Take lanes while there are any and hands are free; then wait for word of others, or a while."""
        self._wake.clear()
        free = self._free()
        room = free if free > 0 else free + MOST_URGENT
        versions = self._versions()
        claims: list[Claim] = []
        if not self._closed and versions and room > 0:
            claims = await self._store.claim(min(room, _TAKEN_AT_ONCE), versions, urgent_only=free <= 0)
        for claim in claims:
            task = asyncio.create_task(self._work(claim))
            self._in_hand[task] = claim
            task.add_done_callback(self._out_of_hand)
        self._counters.add("lanes_taken", len(claims))
        if not claims:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._wake.wait()

    async def _keep(self) -> None:
        """Renew the leases of what is in hand, and stop what another has taken over."""
        await asyncio.sleep(self._store.lease / 3)
        held = [claim for claim in self._in_hand.values() if not claim.let_go]
        lost = await self._store.renew(held) if held else []
        if lost:
            # One that was just finished is gone from the database before the word of it is here.
            await asyncio.sleep(_SETTLES)
            lost = await self._store.renew(lost)
        for task, claim in list(self._in_hand.items()):
            if any(claim is each for each in lost) and not claim.let_go:
                logs.warning("lane_lost")
                task.cancel()

    def _out_of_hand(self, task: "asyncio.Task[None]") -> None:
        claim = self._in_hand.pop(task)
        self._store.drop(claim)
        self.wake()

    async def _work(self, claim: Claim) -> None:
        task = asyncio.current_task()
        assert task
        try:
            after: Claim | None = claim
            while after is not None:
                claim = self._in_hand[task] = after
                if self._closed or not self._at_version(claim.version):
                    return
                for update_id, payload, begun in claim.updates:
                    if self._closed:
                        return
                    await self._one(update_id, payload, begun)
                self._store.drop(claim)
                after = await self._store.next_of(claim)
        except LaneLostError:
            self._counters.add("lanes_lost")
            claim.let_go = True
        except StoreError as error:
            logs.failure("lane_failed", error)
        finally:
            await asyncio.shield(self._give_back(claim))

    async def _one(self, update_id: int, payload: str, begun: bool) -> None:
        if begun:
            self._begun.add(update_id)
        try:
            update = updates.parse(json.loads(payload)) if payload else None
            if update is None:
                await self._store.done(update_id)
            else:
                await self._handle(update_id, update)
        except LaneLostError:
            raise
        except Exception as error:
            # One update that breaks something must not stop the chat, let alone the bot, and would break it again.
            self._counters.add("failures")
            logs.failure("update_failed", error)
            await self._store.done(update_id)
        finally:
            self._begun.discard(update_id)

    async def _give_back(self, claim: Claim) -> None:
        if not claim.let_go:
            with suppress(StoreError):  # its lease runs out
                await self._store.give_back(claim)

    async def _call_others(self) -> None:
        with suppress(StoreError):  # they look by themselves now and then
            await self._store.call_others()
            await asyncio.sleep(0.02)  # many that come at the same time are one call
