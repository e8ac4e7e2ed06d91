"""The process that reads one file for `guard.convert`. It writes JSON lines: progress, then the document or an error."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.errors import ConversionError
from bot.knowledge.converters.reading import read_file

MAX_MEMORY = 3 * 1024**3


def main() -> None:
    """Read the file named by the last argument."""
    limit_memory()
    path = Path(sys.argv[-1])
    try:
        found = read_file(path, lambda done, total: say({"done": done, "total": total}))
    except ConversionError as error:
        say({"error": error.what, "remedy": error.remedy})
    except MemoryError:
        say({"error": "dit bestand vraagt te veel geheugen.", "remedy": "Knip het in delen."})
    else:
        say({"document": asdict(found)})


def limit_memory() -> None:
    """Ask the system to stop this process before it takes all memory; Windows can't."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY if hard == resource.RLIM_INFINITY else min(MAX_MEMORY, hard), hard))


def say(what: dict[str, Any]) -> None:
    """Write one line to the process that waits for it."""
    sys.stdout.write(json.dumps(what, default=lambda form: form.value) + "\n")
    sys.stdout.flush()
