"""What a sentence holds: its words with how firmly each belongs to it, its n-grams, and the answer types that it offers.

All of it follows from what is kept: the forms of the words of each sentence and heading, the keys and n-grams of each form, and which
words the hints of each sentence have. It is worked out for many sentences at once, and only as far as a question asks.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.index.schema import Arrays, Floats, Integers, Rows, distinct, key_of, unpacked, unpacked_words
from bot.index.words import Words, columns_of, places
from bot.knowledge.model import Kind
from bot.language.analysis import ROOT_MARK, Analyser
from bot.language.answer_types import AnswerType, Facts

# How firmly a word belongs to a sentence, by where it stands; 1 is the sentence itself.
PART_STRENGTH = 0.8
HINT_STRENGTHS = (0.0, 0.45, 0.6, 0.75, 0.85, 0.9)
"""By how many of a sentence's hints have the word: one odd word in one hint proves little. A keyword counts for two."""
NEIGHBOUR_STRENGTH = 0.6
NEIGHBOUR_HINT_FACTOR = 0.45
HEADING_STRENGTH = 0.6
BEFORE_STRENGTH = 0.4
"""For the last sentence of the passage before, in the same section: 'Dit beleid ...' leans on it."""

MEMORY = 4_000
"""Passages whose rows are remembered."""

OF_PASSAGE = 0xFFFF
"""In place of a sentence: a word of the hints of the whole passage."""


class PassageRow(NamedTuple):
    """What the file says of one passage.

    Attributes:
        kind: what kind of text it is.
        sizes: how many words each sentence has.
        forms: their forms, one sentence after another.
        facts: the answer types that each sentence offers, a line each, see `encoded_facts`.
    """

    section: int
    kind: str
    sizes: Integers
    forms: Integers
    facts: str


class Strengths(NamedTuple):
    """How firmly words belong to sentences: a row for each sentence, a column for each word that was asked for.

    Attributes:
        passages, sentences: for each row the passage, and which of its sentences it is.
        own: by the sentence's own words and their parts.
        wide: by those, and the words of its hints, its heading and the sentences beside it.
    """

    passages: Integers
    sentences: Integers
    own: Floats
    wide: Floats


class SentenceView:
    """One sentence as evidence sees it.

    Attributes:
        own: stems and marked roots of its own words and their parts, with their strength.
        wide: those, and the words of its hints, its heading and the sentences beside it.
        length: the number of its own stems and roots.
        facts: the answer types that it offers.
        grams: the character n-grams of its content words.

    Where it was asked for some words and n-grams only, `own`, `wide` and `grams` have no others.
    """

    __slots__ = ("_analyser", "_counted", "facts", "grams", "length", "own", "passage", "sentence", "wide")

    def __init__(
        self, passage: int, sentence: int, own: dict[str, float], wide: dict[str, float], length: int, facts: Facts,
        grams: frozenset[str], analyser: Analyser,
    ) -> None:  # fmt: skip
        self.passage, self.sentence, self.own, self.wide = passage, sentence, own, wide
        self.length, self.facts, self.grams = length, facts, grams
        self._analyser = analyser
        self._counted: frozenset[str] | None = None

    @property
    def counted_keys(self) -> frozenset[str]:
        """Stems and marked roots of the words that stand beside a number."""
        if self._counted is None:
            self._counted = counted_keys(self.facts, self._analyser)
        return self._counted


def counted_keys(facts: Facts, analyser: Analyser) -> frozenset[str]:
    """Stems and marked roots of the words that stand beside a number."""
    beside = [analyser.word(form) for forms in facts.counted for form in forms]
    return frozenset(key for word in beside for key in (word.stem, ROOT_MARK + word.root, *(stem for stem, _ in word.parts)))


class SentenceIndex:
    """The sentences of one group of an index.

    Args:
        connection: to the file.
        group: the number of the group.
        words: its words.
        analyser: reads them.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, words: Words, analyser: Analyser) -> None:
        self._connection, self._group, self._words, self._analyser = connection, group, words, analyser
        self._arrays = Arrays(connection, group)
        self._rows: dict[int, PassageRow] = {}
        self._views: dict[int, list[SentenceView]] = {}
        self._facts: dict[int, Facts] = {}

    def views(self, passage: int) -> list[SentenceView]:
        """The sentences of one passage, with all their words."""
        found = self._views.get(passage)
        if found is None:
            found = self.views_of([passage])[passage]
            if len(self._views) >= MEMORY:
                self._views.clear()
            self._views[passage] = found
        return found

    def views_of(
        self, passages: Sequence[int], keys: Iterable[str] | None = None, grams: Iterable[str] | None = None
    ) -> dict[int, list[SentenceView]]:
        """The sentences of several passages.

        Args:
            keys: the stems and marked roots that are wanted; all by default.
            grams: the n-grams that are wanted; all by default.
        """
        if not passages:
            return {}
        numbers, names = self._wanted(passages, keys)
        strengths = self._strengths(passages, numbers)
        own, wide = _by_row(strengths.own, names), _by_row(strengths.wide, names)
        held = self._grams_of(passages, grams)
        found: dict[int, list[SentenceView]] = {}
        for place, (passage, sentence) in enumerate(zip(strengths.passages.tolist(), strengths.sentences.tolist(), strict=True)):
            facts = self.facts(passage)[sentence]
            length = len(own[place]) if keys is None else self._length(passage, sentence)
            view = SentenceView(passage, sentence, own[place], wide[place], length, facts, held[place], self._analyser)
            found.setdefault(passage, []).append(view)
        return found

    def strengths(self, passages: Sequence[int], keys: Sequence[str]) -> Strengths:
        """How firmly some words belong to the sentences of some passages.

        Args:
            passages: their sentences are the rows, in this order.
            keys: stems and marked roots, the columns; one that no sentence has gives a column of zeros.
        """
        known, columns = self._words.columns(keys)
        found = self._strengths(passages, known)
        return found._replace(own=found.own[:, columns], wide=found.wide[:, columns])

    def grams(self, passages: Sequence[int], grams: Sequence[str]) -> NDArray[np.bool_]:
        """Which of some character n-grams (columns) the sentences of some passages (rows) have."""
        rows = self._read(passages)
        known, columns = columns_of([self._words.grams.find(gram) for gram in grams])
        forms, owner = self._words_by_sentence([rows[passage] for passage in passages])
        which, _, values = self._words.grams_of.spread(forms)
        place, hit = places(known, values)
        found = np.zeros((sum(len(rows[passage].sizes) for passage in passages), len(known)), dtype=bool)
        found[owner[which[hit]], place[hit]] = True
        return found[:, columns]

    def starts(self) -> Integers:
        """Where the sentences of each passage begin, counted through all passages, and where the last ones end."""
        starts, lengths = self._lengths
        return np.append(starts.astype(np.int64), len(lengths))

    def facts(self, passage: int) -> list[Facts]:
        """The answer types that each sentence of a passage offers."""
        return [decoded_facts(line) for line in self._row(passage).facts.split("\n")]

    def passage_facts(self, passage: int) -> Facts:
        """The answer types that a whole passage offers."""
        found = self._facts.get(passage)
        if found is None:
            parts = self.facts(passage)
            found = Facts(
                frozenset().union(*(f.kinds for f in parts)),
                tuple(words for f in parts for words in f.counted),
                frozenset().union(*(f.units for f in parts)),
                frozenset().union(*(f.names for f in parts)),
                frozenset().union(*(f.places for f in parts)),
            )
            if len(self._facts) >= MEMORY:
                self._facts.clear()
            self._facts[passage] = found
        return found

    def kind(self, passage: int) -> Kind:
        """What kind of text a passage is."""
        return Kind(self._row(passage).kind)

    @cached_property
    def _headings(self) -> Rows:
        """The forms of the headings of each section."""
        return self._arrays.rows("headings")

    @cached_property
    def _hinted(self) -> Rows:
        """For each passage what its hints say: sentence, key and strength by turns; no rows at all where nothing has hints."""
        return self._arrays.rows("hinted")

    @cached_property
    def _lengths(self) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Where the sentences of each passage begin, and for each sentence the number of its own keys."""
        return self._arrays.numbers("sentences.starts"), np.frombuffer(self._arrays.data("sentences.lengths"), dtype=np.uint16)

    def _length(self, passage: int, sentence: int) -> int:
        starts, lengths = self._lengths
        return int(lengths[int(starts[passage]) + sentence])

    def row(self, passage: int) -> PassageRow:
        """What the file says of one passage."""
        return self._row(passage)

    def before(self, passage: int) -> Integers:
        """The forms of the sentence before a passage; none where that stands not in the same section."""
        return self._before([passage])[0]

    def lengths(self, passage: int) -> list[int]:
        """How many keys each sentence has of its own."""
        return [self._length(passage, sentence) for sentence in range(len(self._row(passage).sizes))]

    def _row(self, passage: int) -> PassageRow:
        """The row of one passage."""
        row = self._rows.get(passage)
        return self._read([passage])[passage] if row is None else row

    def _read(self, passages: Iterable[int]) -> dict[int, PassageRow]:
        """The rows of some passages."""
        memory = self._rows
        found = {passage: memory.get(passage) for passage in passages}
        wanted = [key_of(self._group, passage) for passage, row in found.items() if row is None]
        read: dict[int, PassageRow] = {}
        for first in range(0, len(wanted), BATCH):
            batch = wanted[first : first + BATCH]
            marks = ",".join("?" * len(batch))
            rows = self._connection.execute(
                f"SELECT key, section, kind, sentences, words, facts FROM passages WHERE key IN ({marks})",  # noqa: S608 - question marks only
                batch,
            )
            for key, section, kind, sentences, words, facts in rows:
                sizes = unpacked(sentences)[2::3].astype(np.int64)
                read[key - key_of(self._group, 0)] = PassageRow(section, kind, sizes, unpacked_words(words), facts)
        if read:
            if len(memory) >= MEMORY:
                memory.clear()
            memory.update(read)
        return {passage: row or read[passage] for passage, row in found.items()}

    def _wanted(self, passages: Sequence[int], keys: Iterable[str] | None) -> tuple[Integers, list[str]]:
        """The numbers of the keys that are wanted, ascending, and the keys."""
        if keys is not None:
            known = {self._words.key(key): key for key in keys}
            known.pop(-1, None)
            numbers = sorted(known)
            return np.array(numbers, dtype=np.int64), [known[number] for number in numbers]
        forms = self._before(passages)
        rows = self._read(passages)
        forms += [rows[passage].forms for passage in passages]
        forms += [self._headings.row(rows[passage].section).astype(np.int64) for passage in passages]
        _, _, values = self._words.keys_of.spread(np.concatenate(forms))
        hinted = [self._hinted.row(passage)[1::3].astype(np.int64) for passage in passages if len(self._hinted.values)]
        every = distinct(np.concatenate([values, *hinted]))
        return every, [self._words.keys[number] for number in every.tolist()]

    def _words_by_sentence(self, rows: Sequence[PassageRow]) -> tuple[Integers, Integers]:
        """The forms of all sentences of some passages, and for each which sentence it stands in, counted through."""
        sizes = np.concatenate([row.sizes for row in rows])
        return np.concatenate([row.forms for row in rows]), np.repeat(np.arange(len(sizes)), sizes)

    def _strengths(self, passages: Sequence[int], keys: Integers) -> Strengths:
        """Args: keys: ascending."""
        leading = self._before(passages)
        rows = self._read(passages)
        chosen = [rows[passage] for passage in passages]
        counts = np.array([len(row.sizes) for row in chosen])
        starts = np.cumsum(counts) - counts
        owner = np.repeat(np.arange(len(passages)), counts)
        # All at once: the sentences, then the headings of each passage, then what stands before each.
        forms, sentence = self._words_by_sentence(chosen)
        around = [self._headings.row(row.section).astype(np.int64) for row in chosen]
        around += leading
        beside = np.repeat(np.arange(len(owner), len(owner) + len(around)), [len(text) for text in around])
        words = np.concatenate([forms, *around]), np.concatenate([sentence, beside])
        every = self._words.strengths(*words, len(owner) + len(around), keys, PART_STRENGTH)
        own, headings, before = np.split(every, (len(owner), len(owner) + len(passages)))
        hinted, whole = self._hints(passages, starts, len(owner), keys)
        # What a sentence has of its own is more than what it would get as its own neighbour: so all of a passage can be taken together.
        common = np.maximum(HEADING_STRENGTH * headings, BEFORE_STRENGTH * before)
        np.maximum(common, NEIGHBOUR_STRENGTH * np.maximum.reduceat(own, starts, axis=0), out=common)
        if hinted is None or whole is None:
            wide = np.maximum(own, common[owner])
        else:
            np.maximum(common, NEIGHBOUR_HINT_FACTOR * np.maximum.reduceat(hinted, starts, axis=0), out=common)
            wide = np.maximum(np.maximum(own, hinted), np.maximum(common, whole)[owner])
        return Strengths(np.asarray(passages, dtype=np.int64)[owner], np.arange(len(owner)) - starts[owner], own, wide)

    def _before(self, passages: Sequence[int]) -> list[Integers]:
        """For each passage the forms of the sentence before it; none where that stands not in the same section."""
        rows = self._read([passage for chosen in passages for passage in ((chosen - 1, chosen) if chosen else (chosen,))])
        return [_last_sentence(rows.get(passage - 1), rows[passage].section) for passage in passages]

    def _hints(self, passages: Sequence[int], starts: Integers, sentences: int, keys: Integers) -> tuple[Floats | None, Floats | None]:
        """How firmly each key belongs to each sentence, and to each passage, by their hints; None where nothing has hints."""
        if not len(self._hinted.values):
            return None, None
        hinted, whole = np.zeros((sentences, len(keys))), np.zeros((len(passages), len(keys)))
        owner, _, values = self._hinted.spread(np.asarray(passages, dtype=np.int64))
        owner, (sentence, key, strength) = owner[::3], values.reshape(-1, 3).T
        place, hit = places(keys, key)
        owner, sentence, place = owner[hit], sentence[hit], place[hit]
        worth = np.array(HINT_STRENGTHS)[strength[hit]]
        of_passage = sentence == OF_PASSAGE
        whole[owner[of_passage], place[of_passage]] = worth[of_passage]
        single = ~of_passage
        hinted[starts[owner[single]] + sentence[single], place[single]] = worth[single]
        return hinted, whole

    def _grams_of(self, passages: Sequence[int], grams: Iterable[str] | None) -> list[frozenset[str]]:
        if grams is None:
            rows = self._read(passages)
            found = []
            for passage in passages:
                first = 0
                for size in rows[passage].sizes.tolist():
                    _, _, values = self._words.grams_of.spread(rows[passage].forms[first : first + size])
                    found.append(frozenset(self._words.grams[number] for number in distinct(values).tolist()))
                    first += size
            return found
        names = list(grams)
        held = self.grams(passages, names)
        return [frozenset(names[column] for column in np.flatnonzero(row).tolist()) for row in held]


BATCH = 500
"""Rows that are read at once."""


def _last_sentence(row: PassageRow | None, section: int) -> Integers:
    """The forms of the last sentence of a passage; none where it is not in this section."""
    if row is None or row.section != section:
        return np.empty(0, dtype=np.int64)
    return row.forms[len(row.forms) - int(row.sizes[-1]) :]


def _by_row(strengths: Floats, names: Sequence[str]) -> list[dict[str, float]]:
    found: list[dict[str, float]] = [{} for _ in range(len(strengths))]
    rows, columns = np.nonzero(strengths)
    for row, column, value in zip(rows.tolist(), columns.tolist(), strengths[rows, columns].tolist(), strict=True):
        found[row][names[column]] = value
    return found


def encoded_facts(facts: Facts) -> str:
    """The answer types that a sentence offers, as one line of text."""
    kinds = ",".join(sorted(kind.value for kind in facts.kinds))
    counted = ";".join(",".join(sorted(words)) for words in facts.counted)
    rest = (",".join(sorted(words)) for words in (facts.units, facts.names, facts.places))
    return "|".join((kinds, str(len(facts.counted)) + ":" + counted if facts.counted else "", *rest)).rstrip("|")


@lru_cache(maxsize=5_000)
def decoded_facts(line: str) -> Facts:
    """What `encoded_facts` was given."""
    kinds, counted, *rest = (line + "||||").split("|")[:5]
    units, names, places = (_words(part) for part in rest)
    beside = tuple(_words(part) for part in counted.partition(":")[2].split(";")) if counted else ()
    return Facts(frozenset(AnswerType(kind) for kind in kinds.split(",") if kind), beside, units, names, places)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
