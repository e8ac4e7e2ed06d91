"""What is shown where nothing answers: a passage about the same thing, or none."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reason
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from tests.paths import QUESTIONS

DOCUMENT = "coalitieakkoord-veldermeer-2026"

NEAR = [
    ("Hoeveel kost de fusie met Zandrecht?", "Samenwerking in de regio"),
    ("hoe laat kan ik zwemmen in de waterlelie", "Sport"),
    ("Hoeveel sollicitaties bij de gemeente waren er in de eerste ronde?", "Iedereen doet mee"),
    ("Hoe hoog worden die lelijke windmolens?", "Energie"),
    ("Hoe laat gaat de bibliotheek open?", "Bibliotheek"),
    ("Wie betaalt het herstel na de digitale inbraak?", "Digitaal en toch menselijk"),
]
STRANGE = [
    "Onder welke voorwaarde gaat Stationsgebied van het gas?", "Hoe hoog is de kinderbijslag?",
    "hoe hoog mag er gebouwd worden in zandrecht", "Wat kost een paspoort?", "Mag ik kippen houden in mijn tuin?", "Komt er een casino?",
    "Hoeveel salaris krijgt een wethouder?", "Mijn bus naar Lange Sloot, ga ik al jaren mee naar de markt. Hoe laat vertrekt de eerste op zaterdag?",
]  # fmt: skip


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("nearest") / DOCUMENT
    folder.mkdir()
    text = (QUESTIONS / "documents" / DOCUMENT / f"{DOCUMENT}.md").read_text(encoding="utf-8")
    (folder / "source.md").write_text(text, encoding="utf-8")
    about = "title: Coalitieakkoord Veldermeer 2026-2030\npublisher: Gemeente Veldermeer\nyear: 2026\n"
    (folder / "document.yaml").write_text(about, encoding="utf-8")
    return Assistant(index_of(load_knowledge(Path(folder.parent))))


@pytest.mark.parametrize(("question", "heading"), NEAR)
def test_what_is_near_is_about_the_same_thing(assistant: Assistant, question: str, heading: str) -> None:
    reply, _ = assistant.reply(question)
    assert reply.outcome is Outcome.NO_ANSWER
    assert heading in reply.quotes[0].passage.section.title


@pytest.mark.parametrize("question", STRANGE)
def test_what_only_shares_a_word_is_not_shown(assistant: Assistant, question: str) -> None:
    reply, _ = assistant.reply(question)
    assert (reply.outcome, reply.quotes) == (Outcome.NO_ANSWER, ())


@pytest.mark.parametrize(
    "question",
    [
        "Welk percentage inwoners was in 2021 tevreden over de dienstverlening?",  # of another year the agreement speaks elsewhere
        "Hoeveel sollicitaties bij de gemeente waren er in de eerste ronde?",  # the sentence beside it has a number
    ],
)
def test_no_reason_is_given_that_the_document_belies(assistant: Assistant, question: str) -> None:
    reply, _ = assistant.reply(question)
    assert (reply.outcome, reply.reason) == (Outcome.NO_ANSWER, Reason.NEAREST)


@pytest.mark.parametrize("question", ["Wat kost een paspoort?", "Komt er een casino?"])
def test_of_what_it_nowhere_names_the_document_holds_nothing(assistant: Assistant, question: str) -> None:
    assert assistant.reply(question)[0].reason is Reason.NOTHING


def test_how_to_arrange_it_is_only_said_where_that_is_asked(assistant: Assistant) -> None:
    assert assistant.reply("Hoe lang is de wachtlijst voor een parkeervergunning?")[0].reason is not Reason.NO_PROCEDURE
