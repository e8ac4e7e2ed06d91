"""deploy/systemd: read by systemd where it is, and held to what the program reads."""

import configparser
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.telegram.service import STOP_PATIENCE
from tests.deploy.reading import command_of, settings_of
from tests.paths import ROOT

UNITS = sorted((ROOT / "deploy" / "systemd").glob("*.service"))
PROGRAM = "/opt/akkoordwijzer/bin/akkoordwijzer"
MOST_EXPOSED = 15
"""Of 100, as `systemd-analyze security` reckons: from 0, safe, to 100, all rights."""


@pytest.fixture(params=UNITS, ids=lambda path: path.stem)
def unit(request: pytest.FixtureRequest) -> Path:
    """One unit."""
    path: Path = request.param
    return path


def _service(unit: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser(strict=False, delimiters=("=",), comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # as the documentation of configparser says; keys have capitals
    parser.read_string(unit.read_text(encoding="utf-8"))
    return parser["Service"]


def test_it_starts_a_command_with_settings_of_the_program(unit: Path) -> None:
    service = _service(unit)
    program, *words = shlex.split(service["ExecStart"])
    assert program == PROGRAM
    assert f"akkoordwijzer-{command_of(words)}" == unit.stem
    settings = settings_of(dict(part.split("=", 1) for part in shlex.split(service["Environment"])))
    assert settings.data_dir == Path("/var/lib") / service["StateDirectory"]
    assert float(service["TimeoutStopSec"]) > STOP_PATIENCE


def test_its_user_is_made(unit: Path) -> None:
    made = [
        line.split()[1] for line in (unit.parent / "akkoordwijzer.sysusers.conf").read_text(encoding="utf-8").splitlines() if line[0] == "u"
    ]
    assert made == [_service(unit)["User"]]


def test_systemd_reads_it_without_a_word(unit: Path, tmp_path: Path) -> None:
    done = _analyze("verify", "--man=no", str(_with_a_program(unit, tmp_path)))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_it_has_few_rights(unit: Path, tmp_path: Path) -> None:
    done = _analyze("security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", str(_with_a_program(unit, tmp_path)))
    assert done.returncode == 0, done.stdout


def _with_a_program(unit: Path, folder: Path) -> Path:
    """The unit with a program that exists on every machine: systemd asks for that."""
    path = folder / unit.name
    path.write_text(unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"), encoding="utf-8")
    return path


def _analyze(*words: str) -> "subprocess.CompletedProcess[str]":
    program = shutil.which("systemd-analyze")
    if not program:
        pytest.skip("systemd-analyze is not on this machine")
    return subprocess.run([program, *words], capture_output=True, text=True, check=False)
