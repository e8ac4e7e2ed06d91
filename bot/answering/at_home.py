"""A short follow-up read together with the page, or the section, that was quoted before: 'Wat moet ik meenemen?' after a question about a passport.

Such a question says so little that another page may have all its words. What it gets is therefore held against the passages where the
conversation stands, by the whole question that it stands for (see `asking_whole`), read together with each (`language.cross_encoder`).
"""

from collections.abc import Sequence

from bot.answering.asking_whole import asked_whole
from bot.answering.conversation import Turn
from bot.answering.features import Candidate
from bot.answering.gates import first_refusal
from bot.answering.leaning import (
    COVERED,
    SURELY_COVERED,
    asks_by_another_rate,
    asks_of_home,
    is_ellipsis,
    numbers_said,
    refers,
    strongest,
    telling,
)
from bot.answering.pointing import OF_THE_CHOICE
from bot.answering.reading import ReadQuestion
from bot.answering.scope import Weighed
from bot.answering.shelf import Examined, Shelf
from bot.answering.staying import MOST_SAID, home_of, may_be_of_the_page
from bot.language.answer_types import AnswerType
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass

READ = 3
"""Passages of the page that are read together with the question."""

SURELY, SURELY_UNANSWERED = 1.0, 1.1
"""Log odds from which a passage of the page answers: where another answers too, and where none does."""

IN_OTHER_WORDS = 1.25
"""Log odds from which the very passage that was quoted answers a follow-up whose own noun it says otherwise: 'de grote beurt' for a
renovation."""

OF_WHAT_LASTS = frozenset({"lasting"})
"""The gate that asks whether a sentence tells of the very thing that lasts: on the page where the conversation stands that is the thing."""

DOUBTED, BETTER = 0.3, 1.8
"""Log odds below which an answer from elsewhere is not about what the conversation is about, and by how much one of the page is surer.

Measured on the follow-ups that may be read (`follow-ups-read`, `-3-read`, `-4-read`, `dialogues-read`): of 236 right answers three lie
below both, and of 37 wrong ones ten.
"""


def rather_at_home(text: str, first: Examined, last: Turn, subject: Sequence[str], shelves: Sequence[Shelf]) -> Examined | None:
    """What the page that was quoted has to say to a follow-up, where that is surer than what was found; None where it isn't.

    Args:
        text: cleaned.
        first: what was found for it, the best document first.
        last: the turn before.
        subject: what that was about, see `asking_whole.subject_of`.
        shelves: all that there are.
    """
    said = telling(first.read)
    shelf = next((shelf for shelf in shelves if last.stands and shelf.index.number_of(last.stands) is not None), None)
    # What points back is asked of the document that was quoted; that names none.
    document = last.stands.partition("/")[0]
    if shelf is None or len(said) > MOST_SAID or first.named - {document} or asks_of_home(fold(text)) or not shelf.has_vectors():
        return None
    home, quoted = home_of(last.stands, shelf.index), shelf.index.number_of(last.stands)
    if asks_by_another_rate(text):
        # Read together, 'per uur' is as good as 'per dag'.
        return None
    says_something = bool(said or first.read.question.asked or numbers_said(first.read))
    if not home.stretches or not (last.passage or says_something):
        return None
    stays = bool(first.candidates) and first.shelf is shelf and first.candidates[0].passage == quoted
    if first.answers and (stays or not may_be_of_the_page(text, said, home.is_page)):
        return None
    whole = shelf.within(asked_whole(text, subject) if subject else text, home.stretches)
    question = first.read.question
    # Whether something may or is so turns on the very thing: 'mag mijn hond daar los?'
    renames = refers(fold(text)) and not is_ellipsis(question.focus_text) and AnswerType.YES_NO not in question.asked
    in_other_words = quoted if last.answered and not first.answers and renames else None
    has_nouns = {c.passage for c in of_each_passage(whole.candidates) if has_its_nouns(first.read, c, shelf)}
    candidates = [c for c in of_each_passage(whole.candidates) if c.passage in has_nouns or c.passage == in_other_words][:READ]
    refused = [
        first_refusal(Weighed(whole.read, c, shelf.index, shelf.scope), OF_THE_CHOICE | OF_WHAT_LASTS) is not None for c in candidates
    ]
    if all(refused):
        return None
    doubted = first.shelf.log_odds(whole.read, first.candidates[0]) if first.answers else SURELY_UNANSWERED - BETTER
    if doubted >= DOUBTED:
        return None
    least = max(SURELY if first.answers else SURELY_UNANSWERED, doubted + BETTER)
    odds = shelf.log_odds_of_each(whole.read, candidates)
    best = max(range(len(candidates)), key=lambda number: odds[number])
    if odds[best] < (least if candidates[best].passage in has_nouns else max(least, IN_OTHER_WORDS)) or refused[best]:
        return None
    ordered = [candidates[best], *(candidate for candidate in whole.candidates if candidate is not candidates[best])]
    return whole._replace(candidates=ordered, verdict=whole.verdict.answering(), document=document)


def has_its_nouns(read: ReadQuestion, candidate: Candidate, shelf: Shelf) -> bool:
    """Whether a passage has the nouns that a follow-up says itself; what is only the end of a question as it is: a child is no adult."""
    wide = strongest([view.wide for view in shelf.index.views(candidate.passage)])
    heading = fold(shelf.index.passages[candidate.passage].section.title)
    least = SURELY_COVERED if is_ellipsis(read.question.focus_text) else COVERED
    nouns = [concept for concept in telling(read) if concept.word.word_class is WordClass.NOUN]
    return all(noun.match(wide) >= least or noun.word.form in heading for noun in nouns)


def of_each_passage(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The best candidate of each passage, best first."""
    best: dict[int, Candidate] = {}
    for candidate in candidates:
        best.setdefault(candidate.passage, candidate)
    return list(best.values())
