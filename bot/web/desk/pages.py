"""The pages of the desk: judgements, hints, words, test questions, documents, and what was changed."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from bot.answering.reply import Outcome
from bot.errors import AkkoordwijzerError, WebError
from bot.ingest.add import AddSummary, Metadata, add
from bot.ingest.formats import ENDINGS
from bot.knowledge.model import Kind
from bot.presentation.texts import say, told
from bot.settings import data_folder
from bot.watch import KnowledgeSource
from bot.web.desk.changes import QUESTION_SET, Change, Journal, hint_change, lexicon_change, question_change
from bot.web.desk.entrance import COOKIE, Entrance
from bot.web.desk.tools import Tools
from bot.web.rendering import ShownQuote, marked_in, shown_quote
from bot.web.site import Site, form_of, text_of
from bot.web.store import Judgement

LARGEST_UPLOAD = 60 * 1024 * 1024
SHOWN = 100
"""Judgements on one page."""

UPLOAD_PATH = "/redactie/document"


Handler = Callable[[Request, str], Awaitable[Response]]
Work = Callable[[Request, str, FormData], Awaitable[Response]]


class Desk:
    """Handlers of the desk.

    Args:
        site: what all pages share.
        tools: what the desk asks of elsewhere.
        knowledge_dir: where it writes.
        source: loads what was written.

    Raises:
        WebError: there is no lock.
    """

    def __init__(self, site: Site, tools: Tools, knowledge_dir: Path, source: KnowledgeSource) -> None:
        self._site, self._tools, self._knowledge, self._source = site, tools, knowledge_dir, source
        self._entrance = Entrance(site.settings, site.seals)
        self._data = data_folder(site.settings)
        self._journal = Journal(self._data)
        self._writing = asyncio.Lock()
        self._uploads = Path(tempfile.mkdtemp(prefix="akkoordwijzer-uploads-"))

    def close(self) -> None:
        """Take away what was uploaded and not added."""
        shutil.rmtree(self._uploads, ignore_errors=True)

    def routes(self) -> list[BaseRoute]:
        """Every address of the desk."""
        shown = {
            "": self._judgements,
            "/woorden": self._words,
            "/vragen": self._questions,
            "/document": self._upload_form,
            "/wijzigingen": self._done,
        }
        filled = {"/aanwijzing": self._hint, "/woorden": self._word, "/vraag": self._question, "/toevoegen": self._add, "/ongedaan": self._undo,
                  "/klaar": self._settled, "/uitloggen": self._sign_out}  # fmt: skip
        return [
            Route("/redactie/inloggen", self._sign_in, methods=["POST"]),
            *(Route(f"/redactie{path}", self._for_editors(handler), methods=["GET"]) for path, handler in shown.items()),
            *(Route(f"/redactie{path}", self._by_form(work), methods=["POST"]) for path, work in filled.items()),
            Route(UPLOAD_PATH, self._by_form(self._upload, files=1), methods=["POST"]),
        ]

    def _for_editors(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def open_to_editors(request: Request) -> Response:
            session = self._entrance.session(request)
            return await handler(request, session) if session else self._closed(request)

        return open_to_editors

    def _by_form(self, work: Work, files: int = 0) -> Callable[[Request], Awaitable[Response]]:
        """Work that changes something: only for who is signed in, by a form of the desk itself."""

        async def by_form(request: Request) -> Response:
            session = self._entrance.session(request)
            if not session:
                return self._closed(request)
            async with request.form(max_files=files, max_fields=20) as form:
                if not self._entrance.is_ours(request, session, text_of(form, "zegel")):
                    return self._page(
                        request, session, "notice", 403, heading=say("web", "desk", "forged_heading"), text=say("web", "desk", "forged")
                    )
                try:
                    return await work(request, session, form)
                except AkkoordwijzerError as error:
                    return self._page(request, session, "notice", 400, heading=say("web", "desk", "failed"), text=told(error))

        return by_form

    def _closed(self, request: Request) -> Response:
        return self._site.pages.page(request, "desk_sign_in", status=401, seal=self._entrance.form_seal(""), wrong=False)

    def _page(self, request: Request, session: str, name: str, status: int = 200, **values: Any) -> Response:
        return self._site.pages.page(request, name, status=status, seal=self._entrance.form_seal(session), signed_in=True, **values)

    async def _sign_in(self, request: Request) -> Response:
        form = await form_of(request)
        if not self._entrance.is_ours(request, "", text_of(form, "zegel")):
            return self._closed(request)
        session = await asyncio.to_thread(self._entrance.try_password, text_of(form, "wachtwoord"))
        if not session:
            return self._site.pages.page(request, "desk_sign_in", status=401, seal=self._entrance.form_seal(""), wrong=True)
        response = RedirectResponse("/redactie", 303)
        self._entrance.let_in(request, response, session)
        return response

    async def _sign_out(self, request: Request, session: str, form: FormData) -> Response:
        self._entrance.sign_out(session)
        response = RedirectResponse("/", 303)
        response.delete_cookie(COOKIE, path="/redactie")
        return response

    async def _judgements(self, request: Request, session: str) -> Response:
        """What people said was not right, the newest first."""
        settled = await asyncio.to_thread(self._settled_keys)
        of_web = await asyncio.to_thread(self._site.store.all)
        others = await asyncio.to_thread(lambda: list(self._tools.judgements()))
        wrong = [item for item in [*of_web, *others] if item[2].verdict == "down" and item[0] not in settled]
        wrong.sort(key=lambda item: item[1], reverse=True)
        shown = [await self._case(key, day, judgement) for key, day, judgement in wrong[:SHOWN]]
        return self._page(request, session, "desk", cases=shown, count=len(wrong))

    async def _case(self, key: str, day: str, judgement: Judgement) -> dict[str, Any]:
        """A judgement with the passages that may be the right one: those that its question finds now."""

        def looked_up(assistant: Any) -> tuple[str, list[tuple[str, ShownQuote]]]:
            reply, _ = assistant.reply(judgement.question)
            return reply.outcome.value, [(quote.passage.id, shown_quote(quote)) for quote in reply.quotes]

        outcome, quotes = await self._site.answers.ask(looked_up)
        return {"key": key, "day": day, "judgement": judgement, "answered": outcome == Outcome.ANSWER.value, "quotes": quotes}

    async def _hint(self, request: Request, session: str, form: FormData) -> Response:
        """Make a question a hint of a passage, named by its id, its link or one of those shown."""
        question, named = text_of(form, "vraag"), text_of(form, "passage").strip()
        code = named.partition("/passage/")[2].partition("?")[0].partition("#")[0] or named
        passage = await self._site.answers.ask(lambda assistant: assistant.knowledge.passage(named) or assistant.knowledge.coded(code))
        if passage is None:
            raise WebError("web.no_passage")
        change = await asyncio.to_thread(hint_change, self._knowledge, passage.id, question)
        return await self._confirmed(request, session, form, change, say("web", "desk", "hint_for", question=question))

    async def _word(self, request: Request, session: str, form: FormData) -> Response:
        first, second = text_of(form, "woord"), text_of(form, "betekenis")
        change = await asyncio.to_thread(lexicon_change, self._knowledge, first, second)
        return await self._confirmed(request, session, form, change, say("web", "desk", "word_for", word=first, meaning=second))

    async def _question(self, request: Request, session: str, form: FormData) -> Response:
        """Make a judged question one of the editor's question set; with a passage: what is marked there answers it."""
        named, question = text_of(form, "passage"), text_of(form, "vraag")
        gold = ""
        if named:
            passage = await self._site.answers.ask(lambda assistant: assistant.knowledge.passage(named))
            if passage is None:
                raise WebError("web.no_passage")
            gold = marked_in(passage, text_of(form, "van"), text_of(form, "tot")).highlight_text
        change = await asyncio.to_thread(question_change, self._data, text_of(form, "sleutel")[:80], question, gold)
        return await self._confirmed(request, session, form, change, say("web", "desk", "question_for", question=question))

    async def _confirmed(self, request: Request, session: str, form: FormData, change: Change, what: str) -> Response:
        """Show a change; make it where exactly this one was approved."""
        if text_of(form, "akkoord") != change.digest:
            fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str) and name not in ("zegel", "akkoord")]
            return self._page(request, session, "desk_change", what=what, change=change, fields=fields)
        async with self._writing:
            await asyncio.to_thread(self._journal.make, change, what)
            await self._site.answers.look(self._source)
        return self._page(request, session, "notice", heading=say("web", "desk", "made"), text=what)

    async def _settled(self, request: Request, session: str, form: FormData) -> Response:
        """Take a judgement from the list; it stays in the question set or hints that were made of it."""
        key = text_of(form, "sleutel")
        async with self._writing:
            await asyncio.to_thread(self._settle, key)
        return RedirectResponse("/redactie", 303)

    def _settle(self, key: str) -> None:
        path = self._data / "redactie" / "klaar.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write("".join(key.split())[:80] + "\n")

    def _settled_keys(self) -> frozenset[str]:
        path = self._data / "redactie" / "klaar.txt"
        return frozenset(path.read_text(encoding="utf-8").split()) if path.is_file() else frozenset()

    async def _words(self, request: Request, session: str) -> Response:
        """Words of a document that the lexicon does not know."""
        documents = self._site.answers.current.knowledge.documents
        ident = request.query_params.get("document", documents[0].id if documents else "")
        if ident not in {document.id for document in documents}:
            raise HTTPException(404)
        lines = await asyncio.to_thread(lambda: list(self._tools.suggestions(ident)))
        return self._page(request, session, "desk_words", documents=documents, chosen=ident, lines=lines)

    async def _questions(self, request: Request, session: str) -> Response:
        """How well the editor's own questions are answered."""
        path = self._data / "redactie" / QUESTION_SET
        lines = await asyncio.to_thread(lambda: list(self._tools.measured(path))) if path.is_file() else []
        return self._page(request, session, "desk_questions", lines=lines, file=str(path))

    async def _upload_form(self, request: Request, session: str) -> Response:
        return self._page(request, session, "desk_upload", kinds=[kind.value for kind in Kind], most=LARGEST_UPLOAD // 1024**2)

    async def _upload(self, request: Request, session: str, form: FormData) -> Response:
        """Take a file in, and show what it would become."""
        file = form.get("bestand")
        name = Path(file.filename or "").name if isinstance(file, UploadFile) else ""
        if not isinstance(file, UploadFile) or Path(name).suffix.lower() not in ENDINGS or name.startswith("."):
            raise WebError("web.no_file", endings=", ".join(sorted(ENDINGS)))
        folder = Path(await asyncio.to_thread(tempfile.mkdtemp, dir=self._uploads))
        path = folder / name
        with path.open("wb") as out:
            await asyncio.to_thread(shutil.copyfileobj, file.file, out)
        given = [text_of(form, field) for field in ("titel", "uitgever", "jaar", "adres", "soort")]
        lines = await asyncio.to_thread(self._added, path, given, True)
        upload = self._site.seals.seal("upload", [str(path.relative_to(self._uploads)), given])
        return self._page(request, session, "desk_preview", lines=lines, upload=upload)

    async def _add(self, request: Request, session: str, form: FormData) -> Response:
        """Bring in a file whose preview was seen."""
        value = self._site.seals.read("upload", text_of(form, "upload"), 3600)
        path = self._uploads / value[0] if value else None
        if value is None or path is None or not path.is_file():
            raise WebError("web.upload_gone")
        async with self._writing:
            lines = await asyncio.to_thread(self._added, path, value[1], False)
            await self._site.answers.look(self._source)
        await asyncio.to_thread(shutil.rmtree, path.parent)
        return self._page(request, session, "notice", heading=say("web", "desk", "made"), text=" ".join(lines))

    def _added(self, path: Path, given: list[str], dry_run: bool) -> list[str]:
        title, publisher, year, url, kind = (" ".join(text.split()) or None for text in given)
        if year is not None and not (year.isascii() and year.isdigit() and len(year) == 4):
            raise WebError("web.year")
        if kind is not None and kind not in {known.value for known in Kind}:
            raise WebError("web.kind")
        metadata = Metadata(title, publisher, int(year) if year else None, url, Kind(kind) if kind else None)
        summaries: list[AddSummary] = []

        def work() -> None:
            summaries.append(
                add(path, self._knowledge, metadata, dry_run=dry_run, keep_original=True)
            )  # fmt: skip

        if dry_run:
            work()
        else:
            target = self._knowledge / add(path, self._knowledge, metadata, dry_run=True).document_id
            self._journal.make_folder(target, say("web", "desk", "document_for", document=target.name), work)
        return list(self._tools.told(summaries[0]))

    async def _done(self, request: Request, session: str) -> Response:
        """What was changed, each with a press that undoes it."""
        return self._page(request, session, "desk_done", changes=await asyncio.to_thread(self._journal.all))

    async def _undo(self, request: Request, session: str, form: FormData) -> Response:
        number = text_of(form, "nummer")
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            raise WebError("web.nothing_to_undo")
        async with self._writing:
            await asyncio.to_thread(self._journal.undo, int(number))
            await self._site.answers.look(self._source)
        return RedirectResponse("/redactie/wijzigingen", 303)
