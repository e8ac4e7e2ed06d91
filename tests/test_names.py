"""Names say what a thing is in the terms of its field: none of them is a word that fits anything."""

import ast
from collections.abc import Iterator

import pytest

from tests.paths import ROOT

EMPTY_WORDS = frozenset({"found", "own", "kept", "place", "util", "helper", "manager", "misc"})
PROGRAM = sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")])


def is_empty(name: str) -> bool:
    """Whether a name says nothing of what it stands for, however it is written (`_found`, `OWN`, `Utils`)."""
    word = name.strip("_").lower()
    return word in EMPTY_WORDS or word.removesuffix("s") in EMPTY_WORDS


def given_names(node: ast.AST) -> Iterator[str]:
    """The names that a piece of code gives to something; not those that others gave to what it uses."""
    match node:
        case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
            yield name
        case ast.arg(arg=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.alias(asname=str(name)) | ast.ExceptHandler(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name
        case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
            yield name


def empty_names(source: str) -> list[tuple[int, str]]:
    """The line and the name of each thing that is called by an empty word."""
    return sorted(
        (getattr(node, "lineno", 0), name) for node in ast.walk(ast.parse(source)) for name in given_names(node) if is_empty(name)
    )


def test_nothing_is_called_by_a_word_that_fits_anything() -> None:
    wrong = [f"{path.relative_to(ROOT)}:{line}: {name}" for path in PROGRAM for line, name in empty_names(path.read_text(encoding="utf-8"))]
    assert not wrong, "\n".join(wrong)


def test_no_file_or_folder_is_called_so_either() -> None:
    parts = {part for path in PROGRAM for part in path.relative_to(ROOT).with_suffix("").parts}
    assert not [part for part in parts if is_empty(part)]


@pytest.mark.parametrize(
    "source",
    [
        "found = 1",
        "for place in x: pass",
        "[own for own in x]",
        "(y := 1) and (kept := 2)",
        "with x as _found: pass",
        "self.kept = 1",
        "lambda own: 1",
        "def f(*, place: int = 1): pass",
        "async def found(): pass",
        "class Manager: pass",
        "class Page:\n    place: str",
        "import x as utils",
        "try: pass\nexcept E as found: pass",
        "match x:\n    case [*kept]: pass",
        "match x:\n    case {'a': 1, **own}: pass",
        "KEPT: int = 3",
    ],
)
def test_each_way_to_give_a_name_is_seen(source: str) -> None:
    assert len(empty_names(source)) == 1


@pytest.mark.parametrize(
    "source", ["x.utils.f(place)", "placed = 1", "raise FileNotFoundError", "own_words = 1", "x['found'] = 1", "f(kept=1)"]
)
def test_longer_words_and_what_others_named_are_left_alone(source: str) -> None:
    assert not empty_names(source)
