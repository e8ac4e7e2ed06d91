"""Sentences that say what a word means."""

import re

from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS, Asked
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Span
from bot.language.function_words import is_content
from bot.language.tokens import fold, tokenize

MEANT = 0.85
"""How well a word must match that is taken for the one whose meaning is asked."""

LONGEST = 600
"""Characters of two sentences that define together."""


def definition_in(asked: Asked, examined: Examined) -> Candidate | None:
    """The candidate that says what a word means; None where none does.

    Of a term of several words the whole must be defined: that of its last word alone is another.
    """
    concepts = [c for c in examined.read.concepts if not c.borrowed]
    passages = examined.shelf.index.passages
    several = sum(is_content(token) for token in tokenize(asked.subject)) > 1
    for candidate in examined.candidates:
        passage = passages[candidate.passage]
        if passage.document.id != examined.document:
            continue
        text = " ".join(fold(passage.sentences[candidate.sentence].text).split())
        names = {asked.subject}
        if not several:
            words = {form for token in tokenize(text) for form in (token.form, *token.parts)}
            names |= {form for form in words if any(_means(form, concept, examined) for concept in concepts)}
        either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        if any(re.search(p.expression.replace("wordword", f"(?:{either})"), text) for p in PATTERNS["defines"].alternatives):
            return candidate
    return None


def defining_quote(examined: Examined, candidate: Candidate) -> Quote:
    """The passage with the sentence that defines marked, and the one before it where it only points back: 'Dat heet het uitdaagrecht.'"""
    passage = examined.shelf.index.passages[candidate.passage]
    span = passage.sentences[candidate.sentence].span
    if candidate.sentence and PATTERNS["points_back"].match(fold(passage.sentences[candidate.sentence].text)):
        before = passage.sentences[candidate.sentence - 1].span
        if span.end - before.start <= LONGEST:
            span = Span(before.start, span.end)
    return Quote(passage, passage.span, span)


def _means(form: str, concept: Concept, examined: Examined) -> bool:
    """Whether a folded word stands for a word of the question."""
    word = examined.shelf.analyser.word(form)
    return max(concept.keys.get(word.stem, 0.0), concept.match({word.stem: 1.0, **dict.fromkeys(word.roots(), 1.0)})) >= MEANT
