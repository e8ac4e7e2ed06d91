"""A reply as plain text: for pipes, for JSON's message, and as the last resort in Telegram."""

from collections.abc import Sequence

from bot.answering.reply import Outcome, Quote, Reply
from bot.presentation import lines
from bot.presentation.texts import say


def render_text(reply: Reply, themes: Sequence[str]) -> str:
    """The whole reply.

    Args:
        reply: what to say.
        themes: what one can ask about, shown where there is no quote to show.

    Returns:
        Lines without a line end at the end. The answering sentence stands between » and « where the quote holds more.
    """
    parts = [lines.opening(reply)] if lines.opening(reply) else []
    if reply.quotes:
        quote = reply.quotes[0]
        if reply.outcome is Outcome.NO_ANSWER:
            parts.append(say("reply", "nearest"))
        parts.append("\n".join(filter(None, [lines.where(quote.passage), marked(quote), lines.source(quote), lines.address(quote)])))
        if reply.also_in:
            parts.append(say("reply", "also_in", titles=", ".join(reply.also_in)))
    else:
        parts.append(invitation(themes))
    return "\n\n".join(part for part in parts if part)


def marked(quote: Quote) -> str:
    """The quote between quotation marks, the answering sentence between » and « where the quote holds more than that."""
    if quote.highlight == quote.span:
        return f"“{lines.flow(quote.text)}”"
    start, end = quote.highlight.start - quote.span.start, quote.highlight.end - quote.span.start
    return f"“{lines.flow(quote.text[:start])}»{lines.flow(quote.text[start:end])}«{lines.flow(quote.text[end:])}”"


MOST_THEMES = 25
"""Headings named in an invitation: many documents together have thousands."""


def invitation(themes: Sequence[str]) -> str:
    """What one can ask about."""
    return "\n".join([say("reply", "themes"), *(f"- {lines.flow(theme)}" for theme in themes[:MOST_THEMES])]) if themes else ""
