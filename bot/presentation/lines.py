"""The lines of a reply that all renderings share: where it stands, its source, why there is silence."""

import re

from bot.answering.reply import Outcome, Quote, Reply
from bot.knowledge.addresses import address_at
from bot.knowledge.listing import ListedDocument
from bot.knowledge.model import Passage
from bot.presentation.texts import harmless, say, texts


def label(passage: Passage) -> str:
    """What the passage's kind of text is called in its document."""
    document = passage.document
    return harmless(document.labels.get(passage.kind, "")) or say(
        "kinds", passage.kind.value, title=document.title, publisher=document.publisher
    )


def where(passage: Passage) -> str:
    """The first line of a reply: 'Regeerakkoord 2017 · Opvang vluchtelingen'."""
    name, year = label(passage), passage.document.year
    # A title such as 'Coalitieakkoord 2021-2025' says its year already.
    line = name if str(year) in name else say("where", passage.kind.value, label=name, year=year)
    return say("where", "with_section", where=line, section=passage.section.title) if passage.section.title else line


def pages(quote: Quote) -> str:
    """', p. 12' or ', p. 12-13', or nothing where the source has no pages."""
    if quote.page is None:
        return ""
    return say("source_page", page=quote.page if quote.last_page == quote.page else f"{quote.page}-{quote.last_page}")


def source(quote: Quote) -> str:
    """The source line: title, publisher, year, and the page where there is one."""
    document = quote.passage.document
    return say("source", title=document.title, publisher=document.publisher, year=document.year) + pages(quote)


def size(item: ListedDocument) -> str:
    """How large a document is: headings, passages, and pages where it has them."""
    if item.pages is None:
        return say("size", sections=item.sections, passages=item.passages)
    return say("size_with_pages", sections=item.sections, passages=item.passages, pages=item.pages)


def address(quote: Quote) -> str | None:
    """The document's address, leading to the page of a PDF or the sentence on a web page; None where it has none."""
    return address_at(quote.passage.document, quote.highlight)


def opening(reply: Reply) -> str:
    """The sentence before any quote: why there is no answer, or nothing; with what was read where a word was corrected."""
    parts = []
    if reply.corrections:
        parts.append(say("reply", "read_as", words=", ".join(read for _, read in reply.corrections)))
    if reply.outcome is Outcome.NO_ANSWER:
        parts.append(say("reasons", reply.reason.value, missing=reply.missing))
    return " ".join(parts)


def examples() -> list[str]:
    """Questions that one can ask."""
    return list(texts("examples"))


def flow(text: str) -> str:
    """A quoted text on one line: the line ends of the source file are no part of what it says, nor are signs that steer a terminal."""
    return re.sub(r"\s+", " ", harmless(text))
