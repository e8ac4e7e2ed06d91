"""The whole journey of a question, from text to reply. Pure: it reads no clock, no environment and no network."""

from collections.abc import Callable, Sequence
from functools import partial

from bot.answering import asking_again, coalition, documents, follow_ups, times
from bot.answering.agreeing import agreed_at_home
from bot.answering.asking_again import kinds_asked, rate_kinds
from bot.answering.asking_whole import answers_whole, asked_whole, least_odds, may_be_of, subject_of
from bot.answering.at_home import rather_at_home
from bot.answering.confidence import Verdict
from bot.answering.conversation import NO_CONVERSATION, Again, Conversation, Turn
from bot.answering.following import examine, stance_after_any
from bot.answering.forms import Form, asked_for, asks_for_more, compares, names_its_subject
from bot.answering.leaning import asks_by_another_rate, asks_shortly, is_ellipsis, points_back, speaks_of_another, telling
from bot.answering.listing import Page, first_page, listed_reply, next_page
from bot.answering.mentions import Catalogue, Naming
from bot.answering.nearness import TextEncoder
from bot.answering.notes import notes_for
from bot.answering.one_sentence import sentence_reply
from bot.answering.over_time import holds_both
from bot.answering.parts import Parts
from bot.answering.reply import ROUTES, Note, Outcome, Quote, Reason, Reply, Route
from bot.answering.routes import routed
from bot.answering.shelf import Examined, Shelf
from bot.answering.sounding import Met, how_met, meant_instead, sounds_like, sounds_like_danger
from bot.answering.splitting import Part, divided
from bot.answering.standing_alone import Standing, standing
from bot.answering.weights import Weights, shipped_weights
from bot.index.index import Index
from bot.language.answer_types import demand_of
from bot.language.foreign import language_of
from bot.language.function_words import is_content
from bot.language.tokens import clean, fold, tokenize

LONGEST_QUESTION = 1000
"""Characters; a longer text is no question, and is not searched for."""

_NAME_DOCUMENTS = frozenset({Reason.GREETING, Reason.HELP, Reason.OVERVIEW, Reason.KNOWN_DOCUMENTS, Reason.WHO_ARE_YOU})
"""Fixed replies that say which documents there are."""

_OF_THE_PROGRAM = frozenset(reason for reason, route in ROUTES.items() if route in {Route.ABOUT_BOT, Route.OVERVIEW, Route.SMALLTALK})
"""Fixed replies to what speaks to the program, or of all that it knows."""

_ASKED_BESIDE_OTHERS = frozenset({None, Reason.DANGER, Reason.COMPLAINT, Reason.OVERVIEW})
"""What one question of a message may sound like by itself and is searched for all the same: of danger the whole message tells, and
behind another question 'waar kan ik terecht?' and 'wat als het niet goed gaat?' are of that."""

_FOREIGN = frozenset({Reason.OTHER_YEAR, Reason.OTHER_AGREEMENT})
"""Reasons that are true of one document but not of the sources, as long as another document has another reason."""


class Assistant:
    """Answers questions from one body of knowledge.

    Args:
        index: the knowledge, made ready.
        weights: what was learned; the shipped weights by default.
        encoder: makes vectors; None to go by words alone.
    """

    def __init__(self, index: Index, weights: Weights | None = None, encoder: TextEncoder | None = None) -> None:
        self.weights = weights or shipped_weights()
        self.shelves = tuple(Shelf(group, self.weights, encoder) for group in index.groups)
        self.knowledge = index
        self._encoder = encoder
        self._catalogue = Catalogue(self.knowledge.documents)
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
        if quick and not (conversation.turns and self._follows(text, quick[0])):
            return self._fixed(text, *quick), conversation
        said = follow_ups.without_acknowledgement(text) if conversation.turns else text
        parts = divided(said)
        # Of a meaning it is known only after a search under which headings it may stand.
        asked = asked_for(said)
        several = len(parts) > 1 or bool(conversation.turns) or (asked is not None and asked.form is Form.DEFINITION)
        reply, after = self.knowledge.rehearsed(lambda: self._searched(said, parts, conversation), 2 if several else 1)
        return reply._replace(question=text), after

    def _searched(self, text: str, parts: Sequence[Part], conversation: Conversation) -> tuple[Reply, Conversation]:
        """Answer what is not met before any search.

        Args:
            parts: the questions of the text.
        """
        if conversation.turns:
            reply, after = self._about_last_turn(text, conversation)
            if reply:
                return reply, after
        if len(parts) > 1 and compares(text):
            # 'Hoeveel was het in 2018 en hoeveel is het nu?' is one question.
            reply, after = self._search(text, conversation)
            if reply.listed or (reply.outcome is Outcome.ANSWER and holds_both(reply.quotes[0].highlight_text)):
                return reply, after
        if len(parts) > 1:
            parts = [part for part in parts if routed(part.alone) in _ASKED_BESIDE_OTHERS] or [Part(text, text)]
        if len(parts) > 1:
            return Parts(partial(self._search, whole=False), self._search_whole, self.examine, self.shelves).answered(
                text, parts, conversation
            )
        reply, after = self._search(text, conversation)
        goes_on = bool(conversation.turns) and (follow_ups.goes_on(text) or asks_shortly(text) or speaks_of_another(text))
        met = Met.SURELY if goes_on else how_met(reply, conversation)
        sound = sounds_like(text, self._encoder, met) if self._encoder and met is not Met.SURELY else None
        return (self._fixed(text, sound), conversation) if sound else (reply, after)

    def _follows(self, text: str, reason: Reason) -> bool:
        """Whether a text that by itself gets a fixed reply asks, after another question, about what was said there."""
        return follow_ups.asks_of_now(text) or (reason in _OF_THE_PROGRAM and speaks_of_another(text))

    def _fixed(self, text: str, reason: Reason, missing: str = "") -> Reply:
        """A reply in place of a search."""
        known = self.knowledge.documents if reason in _NAME_DOCUMENTS else ()
        return Reply(text[:LONGEST_QUESTION], Outcome.NO_ANSWER, 0.0, (), reason, missing, documents=known)

    def _about_last_turn(self, text: str, conversation: Conversation) -> tuple[Reply | None, Conversation]:
        """What a turn gets that only speaks of the turn before: more points, who says so, is that so, what more is there."""
        last = conversation.turns[-1]
        if asks_for_more(text):
            page = next_page(text, last.rest, self.knowledge.passage)
            if page:
                return page.reply, Conversation((*conversation.turns[:-1], last._replace(rest=page.rest)))
            if last.rest:
                return Reply(text, Outcome.NO_ANSWER, 0.0, (), Reason.WAS_ALL), conversation
        kind = follow_ups.meta(text)
        quote = follow_ups.earlier_quote(last, self.knowledge.passage(last.passage)) if kind and last.passage else None
        if kind is follow_ups.Meta.SOURCE and quote is None and not last.answered:
            # Nothing was said that anybody could have said.
            return Reply(text, Outcome.NO_ANSWER, 0.0, (), Reason.NOTHING), conversation
        if kind is None or quote is None:
            return None, conversation
        document = quote.passage.document
        if kind is follow_ups.Meta.SOURCE:
            if last.answered and follow_ups.says_whose(quote.highlight_text):
                return Reply(text, Outcome.ANSWER, 1.0, (quote,), Reason.ANSWERED, notes=((Note.SAME_QUOTE, {}),)), conversation
            where = f"{document.title}, {document.publisher}, {document.year}"
            return Reply(text, Outcome.NO_ANSWER, 0.0, (), Reason.SAID_IN, where), conversation
        if kind is follow_ups.Meta.AGAIN:
            if not last.answered:
                return Reply(text, Outcome.NO_ANSWER, 0.0, (quote,), Reason.NEAREST), conversation
            return Reply(text, Outcome.ANSWER, 1.0, (quote,), Reason.ANSWERED, notes=((Note.SAME_QUOTE, {}),)), conversation
        points = follow_ups.further(self.weigh(" ".join(last.words)), last)
        if points is None:
            return Reply(text, Outcome.NO_ANSWER, 0.0, (), Reason.NO_MORE), conversation
        page = first_page(text, points)
        return page.reply, Conversation((*conversation.turns[:-1], last._replace(rest=page.rest)))

    def _search(self, text: str, conversation: Conversation, whole: bool = True) -> tuple[Reply, Conversation]:
        """Answer one question that is searched for.

        Args:
            whole: whether one that nothing answers may be asked once more as the whole question that it stands for.
        """
        meant = follow_ups.corrected_to(text) if conversation.turns else None
        subject = follow_ups.more_about(text) if conversation.turns and not meant else None
        asked = f"Wat staat er over {subject}?" if subject else meant or text
        examinations = self._meant(meant, conversation) if meant else self.weigh(asked, conversation)
        follows = False
        if whole and not meant:
            examinations, follows = self._followed(asked, examinations, conversation)
        # 'Wat is de reden?' asks about what was quoted, and not what the word means.
        of_what_was_quoted = bool(conversation.turns) and not meant and points_back(examinations[0].read)
        of_what_was_quoted &= examinations[0].answers or not conversation.turns or not conversation.turns[-1].answered
        if conversation.turns and not meant:
            of_what_was_quoted |= follow_ups.names_a_known_thing(text)
        page = None if of_what_was_quoted else listed_reply(asked, examinations, lambda other: self.weigh(other, conversation))
        if page and follows and page.reply.outcome is Outcome.NO_ANSWER:
            # What a sentence answers in this conversation needs no list.
            page = None
        return self._replied(text, asked, examinations, page, conversation)

    def _search_whole(self, text: str, conversation: Conversation) -> tuple[Reply, Conversation] | None:
        """Answer a question as the whole question that it stands for, with the subject of the turn before it; None where that has no answer."""
        subject = subject_of(conversation.turns[-1]) if conversation.turns else ()
        if not subject or not all(may_be_of(shelf.read(text)) for shelf in self.shelves):
            return None
        whole = asked_whole(text, subject)
        examinations = self.weigh(whole)
        if not answers_whole(examinations[0], examinations[0].shelf.read(text), subject):
            return None
        page = listed_reply(whole, examinations, self.weigh)
        return self._replied(text, whole, examinations, page if page and page.reply.outcome is Outcome.ANSWER else None, conversation)

    def _replied(
        self, text: str, asked: str, examinations: list[Examined], page: Page | None, conversation: Conversation
    ) -> tuple[Reply, Conversation]:
        """The reply to a question that was weighed, and the conversation with it.

        Args:
            asked: what the sources were asked for it.
            page: the list that it gets, None where one sentence answers or none does.
        """
        reply, rest = page or (sentence_reply(text, examinations), ())
        reply = reply._replace(question=text, notes=tuple(notes_for(asked, reply, conversation)))
        concepts = examinations[0].read.concepts
        quote = reply.quotes[0] if reply.quotes else None
        borrowed = tuple(c.word.form for c in concepts if c.borrowed)
        last = conversation.turns[-1] if conversation.turns else None
        nearest = examinations[0].candidates[0].passage if examinations[0].candidates and not quote else None
        turn = Turn(
            words=tuple(c.word.form for c in concepts),
            passage=quote.passage.id if quote else None,
            answered=reply.outcome is Outcome.ANSWER,
            documents=tuple(sorted(examinations[0].named)),
            rest=rest,
            marked=f"{quote.highlight.start} {quote.highlight.end}" if quote else "",
            asked=tuple(sorted(kind.value for kind in examinations[0].read.question.asked)) or (last.asked if last and borrowed else ()),
            borrowed=borrowed,
            near="" if nearest is None else examinations[0].shelf.index.passages[nearest].id,
        )
        return reply, conversation.with_turn(turn) if concepts else conversation

    def _followed(self, text: str, examinations: list[Examined], conversation: Conversation) -> tuple[list[Examined], bool]:
        """What answers a question in its conversation; one that nothing answers is asked once more as the whole question that it stands for.

        Args:
            examinations: what it gets as it stands.

        Returns:
            What answers it, and whether that was found only because of what was said before.
        """
        last = conversation.turns[-1] if conversation.turns else None
        subject = subject_of(last) if last else ()
        first = examinations[0]
        no_talk = first.answers or asks_shortly(text) or follow_ups.goes_on(text)
        if (
            last is None
            or names_its_subject(text)
            or follow_ups.meta(text)
            or (not no_talk and self._encoder and sounds_like(text, self._encoder))
        ):
            return examinations, False
        least = least_odds(first, text, last, subject) if subject and may_be_of(first.read) else None
        if least is not None:
            whole = self.weigh(asked_whole(text, subject), again=Again(rate_kinds(last)) if asks_by_another_rate(text) else None)
            if answers_whole(whole[0], first.read, subject, last) and whole[0].odds >= least:
                return whole, True
        at_home = rather_at_home(text, first, last, subject, self.shelves)
        if at_home is None and not first.answers:
            at_home = agreed_at_home(text, first, conversation, self.shelves)
        return (
            ([at_home, *(other for other in examinations if other.document != at_home.document)], True)
            if at_home
            else (examinations, False)
        )

    def _meant(self, meant: str, conversation: Conversation) -> list[Examined]:
        """What answers a correction: what was meant by itself where it says enough, else in place of what was asked before."""
        last = conversation.turns[-1]
        # What was just said takes the place of the words that the turn itself brought.
        replaced = frozenset[str]().union(*(shelf.replaced(meant, last.words) for shelf in self.shelves))
        words = tuple(word for word in last.borrowed or last.words if word not in replaced)
        before = Conversation((*conversation.turns[:-1], last._replace(words=words, borrowed=())))
        whole = not all(shelf.says_little(meant) for shelf in self.shelves) or any(demand_of(fold(meant)).types)
        again = Again(kinds_asked(last))
        tries: list[tuple[str, Conversation, Again | None]] = [(f"en {meant}", before, again)] if again.asked else []
        if whole:
            tries.insert(0, (meant, NO_CONVERSATION, None))
        examinations: list[Examined] = []
        for text, context, taken_over in [*tries, (f"en {meant}", before, None)]:
            examinations = [follow_ups.without_quoted(examined, last) for examined in self.weigh(text, context, taken_over)]
            if examinations[0].answers and examinations[0].names_it:
                break
        return examinations

    def without_search(self, text: str) -> tuple[Reason, str] | None:
        """What a cleaned text is met with before any search: the reason and what it speaks of; None for a question to search for."""
        if not text:
            return Reason.EMPTY, ""
        if len(text) > LONGEST_QUESTION:
            return Reason.TOO_LONG, str(LONGEST_QUESTION)
        fixed = routed(text)
        if fixed and self._encoder:
            fixed = meant_instead(text, fixed, self._encoder)
        if fixed:
            return fixed, ""
        if language_of(text):
            return Reason.OTHER_LANGUAGE, ""
        if self._encoder and sounds_like_danger(text, self._encoder):
            return Reason.DANGER, ""
        return None

    def standing(self, question: str) -> Standing:
        """How a question stands to whatever came before it, so that `reply` may be asked once for several conversations."""
        text = clean(question)
        quick = self.without_search(text)
        if quick:
            return Standing.LEANING if self._follows(text, quick[0]) else Standing.ALONE
        naming = self._naming(text, NO_CONVERSATION)
        return standing(text, self.knowledge.documents, [stance_after_any(s, naming, text, self._known_beside(s)) for s in self.shelves])

    def examine(self, text: str, conversation: Conversation = NO_CONVERSATION) -> Examined:
        """The evidence behind a reply: the question on its own, or leaning on earlier turns where it does.

        Args:
            text: cleaned, and not met by `without_search`.
        """
        return self.weigh(text, conversation)[0]

    def weigh(self, text: str, conversation: Conversation = NO_CONVERSATION, again: Again | None = None) -> list[Examined]:
        """The evidence of every document that is near the question, the one that answers best first; never empty.

        Args:
            text: cleaned, and not met by `without_search`.
            conversation: the earlier turns.
            again: what it takes over of the last of them beside words.
        """
        naming = self._naming(text, conversation)
        last = conversation.turns[-1] if conversation.turns else None
        quoted = self.knowledge.passage(last.passage) if last and last.passage else None
        named = naming.documents or naming.unknown
        period = None if named else times.timed(text, self.knowledge.documents, quoted.document if quoted else None)
        if quoted and not named and period is None:
            anew = times.timed_anew(text, self.knowledge.documents, quoted.document)
            period = anew if anew and not asking_again.says_nothing(anew.rest, self.shelves) else None
        if period:
            # 'Wie zaten er in het vorige college?' says nothing without the words for its time.
            naming = Naming(period.documents, text if coalition.asks_who_governs(text) else period.rest)
        repeated = asking_again.repeated(text, naming, last, self.knowledge, self.shelves) if last and not naming.unknown else None
        examinations: list[Examined] = []
        for asked, taken_over in repeated.ways if repeated else ():
            weighed = self._weigh(asked.rest, NO_CONVERSATION, asked, None, taken_over)
            examinations = weighed if weighed[0].answers else examinations or weighed
            if examinations[0].answers:
                return examinations
        if repeated and repeated.only and examinations:
            return examinations
        taken_over = Again(kinds_asked(last)) if last and again is None else Again()
        if last and again is None and asks_by_another_rate(text):
            again = Again(rate_kinds(last))
        elif taken_over.asked and is_ellipsis(fold(text)):
            # 'En voor honden?' after a question about an amount asks for an amount first.
            same = self._weigh(text, conversation, naming, period, taken_over)
            if same[0].answers and same[0].names_it and telling(same[0].read):
                return same
        return self._weigh(text, conversation, naming, period, again)

    def _weigh(
        self, text: str, conversation: Conversation, naming: Naming, period: times.Timed | None, again: Again | None = None
    ) -> list[Examined]:
        examinations: list[Examined] = []
        for shelf in self.shelves:
            examinations += examine(shelf, naming, text, conversation, self._known_beside(shelf), again)
        if not examinations:
            # A follow-up leans on a turn that named a document which is gone since.
            return self.weigh(text)
        if len(examinations) > 1:
            examinations = [
                documents.beside(examined, [other for other in examinations if other is not examined]) for examined in examinations
            ]
        leanings = self._catalogue.leanings(text, examinations[0].read.question.years)
        last = conversation.turns[-1].passage if conversation.turns else None
        examinations.sort(
            key=lambda e: (not e.answers, e.verdict.reason in _FOREIGN, -e.odds - leanings.get(e.document, 0.0) - documents.stays(e, last))
        )
        if naming.unknown:
            return [examinations[0]._replace(verdict=Verdict(0.0, *naming.unknown))]
        governing = coalition.led_by_parties(text, examinations)
        if governing:
            return governing
        if period and not period.sure and not examinations[0].answers:
            # The year was that of something else.
            return self._weigh(text, conversation, self._naming(text, conversation), None, again)
        return documents.newest_first(examinations)

    def _naming(self, text: str, conversation: Conversation) -> Naming:
        naming = self._catalogue.naming(text)
        if len(self.knowledge.documents) == 1:
            # Whoever names the only document narrows nothing down, and the words may be what it is about.
            return Naming(frozenset(), text, naming.unknown)
        if not conversation.turns and not any(is_content(token) for token in tokenize(naming.rest)):
            return naming._replace(rest=text)
        return naming

    def _known_beside(self, shelf: Shelf) -> Callable[[str], bool] | None:
        others = [other.analyser.source_words for other in self.shelves if other is not shelf]
        return (lambda word: any(word in words for words in others)) if others else None
