"""Inline mode: '@bot vraag' in any chat gives up to five passages to choose from."""

from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
    Update,
)
from telegram.ext import CallbackContext

from bot.answering.reply import Outcome, Quote, Reply
from bot.knowledge.codes import code_of
from bot.presentation import lines
from bot.presentation.html import quote_html, split_html
from bot.presentation.texts import say
from bot.telegram.calls import Plan
from bot.telegram.delivery import ANSWER_WITHIN
from bot.telegram.library import payload_of
from bot.telegram.personal_data import MASK

if TYPE_CHECKING:
    from bot.telegram.handlers import Handlers

MOST_RESULTS = 5
_CACHE_SECONDS = 60


def on_inline_query(shared: "Handlers") -> Callable[[Update, Any], Coroutine[Any, Any, None]]:
    """The handler of inline queries.

    Args:
        shared: what all handlers share.
    """

    async def answer(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        query = update.inline_query
        if query is None:
            return
        shared.counters.add("inline")
        results: list[InlineQueryResultArticle] = []
        text = query.query.replace(MASK, " ").strip()
        if text and shared.allowed(query.from_user.id):
            reply, _ = shared.library.current.reply(text)
            results = [_result(reply, quote, number, context.bot.username) for number, quote in enumerate(reply.quotes[:MOST_RESULTS])]
        send = partial(
            context.bot.answer_inline_query, query.id, results, cache_time=_CACHE_SECONDS, is_personal=True, read_timeout=ANSWER_WITHIN
        )
        await shared.delivery.answer_now(send)
        await shared.delivery.carry_out(update.update_id, Plan())

    return answer


def _result(reply: Reply, quote: Quote, number: int, bot_name: str) -> InlineQueryResultArticle:
    nearest = reply.outcome is Outcome.NO_ANSWER
    where = lines.where(quote.passage)
    link = f"https://t.me/{bot_name}?start={payload_of(quote.passage.id)}"
    return InlineQueryResultArticle(
        id=f"{number}{code_of(quote.passage.id)}",
        title=say("telegram", "inline", "nearest", where=where) if nearest else where,
        description=lines.flow(quote.highlight_text)[:200],
        input_message_content=InputTextMessageContent(
            split_html(quote_html(quote, nearest))[0], parse_mode="HTML", link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        reply_markup=InlineKeyboardMarkup([[InlineKeyboardButton(say("telegram", "buttons", "open_chat"), url=link)]]),
    )
