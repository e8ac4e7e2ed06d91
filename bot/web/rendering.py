"""A reply as the parts that a page shows, and the pages themselves: Jinja2 escapes whatever is filled in."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot import __version__
from bot.answering.reply import Outcome, Quote, Reply
from bot.knowledge.links import code_of
from bot.knowledge.model import Passage, Span
from bot.named import NamedTuple
from bot.presentation import lines
from bot.presentation.contact import Contact
from bot.presentation.texts import harmless, say, texts
from bot.settings import Settings

TEMPLATES = Path(__file__).parent / "templates"
STATIC = Path(__file__).parent / "static"

_FOLD_FROM = 360
"""Characters from which a passage is folded behind its marked sentence."""


class ShownQuote(NamedTuple):
    """A quote as a page shows it.

    Attributes:
        before, marked, after: the passage, with the answering sentence in the middle.
        folded: show the sentence first, and the whole passage when it is asked for.
        permalink: where the quote stands in its document, here.
        address: where the document stands on the web, if known.
    """

    where: str
    before: str
    marked: str
    after: str
    folded: bool
    source: str
    kind: str
    permalink: str
    address: str | None


class Item(NamedTuple):
    """A line of a list, with where it leads; '' for nowhere."""

    text: str
    address: str


class NextStep(NamedTuple):
    """What one can do after a reply without an answer: a sentence, and a list where it goes on with one."""

    text: str
    items: tuple[Item, ...]


class ShownReply(NamedTuple):
    """A reply as a page shows it.

    Attributes:
        answers: whether the first quote answers; else it is what comes nearest, and no sentence in it stands out.
        points: where the reply is a list, its points; there is no first quote then.
        number: of the first point.
        beside: lines below the quote or list.
        others: the quotes after the first.
        why: the explanation, line by line.
        parts: the replies to each question, where there were several; then nothing stands here itself.
        left_out: questions that were not answered.
    """

    question: str
    answers: bool
    opening: str
    first: ShownQuote | None
    points: tuple[ShownQuote, ...]
    number: int
    beside: tuple[str, ...]
    others: tuple[ShownQuote, ...]
    steps: tuple[NextStep, ...]
    why: tuple[str, ...]
    parts: "tuple[ShownReply, ...]"
    left_out: tuple[str, ...]


def shown_reply(reply: Reply, themes: Sequence[str], contact: Contact) -> ShownReply:
    """What a page shows of a reply.

    Args:
        reply: what to say.
        themes: what one can ask about.
        contact: whom to ask where there is no answer.
    """
    if reply.parts:
        parts = tuple(shown_reply(part, themes, contact) for part in reply.parts)
        left_out = tuple(lines.asked(question) for question in reply.left_out)
        return ShownReply(harmless(reply.question), any(p.answers for p in parts), "", None, (), 1, (), (), (), (), parts, left_out)
    quotes = tuple(shown_quote(quote) for quote in reply.quotes)
    points: tuple[ShownQuote, ...] = quotes if reply.listed else ()
    first, others = (None, ()) if reply.listed or not quotes else (quotes[0], quotes[1:])
    beside = [lines.after_list(reply)] if reply.listed else [*lines.earlier(reply), *lines.notes(reply), lines.also(reply)]
    known = frozenset(themes)
    return ShownReply(
        question=harmless(reply.question), answers=reply.outcome is Outcome.ANSWER, opening=harmless(lines.opening(reply)), first=first,
        points=points, number=reply.listed.first if reply.listed else 1, beside=tuple(harmless(line) for line in beside if line),
        others=others, steps=tuple(_step(text, known) for text in lines.next_step(reply, themes, contact)),
        why=tuple(lines.explanation(reply)), parts=(), left_out=(),
    )  # fmt: skip


def _step(text: str, themes: frozenset[str]) -> NextStep:
    """A text whose lines after the first may be a list; what is a theme leads to its page."""
    head, *rest = text.split("\n")
    items = [line.removeprefix("- ") for line in rest]
    return NextStep(head, tuple(Item(item, f"/thema/{code_of(item)}" if item in themes else "") for item in items))


def shown_quote(quote: Quote) -> ShownQuote:
    """What a page shows of a quote."""
    start, end = quote.highlight.start - quote.span.start, quote.highlight.end - quote.span.start
    text = quote.text
    return ShownQuote(
        where=lines.where(quote.passage), before=harmless(text[:start]), marked=harmless(text[start:end]), after=harmless(text[end:]),
        folded=len(text) >= _FOLD_FROM and quote.highlight != quote.span, source=lines.source(quote), kind=lines.label(quote.passage),
        permalink=permalink_of(quote), address=lines.address(quote),
    )  # fmt: skip


def permalink_of(quote: Quote) -> str:
    """The address, here, of a quote in its document: that of the passage, and which characters of it are marked.

    The question is no part of it: an address ends up in histories and logs.
    """
    return f"/passage/{marked_address(quote)}#hier"


def marked_address(quote: Quote) -> str:
    """The passage of a quote and the characters of it that are marked, as addresses name them; see `marked_in`."""
    before = quote.passage.span.start
    return f"{code_of(quote.passage.id)}?van={quote.highlight.start - before}&tot={quote.highlight.end - before}"


def marked_in(passage: Passage, start: str | None, end: str | None) -> Quote:
    """The quote that an address of `permalink_of` leads to; the whole passage where it does not say what to mark, or says it wrong.

    Args:
        passage: the passage.
        start, end: characters of the passage, as they stand in the address.
    """
    span = passage.span
    if start and end and all(part.isascii() and part.isdigit() and len(part) < 9 for part in (start, end)):
        first, last = span.start + int(start), span.start + int(end)
        if span.start <= first < last <= span.end:
            return Quote(passage, span, Span(first, last))
    return Quote(passage, span, span)


class Pages:
    """Makes pages of templates.

    Args:
        settings: whose pages these are.
        editor: the desk is open here.
    """

    def __init__(self, settings: Settings, editor: bool = False) -> None:
        self.environment = Environment(
            loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        given: dict[str, Any] = {"say": say, "texts": texts, "flow": lines.flow, "code_of": code_of, "version": __version__}
        given |= {
            "organisation": settings.municipality_name,
            "themed": settings.web_tokens is not None,
            "editor": editor,
            "signed_in": False,
        }
        self.environment.globals.update(given)

    def page(
        self, request: Request, name: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
    ) -> HTMLResponse:
        """A page.

        Args:
            request: what is answered.
            name: of the template, without its ending.
            status: of the answer.
            headers: of the answer.
            values: what the template fills in.
        """
        text = self.environment.get_template(f"{name}.html").render(path=request.url.path, **values)
        return HTMLResponse(text, status, headers)


Page = Callable[..., HTMLResponse]
