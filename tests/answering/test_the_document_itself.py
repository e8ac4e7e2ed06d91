"""'Deze regeling' is the document at hand, whatever that calls itself."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

DESCRIPTION = "title: Marktverordening Oosterlo\npublisher: Gemeente Oosterlo\nyear: 2026\n"
SOURCE = """# Artikel 1. Aanvragen

Een vaste standplaats vraag je aan bij het marktbureau. Het college beslist binnen acht weken. Die termijn kan één keer met zes weken worden verlengd.

# Artikel 2. Subsidie

Voor de regeling Samen Aan Tafel is per jaar 12.000 euro beschikbaar.

# Artikel 3. Ingang

Deze verordening gaat in op 1 april 2026. Op die dag vervalt de Marktverordening 2011.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("markt"), description=DESCRIPTION, source=SOURCE), wait=True)


@pytest.mark.parametrize(
    ("question", "gold"),
    [
        ("Wanneer gaat deze regeling in?", "gaat in op 1 april 2026"),
        ("Op welke datum gaat dit besluit in?", "gaat in op 1 april 2026"),
    ],
)
def test_this_regulation_is_the_document(assistant: Assistant, question: str, gold: str) -> None:
    reply, _ = assistant.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert gold in reply.quotes[0].text


def test_a_regulation_that_is_named_is_not_the_document(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Wanneer gaat de regeling Samen Aan Tafel in?")
    assert not any("1 april" in quote.text for quote in reply.quotes) or reply.outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize("question", ["Sinds wanneer geldt dit besluit?", "Hoeveel bladzijden heeft deze regeling?"])
def test_what_the_document_does_not_say_of_itself_is_met_with_silence(assistant: Assistant, question: str) -> None:
    reply, _ = assistant.reply(question)
    assert not any("acht weken" in quote.text for quote in reply.quotes) or reply.outcome is Outcome.NO_ANSWER
