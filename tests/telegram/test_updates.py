"""What Telegram brings is read whatever it is, and keeps no more than an answer needs."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.inbox import read
from bot.telegram.keyboards import Pressed
from bot.telegram.keyboards import read as read_button
from bot.telegram.updates import Me, parse, question_in
from tests.telegram.api_server import BOT, ApiServer

ME = Me(BOT["id"], BOT["username"])  # type: ignore[arg-type]  # a table of what Telegram says of the bot
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ("update_id", "message", "edited_message", "callback_query", "inline_query", "message_reaction", "chat", "from", "id", "type", "text",
         "entities", "offset", "length", "message_id", "data", "query", "reply_to_message", "new_reaction", "emoji", "sender_chat", "quote")
    ), inner, max_size=6),
    max_leaves=30,
)  # fmt: skip


@given(ANYTHING)
def test_anything_at_all_is_read_or_refused(raw: Any) -> None:
    try:
        incoming = read(raw, ME)
    except (ValueError, TypeError, KeyError, AttributeError):
        return
    if incoming is not None:
        assert parse(json.loads(incoming.payload)) == incoming.update


@given(st.text(), st.text())
def test_the_name_of_the_bot_is_left_out_wherever_it_stands(before: str, after: str) -> None:
    def units(text: str) -> int:
        return len(text.encode("utf-16-le")) // 2

    name = "@Akkoord_bot"
    entity = {"type": "mention", "offset": units(before), "length": units(name)}
    message = ApiServer(check=False).message(before + name + after, chat={"id": -1, "type": "supergroup"}, entities=[entity])
    update = parse({"message": {**message, "from": {"id": 5}}})
    assert question_in(update, ME) == (before + after).strip(" ,:;\n\t")  # type: ignore[arg-type]  # a message was put in


@given(st.none() | st.text(max_size=70))
def test_any_data_of_a_button_is_a_button_or_none(data: str | None) -> None:
    pressed = read_button(data)
    assert pressed is None or (isinstance(pressed, Pressed) and -1 <= pressed.number < 100_000)


def test_what_is_kept_names_nobody() -> None:
    server = ApiServer(check=False)
    message = server.message(
        "Blijft het zo?", photo=[{"file_id": "geheim"}], caption="x", chat={"id": 5, "type": "private", "first_name": "Noor"}
    )
    incoming = read(server.update(message=message), ME)
    assert incoming is not None
    for secret in ("Noor", "noor_voorbeeld", "geheim"):
        assert secret not in incoming.payload
