"""What is kept on disk: numbered versions, other processes that hold the file, a clock that jumps, and what is cleaned up when."""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.answering.conversation import Conversation, Turn
from bot.telegram.memory import (
    ANSWERS_RETENTION,
    CONVERSATION_RETENTION,
    FEEDBACK_RETENTION,
    INBOX_RETENTION,
    ConversationRecord,
    Remembered,
    Shown,
)
from bot.telegram.migrations import MIGRATIONS
from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.state_folder import STORE_NAME
from bot.telegram.store import StoreUnavailableError
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start
from tests.telegram.running import database

QUESTION = "Wat gebeurt er met het kinderpardon?"
SHOWN = Shown("answer", "answered", (("a/b", 0, 1),), 7, "5", "key")
TURN = Turn(("kinderpardon",), "a/b", True)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    kept = SqliteStore(tmp_path / STORE_NAME)
    yield kept
    await kept.close()


def other(tmp_path: Path) -> sqlite3.Connection:
    """Another process that uses the file."""
    return sqlite3.connect(tmp_path / STORE_NAME, isolation_level=None)


async def test_a_file_of_the_first_version_goes_on(server: ApiServer, start: Start, tmp_path: Path) -> None:
    """An update, a conversation and an answer from before work; feedback of nobody knows whom loses its question."""
    db = other(tmp_path)
    db.executescript(MIGRATIONS[0].sqlite)
    asked = server.message("En wie betaalt dat?")
    answer = server.message("Oud antwoord", sender={"id": 123456789, "is_bot": True, "first_name": "A", "username": "Akkoord_bot"})
    shown = {
        "outcome": "answer",
        "reason": "answered",
        "hits": [["regeerakkoord-2017/x", 0, 1]],
        "question_id": 3,
        "user_id": 5,
        "key": "k",
    }
    payload = {"update_id": 4, "message": {"message_id": asked["message_id"], "date": 0, "chat": asked["chat"], "from": asked["from"]}}
    payload["message"] |= {"text": asked["text"], "entities": []}  # type: ignore[operator]  # a message as it was kept
    db.execute("INSERT INTO inbox VALUES (4, 'chat:5', ?, ?, 0)", (json.dumps(payload), time.time()))
    db.execute("INSERT INTO conversations VALUES ('5:0:5', 5, ?, ?)", (json.dumps(Conversation((TURN,)).to_json()), time.time()))
    db.execute("INSERT INTO answers VALUES (5, ?, 3, 5, ?, ?)", (answer["message_id"], json.dumps(shown), time.time()))
    db.execute("INSERT INTO feedback VALUES ('k', '2026-01-02', ?)", (json.dumps({"question": "Mijn buurman?", "verdict": "up"}),))
    db.close()
    async with start() as service:
        await server.reply_to(asked)
        old = await service.store.shown(5, answer["message_id"])
        assert old == Shown("answer", "answered", (("regeerakkoord-2017/x", 0, 1),), 3, "5", "k")
        assert "Mijn buurman" not in database(service).execute("SELECT data FROM feedback").fetchone()[0]
        assert database(service).execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
        await server.reply_to(server.write("/vergeet"))
        assert database(service).execute("SELECT count(*) FROM answers").fetchone() == (0,)


async def test_each_version_becomes_the_same_tables(tmp_path: Path) -> None:
    tables = []
    for had in range(len(MIGRATIONS) + 1):
        path = tmp_path / f"{had}.sqlite3"
        with sqlite3.connect(path) as db:
            db.executescript("".join(step.sqlite for step in MIGRATIONS[:had]) + f"PRAGMA user_version = {had};")
        db.close()
        kept = SqliteStore(path)
        tables.append(
            {
                name: [row[1:6] for row in kept.db.execute(f"PRAGMA table_info({name})")]
                for (name,) in kept.db.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index') ORDER BY name").fetchall()
            }
        )
        await kept.close()
    assert all(each == tables[0] for each in tables)


async def test_a_lock_of_another_process_holds_up_writing_and_nothing_else(server: ApiServer, start: Start, tmp_path: Path) -> None:
    async with start() as service:
        reply = await server.reply_to(server.write(QUESTION))
        db = other(tmp_path)
        db.execute("BEGIN IMMEDIATE")
        asked = server.write(QUESTION)
        longest, before = 0.0, time.monotonic()
        for _ in range(100):
            await asyncio.sleep(0.01)
            longest, before = max(longest, time.monotonic() - before), time.monotonic()
        assert server.replies_to(asked) == []
        assert service.store.trouble
        db.execute("ROLLBACK")
        db.close()
        assert quotes(await server.reply_to(asked))
        server.press(reply, buttons(reply)["Meer context"])
        await server.until(lambda: bool(server.done("editMessageText")))
        await server.until(lambda: service.store.trouble == "")
        assert service.counters.counts["failures"] == 0
    assert longest < 5.0
    assert len(server.sent) == 2


async def test_the_journal_is_emptied_when_the_lock_or_reader_is_gone(store: SqliteStore, tmp_path: Path) -> None:
    journal = tmp_path / f"{STORE_NAME}-wal"
    await store.receive([(1, "chat:5", QUESTION)])
    reader = other(tmp_path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM inbox").fetchall()
    await store.done(1)
    assert not await store.tidy()
    reader.execute("ROLLBACK")
    reader.execute("BEGIN EXCLUSIVE")
    assert not await store.tidy()
    pruning = asyncio.create_task(store.prune())
    await asyncio.sleep(0.2)
    assert not pruning.done()
    reader.execute("ROLLBACK")
    reader.close()
    await pruning
    assert await store.tidy()
    assert journal.stat().st_size == 0
    assert QUESTION.encode() not in (tmp_path / STORE_NAME).read_bytes()


async def test_what_can_not_be_written_in_time_is_not_written_later(store: SqliteStore, tmp_path: Path) -> None:
    """Telegram was told that it did not arrive, and comes again: then it must be new."""
    db = other(tmp_path)
    db.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError):
        await store.receive([(1, "chat:5", "{}")], patience=0.1)
    db.execute("ROLLBACK")
    db.close()
    assert await store.receive([(1, "chat:5", "{}")]) == [1]
    assert await store.receive([(1, "chat:5", "{}")]) == []


async def test_a_write_that_is_wrong_in_itself_takes_no_other_along(store: SqliteStore) -> None:
    results = await asyncio.gather(
        store.receive([(1, "chat:5", "{}")]),
        store.record(1, [None]),  # type: ignore[list-item]  # what a fault of ours could bring
        store.remember_fact("a", "b"),
        return_exceptions=True,
    )
    assert results[0] == [1]
    assert isinstance(results[1], sqlite3.IntegrityError)
    assert await store.fact("a") == "b"


@pytest.mark.parametrize("jump", [-10 * 86400, -3600, 3600, 10 * 86400])
async def test_a_clock_that_jumps_keeps_nothing_longer(store: SqliteStore, monkeypatch: pytest.MonkeyPatch, jump: float) -> None:
    real = time.time
    kept = ConversationRecord("5:0:5", "5", Remembered(Conversation((TURN,)), (7,)))
    monkeypatch.setattr(time, "time", lambda: real() + jump)
    await store.record(1, ["{}"], kept)
    await store.sent(1, 0, True, 5, 8, SHOWN)
    monkeypatch.setattr(time, "time", real)
    assert (await store.conversation("5:0:5")).conversation.turns == ()
    await store.prune()
    assert store.db.execute("SELECT count(*) FROM conversations").fetchone() == (0,)
    (created,) = store.db.execute("SELECT created FROM answers").fetchone()
    assert created <= real() + 60


async def test_all_goes_when_it_has_had_its_time(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    real = time.time
    await store.receive([(1, "chat:5", "{}"), (2, "chat:5", "{}")])
    await store.record(1, ["{}"], ConversationRecord("5:0:5", "5", Remembered(Conversation((TURN,)), (7,))))
    await store.sent(1, 0, True, 5, 8, SHOWN)
    await store.keep_feedback("key", "5", {"question": QUESTION})
    counts = []
    # Of feedback the day is known, not the hour.
    for kept, slack in ((CONVERSATION_RETENTION, 5), (INBOX_RETENTION, 5), (ANSWERS_RETENTION, 5), (FEEDBACK_RETENTION, 86400)):
        monkeypatch.setattr(time, "time", lambda kept=kept: real() + kept - 5)
        await store.prune()
        counts.append(_rows(store))
        monkeypatch.setattr(time, "time", lambda kept=kept, slack=slack: real() + kept + slack)
        await store.prune()
        counts.append(_rows(store))
    # conversations, inbox (one is still open), answers, feedback
    assert counts == [(1, 2, 1, 1), (0, 2, 1, 1), (0, 2, 1, 1), (0, 1, 1, 1), (0, 1, 1, 1), (0, 1, 0, 1), (0, 1, 0, 1), (0, 1, 0, 0)]


def _rows(store: SqliteStore) -> tuple[int, ...]:
    tables = ("conversations", "inbox", "answers", "feedback")
    return tuple(store.db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables)


async def test_a_year_of_updates_leaves_what_a_month_leaves(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some updates of each day, for a year: what stays is what may stay, and the file grows no further."""
    real, sizes = time.time(), []
    for day in range(365):
        monkeypatch.setattr(time, "time", lambda day=day: real + day * 86400)
        for number in range(day * 10, day * 10 + 10):
            await store.receive([(number, "chat:5", "{}")])
            await store.record(number, ["{}"], ConversationRecord(f"{number}:0:5", "5", Remembered(Conversation((TURN,)), (7,))))
            await store.sent(number, 0, True, 5, number, SHOWN)
        await store.prune()
        sizes.append(int(store.db.execute("PRAGMA page_count").fetchone()[0]))
    assert _rows(store) == (10, 40, 310, 0)
    assert sizes[-1] <= max(sizes[:60]) * 1.1


async def test_what_has_had_its_time_is_found_without_walking_through_all(store: SqliteStore) -> None:
    plans = []
    for table, column in (("inbox", "received"), ("answers", "created"), ("conversations", "updated"), ("feedback", "day")):
        plans += store.db.execute(f"EXPLAIN QUERY PLAN DELETE FROM {table} WHERE {column} < 1").fetchall()
    for table in ("conversations", "answers", "feedback"):
        plans += store.db.execute(f"EXPLAIN QUERY PLAN DELETE FROM {table} WHERE asker = 'x'").fetchall()
    assert all(row[3].startswith("SEARCH") for row in plans)


async def test_a_moment_of_trouble_is_no_lasting_one(store: SqliteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    store.outage.tell(sqlite3.OperationalError("database is locked"))
    assert store.trouble
    assert store.lasting_trouble() == ""
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 11)
    assert "locked" in store.lasting_trouble()
    await store.remember_fact("a", "b")
    assert store.lasting_trouble() == ""
