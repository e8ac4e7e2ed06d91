"""Buttons: what they say, and what of them comes back when they are pressed."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.knowledge.codes import code_of
from bot.presentation.html import passage_label
from bot.presentation.texts import say
from bot.telegram.calls import Keyboard
from bot.telegram.library import Library
from bot.telegram.memory import Shown

REASONS = ("wrong_passage", "incomplete", "unclear")
PAGE_SIZE = 8
IN_CONTEXT = "c"
_MOST_DATA = 64
_LONGEST_LABEL = 60


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


_KNOWN = frozenset({"example", "themes", "theme", "passage", "around", "hit", "context", "keys", "ask", "up", "down", "because"})


def button(text: str, *data: object) -> dict[str, str]:
    """One button.

    Raises:
        ValueError: what it stands for does not fit in what Telegram gives back.
    """
    packed = ":".join(str(part) for part in data)
    if len(packed.encode()) > _MOST_DATA:
        raise ValueError(packed)
    return {"text": text, "callback_data": packed}


def example_buttons(library: Library) -> Keyboard:
    """The example questions, one a row, those that the sources answer."""
    return [[button(text, "example", number)] for number, text in enumerate(library.examples())]


def answer_buttons(
    shown: Shown, current: int = 0, context: bool = False, judged: bool = False, others: Sequence[str] = ()
) -> Keyboard | None:
    """Under an answer: more context, another passage, is this right?

    Args:
        current: which of the hits is shown.
        context: it is shown in its section.
        judged: feedback was given.
        others: titles of the documents of the hits after the first that answer too; '' for one that is gone.
    """
    if not shown.hits:
        return None
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


def theme_buttons(library: Library, page: int = 0) -> Keyboard:
    """The themes, a page of them."""
    rows = [[button(theme[:_LONGEST_LABEL], "theme", code_of(theme), 0)] for theme in library.current.themes()]
    return _paged(rows, page, "themes")


def theme_page(library: Library, theme: str, page: int) -> Keyboard:
    """The passages of a theme, a page of them, and the way back."""
    code = code_of(theme)
    found = library.current.knowledge.under_theme(theme)
    rows = [[button(passage_label(p), "passage", code_of(p.id), code)] for p in found]
    return [*_paged(rows, page, "theme", code), [button(_say("themes"), "themes", 0)]]


def passage_buttons(passage_id: str, theme: str, context: bool = False) -> Keyboard:
    """Under a passage that was opened from its theme or by a link."""
    code, theme_code = code_of(passage_id), code_of(theme) if theme else ""
    rows = [[button(_say("less_context"), "passage", code, theme_code) if context else button(_say("context"), "around", code, theme_code)]]
    rows.append([button(_say("back_to_theme"), "theme", theme_code, 0)] if theme else [button(_say("themes"), "themes", 0)])
    return rows


def _paged(rows: Sequence[list[dict[str, str]]], page: int, *target: object) -> Keyboard:
    last = max(0, (len(rows) - 1) // PAGE_SIZE)
    page = min(max(page, 0), last)
    shown = list(rows[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
    turn = []
    if page > 0:
        turn.append(button(_say("previous_page"), *target, page - 1))
    if page < last:
        turn.append(button(_say("next_page"), *target, page + 1))
    return [*shown, turn] if turn else shown


def _say(key: str) -> str:
    return say("telegram", "buttons", key)
