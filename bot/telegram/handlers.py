"""What each kind of message leads to. The handlers make plans; `Delivery` carries them out."""

from collections import OrderedDict
from collections.abc import Callable, Coroutine
from typing import Any

from telegram import Message, Update
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.answering.conversation import Conversation
from bot.answering.reply import Outcome
from bot.presentation.html import escaped
from bot.presentation.texts import say
from bot.settings import Settings
from bot.telegram import answers, logs, pages
from bot.telegram.calls import Keyboard, Place, Plan, messages
from bot.telegram.counters import Counters
from bot.telegram.delivery import Delivery
from bot.telegram.inline import on_inline_query
from bot.telegram.intake import personal, question_in
from bot.telegram.library import Library
from bot.telegram.limits import QuestionLimit, Verdict
from bot.telegram.memory import Memory
from bot.telegram.presses import Presses

Handler = Callable[[Update, Any], Coroutine[Any, Any, None]]
Page = Callable[[Any, list[str] | None], tuple[str, Keyboard | None]]
"""From the bot and the words behind the command to a text and its buttons."""

_RECENT = 500


class Handlers:
    """The handlers, with what they share.

    Args:
        library: holds the assistant; each question takes it once.
    """

    def __init__(self, library: Library, memory: Memory, delivery: Delivery, counters: Counters, settings: Settings) -> None:
        self.library, self.memory, self.delivery, self.counters = library, memory, delivery, counters
        self._allowed = settings.allowed_users
        self._limit = QuestionLimit(settings.questions_per_minute)
        # Questions of the last while, in memory only: Telegram does not always repeat the question along with a pressed button.
        self.recent: OrderedDict[tuple[int, int], str] = OrderedDict()
        self._presses = Presses(self)

    def register(self, application: Application[Any, Any, Any, Any, Any, Any]) -> None:
        """Add all handlers to an application."""
        new = filters.UpdateType.MESSAGE
        private = filters.ChatType.PRIVATE
        static: dict[str, Page] = {
            "start": self._start,
            "help": lambda bot, _: (pages.help_page(bot.username), None),
            "themas": lambda bot, _: pages.themes(self.library),
            "bronnen": lambda bot, _: (pages.sources(self.library.current), None),
            "over": lambda bot, _: (pages.plain("over"), None),
            "privacy": lambda bot, _: (pages.plain("privacy"), None),
        }
        for name, page in static.items():
            application.add_handler(CommandHandler(name, self._page(page), filters=new))
        application.add_handler(CommandHandler("vergeet", self._on_forget, filters=new))
        application.add_handler(CommandHandler("vraag", self._on_question, filters=new))
        application.add_handler(MessageHandler(new & filters.StatusUpdate.MIGRATE, self._on_migration))
        application.add_handler(MessageHandler(new & filters.COMMAND, self._on_unknown_command))
        application.add_handler(MessageHandler(new & filters.TEXT, self._on_question))
        application.add_handler(MessageHandler(filters.UpdateType.EDITED_MESSAGE & filters.TEXT, self._on_edited_question))
        application.add_handler(MessageHandler(new & private, self._on_other))
        application.add_handler(CallbackQueryHandler(self._presses.on_press))
        application.add_handler(InlineQueryHandler(on_inline_query(self)))

    def allowed(self, user_id: int | None) -> bool:
        """Whether this user may use the bot."""
        return not self._allowed or user_id in self._allowed

    def _page(self, page: Page) -> Handler:
        async def on_command(update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
            message = _message(update)
            if not self.allowed(_user_id(message)):
                await self._refuse(update, message)
                return
            text, keyboard = page(context.bot, context.args)
            await self._say(update, message, text, keyboard)

        return on_command

    def _start(self, bot: Any, arguments: list[str] | None) -> tuple[str, Keyboard | None]:
        if arguments:
            found = pages.passage(self.library, arguments[0], bot.username, context=False)
            return found or (pages.plain("no_such_passage"), pages.start(self.library)[1])
        return pages.start(self.library)

    async def _on_forget(self, update: Update, context: object) -> None:
        message = _message(update)
        user_id = _user_id(message)
        if user_id is not None:
            self.memory.forget(user_id)
            for key in [key for key in self.recent if key[0] == message.chat.id]:
                del self.recent[key]
        await self._say(update, message, pages.plain("forgotten"))

    async def _on_question(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        message = _message(update)
        user_id = _user_id(message)
        question = _asked(message, context.bot)
        if not self.allowed(user_id):
            await self._refuse(update, message)
            return
        if question is None:
            await self._nothing(update)
            return
        verdict = self._limit.judge(user_id or message.chat.id)
        if verdict is not Verdict.WELCOME:
            self.counters.add("limited")
            await (self._say(update, message, pages.plain("too_many")) if verdict is Verdict.TOO_MANY else self._nothing(update))
            return
        if not question.strip():
            await self._say(update, message, pages.plain("empty"))
            return
        await self._answer(update, message, question)

    async def _on_edited_question(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        message = _message(update)
        question = _asked(message, context.bot)
        given = self.memory.reply_to(message.chat.id, message.message_id)
        if given is None or not question or not self.allowed(_user_id(message)):
            await self._nothing(update)
            return
        await self._answer(update, message, question, edited=given)

    async def _answer(self, update: Update, message: Message, question: str, edited: int | None = None) -> None:
        user_id = _user_id(message)
        place = _place(message)
        key = f"{place.chat_id}:{place.thread_id or 0}:{user_id}"
        kinds = personal(message)
        conversation = self.memory.conversation(key)
        if edited is not None:
            conversation = Conversation(conversation.turns[:-1])  # the turn that is asked anew
        plan, reply = answers.answer(self.library, question, conversation, place, user_id, key, kinds, edited)
        self.counters.add("questions")
        if reply:
            self.counters.add("answers" if reply.outcome is Outcome.ANSWER else "silences")
        if not kinds:
            self.recent[(message.chat.id, message.message_id)] = question
            if len(self.recent) > _RECENT:
                self.recent.popitem(last=False)
        await self.delivery.carry_out(update.update_id, plan)

    async def _on_unknown_command(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        message = _message(update)
        named = "@" in (message.text or "").partition(" ")[0]
        if message.chat.type == "private" or named:
            await self._say(update, message, pages.plain("unknown_command"))
        else:
            await self._nothing(update)

    async def _on_other(self, update: Update, context: object) -> None:
        message = _message(update)
        if self.allowed(_user_id(message)):
            await self._say(update, message, pages.plain("only_text"))
        else:
            await self._refuse(update, message)

    async def _on_migration(self, update: Update, context: object) -> None:
        message = _message(update)
        if message.migrate_to_chat_id:
            self.memory.migrate(message.chat.id, message.migrate_to_chat_id)
        elif message.migrate_from_chat_id:
            self.memory.migrate(message.migrate_from_chat_id, message.chat.id)
        await self._nothing(update)

    async def _refuse(self, update: Update, message: Message) -> None:
        if message.chat.type == "private":
            await self._say(update, message, pages.plain("not_allowed"))
        else:
            await self._nothing(update)

    async def _say(self, update: Update, message: Message, text: str, keyboard: Keyboard | None = None) -> None:
        await self.delivery.carry_out(update.update_id, Plan(messages(_place(message), text, keyboard)))

    async def _nothing(self, update: Update) -> None:
        await self.delivery.carry_out(update.update_id, Plan())

    async def on_error(self, update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Something in the program went wrong over this update: say so, and log where."""
        self.counters.add("failures")
        if context.error is not None:
            logs.failure("handler_failed", context.error)
        if not isinstance(update, Update):
            return
        message = update.message
        if message is not None and (message.chat.type == "private" or question_in(message, context.bot) is not None):
            await self._say(update, message, escaped(say("telegram", "broken")))
        else:
            await self._nothing(update)


def _message(update: Update) -> Message:
    message = update.message or update.edited_message
    if message is None:
        raise TypeError("an update without a message came to a handler of messages")
    return message


def _asked(message: Message, bot: Any) -> str | None:
    """The question in a message or in its /vraag; None where it is another command or no question to the bot."""
    text = message.text or ""
    if text.startswith("/") and message.entities and message.entities[0].type == "bot_command":
        name = message.parse_entity(message.entities[0]).partition("@")[0].lower()
        return text[message.entities[0].length :].strip() if name == "/vraag" else None
    return question_in(message, bot)


def _user_id(message: Message) -> int | None:
    return message.from_user.id if message.from_user else None


def _place(message: Message) -> Place:
    return Place(message.chat.id, message.message_thread_id if message.is_topic_message else None, message.message_id)
