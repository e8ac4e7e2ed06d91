"""The lines that every rendering shares: where an answer stands, its source, why there is silence."""

import pytest

from bot.answering.reply import Reason
from bot.knowledge.model import Kind, Knowledge
from bot.presentation import lines
from tests.presentation.replies import DOCUMENT, SPANS, answer, passage, quote, silence, with_pages


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("750 vluchtelingen", "Regeerakkoord 2017 · Opvang vluchtelingen"),
        ("LHBT-asielzoekers", "Toelichting van KIS (2017) · Opvang vluchtelingen"),
        ("Bart Somers", "Blog (2017)"),
        ("Zwarte Piet", "Blog (2017) · Voorbeelden uit Mechelen"),
    ],
)
def test_the_first_line_says_kind_year_and_heading(knowledge: Knowledge, words: str, line: str) -> None:
    assert lines.where(next(p for p in knowledge.passages if words in p.text)) == line


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (Kind.AGREEMENT, "Akkoord 2022 · Wonen"),
        (Kind.EXPLANATION, "Toelichting van Gemeente (2022) · Wonen"),
        (Kind.COMMENTARY, "Blog (2022) · Wonen"),
    ],
)
def test_a_document_without_labels_has_its_own_names(kind: Kind, line: str) -> None:
    assert lines.where(passage(kind)) == line


def test_a_year_is_not_said_twice() -> None:
    document = DOCUMENT._replace(title="Coalitieakkoord 2022-2026")
    assert lines.where(passage(document=document)) == "Coalitieakkoord 2022-2026 · Wonen"


def test_every_passage_says_its_year(knowledge: Knowledge) -> None:
    assert all(str(p.document.year) in lines.where(p) for p in knowledge.passages)


def test_the_source_line() -> None:
    assert lines.source(quote()) == "Bron: Akkoord, Gemeente, 2022"
    assert lines.source(quote(passage(document=with_pages()))) == "Bron: Akkoord, Gemeente, 2022, p. 3-4"
    assert lines.source(quote(passage(document=with_pages()), SPANS[2])) == "Bron: Akkoord, Gemeente, 2022, p. 4"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        (None, None),
        ("https://voorbeeld.nl/akkoord", "https://voorbeeld.nl/akkoord#page=3"),
        ("https://voorbeeld.nl/akkoord.pdf", "https://voorbeeld.nl/akkoord.pdf#page=3"),
        ("https://voorbeeld.nl/AKKOORD.PDF", "https://voorbeeld.nl/AKKOORD.PDF#page=3"),
    ],
)
def test_the_address_leads_to_the_page_of_a_pdf(url: str | None, address: str | None) -> None:
    assert lines.address(quote(passage(document=with_pages(url)))) == address


def test_an_answer_has_no_opening_and_silence_has() -> None:
    assert lines.opening(answer()) == ""
    assert lines.opening(answer()._replace(corrections=(("woningne", "woningen"),))) == "Ik las: woningen."
    assert lines.opening(silence()) == "Ik vind hier geen antwoord op."


@pytest.mark.parametrize("reason", [r for r in Reason if r is not Reason.ANSWERED])
def test_every_reason_has_a_sentence(reason: Reason) -> None:
    sentence = lines.opening(silence(reason, "IETS"))
    assert sentence.endswith((".", "?"))
    assert "{" not in sentence
    assert sentence[0].isupper()


def test_a_quote_flows_on_one_line() -> None:
    assert lines.flow("een\n  twee\u00a0drie") == "een twee drie"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("wat kost grofvuil", "Wat kost grofvuil?"),
        ("En wie is de burgemeester?", "En wie is de burgemeester?"),
        ("leg uit wat\nleefgeld is.", "Leg uit wat leefgeld is."),
    ],
)
def test_a_question_of_several_is_shown_as_a_sentence(said: str, shown: str) -> None:
    assert lines.asked(said) == shown
