"""The running bot: start, work, stop."""

import asyncio
import ctypes
import gc
import hashlib
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from telegram import Bot, BotCommand
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot import errors
from bot.answering.assistant import Assistant
from bot.presentation.texts import say, told
from bot.settings import DEFAULT_API_URL, Settings
from bot.telegram import logs, monitoring, pages
from bot.telegram.connection import open_request
from bot.telegram.handlers import Handlers
from bot.telegram.inbox import ALLOWED_UPDATES, Inbox
from bot.telegram.library import Library, Renewal
from bot.telegram.monitoring import Counters, Monitor
from bot.telegram.outbox import Outbox, pause_before
from bot.telegram.polling import CONFLICT_PATIENCE, LONGEST_PAUSE, MARGIN_SECONDS, POLL_SECONDS, Poller, wrong_token
from bot.telegram.shared import TOUCHES, Shared
from bot.telegram.state import State, state_of
from bot.telegram.updates import Update
from bot.watch import KnowledgeSource

if TYPE_CHECKING:
    from tornado.httpserver import HTTPServer

READ_TIMEOUT = 20.0
"""Seconds to wait for an answer to a message: one that comes late was sent all the same, and a new attempt would send it twice."""

STOP_PATIENCE = 10.0
_TIDY_EVERY = 2.0
_TIDY_AT_LEAST_EVERY = 60.0
_PRUNE_EVERY = 60.0
_M_ARENA_MAX = -8  # as in glibc's malloc.h
_SWITCH_SECONDS = 0.0005
"""How long a thread that answers keeps the interpreter from the event loop at most. Python's own 0.005 s would hold up every message on
its way several times; a shorter one costs the threads no measurable time."""


def run_service(
    settings: Settings,
    assistant_factory: Callable[[], Assistant],
    conflict_patience: float = CONFLICT_PATIENCE,
    source: KnowledgeSource | None = None,
) -> int:
    """Run the bot until it is told to stop; see `bot.telegram.run`."""
    logs.start((settings.token, settings.webhook_secret, settings.state_url))
    try:
        if not settings.token:
            raise errors.TelegramError("telegram.no_token")
        state = state_of(settings)
        try:
            service = Service(settings, assistant_factory(), state, conflict_patience, source)
            # The knowledge stays as it is: going through it again and again in search of garbage would take longer than answering.
            gc.collect()
            gc.freeze()
            sys.setswitchinterval(_SWITCH_SECONDS)
            _share_one_heap()
            asyncio.run(service.run())
        finally:
            state.release()
    except errors.AkkoordwijzerError as error:
        print(say("errors", "prefix") + told(error), file=sys.stderr)
        return 2
    return 0


class Service:
    """All parts of the bot, put together.

    Args:
        conflict_patience: seconds that another poller may go on.
        source: where knowledge comes from, to look at for changes.
    """

    def __init__(
        self,
        settings: Settings,
        assistant: Assistant,
        state: State,
        conflict_patience: float = CONFLICT_PATIENCE,
        source: KnowledgeSource | None = None,
    ) -> None:
        self.settings, self.state, self.store = settings, state, state.store
        self.library = Library(assistant)
        self.counters = Counters()
        self._renewal = Renewal(source, state.offer, self.counters, settings.reload_seconds) if source else None
        self._polling = not settings.webhook_url
        self._poll_request = open_request(settings.api_url, POLL_SECONDS + MARGIN_SECONDS)
        self.bot = Bot(
            settings.token,
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=open_request(settings.api_url, READ_TIMEOUT),
            get_updates_request=self._poll_request,
        )
        pace = state.pace(settings.messages_per_second, settings.group_messages_per_minute)
        self.outbox = Outbox(self.bot, self.store, self.counters, pace)
        limit = state.ceiling("questions", settings.questions_per_minute)
        touches = state.ceiling("touches", TOUCHES * settings.questions_per_minute)
        self.shared = Shared(settings, self.bot, self.library, self.store, self.outbox, self.counters, limit, touches)
        state.when_forgotten(self.shared.answers.recent.clear)
        self._handlers = Handlers(self.shared)
        self.lanes = state.attach(self.library, self.counters, self.handle)
        self.outbox.aside = self.lanes.aside
        self.inbox = Inbox(lambda: self.shared.me, self.store, self.counters, self.lanes.put)
        self._conflict_patience = conflict_patience
        self._stopping = asyncio.Event()
        self._has_terminal = _terminal_ends_us()
        self._connected = False
        self._webhook: HTTPServer | None = None

    async def handle(self, update_id: int, update: Update) -> None:
        """Handle one update: go on with what was written down for it before the process ended, or begin."""
        if self.lanes.begun(update_id) and await self.outbox.resume(update_id):
            return
        await self._handlers.handle(update_id, update)

    def stop(self) -> None:
        """Finish what is in hand and come back from `run`."""
        self._stopping.set()

    def _on_hangup(self) -> None:
        """SIGHUP: someone wants changed knowledge loaded, or the terminal was closed in which the bot was started."""
        if self._has_terminal and not _terminal_is_there():
            logs.event("terminal_closed")
            self.stop()
        elif self._renewal:
            self._renewal.look_now()

    async def run(self) -> None:
        """Work until SIGTERM or SIGINT.

        Raises:
            errors.TelegramError: the bot can't start or go on.
        """
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            try:
                loop.add_signal_handler(number, self.stop)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self.stop))
        if hasattr(signal, "SIGHUP"):
            loop.add_signal_handler(signal.SIGHUP, self._on_hangup)
        monitor = Monitor(
            self.counters, self.store, self._polling, self.ready, self.state.replica, lambda: self.library.current.knowledge.version
        )
        page = monitoring.serve(self.settings.health_listen, monitor)
        work = asyncio.create_task(self._work())
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait({work, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                logs.event("stopping")
                work.cancel()
            await work
        except asyncio.CancelledError:
            pass
        finally:
            stopping.cancel()
            # Updates may still come: they are in the inbox for the others, or for the next start.
            await self.lanes.close(STOP_PATIENCE)
            if self._webhook:
                self._webhook.stop()
                await self._webhook.close_all_connections()
            await self.state.leave()
            self.library.close()
            if page:
                page.stop()
            await self._close()
            logs.event("stopped")

    def ready(self) -> bool:
        """Whether updates may be sent here: not before Telegram was reached, and not while the bot stops or its state can't be written."""
        return self._connected and not self._stopping.is_set() and not self.store.trouble

    async def _work(self) -> None:
        await self.state.begin()
        await self._connect()
        self.lanes.begin()
        watching = asyncio.create_task(self.state.watch())
        getting = asyncio.create_task(self._get_updates())
        others = [asyncio.create_task(each) for each in (self._prune(), self._tidy(), self._introduce(), self.library.examples())]
        if self._renewal:
            others.append(asyncio.create_task(self._renewal.run()))
        try:
            # Neither ends but with an error.
            await asyncio.wait({watching, getting}, return_when=asyncio.FIRST_COMPLETED)
            for task in (watching, getting):
                if task.done():
                    task.result()
        finally:
            for other in (watching, getting, *others):
                other.cancel()
            await asyncio.gather(watching, getting, *others, return_exceptions=True)

    async def _get_updates(self) -> None:
        if self._polling:
            await self._until_done(lambda: self.bot.delete_webhook(), "delete_webhook")
            self._connected = True
            await Poller(self._poll_request, self.bot.base_url, self.inbox, self.counters, self._conflict_patience).run()
            return
        from bot.telegram import webhook

        url, secret = self.settings.webhook_url, self._webhook_secret()
        self._webhook = webhook.serve(self.settings.webhook_listen, secret, self.inbox, self.counters)
        await self._until_done(lambda: self.bot.set_webhook(url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES)), "set_webhook")
        self._connected = True
        await asyncio.Event().wait()

    async def _connect(self) -> None:
        """Find out who we are; Telegram may be away for a while."""
        await self._until_done(self.bot.initialize, "connect")
        me, link = self.bot.bot, f"https://t.me/{self.bot.username}"
        mode = "polling" if self._polling else "webhook"
        logs.event("started", bot=me.first_name, link=link, process=os.getpid(), mode=mode, waiting=self.store.depth())
        if sys.stdout.isatty():
            print(say("telegram", "running", name=me.first_name, link=link), flush=True)

    async def _until_done(self, what: Callable[[], Any], name: str) -> None:
        """Do something that the bot can't go on without, however long Telegram is away.

        Raises:
            errors.TelegramError: Telegram does not know the token, or refuses this call.
        """
        attempt = 0
        while True:
            try:
                await what()
            except InvalidToken:
                # What is no Bot API knows no token either.
                self_hosted = self.settings.api_url != DEFAULT_API_URL
                raise (errors.TelegramError("telegram.wrong_token_or_address") if self_hosted else wrong_token()) from None
            except BadRequest as error:
                # It would be refused again.
                key = "telegram.webhook_refused" if name == "set_webhook" else "telegram.refused"
                raise errors.TelegramError(key, why=logs.why(error)) from None
            except TelegramError as error:
                attempt += 1
                pause = pause_before(attempt, 0.25, LONGEST_PAUSE, error)
                logs.failure(f"{name}_failed", error, attempt=attempt, pause=round(pause, 2))
                if attempt == 1 and sys.stderr.isatty():
                    print(say("telegram", "unreachable"), file=sys.stderr, flush=True)
                await asyncio.sleep(pause)
            else:
                return

    async def _introduce(self) -> None:
        """Commands and descriptions as Telegram shows them; only when they changed, for Telegram is sparing with these calls."""
        commands, texts = pages.command_list(), (say("telegram", "description"), say("telegram", "short_description"))
        known = hashlib.sha256(json.dumps([self.bot.id, commands, texts]).encode()).hexdigest()
        if await self.store.fact("introduced") == known:
            return
        try:
            await self.bot.set_my_commands([BotCommand(*command) for command in commands])
            await self.bot.set_my_description(texts[0])
            await self.bot.set_my_short_description(texts[1])
        except TelegramError as error:
            logs.failure("introduction_failed", error)  # the next start tries again; answering does not need it
        else:
            await self.store.remember_fact("introduced", known)

    async def _tidy(self) -> None:
        """Empty the journal in quiet moments, and now and then in others. Nothing ends this."""
        since_tidy = 0.0
        while True:
            try:
                if (self.lanes.idle() or since_tidy >= _TIDY_AT_LEAST_EVERY) and await self.store.tidy():
                    since_tidy = 0.0
            except Exception as error:
                logs.failure("tidying_failed", error)
            if since_tidy >= 5 * _TIDY_AT_LEAST_EVERY:
                # Another process reads the file all the time, a backup for example: until it stops, old questions stay in the journal.
                logs.warning("journal_not_emptied", seconds=round(since_tidy))
                since_tidy = 0.0
            await asyncio.sleep(_TIDY_EVERY)
            since_tidy += _TIDY_EVERY

    async def _prune(self) -> None:
        """Delete what has had its time. Where the store can't be written this waits; emptying the journal, which makes room, does not."""
        while True:
            try:
                self.shared.forget_old()
                await self.store.prune()
            except Exception as error:
                logs.failure("pruning_failed", error)
            await asyncio.sleep(_PRUNE_EVERY)

    def _webhook_secret(self) -> str:
        """The secret that Telegram brings along: as set, else one that follows from the token and stays the same."""
        token = self.settings.token
        return self.settings.webhook_secret or hashlib.blake2b(token.encode(), digest_size=24, person=b"akkoord-webhook").hexdigest()

    async def _close(self) -> None:
        try:
            await self.bot.shutdown()
        except (TelegramError, RuntimeError) as error:
            logs.failure("close_failed", error)
        await self.store.close()


def _share_one_heap() -> None:
    """Let all threads take memory from one heap: glibc gives each its own, 5 MB together, though only one runs Python at a time."""
    # No other C library has this call, or needs it.
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)


def _terminal_is_there() -> bool:
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _terminal_ends_us() -> bool:
    """Whether the bot belongs to a terminal, and should end when that is closed: not where `nohup` says otherwise."""
    return hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN and _terminal_is_there()
