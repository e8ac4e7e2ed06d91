"""The values that knowledge is made of. Every text here is a span of its source, never a copy that could drift."""

from bisect import bisect_right
from enum import Enum
from pathlib import Path
from typing import Protocol

from bot.named import NamedTuple


class Kind(str, Enum):
    """What kind of text a passage is; a reply never mixes them up."""

    AGREEMENT = "agreement"
    EXPLANATION = "explanation"
    COMMENTARY = "commentary"


class Role(str, Enum):
    """What a sentence does in its document. Only TEXT is ever quoted; NOTE is a footnote that refers, WITHHELD text whose order on its page is not sure."""

    TEXT = "text"
    LINK = "link"
    PULL_QUOTE = "pull_quote"
    NAVIGATION = "navigation"
    NOTE = "note"
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
        repeated: it stands under a heading, and the same heading under another one: by itself it does not say which section this is.
    """

    headings: tuple[str, ...]
    level: int
    empty: bool = False
    repeated: bool = False

    @property
    def title(self) -> str:
        """The section's own heading, or an empty string."""
        return self.headings[-1] if self.headings else ""

    @property
    def telling(self) -> tuple[str, ...]:
        """The headings that say which section this is: its own, and the one above it where that is needed."""
        return self.headings[-2:] if self.repeated else self.headings[-1:]

    @property
    def theme(self) -> str:
        """The heading by which one can go on to this section, or an empty string."""
        return self.telling[0] if self.headings else ""


class SourceText(Protocol):
    """A source text that is read when it is asked for."""

    def read(self) -> str:
        """The whole text."""
        ...

    def slice(self, start: int, end: int) -> str:
        """A stretch of it, proven to stand there."""
        ...

    def line_before(self, offset: int) -> str:
        """What stands on the line of a character before it; of a long line the end."""
        ...

    def line_above(self, offset: int) -> str:
        """The line above the one on which a character stands; '' above the first."""
        ...

    def line_below(self, offset: int) -> str:
        """The line below the one on which a character stands; '' below the last."""
        ...

    def offset_before(self, words: str, offset: int) -> int:
        """Where some words last stand before a character, to their end; -1 where they don't."""
        ...

    def holds(self, words: str) -> bool | None:
        """Whether the folded text has some folded words; None where only reading it tells."""
        ...

    def __len__(self) -> int: ...


class Document(NamedTuple):
    """A source.

    Attributes:
        id: the name of its folder.
        labels: how a reply calls each kind of text in it.
        names: other names by which a question may call it.
        source: the whole source text, as it stands in source.md, or what reads it.
        pages: (start, page) pairs in ascending order, empty where the source has no pages.
        recognised: the pages that are a scan, whose words were recognised and may be wrong.
    """

    id: str
    title: str
    publisher: str
    year: int
    url: str | None
    about: str
    names: tuple[str, ...]
    labels: dict[Kind, str]
    source: "str | SourceText"
    pages: tuple[tuple[int, int], ...] = ()
    path: Path | None = None
    recognised: tuple[int, ...] = ()

    @property
    def text(self) -> str:
        """The whole source text."""
        return self.source if isinstance(self.source, str) else self.source.read()

    @property
    def length(self) -> int:
        """The number of characters of the source text."""
        return len(self.source)

    def slice(self, start: int, end: int) -> str:
        """A stretch of the source text, which need not be read whole for it."""
        return self.source[start:end] if isinstance(self.source, str) else self.source.slice(start, end)

    def line_before(self, offset: int) -> str:
        """What stands on the line of a character before it, a mark of a list for example."""
        source = self.source
        return source[source.rfind("\n", 0, offset) + 1 : offset] if isinstance(source, str) else source.line_before(offset)

    def line_above(self, offset: int) -> str:
        """The line above the one on which a character stands; '' above the first."""
        return line_above(self.source, offset) if isinstance(self.source, str) else self.source.line_above(offset)

    def line_below(self, offset: int) -> str:
        """The line below the one on which a character stands; '' below the last."""
        return line_below(self.source, offset) if isinstance(self.source, str) else self.source.line_below(offset)

    def offset_before(self, words: str, offset: int) -> int:
        """Where some words last stand before a character, to their end; -1 where they don't."""
        return self.source.rfind(words, 0, offset) if isinstance(self.source, str) else self.source.offset_before(words, offset)

    def holds(self, words: str) -> bool | None:
        """Whether the folded text has some folded words, where that is known without reading it; None where it is not."""
        return None if isinstance(self.source, str) else self.source.holds(words)

    def page_at(self, offset: int) -> int | None:
        """The page on which the character at this offset stands, or None where the source has no pages."""
        index = bisect_right(self.pages, offset, key=_start)
        return self.pages[index - 1][1] if index else None


def line_above(text: str, offset: int) -> str:
    """The line above the one on which a character stands; '' above the first."""
    end = text.rfind("\n", 0, offset)
    return text[text.rfind("\n", 0, end) + 1 : end] if end >= 0 else ""


def line_below(text: str, offset: int) -> str:
    """The line below the one on which a character stands; '' below the last."""
    start = text.find("\n", offset) + 1
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)] if start else ""


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
    """

    documents: tuple[Document, ...]
    sections: tuple[tuple[Document, Section], ...]
    passages: tuple[Passage, ...]
    pointers: tuple[Pointer, ...]
    lexicon_path: Path | None

    def count(self, document: Document) -> int:
        """The number of passages of a document."""
        return sum(passage.document.id == document.id for passage in self.passages)

    def count_sections(self, document: Document) -> int:
        """The number of sections of a document."""
        return sum(other.id == document.id for other, _ in self.sections)
