"""Other knowledge while the bot runs: loaded in a thread, and put in place by one assignment."""

import asyncio
import gc
import signal
import time
from contextlib import suppress

from bot.answering.assistant import Assistant
from bot.errors import KnowledgeError
from bot.presentation.texts import told
from bot.telegram import logs
from bot.telegram.counters import Counters
from bot.telegram.library import Library
from bot.watch import KnowledgeSource


class Renewal:
    """Looks at the knowledge folder every so many seconds, and at SIGHUP where the platform has it.

    Args:
        library: gets the new assistant.
        every: seconds between two looks; 0 to look at SIGHUP only.
    """

    def __init__(self, source: KnowledgeSource, library: Library, counters: Counters, every: float) -> None:
        self._source, self._library, self._counters, self._every = source, library, counters, every
        self._asked = asyncio.Event()

    async def run(self) -> None:
        """Go on until cancelled."""
        loop = asyncio.get_running_loop()
        if hasattr(signal, "SIGHUP"):
            loop.add_signal_handler(signal.SIGHUP, self._asked.set)
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._asked.wait(), self._every or None)
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
                self._put_in_place(assistant, time.monotonic() - begin)

    def _failed(self, why: str) -> None:
        self._counters.add("reloads_failed")
        self._counters.knowledge_error = why

    def _put_in_place(self, assistant: Assistant, seconds: float) -> None:
        self._library.current = assistant
        self._counters.add("reloads")
        self._counters.knowledge_error = ""
        knowledge = assistant.knowledge
        logs.event("knowledge_reloaded", documents=len(knowledge.documents), passages=len(knowledge.passages), seconds=round(seconds, 2))
        # As at the start: the old knowledge goes, the new stays and need not be gone through again and again.
        gc.unfreeze()
        gc.collect()
        gc.freeze()
