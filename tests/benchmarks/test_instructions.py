"""What a question costs is counted by stage: each instruction belongs to one stage, and to the innermost."""

import pytest

from benchmarks import instructions
from benchmarks.instructions import REST, STAGES, Borders, questions_for, table
from tests.paths import KNOWLEDGE


def outer() -> str:
    return inner() + "!"


def inner() -> str:
    return "ja"


def test_a_stage_inside_another_is_told_apart_from_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("outer", "inner"):
        monkeypatch.setattr(f"{__name__}.{name}", globals()[name])
    borders = Borders()
    borders.watch("outer", f"{__name__}:outer")
    borders.watch("inner", f"{__name__}:inner")
    assert outer() == "ja!"
    borders.cross(REST)
    assert borders.before == [REST, "outer", "inner", "outer", REST]


def test_every_stage_is_a_function_of_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    watched: list[object] = []

    def bordered(_self: Borders, _stage: str, work: object) -> object:
        watched.append(work)
        return work

    monkeypatch.setattr(Borders, "_bordered", bordered)
    for stage, place in STAGES:
        Borders().watch(stage, place)
    assert len(watched) == len(STAGES)
    assert all(map(callable, watched))


def test_the_same_different_questions_each_time() -> None:
    questions = questions_for(KNOWLEDGE, None, 30)
    assert len(set(questions)) == 30
    assert questions == questions_for(KNOWLEDGE, None, 30)
    with pytest.raises(ValueError, match="wanted"):
        questions_for(KNOWLEDGE, None, 100_000)


def test_the_dearest_stage_comes_first() -> None:
    lines = table({"": 3e6, "search": 2e6, instructions.REST: 1e6}).splitlines()
    assert [line.split()[0] for line in lines] == ["2.000", "1.000", "3.000"]
