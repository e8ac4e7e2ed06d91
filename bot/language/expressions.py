"""Regular expressions of the pattern files, compiled when the program is installed: to compile the thirty that one question meets takes
longer than to answer it.

What is kept is the code that Python's own compiler made of an expression. It belongs to one version of that compiler, whose files are among
the sources of what is made (`bot.made`); Python checks all of it before it takes it. Where anything is otherwise, the expression is
compiled as usual.
"""

import _sre  # type: ignore[import-not-found]  # the engine of the standard library, which has no public name
import marshal
import re
from array import array
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from re import _compiler as compiler  # type: ignore[attr-defined]  # the standard library's own compiler has no public name
from re import _parser as parser  # type: ignore[attr-defined]  # the standard library's own parser has no public name
from zlib import compress, decompress

from bot.made import made

_ROOMS = Path(__file__).parent.parent

_Made = tuple[bytes, int, int, dict[str, int]]
"""The code, compressed; the flags; the number of groups, the whole match among them; and the groups with a name."""


def compiled(expression: str, any_case: bool = False) -> re.Pattern[str]:
    """An expression made ready to be looked for.

    Args:
        any_case: upper and lower case are the same.

    Raises:
        re.error: it is none.
    """
    ready = _made().get((expression, any_case))
    if ready is None:
        return re.compile(expression, _flags(any_case))
    data, flags, groups, named = ready
    names = {number: name for name, number in named.items()}
    code = array("I", decompress(data)).tolist()
    pattern: re.Pattern[str] = _sre.compile(expression, flags, code, groups - 1, named, tuple(names.get(n) for n in range(groups)))
    return pattern


def _flags(any_case: bool) -> int:
    return int(re.IGNORECASE) if any_case else 0


@cache
def _made() -> Mapping[tuple[str, bool], _Made]:
    files = sorted(_ROOMS.glob("*/data/*.json"))
    try:
        makers = [Path(module.__file__) for module in (compiler, parser)]
        loaded = marshal.loads(made("expressions", [*files, *makers, Path(__file__)], lambda: _build(files)).data)  # noqa: S302 - ours, behind a checksum
        magic, expressions = loaded
    except (AttributeError, OSError, TypeError, ValueError, EOFError):
        return {}
    return expressions if magic == (_sre.MAGIC, _sre.CODESIZE) else {}


def _build(files: list[Path]) -> bytes:
    import json

    codes: dict[tuple[str, bool], _Made] = {}
    for file in files:
        for rows in json.loads(file.read_text(encoding="utf-8"))["patterns"].values():
            for expression, _, any_case in rows:
                flags = _flags(any_case)
                parsed = parser.parse(expression, flags)
                code = array("I", compiler._code(parsed, flags)).tobytes()
                state = parsed.state
                codes[expression, any_case] = (compress(code), flags | state.flags, state.groups, dict(state.groupdict))
    return marshal.dumps(((_sre.MAGIC, _sre.CODESIZE), codes))
