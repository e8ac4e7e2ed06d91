"""A whole reply as plain text."""

import re

import pytest
from hypothesis import assume, given

from bot.answering.assistant import Assistant
from bot.answering.reply import Listed, Outcome, Quote, Reason, Reply, Route
from bot.knowledge.model import Section
from bot.presentation import lines
from bot.presentation.contact import Contact
from bot.presentation.lines import MOST_THEMES, invitation
from bot.presentation.text import render_text
from bot.presentation.texts import say
from tests.answering import questions as some
from tests.presentation.replies import DOCUMENT, SPANS, answer, passage, quote, silence, with_pages


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
        "Akkoord 2022 · Wonen\n“Eerste zin. De tweede zin antwoordt. Derde zin.”\nBron: Akkoord, Gemeente, 2022"
    )


def test_silence_without_a_passage_tells_the_themes() -> None:
    assert render_text(silence(Reason.NOTHING), ("Wonen", "Afval")) == (
        "Ik vind hier niets over.\n\nJe kunt vragen stellen over:\n- Wonen\n- Afval"
    )
    assert render_text(silence(Reason.NOTHING), ()) == "Ik vind hier niets over."


def test_what_was_read_comes_first() -> None:
    text = render_text(answer()._replace(corrections=(("woningne", "woningen"), ("huuur", "huur"))), ())
    assert text.startswith("Ik las: woningen, huur.\n\nAkkoord 2022")


def test_other_documents_that_also_answer_are_named() -> None:
    other = passage(document=DOCUMENT._replace(id="ander", title="Coalitieakkoord", year=2018))
    both = answer(quote(), quote(other))
    assert render_text(both._replace(also_in=("Coalitieakkoord",)), ()).endswith("\n\nLees ook: Coalitieakkoord (2018).")


def test_what_an_older_document_said_stands_below_in_one_line() -> None:
    older = passage(document=DOCUMENT._replace(id="ouder", year=2018))
    reply = answer(quote(), quote(older))._replace(also_in=("Akkoord",), earlier=1)
    assert render_text(reply, ()).endswith("\n\nIn 2018 stond er: “De tweede zin antwoordt.”")


def test_the_points_of_a_list_have_numbers_and_one_source() -> None:
    points = Quote(passage(), SPANS[0], SPANS[0]), Quote(passage(), SPANS[2], SPANS[2])
    reply = answer(*points)._replace(listed=Listed("Wonen", 1, 3, summary=True))
    assert render_text(reply, ()) == (
        "Samenvatten kan ik niet. Dit zijn de punten onder 'Wonen':\n\n"
        "1. “Eerste zin.”\n2. “Derde zin.”\nBron: Akkoord, Gemeente, 2022\n\nEr is nog 1 punt. Typ 'meer' om verder te lezen."
    )


def test_points_under_several_headings_are_named_by_them() -> None:
    # The heading is often half of what a point says.
    below = passage()._replace(section=Section(("Wonen", "Eerst zon op daken"), 2))
    points = Quote(passage(), SPANS[0], SPANS[0]), Quote(below, SPANS[2], SPANS[2])
    text = render_text(answer(*points)._replace(listed=Listed("Wonen", 1, 2)), [])
    assert "1. “Eerste zin.”\n2. Eerst zon op daken: “Derde zin.”" in text
    # On a page further on too, where all that is left stands under one heading.
    text = render_text(answer(points[1])._replace(listed=Listed("Wonen", 6, 6)), [])
    assert "6. Eerst zon op daken: “Derde zin.”" in text


def test_a_heading_that_stands_under_several_is_named_alone_below_its_own() -> None:
    aim = passage()._replace(section=Section(("Wonen", "Onze visie"), 2, repeated=True))
    reply = answer(Quote(aim, SPANS[0], SPANS[0]))._replace(listed=Listed("Wonen", 1, 1))
    assert "1. Onze visie: “Eerste zin.”" in render_text(reply, [])


def test_a_point_that_is_a_heading_itself_has_no_heading_before_it() -> None:
    titled = passage(section="Derde zin.")
    reply = answer(Quote(passage(), SPANS[0], SPANS[0]), Quote(titled, SPANS[2], SPANS[2]))._replace(listed=Listed("", 1, 2))
    assert "1. Wonen: “Eerste zin.”\n2. “Derde zin.”" in render_text(reply, [])


def test_points_of_several_documents_are_named_with_document_and_year() -> None:
    older = passage(document=DOCUMENT._replace(id="ouder", title="Ouder akkoord", year=2018))
    reply = answer(Quote(passage(), SPANS[0], SPANS[0]), Quote(older, SPANS[2], SPANS[2]))._replace(listed=Listed("", 1, 2))
    text = render_text(reply, [])
    assert "1. Akkoord 2022 · Wonen: “Eerste zin.”\n2. Ouder akkoord 2018 · Wonen: “Derde zin.”" in text


def test_each_question_of_a_message_has_its_own_answer() -> None:
    reply = answer()._replace(parts=(answer(), silence(Reason.NO_AMOUNT)), left_out=("En de rest?",))
    text = render_text(reply, ("Wonen",))
    assert text.startswith("1. Vraag?\nAkkoord 2022")
    assert "2. Vraag?\nIk vind er geen bedrag bij." in text
    assert text.endswith("\n- En de rest?")


def test_after_silence_there_is_someone_to_ask() -> None:
    contact = Contact("Eikendaal", "https://eikendaal.example", "14 0199")
    assert render_text(silence(Reason.NOTHING), (), contact).endswith(
        "Je kunt het ook vragen aan Eikendaal (14 0199, https://eikendaal.example)."
    )
    assert "Eikendaal" not in render_text(answer(), (), contact)
    assert "Neem contact op met Eikendaal" in render_text(silence(Reason.COMPLAINT), (), contact)


def outside_quotes(reply: Reply, message: str) -> str:
    """A message without its quote, its first line and its source line, which come from the document."""
    for quoted in reply.quotes:
        message = message.replace(lines.where(quoted.passage), "").replace(lines.source(quoted), "")
    return re.sub("“.*”", "", message)


@given(question=some.questions)
def test_numbers_stand_in_quotes_only(assistant: Assistant, question: str) -> None:
    """Beside the asker's own words, given back to say what is missing, the longest question that can be read, which question is answered, telephone numbers, and
    the years of the documents that a fixed reply names."""
    reply, _ = assistant.reply(question)
    assume(reply.route is not Route.DANGER)
    rest = outside_quotes(reply, render_text(reply, ()))
    if reply.parts:
        rest = re.sub(r"(?m)^[1-3]\. ", "", rest)
    named = {str(document.year) for document in reply.documents}
    numbers = set(re.findall(r"\d+", rest)) - set(re.findall(r"\d+", reply.missing)) - named
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
    assert all(lines.opening(part) in message for part in reply.parts or (reply,))
    assert reply.outcome is Outcome.ANSWER or reply.parts or message.startswith(lines.opening(reply))


def test_of_many_headings_few_are_named_and_it_is_said_that_there_are_more() -> None:
    themes = [f"Onderwerp {letter}" for letter in "abcdefghijkl"]
    text = invitation(themes)
    assert len([line for line in text.splitlines() if line.startswith("- ")]) == MOST_THEMES < len(themes)
    assert "Er zijn nog meer onderwerpen." in text
    assert "Er zijn nog meer onderwerpen." not in invitation(themes[:MOST_THEMES])


def test_nothing_is_not_said_where_headings_on_it_are_named() -> None:
    one, two = (silence(Reason.NOTHING)._replace(headings=headings) for headings in (("Afval",), ("Afval", "Grofvuil")))
    assert render_text(one, ()) == "Ik vind hier geen antwoord op.\n\nDit onderwerp lijkt erop:\n- Afval"
    assert render_text(two, ()) == "Ik vind hier geen antwoord op.\n\nDeze onderwerpen lijken erop:\n- Afval\n- Grofvuil"


@pytest.mark.parametrize("reason", [Reason.SAID_IN, Reason.WAS_ALL])
def test_what_says_all_there_is_needs_no_next_step(reason: Reason) -> None:
    text = render_text(silence(reason, "Akkoord"), ("Wonen",), Contact("Gemeente", phone="14 012"))
    assert "\n" not in text
    assert "14 012" not in text
