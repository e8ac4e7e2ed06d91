"""Typing errors: an unknown word is read as the known word nearest to it, and the reader is told."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property

from bot.expressions import expression
from bot.language.near_words import LONGEST, SHORTEST, ListedWords, WordList
from bot.language.tokens import Token

REMEMBERED = 1_000
"""Unknown words whose correction is kept: words of questions must not pile up."""


class Speller:
    """Corrects unknown words.

    Args:
        vocabularies: known words, folded, the most wanted first: the sources' own words, then hints.
        last: gives further known words, when they are needed: those of the lexicon.
        known: whether a word needs no correction.
    """

    def __init__(
        self, vocabularies: Sequence[Collection[str]], last: Callable[[], Iterable[str] | WordList], known: Callable[[str], bool]
    ) -> None:
        self._known = known
        self._vocabularies, self._last = vocabularies, last
        self._memory: dict[str, str | None] = {}

    def correction(self, token: Token, is_name: bool) -> str | None:
        """The word that was probably meant.

        Args:
            token: a word of a question.
            is_name: it is written, or known, as a proper name.

        Returns:
            A known word at one edit, or at two for words of eight letters or more (insertions, deletions, substitutions,
            exchanges of neighbours: optimal string alignment); None for numbers, names, known and short words, or where
            nothing is near.
        """
        form = token.form
        if is_name or not SHORTEST <= len(form) <= LONGEST or not form.isalpha() or self._known(form):
            return None
        if form not in self._memory:
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[form] = self._with_apostrophe(form) or self._nearest(form)
        return self._memory[form]

    def _with_apostrophe(self, form: str) -> str | None:
        """A plural that is mostly typed without its apostrophe: 'boas' is "boa's", and no misspelt 'baas'."""
        plural = f"{form[:-1]}'s"
        return plural if _PLURAL.search(form) and (self._known(plural) or self._known(form[:-1])) else None

    def _nearest(self, form: str) -> str | None:
        # Imported here: most questions hold no unknown word, and a single question should not wait for it.
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        alike: str | None = None
        for distance in (1, 2) if len(form) >= 8 else (1,):
            for rank, words in enumerate(self._lists):
                choices = self._first_here(words.near(form, distance), rank)
                near = [w for w, d, _ in process.extract(form, choices, scorer=OSA.distance, score_cutoff=distance, limit=5) if d]
                # A first letter is seldom wrong: such a word is taken only where nothing else is near, and the word is long.
                same = [w for w in near if w[0] == form[0]]
                if same or (near and len(form) >= 6):
                    return (same or near)[0]
            if distance == 1:
                alike = self._sounding(form)
                if alike:
                    return alike
        return alike

    @cached_property
    def _lists(self) -> list[WordList]:
        return [_listed(words) for words in (*self._vocabularies, self._last())]

    def _first_here(self, words: Iterable[str], rank: int) -> list[str]:
        """Those of some words that are in no list before this one."""
        before = self._vocabularies[:rank]
        return [word for word in words if not any(word in vocabulary for vocabulary in before)]

    def _sounding(self, form: str) -> str | None:
        """The first known word that sounds alike, begins with a letter of that sound, and is about as long."""
        key = sound(form)
        first = _FIRST_LETTERS.get(key[:1], key[:1])
        for rank, words in enumerate(self._lists):
            alike = (word for word in words.sounding(key) if word[0] in first and abs(len(word) - len(form)) <= SOUND_LENGTHS)
            near = next((word for word in self._first_here(alike, rank) if sound(word) == key), None)
            if near:
                return near
        return None


def _listed(words: Iterable[str] | WordList) -> WordList:
    if isinstance(words, WordList):
        return words
    return words.word_list() if isinstance(words, ListedWords) else WordList.of(words, sound)


_PLURAL = expression(r"[^aeiou][aiouy]s$|[aeiou][aou]s$")
"""A plural whose -s stands behind an apostrophe: after a single vowel, or after one that is spoken apart ('boa')."""


def within_one_edit(word: str, other: str) -> bool:
    """Whether two words are the same but for one letter: one more, one less, another one, or two neighbours exchanged."""
    if len(word) > len(other):
        word, other = other, word
    if len(other) - len(word) > 1:
        return False
    first = next((n for n, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), len(word))
    rest, others = word[first:], other[first:]
    if len(word) < len(other):
        return rest == others[1:]
    return rest[1:] == others[1:] or (rest[2:] == others[2:] and rest[:2] == others[1::-1])


_FIRST_LETTERS = {"f": "fvp", "s": "sz", "k": "kcq", "g": "gc", "t": "t", "y": "yei", "a": "ao"}
"""By the first letter of how a word sounds, those with which such a word may be written; other letters are their own."""

SOUND_LENGTHS = 2
"""Letters by which a word that sounds alike may be longer or shorter."""

_SOUNDS = (
    ("sch", "sg"), ("ch", "g"), ("ks", "x"), ("ck", "k"), ("qu", "kw"), ("c", "k"), ("ij", "y"), ("ei", "y"), ("ou", "au"), ("dt", "t"),
    ("v", "f"), ("z", "s"), ("ph", "f"), ("th", "t"), ("x", "ks"),
)  # fmt: skip
_RUN = expression(r"(.)\1+")


def sound(word: str) -> str:
    """How a folded word sounds, roughly: letters and pairs that spell one sound are made alike, doubles single, a final d a t."""
    for letters, alike in _SOUNDS:
        word = word.replace(letters, alike)
    word = _RUN.sub(r"\1", word)
    return word[:-1] + "t" if word.endswith("d") else word
