"""What the bot sends: written down first as values, then sent once, in order, again after a fault, never faster than told."""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from bot.presentation.html import escaped, split_html, without_markup
from bot.telegram import logs
from bot.telegram.connection import AS_JSON
from bot.telegram.connection import call as request_call
from bot.telegram.limits import Pace
from bot.telegram.memory import ConversationRecord, Shown
from bot.telegram.monitoring import Counters
from bot.telegram.store import STORE_ERRORS, LaneLostError, Store

# The library is about to give times as timedelta, and warns until one chooses; each warning would be a line in the log.
os.environ.setdefault("PTB_TIMEDELTA", "true")

ONE_AT_A_TIME = 1.0
"""Seconds that a message on its way holds up the next. While Telegram answers within that time only one is on its way at any moment, so
that only one can come twice when the process dies; when Telegram is slow the other chats don't wait for it."""

LONGEST_PAUSE = 20.0
ANSWER_PATIENCE = 8.0
ANSWER_WITHIN = 3.0
"""Seconds to wait for Telegram to take the answer to a button or an inline query: answering twice does no harm, late is no use."""

_TO_BE_SURE = 0.05

Keyboard = list[list[dict[str, str]]]
"""Rows of buttons, each as the Bot API writes it."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes.

    Attributes:
        thread_id: the topic, or None; the General topic of a forum must get none.
        reply_to: the message that it replies to, or None.
    """

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One message to send, or one message of the bot to change.

    Attributes:
        text: HTML; None where only the buttons change.
        message_id: the message to change; None to send a new one.
        shown: what stands under it, to remember once it is there.
    """

    destination: Destination
    text: str | None
    keyboard: Keyboard | None = None
    message_id: int | None = None
    shown: Shown | None = None

    def to_json(self) -> str:
        """As it is written down."""
        destination = self.destination
        return AS_JSON.encode(
            {
                "place": [destination.chat_id, destination.thread_id, destination.reply_to],
                "text": self.text,
                "keyboard": self.keyboard,
                "message_id": self.message_id,
                "shown": self.shown.to_json() if self.shown else None,
            }
        )

    @classmethod
    def from_json(cls, text: str) -> "Call":
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        shown = Shown.from_json(data["shown"]) if data["shown"] else None
        return cls(Destination(*data["place"]), data["text"], data["keyboard"], data["message_id"], shown)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one update leads to.

    Attributes:
        conversation: what to keep, together with writing down the calls.
    """

    calls: tuple[Call, ...] = ()
    conversation: ConversationRecord | None = None


NOTHING = Plan()


def messages(destination: Destination, text: str, keyboard: Keyboard | None = None, shown: Shown | None = None) -> tuple[Call, ...]:
    """A text as one message, or as several where it is too long for one; the buttons stand under the last.

    What is remembered of it holds for each of them: a thumb or a reply may be meant for any.
    """
    pieces = split_html(text)
    last = len(pieces) - 1
    return tuple(Call(destination, piece, keyboard if number == last else None, shown=shown) for number, piece in enumerate(pieces))


def change(destination: Destination, message_id: int, text: str, keyboard: Keyboard | None = None, shown: Shown | None = None) -> Call:
    """Another text in a message that is there already: as much of it as one message holds."""
    pieces: Sequence[str] = split_html(text)
    return Call(destination, pieces[0], keyboard, message_id, shown)


def told_to_wait(error: BaseException) -> float:
    """Seconds that Telegram told to wait, a little more to be sure; 0 where it did not say."""
    if not isinstance(error, RetryAfter):
        return 0.0
    told = error.retry_after
    return (told.total_seconds() if isinstance(told, timedelta) else float(told)) + _TO_BE_SURE


def pause_before(attempt: int, base: float, longest: float, error: BaseException | None = None) -> float:
    """Seconds to wait before a new attempt.

    Args:
        attempt: how many there were.
        base: the first pause; each further one is twice as long, up to `longest`.
        error: what went wrong; where it says how long to wait, that counts.
    """
    told = told_to_wait(error) if error else 0.0
    spread = random.uniform(0.8, 1.2)  # noqa: S311 - keeps many bots from coming back at once; guards nothing
    return told or min(longest, base * 2 ** min(attempt - 1, 20)) * spread


@asynccontextmanager
async def _stay() -> AsyncIterator[None]:
    yield


class Outbox:
    """Does what a plan says.

    Args:
        pace: how fast messages may go out.
        retry_base: seconds before the first new attempt; each further one waits twice as long.

    Attributes:
        aside: what to enter while a chat has to wait, so that others can go on meanwhile; nothing by default.
    """

    def __init__(self, bot: Bot, store: Store, counters: Counters, pace: Pace, retry_base: float = 0.5) -> None:
        self._bot, self._store, self._counters, self._pace = bot, store, counters, pace
        self._retry_base = retry_base
        self._on_its_way = asyncio.Lock()
        self.aside: Callable[[], Any] = _stay

    async def carry_out(self, update_id: int, plan: Plan) -> None:
        """Write a plan down, do it, and write down that it is done."""
        if not plan.calls:
            if plan.conversation:
                await self._store.record(update_id, (), plan.conversation)
            await self._store.done(update_id)
            return
        await self._store.record(update_id, [call.to_json() for call in plan.calls], plan.conversation)
        for part, call in enumerate(plan.calls):
            await self._do(update_id, part, call, part == len(plan.calls) - 1)

    async def resume(self, update_id: int) -> bool:
        """Go on with what was written down before the process ended, or before something in the program went wrong.

        Returns:
            Whether there was anything: else the update has to be handled.
        """
        recorded = await self._store.recorded_calls(update_id)
        for part, text, out in recorded:
            if not out:
                self._counters.add("resumed")
                await self._do(update_id, part, Call.from_json(text), part == len(recorded) - 1)
        if recorded:
            await self._store.done(update_id)
        return bool(recorded)

    async def answer_now(self, what: Callable[[], Awaitable[Any]]) -> bool:
        """Answer a pressed button or an inline query: at once or not at all, for it is of no use later.

        Returns:
            Whether Telegram took it.
        """
        deadline = asyncio.get_running_loop().time() + ANSWER_PATIENCE
        pause = 0.1
        while True:
            try:
                await what()
            except (BadRequest, Forbidden, InvalidToken):
                return False  # too late already, or answered before
            except TelegramError as error:
                pause = told_to_wait(error) or pause * 2
                if asyncio.get_running_loop().time() + pause > deadline:
                    logs.failure("answer_given_up", error)
                    return False
                await asyncio.sleep(pause)
            else:
                return True

    async def _do(self, update_id: int, part: int, call: Call, last: bool) -> None:
        """One call, until it is done or can't be done."""
        attempt = 0
        todo: Call | None = call
        plain = False
        while todo is not None:
            try:
                await self._one_at_a_time(todo, plain, update_id, part, last)
            except RetryAfter as error:
                wait = told_to_wait(error)
                logs.warning("telegram_says_wait", seconds=wait)
                self._counters.add("told_to_wait")
                await self._pace.pause(todo.destination.chat_id, wait)
            except ChatMigrated as error:
                logs.event("chat_migrated")
                await self._store.move_chat(todo.destination.chat_id, error.new_chat_id)
                todo = replace(todo, destination=replace(todo.destination, chat_id=error.new_chat_id, reply_to=None), shown=None)
            except Forbidden as error:
                logs.event("not_allowed_to_write", why=logs.why(error))
                self._counters.add("blocked")
                todo = None
            except BadRequest as error:
                todo, plain = self._milder(todo, plain, error)
            except TelegramError as error:
                attempt += 1
                self._counters.add("retries")
                pause = pause_before(attempt, self._retry_base, LONGEST_PAUSE)
                logs.failure("send_failed", error, attempt=attempt, pause=round(pause, 2))
                async with self.aside():
                    await asyncio.sleep(pause)
            else:
                return
        await self._finish(update_id, part, last, call.destination.chat_id, None, None)

    async def _one_at_a_time(self, call: Call, plain: bool, update_id: int, part: int, last: bool) -> None:
        while wait := await self._pace.wait_for(call.destination.chat_id):
            async with self.aside():
                await asyncio.sleep(wait)
        async with self._on_its_way:
            await self._pace.turn(call.destination.chat_id)
            await self._store.hold(update_id)
            task = asyncio.create_task(self._send(call, plain, update_id, part, last))
            try:
                await asyncio.wait({task}, timeout=ONE_AT_A_TIME)
            except asyncio.CancelledError:
                task.cancel()
                raise
        await task

    async def _send(self, call: Call, plain: bool, update_id: int, part: int, last: bool) -> None:
        pieces: list[str | None] = [call.text]
        if plain and call.text is not None:
            pieces = [without_markup(piece) for piece in split_html(escaped(without_markup(call.text)))]
        message_id: int | None = None
        for piece in pieces:
            message_id = await self._request(replace(call, text=piece), plain)
        self._counters.add("sent")
        await self._finish(update_id, part, last, call.destination.chat_id, message_id, call.shown)

    async def _finish(self, update_id: int, part: int, last: bool, chat_id: int, message_id: int | None, shown: Shown | None) -> None:
        """Write down that a call is done. Whatever goes wrong here, the message is out: it is not sent again for it."""
        try:
            await self._store.sent(update_id, part, last, chat_id, message_id, shown)
        except LaneLostError:
            raise  # who has the lane now sends it
        except Exception as error:
            self._counters.add("failures")
            logs.failure("not_remembered", error)
            try:
                await self._store.sent(update_id, part, last, chat_id, None, None)
            except STORE_ERRORS as again:
                logs.failure("not_remembered", again)

    async def _request(self, call: Call, plain: bool) -> int | None:
        """The call itself.

        Returns:
            The number of the message, or None where Telegram did not say.
        """
        destination = call.destination
        values: dict[str, Any] = {"chat_id": destination.chat_id, "message_id": call.message_id}
        if call.keyboard is not None:
            values["reply_markup"] = {"inline_keyboard": call.keyboard}
        if call.text is None:
            method = "editMessageReplyMarkup"
        else:
            method = "sendMessage" if call.message_id is None else "editMessageText"
            values |= {"text": call.text, "link_preview_options": {"is_disabled": True}, "parse_mode": None if plain else "HTML"}
        if method == "sendMessage":
            values["message_thread_id"] = destination.thread_id
            if destination.reply_to is not None:
                values["reply_parameters"] = {"message_id": destination.reply_to, "allow_sending_without_reply": True}
        result = await request_call(self._bot.request, self._bot.base_url, method, values)
        if call.message_id is not None:
            return call.message_id
        number = result.get("message_id") if isinstance(result, dict) else None
        return number if isinstance(number, int) else None

    def _milder(self, call: Call, plain: bool, error: BadRequest) -> tuple[Call | None, bool]:
        """What to try after Telegram refused a call: first without markup, then without all that is not the text; then nothing."""
        reason = error.message.lower()
        if "not modified" in reason:
            return None, plain
        self._counters.add("refused")
        logs.failure("refused", error, plain=plain, edit=call.message_id is not None)
        if call.message_id is not None and "message to edit not found" in reason:
            return None, plain
        if not plain and call.text is not None:
            return call, True
        if call.message_id is None and (call.keyboard or call.destination.reply_to):
            return replace(call, keyboard=None, shown=None, destination=replace(call.destination, reply_to=None)), True
        return None, plain
