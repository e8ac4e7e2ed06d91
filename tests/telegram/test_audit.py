"""Faults that were found by reading the program, each as its whole kind: what someone should be able to count on."""

import asyncio
import gc
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.telegram.sqlite_store import SqliteStore
from bot.telegram.state_folder import STORE_NAME
from bot.telegram.store import Store
from bot.watch import load_assistant
from tests.telegram.api_server import ApiServer, buttons
from tests.telegram.conftest import Start

GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Raad"}
QUESTION = "Wat gebeurt er met het kinderpardon?"
OTHERS = (
    "Mag ik twee nationaliteiten hebben?",
    "Krijgen asielzoekers taalles in het azc?",
    "Hoeveel vluchtelingen mogen er per jaar komen?",
)


async def test_changed_questions_count_as_questions(server: ApiServer, start: Start) -> None:
    async with start(questions_per_minute=1) as service:
        asked = server.write(QUESTION)
        await server.reply_to(asked)
        for number in range(30):
            server.update(edited_message={**asked, "text": OTHERS[number % 3], "edit_date": asked["date"] + number})
        await server.reply_to(server.write("/over"))
        assert service.counters.counts["questions"] == 1
        assert service.counters.counts["limited"] == 30


async def test_example_buttons_count_as_questions(server: ApiServer, start: Start) -> None:
    async with start(questions_per_minute=1) as service:
        page = await server.reply_to(server.write("/start"))
        for _ in range(30):
            server.press(page, "example:0")
        await server.until(lambda: len(server.done("answerCallbackQuery")) == 30)
        await server.reply_to(server.write("/over"))
        assert service.counters.counts["questions"] == 1
    notices = [call.get("text", "") for call in server.done("answerCallbackQuery")]
    assert sum("Wacht een minuut" in notice for notice in notices) == 29


@pytest.mark.parametrize(
    "data", ["themes:0", "theme:x:0", "passage:x:y", "around:x:y", "sources:0", "example:0", "context:0", "hit:1", "up:0", "down:0"]
)
@pytest.mark.parametrize("user", [5, 6])
async def test_only_a_button_of_the_message_itself_does_something(server: ApiServer, start: Start, data: str, user: int) -> None:
    """Anyone can send any data with any message; for who asked, what stands under the answer works, for another member nothing does."""
    async with start() as service:
        reply = await server.reply_to(server.write(f"@Akkoord_bot {QUESTION}", chat=GROUP))
        before, keys = reply["text"], buttons(reply)
        works = user == 5 and data in keys.values()
        server.press(reply, data, user=user)
        await server.until(lambda: bool(server.done("answerCallbackQuery")))
        await server.until(lambda: service.store.depth() == 0)
        assert service.counters.counts["feedback"] == 0
    if not works:
        assert server.done("answerCallbackQuery")[0]["text"]
        assert (reply["text"], buttons(reply)) == (before, keys)
        assert len(server.sent) == 1


async def words(service: Any) -> list[tuple[str, ...]]:
    """What each turn of user 5 was about."""
    return [turn.words for turn in (await service.store.conversation("5:0:5")).conversation.turns]


async def test_changing_an_older_question_leaves_the_newer_turn(server: ApiServer, start: Start) -> None:
    async with start() as service:
        first = server.write(QUESTION)
        await server.reply_to(first)
        await server.reply_to(server.write(OTHERS[1]))
        before = await words(service)
        server.update(edited_message={**first, "text": OTHERS[0], "edit_date": 1})
        await server.until(lambda: len(server.done("editMessageText")) == 1)
        after = await words(service)
    assert len(after) == 2
    assert after[1] == before[1]
    assert after[0] != before[0]


async def test_a_changed_question_that_says_the_same_changes_nothing(server: ApiServer, start: Start) -> None:
    async with start() as service:
        asked = server.write(QUESTION)
        await server.reply_to(asked)
        before = await words(service)
        server.update(edited_message={**asked, "text": QUESTION.replace("Wat", "wat"), "edit_date": 1})
        await server.reply_to(server.write("/over"))
        assert await words(service) == before
    assert server.done("editMessageText") == []


async def test_a_greeting_in_place_of_an_older_question_takes_its_turn_away(server: ApiServer, start: Start) -> None:
    async with start() as service:
        first = server.write(QUESTION)
        await server.reply_to(first)
        await server.reply_to(server.write(OTHERS[1]))
        before = await words(service)
        server.update(edited_message={**first, "text": "Hallo!", "edit_date": 1})
        await server.until(lambda: len(server.done("editMessageText")) == 1)
        assert await words(service) == before[1:]


DISK_FULL = sqlite3.OperationalError("database or disk is full")
LOCKED = sqlite3.OperationalError("database is locked")


def failing(store: Store, method: str, error: Exception) -> Callable[[], None]:
    """Let everything that a store writes fail from a method on; gives what ends that."""
    assert isinstance(store, SqliteStore)
    real = store._transaction
    state = {"on": True}

    def transaction(writes: Any) -> Any:
        if state["on"] and (not method or any(method in write.job.__qualname__ for write in writes)):
            raise error
        return real(writes)

    store._transaction = transaction  # type: ignore[method-assign]  # a disk that is full at exactly this moment

    def end() -> None:
        state["on"] = False

    return end


@pytest.mark.parametrize("error", [DISK_FULL, LOCKED, sqlite3.OperationalError("disk I/O error")], ids=str)
@pytest.mark.parametrize("method", ["", "SqliteStore.receive", "SqliteStore.record", "SqliteStore.sent", "SqliteStore.done"])
async def test_a_full_or_locked_disk_for_a_moment_loses_and_doubles_nothing(
    server: ApiServer, start: Start, method: str, error: Exception
) -> None:
    async with start() as service:
        await server.reply_to(server.write("/over"))
        end = failing(service.store, method, error)
        asked = [server.write(question) for question in (QUESTION, *OTHERS)]
        await asyncio.sleep(0.3)
        end()
        await server.until(lambda: all(server.replies_to(message) for message in asked))
        await server.until(lambda: service.store.depth() == 0)
        assert service.store.trouble == ""
        assert service.counters.counts["failures"] == 0
    assert [len(server.replies_to(message)) for message in asked] == [1] * 4
    assert not any("Er ging iets mis" in message["text"] for message in server.sent)


@pytest.mark.parametrize("error", [TypeError("ours"), KeyError("ours"), ValueError("ours"), sqlite3.IntegrityError("ours")])
async def test_a_fault_of_our_own_after_sending_does_not_send_again(
    server: ApiServer, start: Start, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    async with start() as service:
        await server.reply_to(server.write("/over"))
        real = service.store.sent

        async def broken(*about: Any) -> None:
            if about[-1] is not None:
                raise error
            await real(*about)

        monkeypatch.setattr(service.store, "sent", broken)
        asked = server.write(QUESTION)
        await server.reply_to(asked)
        await server.until(lambda: service.store.depth() == 0)
        monkeypatch.setattr(service.store, "sent", real)
        await server.reply_to(server.write("/over"))
        assert service.counters.counts["failures"] == 1
    assert len(server.replies_to(asked)) == 1
    assert len(server.sent) == 3


async def test_the_journal_is_emptied_while_deleting_must_wait(
    server: ApiServer, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk nothing can be deleted; emptying the journal may be what makes room."""
    monkeypatch.setattr("bot.telegram.service._PRUNE_EVERY", 0.05)
    journal = tmp_path / f"{STORE_NAME}-wal"
    async with start() as service:
        await server.reply_to(server.write(QUESTION))
        await server.until(lambda: service.store.depth() == 0)
        await service.store.remember_fact("written", "just now")
        end = failing(service.store, "", DISK_FULL)
        assert journal.stat().st_size > 0
        await server.until(lambda: "full" in service.store.trouble)
        await server.until(lambda: journal.stat().st_size == 0)
        end()
        await server.until(lambda: service.store.trouble == "")
        assert await service.store.fact("written") == "just now"


async def test_an_answer_that_says_ok_and_no_number_is_not_sent_again(
    server: ApiServer, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    def strange(values: dict[str, Any]) -> dict[str, Any]:
        server.sent.append(values)
        return {"strange": True}

    monkeypatch.setattr(server, "_send", strange)
    async with start() as service:
        server.write(QUESTION)
        await server.until(lambda: len(server.sent) == 1)
        await server.until(lambda: service.store.depth() == 0)
    assert len(server.sent) == 1


async def test_no_question_stays_in_memory_or_on_disk(server: ApiServer, start: Start, tmp_path: Path) -> None:
    secret = " ".join(("Blijft het kinderpardon", "voor zeldzaamwoord bestaan?"))  # never as a whole in this file, which is read too
    async with start() as service:
        await server.reply_to(server.write(secret))
        await server.until(lambda: service.store.depth() == 0)
        await server.reply_to(server.write("/over"))
        for memory in (server.calls, server.messages, server.sent, server._updates):
            memory.clear()
        await service.store.tidy()
        assert secret.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
        await server.until(lambda: not _holders(secret))


def _holders(secret: str) -> list[object]:
    """What in this process holds a text."""
    gc.collect()
    holders: list[object] = []
    for each in gc.get_objects():
        if isinstance(each, dict | list | tuple):
            inside = each.values() if isinstance(each, dict) else each
            if any(type(one) is str and secret in one for one in list(inside)):
                holders.append(each)
    return holders


async def test_sources_and_themes_come_by_the_page(server: ApiServer, start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "kennis"
    for number in range(60):
        document = folder / f"akkoord-{number:03d}"
        document.mkdir(parents=True)
        (document / "document.yaml").write_text(f"title: Coalitieakkoord Gemeente {number}\npublisher: Gemeente {number}\nyear: 2022\n")
        (document / "source.md").write_text(f"# Wonen {number}\n\nDe gemeente bouwt {number} woningen per jaar.\n")
    async with start() as service:
        service.library.current = load_assistant(folder)
        for command in ("/bronnen", "/themas"):
            page = await server.reply_to(server.write(command))
            seen = [page["text"] + str(buttons(page))]
            while "Volgende ›" in buttons(page):
                edits = len(server.done("editMessageText"))
                server.press(page, buttons(page)["Volgende ›"])
                await server.until(lambda edits=edits: len(server.done("editMessageText")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
                seen.append(page["text"] + str(buttons(page)))
            assert len(seen) == 8
            for number in range(60):
                name = f"Coalitieakkoord Gemeente {number}\n" if command == "/bronnen" else f"Wonen {number}'"
                assert sum(name in each for each in seen) == 1
    assert len(server.sent) == 2


async def test_sources_with_long_names_fit_in_the_message_that_is_turned(server: ApiServer, start: Start, tmp_path: Path) -> None:
    folder, name = tmp_path / "kennis", "Verordening houdende regels over ondersteuning, jeugdhulp en participatie " * 8
    for number in range(20):
        document = folder / f"verordening-{number:02d}"
        document.mkdir(parents=True)
        (document / "document.yaml").write_text(f"title: Nummer {number:02d} {name}\npublisher: {name}\nyear: 2022\n")
        (document / "source.md").write_text(f"# Wonen {number}\n\nDe gemeente bouwt {number} woningen per jaar.\n")
    async with start() as service:
        service.library.current = load_assistant(folder)
        page = await server.reply_to(server.write("/bronnen"))
        seen = page["text"]
        for _ in range(2):
            edits = len(server.done("editMessageText"))
            server.press(page, buttons(page)["Volgende ›"])
            await server.until(lambda edits=edits: len(server.done("editMessageText")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
            seen += page["text"]
    assert len(server.sent) == 1
    assert all(seen.count(f"Nummer {number:02d} ") == 1 for number in range(20))
    assert seen.count("Controlegetal") == 20
