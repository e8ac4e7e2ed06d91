"""The pages that are no answer: start, help, themes, sources, about, privacy."""

import hashlib

from bot.answering.assistant import Assistant
from bot.knowledge.listing import listed
from bot.knowledge.model import Document
from bot.presentation import lines
from bot.presentation.html import context_html, escaped, quote_html
from bot.presentation.texts import say, texts
from bot.telegram import buttons
from bot.telegram.calls import Keyboard
from bot.telegram.library import Library, payload_of

COMMANDS = ("vraag", "themas", "bronnen", "help", "over", "privacy", "vergeet", "start")
"""The commands, as Telegram lists them."""


def command_list() -> list[tuple[str, str]]:
    """(command, what it does) in Dutch, as Telegram shows them."""
    return [(name, say("telegram", "commands", name)) for name in COMMANDS]


def start(library: Library) -> tuple[str, Keyboard]:
    """The first page, with example questions."""
    return escaped(say("telegram", "start")), buttons.example_buttons(library)


def help_page(bot_name: str) -> str:
    """How to ask."""
    return escaped(say("telegram", "help", name=bot_name))


def themes(library: Library, page: int = 0) -> tuple[str, Keyboard | None]:
    """All themes as buttons."""
    rows = buttons.theme_buttons(library, page)
    return escaped(say("telegram", "themes" if rows else "no_themes")), rows or None


def theme(library: Library, code: str, page: int) -> tuple[str, Keyboard] | None:
    """A theme's passages as buttons; None where there is no such theme."""
    title = library.theme(code)
    if title is None:
        return None
    return f"<b>{escaped(title)}</b>\n{escaped(say('telegram', 'theme'))}", buttons.theme_page(library, title, page)


def passage(library: Library, code: str, bot_name: str, context: bool) -> tuple[str, Keyboard] | None:
    """One passage, with a link to it; None where there is no such passage."""
    assistant = library.current
    found = library.passage(code)
    quote = assistant.quote(found.id) if found else None
    if found is None or quote is None:
        return None
    text = context_html(quote, assistant.knowledge) if context else quote_html(quote)
    link = f"https://t.me/{bot_name}?start={payload_of(found.id)}"
    share = f'<a href="{escaped(link)}">{escaped(say("telegram", "share"))}</a>'
    return f"{text}\n{share}", buttons.passage_buttons(found.id, found.section.title, context)


def sources(assistant: Assistant) -> str:
    """Each document with its publisher, year, size and a hash of its text, so that anyone can check which text is quoted."""
    blocks = [escaped(say("telegram", "sources"))]
    for item in listed(assistant.knowledge):
        document, digest = item.document, content_hash(item.document)
        line = say("telegram", "source", publisher=document.publisher, year=document.year, size=lines.size(item), digest=digest)
        title = f'<a href="{escaped(document.url)}">{escaped(document.title)}</a>' if document.url else escaped(document.title)
        blocks.append(f"<b>{title}</b>\n{escaped(line)}")
    return "\n\n".join(blocks)


def content_hash(document: Document) -> str:
    """The first sixteen signs of the SHA-256 of a document's text."""
    return hashlib.sha256(document.text.encode()).hexdigest()[:16]


def plain(name: str) -> str:
    """A page that is only text."""
    return escaped(str(texts("telegram", name)))
