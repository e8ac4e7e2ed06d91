"""The quote of a passage, with the sentence marked that answers. What leans on the sentence before it is data, see data/quoting.yaml."""

from collections.abc import Sequence
from pathlib import Path

from bot.answering.features import Candidate
from bot.answering.reply import Quote
from bot.answering.shelf import Shelf
from bot.knowledge.model import Passage, Span
from bot.language.patterns import PatternFile
from bot.language.tokens import fold

PATTERNS = PatternFile(Path(__file__).parent / "data" / "quoting.yaml")

LONGEST_HIGHLIGHT = 320
"""Characters that are marked at most."""

BESIDE_MARGIN = 1.2
"""Two neighbouring sentences whose scores differ by less are both marked; chosen on the project's own question sets."""


def quote_of(shelf: Shelf, candidates: Sequence[Candidate]) -> Quote:
    """The passage of these candidates as a quote.

    Args:
        shelf: on which they stand.
        candidates: sentences of one passage, the best first.
    """
    passage = shelf.index.passages[candidates[0].passage]
    return Quote(passage, passage.span, marked_span(passage, candidates))


def marked_span(passage: Passage, candidates: Sequence[Candidate]) -> Span:
    """The best sentence of a passage; with a neighbour that is about as good, or else with the one before it where it leans on that.

    Args:
        candidates: of this passage, best first; at least one.

    Returns:
        At most `LONGEST_HIGHLIGHT` characters.
    """
    best = candidates[0]
    span = passage.sentences[best.sentence].span
    for other in candidates[1:]:
        if best.score - other.score < BESIDE_MARGIN and abs(other.sentence - best.sentence) == 1:
            return _longer(span, passage.sentences[other.sentence].span) or _cut(passage, span)
    if leans_back(passage, best.sentence):
        both = _longer(span, passage.sentences[best.sentence - 1].span)
        # A mark on the whole passage says nothing.
        if both and both != passage.span:
            return both
    return _cut(passage, span)


def _longer(span: Span, beside: Span) -> Span | None:
    """Two neighbouring sentences as one; None where that is too long to be marked."""
    both = Span(min(span.start, beside.start), max(span.end, beside.end))
    return both if both.end - both.start <= LONGEST_HIGHLIGHT else None


def _cut(passage: Passage, span: Span) -> Span:
    """At most `LONGEST_HIGHLIGHT` characters: a longer sentence ends at its last clause, or else its last word, within that."""
    if span.end - span.start <= LONGEST_HIGHLIGHT:
        return span
    text = passage.document.slice(span.start, span.start + LONGEST_HIGHLIGHT)
    end = max(text.rfind(", "), text.rfind("; "), text.rfind(": ")) + 1 or text.rfind(" ")
    return Span(span.start, span.start + (end if end > 0 else LONGEST_HIGHLIGHT))


def leans_back(passage: Passage, sentence: int) -> bool:
    """Whether a sentence can't be read without the one before it: 'Dit kost 3 miljoen.'"""
    return sentence > 0 and bool(PATTERNS["leans_back"].match(fold(passage.sentences[sentence].text)))
