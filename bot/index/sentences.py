"""What a sentence holds: its words with how firmly each belongs to it, its n-grams, and the answer types that it offers.

All of it follows from what is kept: the forms of the words of each sentence and heading, the keys and n-grams of each form, and which
words the hints of each sentence have. It is worked out for many sentences at once, and only as far as a question asks.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from bot.index.facts import decoded_facts
from bot.index.schema import Arrays, Floats, Integers, Rows, key_of, unpacked, unpacked_words
from bot.index.words import Words, columns_of, places
from bot.knowledge.model import Kind
from bot.language.answer_types import Facts

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

FORMS = 20_000
"""Forms whose keys are remembered."""

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
        facts: the answer types that it offers.
    """

    __slots__ = ("_beside", "_wide", "facts", "own", "passage", "sentence")

    def __init__(self, passage: int, sentence: int, own: dict[str, float], facts: Facts, beside: "_Beside") -> None:
        self.passage, self.sentence, self.own, self.facts = passage, sentence, own, facts
        self._beside = beside
        self._wide: dict[str, float] | None = None

    @property
    def wide(self) -> dict[str, float]:
        """Those of `own`, and the words of its hints, its heading and the sentences beside it: worked out when it is asked for."""
        if self._wide is None:
            self._wide = self._beside.wide(self.sentence)
        return self._wide


class _Beside:
    """What the sentences of a passage lend each other, and what their headings and hints lend them.

    Args:
        own: the words of each sentence.
        heading, before: those of the headings, and of the sentence before the passage.
        hinted: by sentence what its hints say; those of the whole passage under `OF_PASSAGE`.
    """

    def __init__(
        self, own: Sequence[Mapping[str, float]], heading: Mapping[str, float], before: Mapping[str, float],
        hinted: Mapping[int, Mapping[str, float]],
    ) -> None:  # fmt: skip
        self._own, self._heading, self._before, self._hinted = own, heading, before, hinted
        self._common: dict[str, float] | None = None

    def wide(self, sentence: int) -> dict[str, float]:
        """All that belongs to one sentence."""
        if self._common is None:
            self._common = common = {key: HEADING_STRENGTH * value for key, value in self._heading.items()}
            _raise(common, self._before, BEFORE_STRENGTH)
            # What a sentence has of its own is more than what it would get as its own neighbour: so all of a passage can be taken together.
            for words in self._own:
                _raise(common, words, NEIGHBOUR_STRENGTH)
            for place, words in self._hinted.items():
                _raise(common, words, 1.0 if place == OF_PASSAGE else NEIGHBOUR_HINT_FACTOR)
        found = dict(self._common)
        _raise(found, self._own[sentence], 1.0)
        _raise(found, self._hinted.get(sentence, {}), 1.0)
        return found


def _raise(strengths: dict[str, float], words: Mapping[str, float], factor: float) -> None:
    """Have each word at least as firmly as others have it, times a factor."""
    for key, value in words.items():
        value *= factor
        if value > strengths.get(key, 0.0):
            strengths[key] = value


class SentenceIndex:
    """The sentences of one group of an index.

    Args:
        connection: to the file.
        group: the number of the group.
        words: its words.
    """

    def __init__(self, connection: sqlite3.Connection, group: int, words: Words) -> None:
        self._connection, self._group, self._words = connection, group, words
        self._arrays = Arrays(connection, group)
        self._rows: dict[int, PassageRow] = {}
        self._views: dict[int, list[SentenceView]] = {}
        self._facts: dict[int, Facts] = {}
        self._keys_of: dict[int, tuple[tuple[str, float], ...]] = {}

    def views(self, passage: int) -> list[SentenceView]:
        """The sentences of one passage, with all their words."""
        found = self._views.get(passage)
        if found is None:
            row, first, own = self._row(passage), 0, []
            forms = row.forms.tolist()
            for size in row.sizes.tolist():
                own.append(self._words_of(forms[first : first + size]))
                first += size
            heading = self._words_of(self.headings.row(row.section).tolist())
            beside = _Beside(own, heading, self._words_of(self._before([passage])[0].tolist()), self._hinted_words(passage))
            found = [
                SentenceView(passage, n, words, fact, beside) for n, (words, fact) in enumerate(zip(own, self.facts(passage), strict=True))
            ]
            if len(self._views) >= MEMORY:
                self._views.clear()
            self._views[passage] = found
        return found

    def _words_of(self, forms: Iterable[int]) -> dict[str, float]:
        """How firmly each key belongs to a text, by the forms of its words."""
        found: dict[str, float] = {}
        memory = self._keys_of
        for form in forms:
            keys = memory.get(form)
            if keys is None:
                row = self._words.keys_of.row(form).tolist()
                keys = tuple((self._words.keys[key], 1.0 if place <= 1 else PART_STRENGTH) for place, key in enumerate(row))
                if len(memory) >= FORMS:
                    memory.clear()
                memory[form] = keys
            for key, strength in keys:
                if strength > found.get(key, 0.0):
                    found[key] = strength
        return found

    def _hinted_words(self, passage: int) -> dict[int, dict[str, float]]:
        """What the hints of a passage say, by sentence."""
        found: dict[int, dict[str, float]] = {}
        if len(self._hinted.values):
            row = iter(self._hinted.row(passage).tolist())
            for sentence, key, strength in zip(row, row, row, strict=True):
                found.setdefault(sentence, {})[self._words.keys[key]] = HINT_STRENGTHS[strength]
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
    def headings(self) -> Rows:
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
        around = [self.headings.row(row.section).astype(np.int64) for row in chosen]
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


BATCH = 500
"""Rows that are read at once."""


def _last_sentence(row: PassageRow | None, section: int) -> Integers:
    """The forms of the last sentence of a passage; none where it is not in this section."""
    if row is None or row.section != section:
        return np.empty(0, dtype=np.int64)
    return row.forms[len(row.forms) - int(row.sizes[-1]) :]
