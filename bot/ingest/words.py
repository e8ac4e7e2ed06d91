"""Dutch words, to tell a hyphen that belongs to a word from one that only ends a line.

The list is OpenTaal's, see data/README.md. `python -m bot.ingest.words LIST` packs a list of one word a line anew.
"""

import lzma
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "dutch-words.xz"
_LONGEST = 28
_MOST_SHARED = 35
_SHORTEST_PART = 4  # letters of each part of a compound: shorter words are too often the end of another
_BETWEEN = ("", "s", "e", "en")  # what may stand between the parts of a compound
# Two vowels that would be read as one keep the hyphen between the parts of a compound: 'anti-integratie', 'zee-egel'.
_CLASHES = frozenset("aa ae ai au ee ei eu ie ii ij oe oi oo ou ui uu".split())
_VOWELS = frozenset("aeiouyáàâäéèêëíìîïóòôöúùûü")


@cache
def _words() -> frozenset[str]:
    words: list[str] = []
    before = ""
    for line in lzma.decompress(_FILE.read_bytes()).decode().splitlines():
        before = before[: ord(line[0]) - 48] + line[1:]
        words.append(before)
    return frozenset(words)


def is_word(text: str) -> bool:
    """Whether a word in lower case is known, or is a compound of two known words: 'groenafspraak', 'ondermijningsaanpak'."""
    words = _words()
    if text in words:
        return True
    return any(
        text[end:].startswith(between) and text[:end] in words and text[end + len(between) :] in words
        for end in range(_SHORTEST_PART, len(text) - _SHORTEST_PART + 1)
        for between in _BETWEEN
        if len(text) - end - len(between) >= _SHORTEST_PART and text[end - 1 : end + 1] not in _CLASHES
    )


def is_abbreviation(text: str) -> bool:
    """Whether letters are spoken one by one, so that a compound with them keeps its hyphen: 'btw', 'vwo', 'cao', 'OZB'."""
    lower = text.lower()
    spelled = not any(sign in _VOWELS for sign in lower) or (len(text) > 1 and text.isupper())
    return len(lower) < 2 or spelled or (len(lower) <= 4 and lower not in _words()) or lower in _SPELLED


_SPELLED = frozenset(
    "ao aow avg awb azc bbz bz cao coa dna eu ggd ggz gga iab ict id ioaw iq ov pgb oab oz ozb pve rvo sbo sow uwv vo vso wao wia wo vwo".split()
)
"""Abbreviations with a vowel that the list has as words, or may have."""


def pack(words: Iterable[str]) -> bytes:
    """The words of a list as data/dutch-words.xz holds them.

    Args:
        words: one by one, as spelled. Kept are those of letters with a vowel, and those with a hyphen, of at most 28 letters.
    """
    chosen: set[str] = set()
    for word in words:
        lower = word.lower()
        plain = word.isalpha() and (word.islower() or word[1:].islower()) and any(sign in _VOWELS for sign in lower)
        hyphened = "-" in word and word.replace("-", "").isalpha()
        if 2 <= len(word) <= _LONGEST and (plain or hyphened):
            chosen.add(lower)
    lines: list[str] = []
    before = ""
    for word in sorted(chosen):
        shared = 0
        while shared < min(len(before), len(word), _MOST_SHARED) and before[shared] == word[shared]:
            shared += 1
        lines.append(chr(48 + shared) + word[shared:])
        before = word
    return lzma.compress(("\n".join(lines) + "\n").encode(), preset=9 | lzma.PRESET_EXTREME)


if __name__ == "__main__":
    _FILE.write_bytes(pack(Path(sys.argv[1]).read_text(encoding="utf-8").split()))
