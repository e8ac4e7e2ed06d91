"""The assistant that answers now: asked in threads of its own, so that no question keeps other pages waiting, and replaced when its
knowledge changed."""

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.errors import KnowledgeError
from bot.faults import error_line
from bot.presentation import lines
from bot.presentation.texts import say, told
from bot.watch import KnowledgeSource

MOST_WAITING = 100
"""Questions that wait for their turn; who comes after them hears so at once, instead of waiting for longer than anyone would."""

ANSWERERS = 4
"""Threads that answer. They share one interpreter: more of them would not answer sooner, but one slow question leaves the others free."""

EXAMPLES = 3
_TELLING = 7
"""Letters of its longest word that an answer to an example holds: enough to tell the subject, in any of its forms."""

T = TypeVar("T")


class BusyError(Exception):
    """Too many questions wait already."""


class Answers:
    """Holds the assistant. Other knowledge is one assignment to `current`; who answers takes it once and keeps it throughout.

    Args:
        assistant: the assistant to begin with.
    """

    def __init__(self, assistant: Assistant) -> None:
        self.current = assistant
        self.knowledge_error = ""
        self._threads = ThreadPoolExecutor(ANSWERERS, thread_name_prefix="answer")
        self._waiting = 0
        self._examples: tuple[Assistant, tuple[str, ...]] | None = None

    async def ask(self, work: Callable[[Assistant], T]) -> T:
        """What a piece of work with the assistant gives, done in an answering thread.

        Raises:
            BusyError: too many wait already.
        """
        if self._waiting >= MOST_WAITING:
            raise BusyError
        self._waiting += 1
        try:
            assistant = self.current
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: work(assistant))
        finally:
            self._waiting -= 1

    def examples(self, assistant: Assistant) -> tuple[str, ...]:
        """Up to `EXAMPLES` questions that these sources answer, and by what they ask about; to be called in an answering thread."""
        if self._examples is None or self._examples[0] is not assistant:
            self._examples = (assistant, tuple(text for text in lines.examples() if _answers(assistant, text))[:EXAMPLES])
        return self._examples[1]

    async def renew(self, source: KnowledgeSource, every: float) -> None:
        """Look every so many seconds whether the knowledge changed, until cancelled; `every` 0: never."""
        while every:
            await asyncio.sleep(every)
            await self.look(source)

    async def look(self, source: KnowledgeSource, anyhow: bool = False) -> None:
        """Look once whether the knowledge changed. Whatever goes wrong with the new, the old goes on answering.

        Args:
            source: where it comes from.
            anyhow: load even where nothing seems to have changed.
        """
        try:
            assistant = await asyncio.to_thread(source.renewed, anyhow)
        except KnowledgeError as error:
            self._failed(told(error))
        except Exception as error:
            self._failed(error_line(error, "web"))
        else:
            if assistant is not None:
                self.current, self.knowledge_error = assistant, ""

    def _failed(self, why: str) -> None:
        self.knowledge_error = why
        with suppress(OSError):  # Nobody may be reading any more.
            print(say("console", "not_reloaded", why=why), file=sys.stderr, flush=True)

    def close(self) -> None:
        """Begin no question any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _answers(assistant: Assistant, text: str) -> bool:
    """Whether an example is answered, by a passage that speaks of its subject."""
    reply, _ = assistant.reply(text)
    if reply.outcome is not Outcome.ANSWER or not reply.quotes:
        return False
    subject = max(text.split(), key=len).strip("?!.,").lower()[:_TELLING]
    return subject in f"{reply.quotes[0].passage.section.title} {reply.quotes[0].text}".lower()
