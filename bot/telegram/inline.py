"""Inline mode: '@bot vraag' in any chat gives up to five passages to choose from."""

from functools import partial

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Quote, Reply, Route
from bot.knowledge.links import code_of
from bot.personal_data import without_masked
from bot.presentation import lines
from bot.presentation.html import escaped, quote_html, split_html
from bot.presentation.texts import say
from bot.telegram.library import payload_of
from bot.telegram.outbox import ANSWER_WITHIN
from bot.telegram.shared import Shared
from bot.telegram.updates import InlineQuery

MOST_RESULTS = 5
TO_ASK = "vraag"
"""What comes back with /start from who goes on in a chat with the bot, to ask there."""

_CACHE_SECONDS = 60


async def on_inline_query(shared: Shared, update_id: int, query: InlineQuery) -> None:
    """Answer an inline query.

    Args:
        shared: what all handlers share.
    """
    shared.counters.add("inline")
    results: list[InlineQueryResultArticle] = []
    text, allowed = without_masked(query.text), shared.allowed(query.user_id)
    if text and allowed and not await shared.touched(query.user_id):
        results = await shared.library.in_thread(inline_results, shared.library.current, text, shared.bot.username)
    # An empty list says nothing, not even that nothing was found.
    button = (
        None
        if results or not allowed
        else InlineQueryResultsButton(say("telegram", "inline", "ask" if text else "type"), start_parameter=TO_ASK)
    )
    send = partial(
        shared.bot.answer_inline_query, query.id, results,
        cache_time=_CACHE_SECONDS, is_personal=True, button=button, read_timeout=ANSWER_WITHIN,
    )  # fmt: skip
    await shared.outbox.answer_now(send)
    await shared.nothing(update_id)


def inline_results(assistant: Assistant, text: str, bot_name: str) -> list[InlineQueryResultArticle]:
    """The passages to choose from."""
    reply, _ = assistant.reply(text)
    if reply.route is Route.DANGER:
        return [_numbers(reply)]
    return [_result(reply, quote, number, bot_name) for number, quote in enumerate(reply.quotes[:MOST_RESULTS])]


def _numbers(reply: Reply) -> InlineQueryResultArticle:
    """What a message of danger gets: the numbers are read in the list already."""
    text = lines.reason(reply)
    title, _, rest = text.partition("\n")
    return InlineQueryResultArticle("danger", title, InputTextMessageContent(text), description=lines.flow(rest)[:200])


def _result(reply: Reply, quote: Quote, number: int, bot_name: str) -> InlineQueryResultArticle:
    nearest = reply.outcome is Outcome.NO_ANSWER
    where = lines.where(quote.passage)
    # Who reads it in that chat did not see what was asked.
    asked = f"<i>{escaped(say('telegram', 'inline', 'asked', question=lines.asked(reply.question)))}</i>"
    link = f"https://t.me/{bot_name}?start={payload_of(quote.passage.id)}"
    return InlineQueryResultArticle(
        id=f"{number}{code_of(quote.passage.id)}",
        title=say("telegram", "inline", "nearest", where=where) if nearest else where,
        description=lines.flow(quote.highlight_text)[:200],
        input_message_content=InputTextMessageContent(
            split_html(f"{asked}\n{quote_html(quote, nearest)}")[0],
            parse_mode="HTML",
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        ),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(say("telegram", "buttons", "open_chat"), url=link)]]),
    )
