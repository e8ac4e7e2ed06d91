"""What many tests share: the shipped knowledge, an assistant over it, and a clean environment. The network guard holds for all."""

import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import hypothesis
import pytest

from bot.answering.assistant import Assistant
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge
from bot.made import keep_in
from bot.watch import load_assistant
from tests.network_guard import no_network
from tests.paths import KNOWLEDGE
from tests.telegram.api_server import ApiServer

__all__ = ["no_network"]

# The same examples each time, so that a red run means a change; no deadline, so that a busy machine fails nothing.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, database=None)
# For a search on purpose: pytest --hypothesis-profile=search
hypothesis.settings.register_profile("search", deadline=None, max_examples=2_000)
hypothesis.settings.load_profile("same")

# Made-ready data of a test run is kept in a folder of its own, for this process and those it starts.
CACHE = tempfile.TemporaryDirectory(prefix="akkoordwijzer-tests-")
os.environ["XDG_CACHE_HOME"] = CACHE.name
keep_in(Path(CACHE.name) / "akkoordwijzer")

OUR_SETTINGS = ("TELEGRAM_", "BOT_", "KNOWLEDGE_", "MUNICIPALITY_", "CONTACT_", "OPENSEARCH_")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side a file goes to one process, which then sets its fixtures up once; the nodes' folder too, as they are many."""
    for item in items:
        file = item.path.relative_to(Path(__file__).parent)
        item.add_marker(pytest.mark.xdist_group("cluster" if file.parts[0] == "cluster" else file.as_posix()))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the settings of the machine it runs on."""
    for name in list(os.environ):
        if name.startswith(OUR_SETTINGS):
            monkeypatch.delenv(name)


@pytest.fixture
async def server() -> AsyncIterator[ApiServer]:
    """The Bot API; at the end no call may have been wrong."""
    async with ApiServer() as api:
        yield api
    assert api.violations == []


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The knowledge that comes with the program."""
    return load_knowledge(KNOWLEDGE)


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    """An assistant over the knowledge that comes with the program."""
    return load_assistant(KNOWLEDGE)


RunBot = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run_bot(tmp_path: Path) -> RunBot:
    """Run `python -m bot` as a process of its own, in an empty folder, so that no .env of this machine counts."""
    empty = tmp_path / "empty folder"
    empty.mkdir()

    def run(*arguments: str | bytes, given: bytes = b"", **environment: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            input=given, capture_output=True, cwd=empty, env={**os.environ, "HOME": str(empty), **environment}, timeout=60, check=False,
        )  # fmt: skip

    return run
