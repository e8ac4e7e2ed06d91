"""What the documents are, for lists of them."""

from dataclasses import dataclass
from typing import Protocol

from bot.knowledge.model import Document


class Counted(Protocol):
    """Documents whose sections and passages can be counted: as they are loaded, or from an index."""

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, in the order of the knowledge folder."""
        ...

    def count(self, document: Document) -> int:
        """The number of passages of a document."""
        ...

    def count_sections(self, document: Document) -> int:
        """The number of sections of a document."""
        ...


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """One line of a list of documents; `pages` is the last page with text, None where the document has no pages."""

    document: Document
    sections: int
    passages: int
    pages: int | None


def listed(counted: Counted) -> tuple[ListedDocument, ...]:
    """Every document with its numbers, in the order of the knowledge folder."""
    return tuple(
        ListedDocument(
            document, counted.count_sections(document), counted.count(document), max((page for _, page in document.pages), default=None)
        )
        for document in counted.documents
    )
