"""A wheel built from the project works elsewhere, without the repository beside it, knowledge included."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.paths import DOCUMENT, ROOT


def run(*command: str | Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    """Run a command in a folder, without this project on the path."""
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, timeout=120, check=False)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what belongs to the project, so that nothing is left behind in it."""
    source = tmp_path_factory.mktemp("source")
    for name in ("bot", "knowledge"):
        shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__", "made"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, source)
    figures = Path("tests", "evaluation", "recorded_figures.yaml")
    (source / figures).parent.mkdir(parents=True)
    shutil.copy(ROOT / figures, source / figures)
    ready = run(sys.executable, "-m", "bot.make_ready", folder=source)
    assert ready.returncode == 0, ready.stderr
    done = run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", folder=source)
    assert done.returncode == 0, done.stderr
    (built,) = (source / "dist").glob("akkoordwijzer-*.whl")
    return built


@pytest.fixture(scope="module")
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty virtual environment with the wheel in it; what it depends on is lent by the environment of the tests."""
    folder = tmp_path_factory.mktemp("elsewhere")
    venv.create(folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    done = run(*pip, "install", "--quiet", "--no-deps", "--no-index", wheel, folder=folder)
    assert done.returncode == 0, done.stderr
    packages = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", folder=folder).stdout.strip()
    # A plain path in a .pth adds that folder alone: the link to this repository that stands in it is not followed.
    Path(packages, "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def test_the_wheel_holds_all_that_the_program_reads(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    data = [
        path.relative_to(ROOT) for path in (ROOT / "bot").rglob("*") if path.suffix in (".txt", ".yaml", ".html", ".css", ".js", ".svg")
    ]
    assert data
    assert {str(path) for path in data} <= set(names)
    assert {f"bot/made/{name}" for name in ("words", "irregular", "nl", "weights", "code")} <= set(names), "what is made at install time"
    for path in DOCUMENT.iterdir():
        assert f"bot/bundled_knowledge/{DOCUMENT.name}/{path.name}" in names
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/")) or "__pycache__" in name or ".env" in name]


def test_it_answers_elsewhere(elsewhere: Path) -> None:
    command = elsewhere / "venv" / "bin" / "akkoordwijzer"
    done = run(command, "ask", "Hoeveel vluchtelingen mogen er per jaar komen?", folder=elsewhere)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Regeerakkoord 2017 · Opvang vluchtelingen\n")
    assert "van 500 per jaar naar 750 vluchtelingen per jaar" in done.stdout


def test_it_runs_from_where_it_is_installed(elsewhere: Path) -> None:
    python = elsewhere / "venv" / "bin" / "python"
    done = run(python, "-c", "import bot, bot.settings; print(bot.__file__); print(bot.settings.knowledge_folder(None))", folder=elsewhere)
    assert all(str(elsewhere) in line for line in done.stdout.splitlines()), done.stdout
    done = run(python, "-m", "bot", "check", folder=elsewhere)
    assert done.returncode == 0
    assert done.stdout.splitlines()[-1] == "Alles is in orde."
