"""How many updates a second the state takes: whole cycles of claim, write down, done, let go, in PostgreSQL and in a file beside it.

    python -m benchmarks.state [--updates 4000] [--workers 2] [--chats 1000] [--json FILE]

Starts a PostgreSQL of its own, as Debian brings it, with its commits on disk. Each worker is a process; the file has one, as it can have no
more. On a machine that does something else too, trust the CPU time. Says whether an update was done twice, left, or out of order in its chat.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from benchmarks import add_json_option, write_figures
from bot.telegram.monitoring import Counters
from bot.telegram.postgres.database import Database
from bot.telegram.postgres.lanes import MOST_IN_HAND, SharedLanes
from bot.telegram.postgres.store import PostgresStore
from bot.telegram.postgres.tables import prepare
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.updates import Message, Update
from tests.state.postgres_server import PostgresServer
from tests.telegram.test_webhook import free_port

BOT_ID, CALL = 1, "x" * 400
Event = tuple[float, str, int]
"""When an update was written down, its lane, its number."""


def updates(count: int, chats: int) -> list[tuple[int, str, str]]:
    """So many questions, spread over chats."""
    return [(number, f"chat:{(chat := number * 7919 % chats)}", _payload(number, chat)) for number in range(count)]


def _payload(number: int, chat: int) -> str:
    who = {"id": chat, "is_bot": False}
    message = {"message_id": number, "chat": {"id": chat, "type": "private"}, "from": who, "text": "Wat gebeurt er met het kinderpardon?"}
    return json.dumps({"update_id": number, "message": {**message, "entities": []}})


async def worker(url: str) -> tuple[list[Event], float, float]:
    """Events of one worker, when it began, and its CPU seconds."""
    database = Database(url, "benchmark")
    await database.open()
    store, events = PostgresStore(database, BOT_ID), list[Event]()

    async def handle(update_id: int, update: Update) -> None:
        await store.record(update_id, [CALL])
        assert isinstance(update, Message)
        events.append((time.monotonic(), str(update.chat_id), update_id))
        await store.sent(update_id, 0, True, 5, None, None)

    lanes = SharedLanes(store, Counters(), handle, lambda: ["v"], lambda version: True)
    begin, cpu = time.monotonic(), time.process_time()
    lanes.begin()
    await store.look_at_depth()
    while store.depth():
        await asyncio.sleep(0.2)
        await store.look_at_depth()
    spent = time.process_time() - cpu
    await lanes.close(5.0)
    await database.close()
    return events, begin, spent


def process(url: str, results: "multiprocessing.Queue[Any]") -> None:
    """A worker as a process of its own."""
    results.put(asyncio.run(worker(url)))


async def fill(url: str, incoming: Sequence[tuple[int, str, str]]) -> float:
    """Put updates in the inbox, one at a time and eight at once; gives the seconds that took."""
    await prepare(url, "benchmark", lambda error: None)
    database = Database(url, "benchmark")
    await database.open()
    store, numbers = PostgresStore(database, BOT_ID), iter(incoming)
    await database.run("INSERT INTO knowledge (bot_id, version) VALUES ($1::bigint, 'v')", BOT_ID)

    async def some() -> None:
        for update in numbers:
            await store.receive([update])

    begin = time.monotonic()
    await asyncio.gather(*(some() for _ in range(8)))
    seconds = time.monotonic() - begin
    await database.close()
    return seconds


async def in_file(incoming: Sequence[tuple[int, str, str]], tasks: int) -> tuple[float, float]:
    """The same in a file, by one process: seconds to receive, and for the cycles."""
    with tempfile.TemporaryDirectory() as folder:
        store = SqliteStore(Path(folder) / "state.sqlite3")
        arriving = iter(incoming)

        async def some() -> None:
            for update in arriving:
                await store.receive([update])

        begin = time.monotonic()
        await asyncio.gather(*(some() for _ in range(8)))
        received = time.monotonic() - begin
        lanes: dict[str, list[int]] = defaultdict(list)
        for number, lane in store.open_updates():
            lanes[lane].append(number)
        waiting = iter(lanes.values())

        async def handle() -> None:
            for numbers in waiting:
                for number in numbers:
                    await store.payload(number)
                    await store.record(number, [CALL])
                    await store.sent(number, 0, True, 5, None, None)

        begin = time.monotonic()
        await asyncio.gather(*(handle() for _ in range(tasks)))
        cycles = time.monotonic() - begin
        await store.close()
    return received, cycles


def _cpu_of(process: int) -> float:
    """CPU seconds of a process, of its children that run, and of those that ended."""
    spent = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = stat.read_text().rpartition(")")[2].split()
            running, ended = sum(map(int, fields[11:13])), sum(map(int, fields[13:15]))
            spent += running + ended if int(stat.parent.name) == process else running if int(fields[1]) == process else 0
    return spent / os.sysconf("SC_CLK_TCK")


def told(events: Sequence[Event], count: int) -> str:
    """Whether all went as it should."""
    last: dict[str, int] = {}
    disorder = 0
    for _, lane, number in sorted(events):
        disorder += last.get(lane, -1) > number
        last[lane] = number
    distinct = len({number for *_, number in events})
    return f"twice {len(events) - distinct}, left {count - distinct}, out of order {disorder}"


def main() -> None:
    """Measure both, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--updates", type=int, default=4000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--chats", type=int, default=1000)
    add_json_option(parser)
    options = parser.parse_args()
    incoming = updates(options.updates, options.chats)
    received, cycles = asyncio.run(in_file(incoming, options.workers * MOST_IN_HAND))
    in_a_file = options.updates / cycles
    print(f"a file, one process: received {options.updates / received:.0f} a second, whole cycles {in_a_file:.0f} a second")
    server = PostgresServer(free_port(), durable=True)
    try:
        server.start()
        received = asyncio.run(fill(server.url, incoming))
        before = _cpu_of(server.pid)
        results: multiprocessing.Queue[Any] = multiprocessing.Queue()
        workers = [multiprocessing.Process(target=process, args=(server.url, results)) for _ in range(options.workers)]
        for each in workers:
            each.start()
        done = [results.get() for _ in workers]
        of_server = 1000 * (_cpu_of(server.pid) - before) / options.updates
        for each in workers:
            each.join()
    finally:
        server.remove()
    events = [event for some, _, _ in done for event in some]
    seconds = max(when for when, _, _ in events) - min(begin for _, begin, _ in done)
    of_workers = 1000 * sum(spent for _, _, spent in done) / options.updates
    print(
        f"PostgreSQL, {options.workers} workers with {MOST_IN_HAND} lanes each in hand: received {options.updates / received:.0f} a second, "
        f"whole cycles {len(events) / seconds:.0f} a second; {told(events, options.updates)}"
    )
    print(f"whole cycles a second, ratio to a file {len(events) / seconds / in_a_file:.2f}")
    write_figures(
        options.json,
        {"file_cycles_a_second": in_a_file, "postgresql_cycles_a_second": len(events) / seconds, "ratio": len(events) / seconds / in_a_file,
         "worker_ms": of_workers, "server_ms": of_server},
    )  # fmt: skip
    cores = os.cpu_count() or 1
    print(
        f"CPU of a cycle: {of_workers:.2f} ms of a worker and {of_server:.2f} ms of the server, "
        f"which comes to {1000 * cores / (of_workers + of_server):.0f} a second where {cores} cores have nothing else to do"
    )


if __name__ == "__main__":
    main()
