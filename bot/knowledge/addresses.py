"""The web address of a quote: the page of a PDF, or the very words on a web page."""

import re
from urllib.parse import quote, urlsplit

from bot.knowledge.model import Document, Span

_WHOLE = 12  # Up to so many words a text fragment names all of them; of longer quotes the first and last few.
_ENDS = 5
_FILES = re.compile(r"\.(?:docx?|odt|rtf|txt|md|zip)$", re.IGNORECASE)


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
    words = document.text[span.start : span.end].split()
    if not words:
        return document.url
    if len(words) <= _WHOLE:
        return f"{document.url}#:~:text={_encode(words)}"
    return f"{document.url}#:~:text={_encode(words[:_ENDS])},{_encode(words[-_ENDS:])}"


def _encode(words: list[str]) -> str:
    """Percent-encoded; hyphens too, which have a meaning of their own in a text fragment."""
    return quote(" ".join(words), safe="").replace("-", "%2D")
