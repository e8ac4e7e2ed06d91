"""The quote of a passage: its best sentence marked, with the one beside it where that is about as good."""

from collections.abc import Sequence

from bot.answering.features import Candidate
from bot.answering.reply import Quote
from bot.answering.shelf import Shelf
from bot.knowledge.model import Span

LONGEST_HIGHLIGHT = 320
BESIDE_MARGIN = 1.2
"""Two neighbouring sentences whose scores differ by less are both marked; chosen on the project's own question sets."""


def quote_of(shelf: Shelf, candidates: Sequence[Candidate]) -> Quote:
    """The passage of these candidates as a quote.

    Args:
        shelf: on which they stand.
        candidates: sentences of one passage, the best first.
    """
    passage, best = shelf.index.passages[candidates[0].passage], candidates[0]
    span = passage.sentences[best.sentence].span
    for other in candidates[1:]:
        if best.score - other.score < BESIDE_MARGIN and abs(other.sentence - best.sentence) == 1:
            beside = passage.sentences[other.sentence].span
            both = Span(min(span.start, beside.start), max(span.end, beside.end))
            if both.end - both.start <= LONGEST_HIGHLIGHT:
                span = both
            break
    if span.end - span.start > LONGEST_HIGHLIGHT:
        text = passage.document.slice(span.start, span.start + LONGEST_HIGHLIGHT)
        cut = max(text.rfind(", "), text.rfind("; "), text.rfind(": ")) + 1 or text.rfind(" ")
        span = Span(span.start, span.start + (cut if cut > 0 else LONGEST_HIGHLIGHT))
    return Quote(passage, passage.span, span)
