"""No one, in no order of questions, gets more than the ceiling, and who waits gets on."""

import asyncio
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.limits import WAITING_TOGETHER, WINDOW, LocalPace, QuestionLimit, Verdict


@example(1, [("a", 0.0), ("a", 1.0), ("a", 29.0), ("a", 30.0), ("a", 0.0)])
@given(st.integers(1, 30), st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 30)), max_size=200))
def test_no_minute_holds_more_than_the_ceiling(per_minute: int, questions: list[tuple[str, float]]) -> None:
    now, welcome, told = 0.0, [], []
    limit = QuestionLimit(per_minute, lambda: now)
    for asker, pause in questions:
        now += pause
        verdict = limit.judge(asker)
        if verdict is Verdict.WELCOME:
            welcome.append((asker, now))
        elif verdict is Verdict.TOO_MANY:
            told.append((asker, now))
    for asker, time in welcome:
        within = [at for who, at in welcome if who == asker and time - WINDOW < at <= time]
        assert len(within) <= per_minute
    for asker, time in told:
        assert sum(who == asker and time - WINDOW < at <= time for who, at in told) == 1


@pytest.mark.parametrize("per_minute", [0.5, 1, 20])
def test_who_waits_as_told_is_welcome_again(per_minute: float) -> None:
    now = 0.0
    limit = QuestionLimit(per_minute, lambda: now)
    verdicts = Counter(limit.judge("a") for _ in range(30))
    assert verdicts[Verdict.WELCOME] == max(1, int(per_minute))
    now += WINDOW * max(1.0, 1 / per_minute)
    assert limit.judge("a") is Verdict.WELCOME
    limit.forget_old()
    assert set(limit._times) == {"a"}
    now += WINDOW * 3
    limit.forget_old()
    assert not limit._times
    assert not limit._told


def test_no_ceiling_is_none() -> None:
    limit = QuestionLimit(0)
    assert {limit.judge("a") for _ in range(100)} == {Verdict.WELCOME}


async def test_chats_that_must_wait_are_those_chats_and_very_many_are_all() -> None:
    pace = LocalPace(0)
    for chat in range(1, WAITING_TOGETHER):
        await pace.pause(chat, 30.0)
        assert await pace.wait_for(chat) > 29
        assert await pace.wait_for(99) == 0
        await asyncio.wait_for(pace.turn(99), 1)
    await pace.pause(WAITING_TOGETHER, 0.2)
    begin = asyncio.get_running_loop().time()
    await pace.turn(99)
    assert asyncio.get_running_loop().time() - begin >= 0.19


async def test_a_group_gets_so_many_and_a_private_chat_any_number() -> None:
    pace = LocalPace(0, per_group_minute=3)
    for chat in (-1, 5):
        for _ in range(3):
            assert await pace.wait_for(chat) == 0
            await pace.turn(chat)
    assert await pace.wait_for(-1) > 59
    assert await pace.wait_for(5) == 0
    assert await pace.wait_for(-2) == 0
