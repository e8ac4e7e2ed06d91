"""Replies made by hand, for tests of how they look."""

from bot.answering.reply import Outcome, Quote, Reason, Reply
from bot.knowledge.model import Document, Kind, Passage, Section, Sentence, Span

TEXT = "Eerste zin. De tweede zin\nantwoordt. Derde zin."
DOCUMENT = Document(
    id="akkoord", title="Akkoord", publisher="Gemeente", year=2022, url=None, about="", names=(), labels={}, source=TEXT,
)  # fmt: skip
SPANS = (Span(0, 11), Span(12, 36), Span(37, 47))


def passage(kind: Kind = Kind.AGREEMENT, section: str = "Wonen", document: Document = DOCUMENT) -> Passage:
    """A passage of three sentences."""
    sentences = tuple(Sentence(span, TEXT[span.start : span.end]) for span in SPANS)
    headings = (section,) if section else ()
    return Passage("akkoord/wonen/eerste-zin-0000", document, Section(headings, 1), kind, Span(0, len(TEXT)), TEXT, sentences)


def quote(of: Passage | None = None, highlight: Span = SPANS[1]) -> Quote:
    """A quote with its second sentence marked."""
    of = of or passage()
    return Quote(of, of.span, highlight)


def answer(*quotes: Quote) -> Reply:
    """A reply that answers."""
    return Reply("Vraag?", Outcome.ANSWER, 0.9, quotes or (quote(),), Reason.ANSWERED)


def silence(reason: Reason = Reason.NEAREST, missing: str = "", *quotes: Quote) -> Reply:
    """A reply that does not."""
    return Reply("Vraag?", Outcome.NO_ANSWER, 0.1, quotes, reason, missing)


def with_pages(url: str | None = None) -> Document:
    """The document with its second sentence running over from page 3 to page 4."""
    return DOCUMENT._replace(pages=((0, 3), (26, 4)), url=url)
