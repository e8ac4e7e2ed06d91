"""What a follow-up that points back asks of the passage that was quoted: 'waarom?', 'wanneer dan', 'hoeveel was dat eerst'."""

from collections.abc import Collection, Sequence

from bot.answering.conversation import Turn
from bot.answering.demands import PATTERNS as DEMANDS
from bot.answering.features import Candidate
from bot.answering.gates import first_refusal
from bot.answering.leaning import PATTERNS, holds_what_it_asks, keeps_to_the_subject, telling
from bot.answering.reading import ReadQuestion
from bot.answering.scope import Scope, Weighed
from bot.index.group import Group
from bot.knowledge.model import Passage
from bot.language.answer_types import SATISFIED_BY, AnswerType, is_location_adjective, is_number, unit_of
from bot.language.tokens import fold, tokenize

OFFERED = frozenset(
    {
        AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.NUMBER, AnswerType.DURATION, AnswerType.AGE, AnswerType.DATE, AnswerType.DAY,
        AnswerType.TIME_OF_DAY, AnswerType.WHEN, AnswerType.LOCATION, AnswerType.WHO, AnswerType.REASON, AnswerType.CONDITION,
        AnswerType.FREQUENCY, AnswerType.PAYER, AnswerType.CONTACT, AnswerType.MEASURE, AnswerType.COMPARISON,
    }
)  # fmt: skip
"""Kinds of answer of which a sentence can be told to offer them: whoever asks for nothing else gets the nearest sentence that does."""

OF_THE_CHOICE = frozenset({"only_a_link", "empty_section", "one_word", "telling_word", "other_thing"})
"""Gates that ask whether the right passage was chosen: here it was, before."""

BESIDE = 100
"""How far away a sentence of the next passage counts."""

SAID = 0.8
"""How well a sentence must have the few general words of a question that asks for no such kind."""

_IN_THE_SENTENCE = frozenset({AnswerType.REASON, AnswerType.CONDITION, AnswerType.LOCATION, AnswerType.WHEN})
"""Those that otherwise may stand anywhere in the passage."""


def sentence_that_offers(read: ReadQuestion, candidates: Sequence[Candidate], last: Turn, index: Group, scope: Scope) -> Candidate | None:
    """The sentence in the passage that was quoted, nearest to the one that was marked, that offers what is asked for.

    Args:
        read: the question with what it borrowed; it says nothing of its own.
        candidates: of the passage, and maybe of those beside it.
        last: the turn before.

    Returns:
        None where no kind of answer is asked for that a sentence can be told to offer, or none offers it.
    """
    asked, span = read.question.asked & OFFERED, last.marked_span
    general = [c for c in read.concepts if not c.borrowed and not c.word.light and not c.word.form.isdecimal()]
    if span is None or not (asked or general):
        return None
    order: list[tuple[float, int, int, Candidate]] = []
    for candidate in candidates:
        passage = index.passages[candidate.passage]
        away, before = _distance(passage, candidate.sentence, span.start, span.end) if passage.id == last.passage else (BESIDE, 0)
        order.append((-_cover_of_said(read, index, candidate), away, before, candidate))
    order.sort(key=lambda item: item[:3])
    if not asked:
        # 'Wat zijn de gevolgen daarvan?': the sentence that speaks of them.
        said = [item[3] for item in order if all(c.match(index.views(item[3].passage)[item[3].sentence].narrow) >= SAID for c in general)]
        return said[0] if said else None
    for _, _, _, candidate in order:
        here = index.passages[candidate.passage].id == last.passage
        if here and _offers(asked, candidate, index) and first_refusal(Weighed(read, candidate, index, scope), OF_THE_CHOICE) is None:
            return candidate
    if asked == {AnswerType.REASON}:
        beside = [candidate for _, away, _, candidate in order if away <= 1]
        return next((candidate for candidate in beside if PATTERNS["implied_reason"].search(_text(candidate, index))), None)
    return None


def sentence_of_the_section(
    read: ReadQuestion, candidates: Sequence[Candidate], last: Passage, index: Group, scope: Scope
) -> Candidate | None:
    """For the end of a question ('en op de Leeweide?') the sentence that names it under the heading that was quoted from before.

    That it has nothing else of the question before is no wonder: what is true of the one need not be told of the other.

    Args:
        read: the question with what it borrowed.
        candidates: best first.
        last: the passage that was quoted before; a newer or older document may have the same heading.
    """
    told = telling(read)
    for candidate in candidates[:LOOKED_AT] if told and last.section.title else ():
        view = index.views(candidate.passage)[candidate.sentence]
        if index.passages[candidate.passage].section.title == last.section.title and all(c.match(view.narrow) >= NAMED for c in told):
            refusal = first_refusal(Weighed(read, candidate, index, scope))
            return candidate if refusal is None else None
    return None


def candidates_that_hold_it(read: ReadQuestion, candidates: list[Candidate], previous: str, index: Group) -> list[Candidate]:
    """The candidates in passages that have what the end of a question says, and keep to the subject.

    Args:
        read: the question with what it borrowed.
        candidates: best first.
        previous: the id of the passage that was quoted: what stands under the same heading keeps to the subject.
        index: numbers the passages.

    Returns:
        All candidates where the first has it, or none has.
    """
    if not candidates or holds_what_it_asks(read, index.views(candidates[0].passage)):
        return candidates
    views = {n: index.views(n) for n in {candidate.passage for candidate in candidates}}
    section = next((index.passages[n].section for n in views if index.passages[n].id == previous), None)
    held = {
        n for n in views
        if holds_what_it_asks(read, views[n]) and (index.passages[n].section == section or keeps_to_the_subject(read, views[n]))
    }  # fmt: skip
    return [candidate for candidate in candidates if candidate.passage in held] or candidates


def sentence_that_says_it(read: ReadQuestion, candidates: Sequence[Candidate], index: Group, scope: Scope) -> Candidate | None:
    """A sentence below the first that has every telling word of a question itself; of a single one it tells the number, or has the verb too.

    'Hoeveel vluchtelingen mogen er komen?' is not answered by the number of something else, 'Wie is de burgemeester van Mechelen?' by a
    sentence about his town, nor 'Wat moeten gemeenten doen?' by one that never names them.

    Args:
        candidates: best first; the first one was refused.
    """
    told = telling(read)
    verbs = {token.form for token in read.question.tokens} & PATTERNS.words("must_and_may")
    for candidate in candidates[1 : 1 + LOOKED_FURTHER] if told else ():
        view = index.views(candidate.passage)[candidate.sentence]
        said = all(c.match(view.narrow) >= SAID or _has_adjective_of(c.word.form, view.facts.locations) for c in told)
        if said and len(told) == 1:
            counts = bool(candidate.features["counted"]) and not candidate.vetoes
            said = counts or bool(verbs & {token.form for token in tokenize(_text(candidate, index))})
        if said and first_refusal(Weighed(read, candidate, index, scope)) is None:
            return candidate
    return None


def _has_adjective_of(form: str, locations: Collection[str]) -> bool:
    """Whether a sentence has the adjective of a place: 'Mechelse' for 'Mechelen'."""
    bare = form.removesuffix("en").removesuffix("e")
    return len(bare) >= SHORTEST_LOCATION and any(is_location_adjective(location) and location.startswith(bare) for location in locations)


SHORTEST_LOCATION = 4
"""Letters by which an adjective is told to be of a place."""

LOOKED_FURTHER = 15
"""Sentences that are looked at where the first was refused."""

NAMED, LOOKED_AT = 0.9, 5
"""How well a sentence must have each word of the end of a question to name it, and how many are looked at."""


def _distance(passage: Passage, sentence: int, start: int, end: int) -> tuple[int, int]:
    """How many sentences away it stands from the marked ones, and whether before them."""
    marked = [n for n, s in enumerate(passage.sentences) if s.span.start < end and start < s.span.end] or [0]
    if sentence < marked[0]:
        return marked[0] - sentence, 1
    return max(0, sentence - marked[-1]), 0


def _cover_of_said(read: ReadQuestion, index: Group, candidate: Candidate) -> float:
    """How much of what little the question says itself ('kost', 'klaar') a sentence has."""
    narrow = index.views(candidate.passage)[candidate.sentence].narrow
    return sum(c.weight * c.match(narrow) for c in read.concepts if not c.borrowed)


def _offers(asked: frozenset[AnswerType], candidate: Candidate, index: Group) -> bool:
    return all(_offers_one(wanted, candidate, index) for wanted in asked)


def _offers_one(wanted: AnswerType, candidate: Candidate, index: Group) -> bool:
    facts = index.views(candidate.passage)[candidate.sentence].facts
    if wanted is AnswerType.WHO:
        return any(token.form in DEMANDS.words("agents") for token in tokenize(_text(candidate, index)))
    if wanted is AnswerType.NUMBER and not _numbers_things(_text(candidate, index)):
        return False
    if wanted in _IN_THE_SENTENCE and not facts.kinds & SATISFIED_BY.get(wanted, frozenset({wanted})):
        return False
    return wanted not in candidate.vetoes


def _numbers_things(text: str) -> bool:
    """Whether a text has a number that is not one of years or days."""
    tokens = tokenize(text)
    return any(
        is_number(token) and not (beside and unit_of(beside.form)) for token, beside in zip(tokens, [*tokens[1:], None], strict=True)
    )


def _text(candidate: Candidate, index: Group) -> str:
    return fold(index.passages[candidate.passage].sentences[candidate.sentence].text)
