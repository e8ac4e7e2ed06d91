"""What is written together is written in one go, and one that can't be written takes no other along."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.telegram.memory import Shown
from bot.telegram.postgres.grouped import MOST_TOGETHER, Grouped
from bot.telegram.store import LaneLostError, StoreError
from tests.state.conftest import BOT_ID
from tests.state.test_claims import stores


class Written:
    """Remembers the groups; refuses those that hold a number below zero."""

    def __init__(self) -> None:
        self.groups: list[list[int]] = []

    async def write(self, group: Sequence[int]) -> list[int]:
        self.groups.append(list(group))
        await asyncio.sleep(0.01)
        if min(group) < 0:
            raise StoreError("no")
        return [2 * number for number in group]


async def test_what_comes_while_one_is_on_its_way_goes_together() -> None:
    written = Written()
    grouped = Grouped(written.write)
    assert await grouped.put(1) == 2
    assert await asyncio.gather(*map(grouped.put, range(2, 2 + 2 * MOST_TOGETHER))) == list(range(4, 4 + 4 * MOST_TOGETHER, 2))
    assert [len(group) for group in written.groups] == [1, MOST_TOGETHER, MOST_TOGETHER]


async def test_one_that_can_not_be_written_takes_no_other_along() -> None:
    grouped = Grouped(Written().write)
    results = await asyncio.gather(*map(grouped.put, (1, -1, 2, 3)), return_exceptions=True)
    assert [*results[:1], *results[2:]] == [2, 4, 6]
    assert isinstance(results[1], StoreError)


async def test_who_does_not_wait_any_more_holds_up_nobody() -> None:
    written = Written()
    grouped = Grouped(written.write)
    first, second, third = (asyncio.create_task(grouped.put(number)) for number in (1, 2, 3))
    await asyncio.sleep(0.005)
    second.cancel()
    assert (await first, await third) == (2, 6)
    with pytest.raises(asyncio.CancelledError):
        await second
    assert await grouped.put(4) == 8


async def test_lanes_that_finish_together_are_let_go_of_and_one_that_was_taken_over_is_refused_alone(state_url: str) -> None:
    async with stores(state_url, BOT_ID) as (one,):
        lanes = range(1, 9)
        await one.receive([(number, f"chat:{number}", "a") for number in lanes])
        await one.receive([(108, "chat:8", "more")])
        claims = await one.claim(len(lanes), ["v"])
        await one.database.run("UPDATE lanes SET holder = gen_random_uuid() WHERE lane = 'chat:3'")
        recorded = await asyncio.gather(*(one.record(number, ["x", "y"]) for number in lanes), return_exceptions=True)
        assert [isinstance(each, LaneLostError) for each in recorded] == [number == 3 for number in lanes]
        assert await one.recorded_calls(3) == []
        assert await one.recorded_calls(4) == [(0, "x", False), (1, "y", False)]
        sent = await asyncio.gather(*(one.sent(number, 1, True, number, 50, None) for number in lanes), return_exceptions=True)
        assert [isinstance(each, LaneLostError) for each in sent] == [number == 3 for number in lanes]
        # The eighth has one more update, and stays in hand.
        assert {claim.lane for claim in claims if not claim.let_go} == {"chat:3", "chat:8"}
        assert sorted(await one.database.run("SELECT lane FROM lanes")) == [("chat:3",), ("chat:8",)]
        assert await one.database.run("SELECT update_id FROM inbox WHERE NOT done ORDER BY 1") == [(3,), (108,)]


async def test_an_answer_and_a_button_may_change_one_message_at_the_same_moment(state_url: str) -> None:
    async with stores(state_url, BOT_ID) as (store,):
        await store.receive([(1, "chat:5", "a"), (2, "button:2", "b"), (3, "chat:6", "c")])
        await store.claim(9, ["v"])
        shown = [Shown("answer", "", ((passage, 0, 1),), 7, "5", passage) for passage in ("first", "second", "third")]
        await asyncio.gather(store.sent(3, 0, True, 6, 9, shown[2]), *(store.sent(n + 1, 0, True, 5, 9, shown[n]) for n in range(2)))
        kept = await store.shown(5, 9)
        assert kept
        assert kept.key == "second"
        assert await store.database.run("SELECT lane FROM lanes") == []
