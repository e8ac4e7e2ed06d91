"""How what the bot keeps, and what it costs, grows.

    python -m benchmarks.growth [--days 365] [--updates 1000] [--documents 100,1000] [--json FILE]

State: so many updates a day for so many days, each answered, with a clock that runs ahead and what had its time deleted each day, as the bot
does. The file must stay as large as what is kept for a month makes it. Many updates are written in one transaction, as under load: it is the
size that counts here, and a year of many updates is to take minutes. Its size is printed after each quarter of the days.

Documents: for each number of small documents the CPU time of `list`, `check` and `ask`, each in a process of its own, once the index is
made; and by how much each grows from the fewest to the most.

Memory: what a passage, a hint of the shipped knowledge and a remembered conversation take, in bytes.
"""

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from pathlib import Path
from unittest.mock import patch

from bot.answering.conversation import Conversation, Turn
from bot.index.folder import open_index
from bot.language.vocabulary import base_words
from bot.telegram import sqlite_store as room
from bot.telegram.memory import ConversationRecord, Remembered, Shown
from bot.telegram.sqlite_store import SqliteStore

ROOT = Path(__file__).resolve().parent.parent
DAY = 86_400.0
PASSAGES, WORDS = 5, 25
"""Of a small document: its passages, and the words of each."""

QUESTION = "Hoeveel subsidie is er voor de bibliotheek?"
COMMANDS = {"list": ["list"], "check": ["check"], "ask": ["ask", QUESTION]}
REPEATS = 3
NO_ANSWER = 1
"""The exit status of `ask` where no document says it, as is so of documents of words at random."""

TOGETHER = 1_000
"""Updates that are written in one transaction."""


class AheadOfTime:
    """The clock of the state store, set by hand."""

    def __init__(self) -> None:
        self.ahead = 0.0
        self.strftime, self.gmtime, self.monotonic = time.strftime, time.gmtime, time.monotonic

    def time(self) -> float:
        """Seconds since 1970."""
        return time.time() + self.ahead


async def size_of_state(path: Path, days: int, updates: int) -> dict[int, int]:
    """Bytes of the file by day.

    Args:
        path: of the file.
        updates: a day.
    """
    clock, sizes, number = AheadOfTime(), dict[int, int](), 0
    store = SqliteStore(path)

    async def answer(number: int) -> None:
        asker = str(number % 997)
        conversation = Remembered(Conversation((Turn(("subsidie",), "a/b", True),)), (number,))
        await store.record(number, ["{}"], ConversationRecord(f"{asker}:{asker}", asker, conversation))
        shown = Shown("answer", "answered", (("akkoord-2022/wonen-1", 0, 80),), number, asker, f"key-{number}")
        await store.sent(number, 0, last=True, chat_id=int(asker), message_id=number, shown=shown)

    with patch.object(room, "time", clock):
        for day in range(1, days + 1):
            clock.ahead = day * DAY
            for first in range(0, updates, TOGETHER):
                numbers = range(number + 1, number + 1 + min(TOGETHER, updates - first))
                number = numbers[-1]
                await store.receive([(n, f"chat:{n % 997}", json.dumps({"update_id": n, "text": QUESTION})) for n in numbers])
                await asyncio.gather(*map(answer, numbers))
            await store.prune()
            await store.tidy()
            sizes[day] = path.stat().st_size
        await store.close()
    return sizes


def write_documents(folder: Path, count: int) -> None:
    """A knowledge folder of so many small documents, the same ones each time."""
    rng, words = random.Random(count), sorted(base_words())
    for number in range(count):
        document = folder / f"pagina-{number:05d}"
        document.mkdir(parents=True)
        texts = (" ".join(rng.choices(words, k=WORDS)).capitalize() + "." for _ in range(PASSAGES))
        (document / "source.md").write_text(f"# Pagina {number}\n\n" + "\n\n".join(texts) + "\n", encoding="utf-8")
        (document / "document.yaml").write_text(f"title: Pagina {number}\npublisher: Gemeente\nyear: 2024\n", encoding="utf-8")


def cpu_times(knowledge: Path, cache: Path) -> dict[str, float]:
    """Milliseconds of CPU that each command takes, the least of a few.

    Raises:
        CalledProcessError: a command failed, and its time says nothing.
    """
    milliseconds: dict[str, float] = {}
    surroundings = {**os.environ, "XDG_CACHE_HOME": str(cache), "BOT_MEANING": "off"}
    for name, words in COMMANDS.items():
        command = [sys.executable, "-m", "bot", *words, "--knowledge", str(knowledge)]
        times = []
        for _ in range(REPEATS + 1):
            process = subprocess.Popen(command, cwd=ROOT, env=surroundings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode not in ((0, NO_ANSWER) if name == "ask" else (0,)):
                raise subprocess.CalledProcessError(process.returncode, command)
            times.append(used.ru_utime + used.ru_stime)
        # The first of all makes the index.
        milliseconds[name] = min(times[1:]) * 1000
    return milliseconds


def bytes_of_memory(knowledge: Path) -> dict[str, float]:
    """What a passage takes that is remembered with its sentences, a hint, and a conversation of one turn as it is written down."""
    index, hinted = open_index(knowledge, None, list), open_index(ROOT / "knowledge", None, list)

    def passages() -> None:
        for group in index.groups:
            for number in range(len(group.passages)):
                assert group.views(number)
                assert group.passages[number].text

    def hints() -> None:
        for group in hinted.groups:
            assert len(group.hints.best(dict.fromkeys(group.words.keys, 1.0), len(group.hints))) == len(group.hints)

    turn = Conversation((Turn(("subsidie", "bibliotheek"), "pagina-00001/tekst-1", True),))
    return {
        "passage": _taken_by(passages) / max(1, len(index.passages)),
        "hint": _taken_by(hints) / max(1, sum(len(group.hints) for group in hinted.groups)),
        "conversation": float(len(json.dumps(turn.to_json()))),
    }


def _taken_by(work: Callable[[], None]) -> int:
    """Bytes that are held after some work and were not before."""
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    work()
    taken = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return taken


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description="How what is kept and what it costs grow.")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--updates", type=int, default=1000, help="a day (default: %(default)s)")
    parser.add_argument("--documents", default="100,1000", help="numbers of small documents (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as temporary:
        root = Path(temporary)
        sizes = asyncio.run(size_of_state(root / "state.sqlite", options.days, options.updates))
        quarters = [max(1, options.days * quarter // 4) for quarter in range(1, 5)]
        print("state  " + ", ".join(f"{sizes[day]:,} bytes after {day} days" for day in quarters))
        print(
            f"{options.updates:,} updates a day; the last quarter {sizes[quarters[-1]] / sizes[quarters[-2]]:.2f} times the one before it"
        )
        times: dict[int, dict[str, float]] = {}
        for count in map(int, options.documents.split(",")):
            write_documents(root / str(count), count)
            times[count] = cpu_times(root / str(count), root / "cache")
            print(f"{count} documents  " + "  ".join(f"{name} {value:.0f} ms" for name, value in times[count].items()) + "  of CPU")
        fewest, most = min(times), max(times)
        growth = {name: times[most][name] / times[fewest][name] for name in COMMANDS}
        print(f"{most / fewest:g} times the documents  " + "  ".join(f"{name} {value:.2f} x" for name, value in growth.items()))
        memory = bytes_of_memory(root / str(fewest))
        print(
            f"memory  {memory['passage']:.0f} bytes a passage, {memory['hint']:.0f} a hint, {memory['conversation']:.0f} a conversation of one turn"
        )
    if options.json:
        figures = {"state_bytes": {str(day): sizes[day] for day in sorted({1, *range(30, options.days, 30), options.days}) if day in sizes}}
        options.json.write_text(
            json.dumps({**figures, "cpu_ms": times, "growth": growth, "bytes": memory}, indent=1) + "\n", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
