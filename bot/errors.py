"""The errors that a user can meet, in one tree. Each says what is wrong, where, and what to do.

AkkoordwijzerError
├── SettingsError       a setting in the environment or .env is missing or wrong
├── KnowledgeError      a knowledge folder, document, hint or lexicon can't be used
│   └── EngineError     the cluster that finds passages can't be reached, or does not hold what it should
├── ConversionError     a file can't be made into a document
├── QuestionSetError    a question set or benchmark folder can't be read
├── TelegramError       the bot can't start or go on
└── WebError            the web pages can't be served, or what an editor asked for can't be done

An error holds no sentence: it names one of nl.yaml's `errors`, with the values to fill in. Whoever shows it to a user asks
`bot.presentation.texts.told` for the line.
"""

from pathlib import Path
from typing import Any


class AkkoordwijzerError(Exception):
    """One clear line for the user.

    Args:
        key: the sentence, below `errors` in nl.yaml: 'document.no_text'.
        path: the file it is about.
        line: the line in that file, counted from 1.
        values: what the sentence's braces are filled with: texts and numbers, or the error of the system or of ours that is behind it.
    """

    def __init__(self, key: str, /, *, path: Path | None = None, line: int | None = None, **values: Any) -> None:
        self.key, self.path, self.line, self.values = key, path, line, values
        where = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{where}{key}" + (f" {values}" if values else ""))


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


class WebError(AkkoordwijzerError):
    """The web pages can't be served, or what an editor asked for can't be done."""


class EngineError(KnowledgeError):
    """The cluster that finds passages can't be reached, or does not hold what it should."""
