"""The JSON API: a question and its reply as one object, the documents, and the OpenAPI document that describes both."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.presentation.json_lines import reply_object
from bot.presentation.texts import say
from bot.web.answers import BusyError
from bot.web.asking import CONVERSATION_SECONDS
from bot.web.openapi import DOCUMENT
from bot.web.seals import LONGEST
from bot.web.site import Site, client_of

_FIELDS = frozenset({"id", "question", "conversation"})
_LONGEST_ID = 200


class Api:
    """Handlers of the API.

    Args:
        site: what they share with the others.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    async def ask(self, request: Request) -> Response:
        """One question: `{"id"?, "question", "conversation"?}`, where `conversation` is what the reply before gave back under that name."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            # Also what keeps a form on another site from asking: a browser asks first before it sends JSON elsewhere.
            return self._error(request, 415, "no_json_type")
        body = await request.body()
        asked = _object(body)
        wrong = _wrong(asked)
        if asked is None or wrong:
            return self._error(request, 400, wrong or "no_object")
        sealed = asked.get("conversation") or ""
        turns = self._site.seals.read("api", sealed, CONVERSATION_SECONDS) if sealed else []
        if turns is None:
            return self._error(request, 409, "conversation_over")
        if not self._site.ceiling.passes(client_of(request)):
            return self._error(request, 429, "too_many", {"retry-after": "60"})

        def answer(assistant: Assistant) -> tuple[dict[str, Any], Conversation]:
            reply, after = assistant.reply(asked["question"], Conversation.from_json(turns))
            return reply_object(asked.get("id"), reply, assistant.themes(), self._site.contact), after

        try:
            replied, after = await self._site.answers.ask(answer)
        except BusyError:
            return self._error(request, 503, "busy", {"retry-after": "5"})
        return self._json(request, {**replied, "conversation": self._site.seals.seal("api", after.to_json())})

    async def documents(self, request: Request) -> Response:
        """Every document."""

        def listed(assistant: Assistant) -> list[dict[str, Any]]:
            index = assistant.knowledge
            return [
                {
                    "id": d.id, "title": d.title, "publisher": d.publisher, "year": d.year, "url": d.url, "sections": index.count_sections(d),
                    "passages": index.count(d), "pages": max((page for _, page in d.pages), default=None),
                }
                for d in index.documents
            ]  # fmt: skip

        return self._json(request, {"documents": await self._site.answers.ask(listed)})

    async def description(self, request: Request) -> Response:
        """The OpenAPI document."""
        return self._json(request, DOCUMENT)

    async def page(self, request: Request) -> Response:
        """The API in plain words."""
        return self._site.pages.page(request, "api", address=str(request.base_url))

    async def preflight(self, request: Request) -> Response:
        """What a browser asks before it calls the API from another site (https://fetch.spec.whatwg.org/#http-cors-protocol)."""
        headers = self._shared(request)
        if headers:
            headers |= {"access-control-allow-methods": "GET, POST", "access-control-allow-headers": "content-type"}
            headers["access-control-max-age"] = "600"
        return Response(status_code=204, headers=headers)

    def _error(self, request: Request, status: int, key: str, headers: dict[str, str] | None = None) -> Response:
        return self._json(request, {"error": say("web", "api_errors", key)}, status, headers)

    def _json(self, request: Request, value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        return JSONResponse(value, status, {**self._shared(request), **(headers or {})})

    def _shared(self, request: Request) -> dict[str, str]:
        """The headers that let a page of another site read this; none unless the settings name that site."""
        origin = request.headers.get("origin", "").lower()
        if not self._site.settings.web_origins:
            return {}
        allowed = {"access-control-allow-origin": origin} if origin in self._site.settings.web_origins else {}
        return {"vary": "Origin", **allowed, **({"cross-origin-resource-policy": "cross-origin"} if allowed else {})}


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body.decode("utf-8-sig"), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _wrong(asked: dict[str, Any] | None) -> str:
    """What is wrong with an object, as a key of nl.yaml's `web.api_errors`; '' for nothing."""
    if asked is None:
        return "no_object"
    if not asked.keys() <= _FIELDS:
        return "unknown_field"
    if not isinstance(asked.get("question"), str):
        return "no_question"
    ident, conversation = asked.get("id"), asked.get("conversation")
    if ident is not None and not (isinstance(ident, str) and len(ident) <= _LONGEST_ID):
        return "wrong_id"
    if conversation is not None and not (isinstance(conversation, str) and len(conversation) <= LONGEST):
        return "wrong_conversation"
    return "no_text" if any(_unwritable(text) for text in (asked["question"], ident or "")) else ""


def _unwritable(text: str) -> bool:
    """Whether a text holds half a sign: JSON can name one, UTF-8 can't write it."""
    return any("\ud800" <= sign <= "\udfff" for sign in text)


def _refuse(constant: str) -> None:
    raise ValueError(constant)
