"""The figures are those of the published script, and what is right or wrong is what a user would call so."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.evaluation.messages import score_messages
from bot.evaluation.question_sets import Case, read_question_set
from bot.evaluation.scoring import (
    by_group,
    calibration,
    confusion,
    figure_of,
    figures,
    mean_figures,
    risk_coverage,
    score,
    telling_groups,
    twins,
)
from bot.watch import load_assistant
from tests.paths import ROOT, shared

SOURCE = """# Verkeer

De gemeente maakt de binnenstad autovrij. Bewoners krijgen een ontheffing voor twee jaar.

# Wonen

Er komen 400 nieuwe woningen aan de rivier. De bouw begint in het voorjaar.
"""


@pytest.fixture
def knowledge(tmp_path: Path) -> Path:
    folder = tmp_path / "knowledge" / "akkoord"
    folder.mkdir(parents=True)
    (folder / "source.md").write_text(SOURCE, encoding="utf-8")
    (folder / "document.yaml").write_text("title: Akkoord\npublisher: Gemeente\nyear: 2022\n", encoding="utf-8")
    return folder.parent


def case(ident: str, question: str, *gold: str) -> Case:
    return Case(ident, question, ident, 1, gold)


def test_right_wrong_and_silent_are_told_apart(knowledge: Path) -> None:
    scored = score(
        load_assistant(knowledge),
        [
            case("A-1", "Hoeveel nieuwe woningen komen er aan de rivier?", "400 nieuwe woningen"),
            case("A-2", "Hoeveel nieuwe woningen komen er aan de rivier?", "dit staat er niet"),
            case("B-1", "Wat kost een treinkaartje naar Parijs?"),
            case("B-2", "Hoeveel nieuwe woningen komen er aan de rivier?"),
        ],
    )
    assert [item.right for item in scored] == [True, False, True, False]
    found = figures(scored)
    assert (found["answered_right"].share, found["silent_right"].share, found["both"].share, found["verbatim"].share) == (
        0.5,
        0.5,
        0.5,
        1.0,
    )
    assert confusion(scored) == {
        "right_answer": 1, "wrong_answer": 1, "silent_wrongly": 0, "silent_rightly": 1, "answered_wrongly": 1,
    }  # fmt: skip
    assert {name: len(items) for name, items in by_group(scored, "author").items()} == {"A": 2, "B": 2}
    assert scored[0].evidence.right_rank == 1
    coverage, risk = zip(*risk_coverage(scored), strict=True)
    assert coverage == (0.25, 0.5, 0.75, 1.0)
    assert risk[-1] == 0.75
    assert sum(count for _, _, count in calibration(scored)) <= 4


def test_twins_stand_or_fall_together(knowledge: Path) -> None:
    cases = [
        case("A-1", "Hoeveel nieuwe woningen komen er aan de rivier?", "400 nieuwe woningen"),
        Case("A-2", "Wat kost een treinkaartje naar Parijs?", "A-2", 1, (), asks="amount", missing="other topic", twin="A-1"),
        case("A-3", "Hoeveel nieuwe woningen komen er aan de rivier?", "dit staat er niet"),
        Case("A-4", "Wat kost een treinkaartje naar Parijs?", "A-4", 1, (), asks="amount", missing="amount", twin="A-3"),
        Case("A-5", "Wat kost een treinkaartje naar Parijs?", "A-5", 1, (), asks="amount", missing="amount", twin="Z-1"),
    ]
    scored = score(load_assistant(knowledge), cases, explain=False, set_name="verzameling")
    assert [(one.case.id, other.case.id) for one, other in twins(scored)] == [("A-1", "A-2"), ("A-3", "A-4")]
    assert (figures(scored)["twins_right"].share, figures(scored)["twins_right"].count) == (0.5, 2)
    assert "twins_right" not in figures(scored[:1])
    groups = dict(telling_groups(scored))
    assert "document" not in groups, "one document: the figures of all say the same"
    assert {name: len(items) for name, items in groups["asks"].items()} == {"amount": 3, "-": 2}
    assert {name: len(items) for name, items in groups["missing"].items()} == {"amount": 2, "other topic": 1}


def test_every_document_counts_the_same_in_a_mean(knowledge: Path) -> None:
    assistant, right = load_assistant(knowledge), case("A-1", "Hoeveel nieuwe woningen komen er aan de rivier?", "400 nieuwe woningen")
    many = score(assistant, [right, right, right], explain=False)
    few = score(assistant, [case("A-1", "Hoeveel nieuwe woningen komen er aan de rivier?", "dit staat er niet")], explain=False)
    assert mean_figures([many, few])["answered_right"] == 0.5
    assert "silent_right" not in mean_figures([many, few])


def test_intervals_hold_the_share_and_narrow_with_more_questions() -> None:
    few, many = figure_of([True] * 8 + [False] * 2), figure_of([True] * 800 + [False] * 200)
    assert few.low < many.low < 0.8 < many.high < few.high
    assert figure_of([True]).low == 1.0


def test_figures_equal_those_of_the_published_script() -> None:
    script = shared("questions/score.py")
    sets = [shared("questions/dev.jsonl"), shared("questions/dev-dialogs.jsonl")]
    command = [
        sys.executable, str(script), "--questions", str(sets[0]), "--dialogs", str(sets[1]), "--bare",
        "--source", str(shared("source/kis-regeerakkoord-2017.txt")),
        "--run", shlex.join([sys.executable, "-m", "bot", "ask", "--format", "jsonl"]),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    theirs = {name.replace(" ", "_").replace("follow-up", "follow_up"): f for name, f in json.loads(done.stdout).items()}
    ours = figures(score(load_assistant(ROOT / "knowledge"), [c for path in sets for c in read_question_set(path)], explain=False))
    assert {n: (round(100 * f.share, 1), f.count) for n, f in ours.items()} == {n: (f["per_cent"], f["n"]) for n, f in theirs.items()}


def test_a_message_is_scored_by_how_it_was_divided_and_by_what_its_parts_get_by_themselves(assistant: Assistant) -> None:
    quota, pass_ = "Hoeveel vluchtelingen mogen er per jaar komen?", "Wat kost een paspoort?"
    parts = [{"kind": "answer", "gold": ["van 500 per jaar naar 750"], "alone": quota}, {"kind": "abstain", "gold": [], "alone": pass_}]
    (scored,) = score_messages(assistant, [{"id": "A-1", "vraag": f"{quota} En wat kost een paspoort?", "parts": parts}])
    assert scored.figures == {"divided_right": [True], "as_by_itself": [True, True], "part_right": [True, True], "all_parts_right": [True]}
