"""The same question within ten minutes gets the same answer without a new search, and nobody's words can be read for it."""

import asyncio
import time
from typing import Any

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.presentation.contact import Contact
from bot.telegram.library import Library
from bot.telegram.recent import MOST_RECENT, RECENT_SECONDS, Answers, Recent
from tests.telegram.api_server import ApiServer, buttons, quotes
from tests.telegram.conftest import Start

QUESTION = "Krijgen asielzoekers taalles in het azc?"  # none of the examples, which are asked at the start


class Counting:
    """Counts what it is asked."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self.asked: list[str] = []
        self.slow = 0.0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def reply(self, question: str, *conversation: Any) -> Any:
        self.asked.append(question)
        time.sleep(self.slow)
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
        # After itself it gets a note more, that this was quoted before.
        again = await server.reply_to(server.write(QUESTION, user=5))
        assert again["text"] != replies[0]["text"]
        assert counting.asked.count(QUESTION) == 2


@pytest.fixture
def answers(counting: Counting) -> Answers:
    return Answers(Library(counting), Contact("", "", "", ""))  # type: ignore[arg-type]  # a stand-in with only what is used


def after(counting: Counting, *questions: str) -> Conversation:
    """The conversation after some questions."""
    conversation = Conversation()
    for question in questions:
        conversation = counting._assistant.reply(question, conversation)[1]
    return conversation


EARLIER = ("Blijft het kinderpardon bestaan?", "Welke afspraken zijn er met Turkije?", "Wat is de straf voor haatzaaien?")


async def test_a_question_that_stands_alone_is_searched_for_once_whatever_came_before(answers: Answers, counting: Counting) -> None:
    contexts = [Conversation(), *(after(counting, earlier) for earlier in EARLIER), after(counting, *EARLIER)]
    said = [await answers.answer(QUESTION, context) for context in contexts]
    assert len({each.text for each in said}) == 1
    assert counting.asked.count(QUESTION) == 1
    # The other way round: first asked somewhere in a conversation.
    other = "Krijgen vluchtelingen nog zorgtoeslag in de eerste twee jaar?"
    said = [await answers.answer(other, context) for context in reversed(contexts)]
    assert len({(each.text, each.turn) for each in said}) == 1
    assert counting.asked.count(other) == 1


@pytest.mark.parametrize("question", ["En voor volwassenen?", "wie zegt dat", "Hoe lang duurt dat?", "en nu?"])
async def test_a_question_that_leans_is_answered_in_its_own_conversation(answers: Answers, counting: Counting, question: str) -> None:
    for _ in range(2):
        for earlier in EARLIER:
            context = after(counting, earlier)
            alone = counting._assistant.reply(question, context)[0]
            said = await answers.answer(question, context)
            assert said.hits == tuple((q.passage.id, q.highlight.start, q.highlight.end) for q in alone.quotes)
    assert counting.asked.count(question) == len(EARLIER)


async def test_equal_questions_that_come_together_are_searched_for_once(answers: Answers, counting: Counting) -> None:
    counting.slow = 0.05
    said = await asyncio.gather(*(answers.answer(QUESTION, Conversation()) for _ in range(20)))
    assert len({each.text for each in said}) == 1
    assert counting.asked == [QUESTION]


async def test_who_waits_for_another_answer_gets_one_when_that_one_is_given_up(answers: Answers, counting: Counting) -> None:
    counting.slow = 0.05
    first, second = (asyncio.create_task(answers.answer(QUESTION, Conversation())) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    assert (await second).hits
    assert first.cancelled()


@pytest.mark.parametrize("question", ["Krijgen asielzoekers taalless in het azc?", "Wat vindt Zeldzamius daarvan?"])
async def test_what_repeats_words_of_who_asked_can_be_read_with_these_words_only(
    answers: Answers, counting: Counting, question: str
) -> None:
    said = [await answers.answer(question, Conversation()) for _ in range(2)]
    assert said[0] == said[1]
    assert counting.asked == [question]
    kept = answers.recent._texts.values()
    assert kept
    for _, hidden in kept:
        for word in (b"taalless", b"taalles", b"Zeldzamius", b"zeldzamius", b"text", b"asielzoeker"):
            assert word not in hidden


async def test_of_a_message_with_personal_data_nothing_is_kept(server: ApiServer, start: Start, counting: Counting) -> None:
    async with start() as service:
        await service.library.examples()
        service.library.current = counting  # type: ignore[assignment]  # a stand-in with only what is used
        service.shared.answers.recent.clear()
        for user in (5, 6):
            await server.reply_to(server.write("Mijn BSN is 111222333. Blijft het kinderpardon?", user=user))
        assert len([each for each in counting.asked if "kinderpardon" in each]) == 2
        assert not service.shared.answers.recent._texts


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


def test_it_is_kept_for_ten_minutes(assistant: Assistant) -> None:
    now = [0.0]
    recent = Recent(lambda: now[0])
    key = recent.key(QUESTION, "after this")
    assert key != recent.key(QUESTION, "after that")
    assert key != Recent().key(QUESTION, "after this")  # another process can't tell
    recent.keep(assistant, key, "said")
    now[0] = RECENT_SECONDS - 1
    assert recent.get(assistant, key) == "said"
    now[0] = RECENT_SECONDS + 1
    assert recent.get(assistant, key) is None
    recent.forget_old()
    assert not recent._texts


def test_it_does_not_grow_without_end(assistant: Assistant) -> None:
    recent = Recent()
    for number in range(2 * MOST_RECENT):
        recent.keep(assistant, recent.key(str(number)), str(number))
    assert len(recent._texts) == MOST_RECENT
    assert recent.get(assistant, recent.key(str(2 * MOST_RECENT - 1))) == str(2 * MOST_RECENT - 1)
