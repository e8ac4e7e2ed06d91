"""The encoder and what reads with it, shared by threads and read when they are first needed."""

from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

import numpy as np

from bot.language.encoding import FILE, QUESTION, VERSION

if TYPE_CHECKING:
    from bot.language.cross_encoder import CrossEncoder
    from bot.language.encoder import Encoder
    from bot.language.encoder_file import Floats

RECENT_VECTORS = 500
"""Questions whose vectors are remembered, 1.5 kB each."""

RECENT_ODDS = 4_000
"""Pairs of a question and a passage whose log odds are remembered, 0.1 kB each."""

Asked = TypeVar("Asked")
Given = TypeVar("Given")


class LazyEncoder:
    """The encoder that comes with the program, read when a text is first encoded. Threads may share it.

    Questions that several threads have at the same time go through the layers together, and so does what they read together with
    passages: part of what one costs is making the layers whole. A vector then differs from that of the question by itself by 1e-7,
    which is rounding. One group goes through at a time, in the same room: BLAS has a thread on each core by itself.
    What came of the last questions is remembered, because one question is compared more than once, and asked in more than one
    conversation; their words are not.

    Args:
        cache: see `Encoder`.
    """

    name = VERSION

    def __init__(self, cache: Path | None) -> None:
        self._cache, self._lock = cache, Lock()
        self._encoder: Encoder | None = None
        self._cross: CrossEncoder | None = None
        turn = Lock()
        self._questions = _Together(self._vectors_of, turn)
        self._pairs = _Together(self._odds_of, turn)
        self._secret = b""
        self._vectors = _Recent["Floats"](RECENT_VECTORS)
        self._odds = _Recent[float](RECENT_ODDS)

    def encode(self, texts: Sequence[str], role: str) -> "Floats":
        """See `Encoder.encode`."""
        if role != QUESTION or len(texts) != 1:
            return self._read().encode(texts, role)
        key = self._digest(texts[0])
        vector = self._vectors.get(key)
        if vector is None:
            vector = self._questions.of(texts)[0].copy()
            vector.setflags(write=False)
            self._vectors.put(key, vector)
        return vector[None]

    def log_odds(self, question: str, passages: Sequence[str]) -> "Floats":
        """See `cross_encoder.CrossEncoder.log_odds`."""
        keys = [self._digest(f"{len(question)}:{question}{passage}") for passage in passages]
        odds = [self._odds.get(key) for key in keys]
        new = [number for number, known in enumerate(odds) if known is None]
        if new:
            for number, value in zip(new, self._pairs.of([(question, passages[number]) for number in new]), strict=True):
                odds[number] = value
                self._odds.put(keys[number], value)
        return np.array(odds, np.float32)

    def _digest(self, text: str) -> bytes:
        # Imported here: most single questions are answered by words alone.
        import hashlib
        import secrets

        with self._lock:
            self._secret = self._secret or secrets.token_bytes(16)
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret).digest()

    def _read(self) -> "Encoder":
        with self._lock:
            if self._encoder is None:
                # Imported here: where words decide nothing is encoded.
                from bot.language.encoder import Encoder

                self._encoder = Encoder(FILE, self._cache)
            return self._encoder

    def _vectors_of(self, texts: Sequence[str]) -> "Sequence[Floats]":
        return list(self._read().encode(texts, QUESTION))

    def _odds_of(self, pairs: Sequence[tuple[str, str]]) -> Sequence[float]:
        encoder = self._read()
        with self._lock:
            if self._cross is None:
                from bot.language.cross_encoder import CrossEncoder

                self._cross = CrossEncoder(encoder, cache=self._cache)
        return [float(odds) for odds in self._cross.log_odds_of(pairs)]


class _Waiting(Generic[Asked, Given]):
    """What a thread waits for."""

    __slots__ = ("asked", "given")

    def __init__(self, asked: Sequence[Asked]) -> None:
        self.asked = asked
        self.given: Sequence[Given] | None = None


class _Together(Generic[Asked, Given]):
    """What several threads ask at the same time, reckoned at once.

    Args:
        reckon: gives one for each that is asked.
        turn: who has it may reckon.
    """

    def __init__(self, reckon: Callable[[Sequence[Asked]], Sequence[Given]], turn: Lock) -> None:
        self._reckon, self._turn = reckon, turn
        self.queue: deque[_Waiting[Asked, Given]] = deque()

    def of(self, asked: Sequence[Asked]) -> Sequence[Given]:
        """What each gives."""
        mine = _Waiting[Asked, Given](asked)
        self.queue.append(mine)
        with self._turn:
            if mine.given is None:
                self._go(mine)
        assert mine.given is not None
        return mine.given

    def _go(self, mine: _Waiting[Asked, Given]) -> None:
        """Reckon all that wait by now, and what another thread took along in vain."""
        group: list[_Waiting[Asked, Given]] = []
        with suppress(IndexError):
            while True:
                group.append(self.queue.popleft())
        if mine not in group:
            group.append(mine)
        try:
            given = self._reckon([one for waiting in group for one in waiting.asked])
        except Exception:
            # Whatever it was: each by itself, so that none takes another along.
            group, given = [mine], self._reckon(mine.asked)
        start = 0
        for waiting in group:
            waiting.given = given[start : start + len(waiting.asked)]
            start += len(waiting.asked)


class _Recent(Generic[Given]):
    """What came of the last that was asked, by its digest.

    Args:
        most: how many are remembered.
    """

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, Lock()
        self.entries: OrderedDict[bytes, Given] = OrderedDict()

    def get(self, key: bytes) -> Given | None:
        """What came of it; None where it is not remembered."""
        return self.entries.get(key)

    def put(self, key: bytes, given: Given) -> None:
        """Remember it."""
        with self._lock:
            self.entries[key] = given
            if len(self.entries) > self._most:
                self.entries.popitem(last=False)


def shipped_encoder(cache: Path | None) -> LazyEncoder | None:
    """The encoder that comes with the program; None where its file is not there."""
    return LazyEncoder(cache) if FILE.exists() else None
