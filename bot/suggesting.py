"""Terms of one document that the lexicon does not know: where an editor's work pays most."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.errors import KnowledgeError
from bot.knowledge.loading import load_knowledge
from bot.language.function_words import is_content
from bot.language.lexicon import Lexicon
from bot.language.stems import stem
from bot.language.tokens import tokenize
from bot.language.vocabulary import base_words
from bot.presentation.texts import say
from bot.watch import local_lines

MOST, CONTEXTS, CONTEXT = 40, 2, 45
"""Terms listed, contexts of each, and characters on either side of the term in a context."""


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
    places: dict[str, list[str]] = {}
    for passage in passages:
        for token in tokenize(passage.text):
            key = stem(token.form)
            if not is_content(token) or len(token.form) < 4 or token.form.isdigit() or token.form in base_words() or lexicon.entries(key):
                continue
            counts[key] += 1
            forms.setdefault(key, Counter())[token.form] += 1
            found = places.setdefault(key, [])
            if len(found) < CONTEXTS:
                found.append(_context(passage.text, token.start, token.end))
    terms = [key for key, count in counts.most_common(MOST) if count > 1]
    if not terms:
        yield say("suggest", "nothing")
        return
    yield say("suggest", "heading", document=document_id)
    for key in terms:
        yield say("suggest", "term", term=forms[key].most_common(1)[0][0], count=counts[key])
        for context in places[key]:
            yield say("suggest", "context", context=context)


def _context(text: str, start: int, end: int) -> str:
    return re.sub(r"\s+", " ", text[max(0, start - CONTEXT) : end + CONTEXT]).strip()
