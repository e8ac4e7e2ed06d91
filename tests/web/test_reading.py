"""The documents: each quote in its place, with an address that leads there for anyone."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from bot.answering.assistant import Assistant
from bot.presentation.texts import say
from bot.settings import Settings
from bot.watch import load_assistant
from bot.web.app import application
from bot.web.reading import PASSAGES
from tests.knowledge_folders import write_folder
from tests.web.visiting import ANSWER, Seen, ask, visitor


async def test_a_quote_leads_to_its_place_in_the_document(client: httpx.AsyncClient, assistant: Assistant) -> None:
    place = (await ask(client)).link(say("web", "reply", "in_place"))
    page = Seen(await client.get(place))
    assert page.one("#hier mark").text() == ANSWER
    assert page.one(".aw-outline [aria-current]").text() == "Opvang vluchtelingen"
    assert page.one("h1").text() == assistant.knowledge.documents[0].title
    assert page.link(say("web", "document", "permalink")) == place


async def test_the_address_of_an_answer_says_nothing_of_the_question(client: httpx.AsyncClient) -> None:
    place = (await ask(client)).link(say("web", "reply", "in_place"))
    assert place.startswith("/passage/")
    assert not any(word in place.lower() for word in ("hoeveel", "vluchtelingen"))


async def test_the_whole_document_stands_there_to_the_letter(client: httpx.AsyncClient, assistant: Assistant) -> None:
    index = assistant.knowledge
    page = Seen(await client.get(f"/document/{index.documents[0].id}"))
    assert [node.text() for node in page.all("p.aw-text")] == [passage.text for passage in index.passages]
    headings = [node.text() for node in page.all("article h2, article h3, article h4, article h5, article h6")]
    assert headings == [section.title for section, _ in index.outline(index.documents[0]) if section.title]


async def test_headings_lead_to_their_place_and_never_skip_a_level(client: httpx.AsyncClient, assistant: Assistant) -> None:
    page = Seen(await client.get("/document/regeerakkoord-2017"))
    anchors = {node.attributes.get("id") for node in page.all("article [id]")}
    assert {(node.attributes["href"] or "").partition("#")[2] for node in page.all(".aw-outline a")} <= anchors
    levels = [int((node.tag or "")[1]) for node in page.all("h1, h2, h3, h4, h5, h6")]
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


async def test_themes_and_sources_lead_to_what_they_name(client: httpx.AsyncClient, assistant: Assistant) -> None:
    themes = Seen(await client.get("/themas"))
    assert [node.text() for node in themes.all("main li")] == list(assistant.themes())
    theme = Seen(await client.get(themes.link("Opvang vluchtelingen")))
    assert ANSWER in theme.text
    sources = Seen(await client.get("/bronnen"))
    title = assistant.knowledge.documents[0].title
    assert Seen(await client.get(sources.link(title))).one("h1").text() == title


LONG = "".join(f"# Kop {n}\n\n## Deel {n}\n\nIn wijk {n} bouwt de gemeente {n + 100} woningen.\n\n" for n in range(2 * PASSAGES + 5))


@pytest.fixture
async def long_client(settings: Settings, tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    """A visitor of a document that does not fit on one page."""
    app: ASGIApp = application(settings, load_assistant(write_folder(tmp_path, source=LONG)))
    async with visitor(app) as client:
        yield client


async def test_a_long_document_is_divided_and_its_quotes_are_found(long_client: httpx.AsyncClient) -> None:
    parts = [Seen(await long_client.get(f"/document/voorbeeldstad-2022?deel={n}")) for n in (1, 2, 3)]
    texts = [node.text() for page in parts for node in page.all("p.aw-text")]
    assert texts == [f"In wijk {n} bouwt de gemeente {n + 100} woningen." for n in range(2 * PASSAGES + 5)]
    last = parts[2]
    assert say("web", "document", "part", part=3, parts=3) in last.text
    heading = next(node for node in last.all(".aw-outline a") if node.text() == "Deel 70")
    leads_to = Seen(await long_client.get(heading.attributes["href"] or ""))
    assert "Deel 70" in [node.text() for node in leads_to.all("article h3")]
    answer = await ask(long_client, "Hoeveel woningen bouwt de gemeente in wijk 77?")
    place = Seen(await long_client.get(answer.link(say("web", "reply", "in_place"))))
    assert place.one("#hier").text() == "In wijk 77 bouwt de gemeente 177 woningen."


async def test_a_document_that_holds_html_shows_it_as_text(settings: Settings, tmp_path: Path) -> None:
    hostile = (
        "# <script>alert(1)</script> kop\n\nDe gemeente bouwt <img src=x onerror=alert(1)> 900 woningen per jaar in {{ 7 * 7 }} wijken.\n"
    )
    folder = write_folder(
        tmp_path,
        source=hostile,
        description='title: "<b>Titel</b> {{ 7 }}"\npublisher: "<i>Gemeente</i>"\nyear: 2022\nabout: "</p><script>x</script>"\n',
    )
    async with visitor(application(settings, load_assistant(folder))) as client:
        for path in ("/document/voorbeeldstad-2022", "/themas", "/bronnen", "/over", "/"):
            page = Seen(await client.get(path))
            assert page.response.status_code == 200
            assert not page.all("main script, main img, main b, main i")
        answer = await ask(client, "Hoeveel woningen bouwt de gemeente per jaar?")
        assert not answer.all("main script, main img, main b, main i")
        assert "{{ 7 * 7 }}" in answer.text
