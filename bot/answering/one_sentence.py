"""The reply of one sentence, with what else comes near; and where none answers, why not."""

from collections.abc import Sequence

from bot.answering import documents
from bot.answering.explanation import explain
from bot.answering.quoting import quote_of
from bot.answering.reply import Outcome, Quote, Reason, Reply
from bot.answering.shelf import Examined
from bot.answering.silence import examined_for, fitting_headings, near_quotes, true_reason
from bot.named import NamedTuple

QUOTES, MOST_OTHERS = 3, 2
"""Passages in a reply, and other documents that it names."""

NEARLY = -1.0
"""Log odds, counted from the threshold, from which another document that does not answer is shown beside the one that does."""

_NOTHING_NEAR = frozenset({Reason.NOTHING, Reason.OTHER_LANGUAGE})


def sentence_reply(text: str, examinations: Sequence[Examined]) -> Reply:
    """The sentence that answers, or why none does.

    Args:
        text: the question.
        examinations: what each document has to say to it, best first.
    """
    first, others = examinations[0], examinations[1:]
    older = documents.earlier_answers(first, others)[:MOST_OTHERS] if first.answers else []
    also = [*older, *documents.also_answering(first, others)][:MOST_OTHERS] if first.answers else []
    quotes = _quotes(first, also, others) if first.verdict.reason not in _NOTHING_NEAR else ()
    headings: tuple[str, ...] = ()
    reason = first.verdict.reason
    if not first.answers:
        quotes = near_quotes(quotes, examinations)
        reason = true_reason(quotes, examinations)
        headings = fitting_headings(quotes, examinations)
    return Reply(
        question=text,
        outcome=Outcome.ANSWER if first.answers else Outcome.NO_ANSWER,
        confidence=first.verdict.confidence,
        quotes=quotes,
        reason=reason,
        missing=first.verdict.missing,
        corrections=first.corrections,
        also_in=tuple(quote.passage.document.title for quote in quotes[1 : 1 + len(also)]),
        words=explain(examined_for(quotes[0], examinations), quotes[0].passage) if quotes else explain(first),
        gate=first.verdict.gate,
        gate_passage=first.shelf.index.passages[first.candidates[0].passage].id if first.candidates else "",
        earlier=len(older),
        headings=headings,
    )


def _quotes(first: Examined, also: Sequence[Examined], others: Sequence[Examined]) -> tuple[Quote, ...]:
    """The answer; what other documents answer; what else comes near, of another document too."""
    of_the_first = [_Numbered(first, number) for number in _passages(first)]
    answering = of_the_first[:1] + [_Numbered(other, _passages(other)[0]) for other in also]
    near = [other for other in others if other.candidates and other.odds > NEARLY]
    beside = [] if also else [_Numbered(other, _passages(other)[0]) for other in near][:1]
    rest = of_the_first[1 : 1 + QUOTES - len(answering)]
    if beside:
        rest = [*rest[: QUOTES - 2], beside[0]]
    return tuple(quote_of(e.shelf, [c for c in e.candidates if c.passage == number]) for e, number in (answering + rest)[:QUOTES])


class _Numbered(NamedTuple):
    """A passage that will be quoted: its number on the shelf of what was examined."""

    examined: Examined
    number: int


def _passages(examined: Examined) -> list[int]:
    """The passages of the document that was examined, best first."""
    document_of = examined.shelf.index.document_of
    numbers = dict.fromkeys(candidate.passage for candidate in examined.candidates)
    return [number for number in numbers if document_of(number).id == examined.document][:QUOTES]
