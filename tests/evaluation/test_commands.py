"""The commands as someone types them."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from tests.evaluation.test_beir import benchmark_folder
from tests.knowledge_folders import write_folder
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


def test_several_folders_are_evaluated_at_once(some: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sets, knowledge = tmp_path / "sets", tmp_path / "documents"
    sets.mkdir()
    write_folder(knowledge).rename(knowledge / "afval")
    waste = {"id": "W-1", "vraag": "Hoe vaak wordt het afval opgehaald?", "kind": "answer", "gold": ["elke twee weken"]}
    (sets / "afval.jsonl").write_text(json.dumps(waste), encoding="utf-8")
    (sets / "water.jsonl").write_text(json.dumps(waste), encoding="utf-8")
    assert main(["evaluate", f"{some}={KNOWLEDGE}", f"{sets}={knowledge}"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Per document")
    assert [line.split()[0] for line in out.splitlines()[1:4]] == ["regeerakkoord-2017", "voorbeeldstad-2022", "gemiddelde"]
    assert err == "Overgeslagen, omdat de documenten er niet zijn: water.jsonl.\n"
    (sets / "afval.jsonl").unlink()
    assert main(["evaluate", f"{sets}={knowledge}"]) == 2
    assert "geen van deze vragen" in capsys.readouterr().err


def test_benchmark_prints_measures_and_writes_a_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = tmp_path / "run.txt"
    assert main(["benchmark", str(benchmark_folder(tmp_path)), "--run-file", str(run), "--baseline"]) == 0
    out = capsys.readouterr().out
    assert out.count("nDCG@10") == 3
    assert "p50" in out
    assert run.read_text(encoding="utf-8").splitlines()[0].split()[:4] == ["q1", "Q0", "d1", "1"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["evaluate", "nergens.jsonl"], "nergens.jsonl: dit bestand kan niet worden gelezen"),
        (["benchmark", "nergens"], "kan niet worden gelezen"),
    ],
)
def test_what_is_wrong_is_one_clear_line(arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    error = capsys.readouterr().err
    assert says in error
    assert error.count("\n") == 1


def test_a_report_that_can_not_be_written_is_told(some: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(some), "--knowledge", KNOWLEDGE, "--report", str(tmp_path / "no" / "r.html")]) == 2
    assert "kan niet worden geschreven" in capsys.readouterr().err
    assert json.loads(some.read_text(encoding="utf-8").splitlines()[0])["id"]
