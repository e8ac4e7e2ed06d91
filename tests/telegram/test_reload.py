"""Knowledge that changes while the bot runs: swapped in whole, or reported and left as it was."""

import asyncio
import io
import json
import logging
import os
import shutil
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.telegram import logs, monitoring
from bot.telegram.keyboards import answer_buttons, read
from bot.telegram.memory import Shown
from bot.telegram.service import Service
from bot.watch import KnowledgeSource
from tests.knowledge_folders import SOURCE, write_folder
from tests.telegram.api_server import ApiServer, buttons
from tests.telegram.running import running, settings_for
from tests.telegram.test_webhook import free_port
from tests.test_watch import NEW, OLD, QUESTION, break_description, change


@asynccontextmanager
async def bot_over(folder: Path, server: ApiServer, state: Path, every: float = 0.05, **others: object) -> AsyncIterator[Service]:
    source = KnowledgeSource(folder, retry_after=0.01)
    settings = settings_for(server, state, reload_seconds=every, knowledge_dir=folder, **others)
    async with running(source.load(), settings, source=source) as service:
        yield service


async def test_other_knowledge_answers_from_then_on(server: ApiServer, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    async with bot_over(folder, server, tmp_path) as service:
        assert OLD in (await server.reply_to(server.write(QUESTION)))["text"]
        change(folder)
        await server.until(lambda: service.counters.counts["reloads"] == 1)
        assert NEW in (await server.reply_to(server.write(QUESTION)))["text"]


async def test_broken_knowledge_changes_nothing_and_is_told_once(
    server: ApiServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, listen = write_folder(tmp_path), ("127.0.0.1", free_port())
    logged = io.StringIO()
    async with bot_over(folder, server, tmp_path, health_listen=listen) as service:
        handler = logging.StreamHandler(logged)
        handler.setFormatter(logs._Lines(()))
        logs.LOGGER.addHandler(handler)
        try:
            break_description(folder)
            await server.until(lambda: service.counters.counts["reloads_failed"] == 1)
            await asyncio.sleep(0.3)
        finally:
            logs.LOGGER.removeHandler(handler)
        assert OLD in (await server.reply_to(server.write(QUESTION)))["text"]
        settings = settings_for(server, tmp_path, health_listen=listen)
        assert await asyncio.to_thread(monitoring.check, settings) == 0
        assert "document.yaml:4" in capsys.readouterr().out
        shutil.rmtree(folder)
        write_folder(tmp_path, source=SOURCE.replace(OLD, NEW))
        await server.until(lambda: service.counters.counts["reloads"] == 1)
        assert service.counters.knowledge_error == ""
    told = [json.loads(line) for line in logged.getvalue().splitlines()]
    failed = [line for line in told if line["event"] == "knowledge_not_reloaded"]
    assert len(failed) == 1
    assert "document.yaml:4" in failed[0]["why"]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this platform has no SIGHUP")
async def test_sighup_loads_at_once(server: ApiServer, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    async with bot_over(folder, server, tmp_path, every=0.0) as service:
        assert OLD in (await server.reply_to(server.write(QUESTION)))["text"]
        change(folder)
        os.kill(os.getpid(), signal.SIGHUP)
        await server.until(lambda: service.counters.counts["reloads"] == 1)
        assert NEW in (await server.reply_to(server.write(QUESTION)))["text"]


async def test_no_question_fails_while_knowledge_changes(server: ApiServer, tmp_path: Path) -> None:
    """Fifty questions a second, with two changes and a broken state in between."""
    folder = write_folder(tmp_path)
    async with bot_over(folder, server, tmp_path) as service:
        asked = []
        for number in range(100):
            asked.append(server.write(QUESTION, user=1000 + number))
            if number in (20, 70):
                change(folder, SOURCE.replace(OLD, NEW) if number == 20 else SOURCE)
            if number == 45:
                # How long it takes to load says nothing here: a broken state after the change must not overtake it.
                await server.until(lambda: service.counters.counts["reloads"] >= 1)
                break_description(folder)
            await asyncio.sleep(0.02)
        texts = [(await server.reply_to(message))["text"] for message in asked]
        assert service.counters.counts["failures"] == 0
        assert service.counters.counts["reloads"] >= 1
    assert all((OLD in text) != (NEW in text) for text in texts)
    assert any(NEW in text for text in texts)


async def test_a_button_shows_what_another_document_answers(server: ApiServer, tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    description = "title: Coalitieakkoord Anderstad\npublisher: Gemeente Anderstad\nyear: 2023\n"
    other = write_folder(tmp_path / "ander", description=description, source=SOURCE.replace(OLD, "300"), name="anderstad-2023")
    shutil.copytree(other / "anderstad-2023", folder / "anderstad-2023")
    async with bot_over(folder, server, tmp_path) as service:
        reply = await server.reply_to(server.write(QUESTION))
        first, second = ("300", OLD) if "300" in reply["text"] else (OLD, "300")
        assert first in reply["text"]
        (label,) = [name for name in buttons(reply) if name.startswith("Ook in: ")]
        changed = len(server.done("editMessageText"))
        server.press(reply, buttons(reply)[label])
        await server.until(lambda: len(server.done("editMessageText")) > changed)
        assert second in reply["text"]
        assert "gaat hierover" in reply["text"]
        assert label not in buttons(reply)
        for forged in ("hit:9", "hit:-1", "hit:x", "hit:1:c:c", "context:9"):
            server.press(reply, forged)
        # The other document is gone: its button does no harm, and says so.
        shutil.rmtree(folder / ("anderstad-2023" if second == "300" else "voorbeeldstad-2022"))
        await server.until(lambda: service.counters.counts["reloads"] == 1)
        server.press(reply, "hit:1")
        await server.until(lambda: "Stel je vraag opnieuw" in server.done("answerCallbackQuery")[-1].get("text", ""))
        assert second in reply["text"]


def test_a_button_holds_no_more_than_telegram_takes() -> None:
    shown = Shown("answer", "answered", (("a/b", 0, 1), ("c/d", 0, 1)), 1, "1", "key", also=1)
    assert Shown.from_json(json.loads(json.dumps(shown.to_json()))) == shown
    keyboard = answer_buttons(shown, others=("Een titel die " + "heel " * 30 + "lang is",))
    assert keyboard
    (also,) = [each for row in keyboard for each in row if each["text"].startswith("Ook in")]
    assert len(also["text"]) <= 64
    assert read(also["callback_data"]) is not None
    before = {key: value for key, value in shown.to_json().items() if key != "also"}
    assert Shown.from_json(before).also == 0
