"""An index of which most is taken over from the one before is the index that would be made afresh."""

import shutil
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.answering.assistant import Assistant
from bot.index import folder as room
from bot.index.folder import open_index
from bot.index.index import Index
from bot.index.schema import FORMAT
from bot.knowledge.folder import load_with_hints
from tests.knowledge_folders import DESCRIPTION

# Words that no list knows: which of them are parts of others turns on which stand in the sources.
SENTENCES = (
    "De gemeente bouwt 900 woningen per jaar.",
    "De kroelbegroting is 12 euro in 2031.",
    "Wie kroel zoekt, gaat naar de balie.",
    "Alle vlazenplekken krijgen licht.",
    "Een vlaas kost niets.",
    "De drommelplannen gaan door tot 2029.",
    "Er komt een drommel bij, en één zwembad.",
    "Het kind-en-oudercentrum blijft open.",
    "Dat leest u op een andere pagina: zie Afval.",
)
TEXTS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4)
PARTS = st.lists(st.tuples(st.sampled_from(["# Wonen", "# Kroel", "## Vlaas", "# Leeg\n\n# Afval"]), TEXTS), min_size=1, max_size=3)
CHANGES = st.lists(
    st.tuples(st.sampled_from(["alkmaar", "breda", "zwolle"]), st.none() | st.tuples(PARTS, st.booleans())), min_size=2, max_size=5
)
QUESTIONS = (
    "Hoeveel woningen bouwt de gemeente?",
    "Wat kost een vlaas?",
    "Hoe hoog is de begroting voor kroel?",
    "Tot wanneer gaan plannen door?",
)


def content(index: Index) -> Mapping[str, Sequence[object]]:
    """All that an index holds but what its files look like."""
    found = {}
    for table in ("facts", "groups", "documents", "sections", "passages", "terms", "arrays"):
        columns = [row[1] for row in index.connection.execute(f"PRAGMA table_info({table})") if row[1] != "stamp"]
        found[table] = index.connection.execute(
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY {1 if table == 'facts' else '1, 2, 3'}"
        ).fetchall()
    return found


def write(folder: Path, name: str, parts: Sequence[tuple[str, Sequence[str]]], hinted: bool) -> None:
    shutil.rmtree(folder / name, ignore_errors=True)
    (folder / name).mkdir(parents=True)
    (folder / name / "document.yaml").write_text(DESCRIPTION, encoding="utf-8")
    source = "\n\n".join(f"{heading}\n\n{' '.join(sentences)}" for heading, sentences in parts)
    (folder / name / "source.md").write_text(source + "\n", encoding="utf-8")
    if hinted:
        ident = load_with_hints(folder / name).passages[0].id.removeprefix(f"{name}/")
        (folder / name / "hints.yaml").write_text(f"{ident}:\n  questions: [Wat kost kroel?]\n", encoding="utf-8")


@hypothesis_settings(max_examples=25, deadline=None)
@given(CHANGES)
def test_whatever_comes_goes_and_changes(changes: list[tuple[str, tuple[list[tuple[str, list[str]]], bool] | None]]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder, home = Path(temporary) / "kennis", Path(temporary) / "cache"
        write(folder, "middelburg", [("# Kroel", SENTENCES[:2])], hinted=False)
        for name, given_parts in changes:
            if given_parts is None:
                shutil.rmtree(folder / name, ignore_errors=True)
            else:
                write(folder, name, *given_parts)
            after, fresh = open_index(folder, home, list), open_index(folder, None, list)
            assert content(after) == content(fresh)
            for question in QUESTIONS:
                one, other = Assistant(after).reply(question)[0], Assistant(fresh).reply(question)[0]
                assert (one.outcome, one.confidence, one.words) == (other.outcome, other.confidence, other.words)
                assert [quote.passage.id for quote in one.quotes] == [quote.passage.id for quote in other.quotes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, the first one with hints."""
    for number, name in enumerate(("alkmaar", "breda", "zwolle")):
        write(tmp_path / "kennis", name, [("# Kroel", SENTENCES[number : number + 3])], hinted=number == 0)
    return tmp_path / "kennis"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The documents that were read since."""
    names: list[str] = []
    reading = room._read

    def told(document: Path, facts: Mapping[str, str]) -> object:
        names.append(document.name)
        return reading(document, facts)

    monkeypatch.setattr(room, "_read", told)
    return names


def test_only_what_changed_is_read(folder: Path, tmp_path: Path, read: list[str]) -> None:
    open_index(folder, tmp_path / "cache", list)
    read.clear()
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    write(folder, "dordrecht", [("# Wonen", SENTENCES[:1])], hinted=False)
    shutil.rmtree(folder / "zwolle")
    open_index(folder, tmp_path / "cache", list)
    assert read == ["breda", "dordrecht"]


def test_other_words_of_ones_own_have_all_read_again(folder: Path, tmp_path: Path, read: list[str]) -> None:
    open_index(folder, tmp_path / "cache", list)
    read.clear()
    (folder / "lexicon.yaml").write_text("synonyms:\n  - [kroel, vlaas]\n", encoding="utf-8")
    open_index(folder, tmp_path / "cache", list)
    assert read == ["alkmaar", "breda", "zwolle"]


@pytest.mark.parametrize("column", ["text", "forms", "years"])
def test_what_is_damaged_is_not_taken_over(folder: Path, tmp_path: Path, read: list[str], column: str) -> None:
    open_index(folder, tmp_path / "cache", list)
    (file,) = (tmp_path / "cache").glob("*.sqlite")
    with sqlite3.connect(file) as connection:
        connection.execute(f"UPDATE documents SET {column} = x'41414141' WHERE id = 'zwolle'")
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
    connection.close()
    read.clear()
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    assert content(open_index(folder, tmp_path / "cache", list)) == content(open_index(folder, None, list))
    assert read.count("zwolle") == 2, "once for each of the two"
