"""The published question sets (tests/questions) with the documents that they are about.

    python -m benchmarks.corpora FOLDER [--look-in FOLDER ...]

brings their documents in, as a municipality would: FOLDER/NAME becomes the knowledge folder of the set NAME. Documents that are not part of
the project are looked for by their sha256 in the folders given; a set that lacks one is passed over, and said so.
`python -m benchmarks.fit --published FOLDER` then learns from the sets that are for fitting and judges by the others.
"""

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from benchmarks import ends_in_one_line
from bot.ingest.add import Metadata, add

ROOT = Path(__file__).resolve().parent.parent
QUESTIONS = ROOT / "tests" / "questions"
SHIPPED = ROOT / "knowledge"


@dataclass(frozen=True, slots=True)
class SetOfQuestions:
    """A question set to learn from, or to judge by.

    Attributes:
        weight: what its answerable questions count for; 0 to judge by only.
        silence_weight: what its unanswerable questions count for.
    """

    path: Path
    knowledge: Path | None = None
    weight: float = 1.0
    silence_weight: float = 1.0

    @property
    def name(self) -> str:
        return self.path.stem


class Source(NamedTuple):
    """A document that a set is about."""

    file: str
    title: str
    publisher: str
    year: int
    sha256: str


class PublishedSet(NamedTuple):
    """A question set.

    Attributes:
        about: the name of the set whose documents it is about, often its own; '' for the knowledge that comes with the program.
        judging: it is kept for judging: nothing is learned from it.
    """

    name: str
    about: str
    judging: bool
    documents: tuple[Source, ...]

    @property
    def path(self) -> Path:
        """Its questions."""
        return QUESTIONS / f"{self.name}.jsonl"

    def text(self, source: Source) -> Path:
        """Where a document stands that is part of the project."""
        return QUESTIONS / "documents" / self.name / source.file

    def knowledge(self, folder: Path) -> Path:
        """The knowledge folder that answers it, where `bring_in` was given `folder`."""
        return folder / self.about if self.about else SHIPPED


def published_sets() -> list[PublishedSet]:
    """All sets of tests/questions/documents.yaml."""
    listed = yaml.safe_load((QUESTIONS / "documents.yaml").read_text(encoding="utf-8"))
    return [
        PublishedSet(
            name,
            {"shipped": ""}.get(entry.get("about"), entry.get("about", name)),
            entry["use"] == "judging",
            tuple(Source(**source) for source in entry.get("documents", ())),
        )
        for name, entry in listed.items()
    ]


def bring_in(folder: Path, look_in: Iterable[Path]) -> list[str]:
    """Bring in the documents of every set.

    Args:
        folder: where a knowledge folder for each set comes; what stands there already is left as it is.
        look_in: folders with documents that are not part of the project.

    Returns:
        The names of the documents that were not to be had.
    """
    at_hand = {_sha256(path): path for root in look_in for path in sorted(root.rglob("*.pdf"))}
    missing: list[str] = []
    for chosen in published_sets():
        if not chosen.documents or (folder / chosen.name).is_dir():
            continue
        paths = {s: chosen.text(s) if chosen.text(s).is_file() else at_hand.get(s.sha256) for s in chosen.documents}
        lacking = [source.file for source, path in paths.items() if path is None]
        if lacking:
            missing += lacking
            continue
        with tempfile.TemporaryDirectory() as made:
            _bring_in(Path(made), paths)
            shutil.copytree(Path(made) / "knowledge", folder / chosen.name)
    return missing


def _bring_in(folder: Path, paths: Mapping[Source, Path | None]) -> None:
    for source, path in paths.items():
        assert path is not None
        # Its folder is named after the file.
        named = shutil.copy(path, folder / source.file)
        metadata = Metadata(source.title, source.publisher, source.year)
        add(Path(named), folder / "knowledge", metadata)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sets_to_learn_from(folder: Path) -> list[SetOfQuestions]:
    """The published sets whose documents were brought into `folder`; those for judging weigh nothing."""
    return [
        SetOfQuestions(chosen.path, chosen.knowledge(folder), 0.0 if chosen.judging else 1.0)
        for chosen in published_sets()
        if chosen.knowledge(folder).is_dir()
    ]


@ends_in_one_line
def main(arguments: Sequence[str] | None = None) -> None:
    """Bring the documents in, and name those that were not to be had."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.corpora", description="Bring in the documents of the published sets.")
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="where a knowledge folder for each set comes")
    parser.add_argument("--look-in", type=Path, action="append", default=[], metavar="FOLDER", help="where PDFs lie that are fetched")
    options = parser.parse_args(arguments)
    for name in bring_in(options.folder, options.look_in):
        print(f"not at hand: {name}")


if __name__ == "__main__":
    main()
