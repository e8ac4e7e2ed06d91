"""Documents that are weighed together, and what each of them has to say to a question.

Documents with hints of their own stand alone, all others together: how telling a word is differs between a small document and a
large one, and scores with and without hints can't be compared. What can be compared is the chance that a document answers.
"""

import math
from collections.abc import Callable, Collection, Sequence
from functools import cached_property, partial
from typing import NamedTuple

from bot.answering import confidence
from bot.answering.conversation import Again, Conversation, Turn
from bot.answering.features import Candidate, Gathering, text_of
from bot.answering.footnotes import text_before_notes
from bot.answering.leaning import (
    MOST_TOLD,
    SAID_SHARE,
    SURE_ALONE,
    Stance,
    holds_what_it_asks,
    is_ellipsis,
    leans_on,
    points_back,
    refers,
    stance,
    telling,
)
from bot.answering.mentions import Naming, kind_words
from bot.answering.nearness import Nearness, TextEncoder, Vectors
from bot.answering.pointing import NAMED, candidates_that_hold_it, sentence_of_the_section, sentence_that_offers, sentence_that_says_it
from bot.answering.question import read_question
from bot.answering.reading import ReadQuestion, corrected, read_concepts
from bot.answering.reply import Reason
from bot.answering.scope import Scope
from bot.answering.staying import ABOUT_AS_WELL, Home, coherent, cover_of_said, home_of, may_be_of_the_page, outside, staying_near
from bot.answering.verifying import text_read
from bot.answering.weights import Weights, model_name
from bot.index.group import Group
from bot.knowledge.model import Document, Kind
from bot.language.answer_types import Demand

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


def _answer(examinations: Sequence[Examined]) -> bool:
    return any(examined.answers for examined in examinations)


def _unanswered(examined: Examined) -> Examined:
    return examined._replace(verdict=examined.verdict._replace(confidence=0.0, reason=Reason.NEAREST))


class _Asked(NamedTuple):
    """A question as this shelf reads it, the documents that it names, and what was corrected."""

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
    def _kind_words(self) -> dict[str, Kind]:
        return kind_words(self.index.documents)

    def examine(
        self,
        naming: Naming,
        text: str,
        conversation: Conversation,
        known_elsewhere: Callable[[str], bool] | None = None,
        again: Again | None = None,
    ) -> list[Examined]:
        """What each document has to say, those with the best sentences; at least one where any is asked about.

        Args:
            naming: which documents the question names, and the question without those words.
            text: the question as it came in, cleaned.
            conversation: the earlier turns.
            known_elsewhere: whether a word is one of another shelf: then it is no typing error.
            again: what it takes over of the turn before beside words.
        """
        rest, corrections = corrected(naming.rest, self.analyser, known_elsewhere)
        question = read_question(rest, text if naming.documents else "", self._kind_words)
        if again and not question.demand.types:
            question = question._replace(demand=Demand(again.asked))
        read = read_concepts(question, self.index, self.retriever, again.earlier if again else ())
        if again and again.apart_from:
            return self._judged(_Asked(read, naming.documents, corrections), among=outside(again.apart_from, self.index))
        earlier = leans_on(read, conversation)
        how = stance(read, earlier)
        alone = _Asked(read, naming.documents, corrections)
        if how is Stance.ALONE:
            return self._judged(alone)
        return self._followed(
            alone,
            _Asked(read_concepts(question, self.index, self.retriever, earlier), naming.documents, corrections),
            how,
            conversation.turns[-1],
        )

    def _followed(self, alone: "_Asked", leaning: "_Asked", how: Stance, last: Turn) -> list[Examined]:
        """What each document has to say to a follow-up.

        Args:
            alone: as a question of its own.
            leaning: with what it borrows.
            last: the turn before.
        """
        home = Home() if alone.named else home_of(last.passage, self.index)
        says_enough = how is Stance.ALONE_FIRST and len(telling(alone.read)) >= SURE_ALONE
        by_itself = self._held(alone) if says_enough else []
        if _answer(by_itself):
            return by_itself
        leant: list[Examined] = []
        if how is Stance.ALONE_FIRST and not says_enough:
            by_itself = self._held(alone)
        if how is not Stance.ALONE_FIRST or not _answer(by_itself):
            leant = self._leant(leaning, last)
        unsure = how is Stance.LEANING_FIRST or (how is Stance.LEANING and not last.answered and points_back(alone.read))
        strayed = unsure and _answer(leant) and not self._coherent(leant, Home() if how is Stance.LEANING else home)
        elsewhere = by_itself if _answer(by_itself) else [] if strayed else leant
        if home.stretches and not says_enough and how is not Stance.LEANING:
            for asked in (leaning, alone):
                at_home = self._held(asked, among=home.stretches)
                if _answer(at_home) and self._says_as_much(at_home, elsewhere, to_the_letter=how is Stance.ALONE_FIRST):
                    return at_home
        if _answer(elsewhere):
            return elsewhere
        for asked in (leaning,) if how is Stance.LEANING else (alone, leaning) if strayed else (alone,):
            at_home = self._held(asked, among=home.stretches) if home.stretches else []
            if _answer(at_home) and (how is not Stance.LEANING or (home.is_page and last.answered) or self._coherent(at_home, Home())):
                return at_home
        if strayed:
            return [_unanswered(examined) for examined in leant]
        if how is Stance.LEANING:
            return leant
        if how is Stance.LEANING_FIRST and not last.answered and refers(alone.read.question.focus_text):
            # Nothing was found that 'hij' or 'dat' could stand for, and what has the one word beside it is about something else.
            return leant
        by_itself = by_itself or self._judged(alone)
        new = how is Stance.ALONE_FIRST and not is_ellipsis(alone.read.question.focus_text)
        return by_itself if new or _answer(by_itself) else leant

    def _coherent(self, examinations: Sequence[Examined], home: Home) -> bool:
        first = next(examined for examined in examinations if examined.answers)
        return coherent(first.read, first.candidates[0].passage, home, self.index)

    def _leant(self, asked: "_Asked", last: Turn) -> list[Examined]:
        """What is found with the words of the turn before, near what was quoted."""
        read, named, corrections = asked
        # Of what was quoted only its own document can say more.
        pointed_at = {last.document} if last.passage and points_back(read) else ()
        leaning = self._held(_Asked(read, named or frozenset(last.documents or pointed_at), corrections), last)
        if _answer(leaning) or not last.documents or named or points_back(read):
            return leaning
        # The documents that were named before may be those of a year that it does not ask about.
        publishers = {d.publisher for d in self.index.documents if d.id in last.documents}
        of_them = frozenset(d.id for d in self.index.documents if d.publisher in publishers)
        others = self._held(_Asked(read, of_them, corrections), last)
        return others if _answer(others) else leaning

    def _says_as_much(self, here: Sequence[Examined], elsewhere: Sequence[Examined], to_the_letter: bool) -> bool:
        """Whether what answers where the conversation stands has as much of what the follow-up says as what answers elsewhere."""
        there, beyond = (
            max((cover_of_said(e.read, self.index.views(e.candidates[0].passage), to_the_letter) for e in examinations if e.answers), default=0.0)
            for examinations in (here, elsewhere)
        )  # fmt: skip
        return there >= max(beyond - ABOUT_AS_WELL, SAID_SHARE)

    def _held(self, asked: "_Asked", previous: Turn | None = None, among: Sequence[range] | None = None) -> list[Examined]:
        return [self._holding(examined) for examined in self._judged(asked, previous, among)]

    def _holding(self, examined: Examined) -> Examined:
        """A follow-up's answer, or silence where the passage has nothing of what the follow-up itself says."""
        if not examined.answers or holds_what_it_asks(examined.read, self.index.views(examined.candidates[0].passage)):
            return examined
        return _unanswered(examined)

    def stance_after_any(self, naming: Naming, text: str, known_elsewhere: Callable[[str], bool] | None = None) -> Stance:
        """How a question stands to whatever turn comes before it, but for one that says no word more than it; see `examine`."""
        rest, _ = corrected(naming.rest, self.analyser, known_elsewhere)
        question = read_question(rest, text if naming.documents else "", self._kind_words)
        read = read_concepts(question, self.index, self.retriever)
        how = stance(read, leans_on(read, _AFTER_ANYTHING))
        if how is Stance.ALONE and len(telling(read)) <= MOST_TOLD:
            how = Stance.ALONE_FIRST
        # With one telling word it is looked for where the conversation stands.
        may_lean = how is Stance.ALONE_FIRST and (is_ellipsis(question.focus_text) or len(telling(read)) < SURE_ALONE)
        may_be_here = may_be_of_the_page(text, telling(read), len(self.index.documents) > 1)
        return Stance.LEANING if points_back(read) or may_lean or may_be_here else how

    def within(self, text: str, stretches: Sequence[range]) -> Examined:
        """What some passages by themselves have to say to a question."""
        read = read_concepts(read_question(text, "", self._kind_words), self.index, self.retriever)
        return self._judged(_Asked(read, frozenset(), ()), among=stretches)[0]

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
        assert self.vectors is not None
        return self.vectors.log_odds(text_of(read), text_read(self.index.passages[candidate.passage], candidate.sentence))

    def _judged(self, asked: "_Asked", previous: Turn | None = None, among: Sequence[range] | None = None) -> list[Examined]:
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

_AFTER_ANYTHING = Conversation((Turn(words=("\0",), passage=None, answered=True),))
"""A turn about something that no question speaks of."""
