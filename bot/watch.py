"""The assistant over a knowledge folder, now and after the folder changed.

The new state is loaded beside the old one and proved; only then does it come back, whole. Who answers keeps the assistant that it
took for as long as it needs it: nothing in it changes any more.
"""

import gc
import os
import time
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from stat import S_ISDIR
from threading import Thread
from typing import TYPE_CHECKING

from bot.answering.assistant import Assistant
from bot.errors import AkkoordwijzerError, EngineError, KnowledgeError
from bot.index.folder import Progress, open_index
from bot.index.index import Index
from bot.language.encoding import PASSAGE
from bot.language.lazy_encoder import LazyEncoder, shipped_encoder
from bot.language.lexicon_lines import Line, Relation
from bot.settings import Settings, cache_folder, knowledge_folder

if TYPE_CHECKING:
    from bot.opensearch.connection import Address

FEW_TEXTS = 300
"""Sentences and passages without a vector up to which they are waited for: some seconds. More are made in the background."""


MANY_TEXTS = 8_000
"""The same where they are waited for: some minutes. A larger collection is read in the background even then."""


def load_assistant(chosen: Path | None, meaning: bool = True, wait: bool = False, progress: Progress | None = None) -> Assistant:
    """An assistant over a knowledge folder.

    Args:
        chosen: see `settings.knowledge_folder`.
        meaning: compare questions with sentences by vectors too; what has none yet gets one.
        wait: for all of them, up to `MANY_TEXTS`.
        progress: is told how many texts of how many have got a vector, where they are waited for.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    index, home = _open(chosen)
    encoder = _encoder(home) if meaning else None
    if encoder is not None:
        missing = index.vectors.missing(encoder.name)
        fill = partial(index.vectors.fill, partial(encoder.encode, role=PASSAGE), encoder.name)
        if missing and (missing <= (MANY_TEXTS if wait else FEW_TEXTS)):
            fill(progress)
        elif missing:
            Thread(target=fill, name="vectors", daemon=True).start()
    return _settled(Assistant(index, encoder=encoder))


def _settled(assistant: Assistant) -> Assistant:
    """An assistant that was loaded stays: to go through it again and again in search of garbage would take longer than answering."""
    global _loaded
    if _loaded:
        # The one before the last one goes; the last one may still be answering.
        gc.unfreeze()
        gc.collect()
    _loaded = True
    gc.freeze()
    gc.set_threshold(*SEARCHES)
    return assistant


_loaded = False

SEARCHES = (700, 10, 1_000)
"""How often Python looks for garbage among new objects (as by default), among those that were kept once, and among all: that takes a tenth of
a second, finds next to nothing, and would come every fifty questions."""


def load_to_send(chosen: Path | None, meaning: bool = True, progress: Progress | None = None) -> tuple[Index, str]:
    """An index to bring into a cluster, in one file, with vectors where they don't take long, and the name of the encoder that made them ('' without).

    Args:
        chosen, meaning, progress: see `load_assistant`.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    # The rows of its tables are sent by their numbers.
    index, home = _open(chosen, as_one=True)
    encoder = _encoder(home) if meaning else None
    if encoder is None:
        return index, ""
    if 0 < index.vectors.missing(encoder.name) <= MANY_TEXTS:
        index.vectors.fill(partial(encoder.encode, role=PASSAGE), encoder.name, progress)
    return index, encoder.name


def _open(chosen: Path | None, as_one: bool = False) -> tuple[Index, Path | None]:
    """The index of a knowledge folder, and where it is kept; see `open_index`."""
    folder, home = knowledge_folder(chosen), _home()
    lexicon = folder / "lexicon.yaml"
    # Someone meant a link that leads nowhere to be read, too.
    lines = partial(local_lines, lexicon if lexicon.exists() or lexicon.is_symlink() else None)
    return open_index(folder, home, lines, as_one=as_one), home


def _home() -> Path | None:
    try:
        return cache_folder()
    except RuntimeError:
        return None


@cache
def _encoder(home: Path | None) -> LazyEncoder | None:
    """One for the whole process: it is large."""
    return shipped_encoder(home)


def local_lines(path: Path | None) -> list[Line]:
    """The lexicon lines of a knowledge folder's lexicon.yaml, none where it has no such file."""
    if path is None:
        return []
    from bot.knowledge.lexicon_file import read_local_lexicon

    return [Line(Relation(sign), left, right, f"{path}:{number}") for sign, left, right, number in read_local_lexicon(path)]


LOOK_EVERY = 1.0
"""Seconds between two looks at the folder by who looks before each question."""

RETRY_AFTER = 0.3
"""Seconds after which a load that failed is tried once more: `add` replaces a document by two renames, and between them it is away."""

_MOST_LOADS = 4

Renew = Callable[[], Assistant | None]
"""Gives a new assistant where there is one, and None where nothing changed. Raises KnowledgeError, once for each broken state."""


class KnowledgeSource:
    """Loads a knowledge folder, and again when it changed.

    Args:
        chosen: see `settings.knowledge_folder`.
        retry_after: seconds, see `RETRY_AFTER`.
        meaning, wait: see `load_assistant`.
    """

    def __init__(self, chosen: Path | None, retry_after: float = RETRY_AFTER, meaning: bool = True, wait: bool = False) -> None:
        self._folder, self._meaning, self._wait = knowledge_folder(chosen), meaning, wait
        self._retry_after = retry_after
        self._seen: Stamps = ()
        self._looked = 0.0

    def load(self) -> Assistant:
        """The assistant to begin with.

        Raises:
            KnowledgeError: the folder can't be used.
        """
        self._seen, self._looked = stamps(self._folder), time.monotonic()
        return load_assistant(self._folder, self._meaning, self._wait)

    def renewed_at_times(self) -> Assistant | None:
        """What `renewed` gives, but looking at the folder at most once in `LOOK_EVERY` seconds."""
        now = time.monotonic()
        if now - self._looked < LOOK_EVERY:
            return None
        self._looked = now
        return self.renewed()

    def renewed(self, anyhow: bool = False) -> Assistant | None:
        """A new assistant where the folder changed since the last look, else None.

        Args:
            anyhow: load it even where nothing seems to have changed.

        Raises:
            KnowledgeError: the folder changed and can't be used as it is now; the next look says so again only if it changed again.
        """
        before = stamps(self._folder)
        if before == self._seen and not anyhow:
            return None
        failed = 0
        for _ in range(_MOST_LOADS):
            try:
                assistant = load_assistant(self._folder, self._meaning, self._wait)
            except (AkkoordwijzerError, OSError, ValueError) as error:
                failed += 1
                if failed > 1:
                    self._seen = before
                    if isinstance(error, KnowledgeError):
                        raise
                    raise KnowledgeError("folder.unreadable", path=self._folder, why=error) from error
                time.sleep(self._retry_after)
            else:
                # What changed while it was read may have been read half.
                if stamps(self._folder) == before:
                    self._seen = before
                    return assistant
            before = stamps(self._folder)
        return None  # It goes on changing: the next look tries again.


class ClusterSource(KnowledgeSource):
    """Knowledge that lies in an OpenSearch cluster.

    Args:
        settings: say which.
        seconds: how long a node may take; None for what is usual.
    """

    def __init__(self, settings: Settings, seconds: float | None = None) -> None:
        super().__init__(settings.knowledge_dir, meaning=settings.meaning)
        # Imported here: most have no cluster.
        from bot.opensearch.connection import QUESTION_SECONDS, Cluster

        self.cluster = Cluster(address_of(settings), seconds or QUESTION_SECONDS)
        self._state: object = None
        self._told = False

    def load(self) -> Assistant:
        """See `KnowledgeSource.load`.

        Raises:
            EngineError: the cluster can't be reached, or holds nothing.
        """
        from bot.opensearch.index import ClusterIndex

        home = _home()
        index = ClusterIndex.open_current(self.cluster, home)
        self._state, self._looked = index.state, time.monotonic()
        return _settled(Assistant(index, encoder=_encoder(home) if self._meaning else None))

    def renewed(self, anyhow: bool = False) -> Assistant | None:
        """See `KnowledgeSource.renewed`. A cluster that is away for a while is told once."""
        from bot.opensearch.snapshot import current_state

        try:
            assistant = self.load() if anyhow or current_state(self.cluster) != self._state else None
        except EngineError:
            if self._told:
                return None
            self._told = True
            raise
        self._told = False
        return assistant


def address_of(settings: Settings) -> "Address":
    """Where the cluster is, as the settings say."""
    from bot.opensearch.connection import Address

    return Address(
        settings.opensearch_urls, settings.opensearch_user, settings.opensearch_password, settings.opensearch_authority, settings.opensearch_name
    )  # fmt: skip


Stamps = tuple[tuple[str, int, int], ...]
"""Path, time of change and size of every file."""


def stamps(folder: Path) -> Stamps:
    """What changes when a file in a knowledge folder does. Hidden files and folders are none of it, as in loading."""
    file_stamps: list[tuple[str, int, int]] = []
    waiting, seen = [str(folder)], set()
    while waiting:
        path = waiting.pop()
        try:
            here = Path(path).stat()
            if (here.st_dev, here.st_ino) in seen:
                continue  # A link back up, or two ways to one folder.
            seen.add((here.st_dev, here.st_ino))
            with os.scandir(path) as entries:
                names = sorted(entry.path for entry in entries if not entry.name.startswith("."))
        except OSError:
            continue  # It went away meanwhile: the next look sees what came of it.
        for name in names:
            try:
                stat = Path(name).stat()
            except OSError:
                file_stamps.append((name, 0, 0))  # a link that leads nowhere
            else:
                if S_ISDIR(stat.st_mode):
                    waiting.append(name)
                else:
                    file_stamps.append((name, stat.st_mtime_ns, stat.st_size))
    return tuple(sorted(file_stamps))
