"""Buttons: what they say, and what of them comes back when they are pressed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.answering.assistant import Assistant
from bot.knowledge.links import code_of
from bot.knowledge.model import Passage
from bot.presentation.html import passage_label
from bot.presentation.texts import say
from bot.telegram.memory import Shown
from bot.telegram.outbox import Keyboard

REASONS = ("wrong_passage", "incomplete", "unclear")
PAGE_SIZE = 8
IN_CONTEXT = "c"
T = TypeVar("T")
_MOST_DATA = 64
_LONGEST_LABEL = 60
_LONGEST_TITLE = 24


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button stands for: `what` and up to two words more."""

    what: str
    first: str = ""
    second: str = ""

    @property
    def number(self) -> int:
        """The first word as a number; -1 where it is none."""
        return int(self.first) if self.first.isdecimal() and len(self.first) < 6 else -1


def read(data: str | None) -> Pressed | None:
    """Read what came back with a pressed button; anyone can send anything, so all of it may be nonsense.

    Returns:
        None where it is none of our buttons.
    """
    parts = (data or "").split(":")
    if not 1 <= len(parts) <= 3 or parts[0] not in _KNOWN:
        return None
    return Pressed(*parts)


_KNOWN = frozenset(
    {"example", "themes", "theme", "passage", "around", "hit", "context", "keys", "ask", "up", "down", "because", "sources", "more"}
)


def button(text: str, *data: object) -> dict[str, str]:
    """One button.

    Raises:
        ValueError: what it stands for does not fit in what Telegram gives back.
    """
    packed = ":".join(str(part) for part in data)
    if len(packed.encode()) > _MOST_DATA:
        raise ValueError(packed)
    return {"text": text, "callback_data": packed}


def example_buttons(examples: Sequence[str]) -> Keyboard:
    """The example questions, one a row."""
    return [[button(text, "example", number)] for number, text in enumerate(examples)]


def answer_buttons(
    shown: Shown, current: int = 0, context: bool = False, judged: bool = False, others: Sequence[str] = ()
) -> Keyboard | None:
    """Under an answer: more context, another passage, headings to open, is this right? Under a list: what comes next.

    Args:
        current: which of the hits is shown.
        context: it is shown in its section.
        judged: feedback was given.
        others: titles of the documents of the hits after the first that answer too; '' for one that is gone.
    """
    openings = [[button(heading[:_LONGEST_LABEL], "theme", code_of(heading), 0)] for heading in shown.headings]
    if not shown.hits:
        return openings or None
    if shown.whole:
        rows = [[button(_say("more"), "more")]] if shown.more else []
        return [*rows, *openings, *([] if judged else [[button(_say("right"), "ask", current, "")]])] or None
    first = [button(_say("less_context"), "hit", current) if context else button(_say("context"), "context", current)]
    if len(shown.hits) > 1:
        if current + 1 < len(shown.hits):
            first.append(button(_say("other"), "hit", current + 1))
        if current > 0:
            first.append(button(_say("first") if current > 1 else _say("back"), "hit", 0 if current > 1 else current - 1))
    rows = [first]
    for number, title in enumerate(others, 1):
        if title and number != current:
            rows.append([button(say("telegram", "buttons", "also_in", title=title)[:_LONGEST_LABEL], "hit", number)])
    rows += openings
    if not judged:
        rows.append([button(_say("right"), "ask", current, IN_CONTEXT if context else "")])
    return rows


def thumbs(current: int, view: str) -> Keyboard:
    """Is this right?

    Args:
        view: how the passage is shown now: `IN_CONTEXT` or nothing.
    """
    judge = [button(_say("up"), "up", current, view), button(_say("down"), "down", current, view)]
    return [judge, [button(_say("back"), "keys", current, view)]]


def reasons(current: int, view: str) -> Keyboard:
    """Why is it not right?"""
    rows = [[button(_say(reason), "because", current, reason)] for reason in REASONS]
    return [*rows, [button(_say("back"), "ask", current, view)]]


def theme_buttons(assistant: Assistant, page: int = 0) -> Keyboard:
    """The themes, a page of them."""
    rows = [[button(theme[:_LONGEST_LABEL], "theme", code_of(theme), 0)] for theme in assistant.themes()]
    return paged(rows, page, "themes")


def passages_buttons(passages: Sequence[Passage], code: str, page: int) -> Keyboard:
    """The passages of a theme, a page of them, and the way back. Where they stand in several documents, each says in which."""
    documents = {passage.document.id: passage.document for passage in passages}
    by_year = len({document.year for document in documents.values()}) == len(documents)
    rows = []
    for passage in passages:
        label = passage_label(passage)
        if len(documents) > 1:
            document = passage.document
            name = str(document.year) if by_year else document.title[:_LONGEST_TITLE]
            label = say("telegram", "buttons", "of_document", document=name, text=label)[:_LONGEST_LABEL]
        rows.append([button(label, "passage", code_of(passage.id), code)])
    return [*paged(rows, page, "theme", code), [button(_say("themes"), "themes", 0)]]


def passage_buttons(passage_id: str, theme: str, context: bool = False) -> Keyboard:
    """Under a passage that was opened from its theme or by a link."""
    code, theme_code = code_of(passage_id), code_of(theme) if theme else ""
    rows = [[button(_say("less_context"), "passage", code, theme_code) if context else button(_say("context"), "around", code, theme_code)]]
    rows.append([button(_say("back_to_theme"), "theme", theme_code, 0)] if theme else [button(_say("themes"), "themes", 0)])
    return rows


def page_of(rows: Sequence[T], page: int) -> tuple[Sequence[T], int, int]:
    """A page of rows, its number as it is, and the number of the last."""
    last = max(0, (len(rows) - 1) // PAGE_SIZE)
    page = min(max(page, 0), last)
    return rows[page * PAGE_SIZE : (page + 1) * PAGE_SIZE], page, last


def paged(rows: Sequence[list[dict[str, str]]], page: int, *target: object) -> Keyboard:
    """A page of rows of buttons, and the buttons to the pages beside it."""
    shown, page, last = page_of(rows, page)
    return [*shown, *turning(page, last, *target)]


def turning(page: int, last: int, *target: object) -> Keyboard:
    """The buttons to the pages beside one; none where there is only one."""
    turn = []
    if page > 0:
        turn.append(button(_say("previous_page"), *target, page - 1))
    if page < last:
        turn.append(button(_say("next_page"), *target, page + 1))
    return [turn] if turn else []


def _say(key: str) -> str:
    return say("telegram", "buttons", key)
