"""`python -m bot web` as a process: one clear line for what is wrong, the address for what is right, and no word of a question."""

import os
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import RunBot
from tests.paths import KNOWLEDGE
from tests.web.visiting import ANSWER, QUESTION


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("BOT_WEB_LISTEN", "overal"), ("BOT_WEB_LISTEN", "uit"), ("BOT_WEB_QUESTIONS_PER_MINUTE", "veel"), ("BOT_WEB_QUESTIONS_PER_MINUTE", "0.5"),
        ("BOT_WEB_PROXIES", "proxy.example"), ("BOT_WEB_ORIGINS", "https://example.org/pad"), ("BOT_WEB_ORIGINS", "*"),
        ("BOT_WEB_EDITOR_PASSWORD", "abc123"), ("BOT_WEB_EDITOR_HEADER", "X User"),
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_in_one_line(run_bot: RunBot, setting: str, value: str) -> None:
    done = run_bot("web", "--knowledge", str(KNOWLEDGE), **{setting: value})
    line = done.stderr.decode()
    assert done.returncode == 2
    assert line.startswith("Fout: ")
    assert setting in line
    assert line.count("\n") == 1
    assert setting != "BOT_WEB_EDITOR_PASSWORD" or value not in line


def test_a_wrong_setting_of_the_pages_stops_no_other_command(run_bot: RunBot) -> None:
    assert run_bot("ask", "--knowledge", str(KNOWLEDGE), QUESTION, BOT_WEB_LISTEN="overal").returncode == 0


def test_a_desk_without_a_lock_and_a_taken_address_are_one_line(run_bot: RunBot) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        for arguments, named in ((("--editor",), "BOT_WEB_EDITOR_PASSWORD"), ((), "BOT_WEB_LISTEN")):
            done = run_bot("web", *arguments, "--knowledge", str(KNOWLEDGE), BOT_WEB_LISTEN=address)
            assert done.returncode == 2
            assert named in done.stderr.decode()
            assert done.stderr.count(b"\n") == 1


def test_it_serves_until_it_is_stopped_and_logs_no_question(tmp_path: Path) -> None:
    environment = {**os.environ, "BOT_WEB_LISTEN": "127.0.0.1:0", "BOT_DATA_DIR": str(tmp_path), "BOT_HEALTH_LISTEN": "uit"}
    command = [sys.executable, "-m", "bot", "web", "--knowledge", str(KNOWLEDGE)]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        address = next(word for word in first.split() if word.startswith("http://"))
        with urllib.request.urlopen(address, data=urllib.parse.urlencode({"vraag": QUESTION}).encode(), timeout=60) as answer:
            assert ANSWER in answer.read().decode()
        with pytest.raises(urllib.error.HTTPError):
            urllib.request.urlopen(address + "bestaat-niet", timeout=60)
    finally:
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=60)
    assert out == ""
    assert errors == ""
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert QUESTION.encode() not in kept
