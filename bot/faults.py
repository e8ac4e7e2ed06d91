"""What a user reads when something goes wrong, expected or not: one line. Of a fault of the program itself a file tells where it was."""

import platform
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from traceback import extract_tb

from bot import __version__
from bot.errors import AkkoordwijzerError
from bot.presentation.texts import say, told
from bot.settings import cache_folder


def error_line(error: Exception, command: str) -> str:
    """Any error as one line for the user. A fault of the program goes to a file that the line names; see `write_fault`."""
    if isinstance(error, AkkoordwijzerError):
        return told(error)
    if (isinstance(error, OSError) and error.errno is not None) or hasattr(error, "sqlite_errorname"):
        name = getattr(error, "filename", None)
        return told(AkkoordwijzerError("system", path=Path(str(name)) if name else None, why=error))
    path = write_fault(error, command)
    return say("errors", "unexpected", path=str(path)) if path else say("errors", "unexpected_unkept")


def write_fault(error: BaseException, command: str) -> Path | None:
    """Write down where a fault happened, in the cache folder, or else in the folder for temporary files.

    The file has the kinds of error and the lines of code that led to them. Messages and values are left out: they may hold
    a question, and a question is kept nowhere.

    Args:
        error: the fault.
        command: the name of the command, nothing else of the command line.

    Returns:
        The file; the same fault gives the same file. None where none can be written.
    """
    text = "\n".join([f"Akkoordwijzer {__version__}, Python {platform.python_version()}, {platform.system()}", command, *_lines(error), ""])
    name = f"akkoordwijzer-fout-{blake2b(text.encode(errors='replace'), digest_size=4).hexdigest()}.txt"
    for folder in _folders():
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8", errors="replace")
            return path
    return None


def _folders() -> Iterator[Path]:
    with suppress(RuntimeError):
        yield cache_folder()
    yield Path(tempfile.gettempdir())


def _lines(error: BaseException) -> Iterator[str]:
    """The chain of errors, the first cause first, each with the lines of code from the outermost inwards."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _lines(cause)
    for frame in extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
        yield f"    {frame.line}"
    number = f" {error.errno}" if isinstance(error, OSError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{number}"
