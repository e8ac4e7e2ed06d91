"""The documents: a list of them, their themes, and each with a passage marked in its place."""

import asyncio
from collections.abc import Iterator, Sequence
from urllib.parse import quote as quoted_address

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.answering.assistant import Assistant
from bot.answering.reply import Quote
from bot.index.index import Index
from bot.knowledge.folder import ListedDocument
from bot.knowledge.links import code_of
from bot.knowledge.model import Document, Section
from bot.named import NamedTuple
from bot.presentation import lines
from bot.presentation.texts import harmless
from bot.web.page_image import PageImages, has_original
from bot.web.rendering import marked_address, marked_in, permalink_of, shown_quote
from bot.web.site import Site, Slice, client_of, slice_of

DRAWING = 2
"""Images that are drawn at the same time: each takes a process."""

PASSAGES, THEMES, DOCUMENTS, QUOTES = 60, 200, 50, 30
"""Passages on one page of a document; themes, documents and quotes on one page of their lists."""


class Block(NamedTuple):
    """A heading or a passage on the page of its document.

    Attributes:
        heading, level, anchor: of a section; '' for a passage.
        kind: what kind of text begins here, where the document has several.
        chosen: the passage that was asked for.
        before, marked, after: its text.
    """

    heading: str
    level: int
    anchor: str
    kind: str = ""
    code: str = ""
    chosen: bool = False
    before: str = ""
    marked: str = ""
    after: str = ""


class Heading(NamedTuple):
    """A line of the list of headings."""

    title: str
    level: int
    address: str
    here: bool


class DocumentPage(NamedTuple):
    """One page of a document."""

    document: Document
    part: int
    parts: int
    blocks: list[Block]
    outline: list[Heading]
    page: int | None
    image: str
    permalink: str


class Reading:
    """Handlers of what there is to read.

    Args:
        site: what they share with the others.
    """

    def __init__(self, site: Site) -> None:
        self._site, self._images, self._drawing = site, PageImages(), asyncio.Semaphore(DRAWING)

    async def document(self, request: Request) -> Response:
        """A document, or part of a long one."""
        ident = request.path_params["document"]

        def made(assistant: Assistant) -> DocumentPage | None:
            index = assistant.knowledge
            document = next((document for document in index.documents if document.id == ident), None)
            if document is None:
                return None
            return _document_page(index, document, slice_of(request, index.count(document), PASSAGES), None)

        return self._shown(request, await self._site.answers.ask(made))

    async def passage(self, request: Request) -> Response:
        """A document at one passage, which is marked: the address that every answer has."""
        asked = request.query_params

        def made(assistant: Assistant) -> DocumentPage | None:
            index = assistant.knowledge
            passage = index.coded(request.path_params["code"])
            if passage is None:
                return None
            quote = marked_in(passage, asked.get("van"), asked.get("tot"))
            numbers = index.stretch(passage.document.id)
            at = next(n for n in numbers if index.passages[n].id == passage.id) - numbers.start
            part, count = at // PASSAGES, len(numbers)
            shown = Slice(part + 1, max(1, -(-count // PASSAGES)), part * PASSAGES, min((part + 1) * PASSAGES, count))
            return _document_page(index, passage.document, shown, quote)

        return self._shown(request, await self._site.answers.ask(made))

    async def sources(self, request: Request) -> Response:
        """Every document, with how large it is."""

        def made(assistant: Assistant) -> tuple[Slice, list[dict[str, object]]]:
            index = assistant.knowledge
            shown = slice_of(request, len(index.documents), DOCUMENTS)
            return shown, [{"document": d, "size": lines.size(_listed(index, d))} for d in index.documents[shown.start : shown.end]]

        shown, documents = await self._site.answers.ask(made)
        return self._site.pages.page(request, "sources", documents=documents, part=shown.part, parts=shown.parts)

    async def themes(self, request: Request) -> Response:
        """What one can ask about."""
        themes = await self._site.answers.ask(lambda assistant: assistant.themes())
        shown = slice_of(request, len(themes), THEMES)
        return self._site.pages.page(request, "themes", themes=themes[shown.start : shown.end], part=shown.part, parts=shown.parts)

    async def theme(self, request: Request) -> Response:
        """The passages below one heading."""
        code = request.path_params["code"]

        def made(assistant: Assistant) -> tuple[str, Slice, list[object]] | None:
            theme = next((theme for theme in assistant.themes() if code_of(theme) == code), None)
            if theme is None:
                return None
            passages = assistant.knowledge.under_theme(theme)
            shown = slice_of(request, len(passages), QUOTES)
            return theme, shown, [shown_quote(Quote(p, p.span, p.span)) for p in passages[shown.start : shown.end]]

        under_theme = await self._site.answers.ask(made)
        if under_theme is None:
            raise HTTPException(404)
        theme, shown, quotes = under_theme
        return self._site.pages.page(request, "theme", theme=theme, quotes=quotes, part=shown.part, parts=shown.parts)

    async def image(self, request: Request) -> Response:
        """The page of a PDF on which a passage stands, with what the address says marked."""
        if not self._site.opened.passes(client_of(request)):
            raise HTTPException(429)
        asked = request.query_params

        def quoted(assistant: Assistant) -> Quote | None:
            passage = assistant.knowledge.coded(request.path_params["code"])
            return marked_in(passage, asked.get("van"), asked.get("tot")) if passage else None

        quote = await self._site.answers.ask(quoted)
        async with self._drawing:
            image = await asyncio.to_thread(self._images.image, quote) if quote else None
        if image is None:
            raise HTTPException(404)
        return Response(image, media_type="image/png", headers={"cache-control": "private, max-age=600"})

    def _shown(self, request: Request, page: DocumentPage | None) -> Response:
        if page is None:
            raise HTTPException(404)
        return self._site.pages.page(request, "document", **page._asdict())


def _listed(index: Index, document: Document) -> ListedDocument:
    pages = max((page for _, page in document.pages), default=None)
    return ListedDocument(document, index.count_sections(document), index.count(document), pages)


def _document_page(index: Index, document: Document, shown: Slice, quote: Quote | None) -> DocumentPage:
    """Part of a document, with a quote marked in it or none."""
    sections = [(section, _counted_from(index.stretch(document.id), numbers)) for section, numbers in index.outline(document)]
    here = quote.passage.section.headings if quote else None
    page = quote.page if quote else None
    return DocumentPage(
        document=document, part=shown.part, parts=shown.parts, blocks=list(_blocks(index, document, sections, shown, quote)),
        outline=[
            Heading(lines.flow(section.title), min(max(section.level, 1), 6), _heading_address(document, n, numbers), section.headings == here)
            for n, (section, numbers) in enumerate(sections) if section.title
        ],
        page=page, image=f"/beeld/{marked_address(quote)}" if quote and has_original(document) and page else "",
        permalink=permalink_of(quote) if quote else "",
    )  # fmt: skip


def _counted_from(document: range, numbers: range) -> range:
    return range(numbers.start - document.start, numbers.stop - document.start)


def _heading_address(document: Document, number: int, passages: range) -> str:
    return f"/document/{quoted_address(document.id)}?deel={passages.start // PASSAGES + 1}#kop-{number}"


def _blocks(
    index: Index, document: Document, sections: Sequence[tuple[Section, range]], shown: Slice, quote: Quote | None
) -> Iterator[Block]:
    """The headings and passages of one part of a document, in order."""
    first = index.stretch(document.id).start
    kinds = {index.passages[first + number].kind for number in range(shown.start, shown.end)}
    kind, level = None, 1
    for number, (section, passages) in enumerate(sections):
        here = range(max(passages.start, shown.start), min(passages.stop, shown.end))
        if section.title and (here or (not passages and shown.start <= passages.start < shown.end)):
            # Never more than one level below the heading before it, though the part may begin deep in the document.
            level = min(len(section.headings) + 1, level + 1, 6)
            yield Block(section.title, level, f"kop-{number}")
        for offset in here:
            passage = index.passages[first + offset]
            label = lines.label(passage) if len(kinds) > 1 and passage.kind is not kind else ""
            kind = passage.kind
            if quote is not None and passage.id == quote.passage.id:
                start, end = quote.highlight.start - quote.span.start, quote.highlight.end - quote.span.start
                text = (passage.text[:start], passage.text[start:end], passage.text[end:])
            else:
                text = (passage.text, "", "")
            yield Block("", 0, "", label, code_of(passage.id), bool(text[1]), *(harmless(part) for part in text))
