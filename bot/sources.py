"""Where knowledge lies, and an assistant made from it."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.answering.assistant import Assistant
from bot.answering.prepared import parts_of, prepare, restored, state_of
from bot.compiled import compiled
from bot.knowledge.model import Document
from bot.language.lexicon_lines import Line, Relation
from bot.language.vocabulary import DATA


def knowledge_folder(chosen: Path | None) -> Path:
    """The folder to read.

    Args:
        chosen: by option or setting; None for `knowledge/` here, or else the knowledge that comes with the program.
    """
    if chosen is not None:
        return chosen
    here, package = Path("knowledge"), Path(__file__).parent
    if here.is_dir():
        return here
    bundled = package / "bundled_knowledge"
    return bundled if bundled.is_dir() else package.parent / "knowledge"


MANY = 10_000
"""Passages from which on tantivy is taken where nothing is said. Measured with benchmarks/scale.py: at 10,000 both need 9 ms a question, but
rank-bm25 0.25 s to load and 274 MB, tantivy 0.02 s and 175 MB; at 100,000 it is 37 ms, 3.3 s and 1.6 GB against 19 ms, 0.04 s and 228 MB."""

PASSAGE_BYTES = 350
"""Of source.md for one passage, about: the number of passages is not known before the files are read."""


def wants_tantivy(folder: Path, engine: str) -> bool:
    """Whether a knowledge folder should be read with tantivy, installed or not.

    Args:
        folder: the knowledge folder.
        engine: one of `settings.ENGINES`.
    """
    if engine != "auto":
        return engine == "tantivy"
    return sum(path.stat().st_size for path in folder.glob("*/source.md")) >= MANY * PASSAGE_BYTES


def tantivy_installed() -> bool:
    """Whether tantivy, an extra, can be used here."""
    from importlib.util import find_spec

    return find_spec("tantivy") is not None


def load_assistant(chosen: Path | None, engine: str = "auto") -> Assistant:
    """An assistant over a knowledge folder.

    Args:
        chosen: see `knowledge_folder`.
        engine: one of `settings.ENGINES`; rank-bm25 where tantivy is wanted and not installed.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    folder = knowledge_folder(chosen)
    if wants_tantivy(folder, engine) and tantivy_installed():
        # Imported here: few need it, and a single question should not wait for it.
        from bot.large_knowledge import large_knowledge

        lexicon = folder / "lexicon.yaml"
        lines = local_lines(lexicon if lexicon.exists() else None)
        # Where nothing can be kept, on a full disk or in a cache folder of someone else, it goes on in memory.
        with suppress(OSError):
            return Assistant(large_knowledge(folder, lines))
    files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
    parts = compiled("knowledge", [folder, *files, *sorted(DATA.rglob("*.txt"))], lambda: _state(folder))
    prepared = [restored(part) for part in parts]
    if not all(_is_to_the_letter(document) for part in prepared for document in part.knowledge.documents):
        prepared = [restored(part) for part in _state(folder)]
    return Assistant(prepared)


def _is_to_the_letter(document: Document) -> bool:
    """Whether what was kept is the source as it stands now: a time and a size alone don't prove it, and quotes rest on it."""
    try:
        return document.path is not None and (document.path / "source.md").read_text(encoding="utf-8") == document.text
    except (OSError, ValueError):
        return False


def _state(folder: Path) -> list[dict[str, Any]]:
    from bot.knowledge.loading import load_knowledge

    knowledge = load_knowledge(folder)
    lines = local_lines(knowledge.lexicon_path)
    return [state_of(prepare(part, lines), lines) for part in parts_of(knowledge)]


def local_lines(path: Path | None) -> list[Line]:
    """The lexicon lines of a knowledge folder's lexicon.yaml, none where it has no such file."""
    if path is None:
        return []
    from bot.knowledge.lexicon_file import read_local_lexicon

    return [Line(Relation(sign), left, right, f"{path}:{number}") for sign, left, right, number in read_local_lexicon(path)]
