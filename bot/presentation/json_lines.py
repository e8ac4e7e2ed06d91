"""A reply as one JSON object: the contract that other programs rely on."""

from collections.abc import Sequence
from typing import Any

from bot.answering.reply import Quote, Reply
from bot.presentation import lines
from bot.presentation.contact import NO_CONTACT, Contact
from bot.presentation.text import render_text


def reply_object(ident: object, reply: Reply, themes: Sequence[str], contact: Contact = NO_CONTACT) -> dict[str, Any]:
    """The reply to one line of `ask --format jsonl`.

    Args:
        ident: the line's own id, given back as it came.
        reply: what to say.
        themes, contact: see `render_text`.
    """
    return {
        "id": ident,
        "question": reply.question,
        "outcome": reply.outcome.value,
        "confidence": round(reply.confidence, 4),
        "reason": reply.reason.value,
        "route": reply.route.value if reply.route else None,
        "quotes": [quote_object(quote) for quote in reply.shown],
        **({"parts": [_part(part) for part in reply.parts]} if reply.parts else {}),
        "message": render_text(reply, themes, contact),
    }


def _part(reply: Reply) -> dict[str, Any]:
    """One question of a message that held several."""
    return {
        "question": reply.question,
        "outcome": reply.outcome.value,
        "quotes": [quote_object(quote) for quote in reply.shown],
        "reason": reply.reason.value,
    }


def quote_object(quote: Quote) -> dict[str, Any]:
    """One quote; `start` and `end` are characters in the document's source.md, `recognised` says that it comes from a scan."""
    passage, document = quote.passage, quote.passage.document
    return {
        "text": quote.text,
        "highlight": quote.highlight_text,
        "kind": passage.kind.value,
        "passage": passage.id,
        "document": document.id,
        "title": document.title,
        "section": passage.section.title,
        "year": document.year,
        "page": quote.page,
        "recognised": quote.recognised,
        "url": lines.address(quote),
        "start": quote.span.start,
        "end": quote.span.end,
    }
