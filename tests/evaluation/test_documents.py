"""Measuring how files become documents: a mixed sentence, a lost word and a refusal are seen."""

import json
from pathlib import Path

import pytest

from bot.cli import main
from bot.evaluation.documents import measure
from tests.ingest.small_files import Sheet, files, pdf

TEXT = ["De gemeente maakt de binnenstad groener en koeler dan zij nu is.", "In elke straat komen bomen en struiken te staan."]


def test_a_plain_page_comes_out_whole(tmp_path: Path) -> None:
    path = tmp_path / "nota.pdf"
    path.write_bytes(pdf([Sheet().lines(TEXT)]))
    figures = measure(path)
    assert (figures.refused, figures.pages, figures.sentences) == ("", 1, 2)
    assert (figures.mixed, figures.lost, figures.invented, figures.withheld) == (0, 0, 0, 0)


def test_a_refusal_is_a_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))  # so that nothing can read a scan
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf([Sheet().picture()]))
    assert measure(path).refused == "ingest.pdf_scan"


def test_the_command_prints_a_table_and_writes_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "stukken"
    folder.mkdir()
    (folder / "nota.pdf").write_bytes(files(tmp_path)["pdf"].read_bytes())
    assert main(["benchmark", "--documents", str(folder), "--json", str(tmp_path / "cijfers.json")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| bestand | pagina's |")
    assert lines[2].startswith("| nota.pdf | 2 |")
    assert json.loads((tmp_path / "cijfers.json").read_text(encoding="utf-8"))[0]["name"] == "nota.pdf"
