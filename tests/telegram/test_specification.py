"""The judge of calls knows a wrong one when it sees it."""

from typing import Any

import pytest

from tests.telegram import specification

pytestmark = pytest.mark.skipif(not specification.present(), reason=f"{specification.PATH} is not here")

GOOD: dict[str, Any] = {"chat_id": 5, "text": "<b>goed</b>", "parse_mode": "HTML"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"chat_id": 5},
        {**GOOD, "zomaar": 1},
        {**GOOD, "text": "a" * 4097},
        {**GOOD, "text": "😀" * 2049},
        {**GOOD, "text": "<b>open"},
        {**GOOD, "text": "<p>geen</p>"},
        {**GOOD, "text": "1 < 2"},
        {**GOOD, "text": "<blockquote>a<blockquote>b</blockquote></blockquote>"},
        {**GOOD, "text": "<b> </b>"},
        {**GOOD, "reply_parameters": {"message_id": "4"}},
        {**GOOD, "reply_parameters": {"message_id": 4, "anders": True}},
        {**GOOD, "link_preview_options": True},
        {**GOOD, "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "x" * 65}]]}},
        {**GOOD, "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
        {**GOOD, "reply_markup": {"inline_keyboard": [[]]}},
    ],
)
def test_a_wrong_message_is_seen(wrong: dict[str, Any]) -> None:
    assert specification.violations("sendMessage", GOOD) == []
    assert specification.violations("sendMessage", wrong)


def test_other_wrong_calls_are_seen() -> None:
    assert specification.violations("sendMesage", GOOD)
    assert specification.violations("answerCallbackQuery", {"callback_query_id": "1", "text": "a" * 201})
    content = {"message_text": "a", "parse_mode": "HTML"}
    result = {"type": "article", "id": "1", "title": "t", "input_message_content": content}
    assert specification.violations("answerInlineQuery", {"inline_query_id": "1", "results": [result]}) == []
    assert specification.violations("answerInlineQuery", {"inline_query_id": "1", "results": [result, result]})
    assert specification.violations("answerInlineQuery", {"inline_query_id": "1", "results": [{**result, "id": "x" * 65}]})
    assert specification.violations("answerInlineQuery", {"inline_query_id": "1", "results": [{**result, "nieuw": 1}]})
