"""The pages in a real browser: by keyboard alone, with axe-core on every page, in light and dark, from 320 to 1440 pixels wide."""

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import uvicorn

from bot import cli
from bot.answering.assistant import Assistant
from bot.presentation.texts import say
from bot.settings import Secret, Settings
from bot.watch import KnowledgeSource
from bot.web.app import DeskParts, application
from bot.web.store import FeedbackStore
from tests.knowledge_folders import write_folder
from tests.paths import ROOT
from tests.web.visiting import ANSWER, QUESTION

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next((path for name in ("chromium", "chromium-browser") if (path := shutil.which(name))), None)
SCREENSHOTS = os.environ.get("SCREENSHOTS", "")
"""A folder for pictures of the pages: SCREENSHOTS=docs/beeld python -m pytest tests/web/test_browser.py"""

WIDTHS = (320, 768, 1440)
PAGES = (
    "/",
    "/themas",
    "/bronnen",
    "/over",
    "/privacy",
    "/toegankelijkheid",
    "/insluiten",
    "/api",
    "/document/regeerakkoord-2017",
    "/bestaat-niet",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Debian's chromium; nothing is downloaded."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (the group 'dev')")
    if CHROMIUM is None:
        if os.environ.get("BROWSER_NEEDED"):
            pytest.fail("there is no chromium, and BROWSER_NEEDED says that there must be one")
        pytest.skip("there is no chromium on this machine (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


class Served:
    """The application on a port of this machine, in a thread."""

    def __init__(self, app: Any) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="critical", access_log=False, ws="none"))
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]})

    def __enter__(self) -> "Served":
        self._thread.start()
        while not self._server.started:
            time.sleep(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where feedback goes."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def served(assistant: Assistant, data_dir: Path) -> Iterator[str]:
    """The address of the pages."""
    with Served(application(Settings(data_dir=data_dir, web_questions_per_minute=0), assistant)) as server:
        yield server.address


def new_page(browser: "Browser", served: str, **options: Any) -> "Page":
    """A page that fails the test when it fetches from elsewhere, or its policy forbids something."""
    page = browser.new_page(base_url=served, **options)
    page.on("request", lambda request: _stays(request.url, served))
    page.on("console", lambda message: pytest.fail(message.text) if "Content Security Policy" in message.text else None)
    return page


def _stays(url: str, served: str) -> None:
    assert url.startswith(served), f"reached for {url}"


def violations(page: "Page") -> list[str]:
    """What axe-core finds on the page as it stands."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed (the group 'dev')")
    results = axe.Axe().run(page, options={"runOnly": {"type": "tag", "values": list(RULES)}})
    assert results.response["passes"], "axe looked at nothing"
    return [f"{item['id']}: {[node['html'][:150] for node in item['nodes']][:3]}" for item in results.response["violations"]]


def test_axe_does_find_what_is_wrong(browser: "Browser", served: str) -> None:
    page = new_page(browser, served)
    page.goto("/")
    page.evaluate("document.querySelector('label').remove()")
    assert any(found.startswith("label") for found in violations(page))
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page_at_any_width(browser: "Browser", served: str, scheme: str) -> None:
    page = new_page(browser, served, color_scheme=scheme, reduced_motion="reduce")
    found: list[str] = []

    def look(name: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            found.extend(f"{name} {width} {scheme}: {violation}" for violation in violations(page))
            if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
                found.append(f"{name} {width}: the page is wider than its window")
        if SCREENSHOTS and name in ("start", "answer", "place"):
            for width in (WIDTHS[0], WIDTHS[2]):
                page.set_viewport_size({"width": width, "height": 800})
                Path(ROOT, SCREENSHOTS).mkdir(parents=True, exist_ok=True)
                page.screenshot(path=Path(ROOT, SCREENSHOTS, f"{name}-{width}-{scheme}.png"))

    for path in PAGES:
        page.goto(path)
        look("start" if path == "/" else path)
    for question, name in (
        (QUESTION, "answer"),
        ("Hoeveel kost het hervestigingsquotum?", "silence"),
        ("Waar kan ik over vragen?", "overview"),
    ):
        page.goto("/")
        page.fill("textarea", question)
        page.press("textarea", "Enter")
        page.wait_for_selector("#antwoord")
        for details in page.query_selector_all("details"):
            details.evaluate("element => element.open = true")
        look(name)
    page.goto("/")
    page.fill("textarea", QUESTION)
    page.press("textarea", "Enter")
    page.click(f"text={say('web', 'reply', 'in_place')}")
    page.wait_for_selector("#hier")
    look("place")
    page.go_back()
    page.goto("/")
    page.fill("textarea", QUESTION)
    page.press("textarea", "Enter")
    page.click(f"button:has-text('{say('web', 'verdict', 'down')}')")
    page.wait_for_selector("fieldset")
    look("verdict")
    page.close()
    assert found == []


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_by_keyboard_alone(browser: "Browser", served: str, data_dir: Path, javascript: bool) -> None:
    page = new_page(browser, served, java_script_enabled=javascript)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == say("web", "skip")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.locator("textarea:focus").count():
            break
    page.keyboard.type(QUESTION)
    if javascript:
        page.keyboard.press("Enter")
    else:
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    page.wait_for_selector("mark")
    assert page.locator("mark").first.inner_text() == ANSWER
    assert page.locator("#antwoord:focus").count() == 1, "who listens hears the reply next"
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == say("web", "reply", "in_place")
    page.keyboard.press("Enter")
    page.wait_for_selector("#hier")
    assert page.locator("#hier mark").inner_text() == ANSWER
    page.close()


def test_a_conversation_and_a_judgement(browser: "Browser", served: str, data_dir: Path) -> None:
    before = len(FeedbackStore(data_dir).all())
    page = new_page(browser, served)
    page.goto("/")
    for question in (QUESTION, "En met Turkije?"):
        page.fill("textarea", question)
        page.click(f"button:has-text('{say('web', 'ask', 'button')}')")
        page.wait_for_selector(f".aw-asked:has-text('{question}')")
    assert QUESTION in page.locator(".aw-earlier").inner_text()
    assert page.locator("label").inner_text() == say("web", "ask", "label_next")
    assert page.locator(".aw-ask a").inner_text() == say("web", "ask", "anew")
    page.click(f"button:has-text('{say('web', 'verdict', 'down')}')")
    page.check("text=" + say("web", "verdict", "reasons", "unclear"))
    page.click(f"button:has-text('{say('web', 'verdict', 'send')}')")
    page.wait_for_selector(f"text={say('web', 'verdict', 'thanks')}")
    (_, _, newest), *others = FeedbackStore(data_dir).all()
    assert len(others) == before
    assert newest.reason == "unclear"
    page.close()


def test_an_editor_adds_a_document_and_makes_a_hint(browser: "Browser", tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    settings = Settings(data_dir=tmp_path / "data", web_questions_per_minute=0, web_editor_password=Secret("een heel lang wachtwoord"))
    options = cli.Commands("web").parser.parse_args(["web", "--editor", "--knowledge", str(folder)])
    source = KnowledgeSource(folder, retry_after=0)
    app = application(settings, source.load(), source, DeskParts(cli._desk_tools(options, settings), folder))
    found: list[str] = []
    with Served(app) as server:
        page = new_page(browser, server.address)
        page.goto("/")
        page.fill("textarea", "Wanneer komt de vuilniskar langs?")
        page.press("textarea", "Enter")
        page.click(f"button:has-text('{say('web', 'verdict', 'down')}')")
        page.wait_for_selector("fieldset")
        page.goto("/redactie")
        found += violations(page)
        page.fill("#wachtwoord", "een heel lang wachtwoord")
        page.press("#wachtwoord", "Enter")
        page.wait_for_selector(f"text={say('web', 'desk', 'repair')}")
        for path in ("/redactie/woorden", "/redactie/vragen", "/redactie/wijzigingen", "/redactie/document"):
            page.goto(path)
            found += [f"{path}: {violation}" for violation in violations(page)]
        (tmp_path / "nota parkeren.md").write_text("# Parkeren\n\nEen vergunning voor parkeren kost 40 euro per jaar.\n", encoding="utf-8")
        page.set_input_files("#bestand", tmp_path / "nota parkeren.md")
        for name, value in (("titel", "Nota parkeren"), ("uitgever", "Gemeente"), ("jaar", "2024")):
            page.fill(f"#{name}", value)
        page.click(f"button:has-text('{say('web', 'desk', 'preview')}')")
        page.wait_for_selector("pre")
        found += violations(page)
        page.click(f"button:has-text('{say('web', 'desk', 'add')}')")
        page.wait_for_selector(f"h1:has-text('{say('web', 'desk', 'made')}')")
        page.goto("/redactie")
        page.click(f"text={say('web', 'desk', 'repair')}")
        found += violations(page)
        passage = next(passage for passage in source.load().knowledge.passages if "afval" in passage.text)
        page.fill('[id^="passage-"]', passage.id)
        page.click(f"button:has-text('{say('web', 'desk', 'make_hint_there')}')")
        page.wait_for_selector("ins")
        found += violations(page)
        page.click(f"button:has-text('{say('web', 'desk', 'save')}')")
        page.wait_for_selector(f"h1:has-text('{say('web', 'desk', 'made')}')")
        page.goto("/")
        page.fill("textarea", "Wanneer komt de vuilniskar langs?")
        page.press("textarea", "Enter")
        page.wait_for_selector("mark")
        assert page.locator("mark").first.inner_text() == "Het afval wordt elke twee weken opgehaald."
        page.close()
    assert found == []
