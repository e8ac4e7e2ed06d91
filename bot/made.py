"""What is made of the program's own data files, once: when it is installed, or else when it is first needed.

A single question should not wait for thousands of lines of text to be read. What is made lies in `made/` beside this file; where nobody
may write there, in the folder that `keep_in` was told. It is true while its sources are what they were: their sizes and times, or else
their content. Nothing is lost without it: where it can't be kept it is made each time.
"""

import marshal
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

from bot.named import NamedTuple

MADE = Path(__file__).parent / "made"

_further: list[Path] = []


LARGE = 100_000
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
            if int(check) != _checksum(data):
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


def _checksum(data: bytes | memoryview) -> int:
    """What changes when a part of the data does."""
    if len(data) < LARGE:
        return crc32(data)
    # Imported here: who asks something of a large file has need of it anyway. It adds up four times eight bytes in the time of one of crc32.
    import numpy as np

    words = len(data) // 8
    return crc32(data[words * 8 :], int(np.frombuffer(data, np.uint64, words).sum()) & 0xFFFFFFFF)


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
                head = f"{stamp}\t{fingerprint}\t{_checksum(data)}".encode()
                # What follows begins at a multiple of eight bytes: numbers that lie so are read several at a time.
                half.write_bytes(b"".join((head, b" " * (-(len(head) + 1) % 8), b"\n", data)))
                half.replace(folder / name)
            return


def fingerprint(name: str, sources: Sequence[Path]) -> str:
    """What changes when the content of some files does. They are read only when they look other than the last time."""
    return made(name, sources, bytes).fingerprint


def yaml_data(path: Path) -> Mapping[str, Any]:
    """The data in a YAML file of the program's own."""
    return {name: yaml_part(path, name) for name in _parts(path)}


@cache
def yaml_part(path: Path, name: str) -> Any:
    """What stands under one of the names at the top of a YAML file of the program's own: a question needs little of it.

    Raises:
        KeyError: the file has no such name.
    """
    return marshal.loads(_parts(path)[name])  # noqa: S302 - ours, behind a checksum


MARSHALLED = 4
"""The form in which values are written: every version of Python reads it."""


@cache
def _parts(path: Path) -> Mapping[str, bytes]:
    def build() -> bytes:
        # Imported here: it is seldom needed.
        import json

        import yaml

        data = yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are the safe loader
        parts = json.loads(json.dumps(data)).items()
        return marshal.dumps({name: marshal.dumps(part, MARSHALLED) for name, part in parts}, MARSHALLED)

    parts: Mapping[str, bytes] = marshal.loads(made(path.stem, [path, Path(__file__)], build).data)  # noqa: S302 - ours, behind a checksum
    return parts
