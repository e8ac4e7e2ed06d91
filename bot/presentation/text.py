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
        answers = reply.outcome is Outcome.ANSWER
        if not answers:
            parts.append(say("reply", "nearest"))
        parts.append(
            "\n".join(filter(None, [lines.where(quote.passage), "".join(mark(quote, answers)), lines.source(quote), lines.address(quote)]))
        )
        if reply.also_in:
            parts.append(say("reply", "also_in", titles=", ".join(reply.also_in)))
    else:
        parts.append(invitation(themes))
    return "\n\n".join(part for part in parts if part)


def mark(quote: Quote, answers: bool) -> tuple[str, str, str]:
    """The quote between quotation marks, in three parts: before the answering sentence, the sentence, and after it.

    Args:
        quote: what to show.
        answers: the sentence answers, and stands between » and « where the quote holds more than that; colour and bold are lost
            in a copy, on paper and in many a terminal. What is only nearest has no sentence that stands out.
    """
    start, end = quote.highlight.start - quote.span.start, quote.highlight.end - quote.span.start
    before, marked, after = (lines.flow(part) for part in (quote.text[:start], quote.text[start:end], quote.text[end:]))
    signs = ("»", "«") if answers and quote.highlight != quote.span else ("", "")
    return f"“{before}{signs[0]}", marked, f"{signs[1]}{after}”"


MOST_THEMES = 25
"""Headings named in an invitation: many documents together have thousands."""


def invitation(themes: Sequence[str]) -> str:
    """What one can ask about."""
    return "\n".join([say("reply", "themes"), *(f"- {lines.flow(theme)}" for theme in themes[:MOST_THEMES])]) if themes else ""
