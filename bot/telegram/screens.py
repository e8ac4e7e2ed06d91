"""What Telegram shows: answers, with what is remembered of them, and the pages that are no answer."""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, fields

from bot.answering.assistant import LONGEST_QUESTION, Assistant
from bot.answering.conversation import Conversation, Turn
from bot.answering.reply import Outcome, Quote, Reason, Route
from bot.errors import KnowledgeError
from bot.knowledge.folder import ListedDocument, listed
from bot.knowledge.model import Document, Span
from bot.personal_data import without_masked
from bot.presentation import lines
from bot.presentation.contact import Contact
from bot.presentation.html import context_html, escaped, quote_html, render_html, shortened, split_html
from bot.presentation.texts import say, texts
from bot.settings import Settings
from bot.telegram import keyboards
from bot.telegram.library import Library, newest_first, payload_of
from bot.telegram.memory import ConversationRecord, Remembered, Shown
from bot.telegram.outbox import Call, Destination, Keyboard, Plan, change, messages

_SECRET = secrets.token_bytes(32)

COMMANDS = ("vraag", "themas", "bronnen", "help", "over", "privacy", "vergeet", "start")
"""The commands, as Telegram lists them."""

HEADINGS_SHOWN = 8
"""Headings that a reply offers as buttons."""

LONGEST_TITLE, LONGEST_PUBLISHER = 240, 100
"""Characters of a title and a publisher on the page of sources."""

DOCUMENTS_NAMED = 3
"""Documents that /start and /help name; with more than that they say how many there are."""


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
    """

    question: str
    destination: Destination
    asker: str
    personal: frozenset[str] = frozenset()
    with_media: bool = False
    edited: tuple[int, Shown] | None = None
    about: int | None = None

    @property
    def key(self) -> str:
        """Under which the conversation is kept: that of this asker, in this chat and topic."""
        return f"{self.destination.chat_id}:{self.destination.thread_id or 0}:{self.asker}"


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
    offered = reply.headings or (themes if reply.route is Route.OVERVIEW else ())
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
        return _in_context(assistant, quote)
    nearest = shown.outcome == Outcome.NO_ANSWER.value
    text = quote_html(quote, nearest)
    if nearest and number == 0:
        return f"{escaped(_why(shown.reason))}\n\n{text}"
    if number == 0:
        return text
    if number <= shown.also:
        return f"{escaped(say('telegram', 'answer', 'also', title=quote.passage.document.title))}\n\n{text}"
    return f"{escaped(say('telegram', 'answer', 'other', number=number + 1, count=len(shown.hits)))}\n\n{text}"


def _in_context(assistant: Assistant, quote: Quote) -> str:
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


# -- pages ------------------------------------------------------------------------------------------------------------


def command_list() -> list[tuple[str, str]]:
    """(command, what it does) in Dutch, as Telegram shows them."""
    return [(name, say("telegram", "commands", name)) for name in COMMANDS]


def loaded(assistant: Assistant) -> str:
    """Which documents the bot answers from, with title and year; how many there are where they are too many to name."""
    documents = newest_first(assistant)
    named = [say("telegram", "loaded", "document", title=d.title, publisher=d.publisher, year=d.year) for d in documents[:DOCUMENTS_NAMED]]
    if not documents:
        return say("telegram", "loaded", "none")
    if len(documents) == 1:
        return say("telegram", "loaded", "one", document=named[0])
    if len(documents) <= DOCUMENTS_NAMED:
        return "\n".join([say("telegram", "loaded", "few"), *(f"- {name}" for name in named)])
    more = len(documents) - DOCUMENTS_NAMED
    return "\n".join([say("telegram", "loaded", "few"), *(f"- {name}" for name in named), say("telegram", "loaded", "more", count=more)])


async def start(library: Library) -> tuple[str, Keyboard]:
    """The first page: which documents there are, with questions that they answer."""
    examples = await library.examples()
    choose = say("telegram", "start_choose" if examples else "start_themes")
    text = say("telegram", "start", documents=loaded(library.current), choose=choose)
    return escaped(text), keyboards.example_buttons(examples)


async def help_page(library: Library, bot_name: str) -> tuple[str, Keyboard | None]:
    """How to ask."""
    examples = await library.examples()
    example = say("telegram", "help_example", question=examples[0]) if examples else say("telegram", "help_no_example")
    return escaped(say("telegram", "help", name=bot_name, example=example, documents=loaded(library.current))), None


def themes(library: Library, page: int = 0) -> tuple[str, Keyboard | None]:
    """All themes as buttons."""
    rows = keyboards.theme_buttons(library.current, page)
    return escaped(say("telegram", "themes" if rows else "no_themes")), rows or None


def theme(library: Library, code: str, page: int) -> tuple[str, Keyboard] | None:
    """A theme's passages as buttons, with the documents that they stand in where those are several; None where there is no such theme."""
    title = library.theme(code)
    if title is None:
        return None
    passages = library.current.knowledge.under_theme(title)
    documents = {passage.document.id: passage.document for passage in passages}
    text = f"<b>{escaped(title)}</b>\n"
    if len(documents) > 1:
        names = [say("telegram", "theme_document", title=document.title, year=document.year) for document in documents.values()]
        text += escaped(say("telegram", "theme_in", documents=", ".join(names))) + "\n"
    return text + escaped(say("telegram", "theme")), keyboards.passages_buttons(passages, code, page)


def passage(library: Library, code: str, bot_name: str, context: bool) -> tuple[str, Keyboard] | None:
    """One passage, with a link to it; None where there is no such passage."""
    assistant = library.current
    chosen = library.passage(code)
    quote = assistant.quote(chosen.id) if chosen else None
    if chosen is None or quote is None:
        return None
    text = _in_context(assistant, quote) if context else quote_html(quote)
    link = f"https://t.me/{bot_name}?start={payload_of(chosen.id)}"
    share = f'<a href="{escaped(link)}">{escaped(say("telegram", "share"))}</a>'
    return f"{text}\n{share}", keyboards.passage_buttons(chosen.id, chosen.section.theme, context)


def sources(library: Library, page: int = 0) -> tuple[str, Keyboard | None]:
    """A page of the documents, each with its publisher, year, size and a hash of its text, so that anyone can check which text is quoted."""
    items, number, last = keyboards.page_of(listed(library.current.knowledge), page)
    blocks = [escaped(say("telegram", "sources" if last == 0 else "sources_page", page=number + 1, pages=last + 1))]
    return "\n\n".join([*blocks, *map(_source, items)]), keyboards.turning(number, last, "sources") or None


def _source(item: ListedDocument) -> str:
    document, digest = item.document, content_hash(item.document)
    # Eight of them fit in one message: turning a page changes that one.
    title, publisher = shortened(document.title, LONGEST_TITLE), shortened(document.publisher, LONGEST_PUBLISHER)
    line = say("telegram", "source", publisher=publisher, year=document.year, size=lines.size(item), digest=digest)
    title = f'<a href="{escaped(document.url)}">{escaped(title)}</a>' if document.url else escaped(title)
    return f"<b>{title}</b>\n{escaped(line)}"


def content_hash(document: Document) -> str:
    """The first sixteen signs of the SHA-256 of a document's text."""
    return hashlib.sha256(document.text.encode()).hexdigest()[:16]


def privacy(settings: Settings) -> str:
    """What is kept and for how long, by whom, and whom to ask."""
    name = settings.municipality_name
    whose = say("telegram", "privacy_whose", name=name) if name else say("telegram", "privacy_nobody")
    # A file is overwritten where something is deleted; a database that replicas share is not, or not at once.
    erased = f" {say('telegram', 'privacy_erased')}" if settings.state_url else ""
    return escaped(say("telegram", "privacy", whose=whose, contact=contact(settings), erased=erased))


def contact(settings: Settings) -> str:
    """Where a person can be reached, as far as the settings say so."""
    ways = [
        say("telegram", "contact", way, value=value)
        for way, value in (("url", settings.contact_url), ("phone", settings.contact_phone), ("email", settings.contact_email))
        if value
    ]
    return say("telegram", "contact", "ways", ways=", ".join(ways)) if ways else say("telegram", "contact", "none")


def plain(name: str) -> str:
    """A page that is only text."""
    return escaped(str(texts("telegram", name)))
