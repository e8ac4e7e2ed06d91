"""What /privacy says, sentence by sentence. Of the sentence on a shared database: tests/state/test_privacy.py."""

import json
import re
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.presentation.texts import texts
from bot.telegram.limits import WINDOW, QuestionLimit
from bot.telegram.memory import ANSWERS_RETENTION, CONVERSATION_RETENTION, FEEDBACK_RETENTION
from bot.telegram.pages import privacy
from tests.telegram.api_server import ApiServer, buttons
from tests.telegram.conftest import Start
from tests.telegram.running import database, settings_for

QUESTION = "Wat gebeurt er met het kinderpardon?"
OTHER = "Hoeveel vluchtelingen mogen er per jaar komen?"
GROUP: dict[str, Any] = {"id": -1001, "type": "supergroup", "title": "Raad"}
NUMBER = 987654321
SOMEONE = {"id": NUMBER, "is_bot": False, "first_name": "Zeldzame Voornaam", "last_name": "Zeldzaamheid", "username": "zeldzame_naam"}
OURS: dict[str, Any] = {
    "municipality_name": "Gemeente Voorbeeldstad", "contact_url": "https://voorbeeldstad.example/contact", "contact_phone": "14 012",
    "contact_email": "privacy@voorbeeldstad.example",
}  # fmt: skip


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir())


async def judged_as_wrong(server: ApiServer, reply: dict[str, Any], user: int = 5) -> None:
    """Someone says under an answer that it is incomplete."""
    for label in ("Klopt dit?", "👎 Nee", "Onvolledig"):
        edits = len(server.done("editMessageReplyMarkup"))
        server.press(reply, buttons(reply)[label], user=user)
        await server.until(lambda edits=edits: len(server.done("editMessageReplyMarkup")) > edits)  # type: ignore[misc]  # mypy can't infer a lambda with defaults


# -- who and where ----------------------------------------------------------------------------------------------------


async def test_organisation_and_contact_are_named(server: ApiServer, start: Start) -> None:
    async with start(**OURS):
        text = (await server.reply_to(server.write("/privacy")))["text"]
    for value in OURS.values():
        assert value in text


async def test_without_settings_it_says_what_is_not_known(server: ApiServer, start: Start) -> None:
    async with start():
        text = (await server.reply_to(server.write("/privacy")))["text"]
    assert text.count("niet ingevuld") == 2
    assert "{" not in text


# -- what is kept, and how long ---------------------------------------------------------------------------------------


async def test_a_question_is_kept_until_its_answer_is_out(server: ApiServer, start: Start, tmp_path: Path) -> None:
    question = f"Blijft het kinderpardon voor {'Zeldzame'} mensen bestaan?"
    async with start() as service:
        server.fault = lambda method: ("hang", 0.5) if method == "sendMessage" else None
        asked = server.write(question)
        await server.until(lambda: service.store.depth() == 1)
        assert b"Zeldzame mensen" in on_disk(tmp_path)
        server.fault = lambda method: None
        await server.reply_to(asked)
        await server.until(lambda: service.store.depth() == 0)
        await service.store.tidy()
        assert b"Zeldzame mensen" not in on_disk(tmp_path)


async def test_what_a_question_was_about_is_kept_as_words_with_the_kind_of_answer(server: ApiServer, start: Start, tmp_path: Path) -> None:
    async with start() as service:
        await server.reply_to(server.write(f"Zeg eens, {OTHER.lower()}"))
        await server.until(lambda: service.store.depth() == 0)
        ((data, questions),) = database(service).execute("SELECT data, questions FROM conversations").fetchall()
    (turn,) = json.loads(data)
    assert all(" " not in word for word in turn["words"])
    assert "vluchtelingen" in turn["words"]
    assert set(turn) == {"words", "passage", "answered", "documents", "rest", "marked", "asked", "borrowed", "near"}
    assert turn["asked"] == ["number"]
    assert all(isinstance(number, int) for number in json.loads(questions))


async def test_of_an_answer_stays_which_message_and_which_passages(server: ApiServer, start: Start) -> None:
    """No word of question or answer, nor anything from which one could tell which of the fixed texts it was."""
    async with start() as service:
        for text in (QUESTION, OTHER, "Ik wil niet meer leven", "Jullie zijn waardeloos", "Er staat iemand met een mes"):
            await server.reply_to(server.write(text, user=NUMBER))
        await server.until(lambda: service.store.depth() == 0)
        rows = [json.loads(row[0]) for row in database(service).execute("SELECT data FROM answers ORDER BY message_id")]
    assert all(row["asker"] == str(NUMBER) and isinstance(row["question_id"], int) for row in rows)
    assert all(re.fullmatch(r"\S+/\S+", hit[0]) for row in rows for hit in row["hits"])
    assert set().union(*rows) <= {"outcome", "reason", "hits", "question_id", "asker", "key", "also", "whole", "more", "headings", "digest"}
    # Whoever was in danger can't be told from who was rude, nor two who were in danger as such.
    fixed = [
        {name: value for name, value in row.items() if name not in ("question_id", "key", "digest")} for row in rows if not row["hits"]
    ]
    assert len(fixed) == 3
    assert fixed[0] == fixed[1] == fixed[2]
    assert len({row["digest"] for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("kept", "table", "words"),
    [
        (CONVERSATION_RETENTION, "conversations", "een half uur"),
        (ANSWERS_RETENTION, "answers", "30 dagen"),
        (FEEDBACK_RETENTION + 86400, "feedback", "een jaar"),  # of feedback the day is known, not the hour
    ],
)
async def test_all_goes_in_the_time_that_is_said(
    server: ApiServer, start: Start, monkeypatch: pytest.MonkeyPatch, kept: float, table: str, words: str
) -> None:
    times = {"een half uur": 1800, "30 dagen": 30 * 86400, "een jaar": 366 * 86400}
    assert kept <= times[words]
    assert words in str(texts("telegram", "privacy"))
    async with start() as service:
        reply = await server.reply_to(server.write(QUESTION))
        await judged_as_wrong(server, reply)
        await server.until(lambda: service.store.depth() == 0)
        count = f"SELECT count(*) FROM {table}"
        assert database(service).execute(count).fetchone() == (1,)
        real = time.time
        monkeypatch.setattr(time, "time", lambda: real() + kept + 60)
        await service.store.prune()
        assert database(service).execute(count).fetchone() == (0,)


async def test_a_judgement_is_kept_with_question_and_number(server: ApiServer, start: Start) -> None:
    async with start() as service:
        await judged_as_wrong(server, await server.reply_to(server.write(QUESTION, user=NUMBER)), user=NUMBER)
        thumbed = await server.reply_to(server.write(OTHER, user=NUMBER))
        server.react(thumbed, "👍", user=NUMBER)
        await server.until(lambda: database(service).execute("SELECT count(*) FROM feedback").fetchone() == (2,))
        rows = database(service).execute("SELECT asker, data FROM feedback ORDER BY rowid").fetchall()
    assert {asker for asker, _ in rows} == {str(NUMBER)}
    assert json.loads(rows[0][1])["question"] == QUESTION


async def test_how_much_one_asks_is_counted_for_minutes_and_after_forgetting_too(server: ApiServer, start: Start) -> None:
    now = 1000.0
    limit = QuestionLimit(20, lambda: now)
    limit.judge("5")
    now += WINDOW + 60  # it is looked at once a minute
    limit.forget_old()
    assert not limit._times
    async with start(questions_per_minute=1):
        await server.reply_to(server.write(QUESTION))
        await server.reply_to(server.write("/vergeet"))
        assert "Wacht een minuut" in (await server.reply_to(server.write(OTHER)))["text"]


async def test_of_a_message_that_was_answered_only_its_number_is_left(server: ApiServer, start: Start) -> None:
    async with start() as service:
        await server.reply_to(server.write("/over", user=NUMBER))
        await server.until(lambda: service.store.depth() == 0)
        rows = database(service).execute("SELECT lane, payload FROM inbox").fetchall()
    assert rows == [(None, None)]


# -- what is not kept -------------------------------------------------------------------------------------------------


async def test_names_pictures_and_places_are_not_kept(server: ApiServer, start: Start, tmp_path: Path) -> None:
    async with start() as service:
        server.fault = lambda method: ("hang", 1.0) if method == "sendMessage" else None
        for text, part in (
            (QUESTION, {"forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Zeldzame Voornaam"}}),
            (None, {"photo": [{"file_id": "zeldzaam-bestand", "file_unique_id": "z", "width": 1, "height": 1}], "caption": QUESTION}),
            (None, {"voice": {"file_id": "zeldzaam-bestand", "file_unique_id": "z", "duration": 1}}),
            (None, {"location": {"latitude": 52.123456, "longitude": 4.654321}}),
            (None, {"contact": {"phone_number": "0612345678", "first_name": "Zeldzame Voornaam"}}),
        ):
            server.write(text, user=NUMBER, sender=SOMEONE, **part)
        await server.until(lambda: service.store.depth() == 5)
        kept = on_disk(tmp_path)
        server.fault = lambda method: None
    for secret in (b"Zeldzame", b"Zeldzaamheid", b"zeldzame_naam", b"zeldzaam-bestand", b"52.123456", b"0612345678"):
        assert secret not in kept


PERSONAL = {"bsn": "111222333", "iban": "NL91ABNA0417164300", "email": "noor@voorbeeld.example", "phone": "06-12345678"}


def _message(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    server.write(text)


def _caption(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    server.write(None, caption=text, photo=[])


def _changed(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    server.update(edited_message=server.message(text, edit_date=int(time.time())))


def _in_anothers(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    server.write("/vraag", chat=GROUP, reply_to_message=server.message(text, user=6, chat=GROUP))


def _quoted(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    server.write("/vraag", external_reply={"origin": {"type": "user", "date": 1}}, quote={"text": text, "position": 0})


def _inline(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    server.update(inline_query={"id": "i", "from": {"id": 5, "is_bot": False}, "query": text, "offset": ""})


def _under_a_button(server: ApiServer, text: str, answer: dict[str, Any]) -> None:
    # The question is repeated with a pressed button.
    answer["reply_to_message"]["text"] = text
    server.press(answer, buttons(answer)["Meer context"])


@pytest.mark.parametrize("how", [_message, _caption, _changed, _in_anothers, _quoted, _inline, _under_a_button])
@pytest.mark.parametrize("kind", PERSONAL)
async def test_personal_numbers_are_masked_before_anything_is_kept(
    server: ApiServer, start: Start, tmp_path: Path, kind: str, how: Callable[[ApiServer, str, dict[str, Any]], None]
) -> None:
    async with start() as service:
        answer = await server.reply_to(server.write(QUESTION))
        await server.until(lambda: service.store.depth() == 0)
        server.fault = lambda method: ("hang", 0.3) if method != "getUpdates" else None
        how(server, f"Mijn gegevens zijn {PERSONAL[kind]}. {OTHER}", answer)
        await server.until(lambda: service.store.depth() == 1)
        kept = on_disk(tmp_path)
        assert b"mogen er per jaar komen" in kept or how is _under_a_button
        server.fault = lambda method: None
        await server.until(lambda: service.store.depth() == 0)
        kept += on_disk(tmp_path)
    assert PERSONAL[kind].encode() not in kept + on_disk(tmp_path)


async def test_a_question_goes_to_nobody_else(server: ApiServer, start: Start) -> None:
    """tests/network_guard.py fails this test when anything reaches beyond this machine; and to Telegram the question does not go back."""
    async with start():
        reply = await server.reply_to(server.write("Blijft het kinderpardon voor zeldzaamheden bestaan?"))
        await judged_as_wrong(server, reply)
    assert not any("zeldzaamheden" in str(values) for _, values, _ in server.calls)


# -- /vergeet ---------------------------------------------------------------------------------------------------------


async def test_forgetting_leaves_nothing_of_someone(server: ApiServer, start: Start, tmp_path: Path) -> None:
    """The question under 'Klopt dit?' too, with the names that someone typed in it."""
    question = "Wat gebeurt er met het kinderpardon van mijn buurman Zeldzaam?"
    async with start() as service:
        reply = await server.reply_to(server.write(question, user=NUMBER))
        await judged_as_wrong(server, reply, user=NUMBER)
        in_group = await server.reply_to(server.write(f"@Akkoord_bot {question}", user=NUMBER, chat=GROUP))
        server.react(in_group, "👍", user=NUMBER)
        await server.until(lambda: database(service).execute("SELECT count(*) FROM feedback").fetchone() == (2,))
        assert "Zeldzaam" in database(service).execute("SELECT data FROM feedback ORDER BY rowid").fetchone()[0]
        told = await server.reply_to(server.write("/vergeet", user=NUMBER))
        assert "alles gewist" in told["text"]
        await server.until(lambda: service.store.depth() == 0)
        assert await service.store.tidy()
        kept = on_disk(tmp_path)
        with sqlite3.connect(tmp_path / "telegram.sqlite3") as db:
            for table in ("conversations", "answers", "feedback", "outbox"):
                assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)
        db.close()
    assert b"Zeldzaam" not in kept
    assert b"987654321" not in kept


# -- each sentence has its test ---------------------------------------------------------------------------------------

PROVED: dict[str, tuple[Callable[..., Any], ...]] = {
    "Deze bot is van Gemeente Voorbeeldstad.": (test_organisation_and_contact_are_named,),
    "Neem contact op: https://voorbeeldstad.example/contact, bel 14 012, mail privacy@voorbeeldstad.example.": (
        test_organisation_and_contact_are_named,
    ),
    "Je vraag: tot mijn antwoord verstuurd is.": (test_a_question_is_kept_until_its_answer_is_out,),
    "Daarna wis ik die.": (test_a_question_is_kept_until_its_answer_is_out, test_of_a_message_that_was_answered_only_its_number_is_left),
    "Losse woorden van je vraag, wat voor antwoord je zocht en welk stuk tekst er het dichtst bij kwam: een half uur, zodat je kunt doorvragen.": (
        test_what_a_question_was_about_is_kept_as_words_with_the_kind_of_answer,
        test_all_goes_in_the_time_that_is_said,
    ),
    "Op welk bericht ik antwoordde en welke stukken tekst ik liet zien, met het nummer van je account: 30 dagen.": (
        test_of_an_answer_stays_which_message_and_which_passages,
        test_all_goes_in_the_time_that_is_said,
    ),
    "Zo werken de knoppen, en kun je je vraag aanpassen.": (test_all_goes_in_the_time_that_is_said,),
    "Wat je van een antwoord vindt, bij 'Klopt dit?'": (test_a_judgement_is_kept_with_question_and_number,),
    "of met een duim: een jaar.": (test_a_judgement_is_kept_with_question_and_number, test_all_goes_in_the_time_that_is_said),
    "De vraag en het nummer van je account staan erbij.": (test_a_judgement_is_kept_with_question_and_number,),
    "Zo kan de beheerder mij beter maken.": (test_a_judgement_is_kept_with_question_and_number,),
    "Hoeveel je vraagt: een paar minuten.": (test_how_much_one_asks_is_counted_for_minutes_and_after_forgetting_too,),
    "Dat tel ik, zodat iedereen aan de beurt komt.": (test_how_much_one_asks_is_counted_for_minutes_and_after_forgetting_too,),
    "Je naam, foto's, stemberichten en locaties.": (test_names_pictures_and_places_are_not_kept,),
    "Een burgerservicenummer, rekeningnummer, e-mailadres of telefoonnummer.": (test_personal_numbers_are_masked_before_anything_is_kept,),
    "Zulke gegevens maak ik onleesbaar voordat ik iets opsla.": (test_personal_numbers_are_masked_before_anything_is_kept,),
    "Ik stuur je vraag naar niemand anders door.": (test_a_question_goes_to_nobody_else,),
    "Met /vergeet wis je alles wat ik van je bewaar, ook wat je van antwoorden vond.": (test_forgetting_leaves_nothing_of_someone,),
    "Alleen het tellen gaat door.": (test_how_much_one_asks_is_counted_for_minutes_and_after_forgetting_too,),
}

UNPROVED = {"Vragen?", "Zet ze liever niet in je vraag.", "Telegram zelf bewaart je berichten wel.", "Daarop heb ik geen invloed."}
"""What asks, advises, or tells of Telegram and not of the bot."""


def test_each_sentence_is_proved(server: ApiServer, tmp_path: Path) -> None:
    """A sentence that is new or changed needs a test."""
    text = privacy(settings_for(server, tmp_path, **OURS)).replace("&#x27;", "'")
    lines = [line.removeprefix("- ") for line in text.splitlines() if line and not line.startswith(("Wat ik bewaar", "Wat ik niet"))]
    sentences = {sentence for line in lines for sentence in re.split(r"(?<=[.?])\s+|(?<=\?')\s+", line)}
    assert sentences == PROVED.keys() | UNPROVED
