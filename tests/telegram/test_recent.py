"""The same question within a minute gets the same answer without a new search, and nobody's words are kept for it."""

from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation, Turn
from bot.telegram.library import RECENT_SECONDS, Recent
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start

QUESTION = "Krijgen asielzoekers taalles in het azc?"  # none of the examples, which are asked at the start
TURN = Turn(("kinderpardon",), "a/b", True)


class Counting:
    """Counts what it is asked."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def reply(self, question: str, *conversation: Any) -> Any:
        self.asked.append(question)
        return self._assistant.reply(question, *conversation)


@pytest.fixture
def counting(assistant: Assistant) -> Counting:
    return Counting(assistant)


async def test_equal_questions_are_searched_once_and_each_answer_has_buttons_of_its_own(
    server: ApiServer, start: Start, counting: Counting
) -> None:
    async with start() as service:
        service.library.current = counting  # type: ignore[assignment]  # a stand-in with only what is used
        replies = [await server.reply_to(server.write(QUESTION, user=user)) for user in (5, 6, 7)]
        assert counting.asked.count(QUESTION) == 1
        assert len({reply["text"] for reply in replies}) == 1
        server.press(replies[1], buttons(replies[1])["Meer context"], user=6)
        await server.until(lambda: bool(server.done("editMessageText")))
        assert replies[0]["text"] == replies[2]["text"] != replies[1]["text"]
        assert service.counters.counts["answers"] == 3
        # In another conversation the same words are another question.
        await server.reply_to(server.write(QUESTION, user=5))
        assert counting.asked.count(QUESTION) == 2


@pytest.mark.parametrize(
    "question",
    ["Krijgen asielzoekers taalless in het azc?", "Wat vindt Zeldzamius daarvan?", "Mijn BSN is 111222333. Blijft het kinderpardon?"],
)
async def test_an_answer_that_repeats_words_of_who_asked_is_for_that_one_only(
    server: ApiServer, start: Start, counting: Counting, question: str
) -> None:
    async with start() as service:
        service.library.current = counting  # type: ignore[assignment]  # a stand-in with only what is used
        for user in (5, 6):
            reply = await server.reply_to(server.write(question, user=user))
        own_words = "Ik las" in reply["text"] or "Zeldzamius" in reply["text"] or "burgerservicenummer" in reply["text"]
        asked = [each for each in counting.asked if each.startswith(question[:9])]
        assert len(asked) == (2 if own_words else 1)
        assert own_words or not service.shared.recent._said or "Zeldzamius" not in repr(service.shared.recent._said)


async def test_forgetting_forgets_it_too_and_so_does_other_knowledge(server: ApiServer, start: Start, counting: Counting) -> None:
    async with start() as service:
        service.library.current = counting  # type: ignore[assignment]  # a stand-in with only what is used
        assert quotes(await server.reply_to(server.write(QUESTION)))
        await server.reply_to(server.write("/vergeet"))
        await server.reply_to(server.write(QUESTION, user=6))
        assert counting.asked.count(QUESTION) == 2
        other = Counting(counting._assistant)
        service.library.current = other  # type: ignore[assignment]  # a stand-in with only what is used
        await server.reply_to(server.write(QUESTION, user=7))
        assert other.asked.count(QUESTION) == 1


def test_it_is_kept_for_a_minute_and_not_as_words(assistant: Assistant) -> None:
    now = [0.0]
    recent: Recent[str] = Recent(lambda: now[0])
    key = recent.key(QUESTION, Conversation())
    assert key != recent.key(QUESTION, Conversation((TURN,)))
    assert key != Recent[str]().key(QUESTION, Conversation())  # another process can't tell
    recent.keep(assistant, key, "said")
    now[0] = RECENT_SECONDS - 1
    assert recent.get(assistant, key) == "said"
    assert QUESTION not in repr(vars(recent))
    now[0] = RECENT_SECONDS + 1
    assert recent.get(assistant, key) is None
    recent.forget_old()
    assert not recent._said


def test_it_does_not_grow_without_end(assistant: Assistant) -> None:
    recent: Recent[int] = Recent()
    for number in range(2_000):
        recent.keep(assistant, recent.key(str(number), Conversation()), number)
    assert len(recent._said) == 500
    assert recent.get(assistant, recent.key("1999", Conversation())) == 1999
