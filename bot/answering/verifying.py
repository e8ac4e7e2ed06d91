"""What of a passage, or of a list, is read together with a question, to tell whether it answers it; see `language.cross_encoder`."""

from collections.abc import Sequence

from bot.knowledge.model import Passage

AROUND = 480
"""Characters of a passage that are read, in whole sentences around the one in question: more than it was taught with is not read."""

HEADINGS, LONGEST_HEADING = 2, 80
"""Headings above a passage that are read with it, the nearest ones, and characters of each."""

LEAD, ITEMS, ITEM = 160, 5, 120
"""Characters of the line before a list that are read, the last ones; items, and characters of each."""


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
    return _below_headings(passage, " ".join(sentences[first : last + 1]))


def list_read(passage: Passage, lead: str, items: Sequence[str]) -> str:
    """What is read of a list: the headings above it, the end of the line before it, and its first items.

    Args:
        passage: where it begins.
    """
    return _below_headings(passage, " ".join((lead[-LEAD:], *(item[:ITEM] for item in items[:ITEMS]))).strip()[:AROUND])


def _below_headings(passage: Passage, body: str) -> str:
    headings = " > ".join(heading[:LONGEST_HEADING] for heading in passage.section.headings[-HEADINGS:])
    return f"{headings}: {body}" if headings else body
