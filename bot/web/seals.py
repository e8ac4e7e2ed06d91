"""Values that a page carries and brings back: they can be read by who has the page, but not made or changed.

So the server keeps no conversation, needs no cookie for one, and nobody can speak in the conversation of another. The seal is a
keyed BLAKE2b (RFC 7693) over what the value is for, when it was sealed, and the value itself.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import time
import zlib
from collections.abc import Callable
from typing import Any

LONGEST = 12_000
"""Characters of a sealed value; what is longer was not sealed here."""

_MOST_UNPACKED = 100_000
_SIZE = 20


class Seals:
    """Seals values, with a key that is made when the program starts.

    Args:
        key: another key, for tests.
        clock: seconds, for tests.
    """

    def __init__(self, key: bytes | None = None, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = key or secrets.token_bytes(32), clock

    def seal(self, purpose: str, value: object) -> str:
        """A JSON value as a text of letters, digits, '-', '_' and one '.'.

        Args:
            purpose: what it is for; for another purpose it does not count.
            value: what JSON can hold.
        """
        data = zlib.compress(json.dumps([int(self._clock()), value], ensure_ascii=False, separators=(",", ":")).encode(), 6)
        body = _text(data)
        return f"{body}.{self._signature(purpose, body)}"

    def read(self, purpose: str, text: str, within: float) -> Any:
        """What `seal` was given; None for what it did not seal, for another purpose, or longer ago.

        Args:
            purpose: what it is for.
            text: any text at all.
            within: seconds that it counts.
        """
        body, _, signature = text.partition(".")
        if len(text) > LONGEST or not text.isascii() or not hmac.compare_digest(signature, self._signature(purpose, body)):
            return None
        try:
            unpacked = zlib.decompressobj().decompress(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)), _MOST_UNPACKED)
            when, value = json.loads(unpacked)
        except (ValueError, binascii.Error, zlib.error):
            return None
        return value if 0 <= self._clock() - when + 1 <= within + 1 else None

    def _signature(self, purpose: str, body: str) -> str:
        return _text(hashlib.blake2b(f"{purpose}\n{body}".encode(), key=self._key, digest_size=_SIZE).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
