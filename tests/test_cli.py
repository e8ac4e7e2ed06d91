"""The commands: exit statuses, help in Dutch, and one line for each error."""

import argparse
import ast
import inspect
import io
import os
import re
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.cli import main
from bot.presentation.texts import texts
from tests.conftest import RunBot
from tests.knowledge_folders import write_folder
from tests.paths import KNOWLEDGE, ROOT

REFUGEES = "Hoeveel vluchtelingen mogen er per jaar komen?"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in a folder without .env and without knowledge/."""
    monkeypatch.chdir(tmp_path)


def commands() -> list[str]:
    """Every command that --help lists."""
    done = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    return re.findall(r"^    ([a-z]+)(?: |$)", done.stdout, re.MULTILINE)


def test_an_answer_is_status_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", REFUGEES]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("Regeerakkoord 2017 · Opvang vluchtelingen\n")
    assert "»Dit zogenoemde hervestigingsquotum gaat van 500 per jaar naar 750 vluchtelingen per jaar.«" in out
    assert err == ""


def test_no_answer_is_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", "Welke maatregelen tegen discriminatie staan er in het regeerakkoord?"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("Onder het kopje 'Discriminatie' staat niets in de bron.")
    assert err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["vraag"],
        ["ask", "--format", "xml"],
        ["ask", "--onbekend"],
        ["ask", "--knowledge"],
        ["check", "x"],
        ["add"],
        ["add", "x", "--year", "zes"],
        ["ask", "--format=xml"],
        ["check", "--passages=1"],
    ],
)
def test_a_wrong_command_line_is_status_2_and_one_dutch_line(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    out, err = capsys.readouterr()
    assert stopped.value.code == 2
    assert out == ""
    assert re.fullmatch(r"Fout: .+\. Kijk met: akkoordwijzer.* --help\n", err)
    assert not re.search(r"\b(?:the|required|invalid|unrecognized|expected|argument)\b", err)


def test_every_sentence_of_argparse_that_a_user_can_meet_is_dutch() -> None:
    """A new Python may bring new sentences: those that speak of what was typed, and those of the help."""
    for_programmers = re.compile(
        r"conflict|__call__|positionals|mutually exclusive|subcommands|callable|can't open|cannot merge|invalid option string|dest=|"
        r"conflict_resolution|multiple subparser|unknown parser|with mode|prog\)s|version|%\(default|heading|deprecated"
    )
    looked_up = [
        argument.value
        for node in ast.walk(ast.parse(inspect.getsource(argparse)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext")
        for argument in node.args
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    ]
    assert len(looked_up) > 20
    assert [sentence for sentence in looked_up if sentence not in texts("argparse") and not for_programmers.search(sentence)] == []


def test_a_wrong_setting_is_status_2(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_ENGINE", "stoom")
    assert main(["ask", REFUGEES]) == 2
    assert re.fullmatch(r"Fout: BOT_ENGINE moet een van deze woorden zijn: .+\n", capsys.readouterr().err)


def test_a_wrong_setting_of_the_telegram_bot_stops_only_that(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123")
    assert main(["ask", REFUGEES]) == 0
    assert main(["list"]) == 0
    assert capsys.readouterr().err == ""
    for command in ("telegram", "health"):
        assert main([command]) == 2
        assert capsys.readouterr().err.startswith("Fout: TELEGRAM_BOT_TOKEN heeft niet de goede vorm.")
    assert main(["check"]) == 2, "it looks at the settings too"
    out, err = capsys.readouterr()
    assert out.startswith("documenten: 1\n")
    assert err.startswith("Fout: TELEGRAM_BOT_TOKEN heeft niet de goede vorm.")


def test_a_wrong_setting_in_the_env_file_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".env").write_text("# instellingen\n\nTELEGRAM_BOT_TOKEN=123\n")
    assert main(["telegram"]) == 2
    assert capsys.readouterr().err.startswith("Fout: .env:3: TELEGRAM_BOT_TOKEN heeft niet de goede vorm.")


def test_help_is_dutch_and_names_every_command() -> None:
    assert {"ask", "console", "check"} <= set(commands())


@pytest.mark.parametrize("command", [None, *commands()])
def test_the_help_of_each_command_is_dutch(capsys: pytest.CaptureFixture[str], command: str | None) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*([command] if command else []), "--help"])
    assert stopped.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("Gebruik: akkoordwijzer")
    assert "deze uitleg" in out
    assert not re.search(r"usage|options|positional|show this|default", out)


@pytest.mark.parametrize("command", commands())
def test_every_command_stands_in_the_readme(command: str) -> None:
    assert f"python -m bot {command}" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_knowledge_option_and_setting(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_folder(tmp_path)
    question = "Hoe vaak wordt het afval opgehaald?"
    assert main(["ask", "--knowledge", str(folder), question]) in (0, 1)
    assert "elke twee weken" in capsys.readouterr().out
    monkeypatch.setenv("KNOWLEDGE_DIR", str(folder))
    assert main(["ask", question]) in (0, 1)
    assert "elke twee weken" in capsys.readouterr().out
    assert main(["ask", "--knowledge", str(KNOWLEDGE), REFUGEES]) == 0, "the option wins over the setting"


def test_knowledge_in_the_folder_where_one_works_wins_over_what_is_shipped(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_folder(tmp_path).rename(tmp_path / "knowledge")
    assert main(["check"]) == 0
    assert "Voorbeeldstad" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("given", "status"),
    [
        (REFUGEES.encode(), 0),
        (b"\xef\xbb\xbf" + REFUGEES.encode(), 0),
        (b"", 1),
        (b"\n\n", 1),
        (b"\xff\xfe \xc3(", 1),
        ("<b>😀</b> \u202e لاجئون".encode(), 1),
        (b"x" * 100_000, 1),
        (b"\x00\x01\x1b[31m", 1),
    ],
)
def test_a_question_on_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, given: bytes, status: int
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert main(["ask"]) == status
    out, err = capsys.readouterr()
    assert out.strip()
    assert "\x1b" not in out
    assert err == ""


def test_a_question_without_quotation_marks_around_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ask", *REFUGEES.split()]) == 0
    assert "750" in capsys.readouterr().out


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_an_interruption_shows_no_traceback_however_early(tmp_path: Path) -> None:
    """Ctrl-C in the middle of the imports, before anything of the program runs; nohup and the like are left as they were."""
    early = (
        "import os, signal, sys, types\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'bot.cli': os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n"
        "import bot.__main__\n"
    )
    done = subprocess.run([sys.executable, "-c", early], capture_output=True, cwd=ROOT, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, b"", b"")
    ignoring = (
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); import bot.__main__; print(signal.getsignal(signal.SIGINT).name)"
    )
    done = subprocess.run([sys.executable, "-c", ignoring], capture_output=True, cwd=ROOT, timeout=60, check=True)
    assert done.stdout.split() == [b"SIG_IGN"]


def test_a_question_that_is_no_utf_8_on_the_command_line(run_bot: RunBot) -> None:
    done = run_bot("ask", b"Mag ik twee nationaliteiten hebben? \xff\xc3", PYTHONUTF8="1")
    assert done.returncode in (0, 1)
    assert done.stderr == b""
    assert "nationaliteit" in done.stdout.decode()


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_output_is_utf_8_whatever_the_terminal_says(run_bot: RunBot, encoding: str) -> None:
    done = run_bot("ask", REFUGEES, PYTHONIOENCODING=encoding, PYTHONUTF8="0")
    assert done.returncode == 0
    assert "Regeerakkoord 2017 · Opvang" in done.stdout.decode("utf-8")


def test_whoever_stops_reading_gets_no_traceback(tmp_path: Path) -> None:
    line = b'{"id": 1, "question": "Mag ik twee nationaliteiten hebben?"}\n'
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--format", "jsonl"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path,
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    assert process.stderr
    process.stdin.write(line)
    process.stdin.flush()
    assert process.stdout.readline()
    process.stdout.close()
    process.stdin.write(line * 100)
    process.stdin.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(timeout=60)


HEAVY = ["telegram", "httpx", "rich", "prompt_toolkit", "tornado", "asyncio"]
"""Modules that take longer to load than a question takes; the index is a file of sqlite3, which is light."""


def imported(tmp_path: Path, call: str, given: str = "", modules: Sequence[str] = HEAVY) -> tuple[str, str]:
    """What a call of main() in a process of its own prints, and which of some modules it has imported."""
    code = f"import sys; from bot.cli import main; main({call}); print(*[m for m in {modules!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code], input=given, capture_output=True, text=True, cwd=tmp_path, timeout=60, check=True)
    return done.stdout, done.stderr.strip()


def test_a_single_question_imports_nothing_heavy(tmp_path: Path) -> None:
    """The start of the program is felt at every question."""
    out, heavy = imported(tmp_path, f"['ask', {REFUGEES!r}]")
    assert "750" in out
    assert heavy == ""
    # The first question made the index.
    _, further = imported(tmp_path, f"['ask', {REFUGEES!r}]", modules=["shutil", "lzma", "hashlib", "secrets", "difflib", "dataclasses"])
    assert further == ""


@pytest.mark.parametrize(("columns", "lines"), [("60", 3), ("200", 1)])
def test_help_is_as_wide_as_the_terminal(run_bot: RunBot, columns: str, lines: int) -> None:
    said = run_bot("ask", "--help", COLUMNS=columns).stdout.decode()
    assert said.split("\n\n")[0].count("\n") + 1 == lines


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk that is always full")
def test_an_answer_that_can_not_be_written_is_status_2() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "ask", REFUGEES], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, timeout=60, check=False
        )
    assert done.returncode == 2
    assert len(done.stderr.decode().splitlines()) == 1


def test_nothing_that_is_imported_is_searched_for_garbage() -> None:
    code = "import bot.__main__, gc; print(gc.isenabled(), gc.get_freeze_count() > 10_000)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=KNOWLEDGE.parent, timeout=60, check=True)
    assert done.stdout.split() == ["True", "True"]


def test_a_list_of_documents_imports_nothing_heavy(tmp_path: Path) -> None:
    """And no text is read for it once there is an index."""
    imported(tmp_path, "['list']")
    out, heavy = imported(tmp_path, "['list']", modules=[*HEAVY, "bot.index.build"])
    assert "passages: 32" in out
    assert heavy == ""


def test_a_piped_console_imports_nothing_heavy(tmp_path: Path) -> None:
    out, heavy = imported(tmp_path, "['console']", given=REFUGEES)
    assert "750" in out
    assert heavy == ""


def test_the_command_is_installed(run_bot: RunBot) -> None:
    """`akkoordwijzer` is the same as `python -m bot`."""
    command = Path(sys.executable).with_name("akkoordwijzer")
    done = subprocess.run(
        [command, "ask", REFUGEES], capture_output=True, timeout=60, check=False, env={**os.environ, "KNOWLEDGE_DIR": str(KNOWLEDGE)}
    )
    assert (done.returncode, done.stdout) == (0, run_bot("ask", REFUGEES).stdout)
