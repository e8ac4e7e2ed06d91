"""The encoder and what reads with it, shared by threads and read when they are first needed."""

from collections import OrderedDict, deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import Lock

from bot.language import cross_encoder
from bot.language.encoder import FILE, QUESTION, VERSION, Encoder
from bot.language.encoder_file import Floats

RECENT_VECTORS = 500
"""Questions whose vectors are kept, 1.5 kB each."""


class _Waiting:
    """A question that waits for its vector."""

    __slots__ = ("text", "vector")

    def __init__(self, text: str) -> None:
        self.text = text
        self.vector: Floats | None = None


class LazyEncoder:
    """The encoder that comes with the program, read when a text is first encoded. Threads may share it.

    Questions that several threads have at the same time go through the layers together: half of what one costs is making the layers
    whole, and they share the room for that. A vector then differs from that of the question by itself by 1e-7, which is rounding.
    The vectors of the last questions are kept, because one question is compared more than once; their words are not.

    Args:
        cache: see `Encoder`.
    """

    name = VERSION

    def __init__(self, cache: Path | None) -> None:
        self._cache, self._lock = cache, Lock()
        self._encoder: Encoder | None = None
        self._cross: cross_encoder.CrossEncoder | None = None
        self._queue: deque[_Waiting] = deque()
        self._turn = Lock()
        self._secret = b""
        self._recent: OrderedDict[bytes, Floats] = OrderedDict()

    def encode(self, texts: Sequence[str], role: str) -> Floats:
        """See `Encoder.encode`."""
        # Imported here: most single questions are answered by words alone.
        import hashlib
        import secrets

        with self._lock:
            self._secret = self._secret or secrets.token_bytes(16)
            if self._encoder is None:
                self._encoder = Encoder(FILE, self._cache)
        if role != QUESTION or len(texts) != 1:
            return self._encoder.encode(texts, role)
        key = hashlib.blake2b(texts[0].encode("utf-8", "surrogatepass"), digest_size=16, key=self._secret).digest()
        known = self._recent.get(key)
        if known is not None:
            return known[None]
        mine = _Waiting(texts[0])
        self._queue.append(mine)
        with self._turn:
            if mine.vector is None:
                self._go_together(self._encoder, mine)
        assert mine.vector is not None
        vector = mine.vector.copy()
        vector.setflags(write=False)
        with self._lock:
            self._recent[key] = vector
            if len(self._recent) > RECENT_VECTORS:
                self._recent.popitem(last=False)
        return vector[None]

    def log_odds(self, question: str, passages: Sequence[str]) -> Floats:
        """See `cross_encoder.CrossEncoder.log_odds`."""
        with self._lock:
            if self._encoder is None:
                self._encoder = Encoder(FILE, self._cache)
            if self._cross is None:
                self._cross = cross_encoder.CrossEncoder(self._encoder, cache=self._cache)
        return self._cross.log_odds(question, passages)

    def _go_together(self, encoder: Encoder, mine: _Waiting) -> None:
        """Encode all that wait by now, and what another thread took along in vain."""
        group = []
        with suppress(IndexError):
            while True:
                group.append(self._queue.popleft())
        if mine not in group:
            group.append(mine)
        try:
            vectors = encoder.encode([waiting.text for waiting in group], QUESTION)
        except Exception:
            # Whatever it was: each by itself, so that none takes another along.
            group, vectors = [mine], encoder.encode([mine.text], QUESTION)
        for waiting, vector in zip(group, vectors, strict=True):
            waiting.vector = vector


def shipped_encoder(cache: Path | None) -> LazyEncoder | None:
    """The encoder that comes with the program; None where its file is not there."""
    return LazyEncoder(cache) if FILE.exists() else None
