"""What a word means: a sentence, an entry or a heading that says so, or a silence that says that none does."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reason
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

TOWN = """# Sport en afval

Wij gaan een beweegmakelaar aanstellen.

Grofvuil is huisraad dat te groot is voor de bak. Wij halen grofvuil op dinsdag op.

De eigen bijdrage voor hulp in huis is € 21 per maand.

# Beheer

Soms neemt een groep buren het onderhoud over. Dat heet buurtbeheer. Asielzoekers en statushouders mogen de speeltuin gebruiken.
"""

RULES = """# Wet op de speeltuinen

## Artikel 1 Begrippen

1. In deze wet wordt verstaan onder:

a. speeltuin: plek waar kinderen spelen;

b. openbare speeltuin: speeltuin die voor iedereen open is;

## Artikel 2 Weigeren

Het college kan een vergunning voor een speeltuin weigeren.
"""

TERMS = """# Verordening buurtmarkten

## Artikel 1

1. In deze verordening wordt verstaan onder: – kraam: een tafel met een dak; – marktmeester: – een persoon die op de markt let; – proefkraam (pk): een kraam voor ten hoogste vier weken.

## Artikel 2

Een marktkraam is een kraam die op de markt staat. De markt is vol.

## Wat is een standplaats?

Een vaste plek op het plein, voor een jaar.
"""

MEANINGS = """# Rondkomen

## Inkomenstoeslag

Hebt u drie jaar een laag inkomen? Dan kunt u een keer per jaar een bedrag krijgen.

## Passen en coaches

Met de Duinpas krijgt u korting op sport. Een budgetcoach komt bij u thuis.

# Natuur en verkeer

Wij maken een tussenvorm van natuur en landbouw: landschapsgrond. Er komt een blauwe zone, waar iedereen twee uur mag staan.

# Onderwijs

Het aanbod van voor- en vroegschoolse educatie groeit.

# Subsidie

In deze regeling wordt verstaan onder:

a. jeugdlid: een lid dat jonger is dan 18 jaar;

b. volwassen lid: elk ander lid.
"""

SHORT = """# Bomen

## Bouwen

Bij een bouwplan levert u een boomanalyse in, kortweg BOA. Dat is een rapport van een deskundige. De kosten zijn voor u. Er komt een bomenvisie. Dat is een belofte.

## Feesten

Een klein feest hoeft u alleen te melden. Klein betekent: niet meer dan 100 bezoekers. Voor een groot feest hebt u een vergunning nodig.

## Regels

In deze paragraaf wordt verstaan onder kapgrens: een dikte van 30 centimeter.

a. "herplant": een nieuwe boom voor een oude;
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("stad"), source=TOWN))


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("regels"), source=RULES))


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("termen"), source=TERMS))


@pytest.fixture(scope="module")
def meanings(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("woorden"), source=MEANINGS), meaning=False)


def test_a_definition_is_a_sentence_that_defines(town: Assistant) -> None:
    reply, _ = town.reply("Wat is grofvuil?")
    assert reply.quotes[0].highlight_text == "Grofvuil is huisraad dat te groot is voor de bak."
    assert town.reply("Wat is een beweegmakelaar?")[0].outcome is Outcome.NO_ANSWER


def test_without_a_definition_the_silence_says_so(assistant: Assistant) -> None:
    assert assistant.reply("Wat is inburgering?")[0].reason is Reason.NO_DEFINITION


def test_what_something_amounts_to_may_be_asked_like_a_meaning(town: Assistant) -> None:
    reply, _ = town.reply("Wat is de eigen bijdrage?")
    assert reply.outcome is Outcome.ANSWER
    assert "€ 21" in reply.quotes[0].highlight_text


def test_a_term_of_several_words_is_defined_as_a_whole(rules: Assistant) -> None:
    assert "voor iedereen open" in rules.reply("Wat is een openbare speeltuin?")[0].quotes[0].text
    assert rules.reply("Wat verstaat de wet onder een speeltuin?")[0].quotes[0].text.startswith("a. speeltuin: plek")


def test_what_the_sentence_before_is_called_is_shown_with_that_sentence(town: Assistant) -> None:
    marked = town.reply("Wat is buurtbeheer?")[0].quotes[0].highlight_text
    assert marked == "Soms neemt een groep buren het onderhoud over. Dat heet buurtbeheer."


def test_an_entry_that_stands_between_others_in_one_sentence_is_quoted_alone(terms: Assistant) -> None:
    assert terms.reply("Wat is een kraam volgens de verordening?")[0].quotes[0].text == "kraam: een tafel met een dak;"
    assert terms.reply("Wat is een proefkraam?")[0].quotes[0].text == "proefkraam (pk): een kraam voor ten hoogste vier weken."


def test_a_word_that_only_has_a_property_is_not_defined(terms: Assistant) -> None:
    assert terms.reply("Wat is de markt?")[0].outcome is Outcome.NO_ANSWER
    assert "op de markt staat" in terms.reply("Wat is een marktkraam?")[0].quotes[0].highlight_text


def test_what_stands_under_the_same_question_answers(terms: Assistant) -> None:
    assert terms.reply("Wat is een standplaats?")[0].quotes[0].highlight_text == "Een vaste plek op het plein, voor een jaar."


def test_two_terms_are_set_apart_by_their_meanings(terms: Assistant) -> None:
    shown = terms.reply("Wat is het verschil tussen een kraam en een proefkraam?")[0].quotes
    assert [quote.text.partition(":")[0] for quote in shown] == ["kraam", "proefkraam (pk)"]


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("Wat is de inkomenstoeslag?", "Dan kunt u een keer per jaar een bedrag krijgen."),
        ("Wat is de Duinpas?", "Met de Duinpas krijgt u korting op sport."),
        ("Wat wordt bedoeld met landschapsgrond?", "landbouw: landschapsgrond."),
        ("Wat houdt een blauwe zone in?", "waar iedereen twee uur mag staan"),
        ("Waar staat VVE voor?", "voor- en vroegschoolse educatie"),
        ("Wanneer wordt iemand als jeugdlid aangemerkt?", "jeugdlid: een lid dat jonger is dan 18 jaar"),
        ("Wie telt als volwassen lid?", "volwassen lid: elk ander lid"),
    ],
)
def test_what_a_word_means_in_other_words(meanings: Assistant, question: str, meaning: str) -> None:
    reply, _ = meanings.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert meaning in reply.quotes[0].highlight_text


@pytest.mark.parametrize("question", ["Wat is een budgetcoach?", "Waar staat OVP voor?", "Subsidie, wat is dat?"])
def test_a_word_that_is_only_used_has_no_meaning(meanings: Assistant, question: str) -> None:
    assert meanings.reply(question)[0].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    "question",
    [
        "Ze zeggen steeds 'openbare speeltuin' tegen ons. Wat verstaat de wet daar eigenlijk onder?",
        "In de brief staat “openbare speeltuin”, wat is dat?",
    ],
)
def test_a_term_between_quotation_marks_is_what_is_asked(rules: Assistant, question: str) -> None:
    reply, _ = rules.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert reply.quotes[0].highlight_text == "b. openbare speeltuin: speeltuin die voor iedereen open is;"


@pytest.mark.parametrize(
    ("question", "meaning"),
    [
        ("Wat is een BOA?", "Dat is een rapport van een deskundige."),
        ("Wat is een boomanalyse?", "Dat is een rapport van een deskundige."),
        ("Wat is een bomenvisie?", None),
        ("Wat verstaan jullie onder een klein feest?", "Klein betekent: niet meer dan 100 bezoekers."),
        ("Wat verstaan jullie onder een groot feest?", None),
        ("Wat is de kapgrens?", "een dikte van 30 centimeter"),
        ("Wat geldt er als herplant?", "een nieuwe boom voor een oude"),
    ],
)
def test_a_meaning_stands_behind_the_word_too(tmp_path: Path, question: str, meaning: str | None) -> None:
    reply, _ = load_assistant(write_folder(tmp_path, source=SHORT), meaning=False).reply(question)
    assert (reply.outcome is Outcome.ANSWER) == (meaning is not None)
    assert meaning is None or meaning in reply.quotes[0].highlight_text
