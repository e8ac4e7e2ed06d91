"""Whether the first passages answer: each read together with the question, once words and vectors have put them in order."""

from collections.abc import Mapping, Sequence

import numpy as np

from bot.answering.features import Candidate
from bot.answering.nearness import Vectors
from bot.index.group import Group
from bot.knowledge.model import Passage

READ_TOGETHER = 3
"""Passages that are read together with a question: each costs as much as encoding a question of its length."""

AROUND = 480
"""Characters of a passage that are read, in whole sentences around the one in question: more than it was taught with is not read."""

HEADINGS, LONGEST_HEADING = 2, 80
"""Headings above a passage that are read with it, the nearest ones, and characters of each."""


def verified(
    candidates: list[Candidate], text: str, index: Group, vectors: Vectors, hinted: Mapping[str, float], plain: Mapping[str, float]
) -> list[Candidate]:  # fmt: skip
    """The candidates, the first passages of them weighed once more.

    Args:
        candidates: best first; the feature `verified` of those that are read is set, and counts in their score.
        text: the question, see `features.text_of`.
        vectors: has what reads.
        hinted, plain: weights of the features, for passages with and without hints.
    """
    firsts: dict[int, int] = {}
    for candidate in candidates:
        if len(firsts) == READ_TOGETHER and candidate.passage not in firsts:
            continue
        firsts.setdefault(candidate.passage, candidate.sentence)
    texts = [text_read(index.passages[passage], sentence) for passage, sentence in firsts.items()]
    chances = 1.0 / (1.0 + np.exp(-vectors.log_odds(text, texts)))
    of_passage = dict(zip(firsts, chances.tolist(), strict=True))
    for candidate in candidates:
        value = of_passage.get(candidate.passage)
        if value is not None:
            weights = hinted if index.hints.has(candidate.passage) else plain
            candidate.features["verified"] = value
            candidate.score += weights.get("verified", 0.0) * value
    return sorted(candidates, key=lambda c: (-c.score, c.passage, c.sentence))


def text_read(passage: Passage, sentence: int) -> str:
    """What is read of a passage: its nearest headings, and as many whole sentences around one as fit.

    Args:
        sentence: its number in the passage.
    """
    sentences: Sequence[str] = [each.text for each in passage.sentences]
    first = last = sentence
    size, grown = len(sentences[sentence]), True
    while grown:
        grown = False
        for more in (first - 1, last + 1):
            if 0 <= more < len(sentences) and size + len(sentences[more]) + 1 <= AROUND:
                first, last, grown = min(first, more), max(last, more), True
                size += len(sentences[more]) + 1
    headings = " > ".join(heading[:LONGEST_HEADING] for heading in passage.section.headings[-HEADINGS:])
    body = " ".join(sentences[first : last + 1])
    return f"{headings}: {body}" if headings else body
