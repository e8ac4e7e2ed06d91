"""One reply as JSON: the contract's fields, and what they hold."""

import json

from bot.answering.reply import Reason
from bot.presentation.json_lines import reply_object
from bot.presentation.text import render_text
from tests.presentation.replies import DOCUMENT, TEXT, answer, passage, quote, silence, with_pages


def test_an_answer_has_the_fields_of_the_contract() -> None:
    made = reply_object("A-1", answer(), ("Wonen",))
    assert {**made, "reason": "", "message": ""} == {
        "id": "A-1",
        "question": "Vraag?",
        "outcome": "answer",
        "confidence": 0.9,
        "reason": "",
        "route": None,
        "quotes": [
            {
                "text": TEXT,
                "highlight": "De tweede zin\nantwoordt.",
                "kind": "agreement",
                "passage": "akkoord/wonen/eerste-zin-0000",
                "document": "akkoord",
                "title": "Akkoord",
                "section": "Wonen",
                "year": 2022,
                "page": None,
                "recognised": False,
                "url": None,
                "start": 0,
                "end": len(TEXT),
            }
        ],
        "message": "",
    }
    assert made["message"] == render_text(answer(), ("Wonen",))
    assert made["reason"] == "answered"


def test_start_and_end_are_places_in_the_source() -> None:
    made = reply_object("1", answer(), ())["quotes"][0]
    assert DOCUMENT.text[made["start"] : made["end"]] == made["text"]
    assert made["highlight"] in made["text"]


def test_page_and_address_where_there_are() -> None:
    made = reply_object("1", answer(quote(passage(document=with_pages("https://voorbeeld.nl/a.pdf")))), ())["quotes"][0]
    assert (made["page"], made["url"]) == (3, "https://voorbeeld.nl/a.pdf#page=3")


def test_a_fixed_reply_names_its_route() -> None:
    made = reply_object(1, silence(Reason.DANGER), ("Wonen",))
    assert (made["route"], made["outcome"], made["quotes"]) == ("danger", "no_answer", [])
    assert "Wonen" not in made["message"]


def test_each_question_of_a_message_is_a_part() -> None:
    both = answer()._replace(parts=(answer(), silence(Reason.NO_AMOUNT)))
    made = reply_object(1, both, ())
    assert [(part["outcome"], part["reason"], len(part["quotes"])) for part in made["parts"]] == [
        ("answer", "answered", 1),
        ("no_answer", "no_amount", 0),
    ]
    assert made["quotes"] == made["parts"][0]["quotes"]


def test_one_sentence_that_answers_two_questions_is_the_quote_of_both() -> None:
    one = answer()
    both = one._replace(parts=(one._replace(question="Een?"), one._replace(question="Twee?")))
    made = reply_object(1, both, ())
    assert made["quotes"] == [quote for part in made["parts"] for quote in part["quotes"]]
    assert len(made["quotes"]) == 2


def test_under_silence_stands_the_passage_that_is_shown_and_no_other() -> None:
    near = silence(Reason.NO_AMOUNT, "", quote(), quote(passage(section="Afval")))
    made = reply_object(1, near, ())
    (shown,) = made["quotes"]
    assert shown["section"] == "Wonen"
    assert "Wonen" in made["message"]
    assert "Afval" not in made["message"]


def test_silence() -> None:
    made = reply_object(7, silence(Reason.NOTHING), ())
    assert (made["id"], made["outcome"], made["reason"], made["quotes"]) == (7, "no_answer", "nothing", [])
    assert json.loads(json.dumps(made)) == made
