"""Is the bot well? What it counts, a page on this machine for monitoring, and the check of that page for a container."""

import json
import socket
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from bot.presentation.texts import say
from bot.settings import Settings

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.metrics_core import Metric
    from tornado.httpserver import HTTPServer

    from bot.telegram.store import Store

SILENCE = 90.0
"""Seconds without a word from Telegram after which polling counts as broken; each poll ends within ten."""

_ANSWERS_WITHIN = 5.0

EXPLAINED = {
    "received": "updates put in the inbox",
    "questions": "questions answered or met with silence",
    "answers": "questions that got an answer",
    "silences": "questions that the sources don't answer",
    "inline": "inline queries",
    "buttons": "buttons pressed",
    "sent": "messages sent or changed",
    "retries": "new attempts after a fault",
    "resumed": "messages sent again after a restart",
    "told_to_wait": "times that Telegram told to wait",
    "refused": "calls that Telegram refused",
    "blocked": "messages to someone who blocked the bot",
    "limited": "questions over a user's ceiling",
    "feedback": "feedback received",
    "failures": "updates that met an error in the program",
    "reloads": "times that changed knowledge was loaded",
    "reloads_failed": "times that changed knowledge could not be used",
    "forged": "webhook requests with a wrong secret",
    "lanes_taken": "lanes that this replica took in hand",
    "lanes_lost": "lanes that another replica took over from this one",
}


class Counters:
    """Counts since the start, and the time of the last contact.

    Attributes:
        knowledge_error: why the knowledge folder as it is now can't be used; empty where the bot answers from it.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.started = time.time()
        self.last_contact: float | None = None
        self.knowledge_error = ""

    def add(self, name: str, count: int = 1) -> None:
        """Count something of `EXPLAINED`."""
        self.counts[name] += count

    def heard(self) -> None:
        """Telegram answered a poll, or came with a webhook request."""
        self.last_contact = time.time()


class Monitor:
    """What the page says.

    Args:
        store: how much waits there, and whether it can be written just now.
        polling: silence of Telegram counts only then: a webhook is silent as long as nobody asks.
        ready: gives whether updates may be sent to this process.
        replica: the name of this process among others; empty where it is alone.
        knowledge: gives what stands for the knowledge that it answers from.
    """

    def __init__(
        self, counters: Counters, store: "Store", polling: bool, ready: Callable[[], bool], replica: str, knowledge: Callable[[], str]
    ) -> None:
        self._counters, self._store, self._polling = counters, store, polling
        self._replica, self._knowledge = replica, knowledge
        self.ready = ready
        self._registry: CollectorRegistry | None = None

    def state(self) -> dict[str, Any]:
        """How the bot is, as JSON data; `status` is 'ok', 'silent' or 'store'."""
        counters, now, trouble = self._counters, time.time(), self._store.lasting_trouble()
        last = counters.last_contact
        silent_for = now - (last or counters.started)
        status, why = "ok", ""
        if trouble:
            status, why = "store", say("telegram", "health", "store", why=trouble)
        elif self._polling and silent_for >= SILENCE:
            status, why = "silent", f"Telegram: {round(silent_for)} s"
        return {
            "status": status,
            "why": why,
            "ready": self.ready(),
            "mode": "polling" if self._polling else "webhook",
            "replica": self._replica,
            "knowledge": self._knowledge(),
            "last_contact": round(last, 3) if last else None,
            "seconds_since_contact": round(now - last, 1) if last else None,
            "inbox": self._store.depth(),
            "knowledge_error": counters.knowledge_error,
            "uptime": round(now - counters.started, 1),
            "counters": {name: counters.counts[name] for name in EXPLAINED},
        }

    def metrics(self) -> bytes:
        """The same as Prometheus reads it, with what its library tells of the process."""
        # Imported here: most bots are never asked, and it takes a megabyte.
        from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest

        if self._registry is None:
            self._registry = CollectorRegistry(auto_describe=False)
            self._registry.register(self)
            ProcessCollector(registry=self._registry)
        return generate_latest(self._registry)

    def collect(self) -> "Iterator[Metric]":
        """The figures, for the registry of prometheus_client."""
        from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily

        counters = self._counters
        yield GaugeMetricFamily(
            "akkoordwijzer_inbox_depth", "updates that wait for an answer, in all replicas together", self._store.depth()
        )
        yield GaugeMetricFamily(
            "akkoordwijzer_last_contact_timestamp_seconds", "last successful poll or webhook request", counters.last_contact or 0
        )
        yield GaugeMetricFamily(
            "akkoordwijzer_knowledge_broken",
            "whether the knowledge folder can't be used as it is now; earlier knowledge answers",
            bool(counters.knowledge_error),
        )
        yield GaugeMetricFamily(
            "akkoordwijzer_store_broken", "whether the state store can't be written just now", bool(self._store.lasting_trouble())
        )
        yield GaugeMetricFamily("akkoordwijzer_ready", "whether updates may be sent here", self.ready())
        yield InfoMetricFamily(
            "akkoordwijzer_replica",
            "which replica this is, and what it answers from",
            {"replica": self._replica, "knowledge": self._knowledge()},
        )
        for name, explained in EXPLAINED.items():
            yield CounterMetricFamily(f"akkoordwijzer_{name}", explained, counters.counts[name])


def listening(address: tuple[str, int]) -> socket.socket:
    """A socket that listens.

    Args:
        address: host and port.

    Raises:
        OSError: the address is taken or is none of this machine's.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    server = socket.create_server(address, family=family, backlog=128)
    server.setblocking(False)
    return server


def serve(listen: tuple[str, int], monitor: Monitor) -> "HTTPServer | None":
    """Start the page. Port 0 means none.

    Returns:
        The server, to stop; None where there is none. The bot itself does not need it, so a taken port is only a warning.
    """
    from tornado.httpserver import HTTPServer
    from tornado.httputil import HTTPHeaders, HTTPServerRequest, ResponseStartLine

    from bot.telegram import logs

    def answer(request: HTTPServerRequest) -> None:
        code, kind, body = 404, "text/plain", b""
        if request.path == "/live":
            code, body = 200, b"live"  # whoever reads this knows that the event loop goes on
        elif request.path == "/ready":
            code, body = (200, b"ready") if monitor.ready() else (503, b"not ready")
        elif request.path == "/health":
            state = monitor.state()
            code, kind, body = 200 if state["status"] == "ok" else 503, "application/json", json.dumps(state).encode()
        elif request.path == "/metrics":
            code, kind, body = 200, "text/plain; version=0.0.4; charset=utf-8", monitor.metrics()
        headers = HTTPHeaders({"Content-Type": kind, "Content-Length": str(len(body))})
        if request.connection is not None:
            request.connection.write_headers(ResponseStartLine("HTTP/1.1", code, "OK" if code == 200 else "No"), headers, body)
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
