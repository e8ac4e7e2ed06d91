"""Messages that get a fixed reply: what they are and what they are not."""

import json

import pytest

from bot.answering.assistant import Assistant
from bot.answering.danger import written_out
from bot.answering.reply import ROUTES, Outcome, Reason
from bot.answering.routes import routed
from bot.presentation.text import render_text
from tests.paths import QUESTIONS

# In words that stand in no pattern's examples.
DANGER = (
    "ik wil niet meer verder leven", "mn man heeft me gisteren weer geslagen", "Mijn zusje wordt door mijn vader op haar kamer opgesloten",
    "de buren schreeuwen en ik hoor hun kind gillen", "er ligt iemand bewusteloos in het portiek", "mijn ex dreigt dat hij me iets aandoet",
    "ik heb een hele strip slaappillen ingenomen", "het stinkt naar gas in de keuken", "ik ben bang om naar huis te gaan",
    "Mijn dochter van dertien praat over zelfmoord",
)  # fmt: skip
POLICY = (
    "Wat doet de gemeente tegen huiselijk geweld?", "Hoeveel meldingen van kindermishandeling waren er?",
    "Komt er geld voor suïcidepreventie op scholen?", "Welke maatregelen zijn er tegen wapens op school?", "Worden boa's vaak bedreigd?",
    "Krijgen slachtoffers van stalking sneller hulp?", "Wie betaalt de opvang van mishandelde vrouwen?", "Hoe dien ik een klacht in over de bus?",
    "Waar worden gegevens van inwoners bewaard?", "Goedemorgen, wanneer is de milieustraat open?", "Wat staat er over veiligheid?",
)  # fmt: skip


@pytest.mark.parametrize("message", DANGER)
def test_danger_gets_its_numbers_and_no_passage(assistant: Assistant, message: str) -> None:
    _, conversation = assistant.reply("Krijgen vluchtelingen huurtoeslag?")
    reply, after = assistant.reply(message, conversation)
    assert (reply.reason, reply.outcome, reply.quotes) == (Reason.DANGER, Outcome.NO_ANSWER, ())
    assert after == conversation
    text = render_text(reply, assistant.themes())
    assert all(number in text for number in ("112", "113", "0800-0113", "0800-2000", "0800-0432"))


@pytest.mark.parametrize("question", POLICY)
def test_a_question_about_policy_is_searched_for(question: str) -> None:
    assert routed(question) is None


@pytest.mark.parametrize(
    ("message", "route"),
    [
        ("Ik wil een echt mens aan de lijn", "complaint"),
        ("wat een waardeloze robot ben jij", "insult"),
        ("super, dank je wel voor je hulp", "thanks"),
        ("👍", "emoji"),
        (".", "emoji"),
        ("haha", "smalltalk"),
        ("test", "smalltalk"),
        ("ja", "smalltalk"),
        ("Gebruik je ChatGPT?", "about_bot"),
        ("Kan ik je vertrouwen?", "about_bot"),
        ("Welke documenten ken je?", "about_bot"),
        ("Bewaar je mijn vraag?", "privacy"),
        ("Waar gaat het akkoord over?", "overview"),
        ("Waar gaat dit document over?", "overview"),
    ],
)
def test_each_route(message: str, route: str) -> None:
    reason = routed(message)
    assert reason is not None
    assert ROUTES[reason].value == route


def test_an_overview_says_what_there_is(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Waar gaat dit over?")
    text = render_text(reply, assistant.themes())
    assert assistant.knowledge.documents[0].title in text
    assert all(theme in text for theme in assistant.themes())


def test_messages_of_danger_and_questions_with_the_same_words() -> None:
    lines = [json.loads(line) for line in (QUESTIONS / "messages" / "danger.jsonl").read_text(encoding="utf-8").splitlines()]
    danger = [line["vraag"] for line in lines if line["route"] == "danger"]
    policy = [line["vraag"] for line in lines if line["route"] is None]
    missed = [message for message in danger if routed(message) is not Reason.DANGER]
    assert missed == []
    assert [question for question in policy if routed(question) is Reason.DANGER] == []


@pytest.mark.parametrize(
    ("message", "written"),
    [
        ("kwil dood gwn", "ik wil dood gewoon"),
        ("hij hep me geslage", "hij heeft me geslagen"),
        ("ons ma beweegt ni", "ons mama beweegt niet"),
        ("mijn zoon praat over zelfmord", "mijn zoon praat over zelfmoord"),
        ("de pas is gestolen", "de pas is gestolen"),
    ],
)
def test_short_flemish_and_mistyped_words_are_read_in_full(message: str, written: str) -> None:
    assert written_out(message) == written
