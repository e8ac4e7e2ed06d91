"""What a document says on a subject: the points that bear it, the one sentence that does, and nothing on its opposite."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

DESCRIPTION = "title: Programma Dorpspartij Oosterlo\npublisher: Dorpspartij Oosterlo\nyear: 2026\n"
SOURCE = """# Duurzaam

De Dorpspartij wil een schone energievoorziening.

## Voorstellen

- Met de buurten zoeken naar plekken voor zonnepanelen
- Geen windmolens langs het kanaal
- Speeltuinen krijgen vaker onderhoud
- Het hippisch centrum blijft

# Zorg

De Dorpspartij vindt goede zorg belangrijk.

## Voorstellen

- Een vaste bijdrage aan de kledingbank
- Een huisartsenpost in het weekend
- Een bezoekvrijwilliger voor ouderen die alleen wonen

# Inwoners

In Oosterlo wonen veel ouderen. Minder jongeren betekent ook minder scholen.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = write_folder(tmp_path_factory.mktemp("programma"), description=DESCRIPTION, source=SOURCE)
    return load_assistant(folder, wait=True)


def test_who_speaks_says_nothing_of_which_list_is_meant(assistant: Assistant) -> None:
    for question in (
        "Wat wil de Dorpspartij met windmolens?",
        "Wat zegt de Dorpspartij over windmolens?",
        "Wat is het standpunt van de Dorpspartij over windmolens?",
    ):
        reply, _ = assistant.reply(question)
        assert reply.outcome is Outcome.ANSWER, question
        assert [quote.text for quote in reply.quotes] == ["Geen windmolens langs het kanaal"], question


def test_the_one_sentence_that_bears_the_subject_is_the_answer(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Wat doen ze voor de kledingbank?")
    assert reply.outcome is Outcome.ANSWER
    assert reply.listed is None
    assert reply.quotes[0].highlight_text == "Een vaste bijdrage aan de kledingbank"


def test_of_a_subject_its_opposite_is_no_point(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Wat staat er over ouderen?")
    assert [quote.highlight_text for quote in reply.quotes] == [
        "Een bezoekvrijwilliger voor ouderen die alleen wonen",
        "In Oosterlo wonen veel ouderen.",
    ]


def test_a_subject_that_is_not_there_is_met_with_silence(assistant: Assistant) -> None:
    for question in ("Wat wil de Dorpspartij met kerncentrales?", "Wat doen ze voor de voedselbank in Rijnstad?"):
        assert assistant.reply(question)[0].outcome is Outcome.NO_ANSWER, question
