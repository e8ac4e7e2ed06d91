"""What it costs that one document of many changes, beside making the index afresh, on real regulations, in one run.

    python -m benchmarks.changes --laws FOLDER [--scale 2000,20000,100000] [--passages 500] [--json FILE]

FOLDER holds archives (*.tar.xz) of regulations in Markdown. For each number of passages so many regulations are made into an index; then a
line is put behind the one that has about --passages passages, a few times, and the index is opened and asked a question. All times are CPU
time, of all processes together: from the change to the answer, without vectors, the least of a few. What is found is the same as afresh:
tests/index/test_earlier.py.
"""

import argparse
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks import add_json_option, write_figures
from benchmarks.cluster import write_laws
from bot.answering.assistant import Assistant
from bot.index.folder import open_index
from bot.index.index import Index

QUESTION = "Wie betaalt de kosten van de keuring?"
REPEATS = 3


class Change(NamedTuple):
    """Seconds of CPU.

    Attributes:
        passages, changed: of all documents, and of the one that changed.
        afresh: to make the whole index and answer a question.
        after_change: the same after the change.
    """

    passages: int
    changed: int
    afresh: float
    after_change: float

    @property
    def ratio(self) -> float:
        """What a change costs of a whole index."""
        return self.after_change / self.afresh


def measured(knowledge: Path, home: Path, passages: int) -> Change:
    """Make an index, change a document, and ask.

    Args:
        knowledge: a knowledge folder, which is changed.
        home: an empty folder for the index.
        passages: about as many as the document has that changes.
    """
    index, afresh = _asked(knowledge, home)
    chosen = min(index.documents, key=lambda document: (abs(index.count(document) - passages), document.id))
    size = index.count(chosen)
    times = []
    for number in range(REPEATS):
        with (knowledge / chosen.id / "source.md").open("a", encoding="utf-8") as source:
            source.write(f"\n\nDe keuring van grasmaaiers kost {number + 20} euro.\n")
        index, seconds = _asked(knowledge, home)
        times.append(seconds)
    return Change(len(index.passages), size, afresh, min(times))


def _asked(knowledge: Path, home: Path) -> tuple[Index, float]:
    """The index of a folder, and how long it took to open it and to answer."""
    begin = _processor_time()
    index = open_index(knowledge, home, list)
    Assistant(index).reply(QUESTION)
    # The time of other processes counts once they have ended.
    for process in multiprocessing.active_children():
        process.join()
    return index, _processor_time() - begin


def _processor_time() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.changes", description="What it costs that one document of many changes.")
    parser.add_argument("--laws", type=Path, metavar="FOLDER", required=True, help="archives of regulations")
    parser.add_argument("--scale", default="2000,20000,100000", help="numbers of passages (default: %(default)s)")
    parser.add_argument("--passages", type=int, default=500, help="of the document that changes, about (default: %(default)s)")
    add_json_option(parser)
    options = parser.parse_args(arguments)
    figures = []
    for wanted in map(int, options.scale.split(",")):
        with tempfile.TemporaryDirectory() as temporary:
            root = Path(temporary)
            write_laws(options.laws, root / "knowledge", wanted)
            change = measured(root / "knowledge", root / "cache", options.passages)
            shutil.rmtree(root / "knowledge")
        print(
            f"{change.passages:,} passages: afresh {change.afresh:.1f} s, after a change of a document of {change.changed} "
            f"{change.after_change:.2f} s of CPU; ratio {change.ratio:.3f}",
            flush=True,
        )
        figures.append({**change._asdict(), "ratio": change.ratio})
    write_figures(options.json, {"changes": figures})


if __name__ == "__main__":
    main()
