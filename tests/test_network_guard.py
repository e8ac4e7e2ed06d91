"""The guard itself: what reaches for the network fails, swallowed or not; loopback is free."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.network_guard import stays_here
from tests.paths import ROOT

GUARDED = """
import contextlib
import socket

from tests.network_guard import no_network


def test_raises():
    socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_swallows():
    with contextlib.suppress(Exception):
        socket.getaddrinfo("example.org", 80)


def test_swallows_a_datagram():
    with contextlib.suppress(Exception), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"x", ("192.0.2.1", 9))


def test_stays_here():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
"""


def test_what_reaches_for_the_network_fails_also_when_it_swallows_the_error(tmp_path: Path) -> None:
    (tmp_path / "test_guarded.py").write_text(GUARDED)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(tmp_path)],
        capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60, check=False,
    )  # fmt: skip
    outcome = {line.split("::")[1].split(" ")[0]: line.split(" ")[0] for line in done.stdout.splitlines() if "::" in line}
    assert outcome["test_swallows"] == outcome["test_swallows_a_datagram"] == "ERROR", done.stdout
    assert outcome["test_stays_here"] == "PASSED"
    assert "FAILED test_guarded.py::test_raises" in done.stdout
    assert "reached for the network: socket.getaddrinfo 'example.org'" in done.stdout


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost", b"localhost", "", None])
def test_this_machine(host: object) -> None:
    assert stays_here(host)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "example.org", "0.0.0.0", "localhost.example.org", b"example.org"])
def test_other_machines(host: object) -> None:
    assert not stays_here(host)


def test_the_guard_is_on_here() -> None:
    """This very run is guarded: a look-up of a local name passes."""
    assert socket.getaddrinfo("localhost", 80)
