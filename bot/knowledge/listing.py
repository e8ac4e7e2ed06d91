"""What the documents are, for lists of them."""

from collections import Counter
from dataclasses import dataclass

from bot.knowledge.model import Document, Knowledge


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One line of a list of documents; `pages` is the last page with text, None where the document has no pages."""

    document: Document
    sections: int
    passages: int
    pages: int | None


def listed(knowledge: Knowledge) -> tuple[ListedDocument, ...]:
    """Every document with its numbers, in the order of the knowledge folder."""
    sections = Counter(document.id for document, _ in knowledge.sections)
    return tuple(
        ListedDocument(document, sections[document.id], knowledge.count(document), max((page for _, page in document.pages), default=None))
        for document in knowledge.documents
    )
