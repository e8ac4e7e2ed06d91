"""'@bot vraag' in any chat."""

from bot.answering.assistant import Assistant
from tests.telegram import specification
from tests.telegram.api_server import ApiServer
from tests.telegram.conftest import Start


def ask(server: ApiServer, query: str, ident: str = "i1", user: int = 5) -> None:
    server.update(inline_query={"id": ident, "from": {"id": user, "is_bot": False, "first_name": "N"}, "query": query, "offset": ""})


async def test_up_to_five_passages_with_their_quotes(server: ApiServer, start: Start, assistant: Assistant) -> None:
    async with start():
        ask(server, "Wat gebeurt er met het kinderpardon?")
        await server.until(lambda: bool(server.done("answerInlineQuery")))
    results = server.done("answerInlineQuery")[0]["results"]
    assert 1 <= len(results) <= 5
    for result in results:
        text, entities, faults = specification.parsed(result["input_message_content"]["message_text"])
        assert faults == []
        found = specification.slices(text, entities, "blockquote", "expandable_blockquote")
        assert found
        assert all(any(quote in d.text for d in assistant.knowledge.documents) for quote in found)
        assert text.startswith("Vraag: Wat gebeurt er met het kinderpardon?\n"), "who reads it there did not see what was asked"
        assert result["reply_markup"]["inline_keyboard"][0][0]["url"].startswith("https://t.me/Akkoord_bot?start=")


async def test_nothing_asked_or_not_allowed_gives_nothing(server: ApiServer, start: Start) -> None:
    async with start(allowed_users=frozenset({5})):
        ask(server, "   ")
        ask(server, "Wat gebeurt er met het kinderpardon?", "i2", user=6)
        await server.until(lambda: len(server.done("answerInlineQuery")) == 2)
    assert all(call["results"] == [] for call in server.done("answerInlineQuery"))
    assert ["button" in call for call in server.done("answerInlineQuery")] == [True, False]


async def test_an_empty_list_leads_to_a_chat_with_the_bot(server: ApiServer, start: Start) -> None:
    """It says that nothing was found, or what to do, in place of showing nothing at all."""
    async with start():
        for number, (query, words) in enumerate(
            (("", "Typ je vraag"), ("hallo", "Geen antwoord"), ("Wat kost een paspoort?", "Geen antwoord"))
        ):
            ask(server, query, f"i{number}")
            await server.until(lambda number=number: len(server.done("answerInlineQuery")) == number + 1)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            call = server.done("answerInlineQuery")[-1]
            assert call["results"] == []
            assert call["button"]["text"].startswith(words)
        reply = await server.reply_to(server.write(f"/start {call['button']['start_parameter']}"))
        assert reply["text"].startswith("Hallo!")


async def test_danger_gets_its_numbers_and_no_passage(server: ApiServer, start: Start) -> None:
    async with start():
        ask(server, "ik wil niet meer leven")
        await server.until(lambda: bool(server.done("answerInlineQuery")))
    (result,) = server.done("answerInlineQuery")[0]["results"]
    assert "112" in result["title"]
    assert "113" in result["description"]
    assert "0800-2000" in result["input_message_content"]["message_text"]
