"""Every pattern of the program matches the texts that stand beside it for that, and none of those that stand there against it."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.language.patterns import Pattern, PatternFile
from bot.language.patterns_yaml import FILES, Written, json_of, needed, written_patterns
from bot.language.pieces import filed_under_letters, pieces_in
from bot.language.tokens import fold

WRITTEN = [(path.stem, written) for path in FILES for written in written_patterns(path)]
IDS = [f"{file}:{written.name}:{number}" for number, (file, written) in enumerate(WRITTEN)]


def _pattern(written: Written) -> Pattern:
    return Pattern(written.expression, sorted(needed(written.expression, written.any_case)), written.any_case)


def _as_read(text: str, written: Written) -> str:
    return text if written.any_case else fold(text)


@pytest.mark.parametrize(("file", "written"), WRITTEN, ids=IDS)
def test_a_pattern_keeps_its_examples(file: str, written: Written) -> None:
    pattern = _pattern(written)
    assert len(written.matches) >= 2, "give two texts that it must match"
    assert len(written.misses) >= 2, "give two texts that it must not match"
    assert [text for text in written.matches if not pattern.search(_as_read(text, written))] == []
    assert [text for text in written.misses if pattern.search(_as_read(text, written))] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_the_program_reads_is_what_stands_in_the_file(path: object) -> None:
    for file in FILES:
        assert file.with_suffix(".json").read_text(encoding="utf-8") == json_of(file), "run: python -m bot.language.patterns_yaml"


@pytest.mark.parametrize(("file", "written"), WRITTEN, ids=IDS)
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_no_match_is_lost_for_want_of_a_letter(file: str, written: Written, data: st.DataObject) -> None:
    expression = re.compile(written.expression, re.IGNORECASE if written.any_case else 0)
    text = data.draw(st.from_regex(expression))
    assert bool(_pattern(written).search(text)) == bool(expression.search(text))


def test_met_hoevelen_asks_a_number() -> None:
    # A hand-kept list of letters once lacked 'hoevelen'.
    assert PatternFile(next(path for path in FILES if path.stem == "answer_types"))["number.asks"].search("met hoevelen zijn zij")


@pytest.mark.parametrize(
    ("expression", "pieces"),
    [
        ("kosten?", {"koste"}),
        ("(?:huis|tuin)vuil", {"vuil"}),
        ("huis|tuinen", {"huis", "tuinen"}),
        ("huis|.*", set()),
        ("(?:huis)?vuil", {"vuil"}),
        (r"\d+", set()),
        ("ab?c", {"a"}),
    ],
)
def test_the_needed_pieces_stand_in_every_match(expression: str, pieces: set[str]) -> None:
    assert needed(expression) == pieces


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        PatternFile(FILES[0])["no_such_pattern"]


def test_what_matches_can_be_cut_out() -> None:
    patterns = PatternFile(next(path for path in FILES if path.stem == "danger_parts"))["figures_of_speech"]
    assert patterns.cut("ik schrok me dood van de huur") == "ik  van de huur"
    assert patterns.cut("hij slaat mij") == "hij slaat mij"


NEEDED = sorted({piece for _, written in WRITTEN for piece in needed(written.expression, written.any_case)})


@given(st.lists(st.sampled_from(NEEDED), max_size=6), st.text(alphabet="aeinst '", max_size=20))
def test_the_pieces_of_a_text_are_all_that_stand_in_it(pieces: list[str], text: str) -> None:
    for whole in (text.join(pieces), text + "".join(pieces)):
        assert pieces_in(whole) == {piece for piece in NEEDED if piece in whole}
        # A part of a text that was asked for before is looked up in another way.
        assert pieces_in(whole[3:-2]) == {piece for piece in NEEDED if piece in whole[3:-2]}


def test_pieces_are_filed_under_letters_that_few_have() -> None:
    assert filed_under_letters(["huizen", "huizenprijs", "huis", "ik", "ik"]) == {
        "uiz": ("huizen",), "enp": ("huizenprijs",), "uis": ("huis",), "ik": ("ik",),
    }  # fmt: skip


def test_what_may_match_is_told_by_name() -> None:
    patterns = PatternFile(next(path for path in FILES if path.stem == "danger_parts"))
    text = "ik schrok me dood van de huur"
    assert "figures_of_speech" in patterns.possible(text)
    assert all(name in patterns.possible(text) for name in patterns.names() if patterns[name].search(text))
    assert patterns.possible("xyz") == frozenset()
