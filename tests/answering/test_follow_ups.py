"""Turns that speak of the turn before, notes beside a quote, and modest silence."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION, Conversation
from bot.answering.follow_ups import corrected_to
from bot.answering.notes import other_number
from bot.answering.reply import Note, Outcome, Reason, Reply
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


def test_of_something_that_is_not_there_the_old_answer_says_nothing(assistant: Assistant) -> None:
    assert talk(assistant, "Met welk land is er al een deal?", "en met honden?")[1].outcome is Outcome.NO_ANSWER


@pytest.mark.parametrize(
    ("text", "meant"), [("Nee, ik bedoel de kleine.", "de kleine"), ("ik bedoel vluchtelingen", "vluchtelingen"), ("Wat kost dat?", None)]
)
def test_a_correction_is_heard(text: str, meant: str | None) -> None:
    assert corrected_to(text) == meant


def test_a_personal_question_gets_the_text_and_what_it_does_not_say(assistant: Assistant) -> None:
    reply = talk(assistant, "Krijg ik huurtoeslag?")[0]
    assert reply.notes == ((Note.PERSONAL, {"year": "2017"}),)
    assert "zegt niets over jouw eigen situatie" in render_text(reply, ())
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
        ("krijg ik 20 dranghekken?", "u kunt tien dranghekken lenen", ("20", "tien")),
        ("is het elke twee jaar?", "elke vier jaar", ("twee", "vier")),
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
