"""Dutch that a user reads stands in nl.yaml and nowhere else in the program."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.paths import ROOT

COMMON = frozenset(
    """de het een is niet dit deze van je geen kan met voor op of om te die dat bij aan naar wordt worden hier ook maar nog dan als staat
    bestand map kies geef zet""".split()
)
"""Words of which hardly any Dutch sentence has fewer than two, and hardly any English one has two."""

WORDS_THEMSELVES = {"bot/language"}
"""Rooms whose data is Dutch: word lists and endings, which no user reads."""

FORMS_OF_TEXT = {"bot/knowledge/document.py", "bot/ingest/structure.py"}
"""Patterns that recognise sentences of documents."""


def literals(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in a module that is no docstring, with its line."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    described = {
        id(statement.value) for node in ast.walk(tree) for statement in ast.iter_child_nodes(node) if isinstance(statement, ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described:
            yield node.lineno, node.value


def is_dutch(text: str) -> bool:
    """Whether a text is a Dutch sentence, or a piece of one."""
    words = re.findall(r"[a-zà-ÿ]+", text.lower())
    return len(words) > 2 and len(COMMON.intersection(words)) > 1


def test_no_dutch_sentence_stands_outside_nl_yaml() -> None:
    found = [
        f"{name}:{line}: {text}"
        for path in sorted((ROOT / "bot").rglob("*.py"))
        if (name := path.relative_to(ROOT).as_posix()) not in FORMS_OF_TEXT and not any(name.startswith(room) for room in WORDS_THEMSELVES)
        for line, text in literals(path)
        if is_dutch(text)
    ]
    assert found == []


def test_what_is_dutch() -> None:
    assert is_dutch("dit bestand is leeg. Zet er tekst in.")
    assert is_dutch("' staat er twee keer. Haal een van beide weg")
    assert not is_dutch("an update without a message came to a handler of messages")
    assert not is_dutch("SELECT place FROM passages WHERE id = ?")
