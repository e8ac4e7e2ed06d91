"""Real OpenSearch nodes on loopback: fetched once by Maven, each a process of its own, ended with the tests however those end.

python -m tests.cluster.nodes [NUMBER OF NODES]     runs until interrupted, and prints the addresses
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from urllib.request import ProxyHandler, build_opener

LAUNCHER = Path(__file__).parent / "launcher"
BUILD = Path(__file__).parent.parent.parent / "build" / "opensearch"
PATIENCE = 240.0
"""Seconds for nodes to come up: some seconds on an idle machine, minutes on one that does ten other things."""

_OPTIONS = (
    "-XX:+UseSerialGC",  # one thread that collects: the nodes share a few cores
    "-XX:+ExitOnOutOfMemoryError",
    "-Xshare:auto",
    "-Dlog4j2.disable.jmx=true",
    "-Dopensearch.set.netty.runtime.available.processors=false",
    "-Dio.netty.noUnsafe=true",
    "-Dio.netty.allocator.numDirectArenas=0",
)
_QUICK = "-XX:TieredStopAtLevel=1"  # starts in half the time, and is slower later
_direct = build_opener(ProxyHandler({}))


def missing_tools() -> list[str]:
    """What this machine lacks to run nodes."""
    built = _target().is_dir()
    return [name for name in ("java", *(() if built else ("javac", "mvn"))) if not shutil.which(name)]


def _target() -> Path:
    files = sorted(path for path in LAUNCHER.rglob("*") if path.is_file())
    return BUILD / hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:12]


def built() -> Path:
    """The folder with the launcher and OpenSearch, made where it is not there yet."""
    target = _target()
    if not target.is_dir():
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            half = Path(folder) / "target"
            subprocess.run(
                [
                    "mvn",
                    "-q",
                    "-B",
                    "--no-transfer-progress",
                    "-Dstyle.color=never",
                    "-f",
                    str(LAUNCHER / "pom.xml"),
                    "package",
                    f"-Dtarget={half}",
                ],
                check=True,
            )
            with suppress(OSError):  # Another process was first.
                half.rename(target)
    return target


class Nodes:
    """Some nodes that are one cluster.

    Args:
        folder: for their data.
        count: how many; of three one may be killed.
        heap: of each.
        quick: start sooner, at the cost of speed later.
        settings: further ones of each node.
    """

    def __init__(self, folder: Path, count: int = 1, heap: str = "160m", quick: bool = True, settings: Iterable[str] = ()) -> None:
        self._folder, self._heap, self._quick, self._settings = folder, heap, quick, tuple(settings)
        self._ports = _free_ports(2 * count)
        self.count = count
        self.processes: dict[int, subprocess.Popen[bytes]] = {}

    @property
    def urls(self) -> list[str]:
        """Where the nodes listen."""
        return [f"http://127.0.0.1:{port}" for port in self._ports[: self.count]]

    def start(self, number: int) -> None:
        """Start one node, also one that was killed."""
        transport = [f"127.0.0.1:{port}" for port in self._ports[self.count :]]
        one = ["discovery.type=single-node"]
        several = [
            f"discovery.seed_hosts={','.join(transport)}",
            f"cluster.initial_cluster_manager_nodes={','.join(map(self._name, range(self.count)))}",
        ]
        settings = [
            "cluster.name=tests", f"node.name={self._name(number)}", "network.host=127.0.0.1", "transport.type=netty4", "http.type=netty4",
            f"http.port={self._ports[number]}", f"transport.port={self._ports[self.count + number]}",
            # A test machine has a full disk and few cores, and a small heap is full of what is no longer used.
            "cluster.routing.allocation.disk.threshold_enabled=false", "node.processors=2", "indices.breaker.total.use_real_memory=false",
            *(one if self.count == 1 else several), *self._settings,
        ]  # fmt: skip
        target, home = built(), self._folder / self._name(number)
        home.mkdir(parents=True, exist_ok=True)
        options = [f"-Xms{self._heap}", f"-Xmx{self._heap}", *_OPTIONS, *([_QUICK] if self._quick else [])]
        command = ["java", *options, "-cp", f"{target}/classes{os.pathsep}{target}/lib/*", "launcher.TestNode", str(home), *settings]
        with (self._folder / f"{self._name(number)}.log").open("ab") as log:
            self.processes[number] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=subprocess.STDOUT)

    def wait(self, query: str) -> None:
        """Wait until the cluster's health is as asked, by the words of its API."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for number, process in self.processes.items():
                if process.poll() is not None:
                    log = (self._folder / f"{self._name(number)}.log").read_text(errors="replace")
                    raise RuntimeError(f"{self._name(number)} ended with {process.returncode}:\n{log[-2000:]}")
                with suppress(OSError), _direct.open(f"{self.urls[number]}/_cluster/health?timeout=5s&{query}", timeout=10) as reply:
                    if not json.load(reply)["timed_out"]:
                        return
            time.sleep(0.2)
        raise RuntimeError(f"the cluster is not {query}; see {self._folder}/*.log")

    def kill(self, number: int) -> None:
        """End a node as a power cut would."""
        process = self.processes.pop(number)
        process.kill()
        process.wait()
        if process.stdin:
            process.stdin.close()

    def __enter__(self) -> "Nodes":
        try:
            for number in range(self.count):
                self.start(number)
            self.wait(f"wait_for_nodes={self.count}&wait_for_status=green")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for number in list(self.processes):
            self.kill(number)

    @staticmethod
    def _name(number: int) -> str:
        return f"node{number}"


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def main() -> None:
    """Run nodes until interrupted."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with tempfile.TemporaryDirectory() as folder, Nodes(Path(folder), count) as nodes:
        print(" ".join(nodes.urls), flush=True)
        with suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)


if __name__ == "__main__":
    main()
