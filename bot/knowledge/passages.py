"""From blocks to passages: where Dutch sentences end, how they are grouped by structure and length, and the ids that stay."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from bot.expressions import expression
from bot.knowledge.list_items import ITEM_LINE, begins_item, item_depth
from bot.knowledge.model import Span

_BOUNDARY = expression(r"[.!?…]+['’”\")\]]*(?=\s+[^\sa-zà-ÿ)\],;:–-]|\s*$)")
_ABBREVIATION = expression(
    r"(?:^|[\s(‘'\"])(?:"
    r"[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|"
    r"aant|art|artt|bijv|blz|bv|ca|cf|dhr|dr|drs|dw|enz|etc|evt|excl|fig|gem|geb|hfst|hr|incl|ing|ir|jl|jr|lid|max|min|mevr|mgr|"
    r"mln|mld|mr|mw|nl|nr|nrs|ong|par|pag|plm|prof|red|resp|sr|st|tel|vgl|vlg|zgn|zog"
    r")\.$",
    re.IGNORECASE,
)
# What numbers an item or a member at its beginning is no sentence: '1.', 'a.', 'ii.', '1.2.'.
_NUMBERED = expression(
    r"\s*(?:\d{1,3}[a-z]?(?:\.\d{1,3})*|([A-Za-z])\1?|x{0,2}(?:i{1,3}|iv|vi{0,3}|ix|x)|X{0,2}(?:I{1,3}|IV|VI{0,3}|IX|X))[.)°]+(?=\s)"
)
# After these a sentence may well end: 'enz. De gemeente ...'.
_MAY_END = expression(r"(?:^|\s)(?:enz|etc|e\.d|a\.u\.b)\.$", re.IGNORECASE)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split a stretch of text into sentences.

    Args:
        text: the source text.
        start, end: the stretch to split, in characters; the whole text by default.

    Returns:
        Spans in order, without the white space between them. A full stop after an abbreviation or an
        initial ends no sentence, nor does one after a number at the very beginning, or one that is followed by a lower-case letter.
        An item below the line that leads it in begins a sentence, without its sign.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = start
    for item in ITEM_LINE.finditer(text, start, end):
        _split(spans, text, begin, item.start())
        begin = item.end()
    _split(spans, text, begin, end)
    return spans


def _split(spans: list[Span], text: str, start: int, end: int) -> None:
    begin = start
    number = _NUMBERED.match(text, start, end)
    after_number = number.end() if number else -1
    for match in _BOUNDARY.finditer(text, start, end):
        stop = match.end()
        if stop == after_number and stop < end:
            continue
        before = text[max(begin, stop - 14) : stop]
        if match.group() == "." and stop < end and _ABBREVIATION.search(before) and not _MAY_END.search(before):
            continue
        _append(spans, text, begin, stop)
        begin = stop
    _append(spans, text, begin, end)


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(start, end))


DEFAULT_PASSAGE_SIZE = 600
"""Characters that a passage may span before it is split between sentences."""

_NOT_SLUG = expression(r"[^a-z0-9]+")


def groups(sentences: Sequence[Span], size: int = DEFAULT_PASSAGE_SIZE) -> list[tuple[Span, ...]]:
    """Divide the sentences of one block over passages.

    Args:
        sentences: the spans of the block's sentences, in order.
        size: the number of characters a passage may span; one longer sentence stays whole.

    Returns:
        Groups of neighbouring sentences, of about equal length, each at most `size` characters long.
    """
    if not sentences:
        return []
    whole = sentences[-1].end - sentences[0].start
    target = whole / -(-whole // size)
    grouped: list[tuple[Span, ...]] = []
    group: list[Span] = []
    for sentence in sentences:
        length = sentence.end - group[0].start if group else 0
        middle = (group[-1].end - group[0].start + length) / 2 if group else 0
        if group and (length > size or middle > target):
            grouped.append(tuple(group))
            group = []
        group.append(sentence)
    grouped.append(tuple(group))
    return grouped


_LIST_SIZE = 1.5
"""Times the size of other passages: how long a list with the line that leads it in may be. What is longer is too long to quote."""


def divided(text: str, sentences: Sequence[Span], size: int = DEFAULT_PASSAGE_SIZE) -> list[tuple[Span, ...]]:
    """Divide the sentences of one block over passages; a list stays with the line that leads it in.

    Args:
        text: the source text.
        sentences, size: see `groups`.

    Returns:
        Groups of neighbouring sentences. Of a list that is too long for one passage the first items stay with the line that leads
        them in, and each other item stands alone, or with the items that it leads in itself.
    """
    parts = _parts(text, sentences)
    if len(parts) < 2:
        return groups(sentences, size)
    return _divided_list(parts, [item_depth(text, part[0].start) for part in parts], int(size * _LIST_SIZE), size)


def _divided_list(parts: Sequence[list[Span]], levels: Sequence[int], most: int, size: int) -> list[tuple[Span, ...]]:
    """The first part leads in the others; `levels` says how deep each stands."""
    lead = parts[0]
    divided: list[tuple[Span, ...]] = []
    if parts[-1][-1].end - lead[0].start > most and len(lead) > 1 and len(parts) > 1:
        divided, lead = groups(lead[:-1], size), lead[-1:]
    first = list(lead)
    number = 1
    while number < len(parts) and parts[number][-1].end - first[0].start <= most:
        first += parts[number]
        number += 1
    divided += [tuple(first)] if number > 1 else groups(first, size)
    while number < len(parts):
        end = number + 1
        while end < len(parts) and levels[end] > levels[number]:
            end += 1
        divided += _divided_list(parts[number:end], levels[number:end], most, size)
        number = end
    return divided


def _parts(text: str, sentences: Sequence[Span]) -> list[list[Span]]:
    """The line that leads in a list, and its items, each with its sentences."""
    parts: list[list[Span]] = []
    for sentence in sentences:
        if not parts or begins_item(text, sentence.start):
            parts.append([])
        parts[-1].append(sentence)
    return parts


def slug(text: str, words: int | None = None) -> str:
    """Make a readable part of an id: lower case, letters and digits, hyphens between words.

    Args:
        text: any text.
        words: keep this many words; all by default.

    Returns:
        The slug; 'x' where the text has no letter or digit.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower().replace("'", "")
    parts = [part for part in _NOT_SLUG.split(plain) if part]
    return "-".join(parts if words is None else parts[:words])[:60].strip("-") or "x"


def passage_id(document_id: str, heading: str, text: str) -> str:
    """A stable, readable id: document, section, first words, and four signs of a hash of the text.

    It depends on the passage alone, so that it stays when other passages come and go.
    """
    digest = hashlib.blake2b(re.sub(r"\s+", " ", text).encode(), digest_size=2).hexdigest()
    return f"{document_id}/{slug(heading) if heading else 'begin'}/{slug(text, words=5)}-{digest}"
