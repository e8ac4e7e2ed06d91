"""Where Dutch sentences end."""

import re

from bot.knowledge.model import Span

_BOUNDARY = re.compile(r"[.!?…]+['’”\")\]]*(?=\s+[^\sa-zà-ÿ)\],;:–-]|\s*$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(‘'\"])(?:"
    r"[A-Za-z]|(?:[A-Za-z]\.)+[A-Za-z]|"
    r"aant|art|artt|bijv|blz|bv|ca|cf|dhr|dr|drs|dw|enz|etc|evt|excl|fig|gem|geb|hfst|hr|incl|ing|ir|jl|jr|lid|max|min|mevr|mgr|"
    r"mln|mld|mr|mw|nl|nr|nrs|ong|par|pag|plm|prof|red|resp|sr|st|tel|vgl|vlg|zgn|zog"
    r")\.$",
    re.IGNORECASE,
)
# What numbers an item or a member at its beginning is no sentence: '1.', 'a.', 'ii.', '1.2.'.
_NUMBERED = re.compile(r"\s*(?:\d{1,3}[a-z]?(?:\.\d{1,3})*|([A-Za-z])\1?|x{0,2}(?:i{1,3}|iv|vi{0,3}|ix|x)|X{0,2}(?:I{1,3}|IV|VI{0,3}|IX|X))[.)°]+(?=\s)")
# After these a sentence may well end: 'enz. De gemeente ...'.
_MAY_END = re.compile(r"(?:^|\s)(?:enz|etc|e\.d|a\.u\.b)\.$", re.IGNORECASE)


def sentence_spans(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Split a stretch of text into sentences.

    Args:
        text: the source text.
        start, end: the stretch to split, in characters; the whole text by default.

    Returns:
        Spans in order, without the white space between them. A full stop after an abbreviation or an
        initial ends no sentence, nor does one after a number at the very beginning, or one that is followed by a lower-case letter.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
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
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(start, end))
