"""A heading that stands under several others ('Wat gaan we doen?' in each chapter) is named with the one above it, and leads to that one."""

import pytest

from bot.answering.assistant import Assistant
from bot.presentation.text import render_text
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

SOURCE = """# Wonen

De gemeente wil meer huizen voor starters.

## Dit gaan we doen

- We bouwen elk jaar 40 woningen aan de Dijkweg.
- We verlenen binnen acht weken een splitsingsvergunning.

# Groen

Bomen houden het dorp koel.

## Dit gaan we doen

- We planten 500 bomen langs de ringsloot.
- We maaien de bermen twee keer per jaar.

# Vragen

De griffie beantwoordt vragen over het raadswerk.
"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("kopjes"), source=SOURCE))


def said(assistant: Assistant, question: str) -> str:
    return render_text(assistant.reply(question)[0], assistant.themes())


def test_a_quote_names_the_heading_above_too(assistant: Assistant) -> None:
    reply = said(assistant, "Hoeveel bomen worden er geplant langs de ringsloot?")
    assert "Coalitieakkoord Voorbeeldstad 2022 · Groen › Dit gaan we doen" in reply
    assert "500 bomen" in reply


def test_a_heading_that_stands_once_is_named_alone(assistant: Assistant) -> None:
    assert "2022 · Vragen\n" in said(assistant, "Wie beantwoordt vragen over het raadswerk?")


def test_points_are_listed_under_the_heading_that_was_asked_for(assistant: Assistant) -> None:
    assert "onder 'Wonen':" in said(assistant, "Welke punten staan er over wonen?")


def test_what_one_can_go_on_with_are_the_headings_above(assistant: Assistant) -> None:
    assert assistant.themes() == ("Wonen", "Groen", "Vragen")
    under = [passage.text for passage in assistant.knowledge.under_theme("Groen")]
    assert "Bomen houden het dorp koel." in under
    assert any("500 bomen" in text for text in under)
    assert not any("40 woningen" in text for text in under)
