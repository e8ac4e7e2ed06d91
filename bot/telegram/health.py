"""Is the bot well? A page on this machine for monitoring, and the check of that page for a container."""

import json
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bot.presentation.texts import say
from bot.settings import Settings
from bot.telegram.counters import EXPLAINED, Counters

if TYPE_CHECKING:
    from tornado.httpserver import HTTPServer

SILENCE = 90.0
"""Seconds without a word from Telegram after which polling counts as broken; each poll ends within ten."""

_ANSWERS_WITHIN = 5.0


def check(settings: Settings) -> int:
    """Ask the running bot how it is, and print one line.

    Returns:
        0 when it is well, else 1.
    """
    host, port = settings.health_listen
    if not port:
        print(say("telegram", "health", "switched_off"), file=sys.stderr)
        return 1
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - what a server listens on is no address to go to
    url = f"http://{f'[{host}]' if ':' in host else host}:{port}/health"
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=_ANSWERS_WITHIN) as answer:
            state: Any = json.load(answer)
    except urllib.error.HTTPError as error:
        try:
            state = json.load(error)
        except ValueError:
            state = {}
    except (OSError, ValueError):
        state = {"why": say("telegram", "health", "silent")}
    if isinstance(state, dict) and state.get("status") == "ok":
        print(say("telegram", "health", "good"))
        if state.get("knowledge_error"):
            print(say("telegram", "health", "old_knowledge", why=state["knowledge_error"]))
        return 0
    why = state.get("why", state.get("status")) if isinstance(state, dict) else None
    print(say("telegram", "health", "bad", why=why), file=sys.stderr)
    return 1


def state_of(counters: Counters, depth: int, polling: bool) -> dict[str, Any]:
    """How the bot is.

    Args:
        depth: how many updates wait.
        polling: silence counts only then: a webhook is silent as long as nobody asks.
    """
    now = time.time()
    last = counters.last_contact
    silent_for = now - (last or counters.started)
    well = not polling or silent_for < SILENCE
    return {
        "status": "ok" if well else "silent",
        "why": "" if well else f"Telegram: {round(silent_for)} s",
        "mode": "polling" if polling else "webhook",
        "last_contact": round(last, 3) if last else None,
        "seconds_since_contact": round(now - last, 1) if last else None,
        "inbox": depth,
        "knowledge_error": counters.knowledge_error,
        "uptime": round(now - counters.started, 1),
        "counters": {name: counters.counts[name] for name in EXPLAINED},
    }


def metrics(counters: Counters, depth: int) -> str:
    """The counters as Prometheus reads them."""
    lines = [
        "# HELP akkoordwijzer_inbox_depth updates that wait for an answer",
        "# TYPE akkoordwijzer_inbox_depth gauge",
        f"akkoordwijzer_inbox_depth {depth}",
        "# HELP akkoordwijzer_last_contact_timestamp_seconds last successful poll or webhook request",
        "# TYPE akkoordwijzer_last_contact_timestamp_seconds gauge",
        f"akkoordwijzer_last_contact_timestamp_seconds {counters.last_contact or 0:.3f}",
    ]
    lines += [
        "# HELP akkoordwijzer_knowledge_broken whether the knowledge folder can't be used as it is now; earlier knowledge answers",
        "# TYPE akkoordwijzer_knowledge_broken gauge",
        f"akkoordwijzer_knowledge_broken {int(bool(counters.knowledge_error))}",
    ]
    for name, explained in EXPLAINED.items():
        full = f"akkoordwijzer_{name}_total"
        lines += [f"# HELP {full} {explained}", f"# TYPE {full} counter", f"{full} {counters.counts[name]}"]
    return "\n".join(lines) + "\n"


def serve(listen: tuple[str, int], counters: Counters, depth: Callable[[], int], polling: bool) -> "HTTPServer | None":
    """Start the page. Port 0 means none.

    Returns:
        The server, to stop; None where there is none. The bot itself does not need it, so a taken port is only a warning.
    """
    from tornado.httpserver import HTTPServer
    from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine

    from bot.telegram import logs
    from bot.telegram.sockets import listening

    def answer(request: HTTPServerRequest) -> None:
        code, kind, body = 404, "text/plain", ""
        if request.path == "/health":
            state = state_of(counters, depth(), polling)
            code, kind, body = 200 if state["status"] == "ok" else 503, "application/json", json.dumps(state)
        elif request.path == "/metrics":
            code, kind, body = 200, "text/plain; version=0.0.4", metrics(counters, depth())
        data = body.encode()
        headers = HTTPHeaders({"Content-Type": kind, "Content-Length": str(len(data))})
        if request.connection is not None:
            request.connection.write_headers(ResponseStartLine("HTTP/1.1", code, "OK" if code == 200 else "No"), headers, data)
            request.connection.finish()

    if not listen[1]:
        return None
    server = HTTPServer(answer)
    try:
        server.add_socket(listening(listen))
    except OSError as error:
        logs.warning("health_page_not_started", why=error.strerror)
        return None
    return server
