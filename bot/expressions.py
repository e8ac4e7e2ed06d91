"""Regular expressions, compiled when the program is installed: to compile what one question meets takes longer than to answer it.

What is stored is the code that Python's own compiler made of an expression. It belongs to one version of that compiler, whose files are among
the sources of what is made (`bot.made`); Python checks all of it before it takes it. Where anything is otherwise, the expression is
compiled as usual. Those of the pattern files are all in it, and those of the code (`expression`) that were read when it was made: it is found
by what is written, so that whoever changes one in the code only waits for it until the next time that the program is installed.
"""

import _sre  # type: ignore[import-not-found]  # the engine of the standard library, which has no public name
import marshal
import re
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from re import _compiler as compiler  # type: ignore[attr-defined]  # the standard library's own compiler has no public name
from re import _parser as parser  # type: ignore[attr-defined]  # the standard library's own parser has no public name
from typing import Any, cast
from zlib import compress, crc32, decompress

from bot.made import MARSHALLED, made

_ROOM = Path(__file__).parent

_ANY_CASE = int(re.IGNORECASE)

_of_the_code: set[tuple[str, int]] = set()


class _Awaited:
    """An expression that is compiled when something is first asked of it. What was asked once is an attribute from then on: it costs no more."""

    def __init__(self, written: str, flags: int) -> None:
        self._written, self._flags = written, flags

    def __getattr__(self, name: str) -> Any:
        value = getattr(compiled(self._written, self._flags), name)
        setattr(self, name, value)
        return value


def expression(written: str, flags: int = 0) -> re.Pattern[str]:
    """What `re.compile` gives, but made ready when a text first meets it: most questions meet only a few."""
    _of_the_code.add((written, int(flags)))
    return cast("re.Pattern[str]", _Awaited(written, int(flags)))


def compiled(written: str, flags: int = 0) -> re.Pattern[str]:
    """An expression made ready to be looked for.

    Raises:
        re.error: it is none.
    """
    ready = _ready(_number(written, flags))
    if ready:
        known, known_flags, data, all_flags, groups, named = marshal.loads(ready)  # noqa: S302 - ours, behind a checksum
        if (known, known_flags) == (written, flags):
            names = {number: name for name, number in named.items()}
            code = array("I", decompress(data)).tolist()
            pattern: re.Pattern[str] = _sre.compile(written, all_flags, code, groups - 1, named, tuple(names.get(n) for n in range(groups)))
            return pattern
    return re.compile(written, flags)


def compiled_pattern(written: str, any_case: bool) -> re.Pattern[str]:
    """An expression of a pattern file, see `compiled`.

    Args:
        any_case: upper and lower case are the same.
    """
    return compiled(written, _ANY_CASE if any_case else 0)


def make_anew() -> None:
    """Make them once more, those of all modules that were read too."""
    _made.cache_clear()
    made("expressions", _sources(), _build, anew=True)


def _number(written: str, flags: int) -> int:
    return crc32(written.encode("utf-8", "surrogatepass"), flags)


def _ready(number: int) -> memoryview | None:
    """What was made of the expression with this number."""
    numbers, ends, codes = _made()
    row = bisect_left(numbers, number)
    return codes[ends[row] : ends[row + 1]] if row < len(numbers) and numbers[row] == number else None


@cache
def _made() -> tuple[Sequence[int], Sequence[int], memoryview]:
    """The numbers of expressions in ascending order, where what was made of each ends, behind a 0, and all of that."""
    try:
        data = memoryview(made("expressions", _sources(), _build).data)
        magic, size, count = data[:_HEAD].cast("Q")
    except (AttributeError, OSError, TypeError, ValueError):
        return (), (), memoryview(b"")
    if (magic, size) != (_sre.MAGIC, _sre.CODESIZE):
        return (), (), memoryview(b"")
    ends = _HEAD + 8 * count
    codes = ends + 8 * (count + 1)
    return data[_HEAD:ends].cast("Q"), data[ends:codes].cast("Q"), data[codes:]


_HEAD = 3 * 8
"""Bytes of what stands before the numbers: of which compiler they are, the size of its codes, and how many expressions there are."""


def _files() -> list[Path]:
    return sorted(_ROOM.glob("*/data/*.json"))


def _sources() -> list[Path]:
    return [*_files(), *(Path(module.__file__) for module in (compiler, parser)), Path(__file__)]


def _of_the_files() -> Iterator[tuple[str, int]]:
    """Every expression of the pattern files, with its flags."""
    import json

    for file in _files():
        for rows in json.loads(file.read_text(encoding="utf-8"))["patterns"].values():
            yield from ((written, _ANY_CASE if any_case else 0) for written, _, any_case in rows)


def _build() -> bytes:
    codes: dict[int, bytes] = {}
    for written, flags in sorted({*_of_the_files(), *_of_the_code}):
        parsed = parser.parse(written, flags)
        code = array("I", compiler._code(parsed, flags)).tobytes()
        state = parsed.state
        # Of two with one number the first is ready, and the other is compiled as usual.
        ready = marshal.dumps((written, flags, compress(code), flags | state.flags, state.groups, dict(state.groupdict)), MARSHALLED)
        codes.setdefault(_number(written, flags), ready)
    numbers = sorted(codes)
    ends = accumulate((len(codes[number]) for number in numbers), initial=0)
    head = array("Q", [_sre.MAGIC, _sre.CODESIZE, len(numbers), *numbers, *ends]).tobytes()
    return head + b"".join(codes[number] for number in numbers)
