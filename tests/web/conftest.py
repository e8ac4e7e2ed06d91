"""The web pages without a server: requests go straight into the application."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from bot.answering.assistant import Assistant
from bot.settings import Settings
from bot.web.app import application
from tests.web.visiting import visitor


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a data folder of their own, and no ceiling."""
    return Settings(data_dir=tmp_path / "data", web_questions_per_minute=0)


@pytest.fixture
def app(settings: Settings, assistant: Assistant) -> ASGIApp:
    """The application over the shipped knowledge."""
    return application(settings, assistant)


@pytest.fixture
async def client(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor."""
    async with visitor(app) as client:
        yield client
