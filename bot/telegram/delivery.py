"""Sending: once, in order, again after a fault, never faster than told."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError
from telegram.ext import ExtBot

from bot.presentation.html import escaped, split_html, without_markup
from bot.telegram import logs
from bot.telegram.calls import Call, Plan
from bot.telegram.connection import call as request_call
from bot.telegram.counters import Counters
from bot.telegram.memory import Memory
from bot.telegram.store import Store
from bot.telegram.waiting import pause_before, told_to_wait

ONE_AT_A_TIME = 1.0
"""Seconds that a message on its way holds up the next. While Telegram answers within that time only one is on its way at any moment, so
that only one can come twice when the process dies; when Telegram is slow the other chats don't wait for it."""

LONGEST_PAUSE = 20.0
ANSWER_PATIENCE = 8.0
ANSWER_WITHIN = 3.0
"""Seconds to wait for Telegram to take the answer to a button or an inline query: answering twice does no harm, late is no use."""


class Pace:
    """Keeps messages apart, and keeps all of them back while Telegram says so.

    Args:
        per_second: how many may go out; 0 for any number.
    """

    def __init__(self, per_second: float) -> None:
        self._interval = 1.0 / per_second if per_second else 0.0
        self._next = 0.0
        self._paused_until = 0.0

    def pause(self, seconds: float) -> None:
        """Let nothing out for so long."""
        self._paused_until = max(self._paused_until, asyncio.get_running_loop().time() + seconds)

    async def turn(self) -> None:
        """Wait until a message may go out."""
        loop = asyncio.get_running_loop()
        if self._interval:
            mine = max(self._next, loop.time())
            self._next = mine + self._interval
            if mine > loop.time():
                await asyncio.sleep(mine - loop.time())
        while self._paused_until > loop.time():
            await asyncio.sleep(self._paused_until - loop.time())


class Delivery:
    """Does what a plan says.

    Args:
        per_second: the ceiling on messages, 0 for none.
        retry_base: seconds before the first new attempt; each further one waits twice as long.
    """

    def __init__(
        self, bot: ExtBot[None], store: Store, memory: Memory, counters: Counters, per_second: float, retry_base: float = 0.5
    ) -> None:
        self._bot, self._store, self._memory, self._counters = bot, store, memory, counters
        self._pace = Pace(per_second)
        self._retry_base = retry_base
        self._on_its_way = asyncio.Lock()

    async def carry_out(self, update_id: int, plan: Plan) -> None:
        """Write a plan down, do it, and write down that it is done."""
        if not plan.calls:
            self._store.done(update_id)
            return

        written = False

        def write_down() -> None:
            # Only now, when it is next to go out: until then a restart may as well begin anew from the inbox.
            nonlocal written
            if not written:
                with self._store.transaction() as db:
                    self._store.record_calls(db, update_id, [call.to_json() for call in plan.calls])
                    if plan.conversation:
                        self._memory.keep_conversation(db, *plan.conversation)
            written = True

        for part, call in enumerate(plan.calls):
            await self._do(update_id, part, call, part == len(plan.calls) - 1, write_down)

    async def resume(self, update_id: int) -> bool:
        """Go on with what was written down before the process ended.

        Returns:
            Whether there was anything: else the update has to be handled.
        """
        recorded = self._store.recorded_calls(update_id)
        for part, text, state in recorded:
            if state != "sent":
                self._counters.add("resumed")
                await self._do(update_id, part, Call.from_json(text), part == len(recorded) - 1, lambda: None)
        if recorded:
            self._store.done(update_id)
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

    async def _do(self, update_id: int, part: int, call: Call, last: bool, before: Callable[[], None]) -> None:
        """One call, until it is done or can't be done."""
        attempt = 0
        todo: Call | None = call
        plain = False
        while todo is not None:
            try:
                await self._one_at_a_time(partial(self._attempt, update_id, part, todo, plain, last, before))
            except RetryAfter as error:
                wait = told_to_wait(error)
                logs.warning("telegram_says_wait", seconds=wait)
                self._counters.add("told_to_wait")
                self._pace.pause(wait)
            except ChatMigrated as error:
                logs.event("chat_migrated")
                self._memory.migrate(todo.place.chat_id, error.new_chat_id)
                todo = replace(todo, place=replace(todo.place, chat_id=error.new_chat_id, reply_to=None), shown=None)
            except Forbidden:
                logs.event("not_allowed_to_write")
                self._counters.add("blocked")
                todo = None
            except BadRequest as error:
                todo, plain = self._milder(todo, plain, error)
            except (TelegramError, KeyError, TypeError) as error:
                # The last two: an answer that is none, and so is not from Telegram.
                attempt += 1
                self._counters.add("retries")
                pause = pause_before(attempt, self._retry_base, LONGEST_PAUSE)
                logs.failure("send_failed", error, attempt=attempt, pause=round(pause, 2))
                await asyncio.sleep(pause)
            else:
                return
        self._finish(update_id, part, call, None, last)

    async def _attempt(self, update_id: int, part: int, call: Call, plain: bool, last: bool, before: Callable[[], None]) -> None:
        before()
        message_id: int | None = None
        pieces: list[str | None] = [call.text]
        if plain and call.text is not None:
            pieces = [without_markup(piece) for piece in split_html(escaped(without_markup(call.text)))]
        for piece in pieces:
            message_id = await self._request(replace(call, text=piece), plain)
        self._counters.add("sent")
        self._finish(update_id, part, call, message_id, last)

    def _finish(self, update_id: int, part: int, call: Call, message_id: int | None, last: bool) -> None:
        with self._store.transaction() as db:
            if call.shown and message_id is not None:
                self._memory.keep_shown(db, call.place.chat_id, message_id, call.shown)
            if last:
                self._store.mark_done(db, update_id)
            else:
                self._store.mark_sent(db, update_id, part)

    async def _request(self, call: Call, plain: bool) -> int | None:
        """The call itself.

        Returns:
            The number of the message, or None where Telegram did not say.
        """
        place = call.place
        values: dict[str, Any] = {"chat_id": place.chat_id, "message_id": call.message_id}
        if call.keyboard is not None:
            values["reply_markup"] = {"inline_keyboard": call.keyboard}
        if call.text is None:
            method = "editMessageReplyMarkup"
        else:
            method = "sendMessage" if call.message_id is None else "editMessageText"
            values |= {"text": call.text, "link_preview_options": {"is_disabled": True}, "parse_mode": None if plain else "HTML"}
        if method == "sendMessage":
            values["message_thread_id"] = place.thread_id
            if place.reply_to is not None:
                values["reply_parameters"] = {"message_id": place.reply_to, "allow_sending_without_reply": True}
        result = await request_call(self._bot.request, self._bot.base_url, method, values)
        if call.message_id is not None:
            return call.message_id
        if result is True:
            return None
        return int(result["message_id"])

    async def _one_at_a_time(self, send: Callable[[], Coroutine[Any, Any, None]]) -> None:
        async with self._on_its_way:
            await self._pace.turn()
            task = asyncio.create_task(send())
            try:
                await asyncio.wait({task}, timeout=ONE_AT_A_TIME)
            except asyncio.CancelledError:
                task.cancel()
                raise
        await task

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
        if call.message_id is None and (call.keyboard or call.place.reply_to):
            return replace(call, keyboard=None, shown=None, place=replace(call.place, reply_to=None)), True
        return None, plain
