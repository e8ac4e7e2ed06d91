"""Questions about one day of the week, where the document says so of several together: 'op werkdagen', 'in het weekend', 'dagelijks'."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reason
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

GUIDE = """# Sport

Het zwembad De Plas is op werkdagen open van 7.00 tot 21.00 uur. In het weekend is het zwembad gesloten.

De sporthal is dagelijks open van 8.00 tot 23.00 uur.

# Verkeer

Parkeren in het centrum is gratis, behalve op zaterdag.

# Afval

De groene container legen we iedere maandag van april tot en met oktober.
"""


@pytest.fixture(scope="module")
def guide(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("gids"), source=GUIDE), wait=True)


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Is het zwembad op zondag open?", "In het weekend is het zwembad gesloten."),
        ("Kan ik op zondag gaan zwemmen?", "In het weekend is het zwembad gesloten."),
        ("Is het zwembad op dinsdag open?", "op werkdagen open"),
        ("Hoe laat gaat het zwembad op woensdag open?", "op werkdagen open"),
        ("Is de sporthal op donderdag open?", "dagelijks open"),
        ("Is de sporthal zondag open?", "dagelijks open"),
    ],
)
def test_a_day_is_one_of_those_that_are_told_together(guide: Assistant, question: str, shown: str) -> None:
    reply, _ = guide.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert shown in reply.quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "Wordt de groene container op zondag geleegd?",
        "Is parkeren op zondag gratis?",
        "Is de bibliotheek op zondag open?",
        "Gaat de container dinsdag leeg?",
    ],
)
def test_another_day_is_silent_and_no_day_is_said_to_be_missing(guide: Assistant, question: str) -> None:
    """'Ik vind er geen datum of dag bij' would not be true of 'iedere maandag', and nobody asked for a day."""
    reply, _ = guide.reply(question)
    assert reply.outcome is Outcome.NO_ANSWER
    assert reply.reason in {Reason.NEAREST, Reason.NOTHING}


def test_what_is_asked_of_a_day_is_not_the_day(guide: Assistant) -> None:
    """The sources do speak of parking: 'Ik vind hier niets over' would not be true."""
    assert guide.reply("Is parkeren op zondag gratis?")[0].reason is Reason.NEAREST
