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
    """The best sentence of a passage; with the one before it where it leans on that, or with a neighbour that is about as good.

    Args:
        candidates: of this passage, best first; at least one.

    Returns:
        At most `LONGEST_HIGHLIGHT` characters: a longer sentence is cut at its last clause, or else its last word, within that.
    """
    best = candidates[0]
    span = passage.sentences[best.sentence].span
    beside = [best.sentence - 1] if leans_back(passage, best.sentence) else []
    beside += [c.sentence for c in candidates[1:] if best.score - c.score < BESIDE_MARGIN and abs(c.sentence - best.sentence) == 1][:1]
    for number in beside:
        other = passage.sentences[number].span
        both = Span(min(span.start, other.start), max(span.end, other.end))
        # A mark on the whole passage says nothing.
        if both.end - both.start <= LONGEST_HIGHLIGHT and both != passage.span:
            return both
    if span.end - span.start > LONGEST_HIGHLIGHT:
        text = passage.document.slice(span.start, span.start + LONGEST_HIGHLIGHT)
        cut = max(text.rfind(", "), text.rfind("; "), text.rfind(": ")) + 1 or text.rfind(" ")
        return Span(span.start, span.start + (cut if cut > 0 else LONGEST_HIGHLIGHT))
    return span


def leans_back(passage: Passage, sentence: int) -> bool:
    """Whether a sentence can't be read without the one before it: 'Dit kost 3 miljoen.'"""
    return sentence > 0 and bool(PATTERNS["leans_back"].match(fold(passage.sentences[sentence].text)))
