"""The Telegram bot: `run` starts it; `health.check` and `feedback.export` look at it from outside without loading it."""

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
    from bot.telegram.service import run_service

    return run_service(settings, assistant_factory, source=source)
