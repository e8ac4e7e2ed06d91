"""The assistant that answers now: asked in threads of its own, found by short codes, and replaced when its knowledge changed."""

import asyncio
import gc
import re
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import ParamSpec, TypeVar

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.errors import KnowledgeError
from bot.knowledge.links import code_of
from bot.knowledge.model import Document, Passage
from bot.presentation import lines
from bot.presentation.texts import say, told
from bot.telegram import logs
from bot.telegram.monitoring import Counters
from bot.watch import KnowledgeSource

ANSWERERS = 8
"""Threads that answer. They share one interpreter, but one slow question leaves the others free, and those that wait for the encoder go
through it together, which costs half of what they cost one by one."""

EXAMPLES = 3
LONGEST_EXAMPLE = 60
_MOST_READ = 400
_MOST_TRIED = 24
_TELLING = 7
"""Letters of its longest word that an answer to an example holds: enough to tell the subject, in any of its forms."""
_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")

P = ParamSpec("P")
T = TypeVar("T")


class Library:
    """Holds the assistant. Other knowledge is one assignment to `current`; who answers a question takes it once and keeps it throughout."""

    def __init__(self, assistant: Assistant) -> None:
        self.current = assistant
        self._threads = ThreadPoolExecutor(ANSWERERS, thread_name_prefix="answer")
        self._themes: tuple[Assistant, dict[str, str]] | None = None
        self._examples: tuple[Assistant, tuple[str, ...]] | None = None

    async def in_thread(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Do what takes long, such as answering, while the event loop goes on."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, partial(work, *args, **kwargs))

    def switch_to(self, assistant: Assistant, counters: Counters) -> None:
        """Answer from other knowledge from now on."""
        self.current = assistant
        counters.add("reloads")
        knowledge = assistant.knowledge
        logs.event("knowledge_reloaded", documents=len(knowledge.documents), passages=len(knowledge.passages))
        # As at the start: the old knowledge goes, the new stays and need not be gone through again and again.
        gc.unfreeze()
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """Begin no question any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def passage(self, code: str) -> Passage | None:
        """The passage that a code, or a link's payload, stands for."""
        return self.current.knowledge.coded(code)

    def theme(self, code: str) -> str | None:
        """The theme that a code stands for."""
        assistant = self.current
        if self._themes is None or self._themes[0] is not assistant:
            self._themes = (assistant, {code_of(theme): theme for theme in assistant.themes()})
        return self._themes[1].get(code)

    async def examples(self) -> tuple[str, ...]:
        """Up to `EXAMPLES` questions that these sources answer."""
        assistant = self.current
        if self._examples is None or self._examples[0] is not assistant:
            self._examples = (assistant, await self.in_thread(answered_examples, assistant))
        return self._examples[1]


def newest_first(assistant: Assistant) -> list[Document]:
    """The documents, the newest first; those of one year in the order of the knowledge folder."""
    return sorted(assistant.knowledge.documents, key=lambda document: -document.year)


def answered_examples(assistant: Assistant) -> tuple[str, ...]:
    """Questions to begin with, each with another answer: the program's own, else what hints say that a passage answers, else headings.

    Only those that are answered, and by what they ask about: the program's own examples speak of one document, and with another one
    an answer to them could only be a mistake.
    """
    examples: list[str] = []
    answers: set[str] = set()
    for text, fits in islice(_candidates(assistant), _MOST_TRIED):
        if text in examples:
            continue
        reply, _ = assistant.reply(text)
        if reply.outcome is Outcome.ANSWER and reply.quotes and fits(reply.quotes[0].passage):
            answer = reply.quotes[0].passage.id
            if answer not in answers:
                answers.add(answer)
                examples.append(text)
        if len(examples) == EXAMPLES:
            break
    return tuple(examples)


def _candidates(assistant: Assistant) -> Iterator[tuple[str, Callable[[Passage], bool]]]:
    """Questions, each with what tells whether a passage is its answer."""
    for text in lines.examples():
        subject = max(text.split(), key=len).strip("?!.,").lower()[:_TELLING]
        yield text, partial(_speaks_of, subject)
    order = {document.id: rank for rank, document in enumerate(newest_first(assistant))}
    passages = sorted(islice(assistant.knowledge.passages, _MOST_READ), key=lambda passage: order[passage.document.id])
    for passage in passages:
        hints = (question for sentence in passage.sentences for question in sentence.questions)
        text = next((q for q in (*hints, *passage.questions) if q.endswith("?") and len(q) <= LONGEST_EXAMPLE), "")
        if text:
            yield text, partial(_is, passage)
    for heading in dict.fromkeys(_heading(passage) for passage in passages):
        text = say("telegram", "about_heading", heading=heading[1])
        if heading[1] and len(text) <= LONGEST_EXAMPLE:
            yield text, partial(_is_under, heading)


def _speaks_of(subject: str, answer: Passage) -> bool:
    return subject in f"{answer.section.title} {answer.text}".lower()


def _is(passage: Passage, answer: Passage) -> bool:
    return answer.id == passage.id


def _is_under(heading: tuple[str, str], answer: Passage) -> bool:
    return _heading(answer) == heading


def _heading(passage: Passage) -> tuple[str, str]:
    return passage.document.id, passage.section.title


def payload_of(passage_id: str) -> str:
    """What stands behind ?start= in a link to a passage: its id where a link can hold it, else its code."""
    readable = passage_id.replace("/", "_")
    return readable if _LINK.fullmatch(readable) else code_of(passage_id)


class Renewal:
    """Looks at the knowledge folder every so many seconds, and when it is told to, and loads in a thread.

    Args:
        offer: gets the new assistant, and switches to it when it is time.
        every: seconds between two looks; 0 to look only when told to.
    """

    def __init__(self, source: KnowledgeSource, offer: Callable[[Assistant], Awaitable[None]], counters: Counters, every: float) -> None:
        self._source, self._offer, self._counters, self._every = source, offer, counters, every
        self._asked = asyncio.Event()

    def look_now(self) -> None:
        """Load at once, even where nothing seems to have changed."""
        self._asked.set()

    async def run(self) -> None:
        """Go on until cancelled."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._every or None):
                    await self._asked.wait()
            asked = self._asked.is_set()
            self._asked.clear()
            await self.look(anyhow=asked)

    async def look(self, anyhow: bool = False) -> None:
        """Look once.

        Args:
            anyhow: load even where nothing seems to have changed.
        """
        begin = time.monotonic()
        try:
            assistant = await asyncio.to_thread(self._source.renewed, anyhow)
        except KnowledgeError as error:
            self._failed(told(error))
            logs.warning("knowledge_not_reloaded", why=told(error))
        except Exception as error:
            # Whatever goes wrong with the new knowledge, the old goes on answering.
            self._failed(type(error).__name__)
            logs.failure("knowledge_not_reloaded", error)
        else:
            if assistant is not None:
                self._counters.knowledge_error = ""
                logs.event("knowledge_loaded", seconds=round(time.monotonic() - begin, 2))
                await self._offer(assistant)

    def _failed(self, why: str) -> None:
        self._counters.add("reloads_failed")
        self._counters.knowledge_error = why
