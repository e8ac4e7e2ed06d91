"""Who asks, and where the question stands: under another name, under a picture, in someone else's message, in a quoted part."""

from pathlib import Path
from typing import Any

import pytest

from bot.telegram.referring import only_points, with_term
from bot.watch import load_assistant
from tests.telegram.api_server import BOT, ApiServer, buttons, quotes
from tests.telegram.conftest import Start
from tests.telegram.running import database

GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Raad"}
OTHER_GROUP: dict[str, Any] = {"id": -1002, "type": "supergroup", "title": "Wijk"}
CHANNEL: dict[str, Any] = {"id": -1009, "type": "channel", "title": "Kanaal"}
ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
QUESTION = "Wat gebeurt er met het kinderpardon?"
OTHER = "Hoeveel vluchtelingen mogen er per jaar komen?"


def disguised(chat: dict[str, Any], how: str) -> dict[str, Any]:
    """What Telegram tells of someone who writes as the group or as a channel."""
    if how == "group":
        return {"chat": chat, "sender": ANONYMOUS, "sender_chat": chat}
    return {"chat": chat, "sender": CHANNEL_BOT, "sender_chat": CHANNEL}


@pytest.mark.parametrize("how", ["group", "channel"])
@pytest.mark.parametrize("text", [f"@Akkoord_bot {QUESTION}", f"/vraag@Akkoord_bot {QUESTION}", f"/vraag {QUESTION}"])
async def test_who_writes_as_a_group_or_channel_is_answered_and_can_press(server: ApiServer, start: Start, how: str, text: str) -> None:
    async with start():
        reply = await server.reply_to(server.write(text, **disguised(GROUP, how)))
        assert "kinderpardon blijft" in quotes(reply)[0]
        server.press(reply, buttons(reply)["Meer context"], user=1001)  # pressing happens under the number of the person behind it
        await server.until(lambda: bool(server.done("editMessageText")))
        server.press(reply, buttons(reply)["Klopt dit?"], user=1001)
        await server.until(lambda: bool(server.done("editMessageReplyMarkup")))
    assert not any(call.get("text") for call in server.done("answerCallbackQuery"))


@pytest.mark.parametrize("how", ["group", "channel"])
async def test_they_share_no_ceiling_and_no_memory_with_those_of_another_group(server: ApiServer, start: Start, how: str) -> None:
    async with start(questions_per_minute=2) as service:
        for _ in range(3):
            server.write(f"@Akkoord_bot {QUESTION}", **disguised(GROUP, how))
        mine = server.write(f"@Akkoord_bot {OTHER}", **disguised(OTHER_GROUP, how))
        assert quotes(await server.reply_to(mine))
        await server.until(lambda: service.store.depth() == 0)
        assert service.counters.counts["questions"] == 3
        await server.reply_to(server.write("/vergeet@Akkoord_bot", **disguised(OTHER_GROUP, how)))
        left = database(service).execute("SELECT chat_id, count(*) FROM answers GROUP BY chat_id").fetchall()
        assert left == [(-1001, 2)]
        assert [row[0] for row in database(service).execute("SELECT key FROM conversations")] == [
            f"-1001:0:-1001/{-1001 if how == 'group' else -1009}"
        ]


async def test_forgetting_takes_what_one_asked_in_every_chat_and_nothing_of_others(server: ApiServer, start: Start) -> None:
    async with start() as service:
        for chat, user in ((None, 5), (GROUP, 5), (OTHER_GROUP, 5), (GROUP, 6)):
            reply = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}" if chat else QUESTION, user=user, chat=chat))
            server.react(reply, "👍", user=user)
        await server.until(lambda: service.counters.counts["feedback"] == 4)
        await server.reply_to(server.write("/vergeet"))
        for table in ("conversations", "answers", "feedback"):
            assert database(service).execute(f"SELECT asker FROM {table}").fetchall() == [("6",)]


@pytest.mark.parametrize("part", [{"photo": []}, {"video": {}}, {"document": {}}, {"voice": {}}], ids=lambda part: next(iter(part)))
async def test_what_stands_under_a_picture_is_a_question(server: ApiServer, start: Start, part: dict[str, Any]) -> None:
    async with start():
        reply = await server.reply_to(server.write(None, caption=QUESTION, **part))
        assert "kinderpardon blijft" in quotes(reply)[0]
        assert "alleen de tekst" in reply["text"]
        for caption in (f"@Akkoord_bot {QUESTION}", f"/vraag {QUESTION}"):
            reply = await server.reply_to(server.write(None, caption=caption, chat=GROUP, **part))
            assert "kinderpardon blijft" in quotes(reply)[0]
        server.write(None, caption=QUESTION, chat=GROUP, **part)
        await server.reply_to(server.write("/over"))
    assert len(server.sent) == 4


async def test_a_changed_caption_changes_the_reply(server: ApiServer, start: Start) -> None:
    async with start():
        asked = server.write(None, caption=QUESTION, photo=[])
        reply = await server.reply_to(asked)
        server.update(edited_message={**asked, "caption": OTHER, "edit_date": asked["date"]})
        await server.until(lambda: "750" in reply["text"])


async def test_an_album_without_words_gets_one_line(server: ApiServer, start: Start) -> None:
    async with start() as service:
        for _ in range(4):
            server.write(None, photo=[], media_group_id="7")
        await server.until(lambda: bool(server.sent))
        await server.until(lambda: service.store.depth() == 0)
    assert len(server.sent) == 1


@pytest.mark.parametrize("pointer", ["/vraag", "/vraag@Akkoord_bot", "@Akkoord_bot", "@Akkoord_bot weet jij dit?", "@Akkoord_bot ?"])
async def test_a_pointer_to_someone_elses_question_answers_that(server: ApiServer, start: Start, pointer: str) -> None:
    async with start():
        other = server.message("Weet iemand hoeveel vluchtelingen er per jaar mogen komen?", user=6, chat=GROUP)
        reply = await server.reply_to(server.write(pointer, chat=GROUP, reply_to_message=other))
    assert "750" in quotes(reply)[0]


async def test_alone_with_the_bot_a_bare_command_points_too(server: ApiServer, start: Start) -> None:
    async with start():
        forwarded = server.write("Weet iemand hoeveel vluchtelingen er per jaar mogen komen?")
        await server.reply_to(forwarded)
        reply = await server.reply_to(server.write("/vraag", reply_to_message=forwarded))
    assert "750" in quotes(reply)[0]


async def test_only_the_quoted_part_of_it_where_there_is_one(server: ApiServer, start: Start) -> None:
    async with start():
        other = server.message(f"Ik was gisteren bij de raad. {OTHER} En wie weet hoe het met de markt gaat?", user=6, chat=GROUP)
        reply = await server.reply_to(
            server.write("/vraag", chat=GROUP, reply_to_message=other, quote={"text": OTHER, "position": 29, "is_manual": True})
        )
    assert "750" in quotes(reply)[0]


async def test_a_question_of_ones_own_wins_and_a_picture_of_another_holds_none(server: ApiServer, start: Start) -> None:
    async with start():
        other = server.message(OTHER, user=6, chat=GROUP)
        reply = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP, reply_to_message=other))
        assert "kinderpardon" in quotes(reply)[0]
        picture = server.message(None, user=6, chat=GROUP, photo=[])
        reply = await server.reply_to(server.write("/vraag", chat=GROUP, reply_to_message=picture))
        assert "Stel je vraag" in reply["text"]
        of_a_bot = server.message(OTHER, chat=GROUP, sender={"id": 77, "is_bot": True, "first_name": "Ander"})
        reply = await server.reply_to(server.write("/vraag", chat=GROUP, reply_to_message=of_a_bot))
        assert "Stel je vraag" in reply["text"]


async def test_personal_numbers_in_someone_elses_question_are_kept_nowhere(server: ApiServer, start: Start, tmp_path: Any) -> None:
    async with start() as service:
        other = server.message(f"Mijn BSN is 111222333. {OTHER}", user=6, chat=GROUP)
        reply = await server.reply_to(server.write("/vraag", chat=GROUP, reply_to_message=other))
        assert "burgerservicenummer" in reply["text"]
        assert database(service).execute("SELECT count(*) FROM conversations").fetchone() == (0,)
        assert b"111222333" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


ELSEWHERE: dict[str, Any] = {"origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Iemand"}, "message_id": 44}
"""What Telegram tells of a message in another chat or topic that is replied to: of its words only what is quoted."""


@pytest.mark.parametrize("chat", [None, GROUP], ids=["private", "group"])
@pytest.mark.parametrize("own", ["", "weet jij dit?", "kijk eens", "?"])
async def test_what_is_quoted_from_another_chat_is_the_question(server: ApiServer, start: Start, chat: Any, own: str) -> None:
    async with start():
        text = f"/vraag@Akkoord_bot {own}" if chat else own or "/vraag"
        quote = {"text": f"Ik vraag me af: {OTHER}", "position": 0}
        reply = await server.reply_to(server.write(text, chat=chat, external_reply=ELSEWHERE, quote=quote))
    assert "750" in quotes(reply)[0]


async def test_a_term_that_is_quoted_from_another_chat_is_asked_about(server: ApiServer, start: Start) -> None:
    async with start():
        quote = {"text": "kinderpardon", "position": 0}
        for text, chat in (("Wat gebeurt daar mee?", None), ("@Akkoord_bot Blijft dat bestaan?", GROUP)):
            reply = await server.reply_to(server.write(text, chat=chat, external_reply=ELSEWHERE, quote=quote))
            assert "kinderpardon blijft" in quotes(reply)[0]


@pytest.mark.parametrize("what", ["command", "name", "signs"])
async def test_a_message_that_becomes_a_question_when_it_is_changed_is_answered(server: ApiServer, start: Start, what: str) -> None:
    first, then = {
        "command": ("/vraag", f"/vraag {QUESTION}"),
        "name": (QUESTION, f"@Akkoord_bot {QUESTION}"),
        "signs": ("??", QUESTION),
    }[what]
    chat = GROUP if what == "name" else None
    async with start() as service:
        asked = server.write(first, chat=chat)
        await server.reply_to(server.write("/over"))
        changed = server.message(then, chat=chat, message_id=asked["message_id"], edit_date=asked["date"] + 60)
        server.update(edited_message=changed)
        await server.until(lambda: any(quotes(reply) for reply in server.replies_to(asked)))
        late = server.message(then, chat=chat, edit_date=asked["date"] + 86400)
        server.update(edited_message=late)  # Telegram tells of changes to old messages too
        server.update(edited_message=changed | {"text": "Wat kan dat?", "entities": []})
        await server.reply_to(server.write("/over"))
        await server.until(lambda: service.store.depth() == 0)
    assert server.replies_to(late) == []


async def test_a_quoted_term_of_an_answer_is_asked_about(server: ApiServer, start: Start) -> None:
    async with start():
        await server.reply_to(server.write("Krijgen asielzoekers taalles in het azc?"))
        answer = await server.reply_to(server.write("Krijgen vluchtelingen huurtoeslag?"))
        asked = server.write("Wat betekent dit?", reply_to_message=answer, quote={"text": "leefgeld", "position": 0})
        reply = await server.reply_to(asked)
    assert "leefgeld" in reply["text"]


@pytest.mark.parametrize(
    ("question", "term", "whole"),
    [
        ("Wat betekent dit?", "leefgeld", "Wat betekent leefgeld?"),
        ("Wat is dat", "een azc", "Wat is een azc"),
        ("En deze?", "de toets", "En de toets?"),
        ("Voor wie geldt het?", "leefgeld", "Voor wie geldt het leefgeld?"),
        ("Dit?", "leefgeld", "leefgeld?"),
    ],
)
def test_the_term_takes_the_place_of_the_word_that_points_to_it(question: str, term: str, whole: str) -> None:
    assert with_term(question, term) == whole


@pytest.mark.parametrize(
    "question",
    [
        "", "?", "weet jij dit?", "Wat kost dat?", "en deze dan?", "hoe zit dat", "jij misschien", "weet jij het?", "kijk eens",
        "zie boven", "help", "kun jij hem helpen?", "graag antwoord", "kun je dit uitzoeken?", "zeg jij het maar", "heb jij een idee?",
        "weet de bot dit?", "kun je die vraag beantwoorden", "lees even mee aub", "geef antwoord", "vraagje hierboven",
    ],
)  # fmt: skip
def test_what_only_points(question: str) -> None:
    assert only_points(question)


@pytest.mark.parametrize(
    "question",
    [
        "Wat is leefgeld?",
        "Krijgen vluchtelingen huurtoeslag?",
        "Geldt dat ook voor vluchtelingen in de gemeente?",
        "Hoeveel? woningen",
        "Wat zegt het akkoord over huren?",
        "Help, mijn container is stuk",
        "Wie helpt statushouders?",
        "Weet jij de openingstijden?",
    ],
)  # fmt: skip
def test_what_has_a_subject_of_its_own(question: str) -> None:
    assert not only_points(question)


async def test_what_another_told_is_what_a_question_about_it_is_about(server: ApiServer, start: Start) -> None:
    """'Hoeveel zijn dat?' under what is no question asks itself; under a question it repeats that."""
    async with start():
        told = server.message("Er komen vluchtelingen naar Nederland.", user=6, chat=GROUP)
        reply = await server.reply_to(server.write("@Akkoord_bot Hoeveel mogen dat er per jaar zijn?", chat=GROUP, reply_to_message=told))
        assert "750" in quotes(reply)[0]


async def test_what_was_passed_on_to_the_bot_is_what_a_reply_to_it_is_about(server: ApiServer, start: Start) -> None:
    """Alone with the bot: a message from another chat, and 'klopt dit?' as a reply to that; 'waarom?' asks something of it."""
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Iemand"}
    async with start():
        told = server.write("Vluchtelingen krijgen geen huurtoeslag meer.", forward_origin=origin)
        await server.reply_to(told)
        await server.reply_to(server.write(QUESTION))
        for text in ("Klopt dit?", "Wat zegt het akkoord hierover?", "Is dat zo?"):
            assert "huurtoeslag" in quotes(await server.reply_to(server.write(text, reply_to_message=told)))[0]


async def test_a_reply_to_an_older_answer_follows_on_that_one(server: ApiServer, start: Start) -> None:
    """Two subjects; the reply to the first answer gets what a follow-up right after it gets."""
    first, second, follow_up = "Voor welke groep statushouders is het extra lastig om te integreren?", QUESTION, "Wie zegt dat?"
    async with start():
        answer = await server.reply_to(server.write(first))
        wanted = quotes(await server.reply_to(server.write(follow_up)))
    async with start():
        answer = await server.reply_to(server.write(first, user=6))
        await server.reply_to(server.write(second, user=6))
        reply = await server.reply_to(server.write(follow_up, user=6, reply_to_message={**answer, "from": BOT}))
    assert quotes(reply) == wanted


async def test_thumbs_under_an_answer_are_feedback_of_who_asked(server: ApiServer, start: Start) -> None:
    async with start() as service:
        verdicts = database(service).execute

        async def judged(count: int) -> None:
            await server.until(lambda: service.store.depth() == 0)
            await server.until(lambda: verdicts("SELECT count(*) FROM feedback").fetchone() == (count,))

        reply = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP))
        server.react(reply, "👎", user=6)
        server.react(reply, "🤔")
        await server.reply_to(server.write("/over"))
        await judged(0)
        server.react(reply, "🤔", "👎")
        await judged(1)
        assert '"verdict": "down"' in verdicts("SELECT data FROM feedback").fetchone()[0]
        server.react(reply, "👍")
        await server.until(lambda: '"verdict": "up"' in verdicts("SELECT data FROM feedback").fetchone()[0])
        server.react(reply)
        await judged(0)
        server.react(reply, "👍")
        await judged(1)
        server.react(reply, "😢")  # in place of the thumb
        await judged(0)
        page = await server.reply_to(server.write("/over"))
        server.react(page, "👍")
        await server.reply_to(server.write("/over"))
        await judged(0)


async def test_each_message_of_a_long_answer_can_be_judged(server: ApiServer, start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "kennis" / "regeling"
    folder.mkdir(parents=True)
    (folder / "document.yaml").write_text("title: Regeling\npublisher: Gemeente\nyear: 2024\n")
    points = (
        f"- Punt {number}: " + "wie hulp nodig heeft, vraagt die aan bij het loket in de wijk, en krijgt " * 16 for number in range(4)
    )
    (folder / "source.md").write_text("# Hulp in de wijk\n\n" + "\n".join(f"{point}antwoord." for point in points) + "\n")
    async with start() as service:
        service.library.current = load_assistant(tmp_path / "kennis")
        asked = server.write("Wat staat er over hulp in de wijk?")
        await server.until(lambda: len(server.replies_to(asked)) == 2)
        first, last = server.replies_to(asked)
        assert (buttons(first), bool(buttons(last))) == ({}, True)
        server.react(first, "👍")
        await server.until(lambda: service.counters.counts["feedback"] == 1)
        server.react(last, "👎")
        await server.until(lambda: service.counters.counts["feedback"] == 2)
        assert len(database(service).execute("SELECT * FROM feedback").fetchall()) == 1


@pytest.mark.parametrize("how", ["group", "channel"])
async def test_a_thumb_of_who_asked_as_a_group_or_channel_counts(server: ApiServer, start: Start, how: str) -> None:
    async with start() as service:
        actor = GROUP if how == "group" else CHANNEL
        reply = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", **disguised(GROUP, how)))
        server.react(reply, "👎", actor_chat={**CHANNEL, "id": -1010})
        server.react(reply, "👎", user=1001)
        await server.reply_to(server.write("/over"))
        assert service.counters.counts["feedback"] == 0
        server.react(reply, "👍", actor_chat=actor)
        await server.until(lambda: service.counters.counts["feedback"] == 1)
        await server.reply_to(server.write("/vergeet@Akkoord_bot", **disguised(GROUP, how)))
        assert database(service).execute("SELECT count(*) FROM feedback").fetchone() == (0,)


async def test_emoji_and_dots_are_no_question(server: ApiServer, start: Start) -> None:
    async with start() as service:
        answer = await server.reply_to(server.write(QUESTION))
        for signs in ("👍", "👍🏽", "😂😂", ".", "...", "?!", "❤️", "👎"):
            reply = await server.reply_to(server.write(signs))
            assert quotes(reply) == []
            assert len(reply["text"]) < 80
        (verdict,) = database(service).execute("SELECT data FROM feedback").fetchall()
        assert '"verdict": "down"' in verdict[0]
        await server.reply_to(server.write("👍", reply_to_message=answer))
        (verdict,) = database(service).execute("SELECT data FROM feedback").fetchall()
        assert '"verdict": "up"' in verdict[0]
        assert service.counters.counts["questions"] == 1


async def test_emoji_in_a_group_get_no_reply_and_judge_only_ones_own_answer(server: ApiServer, start: Start) -> None:
    async with start() as service:
        answer = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP))
        server.write("👎", user=6, chat=GROUP, reply_to_message=answer)
        server.write("😂", chat=GROUP, reply_to_message=answer)
        await server.reply_to(server.write("/over"))
        assert service.counters.counts["feedback"] == 0
        server.write("👍", chat=GROUP, reply_to_message=answer)
        await server.until(lambda: service.counters.counts["feedback"] == 1)
        await server.reply_to(server.write("/over"))
    assert len(server.sent) == 3
