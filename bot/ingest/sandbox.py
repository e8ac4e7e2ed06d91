"""Reading a file in a process of its own: what crashes or hangs there ends in one clear error here."""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.errors import ConversionError
from bot.ingest.blocks import Extracted, LeftOut, Line, PageReading, Progress, TextBlock
from bot.ingest.formats import beginning, read_file
from bot.knowledge.markdown import Form

SECONDS = 18
"""Of processor time, for any file up to 50 pages; each further page adds `SECONDS_A_PAGE`. Pages take 0.03 seconds here."""
SECONDS_A_PAGE = 0.3
MAX_MEMORY = 3 * 1024**3
_PATIENCE = 20
"""Times the processor time: how long a process may take by the clock between two pages, on a machine that is busy with other things."""
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bot.ingest.sandbox import read_here; read_here()"


def convert(path: Path, progress: Progress | None = None, seconds: int = SECONDS) -> Extracted:
    """Make blocks of a file.

    Args:
        path: a document of one of the formats.
        progress: called as (pages done, pages in all).
        seconds: the processor time that a file of up to 50 pages may take.

    Raises:
        ConversionError: the file is missing, empty, broken, encrypted, scanned, too large, or takes too long.
    """
    beginning(path)  # All that needs more than its first bytes is read there, within limits: the names in an archive too.
    # The arguments are this Python itself, a fixed line of code, a number and a path: no shell reads them.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments, no shell
        [sys.executable, "-c", _START, json.dumps([str(entry) for entry in sys.path]), str(seconds), str(path.absolute())],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
    )  # fmt: skip
    # Where the system can't count processor time, the clock does; it begins anew with each page.
    clock = _Clock(process, seconds * (_PATIENCE if _counts_processor_time() else 1))
    last: Mapping[str, Any] = {}
    try:
        assert process.stdout is not None
        for line in process.stdout:
            last = _parse(line)
            if "total" in last:
                clock.begin()
                if progress:
                    progress(last["done"], last["total"])
        process.wait()
    finally:
        clock.stop()
        process.kill()
        process.communicate()
    if "document" in last:
        return _document(last["document"])
    if "error" in last:
        raise ConversionError(last["error"], path=path, **last["values"])
    if clock.rang or process.returncode == -_OUT_OF_TIME:
        raise ConversionError("ingest.too_slow", path=path)
    raise ConversionError("ingest.damaged", path=path)


_OUT_OF_TIME = 24  # SIGXCPU, which not every system has a name for


def _counts_processor_time() -> bool:
    return sys.platform != "win32"


class _Clock:
    """Stops a process that takes too long from one page to the next."""

    def __init__(self, process: "subprocess.Popen[str]", seconds: float) -> None:
        self.process, self.seconds, self.rang = process, seconds, False
        self.timer = threading.Timer(0, self._ring)
        self.begin()

    def begin(self) -> None:
        """Count from now."""
        self.timer.cancel()
        self.timer = threading.Timer(self.seconds, self._ring)
        self.timer.daemon = True
        self.timer.start()

    def stop(self) -> None:
        """The process has ended by itself."""
        self.timer.cancel()

    def _ring(self) -> None:
        self.rang = True
        self.process.kill()


def _parse(line: str) -> Mapping[str, Any]:
    try:
        message = json.loads(line)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}


def _document(data: Mapping[str, Any]) -> Extracted:
    blocks = [
        TextBlock(
            Form(block["form"]), tuple(Line(line["text"], line["page"]) for line in block["lines"]),
            block["level"], block["label"], block["sign"],
        )
        for block in data["blocks"]
    ]  # fmt: skip
    return Extracted(
        blocks, data["title"], data["publisher"], data["year"], data["url"], data["pages"],
        {LeftOut(key): count for key, count in data["left_out"].items()}, data["left_out_text"],
        [PageReading(tuple(reading["chains"]), reading["cut"]) for reading in data["readings"]],
        data["dated"], tuple(data["recognised"]),
    )  # fmt: skip


def read_here() -> None:
    """The process that reads one file, named by its last argument; it writes JSON lines: progress, then the document or an error."""
    path, seconds = Path(sys.argv[-1]), int(sys.argv[-2])
    limit_memory()
    _limit_time(seconds)

    def progress(done: int, total: int) -> None:
        if done == 1 and total > 50:
            _limit_time(seconds + int((total - 50) * SECONDS_A_PAGE))
        _say({"done": done, "total": total})

    try:
        extracted = read_file(path, progress)
    except ConversionError as error:
        _say({"error": error.key, "values": error.values})
    except MemoryError:
        _say({"error": "ingest.memory", "values": {}})
    else:
        _say({"document": asdict(extracted)})


def limit_memory() -> None:
    """Ask the system to stop this process before it takes all memory; Windows can't."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard), hard))


def _limit_time(seconds: int) -> None:
    """Ask the system to stop this process after so much processor time: a busy machine is no fault of the file. Windows can't."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds if hard == resource.RLIM_INFINITY else min(seconds, hard), hard))


def _say(what: dict[str, Any]) -> None:
    """Write one line to the process that waits for it."""
    sys.stdout.write(json.dumps(what, default=lambda value: getattr(value, "value", str(value))) + "\n")
    sys.stdout.flush()
