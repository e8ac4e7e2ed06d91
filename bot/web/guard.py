"""What stands before every page: who asks, how much may come in and how long that may take, and what every answer carries.

Written on ASGI itself (https://asgi.readthedocs.io/en/latest/specs/www.html): it must see the body before anything reads it, and
every answer, those about errors too.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Mapping
from ipaddress import ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.faults import write_fault
from bot.presentation.texts import say

BODY_SECONDS = 15.0
"""Seconds within which a whole body must be in."""

SLOWEST = 500_000
"""Bytes a second at which a large body may still come in."""

LARGEST_BODY = 64 * 1024
WINDOW = 60.0
MOST_CLIENTS = 20_000

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS: Mapping[bytes, bytes] = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",  # with 'no-referrer' a browser would hide from us where a form was sent from
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    b"cache-control": b"no-store",
}


class Ceiling:
    """How often one client may do something in a minute.

    Args:
        per_minute: how often; 0 for any number.
        clock: seconds, for tests.
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = per_minute, clock
        self._times: dict[str, deque[float]] = {}

    def passes(self, client: str) -> bool:
        """Count once more for a client, and say whether it may."""
        if not self._most:
            return True
        now = self._clock()
        times = self._times.pop(client, None) or deque(maxlen=self._most)
        self._times[client] = times
        while len(self._times) > MOST_CLIENTS:  # Those who have been silent longest go; dictionaries keep their order.
            del self._times[next(iter(self._times))]
        if len(times) == self._most and times[0] > now - WINDOW:
            return False
        times.append(now)
        return True


class Guard:
    """Wraps the whole application.

    Args:
        app: the application.
        proxies: addresses whose `X-Forwarded-For` is believed.
        largest: for the beginning of a path, the bytes of a body that may come in below it; elsewhere `LARGEST_BODY`.
    """

    def __init__(self, app: ASGIApp, proxies: frozenset[str] = frozenset(), largest: Mapping[str, int] | None = None) -> None:
        self._app, self._proxies, self._largest = app, proxies, largest or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the application's start and end."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        peer = scope["client"][0] if scope.get("client") else ""
        trusted = peer in self._proxies
        scope["state"] = {**scope.get("state", {}), "client": _subscriber(_named(scope, peer) if trusted else peer), "by_proxy": trusted}
        # Where there is an 'app', Starlette raises what it refuses, and does not answer in English itself.
        scope["app"] = self
        answer = _Answer(send)
        most = next((size for start, size in self._largest.items() if scope["path"].startswith(start)), LARGEST_BODY)
        body = _Body(receive, most)
        try:
            if _announced(scope) > most:
                raise _RefusedError(413, "too_large")
            await self._app(scope, body.receive, answer.send)
        except _RefusedError as refused:
            await answer.plain(refused.status, say("web", "refused", refused.key))
        except Exception as error:
            # Never a traceback on a page or in a log: what was asked may stand in it.
            write_fault(error, "web")
            await answer.plain(500, say("web", "refused", "fault"))


class _RefusedError(Exception):
    def __init__(self, status: int, key: str) -> None:
        super().__init__(key)
        self.status, self.key = status, key


class _Body:
    """A body as it comes in, within its size and time."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most, self._size = receive, most, 0
        self._until = time.monotonic() + BODY_SECONDS + most / SLOWEST
        self._whole = False

    async def receive(self) -> Message:
        if self._whole:
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), max(0.0, self._until - time.monotonic()))
        except TimeoutError:
            raise _RefusedError(408, "too_slow") from None
        self._size += len(message.get("body", b""))
        if self._size > self._most:
            raise _RefusedError(413, "too_large")
        self._whole = not message.get("more_body", False)
        return message


class _Answer:
    """An answer on its way out, with the headers that every answer has."""

    def __init__(self, send: Send) -> None:
        self._send, self._begun = send, False

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._begun = True
            given = {name.lower() for name, _ in message.get("headers", ())}
            more = [(name, value) for name, value in _HEADERS.items() if name not in given]
            message = {**message, "headers": [*message.get("headers", ()), *more]}
        await self._send(message)

    async def plain(self, status: int, text: str) -> None:
        """A line of text, where nothing was sent yet."""
        if self._begun:
            return
        body = text.encode()
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
        await self.send({"type": "http.response.start", "status": status, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def _announced(scope: Scope) -> int:
    """The size of the body that the headers name."""
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value) if value.isdigit() else 0
    return 0


def _named(scope: Scope, peer: str) -> str:
    """Whom the proxy names: the last address of the last header, the one that it wrote itself."""
    for name, value in reversed(scope["headers"]):
        if name == b"x-forwarded-for":
            return value.decode("latin-1").rpartition(",")[2].strip() or peer
    return peer


def _subscriber(address: str) -> str:
    """Whom an address belongs to: one subscriber has the whole /64 of an IPv6 address (RFC 6177), and could be someone else each time."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(parsed) if parsed.version == 4 else str(ip_address(int(parsed) >> 64 << 64))
