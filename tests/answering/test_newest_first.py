"""Three agreements of one invented municipality: the newest that speaks of it answers, in whatever words, and older ones stand below it."""

import json

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reply
from bot.watch import load_assistant
from tests.knowledge_folders import write_agreements
from tests.paths import QUESTIONS


@pytest.fixture(scope="module")
def dorrewoude(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_agreements(tmp_path_factory.mktemp("dorrewoude"), "akkoorden-dorrewoude", "Dorrewoude"))


@pytest.fixture(scope="module")
def zilverbroek(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_agreements(tmp_path_factory.mktemp("zilverbroek"), "akkoorden-zilverbroek", "Zilverbroek"))


def first_of(reply: Reply) -> tuple[int, str]:
    assert reply.outcome is Outcome.ANSWER
    return reply.quotes[0].passage.document.year, reply.quotes[0].highlight_text


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("hoeveel is de afvalstoffenheffing voor een gezin", "€ 318 kwijt aan het ophalen"),
        ("Hoe lang bewaren jullie de beelden van de camera's bij het station?", "na een week gewist"),
        ("wanneer wil de gemeente energieneutraal zijn?", "wij rekenen nu op 2042"),
        ("Is de bibliotheek op zondagmiddag open?", "de bibliotheek sluit op zondag weer"),
        ("hoelang moet je zelf in een nieuwbouwhuis blijven wonen", "verlengen wij naar vijf jaar"),
        ("Wat krijgen ouders met weinig geld voor de sportclub van hun kind?", "naar € 240 per kind"),
    ],
)
def test_the_newest_answers_in_other_words_too(dorrewoude: Assistant, question: str, text: str) -> None:
    year, sentence = first_of(dorrewoude.reply(question)[0])
    assert year == 2026
    assert text in sentence


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Wat kost het nieuwe zwembad?", "€ 13,5 miljoen"),
        ("Wanneer gaat de fietsroute naar Vennebeek open?", "gaat open in 2025"),
    ],
)
def test_headings_need_not_be_the_same(zilverbroek: Assistant, question: str, text: str) -> None:
    year, sentence = first_of(zilverbroek.reply(question)[0])
    assert year == 2022
    assert text in sentence


@pytest.mark.parametrize(
    ("question", "year", "text"),
    [
        ("Hoeveel subsidie krijgt de kinderboerderij?", 2022, "€ 42.000"),
        ("Hoe lang gaat een drugspand dicht?", 2018, "drie maanden"),
    ],
)
def test_a_newer_one_that_only_mentions_it_or_is_silent_does_not_answer(dorrewoude: Assistant, question: str, year: int, text: str) -> None:
    found, sentence = first_of(dorrewoude.reply(question)[0])
    assert found == year
    assert text in sentence


def test_what_older_ones_said_stands_below_it(dorrewoude: Assistant) -> None:
    reply, _ = dorrewoude.reply("Hoe lang bewaren jullie de beelden van de camera's bij het station?")
    assert reply.also_in == ("Coalitieakkoord Dorrewoude 2022-2026",)
    assert reply.earlier == 1
    assert "14 dagen" in reply.quotes[1].highlight_text


@pytest.mark.parametrize("half", ["read", "judging"])
def test_what_the_questions_ask_stands_in_the_agreement_of_that_year(half: str) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (QUESTIONS / "documents").glob("akkoorden-*/akkoord-*.md")}
    lines = (QUESTIONS / "messages" / f"newest-first-3-{half}.jsonl").read_text(encoding="utf-8").splitlines()
    for asked in map(json.loads, lines):
        of_year = {path.stem[-4:]: text for path, text in texts.items() if path.parent.name == asked["document"]}
        assert [gold for gold in asked.get("gold", []) if gold not in of_year[str(asked["year"])]] == []
        beside = "\n".join(text for year, text in of_year.items() if year != str(asked.get("year")))
        assert [older for older in asked.get("older", []) if older not in beside] == []
