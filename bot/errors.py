"""The errors that a user can meet, in one tree. Each says what is wrong, where, and what to do.

AkkoordwijzerError
├── SettingsError       a setting in the environment or .env is missing or wrong
├── KnowledgeError      a knowledge folder, document, hint or lexicon can't be used
├── ConversionError     a file can't be made into a document
├── QuestionSetError    a question set or benchmark folder can't be read
└── TelegramError       the bot can't start or go on
"""

from pathlib import Path


class AkkoordwijzerError(Exception):
    """One clear line for the user.

    Args:
        what: what is wrong, in Dutch.
        remedy: what to do about it, in Dutch; may be empty.
        path: the file it is about.
        line: the line in that file, counted from 1.
    """

    def __init__(self, what: str, remedy: str = "", path: Path | None = None, line: int | None = None) -> None:
        self.what, self.remedy, self.path, self.line = what, remedy, path, line
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{where}{what}" + (f" {remedy}" if remedy else ""))


class SettingsError(AkkoordwijzerError):
    """A setting is missing or wrong."""


class KnowledgeError(AkkoordwijzerError):
    """A knowledge folder, document, hint or lexicon can't be used."""


class ConversionError(AkkoordwijzerError):
    """A file can't be made into a document."""


class QuestionSetError(AkkoordwijzerError):
    """A question set or benchmark folder can't be read."""


class TelegramError(AkkoordwijzerError):
    """The bot can't start or can't go on."""
