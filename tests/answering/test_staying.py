"""A follow-up is first looked for where the conversation stands: on the page that was quoted from."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION
from bot.answering.reply import Outcome, Reason, Reply
from bot.watch import load_assistant

PAGES = {
    "grofvuil": """# Grofvuil laten ophalen

Wij halen grote spullen zoals een bank of een matras bij u thuis op.

## Wat kost het

De eerste keer is gratis. Daarna betaalt u € 27,50 per keer.

## Klaarzetten

Zet het grofvuil vóór 7.30 uur aan de weg.
""",
    "feest": """# Straatfeest melden

Voor een straatfeest doet u een melding. Een vergunning kost € 125.

## Besluit

Wij nemen het besluit binnen tien weken.
""",
    "bijstand": """# Bijzondere bijstand

U kunt bijzondere bijstand aanvragen voor kosten die nodig zijn.

## Daarna

Binnen acht weken krijgt u een brief met ons besluit.
""",
    "paspoort": """# Paspoort aanvragen

Een paspoort vraagt u aan in het gemeentehuis. Een paspoort kost € 88.

## Dit neemt u mee

Neem uw oude paspoort en een pasfoto mee.

## Zo betaalt u

U betaalt bij de aanvraag met uw pinpas. Contant betalen kan niet.
""",
    "milieustraat": """# Milieustraat

Op de milieustraat brengt u afval. U moet uw afvalpas meenemen.

## Puin

Voor puin betaalt u € 9 per kuub.
""",
    "scootmobiel": """# Scootmobiel lenen

Een scootmobiel kunt u van ons lenen als u moeilijk loopt.

## Eigen bijdrage

Voor een scootmobiel betaalt u een eigen bijdrage van € 21 per maand.
""",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over three pages of a municipality."""
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / name).mkdir()
        (folder / name / "document.yaml").write_text(f"title: {name}\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
        (folder / name / "source.md").write_text(text, encoding="utf-8")
    return load_assistant(folder, wait=True)


def talk(assistant: Assistant, *questions: str) -> Reply:
    conversation = NO_CONVERSATION
    for question in questions:
        reply, conversation = assistant.reply(question, conversation)
    return reply


@pytest.mark.parametrize(
    ("questions", "said"),
    [
        (("Halen jullie een bank op?", "Wat kost dat?"), "27,50"),
        (("Kan ik bijzondere bijstand aanvragen?", "Binnen hoeveel weken krijg ik het besluit?"), "acht weken"),
        (("Moet ik een straatfeest melden?", "En wanneer komt het besluit?"), "tien weken"),
        (("Waar vraag ik een paspoort aan?", "Wat moet ik meenemen?"), "pasfoto"),
        (("Waar vraag ik een paspoort aan?", "Kan ik betalen met geld?"), "Contant"),
        (("Kan ik een scootmobiel lenen?", "Wat is de eigen bijdrage?"), "€ 21"),
    ],
)
def test_a_follow_up_stays_on_the_page(pages: Assistant, questions: tuple[str, ...], said: str) -> None:
    reply = talk(pages, *questions)
    assert reply.outcome is Outcome.ANSWER
    assert said in reply.quotes[0].text


def test_a_new_complete_question_leaves_the_page(pages: Assistant) -> None:
    reply = talk(pages, "Halen jullie een bank op?", "Kan ik bijzondere bijstand aanvragen?")
    assert reply.quotes[0].passage.document.id == "bijstand"


def test_the_questions_of_one_message_stay_on_the_page(pages: Assistant) -> None:
    reply, _ = pages.reply("Kan ik bijzondere bijstand aanvragen en binnen hoeveel weken krijg ik het besluit?")
    assert ["acht weken" in quote.text for quote in reply.parts[1].quotes] == [True]


def test_what_is_told_before_them_says_which_page_is_meant(pages: Assistant) -> None:
    reply, _ = pages.reply("Wij willen een straatfeest houden. Wat kost dat? En wanneer komt het besluit?")
    assert ["tien weken" in quote.text for quote in reply.parts[1].quotes] == [True]


def test_a_question_that_points_at_nothing_that_was_answered_is_not_answered_from_anywhere(pages: Assistant) -> None:
    reply, _ = pages.reply("Komt er een nieuwe rondweg? En wat kost dat?")
    assert [part.outcome for part in reply.parts] == [Outcome.NO_ANSWER, Outcome.NO_ANSWER]


@pytest.mark.parametrize("question", ["Hoe lang blijft hij daar?", "En wat gebeurt er daarna?", "Wanneer komt die?"])
def test_after_silence_nothing_is_found_that_a_question_could_point_at(pages: Assistant, question: str) -> None:
    assert talk(pages, "Waar is de bibliotheek?", question).outcome is Outcome.NO_ANSWER


def test_the_same_words_in_a_whole_question_leave_the_page(pages: Assistant) -> None:
    reply = talk(pages, "Waar vraag ik een paspoort aan?", "Moet ik mijn afvalpas meenemen naar de milieustraat?")
    assert reply.quotes[0].passage.document.id == "milieustraat"


@pytest.mark.parametrize("question", ["In één keer?", "Met de auto?"])
def test_a_question_of_a_few_words_is_no_talk(pages: Assistant, question: str) -> None:
    reply = talk(pages, "Wat kost een paspoort?", question)
    assert reply.route is None


def test_a_number_of_people_is_no_year(pages: Assistant) -> None:
    assert talk(pages, "Moet ik een straatfeest melden?", "En met meer dan 2000 bezoekers?").reason is not Reason.OTHER_YEAR


BOATS = """# Varen

## Slapen aan boord

Overnachten aan boord is in het vaarseizoen toegestaan, ten hoogste zestig nachten per jaar. Van november tot en met maart mag er niet aan boord worden geslapen.

Verhuur van het vaartuig als vakantieverblijf is verboden.

## Huisdieren

Een hond of kat mag mee, als het dier aangelijnd is.

## Parkeren

Het tarief is € 1,90 per uur in zone A en € 1,20 per uur in zone B.
"""


@pytest.fixture(scope="module")
def boats(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """An assistant over one document with sections."""
    folder = tmp_path_factory.mktemp("boats")
    (folder / "boats").mkdir()
    (folder / "boats" / "document.yaml").write_text("title: Varen\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (folder / "boats" / "source.md").write_text(BOATS, encoding="utf-8")
    return load_assistant(folder, wait=True)


def test_a_passage_to_which_every_way_of_asking_leads_answers_in_other_words(boats: Assistant) -> None:
    reply = talk(boats, "Mag ik slapen op mijn boot?", "en in de winter")
    assert reply.outcome is Outcome.ANSWER
    assert "november" in reply.quotes[0].text


@pytest.mark.parametrize("question", ["en op de maan", "papegaai?", "Wat kost een hotel in Spanje?"])
def test_what_stands_nowhere_near_gets_silence(boats: Assistant, question: str) -> None:
    assert talk(boats, "Mag ik slapen op mijn boot?", question).outcome is Outcome.NO_ANSWER


def test_who_else_it_holds_for_is_asked_of_what_was_spoken_of(boats: Assistant) -> None:
    assert talk(boats, "Mag ik slapen op mijn boot?", "En mogen honden ook?").outcome is Outcome.NO_ANSWER


def test_one_bare_word_is_the_end_of_a_question(boats: Assistant) -> None:
    assert "aangelijnd" in talk(boats, "Mag ik slapen op mijn boot?", "hond?").quotes[0].text


def test_what_is_said_to_the_answer_before_is_no_part_of_the_question(boats: Assistant) -> None:
    reply = talk(boats, "Mag ik slapen op mijn boot?", "ok, en in de winter")
    assert (reply.question, reply.outcome) == ("ok, en in de winter", Outcome.ANSWER)
