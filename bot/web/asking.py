"""The page with the question, the conversation that it carries along, and what someone says of an answer."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from bot.answering.assistant import LONGEST_QUESTION, Assistant
from bot.answering.conversation import Conversation
from bot.answering.reply import Reply
from bot.named import NamedTuple
from bot.personal_data import masked
from bot.presentation.contact import Contact
from bot.presentation.texts import say, texts
from bot.web.answers import BusyError
from bot.web.rendering import ShownReply, shown_reply
from bot.web.site import Site, client_of, form_of, text_of
from bot.web.store import FeedbackStore, Judgement

CONVERSATION_SECONDS = 1800
"""Seconds after which a next question is no follow-up any more."""

VERDICT_SECONDS = 24 * 3600
SHOWN_TURNS = 6
"""Earlier turns that stay on the page."""


class EarlierTurn(NamedTuple):
    """A turn as it stays on the page: what was asked, why there was no answer, and where the quote stands."""

    question: str
    opening: str
    where: str
    permalink: str


class Answered(NamedTuple):
    """All that a page needs after a question."""

    reply: Reply
    shown: ShownReply
    conversation: Conversation


class Asking:
    """Handlers of the question page.

    Args:
        site: what they share with the others.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    async def start(self, request: Request) -> Response:
        """The page before a question."""
        examples, documents = await self._site.answers.ask(
            lambda assistant: (self._site.answers.examples(assistant), len(assistant.knowledge.documents))
        )
        return self._page(request, examples=examples, documents=documents)

    async def ask(self, request: Request) -> Response:
        """The page after a question. The question comes in the body: an address would stand in histories and logs."""
        form = await form_of(request)
        conversation, earlier = self._carried(text_of(form, "gesprek"))
        if not self._site.ceiling.passes(client_of(request)):
            return self._page(request, 429, notice=say("web", "refused", "too_many"), earlier=earlier, carried=text_of(form, "gesprek"))
        question = text_of(form, "vraag")
        try:
            answered = await self._site.answers.ask(lambda assistant: _answer(assistant, question, conversation, self._site.contact))
        except BusyError:
            return self._page(request, 503, notice=say("web", "refused", "busy"), earlier=earlier, carried=text_of(form, "gesprek"))
        shown = answered.shown
        turn = _turn(shown)
        carried = self._site.seals.seal("gesprek", [answered.conversation.to_json(), [turn, *earlier][:SHOWN_TURNS]])
        return self._page(request, reply=shown, verdict=self._judgeable(answered.reply), earlier=earlier, carried=carried)

    async def judge(self, request: Request) -> Response:
        """Keep what someone says of an answer; whoever says 'no' is asked why."""
        form = await form_of(request)
        over = text_of(form, "over")
        told = self._site.seals.read("oordeel", over, VERDICT_SECONDS)
        verdict, reason = text_of(form, "oordeel"), text_of(form, "reden")
        reasons = list(texts("web", "verdict", "reasons"))
        pages = self._site.pages
        if told is None or verdict not in ("up", "down") or (reason and reason not in reasons):
            return pages.page(
                request, "notice", status=400, heading=say("web", "verdict", "stale_heading"), text=say("web", "verdict", "stale")
            )
        if not self._site.opened.passes(client_of(request)):
            return pages.page(
                request, "notice", status=429, heading=say("web", "refused", "too_many_heading"), text=say("web", "refused", "too_many")
            )
        key, question, outcome, passage, highlight, kind = told
        judgement = Judgement(question, outcome, verdict, reason, passage, highlight, kind)
        await asyncio.to_thread(self._site.store.keep, key, judgement)
        if verdict == "down" and not reason:
            return pages.page(request, "verdict", over=over, reasons=reasons)
        return pages.page(request, "notice", heading=say("web", "verdict", "thanks_heading"), text=say("web", "verdict", "thanks"))

    def _carried(self, sealed: str) -> tuple[Conversation, list[EarlierTurn]]:
        """The conversation that a page brings back; an empty one where it brings none of ours."""
        value = self._site.seals.read("gesprek", sealed, CONVERSATION_SECONDS) if sealed else None
        if value is None:
            return Conversation(), []
        turns, shown = value
        return Conversation.from_json(turns), [EarlierTurn(*turn) for turn in shown]

    def _judgeable(self, reply: Reply) -> str:
        """What a judgement on this reply will be about, sealed: nobody judges what was not said."""
        quote = reply.quotes[0] if reply.quotes else None
        about = (quote.passage.id, quote.highlight_text, quote.kind.value) if quote else ("", "", "")
        return self._site.seals.seal("oordeel", [FeedbackStore.new_key(), masked(reply.question)[0], reply.outcome.value, *about])

    def _page(self, request: Request, status: int = 200, carried: str = "", **values: Any) -> Response:
        given = {"reply": None, "verdict": "", "notice": "", "earlier": [], "examples": (), "documents": 0, **values}
        return self._site.pages.page(request, "ask", status=status, longest=LONGEST_QUESTION, conversation=carried, **given)


def _answer(assistant: Assistant, question: str, conversation: Conversation, contact: Contact) -> Answered:
    reply, after = assistant.reply(question, conversation)
    return Answered(reply, shown_reply(reply, assistant.themes(), contact), after)


def _turn(shown: ShownReply) -> EarlierTurn:
    quote = shown.first or (shown.points[0] if shown.points else None)
    if quote is None and shown.parts:
        return _turn(shown.parts[0])._replace(question=shown.question)
    return EarlierTurn(shown.question, shown.opening, *((quote.where, quote.permalink) if quote else ("", "")))
