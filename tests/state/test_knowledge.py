"""All replicas answer from one version of the knowledge."""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.telegram.postgres.knowledge import PATIENCE, Offer, agreed
from bot.telegram.postgres.state import SharedState
from bot.watch import KnowledgeSource
from tests.knowledge_folders import write_folder
from tests.state.conftest import shared_settings
from tests.state.webhooks import SECRET, Webhooks
from tests.telegram.api_server import ApiServer
from tests.telegram.running import running
from tests.telegram.test_webhook import free_port
from tests.test_watch import NEW, OLD, QUESTION, change

OFFERED = (Offer("new", 5.0, False), Offer("old", 900.0, False))
GONE_BACK = (Offer("new", 5.0, False), Offer("old", 900.0, True))


@pytest.mark.parametrize(
    ("current", "live", "offers", "expected"),
    [
        pytest.param(None, [["a"]], [Offer("a", 0.0, False)], "a", id="the first"),
        pytest.param("old", [["old", "new"], ["old"]], OFFERED, "old", id="one has not loaded it yet"),
        pytest.param("old", [["old", "new"], ["old", "new"]], OFFERED, "new", id="all have it"),
        pytest.param("old", [["new"], ["old"]], [Offer("new", PATIENCE + 1, False), Offer("old", 900.0, False)], "new", id="long enough"),
        pytest.param("new", [["new"], ["old"]], GONE_BACK, "new", id="an old replica comes back"),
        pytest.param("new", [["old"]], GONE_BACK, "old", id="back to an earlier release"),
        pytest.param("old", [["old"]], OFFERED, "old", id="who had the new one is gone"),
        pytest.param("old", [], OFFERED, "old", id="nobody"),
        pytest.param(
            "a", [["a", "c"], ["a", "b"]], [Offer("c", 1, False), Offer("b", 2, False), Offer("a", 9, False)], "a", id="two at once"
        ),
    ],
)
def test_which_version_counts(current: str | None, live: list[list[str]], offers: list[Offer], expected: str) -> None:
    assert agreed(current, live, offers) == expected


async def test_a_change_counts_for_all_at_once(server: ApiServer, tmp_path: Path, state_url: str) -> None:
    folder, ports = write_folder(tmp_path), [free_port(), free_port()]
    async with AsyncExitStack() as stack:
        services = []
        for port, every in zip(ports, (0.05, 0.0), strict=True):
            source = KnowledgeSource(folder, retry_after=0.01)
            settings = shared_settings(
                server, tmp_path, state_url, knowledge_dir=folder, reload_seconds=every,
                webhook_url="https://bot.example.nl", webhook_listen=("127.0.0.1", port), webhook_secret=SECRET,
            )  # fmt: skip
            services.append(await stack.enter_async_context(running(source.load(), settings, SharedState(settings), source=source)))
        await server.until(lambda: all(service.ready() for service in services), 30)
        webhooks = Webhooks(server, ports)
        first, second = services
        asked = []

        async def ask() -> str:
            asked.append(server.message(QUESTION))
            await webhooks.bring(asked[-1:])
            return str((await server.reply_to(asked[-1]))["text"])

        assert OLD in await ask()
        version = first.library.current.knowledge.version
        change(folder)
        assert isinstance(first.state, SharedState)
        knowledge = first.state.knowledge
        await server.until(lambda: len(knowledge.versions()) == 2)
        # The first replica has it ready; the other has not looked yet: both answer as before.
        for _ in range(4):
            assert OLD in await ask()
        assert first.counters.counts["reloads"] == second.counters.counts["reloads"] == 0
        assert second._renewal
        second._renewal.look_now()
        texts = [await ask() for _ in range(6)]
        await server.until(lambda: all(service.counters.counts["reloads"] == 1 for service in services))
        texts += [await ask() for _ in range(4)]
        assert first.library.current.knowledge.version == second.library.current.knowledge.version != version
        assert all((OLD in text) != (NEW in text) for text in texts)
        assert [NEW in text for text in texts] == sorted(NEW in text for text in texts)
        assert NEW in texts[-1]
        await asyncio.sleep(0)
