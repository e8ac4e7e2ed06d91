"""Knowledge goes into the cluster whole or by what changed, and who answers always has one whole state."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.errors import EngineError
from bot.index import changes
from bot.index.build import index_of
from bot.index.index import Index
from bot.knowledge.folder import load_knowledge
from bot.opensearch.connection import Cluster
from bot.opensearch.index import ClusterIndex
from bot.opensearch.layout import VERSION_BITS, Packed, packed
from bot.opensearch.load import Progress
from bot.opensearch.snapshot import current_state
from bot.watch import ClusterSource, load_assistant, load_to_send
from tests.cluster.conftest import Connect, loader
from tests.cluster.corpus import write_corpus
from tests.cluster.nodes import Nodes
from tests.conftest import RunBot

QUESTION = "Hoeveel woningen bouwt de gemeente in {place}?"


def write_document(folder: Path, name: str, place: str, number: int) -> None:
    """A document about one place."""
    (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / name / "document.yaml").write_text(f"title: Akkoord {place}\npublisher: Gemeente {place}\nyear: 2022\n", encoding="utf-8")
    text = f"# Wonen in {place}\n\nDe gemeente bouwt in {place} elk jaar {number} woningen. Daarvan is een derde sociale huur.\n\n# Afval\n\nHet afval wordt opgehaald.\n"
    (folder / name / "source.md").write_text(text, encoding="utf-8")


PLACES = (
    "Voorbeeldstad",
    "Eikendaal",
    "Veldermeer",
    "Zandhoven",
    "Molenwijk",
    "Lindedorp",
    "Beukenrode",
    "Wilgenoord",
    "Esdoornveen",
    "Elzenbroek",
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten documents."""
    for number, place in enumerate(PLACES):
        write_document(tmp_path / "kennis", place.lower(), place, 100 + number)
    return tmp_path / "kennis"


def local(folder: Path) -> Index:
    """The folder as it is now."""
    return index_of(load_knowledge(folder))


def first_quote(index: Index, place: str) -> str:
    """What is answered about a place; '' for silence."""
    reply, _ = Assistant(index).reply(QUESTION.format(place=place))
    return reply.quotes[0].highlight_text if reply.quotes else ""


def test_a_document_is_added_changed_and_removed_without_loading_all_anew(connect: Connect, folder: Path) -> None:
    cluster = connect()
    before = loader(cluster, local(folder)).load()
    assert (before.anew, before.sent) == (True, 10)
    old = ClusterIndex.open_current(cluster, None)

    write_document(folder, "nieuwstad", "Nieuwstad", 777)
    write_document(folder, "eikendaal", "Eikendaal", 555)
    for path in (folder / "molenwijk").iterdir():
        path.unlink()
    (folder / "molenwijk").rmdir()
    after = loader(cluster, local(folder)).load()
    assert (after.anew, after.name, after.sent, after.removed) == (False, before.name, 2, 1)

    new = ClusterIndex.open_current(cluster, None)
    assert "777" in first_quote(new, "Nieuwstad")
    assert "555" in first_quote(new, "Eikendaal")
    assert all("104" not in quote.text for quote in Assistant(new).reply(QUESTION.format(place="Molenwijk"))[0].quotes)
    # Who has not looked yet goes on with what it has.
    assert "101" in first_quote(old, "Eikendaal")
    assert "104" in first_quote(old, "Molenwijk")
    assert all("777" not in quote.text for quote in Assistant(old).reply(QUESTION.format(place="Nieuwstad"))[0].quotes)

    same = loader(cluster, local(folder)).load()
    assert (same.anew, same.sent, same.removed) == (False, 0, 0)
    # What the state before the last one had is gone, and nothing of this one.
    assert "555" in first_quote(ClusterIndex.open_current(cluster, None), "Eikendaal")
    assert loader(cluster, local(folder)).lost() == 0


def test_an_index_that_is_loaded_anew_takes_the_place_of_the_old_one_at_once(connect: Connect, folder: Path) -> None:
    cluster = connect()
    names = [loader(cluster, local(folder)).load(anew=True).name]
    old = ClusterIndex.open_current(cluster, None)
    for number in (300, 301):
        write_document(folder, "eikendaal", "Eikendaal", number)
        names.append(loader(cluster, local(folder)).load(anew=True).name)
    assert len(set(names)) == 3
    assert current_state(cluster).name == names[2]
    assert "301" in first_quote(ClusterIndex.open_current(cluster, None), "Eikendaal")
    # The one before stays for who still answers from it, older ones go.
    assert set(cluster.ask("GET", f"/{cluster.address.name}.*/_alias")) == set(names[1:])
    with pytest.raises(EngineError, match="moved_on"):
        first_quote(old, "Eikendaal")


def test_two_who_load_at_once_do_not_mix(connect: Connect, folder: Path) -> None:
    cluster = connect()
    loader(cluster, local(folder)).load()
    write_document(folder, "eikendaal", "Eikendaal", 555)
    mine = local(folder)
    write_document(folder, "eikendaal", "Eikendaal", 666)

    def meanwhile(progress: Progress) -> None:
        if progress.step == "publish":
            loader(cluster, local(folder)).load()

    with pytest.raises(EngineError, match="other_loader"):
        loader(cluster, mine, progress=meanwhile).load()
    assert "666" in first_quote(ClusterIndex.open_current(cluster, None), "Eikendaal")


def test_a_folder_whose_changes_lie_apart_is_loaded(
    connect: Connect, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # As in a folder of very many passages.
    monkeypatch.setattr(changes, "APART_FROM", 0)
    monkeypatch.setattr(changes, "CHANGED_SHARE", 1.0)
    cluster = connect()
    loader(cluster, load_to_send(folder, meaning=False)[0]).load()
    write_document(folder, "eikendaal", "Eikendaal", 555)
    apart = load_assistant(folder, meaning=False).knowledge
    assert not apart.is_whole
    with pytest.raises(ValueError, match="sqlite"):
        loader(cluster, apart)
    after = loader(cluster, load_to_send(folder, meaning=False)[0]).load()
    assert (after.anew, after.sent, after.removed) == (False, 1, 0)
    there = ClusterIndex.open_current(cluster, None)
    assert [passage.text for passage in there.passages] == [passage.text for passage in local(folder).passages]
    for place in PLACES:
        assert first_quote(there, place) == first_quote(local(folder), place) != ""
    assert loader(cluster, local(folder)).differences() == ([], [], [])


def test_the_cluster_and_the_folder_are_compared(connect: Connect, folder: Path) -> None:
    cluster = connect()
    with pytest.raises(EngineError, match="empty"):
        loader(cluster, local(folder)).differences()
    loader(cluster, local(folder)).load()
    assert loader(cluster, local(folder)).differences() == ([], [], [])
    write_document(folder, "nieuwstad", "Nieuwstad", 777)
    write_document(folder, "eikendaal", "Eikendaal", 555)
    (folder / "molenwijk").rename(folder / ".molenwijk")
    assert loader(cluster, local(folder)).differences() == (["nieuwstad"], ["molenwijk"], ["eikendaal"])
    (passage,) = cluster.ask("POST", f"/{cluster.address.name}/_search", {"size": 1, "query": {"exists": {"field": "version"}}})["hits"][
        "hits"
    ]
    cluster.ask("DELETE", f"/{passage['_index']}/_doc/{passage['_id']}", refresh="true")
    assert loader(cluster, local(folder)).lost() == 1


def test_a_text_that_was_changed_in_the_cluster_is_never_quoted(connect: Connect, folder: Path) -> None:
    cluster = connect()
    name = loader(cluster, local(folder)).load().name
    there = ClusterIndex.open_current(cluster, None)
    assert "101" in first_quote(there, "Eikendaal")
    every = {"size": 100, "query": {"exists": {"field": "version"}}, "docvalue_fields": ["passage"]}
    for hit in cluster.ask("POST", f"/{name}/_search", every)["hits"]["hits"]:
        known = Packed(hit["fields"]["passage"][0])
        stored, version, place = known.stored(), known.key >> VERSION_BITS, known.key & 0xFFFF
        changed = packed(stored._replace(text=stored.text.replace("101", "901")), version, place)
        cluster.ask("PUT", f"/{name}/_doc/{hit['_id']}", {"key": known.key, "version": version, "passage": changed}, refresh="true")
    with pytest.raises(EngineError, match="not_proven"):
        [passage.text for passage in ClusterIndex.open_current(cluster, None).passages]


def test_a_cluster_that_is_too_busy_is_waited_for(connect: Connect, tmp_path: Path) -> None:
    # The nodes of the tests take three million bytes at a time, and the first request holds more.
    cluster = connect()
    loaded = loader(cluster, local(write_corpus(tmp_path / "kennis")), replicas=0).load()
    assert loaded.refused > 0
    assert loader(cluster, local(tmp_path / "kennis")).lost() == 0


def test_what_is_wrong_with_a_document_is_told_without_its_text(connect: Connect) -> None:
    from bot.opensearch.bulk import Bulk
    from bot.opensearch.layout import body

    cluster = connect()
    cluster.ask("PUT", f"/{cluster.address.name}", body(1, 0))
    bulk = Bulk(cluster, cluster.address.name, lambda _: None)
    bulk.add("1", {"version": "geheim", "onbekend": "geheim"})
    with pytest.raises(EngineError) as error:
        bulk.flush()
    assert error.value.key == "engine.not_taken"
    assert "geheim" not in str(error.value)


def test_who_answers_takes_the_new_state_at_the_next_look(connect: Connect, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.settings import Settings

    cluster = connect()
    loader(cluster, local(folder)).load()
    settings = Settings(
        engine="opensearch", opensearch_urls=tuple(cluster.address.urls), opensearch_name=cluster.address.name, meaning=False
    )
    source = ClusterSource(settings, seconds=60)
    assistant = source.load()
    assert source.renewed() is None
    write_document(folder, "eikendaal", "Eikendaal", 555)
    loader(cluster, local(folder)).load()
    renewed = source.renewed()
    assert renewed is not None
    assert "555" in renewed.reply(QUESTION.format(place="Eikendaal"))[0].quotes[0].text
    assert "101" in assistant.reply(QUESTION.format(place="Eikendaal"))[0].quotes[0].text


def test_from_the_command_line(nodes: Nodes, run_bot: RunBot, folder: Path) -> None:
    settings = {
        "BOT_ENGINE": "opensearch",
        "OPENSEARCH_URL": ",".join(nodes.urls),
        "OPENSEARCH_INDEX": "regel",
        "KNOWLEDGE_DIR": str(folder),
        "BOT_MEANING": "off",
    }
    empty = run_bot("ask", QUESTION.format(place="Eikendaal"), **settings)
    assert empty.returncode == 2
    assert "akkoordwijzer load" in empty.stderr.decode()
    loaded = run_bot("load", **settings)
    assert loaded.returncode == 0, loaded.stderr.decode()
    # So small that each bot carries all of it.
    assert "10 documenten" in loaded.stdout.decode()
    assert "20 passages" in loaded.stdout.decode()
    # From here on the folder is not needed.
    asked = run_bot("ask", QUESTION.format(place="Eikendaal"), **{**settings, "KNOWLEDGE_DIR": "/nergens"})
    assert asked.returncode == 0, asked.stderr.decode()
    assert "101 woningen" in asked.stdout.decode()
    assert "gelijk aan deze map" in run_bot("check", **settings).stdout.decode()
    assert run_bot("load").returncode == 2


def test_no_node_at_all_is_told_in_one_line(run_bot: RunBot) -> None:
    away = run_bot(
        "ask",
        "Wat wil de gemeente?",
        BOT_ENGINE="opensearch",
        OPENSEARCH_URL="http://127.0.0.1:9",
        OPENSEARCH_PASSWORD="geheim-woord",
        OPENSEARCH_USER="bot",
    )
    assert away.returncode == 2
    assert away.stderr.decode().count("\n") == 1
    assert "OPENSEARCH_URL" in away.stderr.decode()
    assert "geheim-woord" not in away.stderr.decode()


def test_each_name_is_apart_from_one_that_begins_with_it(connect: Connect, folder: Path) -> None:
    near, far = connect("utrecht"), connect("utrecht-oost")
    assert isinstance(near, Cluster)
    loader(far, local(folder)).load(anew=True)
    for _ in range(3):
        loader(near, local(folder)).load(anew=True)
    assert "101" in first_quote(ClusterIndex.open_current(far, None), "Eikendaal")
    assert loader(far, local(folder)).lost() == 0
