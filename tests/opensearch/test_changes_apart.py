"""What goes into a cluster is read from one file, also where what changed since lay beside the index."""

from pathlib import Path
from typing import cast

import numpy as np
import pytest

from bot.index import changes
from bot.index.build import index_of
from bot.index.index import Index
from bot.index.schema import read_only
from bot.knowledge.folder import load_knowledge
from bot.opensearch.connection import Cluster
from bot.opensearch.load import Loader
from bot.opensearch.passages import GroupPassages, ToSend
from bot.opensearch.snapshot import groups_in_cluster, write_snapshot
from bot.watch import load_assistant, load_to_send
from tests.index.test_earlier import SENTENCES, content, write


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four documents, of which one changed, one came and one went since their index was made."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # As in a folder of very many passages.
    monkeypatch.setattr(changes, "APART_FROM", 0)
    monkeypatch.setattr(changes, "CHANGED_SHARE", 50.0)
    folder = tmp_path / "kennis"
    for number, name in enumerate(("alkmaar", "breda", "utrecht", "zwolle")):
        write(folder, name, [("# Kroel", SENTENCES[number : number + 4])], hinted=False)
    load_assistant(folder, meaning=False)
    write(folder, "breda", [("# Afval", SENTENCES[4:6]), ("# Wonen", SENTENCES[:2])], hinted=False)
    write(folder, "delft", [("# Vlaas", SENTENCES[6:])], hinted=False)
    for path in (folder / "utrecht").iterdir():
        path.unlink()
    (folder / "utrecht").rmdir()
    return folder


def sent(index: Index) -> dict[str, list[ToSend]]:
    """What is sent of each document."""
    groups = groups_in_cluster(index, 0)
    return {
        stretch.document.id: list(GroupPassages(index, group).of(stretch)) for group in index.groups for stretch in groups[group.number]
    }


def test_what_is_sent_is_what_one_made_afresh_sends(folder: Path, tmp_path: Path) -> None:
    assert not load_assistant(folder, meaning=False).knowledge.is_whole
    index, fresh = load_to_send(folder, meaning=False)[0], index_of(load_knowledge(folder))
    assert index.is_whole
    assert sent(index) == sent(fresh)
    snapshots = []
    for number, each in enumerate((index, fresh)):
        groups = groups_in_cluster(each, 0)
        passages = {group.number: GroupPassages(each, group) for group in each.groups}
        for stretch in (stretch for of in groups.values() for stretch in of):
            passages[stretch.group].digest(stretch)
        path = tmp_path / f"snapshot-{number}"
        versions = {document.id: 1 for document in each.documents}
        proofs, kinds = {n: one.proofs for n, one in passages.items()}, {n: one.kinds for n, one in passages.items()}
        assert all(np.all(numbers) for numbers in proofs.values())
        write_snapshot(each, path, groups, versions, proofs, kinds, "")
        snapshots.append(content(Index(read_only(path))))
    for table in ("groups", "sections", "passages", "terms", "arrays"):
        assert snapshots[0][table] == snapshots[1][table]


def test_an_index_of_two_files_is_refused(folder: Path) -> None:
    with pytest.raises(ValueError, match="sqlite"):
        Loader(cast(Cluster, None), load_assistant(folder, meaning=False).knowledge)
