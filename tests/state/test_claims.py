"""A lane is in the hands of one replica at a time, and what another writes for it is refused."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from bot.telegram.postgres.database import Database
from bot.telegram.postgres.store import MOST_LISTED, Claim, PostgresStore
from bot.telegram.postgres.tables import prepare
from bot.telegram.store import LaneLostError, Store
from tests.state.conftest import BOT_ID

LEASE = 0.4


@asynccontextmanager
async def stores(url: str, *bots: int, lease: float = 30.0) -> AsyncIterator[list[PostgresStore]]:
    """The stores of so many replicas, each of the bot with this number."""
    await prepare(url, "test", lambda error: None)
    async with AsyncExitStack() as stack:
        made = []
        for bot in bots:
            database = Database(url, "test")
            await database.open()
            stack.push_async_callback(database.close)
            made.append(PostgresStore(database, bot, lease))
            await database.run("INSERT INTO knowledge (bot_id, version) VALUES ($1, 'v') ON CONFLICT DO NOTHING", bot)
        # A server that was just started gives holders the time of one lease: these tests are about one that runs.
        await made[0].database.run("SELECT pg_sleep(greatest(0, $1 - extract(epoch FROM now() - pg_postmaster_start_time())))", LEASE + 0.1)
        yield made


async def only(claims: list[Claim]) -> Claim:
    (claim,) = claims
    return claim


async def test_a_lane_is_taken_by_one_and_free_again_when_all_is_done(state_url: str) -> None:
    async with stores(state_url, BOT_ID, BOT_ID) as (one, other):
        await one.receive([(2, "chat:5", "b"), (1, "chat:5", "a"), (3, "chat:6", "c")])
        first = await only(await one.claim(1, ["v"]))
        assert [update[:2] for update in first.updates] == [(1, "a"), (2, "b")]
        second = await only(await other.claim(9, ["v"]))
        assert second.lane == "chat:6"
        assert await one.claim(9, ["v"]) == []
        await one.record(1, ["x"])
        await one.sent(1, 0, True, 5, 7, None)
        assert not first.let_go
        await one.done(2)
        assert first.let_go
        assert await one.next_of(first) is None
        assert await other.database.run("SELECT lane FROM lanes") == [("chat:6",)]


async def test_what_comes_while_the_last_one_is_finished_is_not_left(state_url: str) -> None:
    async with stores(state_url, BOT_ID, BOT_ID) as (one, other):
        await one.receive([(1, "chat:5", "a")])
        claim = await only(await one.claim(1, ["v"]))
        await other.receive([(2, "chat:5", "b")])
        await one.done(1)
        assert not claim.let_go
        after = await one.next_of(claim)
        assert after
        assert [update[:2] for update in after.updates] == [(2, "b")]
        assert await other.claim(1, ["v"]) == []
        await one.done(2)
        assert await one.next_of(after) is None


LATE: tuple[Callable[[Store], object], ...] = (
    lambda store: store.record(1, ["late"]),
    lambda store: store.sent(1, 0, False, 5, 7, None),
    lambda store: store.sent(1, 0, True, 5, 7, None),
    lambda store: store.done(1),
    lambda store: store.hold(1),
)


@pytest.mark.parametrize("write", LATE, ids=["record", "sent", "sent last", "done", "hold"])
async def test_whose_lease_ran_out_writes_nothing_when_another_has_the_lane(state_url: str, write: Callable[[Store], object]) -> None:
    async with stores(state_url, BOT_ID, BOT_ID, lease=LEASE) as (slow, other):
        await slow.receive([(1, "chat:5", "a")])
        held = await only(await slow.claim(1, ["v"]))
        await slow.record(1, ["first", "second"])
        assert await other.claim(1, ["v"]) == []
        await asyncio.sleep(LEASE + 0.2)
        taken = await only(await other.claim(1, ["v"]))
        assert taken.updates == [(1, "a", True)]
        with pytest.raises(LaneLostError):
            await write(slow)  # type: ignore[misc]  # what it gives is awaited here only
        assert await slow.renew([held]) == [held]
        assert await other.recorded_calls(1) == [(0, "first", False), (1, "second", False)]
        await other.sent(1, 0, True, 5, 7, None)
        assert await other.recorded_calls(1) == []


async def test_a_lease_that_is_renewed_does_not_run_out(state_url: str) -> None:
    async with stores(state_url, BOT_ID, BOT_ID, lease=LEASE) as (one, other):
        await one.receive([(1, "chat:5", "a")])
        claim = await only(await one.claim(1, ["v"]))
        for _ in range(4):
            await asyncio.sleep(LEASE / 2)
            assert await one.renew([claim]) == []
            assert await other.claim(1, ["v"]) == []
        await one.give_back(claim)
        assert await only(await other.claim(1, ["v"]))


async def test_buttons_go_first_and_more_than_is_read_at_a_time_stays_in_order(state_url: str) -> None:
    async with stores(state_url, BOT_ID) as (store,):
        await store.receive([(number, "chat:5", str(number)) for number in range(2 * MOST_LISTED + 7)])
        await store.receive([(1000, "button:1000", "b")])
        assert (await only(await store.claim(1, ["v"], urgent_only=True))).lane == "button:1000"
        assert await store.claim(1, ["v"], urgent_only=True) == []
        claim: Claim | None = await only(await store.claim(1, ["v"]))
        seen = []
        while claim:
            for number, _, _ in claim.updates:
                seen.append(number)
                await store.done(number)
            claim = await store.next_of(claim)
        assert seen == list(range(2 * MOST_LISTED + 7))


async def test_who_can_not_answer_from_the_version_of_all_gets_no_lane(state_url: str) -> None:
    async with stores(state_url, BOT_ID) as (store,):
        await store.receive([(1, "chat:5", "a")])
        assert await store.claim(1, ["older", "newer"]) == []
        claim = await only(await store.claim(1, ["older", "v"]))
        assert claim.version == "v"


async def test_bots_that_share_a_database_know_nothing_of_each_other(state_url: str) -> None:
    async with stores(state_url, 111, 222) as (one, other):
        assert await one.receive([(1, "chat:5", "a")]) == await other.receive([(1, "chat:5", "b")]) == [1]
        (claim,) = await other.claim(9, ["v"])
        assert claim.updates == [(1, "b", False)]
        await one.keep_feedback("key", "5", {})
        await one.remember_fact("introduced", "x")
        await other.forget("5")
        assert await one.judged("key")
        assert not await other.judged("key")
        assert await other.fact("introduced") is None
        await one.look_at_depth()
        assert one.depth() == 1
