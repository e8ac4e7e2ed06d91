"""A cluster that asks for a password and speaks TLS, with a certificate of one's own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.gate import PASSWORD, USER, Gate, make_certificates
from tests.cluster.nodes import Nodes
from tests.cluster.test_loading import QUESTION, write_document
from tests.conftest import RunBot


@pytest.fixture
def secured(nodes: Nodes, tmp_path: Path) -> Iterator[tuple[list[Gate], dict[str, str]]]:
    """A gate before each node, and the settings that lead through them."""
    if not shutil.which("openssl"):
        pytest.skip("openssl makes the certificates of this test, and is not installed")
    authority = make_certificates(tmp_path)
    gates = [Gate(url, tmp_path) for url in nodes.urls]
    write_document(tmp_path / "kennis", "eikendaal", "Eikendaal", 101)
    yield gates, {
        "BOT_ENGINE": "opensearch", "OPENSEARCH_URL": ",".join(gate.url for gate in gates), "OPENSEARCH_USER": USER,
        "OPENSEARCH_PASSWORD": PASSWORD, "OPENSEARCH_CA": str(authority), "OPENSEARCH_INDEX": "beveiligd", "BOT_MEANING": "off",
        "KNOWLEDGE_DIR": str(tmp_path / "kennis"),
    }  # fmt: skip
    for gate in gates:
        gate.close()


def test_it_is_loaded_compared_and_asked(secured: tuple[list[Gate], dict[str, str]], run_bot: RunBot) -> None:
    gates, settings = secured
    loaded = run_bot("load", **settings)
    assert loaded.returncode == 0, loaded.stderr.decode()
    assert "gelijk aan deze map" in run_bot("check", **settings).stdout.decode()
    asked = run_bot("ask", QUESTION.format(place="Eikendaal"), **{**settings, "KNOWLEDGE_DIR": "/nergens"})
    assert "101 woningen" in asked.stdout.decode()
    assert not any(gate.turned_away for gate in gates)


@pytest.mark.parametrize(
    ("changed", "line"),
    [
        ({"OPENSEARCH_PASSWORD": "verkeerd-woord"}, "OPENSEARCH_PASSWORD"),
        ({"OPENSEARCH_USER": "", "OPENSEARCH_PASSWORD": ""}, "OPENSEARCH_USER"),
        ({"OPENSEARCH_CA": ""}, "OPENSEARCH_CA"),
    ],
    ids=["wrong password", "no password", "unknown authority"],
)
def test_who_is_not_let_in_hears_why_in_one_line(
    secured: tuple[list[Gate], dict[str, str]], run_bot: RunBot, changed: dict[str, str], line: str
) -> None:
    _, settings = secured
    for command in (("load",), ("ask", "Wat wil de gemeente?")):
        away = run_bot(*command, **{**settings, **changed})
        assert away.returncode == 2
        assert away.stderr.decode().count("\n") == 1
        assert line in away.stderr.decode()
        for word in (PASSWORD, "verkeerd-woord"):
            assert word not in (away.stdout + away.stderr).decode()
