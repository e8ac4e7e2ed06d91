"""What a cluster does on a bad day: nodes die, are slow or say nothing, and the mapping changes while people ask."""

import logging
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Reply
from bot.errors import EngineError
from bot.index.build import index_of
from bot.index.index import Index
from bot.knowledge.folder import load_knowledge
from bot.opensearch.index import ClusterIndex
from tests.cluster.conftest import Connect, loader
from tests.cluster.nodes import Nodes
from tests.cluster.proxy import Proxy
from tests.cluster.test_loading import PLACES, QUESTION, write_document

SHORT = 3.0
"""Seconds that a node may take where a test is about one that takes too long."""


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("faults")
    for number, place in enumerate(PLACES):
        write_document(folder / "kennis", place.lower(), place, 100 + number)
    return index_of(load_knowledge(folder / "kennis"))


@pytest.fixture
def proxies(nodes: Nodes) -> Iterator[list[Proxy]]:
    """Something between the client and each node."""
    made = [Proxy(url) for url in nodes.urls]
    yield made
    for proxy in made:
        proxy.close()


def told(reply: Reply) -> tuple[object, ...]:
    return reply.outcome, reply.confidence, [quote.text for quote in reply.quotes]


def questions() -> list[str]:
    return [QUESTION.format(place=place) for place in PLACES]


def fresh(index: ClusterIndex) -> Assistant:
    """An assistant that remembers nothing, so that each question asks the cluster."""
    return Assistant(ClusterIndex(index.connection, index.cluster, index.state))


def test_a_node_that_is_killed_costs_no_question_and_changes_none(connect: Connect, nodes: Nodes, local: Index) -> None:
    expected = [told(Assistant(local).reply(question)[0]) for question in questions()]
    cluster = connect()
    assert loader(cluster, local, shards=3).load().copied, "each shard is on two nodes"
    there = ClusterIndex.open_current(cluster, None)
    asked, stop = [0], threading.Event()
    wrong: list[str] = []

    def ask() -> None:
        while not stop.is_set():
            for question, known in zip(questions(), expected, strict=True):
                try:
                    if told(fresh(there).reply(question)[0]) != known:
                        wrong.append(question)
                except EngineError as error:
                    wrong.append(str(error))
                asked[0] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        while asked[0] < 20:
            time.sleep(0.1)
        nodes.kill(1)
        after = asked[0]
        while asked[0] < after + 40:
            time.sleep(0.1)
    finally:
        stop.set()
        asking.join()
        nodes.start(1)
        nodes.wait("wait_for_nodes=3&wait_for_status=green")
    assert not wrong


def test_a_slow_node_is_passed_over(connect: Connect, proxies: list[Proxy], local: Index) -> None:
    loader(connect("traag"), local).load()
    cluster = connect("traag", urls=[proxy.url for proxy in proxies], seconds=SHORT)
    there = ClusterIndex.open_current(cluster, None)
    proxies[0].delay = 3 * SHORT
    for question in questions()[:4]:
        assert told(fresh(there).reply(question)[0]) == told(Assistant(local).reply(question)[0])


def test_a_network_that_hangs_is_passed_over_and_one_that_hangs_everywhere_is_told(
    connect: Connect, proxies: list[Proxy], local: Index
) -> None:
    loader(connect("hangt"), local).load()
    cluster = connect("hangt", urls=[proxy.url for proxy in proxies], seconds=SHORT)
    there = ClusterIndex.open_current(cluster, None)
    proxies[0].hanging = proxies[1].hanging = True
    question = questions()[0]
    assert told(fresh(there).reply(question)[0]) == told(Assistant(local).reply(question)[0])
    proxies[2].hanging = True
    with pytest.raises(EngineError) as error:
        fresh(there).reply(question)
    assert error.value.key in ("engine.slow", "engine.unreachable")
    for proxy in proxies:
        proxy.hanging = False
    assert told(fresh(there).reply(question)[0]) == told(Assistant(local).reply(question)[0])


def test_the_mapping_changes_and_all_is_loaded_anew_while_people_ask(connect: Connect, local: Index) -> None:
    cluster = connect()
    loader(cluster, local, replicas=0).load()
    there = ClusterIndex.open_current(cluster, None)
    expected = [told(Assistant(local).reply(question)[0]) for question in questions()]
    done = threading.Event()
    wrong: list[str] = []

    def ask() -> None:
        while not done.is_set():
            for question, known in zip(questions(), expected, strict=True):
                indexes = (there, ClusterIndex.open_current(cluster, None))
                wrong.extend(question for index in indexes if told(fresh(index).reply(question)[0]) != known)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        cluster.ask("PUT", f"/{there.state.name}/_mapping", {"properties": {"later": {"type": "keyword"}}})
        loader(cluster, local, shards=2, replicas=0).load(anew=True)
    finally:
        done.set()
        asking.join()
    assert not wrong
    assert ClusterIndex.open_current(cluster, None).state.name != there.state.name


def test_no_log_holds_a_question(
    connect: Connect, proxies: list[Proxy], local: Index, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    caplog.set_level(logging.DEBUG)
    loader(connect("stil"), local).load()
    there = ClusterIndex.open_current(connect("stil", urls=[proxy.url for proxy in proxies], seconds=SHORT), None)
    fresh(there).reply("Hoeveel woningen bouwt de gemeente in Eikendaal?")
    for proxy in proxies:
        proxy.hanging = True
    with pytest.raises(EngineError) as error:
        fresh(there).reply("Hoeveel woningen bouwt de gemeente in Eikendaal?")
    for text in (caplog.text, str(error.value), repr(error.value.__cause__)):
        assert "eikendaal" not in text.lower()
