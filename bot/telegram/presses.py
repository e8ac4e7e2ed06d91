"""What pressed buttons lead to, and thumbs under an answer. A button is answered at once; then the message changes."""

from functools import partial
from typing import Any

from bot.presentation.html import escaped
from bot.presentation.texts import say
from bot.telegram import keyboards, pages, screens
from bot.telegram.keyboards import IN_CONTEXT, REASONS, Pressed
from bot.telegram.limits import Verdict
from bot.telegram.memory import Shown
from bot.telegram.outbox import ANSWER_WITHIN, NOTHING, Call, Destination, Keyboard, Plan, change, messages
from bot.telegram.screens import Asked
from bot.telegram.shared import Shared
from bot.telegram.updates import Message, Press, Reaction, may_press, question_in, thumb_of

Decision = tuple[str, Plan]
"""A short notice, which may be empty, and what happens to the message."""

BROWSING = frozenset(("example", "themes", "theme", "passage", "around", "sources"))
"""What buttons on pages stand for; the others stand under answers."""


class Presses:
    """Handles pressed buttons and reactions.

    Args:
        shared: what all handlers share.
    """

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    async def on_press(self, update_id: int, press: Press) -> None:
        """Answer a press, then do what it stands for."""
        self._shared.counters.add("buttons")
        answer = partial(self._shared.bot.answer_callback_query, press.id, read_timeout=ANSWER_WITHIN)
        try:
            notice, plan = await self._decide(press)
        except Exception:
            await self._shared.outbox.answer_now(answer)
            raise
        words: dict[str, Any] = {"text": notice} if notice else {}
        await self._shared.outbox.answer_now(partial(answer, **words))
        await self._shared.outbox.carry_out(update_id, plan)

    async def on_reaction(self, update_id: int, reaction: Reaction) -> None:
        """Keep a thumb under an answer as feedback of who asked; one that was taken away takes the feedback with it."""
        shown = await self._shared.store.shown(reaction.chat_id, reaction.message_id)
        # What others think of an answer in a group says nothing of whether it answers the question.
        welcome = reaction.user_id is None or self._shared.allowed(reaction.user_id)
        if shown and shown.hits and shown.asker == reaction.asker and welcome:
            thumb = thumb_of("".join(reaction.emoji))
            if thumb:
                await self.keep_feedback(None, shown, 0, thumb, None)
            elif thumb_of("".join(reaction.before)):
                await self._shared.store.withdraw_feedback(shown.key)
        await self._shared.nothing(update_id)

    async def _decide(self, press: Press) -> Decision:
        pressed, message, user_id = keyboards.read(press.data), press.message, press.user_id
        if pressed is None:
            return _notice("unknown")
        if not self._shared.allowed(user_id):
            return _notice("not_for_you")
        if message is None or message.user_id != self._shared.bot.id:
            return _notice("stale")
        if await self._shared.touched(user_id):
            return say("telegram", "too_many"), NOTHING
        shown = await self._shared.store.shown(message.chat_id, message.message_id)
        # What stands in a group is for all to read: only who asked changes it, or judges it.
        if shown and not may_press(shown.asker, user_id):
            return _notice("foreign")
        if not press.real:
            return _notice("stale")
        if pressed.what == "example":
            return await self._example(pressed, message, user_id)
        if pressed.what in BROWSING:
            return self._browse(pressed, message)
        if pressed.what == "more" and shown:
            return await self._more(message, shown)
        if shown is None or not 0 <= pressed.number < len(shown.hits):
            return _notice("stale")
        return await self._about_answer(pressed, message, shown)

    def _browse(self, pressed: Pressed, message: Message) -> Decision:
        library = self._shared.library
        page: tuple[str, Keyboard | None] | None
        if pressed.what == "themes":
            page = pages.themes(library, max(pressed.number, 0))
        elif pressed.what == "sources":
            page = pages.sources(library, max(pressed.number, 0))
        elif pressed.what == "theme":
            number = pressed.second
            page = pages.theme(library, pressed.first, int(number) if number.isdecimal() and len(number) < 6 else 0)
        else:
            page = pages.passage(library, pressed.first, self._shared.bot.username, context=pressed.what == "around")
        if page is None:
            return _notice("stale")
        text, keyboard = page
        return "", Plan((change(Destination(message.chat_id), message.message_id, text, keyboard),))

    async def _example(self, pressed: Pressed, message: Message, user_id: int) -> Decision:
        questions = await self._shared.library.examples()
        if not 0 <= pressed.number < len(questions):
            return _notice("stale")
        if await self._shared.judge(str(user_id)) is not Verdict.WELCOME:
            return say("telegram", "too_many"), NOTHING
        question = questions[pressed.number]
        destination = Destination(message.chat_id, message.thread_id, message.message_id)
        plan = await self._shared.answer(Asked(question, destination, str(user_id)), alone=True)
        asked = f"<i>{escaped(say('telegram', 'answer', 'question', question=question))}</i>"
        first = plan.calls[0]
        return "", Plan(messages(destination, f"{asked}\n\n{first.text}", first.keyboard, first.shown) + plan.calls[1:], plan.conversation)

    async def _more(self, message: Message, shown: Shown) -> Decision:
        """The next points of a list, as if who asked had typed so."""
        if await self._shared.judge(shown.asker) is not Verdict.WELCOME:
            return say("telegram", "too_many"), NOTHING
        destination = Destination(message.chat_id, message.thread_id, message.message_id)
        return "", await self._shared.answer(Asked(say("telegram", "more_points"), destination, shown.asker))

    async def _about_answer(self, pressed: Pressed, message: Message, shown: Shown) -> Decision:
        number, view = pressed.number, IN_CONTEXT if pressed.second == IN_CONTEXT else ""
        judged = await self._shared.store.judged(shown.key)
        assistant = self._shared.library.current
        others = screens.other_documents(assistant, shown)
        destination = Destination(message.chat_id)
        if pressed.what in ("hit", "context") and not shown.whole:
            in_context = pressed.what == "context"
            text = screens.hit(assistant, shown, number, in_context)
            if text is None:
                return _notice("stale")
            keyboard = keyboards.answer_buttons(shown, number, in_context, judged, others)
            return "", Plan((change(destination, message.message_id, text, keyboard),))
        if pressed.what == "ask":
            keyboard, notice = keyboards.thumbs(number, view), ""
        elif pressed.what == "keys":
            keyboard, notice = keyboards.answer_buttons(shown, number, bool(view), judged, others), ""
        elif pressed.what == "down":
            await self.keep_feedback(message, shown, number, "down", None)
            keyboard, notice = keyboards.reasons(number, view), _say("why")
        elif pressed.what == "up":
            await self.keep_feedback(message, shown, number, "up", None)
            keyboard, notice = keyboards.answer_buttons(shown, number, bool(view), True, others), _say("thanks")
        elif pressed.second in REASONS:
            await self.keep_feedback(message, shown, number, "down", pressed.second)
            keyboard, notice = keyboards.answer_buttons(shown, number, False, True, others), _say("thanks")
        else:
            return _notice("unknown")
        return notice, Plan((Call(destination, None, keyboard, message.message_id),))

    async def keep_feedback(self, message: Message | None, shown: Shown, number: int, verdict: str, reason: str | None) -> None:
        """Keep feedback, with the question where Telegram repeats it: the bot itself does not have it any more."""
        asked = message.reply_to if message else None
        question = question_in(asked, self._shared.me) if asked is not None and not asked.personal else None
        quote = screens.quote_of(self._shared.library.current, shown, number)
        self._shared.counters.add("feedback")
        await self._shared.store.keep_feedback(
            shown.key,
            shown.asker,
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
    return _say(key), NOTHING
