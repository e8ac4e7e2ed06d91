"""Speed is measured on knowledge that is the same each time."""

import json
from pathlib import Path

import pytest

from benchmarks import speed
from benchmarks.speed import main, many_passages
from bot.knowledge.folder import load_knowledge
from tests.paths import ROOT

KNOWLEDGE = str(ROOT / "knowledge")


def test_speed_is_measured_beside_rank_bm25(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # fmt: skip
    monkeypatch.setattr(speed, "MANY", 300)
    monkeypatch.setattr(speed, "QUESTIONS", 20)
    main(["--knowledge", KNOWLEDGE, "--json", str(tmp_path / "figures.json")])
    out = capsys.readouterr().out
    assert "300 passages: p50" in out
    assert "ratio" in out
    figures = json.loads((tmp_path / "figures.json").read_text(encoding="utf-8"))
    assert all(figure["ratio"] == figure["p50"] / figure["bare_p50"] for figure in figures.values())
    assert "300" in figures


def test_made_up_passages_are_the_same_each_time() -> None:
    knowledge = load_knowledge(ROOT / "knowledge")
    first, second = many_passages(knowledge, 50), many_passages(knowledge, 50)
    assert [p.text for p in first.passages] == [p.text for p in second.passages]
    assert len({p.text for p in first.passages}) == 50
