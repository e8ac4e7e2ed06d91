"""The interactive console."""

from bot.console.session import run

__all__ = ["run"]
