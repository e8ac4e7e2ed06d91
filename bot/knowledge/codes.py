"""Short codes that stand for passages and themes in buttons and links."""

import re

_SIGNED = 1 << 63


def code_of(text: str) -> str:
    """Eleven signs that stand for a text: the same on every machine, fit for a link."""
    import base64

    return base64.urlsafe_b64encode(_digest(text)).decode().rstrip("=")


def folded_id(text: str) -> str:
    """A passage's id as it is compared: a link knows no slash, and whatever stands in its place, the passage is meant."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())


def code_number(text: str) -> int:
    """The code of a text as a number of 64 bits with a sign, as databases keep it."""
    return int.from_bytes(_digest(text), "big") - _SIGNED


def number_of_code(code: str) -> int | None:
    """The number of the text that a code stands for; None for what is no code."""
    import base64
    import binascii

    try:
        data = base64.b64decode(code + "=", altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    return int.from_bytes(data, "big") - _SIGNED if len(data) == _SIZE and len(code) == _SIGNS else None


_SIZE, _SIGNS = 8, 11


def _digest(text: str) -> bytes:
    # Imported here: a single question needs no codes.
    import hashlib

    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_SIZE).digest()
