"""Who has no cluster has nothing of it: no library, no import, no file."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bot.errors import EngineError
from bot.opensearch.connection import Address, Cluster
from bot.settings import Secret
from tests.paths import ROOT

_ASK = """
import sys
from bot.cli import main
main(["ask", "Wat wil de coalitie met inburgering?"])
print(sorted(name for name in sys.modules if name.startswith(("opensearch", "bot.opensearch", "grpc"))), file=sys.stderr)
"""


def test_a_question_reads_nothing_of_it(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=False, env={"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path), "BOT_MEANING": "off", "PATH": ""}, cwd=tmp_path)  # fmt: skip
    assert done.stderr.strip() == "[]"
    assert done.stdout


def test_without_the_library_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opensearchpy", None)
    with pytest.raises(EngineError, match="not_installed"):
        Cluster(Address(["http://127.0.0.1:9"], "", Secret(""), None, "utrecht"))


def test_what_console_installs_has_nothing_of_it() -> None:
    assert "opensearch" not in (ROOT / "requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert not any("opensearch" in requirement for requirement in project["dependencies"])
    assert any("opensearch" in requirement for requirement in project["optional-dependencies"]["opensearch"])
