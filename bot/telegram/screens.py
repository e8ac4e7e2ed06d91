"""What Telegram shows as an answer, with what is remembered of it."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields

from bot.answering.assistant import LONGEST_QUESTION, Assistant
from bot.answering.conversation import Conversation, Turn
from bot.answering.danger import asks_nothing
from bot.answering.leaning import is_ellipsis
from bot.answering.reply import Outcome, Quote, Reason
from bot.errors import KnowledgeError
from bot.knowledge.model import Span
from bot.language.tokens import fold
from bot.personal_data import without_masked
from bot.presentation import lines
from bot.presentation.contact import Contact
from bot.presentation.html import context_html, escaped, quote_html, render_html, split_html
from bot.presentation.texts import say
from bot.telegram import keyboards
from bot.telegram.memory import ConversationRecord, Remembered, Shown
from bot.telegram.outbox import Call, Destination, Plan, change, messages

_SECRET = secrets.token_bytes(32)

HEADINGS_SHOWN = 8
"""Headings that a reply offers as buttons."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it came.

    Attributes:
        question: without the bot's name; personal numbers in it are masked.
        destination: where the answer goes.
        asker: see `updates.Message.asker`.
        personal: what kinds of personal data were masked.
        with_media: it stands under a picture or the like, which is not looked at.
        edited: the message that answered it before, with what stands under it, where the question was changed.
        about: the question whose answer this one replies to, where that is known.
        of_another: who asked that, where it was someone else; then this one follows on their conversation.
        overheard: whether nothing in it says that it speaks to the bot, but that it replies to it in a group.
    """

    question: str
    destination: Destination
    asker: str
    personal: frozenset[str] = frozenset()
    with_media: bool = False
    edited: tuple[int, Shown] | None = None
    about: int | None = None
    of_another: str = ""
    overheard: bool = False

    @property
    def key(self) -> str:
        """Under which the conversation is kept: that of this asker, in this chat and topic."""
        return self._key_of(self.asker)

    @property
    def followed(self) -> str:
        """The key of the conversation that it follows on."""
        return self._key_of(self.of_another or self.asker)

    def _key_of(self, asker: str) -> str:
        return f"{self.destination.chat_id}:{self.destination.thread_id or 0}:{asker}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question, and what is remembered of it: the same for everyone who asks it in the same conversation.

    Attributes:
        text: HTML.
        outcome, reason, hits, also, whole, more, headings: see `Shown`.
        others: the titles of the other documents that answer too.
        turn: what a next question can follow on; None for small talk.
        quiet: whether it says so little that a group can do without.
    """

    text: str
    outcome: str
    reason: str
    hits: tuple[tuple[str, int, int], ...] = ()
    also: int = 0
    whole: bool = False
    more: bool = False
    headings: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    turn: Turn | None = None
    quiet: bool = False

    def was_quoted_in(self, turn: Turn) -> bool:
        """Whether a turn quoted the same, so that after it a note beside the quote says so."""
        first = self.hits[0] if self.hits else ("", 0, 0)
        return turn.answered and (turn.passage, turn.marked) == (first[0], f"{first[1]} {first[2]}")

    def has_nothing_for(self, text: str, context: Conversation) -> bool:
        """Whether it says nothing new to a text that asks nothing: members of a group who talk about an answer want no reply to that.

        Args:
            context: the earlier turns.
        """
        again = bool(context.turns) and self.was_quoted_in(context.turns[-1])
        if self.reason in _FOR_WHO_TELLS or (self.outcome == Outcome.ANSWER.value and not again):
            return False
        told = len(text.split()) >= FEWEST_TOLD and asks_nothing(text) and not is_ellipsis(fold(text))
        return told or self.reason in _TO_TALK

    def to_json(self) -> str:
        """As it is kept for a moment."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return json.dumps({**values, "turn": Conversation((self.turn,)).to_json() if self.turn else None})

    @classmethod
    def from_json(cls, text: str) -> "Answer":
        """Read what `to_json` wrote."""
        data = json.loads(text)
        data |= {name: tuple(data[name]) for name in ("headings", "others")}
        data["hits"] = tuple((passage, start, end) for passage, start, end in data["hits"])
        data["turn"] = Conversation.from_json(data["turn"]).turns[0] if data["turn"] else None
        return cls(**data)


FEWEST_TOLD = 3
"""Words: a shorter text that asks nothing is a subject to look for."""

_FOR_WHO_TELLS = frozenset((Reason.DANGER.value, Reason.COMPLAINT.value))
"""Reasons for a reply that is for those who tell something too."""

_TO_TALK = frozenset((Reason.INSULT.value, Reason.CHAT.value))
"""Reasons for a reply to what is only talk."""

QUIET = frozenset((Reason.EMOJI, Reason.THANKS, Reason.GOODBYE, Reason.SHORT))
"""Reasons for a reply that a group can do without."""


def answer(assistant: Assistant, question: str, context: Conversation, contact: Contact) -> Answer:
    """Answer one question.

    Args:
        question: without the bot's name; personal numbers in it are masked.
        context: the earlier turns that it may follow on.
        contact: whom to ask where there is no answer.
    """
    if len(question) > LONGEST_QUESTION:
        text = escaped(say("reasons", Reason.TOO_LONG.value, missing=LONGEST_QUESTION))
        return Answer(text, Outcome.NO_ANSWER.value, Reason.TOO_LONG.value)
    reply, after = assistant.reply(without_masked(question), context)
    themes, listed = assistant.themes(), reply.listed
    offered = reply.headings or lines.headings_named(reply, themes)
    return Answer(
        text=render_html(reply, themes, contact),
        outcome=reply.outcome.value,
        reason=reply.reason.value,
        hits=tuple((quote.passage.id, quote.highlight.start, quote.highlight.end) for quote in reply.quotes),
        also=len(reply.also_in),
        whole=bool(listed or reply.parts),
        more=listed is not None and listed.first - 1 + len(reply.quotes) < listed.total,
        headings=tuple(heading for heading in offered if heading in themes)[:HEADINGS_SHOWN],
        others=tuple(quote.passage.document.title for quote in reply.quotes[1 : 1 + len(reply.also_in)]),
        turn=after.turns[-1] if after.turns and after is not context else None,
        quiet=reply.reason in QUIET,
    )


def plan(asked: Asked, before: Remembered, said: Answer) -> Plan:
    """What is sent and remembered for a question.

    Args:
        before: the earlier turns, all of them.
        said: the answer in the context that `context_of` gave.
    """
    warnings = [say("telegram", "personal", kind) for kind in sorted(asked.personal)]
    if warnings:
        warnings.append(say("telegram", "personal", "not_kept"))
    if asked.with_media:
        warnings.append(say("telegram", "only_the_text"))
    text = "\n\n".join(filter(None, [escaped(" ".join(warnings)), said.text]))
    key = secrets.token_hex(8)
    shown = Shown(
        said.outcome,
        # Of a message that got a fixed reply nothing is kept: that someone is in danger, or was rude, is nobody's business for a month.
        said.reason if said.hits else "",
        said.hits,
        asked.destination.reply_to,
        asked.asker,
        key=key,
        also=said.also,
        whole=said.whole,
        more=said.more,
        headings=said.headings,
        digest=_digest(text, key),
    )
    record = None
    turn_number = context_of(asked, before)[1] if asked.edited else None
    # Of a question with personal data nothing is kept, not even its words for a follow-up; nor of a changed one from too long ago.
    if not asked.personal and (turn_number is not None if asked.edited else said.turn):
        record = ConversationRecord(asked.key, asked.asker, _after(before, said.turn, asked.destination.reply_to, turn_number))
    return Plan(_put(asked, text, shown, said.others), record)


def context_of(asked: Asked, before: Remembered) -> tuple[Conversation, int | None]:
    """The turns that a question follows on, and the number of the turn that it changes or speaks of, where it is known."""
    conversation, questions = before.conversation, _of_each_turn(before)
    if asked.edited:
        number = questions.index(asked.destination.reply_to) if asked.destination.reply_to in questions else None
        return (Conversation(conversation.turns[:number]) if number else Conversation()), number
    number = questions.index(asked.about) if asked.about is not None and asked.about in questions else None
    return (conversation if number is None else Conversation(conversation.turns[: number + 1])), number


def _after(before: Remembered, turn: Turn | None, question_id: int | None, replaced: int | None) -> Remembered:
    """What is remembered after a turn; without a turn nothing came that a next question could follow on."""
    conversation, questions = before.conversation, _of_each_turn(before)
    if replaced is not None:
        turns = [*conversation.turns[:replaced], *((turn,) if turn else ()), *conversation.turns[replaced + 1 :]]
        question_ids = [*questions[:replaced], *((question_id,) if turn else ()), *questions[replaced + 1 :]]
        return Remembered(Conversation(tuple(turns)), tuple(question_ids))
    if turn is None:
        return before
    after = conversation.with_turn(turn)
    return Remembered(after, (*questions, question_id)[-len(after.turns) :])


def _of_each_turn(before: Remembered) -> tuple[int | None, ...]:
    turns = len(before.conversation.turns)
    return ((None,) * turns + before.questions)[len(before.questions) :] if turns else ()


def _put(asked: Asked, text: str, shown: Shown, others: Sequence[str]) -> tuple[Call, ...]:
    keyboard = keyboards.answer_buttons(shown, others=others)
    if asked.edited is None:
        return messages(asked.destination, text, keyboard, shown)
    message_id, before = asked.edited
    # Telegram refuses to change a message into what it is.
    return () if before.digest == _digest(text, before.key) else (change(asked.destination, message_id, text, keyboard, shown),)


def _digest(text: str, key: str) -> str:
    """What stands for a text under a key while this process lives; nobody else can tell from it which text it was, a fixed one neither."""
    return hashlib.blake2b(text.encode(), digest_size=12, key=_SECRET, salt=key.encode()[:16]).hexdigest()


def other_documents(assistant: Assistant, shown: Shown) -> tuple[str, ...]:
    """The titles of the documents that also answer, as far as they are still there."""
    quotes = [quote_of(assistant, shown, number) for number in range(1, 1 + shown.also)]
    return tuple(quote.passage.document.title if quote else "" for quote in quotes)


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
        return in_context(assistant, quote)
    nearest = shown.outcome == Outcome.NO_ANSWER.value
    text = quote_html(quote, nearest)
    if nearest and number == 0:
        return f"{escaped(_why(shown.reason))}\n\n{text}"
    if number == 0:
        return text
    if number <= shown.also:
        return f"{escaped(say('telegram', 'answer', 'also', title=quote.passage.document.title))}\n\n{text}"
    return f"{escaped(say('telegram', 'answer', 'other', number=number + 1, count=len(shown.hits)))}\n\n{text}"


def in_context(assistant: Assistant, quote: Quote) -> str:
    """A quote between the passages around it; alone where they don't fit in one message, which is all that can be changed."""
    text = context_html(quote, assistant.knowledge)
    return text if len(split_html(text)) == 1 else quote_html(quote)


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
