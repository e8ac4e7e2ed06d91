"""Where knowledge lies, and an assistant made from it."""

from pathlib import Path

from bot.answering.assistant import Assistant
from bot.knowledge.lexicon_file import read_local_lexicon
from bot.knowledge.loading import load_knowledge
from bot.language.lexicon import Line, Relation


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


def load_assistant(chosen: Path | None) -> Assistant:
    """An assistant over a knowledge folder.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    knowledge = load_knowledge(knowledge_folder(chosen))
    return Assistant(knowledge, local_lines(knowledge.lexicon_path))


def local_lines(path: Path | None) -> list[Line]:
    """The lexicon lines of a knowledge folder's lexicon.yaml, none where it has no such file."""
    if path is None:
        return []
    return [Line(Relation(sign), left, right, f"{path}:{number}") for sign, left, right, number in read_local_lexicon(path)]
