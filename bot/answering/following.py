"""What the documents of a shelf have to say to a question in its conversation: by itself, or with what it borrows of the turn before.

Which of the two is tried first is its stance; where the conversation stands (`staying.home_of`) something is looked for too.
"""

from collections.abc import Callable, Sequence

from bot.answering.conversation import Again, Conversation, Turn
from bot.answering.leaning import (
    MOST_AGREED,
    SAID_SHARE,
    SURE_ALONE,
    Stance,
    asks_too,
    holds_what_it_asks,
    is_ellipsis,
    leans_on,
    points_back,
    refers,
    stance,
    telling,
)
from bot.answering.mentions import Naming
from bot.answering.question import read_question
from bot.answering.reading import ReadQuestion, corrected, read_concepts
from bot.answering.reply import Reason
from bot.answering.shelf import Examined, Shelf, ShelfQuestion
from bot.answering.staying import ABOUT_AS_WELL, Home, coherent, cover_of_said, home_of, may_be_of_the_page, outside
from bot.language.answer_types import Demand
from bot.language.vocabulary import WordClass


def examine(
    shelf: Shelf,
    naming: Naming,
    text: str,
    conversation: Conversation,
    known_elsewhere: Callable[[str], bool] | None = None,
    again: Again | None = None,
) -> list[Examined]:
    """What each document has to say, those with the best sentences; at least one where any is asked about.

    Args:
        shelf: has the documents.
        naming: which documents the question names, and the question without those words.
        text: the question as it came in, cleaned.
        conversation: the earlier turns.
        known_elsewhere: whether a word is one of another shelf: then it is no typing error.
        again: what it takes over of the turn before beside words.
    """
    rest, corrections = corrected(naming.rest, shelf.analyser, known_elsewhere)
    question = read_question(rest, text if naming.documents else "", shelf.kind_words)
    if again and not question.demand.types:
        question = question._replace(demand=Demand(again.asked))
    read = read_concepts(question, shelf.index, shelf.retriever, again.earlier if again else ())
    if again and again.apart_from:
        return shelf.judged(ShelfQuestion(read, naming.documents, corrections), among=outside(again.apart_from, shelf.index))
    earlier = leans_on(read, conversation)
    how = stance(read, earlier)
    alone = ShelfQuestion(read, naming.documents, corrections)
    if how is Stance.ALONE:
        return shelf.judged(alone)
    return _followed(
        shelf,
        alone,
        ShelfQuestion(read_concepts(question, shelf.index, shelf.retriever, earlier), naming.documents, corrections),
        how,
        conversation.turns[-1],
    )


def stance_after_any(shelf: Shelf, naming: Naming, text: str, known_elsewhere: Callable[[str], bool] | None = None) -> Stance:
    """How a question stands to whatever turn comes before it, but for one that says no word more than it; see `examine`."""
    rest, _ = corrected(naming.rest, shelf.analyser, known_elsewhere)
    question = read_question(rest, text if naming.documents else "", shelf.kind_words)
    read = read_concepts(question, shelf.index, shelf.retriever)
    how = stance(read, leans_on(read, _AFTER_ANYTHING))
    if how is Stance.ALONE and len(telling(read)) <= MOST_AGREED:
        how = Stance.ALONE_FIRST
    # With one telling word it is looked for where the conversation stands.
    may_lean = how is Stance.ALONE_FIRST and (is_ellipsis(question.focus_text) or len(telling(read)) < SURE_ALONE)
    may_be_here = may_be_of_the_page(text, telling(read), len(shelf.index.documents) > 1)
    # What it points at may be what was quoted, see `asking_whole.strays`.
    points = points_back(read) or (len(telling(read)) <= SURE_ALONE and refers(question.focus_text))
    return Stance.LEANING if points or may_lean or may_be_here else how


def _followed(shelf: Shelf, alone: ShelfQuestion, leaning: ShelfQuestion, how: Stance, last: Turn) -> list[Examined]:
    """What each document has to say to a follow-up.

    Args:
        shelf: has the documents.
        alone: as a question of its own.
        leaning: with what it borrows.
        last: the turn before.
    """
    home = Home() if alone.named else home_of(last.passage, shelf.index)
    says_enough = how is Stance.ALONE_FIRST and len(telling(alone.read)) >= SURE_ALONE
    by_itself = _held(shelf, alone) if says_enough else []
    if _answer(by_itself):
        return by_itself
    leant: list[Examined] = []
    if how is Stance.ALONE_FIRST and not says_enough:
        by_itself = _held(shelf, alone)
    if how is not Stance.ALONE_FIRST or not _answer(by_itself):
        leant = _leant(shelf, leaning, last)
    unsure = how is Stance.LEANING_FIRST or asks_too(alone.read.question.focus_text)
    unsure |= how is Stance.LEANING and not last.answered and points_back(alone.read)
    strayed = unsure and _answer(leant) and not _coherent(shelf, leant, Home() if how is Stance.LEANING else home)
    elsewhere = by_itself if _answer(by_itself) else [] if strayed else leant
    if home.stretches and not says_enough and how is not Stance.LEANING:
        for asked in (leaning, alone):
            at_home = _held(shelf, asked, among=home.stretches)
            if _answer(at_home) and _says_as_much(shelf, at_home, elsewhere, to_the_letter=how is Stance.ALONE_FIRST):
                return at_home
    if _answer(elsewhere):
        return elsewhere
    for asked in (leaning,) if how is Stance.LEANING else (alone, leaning) if strayed else (alone,):
        at_home = _held(shelf, asked, among=home.stretches) if home.stretches else []
        if _answer(at_home) and (how is not Stance.LEANING or (home.is_page and last.answered) or _coherent(shelf, at_home, Home())):
            return at_home
    if strayed and how is Stance.LEANING_FIRST and not last.answered and _names_a_thing(alone.read):
        # After silence it may be a question of its own: 'wie beslist bij een groot plan?'
        by_itself = by_itself or shelf.judged(alone)
        if _answer(by_itself):
            return by_itself
    if strayed:
        return [_unanswered(examined) for examined in leant]
    if how is Stance.LEANING:
        return leant
    if how is Stance.LEANING_FIRST and not last.answered and refers(alone.read.question.focus_text):
        # Nothing was found that 'hij' or 'dat' could stand for, and what has the one word beside it is about something else.
        return leant
    by_itself = by_itself or shelf.judged(alone)
    new = how is Stance.ALONE_FIRST and not is_ellipsis(alone.read.question.focus_text)
    return by_itself if new or _answer(by_itself) else leant


def _names_a_thing(read: ReadQuestion) -> bool:
    """Whether a follow-up has a noun, though a general one, and no word that stands for something said before; 'het' may be one."""
    if refers(read.question.focus_text) or "het" in read.question.forms:
        return False
    return any(concept.word.word_class is WordClass.NOUN for concept in read.concepts if not concept.borrowed)


def _coherent(shelf: Shelf, examinations: Sequence[Examined], home: Home) -> bool:
    first = next(examined for examined in examinations if examined.answers)
    return coherent(first.read, first.candidates[0].passage, home, shelf.index)


def _leant(shelf: Shelf, asked: ShelfQuestion, last: Turn) -> list[Examined]:
    """What is found with the words of the turn before, near what was quoted."""
    read, named, corrections = asked
    # Of what was quoted only its own document can say more.
    pointed_at = {last.document} if last.passage and points_back(read) else ()
    leaning = _held(shelf, ShelfQuestion(read, named or frozenset(last.documents or pointed_at), corrections), last)
    if _answer(leaning) or not last.documents or named or points_back(read):
        return leaning
    # The documents that were named before may be those of a year that it does not ask about.
    publishers = {d.publisher for d in shelf.index.documents if d.id in last.documents}
    of_them = frozenset(d.id for d in shelf.index.documents if d.publisher in publishers)
    others = _held(shelf, ShelfQuestion(read, of_them, corrections), last)
    return others if _answer(others) else leaning


def _says_as_much(shelf: Shelf, here: Sequence[Examined], elsewhere: Sequence[Examined], to_the_letter: bool) -> bool:
    """Whether what answers where the conversation stands has as much of what the follow-up says as what answers elsewhere."""
    there, beyond = (
        max((cover_of_said(e.read, shelf.index.views(e.candidates[0].passage), to_the_letter) for e in examinations if e.answers), default=0.0)
        for examinations in (here, elsewhere)
    )  # fmt: skip
    return there >= max(beyond - ABOUT_AS_WELL, SAID_SHARE)


def _held(shelf: Shelf, asked: ShelfQuestion, previous: Turn | None = None, among: Sequence[range] | None = None) -> list[Examined]:
    return [_holding(shelf, examined) for examined in shelf.judged(asked, previous, among)]


def _holding(shelf: Shelf, examined: Examined) -> Examined:
    """A follow-up's answer, or silence where the passage has nothing of what the follow-up itself says."""
    if not examined.answers or holds_what_it_asks(examined.read, shelf.index.views(examined.candidates[0].passage)):
        return examined
    return _unanswered(examined)


def _answer(examinations: Sequence[Examined]) -> bool:
    return any(examined.answers for examined in examinations)


def _unanswered(examined: Examined) -> Examined:
    return examined._replace(verdict=examined.verdict._replace(confidence=0.0, reason=Reason.NEAREST))


_AFTER_ANYTHING = Conversation((Turn(words=("\0",), passage=None, answered=True),))
"""A turn about something that no question speaks of."""
