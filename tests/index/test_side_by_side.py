"""Documents that are read side by side give the index that reading them one by one gives."""

import sqlite3
from collections.abc import Callable
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import NoReturn

import pytest

from bot.errors import KnowledgeError
from bot.index import side_by_side
from bot.index.folder import open_index
from bot.index.index import Index
from tests.knowledge_folders import DESCRIPTION, SOURCE, write_folder


@pytest.fixture
def knowledge_dir(tmp_path: Path) -> Path:
    for number in range(5):
        folder = write_folder(tmp_path, name=f"stad-{number}", source=f"{SOURCE}\nStad {number} plant {number + 2} bomen.\n")
    return folder


def content(index: Index) -> list[sqlite3.Row]:
    # All but what the files look like from outside, which counts only for files that nobody wrote a moment ago.
    tables = (
        "id, digest, content_digest, first, text FROM documents",
        *(f"* FROM {table}" for table in ("sections", "passages", "terms", "arrays")),
    )
    return [row for table in tables for row in index.connection.execute(f"SELECT {table} ORDER BY 1, 2, 3")]


def read_in_memory(knowledge_dir: Path) -> Index:
    return open_index(knowledge_dir, None, list)


def test_the_index_is_the_same(knowledge_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = read_in_memory(knowledge_dir)
    monkeypatch.setattr(side_by_side, "LARGE", 0)
    monkeypatch.setattr(side_by_side, "_cores", lambda: 2)
    assert content(read_in_memory(knowledge_dir)) == content(alone)


def test_a_broken_document_is_told_as_ever(knowledge_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (knowledge_dir / "stad-3" / "document.yaml").write_text(DESCRIPTION.replace("2022", "gisteren"), encoding="utf-8")

    def refusal() -> tuple[str, Path | None, int | None]:
        with pytest.raises(KnowledgeError) as told:
            read_in_memory(knowledge_dir)
        return told.value.key, told.value.path, told.value.line

    alone = refusal()
    monkeypatch.setattr(side_by_side, "LARGE", 0)
    monkeypatch.setattr(side_by_side, "_cores", lambda: 2)
    assert refusal() == alone


@pytest.mark.parametrize("error", [BrokenProcessPool, PermissionError])
def test_where_no_process_may_be_started_one_goes_on_alone(
    knowledge_dir: Path, monkeypatch: pytest.MonkeyPatch, error: Callable[[], Exception]
) -> None:
    def refused(*_: object, **__: object) -> NoReturn:
        raise error()

    monkeypatch.setattr(side_by_side, "LARGE", 0)
    monkeypatch.setattr(side_by_side, "_cores", lambda: 2)
    monkeypatch.setattr(side_by_side, "ProcessPoolExecutor", refused)
    assert len(read_in_memory(knowledge_dir).documents) == 5
