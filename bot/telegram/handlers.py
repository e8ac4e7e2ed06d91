"""What each kind of message leads to. The handlers make plans; the outbox carries them out."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from bot.presentation.html import escaped
from bot.presentation.texts import say
from bot.telegram import logs, pages
from bot.telegram.inline import TO_ASK, on_inline_query
from bot.telegram.limits import Verdict
from bot.telegram.memory import CONVERSATION_RETENTION
from bot.telegram.outbox import Destination, Keyboard, Plan, messages
from bot.telegram.presses import Presses
from bot.telegram.referring import answered_message, meant
from bot.telegram.screens import Asked
from bot.telegram.shared import Shared
from bot.telegram.store import LaneLostError
from bot.telegram.updates import InlineQuery, Message, Press, Reaction, Update, question_in, speaks_to, thumb_of

Screen = tuple[str, Keyboard | None]
Page = Callable[[str], Awaitable[Screen]]
"""From the words behind a command to a text and its buttons."""


class Handlers:
    """Hands each kind of update to what handles it, and handles messages.

    Args:
        shared: what all handlers share.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared
        self._presses = Presses(shared)
        self._told_album = ""
        library, settings = shared.library, shared.settings
        self._pages: Mapping[str, Page] = {
            "/start": self._start,
            "/help": lambda _: pages.help_page(library, shared.bot.username),
            "/themas": _at_once(lambda: pages.themes(library)),
            "/bronnen": _at_once(lambda: pages.sources(library)),
            "/over": _at_once(lambda: (pages.plain("over"), None)),
            "/privacy": _at_once(lambda: (pages.privacy(settings), None)),
        }

    async def handle(self, update_id: int, update: Update) -> None:
        """Do what an update leads to. What goes wrong in the program is told to who wrote, and logged."""
        try:
            if isinstance(update, Message):
                await (self._on_edited(update_id, update) if update.edited else self._on_message(update_id, update))
            elif isinstance(update, Press):
                await self._presses.on_press(update_id, update)
            elif isinstance(update, Reaction):
                await self._presses.on_reaction(update_id, update)
            elif isinstance(update, InlineQuery):
                await on_inline_query(self._shared, update_id, update)
        except LaneLostError:
            raise  # who has the lane now goes on with it
        except Exception as error:
            self._shared.counters.add("failures")
            logs.failure("handler_failed", error)
            await self._after_a_fault(update_id, update)

    async def _on_message(self, update_id: int, message: Message) -> None:
        """A new message: the first that fits."""
        name, _, named = message.command.lower().partition("@")
        if message.moved_to or message.moved_from:
            await self._on_migration(update_id, message)
        elif name == "/vergeet":
            await self._on_forget(update_id, message)
        elif name in self._pages:
            await self._on_page(update_id, message, self._pages[name])
        elif name and name != "/vraag" and not message.private and not named:
            await self._shared.nothing(update_id)  # a command of another bot in the group
        elif name and name != "/vraag":
            await self._say(update_id, message, pages.plain("unknown_command"))
        elif message.text is not None:
            await self._on_question(update_id, message)
        else:
            await self._on_other(update_id, message)

    async def _on_page(self, update_id: int, message: Message, page: Page) -> None:
        if self._shared.allowed(message.user_id):
            text, keyboard = await page((message.text or "")[len(message.command) :].strip())
            await self._say(update_id, message, text, keyboard)
        else:
            await self._refuse(update_id, message)

    async def _start(self, arguments: str) -> Screen:
        library = self._shared.library
        first = await pages.start(library)
        if arguments in ("", TO_ASK):
            return first
        chosen = pages.passage(library, arguments.split()[0], self._shared.bot.username, context=False)
        return chosen or (pages.plain("no_such_passage"), first[1])

    async def _on_forget(self, update_id: int, message: Message) -> None:
        await self._shared.forget(message.asker)
        await self._say(update_id, message, pages.plain("forgotten"))

    async def _on_question(self, update_id: int, message: Message) -> None:
        question = question_in(message, self._shared.me)
        if not self._shared.allowed(message.user_id):
            await self._refuse(update_id, message)
            return
        if question is None:
            await self._shared.nothing(update_id)
            return
        verdict = await self._shared.judge(message.asker)
        if verdict is Verdict.TOO_MANY:
            await self._say(update_id, message, pages.plain("too_many"))
            return
        if verdict is Verdict.SILENT:
            await self._shared.nothing(update_id)
            return
        question, kinds = meant(message, question, self._shared.me)
        if not question.strip():
            await self._say(update_id, message, pages.plain("empty"))
        elif not any(sign.isalnum() for sign in question):
            await self._on_signs(update_id, message, question)
        else:
            about, other = await self._about(message)
            asked = Asked(question, _destination(message), message.asker, kinds, message.has_media, about=about, of_another=other)
            asked = replace(asked, overheard=not speaks_to(message, self._shared.me))
            await self._shared.outbox.carry_out(update_id, await self._shared.answer(asked))

    async def _on_signs(self, update_id: int, message: Message, signs: str) -> None:
        """A message of emoji or dots asks nothing. A thumb judges the answer that it replies to, or the last one."""
        answered = answered_message(message, self._shared.me)
        if answered is None:
            shown = await self._shared.store.last_answer(message.chat_id, message.asker)
        else:
            shown = await self._shared.store.shown(message.chat_id, answered)
        thumb = thumb_of(signs)
        if thumb and shown and shown.hits and shown.asker == message.asker:
            await self._presses.keep_feedback(None, shown, 0, thumb, None)
            text = escaped(say("telegram", "notices", "thanks"))
        else:
            text = pages.plain("no_question")
        if message.private:
            await self._say(update_id, message, text)
        else:
            await self._shared.nothing(update_id)

    async def _about(self, message: Message) -> tuple[int | None, str]:
        """The question whose answer a message replies to, and who asked it where that was someone else."""
        answered = answered_message(message, self._shared.me)
        shown = await self._shared.store.shown(message.chat_id, answered) if answered is not None else None
        if shown is None:
            return None, ""
        return shown.question_id, shown.asker if shown.asker != message.asker else ""

    async def _on_edited(self, update_id: int, message: Message) -> None:
        question = question_in(message, self._shared.me)
        given = await self._shared.store.answer_to(message.chat_id, message.message_id)
        if given is None:
            await self._on_late_question(update_id, message, question)
            return
        if (
            not question
            or not self._shared.allowed(message.user_id)
            # A changed question is a question; who changes it too often keeps the answer to an earlier form.
            or await self._shared.judge(message.asker) is not Verdict.WELCOME
        ):
            await self._shared.nothing(update_id)
            return
        question, kinds = meant(message, question, self._shared.me)
        plan = await self._shared.answer(Asked(question, _destination(message), message.asker, kinds, message.has_media, edited=given))
        await self._shared.outbox.carry_out(update_id, plan)

    async def _on_late_question(self, update_id: int, message: Message, question: str | None) -> None:
        """A message that only became a question when it was changed: '/vraag' sent too soon, a name of the bot that was forgotten.

        Telegram tells of other changes too, of old messages as well; those whose answer is long forgotten are left alone.
        """
        if question and any(sign.isalnum() for sign in question) and message.changed_after <= CONVERSATION_RETENTION:
            await self._on_question(update_id, message)
        else:
            await self._shared.nothing(update_id)

    async def _on_other(self, update_id: int, message: Message) -> None:
        """Something without words, such as a picture or a voice message."""
        if not message.private or (message.album and message.album == self._told_album):
            await self._shared.nothing(update_id)  # talk in a group, or a next picture of an album that was answered
        elif self._shared.allowed(message.user_id):
            self._told_album = message.album
            await self._say(update_id, message, pages.plain("only_text"))
        else:
            await self._refuse(update_id, message)

    async def _on_migration(self, update_id: int, message: Message) -> None:
        if message.moved_to:
            await self._shared.store.move_chat(message.chat_id, message.moved_to)
        elif message.moved_from:
            await self._shared.store.move_chat(message.moved_from, message.chat_id)
        await self._shared.nothing(update_id)

    async def _refuse(self, update_id: int, message: Message) -> None:
        if message.private:
            await self._say(update_id, message, pages.plain("not_allowed"))
        else:
            await self._shared.nothing(update_id)

    async def _say(self, update_id: int, message: Message, text: str, keyboard: Keyboard | None = None) -> None:
        await self._shared.outbox.carry_out(update_id, Plan(messages(_destination(message), text, keyboard)))

    async def _after_a_fault(self, update_id: int, update: Update) -> None:
        if await self._shared.outbox.resume(update_id):
            return  # what was to be said was written down before it went wrong, and is said now
        if isinstance(update, Message) and not update.edited:
            await self._say(update_id, update, escaped(say("telegram", "broken")))
        else:
            await self._shared.nothing(update_id)


def _at_once(screen: Callable[[], Screen]) -> Page:
    async def page(_: str) -> Screen:
        return screen()

    return page


def _destination(message: Message) -> Destination:
    return Destination(message.chat_id, message.thread_id, message.message_id)
