"""The index of a knowledge folder follows its files, and survives what may happen to it."""

import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Reply
from bot.errors import KnowledgeError
from bot.index import folder as room
from bot.index.folder import open_index
from bot.index.index import Index
from bot.knowledge.folder import load_knowledge
from bot.watch import local_lines
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder

PARKS = "# Groen\n\nIn elk park komt een rolstoelvriendelijke speeltuin.\n\nDe gemeente plant 300 bomen.\n"
QUESTION = "Hoe vaak wordt het afval opgehaald?"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where indexes are kept, for one test."""
    return tmp_path / "cache"


@pytest.fixture
def knowledge_dir(tmp_path: Path) -> Path:
    return write_folder(tmp_path)


def opened(knowledge_dir: Path, home: Path | None) -> Index:
    lexicon = knowledge_dir / "lexicon.yaml"
    return open_index(knowledge_dir, home, lambda: local_lines(lexicon if lexicon.exists() else None))


def asked(knowledge_dir: Path, home: Path | None, question: str = QUESTION) -> Reply:
    return Assistant(opened(knowledge_dir, home)).reply(question)[0]


def files(home: Path) -> list[Path]:
    """The index files that are kept."""
    return sorted(home.glob("*.sqlite"))


def add_document(folder: Path, name: str, source: str) -> None:
    """Write one more document, or another text for it."""
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
    (folder / name / "source.md").write_text(source, encoding="utf-8")


def texts_of(index: Index) -> list[str]:
    """All passages, in order."""
    return [passage.text for passage in index.passages]


def made(home: Path) -> tuple[int, int]:
    """What changes when the index file is another one."""
    (file,) = files(home)
    return file.stat().st_ino, file.stat().st_mtime_ns


def test_a_reply_is_the_same_from_disk_and_memory(knowledge_dir: Path, home: Path) -> None:
    fresh, kept, in_memory = asked(knowledge_dir, home), asked(knowledge_dir, home), asked(knowledge_dir, None)
    assert len(files(home)) == 1
    for reply in (kept, in_memory):
        assert (reply.outcome, reply.confidence, reply.words) == (fresh.outcome, fresh.confidence, fresh.words)
        assert [(q.text, q.highlight, q.passage.id) for q in reply.quotes] == [(q.text, q.highlight, q.passage.id) for q in fresh.quotes]


def test_what_did_not_change_is_not_made_again(knowledge_dir: Path, home: Path) -> None:
    opened(knowledge_dir, home)
    before = made(home)
    opened(knowledge_dir, home)
    assert made(home) == before
    for path in knowledge_dir.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    opened(knowledge_dir, home)
    assert made(home) == before, "times and rights are no content"


@pytest.mark.parametrize(
    "change",
    [
        lambda d: (d / "voorbeeldstad-2022" / "source.md").write_text(SOURCE.replace("900", "901"), encoding="utf-8"),
        lambda d: (d / "voorbeeldstad-2022" / "document.yaml").write_text(DESCRIPTION.replace("2022", "2021"), encoding="utf-8"),
        lambda d: (d / "voorbeeldstad-2022" / "hints.yaml").write_text("{}", encoding="utf-8"),
        lambda d: (d / "lexicon.yaml").write_text("synonyms:\n  - [afval, vuilnis]\n", encoding="utf-8"),
        lambda d: add_document(d, "alkmaar", PARKS),
        lambda d: (d / "voorbeeldstad-2022").rename(d / "andere-naam"),
    ],
    ids=["text", "description", "hints", "lexicon", "document", "name"],
)
def test_a_change_of_any_file_makes_it_anew(knowledge_dir: Path, home: Path, change: Callable[[Path], object]) -> None:
    opened(knowledge_dir, home)
    before = made(home)
    change(knowledge_dir)
    opened(knowledge_dir, home)
    assert made(home) != before
    assert len(files(home)) == 1


def test_other_code_makes_it_anew(knowledge_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(knowledge_dir, home)
    before = made(home)
    monkeypatch.setattr(room, "code_fingerprint", lambda: "other code")
    opened(knowledge_dir, home)
    assert made(home) != before


def test_a_source_put_back_with_its_old_time_is_quoted_as_it_is_now(knowledge_dir: Path, home: Path) -> None:
    """As copying with times kept does."""
    source = knowledge_dir / "voorbeeldstad-2022" / "source.md"
    os.utime(source, (1_000_000, 1_000_000))
    assert "elke twee weken" in asked(knowledge_dir, home).quotes[0].text
    source.write_text(SOURCE.replace("twee weken", "drie weken"), encoding="utf-8")
    os.utime(source, (1_000_000, 1_000_000))
    assert "elke drie weken" in asked(knowledge_dir, home).quotes[0].text


def test_files_that_look_as_they_did_are_not_read(knowledge_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "SETTLED", -60.0)
    opened(knowledge_dir, home)
    read: list[Path] = []

    def reading(document: Path) -> bytes:
        read.append(document)
        return b""

    monkeypatch.setattr(room, "digest_of", reading)
    opened(knowledge_dir, home)
    assert read == []


def test_documents_come_go_and_change(knowledge_dir: Path, home: Path) -> None:
    add_document(knowledge_dir, "alkmaar", PARKS)
    add_document(knowledge_dir, "zwolle", "# Zorg\n\nEr komen twee huisartsen bij.\n")
    opened(knowledge_dir, home)
    add_document(knowledge_dir, "alkmaar", PARKS.replace("300 bomen", "400 eikenbomen") + "\nHonden mogen los.\n")
    shutil.rmtree(knowledge_dir / "zwolle")
    add_document(knowledge_dir, "breda", "# Sport\n\nHet zwembad blijft open tot 2030.\n")
    after, fresh = opened(knowledge_dir, home), opened(knowledge_dir, None)
    assert texts_of(after) == texts_of(fresh) == [p.text for p in load_knowledge(knowledge_dir).passages]
    assert set(after.groups[0].analyser.source_words) == set(fresh.groups[0].analyser.source_words)
    assert after.groups[0].facts == fresh.groups[0].facts
    for question in ("Hoeveel eikenbomen plant de gemeente?", "Blijft het zwembad open?", "Komen er huisartsen bij?", "Mogen honden los?"):
        one, other = Assistant(after).reply(question)[0], Assistant(fresh).reply(question)[0]
        assert (one.outcome, one.confidence) == (other.outcome, other.confidence), question


def test_who_has_the_old_one_open_keeps_it(knowledge_dir: Path, home: Path) -> None:
    before = opened(knowledge_dir, home)
    add_document(knowledge_dir, "alkmaar", PARKS)
    assert len(texts_of(opened(knowledge_dir, home))) == 5
    assert len(texts_of(before)) == 3


def test_a_build_that_is_interrupted_leaves_the_old_one(knowledge_dir: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened(knowledge_dir, home)
    before = made(home)

    def stop(descriptor: int) -> None:
        raise KeyboardInterrupt

    add_document(knowledge_dir, "alkmaar", PARKS)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", stop)
        with pytest.raises(KeyboardInterrupt):
            opened(knowledge_dir, home)
    assert made(home) == before
    assert not list(home.glob("*.building"))
    assert len(texts_of(opened(knowledge_dir, home))) == 5


def test_a_broken_document_is_reported_and_changes_nothing(knowledge_dir: Path, home: Path) -> None:
    opened(knowledge_dir, home)
    before = made(home)
    source = knowledge_dir / "voorbeeldstad-2022" / "source.md"
    source.write_text("", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        opened(knowledge_dir, home)
    assert made(home) == before
    source.write_text(SOURCE, encoding="utf-8")
    assert len(texts_of(opened(knowledge_dir, home))) == 3


@pytest.mark.parametrize("broken", [b"", b"\x00kapot", b"SQLite format 3\x00" + bytes(200)])
def test_a_broken_file_is_made_anew(knowledge_dir: Path, home: Path, broken: bytes) -> None:
    opened(knowledge_dir, home)
    (file,) = files(home)
    file.write_bytes(broken)
    assert asked(knowledge_dir, home).quotes


def test_a_file_of_another_format_is_made_anew(knowledge_dir: Path, home: Path) -> None:
    opened(knowledge_dir, home)
    (file,) = files(home)
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 999")
    assert asked(knowledge_dir, home).quotes


def test_a_file_that_was_altered_is_not_quoted_and_is_made_anew(knowledge_dir: Path, home: Path) -> None:
    asked(knowledge_dir, home)
    (file,) = files(home)
    file.write_bytes(file.read_bytes().replace(b"elke twee weken", b"elke drie weken"))
    with pytest.raises(KnowledgeError):
        asked(knowledge_dir, home)
    assert "elke twee weken" in asked(knowledge_dir, home).quotes[0].text


def test_where_nothing_can_be_kept_it_goes_on_in_memory(knowledge_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    assert len(texts_of(opened(knowledge_dir, tmp_path / "file"))) == 3
    assert len(texts_of(opened(knowledge_dir, None))) == 3


def test_two_processes_at_once_make_it_once(knowledge_dir: Path, home: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from bot.index import folder\n"
        "make = folder._make\n"
        "folder._make = lambda *given: (print('made'), make(*given))\n"
        "index = folder.open_index(Path(sys.argv[1]), Path(sys.argv[2]), lambda: [])\n"
        "print(len(index.passages))"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, knowledge_dir, home], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = "".join(process.communicate(timeout=60)[0] for process in running)
    assert sorted(said.split()) == ["3", "3", "made"]
