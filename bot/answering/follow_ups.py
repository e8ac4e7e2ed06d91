"""Turns that speak of the turn before: who says so, is that so, what more is there, 'no, I mean'; and what a follow-up may lean on."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from bot.answering.concepts import Concept
from bot.answering.conversation import Turn
from bot.answering.lists import Points, sentence_quote
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Passage, Span
from bot.language.patterns import PatternFile
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass

PATTERNS = PatternFile(Path(__file__).parent / "data" / "follow_ups.yaml")

OWN_SHARE, COVERED = 0.5, 0.5
"""The share of a follow-up's own words that what answers it must have, and how well each."""

BORROWED_SHARE = 0.4
"""The share of the nouns of the turn before that it must have too, where the follow-up only says where."""


class Meta(Enum):
    """What a turn asks of the one before it."""

    SOURCE = "source"
    AGAIN = "again"
    FURTHER = "further"


def meta(text: str) -> Meta | None:
    """What a text asks of the turn before; None where it asks something of its own."""
    bare = _bare(text)
    return next((kind for kind in Meta if PATTERNS[kind.value].search(bare)), None)


def corrected_to(text: str) -> str | None:
    """What someone means instead: 'nee, ik bedoel de kleine'; None where nothing is corrected."""
    match = PATTERNS["correction"].search(_bare(text))
    if match is None:
        return None
    return (match["meant"] or match["said"] or "").strip(" ,.") or None


def _bare(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ?.!,;:")


def names_a_place(text: str) -> bool:
    """Whether a text is only the end of a question, and says where: 'en in Westerlee?'"""
    return bool(PATTERNS["elsewhere"].search(_bare(text)))


def says_whose(sentence: str) -> bool:
    """Whether a sentence itself says whose words or findings it gives."""
    return bool(PATTERNS["attribution"].search(fold(sentence)))


def kept_quote(turn: Turn, passage: Passage | None) -> Quote | None:
    """What was quoted in an earlier turn, with the same sentence marked; None where it is gone."""
    if passage is None:
        return None
    span = marked_span(turn)
    inside = span is not None and passage.span.start <= span.start < span.end <= passage.span.end
    return Quote(passage, passage.span, span if inside and span else passage.span)


def marked_span(turn: Turn) -> Span | None:
    """The sentence that was marked in an earlier turn."""
    start, _, end = turn.marked.partition(" ")
    return Span(int(start), int(end)) if start.isdecimal() and end.isdecimal() else None


def holds_what_it_leans_on(examined: Examined, place: bool) -> bool:
    """Whether the passage that would answer a follow-up has the nouns of the follow-up itself.

    Args:
        place: it only says where: then the passage must have what the question before was about too.
    """
    said = [c for c in examined.read.concepts if not c.borrowed and not c.word.light]
    own = [c for c in said if c.word.word_class is WordClass.NOUN] or said
    borrowed = [c for c in examined.read.concepts if c.borrowed and not c.word.light and c.word.word_class is WordClass.NOUN]
    asked = examined.read.question.focus_text
    points = not PATTERNS["opens"].search(asked) and PATTERNS["pronoun"].search(asked)
    if not borrowed or not own or not examined.candidates or points:
        return True
    strengths: dict[str, float] = {}
    for view in examined.shelf.index.views(examined.candidates[0].passage):
        for key, value in view.wide.items():
            strengths[key] = max(strengths.get(key, 0.0), value)
    return _share(own, strengths) >= OWN_SHARE and (not place or _share(borrowed, strengths) >= BORROWED_SHARE)


def _share(concepts: Sequence[Concept], strengths: dict[str, float]) -> float:
    total = sum(c.weight for c in concepts) or 1.0
    return sum(c.weight for c in concepts if c.match(strengths) >= COVERED) / total


def further(found: Sequence[Examined], turn: Turn) -> Points | None:
    """What else the documents say of the subject of the turn before, without what was quoted; None where that is nothing."""
    quotes: dict[tuple[str, int, int], Quote] = {}
    for examined in found:
        passages = examined.shelf.index.passages
        nouns = [c for c in examined.read.concepts if not c.word.light and c.word.word_class is WordClass.NOUN]
        for candidate in examined.candidates:
            passage = passages[candidate.passage]
            own = examined.shelf.index.views(candidate.passage)[candidate.sentence].own
            if passage.document.id != examined.document or passage.id == turn.passage or not nouns:
                continue
            if _share(nouns, own) >= OWN_SHARE:
                key = (passage.document.id, candidate.passage, candidate.sentence)
                quotes[key] = sentence_quote(passage, candidate.sentence)
    return Points("", tuple(quotes[key] for key in sorted(quotes))) if quotes else None


def without_quoted(examined: Examined, turn: Turn) -> Examined:
    """What a document has to say without the sentence that was quoted before: it was not what was meant."""
    span = marked_span(turn)
    passages = examined.shelf.index.passages
    kept = [
        c for c in examined.candidates
        if passages[c.passage].id != turn.passage or span is None or passages[c.passage].sentences[c.sentence].span.start < span.start
        or passages[c.passage].sentences[c.sentence].span.end > span.end
    ]  # fmt: skip
    return examined._replace(candidates=kept) if kept else examined
