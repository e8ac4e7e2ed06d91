"""From a question to a plan: what to send, and what to remember of it."""

from bot.answering.assistant import LONGEST_QUESTION, Assistant
from bot.answering.conversation import Conversation
from bot.answering.reply import Outcome, Quote, Reason, Reply
from bot.errors import KnowledgeError
from bot.knowledge.model import Span
from bot.presentation.html import context_html, escaped, quote_html, render_html
from bot.presentation.texts import say
from bot.telegram.buttons import answer_buttons
from bot.telegram.calls import Call, Place, Plan, change, messages
from bot.telegram.library import Library
from bot.telegram.memory import Shown
from bot.telegram.personal_data import MASK


def answer(
    library: Library,
    question: str,
    conversation: Conversation,
    place: Place,
    user_id: int | None,
    key: str,
    personal: frozenset[str] = frozenset(),
    edited: int | None = None,
) -> tuple[Plan, Reply | None]:
    """Answer one question.

    Args:
        question: without the bot's name; personal numbers in it are masked.
        conversation: the earlier turns.
        place: where the answer goes.
        key: under which the conversation is kept.
        personal: what kinds of personal data were masked.
        edited: the message to change, where the question was changed.

    Returns:
        The plan, and the reply that it shows; None where the question was too long to look at.
    """
    assistant = library.current
    warnings = [say("telegram", "personal", kind) for kind in sorted(personal)]
    if warnings:
        warnings.append(say("telegram", "personal", "not_kept"))
    warning = escaped(" ".join(warnings))
    if len(question) > LONGEST_QUESTION:
        text = "\n\n".join(filter(None, [warning, escaped(say("reasons", Reason.TOO_LONG.value, missing=LONGEST_QUESTION))]))
        shown = Shown.new(Outcome.NO_ANSWER.value, Reason.TOO_LONG.value, (), place.reply_to, user_id)
        return Plan(_put(assistant, place, text, shown, edited)), None
    reply, after = assistant.reply(question.replace(MASK, " "), conversation)
    text = "\n\n".join(filter(None, [warning, render_html(reply, assistant.themes())]))
    hits = tuple((quote.passage.id, quote.highlight.start, quote.highlight.end) for quote in reply.quotes)
    shown = Shown.new(reply.outcome.value, reply.reason.value, hits, place.reply_to, user_id, len(reply.also_in))
    # Of a question with personal data nothing is kept, not even its words for a follow-up.
    kept = None if personal else (key, user_id, after)
    return Plan(_put(assistant, place, text, shown, edited), kept), reply


def _put(assistant: Assistant, place: Place, text: str, shown: Shown, edited: int | None) -> tuple[Call, ...]:
    keyboard = answer_buttons(shown, others=other_documents(assistant, shown))
    if edited is not None:
        return (change(place, edited, text, keyboard, shown),)
    return messages(place, text, keyboard, shown)


def other_documents(assistant: Assistant, shown: Shown) -> tuple[str, ...]:
    """The titles of the documents that also answer, as far as they are still there."""
    found = [quote_of(assistant, shown, number) for number in range(1, 1 + shown.also)]
    return tuple(quote.passage.document.title if quote else "" for quote in found)


def hit(assistant: Assistant, shown: Shown, number: int, context: bool) -> str | None:
    """One of the passages that belong to an answer.

    Args:
        number: which of them, from 0.
        context: in its section.

    Returns:
        HTML; None where the sources hold it no more.
    """
    quote = quote_of(assistant, shown, number)
    if quote is None:
        return None
    if context:
        return context_html(quote, assistant.knowledge)
    nearest = shown.outcome == Outcome.NO_ANSWER.value
    text = quote_html(quote, nearest)
    if nearest and number == 0:
        return f"{escaped(_why(shown.reason))}\n\n{text}"
    if number == 0:
        return text
    if number <= shown.also:
        return f"{escaped(say('telegram', 'answer', 'also', title=quote.passage.document.title))}\n\n{text}"
    return f"{escaped(say('telegram', 'answer', 'other', number=number + 1, count=len(shown.hits)))}\n\n{text}"


def quote_of(assistant: Assistant, shown: Shown, number: int) -> Quote | None:
    """The quote of one of the passages that belong to an answer; None where there is no such one any more."""
    if not 0 <= number < len(shown.hits):
        return None
    passage_id, start, end = shown.hits[number]
    whole = assistant.quote(passage_id)
    if whole is None:
        return None
    try:
        return Quote(whole.passage, whole.span, Span(start, end))
    except KnowledgeError:
        return whole  # the text around it has moved since; the passage itself is the same


def _why(reason: str) -> str:
    """Why there was no answer, without the words of the question, which are not kept."""
    try:
        return say("reasons", reason)
    except KeyError:
        return say("reasons", Reason.NEAREST.value)
