"""The terms of a passage by field, worked out from its words: to send them to the cluster, and to count those of a query.

It says the same as the posting lists that `index.group_writer` writes (tests/opensearch holds it to them).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from bot.index.protocol import Field
from bot.index.schema import Integers, Rows, distinct
from bot.index.words import CONTENT, Words
from bot.language.analysis import ROOT_MARK
from bot.named import NamedTuple
from bot.opensearch.layout import BETWEEN, LONGEST_TERM

FIELDS = tuple(Field)

_OF_TEXT, _OF_BOTH = (Field.FORMS, Field.WORDS, Field.PARTS), (Field.GRAMS, Field.RELATED)
"""Fields that hold the words of the text, and of text and headings."""

REMEMBERED = 200_000
"""Words whose number is remembered."""


class Text(NamedTuple):
    """A passage as numbers.

    Attributes:
        forms: its words.
        heading: the words of its headings.
        hints: the stems of its hints.
    """

    forms: Integers
    heading: Integers
    hints: Sequence[str]


class Counts(NamedTuple):
    """How often texts have terms.

    Attributes:
        terms: a row for each term, a column for each text.
        lengths: a row for each field, a column for each text.
    """

    terms: Integers
    lengths: Integers


class Forms:
    """Numbers of words, and words of numbers.

    Args:
        words: of one group.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._memory: dict[str, int] = {}

    def numbers(self, entries: Sequence[str]) -> Integers:
        """The number of each entry, -1 for one that is none."""
        memory = self._memory
        numbers = [memory.get(entry) for entry in entries]
        if None in numbers:
            if len(memory) > REMEMBERED:
                memory.clear()
            find = self._words.forms.find
            for n, number in enumerate(numbers):
                if number is None:
                    numbers[n] = memory[entries[n]] = find(entries[n])
        return np.array(numbers, dtype=np.int64)

    def entries(self, numbers: Integers) -> list[str]:
        """The words with these numbers, as the list of forms has them."""
        forms = self._words.forms
        return [forms[number] for number in numbers.tolist()]


class FieldTexts:
    """The fields of passages as the cluster takes them: terms with `BETWEEN` between them.

    Args:
        words: of one group.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        self._memory: dict[int, tuple[str, ...]] = {}

    def of(self, text: Text) -> dict[str, str]:
        """Each field that has terms, by its name."""
        body = [self._terms(number) for number in text.forms.tolist()]
        both = body + [self._terms(number) for number in text.heading.tolist()]
        by_field = {
            field.value: BETWEEN.join([terms[ordinal] for terms in of if terms[ordinal]])
            for ordinal, (field, of) in enumerate(
                ((Field.FORMS, body), (Field.WORDS, body), (Field.PARTS, body), (Field.GRAMS, both), (Field.RELATED, both))
            )
        }
        by_field[Field.HINTS.value] = BETWEEN.join(text.hints)
        return {name: terms for name, terms in by_field.items() if terms}

    def _terms(self, number: int) -> tuple[str, ...]:
        by_kind = self._memory.get(number)
        if by_kind is None:
            words = self._words
            keys = [words.keys[int(key)] for key in words.keys_of.row(number)]
            roots = [key.removeprefix(ROOT_MARK) for key in (keys[3::2] or keys[1:2])]
            grams = [words.grams[int(gram)] for gram in words.grams_of.row(number)]
            lists = ([words.form(number)], keys[:1], roots, grams, keys)
            by_kind = tuple(BETWEEN.join(term for term in terms if len(term) <= LONGEST_TERM) for terms in lists)
            if len(self._memory) > REMEMBERED:
                self._memory.clear()
            self._memory[number] = by_kind
        return by_kind


class TermCounter:
    """Counts the terms of queries in passages.

    Args:
        words: of one group.
    """

    def __init__(self, words: Words) -> None:
        self._words = words
        keys, grams = _sizes(words.keys_of), _sizes(words.grams_of)
        # How many terms each word has: itself, its stem, its roots, its n-grams, its keys.
        self._sizes: Mapping[Field, Integers] = {
            Field.FORMS: np.ones(len(keys), dtype=np.int64),
            Field.WORDS: (keys > 0).astype(np.int64),
            Field.PARTS: np.where(keys > 2, keys // 2 - 1, keys // 2),
            Field.GRAMS: grams,
            Field.RELATED: keys,
        }

    def counts(self, terms: Sequence[tuple[Field, str]], texts: Sequence[Text]) -> Counts:
        """Count terms.

        Args:
            terms: each with its field.
            texts: at least one.
        """
        text, text_of = _spread([t.forms for t in texts])
        heading, heading_of = _spread([t.heading for t in texts])
        both, both_of = np.concatenate([text, heading]), np.concatenate([text_of, heading_of])
        known = distinct(both)
        lengths = np.zeros((len(FIELDS), len(texts)), dtype=np.int64)
        for fields, numbers, of in ((_OF_TEXT, text, text_of), (_OF_BOTH, both, both_of)):
            for field in fields:
                sizes = self._sizes[field][numbers]
                lengths[FIELDS.index(field)] = np.bincount(of, weights=sizes, minlength=len(texts))
        lengths[FIELDS.index(Field.HINTS)] = [len(t.hints) for t in texts]
        counted = np.zeros((len(terms), len(texts)), dtype=np.int64)
        for fields, numbers, of in ((_OF_TEXT, text, text_of), (_OF_BOTH, both, both_of)):
            rows = self._columns(known, [(row, field, term) for row, (field, term) in enumerate(terms) if field in fields])
            owner, _, values = rows.spread(np.searchsorted(known, numbers))
            cells = values * len(texts) + of[owner]
            counted += np.bincount(cells, minlength=counted.size).reshape(counted.shape)
        for column_of_text, each in enumerate(texts):
            if each.hints:
                held = Counter(each.hints)
                for column, (field, term) in enumerate(terms):
                    if field is Field.HINTS:
                        counted[column, column_of_text] = held[term]
        return Counts(counted, lengths)

    def _columns(self, known: Integers, terms: Sequence[tuple[int, Field, str]]) -> Rows:
        """For each of some words the terms that it has, as often as it has them: the places of the terms are the columns."""
        words = self._words
        owners, columns = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.int64)]
        of_key, inside, keys = words.keys_of.spread(known)
        sizes = self._sizes[Field.RELATED][known][of_key]
        of_gram, _, grams = words.grams_of.spread(known)
        roots = (inside % 2 == 1) & ((inside > 1) | (sizes == 2))
        for field, owner, values, chosen in (
            (Field.FORMS, np.arange(len(known)), known, None),
            (Field.WORDS, of_key, keys, inside == 0),
            (Field.PARTS, of_key, keys, roots),
            (Field.GRAMS, of_gram, grams, None),
            (Field.RELATED, of_key, keys, None),
        ):
            asked = sorted((number, column) for column, of, term in terms if of is field for number in self._numbers(field, term))
            if not asked or not len(values):
                continue
            numbers = np.array([number for number, _ in asked], dtype=np.int64)
            position = np.searchsorted(numbers, values)
            position[position == len(numbers)] = 0
            hit = numbers[position] == values
            if chosen is not None:
                hit &= chosen
            owners.append(owner[hit])
            wanted = np.array([column for _, column in asked], dtype=np.int64)
            columns.append(wanted[position[hit]])
        return _rows(np.concatenate(owners), np.concatenate(columns), len(known))

    def _numbers(self, field: Field, term: str) -> list[int]:
        """What a term is called among the words, keys or n-grams; a word may stand there twice."""
        words = self._words
        if field is Field.FORMS:
            numbers = [words.forms.find(term), words.forms.find(term + CONTENT)]
        elif field is Field.GRAMS:
            numbers = [words.grams.find(term)]
        else:
            numbers = [words.keys.find(ROOT_MARK + term if field is Field.PARTS else term)]
        return [number for number in numbers if number >= 0]


def _spread(parts: Sequence[Integers]) -> tuple[Integers, Integers]:
    """The words of texts, one text after another, and for each the place of its text; what is no word of the group is left out."""
    values = np.concatenate(parts)
    owner = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    known = values >= 0
    return values[known], owner[known]


def _sizes(rows: Rows) -> Integers:
    """How many values each row has."""
    starts = rows.starts.astype(np.int64)
    return starts[1:] - starts[:-1]


def _rows(owners: Integers, values: Integers, size: int) -> Rows:
    order = np.argsort(owners, kind="stable")
    starts = np.searchsorted(owners[order], np.arange(size + 1))
    return Rows(starts.astype(np.uint32), values[order].astype(np.uint32))
