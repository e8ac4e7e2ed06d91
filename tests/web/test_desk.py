"""The editor's desk: locked unless opened, safe from other sites, and every change shown, proved and undone."""

import json
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from bot import cli
from bot.errors import KnowledgeError, WebError
from bot.evaluation.question_sets import read_question_set
from bot.knowledge.folder import load_knowledge
from bot.presentation.texts import say
from bot.settings import Secret, Settings
from bot.telegram.state_folder import STORE_NAME, migrate
from bot.watch import KnowledgeSource
from bot.web.app import DeskParts, application
from bot.web.desk.changes import QUESTION_SET, Journal, hint_change, lexicon_change
from bot.web.desk.entrance import TRIES_PER_MINUTE
from bot.web.desk.pages import UPLOAD_PATH
from bot.web.guard import LARGEST_BODY
from tests.knowledge_folders import SOURCE, write_folder
from tests.web.visiting import Seen, ask, visitor

PASSWORD = "een heel lang wachtwoord"
QUESTION = "Wanneer komt de vuilniskar langs?"
AFVAL = "voorbeeldstad-2022/afval/het-afval-wordt-elke-twee"


@pytest.fixture
def knowledge_dir(tmp_path: Path) -> Path:
    """A knowledge folder of one small document."""
    return write_folder(tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a password for editors."""
    return Settings(data_dir=tmp_path / "data", web_questions_per_minute=0, web_editor_password=Secret(PASSWORD))


@pytest.fixture
def app(settings: Settings, knowledge_dir: Path) -> ASGIApp:
    """The pages with the desk, its tools those of the command line."""
    options = cli.Commands("web").parser.parse_args(["web", "--editor", "--knowledge", str(knowledge_dir)])
    source = KnowledgeSource(knowledge_dir, retry_after=0)
    return application(settings, source.load(), source, DeskParts(cli._desk_tools(options, settings), knowledge_dir))


@pytest.fixture
async def editor(app: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    """An editor who is signed in."""
    async with visitor(app) as client:
        await sign_in(client)
        yield client


async def sign_in(client: httpx.AsyncClient, password: str = PASSWORD) -> httpx.Response:
    """What the desk says to a password."""
    page = Seen(await client.get("/redactie"))
    return await client.post("/redactie/inloggen", data={"wachtwoord": password, "zegel": page.field("zegel")})


async def seal(editor: httpx.AsyncClient) -> str:
    """What a form of the desk carries."""
    return Seen(await editor.get("/redactie")).field("zegel")


async def approved(editor: httpx.AsyncClient, path: str, **fields: str) -> tuple[Seen, Seen]:
    """The page with the difference, and that after it was approved."""
    shown = Seen(await editor.post(path, data={"zegel": await seal(editor), **fields}))
    given = {node.attributes["name"] or "": node.attributes["value"] or "" for node in shown.all("main form input[type=hidden]")}
    return shown, Seen(await editor.post(path, data=given))


DESK = ["/redactie", "/redactie/woorden", "/redactie/vragen", "/redactie/document", "/redactie/wijzigingen"]
FORMS = [
    "/redactie/aanwijzing",
    "/redactie/woorden",
    "/redactie/vraag",
    "/redactie/toevoegen",
    "/redactie/ongedaan",
    "/redactie/klaar",
    UPLOAD_PATH,
]


async def test_without_a_desk_there_is_no_desk(settings: Settings, knowledge_dir: Path) -> None:
    async with visitor(application(settings, KnowledgeSource(knowledge_dir).load())) as client:
        assert {(await client.get(path)).status_code for path in DESK} == {404}


def test_the_desk_does_not_open_without_a_lock(settings: Settings, knowledge_dir: Path) -> None:
    source = KnowledgeSource(knowledge_dir)
    options = cli.Commands("web").parser.parse_args(["web", "--editor", "--knowledge", str(knowledge_dir)])
    desk = DeskParts(cli._desk_tools(options, settings), knowledge_dir)
    for open_to_all in (
        settings._replace(web_editor_password=Secret("")),
        settings._replace(web_editor_password=Secret(""), web_editor_header="x-user"),
    ):
        with pytest.raises(WebError):
            application(open_to_all, source.load(), source, desk)


async def test_nothing_is_shown_or_done_for_who_is_not_signed_in(app: ASGIApp, knowledge_dir: Path) -> None:
    async with visitor(app) as client:
        for path in DESK:
            page = Seen(await client.get(path))
            assert page.response.status_code == 401
            assert page.one("h1").text() == say("web", "desk", "sign_in")
        for path in FORMS:
            for cookie in ("", "redactie=x", "redactie="):
                response = await client.post(path, data={"vraag": QUESTION, "passage": AFVAL}, headers={"cookie": cookie} if cookie else {})
                assert response.status_code == 401
    assert not (knowledge_dir / "voorbeeldstad-2022" / "hints.yaml").exists()


async def test_a_password_opens_it_and_guessing_is_slow(app: ASGIApp) -> None:
    async with visitor(app) as client:
        assert (await sign_in(client, "verkeerd")).status_code == 401
        opened = await sign_in(client)
        assert opened.status_code == 303
        cookie = opened.headers["set-cookie"].lower()
        assert all(part in cookie for part in ("httponly", "samesite=strict", "path=/redactie"))
        assert PASSWORD not in cookie
    async with visitor(app) as guesser:
        for _ in range(TRIES_PER_MINUTE):
            await sign_in(guesser, "raden")
        assert (await sign_in(guesser)).status_code == 401


async def test_signing_out_ends_the_session(editor: httpx.AsyncClient) -> None:
    cookie = dict(editor.cookies)
    await editor.post("/redactie/uitloggen", data={"zegel": await seal(editor)})
    editor.cookies.clear()
    assert (await editor.get("/redactie", headers={"cookie": f"redactie={cookie['redactie']}"})).status_code == 401


async def test_a_proxy_may_say_who_the_editor_is_and_nobody_else_may(settings: Settings, knowledge_dir: Path) -> None:
    source = KnowledgeSource(knowledge_dir)
    options = cli.Commands("web").parser.parse_args(["web", "--editor", "--knowledge", str(knowledge_dir)])
    by_proxy = settings._replace(web_editor_password=Secret(""), web_editor_header="x-user", web_proxies=frozenset({"192.0.2.9"}))
    app = application(by_proxy, source.load(), source, DeskParts(cli._desk_tools(options, settings), knowledge_dir))
    async with visitor(app, "192.0.2.9") as proxy, visitor(app, "192.0.2.8") as other:
        assert (await proxy.get("/redactie", headers={"X-User": "redacteur"})).status_code == 200
        assert (await proxy.get("/redactie")).status_code == 401
        assert (await other.get("/redactie", headers={"X-User": "redacteur"})).status_code == 401
        assert (await sign_in(other, "")).status_code == 401


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_of_another_site_changes_nothing(editor: httpx.AsyncClient, knowledge_dir: Path, path: str) -> None:
    good = await seal(editor)
    fields = {"vraag": QUESTION, "passage": AFVAL, "sleutel": "x", "woord": "a", "betekenis": "b", "nummer": "1"}
    for forged, origin in (("", None), ("x.y", None), (good, "https://evil.example"), (good, "null")):
        headers = {"origin": origin} if origin else {}
        response = await editor.post(path, data={**fields, "zegel": forged}, headers=headers)
        assert response.status_code == 403
        assert say("web", "desk", "forged") in response.text
    assert not (knowledge_dir / "voorbeeldstad-2022" / "hints.yaml").exists()
    assert not (knowledge_dir / "lexicon.yaml").exists()


async def test_a_seal_of_another_session_does_not_count(app: ASGIApp, editor: httpx.AsyncClient) -> None:
    async with visitor(app) as other:
        await sign_in(other)
        response = await editor.post("/redactie/klaar", data={"sleutel": "x", "zegel": await seal(other)})
    assert response.status_code == 403


async def test_the_round_trip_of_an_editor(app: ASGIApp, editor: httpx.AsyncClient, settings: Settings, knowledge_dir: Path) -> None:
    """A thumb down in Telegram, a hint, and the question is answered; a test question stands in the set."""
    before = await ask(editor, QUESTION)
    assert "Het afval wordt elke twee weken opgehaald." not in [node.text() for node in before.all("mark")]
    assert settings.data_dir is not None
    with sqlite3.connect(settings.data_dir / STORE_NAME) as db:
        migrate(db)
        said = {
            "question": QUESTION,
            "outcome": "no_answer",
            "verdict": "down",
            "reason": "wrong_passage",
            "passage": "",
            "first": True,
            "highlight": "",
            "kind": "",
        }
        db.execute("INSERT INTO feedback (key, day, data) VALUES ('k1', ?, ?)", (datetime.now(UTC).date().isoformat(), json.dumps(said)))
    db.close()
    desk = Seen(await editor.get("/redactie"))
    assert QUESTION in [node.text() for node in desk.all("h2")]
    passage = next(p for p in load_knowledge(knowledge_dir).passages if "afval" in p.text)
    shown, done = await approved(editor, "/redactie/aanwijzing", vraag=QUESTION, passage=passage.id)
    assert QUESTION in " ".join(node.text() for node in shown.all("ins"))
    assert done.one("h1").text() == say("web", "desk", "made")
    after = await ask(editor, QUESTION)
    assert [node.text() for node in after.all("mark")] == ["Het afval wordt elke twee weken opgehaald."]
    await approved(editor, "/redactie/vraag", vraag=QUESTION, passage=passage.id, sleutel="k1")
    (case,) = read_question_set(settings.data_dir / "redactie" / QUESTION_SET)
    assert (case.question, case.gold) == (QUESTION, ("Het afval wordt elke twee weken opgehaald.",))
    assert say("evaluation", "figures", "answered_right") in Seen(await editor.get("/redactie/vragen")).text
    await editor.post("/redactie/klaar", data={"sleutel": "F-k1", "zegel": await seal(editor)})
    assert QUESTION not in Seen(await editor.get("/redactie")).text
    changes = Seen(await editor.get("/redactie/wijzigingen"))
    assert len(changes.all("main li form")) == 2
    for number in ("2", "1"):
        await editor.post("/redactie/ongedaan", data={"nummer": number, "zegel": await seal(editor)})
    assert not (knowledge_dir / "voorbeeldstad-2022" / "hints.yaml").exists()
    again = await ask(editor, QUESTION)
    assert "Het afval wordt elke twee weken opgehaald." not in [node.text() for node in again.all("mark")]


async def test_nothing_is_written_before_the_difference_is_approved(editor: httpx.AsyncClient, knowledge_dir: Path) -> None:
    passage = load_knowledge(knowledge_dir).passages[0].id
    fields = {"vraag": QUESTION, "passage": passage}
    await editor.post("/redactie/aanwijzing", data={**fields, "zegel": await seal(editor)})
    await editor.post("/redactie/aanwijzing", data={**fields, "akkoord": "0" * 32, "zegel": await seal(editor)})
    assert not (knowledge_dir / "voorbeeldstad-2022" / "hints.yaml").exists()


HINTS = """# Geschreven door de redactie.
{first}:   # de eerste
  keywords: [huizen]   # ook goed
  questions:
    - "Hoeveel huizen komen er?"

{second}:
  sentences:
    - starts: Starters krijgen
      questions: ["Wie mag eerst?"]
"""


def test_a_hint_leaves_all_else_as_it_was(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    first, second, third = (passage.id for passage in load_knowledge(folder).passages)
    path = folder / "voorbeeldstad-2022" / "hints.yaml"
    path.write_text(HINTS.format(first=first.partition("/")[2], second=second.partition("/")[2]), encoding="utf-8")
    before = path.read_text(encoding="utf-8").splitlines()
    for passage in (first, second, third):
        change = hint_change(folder, passage, 'Wat "zegt" men: # over {dit}? \\n')
        path.write_text(change.after, encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    rest = iter(lines)
    assert all(line in rest for line in before), "every line stands there still, in the same order"
    loaded = {passage.id: passage for passage in load_knowledge(folder).passages}
    assert all('Wat "zegt" men: # over {dit}? \\n' in loaded[passage].questions for passage in (first, second, third))


@pytest.mark.parametrize("hints", ["{first}: {{keywords: [huizen]}}\n", '{first}:\n    questions: ["Hoeveel?"]\n'])
def test_a_file_that_can_not_be_changed_line_by_line_is_left_alone(tmp_path: Path, hints: str) -> None:
    folder = write_folder(tmp_path)
    first = load_knowledge(folder).passages[0].id
    (folder / "voorbeeldstad-2022" / "hints.yaml").write_text(hints.format(first=first.partition("/")[2]), encoding="utf-8")
    with pytest.raises((WebError, KnowledgeError)):
        hint_change(folder, first, "Hoeveel huizen?")


@pytest.mark.parametrize(
    "passage", ["../x/y", "niets/hier", "", "/", "..", "voorbeeldstad-2022/../../x", "voorbeeldstad-2022/bestaat-niet"]
)
def test_a_hint_stays_inside_the_knowledge_folder(tmp_path: Path, passage: str) -> None:
    folder = write_folder(tmp_path)
    with pytest.raises((WebError, KnowledgeError)):
        hint_change(folder, passage, "Hoeveel?")


@pytest.mark.parametrize(
    "lexicon",
    [None, "", "# leeg\n", "synonyms:\n  - [a1, b1]\n", "readings:\n  kliko: [afval]\n", "synonyms: # hier\n  # en hier\n  - [a1, b1]\n"],
)
def test_words_come_into_the_lexicon_and_go_again(tmp_path: Path, lexicon: str | None) -> None:
    folder = write_folder(tmp_path, lexicon=lexicon)
    journal = Journal(tmp_path / "data")
    change = lexicon_change(folder, "kliko", 'afval "bak"')
    journal.make(change, "kliko")
    text = (folder / "lexicon.yaml").read_text(encoding="utf-8")
    assert all(line in text for line in (lexicon or "").splitlines())
    assert load_knowledge(folder).lexicon_path
    journal.undo(1)
    assert ((folder / "lexicon.yaml").read_text(encoding="utf-8") if lexicon is not None else None) == lexicon
    with pytest.raises(WebError):
        journal.undo(1)


def test_what_was_changed_since_is_not_undone(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    journal = Journal(tmp_path / "data")
    journal.make(lexicon_change(folder, "kliko", "afval"), "kliko")
    stale = lexicon_change(folder, "grijze bak", "afval")
    (folder / "lexicon.yaml").write_text("synonyms:\n  - [met, hand]\n", encoding="utf-8")
    with pytest.raises(WebError):
        journal.undo(1)
    with pytest.raises(WebError):
        journal.make(stale, "bak")
    assert (folder / "lexicon.yaml").read_text(encoding="utf-8") == "synonyms:\n  - [met, hand]\n"


async def uploaded(editor: httpx.AsyncClient, name: str, content: bytes, **fields: str) -> Seen:
    """The page after a file was uploaded."""
    given = {"zegel": await seal(editor), "titel": "Nota", "uitgever": "Gemeente", "jaar": "2024", **fields}
    return Seen(await editor.post(UPLOAD_PATH, data=given, files={"bestand": (name, content)}))


async def test_a_document_comes_in_by_upload_and_goes_again(editor: httpx.AsyncClient, knowledge_dir: Path) -> None:
    preview = await uploaded(editor, "../../nota parkeren.md", b"# Parkeren\n\nEen vergunning voor parkeren kost 40 euro per jaar.\n")
    assert say("documents", "preview") in preview.text
    assert {path.name for path in knowledge_dir.iterdir()} == {"voorbeeldstad-2022"}
    done = Seen(await editor.post("/redactie/toevoegen", data={"upload": preview.field("upload"), "zegel": preview.field("zegel")}))
    assert done.one("h1").text() == say("web", "desk", "made")
    assert "40 euro" in (await ask(editor, "Wat kost een vergunning voor parkeren?")).one("mark").text()
    assert len(load_knowledge(knowledge_dir).documents) == 2
    await editor.post("/redactie/ongedaan", data={"nummer": "1", "zegel": await seal(editor)})
    assert [document.id for document in load_knowledge(knowledge_dir).documents] == ["voorbeeldstad-2022"]
    assert {path.name for path in knowledge_dir.iterdir()} == {"voorbeeldstad-2022"}


@pytest.mark.parametrize(
    ("name", "content", "fields"),
    [
        ("nota.exe", b"MZ", {}), ("", b"", {}), (".md", b"x", {}), ("nota.pdf", b"%PDF-1.7 broken", {}), ("nota.docx", b"PK\x03\x04", {}),
        ("nota.md", b"", {}), ("nota.md", b"# Kop\n\nTekst die hier staat.\n", {"jaar": "twintig"}), ("nota.md", b"# Kop\n\nTekst.\n", {"soort": "roman"}),
        ("voorbeeldstad-2022.md", SOURCE.encode(), {}),
    ],
)  # fmt: skip
async def test_an_upload_that_is_no_document_is_one_clear_line(
    editor: httpx.AsyncClient, knowledge_dir: Path, name: str, content: bytes, fields: dict[str, str]
) -> None:
    page = await uploaded(editor, name, content, **fields)
    assert page.response.status_code == 400
    assert page.one("h1").text() == say("web", "desk", "failed")
    assert {path.name for path in knowledge_dir.iterdir()} == {"voorbeeldstad-2022"}


async def test_what_is_not_known_of_a_document_is_asked_for_before_it_comes_in(editor: httpx.AsyncClient, knowledge_dir: Path) -> None:
    preview = await uploaded(editor, "nota.md", b"# Kop\n\nTekst die hier staat.\n", jaar="")
    assert preview.response.status_code == 200
    done = Seen(await editor.post("/redactie/toevoegen", data={"upload": preview.field("upload"), "zegel": preview.field("zegel")}))
    assert done.response.status_code == 400
    assert {path.name for path in knowledge_dir.iterdir()} == {"voorbeeldstad-2022"}


async def test_only_an_upload_may_be_large(editor: httpx.AsyncClient) -> None:
    large = b"x" * (LARGEST_BODY * 4)
    assert (await editor.post("/redactie/aanwijzing", content=large)).status_code == 413
    assert (await uploaded(editor, "nota.exe", large)).response.status_code == 400


async def test_what_a_visitor_typed_is_shown_as_text(editor: httpx.AsyncClient) -> None:
    page = await ask(editor, "<script>alert(1)</script> Hoeveel woningen {{ 7*7 }} per jaar?")
    await editor.post("/oordeel", data={"over": page.field("over"), "oordeel": "down"})
    desk = Seen(await editor.get("/redactie"))
    assert not desk.all("main script")
    assert "{{ 7*7 }}" in desk.text
