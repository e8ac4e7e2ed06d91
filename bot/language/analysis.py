"""One analyser for sources and questions, so that both are read alike."""

from collections.abc import Iterable, Mapping, Set

from bot.language.answer_types import PATTERNS
from bot.language.compounds import Compounds, joined
from bot.language.function_words import FUNCTION_WORDS, LIGHT_WORDS, QUESTION_WORDS, is_content
from bot.language.lexicon import Lexicon
from bot.language.near_words import SHORTEST
from bot.language.numbers import number_of
from bot.language.spelling import Speller
from bot.language.stems import root, stem
from bot.language.tokens import tokenize
from bot.language.vocabulary import WordClass, base_stems, base_words, names, word_class
from bot.named import NamedTuple

GRAM = 3
"""Letters in a character n-gram: a good length for Dutch (McNamee & Mayfield 2004)."""

REMEMBERED = 50_000
"""Words that are remembered as they were read: words of questions must not pile up."""

ROOT_MARK = "~"
"""Roots are kept apart from stems by this sign before them."""

WordRow = tuple[str, str, tuple[tuple[str, str], ...], bool]
"""(stem, root, parts, light) of a word."""


class Word(NamedTuple):
    """What is known of one content word.

    Attributes:
        form: folded, as it stands (or as it was read, where it was corrected).
        stem, root: see `language.stems`.
        parts: (stem, root) of a compound's parts, in order; empty for a simple word.
        light: a word that nearly every text has.
    """

    form: str
    stem: str
    root: str
    parts: tuple[tuple[str, str], ...]
    light: bool

    @property
    def word_class(self) -> WordClass:
        """Its class: a noun where nothing else is known."""
        return WordClass.NOUN if self.stem.isdigit() else word_class(self.form)

    def roots(self) -> tuple[str, ...]:
        """The roots of a compound's parts, or the word's own."""
        return tuple(part_root for _, part_root in self.parts) or (self.root,)

    def match_keys(self) -> list[str]:
        """Its stem and marked root, and those of a compound's parts: what the words of a question are compared with."""
        keys = [self.stem, ROOT_MARK + self.root]
        for stem_of_part, root_of_part in self.parts:
            keys += [stem_of_part, ROOT_MARK + root_of_part]
        return keys

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
        table: words that were read earlier.
    """

    def __init__(
        self, lexicon: Lexicon, source_words: Iterable[str] = (), hint_words: Iterable[str] = (), table: Mapping[str, WordRow] | None = None
    ) -> None:
        self.lexicon = lexicon
        # A set may be one that reads its words from disk.
        self.source_words: Set[str] = source_words if isinstance(source_words, Set) else frozenset(source_words)
        self._table = table if table is not None else {}
        self.hint_words: Set[str] = hint_words if isinstance(hint_words, Set) else frozenset(hint_words)
        self._known = (self.source_words, self.hint_words, FUNCTION_WORDS, LIGHT_WORDS, lexicon, base_words(), names())
        self.compounds = Compounds(base_words(), lexicon, self.source_words)
        asking = {word for word in QUESTION_WORDS if len(word) > SHORTEST} | PATTERNS.words("asking")
        self.speller = Speller((asking, self.source_words, self.hint_words, FUNCTION_WORDS), lexicon.word_list, self.knows)
        self._words: dict[str, Word] = {}
        self._joined: tuple[list[str], list[tuple[int, int, str]]] = ([], [])

    def knows(self, form: str) -> bool:
        """Whether a folded word is known: from sources, hints, lexicon, base words or names, or made of such words."""
        return any(form in words for words in self._known) or stem(form) in base_stems() or self.compounds.knows(form)

    def word(self, form: str) -> Word:
        """What is known of a folded word; the same value each time."""
        word = self._words.get(form)
        if word is None and len(self._words) >= REMEMBERED:
            self._words.clear()
        if word is None and form in self._table:
            word = self._words[form] = Word(form, *self._table[form])
        if word is None:
            number = number_of(form)
            if number is not None:
                word = Word(form, str(number), str(number), (), False)
            else:
                pieces = [part for piece in form.split("-") for part in self.compounds.parts(piece) or (piece,)]
                parts = tuple((stem(piece), root(piece)) for piece in pieces if len(pieces) > 1 and piece not in FUNCTION_WORDS)
                word = Word(form, stem(form), root(form), parts, form in LIGHT_WORDS)
            self._words[form] = word
        return word

    def content(self, text: str) -> list[Word]:
        """The content words of a source text, in order."""
        return [self.word(token.form) for token in tokenize(text) if is_content(token)]

    def joined_words(self, forms: list[str]) -> list[tuple[int, int, str]]:
        """Words written apart in a question that the sources, hints or lexicon know as one; see `compounds.joined`."""
        asked, runs = self._joined
        if asked != forms:
            # One question is asked for them more than once.
            runs = joined(forms, lambda word: word in self.source_words or word in self.lexicon)
            self._joined = forms, runs
        return runs
