from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.telegram.service import Service
from bot.watch import load_assistant
from tests.telegram import specification
from tests.telegram.api_server import ApiServer
from tests.telegram.running import KNOWLEDGE, running, settings_for

Start = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture(scope="session")
def assistant() -> Assistant:
    return load_assistant(KNOWLEDGE)


@pytest.fixture
def start(server: ApiServer, assistant: Assistant, tmp_path: Path) -> Start:
    """Starts a bot in this process: `async with start() as service`, with settings by name."""

    def begin(conflict_patience: float = 60.0, **others: Any) -> AbstractAsyncContextManager[Service]:
        return running(assistant, settings_for(server, tmp_path, **others), conflict_patience=conflict_patience)

    return begin


def pytest_terminal_summary(terminalreporter: Any) -> None:
    if not specification.present():
        terminalreporter.write_line(f"calls were not checked against the Bot API's specification: {specification.PATH} is not here")
