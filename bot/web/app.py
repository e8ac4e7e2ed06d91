"""The application: which address leads to which handler."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from bot.answering.assistant import Assistant
from bot.named import NamedTuple
from bot.presentation.texts import say
from bot.settings import Settings, data_folder
from bot.watch import KnowledgeSource
from bot.web.about import About
from bot.web.answers import Answers, BusyError
from bot.web.api import Api
from bot.web.asking import Asking
from bot.web.desk.pages import LARGEST_UPLOAD, UPLOAD_PATH, Desk
from bot.web.desk.tools import Tools
from bot.web.guard import Ceiling, Guard
from bot.web.reading import Reading
from bot.web.rendering import STATIC, Pages
from bot.web.seals import Seals
from bot.web.site import Site
from bot.web.store import FeedbackStore

OPENED_PER_MINUTE = 60
"""Images and judgements that one visitor may ask for in a minute."""

Answering = Callable[[Request, Exception], Response]
"""Gives the answer to a request that met an error."""


class DeskParts(NamedTuple):
    """What opens the editor's desk: its tools, and the folder that it writes to."""

    tools: Tools
    knowledge_dir: Path


def application(settings: Settings, assistant: Assistant, source: KnowledgeSource | None = None, desk: DeskParts | None = None) -> ASGIApp:
    """The whole application, to be served by any ASGI server.

    Args:
        settings: those of the web pages.
        assistant: what answers, to begin with.
        source: looks whether the knowledge changed; None: nothing changes.
        desk: opens the editor's desk, for which a source is needed; None: there is none.

    Raises:
        WebError: the data folder can't be used, or the desk has no lock.
    """
    answers = Answers(assistant)
    site = Site(
        settings, answers, Pages(settings, editor=desk is not None), Seals(), FeedbackStore(data_folder(settings)), Ceiling(settings.web_questions_per_minute),
        Ceiling(OPENED_PER_MINUTE),
    )  # fmt: skip
    routes = routes_of(site)
    opened = Desk(site, desk.tools, desk.knowledge_dir, source) if desk and source else None
    if opened:
        routes += opened.routes()

    @asynccontextmanager
    async def lifespan(_: object) -> AsyncIterator[None]:
        looking = asyncio.create_task(answers.renew(source, settings.reload_seconds)) if source else None
        try:
            yield
        finally:
            if looking:
                looking.cancel()
                with suppress(asyncio.CancelledError):
                    await looking
            answers.close()
            if opened:
                opened.close()

    router = Router(routes, redirect_slashes=False, lifespan=lifespan)
    handlers: dict[type[Exception], Answering] = {HTTPException: _refusals(site), BusyError: _busy(site)}
    return Guard(ExceptionMiddleware(router, handlers), settings.web_proxies, {UPLOAD_PATH: LARGEST_UPLOAD} if opened else None)


def routes_of(site: Site) -> list[BaseRoute]:
    """Every address of the public pages."""
    asking, reading, about, api = Asking(site), Reading(site), About(site), Api(site)
    routes: list[BaseRoute] = [
        Route("/", asking.start, methods=["GET"]),
        Route("/", asking.ask, methods=["POST"]),
        Route("/oordeel", asking.judge, methods=["POST"]),
        Route("/themas", reading.themes),
        Route("/thema/{code}", reading.theme),
        Route("/bronnen", reading.sources),
        Route("/document/{document}", reading.document),
        Route("/passage/{code}", reading.passage),
        Route("/beeld/{code}", reading.image),
        Route("/over", about.about),
        Route("/privacy", about.privacy),
        Route("/toegankelijkheid", about.accessibility),
        Route("/insluiten", about.embed),
        Route("/api", api.page),
        Route("/api/ask", api.ask, methods=["POST"]),
        Route("/api/documents", api.documents, methods=["GET"]),
        Route("/api/openapi.json", api.description, methods=["GET"]),
        *(Route(f"/api/{name}", api.preflight, methods=["OPTIONS"]) for name in ("ask", "documents", "openapi.json")),
        Route("/health", about.health),
        Mount("/static", _Static(directory=STATIC)),
    ]
    tokens = site.settings.web_tokens
    if tokens is not None:
        routes.append(Route("/huisstijl.css", lambda request: FileResponse(tokens, media_type="text/css")))
    return routes


class _Static(StaticFiles):
    """Files that come with the program: a browser may keep them for an hour."""

    def file_response(self, *args: object, **kwargs: object) -> Response:
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]  # handed on as it came
        response.headers["cache-control"] = "public, max-age=3600"
        return response


def _refusals(site: Site) -> Answering:
    """Answers a request that leads nowhere: in JSON below /api/, elsewhere with a page."""

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return _refusal(site, request, error.status_code, dict(error.headers or {}))

    return refused


def _busy(site: Site) -> Answering:
    return lambda request, error: _refusal(site, request, 503, {"retry-after": "5"})


def _refusal(site: Site, request: Request, status: int, headers: Mapping[str, str]) -> Response:
    key = {404: "missing", 405: "method", 429: "too_many", 503: "busy"}.get(status, "other")
    text = say("web", "refused", key)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": text}, status, headers)
    return site.pages.page(request, "notice", status=status, headers=headers, heading=say("web", "refused", f"{key}_heading"), text=text)
