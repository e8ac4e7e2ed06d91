"""What is made of the program's own data files, once: when it is installed, or else when it is first needed.

A single question should not wait for thousands of lines of text to be read. What is made lies in `made/` beside this file; where nobody
may write there, in the folder that `keep_in` was told. It is true while its sources are what they were: their sizes and times, or else
their content. Nothing is lost without it: where it can't be kept it is made each time.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from zlib import crc32

from bot.named import NamedTuple

MADE = Path(__file__).parent / "made"

_further: list[Path] = []


LARGE = 1_000_000
"""Bytes from which on a file is looked into where it lies: to copy it takes longer than what a question looks up in it."""


class Made(NamedTuple):
    """What was made.

    Attributes:
        data: a view of the file itself where that is large.
        fingerprint: changes when the content of the sources does.
    """

    data: bytes | memoryview
    fingerprint: str


def keep_in(folder: Path) -> None:
    """Where to keep what can't be kept beside the program."""
    _further[:] = [folder]


def made(name: str, sources: Sequence[Path], build: Callable[[], bytes], anew: bool = False) -> Made:
    """What is made of some files, as it is kept where it is still true.

    Args:
        name: tells it from other data.
        sources: what it depends on, the code that makes it too.
        build: makes it.
        anew: even where what is stored is true.
    """
    stamp = "|".join(f"{path.name} {stat.st_size} {stat.st_mtime_ns}" for path in sources for stat in [path.stat()])
    now = ""
    for folder in () if anew else (MADE, *_further):
        with suppress(OSError, ValueError):
            head, data = _stored(folder / name)
            stored_stamp, stored_fingerprint, check = head.decode().rsplit("\t", 2)
            if int(check) != crc32(data):
                continue
            if stored_stamp == stamp:
                return Made(data, stored_fingerprint)
            now = now or _fingerprint(sources)
            if stored_fingerprint == now:
                # The files were copied or installed anew: from now on a look at them is enough.
                _write(name, stamp, now, data)
                return Made(data, now)
    now = now or _fingerprint(sources)
    data = build()
    _write(name, stamp, now, data)
    return Made(data, now)


def _stored(path: Path) -> tuple[bytes, bytes | memoryview]:
    """The first line of a file, and what stands behind it."""
    with path.open("rb") as file:
        head = file.readline()
        if path.stat().st_size < LARGE:
            return head[:-1], file.read()
        # Imported here: only one or two files are so large.
        from mmap import ACCESS_READ, mmap

        return head[:-1], memoryview(mmap(file.fileno(), 0, access=ACCESS_READ))[len(head) :]


def _fingerprint(sources: Sequence[Path]) -> str:
    checksum = size = 0
    for path in sources:
        data = path.read_bytes()
        checksum, size = crc32(data, checksum), size + len(data)
    return f"{size} {checksum:08x}"


def _write(name: str, stamp: str, fingerprint: str, data: bytes | memoryview) -> None:
    # Imported here: it is seldom needed.
    import tempfile

    for folder in (MADE, *_further):
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder, prefix=f".{name}-") as scratch:
                half = Path(scratch) / name
                half.write_bytes(b"".join((f"{stamp}\t{fingerprint}\t{crc32(data)}\n".encode(), data)))
                half.replace(folder / name)
            return


def fingerprint(name: str, sources: Sequence[Path]) -> str:
    """What changes when the content of some files does. They are read only when they look other than the last time."""
    return made(name, sources, bytes).fingerprint


@cache
def yaml_data(path: Path) -> object:
    """The data in a YAML file of the program's own."""
    import json

    def build() -> bytes:
        import yaml

        data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are the safe loader
        return json.dumps(data, ensure_ascii=False).encode()

    return json.loads(bytes(made(path.stem, [path], build).data))
