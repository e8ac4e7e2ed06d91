"""Documents whose headings are half of what they say: a programme with 'Onze speerpunten' under each subject, and a measure as a heading."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.forms import names_its_subject
from bot.answering.reply import Outcome, Reply
from bot.presentation.text import render_text
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

SOURCE = """# Wonen en buurten

Een dorp waar ieder een huis vindt.

## Onze belofte

Wie hier opgroeit, kan hier blijven.

## Onze speerpunten

### Eerst lege panden, dan nieuwe grond

Zo gebruiken wij wat er al staat.

### Een eigen plek voor starters

Met kleine huizen aan de rand van het dorp.

# Zorg en welzijn

Hulp moet dichtbij zijn.

## Onze belofte

Niemand wacht langer dan zes weken.

## Onze speerpunten

### Mantelzorgers steunen

Met een vrije dag en een luisterend oor.

### Eén loket

Een inwoner vertelt zijn verhaal één keer.
"""


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = write_folder(tmp_path_factory.mktemp("speerpunten"), source=SOURCE)
    return load_assistant(folder)


def points(reply: Reply) -> list[str]:
    assert reply.listed is not None, reply
    return [quote.highlight_text for quote in reply.quotes]


HOUSING = ["Zo gebruiken wij wat er al staat.", "Met kleine huizen aan de rand van het dorp."]


@pytest.mark.parametrize(
    "question", ["Welke speerpunten zijn er voor wonen?", "noem de speerpunten over wonen", "Wat zijn de speerpunten rond wonen?"]
)
def test_what_is_asked_for_may_be_a_heading_below_the_subject(village: Assistant, question: str) -> None:
    reply, _ = village.reply(question)
    assert points(reply) == HOUSING
    text = render_text(reply, [])
    assert "'Wonen en buurten › Onze speerpunten'" in text
    assert "1. Eerst lege panden, dan nieuwe grond: “Zo gebruiken wij wat er al staat.”" in text


@pytest.mark.parametrize(
    ("question", "promise"),
    [
        ("Wat is de belofte over wonen?", "Wie hier opgroeit, kan hier blijven."),
        ("Wat is de belofte over zorg?", "Niemand wacht langer dan zes weken."),
    ],
)
def test_a_heading_that_stands_under_several_is_told_by_the_one_above(village: Assistant, question: str, promise: str) -> None:
    reply, _ = village.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert [quote.highlight_text for quote in reply.quotes] == [promise]


def test_a_question_that_names_its_subject_takes_nothing_over(village: Assistant) -> None:
    first, conversation = village.reply("Wat doen jullie voor mantelzorgers?")
    assert first.quotes[0].highlight_text == "Met een vrije dag en een luisterend oor."
    alone, _ = village.reply("Welke speerpunten zijn er voor wonen?")
    after, _ = village.reply("Welke speerpunten zijn er voor wonen?", conversation)
    assert points(after) == points(alone) == HOUSING


@pytest.mark.parametrize("text", ["Welke plannen zijn er voor sport?", "Wat staat er over wonen?", "Vat de zorg samen"])
def test_these_name_their_subject(text: str) -> None:
    assert names_its_subject(text)


@pytest.mark.parametrize("text", ["Wat staat er nog meer?", "Welke plannen zijn er?", "En voor starters?", "Wat kost dat?"])
def test_these_do_not(text: str) -> None:
    assert not names_its_subject(text)


@pytest.mark.parametrize("question", ["wonen speerpunten", "wonen en buurten speerpunten"])
def test_key_words_with_what_is_wanted_behind_them(village: Assistant, question: str) -> None:
    assert points(village.reply(question)[0]) == HOUSING
