"""Documents that are weighed together, and what each of them has to say to a question.

Documents with hints of their own stand alone, all others together: how telling a word is differs between a small document and a
large one, and scores with and without hints can't be compared. What can be compared is the chance that a document answers.
"""

import math
from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import NamedTuple

from bot.answering import confidence
from bot.answering.conversation import Conversation, leans_on, points_back
from bot.answering.features import Candidate, Gathering
from bot.answering.mentions import Naming, kind_words
from bot.answering.nearness import TextEncoder, Vectors
from bot.answering.points import is_note
from bot.answering.question import PATTERNS as QUESTION_PATTERNS
from bot.answering.question import read_question
from bot.answering.reading import ReadQuestion, corrected, read_concepts
from bot.answering.reply import Reason
from bot.answering.scope import Scope
from bot.answering.weights import Weights, model_name
from bot.index.index import Group
from bot.knowledge.model import Kind, Passage
from bot.language.vocabulary import WordClass

MOST_DOCUMENTS = 4
"""Of one shelf that are judged for one question; the others have no sentence that is nearly as good."""


SURE = 0.75
"""The chance that an answer is right by words alone from which no vectors are asked: they would change nothing, and cost most."""

SURE_ALONE = 2
"""Telling words from which on a follow-up is first tried as a question of its own."""
NEAR_BONUS, BORROWED_SHARE = 0.8, 0.3
"""For follow-ups: what being near the passage that was quoted adds to a sentence's score, and what borrowed words still count for."""

PLAIN_BESIDE = 0.2
"""The log odds above its threshold from which a document without hints answers where other documents might: each adds its own wrong
answers. Chosen on the project's own question sets, with both national agreements loaded."""

COVERED_BESIDE = 0.35
"""The share of the question that its first sentence must cover then: less is a chance likeness of a few words. Chosen on the same sets."""

NEAR_MATCH, NEAR_SHARE = 0.8, 0.6
"""How well a passage must have a word to hold it, and the share of the nouns of a question that make it near without the heaviest."""

NEARER = 0.1
"""By how much more of the question another document's best sentence must cover to be nearer."""


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
    def gated(self) -> bool:
        """Whether it lacks just what is asked for."""
        return self.verdict.confidence == 0.0 and self.verdict.reason not in _OF_THE_DOCUMENT

    @property
    def answers(self) -> bool:
        """Whether it is an answer."""
        return self.verdict.reason is Reason.ANSWERED


class _Asked(NamedTuple):
    """A question as this shelf reads it, the documents that it names, and what was corrected."""

    read: ReadQuestion
    named: frozenset[str]
    corrections: tuple[tuple[str, str], ...]


def _belong_together(quoted: Passage, beside: Passage) -> bool:
    """Whether the passage beside a quoted one goes on about it: a remark on a point, or running text. Two points do not."""
    running = quoted.kind is Kind.COMMENTARY or quoted.kind is not beside.kind
    return quoted.document.id == beside.document.id and quoted.section == beside.section and running


ABOUT_AS_MUCH = 0.75
"""The share of what a footnote covers of a question with which a sentence of the text goes before it."""

MOST_BEHIND_NOTE = 20
"""Candidates among which a sentence of the text is looked for, where a footnote comes first."""


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
        self._weights, self._vectors = weights, Vectors(group, encoder) if encoder else None
        self.document_ids = frozenset(document.id for document in group.documents)

    @cached_property
    def _kind_words(self) -> dict[str, Kind]:
        return kind_words(self.index.documents)

    def examine(
        self, naming: Naming, text: str, conversation: Conversation, known_elsewhere: Callable[[str], bool] | None = None
    ) -> list[Examined]:
        """What each document has to say, those with the best sentences; at least one where any is asked about.

        Args:
            naming: which documents the question names, and the question without those words.
            text: the question as it came in, cleaned.
            conversation: the earlier turns.
            known_elsewhere: whether a word is one of another shelf: then it is no typing error.
        """
        rest, corrections = corrected(naming.rest, self.analyser, known_elsewhere)
        question = read_question(rest, text if naming.documents else "", self._kind_words)
        read = read_concepts(question, self.index, self.retriever)
        earlier = leans_on(read, conversation)
        if not earlier:
            return self._judged(_Asked(read, naming.documents, corrections))
        if not points_back(read) and sum(not c.word.light for c in read.concepts) >= SURE_ALONE:
            # Such a question may well be a new one: it leans on nothing where the sources answer it as it is.
            alone = self._judged(_Asked(read, naming.documents, corrections))
            if any(examined.answers for examined in alone):
                return alone
        last = conversation.turns[-1]
        read = read_concepts(question, self.index, self.retriever, earlier)
        # Of what was quoted only its own document can say more.
        pointed_at = {last.passage.partition("/")[0]} if last.passage and points_back(read) else ()
        named = naming.documents or frozenset(last.documents or pointed_at)
        return self._judged(_Asked(read, named, corrections), last.passage)

    def is_near(self, read: ReadQuestion, passage: Passage) -> bool:
        """Whether a passage holds the words that tell most of a question: half of its nouns, by their weight, the heaviest among them.

        Words of an earlier turn count only where the question has none of its own.
        """
        measures = QUESTION_PATTERNS.words("measures")
        heavy = [c for c in read.concepts if not c.word.light and not c.word.form.isdecimal() and c.word.form not in measures]
        telling = [c for c in heavy if not c.borrowed] or heavy
        nouns = [c for c in telling if c.word.word_class is WordClass.NOUN] or telling
        if not nouns:
            return False
        text = f"{' '.join(passage.section.headings)} {passage.text}"
        words = {key: 1.0 for word in self.analyser.content(text) for key in (word.stem, *word.roots(), *(s for s, _ in word.parts))}
        held = [c for c in nouns if c.match(words) >= NEAR_MATCH]
        heaviest = max(nouns, key=lambda c: c.weight)
        return heaviest in held or sum(c.weight for c in held) >= NEAR_SHARE * sum(c.weight for c in nouns)

    def _judged(self, asked: "_Asked", previous: str | None = None) -> list[Examined]:
        """What each document has to say; for a follow-up with the id of the passage that was quoted before."""
        read, named, corrections = asked
        if not read.concepts:
            return [Examined(read, [], confidence.Verdict(0.0, Reason.NO_WORDS), corrections, self, named=named)]
        wanted = self.document_ids & named
        if named and not wanted:
            return []
        among = None if wanted == self.document_ids or not named else [self.index.stretch(ident) for ident in sorted(wanted)]
        vectors, gathering = False, Gathering(read, self.index, self.retriever, among)
        candidates = self._ranked(gathering, vectors)
        # Where not even parts of words are shared, what comes nearest is no answer.
        if self._vectors is not None and candidates and self._unsure(read, candidates) and self._vectors.there():
            vectors = True
            candidates = self._ranked(gathering, vectors)
        if not candidates:
            return [Examined(read, [], self._verdict(read, [], vectors)[0], corrections, self, named=named)]
        judged: tuple[ReadQuestion, list[Candidate]] | None = None
        if previous:
            candidates = self._staying_near(candidates, previous, only=points_back(read))
            judged = self._judged_alone(read, candidates, among, vectors)
        found: list[Examined] = []
        for ident in self._documents_of(candidates):
            ordered, weighed = self._first(ident, candidates), self._first(ident, judged[1] if judged else candidates)
            verdict, odds = self._verdict(judged[0] if judged else read, weighed, vectors)
            found.append(Examined(read, ordered, verdict, corrections, self, ident, odds, named))
        return found

    def _unsure(self, read: ReadQuestion, candidates: list[Candidate]) -> bool:
        """Whether vectors could change what is answered."""
        verdict, _ = self._verdict(read, candidates, False)
        return verdict.confidence < SURE and verdict.reason not in _OF_THE_QUESTION

    def _ranked(self, gathering: Gathering, vectors: bool) -> list[Candidate]:
        hinted, plain = (self._weights.models[model_name(hints, vectors)].ranking for hints in (True, False))
        return self._text_before_notes(gathering.candidates(hinted, plain, self._vectors if vectors else None))

    def _text_before_notes(self, candidates: list[Candidate]) -> list[Candidate]:
        """A footnote never comes before a sentence of the text that speaks of about as much of the question."""
        passages = self.index.passages
        note = candidates[0] if candidates else None
        if note is None or not is_note(passages[note.passage]):
            return candidates
        wide, lacking = note.features["wide"], note.vetoes
        for place, candidate in enumerate(candidates[:MOST_BEHIND_NOTE]):
            if (
                candidate.features["wide"] >= ABOUT_AS_MUCH * wide
                and candidate.vetoes <= lacking
                and not is_note(passages[candidate.passage])
            ):
                candidate.score = note.score
                return [candidate, *candidates[:place], *candidates[place + 1 :]]
        return candidates

    def _first(self, document: str, candidates: list[Candidate]) -> list[Candidate]:
        """The candidates of a document before all others; among themselves they stay as they are."""
        if len(self.document_ids) == 1:
            return candidates
        return sorted(candidates, key=lambda c: self.index.document_of(c.passage).id != document)

    def _staying_near(self, candidates: list[Candidate], previous: str, only: bool) -> list[Candidate]:
        """A follow-up is mostly about the passage that was quoted, or one beside it in the same section.

        Args:
            previous: the id of that passage.
            only: leave out all others.
        """
        passages = self.index.passages
        place = next((c.passage for c in candidates if passages[c.passage].id == previous), None)
        if place is None:
            return candidates
        near = {place} | {n for n in (place - 1, place + 1) if 0 <= n < len(passages) and _belong_together(passages[place], passages[n])}
        for candidate in candidates:
            if candidate.passage in near:
                candidate.score += NEAR_BONUS
        kept = [c for c in candidates if c.passage in near] if only else candidates
        return sorted(kept or candidates, key=lambda c: (-c.score, c.passage, c.sentence))

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
        verdict = confidence.decide(read, candidates, self.index, self.scope, self._weights.models[name].confidence, threshold)
        return verdict, _log_odds(verdict.nearness) - _log_odds(threshold)


def beside(examined: Examined, others: Sequence[Examined]) -> Examined:
    """What a document has to say in the presence of other documents.

    It stays silent where another document is nearer to the question but lacks just what is asked for, an amount or a date: the
    question is about that one. And without hints it must be a bit more sure.
    """
    if not examined.answers:
        return examined
    nearer = any(other.gated and other.covers > examined.covers + NEARER for other in others)
    hinted = examined.shelf.index.hints.has(examined.candidates[0].passage)
    if nearer or (not hinted and (examined.odds < PLAIN_BESIDE or examined.covers < COVERED_BESIDE)):
        silent = examined.verdict._replace(confidence=0.0 if nearer else examined.verdict.confidence, reason=Reason.NEAREST)
        return examined._replace(verdict=silent, odds=-math.inf if nearer else examined.odds)
    return examined


_OF_THE_DOCUMENT = frozenset({Reason.OTHER_YEAR, Reason.OTHER_AGREEMENT, Reason.EMPTY_SECTION, Reason.ONLY_A_LINK, Reason.NO_WORDS})
"""Reasons that say something of one document only: another one may well answer."""


_OF_THE_QUESTION = frozenset({Reason.OTHER_YEAR, Reason.OTHER_AGREEMENT, Reason.NO_WORDS})
"""Reasons that lie in the question alone: no other sentence would change them."""


def _log_odds(chance: float) -> float:
    chance = min(max(chance, 1e-9), 1 - 1e-9)
    return math.log(chance / (1 - chance))
