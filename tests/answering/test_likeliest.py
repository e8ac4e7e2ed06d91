"""Lists and passages in quite other words than the question's: told by reading each together with it."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reply
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

SOURCE = """# Geldzorgen en schulden

Meld u bij het wijkteam als u uw rekeningen niet meer kunt betalen.

Zo gaat het verder:

1. Iemand maakt een overzicht van alle rekeningen.
2. Binnen vier weken volgt een plan van aanpak.
3. Wij bellen de schuldeisers.
4. Lukt het, dan betaalt u achttien maanden af.

# Evenementen

Wilt u een straatfeest of een braderie? Het hangt van het aantal bezoekers af wat u moet doen.

- Tot 150 bezoekers: een melding, tien werkdagen van tevoren. Gratis.
- 150 tot 1.500: een vergunning, twaalf weken van tevoren. € 128.

# Honden

U betaalt hondenbelasting: € 64 per jaar voor de eerste hond en € 96 voor elke volgende hond. U meldt uw hond binnen veertien dagen.

# Bouwen

Van alle nieuwe huizen is 35% sociale huur. Dat was 30%. De rest wordt duurder verhuurd.

# Een terras op de stoep

Voor voetgangers blijft altijd 1,80 meter over. Een terras mag van 1 maart tot 1 november.

# Parkeren

Parkeren kost € 1,80 per uur in het centrum. In alle andere wijken is parkeren gratis.
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("stad")
    return load_assistant(write_folder(folder, source=SOURCE), wait=True)


def asked(town: Assistant, question: str) -> Reply:
    return town.reply(question)[0]


def test_a_list_in_other_words_is_told_by_reading_it(town: Assistant) -> None:
    reply = asked(town, "Ik zit een beetje klem. Kunt u uitleggen welke stappen er komen als ik hulp vraag bij mijn schulden?")
    assert reply.listed
    assert [quote.text.split()[0] for quote in reply.quotes] == ["Iemand", "Binnen", "Wij", "Lukt"]


def test_two_things_are_compared_by_the_passage_that_tells_both(town: Assistant) -> None:
    reply = asked(town, "Is hond nummer twee duurder dan de eerste?")
    assert reply.outcome is Outcome.ANSWER
    assert "€ 96" in reply.quotes[0].text


@pytest.mark.parametrize(
    "question",
    [
        "Is parkeren hier duurder dan in de buurgemeenten?",
        "Noem alle wijken van de gemeente",
        "Welke scholen zijn er?",
        "Wat zijn de stappen om een rijbewijs te vernieuwen?",
    ],
)
def test_what_only_comes_near_is_no_list_of_what_is_asked(town: Assistant, question: str) -> None:
    assert asked(town, question).outcome is Outcome.NO_ANSWER


def test_one_word_may_name_a_heading_and_what_is_wanted_below_it(town: Assistant) -> None:
    reply = asked(town, "Terrasregels")
    assert reply.listed
    assert reply.listed.heading == "Een terras op de stoep"


def test_what_was_may_stand_behind_what_is(town: Assistant) -> None:
    reply = asked(town, "Sociale huur in de nieuwbouw: percentage eerst, percentage nu?")
    assert "Dat was 30%." in reply.quotes[0].highlight_text


def test_a_heading_that_is_named_is_never_in_doubt(assistant: Assistant) -> None:
    """However near other lists come: these are the points that were asked for."""
    for question in ("Wat staat er over veiligheid?", "Welke maatregelen staan er over veiligheid?", "Alles over inburgering"):
        listed = assistant.reply(question)[0].listed
        assert listed
        assert listed.heading.lower() in question.lower()
    reply = assistant.reply("Wat staat er allemaal over taal?")[0]
    assert reply.listed, "each of the points says it"
    assert all("taal" in quote.highlight_text for quote in reply.quotes)
