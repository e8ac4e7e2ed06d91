"""nl.yaml: every sentence that the code asks for is there, every sentence that is there is asked for, and all say 'je'."""

import ast
import re
import string
from collections.abc import Iterator
from typing import Any

import pytest

from bot.knowledge.model import Kind
from bot.knowledge.yaml_file import YamlFile
from bot.presentation.texts import say, texts
from tests.paths import ROOT


def sentences(part: Any, keys: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text of nl.yaml with its keys."""
    if isinstance(part, dict):
        for key, value in part.items():
            yield from sentences(value, (*keys, str(key)))
    elif isinstance(part, list):
        for value in part:
            yield from sentences(value, keys)
    else:
        yield keys, str(part)


def calls() -> Iterator[tuple[str, list[str | None], set[str]]]:
    """Every call of say() and texts() in the program: file, keys (None where computed), and the words handed over."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("say", "texts") and node.args:
                keys = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None for a in node.args]
                yield path.name, keys, {k.arg for k in node.keywords if k.arg}
    for path in sorted((ROOT / "bot").rglob("*.html")):
        for arguments in _IN_TEMPLATE.findall(path.read_text(encoding="utf-8")):
            # A template says `a if b else c` for one of two keys: each is asked for.
            for chosen in _chosen([part.strip() for part in re.split(r",(?![^(]*\))", arguments)]):
                keys = [part[1:-1] if part[:1] in "'\"" and part[-1:] == part[:1] else None for part in chosen if "=" not in part]
                yield path.name, keys, {part.partition("=")[0] for part in chosen if re.match(r"\w+=", part)}


_IN_TEMPLATE = re.compile(r"\b(?:say|texts)\(((?:[^()]|\([^()]*\))*)\)")


def _chosen(parts: list[str]) -> Iterator[list[str]]:
    """The arguments of a call in a template, with each of the two that an `if` chooses between."""
    for at, part in enumerate(parts):
        either = re.fullmatch(r"('[^']+') if .+ else ('[^']+')", part)
        if either:
            for choice in either.groups():
                yield from _chosen([*parts[:at], choice, *parts[at + 1 :]])
            return
    yield parts


@pytest.mark.parametrize(("file", "keys", "words"), list(calls()), ids=lambda value: str(value) if isinstance(value, str) else "")
def test_every_sentence_that_the_code_asks_for_is_there(file: str, keys: list[str | None], words: set[str]) -> None:
    part = texts()
    for key in keys:
        if key is None:
            assert part, f"{file}: {keys}"
            return
        assert key in part, f"{file}: {keys}"
        part = part[key]
    if isinstance(part, str) and words:
        fields = {name for _, name, _, _ in string.Formatter().parse(part) if name}
        assert fields <= words | {"title", "publisher", "year"}, f"{file}: {keys}"


def test_every_sentence_is_asked_for() -> None:
    """A sentence that nobody reads any more is taken out."""
    asked = [keys for _, keys, _ in calls() if keys != [None]]

    def is_asked(sentence: tuple[str, ...]) -> bool:
        return any(all(a is None or a == s for a, s in zip(keys, sentence, strict=False)) for keys in asked if len(keys) <= len(sentence))

    # Those of commands are formed from the command's name; errors are told, see test_error_texts.
    unread = [keys for keys, _ in sentences(texts()) if not is_asked(keys)]
    assert [keys for keys in unread if keys[0] not in ("commands", "errors")] == []


def test_no_sentence_stands_there_twice() -> None:
    """Of two with one name the last would win without a word."""
    assert YamlFile(ROOT / "bot" / "presentation" / "nl.yaml").data


def test_all_sentences_say_je() -> None:
    formal = re.compile(r"\b(?:u|uw|uzelf)\b", re.IGNORECASE)
    assert [text for _, text in sentences(texts()) if formal.search(text)] == []


def test_sentences_are_short() -> None:
    """B1: no sentence of more than twenty words."""
    long = [s for _, text in sentences(texts()) for s in re.split(r"[.!?:]\s|\n", text) if len(s.split()) > 20]
    assert long == []


def test_every_kind_has_a_name() -> None:
    for kind in Kind:
        assert say("kinds", kind.value, title="x", publisher="y")
        assert say("check", "kind_names", kind.value)


def test_what_is_filled_in_is_left_as_it_is() -> None:
    assert "{raar} %s {0}" in say("console", "unknown", command="{raar} %s {0}")


def test_a_missing_sentence_or_word_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("console", "bestaat_niet")
    with pytest.raises(KeyError):
        say("console", "unknown")
