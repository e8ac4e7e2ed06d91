"""What may be quoted: sentences that another way of reading the same page agrees with.

A sentence that is put together from two columns was written by nobody. So each sentence is held against the order in which the file
writes its text and against an order found by white space alone (`pdf.readings`); one that neither holds is kept out of quotes.
"""

import unicodedata
from collections.abc import Sequence
from itertools import pairwise

from bot.ingest.blocks import PageReading
from bot.ingest.source import SourceText, clean, letters_of
from bot.knowledge.markdown import Form, blocks
from bot.knowledge.model import Document, Span
from bot.knowledge.passages import sentence_spans

_SHORTEST = 12  # letters: less is found anywhere
_SHORTEST_END = 3  # letters of a sentence on one side of a break


def withheld(source: SourceText, readings: Sequence[PageReading]) -> list[Span]:
    """The sentences that no other reading agrees with.

    Args:
        source: the document's text with its pages.
        readings: for each page how else it can be read; empty where the format leaves no doubt about the order.

    Returns:
        Their spans, in order. Headings and the rows of tables, whose cells stand apart, are not among them.
    """
    if not readings:
        return []
    document = Document("", "", "", 0, None, "", (), {}, source.text, source.pages)
    spans: list[Span] = []
    for block in blocks(source.text):
        if block.form in (Form.HEADING, Form.ROW, Form.NOTE):
            continue
        for span in sentence_spans(source.text, block.span.start, block.span.end):
            first, last = document.page_at(span.start), document.page_at(span.end - 1)
            text = source.text[span.start : span.end]
            letters = letters_of(text)
            if first is None or last is None or len(letters) < _SHORTEST:
                continue
            if not _agrees(letters, _capitals(text), readings[first - 1 : last]):
                spans.append(span)
    return spans


def _capitals(text: str) -> frozenset[int]:
    """Which of the letters of a sentence are capitals that begin a word."""
    signs = unicodedata.normalize("NFKC", clean(text))
    positions: list[int] = []
    number = 0
    for before, sign in pairwise(f" {signs}"):
        if sign.isalnum():
            if sign.isupper() and not before.isalnum():
                positions.append(number)
            number += 1
    return frozenset(positions)


def _agrees(letters: str, capitals: frozenset[int], pages: Sequence[PageReading]) -> bool:
    """Whether a sentence stands in one of the readings as a whole, or goes on from the end of a column or page to another's beginning.

    Within a page it goes on with a small letter: a capital there begins another sentence, and the first has lost its end.
    """
    first, last = pages[0], pages[-1]
    breaks = range(_SHORTEST_END, len(letters) - _SHORTEST_END + 1)
    if len(pages) > 1:  # Notes and page numbers stand between the two pages, so that the parts may stand anywhere on them.
        return any(_holds(first, letters[:end]) and _holds(last, letters[end:]) for end in breaks)
    if _holds(first, letters):
        return True
    return any(_ends_with(first, letters[:end]) and _begins_with(first, letters[end:]) for end in breaks if end not in capitals)


def _holds(page: PageReading, letters: str) -> bool:
    return letters in page.cut or letters in "".join(page.chains)


def _ends_with(page: PageReading, start: str) -> bool:
    return page.cut.endswith(start) or any(chain.endswith(start) for chain in page.chains)


def _begins_with(page: PageReading, rest: str) -> bool:
    return page.cut.startswith(rest) or any(chain.startswith(rest) for chain in page.chains)
