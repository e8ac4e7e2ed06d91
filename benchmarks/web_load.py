"""How the web pages hold under a load: questions at a steady rate over loopback, the health page beside them.

    python -m benchmarks.web_load --rate 200 --seconds 60 [--json FILE]

starts `python -m bot web` on a free port, asks questions of the project's own sets by POST, each on the second that it is due whether or
not earlier ones are answered, and prints errors, median and 99th percentile of the answers and of the health page, and the memory of the
server before and after.
"""

import argparse
import asyncio
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

from benchmarks import add_json_option, write_figures

ROOT = Path(__file__).resolve().parent.parent
CONNECTIONS = 64
WARM_UP = 50


def questions() -> list[str]:
    """Those of the project's own set about the shipped document, in an order of no meaning."""
    lines = (ROOT / "tests" / "questions" / "own-2017.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line)["vraag"] for line in lines if line.strip()]
    random.Random(1).shuffle(asked)
    return asked


class Client:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: bytes) -> int:
        """The status of an answer, read to its end."""
        if self._streams is not None:
            try:
                return await self._sent(request)
            except (ConnectionError, asyncio.IncompleteReadError):
                pass  # A server closes what is silent for a few seconds, as a browser knows.
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return await self._sent(request)

    async def _sent(self, request: bytes) -> int:
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(request)
        await writer.drain()
        head = await reader.readuntil(b"\r\n\r\n")
        size = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
        await reader.readexactly(size)
        return int(head.split()[1])


def post(question: str) -> bytes:
    """A question as a browser sends it."""
    body = f"vraag={quote(question)}".encode()
    return b"POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n" % len(body) + body


async def load(port: int, rate: int, seconds: int) -> tuple[list[float], list[float], int]:
    """Seconds that each answer took, those of the health page, and the number of errors."""
    clients: asyncio.Queue[Client] = asyncio.Queue()
    for _ in range(CONNECTIONS):
        clients.put_nowait(Client(port))
    asked, took, errors = questions(), [], 0

    async def ask(number: int, due: float) -> None:
        nonlocal errors
        client = await clients.get()
        try:
            errors += await client.send(post(asked[number % len(asked)])) != 200
        except (OSError, asyncio.IncompleteReadError):
            errors, client = errors + 1, Client(port)
        took.append(time.perf_counter() - due)
        clients.put_nowait(client)

    async def look() -> list[float]:
        client, looked = Client(port), []
        while True:
            begin = time.perf_counter()
            try:
                await client.send(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n")
                looked.append(time.perf_counter() - begin)
                await asyncio.sleep(0.1)
            except asyncio.CancelledError:
                return looked

    for number in range(WARM_UP):
        await ask(number, time.perf_counter())
    took.clear()
    looking = asyncio.create_task(look())
    begin = time.perf_counter()
    running = []
    for number in range(rate * seconds):
        due = begin + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        running.append(asyncio.create_task(ask(number, due)))
    await asyncio.gather(*running)
    looking.cancel()
    return took, await looking, errors


def memory(process: int) -> float:
    """Megabytes that a process holds."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1024


def shares(seconds: list[float]) -> str:
    """Median and 99th percentile in milliseconds."""
    ordered = sorted(seconds)
    return f"p50 {ordered[len(ordered) // 2] * 1000:.1f} ms, p99 {ordered[int(len(ordered) * 0.99)] * 1000:.1f} ms"


def main() -> None:
    """Start the pages, ask, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=60)
    add_json_option(parser)
    options = parser.parse_args()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as data:
        given = {"BOT_WEB_LISTEN": f"127.0.0.1:{port}", "BOT_WEB_QUESTIONS_PER_MINUTE": "0", "BOT_DATA_DIR": data}
        server = subprocess.Popen([sys.executable, "-m", "bot", "web"], env={**os.environ, **given}, cwd=ROOT, stdout=subprocess.PIPE)
        try:
            assert server.stdout is not None
            server.stdout.readline()
            asyncio.run(load(port, 5, 2))
            before = memory(server.pid)
            took, looked, errors = asyncio.run(load(port, options.rate, options.seconds))
            print(f"{len(took)} questions at {options.rate} a second: {errors} errors, {shares(took)}")
            print(f"health page, {len(looked)} times beside them: {shares(looked)}")
            after = memory(server.pid)
            print(f"memory: {before:.0f} MB before, {after:.0f} MB after; ratio {after / before:.2f}")
            ratio = statistics.median(took) / statistics.median(looked)
            print(f"a question takes {ratio:.1f} times as long as the health page")
            figures = {"p50_ms": statistics.median(took) * 1000, "health_p50_ms": statistics.median(looked) * 1000, "ratio": ratio}
            write_figures(options.json, {**figures, "errors": errors, "memory_mb": {"before": before, "after": after}})
        finally:
            server.terminate()
            server.wait(30)


if __name__ == "__main__":
    main()
