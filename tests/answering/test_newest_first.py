"""Three agreements of one invented municipality: the newest that speaks of it answers, in whatever words, and older ones stand below it."""

import json

import pytest

from bot.answering.assistant import Assistant
from bot.answering.coalition import names_parties
from bot.answering.conversation import NO_CONVERSATION
from bot.answering.mentions import Catalogue
from bot.answering.reply import Outcome, Reply
from bot.answering.times import timed
from bot.knowledge.model import Document
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
        ("Krijg ik geld als ik de tegels uit mijn tuin haal?", "De vergoeding voor het weghalen van tegels stopt"),
        ("Hoeveel kan ik lenen om mijn huis te isoleren?", "leent tot € 20.000 uit"),
        ("Hoeveel toeristenbelasting moeten gasten van mijn bed and breakfast afdragen?", "€ 2,10 per nacht"),
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


@pytest.mark.parametrize("question", ["Wat zei het vorige akkoord over tiny houses?", "Wat stond er vier jaar geleden over tiny houses?"])
def test_what_an_older_one_said_is_asked_in_several_ways(dorrewoude: Assistant, question: str) -> None:
    reply, _ = dorrewoude.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert reply.quotes[0].passage.document.year == 2022
    assert "twaalf tiny houses" in reply.quotes[0].text


def test_a_newer_one_that_tells_something_else_of_it_does_not_answer(zilverbroek: Assistant) -> None:
    reply, _ = zilverbroek.reply("Op welke plek is de kermis?")
    year, sentence = first_of(reply)
    assert year == 2018
    assert "naar het evenemententerrein" in sentence
    assert reply.also_in == ()


@pytest.mark.parametrize(
    ("questions", "year", "text"),
    [
        (("Hoeveel boa's zijn er?", "En acht jaar geleden?"), 2018, "Drie boa's"),
        (("Hoeveel boa's zijn er?", "en in 2019?"), 2018, "Drie boa's"),
        (("Hoe lang blijven camerabeelden bewaard?", "En hoeveel boa's waren er toen?"), 2022, "boa"),
        (("Wat kost een uur parkeren op het Marktplein?", "en twee akkoorden terug?", "en nu?"), 2026, "€ 2 per uur"),
        (("Welke partijen zitten in de coalitie?", "en in de vorige?"), 2022, "Nieuw Elan, de Seniorenlijst en Groen Dorrewoude"),
    ],
)
def test_a_follow_up_names_a_time(dorrewoude: Assistant, questions: tuple[str, ...], year: int, text: str) -> None:
    conversation = NO_CONVERSATION
    for question in questions:
        reply, conversation = dorrewoude.reply(question, conversation)
    found, sentence = first_of(reply)
    assert found == year
    assert text in sentence


@pytest.mark.parametrize(
    ("question", "year", "text"),
    [
        ("Welke partijen vormen nu de coalitie?", 2026, "Groen Dorrewoude, Lokaal Verbonden en Nieuw Elan"),
        ("Wie bestuurt de gemeente?", 2026, "Groen Dorrewoude, Lokaal Verbonden en Nieuw Elan"),
        ("Wie zaten er in het vorige college?", 2022, "Nieuw Elan, de Seniorenlijst en Groen Dorrewoude"),
        ("Welke partijen tekenden het akkoord van 2018?", 2018, "Dorps Dorrewoude, Nieuw Elan en de Seniorenlijst"),
    ],
)
def test_the_parties_that_govern_are_those_that_the_agreement_names(dorrewoude: Assistant, question: str, year: int, text: str) -> None:
    found, sentence = first_of(dorrewoude.reply(question)[0])
    assert found == year
    assert text in sentence


@pytest.mark.parametrize(
    ("sentence", "named"),
    [
        ("Hoogveens Belang, De Leepartij en Jong Hoogveen sloten dit akkoord na negen weken praten.", True),
        ("Lokaal Zilverbroek en CDZ besturen de komende vier jaar met de steun van 13 van de 23 raadsleden.", True),
        ("De partijen hebben samen 12 van de 19 zetels.", False),
        ("De dorpen Laar en Vliet krijgen een nieuwe bus.", False),
    ],
)
def test_a_sentence_names_parties(sentence: str, named: bool) -> None:
    assert names_parties(sentence) is named


TERMS = [
    Document(f"akkoord-{year}", f"Akkoord Voorbeeldstad {year}-{year + 4}", "Gemeente Voorbeeldstad", year, None, "", (), {}, "")
    for year in (2018, 2022, 2026)
]


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Wat kost parkeren nu?", {2026}),
        ("Wat is het actuele tarief voor een paspoort?", {2026}),
        ("Wat wil dit college met de ozb?", {2026}),
        ("Wat vindt het zittende college van vuurwerk?", {2026}),
        ("Wat staat er in het nu geldende akkoord over camera's?", {2026}),
        ("Wat stond er vier jaar geleden over vuurwerk?", {2022}),
        ("Hoeveel agenten waren er acht jaar geleden?", {2018}),
        ("Wat zei het akkoord van zeven jaar terug over camera's?", {2018}),
        ("Wat stond er twee akkoorden geleden over parkeren?", {2018}),
        ("Wat was het plan in de periode 2022-2026 met de skatebaan?", {2022}),
        ("Hoeveel kregen mantelzorgers van 2018 tot 2022?", {2018}),
        ("Welke partijen zaten in 2019 in het college?", {2018}),
        ("Wat stond er in het akkoord hiervoor over afval?", {2022}),
        ("Wat wilde het college de vorige keer met de bibliotheek?", {2022}),
        ("prijs vuilniszak 2019", {2018}),
        ("Hoeveel wethouders telde de vorige ploeg?", {2022}),
        ("Wat stond er in het oude akkoord over honden?", {2022}),
        ("Wat wil de nieuwe bestuursploeg?", {2026}),
        ("Wat was het oude tarief voor een kaartje?", {2018, 2022}),
        ("Wat was de prijs van een zak eerst?", {2018, 2022}),
        ("Hoe hoog is de huidige ozb?", {2026}),
        ("Is er nog geld voor de oude school?", None),
        ("Wie komt er eerst aan de beurt?", None),
        ("Hoe lang duurt het tot nu toe?", None),
        ("Wat moet er in 2029 klaar zijn?", None),
        ("Wat stond er vijftig jaar geleden op het plein?", None),
    ],
)
def test_a_question_names_a_time(question: str, years: set[int] | None) -> None:
    found = timed(question, TERMS)
    assert (found and {int(ident[-4:]) for ident in found.documents}) == years


def test_the_agreement_of_a_year_is_that_which_began_then() -> None:
    assert Catalogue(TERMS).naming("Wat zegt het akkoord uit 2022 over de reserve?").documents == {"akkoord-2022"}
    assert Catalogue(TERMS[:1]).naming("Wat zegt het akkoord uit 2022 over de reserve?").documents == {"akkoord-2018"}


@pytest.mark.parametrize("half", ["read", "judging"])
def test_what_the_questions_ask_stands_in_the_agreement_of_that_year(half: str) -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in (QUESTIONS / "documents").glob("akkoorden-*/akkoord-*.md")}
    lines = (QUESTIONS / "messages" / f"newest-first-3-{half}.jsonl").read_text(encoding="utf-8").splitlines()
    for asked in map(json.loads, lines):
        of_year = {path.stem[-4:]: text for path, text in texts.items() if path.parent.name == asked["document"]}
        assert [gold for gold in asked.get("gold", []) if gold not in of_year[str(asked["year"])]] == []
        beside = "\n".join(text for year, text in of_year.items() if year != str(asked.get("year")))
        assert [older for older in asked.get("older", []) if older not in beside] == []
