"""The API as an OpenAPI document (https://spec.openapis.org/oas/v3.1.1): what other programs may rely on."""

from collections.abc import Mapping
from typing import Any

from bot import __version__
from bot.answering.reply import Reason
from bot.knowledge.model import Kind
from bot.web.seals import LONGEST


def _json(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _answer(description: str, schema: str) -> dict[str, Any]:
    return {"description": description, "content": _json(_named(schema))}


def _named(schema: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{schema}"}


def _record(properties: Mapping[str, Any], optional: frozenset[str] = frozenset()) -> dict[str, Any]:
    return {"type": "object", "properties": dict(properties), "required": [name for name in properties if name not in optional]}


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_TEXT_OR_NONE, _NUMBER_OR_NONE = {"type": ["string", "null"]}, {"type": ["integer", "null"]}
_OUTCOME = {"type": "string", "enum": ["answer", "no_answer"]}
_QUOTES = {"type": "array", "items": _named("Quote")}

_SCHEMAS: Mapping[str, Any] = {
    "Question": {
        **_record(
            {
                "id": {"type": ["string", "null"], "maxLength": 200, "description": "Given back as it came."},
                "question": {"type": "string", "description": "In Dutch. What is no question gets a reply too."},
                "conversation": {
                    "type": ["string", "null"],
                    "maxLength": LONGEST,
                    "description": "What the reply before gave back under this name; without it the question stands alone.",
                },
            },
            frozenset({"id", "conversation"}),
        ),
        "additionalProperties": False,
    },
    "Quote": _record(
        {
            "text": {**_TEXT, "description": "The passage, to the letter."},
            "highlight": {**_TEXT, "description": "The answering sentence or sentences, to the letter."},
            "kind": {"type": "string", "enum": [kind.value for kind in Kind]},
            "passage": _TEXT,
            "document": _TEXT,
            "title": _TEXT,
            "section": _TEXT,
            "year": _NUMBER,
            "page": _NUMBER_OR_NONE,
            "recognised": {"type": "boolean", "description": "The text was recognised in a scan and may hold errors."},
            "url": _TEXT_OR_NONE,
            "start": {**_NUMBER, "description": "Characters in the document's source text."},
            "end": _NUMBER,
        }
    ),
    "Reply": _record(
        {
            "id": _TEXT_OR_NONE,
            "question": _TEXT,
            "outcome": _OUTCOME,
            "confidence": {"type": "number", "minimum": 0, "maximum": 1},
            "reason": {"type": "string", "enum": [reason.value for reason in Reason]},
            "route": {**_TEXT_OR_NONE, "description": "The kind of message that gets a fixed reply, or null."},
            "quotes": _QUOTES,
            "parts": {
                "type": "array",
                "description": "One for each question, where one message held several.",
                "items": _record({"question": _TEXT, "outcome": _OUTCOME, "quotes": _QUOTES, "reason": _TEXT}),
            },
            "message": {**_TEXT, "description": "The whole reply as plain text."},
            "conversation": {**_TEXT, "description": "To be sent along with the next question of the same conversation."},
        },
        frozenset({"route", "parts"}),
    ),
    "Document": _record(
        {
            "id": _TEXT, "title": _TEXT, "publisher": _TEXT, "year": _NUMBER, "url": _TEXT_OR_NONE, "sections": _NUMBER, "passages": _NUMBER,
            "pages": _NUMBER_OR_NONE,
        }
    ),
    "Documents": _record({"documents": {"type": "array", "items": _named("Document")}}),
    "Error": _record({"error": {**_TEXT, "description": "What is wrong, in Dutch."}}),
}  # fmt: skip

_ASK_ERRORS = {
    "400": "The body does not have this form.",
    "409": "The conversation is not known, or too long ago: begin anew without it.",
    "413": "The body is too large.",
    "415": "The body is not said to be JSON.",
    "429": "Too many questions in a minute.",
    "503": "Too many questions are waiting.",
}

DOCUMENT: Mapping[str, Any] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Akkoordwijzer",
        "version": __version__,
        "summary": "Answers Dutch questions from policy documents with the passage itself, or stays silent.",
        "license": {"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
    },
    "servers": [{"url": "/"}],
    "paths": {
        "/api/ask": {
            "post": {
                "operationId": "ask",
                "summary": "Ask one question",
                "requestBody": {"required": True, "content": _json(_named("Question"))},
                "responses": {
                    "200": _answer("The reply: an answer with its quotes, or silence with the reason.", "Reply"),
                    **{status: _answer(why, "Error") for status, why in _ASK_ERRORS.items()},
                },
            }
        },
        "/api/documents": {
            "get": {
                "operationId": "documents",
                "summary": "The documents that answers come from",
                "responses": {"200": _answer("All documents.", "Documents")},
            }
        },
    },
    "components": {"schemas": _SCHEMAS},
}
"""The whole document, as it is served."""
