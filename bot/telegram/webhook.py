"""Telegram comes to us: an HTTP server that says 'received' only when the update is in the inbox."""

import hmac
import json

import tornado.web
from tornado.httpserver import HTTPServer

from bot.errors import TelegramError
from bot.telegram import logs
from bot.telegram.inbox import Inbox
from bot.telegram.monitoring import Counters, listening
from bot.telegram.store import STORE_ERRORS

_SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
_LARGEST = 1024 * 1024
_PATIENCE = 20.0
"""Seconds that Telegram is kept waiting while the inbox can't be written; then it comes again later."""


class _Updates(tornado.web.RequestHandler):
    def initialize(self, inbox: Inbox, secret: str, counters: Counters) -> None:
        self._inbox, self._secret, self._counters = inbox, secret, counters

    async def post(self) -> None:
        given = self.request.headers.get(_SECRET_HEADER, "")
        if not hmac.compare_digest(given.encode(), self._secret.encode()):
            self._counters.add("forged")
            logs.warning("webhook_secret_wrong")
            self.set_status(403)
            return
        try:
            update = json.loads(self.request.body)
        except ValueError:
            self.set_status(400)
            return
        try:
            await self._inbox.take([update], _PATIENCE)
        except STORE_ERRORS as error:
            logs.failure("inbox_failed", error)
            self.set_status(500)  # Telegram will come again
            return
        self._counters.heard()

    def log_exception(self, *about: object) -> None:
        logs.warning("webhook_request_failed")


class _Quiet(tornado.web.Application):
    def log_request(self, handler: tornado.web.RequestHandler) -> None:
        """Tornado would write each request's address."""


def serve(listen: tuple[str, int], secret: str, inbox: Inbox, counters: Counters) -> HTTPServer:
    """Start the server.

    Args:
        secret: what Telegram must bring along.

    Returns:
        The server, to stop.

    Raises:
        TelegramError: the address is taken.
    """
    # Any path: a proxy in front may leave a part of it out, and the secret decides who is heard.
    routes = [(r"/.*", _Updates, {"inbox": inbox, "secret": secret, "counters": counters})]
    server = HTTPServer(_Quiet(routes), max_buffer_size=_LARGEST, xheaders=False)
    try:
        server.add_socket(listening(listen))
    except OSError as error:
        raise TelegramError("telegram.webhook_listen", why=error) from None
    return server
