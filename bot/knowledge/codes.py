"""Short codes that stand for passages and themes in buttons and links."""

import base64
import hashlib
import re


def code_of(text: str) -> str:
    """Eleven signs that stand for a text: the same on every machine, fit for a link."""
    return base64.urlsafe_b64encode(hashlib.blake2b(text.encode(), digest_size=8).digest()).decode().rstrip("=")


def folded_id(text: str) -> str:
    """A passage's id as it is compared: a link knows no slash, and whatever stands in its place, the passage is meant."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower())
