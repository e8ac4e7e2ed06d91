"""Errors name a sentence of nl.yaml: it is there, with the same values, and each that is there is named somewhere."""

import ast
import string
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from bot import errors
from bot.errors import AkkoordwijzerError
from bot.presentation.texts import texts, told
from tests.paths import ROOT

CLASSES = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, AkkoordwijzerError)}
MAKERS = CLASSES | {"fail", "wrong", "_problem", "__init__"}
"""What makes an error: the classes themselves, the methods of a YAML file and of the settings, and what is wrong in a lexicon."""

NO_VALUES = {"path", "line"}
ENDINGS = {"yaml", "md", "tsv", "jsonl", "txt", "html"}
"""Those of files, whose names look like keys."""

SAID = {"prefix", "unexpected", "unexpected_unkept", "no_json", "no_question"}
"""Sentences about errors that are said by `say`, see test_texts."""


class Made(NamedTuple):
    """A place in the program where an error is made."""

    where: str
    key: str
    values: frozenset[str]
    more_values: bool


def errors_made() -> Iterator[Made]:
    """Every call that makes an error with a key that is written there."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name not in MAKERS:
                continue
            given = {keyword.arg for keyword in node.keywords if keyword.arg} - NO_VALUES
            if name == "wrong":
                given.add("name")  # The settings give it to every error.
            if name == "_problem":
                given.add("other")  # So does this one.
            for key in keys_in(node):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield Made(where, key, frozenset(given), any(keyword.arg is None for keyword in node.keywords))


def keys_in(call: ast.Call) -> Iterator[str]:
    """The keys that a call may name: constants like 'document.no_text' among its arguments."""
    for argument in call.args:
        for part in ast.walk(argument):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and looks_like_a_key(part.value):
                yield part.value


def looks_like_a_key(text: str) -> bool:
    """Whether a text can be the key of an error."""
    return text in ("system", "no_question_given") or (
        "." in text and all(part.isidentifier() and part.islower() for part in text.split(".")) and text.split(".")[-1] not in ENDINGS
    )


def keys_anywhere() -> set[str]:
    """Every text in the program that looks like a key: a table of keys counts as well as a call."""
    found = set()
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and looks_like_a_key(node.value):
                found.add(node.value)
    return found


def sentences(part: object, above: str = "") -> Iterator[tuple[str, str]]:
    """(key, sentence) of every error."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from sentences(value, f"{above}.{name}" if above else str(name))
    else:
        yield above, str(part)


SENTENCES = {key: text for key, text in sentences(texts("errors")) if key not in SAID}


def fields(sentence: str) -> set[str]:
    """The names in a sentence's braces."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("made", list(errors_made()), ids=lambda made: f"{made.where} {made.key}")
def test_every_error_has_a_sentence_with_the_same_values(made: Made) -> None:
    assert made.key in SENTENCES
    wanted = fields(SENTENCES[made.key])
    assert wanted == made.values or (made.more_values and wanted >= made.values)


def test_every_sentence_about_an_error_is_used() -> None:
    assert sorted(SENTENCES.keys() - keys_anywhere()) == []


def test_an_error_within_an_error_is_told_in_the_same_line() -> None:
    inner = AkkoordwijzerError("yaml.missing_key", key="year")
    assert told(AkkoordwijzerError("ingest.unfit", why=inner)).startswith("de sleutel 'year' ontbreekt.")


def test_what_steers_a_terminal_is_left_out_of_an_error() -> None:
    line = told(AkkoordwijzerError("yaml.unknown_key", key="\x1b[31mrood\x07\u202e\n\ntwee", known="a"))
    assert "\n" not in line
    assert line.isprintable()
    assert "rood" in line
