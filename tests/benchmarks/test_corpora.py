"""The published sets are whole: ids, gold strings to the letter, twins, documents, and a page that says what they are."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.corpora import PublishedSet, bring_in, published_sets, sets_to_learn_from
from bot.evaluation.question_sets import read_question_set
from bot.evaluation.scoring import figures, score
from bot.ingest.add import Metadata, add
from bot.knowledge.folder import load_knowledge
from bot.presentation.json_lines import reply_object
from bot.watch import load_assistant
from tests.paths import DOCUMENT, QUESTIONS

SETS = published_sets()
JUDGING = {
    "besluit-lijkbezorging", "coalitieakkoord-2021", "coalitieakkoord-aa-en-hunze", "gemeentepagina-vaartwolde", "gemeentepagina-zuiderwoud",
    "handreiking-buurtinitiatief", "overleg-huurders-verhuurder", "raadsbrief-warmtenet",
    "twins-besluit-lijkbezorging", "twins-handreiking-buurtinitiatief", "twins-raadsbrief-warmtenet", "voices-d",
}  # fmt: skip


def folded(text: str) -> str:
    """Every run of white space, Unicode's own spaces too, as one space."""
    return re.sub(r"\s+", " ", text).strip()


def source_of(chosen: PublishedSet) -> str:
    """The text that a set is about, '' where it is not part of the project."""
    if not chosen.about:
        return folded((DOCUMENT / "source.md").read_text(encoding="utf-8"))
    return folded(" ".join(chosen.text(s).read_text(encoding="utf-8") for s in chosen.documents if chosen.text(s).is_file()))


def test_every_set_is_listed() -> None:
    # Dialogues are scored, and no fit reads them.
    assert {chosen.name for chosen in SETS} == {path.stem for path in QUESTIONS.glob("*.jsonl")} - {"dialogues"}
    page = (QUESTIONS / "README.md").read_text(encoding="utf-8")
    assert [chosen.name for chosen in SETS if f"`{chosen.name}`" not in page] == []


def test_what_is_for_judging_stays_for_judging() -> None:
    assert {chosen.name for chosen in SETS if chosen.judging} == JUDGING


def test_no_id_stands_in_two_sets() -> None:
    ids = [case.id for chosen in SETS for case in read_question_set(chosen.path)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("chosen", SETS, ids=lambda chosen: chosen.name)
def test_gold_strings_stand_in_the_source(chosen: PublishedSet) -> None:
    source = source_of(chosen)
    if not source:
        pytest.skip("its documents are not part of the project")
    assert [(case.id, gold) for case in read_question_set(chosen.path) for gold in case.gold if folded(gold) not in source] == []


@pytest.mark.parametrize("chosen", [chosen for chosen in SETS if chosen.documents], ids=lambda chosen: chosen.name)
def test_a_published_set_has_near_misses_and_twins(chosen: PublishedSet) -> None:
    cases = read_question_set(chosen.path)
    answerable = {case.id for case in cases if case.answerable}
    assert len(cases) >= 60
    assert len(cases) - len(answerable) >= 0.4 * len(cases)
    twins = [case for case in cases if case.twin]
    assert [case.id for case in twins if case.answerable or case.twin not in answerable] == []
    assert len(twins) >= len(answerable) / 3
    assert all(case.asks for case in cases)
    assert [case.id for case in cases if bool(case.missing) is case.answerable] == []


@pytest.mark.parametrize("chosen", [chosen for chosen in SETS if chosen.documents], ids=lambda chosen: chosen.name)
def test_documents_are_the_ones_that_the_questions_were_written_from(chosen: PublishedSet) -> None:
    for source in chosen.documents:
        if source.file.endswith(".md"):
            assert hashlib.sha256(chosen.text(source).read_bytes()).hexdigest() == source.sha256
        else:
            assert re.fullmatch(r"[0-9a-f]{64}", source.sha256)


def test_documents_are_brought_in_and_what_is_not_at_hand_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    few = [chosen for chosen in SETS if chosen.name in ("drie-akkoorden", "raadsbrief-warmtenet", "jaarstukken-wassenaar-2023", "voices-a")]
    monkeypatch.setattr("benchmarks.corpora.published_sets", lambda: few)
    assert bring_in(tmp_path, []) == ["jaarstukken-2023.pdf"]
    assert [d.year for d in load_knowledge(tmp_path / "drie-akkoorden").documents] == [2018, 2022, 2026]
    learned = {chosen.name: chosen.weight for chosen in sets_to_learn_from(tmp_path)}
    assert learned == {"drie-akkoorden": 1.0, "raadsbrief-warmtenet": 0.0, "voices-a": 1.0}


def test_replies_are_scored_as_evaluate_scores_them(tmp_path: Path) -> None:
    chosen = next(chosen for chosen in SETS if chosen.name == "raadsbrief-warmtenet")
    folder = tmp_path / "knowledge"
    for source in chosen.documents:
        add(chosen.text(source), folder, Metadata(source.title, source.publisher, source.year))
    assistant, cases = load_assistant(folder), read_question_set(chosen.path)
    replies = [json.dumps(reply_object(case.id, assistant.reply(case.question)[0], ())) for case in cases]
    command = [sys.executable, str(QUESTIONS / "score.py"), str(chosen.path)]
    done = subprocess.run(command, input="\n".join(replies), capture_output=True, encoding="utf-8", check=True)
    _, line, mean = done.stdout.splitlines()
    found = figures(score(assistant, cases, explain=False))
    names = ("right_in_first_3", "answered_right", "sentence_right", "silent_right", "both", "twins_right")
    assert line.split() == [chosen.name, *(f"{100 * found[name].share:.1f}" for name in names)]
    assert mean.split()[1:] == line.split()[1:]
    silent = subprocess.run(command, input="", capture_output=True, encoding="utf-8", check=True).stdout.splitlines()[-1]
    assert [silent.split()[n] for n in (1, 2, 3, 4, 6)] == ["0.0", "0.0", "0.0", "100.0", "0.0"], "who always stays silent gains no twins"
