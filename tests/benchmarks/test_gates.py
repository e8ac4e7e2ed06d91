"""The table that says what each gate does by itself."""

import json
from pathlib import Path

from benchmarks.corpora import SetOfQuestions
from benchmarks.gates import Effects, effects, markdown_lines


def _effects(folder: Path) -> Effects:
    document = folder / "kennis" / "akkoord"
    document.mkdir(parents=True)
    (document / "document.yaml").write_text("title: Akkoord\npublisher: Gemeente\nyear: 2026\n", encoding="utf-8")
    (document / "source.md").write_text("# Zwembad\n\nHet zwembad gaat in 2027 dicht.\n", encoding="utf-8")
    questions = [
        {"id": "A-1", "vraag": "Wanneer gaat het zwembad dicht?", "kind": "answer", "gold": ["gaat in 2027 dicht"]},
        {"id": "A-2", "vraag": "Hoe laat gaat het zwembad dicht?", "kind": "abstain", "gold": []},
    ]
    path = folder / "vragen.jsonl"
    path.write_text("".join(json.dumps(question) + "\n" for question in questions), encoding="utf-8")
    return effects([SetOfQuestions(path, folder / "kennis")])


def test_a_gate_that_stops_a_near_miss_and_no_answer_is_told_so(tmp_path: Path) -> None:
    found = _effects(tmp_path)
    assert (found.answering, found.unanswerable) == (1, 1)
    gate = next(effect for effect in found.gates if effect.gate == "time_of_day")
    assert (gate.refused, gate.stopped) == (0, 1)


def test_gates_that_do_nothing_are_left_out_of_the_table(tmp_path: Path) -> None:
    lines = list(markdown_lines(_effects(tmp_path)))
    assert any(line.startswith("| time_of_day |") for line in lines)
    assert not any(line.startswith("| percentage |") for line in lines)
