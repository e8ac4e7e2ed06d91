"""How many updates a second the state takes: whole cycles of claim, write down, done, let go, in PostgreSQL and in a file beside it.

    python -m benchmarks.state [--updates 4000] [--workers 2] [--tasks 8] [--chats 1000]

Starts a PostgreSQL of its own, as Debian brings it, with its commits on disk. Each worker is a process; the file has one, as it can have no
more. Says whether an update was done twice, left, or out of order in its chat.
"""

import argparse
import asyncio
import multiprocessing
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.telegram.postgres.database import Database  # noqa: E402 - found by the line above
from bot.telegram.postgres.store import Claim, PostgresStore  # noqa: E402
from bot.telegram.postgres.tables import prepare  # noqa: E402
from bot.telegram.sqlite_store import SqliteStore  # noqa: E402
from tests.state.postgres_server import PostgresServer  # noqa: E402
from tests.telegram.test_webhook import free_port  # noqa: E402

BOT_ID, CALL = 1, "x" * 400
Event = tuple[float, str, int]
"""When an update was written down, its lane, its number."""


def updates(count: int, chats: int) -> list[tuple[int, str, str]]:
    """So many updates, spread over chats."""
    return [(number, f"chat:{number * 7919 % chats}", "x" * 300) for number in range(count)]


async def work(store: PostgresStore, events: list[Event]) -> None:
    """Take lanes and handle what is in them until there is nothing left."""
    while claims := await store.claim(1, ["v"]):
        claim: Claim | None = claims[0]
        while claim:
            for number, _, _ in claim.updates:
                await store.record(number, [CALL])
                events.append((time.monotonic(), claim.lane, number))
                await store.sent(number, 0, True, 5, None, None)
            store.drop(claim)
            claim = await store.next_of(claim)


async def worker(url: str, tasks: int) -> tuple[list[Event], float, float]:
    """Events of one worker, when it began, and its CPU seconds."""
    database = Database(url, "benchmark")
    await database.open()
    store, events = PostgresStore(database, BOT_ID), list[Event]()
    await store.look_at_depth()
    begin, cpu = time.monotonic(), time.process_time()
    await asyncio.gather(*(work(store, events) for _ in range(tasks)))
    spent = time.process_time() - cpu
    await database.close()
    return events, begin, spent


def process(url: str, tasks: int, results: "multiprocessing.Queue[Any]") -> None:
    """A worker as a process of its own."""
    results.put(asyncio.run(worker(url, tasks)))


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
    parser.add_argument("--tasks", type=int, default=8)
    parser.add_argument("--chats", type=int, default=1000)
    options = parser.parse_args()
    incoming = updates(options.updates, options.chats)
    received, cycles = asyncio.run(in_file(incoming, options.workers * options.tasks))
    print(f"a file, one process: received {options.updates / received:.0f} a second, whole cycles {options.updates / cycles:.0f} a second")
    server = PostgresServer(free_port(), durable=True)
    try:
        server.start()
        received = asyncio.run(fill(server.url, incoming))
        results: multiprocessing.Queue[Any] = multiprocessing.Queue()
        workers = [multiprocessing.Process(target=process, args=(server.url, options.tasks, results)) for _ in range(options.workers)]
        for each in workers:
            each.start()
        done = [results.get() for _ in workers]
        for each in workers:
            each.join()
    finally:
        server.remove()
    events = [event for some, _, _ in done for event in some]
    seconds = max(when for when, _, _ in events) - min(begin for _, begin, _ in done)
    cpu = 1000 * sum(spent for _, _, spent in done) / options.updates
    print(
        f"PostgreSQL, {options.workers} workers of {options.tasks} tasks: received {options.updates / received:.0f} a second, "
        f"whole cycles {len(events) / seconds:.0f} a second, {cpu:.2f} ms CPU of a worker each; {told(events, options.updates)}"
    )


if __name__ == "__main__":
    main()
