"""An error as a user reads it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.errors import AkkoordwijzerError
from bot.presentation.texts import told


@contextmanager
def refused(kind: type[AkkoordwijzerError], says: str) -> Iterator[pytest.ExceptionInfo[AkkoordwijzerError]]:
    """What is done inside ends with an error whose line says this.

    Args:
        kind: the class of the error.
        says: a regular expression that fits somewhere in the line.
    """
    with pytest.raises(kind) as caught:
        yield caught
    assert re.search(says, told(caught.value)), told(caught.value)
