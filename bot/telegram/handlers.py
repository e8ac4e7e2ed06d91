"""What each kind of message leads to. The handlers make plans; the outbox carries them out."""

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    MessageReactionHandler,
    filters,
)

from bot.language.function_words import is_content
from bot.language.tokens import tokenize
from bot.presentation.html import escaped
from bot.presentation.texts import say
from bot.telegram import inbox, logs, screens
from bot.telegram.inbox import asked_in, asker_of, has_media, personal, thumb_of
from bot.telegram.inline import inline_handler
from bot.telegram.limits import Verdict
from bot.telegram.outbox import Keyboard, Place, Plan, messages
from bot.telegram.presses import Presses
from bot.telegram.screens import Asked
from bot.telegram.shared import Shared

Context = CallbackContext[Any, Any, Any, Any]
Handler = Callable[[Update, Any], Coroutine[Any, Any, None]]
Screen = tuple[str, Keyboard | None]
Page = Callable[[list[str] | None], Awaitable[Screen]]
"""From the words behind a command to a text and its buttons."""

POINTING = frozenset(("dit", "dat", "deze", "die"))

_LONGEST_TERM = 6
"""Words; what is quoted of an answer in so many words or fewer is a term that is asked about, not a passage."""


class Handlers:
    """The handlers of messages, and where all handlers are registered.

    Args:
        shared: what all handlers share.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._presses = Presses(shared)
        self._told_album: dict[int, str] = {}

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add all handlers to an application. The first that fits gets an update."""
        new = filters.UpdateType.MESSAGE
        static: dict[str, Page] = {
            "start": self._start,
            "help": lambda _: screens.help_page(self._shared.library, self._shared.bot.username),
            "themas": _at_once(lambda: screens.themes(self._shared.library)),
            "bronnen": _at_once(lambda: screens.sources(self._shared.library)),
            "over": _at_once(lambda: (screens.plain("over"), None)),
            "privacy": _at_once(lambda: (screens.privacy(self._shared.settings), None)),
        }
        for name, page in static.items():
            application.add_handler(CommandHandler(name, self._page(page), filters=new))
        application.add_handler(CommandHandler("vergeet", self._on_forget, filters=new))
        application.add_handler(CommandHandler("vraag", self._on_question, filters=new))
        application.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, self._on_migration))
        application.add_handler(MessageHandler(new & filters.COMMAND, self._on_unknown_command))
        application.add_handler(MessageHandler(new & filters.TEXT, self._on_question))
        application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.TEXT, self._on_edited_question))
        application.add_handler(MessageHandler(new & filters.ChatType.PRIVATE, self._on_other))
        application.add_handler(CallbackQueryHandler(self._presses.on_press))
        application.add_handler(InlineQueryHandler(inline_handler(self._shared)))
        application.add_handler(MessageReactionHandler(self._presses.on_reaction))

    def _page(self, page: Page) -> Handler:
        async def on_command(update: Update, context: Context) -> None:
            message = _message(update)
            if not self._shared.allowed(_user_id(message)):
                await self._refuse(update, message)
                return
            text, keyboard = await page(context.args)
            await self._say(update, message, text, keyboard)

        return on_command

    async def _start(self, arguments: list[str] | None) -> Screen:
        library = self._shared.library
        first = await screens.start(library)
        if not arguments:
            return first
        chosen = screens.passage(library, arguments[0], self._shared.bot.username, context=False)
        return chosen or (screens.plain("no_such_passage"), first[1])

    async def _on_forget(self, update: Update, context: object) -> None:
        message = _message(update)
        await self._shared.store.forget(asker_of(message))
        await self._say(update, message, screens.plain("forgotten"))

    async def _on_question(self, update: Update, context: object) -> None:
        message = _message(update)
        question = asked_in(message, self._shared.bot)
        if not self._shared.allowed(_user_id(message)):
            await self._refuse(update, message)
            return
        if question is None:
            await self._shared.nothing(update.update_id)
            return
        verdict = self._shared.judge(asker_of(message))
        if verdict is Verdict.TOO_MANY:
            await self._say(update, message, screens.plain("too_many"))
        elif verdict is Verdict.SILENT:
            await self._shared.nothing(update.update_id)
        else:
            question, kinds = self._with_what_it_replies_to(message, question)
            if question.strip() and not any(sign.isalnum() for sign in question):
                await self._on_signs(update, message, question)
            elif question.strip():
                asked = Asked(
                    question,
                    _place(message),
                    asker_of(message),
                    kinds,
                    with_media=has_media(message),
                    about=await self._about(message),
                )
                await self._shared.outbox.carry_out(update.update_id, await self._shared.answer(asked))
            else:
                await self._say(update, message, screens.plain("empty"))

    def _with_what_it_replies_to(self, message: Message, question: str) -> tuple[str, frozenset[str]]:
        """The question; that of someone else where a message only points to it; with the term that it quotes from an answer."""
        other = inbox.replied_question(message)
        if other and message.chat.type != "private" and only_points(question):
            return other
        quoted = inbox.quoted_of_bot(message, self._shared.bot)
        if quoted and len(quoted.split()) <= _LONGEST_TERM and quoted.lower() not in question.lower():
            return with_term(question, quoted), personal(message)
        return question, personal(message)

    async def _on_signs(self, update: Update, message: Message, signs: str) -> None:
        """A message of emoji or dots asks nothing. A thumb judges the answer that it replies to, or the last one."""
        asker, answered = asker_of(message), inbox.answered_message(message, self._shared.bot)
        if answered is None:
            shown = await self._shared.store.last_answer(message.chat.id, asker)
        else:
            shown = await self._shared.store.shown(message.chat.id, answered)
        thumb = thumb_of(signs)
        if thumb and shown and shown.hits and shown.asker == asker:
            await self._presses.keep_feedback(None, shown, 0, thumb, None)
            text = escaped(say("telegram", "notices", "thanks"))
        else:
            text = screens.plain("no_question")
        if message.chat.type == "private":
            await self._say(update, message, text)
        else:
            await self._shared.nothing(update.update_id)

    async def _about(self, message: Message) -> int | None:
        """The question whose answer a message replies to."""
        answered = inbox.answered_message(message, self._shared.bot)
        shown = await self._shared.store.shown(message.chat.id, answered) if answered is not None else None
        return shown.question_id if shown else None

    async def _on_edited_question(self, update: Update, context: object) -> None:
        message = _message(update)
        question = asked_in(message, self._shared.bot)
        given = await self._shared.store.answer_to(message.chat.id, message.message_id)
        welcome = (
            given is not None
            and question
            and self._shared.allowed(_user_id(message))
            # A changed question is a question; who changes it too often sees the answer to an earlier form.
            and self._shared.judge(asker_of(message)) is Verdict.WELCOME
        )
        if not welcome or question is None:
            await self._shared.nothing(update.update_id)
            return
        question, kinds = self._with_what_it_replies_to(message, question)
        plan = await self._shared.answer(Asked(question, _place(message), asker_of(message), kinds, has_media(message), edited=given))
        await self._shared.outbox.carry_out(update.update_id, plan)

    async def _on_unknown_command(self, update: Update, context: object) -> None:
        message = _message(update)
        named = "@" in (message.text or "").partition(" ")[0]
        if message.chat.type == "private" or named:
            await self._say(update, message, screens.plain("unknown_command"))
        else:
            await self._shared.nothing(update.update_id)

    async def _on_other(self, update: Update, context: object) -> None:
        message = _message(update)
        album = message.media_group_id
        if album and self._told_album.get(message.chat.id) == album:
            await self._shared.nothing(update.update_id)  # a next picture of an album that was answered
        elif not self._shared.allowed(_user_id(message)):
            await self._refuse(update, message)
        else:
            if album:
                self._told_album = {message.chat.id: album}
            await self._say(update, message, screens.plain("only_text"))

    async def _on_migration(self, update: Update, context: object) -> None:
        message = _message(update)
        if message.migrate_to_chat_id:
            await self._shared.store.move_chat(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            await self._shared.store.move_chat(message.migrate_from_chat_id, message.chat.id)
        await self._shared.nothing(update.update_id)

    async def _refuse(self, update: Update, message: Message) -> None:
        if message.chat.type == "private":
            await self._say(update, message, screens.plain("not_allowed"))
        else:
            await self._shared.nothing(update.update_id)

    async def _say(self, update: Update, message: Message, text: str, keyboard: Keyboard | None = None) -> None:
        await self._shared.outbox.carry_out(update.update_id, Plan(messages(_place(message), text, keyboard)))

    async def on_error(self, update: object, context: Context) -> None:
        """Something in the program went wrong over this update: say so, and log where."""
        self._shared.counters.add("failures")
        if context.error is not None:
            logs.failure("handler_failed", context.error)
        if not isinstance(update, Update):
            return
        if await self._shared.outbox.resume(update.update_id):
            return  # what was to be said was written down before it went wrong, and is said now
        message = update.message
        if message is not None and (message.chat.type == "private" or asked_in(message, self._shared.bot) is not None):
            await self._say(update, message, escaped(say("telegram", "broken")))
        else:
            await self._shared.nothing(update.update_id)


def with_term(question: str, term: str) -> str:
    """A question about a term that was quoted: 'Wat betekent dit?' about 'leefgeld' asks what 'leefgeld' means."""
    words = question.split()
    for number, word in enumerate(words):
        bare = word.strip("?!.,").lower()
        if bare in POINTING:
            return " ".join([*words[:number], word.lower().replace(bare, term), *words[number + 1 :]])
    end = "?" if question.rstrip().endswith("?") else ""
    return f"{question.rstrip(' ?')} {term}{end}"


def only_points(question: str) -> bool:
    """Whether a question has no subject of its own and so means what it replies to: '', '?', 'weet jij dit?', 'wat kost dat?'."""
    tokens = tokenize(question)
    subject = sum(is_content(token) for token in tokens)
    return subject == 0 or (subject == 1 and any(word.strip("?!.,").lower() in POINTING for word in question.split()))


def _at_once(screen: Callable[[], Screen]) -> Page:
    async def page(_: list[str] | None) -> Screen:
        return screen()

    return page


def _message(update: Update) -> Message:
    message = update.message or update.edited_message
    if message is None:
        raise TypeError("an update without a message came to a handler of messages")
    return message


def _user_id(message: Message) -> int | None:
    return message.from_user.id if message.from_user else None


def _place(message: Message) -> Place:
    return Place(message.chat.id, message.message_thread_id if message.is_topic_message else None, message.message_id)
