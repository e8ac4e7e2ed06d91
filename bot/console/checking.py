"""What helps who edits knowledge: the documents of a folder, what `check` finds in it, and the words of a document that `suggest` names."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.folder import listed, load_knowledge
from bot.knowledge.model import Knowledge, Passage
from bot.knowledge.proofreading import remarks
from bot.language.function_words import FUNCTION_WORDS, is_content
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Line, Relation, problems, shipped_lines, term_of
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import base_words
from bot.presentation.texts import say, told
from bot.settings import knowledge_folder
from bot.watch import load_assistant, local_lines

MOST, CONTEXTS, CONTEXT = 40, 2, 45
"""Terms that `suggest` lists, contexts of each, and characters on either side of the term in a context."""


def list_lines(knowledge_dir: Path) -> Iterator[str]:
    """Every document of a knowledge folder, line by line: told from its index, so that no text is read again.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    for item in listed(load_assistant(knowledge_dir, meaning=False).knowledge):
        document = item.document
        yield say("documents", "listed", id=document.id, title=document.title, publisher=document.publisher, year=document.year)
        if item.pages is None:
            yield say("documents", "listed_counts", sections=item.sections, passages=item.passages)
        else:
            yield say("documents", "listed_counts_with_pages", sections=item.sections, passages=item.passages, pages=item.pages)
        if document.url:
            yield say("documents", "listed_url", url=document.url)


def check_lines(chosen: Path | None, passages: bool = False) -> Iterator[str]:
    """Load a knowledge folder and tell what is in it, line by line, and what a person may want to look at.

    Args:
        chosen: the folder, see `settings.knowledge_folder`.
        passages: also list each passage with its id, as hints.yaml calls it.

    Raises:
        KnowledgeError: the folder can't be used.
    """
    folder = knowledge_folder(chosen)
    knowledge = load_knowledge(folder)
    local = local_lines(knowledge.lexicon_path)
    yield say("check", "documents", count=len(knowledge.documents))
    passages_of: dict[str, list[Passage]] = {}
    for passage in knowledge.passages:
        passages_of.setdefault(passage.document.id, []).append(passage)
    sections = Counter(document.id for document, section in knowledge.sections if section.headings)
    links = Counter(pointer.document.id for pointer in knowledge.pointers)
    for document in knowledge.documents:
        yield say("check", "document", id=document.id, title=document.title, publisher=document.publisher, year=document.year)
        of_document = passages_of.get(document.id, [])
        kinds = Counter(p.kind.value for p in of_document)
        by_kind = ", ".join(f"{say('check', 'kind_names', kind)}: {count}" for kind, count in kinds.items())
        hints = sum(len(p.questions) + sum(len(s.questions) for s in p.sentences) for p in of_document)
        yield say(
            "check", "counts",
            sections=sections[document.id], passages=len(of_document), by_kind=by_kind, links=links[document.id], hints=hints,
        )  # fmt: skip
        if passages:
            for passage in of_document:
                yield f"  {passage.id.split('/', 1)[1]}"
    yield say("check", "lexicon", general=len(shipped_lines()), local=len(local))
    to_mend = [*problems(local), *_idle_lines(local, knowledge), *remarks(folder)]
    for error in (*_empty_sections(knowledge), *to_mend):
        yield say("check", "warning", text=told(error))
    yield say("check", "to_mend", count=len(to_mend)) if to_mend else say("check", "good")


def _empty_sections(knowledge: Knowledge) -> Iterator[KnowledgeError]:
    for document, section in knowledge.sections:
        if section.empty and document.path is not None:
            yield KnowledgeError("remark.empty_section", path=document.path / "source.md", section=section.title)


def _idle_lines(lines: Sequence[Line], knowledge: Knowledge) -> Iterator[KnowledgeError]:
    """Lines of a lexicon that can't do anything: none of the words that they lead to stands in a source."""
    if not lines:
        return
    texts = [*(p.text for p in knowledge.passages), *(section.title for _, section in knowledge.sections)]
    hints = [hint for p in knowledge.passages for hint in (*p.questions, *p.keywords)]
    hints += [hint for p in knowledge.passages for s in p.sentences for hint in (*s.questions, *s.keywords)]
    stems = {stem(token.form) for text in (*texts, *hints) for token in tokenize(text)}
    parts = "\n".join(stems)

    def stands_in_a_source(words: str) -> bool:
        # A word may be a part of a compound: 'huur' finds 'huurwoning'.
        return all(part in stems or (len(part) > 3 and part in parts) for part in term_of(words))

    for line in lines:
        path, _, number = line.origin.rpartition(":")
        for word in (*line.left, *line.right):
            if all(fold(part) in FUNCTION_WORDS for part in word.split()):
                yield KnowledgeError("remark.function_words", path=Path(path), line=int(number), word=word)
        led_to = line.right if line.relation is Relation.READING else (*line.left, *line.right)
        if not any(map(stands_in_a_source, led_to)):
            yield KnowledgeError("remark.not_in_sources", path=Path(path), line=int(number), words=", ".join(led_to))


def suggestion_lines(folder: Path, document_id: str) -> Iterator[str]:
    """Frequent terms that the lexicon does not know, the most frequent first, each with where it stands.

    Args:
        folder: the knowledge folder.
        document_id: the document to look in.

    Raises:
        KnowledgeError: the folder can't be used, or there is no such document.
    """
    knowledge = load_knowledge(folder)
    passages = [passage for passage in knowledge.passages if passage.document.id == document_id]
    if not passages:
        known = ", ".join(document.id for document in knowledge.documents)
        raise KnowledgeError("folder.unknown_document", path=folder, document=document_id, known=known)
    lexicon = Lexicon(local_lines(knowledge.lexicon_path))
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    contexts: dict[str, list[str]] = {}
    for passage in passages:
        for token in tokenize(passage.text):
            key = stem(token.form)
            if not is_content(token) or len(token.form) < 4 or token.form.isdigit() or token.form in base_words() or lexicon.entries(key):
                continue
            counts[key] += 1
            forms.setdefault(key, Counter())[token.form] += 1
            shown = contexts.setdefault(key, [])
            if len(shown) < CONTEXTS:
                shown.append(_context(passage.text, token.start, token.end))
    terms = [key for key, count in counts.most_common(MOST) if count > 1]
    if not terms:
        yield say("suggest", "nothing")
        return
    yield say("suggest", "heading", document=document_id)
    for key in terms:
        yield say("suggest", "term", term=forms[key].most_common(1)[0][0], count=counts[key])
        for context in contexts[key]:
            yield say("suggest", "context", context=context)


def _context(text: str, start: int, end: int) -> str:
    return re.sub(r"\s+", " ", text[max(0, start - CONTEXT) : end + CONTEXT]).strip()
