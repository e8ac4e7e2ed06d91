"""Expressions that were compiled when the program was installed are the very expressions of the pattern files."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from bot import expressions
from bot.language import spelling

ROOMS = Path(expressions.__file__).parent
FEW_LETTERS = st.text("abc", max_size=6)


def written() -> Iterator[tuple[str, bool]]:
    for path in sorted(ROOMS.glob("*/data/*.json")):
        for rows in json.loads(path.read_text(encoding="utf-8"))["patterns"].values():
            yield from ((expression, any_case) for expression, _, any_case in rows)


def test_what_was_compiled_is_what_is_written() -> None:
    for expression, any_case in written():
        usual, ready = re.compile(expression, re.IGNORECASE if any_case else 0), expressions.compiled_pattern(expression, any_case)
        assert ready == usual
        assert ready.groupindex == usual.groupindex


def test_an_expression_of_no_file_is_compiled_too() -> None:
    match = expressions.compiled_pattern("(?P<word>aap|noot)", any_case=True).search("De NOOT")
    assert match
    assert match["word"] == "NOOT"


def test_what_another_python_made_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("_sre.MAGIC", -1)
    expressions._made.cache_clear()
    try:
        expression, any_case = next(written())
        assert expressions.compiled_pattern(expression, any_case) == re.compile(expression, re.IGNORECASE if any_case else 0)
        assert not expressions._made()[0]
    finally:
        expressions._made.cache_clear()


def test_one_of_the_code_is_compiled_when_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    compiled = expressions.compiled
    monkeypatch.setattr(expressions, "compiled", lambda written, flags: asked.append(written) or compiled(written, flags))  # type: ignore[func-returns-value]  # notes it
    pattern = expressions.expression("(aap)|noot", re.IGNORECASE)
    assert not asked
    assert [pattern.sub("mies", "Aap, noot"), pattern.groups, pattern.pattern] == ["mies, mies", 1, "(aap)|noot"]
    assert pattern.fullmatch("NOOT")


def test_what_is_installed_holds_those_of_the_code() -> None:
    code = (
        "from bot import expressions, make_ready\n"
        "from bot.language import tokens\n"
        "print(expressions._ready(expressions._number(tokens._WORD.pattern, 0)) is not None)"
    )
    done = subprocess.run(
        [sys.executable, "-c", "from bot import make_ready; make_ready.main()\n" + code], capture_output=True, text=True, check=True
    )
    assert done.stdout == "True\n"


@given(FEW_LETTERS, FEW_LETTERS)
def test_one_edit_is_what_the_usual_measure_says(word: str, other: str) -> None:
    assert spelling.within_one_edit(word, other) == (OSA.distance(word, other) <= 1)
