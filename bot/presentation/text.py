"""A reply as plain text: for pipes, for JSON's message, and as the last resort in Telegram."""

from collections.abc import Sequence

from bot.answering.reply import Outcome, Quote, Reply
from bot.knowledge.list_items import item_lines
from bot.presentation import lines
from bot.presentation.contact import NO_CONTACT, Contact
from bot.presentation.texts import say


def render_text(reply: Reply, themes: Sequence[str], contact: Contact = NO_CONTACT) -> str:
    """The whole reply.

    Args:
        reply: what to say.
        themes: what one can ask about, shown where there is no quote to show.
        contact: whom to ask where there is no answer.

    Returns:
        Lines without a line end at the end. The answering sentence stands between » and « where the quote holds more.
    """
    if reply.parts:
        return "\n\n".join([*_parts(reply), *_left_out(reply)])
    return "\n\n".join(part for part in (lines.opening(reply), *_body(reply), *lines.next_step(reply, themes, contact)) if part)


def _parts(reply: Reply) -> list[str]:
    texts = []
    for number, part in enumerate(reply.parts, 1):
        asked = say("parts", "question", number=number, question=lines.asked(part.question))
        texts.append("\n".join(text for text in (asked, lines.opening(part), *_body(part)) if text))
    return texts


def _left_out(reply: Reply) -> list[str]:
    if not reply.left_out:
        return []
    return ["\n".join([say("parts", "left_out"), *(f"- {lines.asked(question)}" for question in reply.left_out)])]


def _body(reply: Reply) -> list[str]:
    """What stands between the opening and the next step: the quotes and what belongs to them."""
    if not reply.quotes:
        return []
    if reply.listed:
        points = lines.numbered(reply.quotes, reply.listed)
        return ["\n".join([*points, *lines.sources(reply.quotes)]), lines.after_list(reply)]
    quote = reply.quotes[0]
    answers = reply.outcome is Outcome.ANSWER
    shown = "\n".join(filter(None, [lines.where(quote.passage), "".join(mark(quote, answers)), lines.source(quote), lines.address(quote)]))
    label = "" if answers else say("reply", "nearest")
    return [label, shown, *lines.earlier(reply), *lines.notes(reply), lines.also(reply)]


def mark(quote: Quote, answers: bool) -> tuple[str, str, str]:
    """The quote between quotation marks, in three parts: before the answering sentence, the sentence, and after it.

    Args:
        quote: what to show.
        answers: the sentence answers, and stands between » and « where the quote holds more than that; colour and bold are lost
            in a copy, on paper and in many a terminal. What is only nearest has no sentence that stands out.
    """
    start, end = quote.highlight.start - quote.span.start, quote.highlight.end - quote.span.start
    before, marked, after = (_flow(part) for part in (quote.text[:start], quote.text[start:end], quote.text[end:]))
    signs = ("»", "«") if answers and quote.highlight != quote.span else ("", "")
    return f"“{before}{signs[0]}", marked, f"{signs[1]}{after}”"


def _flow(text: str) -> str:
    """A quoted text on one line, but for the items of a list: each has a line of its own."""
    return "\n  ".join(lines.flow(part) for part in item_lines(text))
