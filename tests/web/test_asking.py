"""A question on the web page: the same reply as everywhere, a conversation without cookies, and what someone says of an answer."""

import sqlite3
from pathlib import Path

import httpx
import pytest

from bot.answering.assistant import Assistant
from bot.presentation import lines
from bot.presentation.texts import say
from bot.settings import Settings
from bot.web.store import STORE_NAME, FeedbackStore
from tests.web.visiting import ANSWER, QUESTION, Seen, ask


async def test_the_first_page_has_one_question_field_with_a_label(client: httpx.AsyncClient) -> None:
    page = Seen(await client.get("/"))
    (field,) = page.all("textarea, input[type=text]")
    assert page.one(f'label[for="{field.attributes["id"]}"]').text() == say("web", "ask", "label")
    assert [node.attributes["value"] for node in page.all(".aw-example")] == lines.examples()


async def test_a_reply_is_the_quote_that_ask_gives(client: httpx.AsyncClient, assistant: Assistant) -> None:
    reply, _ = assistant.reply(QUESTION)
    page = await ask(client)
    assert page.one("mark").text() == reply.quotes[0].highlight_text == ANSWER
    assert page.one("blockquote").text() == reply.quotes[0].text
    assert page.one("h3").text() == lines.where(reply.quotes[0].passage)
    assert lines.source(reply.quotes[0]) in page.text


async def test_silence_says_why_and_marks_nothing(client: httpx.AsyncClient, assistant: Assistant) -> None:
    question = "Hoeveel kost het hervestigingsquotum?"
    reply, _ = assistant.reply(question)
    page = await ask(client, question)
    assert page.one("#antwoord").text() == say("web", "reply", "no_answer")
    assert lines.opening(reply) in page.text
    assert say("reply", "nearest") in page.text
    assert not page.all("mark")


@pytest.mark.parametrize("question", ["", " ", "Hallo", "x" * 5000, "What is the weather?", "asdfqwer zxcv"])
async def test_what_is_no_question_gets_the_reply_of_everywhere(client: httpx.AsyncClient, assistant: Assistant, question: str) -> None:
    page = await ask(client, question)
    assert page.response.status_code == 200
    assert lines.opening(assistant.reply(question)[0]) in page.text


async def test_a_page_carries_its_conversation(client: httpx.AsyncClient, assistant: Assistant) -> None:
    first = await ask(client)
    second = await ask(client, "En met Turkije?", gesprek=first.field("gesprek"))
    _, conversation = assistant.reply(QUESTION)
    expected, _ = assistant.reply("En met Turkije?", conversation)
    assert second.one("h3").text() == lines.where(expected.quotes[0].passage)
    assert QUESTION in second.one(".aw-earlier").text()
    assert second.link("Opvang vluchtelingen").startswith("/passage/")


async def test_no_page_sets_a_cookie(client: httpx.AsyncClient) -> None:
    page = await ask(client)
    await client.post("/oordeel", data={"over": page.field("over"), "oordeel": "up"})
    assert not client.cookies


async def test_a_conversation_that_was_changed_counts_as_none(client: httpx.AsyncClient) -> None:
    first = await ask(client)
    body, _, seal = first.field("gesprek").partition(".")
    for forged in (f"{body[:-2]}AA.{seal}", f"{body}.", body, f"{body}.{seal}x", first.field("over"), "é" * 50, "." * 20_000):
        page = await ask(client, "En met Turkije?", gesprek=forged)
        assert page.response.status_code == 200
        assert not page.all(".aw-earlier")


async def test_a_judgement_is_kept_with_its_reason_and_without_personal_data(client: httpx.AsyncClient, settings: Settings) -> None:
    page = await ask(client, f"{QUESTION} Mijn BSN is 111222333, mail jan@example.org")
    why = Seen(await client.post("/oordeel", data={"over": page.field("over"), "oordeel": "down"}))
    assert why.one("h1").text() == say("web", "verdict", "why")
    done = Seen(await client.post("/oordeel", data={"over": why.field("over"), "oordeel": "down", "reden": "incomplete"}))
    assert say("web", "verdict", "thanks") in done.text
    assert settings.data_dir is not None
    ((_, _, judgement),) = FeedbackStore(settings.data_dir).all()
    assert (judgement.verdict, judgement.reason) == ("down", "incomplete")
    kept = (settings.data_dir / STORE_NAME).read_bytes()
    assert QUESTION.encode() in kept
    assert b"111222333" not in kept
    assert b"jan@example" not in kept


async def test_nobody_judges_what_was_not_said(client: httpx.AsyncClient, settings: Settings) -> None:
    page = await ask(client)
    over = page.field("over")
    for fields in (
        {"over": over[:-1] + ("A" if over[-1] != "A" else "B"), "oordeel": "down"},
        {"over": page.field("gesprek"), "oordeel": "down"},
        {"over": over, "oordeel": "sideways"},
        {"over": over, "oordeel": "down", "reden": "<script>"},
        {"oordeel": "up"},
        {},
    ):
        assert (await client.post("/oordeel", data=fields)).status_code == 400
    assert settings.data_dir is not None
    assert FeedbackStore(settings.data_dir).all() == []


async def test_judging_again_changes_the_judgement(client: httpx.AsyncClient, settings: Settings) -> None:
    page = await ask(client)
    for verdict in ("down", "up", "up"):
        await client.post("/oordeel", data={"over": page.field("over"), "oordeel": verdict})
    assert settings.data_dir is not None
    assert [(j.verdict, j.highlight) for _, _, j in FeedbackStore(settings.data_dir).all()] == [("up", ANSWER)]


async def test_a_judgement_older_than_a_year_goes(tmp_path: Path, client: httpx.AsyncClient, settings: Settings) -> None:
    page = await ask(client)
    await client.post("/oordeel", data={"over": page.field("over"), "oordeel": "up"})
    assert settings.data_dir is not None
    with sqlite3.connect(settings.data_dir / STORE_NAME) as db:
        db.execute("UPDATE feedback SET day = '2020-01-01'")
    db.close()
    other = await ask(client)
    await client.post("/oordeel", data={"over": other.field("over"), "oordeel": "up"})
    assert len(FeedbackStore(settings.data_dir).all()) == 1
