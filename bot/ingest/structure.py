"""What holds for blocks of every format: headings of statutes, headings that come back, questions and their answers, bullets' own signs."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from bot.ingest.blocks import TextBlock
from bot.knowledge.markdown import Form

_KINDS = ("boek", "deel", "hoofdstuk", "titeldeel", "titel", "afdeling", "paragraaf", "subparagraaf", "artikel")
"""The divisions of a Dutch statute, from the outside in."""
_LABEL = re.compile(
    rf"(?P<kind>{'|'.join(_KINDS)}|§|bijlage)\s*(?P<number>\d[\w.:]*|[IVXLC]+[a-z]?|[a-z])(?=$|[\s.:])\.?(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_TYPED_SIGN = re.compile(r"([•‣▪◦·–—−-])\s+(?=\S)")
_QUESTION = re.compile(r"(?:vraag|vragen)\s+\d{1,3}[a-z]?(?:\s*(?:,|en|t/m|tot en met)\s*\d{1,3}[a-z]?)*\s*[.:]?$", re.IGNORECASE)
_ANSWER = re.compile(
    r"antwoord(?:en)?(?:\s+op)?(?:\s+(?:vraag|vragen))?\s+\d{1,3}[a-z]?(?:\s*(?:,|en|t/m|tot en met)\s*\d{1,3}[a-z]?)*\s*[.:]?$",
    re.IGNORECASE,
)
_LONGEST_QUESTION = 900  # letters: a longer one is not taken into its heading
_OFTEN = 3  # a heading that stands this often in a document is a heading below the others


def structured(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Blocks in the shape that source.md has, whatever format they come from.

    Args:
        blocks: as a converter gives them, in reading order.

    Returns:
        The same text. A bullet loses a sign of its own. 'Hoofdstuk 1' and the title below it are one heading, and articles stand below
        chapters. 'Vraag 1' and the question are one heading, with 'Antwoord 1' below it: a question is never its own answer, and an
        answer says what it answers. A heading that comes back below others ('Dit gaan we doen') stands below each of them.
    """
    without_signs = [_without_typed_sign(block) for block in blocks]
    return _repeats_below(_with_questions(_statute_levels(_titles_with_labels(without_signs))))


def _without_typed_sign(block: TextBlock) -> TextBlock:
    match = _TYPED_SIGN.match(block.lines[0].text) if block.form is Form.BULLET and block.lines else None
    if not match:
        return block
    lines = (replace(block.lines[0], text=block.lines[0].text[match.end() :]), *block.lines[1:])
    return replace(block, lines=lines, sign=match.group(1))


def _label(block: TextBlock) -> "re.Match[str] | None":
    return _LABEL.match(" ".join(block.text.split())) if block.form is Form.HEADING else None


def _titles_with_labels(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Put 'Hoofdstuk 1' and the heading right below it together, where that one has no label of its own."""
    joined: list[TextBlock] = []
    for block in blocks:
        before = joined[-1] if joined else None
        label = _label(before) if before is not None else None
        deeper = before is not None and block.form is Form.HEADING and block.level >= before.level
        if before is not None and label and not label["rest"].strip() and deeper and not _label(block):
            joined[-1] = replace(before, lines=(*before.lines, *block.lines))
        else:
            joined.append(block)
    return joined


def _statute_levels(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Give the divisions of a statute levels of their own, where chapters and articles have the same."""
    kinds = [_kind(block) for block in blocks]
    levels: dict[str, Counter[int]] = {}
    for block, kind in zip(blocks, kinds, strict=True):
        if kind:
            levels.setdefault(kind, Counter())[block.level] += 1
    usual = {kind: max(counts, key=lambda level: (counts[level], level)) for kind, counts in levels.items()}
    if "artikel" not in usual or list(usual.values()).count(usual["artikel"]) < 2:
        return list(blocks)
    first = next(number for number, kind in enumerate(kinds) if kind)
    above = any(block.form is Form.HEADING for block in blocks[:first])
    order = [kind for kind in _KINDS if kind in levels]
    level = {kind: min(number + (2 if above else 1), 6) for number, kind in enumerate(order)}
    levelled: list[TextBlock] = []
    inside = 0
    for number, (block, kind) in enumerate(zip(blocks, kinds, strict=True)):
        if kind:
            inside = level[kind]
            block = replace(block, level=inside)
        elif block.form is Form.HEADING:
            if above and number < first:
                block = replace(block, level=1)
            elif inside:
                block = replace(block, level=min(max(block.level, 2), 6))
        levelled.append(block)
    return levelled


def _kind(block: TextBlock) -> str:
    label = _label(block)
    if not label:
        return ""
    kind = label["kind"].lower()
    return "" if kind == "bijlage" else "paragraaf" if kind == "§" else kind


def _with_questions(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Make headings of 'Vraag 1' and 'Antwoord 1' on lines of their own, the first with its question."""
    if not all(any(pattern.match(block.text.strip()) for block in blocks) for pattern in (_QUESTION, _ANSWER)):
        return list(blocks)
    headed: list[TextBlock] = []
    level, open_question = 1, -1
    for block in blocks:
        text = block.text.strip()
        usual = block.form in (Form.PARAGRAPH, Form.BULLET, Form.HEADING)
        if usual and _QUESTION.match(text):
            headed.append(TextBlock(Form.HEADING, block.lines, level))
            open_question = len(headed) - 1
        elif usual and _ANSWER.match(text):
            headed.append(TextBlock(Form.HEADING, block.lines, min(level + 1, 6)))
            open_question = -1
        elif open_question >= 0 and block.form in (Form.PARAGRAPH, Form.BULLET, Form.HEADING):
            asked = headed[open_question]
            if len(asked.text) + len(text) <= _LONGEST_QUESTION and open_question == len(headed) - 1:
                headed[open_question] = replace(asked, lines=(*asked.lines, *block.lines))
            else:
                headed.append(block)
        else:
            if block.form is Form.HEADING:
                level = min(block.level + 1, 5)
            headed.append(block)
    return headed


def _repeats_below(blocks: Sequence[TextBlock]) -> list[TextBlock]:
    """Let a heading that comes back again and again stand below the one before it that doesn't."""
    titles = Counter((" ".join(block.text.lower().split()), block.level) for block in blocks if block.form is Form.HEADING)
    often = {title for title, count in titles.items() if count >= _OFTEN}
    after: Counter[tuple[str, int]] = Counter()
    last = 0
    for block in blocks:
        if block.form is Form.HEADING:
            title = (" ".join(block.text.lower().split()), block.level)
            if title in often:
                after[title] += last == block.level
            else:
                last = block.level
    moved = {title for title in often if after[title] >= 0.6 * titles[title]}
    nested: list[TextBlock] = []
    inside: int | None = None
    for block in blocks:
        if block.form is Form.HEADING:
            title = (" ".join(block.text.lower().split()), block.level)
            if title in moved:
                inside = block.level
                block = replace(block, level=min(block.level + 1, 6))
            elif inside is not None and block.level > inside:
                block = replace(block, level=min(block.level + 1, 6))
            else:
                inside = None
        nested.append(block)
    return nested
