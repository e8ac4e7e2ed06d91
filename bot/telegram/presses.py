"""What pressed buttons lead to. Each is answered at once; then the message changes."""

from functools import partial
from typing import TYPE_CHECKING, Any

from telegram import CallbackQuery, Message, Update
from telegram.ext import CallbackContext

from bot.answering.conversation import Conversation
from bot.presentation.html import escaped
from bot.presentation.texts import say
from bot.telegram import answers, buttons, pages
from bot.telegram.buttons import IN_CONTEXT, REASONS, Pressed
from bot.telegram.calls import Call, Keyboard, Place, Plan, change, messages
from bot.telegram.delivery import ANSWER_WITHIN
from bot.telegram.intake import personal, question_in
from bot.telegram.memory import Shown

if TYPE_CHECKING:
    from bot.telegram.handlers import Handlers

Decision = tuple[str, Plan]
"""A short notice, which may be empty, and what happens to the message."""


class Presses:
    """Handles pressed buttons.

    Args:
        shared: what all handlers share.
    """

    def __init__(self, shared: "Handlers") -> None:
        self._shared = shared

    async def on_press(self, update: Update, context: CallbackContext[Any, Any, Any, Any]) -> None:
        """Answer a press, then do what it stands for."""
        query = update.callback_query
        if query is None:
            return
        self._shared.counters.add("buttons")
        try:
            notice, plan = self._decide(query, context.bot)
        except BaseException:
            await self._shared.delivery.answer_now(partial(context.bot.answer_callback_query, query.id, read_timeout=ANSWER_WITHIN))
            raise
        words: dict[str, Any] = {"text": notice} if notice else {}
        await self._shared.delivery.answer_now(partial(context.bot.answer_callback_query, query.id, read_timeout=ANSWER_WITHIN, **words))
        await self._shared.delivery.carry_out(update.update_id, plan)

    def _decide(self, query: CallbackQuery, bot: Any) -> Decision:
        pressed = buttons.read(query.data)
        message = query.message
        if pressed is None:
            return _notice("unknown")
        if not self._shared.allowed(query.from_user.id):
            return _notice("not_for_you")
        if not isinstance(message, Message) or (message.from_user and message.from_user.id != bot.id):
            return _notice("stale")
        if pressed.what in ("example", "themes", "theme", "passage", "around"):
            return self._browse(pressed, message, query.from_user.id, bot)
        shown = self._shared.memory.shown(message.chat.id, message.message_id)
        if shown is None or not 0 <= pressed.number < len(shown.hits):
            return _notice("stale")
        # What stands in a group is for all to read: only who asked changes it, or judges it.
        if shown.user_id is not None and shown.user_id != query.from_user.id:
            return _notice("foreign")
        return self._about_answer(pressed, message, shown, bot)

    def _browse(self, pressed: Pressed, message: Message, user_id: int, bot: Any) -> Decision:
        library = self._shared.library
        if pressed.what == "example":
            return self._example(pressed, message, user_id)
        page: tuple[str, Keyboard | None] | None
        if pressed.what == "themes":
            page = pages.themes(library, max(pressed.number, 0))
        elif pressed.what == "theme":
            number = pressed.second
            page = pages.theme(library, pressed.first, int(number) if number.isdecimal() and len(number) < 6 else 0)
        else:
            page = pages.passage(library, pressed.first, bot.username, context=pressed.what == "around")
        if page is None:
            return _notice("stale")
        text, keyboard = page
        return "", Plan((change(Place(message.chat.id), message.message_id, text, keyboard),))

    def _example(self, pressed: Pressed, message: Message, user_id: int) -> Decision:
        questions = self._shared.library.examples()
        if not 0 <= pressed.number < len(questions):
            return _notice("stale")
        question = questions[pressed.number]
        place = Place(message.chat.id, message.message_thread_id if message.is_topic_message else None, message.message_id)
        key = f"{place.chat_id}:{place.thread_id or 0}:{user_id}"
        plan, _ = answers.answer(self._shared.library, question, Conversation(), place, user_id, key)
        asked = f"<i>{escaped(say('telegram', 'answer', 'question', question=question))}</i>"
        first = plan.calls[0]
        calls = messages(place, f"{asked}\n\n{first.text}", first.keyboard, first.shown) + plan.calls[1:]
        self._shared.counters.add("questions")
        return "", Plan(calls, plan.conversation)

    def _about_answer(self, pressed: Pressed, message: Message, shown: Shown, bot: Any) -> Decision:
        number, view = pressed.number, IN_CONTEXT if pressed.second == IN_CONTEXT else ""
        judged = self._shared.memory.judged(shown.key)
        others = answers.other_documents(self._shared.library.current, shown)
        place = Place(message.chat.id)
        if pressed.what in ("hit", "context"):
            in_context = pressed.what == "context"
            text = answers.hit(self._shared.library.current, shown, number, in_context)
            if text is None:
                return _notice("stale")
            keyboard = buttons.answer_buttons(shown, number, in_context, judged, others)
            return "", Plan((change(place, message.message_id, text, keyboard),))
        if pressed.what == "ask":
            keyboard, notice = buttons.thumbs(number, view), ""
        elif pressed.what == "keys":
            keyboard, notice = buttons.answer_buttons(shown, number, bool(view), judged, others), ""
        elif pressed.what == "down":
            self._keep(message, shown, number, "down", None, bot)
            keyboard, notice = buttons.reasons(number, view), _say("why")
        elif pressed.what == "up":
            self._keep(message, shown, number, "up", None, bot)
            keyboard, notice = buttons.answer_buttons(shown, number, bool(view), True, others), _say("thanks")
        elif pressed.second in REASONS:
            self._keep(message, shown, number, "down", pressed.second, bot)
            keyboard, notice = buttons.answer_buttons(shown, number, False, True, others), _say("thanks")
        else:
            return _notice("unknown")
        return notice, Plan((Call(place, None, keyboard, message.message_id),))

    def _keep(self, message: Message, shown: Shown, number: int, verdict: str, reason: str | None, bot: Any) -> None:
        asked = message.reply_to_message
        question = self._shared.recent.get((message.chat.id, shown.question_id)) if shown.question_id is not None else None
        if question is None and asked is not None and not personal(asked):
            question = question_in(asked, bot)
        quote = answers.quote_of(self._shared.library.current, shown, number)
        self._shared.counters.add("feedback")
        self._shared.memory.keep_feedback(
            shown.key,
            {
                "question": question or "",
                "outcome": shown.outcome,
                "verdict": verdict,
                "reason": reason,
                "passage": shown.hits[number][0],
                "first": number == 0,
                "highlight": quote.highlight_text if quote else "",
                "kind": quote.kind.value if quote else "",
            },
        )


def _say(key: str) -> str:
    return say("telegram", "notices", key)


def _notice(key: str) -> Decision:
    return _say(key), Plan()
