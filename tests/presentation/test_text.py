"""A whole reply as plain text."""

import re

from hypothesis import given

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Reason, Reply
from bot.presentation import lines
from bot.presentation.text import render_text
from bot.presentation.texts import say
from tests.answering import questions as some
from tests.presentation.replies import SPANS, answer, passage, quote, silence, with_pages


def test_an_answer() -> None:
    assert render_text(answer(), ("Wonen",)) == (
        "Akkoord 2022 · Wonen\n“Eerste zin. »De tweede zin antwoordt.« Derde zin.”\nBron: Akkoord, Gemeente, 2022"
    )


def test_a_quote_that_is_all_answer_has_no_marks() -> None:
    whole = quote(highlight=passage().span)
    assert "“Eerste zin. De tweede zin antwoordt. Derde zin.”" in render_text(answer(whole), ())


def test_the_address_stands_below_the_source() -> None:
    document = with_pages("https://voorbeeld.nl/a.pdf")
    text = render_text(answer(quote(passage(document=document), SPANS[2])), ())
    assert text.endswith("Bron: Akkoord, Gemeente, 2022, p. 4\nhttps://voorbeeld.nl/a.pdf#page=4")


def test_silence_with_the_nearest_passage_labels_it_as_such() -> None:
    assert render_text(silence(Reason.NO_AMOUNT, "", quote()), ("Wonen",)) == (
        "Ik vind er geen bedrag bij.\n\n"
        "Dit lijkt er het meest op, maar het is geen antwoord op je vraag:\n\n"
        "Akkoord 2022 · Wonen\n“Eerste zin. »De tweede zin antwoordt.« Derde zin.”\nBron: Akkoord, Gemeente, 2022"
    )


def test_silence_without_a_passage_tells_the_themes() -> None:
    assert render_text(silence(Reason.NOTHING), ("Wonen", "Afval")) == (
        "Dat staat niet in de bronnen die ik ken.\n\nJe kunt vragen stellen over:\n- Wonen\n- Afval"
    )
    assert render_text(silence(Reason.NOTHING), ()) == "Dat staat niet in de bronnen die ik ken."


def test_what_was_read_comes_first() -> None:
    text = render_text(answer()._replace(corrections=(("woningne", "woningen"), ("huuur", "huur"))), ())
    assert text.startswith("Ik las: woningen, huur.\n\nAkkoord 2022")


def test_other_documents_that_also_answer_are_named() -> None:
    assert render_text(answer()._replace(also_in=("Coalitieakkoord",)), ()).endswith("\n\nOok Coalitieakkoord gaat hierover.")


def outside_quotes(reply: Reply, message: str) -> str:
    """A message without its quote, its first line and its source line, which come from the document."""
    for quoted in reply.quotes:
        message = message.replace(lines.where(quoted.passage), "").replace(lines.source(quoted), "")
    return re.sub("“.*”", "", message)


@given(question=some.questions)
def test_numbers_stand_in_quotes_only(assistant: Assistant, question: str) -> None:
    """Beside the asker's own words, given back to say what is missing, and the longest question that can be read."""
    reply, _ = assistant.reply(question)
    rest = outside_quotes(reply, render_text(reply, ()))
    numbers = set(re.findall(r"\d+", rest)) - set(re.findall(r"\d+", reply.missing))
    assert not numbers, rest
    assert (
        not reply.missing
        or reply.reason is Reason.TOO_LONG
        or reply.missing.casefold() in reply.question.casefold()
        or (reply.reason is Reason.EMPTY_SECTION)
    )


@given(question=some.questions)
def test_a_nearest_passage_is_never_shown_as_an_answer(assistant: Assistant, question: str) -> None:
    reply, _ = assistant.reply(question)
    message = render_text(reply, assistant.themes())
    assert (say("reply", "nearest") in message) == (reply.outcome is Outcome.NO_ANSWER and bool(reply.quotes))
    assert lines.opening(reply) in message
    assert reply.outcome is Outcome.ANSWER or message.startswith(lines.opening(reply))
