"""The words of a question with all that may stand for them in a source, each with how good a match it would be."""

from collections.abc import Callable, Container, Mapping, Sequence, Set
from functools import cache, lru_cache
from pathlib import Path

from bot.answering.question import PATTERNS as QUESTION
from bot.language import function_words, stems
from bot.language.analysis import ROOT_MARK, Analyser, Word
from bot.language.function_words import LIGHT_WORDS
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Relation, Term
from bot.language.stems import stem
from bot.language.tables import Table, packed, sources, unpacked
from bot.language.vocabulary import lexicon_entries, name_families
from bot.made import made
from bot.named import NamedTuple

# How good a match through each relation is, 1 being the word itself. Weighed once on several question sets, see docs/measuring.md.
ROOT_MATCH = 0.9
PARTS_MATCH = 0.9
RELATION_MATCH: Mapping[str, float] = {Relation.SYNONYM: 0.95, Relation.READING: 0.85, Relation.OPPOSITE: 0.8}
SECOND_STEP = 0.9
NAME_MATCH = 0.9


class Concept:
    """One content word of a question, or a fixed phrase.

    Attributes:
        word: the word as it was read.
        weight: how much it tells, in idf.
        keys: stem or marked root -> quality of that match, 0 to 1.
        phrases: terms of several words that may stand for it, with their quality.
        parts: for a compound, the same for each part.
        borrowed: it was said in an earlier turn, not in this question.
        opposites: the keys that say the opposite: young of old.
    """

    __slots__ = ("borrowed", "keys", "opposites", "parts", "phrases", "weight", "word")

    def __init__(self, word: Word, weight: float) -> None:
        self.word, self.weight = word, weight
        self.keys: dict[str, float] = {}
        self.phrases: list[tuple[Term, float]] = []
        self.parts: list[dict[str, float]] = []
        self.borrowed = False
        self.opposites: set[str] = set()

    def changed(self, weight: float | None = None, parts: list[dict[str, float]] | None = None) -> "Concept":
        """The same with another weight or other parts."""
        other = Concept(self.word, self.weight if weight is None else weight)
        other.keys, other.phrases, other.borrowed, other.opposites = self.keys, self.phrases, self.borrowed, self.opposites
        other.parts = self.parts if parts is None else parts
        return other

    def match(self, strengths: Mapping[str, float]) -> float:
        """How well a text covers this concept.

        Args:
            strengths: the text's stems and marked roots, each with how firmly it belongs to the text, 0 to 1.
        """
        best = _best(self.keys, strengths)
        for term, quality in self.phrases:
            if quality > best and term[0] in strengths:
                best = max(best, quality * _together(term, strengths))
        if self.parts and best < PARTS_MATCH:
            total = 0.0
            for part in self.parts:
                total += _best(part, strengths)
            best = max(best, PARTS_MATCH * total / len(self.parts))
        return best

    def match_itself(self, strengths: Mapping[str, float]) -> float:
        """The same, where its opposite does not count: who asks for the elderly is not told of the young."""
        return self.match({key: value for key, value in strengths.items() if key not in self.opposites} if self.opposites else strengths)

    def every_key(self) -> frozenset[str]:
        """All stems and marked roots by which a text may cover it: one that has none of them does not."""
        return frozenset(self.keys).union(*self.parts, *(term for term, _ in self.phrases))

    def keep(self, present: Container[str]) -> None:
        """Forget all that no text has: it can't match, and most of what may stand for a word is in no source."""
        of_the_word = {self.word.stem, ROOT_MARK + self.word.root}
        self.keys = {key: quality for key, quality in self.keys.items() if key in present or key in of_the_word}
        self.phrases = [(term, quality) for term, quality in self.phrases if all(word in present for word in term)]
        self.parts = [{key: quality for key, quality in part.items() if key in present} for part in self.parts]


def _best(keys: Mapping[str, float], strengths: Mapping[str, float]) -> float:
    """The best of several matches. This runs hundreds of times a question: a plain loop is the fastest there is."""
    best = 0.0
    for key in keys:
        if key in strengths:
            value = keys[key] * strengths[key]
            if value > best:
                best = value
    return best


def _together(term: Term, strengths: Mapping[str, float]) -> float:
    """How firmly all words of a term belong to a text; 0 where one is missing."""
    total = 0.0
    for word in term:
        strength = strengths.get(word)
        if strength is None:
            return 0.0
        total += strength
    return total / len(term)


def concept_of(word: Word, weight: float, analyser: Analyser, present: Set[str]) -> Concept:
    """All that may stand for a word.

    Args:
        word: a content word of the question.
        weight: see `Concept`.
        analyser: gives the lexicon.
        present: the stems of all words of the question, for terms of several words.
    """
    concept = Concept(word, weight)
    concept.keys.update(_alternatives(word.stem, word.root, analyser, present, concept))
    for form in name_families().get(word.form) or name_families().get(word.form.removesuffix("s"), ()):
        concept.keys.setdefault(stem(form), NAME_MATCH)
    if word.parts:
        for part_stem, part_root in word.parts:
            concept.parts.append(_alternatives(part_stem, part_root, analyser, frozenset(), None))
    return concept


def _alternatives(own_stem: str, own_root: str, analyser: Analyser, present: Set[str], concept: Concept | None) -> dict[str, float]:
    keys = {own_stem: 1.0, ROOT_MARK + own_root: ROOT_MATCH}
    made_ready = _made_ready(own_stem)
    local = analyser.lexicon.local_stems()
    # Terms of several words are looked through only where the question has another word of one.
    whole = local and (own_stem in local or not local.isdisjoint(made_ready.keys))
    if not whole and not made_ready.beside.isdisjoint(present):
        whole = any(present >= set(term.split(" ")) for term in made_ready.terms)
    standing_in = _standing_in(own_stem, analyser.lexicon, present) if whole else made_ready
    for key, quality in standing_in.keys.items():
        keys[key] = max(keys.get(key, 0.0), quality)
    if concept is not None:
        concept.phrases += standing_in.phrases
        concept.opposites |= standing_in.opposites
    return keys


class _StandingIn(NamedTuple):
    """What the lexicon puts in the place of a word.

    Attributes:
        keys: stems with their quality; phrases: terms of several words with theirs.
        opposites: those of the keys that say the opposite.
        terms: those of several words that hold the word and say more where a question has all of them.
        beside: the other words of these.
    """

    keys: Mapping[str, float]
    phrases: Sequence[tuple[Term, float]]
    opposites: frozenset[str]
    terms: Sequence[str]
    beside: frozenset[str]


def _standing_in(own_stem: str, lexicon: Lexicon, present: Set[str]) -> _StandingIn:
    """What stands in for a word, by the lexicon; without `beside`.

    Args:
        present: see `concept_of`.
    """
    keys: dict[str, float] = {}
    phrases: list[tuple[Term, float]] = []
    opposites: set[str] = set()
    terms: dict[str, None] = {}

    def add(term: Term, quality: float) -> None:
        if len(term) == 1:
            keys[term[0]] = max(keys.get(term[0], 0.0), quality)
        else:
            phrases.append((term, quality))

    for term, relation, related in lexicon.entries(own_stem):
        if relation == Relation.ASSOCIATION:
            # Words that go together with it make an unanswerable question look covered.
            continue
        if len(term) > 1 and not present >= set(term):
            terms[" ".join(term)] = None
            continue
        quality = RELATION_MATCH[relation]
        for other in related:
            add(other, quality)
            if len(other) == 1 and relation == Relation.OPPOSITE:
                opposites.add(other[0])
            if len(other) == 1 and relation != Relation.OPPOSITE:
                _second_step(other[0], quality * SECOND_STEP, lexicon, add)
    return _StandingIn(keys, phrases, frozenset(opposites), list(terms), frozenset())


_PART, _ITEM = "\x1d", "\x1e"


@cache
def shipped_alternatives() -> Table:
    """For each stem of the shipped lexicon what stands in for it in a question that has no other word of a term, as one text."""
    makers = (QUESTION.path.with_suffix(".json"), *sources(), Path(function_words.__file__), Path(__file__))
    return unpacked(made("alternatives", makers, lambda: packed({"alternatives": _build_alternatives})).data)["alternatives"]


def _build_alternatives() -> dict[str, str]:
    lexicon = Lexicon()
    return {word: _written(word, _standing_in(word, lexicon, frozenset())) for word in lexicon_entries()}


def _written(own_stem: str, standing_in: _StandingIn) -> str:
    others, of_others = [" ".join(term) for term, _ in standing_in.phrases], [quality for _, quality in standing_in.phrases]
    # A term that has no other word is held by every question with this one.
    beside = {word for term in standing_in.terms for word in set(term.split(" ")) - {own_stem} or {own_stem}}
    qualities, of_others_written = map(repr, standing_in.keys.values()), map(repr, of_others)
    parts = (
        standing_in.keys,
        qualities,
        others,
        of_others_written,
        sorted(standing_in.opposites),
        standing_in.terms,
        sorted(beside),
    )
    return _PART.join(map(_ITEM.join, parts))


@lru_cache(maxsize=5_000)
def _made_ready(own_stem: str) -> _StandingIn:
    """What stands in for a word in a question that has no other word of a term, by the shipped lexicon; not to be changed."""
    said = shipped_alternatives().get(own_stem)
    if said is None:
        return _NOTHING
    keys, qualities, others, of_others, opposites, terms, beside = (part.split(_ITEM) if part else [] for part in said.split(_PART))
    phrases = [(tuple(term.split(" ")), float(quality)) for term, quality in zip(others, of_others, strict=True)]
    words = dict(zip(keys, map(float, qualities), strict=True))
    return _StandingIn(words, phrases, frozenset(opposites), terms, frozenset(beside))


_NOTHING = _StandingIn({}, (), frozenset(), (), frozenset())


def _second_step(other_stem: str, quality: float, lexicon: Lexicon, add: Callable[[Term, float], None]) -> None:
    """What stands for a word that stands for another one; no word of measure: a passport costs money, but 'kosten' is no passport."""
    for term, relation, related in lexicon.entries(other_stem):
        if len(term) == 1 and relation in (Relation.SYNONYM, Relation.READING):
            for other in related:
                if len(other) > 1 or other[0] not in words_of_measure():
                    add(other, quality * (1.0 if relation is Relation.SYNONYM else SECOND_STEP))


@cache
def words_of_measure() -> frozenset[str]:
    """The stems of words of measure and of those that nearly every text has."""
    makers = (QUESTION.path.with_suffix(".json"), *map(Path, (function_words.__file__, stems.__file__)), stems.IRREGULAR_FILE)
    words = made("measures", makers, lambda: "\n".join(sorted({*map(stem, QUESTION.words("measures") | LIGHT_WORDS)})).encode())
    return frozenset(bytes(words.data).decode().split("\n"))
