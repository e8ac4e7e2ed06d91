"""Which knowledge is used: the chosen folder, or knowledge/ here, or what comes with the program."""

from pathlib import Path

import pytest

from bot.answering.reply import Outcome
from bot.watch import knowledge_folder, load_assistant
from tests.knowledge_folders import write_folder
from tests.paths import KNOWLEDGE


def test_a_chosen_folder_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(KNOWLEDGE.parent)
    assert knowledge_folder(tmp_path) == tmp_path


def test_knowledge_here_comes_next(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "knowledge").mkdir()
    monkeypatch.chdir(tmp_path)
    assert knowledge_folder(None).resolve() == tmp_path / "knowledge"


def test_what_comes_with_the_program_is_last(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    assert knowledge_folder(None) == KNOWLEDGE


def test_the_folders_own_lexicon_is_used(tmp_path: Path) -> None:
    source = "# Afval\n\nDe ondergrondse container wordt elke week geleegd.\n"
    question = "Hoe vaak wordt de zakkenslurper geleegd?"
    without, _ = load_assistant(write_folder(tmp_path / "zonder", source=source)).reply(question)
    lexicon = "synonyms:\n  - [zakkenslurper, container]\n"
    reply, _ = load_assistant(write_folder(tmp_path / "met", source=source, lexicon=lexicon)).reply(question)
    assert reply.confidence > without.confidence
    assert {w.word: w.match for w in reply.words}["zakkenslurper"] > {w.word: w.match for w in without.words}["zakkenslurper"]


def test_a_hint_helps_to_find_and_is_never_quoted(tmp_path: Path) -> None:
    hint = "afval/het-afval-wordt-elke-twee-77ae:\n  questions: [Wanneer komt de vuilniswagen langs?]\n  keywords: [vuilniswagen]\n"
    reply, _ = load_assistant(write_folder(tmp_path, hints=hint)).reply("Wanneer komt de vuilniswagen langs?")
    assert reply.quotes[0].text == "Het afval wordt elke twee weken opgehaald."
    assert reply.outcome is Outcome.ANSWER
