"""On the development questions, where they are at hand: every quote to the letter, and the kind of text never mixed up."""

import json

import pytest

from bot.answering.assistant import Assistant
from bot.answering.reply import Reply
from tests.paths import shared

KINDS = {"regeerakkoord": "agreement", "toelichting": "explanation", "blog": "commentary"}


def folded(text: str) -> str:
    """White space folded."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def replies(assistant: Assistant) -> list[tuple[dict[str, object], Reply]]:
    """Each development question with its reply."""
    lines = shared("questions/dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [(item, assistant.reply(item["vraag"])[0]) for item in map(json.loads, lines)]


def test_every_quote_stands_in_the_received_text(replies: list[tuple[dict[str, object], Reply]]) -> None:
    received = folded(shared("source/kis-regeerakkoord-2017.txt").read_text(encoding="utf-8"))
    for _, reply in replies:
        for quote in reply.quotes:
            assert folded(quote.highlight_text) in folded(quote.text)
            assert folded(quote.text) in received


def test_the_kind_is_right_where_the_answer_is(replies: list[tuple[dict[str, object], Reply]]) -> None:
    right = wrong = 0
    for item, reply in replies:
        gold = item["gold"]
        assert isinstance(gold, list)
        if reply.quotes and any(folded(g) in folded(reply.quotes[0].text) for g in gold):
            same = KINDS[str(item["soort"])] == reply.quotes[0].kind.value
            right, wrong = right + same, wrong + (not same)
    assert right >= 0.97 * (right + wrong)
    assert right > 80
