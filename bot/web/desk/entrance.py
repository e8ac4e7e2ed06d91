"""Who may come to the desk: by a password, or by the word of a proxy; and that a form was filled in on the desk itself."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from bot.errors import WebError
from bot.settings import Settings
from bot.web.guard import Ceiling
from bot.web.seals import Seals

COOKIE = "redactie"
SESSION_SECONDS = 8 * 3600
FORM_SECONDS = 2 * 3600
TRIES_PER_MINUTE = 5
"""Passwords that may be tried in a minute, by all together: whoever guesses has many addresses."""

MOST_SESSIONS = 100


class Entrance:
    """The lock of the desk.

    Args:
        settings: the password, or the header by which a known proxy names the editor.
        seals: seal forms.
        clock: seconds, for tests.

    Raises:
        WebError: there is no lock, or nobody who may use it.
    """

    def __init__(self, settings: Settings, seals: Seals, clock: Callable[[], float] = time.time) -> None:
        if not settings.web_editor_password and not settings.web_editor_header:
            raise WebError("web.no_lock")
        if settings.web_editor_header and not settings.web_proxies:
            raise WebError("web.no_proxy")
        self._password, self._header = settings.web_editor_password, settings.web_editor_header
        self._seals, self._clock = seals, clock
        self._sessions: dict[str, float] = {}
        self._tries = Ceiling(TRIES_PER_MINUTE)

    def session(self, request: Request) -> str:
        """The session of whoever asks; '' for who is not signed in."""
        if self._header and request.state.by_proxy:
            name = request.headers.get(self._header, "").strip()
            if name:
                return f"proxy {name}"
        cookie = request.cookies.get(COOKIE, "")
        return cookie if self._sessions.get(cookie, 0.0) > self._clock() else ""

    def try_password(self, password: str) -> str:
        """A new session for the right password; '' for a wrong one, or where too many were tried.

        The digests are compared, not the texts: how long that takes says nothing, not even of the length.
        """
        if not self._password or not self._tries.passes("all"):
            return ""
        if not hmac.compare_digest(_digest(password), _digest(self._password)):
            return ""
        session = secrets.token_urlsafe(32)
        now = self._clock()
        self._sessions = {known: until for known, until in self._sessions.items() if until > now}
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[session] = now + SESSION_SECONDS
        return session

    def sign_out(self, session: str) -> None:
        """End a session."""
        self._sessions.pop(session, None)

    def let_in(self, request: Request, response: Response, session: str) -> None:
        """Give the browser its session: for the desk alone, out of reach of scripts and of other sites."""
        secure = request.state.by_proxy and request.headers.get("x-forwarded-proto", "") == "https"
        response.set_cookie(COOKIE, session, max_age=SESSION_SECONDS, path="/redactie", secure=secure, httponly=True, samesite="strict")

    def form_seal(self, session: str) -> str:
        """What a form of the desk carries, for this session alone."""
        return self._seals.seal(f"formulier {session}", "")

    def is_ours(self, request: Request, session: str, seal: str) -> bool:
        """Whether a form was filled in on a page of the desk, in this session."""
        origin = request.headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
            return False
        return self._seals.read(f"formulier {session}", seal, FORM_SECONDS) is not None


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace")).digest()
