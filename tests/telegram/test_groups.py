"""Groups, supergroups and topics: only when spoken to, and in the same place."""

from typing import Any

import pytest

from tests.telegram.api_server import BOT, ApiServer, buttons, quotes
from tests.telegram.conftest import Start
from tests.telegram.running import database

GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Raad"}
FORUM: dict[str, Any] = {"id": -1002, "type": "supergroup", "title": "Forum", "is_forum": True}
QUESTION = "Wat gebeurt er met het kinderpardon?"


async def test_a_mention_a_command_and_a_reply_are_answered(server: ApiServer, start: Start) -> None:
    async with start():
        for text in (f"@Akkoord_bot {QUESTION}", f"{QUESTION} @akkoord_BOT", f"/vraag {QUESTION}", f"/vraag@Akkoord_bot {QUESTION}"):
            reply = await server.reply_to(server.write(text, chat=GROUP))
            assert "kinderpardon blijft" in quotes(reply)[0]
        again = await server.reply_to(server.write("Mag ik twee nationaliteiten hebben?", chat=GROUP, reply_to_message=reply))
        assert "nationaliteit" in quotes(again)[0]
        named = server.write(
            "😀 Akkoordwijzer, " + QUESTION, chat=GROUP, entities=[{"type": "text_mention", "offset": 3, "length": 13, "user": BOT}]
        )
        assert "kinderpardon" in quotes(await server.reply_to(named))[0]


async def test_other_talk_is_left_alone(server: ApiServer, start: Start) -> None:
    other_bot = {"id": 77, "is_bot": True, "first_name": "Ander"}
    async with start():
        server.write(QUESTION, chat=GROUP)
        server.write(f"/vraag@Andere_bot {QUESTION}", chat=GROUP)
        server.write("/weer", chat=GROUP)
        server.write(f"@Akkoord_bot_twee {QUESTION}", chat=GROUP)
        server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP, sender=other_bot)
        server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP, via_bot=BOT)
        server.write(f"@Akkoord_bot {QUESTION}", via_bot=BOT)
        server.write(None, chat=GROUP, sticker={})
        server.write(None, chat=GROUP, new_chat_members=[BOT])
        server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP, is_automatic_forward=True, sender_chat={"id": -1009, "type": "channel"})
        server.update(channel_post=server.message(f"@Akkoord_bot {QUESTION}", chat={"id": -1009, "type": "channel", "title": "K"}))
        server.update(my_chat_member={"nonsense": True})
        await server.reply_to(server.write("/over"))
    assert len(server.sent) == 1


async def test_who_else_is_mentioned_is_no_part_of_the_question(server: ApiServer, start: Start) -> None:
    """'@piet weet jij dit?' is not about 'Zwarte Piet', which stands in the source."""
    async with start():
        reply = await server.reply_to(server.write("@Akkoord_bot @piet weet jij dit?", chat=GROUP))
        assert "Piet" not in reply["text"]
        reply = await server.reply_to(server.write(f"Hoi @Akkoord_bot, {QUESTION} @mechelen wil dat weten", chat=GROUP))
        assert "kinderpardon blijft" in quotes(reply)[0]
        named = {"type": "text_mention", "offset": 0, "length": 4, "user": {"id": 8, "is_bot": False, "first_name": "Piet"}}
        told = server.message("Piet, dit is het dus", user=6, chat=GROUP, entities=[named])
        reply = await server.reply_to(server.write("/vraag", chat=GROUP, reply_to_message=told))
        assert "Piet" not in reply["text"]
        assert quotes(await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}")))
        picture = server.write(None, chat=GROUP, photo=[], caption=f"/vraag@Akkoord_bot @piet {QUESTION}")
        assert "kinderpardon blijft" in quotes(await server.reply_to(picture))[0]


_TALK = (
    "haha wat een onzin", "mee eens", "@jan zie je wel", "Dus het blijft", "zo zie je maar weer", "We hebben het er morgen over", "dat wist ik niet",
    "ja maar dat is toch raar, toen wij in de raad zaten was dat heel anders",
)  # fmt: skip


async def test_talk_about_an_answer_gets_no_reply(server: ApiServer, start: Start) -> None:
    async with start() as service:
        answer = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP))
        told = [server.write(text, user=6, chat=GROUP, reply_to_message=answer) for text in _TALK]
        await server.until(lambda: service.store.depth() == 0)
        assert not any(server.replies_to(message) for message in told)
        # What asks, names the bot, complains or tells of danger is met.
        for text in (
            "huurtoeslag",
            "Hoe zit het met sporthallen?",
            "en voor volwassenen",
            "Ik snap het niet",
            "ik wil dood",
            "@Akkoord_bot mee eens",
        ):
            await server.reply_to(server.write(text, user=7, chat=GROUP, reply_to_message=answer))


async def test_a_reply_to_the_answer_of_another_follows_on_that(server: ApiServer, start: Start) -> None:
    """'Wie zegt dat?' of who asked nothing before, and of who asked something else."""
    async with start() as service:
        answer = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP))
        await server.reply_to(server.write("@Akkoord_bot Krijgen vluchtelingen huurtoeslag?", user=7, chat=GROUP))
        for user in (6, 7):
            reply = await server.reply_to(server.write("Klopt dat?", user=user, chat=GROUP, reply_to_message=answer))
            assert "kinderpardon blijft" in quotes(reply)[0]
        await server.reply_to(server.write("/vergeet@Akkoord_bot", chat=GROUP))
        reply = await server.reply_to(server.write("Klopt dat?", user=8, chat=GROUP, reply_to_message=answer))
        assert not quotes(reply)
        assert service.counters.counts["failures"] == 0


@pytest.mark.parametrize(
    ("more", "thread"), [({"message_thread_id": 9, "is_topic_message": True}, 9), ({}, None), ({"message_thread_id": 4}, None)]
)
async def test_the_answer_stays_in_its_topic(server: ApiServer, start: Start, more: dict[str, Any], thread: int | None) -> None:
    async with start():
        await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=FORUM, **more))
    assert server.done("sendMessage")[0].get("message_thread_id") == thread


async def test_only_who_asked_may_press_the_buttons(server: ApiServer, start: Start) -> None:
    async with start():
        reply = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP))
        server.press(reply, buttons(reply)["Meer context"], user=6)
        await server.until(lambda: bool(server.done("answerCallbackQuery")))
        assert "voor wie de vraag stelde" in server.done("answerCallbackQuery")[0]["text"]
        server.press(reply, buttons(reply)["Meer context"])
        await server.until(lambda: bool(server.done("editMessageText")))
    assert len(server.done("editMessageText")) == 1


async def test_each_member_has_a_conversation_of_their_own(server: ApiServer, start: Start) -> None:
    async with start() as service:
        await server.reply_to(server.write("@Akkoord_bot Wat gebeurt er met het kinderpardon?", chat=GROUP))
        await server.reply_to(server.write("@Akkoord_bot Mag ik twee nationaliteiten hebben?", user=6, chat=GROUP))
        keys = [row[0] for row in database(service).execute("SELECT key FROM conversations ORDER BY key")]
    assert keys == ["-1001:0:5", "-1001:0:6"]


async def test_a_group_that_becomes_a_supergroup_goes_on(server: ApiServer, start: Start) -> None:
    old: dict[str, Any] = {"id": -55, "type": "group", "title": "Raad"}
    async with start() as service:
        await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=old))
        server.write(None, chat=old, migrate_to_chat_id=-10055)
        server.write(None, chat={**GROUP, "id": -10055}, migrate_from_chat_id=-55)
        reply = await server.reply_to(server.write("@Akkoord_bot En wat staat daar?", chat={**GROUP, "id": -10055}))
        keys = [row[0] for row in database(service).execute("SELECT key FROM conversations")]
    assert reply["chat"]["id"] == -10055
    assert keys == ["-10055:0:5"]
    assert len(server.sent) == 2


async def test_an_answer_follows_a_group_that_moved_while_it_was_written(server: ApiServer, start: Start) -> None:
    server.migrated = {-55: -10055}
    async with start():
        server.write(f"@Akkoord_bot {QUESTION}", chat={"id": -55, "type": "group", "title": "Raad"})
        await server.until(lambda: bool(server.sent))
    assert [m["chat"]["id"] for m in server.sent] == [-10055]


async def test_each_chat_has_a_ceiling_and_the_others_go_on(server: ApiServer, start: Start) -> None:
    """Telegram takes twenty messages a minute for a group; more would be refused for a while."""
    async with start(group_messages_per_minute=3):
        asked = [server.write(f"@Akkoord_bot {QUESTION}", user=user, chat=GROUP) for user in range(10, 16)]
        await server.until(lambda: len(server.sent) == 3)
        assert quotes(await server.reply_to(server.write(QUESTION)))
        assert quotes(await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat={**GROUP, "id": -1003})))
        assert len([m for m in server.sent if m["chat"]["id"] == GROUP["id"]]) == 3
    # What waits stays in the inbox, and is answered after the next start.
    async with start():
        for message in asked:
            await server.reply_to(message)
    assert [len(server.replies_to(message)) for message in asked] == [1] * 6


async def test_a_chat_that_must_wait_holds_up_no_other(server: ApiServer, start: Start) -> None:
    """Nor do several that must wait at the same time, each because of itself."""
    async with start():
        await server.reply_to(server.write(QUESTION, user=7))
        groups = [{**GROUP, "id": -1100 - number} for number in range(5)]
        server.flooded = {group["id"]: 3.0 for group in groups}
        crowd = [server.write(f"@Akkoord_bot {QUESTION}", user=user, chat=group) for user in range(10, 13) for group in groups]
        await server.until(lambda: not server.flooded)
        assert quotes(await server.reply_to(server.write(QUESTION, user=7), 2.0))
        assert not any(server.replies_to(message) for message in crowd)
        for message in crowd:
            await server.reply_to(message)
    assert server.early == 0


async def test_many_chats_that_must_wait_hold_up_no_other(server: ApiServer, start: Start) -> None:
    groups = [{**GROUP, "id": -2000 - number} for number in range(80)]
    async with start(group_messages_per_minute=1):
        for user in (10, 11):
            for group in groups:
                server.write(f"@Akkoord_bot {QUESTION}", user=user, chat=group)
        await server.until(lambda: len(server.sent) == 80)
        assert quotes(await server.reply_to(server.write(QUESTION)))
