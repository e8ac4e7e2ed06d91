"""The best of some texts that were weighed, whoever weighed them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from bot.index.postings import FIELDS
from bot.index.protocol import Field, Hit, Terms
from bot.index.schema import Floats, Integers

FIELD_NUMBERS = {field: ordinal for ordinal, field in enumerate(FIELDS)}
"""The numbers by which fields stand in the file."""

CLOSE = 1e-9
"""Scores that differ by less may be the same, added up in another order."""


def best_hits(numbers: Integers, evidence: Floats, factors: Floats, query: Mapping[Field, Terms], limit: int) -> list[Hit]:
    """Texts with their evidence, best first.

    Args:
        evidence: by field (rows) and text.
        factors: what each field counts for.
    """
    # Not as a product of matrices: that adds up in an order that depends on how many texts there are.
    totals = np.zeros(len(numbers))
    for factor, row in zip(factors.tolist(), evidence, strict=True):
        totals += factor * row
    best = np.lexsort((numbers, -totals))[:limit]
    best = best[totals.take(best) > 0]
    asked = list(query)
    by_field = evidence.take(best, axis=1).take([FIELD_NUMBERS[field] for field in asked], axis=0)
    rows, ids, scores = by_field.T.tolist(), numbers.take(best).tolist(), totals.take(best).tolist()
    return [Hit(n, score, dict(zip(asked, row, strict=True))) for n, score, row in zip(ids, scores, rows, strict=True)]


def allowed(size: int, among: Sequence[range] | None) -> NDArray[np.bool_] | None:
    """Of so many texts those that lie in some stretches; None where all count."""
    if among is None:
        return None
    inside = np.zeros(size, dtype=bool)
    for stretch in among:
        inside[stretch.start : stretch.stop] = True
    return inside


def threshold(totals: Floats, limit: int) -> float:
    """The score of the last text that has a ordinal so far."""
    return float(-np.partition(-totals, limit - 1)[limit - 1]) if len(totals) >= limit else 0.0


def best_of(numbers: Integers, totals: Floats, limit: int) -> Integers:
    """Those of some texts that have a ordinal, all that share the last one among them."""
    if len(numbers) <= limit:
        return numbers
    return numbers[totals >= threshold(totals, limit) - CLOSE]
