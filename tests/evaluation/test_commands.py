"""The commands as someone types them."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.evaluation import speed
from bot.evaluation.speed import many_passages
from bot.knowledge.folder import load_knowledge
from tests.evaluation.test_beir import benchmark_folder
from tests.paths import QUESTIONS, ROOT

KNOWLEDGE = str(ROOT / "knowledge")


@pytest.fixture
def some(tmp_path: Path) -> Path:
    """A few questions."""
    path = tmp_path / "some.jsonl"
    path.write_text(
        "\n".join(
            (QUESTIONS / "voices-b.jsonl").read_text(encoding="utf-8").splitlines()[:30]
            + (QUESTIONS / "voices-c.jsonl").read_text(encoding="utf-8").splitlines()[:20]
        ),
        encoding="utf-8",
    )
    return path


def test_evaluate_prints_figures_and_writes_a_report(some: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report.html"
    assert main(["evaluate", str(some), "--knowledge", KNOWLEDGE, "--report", str(report), "--misses"]) == 0
    out = capsys.readouterr().out
    assert "Antwoord goed" in out
    assert "Per soort vraag" in out
    assert str(report) in out
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_benchmark_prints_measures_and_writes_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run.txt"
    assert main(["benchmark", str(benchmark_folder(tmp_path)), "--run-file", str(run), "--baseline"]) == 0
    out = capsys.readouterr().out
    assert out.count("nDCG@10") == 3
    assert "p50" in out
    assert run.read_text(encoding="utf-8").splitlines()[0].split()[:4] == ["q1", "Q0", "d1", "1"]


def test_speed_is_measured_beside_rank_bm25(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "MANY", 300)
    monkeypatch.setattr(speed, "QUESTIONS", 20)
    assert main(["benchmark", "--speed", "--knowledge", KNOWLEDGE]) == 0
    out = capsys.readouterr().out
    assert "300 passages: p50" in out
    assert "verhouding" in out


def test_made_up_passages_are_the_same_each_time() -> None:
    knowledge = load_knowledge(ROOT / "knowledge")
    first, second = many_passages(knowledge, 50), many_passages(knowledge, 50)
    assert [p.text for p in first.passages] == [p.text for p in second.passages]
    assert len({p.text for p in first.passages}) == 50


def test_fit_prints_before_it_writes(some: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "weights.yaml"
    target.write_text((ROOT / "bot" / "answering" / "weights.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    before = target.read_text(encoding="utf-8")
    options = ["fit", "--questions", f"{some}={KNOWLEDGE}", "--weight", "some=1,0.4", "--threshold", "0.5"]
    assert main([*options, "--dry-run"]) == 0
    assert main([*options, "--output", str(target)]) == 0
    out = capsys.readouterr().out
    assert "schrijver weggelaten" in out
    assert "willekeurig weggelaten" in out
    assert target.read_text(encoding="utf-8") != before
    assert target.read_text(encoding="utf-8").startswith(before.splitlines()[0])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["evaluate", "nergens.jsonl"], "nergens.jsonl: dit bestand is niet te lezen"),
        (["benchmark"], "niets om te meten"),
        (["benchmark", "nergens"], "niet te lezen"),
        (["fit", "--questions", "x.jsonl", "--weight", "x=veel"], "niet de goede vorm"),
        (["ablate", "--questions", "x.jsonl", "--weight", "y=1"], "onbekende set: y"),
    ],
)
def test_what_is_wrong_is_one_clear_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_report_that_can_not_be_written_is_told(some: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(some), "--knowledge", KNOWLEDGE, "--report", str(tmp_path / "no" / "r.html")]) == 2
    assert "niet te schrijven" in capsys.readouterr().err
    assert json.loads(some.read_text(encoding="utf-8").splitlines()[0])["id"]
