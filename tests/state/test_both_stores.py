"""What a store promises, held to both kinds."""

import json
from collections.abc import Sequence

import pytest

from bot.answering.conversation import Conversation, Turn
from bot.telegram.memory import ConversationRecord, Remembered, Shown
from bot.telegram.postgres.store import PostgresStore
from bot.telegram.store import Store

QUESTION = "Wat gebeurt er met het kinderpardon?"
TURN = Turn(("kinderpardon",), "a/b", True)
SHOWN = Shown("answer", "answered", (("a/b", 0, 1),), 7, "5", "key")


def conversation(key: str = "5:0:5", asker: str = "5") -> ConversationRecord:
    return ConversationRecord(key, asker, Remembered(Conversation((TURN,)), (7,)))


async def take(store: Store, updates: Sequence[tuple[int, str, str]]) -> list[int]:
    """Receive updates and have their lanes in hand, as whoever handles them has."""
    new = await store.receive(updates)
    if isinstance(store, PostgresStore):
        await store.database.run("INSERT INTO knowledge (bot_id, version) VALUES ($1, 'v') ON CONFLICT DO NOTHING", store.bot_id)
        await store.claim(100, ["v"])
    return new


async def test_an_update_is_new_once(store: Store) -> None:
    assert await store.receive([(1, "chat:5", "{}"), (2, "chat:6", "{}")]) == [1, 2]
    assert await store.receive([(2, "chat:6", "{}"), (3, "chat:5", "{}")]) == [3]
    await take(store, [])
    await store.done(1)
    assert await store.receive([(1, "chat:5", "{}")]) == []


async def test_what_is_written_down_is_there_until_the_last_part_is_out(store: Store) -> None:
    await take(store, [(1, "chat:5", json.dumps({"text": QUESTION}))])
    await store.record(1, ['{"a": "één"}', '{"b": 2}'], conversation())
    assert await store.recorded_calls(1) == [(0, '{"a": "één"}', False), (1, '{"b": 2}', False)]
    await store.hold(1)
    await store.sent(1, 0, False, 5, 70, None)
    assert await store.recorded_calls(1) == [(0, "", True), (1, '{"b": 2}', False)]
    await store.sent(1, 1, True, 5, 71, SHOWN)
    assert await store.recorded_calls(1) == []
    assert await store.shown(5, 70) is None
    assert await store.shown(5, 71) == SHOWN
    assert (await store.conversation("5:0:5")).questions == (7,)
    await store.tidy()
    assert store.depth() == 0


async def test_answers_are_found_by_question_and_by_asker(store: Store) -> None:
    await take(store, [(number, "chat:5", "{}") for number in (1, 2)])
    await store.record(1, ["{}"])
    await store.sent(1, 0, True, 5, 71, SHOWN)
    await store.record(2, ["{}"])
    await store.sent(2, 0, True, 5, 73, Shown("no_answer", "nothing", (), 8, "5", "other"))
    assert await store.answer_to(5, 7) == (71, SHOWN)
    assert await store.answer_to(5, 9) is None
    last = await store.last_answer(5, "5")
    assert last
    assert last.key == "other"
    assert await store.last_answer(5, "6") is None


async def test_forgetting_takes_all_of_one_and_nothing_of_another(store: Store) -> None:
    await take(store, [(1, "chat:5", "{}"), (2, "chat:-9", "{}")])
    await store.record(1, ["{}"], conversation())
    await store.sent(1, 0, True, 5, 71, SHOWN)
    await store.record(2, ["{}"], conversation("-9:0:6", "6"))
    await store.sent(2, 0, True, -9, 72, Shown("answer", "answered", (), 8, "6", "of six"))
    await store.keep_feedback("key", "5", {"question": QUESTION})
    await store.keep_feedback("of six", "6", {"question": QUESTION})
    await store.forget("5")
    assert (await store.conversation("5:0:5")).conversation.turns == ()
    assert await store.shown(5, 71) is None
    assert not await store.judged("key")
    assert (await store.conversation("-9:0:6")).conversation.turns == (TURN,)
    assert await store.shown(-9, 72)
    assert await store.judged("of six")
    await store.withdraw_feedback("of six")
    assert not await store.judged("of six")


async def test_a_group_that_moves_takes_its_conversations_along(store: Store) -> None:
    await take(store, [(1, "chat:-9", "{}")])
    await store.record(1, ["{}"], conversation("-9:3:6", "6"))
    await store.sent(1, 0, True, -9, 72, SHOWN)
    await store.move_chat(-9, -1009)
    assert (await store.conversation("-1009:3:6")).conversation.turns == (TURN,)
    assert (await store.conversation("-9:3:6")).conversation.turns == ()
    assert await store.shown(-9, 72) is None
    await store.move_chat(-9, -1009)
    assert (await store.conversation("-1009:3:6")).conversation.turns == (TURN,)


async def test_facts_are_remembered(store: Store) -> None:
    assert await store.fact("introduced") is None
    await store.remember_fact("introduced", "a")
    await store.remember_fact("introduced", "b")
    assert await store.fact("introduced") == "b"


@pytest.mark.parametrize("text", ["gewoon", "'; DROP TABLE inbox; --", "\\u0000", "😀 é", "%s $1 {}"])
async def test_any_text_comes_back_to_the_letter(store: Store, text: str) -> None:
    await take(store, [(1, "chat:5", text)])
    await store.record(1, [text])
    assert await store.recorded_calls(1) == [(0, text, False)]
    await store.keep_feedback(text, text, {"question": text})
    assert await store.judged(text)
    await store.prune()
    assert await store.judged(text)
