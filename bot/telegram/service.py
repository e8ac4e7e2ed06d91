"""The running bot: start, work, stop."""

import asyncio
import gc
import hashlib
import json
import signal
import sys
from collections.abc import Callable
from typing import Any

from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application, ExtBot

from bot import errors
from bot.answering.assistant import Assistant
from bot.presentation.texts import say, told
from bot.settings import Settings
from bot.telegram import health, logs, pages
from bot.telegram.connection import open_request
from bot.telegram.counters import Counters
from bot.telegram.delivery import Delivery
from bot.telegram.feedback import STORE_NAME
from bot.telegram.handlers import Handlers
from bot.telegram.intake import ALLOWED_UPDATES
from bot.telegram.lanes import Lanes
from bot.telegram.library import Library
from bot.telegram.memory import Memory
from bot.telegram.polling import CONFLICT_PATIENCE, LONGEST_PAUSE, MARGIN_SECONDS, POLL_SECONDS, Poller, wrong_token
from bot.telegram.receiving import Receiver
from bot.telegram.renewal import Renewal
from bot.telegram.store import Store, data_dir, only_one
from bot.telegram.waiting import pause_before
from bot.watch import KnowledgeSource

READ_TIMEOUT = 20.0
"""Seconds to wait for an answer to a message: one that comes late was sent all the same, and a new attempt would send it twice."""

STOP_PATIENCE = 10.0
_TIDY_EVERY = 2.0
_PRUNE_EVERY = 3600.0

BotApplication = Application[Any, Any, Any, Any, Any, Any]


def run_service(
    settings: Settings,
    assistant_factory: Callable[[], Assistant],
    conflict_patience: float = CONFLICT_PATIENCE,
    source: KnowledgeSource | None = None,
) -> int:
    """Run the bot until it is told to stop; see `bot.telegram.run`."""
    logs.start((settings.token, settings.webhook_secret))
    try:
        if not settings.token:
            raise errors.TelegramError(say("telegram", "errors", "no_token"), say("telegram", "errors", "no_token_remedy"))
        folder = data_dir(settings)
        lock = only_one(folder)
        try:
            service = Service(settings, assistant_factory(), Store(folder / STORE_NAME), conflict_patience, source)
            # The knowledge stays as it is: going through it again and again in search of garbage would take longer than answering.
            gc.collect()
            gc.freeze()
            asyncio.run(service.run())
        finally:
            lock.close()
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
        store: Store,
        conflict_patience: float = CONFLICT_PATIENCE,
        source: KnowledgeSource | None = None,
    ) -> None:
        self.settings, self.store = settings, store
        self.library = Library(assistant)
        self.counters = Counters()
        self._renewal = Renewal(source, self.library, self.counters, settings.reload_seconds) if source else None
        self._polling = not settings.webhook_url
        self._poll_request = open_request(settings.api_url, POLL_SECONDS + MARGIN_SECONDS)
        self.bot: ExtBot[None] = ExtBot(
            settings.token,
            base_url=f"{settings.api_url}/bot",
            base_file_url=f"{settings.api_url}/file/bot",
            request=open_request(settings.api_url, READ_TIMEOUT),
            get_updates_request=self._poll_request,
        )
        memory = Memory(store)
        self.delivery = Delivery(self.bot, store, memory, self.counters, settings.messages_per_second)
        self.application: BotApplication = Application.builder().bot(self.bot).updater(None).job_queue(None).build()
        handlers = Handlers(self.library, memory, self.delivery, self.counters, settings)
        handlers.register(self.application)
        self.application.add_error_handler(handlers.on_error)
        self.lanes = Lanes(self.bot, store, self.counters, self.handle)
        self.receiver = Receiver(self.bot, store, self.lanes, self.counters)
        self._conflict_patience = conflict_patience
        self._stopping = asyncio.Event()
        self._from_before = {update_id for update_id, _ in store.open_updates()}

    async def handle(self, update_id: int, update: Update) -> None:
        """Handle one update: go on with what was written down for it before the process ended, or begin."""
        if update_id in self._from_before and await self.delivery.resume(update_id):
            return
        await self.application.process_update(update)
        if self.store.payload(update_id) is not None:
            self.store.done(update_id)  # no handler wanted it

    def stop(self) -> None:
        """Finish what is in hand and come back from `run`."""
        self._stopping.set()

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
        page = health.serve(self.settings.health_listen, self.counters, self.store.depth, self._polling)
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
            await self.lanes.close(STOP_PATIENCE)
            if page:
                page.stop()
            await self._close()
            logs.event("stopped")

    async def _work(self) -> None:
        await self._connect()
        for update_id, lane in self.store.open_updates():
            self.lanes.put(update_id, lane)
        others = [asyncio.create_task(self._tidy()), asyncio.create_task(self._introduce())]
        if self._renewal:
            others.append(asyncio.create_task(self._renewal.run()))
        server = None
        try:
            if self._polling:
                await self._until_done(lambda: self.bot.delete_webhook(), "delete_webhook")
                await Poller(self._poll_request, self.bot.base_url, self.receiver, self.counters, self._conflict_patience).run()
            else:
                from bot.telegram import webhook

                url, secret = self.settings.webhook_url, self._webhook_secret()
                server = webhook.serve(self.settings.webhook_listen, secret, self.receiver, self.counters)
                await self._until_done(
                    lambda: self.bot.set_webhook(url, secret_token=secret, allowed_updates=list(ALLOWED_UPDATES)), "set_webhook"
                )
                await asyncio.Event().wait()
        finally:
            if server:
                server.stop()
            for other in others:
                other.cancel()

    async def _connect(self) -> None:
        """Find out who we are; Telegram may be away for a while."""
        await self._until_done(self.application.initialize, "connect")
        logs.event("started", mode="polling" if self._polling else "webhook", waiting=self.store.depth())

    async def _until_done(self, what: Callable[[], Any], name: str) -> None:
        attempt = 0
        while True:
            try:
                await what()
            except InvalidToken:
                raise wrong_token() from None
            except (TelegramError, TypeError, KeyError, AttributeError) as error:
                attempt += 1
                pause = pause_before(attempt, 0.25, LONGEST_PAUSE, error)
                logs.failure(f"{name}_failed", error, attempt=attempt, pause=pause)
                await asyncio.sleep(pause)
            else:
                return

    async def _introduce(self) -> None:
        """Commands and descriptions as Telegram shows them; only when they changed, for Telegram is sparing with these calls."""
        commands, texts = pages.command_list(), (say("telegram", "description"), say("telegram", "short_description"))
        known = hashlib.sha256(json.dumps([self.bot.id, commands, texts]).encode()).hexdigest()
        if self.store.fact("introduced") == known:
            return
        try:
            await self.bot.set_my_commands([BotCommand(*command) for command in commands])
            await self.bot.set_my_description(texts[0])
            await self.bot.set_my_short_description(texts[1])
        except (TelegramError, TypeError, KeyError) as error:
            logs.failure("introduction_failed", error)  # the next start tries again; answering does not need it
        else:
            self.store.remember_fact("introduced", known)

    async def _tidy(self) -> None:
        since_prune = _PRUNE_EVERY
        while True:
            if since_prune >= _PRUNE_EVERY:
                self.store.prune()
                since_prune = 0.0
            if self.lanes.idle():
                self.store.tidy()
            await asyncio.sleep(_TIDY_EVERY)
            since_prune += _TIDY_EVERY

    def _webhook_secret(self) -> str:
        """The secret that Telegram brings along: as set, else one that follows from the token and stays the same."""
        token = self.settings.token
        return self.settings.webhook_secret or hashlib.blake2b(token.encode(), digest_size=24, person=b"akkoord-webhook").hexdigest()

    async def _close(self) -> None:
        try:
            await self.bot.shutdown()
        except (TelegramError, RuntimeError) as error:
            logs.failure("close_failed", error)
        self.store.close()
