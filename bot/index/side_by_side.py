"""Many documents, read side by side on all cores."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from bot.index.read import ReadDocument

LARGE = 4_000_000
"""Bytes of text from which on several processes are started: each takes about a second to begin."""

AHEAD = 4
"""Documents for each process that are read before they are wanted: what waits lies in memory."""

Read = Callable[[Path, Mapping[str, str]], ReadDocument]


def read_all(documents: Sequence[Path], read: Read, facts: Callable[[str], Mapping[str, str]]) -> Iterator[ReadDocument]:
    """Every document, in order.

    Args:
        documents: their folders.
        read: reads one of them; a function of a module, because other processes have to find it.
        facts: what it is told beside the folder, by the name of the document: what is known of its sentences, see `read_document`.

    Raises:
        KnowledgeError: a document can't be used.
    """
    processes = min(_cores(), len(documents))
    if processes < 2 or sum(_size(document) for document in documents) < LARGE:
        yield from (read(document, facts(document.name)) for document in documents)
        return
    done = 0
    try:
        # Not by fork: who asks for an index may have threads.
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(processes, mp_context=context) as pool:
            waiting = [pool.submit(read, document, facts(document.name)) for document in documents[: AHEAD * processes]]
            try:
                for n in range(len(documents)):
                    result = waiting.pop(0).result()
                    if n + AHEAD * processes < len(documents):
                        document = documents[n + AHEAD * processes]
                        waiting.append(pool.submit(read, document, facts(document.name)))
                    yield result
                    done += 1
            finally:
                pool.shutdown(wait=False, cancel_futures=True)
    except (BrokenProcessPool, PermissionError, NotImplementedError):
        # Where no processes may be started, or one was ended from outside, this one goes on alone.
        yield from (read(document, facts(document.name)) for document in documents[done:])


def _size(document: Path) -> int:
    try:
        return (document / "source.md").stat().st_size
    except OSError:
        return 0  # Whoever reads it says what is wrong.


def _cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
