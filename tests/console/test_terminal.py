"""The console in a real terminal (a pseudo-terminal): layout, narrow windows, NO_COLOR, and leaving quietly."""

import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals are of Unix")

REFUGEES = "Hoeveel vluchtelingen mogen er per jaar komen?"
COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9]+)*m")
CONTROL = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07|[@-Z\\-_=>])")
LONGEST_WAIT = 30
PATIENCE = 300
"""Seconds for a process that ends by itself: a machine may be busy."""


class Terminal:
    """A console in a window of so many columns."""

    def __init__(self, folder: Path, columns: int, **environment: str) -> None:
        import fcntl
        import termios

        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        plain = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "console"], stdin=theirs, stdout=theirs, stderr=theirs, cwd=folder, start_new_session=True,
            # A pseudo-terminal does not answer when it is asked where its cursor stands.
            env={**plain, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "HOME": str(folder), **environment},
        )  # fmt: skip
        os.close(theirs)
        self.shown = ""

    def read_until(self, *words: str) -> str:
        """All that was shown since the last call, until these words have been there in this order."""
        wanted = re.compile(".*".join(map(re.escape, words)), re.DOTALL)
        return self._read(lambda: wanted.search(CONTROL.sub("", self.shown)) is not None)

    def read_to_end(self) -> str:
        """All that is shown until the process has ended."""
        return self._read(lambda: False)

    def _read(self, enough: Callable[[], bool]) -> str:
        until = time.monotonic() + LONGEST_WAIT
        while not enough() and time.monotonic() < until:
            if not select.select([self.ours], [], [], 0.2)[0]:
                continue
            try:
                chunk = os.read(self.ours, 65536)
            except OSError:  # how Linux says that the other side has closed
                chunk = b""
            if not chunk:
                break
            self.shown += chunk.decode("utf-8", errors="replace")
        shown, self.shown = self.shown, ""
        return shown

    def type(self, keys: str) -> None:
        """Type keys."""
        os.write(self.ours, keys.encode())

    def close(self) -> None:
        """End it, whatever it is doing."""
        self.process.kill()
        self.process.wait(timeout=LONGEST_WAIT)
        os.close(self.ours)


@pytest.fixture
def terminal(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Terminal]:
    """A console that has said hello."""
    wanted = dict(getattr(request, "param", {}))
    made = Terminal(tmp_path, wanted.pop("columns", 80), **wanted)
    try:
        hello = made.read_until("Vraag:")
        assert "/help" in hello
        yield made
    finally:
        made.close()


def plain(shown: str) -> list[str]:
    """The lines of what was shown, without control sequences."""
    return [line.rstrip() for line in CONTROL.sub("", shown).replace("\r", "").splitlines()]


def test_an_answer_is_laid_out(terminal: Terminal) -> None:
    terminal.type(REFUGEES + "\r")
    shown = terminal.read_until("(KIS), 2017")
    assert COLOUR.search(shown)
    assert "\x1b[1m" in shown, "the answering sentence is bold"
    text = " ".join(" ".join(plain(shown)).split())
    assert "Regeerakkoord 2017 · Opvang vluchtelingen" in text
    assert "Dit zogenoemde hervestigingsquotum gaat van 500 per jaar naar 750 vluchtelingen per jaar." in text


@pytest.mark.parametrize("terminal", [{"columns": 30}], indirect=True)
def test_a_narrow_window(terminal: Terminal) -> None:
    terminal.type("/themas\r")
    terminal.read_until("- Veiligheid")
    terminal.type(REFUGEES + "\r")
    shown = plain(terminal.read_until("(KIS), 2017"))
    answer = shown[next(n for n, line in enumerate(shown) if line.startswith("Regeerakkoord 2017")) :]
    assert len(answer) > 8
    assert max(map(len, answer)) <= 30


@pytest.mark.parametrize("terminal", [{"NO_COLOR": "1"}], indirect=True)
def test_no_color(terminal: Terminal) -> None:
    terminal.type(REFUGEES + "\r")
    shown = terminal.read_until("(KIS), 2017")
    assert "750" in shown
    assert not COLOUR.search(shown)


@pytest.mark.parametrize("keys", ["\x03", "\x04", "/stop\r", "half een vraag\x03\x03"])
def test_leaving_is_quiet(terminal: Terminal, keys: str) -> None:
    terminal.type(keys)
    shown = terminal.read_to_end()
    assert terminal.process.wait(timeout=LONGEST_WAIT) == 0
    assert "Tot ziens." in shown
    assert "Traceback" not in shown


def test_ctrl_c_clears_a_half_line_and_goes_on(terminal: Terminal) -> None:
    terminal.type("/half\x03")
    terminal.type("/themas\r")
    assert "- Veiligheid" in terminal.read_until("- Veiligheid")


@pytest.mark.parametrize("terminal", [{"TERM": "dumb"}], indirect=True)
def test_the_answering_sentence_is_seen_without_bold_or_colour(terminal: Terminal) -> None:
    terminal.type(REFUGEES + "\r")
    shown = " ".join(" ".join(plain(terminal.read_until("(KIS), 2017"))).split())
    assert "»Dit zogenoemde hervestigingsquotum gaat van 500 per jaar naar 750 vluchtelingen per jaar.«”" in shown


def test_ask_in_a_terminal_breaks_no_words(tmp_path: Path) -> None:
    import fcntl
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 30, 0, 0))
    environment = {**{k: v for k, v in os.environ.items() if k not in ("COLUMNS", "LINES")}, "TERM": "xterm", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", REFUGEES],
        stdout=theirs,
        stderr=theirs,
        cwd=tmp_path,
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
    os.close(theirs)
    shown = plain(os.read(ours, 65536).decode())
    os.close(ours)
    assert done.returncode == 0
    assert max(map(len, shown)) <= 30
    assert "hervestigingsquotum" in " ".join(shown)


def test_ask_without_a_question_says_how(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask"], stdin=theirs, capture_output=True, text=True, cwd=tmp_path, timeout=PATIENCE, check=False
    )
    os.close(theirs)
    os.close(ours)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Fout: je hebt nog geen vraag gesteld. Typ hem tussen aanhalingstekens: python -m bot ask ")


def test_history_and_line_editing(terminal: Terminal) -> None:
    terminal.type("/themas\r")
    terminal.read_until("- Veiligheid", "Vraag:")
    terminal.type("\x1b[A\r")  # the arrow upwards brings the last line back
    assert "- Veiligheid" in terminal.read_until("- Veiligheid")
    terminal.type("/raax\x7fr\r")  # backspace
    assert "Dat ken ik niet: /raar." in "".join(plain(terminal.read_until("Typ /help.")))


PERSONAL = "Mijn buurvrouw vraagt: hoeveel vluchtelingen mogen er per jaar komen?"


def test_forgetting_takes_what_was_typed_out_of_the_history(terminal: Terminal) -> None:
    terminal.type(PERSONAL + "\r")
    terminal.read_until("(KIS), 2017")
    terminal.type("/vergeet\r")
    terminal.read_until("Ik ben vergeten wat je hier vroeg.")
    terminal.type("\x1b[A\x1b[A\r/privacy\r")
    assert "buurvrouw" not in terminal.read_until("schrijf ik nergens op")


def test_nothing_that_was_asked_is_written_to_disk(terminal: Terminal, tmp_path: Path) -> None:
    terminal.type(PERSONAL + "\r")
    terminal.read_until("(KIS), 2017")
    terminal.type("/stop\r")
    terminal.read_to_end()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and PERSONAL.encode() in path.read_bytes()]
    assert written == []
