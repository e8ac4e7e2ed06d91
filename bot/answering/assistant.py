"""The whole journey of a question, from text to reply. Pure: it reads no clock, no environment and no network."""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.answering import decision
from bot.answering.conversation import NO_CONVERSATION, Conversation, Turn
from bot.answering.evidence import Candidate, gather
from bot.answering.follow_ups import leans_on, points_back
from bot.answering.prepared import Prepared
from bot.answering.question import read_question
from bot.answering.reading import ReadQuestion, corrected, read_concepts
from bot.answering.reply import MatchedWord, Outcome, Quote, Reason, Reply
from bot.answering.small_talk import small_talk
from bot.answering.weights import Weights, shipped_weights
from bot.knowledge.model import Span
from bot.language.foreign import language_of
from bot.language.tokens import clean

LONGEST_QUESTION = 1000
"""Characters; a longer text is no question, and is not searched for."""

QUOTES = 3
LONGEST_HIGHLIGHT = 320
NEAR_BONUS, BORROWED_SHARE = 0.8, 0.3
"""For follow-ups: what being near the passage that was quoted adds to a sentence's score, and what borrowed words still count for."""
BESIDE_MARGIN = 1.2
"""Two neighbouring sentences whose scores differ by less are both marked; chosen on the project's own question sets."""


class Examined(NamedTuple):
    """What a question was read as, and what speaks for an answer.

    Attributes:
        candidates: best first.
        corrections: (as typed, as read).
    """

    read: ReadQuestion
    candidates: list[Candidate]
    verdict: decision.Verdict
    corrections: tuple[tuple[str, str], ...]


class Assistant:
    """Answers questions from one body of knowledge.

    Args:
        sources: the knowledge, made ready; see `prepared.prepare`.
        weights: what was learned; the shipped weights by default.
    """

    def __init__(self, sources: Prepared, weights: Weights | None = None) -> None:
        self.knowledge = sources.knowledge
        self.index = sources.index
        self.analyser = sources.index.analyser
        self.retriever = sources.retriever
        self.scope = sources.scope
        self.weights = weights or shipped_weights()
        self._themes: tuple[str, ...] | None = None

    def themes(self) -> tuple[str, ...]:
        """The headings that one can ask about."""
        if self._themes is None:
            self._themes = self.knowledge.themes()
        return self._themes

    def quote(self, passage_id: str) -> Quote | None:
        """A whole passage as a quote, or None where there is no such passage."""
        passage = self.knowledge.passage(passage_id)
        return Quote(passage, passage.span, passage.span) if passage else None

    def reply(self, question: str, conversation: Conversation = NO_CONVERSATION) -> tuple[Reply, Conversation]:
        """Answer one question, or stay silent and say so.

        Args:
            question: any text at all.
            conversation: the earlier turns, empty for a question that stands alone.

        Returns:
            The reply, and the conversation with this turn in it.
        """
        text = clean(question)
        quick = self.without_search(text)
        if quick:
            return Reply(text[:LONGEST_QUESTION], Outcome.NO_ANSWER, 0.0, (), *quick), conversation
        examined = self.examine(text, conversation)
        read, candidates, verdict = examined.read, examined.candidates, examined.verdict
        answered = verdict.reason is Reason.ANSWERED
        near = answered or verdict.reason not in (Reason.NOTHING, Reason.OTHER_LANGUAGE)
        quotes = self._quotes(candidates) if near else ()
        reply = Reply(
            question=text,
            outcome=Outcome.ANSWER if answered else Outcome.NO_ANSWER,
            confidence=verdict.confidence,
            quotes=quotes,
            reason=verdict.reason,
            missing=verdict.missing,
            corrections=examined.corrections,
            words=self._explain(read, candidates),
        )
        turn = Turn(tuple(c.word.form for c in read.concepts), quotes[0].passage.id if quotes else None, answered)
        return reply, conversation.with_turn(turn) if read.concepts else conversation

    def without_search(self, text: str) -> tuple[Reason, str] | None:
        """What a cleaned text is met with before any search: the reason and what it speaks of; None for a question to search for."""
        if not text:
            return Reason.EMPTY, ""
        if len(text) > LONGEST_QUESTION:
            return Reason.TOO_LONG, str(LONGEST_QUESTION)
        talk = small_talk(text)
        if talk:
            return talk, ""
        if language_of(text):
            return Reason.OTHER_LANGUAGE, ""
        return None

    def examine(self, text: str, conversation: Conversation = NO_CONVERSATION) -> Examined:
        """The evidence behind a reply: the question on its own, or leaning on earlier turns where it does.

        Args:
            text: cleaned, and not met by `without_search`.
        """
        text, corrections = corrected(text, self.analyser)
        question = read_question(text)
        read = read_concepts(question, self.index, self.retriever)
        earlier = leans_on(read, conversation)
        if earlier:
            read = read_concepts(question, self.index, self.retriever, earlier)
        if not read.concepts:
            return Examined(read, [], decision.Verdict(0.0, Reason.NO_WORDS), corrections)
        candidates = self._gather(read)
        previous = conversation.turns[-1].passage if earlier else None
        if previous:
            candidates = self._staying_near(candidates, previous, only=points_back(read))
        judged = self._judged_alone(read, candidates) if earlier else (read, candidates)
        hinted = bool(candidates) and self.index.hints.has(candidates[0].passage)
        name, model = ("hinted", self.weights.hinted) if hinted else ("plain", self.weights.plain)
        verdict = decision.decide(*judged, self.index, self.scope, model.confidence, self.weights.threshold[name])
        return Examined(read, candidates, verdict, corrections)

    def _gather(self, read: ReadQuestion) -> list[Candidate]:
        return gather(read, self.index, self.retriever, self.weights.hinted.ranking, self.weights.plain.ranking)

    def _staying_near(self, candidates: list[Candidate], previous: str, only: bool) -> list[Candidate]:
        """A follow-up is mostly about the passage that was quoted, or one beside it in the same section.

        Args:
            previous: the id of that passage.
            only: leave out all others.
        """
        passages = self.knowledge.passages
        place = next((n for n, passage in enumerate(passages) if passage.id == previous), None)
        if place is None:
            return candidates
        near = {n for n in (place - 1, place, place + 1) if 0 <= n < len(passages) and passages[n].section is passages[place].section}
        for candidate in candidates:
            if candidate.passage in near:
                candidate.score += NEAR_BONUS
        kept = [c for c in candidates if c.passage in near] if only else candidates
        return sorted(kept or candidates, key=lambda c: (-c.score, c.passage, c.sentence))

    def _judged_alone(self, read: ReadQuestion, candidates: list[Candidate]) -> tuple[ReadQuestion, list[Candidate]]:
        """A follow-up with what it borrowed counting for little: that the earlier question was answered proves nothing for this one."""
        if not candidates or not any(not c.borrowed and not c.word.light for c in read.concepts):
            return read, candidates
        alone = read._replace(concepts=tuple(replace(c, weight=c.weight * BORROWED_SHARE) if c.borrowed else c for c in read.concepts))
        again = {(c.passage, c.sentence): c for c in self._gather(alone)}
        return alone, [again.get((c.passage, c.sentence), c) for c in candidates]

    def _quotes(self, candidates: Sequence[Candidate]) -> tuple[Quote, ...]:
        passages = list(dict.fromkeys(c.passage for c in candidates))[:QUOTES]
        return tuple(self._quote([c for c in candidates if c.passage == number]) for number in passages)

    def _quote(self, candidates: Sequence[Candidate]) -> Quote:
        """The passage of these candidates, with its best sentence marked; with the one beside it, where that is about as good."""
        passage, best = self.knowledge.passages[candidates[0].passage], candidates[0]
        span = passage.sentences[best.sentence].span
        for other in candidates[1:]:
            if best.score - other.score < BESIDE_MARGIN and abs(other.sentence - best.sentence) == 1:
                beside = passage.sentences[other.sentence].span
                both = Span(min(span.start, beside.start), max(span.end, beside.end))
                if both.end - both.start <= LONGEST_HIGHLIGHT:
                    span = both
                break
        if span.end - span.start > LONGEST_HIGHLIGHT:
            text = passage.document.text[span.start : span.start + LONGEST_HIGHLIGHT]
            cut = max(text.rfind(", "), text.rfind("; "), text.rfind(": ")) + 1 or text.rfind(" ")
            span = Span(span.start, span.start + (cut if cut > 0 else LONGEST_HIGHLIGHT))
        return Quote(passage, passage.span, span)

    def _explain(self, read: ReadQuestion, candidates: Sequence[Candidate]) -> tuple[MatchedWord, ...]:
        if not candidates:
            return ()
        view = self.index.views(candidates[0].passage)[candidates[0].sentence]
        total = sum(c.weight for c in read.concepts) or 1.0
        found = []
        for concept in read.concepts:
            own, wide = concept.match(view.own), concept.match(view.wide)
            exact = view.own.get(concept.word.stem, 0.0) == 1.0
            by = (
                "word"
                if exact
                else "synonym"
                if own >= 0.7
                else "part"
                if own > 0.3
                else "hint"
                if wide > 0.6
                else "neighbour"
                if wide
                else ""
            )
            found.append(MatchedWord(concept.word.form, concept.weight / total, max(own, wide), by))
        return tuple(sorted(found, key=lambda word: -word.weight))
