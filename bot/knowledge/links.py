"""What leads to a quote: the web address of its page or words, and short codes for passages and themes in buttons and links."""

import re
from urllib.parse import quote, urlsplit

from bot.expressions import expression
from bot.knowledge.model import Document, Span

_WHOLE = 12  # Up to so many words a text fragment names all of them; of longer quotes the first and last few.
_ENDS = 5
_NOT_SLUG = expression(r"[^a-z0-9]+")
_FILES = expression(r"\.(?:docx?|odt|rtf|txt|md|zip)$", re.IGNORECASE)


def address_at(document: Document, span: Span) -> str | None:
    """Where a reader finds a span on the web.

    Args:
        document: its address, if known, is what the link begins with.
        span: the quoted stretch; a link to a page leads to the one on which it begins.

    Returns:
        The address, with '#page=12' for a document with pages, with a text fragment for a web page, and bare for
        other files or where the address has a fragment of its own; None where the document has no address.
    """
    if document.url is None:
        return None
    path = urlsplit(document.url)
    if path.fragment or _FILES.search(path.path):
        return document.url
    page = document.page_at(span.start)
    if page is not None:
        return f"{document.url}#page={page}"
    if path.path.lower().endswith(".pdf"):
        return document.url
    words = document.slice(span.start, span.end).split()
    if not words:
        return document.url
    if len(words) <= _WHOLE:
        return f"{document.url}#:~:text={_encode(words)}"
    return f"{document.url}#:~:text={_encode(words[:_ENDS])},{_encode(words[-_ENDS:])}"


def _encode(words: list[str]) -> str:
    """Percent-encoded; hyphens too, which have a meaning of their own in a text fragment."""
    return quote(" ".join(words), safe="").replace("-", "%2D")


_SIGNED = 1 << 63


def code_of(text: str) -> str:
    """Eleven signs that stand for a text: the same on every machine, fit for a link."""
    import base64

    return base64.urlsafe_b64encode(_digest(text)).decode().rstrip("=")


def folded_id(text: str) -> str:
    """A passage's id as it is compared: a link knows no slash, and whatever stands in its place, the passage is meant."""
    return _NOT_SLUG.sub("-", text.lower())


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
    # Imported here, as base64 above: a single question needs no codes.
    import hashlib

    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=_SIZE).digest()
