"""Typing errors are read as the word that was meant; numbers, names and known words are left alone; the reader is told."""

import pytest

from bot.answering.assistant import Assistant
from bot.answering.question import read_question
from bot.answering.reply import Outcome
from bot.language.analysis import Analyser
from bot.language.answer_types import AnswerType
from bot.language.lexicon import Lexicon
from bot.language.spelling import REMEMBERED, Speller
from bot.language.tokens import tokenize
from bot.presentation.text import render_text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("vluchtelngen", "vluchtelingen"),  # a letter too few
        ("inburgernig", "inburgering"),  # two letters exchanged
        ("verblijfsvergunnning", "verblijfsvergunning"),  # a letter too many
        ("discrimanatie", "discriminatie"),  # two letters wrong in a long word
        ("nationaltieit", "nationaliteit"),
        ("kinderpadron", "kinderpardon"),
    ],
)
def test_typing_errors(assistant: Assistant, typed: str, meant: str) -> None:
    assert assistant.shelves[0].analyser.speller.correction(tokenize(typed)[0], is_name=False) == meant


@pytest.mark.parametrize(
    "word",
    ["750", "2018", "1.500", "1f-unit", "vluchtelingen", "burgemeester", "huur", "hur", "xyzzyqwv", "Eritrea", "naartoe", "ernaartoe"],
)
def test_what_is_never_corrected(assistant: Assistant, word: str) -> None:
    assert assistant.shelves[0].analyser.speller.correction(tokenize(word)[0], is_name=False) is None


@pytest.mark.parametrize("form", ["gebeurde", "bouwden", "verlaagt", "opgehaald", "duurste", "gezinnetje", "raadsleden", "uitgezet"])
def test_forms_of_known_words_are_not_corrected(assistant: Assistant, form: str) -> None:
    assert assistant.shelves[0].analyser.speller.correction(tokenize(form)[0], is_name=False) is None


@pytest.mark.parametrize("name", ["Vluchtelngen", "Mechelne"])
def test_names_are_never_corrected(assistant: Assistant, name: str) -> None:
    assert assistant.shelves[0].analyser.speller.correction(tokenize(name)[0], is_name=True) is None


def test_words_of_the_source_come_first() -> None:
    speller = Speller([["toetsing"], ["toetsink"]], list, lambda word: False)
    assert speller.correction(tokenize("toetsinx")[0], is_name=False) == "toetsing"


def test_one_edit_for_short_words_two_for_long() -> None:
    speller = Speller([["gemeente", "fiets"]], list, lambda word: False)
    assert speller.correction(tokenize("gemente")[0], is_name=False) == "gemeente"
    assert speller.correction(tokenize("gemmeentte")[0], is_name=False) == "gemeente"
    assert speller.correction(tokenize("fitse")[0], is_name=False) is None


def test_the_reader_is_told_what_was_read(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Mag ik een dubbele nationaltieit houden?")
    assert reply.outcome is Outcome.ANSWER
    assert reply.corrections == (("nationaltieit", "nationaliteit"),)
    assert render_text(reply, ()).startswith("Ik las: nationaliteit.")


def test_a_year_is_never_read_as_another_year(assistant: Assistant) -> None:
    reply, _ = assistant.reply("Hoeveel vluchtelingen mochten er in 2018 komen?")
    assert reply.outcome is Outcome.NO_ANSWER
    assert not reply.corrections


def test_a_word_that_sounds_alike_is_the_shortest_of_the_most_wanted_list() -> None:
    speller = Speller([["sociale"], ["vluchtelingen", "vakken"]], lambda: ["fakken"], lambda word: False)
    assert speller.correction(tokenize("fluchtelinge")[0], is_name=False) == "vluchtelingen"
    assert speller.correction(tokenize("vakke")[0], is_name=False) == "vakken", "the sources' own words come first"


def test_words_of_questions_do_not_pile_up() -> None:
    speller = Speller([["gemeente"]], list, lambda word: False)
    for number in range(3 * REMEMBERED):
        speller.correction(
            tokenize("woord" + "abcdefghij"[number % 10] + "abcdefghij"[number // 10 % 10] + "klm" * (number // 100))[0], is_name=False
        )
    assert len(speller._memory) <= REMEMBERED


def test_a_plural_without_its_apostrophe_is_that_plural() -> None:
    speller = Speller([{"boa's", "baas", "kassa"}], tuple, {"boa's", "baas", "kassa"}.__contains__)
    assert speller.correction(tokenize("boas")[0], is_name=False) == "boa's"
    assert speller.correction(tokenize("kassas")[0], is_name=False) == "kassa's"
    assert speller.correction(tokenize("baars")[0], is_name=False) == "baas"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("waarrom", "waarom"), ("wanneeer", "wanneer"), ("hoeveeel", "hoeveel"), ("hoelag", "hoelang"), ("wlke", "welke"), ("miljrd", "miljard"),
        ("bedrg", "bedrag"), ("persentage", "percentage"), ("leefijd", "leeftijd"),
    ],
)  # fmt: skip
def test_words_that_say_what_is_asked_come_before_those_of_the_source(typed: str, meant: str) -> None:
    analyser = Analyser(Lexicon(), ["berg", "welp", "waarvoor", "hoewel", "bedragen"])
    assert analyser.speller.correction(tokenize(typed)[0], is_name=False) == meant


@pytest.mark.parametrize(
    ("asked", "sort"),
    [
        ("Hoevel miljard gaat er naar zorg?", AnswerType.AMOUNT), ("waneer is het open", AnswerType.WHEN), ("hoelang duurt het", AnswerType.DURATION),
        ("wie betaald de koffie", AnswerType.PAYER), ("hoelaat sluit het", AnswerType.TIME_OF_DAY), ("hoevaak is dat", AnswerType.FREQUENCY),
        ("watkost een pas", AnswerType.AMOUNT), ("hoeoud moet ik zijn", AnswerType.AGE),
    ],
)  # fmt: skip
def test_a_question_word_that_is_spelled_otherwise_asks_the_same(asked: str, sort: AnswerType) -> None:
    assert sort in read_question(asked).asked
