"""Replies that are more than one passage: lists, several questions, headings to open; and fixed replies that a group can do without."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation, Turn
from bot.answering.reply import Listed, Outcome, Reason, Reply
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start
from tests.telegram.running import database

GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Raad"}
Given = tuple[Reply, Conversation]


class Scripted:
    """Gives the reply that a test wants."""

    def __init__(self, assistant: Assistant, reply: Callable[[str, Conversation], Given]) -> None:
        self._assistant, self._reply = assistant, reply

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def reply(self, question: str, conversation: Conversation = Conversation()) -> Given:  # noqa: B008 - a frozen value
        return self._reply(question, conversation)


def points(assistant: Assistant) -> list[Any]:
    return [quote for p in assistant.knowledge.passages if p.section.title == "Inburgering" and (quote := assistant.quote(p.id))]


def list_of(assistant: Assistant, question: str, conversation: Conversation) -> Given:
    """Two points, and the next two for who asks for more."""
    every = points(assistant)
    first = 3 if question == "meer" and conversation.turns else 1
    listed = Listed("Inburgering", first, 4)
    reply = Reply(question, Outcome.ANSWER, 0.9, tuple(every[first - 1 : first + 1]), Reason.ANSWERED, listed=listed)
    return reply, conversation.with_turn(Turn(("inburgering",), every[0].passage.id, True))


async def test_a_list_is_read_on_with_a_button_or_a_word(server: ApiServer, start: Start, assistant: Assistant) -> None:
    every = [quote.text.split()[0] for quote in points(assistant)]
    async with start() as service:
        service.library.current = Scripted(assistant, lambda q, c: list_of(assistant, q, c))  # type: ignore[assignment]  # a stand-in
        reply = await server.reply_to(server.write("Welke maatregelen staan er over inburgering?"))
        assert every[0] in quotes(reply)[0]
        assert set(buttons(reply)) == {"Verder lezen ›", "Klopt dit?"}
        server.press(reply, buttons(reply)["Verder lezen ›"])
        further = await server.reply_to(reply)
        assert "3. " in quotes(further)[0]
        assert "Verder lezen ›" not in buttons(further)
        # What is judged stays the list that it is.
        before = reply["text"]
        for label in ("Klopt dit?", "‹ Terug", "Klopt dit?", "👍 Ja"):
            edits = len(server.done("editMessageReplyMarkup"))
            server.press(reply, buttons(reply)[label])
            await server.until(lambda edits=edits: len(server.done("editMessageReplyMarkup")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        assert reply["text"] == before
        assert set(buttons(reply)) == {"Verder lezen ›"}
        typed = await server.reply_to(server.write("meer"))
        assert "3. " in quotes(typed)[0]


async def test_reading_on_counts_as_a_question_of_who_asked(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start(questions_per_minute=1) as service:
        service.library.current = Scripted(assistant, lambda q, c: list_of(assistant, q, c))  # type: ignore[assignment]  # a stand-in
        reply = await server.reply_to(server.write("Welke maatregelen staan er?"))
        server.press(reply, buttons(reply)["Verder lezen ›"])
        await server.until(lambda: bool(server.done("answerCallbackQuery")))
        assert "Wacht een minuut" in server.done("answerCallbackQuery")[0]["text"]


async def test_several_questions_stay_one_reply(server: ApiServer, start: Start, assistant: Assistant) -> None:
    first, second = points(assistant)[:2]

    def both(question: str, conversation: Conversation) -> Given:
        parts = tuple(
            Reply(q, Outcome.ANSWER, 0.9, (quote,), Reason.ANSWERED) for q, quote in (("Wie leert?", first), ("Wie niet?", second))
        )
        return Reply(question, Outcome.ANSWER, 0.9, (first, second), Reason.ANSWERED, parts=parts), conversation

    async with start() as service:
        service.library.current = Scripted(assistant, both)  # type: ignore[assignment]  # a stand-in
        reply = await server.reply_to(server.write("Wie leert? Wie niet?"))
    assert first.text in quotes(reply)
    assert second.text in quotes(reply)
    assert set(buttons(reply)) == {"Klopt dit?"}


async def test_headings_of_a_silence_can_be_opened(server: ApiServer, start: Start, assistant: Assistant) -> None:
    def silence(question: str, conversation: Conversation) -> Given:
        headings = ("Inburgering", "Veiligheid", "Een kopje dat er niet is")
        return Reply(question, Outcome.NO_ANSWER, 0.0, (), Reason.NEAREST, headings=headings), conversation

    async with start(contact_phone="14 012") as service:
        service.library.current = Scripted(assistant, silence)  # type: ignore[assignment]  # a stand-in
        reply = await server.reply_to(server.write("Wat kost een paspoort?"))
        assert set(buttons(reply)) == {"Inburgering", "Veiligheid"}
        assert "14 012" in reply["text"]
        server.press(reply, buttons(reply)["Veiligheid"])
        await server.until(lambda: "Kies een stuk tekst" in reply["text"])


@pytest.mark.parametrize("text", ["Wat kost een paspoort?", "hallo", "wat is dat?"])
async def test_each_heading_that_is_named_can_be_opened(server: ApiServer, start: Start, text: str) -> None:
    async with start():
        reply = await server.reply_to(server.write(text))
        named = [
            line.removeprefix("- ") for line in reply["text"].split("iets vragen over:")[-1].split("vragen stellen over:")[-1].splitlines()
        ]
        assert [name for name in named if name] == list(buttons(reply)) != []
        server.press(reply, buttons(reply)["Opvang vluchtelingen"])
        await server.until(lambda: "Kies een stuk tekst" in reply["text"])


@pytest.mark.parametrize(
    ("reason", "in_a_group"),
    [
        (Reason.THANKS, 0),
        (Reason.EMOJI, 0),
        (Reason.SHORT, 0),
        (Reason.GOODBYE, 0),
        (Reason.DANGER, 1),
        (Reason.COMPLAINT, 1),
        (Reason.GREETING, 1),
    ],
)
async def test_a_group_gets_no_small_talk_and_always_the_numbers_for_danger(
    server: ApiServer, start: Start, assistant: Assistant, reason: Reason, in_a_group: int
) -> None:
    def fixed(question: str, conversation: Conversation) -> Given:
        return Reply(question, Outcome.NO_ANSWER, 0.0, (), reason), conversation

    async with start() as service:
        service.library.current = Scripted(assistant, fixed)  # type: ignore[assignment]  # a stand-in
        server.write("@Akkoord_bot dank je", chat=GROUP)
        alone = await server.reply_to(server.write("dank je"))
        assert alone["text"]
        await server.until(lambda: service.store.depth() == 0)
    assert len([m for m in server.sent if m["chat"]["id"] == GROUP["id"]]) == in_a_group


async def test_buttons_and_inline_queries_have_a_ceiling_too(server: ApiServer, start: Start) -> None:
    async with start(questions_per_minute=2):
        page = await server.reply_to(server.write("/themas"))
        for number in range(20):
            server.press(page, next(iter(buttons(page).values())) if number % 2 else "themes:0")
        for number in range(20):
            server.update(
                inline_query={"id": f"i{number}", "from": {"id": 6, "is_bot": False}, "query": "Blijft het kinderpardon?", "offset": ""}
            )
        await server.until(lambda: len(server.done("answerCallbackQuery")) == 20 and len(server.done("answerInlineQuery")) == 20)
    assert sum("Wacht een minuut" in call.get("text", "") for call in server.done("answerCallbackQuery")) == 14
    assert sum(bool(call["results"]) for call in server.done("answerInlineQuery")) == 6


async def test_what_the_documents_are_about_comes_with_headings_to_open(server: ApiServer, start: Start) -> None:
    async with start():
        reply = await server.reply_to(server.write("Waar gaat het akkoord over?"))
        assert {"Inburgering", "Veiligheid"} <= set(buttons(reply))
        assert "2017" in reply["text"]


async def test_of_a_message_of_danger_nothing_is_kept(server: ApiServer, start: Start, tmp_path: Path) -> None:
    async with start() as service:
        reply = await server.reply_to(server.write("Ik wil niet meer leven"))
        assert "113" in reply["text"]
        assert quotes(reply) == []
        await server.until(lambda: service.store.depth() == 0)
        assert database(service).execute("SELECT count(*) FROM conversations").fetchone() == (0,)
        kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"danger" not in kept
