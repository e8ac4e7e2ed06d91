"""What the sentences of some passages have of the words and n-grams that a question asks for: a column for each sentence.

All that a passage holds is laid out once as one array of numbers, see `Entries`, and remembered. A question marks what it asks for in a
table of all words and n-grams, looks up the whole arrays of its passages in it at once, and goes on with the few entries that are marked.
"""

from collections.abc import Callable, Sequence
from threading import local

import numpy as np
from numpy.typing import NDArray

from bot.index.schema import Floats, Integers
from bot.index.words import Words
from bot.named import NamedTuple

# How firmly a word belongs to a sentence, by where it stands; 1 is the sentence itself.
PART_STRENGTH = 0.8
HINT_STRENGTHS = (0.0, 0.45, 0.6, 0.75, 0.85, 0.9)
"""By how many of a sentence's hints have the word: one odd word in one hint proves little. A keyword counts for two."""
NEIGHBOUR_STRENGTH = 0.6
NEIGHBOUR_HINT_FACTOR = 0.45
HEADING_STRENGTH = 0.6
BEFORE_STRENGTH = 0.4
"""For the last sentence of the passage before, in the same section: 'Dit beleid ...' leans on it."""

OF_PASSAGE = 0xFFFF
"""In place of a sentence: a word of the hints of the whole passage."""

MEMORY = 4_000
"""Passages that are remembered."""

BATCH = 250
"""Passages that are laid out at once: with the levels of their entries they are counted in 16 bits."""

LEVELS = tuple(
    sorted({
        1.0, PART_STRENGTH, *HINT_STRENGTHS,
        *(factor * of_key for factor in (HEADING_STRENGTH, BEFORE_STRENGTH) for of_key in (1.0, PART_STRENGTH)),
    })
)  # fmt: skip
"""How firmly a word may belong to where it stands, ascending."""

_STRENGTHS = np.array(LEVELS)
_LEVEL_BITS, _SENTENCE_BITS = 8, 16
_NARROW, _HINTED, _AROUND, _GRAMS = range(4)
"""Kinds of entries: of a sentence itself, of its hints, of what stands around the whole passage, and n-grams of a sentence."""


class Around(NamedTuple):
    """The words of some passages and of what stands around them, as numbers of forms.

    Attributes:
        sizes: for each passage the number of words of each of its sentences.
        forms: for each passage the words of all of its sentences.
        headings, before: those of its headings, and of the sentence before it.
        hints: what hints say: which passage, which sentence, which key, which of `HINT_STRENGTHS`, a column each; None where there are none.
    """

    sizes: Sequence[Integers]
    forms: Sequence[Integers]
    headings: Sequence[Integers]
    before: Sequence[Integers]
    hints: tuple[Integers, Integers, Integers, Integers] | None


class Entries(NamedTuple):
    """What one passage holds.

    Attributes:
        sentences: their number.
        values: an entry each, those that belong more firmly behind the others: what is held, counted through kinds and numbers; in which
            sentence; and which of `LEVELS`.
    """

    sentences: int
    values: Integers


class Held(NamedTuple):
    """How firmly words belong to sentences: a row for each word that was asked for, a column for each sentence.

    Attributes:
        passages, sentences: for each column the passage, and which of its sentences it is.
        narrow: by the sentence's own words and their parts.
        wide: by those, and the words of its hints, its heading and the sentences beside it.
        grams: for each n-gram (row) whether the sentence has it.
    """

    passages: Integers
    sentences: Integers
    narrow: Floats
    wide: Floats
    grams: Floats


class HeldWords:
    """What the passages of one group hold.

    Args:
        words: of the group.
        around: gives the words of passages and of what stands around them.
    """

    def __init__(self, words: Words, around: Callable[[Sequence[int]], Around]) -> None:
        self._words, self._around = words, around
        self._memory: dict[int, Entries] = {}
        self._tables = local()

    def of(self, passages: Sequence[int], keys: Sequence[str], grams: Sequence[str]) -> Held:
        """What the sentences of some passages have.

        Args:
            passages: their sentences are the columns, in this order.
            keys: stems and marked roots; one that no sentence has gives a row of zeros.
            grams: character n-grams.
        """
        entries = self._entries(passages)
        counts = np.array([some.sentences for some in entries], dtype=np.int64)
        ends = counts.cumsum()
        starts = ends - counts
        owner = np.arange(len(counts)).repeat(counts)
        width = len(owner)
        size, key, gram, each = len(keys), self._words.key, self._words.gram, self._of_kind(_HINTED)
        known = [(number, row) for row, name in enumerate(keys, 1) if (number := key(name)) >= 0]
        known_grams = [(number, row) for row, name in enumerate(grams, _GRAMS * size + 1) if (number := gram(name)) >= 0]
        of_own = np.array(known, dtype=np.int64).reshape(-1, 2)
        of_grams = np.array(known_grams, dtype=np.int64).reshape(-1, 2)
        of_grams[:, 0] += _GRAMS * each
        # The same for each kind of entries of words: their numbers lie as far apart as there are words.
        apart = np.array([each, size])
        asked = np.concatenate([of_own, of_own + _HINTED * apart, of_own + _AROUND * apart, of_grams])
        values = np.concatenate([some.values for some in entries])
        rows = self._rows(asked, values >> _LEVEL_BITS + _SENTENCE_BITS)
        hit = rows.nonzero()[0]
        values, rows = values.take(hit), rows.take(hit).astype(np.int64)
        begins = starts.repeat([len(some.values) for some in entries]).take(hit)
        columns = begins + (values >> _LEVEL_BITS & (1 << _SENTENCE_BITS) - 1)
        held = np.zeros((_GRAMS * size + len(grams) + 1, width))
        # Of several entries of one word the last one counts: it belongs most firmly.
        held.reshape(-1)[rows * width + columns] = _STRENGTHS.take(values & (1 << _LEVEL_BITS) - 1)
        narrow, hinted, around = held[1 : size + 1], held[size + 1 : 2 * size + 1], held[2 * size + 1 : 3 * size + 1]
        # What a sentence has of its own is more than what it would get as its own neighbour: so all of a passage can be taken together.
        common = np.maximum(around.take(starts, axis=1), NEIGHBOUR_STRENGTH * np.maximum.reduceat(narrow, starts, axis=1))
        np.maximum(common, NEIGHBOUR_HINT_FACTOR * np.maximum.reduceat(hinted, starts, axis=1), out=common)
        wide = common.take(owner, axis=1)
        np.maximum(wide, narrow, out=wide)
        np.maximum(wide, hinted, out=wide)
        sentences = np.arange(width) - starts.take(owner)
        return Held(np.array(passages, dtype=np.int64).take(owner), sentences, narrow, wide, held[3 * size + 1 :])

    def _of_kind(self, kind: int) -> int:
        """Where the numbers of a kind of entries begin."""
        return kind * len(self._words.keys)

    def _rows(self, asked: Integers, numbers: Integers) -> NDArray[np.int16]:
        """For each number the row that was asked for, 0 for none.

        Args:
            asked: pairs of a number and its row.
        """
        # Each thread has a table of its own: as long as the vocabulary, it is not made anew for each question.
        table: NDArray[np.int16] | None = getattr(self._tables, "table", None)
        if table is None:
            table = self._tables.table = np.zeros(self._of_kind(_GRAMS) + len(self._words.grams), dtype=np.int16)
        listed = asked[:, 0]
        table[listed] = asked[:, 1]
        rows = table.take(numbers)
        table[listed] = 0
        return rows

    def _entries(self, passages: Sequence[int]) -> list[Entries]:
        memory = self._memory
        remembered = [memory.get(passage) for passage in passages]
        wanted = [passage for passage, some in zip(passages, remembered, strict=True) if some is None]
        if not wanted:
            return [some for some in remembered if some is not None]
        laid_out: dict[int, Entries] = {}
        for first in range(0, len(wanted), BATCH):
            batch = wanted[first : first + BATCH]
            laid_out.update(zip(batch, self._laid_out(self._around(batch)), strict=True))
        if len(memory) + len(laid_out) > MEMORY:
            memory.clear()
        memory.update(laid_out)
        return [some or laid_out[passage] for passage, some in zip(passages, remembered, strict=True)]

    def _laid_out(self, around: Around) -> list[Entries]:
        """The entries of some passages, from their words."""
        texts = len(around.sizes)
        counts = np.array([len(sizes) for sizes in around.sizes])
        sizes = np.concatenate(around.sizes)
        within = np.arange(len(sizes)) - (counts.cumsum() - counts).repeat(counts)
        forms = np.concatenate(around.forms)
        owner, within_of_form = np.arange(texts).repeat(counts).repeat(sizes), within.repeat(sizes)
        which, _, grams = self._words.grams_of.spread(forms)
        parts = [
            self._keyed(_NARROW, forms, owner, within_of_form, 1.0),
            (owner.take(which), self._of_kind(_GRAMS) + grams, within_of_form.take(which), np.full(len(grams), LEVELS.index(1.0))),
        ]
        for lists, strength in ((around.headings, HEADING_STRENGTH), (around.before, BEFORE_STRENGTH)):
            owner = np.arange(texts).repeat([len(some) for some in lists])
            parts.append(self._keyed(_AROUND, np.concatenate(lists), owner, np.zeros(len(owner), dtype=np.int64), strength))
        if around.hints is not None:
            of, sentence, key, strength_of = around.hints
            whole, levels = sentence == OF_PASSAGE, np.array([LEVELS.index(strength) for strength in HINT_STRENGTHS])
            kinds = np.where(whole, self._of_kind(_AROUND), self._of_kind(_HINTED))
            parts.append((of, kinds + key, np.where(whole, 0, sentence), levels[strength_of]))
        owners, codes, columns, levels = (np.concatenate(some) for some in zip(*parts, strict=True))
        # Numbers of 16 bits are put in order without comparing them.
        order = (owners * len(LEVELS) + levels).astype(np.uint16).argsort(kind="stable")
        values = ((codes << _SENTENCE_BITS | columns) << _LEVEL_BITS | levels)[order]
        ends = np.cumsum(np.bincount(owners, minlength=texts)).tolist()
        return [
            Entries(count, values[start:end]) for count, start, end in zip(counts.tolist(), [0, *ends[:-1]], ends, strict=True)
        ]  # fmt: skip

    def _keyed(
        self, kind: int, forms: Integers, owner: Integers, sentence: Integers, strength: float
    ) -> tuple[Integers, Integers, Integers, Integers]:
        """The entries of the keys of some forms: passages, what is held, sentences, levels."""
        which, inside, keys = self._words.keys_of.spread(forms)
        whole, part = LEVELS.index(strength), LEVELS.index(strength * PART_STRENGTH)
        return owner.take(which), self._of_kind(kind) + keys, sentence.take(which), np.where(inside <= 1, whole, part)
