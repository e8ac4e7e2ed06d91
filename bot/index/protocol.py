"""What any engine must do to find passages."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Protocol

from bot.named import NamedTuple


class Field(str, Enum):
    """The separate views of a text that are indexed, each evidence of its own."""

    FORMS = "forms"  # every word as it stands, lower case, function words too
    WORDS = "words"  # stems
    PARTS = "parts"  # roots; of a compound those of its parts
    GRAMS = "grams"  # character n-grams, of the headings too
    RELATED = "related"  # stems and roots of words, parts and headings, for what the lexicon puts in a word's place
    HINTS = "hints"  # stems of the questions that a passage answers


Terms = Mapping[str, float]
"""Terms with their weight in a query."""


class Hit(NamedTuple):
    """A passage that was found.

    Attributes:
        number: its place in the sequence that was indexed.
        score: the weighted sum of the evidence, at least 0.
        evidence: the BM25 score of each field, baseline subtracted, 0 where no term matched.
    """

    number: int
    score: float
    evidence: Mapping[Field, float]


class Retriever(Protocol):
    """An index over texts, each given as terms by field."""

    def search(
        self, query: Mapping[Field, Terms], weights: Mapping[Field, float], limit: int, among: Sequence[range] | None = None
    ) -> list[Hit]:
        """The best texts, best first; texts that share no term with the query are never among them.

        Args:
            limit: how many at most.
            among: stretches of texts that alone count; None for all.
        """
        ...

    def attainable(self, field: Field, terms: Terms) -> float:
        """The score that a text full of these terms would come near to; terms that no text has count at the highest idf."""
        ...

    def idf(self, field: Field, term: str) -> float:
        """How telling a term is; the highest value for a term that no text has."""
        ...


FieldTexts = Mapping[Field, Sequence[Sequence[str]]]
"""For each field the terms of every text, in the same order."""
