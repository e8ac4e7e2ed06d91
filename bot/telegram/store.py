"""What the bot keeps, behind one seam: in a file of its own (`sqlite_store`), or in a database that several replicas share (`postgres`)."""

import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol

from bot.telegram.memory import ConversationRecord, Remembered, Shown


class StoreError(Exception):
    """The store can't do this. The message is the program's own and holds nothing of what was to be written."""


class StoreUnavailableError(StoreError):
    """It could not be written within the time that someone had."""


class LaneLostError(StoreError):
    """What belongs to a lane may not be written any more: its lease ran out, and another replica has taken the lane over."""


STORE_ERRORS: tuple[type[Exception], ...] = (sqlite3.Error, StoreError)
"""What a store raises."""


class Store(Protocol):
    """The state store. What can't be written just now waits, without holding up others, and is tried again.

    What a lane leads to (`record`, `sent`, `done`) is refused with `LaneLostError` where another replica has taken the lane over.
    """

    @property
    def trouble(self) -> str:
        """Why it can't be written just now; empty where it can."""

    def lasting_trouble(self) -> str:
        """The same, where it lasts."""

    # -- the inbox ----------------------------------------------------------------------------------------------------

    async def receive(self, updates: Sequence[tuple[int, str, str]], patience: float | None = None) -> list[int]:
        """Put updates in the inbox, before Telegram hears that they arrived. They survive a power cut from then on.

        Args:
            updates: (number, lane, payload) each.
            patience: seconds to wait for a store that can't be written just now; None for as long as it takes.

        Returns:
            The numbers that were not there yet.

        Raises:
            StoreUnavailableError: they are not in the inbox; Telegram must keep them.
        """

    async def done(self, update_id: int) -> None:
        """Write down that an update is answered, and forget what it said and whom it came from."""

    def depth(self) -> int:
        """How many updates wait for an answer, as far as is known."""

    # -- the outbox ---------------------------------------------------------------------------------------------------

    async def hold(self, update_id: int) -> None:
        """Make sure, before a message goes out, that the lane of an update is still in our hands.

        Raises:
            LaneLostError: it is not: nothing may be sent.
        """

    async def record(self, update_id: int, calls: Sequence[str], conversation: ConversationRecord | None = None) -> None:
        """Write down what will be sent for an update, and the conversation with it."""

    async def recorded_calls(self, update_id: int) -> list[tuple[int, str, bool]]:
        """(part, call, whether it is out) of what was written down for an update before."""

    async def sent(self, update_id: int, part: int, last: bool, chat_id: int, message_id: int | None, shown: Shown | None) -> None:
        """Write down that a part is out, and what stands under its message; after the last part the update is done."""

    # -- what is remembered of chats ----------------------------------------------------------------------------------

    async def conversation(self, key: str) -> Remembered:
        """The conversation under this key; an empty one where there is none or it is too long ago."""

    async def shown(self, chat_id: int, message_id: int) -> Shown | None:
        """What stands under a message of the bot."""

    async def answer_to(self, chat_id: int, question_id: int) -> tuple[int, Shown] | None:
        """The message that answered a question, the last where there were several, with what stands under it; None where there is none."""

    async def last_answer(self, chat_id: int, asker: str) -> Shown | None:
        """What stands under the newest answer to someone in a chat."""

    async def judged(self, key: str) -> bool:
        """Whether there is feedback under this key."""

    async def keep_feedback(self, key: str, asker: str, data: dict[str, Any]) -> None:
        """Keep feedback; a later one on the same answer takes its place."""

    async def withdraw_feedback(self, key: str) -> None:
        """Erase the feedback under this key."""

    async def forget(self, asker: str) -> None:
        """Erase all that is kept of someone: conversations, what stands under answers, feedback."""

    async def move_chat(self, old: int, new: int) -> None:
        """A group became a supergroup and has another number now."""

    async def fact(self, name: str) -> str | None:
        """A remembered fact, or None."""

    async def remember_fact(self, name: str, value: str) -> None:
        """Remember a fact."""

    # -- keeping it small and empty -----------------------------------------------------------------------------------

    async def prune(self) -> None:
        """Delete what has had its time, and what claims to come from the future."""

    async def tidy(self) -> bool:
        """Let go of what lingers of what was deleted, as far as the bot can.

        Returns:
            Whether nothing lingers that could be let go of.
        """

    async def close(self) -> None:
        """Write what still waits, tidy up and let go."""
