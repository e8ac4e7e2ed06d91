"""The sources made ready: BM25 fields for a retriever, and for each sentence the words that belong to it."""

import marshal
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.answering.concepts import ROOT_MARK
from bot.answering.hints import HintIndex, hint_texts
from bot.knowledge.model import Passage
from bot.language.analysis import Analyser, Word
from bot.language.answer_types import AnswerType, Facts, facts_of
from bot.language.tokens import tokenize
from bot.retrieval.protocol import Field

# How firmly a word belongs to a sentence, by where it stands; 1 is the sentence itself.
PART_STRENGTH = 0.8
HINT_STRENGTHS = (0.0, 0.45, 0.6, 0.75, 0.85, 0.9)
"""By how many of a sentence's hints have the word: one odd word in one hint proves little. A keyword counts for two."""
NEIGHBOUR_STRENGTH = 0.6
NEIGHBOUR_HINT_FACTOR = 0.45
HEADING_STRENGTH = 0.6
BEFORE_STRENGTH = 0.4
"""For the last sentence of the passage before, in the same section: 'Dit beleid ...' leans on it."""


MEMORY = 2_000
"""Passages whose sentences are remembered, 20 kB each; more than are kept in memory at all where there are few."""


class SentenceView(NamedTuple):
    """One sentence as evidence sees it.

    Attributes:
        own: stems and marked roots of its own words and their parts, with their strength.
        wide: those, and the words of its hints, its heading and the sentences beside it.
        counted_keys: stems and marked roots of the words that stand beside a number.
        grams: the character n-grams of its content words.
    """

    passage: int
    sentence: int
    own: dict[str, float]
    wide: dict[str, float]
    facts: Facts
    counted_keys: frozenset[str]
    grams: frozenset[str]


class PassageIndex:
    """What is known of every passage, each sentence read when it is first needed.

    Args:
        passages: in the order in which a retriever numbers them.
        hints: their hints; read from the passages by default.
        rows: what `view_rows` gave for the same passages.
        keys: every stem and marked root that any passage or hint has; read from them by default.
        stems: those of the words of the sources; read from them by default.
    """

    def __init__(
        self,
        passages: Sequence[Passage],
        analyser: Analyser,
        hints: HintIndex | None = None,
        rows: Sequence[bytes] = (),
        keys: Container[str] | None = None,
        stems: Container[str] | None = None,
    ) -> None:
        self.passages = passages
        self.analyser = analyser
        self.hints = HintIndex.of(passages, analyser) if hints is None else hints
        self._rows = rows
        self.keys: Container[str] = self.read_keys() if keys is None else keys
        self._stems = stems
        self._views: dict[int, list[SentenceView]] = {}
        self._facts: dict[int, Facts] = {}

    def read_keys(self) -> frozenset[str]:
        """Every stem and marked root that any passage or hint has."""
        found: set[str] = set()
        for passage in self.passages:
            for text in (passage.text, *passage.section.headings, *hint_texts(passage)):
                for word in self.analyser.content(text):
                    found.update(keys_of(word))
        return frozenset(found)

    def view_rows(self) -> list[bytes]:
        """The views of every passage as plain data, each passage apart so that one can be read without the others."""
        return [marshal.dumps([_row(view) for view in self.views(number)]) for number in range(len(self.passages))]

    def knows_stem(self, word: str) -> bool:
        """Whether a stem is that of a word of the sources."""
        if self._stems is None:
            self._stems = frozenset(self.analyser.word(form).stem for form in self.analyser.source_words)
        return word in self._stems

    def field_texts(self) -> dict[Field, list[list[str]]]:
        """The terms of every passage by field, for a retriever."""
        texts: dict[Field, list[list[str]]] = {field: [] for field in Field}
        for passage in self.passages:
            words = self.analyser.content(passage.text)
            heading = self.analyser.content(" ".join(passage.section.headings))
            texts[Field.FORMS].append([token.form for token in tokenize(passage.text)])
            texts[Field.WORDS].append([word.stem for word in words])
            texts[Field.PARTS].append([root for word in words for root in word.roots()])
            texts[Field.GRAMS].append([gram for word in words + heading for gram in word.grams()])
            texts[Field.RELATED].append([key for word in words + heading for key in keys_of(word)])
            texts[Field.HINTS].append([word.stem for text in hint_texts(passage) for word in self.analyser.content(text)])
        return texts

    def views(self, number: int) -> list[SentenceView]:
        """The sentences of one passage."""
        found = self._views.get(number)
        if found is None:
            found = self._kept_views(number) if self._rows else self._read_views(number)
            if len(self._views) >= MEMORY:
                self._views.clear()
                self._facts.clear()
            self._views[number] = found
        return found

    def passage_facts(self, number: int) -> Facts:
        """The facts of a whole passage."""
        found = self._facts.get(number)
        if found is None:
            parts = [view.facts for view in self.views(number)]
            found = self._facts[number] = Facts(
                frozenset().union(*(f.kinds for f in parts)),
                tuple(words for f in parts for words in f.counted),
                frozenset().union(*(f.units for f in parts)),
                frozenset().union(*(f.names for f in parts)),
                frozenset().union(*(f.places for f in parts)),
            )
        return found

    def _kept_views(self, number: int) -> list[SentenceView]:
        return [_view(number, place, row) for place, row in enumerate(marshal.loads(self._rows[number]))]  # noqa: S302 - the program's own cache, see bot.compiled

    def _read_views(self, number: int) -> list[SentenceView]:
        passage = self.passages[number]
        heading = self.analyser.content(" ".join(passage.section.headings))
        contents = [self.analyser.content(sentence.text) for sentence in passage.sentences]
        own = [_strengths(words) for words in contents]
        hinted = [self._hinted(sentence.questions, sentence.keywords) for sentence in passage.sentences]
        whole = self._hinted(passage.questions, passage.keywords)
        before = self._before(number)
        views = []
        for place, sentence in enumerate(passage.sentences):
            wide = dict(own[place])
            _merge(wide, hinted[place], 1.0)
            _merge(wide, whole, 1.0)
            _merge(wide, _strengths(heading), HEADING_STRENGTH)
            _merge(wide, before, BEFORE_STRENGTH)
            for other in range(len(own)):
                if other != place:
                    _merge(wide, own[other], NEIGHBOUR_STRENGTH)
                    _merge(wide, hinted[other], NEIGHBOUR_HINT_FACTOR)
            facts = facts_of(sentence.text)
            beside = [self.analyser.word(form) for forms in facts.counted for form in forms]
            keys = frozenset(key for word in beside for key in (word.stem, ROOT_MARK + word.root, *(s for s, _ in word.parts)))
            grams = frozenset(gram for word in contents[place] for gram in word.grams())
            views.append(SentenceView(number, place, own[place], wide, facts, keys, grams))
        return views

    def _hinted(self, questions: Sequence[str], keywords: Sequence[str]) -> dict[str, float]:
        """The words of a sentence's hints, each as firmly as many hints have it."""
        counts: dict[str, float] = {}
        for texts, worth in ((questions, 1), (keywords, 2)):
            for text in texts:
                for key, strength in _strengths(self.analyser.content(text)).items():
                    counts[key] = counts.get(key, 0.0) + worth * strength
        last = len(HINT_STRENGTHS) - 1
        return {key: HINT_STRENGTHS[min(last, round(count))] for key, count in counts.items()}

    def _before(self, number: int) -> dict[str, float]:
        """The words of the sentence before a passage, where it stands in the same section."""
        if not number:
            return {}
        passage, other = self.passages[number], self.passages[number - 1]
        if other.document is not passage.document or other.section is not passage.section:
            return {}
        return _strengths(self.analyser.content(other.sentences[-1].text))


def _row(view: SentenceView) -> tuple[Any, ...]:
    facts = view.facts
    kinds = tuple(kind.value for kind in facts.kinds)
    return view.own, view.wide, (kinds, facts.counted, facts.units, facts.names, facts.places), view.counted_keys, view.grams


def _view(passage: int, sentence: int, row: tuple[Any, ...]) -> SentenceView:
    own, wide, (kinds, counted, units, names, places), counted_keys, grams = row
    facts = Facts(frozenset(AnswerType(kind) for kind in kinds), counted, units, names, places)
    return SentenceView(passage, sentence, own, wide, facts, counted_keys, grams)


def keys_of(word: Word) -> list[str]:
    """The stems and marked roots of a word and of a compound's parts."""
    keys = [word.stem, ROOT_MARK + word.root]
    for stem, root in word.parts:
        keys += [stem, ROOT_MARK + root]
    return keys


def _strengths(words: Iterable[Word]) -> dict[str, float]:
    found: dict[str, float] = {}
    for word in words:
        for stem, root in word.parts:
            for key in (stem, ROOT_MARK + root):
                if found.get(key, 0.0) < PART_STRENGTH:
                    found[key] = PART_STRENGTH
        found[word.stem] = found[ROOT_MARK + word.root] = 1.0
    return found


def _merge(into: dict[str, float], other: Mapping[str, float], factor: float) -> None:
    for key, strength in other.items():
        if into.get(key, 0.0) < factor * strength:
            into[key] = factor * strength


def source_words(passages: Iterable[Passage]) -> tuple[set[str], set[str]]:
    """The folded words of the sources, and those of their hints."""
    words: set[str] = set()
    hints: set[str] = set()
    for passage in passages:
        for text in (passage.text, *passage.section.headings):
            words.update(form for t in tokenize(text) for form in (t.form, *t.parts))
        for text in hint_texts(passage):
            hints.update(t.form for t in tokenize(text))
    return words, hints
