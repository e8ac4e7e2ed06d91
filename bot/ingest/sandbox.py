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
from bot.ingest.formats import read_file, recognise
from bot.knowledge.markdown import Form

SECONDS = 18.0
"""For any file up to 50 pages; each further page adds `SECONDS_A_PAGE`. Pages take 0.02 seconds here."""
SECONDS_A_PAGE = 0.3
MAX_MEMORY = 3 * 1024**3
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bot.ingest.sandbox import read_here; read_here()"


def convert(path: Path, progress: Progress | None = None, seconds: float = SECONDS) -> Extracted:
    """Make blocks of a file.

    Args:
        path: a PDF, Word document, web page, Markdown or text file.
        progress: called as (pages done, pages in all).
        seconds: the time that a file of up to 50 pages may take.

    Raises:
        ConversionError: the file is missing, empty, broken, encrypted, scanned, too large, or takes too long.
    """
    recognise(path)
    # The arguments are this Python itself, a fixed line of code and a path: no shell reads them.
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments, no shell
        [sys.executable, "-c", _START, json.dumps([str(entry) for entry in sys.path]), str(path.absolute())],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, encoding="utf-8",
    )  # fmt: skip
    clock = _Clock(process, seconds)
    last: Mapping[str, Any] = {}
    try:
        assert process.stdout is not None
        for line in process.stdout:
            last = _parse(line)
            if "total" in last:
                if last["done"] == 1 and last["total"] > 50:
                    clock.extend((last["total"] - 50) * SECONDS_A_PAGE)
                if progress:
                    progress(last["done"], last["total"])
    finally:
        clock.stop()
        process.kill()
        process.communicate()
    if "document" in last:
        return _document(last["document"])
    if "error" in last:
        raise ConversionError(last["error"], last["remedy"], path)
    if clock.rang:
        raise ConversionError("het lezen van dit bestand duurt te lang.", "Sla het opnieuw op, of knip het in delen.", path)
    raise ConversionError("dit bestand is beschadigd en kan niet worden gelezen.", "Haal het bestand opnieuw op.", path)


class _Clock:
    """Stops a process when its time is over."""

    def __init__(self, process: "subprocess.Popen[str]", seconds: float) -> None:
        self.process, self.rang = process, False
        self.timer = threading.Timer(seconds, self._ring)
        self.timer.daemon = True
        self.timer.start()

    def extend(self, seconds: float) -> None:
        """Begin anew, with so many seconds on top of the first allowance."""
        self.timer.cancel()
        self.timer = threading.Timer(self.timer.interval + seconds, self._ring)
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
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _document(data: Mapping[str, Any]) -> Extracted:
    blocks = [
        TextBlock(Form(block["form"]), tuple(Line(line["text"], line["page"]) for line in block["lines"]), block["level"])
        for block in data["blocks"]
    ]
    return Extracted(
        blocks, data["title"], data["publisher"], data["year"], data["url"], data["pages"],
        {LeftOut(key): count for key, count in data["left_out"].items()},
        [PageReading(tuple(reading["chains"]), reading["cut"]) for reading in data["readings"]],
    )  # fmt: skip


def read_here() -> None:
    """The process that reads one file, named by its last argument; it writes JSON lines: progress, then the document or an error."""
    limit_memory()
    path = Path(sys.argv[-1])
    try:
        extracted = read_file(path, lambda done, total: _say({"done": done, "total": total}))
    except ConversionError as error:
        _say({"error": error.what, "remedy": error.remedy})
    except MemoryError:
        _say({"error": "dit bestand vraagt te veel geheugen.", "remedy": "Knip het in delen."})
    else:
        _say({"document": asdict(extracted)})


def limit_memory() -> None:
    """Ask the system to stop this process before it takes all memory; Windows can't."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard), hard))


def _say(what: dict[str, Any]) -> None:
    """Write one line to the process that waits for it."""
    sys.stdout.write(json.dumps(what, default=lambda form: form.value) + "\n")
    sys.stdout.flush()
