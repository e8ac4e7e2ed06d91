"""A document may hold signs that steer a terminal or turn the direction of a chat: they are quoted to the letter in JSON and shown nowhere."""

import io
import json
import re
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.console.checking import list_lines
from bot.console.layout import PlainPage
from bot.console.session import Session
from bot.jsonl import answer_lines
from bot.presentation.html import context_html, render_html
from bot.presentation.text import render_text
from bot.presentation.texts import harmless
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
QUESTION = "Hoeveel woningen bouwt de gemeente per jaar?"
SOURCE = "# Wo\u202enen\n\nDe gemeente bouwt 900 \x1b[31mwoningen\x1b[0m per\u2066 jaar.\x07 Daarvan is \x9b1mde helft huur.\n"
DESCRIPTION = 'title: "T\\e]0;hacked\\a plan"\npublisher: "P\\u202Eers"\nyear: 2022\nlabels: {agreement: "L\\e[1mabel"}\n'


@pytest.fixture(scope="module")
def steered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Assistant]:
    """An assistant over a document that would like to steer."""
    folder = write_folder(tmp_path_factory.mktemp("stuur"), source=SOURCE, description=DESCRIPTION)
    return folder, load_assistant(folder)


def test_no_rendering_lets_it_through(steered: tuple[Path, Assistant]) -> None:
    folder, assistant = steered
    reply, _ = assistant.reply(QUESTION)
    assert reply.quotes
    shown = [
        render_text(reply, assistant.themes()),
        render_html(reply, assistant.themes()),
        context_html(reply.quotes[0], assistant.knowledge),
        render_text(assistant.reply("Waar gaat dit over?")[0], assistant.themes()),
        render_html(assistant.reply("Waar gaat dit over?")[0], assistant.themes()),
        *list_lines(folder),
    ]
    for text in shown:
        assert not STEERING.search(text), repr(text)
    assert "De gemeente bouwt 900 woningen per jaar." in shown[0]
    assert "hacked" not in shown[0]


def test_the_console_does_not_either(steered: tuple[Path, Assistant]) -> None:
    out = io.StringIO()
    session = Session(steered[1], PlainPage(out))
    for line in (QUESTION, "/bron", "/uitleg", "/bronnen", "/themas", "Waar gaat dit over?", "/\x1b[31mraar"):
        session.take(line)
    assert "900 woningen" in out.getvalue()
    assert not STEERING.search(out.getvalue()), repr(out.getvalue())


def test_json_quotes_to_the_letter_and_shows_nothing_that_steers(steered: tuple[Path, Assistant]) -> None:
    out = io.StringIO()
    answer_lines(steered[1], io.BytesIO(json.dumps({"id": 1, "question": QUESTION}).encode()), out)
    made = json.loads(out.getvalue())
    source = (steered[0] / "voorbeeldstad-2022" / "source.md").read_text(encoding="utf-8")
    quote = made["quotes"][0]
    assert source[quote["start"] : quote["end"]] == quote["text"]
    assert not STEERING.search(made["message"])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mrood\x1b[0m", "rood"),
        ("\x1b]0;titel\x07na", "na"),
        ("\x1b]8;;https://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b(Bna\x1b7", "na"),
        ("a\rb\x08c", "abc"),
        ("om\u202ekeer\u202c", "omkeer"),
        ("regel\n\teen", "regel\n\teen"),
        ("👩\u200d🌾 zacht\u00adstreepje", "👩\u200d🌾 zacht\u00adstreepje"),
    ],
)
def test_what_is_left_of_a_text(text: str, shown: str) -> None:
    assert harmless(text) == shown
