"""Three real nodes for all tests of this folder, started once; they skip, saying so, where the machine can't run them."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.index.index import Index
from bot.opensearch.connection import Address, Cluster
from bot.opensearch.load import Loader
from bot.settings import Secret
from tests.cluster.nodes import Nodes, missing_tools


@pytest.fixture(scope="session")
def nodes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nodes]:
    """Three nodes of one cluster."""
    missing = missing_tools()
    if missing:
        line = f"tests on real OpenSearch nodes need {' and '.join(missing)}: apt-get install default-jdk-headless maven"
        # Where the whole has to be proven a missing tool is no excuse.
        pytest.fail(line) if os.environ.get("CLUSTER_NEEDED") else pytest.skip(line)
    # A small limit on what comes in at once: every test that loads much meets a node that has no room, as in a full queue.
    with Nodes(tmp_path_factory.mktemp("nodes"), 3, settings=["indexing_pressure.memory.limit=3mb"]) as running:
        yield running


Connect = Callable[..., Cluster]


@pytest.fixture
def connect(nodes: Nodes) -> Connect:
    """Connects to the nodes under a name; without one it is a name that nobody has."""

    def connected(name: str = "", urls: list[str] | None = None, seconds: float = 60.0) -> Cluster:
        # Much time: a machine that runs other tests may let a node wait, and only the tests of faults speak of time.
        return Cluster(Address(urls or nodes.urls, "", Secret(""), None, name or f"gemeente{next(_NUMBERS)}"), seconds)

    return connected


_NUMBERS = count(1)

HOME = Path(os.environ["XDG_CACHE_HOME"]) / "akkoordwijzer"


def loader(cluster: Cluster, index: Index, **options: Any) -> Loader:
    """Brings an index into the cluster, however small it is."""
    return Loader(cluster, index, **{"whole_up_to": 0, **options})
