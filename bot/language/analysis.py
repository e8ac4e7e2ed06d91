"""One analyser for sources and questions, so that both are read alike."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.language.compounds import Compounds, joined
from bot.language.function_words import FUNCTION_WORDS, LIGHT_WORDS, is_content
from bot.language.lexicon import Lexicon
from bot.language.numbers import number_of
from bot.language.spelling import Speller
from bot.language.stems import root, stem
from bot.language.tokens import Token, tokenize
from bot.language.vocabulary import WordClass, base_stems, base_words, names, word_class

GRAM = 4
"""Letters in a character n-gram: a good length for Dutch (McNamee & Mayfield 2004)."""

_LIGHT = LIGHT_WORDS


@dataclass(frozen=True, slots=True)
class Word:
    """What is known of one content word.

    Attributes:
        form: folded, as it stands (or as it was read, where it was corrected).
        stem, root: see `language.stems`.
        parts: (stem, root) of a compound's parts, in order; empty for a simple word.
        light: a word that nearly every text has.
        word_class: a noun where nothing else is known.
    """

    form: str
    stem: str
    root: str
    parts: tuple[tuple[str, str], ...]
    light: bool
    word_class: WordClass = WordClass.NOUN

    def roots(self) -> tuple[str, ...]:
        """The roots of a compound's parts, or the word's own."""
        return tuple(part_root for _, part_root in self.parts) or (self.root,)

    def grams(self) -> tuple[str, ...]:
        """The padded character n-grams of the word."""
        padded = f"_{self.form}_"
        return tuple(padded[i : i + GRAM] for i in range(max(1, len(padded) - GRAM + 1)))


class Analyser:
    """Reads Dutch text into words.

    Args:
        lexicon: its words help to take compounds apart and need no correction.
        source_words: the folded words of the sources.
        hint_words: the folded words of their hints.
    """

    def __init__(self, lexicon: Lexicon, source_words: Iterable[str] = (), hint_words: Iterable[str] = ()) -> None:
        self.lexicon = lexicon
        self.source_words = frozenset(source_words)
        hints = frozenset(hint_words)
        self._known = self.source_words | hints | lexicon.words | base_words().keys() | FUNCTION_WORDS | _LIGHT
        self.compounds = Compounds(frozenset(base_words()), lexicon.words | self.source_words)
        self.speller = Speller((sorted(self.source_words), sorted(hints), sorted(FUNCTION_WORDS), sorted(lexicon.words)), self.knows)
        self._words: dict[str, Word] = {}

    def knows(self, form: str) -> bool:
        """Whether a folded word is known: from sources, hints, lexicon, base words or names, or made of such words."""
        return form in self._known or form in names() or stem(form) in base_stems() or self.compounds.knows(form)

    def word(self, form: str) -> Word:
        """What is known of a folded word; the same value each time."""
        found = self._words.get(form)
        if found is None:
            number = number_of(form)
            if number is not None:
                found = Word(form, str(number), str(number), (), False)
            else:
                pieces = form.split("-") if "-" in form else self.compounds.parts(form)
                parts = tuple((stem(piece), root(piece)) for piece in pieces if piece not in FUNCTION_WORDS)
                found = Word(form, stem(form), root(form), parts, form in _LIGHT, word_class(form))
            self._words[form] = found
        return found

    def content(self, text: str) -> list[Word]:
        """The content words of a source text, in order."""
        return [self.word(token.form) for token in tokenize(text) if is_content(token)]

    def joined_words(self, forms: list[str]) -> list[tuple[int, int, str]]:
        """Words written apart in a question that the sources, hints or lexicon know as one; see `compounds.joined`."""
        return joined(forms, lambda word: word in self.source_words or word in self.lexicon.words)
