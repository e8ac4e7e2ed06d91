"""What the handlers of messages, buttons and inline queries share."""

from dataclasses import dataclass, field

from telegram.ext import ExtBot

from bot.settings import Settings
from bot.telegram import screens
from bot.telegram.library import Library
from bot.telegram.limits import QuestionLimit, Verdict
from bot.telegram.monitoring import Counters
from bot.telegram.outbox import NOTHING, Outbox, Plan
from bot.telegram.screens import Asked
from bot.telegram.store import NOTHING_REMEMBERED, Store


@dataclass(frozen=True, slots=True)
class Shared:
    """The parts of the bot that lead from an update to a plan.

    Attributes:
        library: holds the assistant; each question takes it once.
        limit: the ceiling on the questions of one asker, typed, changed or chosen.
    """

    settings: Settings
    bot: ExtBot[None]
    library: Library
    store: Store
    outbox: Outbox
    counters: Counters
    limit: QuestionLimit = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "limit", QuestionLimit(self.settings.questions_per_minute))

    def allowed(self, user_id: int | None) -> bool:
        """Whether this user may use the bot."""
        return not self.settings.allowed_users or user_id in self.settings.allowed_users

    def judge(self, asker: str) -> Verdict:
        """Count a question of someone, and say what happens with it."""
        verdict = self.limit.judge(asker)
        if verdict is not Verdict.WELCOME:
            self.counters.add("limited")
        return verdict

    async def answer(self, asked: Asked, alone: bool = False) -> Plan:
        """The plan for a question: answered in a thread, while other chats go on.

        Args:
            alone: leave out the earlier turns.
        """
        before = NOTHING_REMEMBERED if alone else await self.store.conversation(asked.key)
        plan, reply = await self.library.in_thread(screens.answer, self.library.current, asked, before)
        self.counters.add("questions")
        if reply:
            self.counters.add("answers" if reply.outcome.value == "answer" else "silences")
        return plan

    async def nothing(self, update_id: int) -> None:
        """Leave an update at that."""
        await self.outbox.carry_out(update_id, NOTHING)
