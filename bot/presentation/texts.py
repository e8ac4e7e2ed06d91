"""The sentences of nl.yaml, by their keys, and errors told in them."""

import errno
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.errors import AkkoordwijzerError
from bot.expressions import expression
from bot.made import yaml_data, yaml_part

_TEXTS = Path(__file__).parent / "nl.yaml"

# Signs that steer a terminal or turn the direction of what follows: control characters (a line end and a tab excepted),
# and the embeddings, overrides and isolates of Unicode's bidirectional algorithm (UAX 9, table 4).
_ESCAPE = expression(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_STEERING = dict.fromkeys(
    (
        *(c for c in range(0x20) if chr(c) not in "\n\t"),
        *range(0x7F, 0xA0),
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0x061C,
    )
)


def texts(*keys: str) -> Any:
    """A part of nl.yaml as data.

    Args:
        keys: the path to it, such as ('console', 'by').

    Raises:
        KeyError: there is no such path.
    """
    value: Any = yaml_part(_TEXTS, keys[0]) if keys else yaml_data(_TEXTS)
    for key in keys[1:]:
        value = value[key]
    return value


def say(*keys: str, **words: object) -> str:
    """A sentence of nl.yaml, with its {words} filled in.

    Args:
        keys: the path to the sentence.
        words: what to fill in. Braces in what is filled in are left as they are; signs that steer a terminal are left out.

    Raises:
        KeyError: there is no such sentence, or a word is missing.
    """
    return str(texts(*keys)).format_map({name: harmless(word) if isinstance(word, str) else word for name, word in words.items()})


def harmless(text: str) -> str:
    """A text from elsewhere without the signs that would steer the terminal or chat it is shown in."""
    if text.isprintable():
        return text
    if "\x1b" in text:
        # Imported here: hardly any text has one. A control sequence (ECMA-48) goes with its letters, not only its first sign.

        text = _ESCAPE.sub("", text)
    return text.translate(_STEERING)


def told(error: AkkoordwijzerError) -> str:
    """An error as one line: where it is, what is wrong, and what to do about it."""
    where = "" if error.path is None else f"{error.path}:{error.line}: " if error.line else f"{error.path}: "
    return " ".join(harmless(where + _sentence(error)).splitlines())


def reason(error: Exception) -> str:
    """Why the system or SQLite refused something, in a few words: 'geen ruimte meer op de schijf'."""
    reasons: Mapping[str, str] = texts("system")
    name = errno.errorcode.get(error.errno or 0, "") if isinstance(error, OSError) else getattr(error, "sqlite_errorname", "")
    return next((words for code, words in reasons.items() if name == code or name.startswith(f"{code}_")), reasons["other"])


def _sentence(error: AkkoordwijzerError) -> str:
    words = {name: _value(value) for name, value in error.values.items()}
    return str(texts("errors", *error.key.split("."))).format_map(words)


def _value(value: object) -> str:
    if isinstance(value, AkkoordwijzerError):
        return _sentence(value)
    if not isinstance(value, Exception):
        return str(value)
    # What a library says is English, and may hold a question.
    return reason(value) if isinstance(value, OSError) or hasattr(value, "sqlite_errorname") else type(value).__name__
