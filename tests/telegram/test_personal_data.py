"""Numbers that say who someone is: a warning, and they are kept nowhere."""

from pathlib import Path

import pytest

from bot.personal_data import MASK, Personal, is_bsn, is_iban, masked, personal_spans, without_masked
from tests.telegram.api_server import ApiServer
from tests.telegram.conftest import Start
from tests.telegram.running import database


@pytest.mark.parametrize(
    ("text", "what", "part"),
    [
        ("Mijn BSN is 111222333, krijg ik bijstand?", Personal.BSN, "111222333"),
        ("bsn 1112.22.333", Personal.BSN, "1112.22.333"),
        ("burgerservicenummer: 123 456 782", Personal.BSN, "123 456 782"),
        ("Stort het op NL91 ABNA 0417 1643 00 graag", Personal.IBAN, "NL91 ABNA 0417 1643 00"),
        ("nl91abna0417164300", Personal.IBAN, "nl91abna0417164300"),
        ("Mail naar noor.de-vries+werk@gemeente-x.example.nl!", Personal.EMAIL, "noor.de-vries+werk@gemeente-x.example.nl"),
        ("Bel me op 06-12345678.", Personal.PHONE, "06-12345678"),
        ("Bel (020) 624 11 11", Personal.PHONE, "(020) 624 11 11"),
        ("+31 6 1234 5678 is mijn nummer", Personal.PHONE, "+31 6 1234 5678"),
        ("0031612345678", Personal.PHONE, "0031612345678"),
    ],
)
def test_what_is_personal_is_found_and_masked(text: str, what: Personal, part: str) -> None:
    assert [(kind, text[start:end]) for kind, start, end in personal_spans(text)] == [(what, part)]
    hidden, kinds = masked(text)
    assert kinds == {what}
    assert hidden == text.replace(part, MASK * len(part))


@pytest.mark.parametrize(
    "text",
    [
        "Gaat het van 500 naar 750 vluchtelingen per jaar?",
        "Wat staat er in het akkoord van 10 oktober 2017?",
        "Geldt artikel 3.14.159 uit 2017-2021?",
        "Is 111222334 een getal?",
        "Kost het 1.000.000.000 euro in 2020?",
        "Wat zegt @Akkoord_bot over 1F-unit?",
        "Was dat op 01-01-2017 of 20171010?",
        "NL91ABNA0417164301 klopt niet",
    ],
)
def test_what_is_not_personal_is_left_alone(text: str) -> None:
    assert masked(text) == (text, frozenset())


def test_the_tests_of_the_numbers() -> None:
    assert is_bsn("111222333")
    assert not is_bsn("111222334")
    assert not is_bsn("000000000")
    assert is_iban("NL91ABNA0417164300")
    assert not is_iban("NL91ABNA0417164301")


async def test_the_answer_comes_with_a_warning_and_nothing_is_kept(server: ApiServer, start: Start, tmp_path: Path) -> None:
    question = "Mijn BSN is 111222333 en mijn mail noor@example.nl. Wat gebeurt er met het kinderpardon?"
    async with start() as service:
        reply = await server.reply_to(server.write(question))
        assert "burgerservicenummer" in reply["text"]
        assert "e-mailadres" in reply["text"]
        assert "Het kinderpardon blijft" in reply["text"]
        server.press(reply, "up:0")
        await server.until(lambda: bool(server.done("answerCallbackQuery")))
        await server.reply_to(server.write("/over"))
        assert database(service).execute("SELECT count(*) FROM conversations").fetchone() == (0,)
        files = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    files += b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert "111222333" not in reply["text"]
    for secret in (b"111222333", b"noor@example.nl"):
        assert secret not in files


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Mijn BSN is 111222333, krijg ik kwijtschelding?", "krijg ik kwijtschelding?"),
        ("Krijg ik kwijtschelding? mijn bsn: 111222333", "Krijg ik kwijtschelding?"),
        ("Mijn BSN is 111222333 en mijn mail noor@example.nl. Wat kost parkeren?", "Wat kost parkeren?"),
        ("Wat kost een paspoort? Bel mij op 06-12345678", "Wat kost een paspoort?"),
        ("Mail me op noor@example.nl wat een paspoort kost", "wat een paspoort kost"),
        ("Mijn rekeningnummer is NL91ABNA0417164300. Wanneer komt het geld?", "Wanneer komt het geld?"),
        ("111222333", ""),
        ("Wat is het telefoonnummer van de balie?", "Wat is het telefoonnummer van de balie?"),
        ("Waarvoor gebruikt de gemeente mijn BSN?", "Waarvoor gebruikt de gemeente mijn BSN?"),
    ],
)
def test_what_only_announces_a_number_asks_nothing(text: str, asked: str) -> None:
    assert without_masked(masked(text)[0]) == asked


async def test_a_number_that_is_told_beside_a_question_is_not_what_is_asked(server: ApiServer, start: Start) -> None:
    async with start():
        reply = await server.reply_to(server.write("Mijn BSN is 111222333, blijft het kinderpardon bestaan?"))
        assert "kinderpardon blijft" in reply["text"]
        alone = await server.reply_to(server.write("111222333"))
    assert "Ik zie geen vraag" in alone["text"]


def test_a_long_word_takes_no_longer_than_reading_it() -> None:
    """Time that grows with the square of the length would not end here."""
    assert personal_spans("a" * 300_000 + " " + "b.c-" * 100_000) == []
    assert without_masked("mail " * 100_000).startswith("mail")
