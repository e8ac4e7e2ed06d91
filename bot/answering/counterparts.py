"""The sentence of a newer document that stands where one of an older document stood: it says how the same thing is now.

Other words do no harm: 'De afvalstoffenheffing bedraagt € 245' became 'Gezinnen zijn € 318 kwijt aan hun vuilnis'. That it is the same
thing is told by vectors: of all that the older document says, the older sentence is nearest to the newer one, and they are much alike.
"""

from collections.abc import Sequence

import numpy as np

from bot.answering.features import Candidate
from bot.answering.nearness import Floats, SentenceVectors
from bot.answering.shelf import Examined
from bot.language.tokens import fold

ALIKE = 0.42
"""The cosine, counted from the mean of both documents, from which two sentences are about the same thing. Over the questions of
newest-first and newest-first-dev, sentences that did have 0.45 and more, but for a few, and others at most 0.40."""

FEWEST = 20
"""Sentences that two documents must have together: of fewer the mean says nothing."""


OTHER_MATTER, LESS_SURE = 0.3, 1.0
"""Below which cosine two sentences are about different things, and by how much less sure (in log odds) the newer one must then be, read
together with the question, to be a mere mention: 'De kermis duurt vier dagen' where it was asked where the fair is. Of the questions of
newest-first, newest-first-dev and newest-first-3-read only such mentions were 1.5 and more below the older sentence."""


MUCH_ALIKE, READ_AT_LEAST = 0.3, 1.0
"""The cosine from which a newer document's best sentence is about the same thing where it also answers the question, and the log odds of
that, read together with it."""

AS_WELL_READ = 0.5
"""The log odds, read together with the question, that the sentence of a newer document must have that nearly answers by itself; beside that
no more than `LESS_SURE` less than the older one's.

Both measured on 211 questions about the agreements of four municipalities (newest-first to newest-first-5, without the half of the last that
is for judging), whose misses had been read: six times a newer agreement goes first for that reason, each time the right one."""


def answers_as_well(older: Examined, candidate: Candidate, newer: Examined) -> bool:
    """Whether a sentence of a newer document, read together with the question, answers it about as well as that of an older one."""
    if not (older.shelf.has_vectors() and newer.shelf.has_vectors()) or not _of_one_publisher(older, newer):
        return False
    now = newer.shelf.log_odds(newer.read, candidate)
    return now >= AS_WELL_READ and now >= older.shelf.log_odds(older.read, older.candidates[0]) - LESS_SURE


def answers_of_the_same(older: Examined, candidate: Candidate, newer: Examined) -> bool:
    """Whether the best sentence of a newer document answers the question, and is about the same thing as that of an older one."""
    if counterpart(older, [candidate], newer, MUCH_ALIKE) is None:
        return False
    return newer.shelf.log_odds(newer.read, candidate) >= READ_AT_LEAST


def counterpart(older: Examined, candidates: Sequence[Candidate], newer: Examined, alike: float = ALIKE) -> Candidate | None:
    """The one of some sentences that says how it is now what the first sentence of an older document says.

    Args:
        older: what the older document has to say, the sentence first.
        candidates: those of the newer document.
        newer: what it has to say.
        alike: the least cosine.

    Returns:
        None where no sentence does, where the documents are not of one publisher, or where there are no vectors.
    """
    likeness = _likeness(older, candidates, newer)
    if likeness is None:
        return None
    likeness_of, most = likeness
    near = [(float(likeness_of[n]), -n) for n in range(len(candidates)) if likeness_of[n] >= alike and likeness_of[n] >= most[n]]
    return candidates[-max(near)[1]] if near else None


def only_mentions(older: Examined, candidate: Candidate, newer: Examined) -> bool:
    """Whether a sentence of a newer document is about something else than what an older one answers, and answers the question less."""
    likeness = _likeness(older, [candidate], newer)
    if likeness is None or likeness[0][0] >= OTHER_MATTER:
        return False
    before, now = older.shelf.log_odds(older.read, older.candidates[0]), newer.shelf.log_odds(newer.read, candidate)
    return now < before - LESS_SURE


def _likeness(older: Examined, candidates: Sequence[Candidate], newer: Examined) -> tuple[Floats, Floats] | None:
    """How like some sentences are to the first of an older document, and the most that they are like to any of its sentences."""
    if not candidates or not _of_one_publisher(older, newer):
        return None
    before, after = _vectors(older), _vectors(newer)
    if before is None or after is None or len(before.rows) + len(after.rows) < FEWEST:
        return None
    mean = np.concatenate((before.rows, after.rows)).mean(0)
    said = older.candidates[0]
    likeness = _directions(before.rows, mean) @ _directions(_rows(after, candidates), mean).T
    return likeness[before.row(said.passage, said.sentence)], likeness.max(0)


def _of_one_publisher(older: Examined, newer: Examined) -> bool:
    before, after = older.source, newer.source
    return before is not None and after is not None and fold(before.publisher) == fold(after.publisher)


def _vectors(examined: Examined) -> SentenceVectors | None:
    return examined.shelf.vectors.of_document(examined.document) if examined.shelf.vectors else None


def _rows(vectors: SentenceVectors, candidates: Sequence[Candidate]) -> Floats:
    return vectors.rows[[vectors.row(candidate.passage, candidate.sentence) for candidate in candidates]]


def _directions(rows: Floats, mean: Floats) -> Floats:
    """Vectors counted from a mean, each with length 1."""
    centred = rows - mean
    lengths = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), np.float32(1e-6))
    directions: Floats = centred / lengths
    return directions
