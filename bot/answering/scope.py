"""What the sources as a whole do and don't speak of: years, agreements, empty sections, links."""

import re
from collections.abc import Sequence

from bot.answering.evidence import Candidate
from bot.answering.index import PassageIndex
from bot.answering.reading import ReadQuestion
from bot.knowledge.model import Document
from bot.language.cue import Cue
from bot.language.tokens import fold
from bot.language.vocabulary import agreement_years

_OTHER_AGREEMENT = Cue(r"\b(?:hoofdlijnenakkoord|bestuursakkoord|raadsakkoord|collegeakkoord|klimaatakkoord|pensioenakkoord|woonakkoord)\b")
_CABINET = Cue(r"\b(?:kabinet[- ])?((?:rutte|balkenende|kok|schoof|jetten|lubbers)(?:[- ](?:iv|v|iii|ii|i|[1-5]|vier|drie|twee|een))?)\b")
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "een": "i", "twee": "ii", "drie": "iii", "vier": "iv"}
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


class Scope:
    """What the sources as a whole do and don't speak of.

    Args:
        index: of all passages.
        documents: all of them.
        empty_titles: of the sections without text.
        link_texts: the sentences that only point to another page.
    """

    def __init__(self, index: PassageIndex, documents: Sequence[Document], empty_titles: Sequence[str], link_texts: Sequence[str]) -> None:
        self._index = index
        self.years = {d.year for d in documents} | {int(y) for d in documents for y in _YEAR.findall(d.text)}
        self._names = fold(" ".join([*(d.title for d in documents), *(n for d in documents for n in d.names)]))
        self._document_years = {d.year for d in documents}
        self._empty = [(title, {w.stem for w in index.analyser.content(title)}) for title in empty_titles]
        self._folded: dict[str, str] = {}
        self._links = [{w.stem: 1.0 for w in index.analyser.content(text)} for text in link_texts]

    def folded_text(self, document: Document) -> str:
        """The whole text of a document, folded."""
        if document.id not in self._folded:
            self._folded[document.id] = fold(document.text)
        return self._folded[document.id]

    def other_agreement(self, text: str) -> str:
        """The agreement or cabinet that the question names and that no source is about, or ''."""
        folded = fold(text)
        for match in _OTHER_AGREEMENT.finditer(folded):
            if match.group() not in self._names and match.group() not in self._index.analyser.source_words:
                return match.group()
        for match in _CABINET.finditer(folded):
            name = re.sub(r"[- ](\w+)$", lambda m: " " + _ROMAN.get(m.group(1), m.group(1)), match.group(1))
            year = agreement_years().get(name)
            if year is not None and year not in self._document_years:
                return match.group(1).title()
        return ""

    def empty_section(self, read: ReadQuestion) -> str:
        """The title of a section without text that the question is about, or ''."""
        for title, stems in self._empty:
            if any(any(key in stems for key, q in c.keys.items() if q >= 0.9) for c in read.concepts) or any(
                key in stems for c in read.concepts for part in c.parts for key, q in part.items() if q >= 0.9
            ):
                return title
        return ""

    def link_wins(self, read: ReadQuestion, top: Candidate) -> bool:
        """Whether a sentence that only points to another page covers the question better than the best answer does."""
        total = sum(c.weight for c in read.concepts) or 1.0
        best = max((sum(c.weight * c.match(link) for c in read.concepts) / total for link in self._links), default=0.0)
        return best > 0.6 and best > top.features["own"] + 0.1
