"""What is remembered of chats, as values, and for how long: the turns of a conversation, and what stands under a message with buttons."""

from dataclasses import dataclass, fields
from typing import Any

from bot.answering.conversation import Conversation
from bot.named import NamedTuple

INBOX_RETENTION = 3 * 86400
"""Seconds that the number of an answered update stays, so that Telegram handing it over again does no harm; it keeps them a day."""

ANSWERS_RETENTION = 30 * 86400
"""Seconds that the buttons under an answer work."""

CONVERSATION_RETENTION = 1800
"""Seconds after which a next question is no follow-up any more."""

FEEDBACK_RETENTION = 365 * 86400
"""Seconds that feedback stays."""


class Remembered(NamedTuple):
    """A conversation as it is kept.

    Attributes:
        questions: for each turn the number of the message that asked; None where that is not known.
    """

    conversation: Conversation
    questions: tuple[int | None, ...] = ()


NOTHING_REMEMBERED = Remembered(Conversation())


class ConversationRecord(NamedTuple):
    """What to keep of a conversation, and under which key; `asker` is who can have it erased."""

    key: str
    asker: str
    remembered: Remembered


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands under a message with buttons.

    Attributes:
        outcome, reason: of the reply.
        hits: (passage id, start and end of the highlight in the source) in order.
        question_id: the message that asked.
        asker: who asked; empty for nobody in particular.
        key: under which feedback on it is kept; it says nothing of who asked.
        also: how many hits after the first are answers too, from other documents.
        whole: whether it is more than one passage (a list, several questions), so that no other passage can take its place.
        more: whether the list goes on.
        headings: headings that one can open from it.
        digest: what stands for the text as it was first shown, to see whether another answer would change it; for this process only.
    """

    outcome: str
    reason: str
    hits: tuple[tuple[str, int, int], ...]
    question_id: int | None
    asker: str
    key: str
    also: int = 0
    whole: bool = False
    more: bool = False
    headings: tuple[str, ...] = ()
    digest: str = ""

    def to_json(self) -> dict[str, Any]:
        """As JSON data, without what is as it is by default: a busy bot keeps a million of these."""
        return {name: value for name, default in _DEFAULTS if (value := getattr(self, name)) != default}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Shown":
        """Read what `to_json` wrote, or wrote in an earlier version, which knew users by their number only."""
        known = {field.name for field in fields(cls)}
        values = {"asker": str(data.get("user_id") or "")} | {name: value for name, value in data.items() if name in known}
        hits = tuple((str(p), int(s), int(e)) for p, s, e in data["hits"])
        return cls(**{**values, "hits": hits, "headings": tuple(data.get("headings", ()))})


_DEFAULTS = tuple((field.name, field.default) for field in fields(Shown))
