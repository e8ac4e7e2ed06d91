"""The encoder: held in 8 bits and mapped from a kept file, its vectors are those of the packed numbers to the last bit."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from bot.language.encoder import FILE, PASSAGE, QUESTION, VERSION, Encoder
from bot.language.encoder_file import BLOCK, PART, Matrix, unpacked
from bot.language.lazy_encoder import RECENT_VECTORS, LazyEncoder

TEXTS = ("Hoeveel vluchtelingen mogen er per jaar komen wonen?", "hallo", "Eén paspoort kost € 80,80; wie betaalt dat?")


def packed(rows: int, columns: int, bits: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Any numbers, as the file has them: a row for each column of the matrix."""
    draw = np.random.default_rng(7)
    blocks = rows * columns // BLOCK
    scales = draw.random(blocks, np.float32).astype("<f2").view(np.uint8).reshape(blocks, 2)
    numbers = draw.integers(0, 256, (blocks, BLOCK * bits // 8), np.uint8)
    raw = np.hstack([scales, numbers])
    return raw.ravel() if bits == 4 else raw


@pytest.mark.parametrize("bits", [4, 8])
def test_a_matrix_made_whole_is_what_was_packed(bits: int) -> None:
    raw = packed(64, 96, bits)
    dense = unpacked(raw, 96).T
    matrix = Matrix.of([raw, raw], 64)
    assert (matrix.whole() == np.hstack([dense, dense])).all()
    states = np.random.default_rng(8).random((64, 5), np.float32)
    expected, room = np.hstack([dense, dense]).T @ states, np.empty(PART, np.float32)
    assert np.allclose(matrix.times(states, room, np.empty((192, 5), np.float32)), expected, atol=1e-4)
    assert matrix.numbers.nbytes * 4 == dense.nbytes * 2


def test_a_matrix_is_multiplied_in_parts_and_may_be_from_one_of_them_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.language.encoder_file.PART", 64 * 40)
    raw = packed(64, 96, 8)
    states = np.random.default_rng(8).random((64, 3), np.float32)
    matrix, room, expected = Matrix.of([raw], 64), np.empty(64 * 40, np.float32), unpacked(raw, 96) @ states
    assert len(matrix.numbers) == 3
    assert (matrix.whole() == unpacked(raw, 96).T).all()
    assert np.allclose(matrix.times(states, room, np.empty((96, 3), np.float32)), expected, atol=1e-4)
    assert np.allclose(matrix.times(states, room, np.empty((32, 3), np.float32), 32), expected[32:64], atol=1e-4)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_a_kept_file_gives_the_same_vectors_and_a_broken_one_is_made_anew(encoder: Encoder, tmp_path: Path) -> None:
    kept = tmp_path / f"encoder-{VERSION}-8.npy"
    first = Encoder(FILE, tmp_path)
    whole = kept.read_bytes()
    again = Encoder(FILE, tmp_path)
    for broken in (whole[: len(whole) // 2], whole[:-1] + b"\0", b"none of ours", b""):
        kept.unlink()  # what is mapped stays whole
        kept.write_bytes(broken)
        mended = Encoder(FILE, tmp_path)
        assert kept.read_bytes() == whole
    for role in (QUESTION, PASSAGE):
        expected = encoder.encode(TEXTS, role)
        assert all((other.encode(TEXTS, role) == expected).all() for other in (first, again, mended))
    assert [path.name for path in tmp_path.iterdir()] == [kept.name]


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux tells what of a file is in memory")
def test_what_is_mapped_is_no_memory_of_the_process_once_a_text_went_through(tmp_path: Path) -> None:
    mapped = Encoder(FILE, tmp_path)
    mapped.encode(TEXTS, QUESTION)
    lines = Path("/proc/self/smaps").read_text().split(str(tmp_path))[1].splitlines()
    in_memory = next(int(line.split()[1]) for line in lines if line.startswith("Rss:"))
    assert in_memory < 1024, "kB"
    assert (mapped.encode(TEXTS, QUESTION) == mapped.encode(TEXTS, QUESTION)).all()


def test_where_nothing_can_be_kept_it_is_unpacked_each_time(encoder: Encoder, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("a file where the folder should be")
    assert (Encoder(FILE, taken).encode(TEXTS, QUESTION) == encoder.encode(TEXTS, QUESTION)).all()


class Slow:
    """An encoder that waits for a sign before its first texts, and fails on some."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.go, self.begun, self.groups = encoder, Event(), Event(), list[int]()

    def encode(self, texts: Sequence[str], role: str) -> Any:
        self.groups.append(len(texts))
        self.begun.set()
        self.go.wait(10)
        if "kapot" in texts:
            raise ValueError("kapot")
        return self._encoder.encode(texts, role)


def test_questions_that_threads_have_at_the_same_time_go_together_and_one_that_fails_fails_alone(encoder: Encoder) -> None:
    shared, slow = LazyEncoder(None), Slow(encoder)
    shared._encoder = slow  # type: ignore[assignment]  # a stand-in with only what is used
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(shared.encode, [TEXTS[0]], QUESTION)
        assert slow.begun.wait(10)
        others = [threads.submit(shared.encode, [text], QUESTION) for text in (*TEXTS[1:], "kapot")]
        while len(shared._questions.queue) < len(others):
            pass
        slow.go.set()
        for text, future in zip(TEXTS, (first, *others[:-1]), strict=True):
            assert np.allclose(future.result(), encoder.encode([text], QUESTION), atol=1e-6)
        with pytest.raises(ValueError, match="kapot"):
            others[-1].result()
    assert slow.groups[:2] == [1, 3]
    assert not shared._questions.queue


def test_passages_go_by_themselves(encoder: Encoder) -> None:
    shared = LazyEncoder(None)
    assert (shared.encode(TEXTS, PASSAGE) == encoder.encode(TEXTS, PASSAGE)).all()
    assert (shared.encode(TEXTS[:1], QUESTION) == encoder.encode(TEXTS[:1], QUESTION)).all()


def test_a_question_is_encoded_once_and_its_words_are_not_kept(encoder: Encoder) -> None:
    shared, counting = LazyEncoder(None), Slow(encoder)
    shared._encoder = counting  # type: ignore[assignment]  # a stand-in with only what is used
    counting.go.set()
    first, again = (shared.encode([TEXTS[0]], QUESTION) for _ in range(2))
    assert (first == again).all()
    assert counting.groups == [1]
    assert TEXTS[0] not in repr(vars(shared))
    for number in range(RECENT_VECTORS):
        shared._vectors.put(bytes([number % 256, number // 256]), first[0])
    shared.encode([TEXTS[1]], QUESTION)
    assert len(shared._vectors.entries) == RECENT_VECTORS


def test_what_was_read_together_once_is_remembered_and_its_words_are_not(encoder: Encoder) -> None:
    groups: list[int] = []

    class Counting:
        def log_odds_of(self, pairs: Sequence[tuple[str, str]]) -> Any:
            groups.append(len(pairs))
            return [float(len(passage)) for _, passage in pairs]

    shared = LazyEncoder(None)
    shared._encoder, shared._cross = encoder, Counting()  # type: ignore[assignment]  # a stand-in with only what is used
    assert shared.log_odds("vraag", ["een", "twee"]).tolist() == [3.0, 4.0]
    assert shared.log_odds("vraag", ["twee", "drieën", "een"]).tolist() == [4.0, 6.0, 3.0]
    assert shared.log_odds("vraa", ["gtwee"]).tolist() == [5.0]
    assert groups == [2, 1, 1]
    assert "drieën" not in repr(vars(shared._odds)) + repr(vars(shared._pairs))
