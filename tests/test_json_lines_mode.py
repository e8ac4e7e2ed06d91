"""`ask --format jsonl`: one object a line, in order, flushed as it goes, whatever comes in."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answering.assistant import Assistant
from bot.jsonl import answer_lines
from tests.answering import questions as some
from tests.conftest import RunBot

REFUGEES = "Hoeveel vluchtelingen mogen er per jaar komen?"
FIELDS = {"id", "question", "outcome", "confidence", "quotes", "message"}
QUOTE_FIELDS = {"text", "highlight", "kind", "passage", "document", "title", "section", "year", "page", "url", "start", "end", "recognised"}


def run(assistant: Assistant, given_bytes: bytes) -> list[Any]:
    """What comes out for these lines."""
    out = io.StringIO()
    answer_lines(assistant, io.BytesIO(given_bytes), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def ask(assistant: Assistant, *items: object) -> list[Any]:
    """What comes out for these objects."""
    return run(assistant, "".join(json.dumps(item) + "\n" for item in items).encode())


def test_the_contract(assistant: Assistant) -> None:
    (made,) = ask(assistant, {"id": "D-001", "question": REFUGEES})
    assert made.keys() >= FIELDS
    assert (made["id"], made["question"], made["outcome"]) == ("D-001", REFUGEES, "answer")
    assert 0 <= made["confidence"] <= 1
    quote = made["quotes"][0]
    assert quote.keys() == QUOTE_FIELDS
    source = assistant.knowledge.documents[0].text
    assert source[quote["start"] : quote["end"]] == quote["text"]
    assert (quote["kind"], quote["year"], quote["section"], quote["page"], quote["url"]) == (
        "agreement",
        2017,
        "Opvang vluchtelingen",
        None,
        None,
    )
    assert quote["passage"].startswith("regeerakkoord-2017/opvang-vluchtelingen/")
    assert quote["recognised"] is False, "it is no scan"


@pytest.mark.parametrize("ident", ["A-1", 7, None, 1.5, True, ["a"], {"b": 1}])
def test_an_id_comes_back_as_it_came(assistant: Assistant, ident: object) -> None:
    assert ask(assistant, {"id": ident, "question": "Hallo"})[0]["id"] == ident


def test_no_sign_that_a_reader_may_take_for_the_end_of_a_line(assistant: Assistant) -> None:
    ident = "a\u2028b\u2029c\u0085d"
    out = io.StringIO()
    answer_lines(assistant, io.BytesIO(json.dumps({"id": ident, "question": ident}).encode()), out)
    (line,) = out.getvalue().splitlines()
    assert json.loads(line)["id"] == ident


def test_order_and_number_are_kept(assistant: Assistant) -> None:
    made = ask(assistant, *({"id": n, "question": f"Wat gebeurt er met het kinderpardon {n}?"} for n in range(50)))
    assert [item["id"] for item in made] == list(range(50))


@pytest.mark.parametrize(
    "line",
    [
        b"geen json",
        b"[1, 2]",
        b'"tekst"',
        b"12",
        b"null",
        b"{",
        b'{"id": NaN, "question": "x"}',
        b'{"id": 1 "question"}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"1" * 10_000,
    ],
)
def test_a_line_that_is_no_object_gives_an_error_and_the_run_goes_on(assistant: Assistant, line: bytes) -> None:
    good = b'{"id": 2, "question": "Hallo"}\n'
    first, second, third = run(assistant, good + line + b"\n" + good)
    assert set(second) == {"error"}
    assert "JSON-object" in second["error"]
    assert first == third
    assert first["id"] == 2


@pytest.mark.parametrize("item", [{"id": 1}, {"id": 1, "question": None}, {"id": 1, "question": 5}, {"id": 1, "vraag": "x"}])
def test_an_object_without_a_question_gives_an_error_with_its_id(assistant: Assistant, item: object) -> None:
    made, good = ask(assistant, item, {"id": 2, "question": "Hallo"})
    assert made == {"id": 1, "error": "'question' ontbreekt of is geen tekst"}
    assert good["id"] == 2


def test_broken_utf_8_is_read_as_well_as_can_be(assistant: Assistant) -> None:
    made = run(assistant, b'{"id": 1, "question": "Hoeveel vluchtelingen mogen er per jaar komen? \xff\xc3"}\n')
    assert made[0]["outcome"] == "answer"


def test_half_a_character_in_a_question_or_id(run_bot: RunBot) -> None:
    done = run_bot("ask", "--format", "jsonl", given=b'{"id": "\\ud800", "question": "Hallo \\udfff"}\n')
    assert done.returncode == 0
    assert done.stderr == b""
    assert json.loads(done.stdout.decode("utf-8"))["question"] == "Hallo"


def test_empty_lines_windows_line_ends_and_a_byte_order_mark(assistant: Assistant) -> None:
    made = run(assistant, b'\xef\xbb\xbf{"id": 1, "question": "Hallo"}\r\n\r\n\n{"id": 2, "question": "Hallo"}')
    assert [item["id"] for item in made] == [1, 2]


def test_turns_of_one_conversation_lean_on_each_other_and_not_on_others(assistant: Assistant) -> None:
    first, second = "Krijgen vluchtelingen huurtoeslag?", "En zorgtoeslag?"
    made = ask(
        assistant,
        {"id": 1, "question": first, "conversation": "a"},
        {"id": 2, "question": "Wordt haatzaaien zwaarder gestraft?", "conversation": "b"},
        {"id": 3, "question": second, "conversation": "a"},
        {"id": 4, "question": second},
    )
    reply, conversation = assistant.reply(first)
    leaning, _ = assistant.reply(second, conversation)
    alone, _ = assistant.reply(second)
    assert made[2]["confidence"] == round(leaning.confidence, 4)
    assert made[3]["confidence"] == round(alone.confidence, 4)
    assert made[2]["quotes"][0]["passage"] == reply.quotes[0].passage.id


@pytest.mark.parametrize("name", [1, None, "", ["a"], {"b": 1}, True])
def test_a_conversation_may_have_any_name(assistant: Assistant, name: object) -> None:
    assert len(ask(assistant, *[{"id": n, "question": "Hallo", "conversation": name} for n in range(2)])) == 2


@given(texts=st.lists(some.questions, max_size=5))
def test_a_line_out_for_every_line_in(assistant: Assistant, texts: list[str]) -> None:
    made = ask(assistant, *({"id": n, "question": text, "conversation": "x"} for n, text in enumerate(texts)))
    assert [item["id"] for item in made] == list(range(len(texts)))
    assert all(item.keys() >= FIELDS for item in made)


@given(
    lines=st.lists(
        st.one_of(st.binary(max_size=60), st.sampled_from([b'{"question": 1}', b"{}", b'{"id": 1, "question": "Hallo"}'])), max_size=6
    )
)
def test_any_bytes_at_all(assistant: Assistant, lines: list[bytes]) -> None:
    given_bytes = b"\n".join(lines)
    made = run(assistant, given_bytes)
    assert len(made) == sum(bool(line.strip()) for line in given_bytes.split(b"\n"))
    assert all("error" in item or "outcome" in item for item in made)


def test_each_line_is_answered_before_the_next_is_sent(tmp_path: Path) -> None:
    """Flushed as it goes: a program may wait for one reply before it sends the next question."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--format", "jsonl"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    )  # fmt: skip
    assert process.stdin
    assert process.stdout
    for n in range(3):
        process.stdin.write(json.dumps({"id": n, "question": "Mag ik twee nationaliteiten hebben?"}).encode() + b"\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == n
    process.stdin.close()
    assert process.stdout.read() == b""
    process.stdout.close()
    assert process.wait(timeout=60) == 0


def test_nothing_in_nothing_out(run_bot: RunBot) -> None:
    done = run_bot("ask", "--format", "jsonl")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
