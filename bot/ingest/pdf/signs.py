"""Words of a PDF that are not what they seem: letters printed twice, bullets from a font of icons, line numbers, unreadable codes."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from bot.ingest.pdf.words import Page, Word

BULLET = "•"
_SAME_POSITION = 2.0  # points: closer than this a word is printed over itself, to make it bold or to give it a shadow
_ICON_FONTS = re.compile(r"wingdings|webdings|dingbats|symbol|icon|awesome|glyph", re.IGNORECASE)
_FEWEST_ICONS = 3
_MOST_ICONS = 5  # different signs; a font of numbers for a list has more
_LINE_NUMBER = re.compile(r"\d{1,4}$")
_FEWEST_LINE_NUMBERS = 10
_VOWEL = re.compile(r"[aeiouyáàâäéèêëíìîïóòôöúùûü]", re.IGNORECASE)
_AROUND_WORDS = ".,;:!?()[]‘’“”\"'«»–•*/…"
_NO_WORD = re.compile(r"[\d\W_]*$")
_FEWEST_WORDS = 20
_READABLE = 0.5  # of real pages, also of tables, at least 0.75 is; of those with a broken font at most 0.1


def without_doubles(runs: Iterable[tuple[Word, ...]]) -> tuple[tuple[Word, ...], ...]:
    """Drop words that stand where the same word stands already."""
    seen: dict[str, list[Word]] = defaultdict(list)
    distinct: list[tuple[Word, ...]] = []
    for run in runs:
        fresh: list[Word] = []
        for word in run:
            others = seen[word.text]
            if not any(abs(o.left - word.left) < _SAME_POSITION and abs(o.baseline - word.baseline) < _SAME_POSITION for o in others):
                fresh.append(word)
                others.append(word)
        if fresh:
            distinct.append(tuple(fresh))
    return tuple(distinct)


def with_bullets(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Write a bullet for the signs of fonts that are used for nothing but single signs at the beginning of lines."""
    single: dict[str, list[bool]] = defaultdict(list)
    signs: dict[str, set[str]] = defaultdict(set)
    other: Counter[str] = Counter()
    for page in pages:
        for run in page.runs:
            for number, word in enumerate(run):
                if len(word.text) == 1 and not word.text.isspace():
                    before = run[number - 1] if number else None
                    single[word.font].append(before is None or word.left - before.right > 1.2 * word.style.size)
                    signs[word.font].add(word.text)
                else:
                    other[word.font] += 1
    icons = {
        font
        for font, starts in single.items()
        if font
        and not other[font]
        and len(signs[font]) <= _MOST_ICONS
        and sum(starts) >= 0.8 * len(starts)
        and (len(starts) >= _FEWEST_ICONS or _ICON_FONTS.search(font))
        and (_ICON_FONTS.search(font) or not _counts(signs[font]))
    }
    if not icons:
        return tuple(pages)
    return tuple(
        replace(page, runs=tuple(tuple(replace(w, text=BULLET) if w.font in icons else w for w in run) for run in page.runs))
        for page in pages
    )


def _counts(signs: set[str]) -> bool:
    """Whether signs are numbers or letters that count: 1, 2, 3, or a, b, c."""
    codes = sorted(ord(sign) for sign in signs if sign.isalnum())
    return len(codes) > 1 and codes[-1] - codes[0] == len(codes) - 1


def without_line_numbers(page: Page) -> tuple[Page, int]:
    """Drop the numbers that a draft puts beside its lines.

    Returns:
        The page without them, and how many there were.
    """
    candidates = [word for run in page.runs for word in (run[0], run[-1]) if _LINE_NUMBER.match(word.text) and _stands_apart(run, word)]
    best: list[Word] = []
    edges = {(round(word.right), True) for word in candidates} | {(round(word.left), False) for word in candidates}
    for edge, by_right in edges:
        near = {id(word): word for word in candidates if abs((word.right if by_right else word.left) - edge) <= 1.5}
        column = sorted(near.values(), key=lambda word: word.baseline)
        if len(column) > len(best) and _are_line_numbers(column):
            best = column
    if not best:
        return page, 0
    numbers = {id(word) for word in best}
    runs = (tuple(word for word in run if id(word) not in numbers) for run in page.runs)
    return replace(page, runs=tuple(run for run in runs if run)), len(best)


def _stands_apart(run: Sequence[Word], word: Word) -> bool:
    """Whether a run's first or last word is all of it, or has white beside it."""
    if len(run) == 1:
        return True
    white = run[1].left - word.right if word is run[0] else word.left - run[-2].right
    return white > 0.7 * word.style.size


def _are_line_numbers(column: Sequence[Word]) -> bool:
    """Whether numbers go up by one (or by five) at equal distances, as those beside lines do."""
    if len(column) < _FEWEST_LINE_NUMBERS:
        return False
    steps = Counter(int(after.text) - int(before.text) for before, after in pairwise(column))
    step, count = steps.most_common(1)[0]
    distances = [after.baseline - before.baseline for before, after in pairwise(column)]
    usual = sorted(distances)[len(distances) // 2]
    level = sum(abs(distance - usual) < 0.15 * usual for distance in distances)
    return step in (1, 5) and count >= 0.9 * (len(column) - 1) and level >= 0.7 * len(distances)


def is_readable(pages: Iterable[Page]) -> bool:
    """Whether the letters are those that one sees: a font without a table of its codes gives 'W?J5J' for 'Wonen'."""
    words = [word.text for page in pages for run in page.runs for word in run if not _NO_WORD.match(word.text)]
    return len(words) < _FEWEST_WORDS or sum(_is_wordlike(word) for word in words) >= _READABLE * len(words)


def _is_wordlike(text: str) -> bool:
    plain = re.sub(r"[-’'/.]", "", text.strip(_AROUND_WORDS))
    usual = plain.islower() or plain.isupper() or plain[1:].islower()
    return plain.isalpha() and (usual or len(plain) > 4) and bool(_VOWEL.search(plain))
