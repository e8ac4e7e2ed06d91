"""A follow-up that nothing answered, put in three ways to the passages where the conversation stands.

'En in de winter?' after 'Mag ik slapen op mijn boot?' is read as it stands, with its subject said, and behind all words of the turn before. The
passage to which all three lead, and that answers each of them, is what it asks about.
"""

from collections.abc import Sequence
from math import inf

from bot.answering.asking_whole import asked_whole, subject_of
from bot.answering.at_home import OF_WHAT_LASTS, READ, has_its_nouns, of_each_passage
from bot.answering.conversation import Conversation, Turn
from bot.answering.features import Candidate
from bot.answering.gates import first_refusal
from bot.answering.leaning import MOST_AGREED, asks_by_another_rate, asks_of_home, numbers_said, telling
from bot.answering.pointing import OF_THE_CHOICE
from bot.answering.reading import read_concepts
from bot.answering.scope import Weighed
from bot.answering.shelf import Examined, Shelf
from bot.answering.staying import home_of
from bot.language.tokens import fold

SAYING_IT, OTHERWISE = 0.2, 0.9
"""Log odds that the passage must have each time: where it has the follow-up's own nouns, and where it says them otherwise.

Measured on the follow-ups that may be read: of those that nothing answered eight passages were agreed on, all of them right; at 0.7 for both
one more that is wrong, a dog for a cat.
"""


def agreed_at_home(text: str, first: Examined, conversation: Conversation, shelves: Sequence[Shelf]) -> Examined | None:
    """What the passages where the conversation stands have to say to a follow-up that nothing answered; None where the ways part.

    Where the turn before got no answer it may go on about the one before that; then the passage must have its nouns.

    Args:
        text: cleaned.
        first: what was found for it.
        conversation: the earlier turns, at least one.
        shelves: all that there are.
    """
    says_something = bool(telling(first.read) or first.read.question.asked or numbers_said(first.read))
    if not says_something or len(telling(first.read)) > MOST_AGREED or asks_by_another_rate(text) or asks_of_home(fold(text)):
        return None
    turns = conversation.turns[-1:] if conversation.turns[-1].answered else conversation.turns[:-3:-1]
    for turn in turns:
        otherwise = OTHERWISE if turn is conversation.turns[-1] else inf
        for shelf in shelves:
            agreed = _agreed_after(turn, text, first, shelf, otherwise)
            if agreed:
                return agreed
    return None


def _agreed_after(last: Turn, text: str, first: Examined, shelf: Shelf, otherwise: float) -> Examined | None:
    subject, document = subject_of(last), last.stands.partition("/")[0]
    home = home_of(last.stands, shelf.index)
    if not subject or not home.stretches or first.named - {document} or not shelf.has_vectors():
        return None
    agreed: Examined | None = None
    for put in (text, asked_whole(text, subject), " ".join((*last.topic, text))):
        way = _led_by_its_best(shelf.within(put, home.stretches), first, agreed, otherwise)
        if way is None:
            return None
        agreed = agreed or way
    # What it said itself and what was spoken of stay what it is about.
    read = read_concepts(first.read.question, shelf.index, shelf.retriever, last.topic)
    return agreed and agreed._replace(read=read, verdict=agreed.verdict.answering(), document=document)


def _led_by_its_best(way: Examined, first: Examined, agreed: Examined | None, otherwise: float) -> Examined | None:
    """What was found for one way of putting a follow-up, the best read passage first; None where that is not agreed on or does not answer.

    Args:
        way: what was found for it.
        first: what was found for the follow-up itself.
        agreed: what another way led to.
        otherwise: log odds that it must have where it says the follow-up's nouns otherwise.
    """
    shelf = way.shelf
    candidates = of_each_passage(way.candidates)[:READ]
    if not candidates:
        return None
    odds = shelf.log_odds_of_each(way.read, candidates)
    number = max(range(len(candidates)), key=lambda each: odds[each])
    best = candidates[number]
    if agreed is not None and agreed.candidates[0].passage != best.passage:
        return None
    least = SAYING_IT if has_its_nouns(first.read, best, shelf) else otherwise
    if odds[number] < least or _refused(way, best):
        return None
    return way._replace(candidates=[best, *(candidate for candidate in way.candidates if candidate is not best)])


def _refused(way: Examined, candidate: Candidate) -> bool:
    index, scope = way.shelf.index, way.shelf.scope
    return first_refusal(Weighed(way.read, candidate, index, scope), OF_THE_CHOICE | OF_WHAT_LASTS) is not None
