"""A real PostgreSQL for tests, in a temporary folder: Debian's, on a free port of loopback, with a password."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.telegram.test_webhook import free_port

USER, PASSWORD = "akkoord", "zeer-geheim-woord"

_FAST = "-c fsync=off -c full_page_writes=off -c shared_buffers=32MB -c max_connections=80 -c log_min_messages=fatal"
"""A test's computer does not lose its power; that a commit is on disk is the promise of PostgreSQL itself."""


def programs() -> Path | None:
    """Where initdb and postgres are, None where they are missing."""
    folders = [*sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name), reverse=True)]
    found = shutil.which("initdb")
    if found:
        folders.append(Path(found).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()), None)


@contextmanager
def started() -> Iterator["PostgresServer"]:
    """A server that runs, for tests; they are skipped, saying so, where PostgreSQL is not installed, and fail where it is needed."""
    if programs() is None:
        line = "PostgreSQL is not installed (Debian: postgresql)"
        pytest.fail(line) if os.environ.get("POSTGRES_NEEDED") else pytest.skip(line)
    server = PostgresServer(free_port())
    try:
        server.start()
        yield server
    finally:
        server.remove()


class PostgresServer:
    """One server, with one database.

    Args:
        durable: whether commits are on disk when they are told; tests need not wait for that.

    Attributes:
        folder: the data folder.
        port: on loopback.
    """

    def __init__(self, port: int, durable: bool = False) -> None:
        where = programs()
        assert where
        self._bin, self.port = where, port
        self._options = "-c shared_buffers=128MB -c max_connections=80" if durable else _FAST
        self._home = Path(tempfile.mkdtemp(prefix="akkoordwijzer-postgres-"))
        self.folder = self._home / "data"
        # PostgreSQL refuses to run as root.
        self._user = next((name for name in ("postgres", "nobody") if os.geteuid() == 0 and _exists(name)), None)
        if self._user:
            shutil.chown(self._home, self._user)
        secret = self._home / "password"
        secret.write_text(PASSWORD)
        if self._user:
            shutil.chown(secret, self._user)
        self._run(
            "initdb",
            "-D",
            str(self.folder),
            "-U",
            USER,
            "-A",
            "scram-sha-256",
            f"--pwfile={secret}",
            "--no-sync",
            "-E",
            "UTF8",
            "--locale=C",
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address, with the password."""
        return self.url_at(self.port)

    @property
    def pid(self) -> int:
        """Of the server's first process, whose children the others are."""
        assert self._process
        return self._process.pid

    def url_at(self, port: int, user: str = USER, password: str = PASSWORD, database: str = "postgres") -> str:
        """The same in other forms."""
        return f"postgresql://{user}:{password}@127.0.0.1:{port}/{database}"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        options = self._options.split()
        command = [
            str(self._bin / "postgres"),
            "-D",
            str(self.folder),
            "-p",
            str(self.port),
            "-k",
            str(self._home),
            "-h",
            "127.0.0.1",
            *options,
        ]
        with (self._home / "log").open("ab") as log:
            self._process = subprocess.Popen(command, user=self._user, cwd=self._home, stdout=log, stderr=log)
        deadline = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                if time.monotonic() > deadline or self._process.poll() is not None:
                    raise
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT fast, SIGQUIT as a crash."""
        if self._process:
            self._process.send_signal(how)
            self._process.wait(60)
            self._process = None

    def remove(self) -> None:
        """Stop it and delete all of it."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self._home, ignore_errors=True)

    def files(self) -> bytes:
        """All that is on disk, one after another."""
        return b"".join(path.read_bytes() for path in self.folder.rglob("*") if path.is_file())

    def _run(self, name: str, *arguments: str) -> None:
        subprocess.run([str(self._bin / name), *arguments], user=self._user, cwd=self._home, check=True, capture_output=True)


def _exists(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
