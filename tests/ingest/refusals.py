"""What a user reads where a file is refused."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.errors import AkkoordwijzerError
from bot.presentation.texts import told


@contextmanager
def refused(says: str, kind: type[AkkoordwijzerError] | None = None) -> Iterator[None]:
    """Expects an error whose one line holds these words."""
    with pytest.raises(kind or AkkoordwijzerError) as caught:
        yield
    line = told(caught.value)
    assert says in line
    assert "\n" not in line
    assert "ingest." not in line, "a key without its sentence"
