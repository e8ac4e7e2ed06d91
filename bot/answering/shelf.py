"""Documents that are weighed together, and what each of them has to say to a question.

Documents with hints of their own stand alone, all others together: how telling a word is differs between a small document and a
large one, and scores with and without hints can't be compared. What can be compared is the chance that a document answers.
"""

import math
from collections.abc import Collection, Sequence
from functools import cached_property, partial

from bot.answering import confidence
from bot.answering.conversation import Turn
from bot.answering.features import Candidate, Gathering, text_of
from bot.answering.footnotes import text_before_notes
from bot.answering.leaning import (
    SURE_ALONE,
    is_ellipsis,
    points_back,
    telling,
)
from bot.answering.mentions import kind_words
from bot.answering.nearness import Nearness, TextEncoder, Vectors
from bot.answering.pointing import NAMED, candidates_that_hold_it, sentence_of_the_section, sentence_that_offers, sentence_that_says_it
from bot.answering.question import read_question
from bot.answering.reading import ReadQuestion, read_concepts
from bot.answering.reply import Reason
from bot.answering.scope import Scope
from bot.answering.staying import staying_near
from bot.answering.verifying import text_read
from bot.answering.weights import Weights, model_name
from bot.index.group import Group
from bot.knowledge.model import Document, Kind
from bot.named import NamedTuple

MOST_DOCUMENTS = 4
"""Of one shelf that are judged for one question; the others have no sentence that is nearly as good."""

SURE = 0.75
"""The chance that an answer is right by words alone from which no vectors are asked: they would change nothing, and cost most."""

BORROWED_SHARE = 0.3
"""What borrowed words of a follow-up still count for."""

REPLACES = 0.6
"""How near a word must be to one of the question before to be meant in its place."""


class Examined(NamedTuple):
    """What a question was read as, and what speaks for an answer from one document.

    Attributes:
        candidates: those of the shelf, best first, those of the document before the others.
        corrections: (as typed, as read).
        shelf: numbers the candidates' passages.
        document: the id of the document, '' where nothing was found.
        odds: the log odds of the chance that its first sentence answers, counted from the threshold.
        named: the ids of the documents that alone were asked about; empty for all.
    """

    read: ReadQuestion
    candidates: list[Candidate]
    verdict: confidence.Verdict
    corrections: tuple[tuple[str, str], ...]
    shelf: "Shelf"
    document: str = ""
    odds: float = -math.inf
    named: frozenset[str] = frozenset()

    @property
    def covers(self) -> float:
        """The share of the question that the first sentence covers."""
        return self.candidates[0].features["wide"] if self.candidates else 0.0

    @property
    def source(self) -> Document | None:
        """The document; None where nothing was found."""
        return self.shelf.index.document(self.document)

    @property
    def names_it(self) -> bool:
        """Whether the first sentence itself has each word that the question says of its own."""
        if not self.candidates:
            return False
        narrow = self.shelf.index.views(self.candidates[0].passage)[self.candidates[0].sentence].narrow
        return all(concept.match(narrow) >= NAMED for concept in telling(self.read))

    @property
    def gated(self) -> bool:
        """Whether it lacks just what is asked for."""
        return self.verdict.confidence == 0.0 and self.verdict.reason not in _OF_THE_DOCUMENT

    @property
    def answers(self) -> bool:
        """Whether it is an answer."""
        return self.verdict.reason is Reason.ANSWERED


class ShelfQuestion(NamedTuple):
    """A question as a shelf reads it, the documents that it names, and what was corrected."""

    read: ReadQuestion
    named: frozenset[str]
    corrections: tuple[tuple[str, str], ...]


class Shelf:
    """Documents that are weighed together.

    Args:
        group: the documents, in an index.
        weights: what was learned.
        encoder: makes the vector of a question; None to go by words alone.
    """

    def __init__(self, group: Group, weights: Weights, encoder: TextEncoder | None = None) -> None:
        self.index, self.analyser, self.retriever = group, group.analyser, group.retriever
        self.scope = Scope(group.analyser, group.documents, group.facts)
        self._weights, self.vectors = weights, Vectors(group, encoder) if encoder else None
        self.document_ids = frozenset(document.id for document in group.documents)

    @cached_property
    def kind_words(self) -> dict[str, Kind]:
        """See `mentions.kind_words`."""
        return kind_words(self.index.documents)

    def within(self, text: str, stretches: Sequence[range]) -> Examined:
        """What some passages by themselves have to say to a question."""
        read = read_concepts(read_question(text, "", self.kind_words), self.index, self.retriever)
        return self.judged(ShelfQuestion(read, frozenset(), ()), among=stretches)[0]

    def read(self, text: str) -> ReadQuestion:
        """A text as a question of its own."""
        return read_concepts(read_question(text), self.index, self.retriever)

    def says_nothing(self, text: str) -> bool:
        """Whether a text has no word of its own that says what it is about."""
        return not telling(self.read(text))

    def says_little(self, text: str) -> bool:
        """Whether a text has too few such words to be a question of its own."""
        return len(telling(self.read(text))) < SURE_ALONE

    def replaced(self, text: str, words: Sequence[str]) -> frozenset[str]:
        """Of some words those in whose place a correction comes: the lexicon has them for one another, or as opposites."""
        concepts = self.read(text).concepts
        return frozenset(word for word in words if any(c.match({self.analyser.word(word).stem: 1.0}) >= REPLACES for c in concepts))

    def has_vectors(self) -> bool:
        """Whether every sentence and passage has a vector that a question can be compared with."""
        return self.vectors is not None and self.vectors.there()

    def nearness(self, read: ReadQuestion, passages: Sequence[int]) -> Nearness | None:
        """How near a question is to some passages and each of their sentences; None where not all have vectors."""
        if self.vectors is None or not self.vectors.there():
            return None
        return self.vectors.nearness(text_of(read), passages)

    def log_odds(self, read: ReadQuestion, candidate: Candidate) -> float:
        """How sure it is that the passage of a candidate answers, read together with the question. Only where it has vectors."""
        return self.log_odds_of_each(read, [candidate])[0]

    def log_odds_of_each(self, read: ReadQuestion, candidates: Sequence[Candidate]) -> list[float]:
        """The same of several candidates, at the cost of less than as many."""
        assert self.vectors is not None
        return self.vectors.log_odds(text_of(read), [text_read(self.index.passages[c.passage], c.sentence) for c in candidates])

    def judged(self, asked: ShelfQuestion, previous: Turn | None = None, among: Sequence[range] | None = None) -> list[Examined]:
        """What each document has to say; for a follow-up with the turn before it.

        Args:
            among: stretches of passages that alone count, where no document is named; None for all.
        """
        read, named, corrections = asked
        if not read.concepts:
            return [Examined(read, [], confidence.Verdict(0.0, Reason.NO_WORDS), corrections, self, named=named)]
        wanted = self.document_ids & named
        if named and not wanted:
            return []
        among = among if wanted == self.document_ids or not named else [self.index.stretch(ident) for ident in sorted(wanted)]
        vectors, gathering = False, Gathering(read, self.index, self.retriever, among)
        candidates = self._ranked(gathering, vectors)
        # Where not even parts of words are shared, what comes nearest is no answer.
        if self.vectors is not None and candidates and self._unsure(read, candidates) and self.vectors.there():
            vectors = True
            candidates = self._ranked(gathering, vectors)
        if not candidates:
            return [Examined(read, [], self._verdict(read, [], vectors)[0], corrections, self, named=named)]
        judged: tuple[ReadQuestion, list[Candidate]] | None = None
        if previous and previous.passage:
            candidates = staying_near(candidates, previous.passage, self.index, only=points_back(read))
            if is_ellipsis(read.question.focus_text):
                candidates = candidates_that_hold_it(read, candidates, previous.passage, self.index)
        if any(concept.borrowed for concept in read.concepts):
            judged = self._judged_alone(read, candidates, among, vectors)
        examinations: list[Examined] = []
        for ident in self._documents_of(candidates):
            ordered, weighed = self._first(ident, candidates), self._first(ident, judged[1] if judged else candidates)
            verdict, odds = self._verdict(judged[0] if judged else read, weighed, vectors)
            offering = None
            if previous and verdict.reason is not Reason.ANSWERED:
                offering = self._offering(read, ordered, previous, ident)
            elif verdict.gate in _OF_ONE_SENTENCE:
                offering = sentence_that_says_it(read, self._of(ident, ordered), self.index, self.scope)
            if offering:
                ordered = [offering, *(candidate for candidate in ordered if candidate is not offering)]
                verdict, odds = verdict.answering(), max(odds, 0.0)
            examinations.append(Examined(read, ordered, verdict, corrections, self, ident, odds, named))
        return examinations

    def _offering(self, read: ReadQuestion, candidates: Sequence[Candidate], last: Turn, document: str) -> Candidate | None:
        """The sentence that answers a follow-up for where it stands: in the passage that was quoted, or under the same heading."""
        if points_back(read):
            return sentence_that_offers(read, candidates, last, self.index, self.scope) if document == last.document else None
        number = self.index.number_of(last.passage) if last.passage and is_ellipsis(read.question.focus_text) else None
        quoted = None if number is None else self.index.passages[number]
        return sentence_of_the_section(read, self._of(document, candidates), quoted, self.index, self.scope) if quoted else None

    def _of(self, document: str, candidates: Sequence[Candidate]) -> list[Candidate]:
        return [candidate for candidate in candidates if self.index.document_of(candidate.passage).id == document]

    def _unsure(self, read: ReadQuestion, candidates: list[Candidate]) -> bool:
        """Whether vectors could change what is answered."""
        verdict, _ = self._verdict(read, candidates, False)
        return verdict.confidence < SURE and verdict.reason not in _OF_THE_QUESTION

    def _ranked(self, gathering: Gathering, vectors: bool) -> list[Candidate]:
        hinted, plain = (self._weights.models[model_name(hints, vectors)].ranking for hints in (True, False))
        return text_before_notes(gathering.candidates(hinted, plain, self.vectors if vectors else None), self.index.passages)

    def _first(self, document: str, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates of a document before all others; among themselves they stay as they are."""
        if len(self.document_ids) == 1:
            return candidates
        stretch = self.index.stretch(document)
        return [*(c for c in candidates if c.passage in stretch), *(c for c in candidates if c.passage not in stretch)]

    def _judged_alone(
        self, read: ReadQuestion, candidates: list[Candidate], among: Sequence[range] | None, vectors: bool
    ) -> tuple[ReadQuestion, list[Candidate]]:
        """A follow-up with what it borrowed counting for little: that the earlier question was answered proves nothing for this one."""
        if not any(not c.borrowed and not c.word.light for c in read.concepts):
            return read, candidates
        alone = read._replace(concepts=tuple(c.changed(weight=c.weight * BORROWED_SHARE) if c.borrowed else c for c in read.concepts))
        gathering = Gathering(alone, self.index, self.retriever, among)
        again = {(c.passage, c.sentence): c for c in self._ranked(gathering, vectors)}
        return alone, [again.get((c.passage, c.sentence), c) for c in candidates]

    def _documents_of(self, candidates: Sequence[Candidate]) -> Collection[str]:
        if len(self.document_ids) == 1:
            return self.document_ids
        passages = dict.fromkeys(candidate.passage for candidate in candidates)
        return list(dict.fromkeys(self.index.document_of(number).id for number in passages))[:MOST_DOCUMENTS]

    def _verdict(self, read: ReadQuestion, candidates: Sequence[Candidate], vectors: bool) -> tuple[confidence.Verdict, float]:
        name = model_name(bool(candidates) and self.index.hints.has(candidates[0].passage), vectors)
        threshold = self._weights.threshold[name]
        reads = partial(self.log_odds, read) if vectors else None
        verdict = confidence.decide(read, candidates, self.index, self.scope, self._weights.models[name], threshold, reads)
        return verdict, confidence.log_odds(verdict.nearness) - confidence.log_odds(threshold)


_OF_THE_DOCUMENT = frozenset({Reason.OTHER_YEAR, Reason.OTHER_AGREEMENT, Reason.EMPTY_SECTION, Reason.ONLY_A_LINK, Reason.NO_WORDS})
"""Reasons that say something of one document only: another one may well answer."""

_OF_ONE_SENTENCE = frozenset({"who", "one_word", "number"})
"""Gates that find fault with the first sentence only: another one that has every word of the question may do."""

_OF_THE_QUESTION = frozenset({Reason.OTHER_YEAR, Reason.OTHER_AGREEMENT, Reason.NO_WORDS})
"""Reasons that lie in the question alone: no other sentence would change them."""
