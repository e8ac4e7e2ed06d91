"""Sentences that say what a word means."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.answering.concepts import Concept
from bot.answering.forms import PATTERNS, Asked
from bot.answering.points import points_in, span_of
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Span
from bot.language.function_words import is_content
from bot.language.tokens import fold, tokenize

MEANT = 0.85
"""How well a word must match that is taken for the one whose meaning is asked."""

LONGEST_ENTRY = 120
"""Characters of a sentence that are read for such an entry."""

LONGEST = 600
"""Characters of two sentences that define together."""


class Place(NamedTuple):
    """Where a sentence stands: the number of its passage, and which of its sentences it is."""

    passage: int
    sentence: int


def definition_in(asked: Asked, examined: Examined) -> Place | None:
    """The sentence that says what a word means: an entry of a glossary ('X: ...'), or else a candidate; None where none does.

    Of a term of several words the whole must be defined: that of its last word alone is another.
    """
    form = [token.form for token in tokenize(asked.subject)]
    concepts = [c for c in examined.read.concepts if not c.borrowed and c.word.form in form]
    passages = examined.shelf.index.passages
    several = sum(is_content(token) for token in tokenize(asked.subject)) > 1
    entry = re.compile(PATTERNS["entry"].alternatives[0].expression.replace("wordword", re.escape(asked.subject)))
    for number in _holding(asked, [examined])[0]:
        for sentence, entered in enumerate(passages[number].sentences):
            if entry.match(fold(entered.text[:LONGEST_ENTRY])):
                return Place(number, sentence)
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
            return Place(candidate.passage, candidate.sentence)
    return None


def at_hand(asked: Asked, found: Sequence[Examined]) -> bool:
    """Have at hand what is read for a definition in some documents of one shelf, all of it at once; see `Group.fetch`."""
    group = found[0].shelf.index
    return group.fetch(number for numbers in _holding(asked, found) for number in numbers)


def _holding(asked: Asked, found: Sequence[Examined]) -> Sequence[Sequence[int]]:
    """For each of some documents of one shelf the passages that have every word of a term."""
    group = found[0].shelf.index
    held = group.holding([token.form for token in tokenize(asked.subject)], [group.stretch(examined.document) for examined in found])
    return held if held is not None else [()] * len(found)


def defining_quote(examined: Examined, place: Place) -> Quote:
    """The passage with the sentence that defines marked, and the one before it where it only points back: 'Dat heet het uitdaagrecht.'"""
    group = examined.shelf.index
    passage = group.passages[place.passage]
    span = passage.sentences[place.sentence].span
    inside = points_in(group, place.passage)
    if len(inside) > 1:
        # One item of a list alone: the others say what other words mean.
        return Quote(passage, span_of(group, next(p for p in inside if p.first <= place.sentence < p.end)), span)
    if place.sentence and PATTERNS["points_back"].match(fold(passage.sentences[place.sentence].text)):
        before = passage.sentences[place.sentence - 1].span
        if span.end - before.start <= LONGEST:
            span = Span(before.start, span.end)
    return Quote(passage, passage.span, span)


def _means(form: str, concept: Concept, examined: Examined) -> bool:
    """Whether a folded word stands for a word of the question."""
    word = examined.shelf.analyser.word(form)
    return max(concept.keys.get(word.stem, 0.0), concept.match({word.stem: 1.0, **dict.fromkeys(word.roots(), 1.0)})) >= MEANT
