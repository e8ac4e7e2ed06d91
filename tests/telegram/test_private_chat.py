"""What someone notices who talks with the bot alone."""

from collections.abc import Callable
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start
from tests.telegram.running import database

ANSWERED = "Wat gebeurt er met het kinderpardon?"
NOT_ANSWERED = "Hoeveel euro kost een paspoort?"


def in_source(assistant: Assistant, text: str) -> bool:
    return any(text in document.text for document in assistant.knowledge.documents)


async def test_an_answer_is_one_reply_with_the_quote_to_the_letter(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start():
        asked = server.write(ANSWERED)
        reply = await server.reply_to(asked)
    assert len(server.sent) == 1
    assert quotes(reply)
    assert all(in_source(assistant, quote) for quote in quotes(reply))
    assert "Het kinderpardon blijft zoals het nu is." in quotes(reply)
    assert "2017" in reply["text"].splitlines()[0]
    assert any(e["type"] == "bold" for e in reply["entities"])
    call = server.done("sendMessage")[0]
    assert call["link_preview_options"] == {"is_disabled": True}
    assert "message_thread_id" not in call


async def test_silence_says_so_and_labels_what_is_nearest(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start():
        reply = await server.reply_to(server.write(NOT_ANSWERED))
    if quotes(reply):
        assert "geen antwoord op je vraag" in reply["text"]
    assert all(in_source(assistant, quote) for quote in quotes(reply))


async def test_context_and_other_passages_and_back(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start():
        reply = await server.reply_to(server.write(ANSWERED))
        first = quotes(reply)
        for label in ("Meer context", "Minder context", "Ander stuk tekst", "Meer context", "Minder context", "‹ Terug"):
            query = server.press(reply, buttons(reply)[label])
            edits = len(server.done("editMessageText"))
            await server.until(lambda edits=edits: len(server.done("editMessageText")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            assert all(in_source(assistant, quote) for quote in quotes(reply)), label
            assert query in [c["callback_query_id"] for c in server.done("answerCallbackQuery")]
    assert quotes(reply) == first
    assert len(server.sent) == 1


async def test_themes_lead_to_a_passage_its_context_and_back(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start():
        page = await server.reply_to(server.write("/themas"))
        theme = next(text for text in buttons(page) if "Inburgering" in text)
        choices: list[Callable[[dict[str, str]], str]] = [
            lambda found: found[theme],
            lambda found: next(iter(found.values())),
            lambda found: found["Meer context"],
            lambda found: found["‹ Terug naar het thema"],
        ]
        for choose in choices:
            edits = len(server.done("editMessageText"))
            server.press(page, choose(buttons(page)))
            await server.until(lambda edits=edits: len(server.done("editMessageText")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            assert all(in_source(assistant, quote) for quote in quotes(page))
        assert "‹ Alle thema's" in buttons(page)


@pytest.mark.parametrize(
    "data", ["hit:99", "hit:-1", "hit:1:2:3", "theme:nergens:0", "passage:x:y", "", "rommel", "because:0:zomaar", "💥" * 16, "example:9"]
)
async def test_a_forged_button_gets_a_notice_and_changes_nothing(server: ApiServer, start: Start, data: str) -> None:
    async with start():
        reply = await server.reply_to(server.write(ANSWERED))
        before = reply["text"]
        query = server.press(reply, data)
        await server.until(lambda: bool(server.done("answerCallbackQuery")))
    notice = server.done("answerCallbackQuery")[0]
    assert notice["callback_query_id"] == query
    assert notice["text"]
    assert reply["text"] == before
    assert len(server.sent) == 1


async def test_a_button_of_long_ago_gets_a_notice(server: ApiServer, start: Start) -> None:
    async with start():
        old = server.message("Oud bericht")
        old["from"] = {"id": 123456789, "is_bot": True, "first_name": "Akkoordwijzer"}
        server.press(old, "hit:0")
        server.update(
            callback_query={
                "id": "gone", "from": {"id": 5, "is_bot": False, "first_name": "N"}, "chat_instance": "1", "data": "hit:0",
                "message": {"message_id": 3, "date": 0, "chat": {"id": 5, "type": "private"}},
            }
        )  # fmt: skip
        server.update(
            callback_query={
                "id": "inline",
                "from": {"id": 5, "is_bot": False, "first_name": "N"},
                "chat_instance": "1",
                "inline_message_id": "x",
            }
        )
        await server.until(lambda: len(server.done("answerCallbackQuery")) == 3)
    assert all(call["text"] for call in server.done("answerCallbackQuery"))
    assert server.sent == []


async def test_an_example_question_is_answered(server: ApiServer, start: Start) -> None:
    async with start():
        page = await server.reply_to(server.write("/start"))
        assert 1 <= len(buttons(page)) <= 3
        question, data = next(iter(buttons(page).items()))
        server.press(page, data)
        reply = await server.reply_to(page)
    assert question in reply["text"]
    assert quotes(reply)


async def test_a_link_opens_its_passage(server: ApiServer, start: Start, assistant: Assistant) -> None:
    passage = next(p for p in assistant.knowledge.passages if "kinderpardon" in p.text)
    async with start():
        for payload in (passage.id.replace("/", "_"), passage.id.replace("/", "-")):
            reply = await server.reply_to(server.write(f"/start {payload}"))
            assert quotes(reply) == [passage.text]
        reply = await server.reply_to(server.write("/start bestaat-niet"))
        assert "niet meer" in reply["text"]


async def test_every_command_answers(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start():
        told = {
            c: (await server.reply_to(server.write(f"/{c}")))["text"] for c in ("help", "themas", "bronnen", "over", "privacy", "vergeet")
        }
        unknown = await server.reply_to(server.write("/bestaatniet"))
    document = assistant.knowledge.documents[0]
    for part in (document.title, document.publisher, str(document.year), str(len(assistant.knowledge.passages))):
        assert part in told["bronnen"]
    assert "@Akkoord_bot" in told["help"]
    assert "bewaar" in told["privacy"]
    assert "/help" in unknown["text"]
    assert server.done("setMyCommands")
    assert server.done("setMyDescription")


async def test_an_edited_question_changes_the_reply(server: ApiServer, start: Start) -> None:
    async with start():
        asked = server.write(ANSWERED)
        reply = await server.reply_to(asked)
        server.update(edited_message={**asked, "text": "Mag ik twee nationaliteiten hebben?", "edit_date": asked["date"]})
        await server.until(lambda: "dubbele nationaliteit" in reply["text"])
        server.update(edited_message=server.message("Van lang geleden", edit_date=2**31 - 1))
        await server.reply_to(server.write("/over"))
    assert len(server.sent) == 2


@pytest.mark.parametrize(
    "part",
    [
        {"sticker": {}},
        {"voice": {}},
        {"location": {"latitude": 1, "longitude": 2}},
        {"contact": {"phone_number": "1"}},
    ],
)
async def test_what_is_no_text_gets_one_friendly_line(server: ApiServer, start: Start, part: dict[str, Any]) -> None:
    async with start():
        reply = await server.reply_to(server.write(None, **part))
    assert "tekst" in reply["text"]


@pytest.mark.parametrize(
    "question",
    [
        "<b>Hoeveel</b> <script>vluchtelingen</script> &amp; <a href='http://x'>komen</a> er per jaar?",
        "\u202eHoeveel vluchtelingen\u202c mogen\u2066 er per jaar komen\u200f?",
        "Wie is </blockquote><b>Piet</b> \u202eneddim?",
    ],
)
async def test_a_question_cannot_alter_the_reply(server: ApiServer, start: Start, assistant: Assistant, question: str) -> None:
    async with start():
        reply = await server.reply_to(server.write(question))
    outside = reply["text"]
    for quote in quotes(reply):
        assert in_source(assistant, quote)
    assert not set(outside) & set("\u202e\u202c\u2066\u200f")
    assert not any(e["type"] == "text_link" and e.get("url") == "http://x" for e in reply["entities"])


async def test_a_question_that_is_too_long_is_told_so(server: ApiServer, start: Start) -> None:
    async with start():
        asked = server.write("Waarom " * 300)
        reply = await server.reply_to(asked)
        server.update(edited_message={**asked, "text": "Wat gebeurt er met het kinderpardon?"})
        await server.until(lambda: "kinderpardon" in reply["text"])
    assert len(server.sent) == 1


async def test_someone_who_is_not_on_the_list_is_told_once_each_time(server: ApiServer, start: Start) -> None:
    async with start(allowed_users=frozenset({5})):
        assert "niet voor iedereen" in (await server.reply_to(server.write(ANSWERED, user=6)))["text"]
        assert "niet voor iedereen" in (await server.reply_to(server.write("/themas", user=6)))["text"]
        reply = await server.reply_to(server.write(ANSWERED))
        server.press(reply, buttons(reply)["Meer context"], user=6)
        await server.until(lambda: bool(server.done("answerCallbackQuery")))
    assert quotes(reply)
    assert server.done("editMessageText") == []


async def test_too_many_questions_get_one_friendly_line(server: ApiServer, start: Start) -> None:
    async with start(questions_per_minute=2):
        for _ in range(5):
            server.write(ANSWERED)
        other = server.write(ANSWERED, user=6)
        await server.reply_to(other)
        await server.reply_to(server.write("/over"))
    texts = [m["text"] for m in server.sent if m["chat"]["id"] == 5]
    assert sum("kinderpardon" in text for text in texts) == 2
    assert sum("Wacht een minuut" in text for text in texts) == 1
    assert len(texts) == 4


async def test_a_follow_up_survives_a_restart_and_forgetting_erases(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start() as service:
        await server.reply_to(server.write("Voor welke groep statushouders is het extra lastig om te integreren?"))
    async with start() as service:
        reply = await server.reply_to(server.write("Wie zegt dat?"))
        assert "KIS" in quotes(reply)[0]
        assert database(service).execute("SELECT count(*) FROM conversations").fetchone() == (1,)
        await server.reply_to(server.write("/vergeet"))
        for table in ("conversations", "answers"):
            assert database(service).execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_the_knowledge_can_be_changed_while_the_bot_works(server: ApiServer, start: Start, assistant: Assistant) -> None:
    class Other:
        knowledge = assistant.knowledge
        themes, quote, standing = assistant.themes, assistant.quote, assistant.standing

        def reply(self, question: str, conversation: Any) -> Any:
            return assistant.reply("Mag ik twee nationaliteiten hebben?")

    async with start() as service:
        assert "kinderpardon" in quotes(await server.reply_to(server.write(ANSWERED)))[0]
        service.library.current = Other()  # type: ignore[assignment]  # a stand-in with only what is used
        assert "dubbele nationaliteit" in quotes(await server.reply_to(server.write(ANSWERED)))[0]
