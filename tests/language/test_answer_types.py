"""What a question asks for, and what a sentence offers."""

import pytest

from bot.language.answer_types import AnswerType, demand_of, facts_of, missing_types
from bot.language.tokens import fold, tokenize


def _missing(question: str, sentence: str) -> set[str]:
    facts = facts_of(sentence)
    words = frozenset(token.form for token in tokenize(question))
    return {wanted.value for wanted in missing_types(demand_of(fold(question)), words, facts, facts)}


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("Hoeveel euro kost een paspoort?", "Een paspoort kost 75 euro."),
        ("Hoeveel procent wordt sociale huur?", "Dertig procent wordt sociale huur."),
        ("Hoeveel woningen komen er?", "Er komen driehonderd woningen."),
        ("Hoeveel weken duurt dat?", "Dat duurt zes weken."),
        ("Op welke datum is de markt?", "De markt is op 3 mei."),
        ("Welke gemeente doet mee?", "Zeist doet mee."),
        ("Hoe heet de burgemeester?", "De burgemeester is Joke Jansen."),
        ("Hoe vaak komt de vuilniswagen?", "De vuilniswagen komt elke week."),
        ("Wat is het adres?", "Kerkstraat 1, 1234 AB Utrecht"),
    ],
)
def test_a_sentence_that_offers_what_is_asked_lacks_nothing(question: str, sentence: str) -> None:
    assert _missing(question, sentence) == set()


@pytest.mark.parametrize(
    ("question", "sentence", "missing"),
    [
        ("Hoeveel euro kost een paspoort?", "Een paspoort vraag je aan bij de balie.", "amount"),
        ("Hoeveel weken duurt dat?", "Dat duurt drie jaar.", "duration"),
        ("Welke gemeente doet mee?", "In Nederland doet men mee.", "which_place"),
        ("Hoe heet de burgemeester?", "De burgemeester opent de brug.", "name"),
        ("Hoe oud moet je zijn?", "Dat duurt zes weken.", "age"),
    ],
)
def test_a_sentence_that_offers_something_else_lacks_it(question: str, sentence: str, missing: str) -> None:
    assert missing in _missing(question, sentence)


def test_a_percentage_is_no_amount() -> None:
    assert demand_of("hoeveel procent van het budget").types & {AnswerType.PERCENTAGE, AnswerType.AMOUNT} == {AnswerType.PERCENTAGE}


def test_what_is_counted_and_in_which_unit() -> None:
    assert demand_of("hoeveel nieuwe woningen komen er").counted[:2] == ("nieuwe", "woningen")
    assert demand_of("hoeveel weken duurt het").unit == "weken"
    assert demand_of("hoeveel weken duurt het").counted == ()
