"""A footnote never comes before a sentence of the text that speaks of about as much of the question."""

from collections.abc import Sequence

from bot.answering.features import Candidate
from bot.answering.points import is_note
from bot.knowledge.model import Passage

ABOUT_AS_MUCH = 0.75
"""The share of what a footnote covers of a question with which a sentence of the text goes before it."""

MOST_BEHIND_NOTE = 20
"""Candidates among which a sentence of the text is looked for, where a footnote comes first."""


def text_before_notes(candidates: list[Candidate], passages: Sequence[Passage]) -> list[Candidate]:
    """The candidates, with a sentence of the text before a footnote that covers about as much.

    Args:
        candidates: best first.
        passages: by their numbers.
    """
    note = candidates[0] if candidates else None
    if note is None or not is_note(passages[note.passage]):
        return candidates
    wide, lacking = note.features["wide"], note.vetoes
    for rank, candidate in enumerate(candidates[:MOST_BEHIND_NOTE]):
        about_as_much = candidate.features["wide"] >= ABOUT_AS_MUCH * wide
        if about_as_much and candidate.vetoes <= lacking and not is_note(passages[candidate.passage]):
            candidate.score = note.score
            return [candidate, *candidates[:rank], *candidates[rank + 1 :]]
    return candidates
