"""What the bot will do, as values: made by the handlers, written down, and only then done."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.answering.conversation import Conversation
from bot.presentation.html import split_html
from bot.telegram.memory import Shown

Keyboard = list[list[dict[str, str]]]
"""Rows of buttons, each as the Bot API writes it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes.

    Attributes:
        thread_id: the topic, or None; the General topic of a forum must get none.
        reply_to: the message that it replies to, or None.
    """

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """One message to send, or one message of the bot to change.

    Attributes:
        text: HTML; None where only the buttons change.
        message_id: the message to change; None to send a new one.
        shown: what stands under it, to remember once it is there.
    """

    place: Place
    text: str | None
    keyboard: Keyboard | None = None
    message_id: int | None = None
    shown: Shown | None = None

    def to_json(self) -> str:
        """As it is written down."""
        place = self.place
        return json.dumps(
            {
                "place": [place.chat_id, place.thread_id, place.reply_to],
                "text": self.text,
                "keyboard": self.keyboard,
                "message_id": self.message_id,
                "shown": self.shown.to_json() if self.shown else None,
            },
            ensure_ascii=False,
        )

    @classmethod
    def from_json(cls, text: str) -> "Call":
        """Read what `to_json` wrote."""
        data: dict[str, Any] = json.loads(text)
        shown = Shown.from_json(data["shown"]) if data["shown"] else None
        return cls(Place(*data["place"]), data["text"], data["keyboard"], data["message_id"], shown)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that one update leads to.

    Attributes:
        conversation: (key, user id, conversation) to keep, together with writing down the calls.
    """

    calls: tuple[Call, ...] = ()
    conversation: tuple[str, int | None, Conversation] | None = field(default=None)


def messages(place: Place, text: str, keyboard: Keyboard | None = None, shown: Shown | None = None) -> tuple[Call, ...]:
    """A text as one message, or as several where it is too long for one; the buttons stand under the last."""
    pieces = split_html(text)
    last = len(pieces) - 1
    return tuple(
        Call(place, piece, keyboard if number == last else None, shown=shown if number == last else None)
        for number, piece in enumerate(pieces)
    )


def change(place: Place, message_id: int, text: str, keyboard: Keyboard | None = None, shown: Shown | None = None) -> Call:
    """Another text in a message that is there already: as much of it as one message holds."""
    pieces: Sequence[str] = split_html(text)
    return Call(place, pieces[0], keyboard, message_id, shown)
