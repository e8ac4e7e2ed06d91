"""Questions that several sentences answer: points, headings, comparisons, old and new."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.answering.forms import asks_one_thing, asks_which
from bot.answering.reply import Outcome, Reason, Reply
from bot.presentation.text import render_text
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder

SOURCE = """# Sport

Sport houdt mensen gezond.

Wij gaan:

- twee grasvelden vervangen door kunstgras;
- de huur voor sportverenigingen verlagen;
- een beweegmakelaar aanstellen;
- een skatebaan aanleggen;
- de zwemles vergoeden;
- het sportpark verlichten.

# Afval

## Grofvuil

Grofvuil is huisraad dat te groot is voor de bak. Wij halen grofvuil op dinsdag op.

Wat wij niet meenemen:

- bouwafval en puin
- autobanden

## Kosten

Een eerste vergunning voor een container kost 72 euro. Een tweede vergunning voor een container kost 144 euro.

De afvalbelasting gaat van 210 naar 260 euro.
"""


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("lijsten"), source=SOURCE))


def points(reply: Reply) -> list[str]:
    assert reply.listed is not None
    return [quote.text for quote in reply.quotes]


@pytest.mark.parametrize("question", ["Welke plannen zijn er voor sport?", "Wat staat er allemaal over sport?", "Vat sport samen", "Sport"])
def test_the_points_under_a_heading_each_to_the_letter(town: Assistant, question: str) -> None:
    reply, conversation = town.reply(question)
    assert reply.outcome is Outcome.ANSWER
    assert points(reply)[:2] == ["twee grasvelden vervangen door kunstgras;", "de huur voor sportverenigingen verlagen;"]
    assert len(reply.quotes) == 5
    more, after = town.reply("meer", Conversation.from_json(conversation.to_json()))
    assert points(more) == ["het sportpark verlichten."]
    assert not town.reply("meer", after)[0].listed


def test_a_summary_says_that_it_is_none(town: Assistant) -> None:
    text = render_text(town.reply("Vat sport samen")[0], ())
    assert text.startswith("Samenvatten kan ik niet. Dit zijn de punten onder 'Sport':\n\n1. “twee grasvelden")
    assert "Er is nog 1 punt." in text


def test_a_list_is_found_by_the_line_that_leads_it_in(town: Assistant) -> None:
    assert points(town.reply("Wat nemen jullie niet mee als grofvuil?")[0]) == ["bouwafval en puin", "autobanden"]


def test_the_headings_inside_a_heading(town: Assistant) -> None:
    assert points(town.reply("Uit welke delen bestaat het hoofdstuk Afval?")[0]) == ["Grofvuil", "Kosten"]


@pytest.mark.parametrize("question", ["Noem alle kerken", "Uit welke delen bestaat het hoofdstuk Cultuur?"])
def test_no_list_of_what_is_not_there(town: Assistant, question: str) -> None:
    assert town.reply(question)[0].outcome is Outcome.NO_ANSWER


def test_old_and_new_stand_in_one_sentence(town: Assistant) -> None:
    reply, _ = town.reply("Hoeveel was de afvalbelasting en wat wordt die?")
    assert reply.quotes[0].highlight_text == "De afvalbelasting gaat van 210 naar 260 euro."


def test_both_sides_of_a_comparison(town: Assistant) -> None:
    reply, _ = town.reply("Wat is het verschil tussen een eerste en een tweede vergunning?")
    shown = " ".join(quote.highlight_text for quote in reply.quotes)
    assert "72 euro" in shown
    assert "144 euro" in shown
    assert town.reply("Wat is het verschil tussen het zwembad en de sauna?")[0].outcome is Outcome.NO_ANSWER


RULES = """# Wet op de speeltuinen

## Artikel 1 Begrippen

1. In deze wet wordt verstaan onder:

a. speeltuin: plek waar kinderen spelen;

b. openbare speeltuin: speeltuin die voor iedereen open is;

## Artikel 2 Weigeren

1. Het college kan een vergunning weigeren, indien:

a. de grond vervuild is;

b. het toestel niet is gekeurd:

i. door een deskundige, of

ii. door het college.

2. Het college beslist binnen acht weken.

## Voorwaarden

De speeltuin voldoet aan drie voorwaarden:

1. er is een hek;
2. er is schaduw;
3. er is een bank.

## Tarieven

| Soort | Bedrag |
|---|---|
| Kleine speeltuin | € 120 |
| Grote speeltuin | € 340 |

## Beheer

Asielzoekers en statushouders mogen de speeltuin gebruiken.
"""


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("regels"), source=RULES))


@pytest.mark.parametrize(
    "question", ["Wanneer kan het college een vergunning weigeren?", "In welke gevallen mag het college een vergunning weigeren?"]
)
def test_what_stands_behind_a_line_that_says_what_is_asked_answers_with_its_parts(rules: Assistant, question: str) -> None:
    assert [point.rstrip(";,. of") for point in points(rules.reply(question)[0])] == [
        "a. de grond vervuild is",
        "b. het toestel niet is gekeurd:",
        "i. door een deskundige",
        "ii. door het college",
    ]


def test_which_of_them_it_happened_to_is_not_told_by_when_it_happens(rules: Assistant) -> None:
    reply, _ = rules.reply("Welke speeltuinen zijn een vergunning geweigerd door het college?")
    assert reply.listed is None


@pytest.mark.parametrize("question", ["Wat zijn de voorwaarden?", "Voorwaarden", "Aan welke voorwaarden moet een speeltuin voldoen?"])
def test_conditions_are_listed_and_not_defined(rules: Assistant, question: str) -> None:
    assert [point.split()[-1] for point in points(rules.reply(question)[0])] == ["hek;", "schaduw;", "bank."]


def test_the_row_that_names_the_columns_of_a_table_is_no_point(rules: Assistant) -> None:
    shown = points(rules.reply("Noem de tarieven")[0])
    assert [point.partition(" |")[0] for point in shown] == ["Kleine speeltuin", "Grote speeltuin"]


def test_two_words_in_one_sentence_are_no_difference(rules: Assistant) -> None:
    assert rules.reply("Wat is het verschil tussen een asielzoeker en een statushouder?")[0].reason is Reason.NO_COMPARISON


def test_a_heading_that_is_not_there_is_said_to_be_missing(town: Assistant) -> None:
    assert town.reply("Wat staat er onder het kopje Wonen?")[0].reason is Reason.NO_HEADING


def test_more_after_the_last_point_says_that_it_was_all(town: Assistant) -> None:
    _, after = town.reply("Wat nemen jullie niet mee als grofvuil?")
    assert town.reply("meer", after)[0].reason is Reason.WAS_ALL


TERMS = """# Verordening buurtmarkten

## Artikel 1

1. In deze verordening wordt verstaan onder: – kraam: een tafel met een dak; – marktmeester: – een persoon die op de markt let.

## Artikel 2

Een marktkraam is een kraam die op de markt staat. De markt is vol.

## Bakken

- Groene bak: elke week van april tot oktober.
- Blauwe bak: één keer in de vier weken.
- Grijze bak: om de twee weken.

## Kosten

De belangrijkste bedragen:

| Plek | Bedrag |
|---|---|
| Kraam bij de kerk | € 12 per dag |
| Kraam bij het station | € 9 per dag |

Wie afval laat liggen, betaalt een boete van € 150. Wie geen vergunning toont, betaalt een boete van € 80.

## Ophalen

De marktmeester vermeldt in een vergunning:

- de naam van de koopman;
- de plek van de kraam.

Een vergunning wordt geweigerd, indien:

- de markt vol is;
- de koopman een schuld heeft.

| 4.a Verlichting van het plein

### Besluit:

- 1. De lantaarns op het plein te vervangen.
- 2. De verlichting om middernacht te dimmen.

| 4.b Bomen langs de singel

### Besluit:

- 1. Twaalf linden te planten.
- 2. De wortels ruimte te geven.
"""


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("termen"), source=TERMS))


@pytest.mark.parametrize(
    "question",
    ["Wat is goedkoper, een kraam bij de kerk of een kraam bij het station?", "Wat kost een kraam bij de kerk of bij het station?"],
)
def test_both_sides_are_rows_of_one_table(terms: Assistant, question: str) -> None:
    shown = [quote.highlight_text for quote in terms.reply(question)[0].quotes]
    assert "€ 12" in shown[0]
    assert "€ 9" in shown[1]


def test_both_sides_stand_in_one_passage(terms: Assistant) -> None:
    reply, _ = terms.reply("Boete afval laten liggen vergeleken met geen vergunning tonen")
    assert [quote.highlight_text.split("€ ")[1] for quote in reply.quotes] == ["150.", "80."]


def test_a_line_above_a_table_is_answered_with_its_rows(terms: Assistant) -> None:
    shown = points(terms.reply("De belangrijkste bedragen")[0])
    assert [row.partition(" |")[0] for row in shown] == ["Kraam bij de kerk", "Kraam bij het station"]


def test_a_line_that_says_what_stands_there_comes_before_one_with_a_condition(terms: Assistant) -> None:
    assert points(terms.reply("Wat staat er allemaal in een vergunning?")[0])[0] == "de naam van de koopman;"
    assert points(terms.reply("Wanneer wordt een vergunning geweigerd?")[0])[0] == "de markt vol is;"


@pytest.mark.parametrize("question", ["Welke kooplieden zijn er?", "Welke kramen staan er op de markt van Zuidstad?"])
def test_which_there_are_is_not_told_by_a_sentence_that_names_none(terms: Assistant, question: str) -> None:
    assert terms.reply(question)[0].outcome is Outcome.NO_ANSWER


def test_a_list_below_a_heading_that_names_nothing_is_found_by_the_line_above_it(terms: Assistant) -> None:
    assert points(terms.reply("Wat is er besloten over de verlichting van het plein?")[0]) == [
        "1. De lantaarns op het plein te vervangen.",
        "2. De verlichting om middernacht te dimmen.",
    ]


LONG_ITEM = " ".join(
    f"Wij leggen in wijk {n} een nieuw speelveld aan, met bomen, banken en een fontein voor jong en oud." for n in range(1, 12)
)
LONG = f"""# Groen en spelen

Wij gaan:

- de oude bomen langs de singel sparen;
- meer ruimte maken. {LONG_ITEM}
- elk schoolplein vergroenen;
- een stadsboerderij openen.
"""


def test_an_item_that_runs_over_passages_does_not_end_its_list(tmp_path: Path) -> None:
    town = load_assistant(write_folder(tmp_path, source=LONG), meaning=False)
    assert len(town.knowledge.documents) == 1
    reply, _ = town.reply("Welke plannen zijn er voor groen en spelen?")
    assert [text.split()[0] for text in points(reply)] == ["de", "meer", "elk", "een"]


def test_where_a_list_is_looked_for_does_not_hide_what_is_asked(town: Assistant) -> None:
    assert points(town.reply("Wat gaat de gemeente doen voor sport volgens dit document?")[0])[0].startswith("twee grasvelden")


OTHER_WORDS = """# Brief over de tram

## Risico's

Wij zien drie grote risico's:

- Te weinig reizigers. Dan rijdt de tram met verlies.
- Dure bouw. Staal kost elk jaar meer.
- Te weinig bestuurders. Wij leiden er daarom twintig op.

## Ons besluit

Wij hebben besloten:

1. de tram aan te leggen;
2. het plein autovrij te maken.

## Waar de tram stopt

| Locatie | Vanaf |
|---|---|
| Marktplein | 2027 |
| Ziekenhuis | 2028 |

## Klachten

De klachten gaan over lawaai. De burgemeester praat elke maand met de buurt.
"""


@pytest.fixture(scope="module")
def tram(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return load_assistant(write_folder(tmp_path_factory.mktemp("tram"), source=OTHER_WORDS))


def test_a_list_is_found_in_other_words_where_it_is_read_together_with_the_question(tram: Assistant) -> None:
    assert points(tram.reply("Welke gevolgen vrezen ze?")[0])[0].startswith("Te weinig reizigers.")


@pytest.mark.parametrize("question", ["Noem de sportclubs", "Welke musea zijn er?", "Welke wethouders werken er allemaal aan mee?"])
def test_a_list_of_something_else_is_not_taken_for_it(tram: Assistant, question: str) -> None:
    assert tram.reply(question)[0].outcome is Outcome.NO_ANSWER


def test_that_all_points_are_wanted_need_not_stand_in_the_line_before_them(tram: Assistant) -> None:
    assert points(tram.reply("Wat heeft het college besloten? Alle punten.")[0]) == [
        "de tram aan te leggen;",
        "het plein autovrij te maken.",
    ]


def test_places_are_called_by_several_words(tram: Assistant) -> None:
    assert [row.partition(" |")[0] for row in points(tram.reply("Op welke plekken stopt de tram?")[0])] == ["Marktplein", "Ziekenhuis"]


def test_how_a_chapter_is_divided_is_told_by_its_headings(town: Assistant) -> None:
    assert points(town.reply("Hoe is het hoofdstuk over afval ingedeeld?")[0]) == ["Grofvuil", "Kosten"]


@pytest.mark.parametrize("question", ["Welke wethouder was dit?", "Tot welke leeftijd is het gratis?"])
def test_one_name_or_number_answers(question: str) -> None:
    assert asks_one_thing(question)
    assert not asks_which(question)
