"""Follow-ups over three agreements of one invented municipality: the same question of another time, corrections, and what is not there."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION, Conversation
from bot.answering.documents import beside
from bot.answering.following import examine
from bot.answering.mentions import Naming
from bot.answering.reply import Outcome, Reply
from bot.answering.times import says_both_times, timed_again
from bot.knowledge.model import Document
from bot.watch import load_assistant
from tests.knowledge_folders import write_agreements


@pytest.fixture(scope="module")
def agreements(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """By words alone: what is tried here is which document is asked, not what sentences are like."""
    folder = write_agreements(tmp_path_factory.mktemp("akkoorden"), "drie-akkoorden", "Hoogveen aan de Lee")
    return load_assistant(folder, meaning=False)


def last_of(assistant: Assistant, *questions: str) -> Reply:
    conversation = NO_CONVERSATION
    for question in questions:
        reply, conversation = assistant.reply(question, Conversation.from_json(conversation.to_json()))
    return reply


@pytest.mark.parametrize(
    ("questions", "year", "text"),
    [
        (("Hoe hoog is de toeristenbelasting?", "En in 2018?"), 2018, "€ 1,10"),
        (("Hoe hoog is de toeristenbelasting?", "En in het vorige akkoord?"), 2022, "€ 1,75"),
        (("Hoe hoog is de toeristenbelasting?", "en daarvoor"), 2022, "€ 1,75"),
        (("Hoe hoog is de toeristenbelasting?", "en daarvoor", "en daarvoor?"), 2018, "€ 1,10"),
        (("Hoeveel krijgen mantelzorgers?", "Was dat vroeger minder?"), 2022, "€ 100"),
        (("Hoe hoog was de toeristenbelasting in 2018?", "En nu?"), 2026, "€ 2,40"),
        (("Hoeveel boas zijn er?", "en in 2018"), 2018, "Twee boa's"),
    ],
)
def test_the_same_question_is_asked_of_another_time(agreements: Assistant, questions: tuple[str, ...], year: int, text: str) -> None:
    reply = last_of(agreements, *questions)
    assert reply.outcome is Outcome.ANSWER
    assert reply.quotes[0].passage.document.year == year
    assert text in reply.quotes[0].text


def test_a_new_question_is_asked_of_the_newest_again(agreements: Assistant) -> None:
    reply = last_of(agreements, "Hoe hoog was de toeristenbelasting in 2018?", "Dank u. Hoeveel wethouders komen er?")
    assert reply.quotes[0].passage.document.year == 2026


def test_an_older_document_that_lacks_it_does_not_silence_a_newer_one(agreements: Assistant) -> None:
    question = "Wanneer gaat het nieuwe zwembad open?"
    found = {e.document: e for e in examine(agreements.shelves[0], Naming(frozenset(), question), question, NO_CONVERSATION)}
    newest, oldest = found["akkoord-2026"], found["akkoord-2018"]
    newest = newest._replace(verdict=newest.verdict.answering(), odds=2.0)
    assert oldest.gated
    assert oldest.covers > newest.covers
    assert beside(newest, [oldest]).answers


def test_what_is_named_under_the_same_heading_answers(agreements: Assistant) -> None:
    reply = last_of(agreements, "hoeveel woningen gaan ze bouwen", "en op de leeweide?")
    assert reply.quotes[0].passage.document.year == 2026
    assert "Leeweide" in reply.quotes[0].highlight_text


def test_what_was_meant_takes_the_place_of_what_was_said(agreements: Assistant) -> None:
    reply = last_of(agreements, "Hoe hoog is de toeristenbelasting?", "nee ik bedoel de ozb")
    assert "onroerendezaakbelasting" in reply.quotes[0].highlight_text


@pytest.mark.parametrize("questions", [
    ("Is het jongerencentrum op vrijdag open?", "en zaterdag?"),
    ("Wat kost een zak restafval?", "en in Amsterdam?"),
])  # fmt: skip
def test_another_day_or_place_that_is_not_told_of_gets_silence(agreements: Assistant, questions: tuple[str, ...]) -> None:
    assert last_of(agreements, *questions).outcome is Outcome.NO_ANSWER


def test_why_is_the_sentence_beside_it_too(agreements: Assistant) -> None:
    reply = last_of(agreements, "Komt er een rondweg?", "Waarom niet?")
    assert reply.outcome is Outcome.ANSWER
    assert "€ 38 miljoen" in reply.quotes[0].highlight_text


def document(year: int) -> Document:
    return Document(f"akkoord-{year}", f"Akkoord {year}", "Gemeente Voorbeeldstad", year, None, "", (), {}, "")


@pytest.mark.parametrize(
    ("text", "quoted", "years"),
    [
        ("en daarvoor", 2026, {2018, 2022}), ("wat kostte het eerst", 2022, {2018}), ("en daarvoor", 2018, None),
        ("en nu?", 2018, {2026}), ("en voor kinderen?", 2026, None),
    ],
)  # fmt: skip
def test_a_time_is_that_before_the_document_that_was_quoted(text: str, quoted: int, years: set[int] | None) -> None:
    found = timed_again(text, [document(year) for year in (2018, 2022, 2026)], document(quoted))
    assert (found and {int(ident[-4:]) for ident in found.documents}) == years


def test_a_sentence_may_say_how_it_was_and_how_it_will_be() -> None:
    assert says_both_times("Huishoudelijke hulp gaat van drie naar twee uur per week.")
    assert not says_both_times("De prijs per zak gaat naar € 1,35.")
