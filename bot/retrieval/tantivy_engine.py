"""An index on disk for many passages: tantivy proposes, rank-bm25's formula decides.

tantivy finds, in an index on disk, the texts that share most with a question, but its BM25 is not rank-bm25's: another k1, another
idf, lengths rounded to a byte; and it says one score for all fields together, where the evidence is wanted field by field. So its idf
is put right by boosts, it is asked for more texts than are wanted (`PROPOSALS`), and their evidence is computed anew from the
term counts that stand beside it, by the formula of BM25Plus with its baseline subtracted. What comes out are the scores of
`rank_bm25_engine`, see tests/retrieval; only a text that tantivy ranks below its proposals can be missed.

A folder holds `tantivy/`, with one field for each `Field` and the terms given as they are (white space between them), and
`terms.sqlite`: every term with the number of texts that have it, and the term counts of every text. See `tantivy_writer`.
"""

import math
import sqlite3
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from bot.retrieval.numbering import Numbering
from bot.retrieval.protocol import Field, Hit, Terms
from bot.retrieval.rank_bm25_engine import COMMON_FROM, COMMON_SHARE, K1, B

PROPOSALS = 120
"""Texts that are scored anew: three times as many as are asked for. On 100,000 synthetic passages 149 of 150 questions get the very list
that 2,000 proposals give, and all of them the same first ten."""

MEMORY = 100_000
"""Terms whose numbers are remembered: what people ask comes back."""

FIELDS = tuple(Field)
_PREFIX = {field: str(number) for number, field in enumerate(FIELDS)}
_HEADER = len(FIELDS)


class KnownTerm(NamedTuple):
    """A term's number, and how many texts have it."""

    number: int
    texts: int


_UNKNOWN = KnownTerm(-1, 0)


def term_key(field: Field, term: str) -> str:
    """A term as terms.sqlite has it: fields don't share terms."""
    return _PREFIX[field] + term


def read_only(path: Path) -> sqlite3.Connection:
    """A connection to a file that nobody changes any more; threads may share it."""
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.execute("PRAGMA cache_size = -8000")
    return connection


class TantivyRetriever:
    """The Retriever for hundreds of thousands of texts.

    Args:
        folder: written by `tantivy_writer.TantivyWriter`, and not changed since.
        numbering: the running numbers of its texts.
    """

    def __init__(self, folder: Path, numbering: Numbering) -> None:
        import tantivy

        self._tantivy: Any = tantivy
        index = tantivy.Index.open(str(folder / "tantivy"))
        # Nobody changes the index: no thread need watch it.
        index.config_reader("manual")
        self._schema, self._searcher = index.schema, index.searcher()
        self._terms = read_only(folder / "terms.sqlite")
        self._numbering, self._size = numbering, len(numbering)
        totals = dict(self._terms.execute("SELECT field, sum(terms) FROM lengths GROUP BY field"))
        self._totals = [int(totals.get(field.value, 0)) for field in FIELDS]
        self._averages = np.array([max(total, 1) / max(self._size, 1) for total in self._totals])
        self._memory: dict[str, KnownTerm] = {}

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """See `Retriever.search`. Texts with the same score come in the order in which they are numbered."""
        factors = np.zeros(len(FIELDS))
        wanted: list[tuple[int, int, float]] = []
        proposing: list[tuple[float, Field, str]] = []
        for number, field in enumerate(FIELDS):
            attainable = self.attainable(field, query.get(field, {}))
            if not attainable:
                continue
            factors[number] = weights.get(field, 0.0) / attainable
            for term, weight in query[field].items():
                known = self._known(field, term)
                common = self._size >= COMMON_FROM and known.texts > COMMON_SHARE * self._size
                if known.texts and weight and not common:
                    worth = weight * self.idf(field, term)
                    wanted.append((known.number, number, worth))
                    if factors[number]:
                        # tantivy multiplies by an idf of its own; divided by that, the boost puts ours in its place.
                        boost = factors[number] * worth / math.log(1 + (self._size - known.texts + 0.5) / (known.texts + 0.5))
                        proposing.append((boost, field, term))
        if not proposing:
            return []
        # Of some stretches only: more are proposed, since those of other stretches fall away.
        keys = self._proposed(proposing, max(limit, PROPOSALS) * (1 if among is None else STRETCHES))
        evidence = self._evidence(keys, wanted)
        totals = evidence @ factors
        numbers = np.array(self._numbering.numbers(keys))
        if among is not None:
            totals = np.where([any(number in stretch for stretch in among) for number in numbers.tolist()], totals, 0.0)
        best = [n for n in np.lexsort((numbers, -totals))[:limit] if totals[n] > 0]
        asked = [(place, field) for place, field in enumerate(FIELDS) if field in query]
        return [Hit(int(numbers[n]), float(totals[n]), {field: float(evidence[n, place]) for place, field in asked}) for n in best]

    def attainable(self, field: Field, terms: Terms) -> float:
        """See `Retriever.attainable`."""
        return sum(weight * self.idf(field, term) for term, weight in terms.items()) * (K1 + 1)

    def idf(self, field: Field, term: str) -> float:
        """See `Retriever.idf`."""
        if not self._totals[FIELDS.index(field)]:
            return 0.0
        return math.log((self._size + 1) / (self._known(field, term).texts or 1))

    def holds(self, field: Field, term: str) -> bool:
        """Whether any text has a term."""
        return self._known(field, term).texts > 0

    def _known(self, field: Field, term: str) -> KnownTerm:
        key = term_key(field, term)
        found = self._memory.get(key)
        if found is None:
            # A term that a replaced document had may be left with no texts.
            row = self._terms.execute("SELECT number, texts FROM terms WHERE term = ?", (key,)).fetchone()
            found = KnownTerm(*row) if row else _UNKNOWN
            if len(self._memory) >= MEMORY:
                self._memory.clear()
            self._memory[key] = found
        return found

    def _proposed(self, terms: list[tuple[float, Field, str]], limit: int) -> list[int]:
        query, occur = self._tantivy.Query, self._tantivy.Occur.Should
        parts = [(occur, query.boost_query(query.term_query(self._schema, f.value, term, "freq"), boost)) for boost, f, term in terms]
        found = self._searcher.search(query.boolean_query(parts), limit, count=False).hits
        keys: Any = self._searcher.fast_field_values("key", [address for _, address in found])
        return list(keys)

    def _evidence(self, keys: list[int], wanted: list[tuple[int, int, float]]) -> Any:
        """The score of each text (row) in each field (column) for the wanted terms: (number, field, weight times idf)."""
        heads, pairs, sizes = _counts(self._terms, keys)
        text = np.repeat(np.arange(len(keys)), sizes)
        numbers, counts = pairs >> COUNT_BITS, pairs & MOST
        asked = np.array(sorted(wanted), dtype=[("number", np.int64), ("field", np.intp), ("worth", np.float64)])
        place = np.minimum(np.searchsorted(asked["number"], numbers), len(asked) - 1)
        matching = np.flatnonzero(asked["number"][place] == numbers)
        place, text, counts = place[matching], text[matching], counts[matching]
        field = asked["field"][place]
        lengths = heads[text, field]
        scores = asked["worth"][place] * counts * (K1 + 1) / (K1 * (1 - B + B * lengths / self._averages[field]) + counts)
        flat = np.bincount(text * len(FIELDS) + field, weights=scores, minlength=len(keys) * len(FIELDS))
        return flat.reshape(len(keys), len(FIELDS))


STRETCHES = 8
"""Times as many texts are proposed where only some stretches of them count."""

COUNT_BITS = 10
MOST = (1 << COUNT_BITS) - 1
"""A term and how often a text has it are kept in one unsigned 64-bit or 32-bit number: the term's number above, the count below."""


def packed(lengths: list[int], counts: Mapping[int, int]) -> bytes:
    """The terms of one text, as terms.sqlite holds them.

    Args:
        lengths: the number of terms in each field.
        counts: a term's number -> how often the text has it; more than `MOST` times is as good as that many.
    """
    numbers = [number << COUNT_BITS | min(count, MOST) for number, count in counts.items()]
    wide = max(numbers, default=0) >= 1 << 32
    return (b"Q" if wide else b"I") + array("Q" if wide else "I", [*lengths, *numbers]).tobytes()


def unpacked(row: bytes) -> Any:
    """What `packed` was given: an array with the lengths, then a number for each term and its count."""
    return np.frombuffer(row, dtype=np.uint64 if row[:1] == b"Q" else np.uint32, offset=1)


def _counts(connection: sqlite3.Connection, keys: list[int]) -> tuple[Any, Any, Any]:
    """The lengths of texts (a row each), their terms with counts one after another, and how many terms each text has."""
    found: dict[int, bytes] = {}
    for first in range(0, len(keys), 500):
        part = keys[first : first + 500]
        marks = ",".join("?" * len(part))
        found.update(connection.execute(f"SELECT key, counts FROM texts WHERE key IN ({marks})", part))  # noqa: S608 - question marks only
    rows = [unpacked(found[key]) for key in keys]
    sizes = np.array([len(row) - _HEADER for row in rows])
    heads = np.stack([row[:_HEADER] for row in rows]).astype(np.int64)
    return heads, np.concatenate([row[_HEADER:] for row in rows]).astype(np.int64), sizes
