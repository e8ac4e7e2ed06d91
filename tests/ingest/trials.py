"""The small files that show each fault of bringing documents in, where they are at hand."""

from pathlib import Path

from bot.ingest.blocks import Extracted
from bot.ingest.formats import read_file
from bot.ingest.source import write_source
from tests.paths import shared


def trial(number: str) -> Path:
    """The file whose name begins with this number; the test is skipped where it is not at hand."""
    return next(iter(sorted(shared("trials/documents").glob(f"{number}-*"))))


def read(number: str) -> Extracted:
    """A small file, converted in this process."""
    return read_file(trial(number), lambda done, total: None)


def text_of(number: str) -> str:
    """A small file as source.md."""
    return write_source(read(number).blocks).text
