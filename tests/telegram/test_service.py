"""Starting and stopping: which bot runs, why it does not, and what ends it."""

import asyncio
import json
import os
import pty
import signal
import sqlite3
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.presentation.texts import told
from bot.settings import Settings
from bot.telegram.migrations import MIGRATIONS
from bot.telegram.state_folder import STORE_NAME
from tests.patience import LONGEST_WAIT
from tests.telegram.api_server import TOKEN, ApiServer, quotes
from tests.telegram.running import start_process
from tests.telegram.test_webhook import free_port

QUESTION = "Wat gebeurt er met het kinderpardon?"


async def test_the_start_says_which_bot_runs(server: ApiServer, tmp_path: Path) -> None:
    process = await start_process(server, tmp_path)
    await server.reply_to(server.write("/over"), 20)
    process.terminate()
    _, err = await process.communicate()
    started = next(json.loads(line) for line in err.decode().splitlines() if '"started"' in line)
    assert started["bot"] == "Akkoordwijzer"
    assert started["link"] == "https://t.me/Akkoord_bot"
    assert started["process"] == process.pid


async def test_a_second_start_names_the_process_that_runs(server: ApiServer, tmp_path: Path) -> None:
    first = await start_process(server, tmp_path)
    await server.reply_to(server.write("/over"), 20)
    second = await start_process(server, tmp_path)
    _, err = await asyncio.wait_for(second.communicate(), LONGEST_WAIT)
    assert second.returncode == 2
    (line,) = err.decode().splitlines()
    assert f"proces {first.pid}." in line
    first.terminate()
    await first.communicate()


@pytest.mark.parametrize("how", ["terminal", "nohup"])
async def test_a_closed_terminal_ends_the_bot_cleanly_unless_nohup_says_otherwise(server: ApiServer, tmp_path: Path, how: str) -> None:
    ours, theirs = pty.openpty()
    before = signal.getsignal(signal.SIGHUP)
    if how == "nohup":
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # what a child inherits
    try:
        process = await start_process(server, tmp_path, terminal=theirs)
    finally:
        signal.signal(signal.SIGHUP, before)
    os.close(theirs)
    await server.reply_to(server.write("/over"), 20)
    shown = os.read(ours, 4096).decode()
    assert "De bot draait: Akkoordwijzer, https://t.me/Akkoord_bot." in shown
    os.close(ours)
    if how == "nohup":
        await asyncio.sleep(0.5)
        assert quotes(await server.reply_to(server.write(QUESTION), 20))
        process.terminate()
    _, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in err.decode().splitlines()]
    assert ("terminal_closed" in events) == (how == "terminal")
    assert events[-1] == "stopped"


def test_telegram_comes_to_no_address_without_https() -> None:
    with pytest.raises(SettingsError) as caught:
        Settings.read({"TELEGRAM_WEBHOOK_URL": "http://bot.example.nl/a"}, dotenv=None)
    assert "TELEGRAM_WEBHOOK_URL begint niet met https://" in told(caught.value)
    own = {"TELEGRAM_WEBHOOK_URL": "http://10.0.0.7/a", "TELEGRAM_API_URL": "http://127.0.0.1:8081"}
    assert Settings.read(own, dotenv=None).webhook_url == "http://10.0.0.7/a"


@pytest.mark.parametrize("why", ["bad webhook: An HTTPS URL must be provided for webhook", "bad webhook: IP address 10.0.0.7 is reserved"])
async def test_an_address_that_telegram_refuses_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path, why: str) -> None:
    server.refused = {"setWebhook": why}
    listen = f"127.0.0.1:{free_port()}"
    process = await start_process(server, tmp_path, TELEGRAM_WEBHOOK_URL="http://10.0.0.7/a", TELEGRAM_WEBHOOK_LISTEN=listen)
    _, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert process.returncode == 2
    (line,) = [line for line in err.decode().splitlines() if not line.startswith("{")]
    assert why.lower() in line.lower()
    assert "TELEGRAM_WEBHOOK_URL" in line


async def test_an_address_that_is_no_bot_api_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path) -> None:
    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nConnection: close\r\n\r\nNot Found")
        writer.close()

    async with await asyncio.start_server(elsewhere, "127.0.0.1", 0) as site:
        address = f"http://127.0.0.1:{site.sockets[0].getsockname()[1]}"
        process = await start_process(server, tmp_path, TELEGRAM_API_URL=address)
        _, err = await asyncio.wait_for(process.communicate(), 20)
    assert process.returncode == 2
    (line,) = [line for line in err.decode().splitlines() if not line.startswith("{")]
    assert "TELEGRAM_API_URL" in line


async def test_the_log_says_why_without_token_and_question(server: ApiServer, tmp_path: Path) -> None:
    secret = f"/bot{TOKEN}/getMe"
    server.refused = {"sendMessage": 'chat not found, "Wat gebeurt er" is no chat'}
    process = await start_process(server, tmp_path)
    server.write(QUESTION)
    await server.until(lambda: len(server.done("sendMessage")) >= 2, 20)
    server.stop_listening()
    for connection in list(server.open):
        connection.close()
    await asyncio.sleep(1)
    process.terminate()
    _, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    lines = [json.loads(line) for line in err.decode().splitlines()]
    refused = [line for line in lines if line["event"] == "refused"]
    assert refused
    assert all("chat not found" in line["why"].lower() for line in refused)
    failed = [line for line in lines if line["event"] == "poll_failed"]
    assert failed
    assert all("no answer from Telegram" in line["why"] for line in failed)
    assert secret not in err.decode()
    assert TOKEN.partition(":")[2] not in err.decode()
    assert "Wat gebeurt er" not in err.decode()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
async def test_a_folder_that_can_not_be_written_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        await _refuses(server, tmp_path, "niet te gebruiken")
    finally:
        tmp_path.chmod(0o700)


async def _refuses(server: ApiServer, folder: Path, why: str) -> None:
    process = await start_process(server, folder)
    _, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert process.returncode == 2
    (line,) = err.decode().splitlines()
    assert why in line


async def test_a_folder_that_is_none_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    await _refuses(server, tmp_path / "bestand", "niet te gebruiken")
    await _refuses(server, tmp_path / "bestand" / "map", "niet te gebruiken")


async def test_a_file_that_is_none_of_ours_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path) -> None:
    (tmp_path / STORE_NAME).write_bytes(b"geen database" * 1000)
    await _refuses(server, tmp_path, "niet te gebruiken")


async def test_a_file_of_a_later_version_ends_the_bot_with_one_line(server: ApiServer, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / STORE_NAME) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    db.close()
    await _refuses(server, tmp_path, "nieuwere versie")
