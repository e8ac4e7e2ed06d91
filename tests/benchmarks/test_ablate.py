"""The table of what evidence adds leaves no evidence out."""

from pathlib import Path

import pytest

from benchmarks import ablate as command
from benchmarks.ablate import PIECES, ablate, markdown_lines
from benchmarks.corpora import SetOfQuestions
from bot.answering.confidence import confidence_features
from bot.answering.evidence import FEATURES
from bot.watch import load_assistant
from tests.paths import QUESTIONS, ROOT


def test_every_feature_belongs_to_one_piece() -> None:
    assistant = load_assistant(ROOT / "knowledge")
    examined = assistant.examine("Wat gebeurt er met het kinderpardon?")
    known = {*FEATURES, *confidence_features(examined.read, examined.candidates, examined.shelf.index)}
    assert sorted(name for piece in PIECES.values() for name in piece) == sorted(known)


def test_the_table_has_a_line_for_each_piece(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "PIECES", {"4-grams": PIECES["4-grams"]})
    # Every author left out must leave right and wrong ones to learn from.
    steps = {"own-2017": 12, "voices-a": 4}
    lines = [
        line for name, step in steps.items() for line in (QUESTIONS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()[::step]
    ]
    path = tmp_path / "some.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    table = list(markdown_lines(ablate([SetOfQuestions(path, ROOT / "knowledge")], {"hinted": 0.5, "plain": 0.5})))
    rows = [line for line in table if line.startswith("| ")]
    assert len(rows) == 2 * (1 + 4)
    assert all(row.count("|") == 6 for row in rows)
    assert any("lexicon" in row and "(" in row for row in rows)
