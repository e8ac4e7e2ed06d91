"""The bot without any network: from an update to the call that it leads to."""

import json
from pathlib import Path
from typing import Any

import pytest
from telegram.request import BaseRequest, RequestData

from bot.answering.assistant import Assistant
from bot.telegram import inbox, updates
from bot.telegram.connection import Connection
from bot.telegram.service import Service
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.state import LocalState
from bot.telegram.state_folder import STORE_NAME
from tests.telegram.api_server import BOT, ApiServer
from tests.telegram.running import settings_for

BOT_ID, BOT_NAME = 123456789, "Akkoord_bot"


class Recorder(BaseRequest):
    """Answers each call with success and remembers it."""

    calls: list[tuple[str, dict[str, str]]]
    read_timeout = 5.0

    def __init__(self, *about: Any) -> None:
        self.calls = []

    async def initialize(self) -> None:
        pass

    async def shutdown(self) -> None:
        pass

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *timeouts: Any, **more: Any
    ) -> tuple[int, bytes]:
        name = url.rsplit("/", 1)[1]
        self.calls.append((name, request_data.json_parameters if request_data else {}))
        sent = {"message_id": 99, "date": 1, "chat": {"id": 5, "type": "private"}}
        return 200, json.dumps({"ok": True, "result": BOT if name == "getMe" else sent if name == "sendMessage" else True}).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", "voorbeeld"),
        ("/help@akkoord_bot", "gewone woorden"),
        ("/over", "computerprogramma"),
        ("Wat gebeurt er met het kinderpardon?", "blijft"),
    ],
)
async def test_updates_find_their_handlers(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, expected: str
) -> None:
    monkeypatch.setattr("bot.telegram.service.open_request", Recorder)
    server = ApiServer()
    service = Service(settings_for(server, tmp_path), assistant, LocalState(SqliteStore(tmp_path / STORE_NAME)))
    await service.bot.initialize()
    incoming = inbox.read(server.update(message=server.message(text)), updates.Me(BOT_ID, BOT_NAME))
    assert incoming
    await service.store.receive([(incoming.update_id, incoming.lane, incoming.payload)])
    await service.handle(incoming.update_id, incoming.update)
    request = service.bot.request
    assert isinstance(request, Recorder)
    sent = [values for name, values in request.calls if name == "sendMessage"]
    assert len(sent) == 1
    assert expected in sent[0]["text"]
    assert service.store.depth() == 0
    await service.bot.shutdown()
    service.library.close()
    await service.store.close()


async def test_a_kept_connection_that_the_server_closed_is_made_anew(server: ApiServer) -> None:
    connection = Connection(read_timeout=5.0)
    for closed in (False, True, False):
        if closed:
            connection._idle[0][1].transport.abort()
        status, _ = await connection.do_request(f"{server.url}/bot123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQQr/getMe", "POST")
        assert status == 200
    await connection.shutdown()
