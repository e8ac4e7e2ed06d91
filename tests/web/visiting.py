"""Visitors of the web pages, and what they see on one."""

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode
from starlette.types import ASGIApp

QUESTION = "Hoeveel vluchtelingen mogen er per jaar komen?"
ANSWER = "Dit zogenoemde hervestigingsquotum gaat van 500 per jaar naar 750 vluchtelingen per jaar."


def visitor(app: ASGIApp, address: str = "127.0.0.1") -> httpx.AsyncClient:
    """A client that comes from an address."""
    transport = httpx.ASGITransport(app, client=(address, 40000))
    return httpx.AsyncClient(transport=transport, base_url="http://localhost")


class Seen:
    """A page as a visitor sees it."""

    def __init__(self, response: httpx.Response) -> None:
        self.response, self.tree = response, LexborHTMLParser(response.text)

    @property
    def text(self) -> str:
        """All text of the page's main part."""
        return " ".join(self.one("main").text().split())

    def one(self, selector: str) -> LexborNode:
        """The first element that a selector finds."""
        node = self.tree.css_first(selector)
        assert node is not None, f"{selector} is not on {self.response.url}: {self.response.text[:2000]}"
        return node

    def all(self, selector: str) -> list[LexborNode]:
        """All elements that a selector finds."""
        return self.tree.css(selector)

    def field(self, name: str) -> str:
        """What a field of a form holds."""
        return self.one(f'input[name="{name}"]').attributes["value"] or ""

    def link(self, text: str) -> str:
        """Where the link with this text leads."""
        return next(node.attributes["href"] or "" for node in self.all("a") if text in node.text())


async def ask(client: httpx.AsyncClient, question: str = QUESTION, **fields: str) -> Seen:
    """The page after a question."""
    return Seen(await client.post("/", data={"vraag": question, **fields}))
