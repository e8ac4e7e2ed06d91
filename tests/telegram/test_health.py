"""Monitoring, feedback and logs: what an administrator sees."""

import asyncio
import io
import json
import subprocess
import sys
import urllib.request
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.telegram import feedback, monitoring
from tests.patience import LONGEST_WAIT
from tests.telegram.api_server import TOKEN, ApiServer, Fault, buttons
from tests.telegram.conftest import Start
from tests.telegram.running import settings_for, start_process
from tests.telegram.test_webhook import free_port

QUESTION = "Wat gebeurt er met het kinderpardon?"


async def test_the_page_and_the_check_say_that_the_bot_is_well(
    server: ApiServer, start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listen = ("127.0.0.1", free_port())
    settings = settings_for(server, tmp_path, health_listen=listen)
    async with start(health_listen=listen):
        await server.reply_to(server.write(QUESTION))
        await asyncio.sleep(0.05)

        def fetch(path: str) -> str:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"http://127.0.0.1:{listen[1]}{path}", timeout=5) as answer:
                return str(answer.read().decode())

        state = json.loads(await asyncio.to_thread(fetch, "/health"))
        metrics = await asyncio.to_thread(fetch, "/metrics")
        assert await asyncio.to_thread(monitoring.check, settings) == 0
    assert state["status"] == "ok"
    assert state["inbox"] == 0
    assert state["last_contact"] > 0
    assert state["counters"]["answers"] == 1
    families = {family.name: family for family in text_string_to_metric_families(metrics)}
    assert families["akkoordwijzer_questions"].type == "counter"
    assert [(sample.name, sample.value) for sample in families["akkoordwijzer_questions"].samples] == [
        ("akkoordwijzer_questions_total", 1.0)
    ]
    assert families["akkoordwijzer_inbox_depth"].samples[0].value == 0.0
    assert families["process_resident_memory_bytes"].samples[0].value > 0
    assert all(family.documentation for family in families.values())
    assert await asyncio.to_thread(monitoring.check, settings) == 1
    assert "niet goed" in capsys.readouterr().err


async def test_long_silence_is_not_well(server: ApiServer, start: Start, tmp_path: Path) -> None:
    listen = ("127.0.0.1", free_port())
    async with start(health_listen=listen) as service:
        await server.reply_to(server.write("/over"))
        service.counters.last_contact = 1.0
        server.fault = lambda method: ("hang", 1.0)
        assert await asyncio.to_thread(monitoring.check, settings_for(server, tmp_path, health_listen=listen)) == 1


async def test_a_taken_port_does_not_stop_the_bot(server: ApiServer, start: Start) -> None:
    async with start(health_listen=("127.0.0.1", server.port)):
        await server.reply_to(server.write(QUESTION))


async def test_feedback_becomes_a_question_set_without_who_gave_it(server: ApiServer, start: Start, tmp_path: Path) -> None:
    async with start():
        for number, (user, presses) in enumerate(((5, ["Klopt dit?", "👍 Ja"]), (987654321, ["Klopt dit?", "👎 Nee", "Onvolledig"]))):
            reply = await server.reply_to(server.write(QUESTION, user=user))
            for label in presses:
                answered = len(server.done("editMessageReplyMarkup"))
                server.press(reply, buttons(reply)[label], user=user)
                await server.until(lambda answered=answered: len(server.done("editMessageReplyMarkup")) > answered)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            assert "Klopt dit?" not in buttons(reply)
            assert "Meer context" in buttons(reply)
            assert number < 2
    out = io.StringIO()
    assert feedback.export(settings_for(server, tmp_path), out) == 0
    lines = {item["verdict"]: item for item in map(json.loads, out.getvalue().splitlines())}
    assert lines["up"]["vraag"] == QUESTION
    assert lines["up"]["kind"] == "answer"
    assert lines["up"]["gold"] == ["Het kinderpardon blijft zoals het nu is."]
    assert lines["down"]["reason"] == "incomplete"
    assert "987654321" not in out.getvalue()


def test_nothing_was_said_yet(server: ApiServer, tmp_path: Path) -> None:
    out = io.StringIO()
    assert feedback.export(settings_for(server, tmp_path), out) == 0
    assert out.getvalue() == ""


def test_health_and_feedback_do_without_the_telegram_library() -> None:
    program = "import sys, bot.telegram.monitoring, bot.telegram.feedback; sys.exit('telegram' in sys.modules or 'httpx' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=False).returncode == 0


async def test_the_log_holds_no_question_no_name_and_no_token(server: ApiServer, tmp_path: Path) -> None:
    server.fault = iter_faults()
    process = await start_process(server, tmp_path)
    await server.reply_to(server.write(f"{QUESTION} Mijn BSN is 111222333."), 20)
    server.press(await server.reply_to(server.write("/themas"), 20), "rommel")
    await server.until(lambda: bool(server.done("answerCallbackQuery")))
    process.terminate()
    out, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    told = (out + err).decode()
    for secret in (TOKEN, TOKEN.partition(":")[2], "kinderpardon", "111222333", "noor_voorbeeld", "Noor"):
        assert secret not in told
    assert all(isinstance(json.loads(line), dict) for line in told.splitlines())
    assert "send_failed" in told


def iter_faults() -> Callable[[str], Fault]:
    """Each kind of fault at the first calls of each method."""
    faults: list[Fault] = [("reset", 0), ("garbage", 0), ("status", 502)]
    left: defaultdict[str, list[Fault]] = defaultdict(lambda: list(faults))
    return lambda method: left[method].pop() if left[method] and method in ("getMe", "getUpdates", "sendMessage") else None
