"""Data made ready once and kept on disk, so that a single question need not wait for thousands of lines of text to be read.

What is kept is plain data (dictionaries, lists, texts, numbers), written by `marshal`, in the user's cache folder. It is made
anew when a source file, the program or Python changes. Nothing is lost without it: a folder that can't be written only costs time.
"""

import marshal
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

_CODE = Path(__file__).parent
_folder: Path | None = None


def keep_in(folder: Path | None) -> Path | None:
    """Keep made-ready data in a folder from now on; None, as at the start, for nowhere.

    Returns:
        Where it was kept before.
    """
    global _folder
    before, _folder = _folder, folder
    return before


def compiled(name: str, sources: Iterable[Path], build: Callable[[], Any]) -> Any:
    """Data made from files, from the cache where it is still true.

    Args:
        name: tells it from other data.
        sources: the files that it depends on, beside the program's own code.
        build: makes it: dictionaries, lists, tuples, sets, texts, bytes and numbers only.

    Returns:
        What `build` returns, now or earlier.
    """
    key = state_key(sources)
    if _folder is None:
        return build()
    path = _folder / f"{name}-{crc32(key.encode(errors='replace')):08x}.bin"
    try:
        whole = path.read_bytes()
        # Only what is whole is read: from a damaged length marshal would ask for all the memory there is.
        if crc32(memoryview(whole)[_SUM:]) == int.from_bytes(whole[:_SUM], "big"):
            kept, data = marshal.loads(memoryview(whole)[_SUM:])  # noqa: S302 - written by this function, in the user's own folder; it holds data, never code
            if kept == key:
                return data
    except (OSError, EOFError, ValueError, TypeError):
        pass
    data = build()
    _write(path, name, marshal.dumps((key, data)))
    return data


_SUM = 4
"""Bytes of the checksum that a file begins with."""


def state_key(sources: Iterable[Path]) -> str:
    """What changes when one of the files, the program or Python does."""
    return _code_key() + _key(sources)


def _key(sources: Iterable[Path]) -> str:
    """What changes when one of the files does."""
    lines = []
    for source in sources:
        try:
            stat = source.stat()
            lines.append(f"{source}\0{stat.st_mtime_ns}\0{stat.st_size}")
        except OSError:
            lines.append(f"{source}\0absent")
    return "\n".join(lines)


@cache
def _code_key() -> str:
    return f"{sys.version_info[:3]} {marshal.version}\n" + _key(sorted(_CODE.rglob("*.py")))


def _write(path: Path, name: str, data: bytes) -> None:
    import tempfile

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{name}-") as place:
            half = Path(place) / path.name
            half.write_bytes(crc32(data).to_bytes(_SUM, "big") + data)
            half.replace(path)
        for old in sorted(path.parent.glob(f"{name}-*.bin"), key=lambda p: p.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError:
        return


KEPT = 8
"""Versions of one name that are kept: more than one knowledge folder may be in use."""


def plain_yaml(path: Path) -> Any:
    """The data in a YAML file of the program's own."""
    import yaml

    return yaml.load(path.read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - both are the safe loader
