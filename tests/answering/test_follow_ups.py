"""Turns that speak of the turn before, notes beside a quote, and modest silence."""

import pytest

from bot.answering.asking_whole import asked_whole, subject_of
from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION, Conversation, Turn
from bot.answering.follow_ups import corrected_to, without_acknowledgement
from bot.answering.notes import other_number
from bot.answering.question import read_question
from bot.answering.reply import Note, Outcome, Reason, Reply, Route
from bot.language.answer_types import AnswerType
from bot.presentation.text import render_text


def talk(assistant: Assistant, *questions: str) -> list[Reply]:
    conversation, replies = NO_CONVERSATION, []
    for question in questions:
        reply, conversation = assistant.reply(question, Conversation.from_json(conversation.to_json()))
        replies.append(reply)
    return replies


def test_who_says_so_names_the_source(assistant: Assistant) -> None:
    reply = talk(assistant, "Blijft het kinderpardon?", "wie zegt dat")[1]
    assert (reply.outcome, reply.reason, reply.quotes) == (Outcome.NO_ANSWER, Reason.SAID_IN, ())
    assert "2017" in render_text(reply, ())


@pytest.mark.parametrize("question", ["Klopt dat wel?", "is dat zo"])
def test_is_that_so_shows_the_same_piece_and_says_so(assistant: Assistant, question: str) -> None:
    first, again = talk(assistant, "Blijft het kinderpardon?", question)
    assert again.quotes == first.quotes[:1]
    assert again.notes == ((Note.SAME_QUOTE, {}),)


def test_what_more_is_there_leaves_out_what_was_shown(assistant: Assistant) -> None:
    first, more = talk(assistant, "Hoeveel vluchtelingen mogen er per jaar komen?", "staat er nog meer over?")
    assert more.outcome is Outcome.ANSWER
    assert first.quotes[0].passage.id not in {quote.passage.id for quote in more.quotes}


def test_a_new_question_does_not_carry_the_old_topic_along(assistant: Assistant) -> None:
    new = talk(assistant, "Wordt de straf voor haatzaaien hoger?", "Moet iedereen Nederlands leren?")[1]
    assert new.outcome is Outcome.NO_ANSWER or "haatzaaien" not in new.quotes[0].highlight_text


@pytest.mark.parametrize("question", ["Waar gaat hij nog meer over?", "van welke partij is die?", "wat weet hij daarvan"])
def test_who_was_spoken_of_is_asked_about_and_not_the_program(assistant: Assistant, question: str) -> None:
    assert talk(assistant, "Wie is de burgemeester van Mechelen?", question)[1].route is None


def test_the_program_itself_can_still_be_asked_about_in_a_conversation(assistant: Assistant) -> None:
    reply = talk(assistant, "Wie is de burgemeester van Mechelen?", "ben jij eigenlijk een mens?")[1]
    assert reply.route is Route.ABOUT_BOT


def test_of_something_that_is_not_there_the_old_answer_says_nothing(assistant: Assistant) -> None:
    assert talk(assistant, "Met welk land is er al een deal?", "en met honden?")[1].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    "questions",
    [
        ("Blijft het kinderpardon bestaan?", "En voor volwassenen?"),
        ("Welke afspraken zijn er met Turkije?", "En met Marokko?"),
        ("Wat doen ze voor peuters?", "en middelbare school"),
        ("Hoe lang is een verblijfsvergunning geldig?", "En wat kost dat?"),
    ],
)
def test_another_group_or_place_than_was_told_of_gets_silence(assistant: Assistant, questions: tuple[str, str]) -> None:
    assert talk(assistant, *questions)[1].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("questions", "text"),
    [
        (("Hoeveel vluchtelingen mogen er per jaar komen?", "En hoeveel waren dat er eerst?"), "van 500 per jaar naar 750"),
        (("Krijgen vluchtelingen huurtoeslag?", "Wat zijn daar de gevolgen van?"), "zelfredzaamheid"),
        (("Hoe hoog is de straf voor haatzaaien?", "Nee, ik bedoel mensen die terugkomen van IS."), "IS-gangers"),
        (("Hoe hoog is de straf voor haatzaaien?", "Wat moet een nieuwkomer doen?"), "Van nieuwkomers wordt verwacht"),
        (("Mag je twee paspoorten houden?", "En hun kinderen?"), "volgende generaties"),
    ],
)
def test_a_follow_up_is_answered_from_where_it_points(assistant: Assistant, questions: tuple[str, str], text: str) -> None:
    reply = talk(assistant, *questions)[1]
    assert reply.outcome is Outcome.ANSWER
    assert text in reply.quotes[0].text


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("Wat kost die?", "Wat kost fietsroute?"),
        ("Wie betaalt daarvoor", "Wie betaalt voor fietsroute"),
        ("Betaalt de provincie mee?", "Betaalt de provincie mee fietsroute?"),
    ],
)
def test_a_follow_up_is_asked_as_the_whole_question_that_it_stands_for(text: str, whole: str) -> None:
    assert asked_whole(text, ("fietsroute",)) == whole


def test_the_subject_of_a_question_is_its_nouns() -> None:
    assert subject_of(Turn(("duurt", "lang", "fietsroute", "2019"), None, answered=True)) == ("fietsroute",)
    assert subject_of(Turn(("kosten",), None, answered=True)) == ()


@pytest.mark.parametrize("question", ["en als ik afzeg?", "op welke dagen komen jullie dan"])
def test_what_goes_on_about_the_turn_before_is_no_talk(assistant: Assistant, question: str) -> None:
    assert talk(assistant, "Blijft het kinderpardon?", question)[1].route is None


def test_the_same_of_ones_own_country_is_not_told_of_the_other(assistant: Assistant) -> None:
    reply = talk(assistant, "Wat deed Mechelen met de witte scholen?", "En in Nederland?")[1]
    assert all("Mechelen" not in " ".join(quote.passage.section.headings) for quote in reply.quotes[:1])


def test_more_about_something_that_is_named_is_a_list_of_that(assistant: Assistant) -> None:
    reply = talk(assistant, "Hoe hoog is de straf voor haatzaaien?", "Staat er nog meer over veiligheid?")[1]
    assert reply.listed
    assert all(quote.passage.section.title.startswith("Veiligheid") for quote in reply.quotes)


def test_where_a_turn_got_no_answer_the_subject_before_it_stays() -> None:
    turn = Turn(("hond", "parkeren"), None, answered=False, borrowed=("parkeren",))
    assert turn.topic == ("parkeren",)
    assert turn._replace(answered=True).topic == ("hond", "parkeren")
    assert Conversation.from_json(Conversation((turn,)).to_json()).turns == (turn,)


def test_of_a_question_single_words_and_the_kind_of_answer_are_kept(assistant: Assistant) -> None:
    """As /privacy says."""
    _, conversation = assistant.reply("Hoeveel vluchtelingen mogen er per jaar in Nederland komen wonen?")
    turn = conversation.to_json()[0]
    assert all(" " not in word for word in (*turn["words"], *turn["borrowed"]))
    assert turn["asked"] == [AnswerType.NUMBER.value]
    assert "Hoeveel" not in str(turn)


@pytest.mark.parametrize(
    ("text", "meant"), [("Nee, ik bedoel de kleine.", "de kleine"), ("ik bedoel vluchtelingen", "vluchtelingen"), ("Wat kost dat?", None)]
)
def test_a_correction_is_heard(text: str, meant: str | None) -> None:
    assert corrected_to(text) == meant


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("ok, en wie beslist?", "en wie beslist?"),
        ("Helder. Maar wat kost het?", "Maar wat kost het?"),
        ("goed onderwijs", "goed onderwijs"),
    ],
)
def test_an_acknowledgement_is_left_out(text: str, rest: str) -> None:
    assert without_acknowledgement(text) == rest


def test_a_short_noun_before_who_does_it_is_a_verb() -> None:
    assert AnswerType.CONTACT in read_question("wat is jullie tel?").asked
    assert AnswerType.CONTACT not in read_question("tel ik dan extra mee?").asked


def test_a_personal_question_gets_the_text_and_what_it_does_not_say(assistant: Assistant) -> None:
    reply = talk(assistant, "Krijg ik huurtoeslag?")[0]
    assert reply.notes == ((Note.PERSONAL, {"year": "2017"}),)
    assert "zegt niets over jouw eigen situatie" in render_text(reply, ())
    assert talk(assistant, "Moet ik Nederlands leren?")[0].notes == ((Note.PERSONAL, {"year": "2017"}),)
    assert not talk(assistant, "Krijgen vluchtelingen huurtoeslag?")[0].notes


@pytest.mark.parametrize(
    ("asked", "text", "other"),
    [
        ("klopt het dat er 7500 vluchtelingen komen?", "van 500 per jaar naar 750 vluchtelingen per jaar", ("7500", "750")),
        ("komen er 750 vluchtelingen?", "van 500 per jaar naar 750 vluchtelingen per jaar", None),
        ("ik ben 72, moet ik betalen?", "wie ouder is dan 70 jaar, parkeert gratis", None),
        ("wat gebeurt er in 2026?", "in 2027 komen er 40 huizen", None),
        ("is de bijdrage € 2.950?", "een bijdrage van € 1.950", ("€ 2.950", "€ 1.950")),
        ("gaat het naar € 2,60?", "van € 1,85 naar € 2,60 per nacht", None),
        ("kost een inrit 200 euro?", "voor een inrit betaalt u 185 euro aan leges", ("200 euro", "185 euro")),
        ("klopt het dat grof vuil 25 euro kost?", "grof vuil laten ophalen kost 27,50 euro per keer", ("25 euro", "27,50 euro")),
        ("kost een inrit 185 euro?", "voor een inrit betaalt u € 185,00 aan leges", None),
        ("is er 3 miljoen euro voor?", "er is € 2,5 miljoen voor", ("3 miljoen euro", "€ 2,5 miljoen")),
        ("is er 3 miljoen euro voor?", "er is 3.000.000 euro voor", None),
        ("ik verdien 2000 euro, krijg ik de toeslag?", "de toeslag is ten hoogste 2.500 euro", None),
        ("kost het meer dan 10 euro?", "het kost 8 euro", None),
        ("is het bad open tot 22.00 uur?", "het bad is open van 7.00 tot 21.00 uur", ("22.00 uur", "21.00 uur")),
        ("is het bad om 10.00 uur open?", "het bad is open van 7.00 tot 21.00 uur", None),
        ("begint de raad om 20:00 uur?", "de vergadering begint om 19.30 uur", ("20:00 uur", "19.30 uur")),
        ("krijg ik binnen drie dagen bericht?", "u krijgt binnen vijf werkdagen bericht", ("drie", "vijf")),
        ("komen er 40 huizen van 200 euro?", "er komen 40 huizen", None),
        ("krijg ik 20 dranghekken?", "u kunt tien dranghekken lenen", ("20", "tien")),
        ("is het elke twee jaar?", "elke vier jaar", ("twee", "vier")),
        ("krijgt een gemeente met 60.000 inwoners geld", "tot 50 000 inwoners", ("60.000", "50 000")),
        ("een gemeente met 50.000 inwoners", "29 leden bij 45 001 - 50 000 inwoners", None),
        ("een gemeente met 90 leden", "11 leden; 13 leden; 15 leden; 17 leden", None),
    ],
)
def test_a_number_that_differs_is_said(asked: str, text: str, other: tuple[str, str] | None) -> None:
    assert other_number(asked, text) == other


@pytest.mark.parametrize("question", ["Wat kost een paspoort?", "Wat doet de gemeente aan zwembaden?", "Hoe laat rijdt de tram?"])
def test_without_a_word_of_the_question_no_passage_is_called_near(assistant: Assistant, question: str) -> None:
    reply = talk(assistant, question)[0]
    assert (reply.outcome, reply.quotes, reply.reason) == (Outcome.NO_ANSWER, (), Reason.NOTHING)


def test_silence_names_the_headings_that_come_near(assistant: Assistant) -> None:
    reply = talk(assistant, "Hoeveel euro leefgeld krijgt een vluchteling?")[0]
    assert reply.quotes
    assert 1 <= len(reply.headings) <= 2
    assert f"- {reply.headings[0]}" in render_text(reply, assistant.themes())
