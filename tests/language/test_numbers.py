"""Dutch number words and figures are numbers; other words are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.language.numbers import number_of, year_of


@pytest.mark.parametrize(
    ("form", "number"),
    [
        ("750", 750), ("1.000", 1000), ("12.500", 12500), ("007", 7), ("nul", 0), ("acht", 8), ("tien", 10), ("twaalf", 12),
        ("negentien", 19), ("eenentwintig", 21), ("drieentwintig", 23), ("vijfentwintig", 25), ("negentig", 90), ("honderd", 100),
        ("driehonderd", 300), ("driehonderdvijftig", 350), ("duizend", 1000), ("tweeduizend", 2000), ("honderdduizend", 100_000),
        ("tweehonderdvijftigduizend", 250_000),
    ],
)  # fmt: skip
def test_numbers(form: str, number: int) -> None:
    assert number_of(form) == number


@pytest.mark.parametrize(
    "form",
    ["", "een", "achter", "zesde", "honderden", "vierkant", "driehoek", "1.2.2024", "1.00", "²", "٣", "12e", "tientje", "zeventigers"],
)
def test_no_numbers(form: str) -> None:
    assert number_of(form) is None


@pytest.mark.parametrize(
    ("words", "year"),
    [
        ("tweeduizend vijfentwintig", 2025), ("tweeduizendzesentwintig", 2026), ("negentiennegentig", 1990), ("negentien vijfentachtig", 1985),
        ("negentienhonderd achtenzestig", 1968), ("twintig vijfentwintig", 2025), ("achttienachtenveertig", 1848),
        ("tweeduizend", None), ("negentien", None), ("negentien mensen", None), ("twintig vijf", None), ("tweeduizend woningen", None),
        ("tweeduizendvijfhonderd", None), ("dertig veertig", None), ("", None),
    ],
)  # fmt: skip
def test_years_in_words(words: str, year: int | None) -> None:
    assert year_of(words) == year


@given(st.text(max_size=60))
def test_any_text(form: str) -> None:
    number = number_of(form)
    assert number is None or number >= 0
