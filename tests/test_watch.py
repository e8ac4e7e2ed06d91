"""Knowledge that changes while questions are answered from it."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot import watch
from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.console.layout import PlainPage
from bot.console.session import Session
from bot.errors import KnowledgeError
from bot.jsonl import answer_lines
from bot.language.encoder import PASSAGE
from bot.presentation.texts import told
from bot.settings import knowledge_folder
from bot.watch import KnowledgeSource, load_assistant, stamps
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder
from tests.paths import KNOWLEDGE

QUESTION = "Hoeveel woningen bouwt de gemeente per jaar?"
OLD, NEW = "900", "1200"


def change(folder: Path, source: str = SOURCE.replace(OLD, NEW)) -> None:
    """Replace the document as `add` does: two renames."""
    target = folder / "voorbeeldstad-2022"
    fresh = folder / ".voorbeeldstad-2022-new"
    shutil.copytree(target, fresh)
    (fresh / "source.md").write_text(source, encoding="utf-8")
    old = folder / ".voorbeeldstad-2022-old"
    target.rename(old)
    fresh.rename(target)
    shutil.rmtree(old)


def break_description(folder: Path) -> None:
    (folder / "voorbeeldstad-2022" / "document.yaml").write_text(DESCRIPTION + "kleur: blauw\n", encoding="utf-8")


def quoted(assistant: Assistant) -> str:
    return assistant.reply(QUESTION)[0].quotes[0].text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path)


@pytest.fixture
def source(folder: Path) -> KnowledgeSource:
    return KnowledgeSource(folder, retry_after=0.01)


def test_nothing_new_while_nothing_changed(source: KnowledgeSource) -> None:
    source.load()
    assert source.renewed() is None


def test_changed_knowledge_is_loaded_beside_the_old(source: KnowledgeSource, folder: Path) -> None:
    before = source.load()
    change(folder)
    after = source.renewed()
    assert after is not None
    assert NEW in quoted(after)
    assert OLD in quoted(before)
    assert source.renewed() is None


def test_it_can_be_loaded_anyhow(source: KnowledgeSource) -> None:
    source.load()
    assert source.renewed(anyhow=True) is not None


def test_documents_that_come_and_go(source: KnowledgeSource, folder: Path) -> None:
    source.load()
    shutil.copytree(folder / "voorbeeldstad-2022", folder / "voorbeeldstad-2018")
    more = source.renewed()
    assert more is not None
    assert [d.id for d in more.knowledge.documents] == ["voorbeeldstad-2018", "voorbeeldstad-2022"]
    shutil.rmtree(folder / "voorbeeldstad-2018")
    fewer = source.renewed()
    assert fewer is not None
    assert [d.id for d in fewer.knowledge.documents] == ["voorbeeldstad-2022"]


def test_a_broken_folder_is_told_once_with_file_and_line(source: KnowledgeSource, folder: Path) -> None:
    source.load()
    break_description(folder)
    with pytest.raises(KnowledgeError) as caught:
        source.renewed()
    assert re.search(r"document\.yaml:4.*kleur", told(caught.value))
    assert source.renewed() is None
    (folder / "voorbeeldstad-2022" / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
    assert source.renewed() is not None


def test_a_folder_that_is_gone_is_told_and_comes_back(source: KnowledgeSource, folder: Path) -> None:
    source.load()
    folder.rename(folder.with_name("weg"))
    with pytest.raises(KnowledgeError) as caught:
        source.renewed()
    assert re.search("bestaat niet", told(caught.value))
    assert source.renewed() is None
    folder.with_name("weg").rename(folder)
    assert source.renewed() is not None


def test_a_document_that_is_away_for_an_instant_is_no_error(folder: Path) -> None:
    source = KnowledgeSource(folder, retry_after=0.3)
    source.load()
    target, away = folder / "voorbeeldstad-2022", folder / ".old"
    target.rename(away)
    back = threading.Timer(0.1, away.rename, (target,))
    back.start()
    renewed = source.renewed()
    back.join()
    assert renewed is not None
    assert OLD in quoted(renewed)


def test_what_changes_during_a_load_is_loaded_again(source: KnowledgeSource, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source.load()
    change(folder)
    load, loads = watch.load_assistant, []

    def slow_load(chosen: Path | None, meaning: bool, wait: bool = False) -> Assistant:
        loads.append(chosen)
        loaded = load(chosen, meaning)
        if len(loads) == 1:
            change(folder, SOURCE.replace(OLD, "7777"))
        return loaded

    monkeypatch.setattr(watch, "load_assistant", slow_load)
    renewed = source.renewed()
    assert renewed is not None
    assert "7777" in quoted(renewed)
    assert len(loads) == 2


def test_an_unreadable_file_is_an_error_of_its_folder(source: KnowledgeSource, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source.load()
    change(folder)

    def no_disk(chosen: Path | None, meaning: bool, wait: bool) -> Assistant:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(watch, "load_assistant", no_disk)
    with pytest.raises(KnowledgeError) as caught:
        source.renewed()
    assert re.search("kan niet worden gelezen", told(caught.value))


def test_it_looks_at_most_once_a_second(source: KnowledgeSource, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    source.load()
    change(folder)
    assert source.renewed_at_times() is None
    now += 1.1
    assert source.renewed_at_times() is not None


def test_questions_in_flight_get_whole_replies(source: KnowledgeSource, folder: Path) -> None:
    """Several threads ask without a pause while the document changes again and again, and is broken now and then."""
    current = [source.load()]
    stop, told, wrong = threading.Event(), Counter[str](), list[str]()

    def ask() -> None:
        while not stop.is_set():
            assistant = current[0]
            reply, _ = assistant.reply(QUESTION)
            number = next((n for n in (OLD, NEW) if n in reply.quotes[0].text), "")
            stands = reply.quotes[0].text in assistant.knowledge.documents[0].text
            if reply.outcome is not Outcome.ANSWER or not number or not stands:
                wrong.append(str(reply))
            told[number] += 1
            time.sleep(0.01)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    errors = 0
    for turn in range(6):
        change(folder, SOURCE.replace(OLD, NEW) if turn % 2 == 0 else SOURCE)
        renewed = source.renewed()
        assert renewed is not None
        current[0] = renewed
        break_description(folder)
        try:
            source.renewed()
        except KnowledgeError:
            errors += 1
        (folder / "voorbeeldstad-2022" / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert errors == 6
    assert set(told) == {OLD, NEW}


def test_json_lines_go_on_with_other_knowledge(source: KnowledgeSource, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    steps: list[Callable[[], object]] = [lambda: None, lambda: break_description(folder), lambda: None, lambda: change(folder)]
    out = io.StringIO()

    def renew() -> Assistant | None:
        step = steps.pop(0)
        if not steps:
            (folder / "voorbeeldstad-2022" / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
        step()
        return source.renewed()

    line = json.dumps({"id": 1, "question": QUESTION}) + "\n"
    answer_lines(source.load(), io.BytesIO(line.encode() * 4), out, renew)
    texts = [json.loads(reply)["quotes"][0]["text"] for reply in out.getvalue().splitlines()]
    assert [OLD in text for text in texts] == [True, True, True, False]
    assert NEW in texts[-1]
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert "document.yaml:4" in told[0]


def test_the_console_says_so_in_one_line_and_keeps_the_last_reply(source: KnowledgeSource, folder: Path) -> None:
    out = io.StringIO()
    session = Session(source.load(), PlainPage(out), source.renewed)
    session.take(QUESTION)
    break_description(folder)
    session.take("/bronnen")
    session.take("/bron 1")
    assert out.getvalue().count("kan ze zo niet gebruiken") == 1
    (folder / "voorbeeldstad-2022" / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
    change(folder)
    session.take("/bron 1")
    assert "opnieuw gelezen" in out.getvalue()
    assert out.getvalue().count(NEW) == 0
    session.take(QUESTION)
    assert NEW in out.getvalue()


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


def test_a_machine_without_a_home_folder(tmp_path: Path) -> None:
    code = (
        "import pathlib\n"
        "def nowhere(): raise RuntimeError('Could not determine home directory.')\n"
        "pathlib.Path.home = nowhere\n"
        "from bot.cli import main\n"
        "raise SystemExit(main(['ask', 'Hoeveel vluchtelingen mogen er per jaar komen?']))"
    )
    environment = {k: v for k, v in os.environ.items() if k != "XDG_CACHE_HOME"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_links_that_lead_back_up_are_followed_once(folder: Path) -> None:
    """Two links to the folder above would otherwise make paths without end."""
    (folder / "voorbeeldstad-2022" / "terug").symlink_to("..")
    (folder / "nog-een").mkdir()
    (folder / "nog-een" / "terug").symlink_to("..")
    (folder / "nergens").symlink_to("bestaat-niet")
    found = stamps(folder)
    assert len({path for path, _, _ in found}) == len(found)
    assert sum(path.endswith("source.md") for path, _, _ in found) == 1
    assert KnowledgeSource(folder).load().reply(QUESTION)[0].outcome is Outcome.ANSWER


def test_a_document_behind_a_link_is_looked_at(folder: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elders"
    shutil.move(folder / "voorbeeldstad-2022", elsewhere)
    (folder / "voorbeeldstad-2022").symlink_to(elsewhere)
    before = stamps(folder)
    (elsewhere / "source.md").write_text(SOURCE.replace(OLD, NEW))
    assert stamps(folder) != before


class SlowEncoder:
    """Makes vectors of passages only once it may; of questions at once."""

    name = "traag"

    def __init__(self) -> None:
        self.may, self.asked = threading.Event(), threading.Event()

    def encode(self, texts: Sequence[str], role: str) -> NDArray[np.float32]:
        if role == PASSAGE:
            self.asked.set()
            assert self.may.wait(60)
        return np.ones((len(texts), 384), dtype=np.float32)


def test_a_large_document_is_asked_while_its_vectors_are_made(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    encoder = SlowEncoder()
    monkeypatch.setattr(watch, "_encoder", lambda _: encoder)
    monkeypatch.setattr(watch, "FEW_TEXTS", 0)
    source = KnowledgeSource(folder)
    assert OLD in quoted(source.load())
    assert encoder.asked.wait(60)
    change(folder)
    after = source.renewed()
    assert after is not None
    assert NEW in quoted(after)
    encoder.may.set()
    for thread in [thread for thread in threading.enumerate() if thread.name == "vectors"]:
        thread.join(60)
    assert after.knowledge.vectors.missing(encoder.name) == 0
