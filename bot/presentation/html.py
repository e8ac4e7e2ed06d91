"""A reply as HTML for Telegram: the quote in a blockquote, to the letter; the answering sentence in bold."""

import html
import re
import unicodedata
from collections.abc import Sequence

from bot.answering.reply import Outcome, Quote, Reply
from bot.expressions import expression
from bot.index.index import Index
from bot.knowledge.model import Passage
from bot.presentation import lines, texts
from bot.presentation.contact import NO_CONTACT, Contact
from bot.presentation.texts import say

MESSAGE_LIMIT = 4096
"""What Telegram takes in one message: UTF-16 units of the text, markup not counted."""

_FOLD_FROM = 360
_SIGN = expression(r"<(/?)([a-z]+)[^>]*>|&[#a-z0-9]+;|[^<&]", re.IGNORECASE)


def escaped(text: str) -> str:
    """Text that shows as it is, whatever stands in it; signs that turn the direction of what follows are left out."""
    return html.escape(texts.harmless(text), quote=True)


def harmless(text: str) -> str:
    """A text that came from a user: without signs that steer the direction or the looks of what follows, and escaped."""
    return escaped("".join(c for c in text if c in "\n\u200d" or unicodedata.category(c) not in ("Cf", "Cc", "Co", "Cs")))


def render_html(reply: Reply, themes: Sequence[str], contact: Contact = NO_CONTACT) -> str:
    """The whole reply.

    Args:
        reply: what to say.
        themes: what one can ask about, shown where there is no quote to show.
        contact: whom to ask where there is no answer.

    Returns:
        HTML as Telegram takes it; it may be longer than one message can hold (see `split_html`).
    """
    if reply.parts:
        return "\n\n".join([*(_part(number, part) for number, part in enumerate(reply.parts, 1)), *_left_out(reply)])
    after = (escaped(text) for text in lines.next_step(reply, themes, contact))
    return "\n\n".join(part for part in (harmless(lines.opening(reply)), *_body(reply), *after) if part)


def _part(number: int, part: Reply) -> str:
    asked = f"<b>{harmless(say('parts', 'question', number=number, question=lines.asked(part.question)))}</b>"
    return "\n".join(text for text in (asked, harmless(lines.opening(part)), *_body(part)) if text)


def _left_out(reply: Reply) -> list[str]:
    if not reply.left_out:
        return []
    return ["\n".join([escaped(say("parts", "left_out")), *(f"- {harmless(lines.asked(question))}" for question in reply.left_out)])]


def _body(reply: Reply) -> list[str]:
    """What stands between the opening and the next step: the quotes and what belongs to them."""
    if not reply.quotes:
        return []
    if reply.listed:
        points = "\n".join(escaped(point) for point in lines.numbered(reply.quotes, reply.listed))
        sources = "\n".join(escaped(source) for source in lines.sources(reply.quotes))
        return [f"<blockquote>{points}</blockquote>\n{sources}", escaped(lines.after_list(reply))]
    beside = (*lines.earlier(reply), *lines.notes(reply), lines.also(reply))
    return [quote_html(reply.quotes[0], nearest=reply.outcome is Outcome.NO_ANSWER), *(harmless(line) for line in beside)]


def quote_html(quote: Quote, nearest: bool = False) -> str:
    """Where the quote stands, the quote itself, and its source.

    Args:
        quote: what to show.
        nearest: label it as what comes nearest, not as an answer, and mark no sentence in it as one.
    """
    parts = [escaped(say("reply", "nearest"))] if nearest else []
    parts.append(f"<b>{escaped(lines.where(quote.passage))}</b>\n{_quoted(quote, nearest)}\n{_source(quote)}")
    return "\n\n".join(parts)


def context_html(quote: Quote, knowledge: Index) -> str:
    """The quote in its section: the passages before and after it, each in a blockquote of its own, with its kind where that differs."""
    passage = quote.passage
    around = knowledge.beside(passage)
    position = next((n for n, p in enumerate(around) if p.id == passage.id), None)
    shown = [passage] if position is None else around[max(0, position - 1) : position + 2]
    blocks, kind = [], None
    for each in shown:
        label = f"<i>{escaped(lines.label(each))}</i>\n" if each.kind is not kind and len({p.kind for p in shown}) > 1 else ""
        kind = each.kind
        marked = _marked(quote) if each.id == passage.id else escaped(each.text)
        blocks.append(f"{label}<blockquote>{marked}</blockquote>")
    return f"<b>{escaped(lines.where(passage))}</b>\n" + "\n".join(blocks) + f"\n{_source(quote)}"


def passage_label(passage: Passage, size: int = 48) -> str:
    """The first words of a passage, for a button."""
    return shortened(passage.text, size)


def shortened(text: str, size: int) -> str:
    """As many of the first words of a text as so many characters hold."""
    text = lines.flow(text)
    return text if len(text) <= size else text[: size - 1].rsplit(" ", 1)[0] + "…"


def without_markup(text: str) -> str:
    """What an HTML text reads as, for when Telegram refuses the markup."""
    return html.unescape(re.sub(r"<[^>]+>", "", text))


def units(text: str) -> int:
    """How many UTF-16 units a text takes: what Telegram counts."""
    return len(text.encode("utf-16-le")) // 2


def split_html(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Divide HTML over messages of at most `limit` units each.

    It divides at an empty line, else at a line end, else at a space, else anywhere; tags that are open there are closed and opened again.
    Nothing but white space around the divisions is lost.
    """
    if len(text) * 2 < limit or units(without_markup(text)) <= limit:
        return [text] if without_markup(text).strip() else []
    pieces: list[str] = []
    while True:
        cut, still_open = _cut(text, limit)
        if cut is None:
            if without_markup(text).strip():
                pieces.append(text)
            return pieces
        head = text[:cut].rstrip() + "".join(f"</{_name(tag)}>" for tag in reversed(still_open))
        if without_markup(head).strip():
            pieces.append(head)
        text = "".join(still_open) + text[cut:].lstrip()


def _cut(text: str, limit: int) -> tuple[int | None, list[str]]:
    """Where to divide, with the tags that are open there; None where the whole text fits."""
    still_open: list[str] = []
    best: dict[int, tuple[int, list[str]]] = {}
    used = 0
    previous = ""
    for match in _SIGN.finditer(text):
        sign = match.group()
        if match.group(2):
            if match.group(1):
                still_open.pop()
            else:
                still_open.append(sign)
            continue
        if used:
            rank = 2 if sign == previous == "\n" else 1 if sign == "\n" else 0 if sign == " " else -1
            # A division far back would leave a message nearly empty.
            if rank == -1 or used > limit // 3:
                best[rank] = (match.start(), list(still_open))
        size = units(html.unescape(sign))
        if used + size > limit:
            for rank in (2, 1, 0, -1):
                if rank in best:
                    return best[rank]
        used += size
        previous = sign
    return None, []


def _name(tag: str) -> str:
    return tag.strip("<>").split()[0]


def _marked(quote: Quote) -> str:
    start, end = quote.highlight.start - quote.span.start, quote.highlight.end - quote.span.start
    text = quote.text
    return f"{escaped(text[:start])}<b>{escaped(text[start:end])}</b>{escaped(text[end:])}"


def _quoted(quote: Quote, nearest: bool) -> str:
    marked = escaped(quote.text) if nearest else _marked(quote)
    if len(quote.text) < _FOLD_FROM or quote.highlight == quote.span:
        return f"<blockquote>{marked}</blockquote>"
    first = escaped(quote.highlight_text) if nearest else f"<b>{escaped(quote.highlight_text)}</b>"
    whole = escaped(say("telegram", "answer", "whole"))
    return f"<blockquote>{first}</blockquote>\n{whole}\n<blockquote expandable>{marked}</blockquote>"


def _source(quote: Quote) -> str:
    line, address = escaped(lines.source(quote)), lines.address(quote)
    return f'{line}\n<a href="{escaped(address)}">{escaped(say("telegram", "answer", "open"))}</a>' if address else line
