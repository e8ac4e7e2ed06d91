"""What a sentence holds: its words with how firmly each belongs to it, its n-grams, and the answer types that it offers.

All of it follows from what is kept: the forms of the words of each sentence and heading, the keys and n-grams of each form, and which
words the hints of each sentence have. It is worked out for many sentences at once, and only as far as a question asks.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bot.index.facts import decoded_facts
from bot.index.held import (
    BEFORE_STRENGTH,
    HEADING_STRENGTH,
    HINT_STRENGTHS,
    NEIGHBOUR_HINT_FACTOR,
    NEIGHBOUR_STRENGTH,
    OF_PASSAGE,
    PART_STRENGTH,
    Around,
    Held,
    HeldWords,
)
from bot.index.schema import Arrays, Integers, Rows, key_of, unpacked, unpacked_words
from bot.index.words import Words
from bot.knowledge.model import Kind
from bot.language.answer_types import Facts
from bot.named import NamedTuple

MEMORY = 4_000
"""Passages whose rows are remembered."""

FORMS = 20_000
"""Forms whose keys are remembered."""


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


class SentenceView:
    """One sentence as evidence sees it.

    Attributes:
        narrow: stems and marked roots of its own words and their parts, with their strength.
        facts: the answer types that it offers.
    """

    __slots__ = ("_beside", "_wide", "facts", "narrow", "passage", "sentence")

    def __init__(self, passage: int, sentence: int, narrow: dict[str, float], facts: Facts, beside: "_Beside") -> None:
        self.passage, self.sentence, self.narrow, self.facts = passage, sentence, narrow, facts
        self._beside = beside
        self._wide: dict[str, float] | None = None

    @property
    def wide(self) -> dict[str, float]:
        """Those of `narrow`, and the words of its hints, its heading and the sentences beside it: worked out when it is asked for."""
        if self._wide is None:
            self._wide = self._beside.wide(self.sentence)
        return self._wide


class _Beside:
    """What the sentences of a passage lend each other, and what their headings and hints lend them.

    Args:
        narrow: the words of each sentence itself.
        heading, before: those of the headings, and of the sentence before the passage.
        hinted: by sentence what its hints say; those of the whole passage under `OF_PASSAGE`.
    """

    def __init__(
        self, narrow: Sequence[Mapping[str, float]], heading: Mapping[str, float], before: Mapping[str, float],
        hinted: Mapping[int, Mapping[str, float]],
    ) -> None:  # fmt: skip
        self._narrow, self._heading, self._before, self._hinted = narrow, heading, before, hinted
        self._common: dict[str, float] | None = None

    def wide(self, sentence: int) -> dict[str, float]:
        """All that belongs to one sentence."""
        if self._common is None:
            self._common = common = {key: HEADING_STRENGTH * value for key, value in self._heading.items()}
            _raise(common, self._before, BEFORE_STRENGTH)
            # What a sentence has of its own is more than what it would get as its own neighbour: so all of a passage can be taken together.
            for words in self._narrow:
                _raise(common, words, NEIGHBOUR_STRENGTH)
            for of, words in self._hinted.items():
                _raise(common, words, 1.0 if of == OF_PASSAGE else NEIGHBOUR_HINT_FACTOR)
        wide = dict(self._common)
        _raise(wide, self._narrow[sentence], 1.0)
        _raise(wide, self._hinted.get(sentence, {}), 1.0)
        return wide


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
        self._held = HeldWords(words, self._around)
        self._rows: dict[int, PassageRow] = {}
        self._views: dict[int, list[SentenceView]] = {}
        self._facts: dict[int, Facts] = {}
        self._keys_of: dict[int, tuple[tuple[str, float], ...]] = {}

    def views(self, passage: int) -> list[SentenceView]:
        """The sentences of one passage, with all their words."""
        views = self._views.get(passage)
        if views is None:
            row, first, narrow = self._row(passage), 0, []
            forms = row.forms.tolist()
            for size in row.sizes.tolist():
                narrow.append(self._words_of(forms[first : first + size]))
                first += size
            heading = self._words_of(self.headings.row(row.section).tolist())
            beside = _Beside(narrow, heading, self._words_of(self._before([passage])[0].tolist()), self._hinted_words(passage))
            views = [
                SentenceView(passage, n, words, fact, beside)
                for n, (words, fact) in enumerate(zip(narrow, self.facts(passage), strict=True))
            ]
            if len(self._views) >= MEMORY:
                self._views.clear()
            self._views[passage] = views
        return views

    def _words_of(self, forms: Iterable[int]) -> dict[str, float]:
        """How firmly each key belongs to a text, by the forms of its words."""
        words: dict[str, float] = {}
        memory = self._keys_of
        for form in forms:
            keys = memory.get(form)
            if keys is None:
                row = self._words.keys_of.row(form).tolist()
                keys = tuple((self._words.keys[key], 1.0 if rank <= 1 else PART_STRENGTH) for rank, key in enumerate(row))
                if len(memory) >= FORMS:
                    memory.clear()
                memory[form] = keys
            for key, strength in keys:
                if strength > words.get(key, 0.0):
                    words[key] = strength
        return words

    def _hinted_words(self, passage: int) -> dict[int, dict[str, float]]:
        """What the hints of a passage say, by sentence."""
        hinted: dict[int, dict[str, float]] = {}
        if len(self._hinted.values):
            row = iter(self._hinted.row(passage).tolist())
            for sentence, key, strength in zip(row, row, row, strict=True):
                hinted.setdefault(sentence, {})[self._words.keys[key]] = HINT_STRENGTHS[strength]
        return hinted

    def held(self, passages: Sequence[int], keys: Sequence[str], grams: Sequence[str]) -> Held:
        """What the sentences of some passages have of some words and n-grams; see `HeldWords.of`."""
        return self._held.of(passages, keys, grams)

    def starts(self) -> Integers:
        """Where the sentences of each passage begin, counted through all passages, and where the last ones end."""
        starts, lengths = self._lengths
        return np.append(starts.astype(np.int64), len(lengths))

    def facts(self, passage: int) -> list[Facts]:
        """The answer types that each sentence of a passage offers."""
        return [decoded_facts(line) for line in self._row(passage).facts.split("\n")]

    def passage_facts(self, passage: int) -> Facts:
        """The answer types that a whole passage offers."""
        facts = self._facts.get(passage)
        if facts is None:
            parts = self.facts(passage)
            facts = Facts(
                frozenset().union(*(f.kinds for f in parts)),
                tuple(words for f in parts for words in f.counted),
                frozenset().union(*(f.units for f in parts)),
                frozenset().union(*(f.names for f in parts)),
                frozenset().union(*(f.locations for f in parts)),
            )
            if len(self._facts) >= MEMORY:
                self._facts.clear()
            self._facts[passage] = facts
        return facts

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
        rows_of = {passage: memory.get(passage) for passage in passages}
        passage_of = {self._key(passage): passage for passage, row in rows_of.items() if row is None}
        wanted = list(passage_of)
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
                read[passage_of[key]] = PassageRow(section, kind, sizes, self._forms(key, words), facts)
        if read:
            if len(memory) >= MEMORY:
                memory.clear()
            memory.update(read)
        return {passage: row or read[passage] for passage, row in rows_of.items()}

    def _key(self, passage: int) -> int:
        """The key of a passage's row."""
        return key_of(self._group, passage)

    def _forms(self, key: int, data: bytes) -> Integers:
        """The forms in a row, by its key."""
        return unpacked_words(data)

    def _around(self, passages: Sequence[int]) -> Around:
        """The words of some passages and of what stands around them."""
        before = self._before(passages)
        rows = self._read(passages)
        chosen = [rows[passage] for passage in passages]
        headings = [self.headings.row(row.section).astype(np.int64) for row in chosen]
        hints = None
        if len(self._hinted.values):
            owner, _, values = self._hinted.spread(np.asarray(passages, dtype=np.int64))
            sentence, key, strength = values.reshape(-1, 3).T
            hints = owner[::3], sentence, key, strength
        return Around([row.sizes for row in chosen], [row.forms for row in chosen], headings, before, hints)

    def _before(self, passages: Sequence[int]) -> list[Integers]:
        """For each passage the forms of the sentence before it; none where that stands not in the same section."""
        rows = self._read([passage for chosen in passages for passage in ((chosen - 1, chosen) if chosen else (chosen,))])
        return [_last_sentence(rows.get(passage - 1), rows[passage].section) for passage in passages]


BATCH = 500
"""Rows that are read at once."""


def _last_sentence(row: PassageRow | None, section: int) -> Integers:
    """The forms of the last sentence of a passage; none where it is not in this section."""
    if row is None or row.section != section:
        return np.empty(0, dtype=np.int64)
    return row.forms[len(row.forms) - int(row.sizes[-1]) :]
