"""Turns that speak of the turn before: who says so, is that so, what more is there, 'no, I mean'."""

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

from bot.answering.blocks import Points, sentence_quote
from bot.answering.conversation import Turn
from bot.answering.leaning import SAID_SHARE, share
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Passage
from bot.language.patterns import PatternFile
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass

PATTERNS = PatternFile(Path(__file__).parent / "data" / "follow_ups.yaml")


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


def asks_of_now(text: str) -> bool:
    """Whether a text asks how something is now: 'en nu?'"""
    return bool(PATTERNS["of_now"].search(_bare(text)))


def more_about(text: str) -> str | None:
    """The subject of which someone wants to hear more: 'staat er nog meer over veiligheid?'; None for any other text."""
    match = PATTERNS["more_about"].search(_bare(text))
    return match["about"] if match else None


def without_acknowledgement(text: str) -> str:
    """A text without what it says to the answer before: 'ok, en wie beslist?'"""
    folded = fold(text)
    match = PATTERNS["acknowledged"].search(folded) if len(folded) == len(text) else None
    return text[match.end() :] if match else text


def goes_on(text: str) -> bool:
    """Whether a text is worded as one that goes on about the turn before, and so is no talk: 'en als ik afzeg?'"""
    return bool(PATTERNS["goes_on"].search(_bare(text)))


def names_a_known_thing(text: str) -> bool:
    """Whether a text asks after something as known from what was said: 'Wat is de eigen bijdrage?', not 'Wat is een pgb?'"""
    return bool(PATTERNS["known_thing"].search(_bare(text)))


def speaks_of_last_turn(text: str) -> bool:
    """Whether a text is worded as one that speaks of the turn before: any of the above."""
    says_something = meta(text) or corrected_to(text) or asks_of_now(text) or more_about(text) or goes_on(text)
    return bool(says_something or without_acknowledgement(text) != text)


def _bare(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ?.!,;:")


def says_whose(sentence: str) -> bool:
    """Whether a sentence itself says whose words or findings it gives."""
    return bool(PATTERNS["attribution"].search(fold(sentence)))


def earlier_quote(turn: Turn, passage: Passage | None) -> Quote | None:
    """What was quoted in an earlier turn, with the same sentence marked; None where it is gone."""
    if passage is None:
        return None
    span = turn.marked_span
    inside = span is not None and passage.span.start <= span.start < span.end <= passage.span.end
    return Quote(passage, passage.span, span if inside and span else passage.span)


def further(examinations: Sequence[Examined], turn: Turn) -> Points | None:
    """What else the documents say of the subject of the turn before, without what was quoted; None where that is nothing."""
    quotes: dict[tuple[str, int, int], Quote] = {}
    for examined in examinations:
        passages = examined.shelf.index.passages
        nouns = [c for c in examined.read.concepts if not c.word.light and c.word.word_class is WordClass.NOUN]
        for candidate in examined.candidates:
            passage = passages[candidate.passage]
            narrow = examined.shelf.index.views(candidate.passage)[candidate.sentence].narrow
            if passage.document.id != examined.document or passage.id == turn.passage or not nouns:
                continue
            if share(nouns, narrow) >= SAID_SHARE:
                key = (passage.document.id, candidate.passage, candidate.sentence)
                quotes[key] = sentence_quote(passage, candidate.sentence)
    return Points("", tuple(quotes[key] for key in sorted(quotes))) if quotes else None


def without_quoted(examined: Examined, turn: Turn) -> Examined:
    """What a document has to say without the sentence that was quoted before: it was not what was meant."""
    span = turn.marked_span
    passages = examined.shelf.index.passages
    candidates = [
        c for c in examined.candidates
        if passages[c.passage].id != turn.passage or span is None or passages[c.passage].sentences[c.sentence].span.start < span.start
        or passages[c.passage].sentences[c.sentence].span.end > span.end
    ]  # fmt: skip
    return examined._replace(candidates=candidates) if candidates else examined
