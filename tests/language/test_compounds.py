"""Compounds are taken apart, simple words are not, and words written apart are put together."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.assistant import Assistant
from bot.language.compounds import Compounds, joined, that_may_hold

BASE = frozenset(
    ["asiel", "zoeker", "centrum", "huur", "toeslag", "kind", "pardon", "rechten", "recht", "stad", "water", "opvang", "locatie", "dag"]
)


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("huurtoeslag", ("huur", "toeslag")),
        ("asielzoekerscentrum", ("asiel", "zoeker", "centrum")),
        ("kinderpardon", ("kind", "pardon")),
        ("stadsrechten", ("stad", "rechten")),
        ("opvanglocaties", ("opvang", "locaties")),
        ("waterstad", ("water", "stad")),
    ],
)
def test_compounds(word: str, parts: tuple[str, ...]) -> None:
    assert Compounds(BASE).parts(word) == parts


@pytest.mark.parametrize("word", ["huur", "huren", "toeslagen", "pardons", "xyz", "huurxyz", "xyzhuur", "", "a", "stadje"])
def test_simple_and_unknown_words_are_not_taken_apart(word: str) -> None:
    assert Compounds(BASE).parts(word) == ()


def test_the_fewest_parts_win() -> None:
    assert Compounds(BASE, ["asielzoeker"]).parts("asielzoekerscentrum") == ("asielzoeker", "centrum")


def test_a_word_of_known_words_is_known() -> None:
    compounds = Compounds(BASE)
    assert compounds.knows("huurtoeslagen")
    assert compounds.knows("steden") is False, "an irregular plural is no business of compounds"
    assert not compounds.knows("huurtoestel")


@pytest.mark.parametrize("word", ["terreurgebied", "opvanglocaties", "vluchtelingendeal", "kinderpardon"])
def test_words_of_the_document(assistant: Assistant, word: str) -> None:
    assert len(assistant.shelves[0].analyser.compounds.parts(word)) == 2


@pytest.mark.parametrize(
    "word",
    ["integratie", "vergadering", "regering", "inburgering", "minister", "gebeuren", "veiligheid", "beleid", "belofte", "nederlanders"],
)
def test_words_that_only_look_like_compounds(assistant: Assistant, word: str) -> None:
    assert assistant.shelves[0].analyser.compounds.parts(word) == ()


def test_a_word_without_end_is_no_trouble(assistant: Assistant) -> None:
    """The deepest split there is: a question of one thousand letters that is all three-letter words."""
    assert assistant.shelves[0].analyser.compounds.parts("dag" * 333) is not None


def test_words_written_apart_are_put_together() -> None:
    assert joined(["het", "kinder", "pardon"], {"kinderpardon"}.__contains__) == [(1, 2, "kinderpardon")]
    assert joined(["bed", "bad", "brood"], {"bedbadbrood", "bedbad"}.__contains__)[0] == (0, 2, "bedbadbrood")
    assert joined(["in", "de"], lambda word: True) == [], "short words stay apart"


PIECES = st.sampled_from(
    ["kroel", "boom", "bom", "vlaas", "vlaz", "huis", "huiz", "werk", "werken", "leef", "lev", "weduwe", "as", "en", "e", "s", "t"]
)
WORDS = st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=8)


@given(WORDS, WORDS, WORDS)
def test_a_word_is_taken_apart_as_before_unless_it_may_hold_what_was_learned(
    forms: list[str], known: list[str], learned: list[str]
) -> None:
    touched = that_may_hold(forms, learned)
    before, after = Compounds(BASE, known), Compounds(BASE, known, learned)
    for form in set(forms) - touched:
        assert before.parts(form) == after.parts(form)


def test_only_words_that_may_hold_it_are_touched() -> None:
    assert that_may_hold(["kroelplan", "bomenrij", "kroel", "boete", "huizenplan"], ["boom", "huis"]) == {"bomenrij", "huizenplan"}
