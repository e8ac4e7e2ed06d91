"""Numbers before paragraphs as a word processor shows them: 'Artikel 1', 'a.', '1.1', '(ii)'."""

import re
from dataclasses import dataclass, field, replace

_ROMAN = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_MOST = 5000  # a larger number comes of a damaged file
LEVELS = 9


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is numbered.

    Attributes:
        kind: 'decimal', 'lowerLetter', 'upperLetter', 'lowerRoman', 'upperRoman', 'decimalZero', 'ordinal', or anything else for no number.
        text: what is shown, with %1 for the number of the first level, %2 for that of the second.
        start: the first number.
        legal: the numbers of the levels above are shown as decimals.
        space: what stands between the number and the text.
    """

    kind: str = "bullet"
    text: str = ""
    start: int = 1
    legal: bool = False
    space: str = " "

    @property
    def counts(self) -> bool:
        """Whether the level shows a number at all, and no bullet."""
        return self.kind not in ("bullet", "none", "") and "%" in self.text


@dataclass(slots=True)
class Count:
    """Counts the paragraphs of one list."""

    levels: dict[int, Level]
    numbers: list[int | None] = field(default_factory=lambda: [None] * LEVELS)

    def next(self, level: int) -> str:
        """Count a paragraph and give what is shown before it, with the space that follows; empty for a bullet."""
        level = min(max(level, 0), LEVELS - 1)
        definition = self.levels.get(level, Level())
        before = self.numbers[level]
        self.numbers[level] = definition.start if before is None else min(before + 1, _MOST)
        self.numbers[level + 1 :] = [None] * (LEVELS - level - 1)
        if not definition.counts:
            return ""
        shown = re.sub(r"%([1-9])", lambda match: self._numeral(int(match.group(1)) - 1, definition), definition.text)
        return shown + definition.space if shown.strip() else ""

    def restart(self, level: int, start: int) -> None:
        """Let the next paragraph of a level begin at this number."""
        if 0 <= level < LEVELS:
            self.levels[level] = replace(self.levels.get(level, Level()), start=start)
            self.numbers[level] = None

    def _numeral(self, level: int, asked_by: Level) -> str:
        definition = self.levels.get(level, Level("decimal"))
        number = self.numbers[level]
        if number is None:
            number = self.numbers[level] = definition.start
        kind = "decimal" if asked_by.legal and definition.kind != "decimalZero" else definition.kind
        return numeral(kind, number)


def numeral(kind: str, number: int) -> str:
    """A number in the signs that a list uses: numeral('lowerLetter', 27) is 'aa', numeral('upperRoman', 4) is 'IV'."""
    if number < 1 and kind != "decimal":
        return str(number)
    if kind in ("lowerLetter", "upperLetter"):
        # Word repeats the letter: z, aa, bb.
        letters = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26)
        return letters if kind == "lowerLetter" else letters.upper()
    if kind in ("lowerRoman", "upperRoman"):
        letters, rest = "", number
        for value, sign in _ROMAN:
            letters += sign * (rest // value)
            rest %= value
        return letters if kind == "lowerRoman" else letters.upper()
    if kind == "decimalZero":
        return f"{number:02}"
    if kind == "ordinal":
        return f"{number}e"
    return "" if kind in ("none", "bullet", "") else str(number)
