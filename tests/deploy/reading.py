"""What the program itself makes of the settings and commands that stand in files of deploy/."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cli import Commands
from bot.settings import Settings

DEPLOY_TOKEN = "123456789:AAF00000000000000000000000000000000"
OF_THE_SYSTEM = frozenset(("HOME", "PATH", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "XDG_CACHE_HOME"))
"""Variables that others than the program's settings read."""


class _Asked(dict[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.names: set[str] = set()

    def get(self, name: str, default: Any = None) -> Any:
        self.names.add(name)
        return super().get(name, default)


def settings_of(environment: Mapping[str, str], telegram: bool = True, web: bool = True) -> Settings:
    """The settings that an environment gives, each name of it known and each value right.

    Raises:
        AssertionError: the program reads no setting of some name.
        SettingsError: a value is wrong.
    """
    asked = _Asked(environment)
    settings = Settings.read(asked, dotenv=None, telegram=telegram, web=web)
    assert set(environment) - asked.names - OF_THE_SYSTEM == set(), "no setting of the program"
    return settings


def command_of(words: Sequence[str]) -> str:
    """The command that words on a command line start.

    Raises:
        SystemExit: the program knows no such command or option.
    """
    Commands(words[0]).parser.parse_args(list(words))
    return words[0]
