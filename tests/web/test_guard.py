"""What every answer carries, and what does not get in: floods, large and slow bodies, forged addresses, hostile texts."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import ASGIApp, Message

from bot.answering.assistant import Assistant
from bot.presentation.texts import say
from bot.settings import Settings
from bot.web import guard
from bot.web.app import application
from bot.web.guard import LARGEST_BODY, POLICY, Ceiling
from bot.web.seals import Seals
from tests.web.visiting import QUESTION, Seen, ask, visitor

PAGES = ["/", "/themas", "/bronnen", "/over", "/privacy", "/toegankelijkheid", "/insluiten", "/api", "/document/regeerakkoord-2017"]
OTHERS = ["/health", "/api/documents", "/api/openapi.json", "/static/nlds.css", "/bestaat-niet", "/api/niets", "/passage/aaaaaaaaaaa"]


@pytest.mark.parametrize("path", [*PAGES, *OTHERS])
async def test_every_answer_has_the_security_headers(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code in ((200,) if path in PAGES else (200, 404))
    assert response.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert "server" not in response.headers


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_has_a_script_or_style_in_it_or_fetches_from_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    page = Seen(await client.get(path))
    assert [node.text() for node in page.all("script, style") if node.text().strip()] == []
    assert not [node.html for node in page.all("*") if any(name.startswith("on") or name == "style" for name in node.attributes)]
    for node in page.all("script[src], link[href], img[src]"):
        assert (node.attributes.get("src") or node.attributes.get("href") or "").startswith("/")


async def test_who_asks_too_much_hears_so_and_others_do_not(settings: Settings, assistant: Assistant) -> None:
    app = application(settings._replace(web_questions_per_minute=2), assistant)
    async with visitor(app, "192.0.2.1") as one, visitor(app, "192.0.2.2") as other:
        statuses = [(await ask(one)).response.status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        assert (await one.post("/api/ask", json={"question": QUESTION})).status_code == 429
        assert say("web", "refused", "too_many") in (await ask(one)).text
        assert (await ask(other)).response.status_code == 200


async def test_an_address_is_believed_from_a_known_proxy_only(settings: Settings, assistant: Assistant) -> None:
    app = application(settings._replace(web_questions_per_minute=1, web_proxies=frozenset({"192.0.2.9"})), assistant)

    async def statuses(peer: str, named: list[str]) -> list[int]:
        async with visitor(app, peer) as client:
            return [(await client.post("/", data={"vraag": "Hallo"}, headers={"X-Forwarded-For": name})).status_code for name in named]

    assert await statuses("192.0.2.9", ["198.51.100.1", "198.51.100.2", "203.0.113.5, 198.51.100.1"]) == [200, 200, 429]
    assert await statuses("192.0.2.8", ["198.51.100.3", "198.51.100.4"]) == [200, 429]


def test_one_subscriber_is_one_client_whatever_the_end_of_the_address() -> None:
    named = {guard._subscriber(f"2001:db8:1:2:{n:x}::1") for n in range(1, 50)}
    assert len(named) == 1
    assert guard._subscriber("2001:db8:1:3::1") not in named


def test_a_ceiling_lasts_a_minute() -> None:
    now = [0.0]
    ceiling = Ceiling(2, lambda: now[0])
    assert [ceiling.passes("a") for _ in range(3)] == [True, True, False]
    now[0] = 60.1
    assert ceiling.passes("a")


async def test_a_large_body_is_refused_whatever_it_says_of_its_size(client: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(LARGEST_BODY // 1000 + 10):
            yield b"x" * 1000

    for path in ("/", "/oordeel", "/api/ask"):
        said = await client.post(path, content=b"x" * (LARGEST_BODY + 1))
        unsaid = await client.post(path, content=chunks(), headers={"content-type": "application/json"})
        assert said.status_code == 413
        if path == "/api/ask":
            assert unsaid.status_code == 413


async def test_a_slow_body_is_given_up(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.05)
    sent: list[Message] = []

    async def receive() -> Message:
        await asyncio.sleep(3600)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"", "root_path": "", "scheme": "http",
        "headers": [(b"content-type", b"application/x-www-form-urlencoded")], "client": ("127.0.0.1", 1), "server": ("localhost", 80),
        "http_version": "1.1",
    }  # fmt: skip
    await app(scope, receive, send)
    assert sent[0]["status"] == 408


async def test_the_health_page_does_not_wait_for_a_question(app: ASGIApp, assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, go_on = threading.Event(), threading.Event()
    reply = Assistant.reply

    def slow(self: Assistant, *args: Any) -> Any:
        asked.set()
        go_on.wait(60)
        return reply(self, *args)

    monkeypatch.setattr(Assistant, "reply", slow)
    async with visitor(app) as one, visitor(app) as other:
        waiting = asyncio.create_task(ask(one))
        await asyncio.to_thread(asked.wait, 60)
        assert (await other.get("/health")).json()["status"] == "ok"
        assert not waiting.done()
        go_on.set()
        assert (await waiting).response.status_code == 200


async def test_too_many_waiting_questions_are_told_so(app: ASGIApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.answers.MOST_WAITING", 0)
    async with visitor(app) as client:
        page = await ask(client)
        assert page.response.status_code == 503
        assert say("web", "refused", "busy") in page.text
        assert (await client.post("/api/ask", json={"question": QUESTION})).status_code == 503
        assert (await client.get("/themas")).status_code == 503


async def test_a_fault_shows_nothing_of_itself_or_of_the_question(
    app: ASGIApp, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(self: Assistant, *args: Any) -> Any:
        raise RuntimeError(f"secret {args}")

    monkeypatch.setattr(Assistant, "reply", broken)
    async with visitor(app) as client:
        for response in (
            await client.post("/", data={"vraag": "geheime vraag"}),
            await client.post("/api/ask", json={"question": "geheim"}),
        ):
            assert response.status_code == 500
            assert response.text == say("web", "refused", "fault")
            assert response.headers["content-security-policy"] == POLICY
    assert "geheim" not in "".join(capfd.readouterr())


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/%252e%252e/app.py", "/static//etc/passwd",
        "/document/..%2f..%2f..%2fetc%2fpasswd", "/document/%00", "/document/regeerakkoord-2017%2f..%2f..", "/passage/..%2f..", "/beeld/%2e%2e",
        "/thema/%ff%fe", "/static/%00", "/static/C:%5cwindows", "/document/" + "a" * 5000,
    ],
)  # fmt: skip
async def test_no_path_leads_outside(client: httpx.AsyncClient, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert "root:" not in response.text
    assert "import " not in response.text


@pytest.mark.parametrize(
    "query",
    ["van=-1&tot=5", "van=0&tot=999999999999", "van=5&tot=1", "van=a&tot=b", "van=%F0&tot=%00", "deel=-3", "deel=1e9", "van=²&tot=³"],
)
async def test_an_address_with_nonsense_in_it_shows_the_page(client: httpx.AsyncClient, query: str) -> None:
    place = (await ask(client)).link(say("web", "reply", "in_place")).partition("?")[0]
    for path in (place, "/document/regeerakkoord-2017", "/themas", "/bronnen"):
        assert (await client.get(f"{path}?{query}")).status_code == 200


PARTS = [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{7*7}}", "{% raise %}", "${7*7}", "'; DROP TABLE feedback;--", "\x00", "\x1b[31m",
    "‮", "\ud800", "%s%n", "../../etc/passwd", "javascript:alert(1)", "&lt;b&gt;", "</textarea>", "\r\nSet-Cookie: a=b", "data:text/html,x", "𝔘𝔫𝔦",
    "Hoeveel vluchtelingen", "wonen", "2017", "🏠", "a" * 300, "{", "}", "<", ">", "'", '"', "`", "\\", "<svg/onload=alert(1)>", "]]>", "<!--",
]  # fmt: skip


async def test_a_thousand_hostile_inputs(client: httpx.AsyncClient) -> None:
    chosen = random.Random(14)
    carried = ""
    for number in range(1000):
        text = "".join(chosen.choice(PARTS) for _ in range(chosen.randint(1, 5)))
        if number % 2:
            page = Seen(await client.post("/", content=_form(vraag=text, gesprek=carried), headers=_FORM))
            assert page.response.status_code == 200
            assert len(page.all("script")) == 1
            assert not page.all("img, svg, b")
            assert not [node for node in page.all("*") if any(name.startswith("on") for name in node.attributes)]
            carried = page.field("gesprek") if page.all('input[name="gesprek"]') else ""
        elif number % 4:
            response = await client.post("/api/ask", content=_json(text), headers={"content-type": "application/json"})
            assert response.status_code in (200, 400)
            assert response.headers["content-type"] == "application/json"
        else:
            response = await client.get("/document/" + _percent(text) + "?van=" + _percent(text))
            assert response.status_code == 404
            assert "set-cookie" not in response.headers


_FORM = {"content-type": "application/x-www-form-urlencoded"}


def _percent(text: str) -> str:
    return "".join(f"%{byte:02x}" for byte in text.encode("utf-8", "surrogatepass"))


def _form(**fields: str) -> bytes:
    return "&".join(f"{name}={_percent(value)}" for name, value in fields.items()).encode()


def _json(text: str) -> bytes:
    import json

    return json.dumps({"question": text}).encode()


async def test_a_form_with_a_file_or_broken_parts_is_an_empty_question(client: httpx.AsyncClient) -> None:
    sent = [
        await client.post("/", files={"vraag": ("x.txt", b"Hoeveel vluchtelingen?")}),
        await client.post("/", content=b"--x\r\nbroken", headers={"content-type": "multipart/form-data; boundary=x"}),
        await client.post("/", content=b"\xff\xfe=%zz&vraag=%ff", headers=_FORM),
        await client.post("/", content="&".join(f"v{n}=1" for n in range(500)).encode(), headers=_FORM),
    ]
    assert [response.status_code for response in sent] == [200] * len(sent)


@given(st.text(max_size=300))
def test_a_seal_is_read_only_as_it_was_made(text: str) -> None:
    seals = Seals(b"k" * 32)
    sealed = seals.seal("gesprek", [text])
    assert text.isprintable() is False or seals.read("gesprek", sealed, 10) == [text]
    assert seals.read("oordeel", sealed, 10) is None
    assert Seals(b"x" * 32).read("gesprek", sealed, 10) is None
    assert seals.read("gesprek", text, 10) is None


def test_a_seal_wears_out() -> None:
    now = [1000.0]
    seals = Seals(b"k" * 32, lambda: now[0])
    sealed = seals.seal("gesprek", "x")
    now[0] += 59
    assert seals.read("gesprek", sealed, 60) == "x"
    now[0] += 2
    assert seals.read("gesprek", sealed, 60) is None


def test_a_sealed_bomb_is_not_unpacked() -> None:
    seals = Seals(b"k" * 32)
    assert seals.read("gesprek", seals.seal("gesprek", "x" * 3_000_000), 60) is None


def test_no_template_turns_escaping_off() -> None:
    for path in (Path(guard.__file__).parent / "templates").glob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", "")
        assert "autoescape" not in text
