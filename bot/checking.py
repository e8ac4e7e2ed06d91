"""What `check` prints: what was found in a knowledge folder, and what a person may want to look at."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.knowledge.loading import load_knowledge
from bot.language.lexicon_lines import problems, shipped_lines
from bot.presentation.texts import say
from bot.watch import knowledge_folder, local_lines


def check_lines(chosen: Path | None, passages: bool = False) -> Iterator[str]:
    """Load a knowledge folder and tell what is in it, line by line.

    Args:
        chosen: the folder, see `watch.knowledge_folder`.
        passages: also list each passage with its id, as hints.yaml calls it.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    knowledge = load_knowledge(knowledge_folder(chosen))
    local = local_lines(knowledge.lexicon_path)
    yield say("check", "documents", count=len(knowledge.documents))
    for document in knowledge.documents:
        yield say("check", "document", id=document.id, title=document.title, publisher=document.publisher, year=document.year)
        own = [p for p in knowledge.passages if p.document is document]
        kinds = Counter(p.kind.value for p in own)
        by_kind = ", ".join(f"{say('check', 'kind_names', kind)}: {count}" for kind, count in kinds.items())
        hints = sum(len(p.questions) + sum(len(s.questions) for s in p.sentences) for p in own)
        yield say(
            "check", "counts",
            sections=sum(bool(s.headings) for d, s in knowledge.sections if d is document), passages=len(own), by_kind=by_kind,
            links=sum(pointer.document is document for pointer in knowledge.pointers), hints=hints,
        )  # fmt: skip
        if passages:
            for passage in own:
                yield f"  {passage.id.split('/', 1)[1]}"
    yield say("check", "lexicon", general=len(shipped_lines()), local=len(local))
    for warning in [*knowledge.warnings, *problems(local)]:
        yield say("check", "warning", text=warning)
    yield say("check", "good")
