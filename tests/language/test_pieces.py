"""Which pieces of patterns stand in a text."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import bot
from bot.language.pieces import pieces_in

FILES = sorted(Path(bot.__file__).parent.glob("*/data/*.json"))
PIECES = frozenset(
    piece
    for file in FILES
    for rows in json.loads(file.read_text(encoding="utf-8"))["patterns"].values()
    for _, needs, _ in rows
    for piece in needs
)


@given(st.lists(st.one_of(st.sampled_from(sorted(PIECES)), st.text("abeiknorst ?'é", max_size=6)), max_size=8), st.sampled_from(["", " "]))
def test_every_piece_of_a_text_is_told(parts: list[str], between: str) -> None:
    text = between.join(parts)
    assert pieces_in(text) == frozenset(piece for piece in PIECES if piece in text)


def test_those_of_a_part_are_told_from_the_whole() -> None:
    whole = "wat kost het om een paspoort aan te vragen, en hoe lang duurt dat?"
    pieces_in(whole)
    assert pieces_in("hoe lang duurt dat?") == frozenset(piece for piece in PIECES if piece in "hoe lang duurt dat?")
