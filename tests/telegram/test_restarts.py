"""The process can end at any moment: every question is answered, and at most the one on its way comes twice."""

import asyncio
import random
import signal
from pathlib import Path

from tests.patience import LONGEST_WAIT
from tests.telegram.api_server import ApiServer, quotes
from tests.telegram.running import start_process

QUESTION = "Wat gebeurt er met het kinderpardon?"


async def test_killed_at_random_moments(server: ApiServer, tmp_path: Path) -> None:
    kills, dice, output = 5, random.Random(3), b""
    asked = []
    for moment in range(kills):
        process = await start_process(server, tmp_path)
        asked += [server.write(QUESTION, user=10 + n % 16) for n in range(40)]
        goal = len(server.sent) + dice.randint(1, 30)
        await server.until(lambda goal=goal: len(server.sent) >= goal, 20)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        await asyncio.sleep(dice.random() * 0.01)
        process.kill()
        output += b"".join(await process.communicate())
        assert moment < kills
    process = await start_process(server, tmp_path)
    await server.until(lambda: all(server.replies_to(message) for message in asked), 30)
    process.send_signal(signal.SIGTERM)
    output += b"".join(await asyncio.wait_for(process.communicate(), LONGEST_WAIT))
    assert process.returncode == 0
    doubles = sum(len(server.replies_to(message)) - 1 for message in asked)
    assert doubles <= kills
    assert QUESTION.encode() not in output
    for chat in range(10, 26):
        order = list(dict.fromkeys(m["reply_to_message"]["message_id"] for m in server.sent if m["chat"]["id"] == chat))
        assert order == sorted(order)


async def test_a_clean_stop_answers_what_is_in_hand_and_leaves_no_question_behind(server: ApiServer, tmp_path: Path) -> None:
    process = await start_process(server, tmp_path)
    asked = [server.write(QUESTION, user=10 + n) for n in range(20)]
    await server.until(lambda: bool(server.sent), 20)
    process.send_signal(signal.SIGTERM)
    _, err = await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert process.returncode == 0
    assert '"stopped"' in err.decode()
    process = await start_process(server, tmp_path)
    await server.until(lambda: all(server.replies_to(message) for message in asked), 20)
    process.send_signal(signal.SIGTERM)
    await asyncio.wait_for(process.communicate(), LONGEST_WAIT)
    assert [len(server.replies_to(message)) for message in asked] == [1] * 20
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert QUESTION.encode() not in kept
    assert b"noor_voorbeeld" not in kept


async def test_a_second_bot_on_the_same_folder_does_not_start(server: ApiServer, tmp_path: Path) -> None:
    first = await start_process(server, tmp_path)
    assert quotes(await server.reply_to(server.write(QUESTION), 20))
    second = await start_process(server, tmp_path)
    _, err = await asyncio.wait_for(second.communicate(), LONGEST_WAIT)
    assert second.returncode == 2
    assert "andere bot" in err.decode()
    first.terminate()
    await first.communicate()
