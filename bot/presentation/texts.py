"""The sentences of nl.yaml, by their keys."""

from functools import cache
from importlib import resources
from typing import Any

import yaml

# The safe loader, in C where PyYAML has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _all() -> Any:
    return yaml.load((resources.files("bot.presentation") / "nl.yaml").read_text(encoding="utf-8"), _LOADER)  # noqa: S506


def texts(*keys: str) -> Any:
    """A part of nl.yaml as data.

    Args:
        keys: the path to it, such as ('console', 'by').

    Raises:
        KeyError: there is no such path.
    """
    value = _all()
    for key in keys:
        value = value[key]
    return value


def say(*keys: str, **words: object) -> str:
    """A sentence of nl.yaml, with its {words} filled in.

    Args:
        keys: the path to the sentence.
        words: what to fill in. Braces in what is filled in are left as they are.

    Raises:
        KeyError: there is no such sentence, or a word is missing.
    """
    return str(texts(*keys)).format_map(words)
