"""The lines of a reply that all renderings share: where it stands, its source, why there is silence, what comes after it."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.answering.reply import Listed, Outcome, Quote, Reason, Reply, Route
from bot.expressions import expression
from bot.knowledge.links import address_at
from bot.knowledge.model import Document, Passage, Section
from bot.presentation.contact import Contact
from bot.presentation.texts import harmless, say, texts

if TYPE_CHECKING:  # Reading folders imports YAML, which a single question has no need of.
    from bot.knowledge.folder import ListedDocument

MOST_THEMES, MOST_DOCUMENTS = 8, 10
"""Headings and documents named in an invitation: a longer list is not read, and many documents together have thousands."""

FEW_THEMES = 3
"""Headings named where nothing fits the question."""

_SPACE = expression(r"\s+")

_COMPLETE = frozenset({Reason.SAID_IN, Reason.WAS_ALL})
"""Reasons that say all there is: who said it, and that a list ends."""

_INVITING = frozenset({Reason.GREETING, Reason.HELP, Reason.OVERVIEW, Reason.NO_WORDS, Reason.EMPTY})
"""Reasons after which the headings that one can ask about are named."""

LONGEST_EARLIER = 200
"""Characters of what an older document said that stand in its one line."""

LONGEST_HEADING = 160
"""Characters of a heading that are shown above a quote."""


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
    heading = named(passage.section)
    return say("where", "with_section", where=line, section=heading) if heading else line


def named(section: Section) -> str:
    """A section's heading, with the one above it where the same heading stands under another one too; '' where it has none."""
    *above, heading = section.telling or ("",)
    name = say("where", "below", above=above[0], section=heading) if above else heading
    if len(name) > LONGEST_HEADING:
        # What was meant as a heading may be half a page in a document that came from elsewhere: above a quote it would hide the quote.
        name = name[: LONGEST_HEADING - 1].rsplit(" ", 1)[0] + "…"
    return name


def pages(quote: Quote) -> str:
    """', p. 12' or ', p. 12-13', or nothing where the source has no pages."""
    if quote.page is None:
        return ""
    return say("source_page", page=quote.page if quote.last_page == quote.page else f"{quote.page}-{quote.last_page}")


def source(quote: Quote) -> str:
    """The source line: title, publisher, year, the page where there is one, and that the text was recognised where it was."""
    return _recognised(quote, _source(quote) + pages(quote))


def _source(quote: Quote) -> str:
    document = quote.passage.document
    return say("source", title=document.title, publisher=document.publisher, year=document.year)


def _recognised(quote: Quote, line: str) -> str:
    return say("source_recognised", source=line) if quote.recognised else line


def size(item: "ListedDocument") -> str:
    """How large a document is: headings, passages, and pages where it has them."""
    if item.pages is None:
        return say("size", sections=item.sections, passages=item.passages)
    return say("size_with_pages", sections=item.sections, passages=item.passages, pages=item.pages)


def address(quote: Quote) -> str | None:
    """The document's address, leading to the page of a PDF or the sentence on a web page; None where it has none."""
    return address_at(quote.passage.document, quote.highlight)


def opening(reply: Reply) -> str:
    """The sentence before any quote: why there is no answer, what a list holds, or nothing; with what was read where a word was
    corrected."""
    parts = []
    if reply.corrections:
        parts.append(say("reply", "read_as", words=", ".join(read for _, read in reply.corrections)))
    if reply.listed:
        parts += _of_list(reply)
    elif reply.outcome is Outcome.NO_ANSWER:
        parts.append(reason(reply))
    return " ".join(parts)


def reason(reply: Reply) -> str:
    """Why there is no answer."""
    # Where headings on it are named, or a passage is shown, 'niets' would not be true.
    something = reply.reason is Reason.NOTHING and (reply.headings or reply.quotes)
    return say("reasons", Reason.NEAREST.value if something else reply.reason.value, missing=reply.missing)


def _of_list(reply: Reply) -> Iterator[str]:
    listed = reply.listed
    assert listed is not None
    if listed.summary:
        yield say("lists", "no_summary")
    if listed.first > 1:
        yield say("lists", "next", first=listed.first, last=listed.first + len(reply.quotes) - 1, total=listed.total)
    else:
        heading = _above(listed, reply.quotes)
        yield say("lists", "under" if heading else "points", heading=heading)


def _above(listed: Listed, quotes: Sequence[Quote]) -> str:
    """The heading under which listed points stand, as it is shown; '' where they stand under several."""
    if listed.above:
        return say("where", "below", above=listed.above, section=listed.heading)
    section = quotes[0].passage.section
    return named(section) if section.title == listed.heading else listed.heading


def after_list(reply: Reply) -> str:
    """What is said below a list that goes on."""
    listed = reply.listed
    left = listed.total - listed.first + 1 - len(reply.quotes) if listed else 0
    return say("lists", "one_more" if left == 1 else "more", count=left) if left > 0 else ""


def numbered(quotes: Sequence[Quote], listed: Listed) -> list[str]:
    """The points of a list, each between quotation marks with its number, and with where it stands in so far as that differs."""
    points = []
    for number, quote in enumerate(quotes, listed.first):
        standing = _standing(quote, quotes, listed.heading)
        points.append(
            say("lists", "point_below" if standing else "point", number=number, heading=standing, text=flow(quote.highlight_text))
        )
    return points


def _standing(quote: Quote, quotes: Sequence[Quote], heading: str) -> str:
    """Where a point stands, '' where the list itself says it: its heading where the points stand under several, and its document
    where they come from several. Often the heading is half of what a point says: 'Eerst zon op daken', 'Zo benutten we de ruimte'."""
    section = quote.passage.section
    if len({other.passage.document.id for other in quotes}) > 1:
        return where(quote.passage)
    inside = heading in section.headings[:-1] or len({other.passage.section.headings for other in quotes}) > 1
    if not inside or section.title in (heading, quote.highlight_text):
        return ""
    # Below 'Wonen' it need not be said that a heading is that of 'Wonen'.
    return named(section._replace(repeated=False) if heading in section.headings[:-1] else section)


def sources(quotes: Sequence[Quote]) -> list[str]:
    """The source line of each document that is quoted, each once."""
    return list(dict.fromkeys(_recognised(quote, _source(quote)) for quote in quotes))


def notes(reply: Reply) -> list[str]:
    """The lines beside a quote."""
    return [say("notes", note.value, **words) for note, words in reply.notes]


def earlier(reply: Reply) -> list[str]:
    """What each older document said, in one line: 'In 2022 stond er: ...'."""
    lines = []
    for quote in reply.quotes[1 : 1 + reply.earlier]:
        text = flow(quote.highlight_text)
        if len(text) > LONGEST_EARLIER:
            text = text[:LONGEST_EARLIER].rsplit(" ", 1)[0] + "…"
        lines.append(say("reply", "earlier", year=quote.passage.document.year, text=text))
    return lines


def also(reply: Reply) -> str:
    """Which other documents answer too: 'Lees ook: A (2018), B (2022).'; nothing where none does."""
    documents = [quote.passage.document for quote in reply.quotes[1 + reply.earlier : 1 + len(reply.also_in)]]
    return say("reply", "also_in", titles=", ".join(titled(document) for document in documents)) if documents else ""


def titled(document: Document) -> str:
    """A document's title, with its year where the title does not say it."""
    title = document.title
    return title if str(document.year) in title else say("reply", "titled", title=title, year=document.year)


def next_step(reply: Reply, themes: Sequence[str], contact: Contact) -> list[str]:
    """What one can do after a reply without an answer: what to ask about, and whom to ask instead."""
    if reply.outcome is Outcome.ANSWER or reply.listed or reply.reason in _COMPLETE:
        return []
    if reply.route is Route.COMPLAINT:
        return [sentence for sentence in (contact.sentence("complaint"),) if sentence]
    parts = []
    if reply.documents:
        parts.append(documents(reply.documents))
    if reply.route is None and reply.headings:
        parts.append(
            "\n".join(
                [say("reply", "fitting" if len(reply.headings) > 1 else "fitting_one"), *(f"- {heading}" for heading in reply.headings)]
            )
        )
    elif reply.reason in _INVITING:
        parts.append(invitation(themes))
    elif reply.route is None and not reply.quotes:
        parts.append(invitation(themes, FEW_THEMES))
    if reply.route is None:
        parts.append(contact.sentence("silence"))
    return [part for part in parts if part]


def headings_named(reply: Reply, themes: Sequence[str]) -> Sequence[str]:
    """The headings that `next_step` names, so that one can open them."""
    if reply.outcome is Outcome.ANSWER or reply.listed or reply.parts or reply.reason in _COMPLETE:
        return ()
    if reply.route is None and reply.headings:
        return reply.headings
    if reply.reason in _INVITING:
        return themes[:MOST_THEMES]
    return themes[:FEW_THEMES] if reply.route is None and not reply.quotes else ()


def documents(known: Sequence[Document]) -> str:
    """The documents that there are, the newest first."""
    newest = sorted(known, key=lambda document: -document.year)
    rest = [say("reply", "more_documents", count=len(newest) - MOST_DOCUMENTS)] if len(newest) > MOST_DOCUMENTS else []
    return "\n".join([say("reply", "documents"), *(f"- {titled(document)}" for document in newest[:MOST_DOCUMENTS]), *rest])


def invitation(themes: Sequence[str], most: int = MOST_THEMES) -> str:
    """What one can ask about: all of it, or some of it where there is more."""
    if not themes:
        return ""
    some = len(themes) > most
    rest = [say("reply", "other_themes")] if some and most > FEW_THEMES else []
    return "\n".join([say("reply", "some_themes" if some else "themes"), *(f"- {flow(theme)}" for theme in themes[:most]), *rest])


SURE, FAIRLY_SURE = 0.85, 0.65
"""Confidence from which an explanation says 'vrij zeker', and 'ik denk'."""

OF_THE_QUESTION = frozenset(("other_agreement", "other_year", "other_name", "nothing_near", "other_cabinet", "telling_word", "only_a_link"))
"""Gates whose sentence speaks of the question or of all sources; those of the others speak of the passage that they were asked of."""

_BY = ("word", "part", "synonym", "heading", "neighbour", "hint", "missing")


def explanation(reply: Reply) -> list[str]:
    """Why this piece of text was chosen, or why there is none, in plain words, line by line; of each question in a message by itself."""
    if reply.parts:
        return [line for number, part in enumerate(reply.parts, 1) for line in (f"{number}. {asked(part.question)}", *explanation(part))]
    if reply.listed:
        heading = _above(reply.listed, reply.quotes)
        return [say("explain", "listed" if heading else "listed_subject", heading=heading)]
    if reply.outcome is Outcome.ANSWER:
        said = [say("explain", "answer")]
    elif reply.route:
        return [say("explain", "no_search")]
    else:
        said = [say("explain", "silence" if reply.words else "not_searched", reason=reason(reply))]
        shown = reply.quotes[0].passage.id if reply.quotes else None
        if reply.gate and (reply.gate in OF_THE_QUESTION or reply.gate_passage == shown):
            said.append(say("explain", "gate", why=say("gates", reply.gate)))
        if not reply.quotes:
            return said
        said.append(say("explain", "nearest"))
    for by in _BY:
        words = [word.word for word in reply.words if (word.by or "missing") == by]
        if words:
            said.append(say("explain", "by", by, words=", ".join(words)))
    if reply.outcome is Outcome.ANSWER:
        sure = "sure" if reply.confidence >= SURE else "fairly_sure" if reply.confidence >= FAIRLY_SURE else "unsure"
        said.append(say("explain", sure))
    return [*said, say("explain", "passage", passage=reply.quotes[0].passage.id)]


def examples() -> list[str]:
    """Questions that one can ask."""
    return list(texts("examples"))


def asked(question: str) -> str:
    """One question of a message that held several, as a sentence of its own: with a capital, and a question mark where nothing ends it."""
    text = flow(question)
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?", "!", "…")) else "?")


def flow(text: str) -> str:
    """A quoted text on one line: the line ends of the source file are no part of what it says, nor are signs that steer a terminal."""
    return _SPACE.sub(" ", harmless(text))
