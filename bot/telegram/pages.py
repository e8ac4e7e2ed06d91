"""The pages of the bot that are no answer: the first one, help, themes, sources, privacy."""

import hashlib

from bot.answering.assistant import Assistant
from bot.knowledge.folder import ListedDocument, listed
from bot.knowledge.model import Document
from bot.presentation import lines
from bot.presentation.html import escaped, quote_html, shortened
from bot.presentation.texts import say, texts
from bot.settings import Settings
from bot.telegram import keyboards, screens
from bot.telegram.library import Library, newest_first, payload_of
from bot.telegram.outbox import Keyboard

COMMANDS = ("vraag", "themas", "bronnen", "help", "over", "privacy", "vergeet", "start")
"""The commands, as Telegram lists them."""

LONGEST_TITLE, LONGEST_PUBLISHER = 240, 100
"""Characters of a title and a publisher on the page of sources."""

DOCUMENTS_NAMED = 3
"""Documents that /start and /help name; with more than that they say how many there are."""


def command_list() -> list[tuple[str, str]]:
    """(command, what it does) in Dutch, as Telegram shows them."""
    return [(name, say("telegram", "commands", name)) for name in COMMANDS]


def loaded(assistant: Assistant) -> str:
    """Which documents the bot answers from, with title and year; how many there are where they are too many to name."""
    documents = newest_first(assistant)
    named = [say("telegram", "loaded", "document", title=d.title, publisher=d.publisher, year=d.year) for d in documents[:DOCUMENTS_NAMED]]
    if not documents:
        return say("telegram", "loaded", "none")
    if len(documents) == 1:
        return say("telegram", "loaded", "one", document=named[0])
    if len(documents) <= DOCUMENTS_NAMED:
        return "\n".join([say("telegram", "loaded", "few"), *(f"- {name}" for name in named)])
    more = len(documents) - DOCUMENTS_NAMED
    return "\n".join([say("telegram", "loaded", "few"), *(f"- {name}" for name in named), say("telegram", "loaded", "more", count=more)])


async def start(library: Library) -> tuple[str, Keyboard]:
    """The first page: which documents there are, with questions that they answer."""
    examples = await library.examples()
    choose = say("telegram", "start_choose" if examples else "start_themes")
    text = say("telegram", "start", documents=loaded(library.current), choose=choose)
    return escaped(text), keyboards.example_buttons(examples)


async def help_page(library: Library, bot_name: str) -> tuple[str, Keyboard | None]:
    """How to ask."""
    examples = await library.examples()
    example = say("telegram", "help_example", question=examples[0]) if examples else say("telegram", "help_no_example")
    return escaped(say("telegram", "help", name=bot_name, example=example, documents=loaded(library.current))), None


def themes(library: Library, page: int = 0) -> tuple[str, Keyboard | None]:
    """All themes as buttons."""
    rows = keyboards.theme_buttons(library.current, page)
    return escaped(say("telegram", "themes" if rows else "no_themes")), rows or None


def theme(library: Library, code: str, page: int) -> tuple[str, Keyboard] | None:
    """A theme's passages as buttons, with the documents that they stand in where those are several; None where there is no such theme."""
    title = library.theme(code)
    if title is None:
        return None
    passages = library.current.knowledge.under_theme(title)
    documents = {passage.document.id: passage.document for passage in passages}
    text = f"<b>{escaped(title)}</b>\n"
    if len(documents) > 1:
        names = [say("telegram", "theme_document", title=document.title, year=document.year) for document in documents.values()]
        text += escaped(say("telegram", "theme_in", documents=", ".join(names))) + "\n"
    return text + escaped(say("telegram", "theme")), keyboards.passages_buttons(passages, code, page)


def passage(library: Library, code: str, bot_name: str, context: bool) -> tuple[str, Keyboard] | None:
    """One passage, with a link to it; None where there is no such passage."""
    assistant = library.current
    chosen = library.passage(code)
    quote = assistant.quote(chosen.id) if chosen else None
    if chosen is None or quote is None:
        return None
    text = screens.in_context(assistant, quote) if context else quote_html(quote)
    link = f"https://t.me/{bot_name}?start={payload_of(chosen.id)}"
    share = f'<a href="{escaped(link)}">{escaped(say("telegram", "share"))}</a>'
    return f"{text}\n{share}", keyboards.passage_buttons(chosen.id, chosen.section.theme, context)


def sources(library: Library, page: int = 0) -> tuple[str, Keyboard | None]:
    """A page of the documents, each with its publisher, year, size and a hash of its text, so that anyone can check which text is quoted."""
    items, number, last = keyboards.page_of(listed(library.current.knowledge), page)
    blocks = [escaped(say("telegram", "sources" if last == 0 else "sources_page", page=number + 1, pages=last + 1))]
    return "\n\n".join([*blocks, *map(_source, items)]), keyboards.turning(number, last, "sources") or None


def _source(item: ListedDocument) -> str:
    document, digest = item.document, content_hash(item.document)
    # Eight of them fit in one message: turning a page changes that one.
    title, publisher = shortened(document.title, LONGEST_TITLE), shortened(document.publisher, LONGEST_PUBLISHER)
    line = say("telegram", "source", publisher=publisher, year=document.year, size=lines.size(item), digest=digest)
    title = f'<a href="{escaped(document.url)}">{escaped(title)}</a>' if document.url else escaped(title)
    return f"<b>{title}</b>\n{escaped(line)}"


def content_hash(document: Document) -> str:
    """The first sixteen signs of the SHA-256 of a document's text."""
    return hashlib.sha256(document.text.encode()).hexdigest()[:16]


def privacy(settings: Settings) -> str:
    """What is kept and for how long, by whom, and whom to ask."""
    name = settings.municipality_name
    whose = say("telegram", "privacy_whose", name=name) if name else say("telegram", "privacy_nobody")
    # A file is overwritten where something is deleted; a database that replicas share is not, or not at once.
    erased = f" {say('telegram', 'privacy_erased')}" if settings.state_url else ""
    # A cluster is not this machine: its logs and its operators are others'.
    engine = f" {say('telegram', 'privacy_engine')}" if settings.engine == "opensearch" else ""
    return escaped(say("telegram", "privacy", whose=whose, contact=contact(settings), engine=engine, erased=erased))


def contact(settings: Settings) -> str:
    """Where a person can be reached, as far as the settings say so."""
    ways = [
        say("telegram", "contact", way, value=value)
        for way, value in (("url", settings.contact_url), ("phone", settings.contact_phone), ("email", settings.contact_email))
        if value
    ]
    return say("telegram", "contact", "ways", ways=", ".join(ways)) if ways else say("telegram", "contact", "none")


def plain(name: str) -> str:
    """A page that is only text."""
    return escaped(str(texts("telegram", name)))
