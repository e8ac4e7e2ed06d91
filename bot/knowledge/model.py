"""The values that knowledge is made of. Every text here is a span of its source, never a copy that could drift."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple


class Kind(str, Enum):
    """What kind of text a passage is; a reply never mixes them up."""

    AGREEMENT = "agreement"
    EXPLANATION = "explanation"
    COMMENTARY = "commentary"


class Role(str, Enum):
    """What a sentence does in its document. Only TEXT is ever quoted; WITHHELD is text whose order on its page is not sure."""

    TEXT = "text"
    LINK = "link"
    PULL_QUOTE = "pull_quote"
    NAVIGATION = "navigation"
    WITHHELD = "withheld"


class Span(NamedTuple):
    """Start and end, in characters, in the source text of one document; the end is not included."""

    start: int
    end: int


class Section(NamedTuple):
    """A heading's part of a document.

    Attributes:
        headings: the headings from the top of the document down to this one, as shown; empty before the first heading.
        level: 0 before the first heading, else 1 to 6.
        empty: nothing stands below this heading, neither text nor a heading inside it.
    """

    headings: tuple[str, ...]
    level: int
    empty: bool = False

    @property
    def title(self) -> str:
        """The section's own heading, or an empty string."""
        return self.headings[-1] if self.headings else ""


class Document(NamedTuple):
    """A source.

    Attributes:
        id: the name of its folder.
        labels: how a reply calls each kind of text in it.
        names: other names by which a question may call it.
        text: the whole source text, as it stands in source.md.
        pages: (start, page) pairs in ascending order, empty where the source has no pages.
    """

    id: str
    title: str
    publisher: str
    year: int
    url: str | None
    about: str
    names: tuple[str, ...]
    labels: dict[Kind, str]
    text: str
    pages: tuple[tuple[int, int], ...] = ()
    path: Path | None = None

    def page_at(self, offset: int) -> int | None:
        """The page on which the character at this offset stands, or None where the source has no pages."""
        place = bisect_right(self.pages, offset, key=_start)
        return self.pages[place - 1][1] if place else None


def _start(page: tuple[int, int]) -> int:
    return page[0]


class Sentence(NamedTuple):
    """One sentence of a passage."""

    span: Span
    text: str
    questions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Passage(NamedTuple):
    """What is indexed and quoted.

    Attributes:
        id: document id, section and first words, stable when other passages come and go.
        sentences: at least one; together they span the passage.
        questions, keywords: hints for the passage as a whole. Indexed, never quoted.
    """

    id: str
    document: Document
    section: Section
    kind: Kind
    span: Span
    text: str
    sentences: tuple[Sentence, ...]
    questions: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class Pointer(NamedTuple):
    """A sentence that only sends the reader elsewhere: known, so that a question about it is met with silence."""

    document: Document
    section: Section
    span: Span
    text: str


class Knowledge(NamedTuple):
    """All that a knowledge folder holds.

    Attributes:
        sections: every section of every document, in order, with the document it belongs to.
        passages, sections, pointers: tuples, or read from disk one by one where there are very many: ask the methods rather than
            walking through them all.
        warnings: what a person may want to look at, one line each.
    """

    documents: tuple[Document, ...]
    sections: Sequence[tuple[Document, Section]]
    passages: Sequence[Passage]
    pointers: Sequence[Pointer]
    lexicon_path: Path | None
    warnings: tuple[str, ...] = ()

    def passage(self, passage_id: str) -> Passage | None:
        """The passage with this id, or None."""
        return next((p for p in self.passages if p.id == passage_id), None)

    def stretch(self, document_id: str) -> range:
        """The numbers of a document's passages; empty where there is no such document. Documents' passages stand together, in order."""
        places = {document.id: place for place, document in enumerate(self.documents)}
        place = places.get(document_id)
        if place is None:
            return range(0)
        numbers = range(len(self.passages))
        first = bisect_left(numbers, place, key=lambda number: places[self.passages[number].document.id])
        return range(first, bisect_right(numbers, place, first, key=lambda number: places[self.passages[number].document.id]))

    def themes(self) -> tuple[str, ...]:
        """The headings that hold passages and no headings of their own, in reading order, each once."""
        parents = {(document.id, heading) for document, section in self.sections for heading in section.headings[:-1]}
        titles = ((p.document.id, p.section.title) for p in self.passages if p.section.title)
        return tuple(dict.fromkeys(title for document, title in titles if (document, title) not in parents))

    def coded(self, code: str) -> Passage | None:
        """The passage that a code, or a link's payload, stands for; see `codes`."""
        # Imported here: a single question needs no codes.
        from bot.knowledge.codes import code_of, folded_id

        return next((p for p in self.passages if code in (code_of(p.id), p.id) or folded_id(code) == folded_id(p.id)), None)

    def under_theme(self, title: str) -> Sequence[Passage]:
        """The passages below headings with this title."""
        return [p for p in self.passages if p.section.title == title]

    def beside(self, passage: Passage) -> Sequence[Passage]:
        """The passages of the same section, in order, the passage itself among them."""
        return [p for p in self.passages if p.document.id == passage.document.id and p.section == passage.section]

    def count(self, document: Document) -> int:
        """The number of passages of a document."""
        return sum(p.document.id == document.id for p in self.passages)
