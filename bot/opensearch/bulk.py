"""Many documents sent to the cluster, as fast as it takes them."""

import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.errors import EngineError
from bot.named import NamedTuple
from bot.opensearch.connection import Cluster
from bot.opensearch.layout import line

LARGEST, SMALLEST = 4_000_000, 100_000
"""Bytes of one request: it begins with the first, is halved when the cluster can't keep up, and grows again when it can."""

PATIENCE = 10
"""Refusals in a row that are waited out, each twice as long as the one before: some minutes in all."""

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0

PASSING = frozenset({"engine.busy", "engine.slow", "engine.unreachable"})
"""Errors that may be over in a while."""


class _Item(NamedTuple):
    text: str
    size: int


class Bulk:
    """Sends documents and removes them, a batch at a time.

    Args:
        cluster, index: where to.
        done: is told how many documents are in.
        wait: sleeps for some seconds.
    """

    def __init__(self, cluster: Cluster, index: str, done: Callable[[int], None], wait: Callable[[float], None] = time.sleep) -> None:
        self._cluster, self._index, self._done, self._wait = cluster, index, done, wait
        self._waiting: deque[_Item] = deque()
        self._bytes = 0
        self._largest = LARGEST
        self.refused = 0

    def add(self, ident: str, document: Mapping[str, Any]) -> None:
        """Send a document, or one in place of another with its name.

        Raises:
            EngineError: the cluster can't take it.
        """
        self._put(f'{{"index":{{"_id":"{ident}"}}}}\n{line(document)}\n')

    def remove(self, ident: str) -> None:
        """Remove a document; none with that name is as good."""
        self._put(f'{{"delete":{{"_id":"{ident}"}}}}\n')

    def flush(self) -> None:
        """Send what waits.

        Raises:
            EngineError: the cluster can't take it.
        """
        refusals = 0
        while self._waiting:
            batch, size = [self._waiting.popleft()], 0
            while self._waiting and size + self._waiting[0].size <= self._largest - batch[0].size:
                batch.append(self._waiting.popleft())
                size += batch[-1].size
            left = self._attempt(batch)
            self._done(len(batch) - len(left))
            if not left:
                refusals, self._largest = 0, min(LARGEST, self._largest + SMALLEST)
                continue
            # What there was no room for goes again, less at once.
            self._waiting.extendleft(reversed(left))
            self.refused += len(left)
            refusals = refusals + 1 if len(left) == len(batch) else 1
            if refusals > PATIENCE:
                raise EngineError("engine.busy", why="429")
            self._largest = max(SMALLEST, self._largest // 2)
            self._wait(min(LONGEST_WAIT, FIRST_WAIT * 2 ** (refusals - 1)))
        self._bytes = 0

    def _put(self, text: str) -> None:
        self._waiting.append(_Item(text, len(text)))
        self._bytes += len(text)
        if self._bytes >= self._largest:
            self.flush()

    def _attempt(self, batch: Sequence[_Item]) -> Sequence[_Item]:
        """Send a batch once; what the cluster had no room for comes back."""
        try:
            reply = self._cluster.ask("POST", f"/{self._index}/_bulk", "".join(item.text for item in batch), filter_path="errors,items.*.status,items.*.error.type")  # fmt: skip
        except EngineError as error:
            if error.key in PASSING:
                return batch
            raise
        if not reply["errors"]:
            return ()
        results = [next(iter(item.values())) for item in reply["items"]]
        # What is wrong with a document is told by kind and number only: its text is nobody's business here.
        wrong = Counter(
            str(r.get("error", {}).get("type", r["status"])) for r in results if r["status"] >= 300 and r["status"] not in (404, 429, 503)
        )
        if wrong:
            raise EngineError("engine.not_taken", count=sum(wrong.values()), why=", ".join(sorted(wrong)))
        return [item for item, r in zip(batch, results, strict=True) if r["status"] in (429, 503)]
