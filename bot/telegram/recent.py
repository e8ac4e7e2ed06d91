"""What was said a moment ago, and is said again to the same question: searched for once, however many ask it.

Many ask the same when something is in the news, each in a conversation of their own. Most questions mean the same in all of them
(`Assistant.standing`): then one answer does for all.
"""

import asyncio
import hashlib
import json
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION, Conversation, Turn
from bot.answering.reply import Outcome
from bot.answering.standing_alone import Standing
from bot.named import NamedTuple
from bot.presentation.contact import Contact
from bot.telegram import screens
from bot.telegram.library import Library
from bot.telegram.screens import Answer

RECENT_SECONDS = 600.0
"""Seconds that an answer is said again to the same question."""

MOST_RECENT = 2_000
"""Texts that are kept at most; an answer is a kilobyte or two."""

_ALONE, _LEANS = "alone", "leans"
"""What is known of a question: that one answer does for all conversations, or that it does not."""


class Key(NamedTuple):
    """What stands for a question in a conversation. Neither can be told from the other, nor the question from either.

    Attributes:
        digest: under which something is kept.
        seal: what it is hidden with; this is kept nowhere.
    """

    digest: bytes
    seal: bytes


class Recent:
    """Texts for a moment, each of which only the question that it belongs to can open.

    An answer may repeat words of who asked, and those are nobody else's. So a text lies under a stream of bytes made of the question and
    a secret of this process: whoever reads the memory of the process without knowing the question has neither.

    Args:
        clock: seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._assistant: Assistant | None = None
        self._texts: OrderedDict[bytes, tuple[float, bytes]] = OrderedDict()

    def key(self, *parts: str) -> Key:
        """What stands for a question with what it came after."""
        text = "".join(f"{len(part)}:{part}" for part in parts)
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=64, key=self._secret).digest()
        return Key(digest[:16], digest[16:])

    def get(self, assistant: Assistant, key: Key) -> str | None:
        """What was kept under a key for this assistant, or None."""
        if self._assistant is not assistant:
            self.clear()
            return None
        when, hidden = self._texts.get(key.digest, (0.0, b""))
        if not hidden or self._clock() - when >= RECENT_SECONDS:
            return None
        return _hidden(hidden, key.seal).decode()

    def keep(self, assistant: Assistant, key: Key, text: str) -> None:
        """Keep a text, for a moment."""
        if self._assistant is not assistant:
            self.clear()
            self._assistant = assistant
        self._texts[key.digest] = (self._clock(), _hidden(text.encode(), key.seal))
        self._texts.move_to_end(key.digest)
        if len(self._texts) > MOST_RECENT:
            self._texts.popitem(last=False)

    def forget_old(self) -> None:
        """Let go of what was kept too long ago."""
        since = self._clock() - RECENT_SECONDS
        while self._texts and next(iter(self._texts.values()))[0] <= since:
            self._texts.popitem(last=False)

    def clear(self) -> None:
        """Let go of all."""
        self._assistant = None
        self._texts.clear()


def _hidden(data: bytes, seal: bytes) -> bytes:
    """Data under a stream of bytes, or what was hidden so: the same twice gives it back."""
    stream = hashlib.shake_256(seal).digest(len(data))
    return (int.from_bytes(data, "little") ^ int.from_bytes(stream, "little")).to_bytes(len(data), "little")


class Answers:
    """Answers questions in threads; equal ones that come together, or within a moment, once.

    Args:
        library: holds the assistant.
        contact: whom to ask where there is no answer.
    """

    def __init__(self, library: Library, contact: Contact) -> None:
        self._library, self._contact = library, contact
        self.recent = Recent()
        self._under_way: dict[bytes, asyncio.Event] = {}

    async def answer(self, question: str, context: Conversation, keep: bool = True) -> Answer:
        """The answer to a question.

        Args:
            question: without the bot's name; personal numbers in it are masked.
            context: the turns before it.
            keep: whether it may be kept for who asks the same.
        """
        assistant = self._library.current
        if not keep:
            return await self._library.in_thread(screens.answer, assistant, question, context, self._contact)
        base = _base_of(assistant, context)
        exact, of_standing = self._key(question, context), self.recent.key(question, "standing")
        of_base = exact if context == base else self._key(question, base)
        while True:
            known, in_base = self.recent.get(assistant, of_standing), self._remembered(assistant, of_base)
            said = in_base if known == _ALONE and in_base and not _was_quoted(in_base, context) else self._remembered(assistant, exact)
            if said:
                return said
            # Till it is known that a question leans, it is answered in one conversation at a time: it will do for the others.
            digest = exact.digest if known == _LEANS else of_standing.digest
            if digest not in self._under_way:
                break
            await self._under_way[digest].wait()
        self._under_way[digest] = done = asyncio.Event()
        try:
            answered = await self._library.in_thread(self._search, assistant, question, context, base, known, in_base)
            if answered.known:
                self.recent.keep(assistant, of_standing, answered.known)
            if answered.in_base:
                self.recent.keep(assistant, of_base, answered.in_base.to_json())
            if answered.said is not answered.in_base:
                self.recent.keep(assistant, exact, answered.said.to_json())
        finally:
            del self._under_way[digest]
            done.set()
        return answered.said

    def _search(
        self, assistant: Assistant, question: str, context: Conversation, base: Conversation, known: str | None, in_base: Answer | None
    ) -> "_Answered":
        """Answer a question, for all conversations at once where one answer does for them."""

        def asked(conversation: Conversation) -> Answer:
            return screens.answer(assistant, question, conversation, self._contact)

        if context == base:
            return _Answered(asked(context), known)  # how it stands is asked when it comes in another conversation
        standing = Standing.ALONE if known == _ALONE else Standing.LEANING if known else assistant.standing(question)
        if standing is not Standing.LEANING:
            in_base = in_base or asked(base)
            if standing is Standing.ALONE or in_base.outcome == Outcome.ANSWER.value:
                return _Answered(asked(context) if _was_quoted(in_base, context) else in_base, _ALONE, in_base)
        return _Answered(asked(context), _LEANS)

    def _key(self, question: str, context: Conversation) -> Key:
        return self.recent.key(question, json.dumps(context.to_json()) if context.turns else "")

    def _remembered(self, assistant: Assistant, key: Key) -> Answer | None:
        text = self.recent.get(assistant, key)
        return Answer.from_json(text) if text is not None else None


class _Answered(NamedTuple):
    """An answer, what is known of its question now, and the answer that does for all conversations with the same base."""

    said: Answer
    known: str | None
    in_base: Answer | None = None


def _base_of(assistant: Assistant, context: Conversation) -> Conversation:
    """What a question that stands alone is asked after: of what came before only the document counts, where there are several."""
    document = context.turns[-1].document if context.turns and len(assistant.knowledge.documents) > 1 else ""
    return Conversation((Turn((), f"{document}/", answered=False),)) if document else NO_CONVERSATION


def _was_quoted(said: Answer, context: Conversation) -> bool:
    return bool(context.turns) and said.was_quoted_in(context.turns[-1])
