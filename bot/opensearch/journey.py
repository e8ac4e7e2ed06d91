"""What a question looks for in the cluster, sent together: each request is a way there and back, and few ways are what keeps an answer quick.

A question is first gone through with nothing at hand (a rehearsal): each search that comes up is written down and finds nothing. That
leads past nearly all that the question may look for, since whatever finds nothing tries something else. Then all of it is sent in one
request, and the question is gone through for real. What depends on what was found, the points of a list for example, comes in a second.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import local
from typing import Any, TypeVar

from bot.errors import EngineError
from bot.named import NamedTuple
from bot.opensearch.connection import Cluster
from bot.opensearch.layout import Packed

MOST = 5_000
"""Passages that one search gives back; a cluster takes 10,000."""

Result = TypeVar("Result")


class NotAtHand(Exception):  # noqa: N818 - no error: a rehearsal ends where what it needs to go on is not there yet
    """A passage is read in a rehearsal that is not there yet."""


class Search(NamedTuple):
    """A search.

    Attributes:
        query: as the cluster has it.
        size: passages that it gives back at most.
        take: is given them.
    """

    query: Mapping[str, Any]
    size: int
    take: Callable[[Sequence[Packed]], None]


Make = Callable[[Sequence[Any]], Sequence[Search]]
"""Makes searches of what is wanted."""


class _Wanted:
    """What a rehearsal left out: for each kind of thing how it is searched for, and the things."""

    def __init__(self) -> None:
        self.kinds: dict[Hashable, tuple[Make, dict[Hashable, None]]] = {}

    def add(self, kind: Hashable, things: Iterable[Hashable], make: Make) -> None:
        self.kinds.setdefault(kind, (make, {}))[1].update(dict.fromkeys(things))

    def searches(self) -> list[Search]:
        return [search for make, things in self.kinds.values() for search in make(list(things))]


class Journey:
    """All ways of one index to the cluster.

    Args:
        cluster, index: where to.
    """

    def __init__(self, cluster: Cluster, index: str) -> None:
        self._cluster, self._index = cluster, index
        self._of_thread = local()

    @property
    def rehearsing(self) -> bool:
        """Whether this thread only goes through what it will look for."""
        return self._wanted is not None

    @property
    def _wanted(self) -> _Wanted | None:
        return getattr(self._of_thread, "wanted", None)

    def get(self, kind: Hashable, things: Sequence[Hashable], make: Make) -> bool:
        """Have something searched for: now, or after the rehearsal with all else that comes up in it.

        Args:
            kind: things of one kind share a search.
            things: what is wanted.
            make: makes the searches for things of this kind.

        Returns:
            Whether it was done.

        Raises:
            EngineError: the cluster does not answer, or not as it should.
        """
        wanted = self._wanted
        if wanted is None:
            self._send(make(things))
            return True
        wanted.add(kind, things, make)
        return False

    def rehearsed(self, run: Callable[[], Result], times: int) -> Result:
        """What `run` gives, with all that it looks for fetched in as few requests as can be.

        Args:
            run: goes through a question; nothing changes by it.
            times: rehearsals at most: a second one, with what the first has brought, where one question follows from another.
        """
        if self.rehearsing:
            return run()
        for _ in range(times):
            with self._rehearsal() as wanted:
                try:
                    result = run()
                except NotAtHand:
                    if not wanted.kinds:
                        break
                else:
                    if not wanted.kinds:
                        # Nothing was left out: it was no mere rehearsal.
                        return result
            self._send(wanted.searches())
        return run()

    @contextmanager
    def _rehearsal(self) -> Iterator[_Wanted]:
        wanted = self._of_thread.wanted = _Wanted()
        try:
            yield wanted
        finally:
            self._of_thread.wanted = None

    def _send(self, searches: Sequence[Search]) -> None:
        if not searches:
            return
        hits_by_search = self._cluster.search(self._index, [_body(search) for search in searches])
        for search, hits in zip(searches, hits_by_search, strict=True):
            try:
                passages = [Packed(hit["fields"]["passage"][0]) for hit in hits]
            except (KeyError, ValueError, TypeError, IndexError):
                raise EngineError("engine.damaged") from None
            search.take(passages)


def _body(search: Search) -> dict[str, Any]:
    return {
        "query": search.query, "size": search.size, "track_total_hits": False, "_source": False, "stored_fields": "_none_",
        "docvalue_fields": ["passage"],
    }  # fmt: skip
