"""How fast the bot is beside a bare echo bot of the same library that keeps nothing, against the same Bot API on loopback.

    python -m benchmarks.telegram_throughput [--questions 1500] [--chats 200] [--rounds 3]
        [--different 300] [--fresh] [--profile] [--json FILE]

Prints messages a second, CPU time of a message and peak memory of both, and the ratios; on shared cores trust the CPU time. 17 questions
come again and again; with `--different` so many of the published sets, in any order; with `--fresh` no two are equal, so that each is
answered anew. `--profile` prints where the CPU time of a message goes instead.
"""

import argparse
import asyncio
import json
import marshal
import os
import random
import signal
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.telegram.api_server import TOKEN, ApiServer  # noqa: E402 - found by the line above

ECHO = """
import sys
from telegram.ext import Application, MessageHandler, filters
async def echo(update, context):
    await update.message.reply_text(update.message.text)
application = Application.builder().token(sys.argv[1]).base_url(sys.argv[2] + "/bot").build()
application.add_handler(MessageHandler(filters.TEXT, echo))
application.run_polling()
"""

OURS = """
import sys
from bot.settings import Settings
from bot.watch import load_assistant
from bot.telegram import run
settings = Settings.read(dotenv=None)
sys.exit(run(settings, lambda: load_assistant(settings.knowledge_dir)))
"""

PROFILED = """
import cProfile, marshal, pstats, sys, threading, time
import bot.telegram.service
from bot.settings import Settings
from bot.watch import load_assistant
from bot.telegram import run
profiles = []
original = threading.Thread.run
def profiled(thread):
    profiles.append(cProfile.Profile(time.thread_time))
    profiles[-1].runcall(original, thread)
settings = Settings.read(dotenv=None)
assistant = load_assistant(settings.knowledge_dir)
threading.Thread.run = profiled
main = cProfile.Profile(time.thread_time)
main.enable()
run(settings, lambda: assistant)
main.disable()
for thread in threading.enumerate():
    if thread is not threading.current_thread():
        thread.join(5)
stats = pstats.Stats(main, *profiles)
with open(sys.argv[3], "wb") as out:
    marshal.dump(stats.stats, out)
"""

AREAS = (
    ("encoder", ("bot/language/encoder",)),
    ("answering", ("bot/answering/", "bot/index/", "bot/language/", "bot/knowledge/", "/numpy/", "/rapidfuzz/")),
    ("said again", ("bot/telegram/recent.py", "bot/answering/conversation.py")),
    ("rendering", ("bot/presentation/", "/html/")),
    ("SQLite", ("bot/telegram/sqlite_store.py", "bot/telegram/outage.py", "bot/telegram/state_folder.py")),
    (
        "HTTP",
        ("bot/telegram/connection.py", "/telegram/request/", "/urllib/", "/asyncio/streams.py", "/asyncio/selector_events.py", "/ssl.py"),
    ),
    ("JSON", ("/json/",)),
    ("event loop and threads", ("/asyncio/", "/selectors.py", "/concurrent/", "/threading.py", "/contextlib.py", "/queue.py")),
    ("logging", ("/logging/", "bot/telegram/logs.py")),
    ("reading updates", ("bot/telegram/inbox.py", "bot/telegram/updates.py", "bot/personal_data.py", "bot/telegram/polling.py", "/re/")),
    ("screens and buttons", ("bot/telegram/screens.py", "bot/telegram/keyboards.py", "bot/telegram/memory.py")),
    ("outbox, lanes, limits", ("bot/telegram/outbox.py", "bot/telegram/lanes.py", "bot/telegram/limits.py")),
    ("rest of the bot", ("bot/telegram/",)),
    ("python-telegram-bot", ("/telegram/",)),
)
"""Where a function belongs, by its file; the first that fits. What is written in C belongs where it was called."""

QUESTIONS = (
    "Hoeveel vluchtelingen mogen er per jaar komen wonen?",
    "Wat gebeurt er met het kinderpardon?",
    "Mag ik twee nationaliteiten hebben?",
    "Krijgen vluchtelingen nog zorgtoeslag in de eerste twee jaar?",
    "Hoe lang is een verblijfsvergunning geldig?",
    "Komen er opvanglocaties voor uitgeprocedeerde asielzoekers?",
    "Wanneer krijgt een asielzoeker een advocaat?",
    "Wat is de straf voor haatzaaien?",
    "Hoeveel euro kost een inburgeringscursus?",
    "Krijgen asielzoekers taalles in het azc?",
    "Wat doet de gemeente voor mensen die geen Nederlands spreken?",
    "Wat staat er over terugkeerders uit Syrië?",
    "Wie is de burgemeester van Mechelen?",
    "Wordt het onderwijsachterstandenbeleid uitgebreid?",
    "Is het strafbaar om in IS-gebied te wonen?",
    "Wat vindt KIS van de rechtsbijstand voor LHBT-asielzoekers?",
    "Komt er een deal met Libië over migranten?",
)


class Measured(NamedTuple):
    """What one bot did: messages a second, milliseconds of CPU a message, megabytes at most."""

    rate: float
    cpu: float
    memory: float


def asked(different: int) -> Sequence[str]:
    """So many questions of the published sets, in a fixed order; `QUESTIONS` for 0."""
    names = ("own-2017", "voices-a", "voices-b", "voices-c", "voices-d")
    lines = [line for name in names for line in (ROOT / "tests" / "questions" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    texts = dict.fromkeys(json.loads(line)["vraag"] for line in lines)
    return list(texts)[:different] if different else QUESTIONS


async def measure(
    program: str, questions: int, chats: int, different: int = 0, fresh: bool = False, profile: Path | None = None
) -> Measured:
    """Let a bot answer.

    Args:
        program: its code.
        different: see `asked`.
        fresh: let no two questions be equal.
        profile: where the program writes what it found out about itself when it is told to stop.
    """
    async with ApiServer(check=False) as server:
        with tempfile.TemporaryDirectory() as folder:
            environment = {
                **os.environ,
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": server.url,
                "BOT_DATA_DIR": folder,
                "TELEGRAM_MESSAGES_PER_SECOND": "0",
                "TELEGRAM_QUESTIONS_PER_MINUTE": "0",
                "BOT_HEALTH_LISTEN": "127.0.0.1:0",
                "PYTHONPATH": str(ROOT),
            }
            command = [sys.executable, "-c", program, TOKEN, server.url, str(profile)]
            process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL)
            try:
                server.write(QUESTIONS[0], user=1)
                await server.until(lambda: bool(server.sent), 60)  # it is up and has done one
                await asyncio.sleep(1.0)  # and what it does once at the start
                before, begin = _cpu(process.pid), time.monotonic()
                texts, draw = asked(different), random.Random(1)
                for number in range(questions):
                    again = f" ({number})" if fresh else ""
                    text = draw.choice(texts) if different else texts[number % len(texts)]
                    server.write(text + again, user=100 + number % chats)
                await server.until(lambda: len(server.sent) > questions, 600)
                seconds, cpu = time.monotonic() - begin, _cpu(process.pid) - before
                peak = _peak(process.pid)
                if profile:
                    process.send_signal(signal.SIGTERM)
                    await asyncio.wait_for(process.wait(), 60)
            finally:
                if process.returncode is None:
                    process.kill()
                    await process.wait()
    return Measured(questions / seconds, 1000 * cpu / questions, peak)


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no peak memory: this needs Linux")


def _cpu(pid: int) -> float:
    """Seconds of CPU time that a process used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def shares(path: Path) -> dict[str, float]:
    """Where the CPU time went, as shares of the whole, from what a profiled bot wrote."""
    stats = marshal.loads(path.read_bytes())  # written by the program above, a moment ago
    spent: Counter[str] = Counter()
    for (file, _, _), (_, _, tottime, _, callers) in stats.items():
        if file == "~":
            for (caller, _, _), (_, _, part, _) in callers.items():
                spent[_area(caller)] += part
        else:
            spent[_area(file)] += tottime
    whole = sum(spent.values())
    return {name: seconds / whole for name, seconds in spent.most_common()}


def _area(file: str) -> str:
    return next((name for name, parts in AREAS if any(part in file for part in parts)), "other")


def main() -> None:
    """Measure both, one after the other, and print the ratios; or print where the time of ours goes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=1500)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--different", type=int, default=0)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    if options.profile:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "profile"
            asyncio.run(measure(PROFILED, options.questions, options.chats, options.different, options.fresh, path))
            figures = shares(path)
        for name, share in figures.items():
            print(f"{share:6.1%}  {name}")
    else:
        pairs = []
        for _ in range(options.rounds):
            echo = asyncio.run(measure(ECHO, options.questions, options.chats, options.different))
            ours = asyncio.run(measure(OURS, options.questions, options.chats, options.different, options.fresh))
            pairs.append((echo, ours))
            for name, bot in (("echo bot", echo), ("this bot", ours)):
                print(f"{name} {bot.rate:6.0f} a second {bot.cpu:6.2f} ms CPU a message {bot.memory:6.0f} MB")
        figures = {
            "rate": statistics.median(ours.rate / echo.rate for echo, ours in pairs),
            "per_cpu": statistics.median(echo.cpu / ours.cpu for echo, ours in pairs),
            "memory": statistics.median(ours.memory / echo.memory for echo, ours in pairs),
        }
        print(f"ratio    {figures['rate']:6.2f}          {figures['per_cpu']:6.2f} messages for the same CPU {figures['memory']:6.2f}")
    if options.json:
        options.json.write_text(
            json.dumps({"benchmark": "telegram_throughput", **vars(options), "json": None, "figures": figures}, indent=1)
        )


if __name__ == "__main__":
    main()
