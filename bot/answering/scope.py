"""What the sources as a whole do and don't speak of: years, agreements, empty sections, links."""

import re
from collections.abc import Container, Sequence

from bot.answering.evidence import Candidate
from bot.answering.reading import ReadQuestion
from bot.index.index import SourceFacts
from bot.knowledge.model import Document
from bot.language.analysis import Analyser
from bot.language.cue import Cue
from bot.language.tokens import fold
from bot.language.vocabulary import agreement_years

_OTHER_AGREEMENT = Cue(r"\b(?:hoofdlijnenakkoord|bestuursakkoord|raadsakkoord|collegeakkoord|klimaatakkoord|pensioenakkoord|woonakkoord)\b")
_CABINET = Cue(r"\b(?:kabinet[- ])?((?:rutte|balkenende|kok|schoof|jetten|lubbers)(?:[- ](?:iv|v|iii|ii|i|[1-5]|vier|drie|twee|een))?)\b")
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "een": "i", "twee": "ii", "drie": "iii", "vier": "iv"}
_ROMAN_NUMERAL = re.compile(r"\b[IV][iv]*$")


LINK_COVER = 0.6
"""Share of a question that a link must cover before it can win."""

KEPT_TEXTS = 8
"""Documents whose folded text is kept."""


class FoldedText(Container[str]):
    """The folded text of a document, folded when it is first asked for a word: few questions ask."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._text: str | None = None

    def __contains__(self, words: object) -> bool:
        if self._text is None:
            self._text = fold(self._document.text)
        return isinstance(words, str) and words in self._text


class Scope:
    """What the sources as a whole do and don't speak of.

    Args:
        analyser: reads the words.
        documents: all of them.
        facts: see `index.SourceFacts`.
    """

    def __init__(self, analyser: Analyser, documents: Sequence[Document], facts: SourceFacts) -> None:
        self._analyser = analyser
        self.years = facts.years
        self._names = fold(" ".join([*(d.title for d in documents), *(n for d in documents for n in d.names)]))
        self._document_years = {d.year for d in documents}
        self._titles = [title for title, _ in facts.empty]
        self._title_of: dict[str, int] = {}
        for number, (_, stems) in enumerate(facts.empty):
            for stem in stems:
                self._title_of.setdefault(stem, number)
        self._links = facts.links
        self._links_with: dict[str, list[int]] = {}
        for number, link in enumerate(facts.links):
            for stem in link:
                self._links_with.setdefault(stem, []).append(number)
        self._folded: dict[str, FoldedText] = {}

    def folded_text(self, document: Document) -> FoldedText:
        """The whole text of a document, folded."""
        found = self._folded.get(document.id)
        if found is None:
            if len(self._folded) >= KEPT_TEXTS:
                self._folded.clear()
            found = self._folded[document.id] = FoldedText(document)
        return found

    def other_agreement(self, text: str) -> str:
        """The agreement or cabinet that the question names and that no source is about, or ''."""
        folded = fold(text)
        for match in _OTHER_AGREEMENT.finditer(folded):
            if match.group() not in self._names and match.group() not in self._analyser.source_words:
                return match.group()
        for match in _CABINET.finditer(folded):
            name = re.sub(r"[- ](\w+)$", lambda m: " " + _ROMAN.get(m.group(1), m.group(1)), match.group(1))
            year = agreement_years().get(name)
            if year is not None and year not in self._document_years:
                return _ROMAN_NUMERAL.sub(lambda m: m.group().upper(), match.group(1).title())
        return ""

    def empty_section(self, read: ReadQuestion) -> str:
        """The title of a section without text that the question is about, or ''."""
        keys = [key for c in read.concepts for part in (c.keys, *c.parts) for key, quality in part.items() if quality >= 0.9]
        number = min((self._title_of[key] for key in keys if key in self._title_of), default=None)
        return "" if number is None else self._titles[number]

    def link_wins(self, read: ReadQuestion, top: Candidate) -> bool:
        """Whether a sentence that only points to another page covers the question better than the best answer does."""
        total = sum(c.weight for c in read.concepts) or 1.0
        # Each link with the most that it could cover, so that only the few that may win are looked at closely.
        most: dict[int, float] = {}
        for concept in read.concepts:
            words = {
                *concept.keys,
                *(key for part in concept.parts for key in part),
                *(word for term, _ in concept.phrases for word in term),
            }
            for number in {number for word in words for number in self._links_with.get(word, ())}:
                most[number] = most.get(number, 0.0) + concept.weight
        near = [dict.fromkeys(self._links[number], 1.0) for number, weight in most.items() if weight / total > LINK_COVER]
        best = max((sum(c.weight * c.match(link) for c in read.concepts) / total for link in near), default=0.0)
        return best > LINK_COVER and best > top.features["own"] + 0.1
