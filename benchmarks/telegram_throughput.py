"""How fast the bot is beside a bare echo bot of the same library that keeps nothing, against the same Bot API on loopback.

    python benchmarks/telegram_throughput.py [--questions 2000] [--chats 200] [--rounds 1]

Prints messages a second and peak memory of both, and the two ratios.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from pathlib import Path

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


async def measure(program: str, questions: int, chats: int) -> tuple[float, float]:
    """Messages a second, and peak memory in megabytes."""
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
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-c", program, TOKEN, server.url, env=environment, cwd=ROOT, stderr=asyncio.subprocess.DEVNULL
            )
            try:
                server.write(QUESTIONS[0], user=1)
                await server.until(lambda: bool(server.sent), 60)  # it is up and has done one
                for number in range(questions):
                    server.write(QUESTIONS[number % len(QUESTIONS)], user=100 + number % chats)
                begin = time.monotonic()
                await server.until(lambda: len(server.sent) > questions, 600)
                seconds = time.monotonic() - begin
                peak = _peak(process.pid)
            finally:
                process.kill()
                await process.wait()
    return questions / seconds, peak


def _peak(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no peak memory: this needs Linux")


def main() -> None:
    """Measure both and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--questions", type=int, default=2000)
    parser.add_argument("--chats", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args()
    for _ in range(options.rounds):
        echo_speed, echo_memory = asyncio.run(measure(ECHO, options.questions, options.chats))
        our_speed, our_memory = asyncio.run(measure(OURS, options.questions, options.chats))
        print(f"echo bot {echo_speed:7.0f} a second {echo_memory:7.1f} MB")
        print(f"this bot {our_speed:7.0f} a second {our_memory:7.1f} MB")
        print(f"ratio    {our_speed / echo_speed:7.2f}          {our_memory / echo_memory:7.2f}")


if __name__ == "__main__":
    main()
