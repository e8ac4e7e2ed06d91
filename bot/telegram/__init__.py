"""The Telegram bot: `run` starts it; `health.check` and `feedback.export` look at it from outside without loading it."""

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.settings import Settings

if TYPE_CHECKING:
    from bot.answering.assistant import Assistant
    from bot.watch import KnowledgeSource

__all__ = ["run"]


def run(settings: Settings, assistant_factory: "Callable[[], Assistant]", source: "KnowledgeSource | None" = None) -> int:
    """Run the bot until it is told to stop.

    Args:
        assistant_factory: makes the assistant.
        source: where knowledge comes from, to look at for changes; None to go on with the same.

    Returns:
        The exit status: 0 after a clean stop, 2 when it can't start or go on; then one line on standard error says why.
    """
    # python-telegram-bot brings httpx, which loads its own command line, with rich and pygments, where those are installed: 8 MB and
    # 0.1 s that a bot has no use for. Where this module is away httpx does without.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None is how Python writes down that a module is away
    from bot.telegram.service import run_service

    return run_service(settings, assistant_factory, source=source)
