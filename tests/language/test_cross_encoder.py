"""The cross-encoder: question and passage read as one text give one number, the same whatever is read beside it."""

from pathlib import Path

import numpy as np
import pytest

from bot.language.cross_encoder import PASSAGE_PIECES, QUESTION_PIECES, VERSION, CrossEncoder, together
from bot.language.encoder import Encoder
from bot.language.lazy_encoder import LazyEncoder

QUESTION = "hoeveel betaal ik voor een nieuw paspoort?"
ANSWERS = "Paspoort > Kosten: Een paspoort voor een volwassene kost € 83,87 en is tien jaar geldig."
NOTHING_SAID = "Paspoort > Aanvragen: U vraagt een paspoort aan bij de balie. Neem een pasfoto mee die aan de eisen voldoet."
ELSEWHERE = "Zwembad > Prijzen: Een kaartje voor het zwembad kost € 4,50 voor volwassenen."


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture(scope="module")
def cross_encoder(encoder: Encoder) -> CrossEncoder:
    return CrossEncoder(encoder)


def test_a_passage_that_answers_comes_before_one_that_does_not(cross_encoder: CrossEncoder) -> None:
    answers, nothing_said, elsewhere = cross_encoder.log_odds(QUESTION, [ANSWERS, NOTHING_SAID, ELSEWHERE])
    assert answers > nothing_said
    assert answers > elsewhere


def test_what_is_read_beside_it_changes_nothing(cross_encoder: CrossEncoder) -> None:
    passages = [ANSWERS, NOTHING_SAID, ELSEWHERE, ANSWERS * 40]
    both = cross_encoder.log_odds(QUESTION, passages)
    alone = [cross_encoder.log_odds(QUESTION, [passage])[0] for passage in passages]
    assert np.allclose(both, alone, atol=1e-4)


@pytest.mark.parametrize("passage", ["", " ", "\0", "👍", "a" * 5_000, "\u202e verkeerd om"])
def test_any_text_gives_a_number(cross_encoder: CrossEncoder, passage: str) -> None:
    assert np.isfinite(cross_encoder.log_odds("x" * 3_000, [passage])).all()
    assert np.isfinite(cross_encoder.log_odds("", [passage])).all()


def test_what_is_too_long_is_cut_and_each_piece_is_of_one_text(encoder: Encoder) -> None:
    numbers, texts = together(encoder, "vraag " * 100, "tekst " * 300)
    assert len(numbers) == len(texts) == QUESTION_PIECES + PASSAGE_PIECES + 4
    assert texts == sorted(texts)
    assert texts.count(1) == PASSAGE_PIECES + 2
    assert numbers[0] == encoder.begin
    assert numbers[-1] == encoder.end


def test_a_kept_file_gives_the_same_number(encoder: Encoder, cross_encoder: CrossEncoder, tmp_path: Path) -> None:
    expected = cross_encoder.log_odds(QUESTION, [ANSWERS])
    for _ in range(2):
        assert (CrossEncoder(encoder, cache=tmp_path).log_odds(QUESTION, [ANSWERS]) == expected).all()
    assert [path.name for path in tmp_path.iterdir()] == [f"{VERSION}-8.npy"]


def test_it_is_read_when_it_is_first_needed(cross_encoder: CrossEncoder) -> None:
    shared = LazyEncoder(None)
    assert (shared.log_odds(QUESTION, [ANSWERS]) == cross_encoder.log_odds(QUESTION, [ANSWERS])).all()
