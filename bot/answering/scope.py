"""What gates look at: a question, the sentence that would answer it, and what the sources as a whole do and don't speak of."""

from collections.abc import Container, Sequence
from functools import cached_property

from bot.answering import mentions
from bot.answering.features import Candidate
from bot.answering.leaning import strongest
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Reason
from bot.index.group import Group, SourceFacts
from bot.index.sentences import SentenceView
from bot.knowledge.model import Document, Passage
from bot.language.analysis import Analyser
from bot.language.answer_types import SATISFIED_BY, AnswerType
from bot.language.tokens import fold
from bot.named import NamedTuple

LINK_COVER = 0.6
"""Share of a question that a link must cover before it can win."""

MOST_TEXTS = 8
"""Documents whose folded text is kept."""


class Refusal(NamedTuple):
    """Why there is no answer.

    Attributes:
        reason: what is said of it.
        missing: what the reason speaks of: a name, a year, a heading.
        gate: the name of the gate.
    """

    reason: Reason
    missing: str = ""
    gate: str = ""


class FoldedText(Container[str]):
    """The folded text of a document, folded when it is first asked for a word: few questions ask."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @cached_property
    def _text(self) -> str:
        return fold(self._document.text)

    def __contains__(self, words: object) -> bool:
        if not isinstance(words, str):
            return False
        known = self._document.holds(words)
        return words in self._text if known is None else known


class Scope:
    """What the sources as a whole do and don't speak of: years, agreements, sections without text, links to other pages.

    Args:
        analyser: reads the words.
        documents: all of them.
        facts: see `index.SourceFacts`.
    """

    def __init__(self, analyser: Analyser, documents: Sequence[Document], facts: SourceFacts) -> None:
        self._analyser, self._documents = analyser, documents
        self.years = facts.years
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
        text = self._folded.get(document.id)
        if text is None:
            if len(self._folded) >= MOST_TEXTS:
                self._folded.clear()
            text = self._folded[document.id] = FoldedText(document)
        return text

    def other_agreement(self, text: str) -> str:
        """The agreement or cabinet that a question names and that no source is about, or ''."""
        return mentions.other_agreement(text, self._documents, self._analyser.source_words)

    def empty_section(self, read: ReadQuestion) -> str:
        """The title of a section without text that the question is about, or ''."""
        keys = [key for c in read.concepts for part in (c.keys, *c.parts) for key, quality in part.items() if quality >= 0.9]
        number = min((self._title_of[key] for key in keys if key in self._title_of), default=None)
        return "" if number is None else self._titles[number]

    def link_wins(self, read: ReadQuestion, passage: Sequence[SentenceView]) -> bool:
        """Whether a sentence that only points to another page covers the question better than the passage that would answer.

        Args:
            read: the question.
            passage: the sentences of that passage: what one leaves out its neighbour may say, and both are quoted.
        """
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
        if best <= LINK_COVER:
            return False
        there = strongest([view.narrow for view in passage])
        return best > sum(c.weight * c.match(there) for c in read.concepts) / total + 0.1


class Weighed:
    """What a gate looks at: a question, the sentence that would answer it, and the sources.

    Attributes:
        top: the best candidate, None where nothing was found.
    """

    __slots__ = ("index", "read", "scope", "top")

    def __init__(self, read: ReadQuestion, top: Candidate | None, index: Group, scope: Scope) -> None:
        self.read, self.top, self.index, self.scope = read, top, index, scope

    @property
    def asked(self) -> str:
        """The question itself, folded."""
        return self.read.question.focus_text

    @property
    def best(self) -> Candidate:
        """The best candidate, for a gate that is asked only where there is one."""
        assert self.top is not None
        return self.top

    @property
    def view(self) -> SentenceView:
        return self.index.views(self.best.passage)[self.best.sentence]

    @property
    def passage(self) -> Passage:
        return self.index.passages[self.best.passage]

    @property
    def sentence(self) -> str:
        """The best sentence, folded."""
        return fold(self.passage.sentences[self.best.sentence].text)

    @property
    def headings(self) -> str:
        """The headings above the sentence, folded."""
        return fold(" ".join(self.passage.section.headings))

    @property
    def document_text(self) -> Container[str]:
        """The folded text of the passage's whole document."""
        return self.scope.folded_text(self.passage.document)

    def offers(self, wanted: AnswerType) -> bool:
        """Whether the sentence, or one right beside it, offers a kind of answer."""
        views, number = self.index.views(self.best.passage), self.best.sentence
        near = views[max(0, number - 1) : number + 2]
        return any(view.facts.kinds & SATISFIED_BY.get(wanted, frozenset({wanted})) for view in near)

    def cover(self, form: str) -> float:
        """How well the passage covers a folded word of the question; 1 for a word that is none of its content words."""
        concept = next((c for c in self.read.concepts if c.word.form == form), None)
        return 1.0 if concept is None else concept.match(self.view.wide)
