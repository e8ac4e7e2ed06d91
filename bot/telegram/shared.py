"""What the handlers of messages, buttons and inline queries share."""

from dataclasses import dataclass, field

from telegram import Bot

from bot.answering.reply import Outcome
from bot.presentation.contact import Contact
from bot.settings import Settings
from bot.telegram import screens
from bot.telegram.library import Library
from bot.telegram.limits import Ceiling, Verdict
from bot.telegram.memory import NOTHING_REMEMBERED
from bot.telegram.monitoring import Counters
from bot.telegram.outbox import NOTHING, Outbox, Plan
from bot.telegram.recent import Answers
from bot.telegram.screens import Asked
from bot.telegram.store import Store
from bot.telegram.updates import Me

TOUCHES = 3
"""Buttons and inline queries that someone may send for each question that they may ask; Telegram sends an inline query while one types."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The parts of the bot that lead from an update to a plan.

    Attributes:
        library: holds the assistant; each question takes it once.
        limit: the ceiling on the questions of one asker, typed, changed or chosen.
        touches: the ceiling on what costs less than a question: pressed buttons and inline queries.
        answers: asks the assistant.
    """

    settings: Settings
    bot: Bot
    library: Library
    store: Store
    outbox: Outbox
    counters: Counters
    limit: Ceiling
    touches: Ceiling
    answers: Answers = field(init=False)

    def __post_init__(self) -> None:
        settings = self.settings
        contact = Contact(settings.municipality_name, settings.contact_url, settings.contact_phone, settings.contact_email)
        object.__setattr__(self, "answers", Answers(self.library, contact))

    @property
    def me(self) -> Me:
        """Who the bot is in Telegram; known once Telegram was reached."""
        return Me(self.bot.id, self.bot.username)

    def allowed(self, user_id: int | None) -> bool:
        """Whether this user may use the bot."""
        return not self.settings.allowed_users or user_id in self.settings.allowed_users

    async def judge(self, asker: str) -> Verdict:
        """Count a question of someone, and say what happens with it."""
        verdict = await self.limit.count(asker)
        if verdict is not Verdict.WELCOME:
            self.counters.add("limited")
        return verdict

    async def touched(self, user_id: int) -> bool:
        """Count a pressed button or an inline query of someone, and say whether it is one too many."""
        return await self.touches.count(str(user_id)) is not Verdict.WELCOME

    async def answer(self, asked: Asked, alone: bool = False) -> Plan:
        """The plan for a question: answered in a thread, while other chats go on.

        Args:
            alone: leave out the earlier turns.
        """
        before = NOTHING_REMEMBERED if alone else await self.store.conversation(asked.key)
        of_another = await self.store.conversation(asked.followed) if asked.of_another and not alone else NOTHING_REMEMBERED
        context, _ = screens.context_of(asked, of_another if asked.about in of_another.questions else before)
        said = await self.answers.answer(asked.question, context, keep=not asked.personal)
        self.counters.add("questions")
        self.counters.add("answers" if said.outcome == Outcome.ANSWER.value else "silences")
        in_a_group = asked.destination.chat_id < 0  # groups have numbers below zero
        if in_a_group and asked.edited is None and (said.quiet or (asked.overheard and said.has_nothing_for(asked.question, context))):
            return NOTHING
        return screens.plan(asked, before, said)

    async def forget(self, asker: str) -> None:
        """Erase all that is kept of someone, on disk and in memory."""
        await self.store.forget(asker)
        self.answers.recent.clear()

    def forget_old(self) -> None:
        """Let go of what has had its time in memory."""
        self.limit.forget_old()
        self.touches.forget_old()
        self.answers.recent.forget_old()

    async def nothing(self, update_id: int) -> None:
        """Leave an update at that."""
        await self.outbox.carry_out(update_id, NOTHING)
