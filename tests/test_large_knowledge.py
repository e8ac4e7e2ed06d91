"""Knowledge on disk answers as knowledge in memory does, follows its files, and survives what may happen to it.

Skipped where tantivy, an extra, is not installed.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("tantivy", reason="tantivy is an extra: pip install 'akkoordwijzer[scale]'")

from bot import compiled, large_knowledge, sources
from bot.answering.assistant import Assistant
from bot.answering.passage_writer import PassageWriter
from bot.answering.reply import Reason
from bot.console.checking import check_lines
from bot.errors import KnowledgeError
from bot.knowledge.codes import code_of
from bot.knowledge.document_files import DocumentParts
from bot.knowledge.loading import load_knowledge
from bot.knowledge.model import Knowledge
from bot.sources import load_assistant
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder
from tests.paths import KNOWLEDGE, ROOT, shared

AGREE = 0.99
"""Share of the questions for which both engines must choose the same passage."""


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache folder of the test's own."""
    monkeypatch.setattr(compiled, "_folder", tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """An assistant over the shipped knowledge, read from disk."""
    before = compiled._folder
    compiled.keep_in(tmp_path_factory.mktemp("cache"))
    yield load_assistant(KNOWLEDGE, "tantivy")
    compiled._folder = before


def questions(path: Path) -> list[str]:
    """The questions of a set."""
    items = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [item["vraag"] for item in items if isinstance(item.get("vraag"), str)]


def agreement(one: Assistant, other: Assistant, asked: list[str]) -> float:
    """The share of the questions that both answer with the same passage, or both with silence."""
    same = 0
    for question in asked:
        a, b = one.reply(question)[0], other.reply(question)[0]
        same += a.outcome == b.outcome and [q.passage.id for q in a.quotes[:1]] == [q.passage.id for q in b.quotes[:1]]
    return same / len(asked)


def test_both_engines_choose_the_same_passage_for_our_own_questions(assistant: Assistant, stored: Assistant) -> None:
    asked = [question for path in sorted((ROOT / "tests" / "questions").glob("*.jsonl")) for question in questions(path)]
    assert len(asked) > 100
    assert agreement(assistant, stored, asked) >= AGREE


def test_both_engines_choose_the_same_passage_for_the_development_questions(assistant: Assistant, stored: Assistant) -> None:
    assert agreement(assistant, stored, questions(shared("questions/dev.jsonl"))) >= AGREE


def test_the_knowledge_reads_the_same(knowledge: Knowledge, stored: Assistant) -> None:
    on_disk = stored.knowledge
    bare = [p._replace(questions=(), keywords=(), sentences=tuple(s._replace(questions=(), keywords=()) for s in p.sentences)) for p in knowledge.passages]  # fmt: skip
    for one, other in zip(on_disk.passages, bare, strict=True):
        assert one[2:] == other[2:]
        assert (one.id, one.document.id, one.document.text) == (other.id, other.document.id, other.document.text)
    assert [on_disk.passages[-1].id, *(p.id for p in on_disk.passages[3:5])] == [bare[-1].id, bare[3].id, bare[4].id]
    assert [section for _, section in on_disk.sections] == [section for _, section in knowledge.sections]
    assert [pointer.text for pointer in on_disk.pointers] == [pointer.text for pointer in knowledge.pointers]
    assert on_disk.themes() == knowledge.themes()
    assert on_disk.warnings == knowledge.warnings
    assert stored.shelves[0].analyser.source_words == load_assistant(KNOWLEDGE, "rank-bm25").shelves[0].analyser.source_words
    for passage in bare:
        found = on_disk.passage(passage.id)
        assert found is not None
        assert found.text == passage.text
        assert [p.id for p in on_disk.beside(found)] == [p.id for p in knowledge.beside(passage)]
        assert [p.id for p in on_disk.under_theme(passage.section.title)] == [p.id for p in knowledge.under_theme(passage.section.title)]
        assert [on_disk.coded(code) for code in (code_of(passage.id), passage.id.replace("/", "_"))] == [found, found]
    assert [on_disk.count(d) for d in on_disk.documents] == [knowledge.count(d) for d in knowledge.documents]
    assert on_disk.coded("nergens") is None
    assert on_disk.passage("nergens/is/dit") is None
    assert on_disk.passage("\ud800") is None
    with pytest.raises(IndexError):
        on_disk.passages[len(bare)]


def test_what_matches_nothing_is_met_with_silence(stored: Assistant) -> None:
    for question in ("qwxz vkkpt", "\ud800\ud800 zzzz", "Hoe bak ik een cake?"):
        assert stored.reply(question)[0].reason is not Reason.ANSWERED


def add_document(folder: Path, name: str, source: str) -> None:
    """Write one more document, or another text for it."""
    (folder / name).mkdir(exist_ok=True)
    (folder / name / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
    (folder / name / "source.md").write_text(source, encoding="utf-8")


def texts_of(assistant: Assistant) -> list[str]:
    """All passages, in order."""
    return [passage.text for passage in assistant.knowledge.passages]


PARKS = "# Groen\n\nIn elk park komt een rolstoelvriendelijke speeltuin.\n\nDe gemeente plant 300 bomen.\n"


def test_a_changed_document_is_replaced_and_the_others_are_left_alone(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path)
    add_document(folder, "alkmaar", PARKS)
    add_document(folder, "zwolle", "# Zorg\n\nEr komen twee huisartsen bij.\n")
    load_assistant(folder, "tantivy")
    read: list[str] = []
    add = PassageWriter.add

    def noting(self: PassageWriter, parts: DocumentParts, stamp: str) -> object:
        read.append(parts.document.id)
        return add(self, parts, stamp)

    monkeypatch.setattr(PassageWriter, "add", noting)
    add_document(folder, "alkmaar", PARKS.replace("300 bomen", "400 eikenbomen") + "\nHonden mogen los.\n")
    shutil.rmtree(folder / "zwolle")
    add_document(folder, "breda", "# Sport\n\nHet zwembad blijft open tot 2030.\n")
    after = load_assistant(folder, "tantivy")
    assert read == ["alkmaar", "breda"]
    fresh = load_assistant(folder, "rank-bm25")
    assert texts_of(after) == [p.text for p in load_knowledge(folder).passages]
    assert after.shelves[0].analyser.source_words == fresh.shelves[0].analyser.source_words
    assert after.shelves[0].scope.years == fresh.shelves[0].scope.years
    for question in (
        "Hoeveel eikenbomen plant de gemeente?",
        "Blijft het zwembad open?",
        "Hoeveel woningen komen er?",
        "Komen er huisartsen bij?",
        "Mogen honden los?",
    ):
        assert agreement(after, fresh, [question]) == 1, question
    read.clear()
    load_assistant(folder, "tantivy")
    assert read == []


def test_another_lexicon_makes_all_be_read_anew(cache: Path, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    load_assistant(folder, "tantivy")
    version = (large_knowledge.home_of(folder) / "current").read_text()
    load_assistant(folder, "tantivy")
    assert (large_knowledge.home_of(folder) / "current").read_text() == version
    shutil.copy(KNOWLEDGE / "lexicon.yaml", folder)
    load_assistant(folder, "tantivy")
    assert (large_knowledge.home_of(folder) / "current").read_text() != version
    assert len(list(large_knowledge.home_of(folder).glob("version-*"))) == 1


def test_a_build_that_is_interrupted_leaves_the_old_one(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path)
    before = load_assistant(folder, "tantivy")
    home = large_knowledge.home_of(folder)
    version = (home / "current").read_text()

    def stop(self: PassageWriter, key: str) -> None:
        raise KeyboardInterrupt

    add_document(folder, "alkmaar", PARKS)
    with monkeypatch.context() as patch:
        patch.setattr(PassageWriter, "finish", stop)
        with pytest.raises(KeyboardInterrupt):
            load_assistant(folder, "tantivy")
    assert (home / "current").read_text() == version
    assert [path.name for path in home.glob("*")] != []
    assert not list(home.glob("building-*"))
    assert len(texts_of(before)) == 3, "who has the old one open keeps it"
    assert len(texts_of(load_assistant(folder, "tantivy"))) == 5


def test_a_broken_document_is_reported_and_changes_nothing(cache: Path, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    load_assistant(folder, "tantivy")
    home = large_knowledge.home_of(folder)
    version = (home / "current").read_text()
    (folder / "voorbeeldstad-2022" / "source.md").write_text("", encoding="utf-8")
    with pytest.raises(KnowledgeError):
        load_assistant(folder, "tantivy")
    assert (home / "current").read_text() == version
    (folder / "voorbeeldstad-2022" / "source.md").write_text(SOURCE, encoding="utf-8")
    assert len(texts_of(load_assistant(folder, "tantivy"))) == 3


@pytest.mark.parametrize("damage", ["current", "passages.sqlite", "terms.sqlite", "tantivy"])
def test_what_is_damaged_on_disk_is_made_anew(cache: Path, tmp_path: Path, damage: str) -> None:
    folder = write_folder(tmp_path)
    load_assistant(folder, "tantivy")
    home = large_knowledge.home_of(folder)
    path = home / damage if damage == "current" else next(home.glob("version-*")) / damage
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(b"\x00kapot")
    assert len(texts_of(load_assistant(folder, "tantivy"))) == 3


def test_tantivy_is_taken_from_the_size_on_where_rank_bm25_gets_slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path)
    assert not sources.wants_tantivy(folder, "auto")
    assert not sources.wants_tantivy(folder, "rank-bm25")
    assert sources.wants_tantivy(folder, "tantivy")
    monkeypatch.setattr(sources, "MANY", 0)
    assert sources.wants_tantivy(folder, "auto")


def test_where_nothing_can_be_kept_it_goes_on_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setattr(compiled, "_folder", tmp_path / "file")
    assert len(texts_of(load_assistant(write_folder(tmp_path), "tantivy"))) == 3


def test_without_tantivy_rank_bm25_goes_on_and_check_says_so(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path)
    assert "tantivy" not in "".join(check_lines(folder, engine="tantivy"))
    for module in (sources, __import__("bot.checking", fromlist=["checking"])):
        monkeypatch.setattr(module, "tantivy_installed", lambda: False)
    assert isinstance(load_assistant(folder, "tantivy").knowledge.passages, tuple)
    assert "tantivy" in "".join(check_lines(folder, engine="tantivy"))
    assert "tantivy" not in "".join(check_lines(folder, engine="auto"))


def test_documents_with_and_without_hints_stand_beside_each_other_as_in_memory(cache: Path, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    add_document(folder, "zwolle", PARKS)
    shutil.copytree(KNOWLEDGE / "regeerakkoord-2017", folder / "regeerakkoord-2017")
    one, other = load_assistant(folder, "tantivy"), load_assistant(folder, "rank-bm25")
    assert [shelf.document_ids for shelf in one.shelves] == [shelf.document_ids for shelf in other.shelves]
    assert one.knowledge.documents == tuple(document._replace(text="") for document in other.knowledge.documents)
    assert texts_of(one) == texts_of(other)
    assert sorted(one.themes()) == sorted(other.themes())
    for document in other.knowledge.documents:
        assert one.knowledge.stretch(document.id) == other.knowledge.stretch(document.id)
        assert one.knowledge.count(document) == other.knowledge.count(document)
    for passage in other.knowledge.passages[::5]:
        found = one.knowledge.passage(passage.id)
        assert found is not None
        assert one.knowledge.coded(code_of(passage.id)) == found
        assert [p.id for p in one.knowledge.beside(found)] == [p.id for p in other.knowledge.beside(passage)]
        title = passage.section.title
        assert {p.id for p in one.knowledge.under_theme(title)} == {p.id for p in other.knowledge.under_theme(title)}
    assert one.knowledge.passage("nergens/x") is None
    assert one.knowledge.stretch("nergens") == range(0)
    asked = [
        *questions(ROOT / "tests" / "questions" / "own-2017.jsonl")[:60],
        "Hoeveel bomen plant de gemeente?",
        "Hoeveel woningen komen er?",
    ]
    assert agreement(one, other, asked) >= AGREE
