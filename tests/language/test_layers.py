"""What goes through the layers: the same whatever the size of the pieces that it is reckoned in, and whatever else went before."""

from math import erf, sqrt

import numpy as np
import pytest

from bot.language import layers
from bot.language.encoder import BATCH, QUESTION, Encoder, batches
from bot.language.layers import Room

TEXTS = ("Hoeveel vluchtelingen mogen er per jaar komen wonen?", "hallo", "Eén paspoort kost € 80,80; wie betaalt dat?")


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_gelu_is_within_its_bound() -> None:
    numbers = np.concatenate([np.linspace(-12, 12, 100_001), [1e3, -1e3, 0.0]]).astype(np.float32)
    expected = [x * (1 + erf(x / sqrt(2))) / 2 for x in numbers.astype(float)]
    Room(384, 12, 1e-12).gelu(numbers)
    assert np.abs(numbers - expected).max() < 3.5e-6


def test_heads_and_numbers_may_go_in_any_pieces(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = encoder.encode(TEXTS, QUESTION)
    monkeypatch.setattr(layers, "SCORES", 1_000)
    monkeypatch.setattr(layers, "ROUNDED", 1_000)
    assert np.allclose(Encoder().encode(TEXTS, QUESTION), expected, atol=1e-6)


def test_where_only_the_first_piece_is_needed_it_is_the_same(encoder: Encoder) -> None:
    tokens = [encoder.tokens(text, QUESTION) for text in TEXTS]
    states, spans = encoder.through(tokens, [encoder.held])
    firsts, _ = encoder.through(tokens, [encoder.held], only_first=True)
    assert firsts.shape == (encoder.size, len(TEXTS))
    assert np.allclose(firsts, states[:, [start for start, _ in spans]], atol=1e-4)


def test_a_long_text_and_a_short_one_use_the_same_room(encoder: Encoder) -> None:
    expected = encoder.encode(TEXTS[1:2], QUESTION)
    for long in ("vraag " * 60, "woord " * 3):
        encoder.encode([long], QUESTION)
        assert (encoder.encode(TEXTS[1:2], QUESTION) == expected).all()


@pytest.mark.parametrize("lengths", [[], [5], [BATCH + 1], [BATCH, 1], [100] * 7, [3, BATCH + 5, 40, BATCH - 3]])
def test_batches_hold_each_text_once_and_no_more_pieces_than_go_together(lengths: list[int]) -> None:
    tokens = [[0] * length for length in lengths]
    groups = list(batches(tokens))
    assert sorted(number for group in groups for number in group) == list(range(len(lengths)))
    assert all(len(group) == 1 or sum(lengths[number] for number in group) <= BATCH for group in groups)
