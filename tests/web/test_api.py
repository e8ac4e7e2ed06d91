"""The JSON API keeps to its OpenAPI document, and gives the object that `ask --format jsonl` gives."""

import json
from typing import Any

import httpx
import jsonschema
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from starlette.types import ASGIApp

from bot.answering.assistant import Assistant
from bot.presentation.json_lines import reply_object
from bot.presentation.texts import say
from bot.settings import Settings
from bot.web.app import application
from bot.web.openapi import DOCUMENT
from tests.web.visiting import QUESTION, visitor


def checked(schema: str, value: object) -> None:
    """Hold a value to a schema of the OpenAPI document (its schemas are JSON Schema 2020-12)."""
    jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}).validate(value)


async def test_a_reply_is_the_object_of_ask(client: httpx.AsyncClient, assistant: Assistant) -> None:
    response = await client.post("/api/ask", json={"id": "7", "question": QUESTION})
    replied = response.json()
    checked("Reply", replied)
    replied.pop("conversation")
    assert replied == reply_object("7", assistant.reply(QUESTION)[0], assistant.themes())


@pytest.mark.parametrize(
    "question",
    ["", "Hallo", "Waar staat dat over wonen? En hoeveel vluchtelingen mogen er komen?", "Vat het akkoord samen", "🏠", "x" * 3000],
)
async def test_every_kind_of_reply_has_its_form(client: httpx.AsyncClient, question: str) -> None:
    checked("Reply", (await client.post("/api/ask", json={"question": question})).json())


async def test_a_follow_up_leans_on_the_turn_that_is_sent_along(client: httpx.AsyncClient, assistant: Assistant) -> None:
    first = (await client.post("/api/ask", json={"question": QUESTION})).json()
    second = (await client.post("/api/ask", json={"question": "En met Turkije?", "conversation": first["conversation"]})).json()
    _, conversation = assistant.reply(QUESTION)
    assert second["message"] == reply_object(None, assistant.reply("En met Turkije?", conversation)[0], assistant.themes())["message"]


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ("", "no_object"), ("[]", "no_object"), ("{", "no_object"), ("null", "no_object"), ('{"question": NaN}', "no_object"), ("[" * 100_000, "no_object"),
        ("{}", "no_question"), ('{"question": 7}', "no_question"), ('{"question": null}', "no_question"),
        ('{"question": "a", "vraag": "b"}', "unknown_field"), ('{"question": "a", "id": 7}', "wrong_id"),
        ('{"question": "a", "conversation": 7}', "wrong_conversation"),
        ('{"question": "\\ud800"}', "no_text"),
    ],
)  # fmt: skip
async def test_what_is_no_question_is_told_so(client: httpx.AsyncClient, body: str, key: str) -> None:
    response = await client.post("/api/ask", content=body.encode(), headers={"content-type": "application/json"})
    if len(body) > 65536:
        assert response.status_code == 413
        return
    assert response.status_code == 400
    assert response.json() == {"error": say("web", "api_errors", key)}
    checked("Error", response.json())


async def test_a_conversation_of_nobody_is_told_so(client: httpx.AsyncClient) -> None:
    response = await client.post("/api/ask", json={"question": QUESTION, "conversation": "niets"})
    assert response.status_code == 409
    checked("Error", response.json())


async def test_a_form_of_another_site_can_not_ask(client: httpx.AsyncClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        response = await client.post("/api/ask", content=json.dumps({"question": QUESTION}).encode(), headers={"content-type": kind})
        assert response.status_code == 415


async def test_documents_are_listed(client: httpx.AsyncClient, assistant: Assistant) -> None:
    listed = (await client.get("/api/documents")).json()
    checked("Documents", listed)
    assert [item["id"] for item in listed["documents"]] == [document.id for document in assistant.knowledge.documents]


async def test_other_sites_may_read_it_only_where_they_are_named(settings: Settings, assistant: Assistant) -> None:
    named = "https://www.example.org"
    asked = {"Origin": named, "Access-Control-Request-Method": "POST"}
    async with visitor(application(settings, assistant)) as closed:
        for response in (await closed.options("/api/ask", headers=asked), await closed.get("/api/documents", headers={"Origin": named})):
            assert not [name for name in response.headers if name.startswith("access-control")]
    async with visitor(application(settings._replace(web_origins=frozenset({named})), assistant)) as opened:
        assert (await opened.options("/api/ask", headers=asked)).headers["access-control-allow-origin"] == named
        assert (await opened.get("/api/documents", headers={"Origin": named})).headers["access-control-allow-origin"] == named
        for other in ("https://example.org", "https://www.example.org.evil.example", "null"):
            response = await opened.get("/api/documents", headers={"Origin": other})
            assert "access-control-allow-origin" not in response.headers
        # The pages themselves are for no other site.
        assert "access-control-allow-origin" not in (await opened.get("/", headers={"Origin": named})).headers


async def test_the_openapi_document_is_served_and_names_every_address(client: httpx.AsyncClient) -> None:
    served = (await client.get("/api/openapi.json")).json()
    assert served == json.loads(json.dumps(DOCUMENT))
    assert served["openapi"].startswith("3.1")
    for path, operations in served["paths"].items():
        for method in operations:
            assert (await client.request(method, path)).status_code not in (404, 405)


def test_schemathesis_finds_nothing(app: ASGIApp) -> None:
    """Made-up requests, of the form that the OpenAPI document names and of others: every answer keeps to it."""
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed (the group 'dev')")
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app)
    asked = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @given(case=operation.as_strategy())
        @hypothesis_settings(max_examples=60, suppress_health_check=list(HealthCheck))
        def keeps_to_it(case: Any) -> None:
            case.call_and_validate()

        keeps_to_it()
        asked.append(operation.label)
    assert asked == ["POST /api/ask", "GET /api/documents"]
