"""A follow-up as the whole question that it stands for: 'wat kost die?' after a question about a cycle path is 'wat kost de fietsroute?'."""

from collections.abc import Sequence
from math import inf

from bot.answering.conversation import Turn
from bot.answering.demands import PATTERNS as DEMANDS
from bot.answering.leaning import (
    MOST_TOLD,
    PATTERNS,
    SURELY_COVERED,
    SURELY_SAID,
    is_ellipsis,
    is_general,
    names_subject_first,
    refers,
    share,
    strongest,
    telling,
)
from bot.answering.reading import ReadQuestion
from bot.answering.shelf import SURE, Examined, Shelf
from bot.answering.staying import home_of
from bot.language.analysis import Word
from bot.language.function_words import LIGHT_WORDS
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass, word_class

MOST_NOUNS = 3
"""Nouns of the turn before that say what it was about."""

LESS_SURE = 0.3
"""By how much less sure (in log odds) the whole question may be than a follow-up by itself that strays from where the conversation stands."""

MUCH_SURER = 1.0
"""By how much surer it must be to go before one that answers where the conversation stands, but not surely."""

SUBJECT_SHARE = 0.4
"""The share of the subject, by weight, that what answers it must have: 'Somers' stands for 'Bart Somers', one of three things for none."""


def subject_of(last: Turn) -> tuple[str, ...]:
    """The nouns that the turn before was about, folded: its own, or else those that it had taken over."""
    brought = [word for word in last.topic if word not in last.borrowed]
    return tuple(_nouns(brought) or _nouns(last.topic) or _nouns(last.borrowed))[:MOST_NOUNS]


def _nouns(words: Sequence[str]) -> list[str]:
    apart = LIGHT_WORDS | DEMANDS.words("of_whoever_asks") | PATTERNS.words("of_time")
    return [
        word for word in words if word_class(word) is WordClass.NOUN and word not in apart and not word.isdecimal() and not is_general(word)
    ]


def asked_whole(text: str, subject: Sequence[str]) -> str:
    """A follow-up with its subject said: in place of the word that stands for it, or else at its end.

    Args:
        text: cleaned.
        subject: see `subject_of`; not empty.
    """
    said, folded = " ".join(subject), fold(text)
    stands = PATTERNS["stands_for"].search(folded) if len(folded) == len(text) else None
    if stands is None:
        return f"{text.rstrip(' ?.!,')} {said}?"
    preposition = stands["preposition"]
    instead = f"{'met' if preposition == 'mee' else preposition} {said}" if preposition else said
    return f"{text[: stands.start()]}{instead}{text[stands.end() :]}"


def may_be_of(leaning: ReadQuestion) -> bool:
    """Whether a follow-up says so little itself that it may be about what was asked before.

    The same of another year ('en in 2022?') is asked as that, see `asking_again`: what has the subject and the year may tell anything.
    """
    return len(telling(leaning)) <= MOST_TOLD and not leaning.question.years and not names_subject_first(leaning.question.focus_text)


def _names_something(word: Word, leaning: ReadQuestion) -> bool:
    """Whether a word of a follow-up says what it is about: a noun, or an infinitive that nothing must or may do ('wat kost parkeren?')."""
    if word.word_class is WordClass.NOUN:
        return True
    infinitive = word.word_class is WordClass.VERB and word.form.endswith("en")
    return infinitive and PATTERNS.words("must_and_may").isdisjoint(token.form for token in leaning.question.tokens)


def answers_whole(whole: Examined, leaning: ReadQuestion, subject: Sequence[str], last: Turn | None = None) -> bool:
    """Whether what was found for the whole question answers the follow-up: it has what the follow-up says itself, and what tells most of its subject.

    Args:
        whole: what was found for it as a whole question.
        leaning: the follow-up as it was asked.
        subject: see `subject_of`.
        last: the turn before; where that got no answer, the page where it came nearest holds a subject that no source names so.
    """
    if not whole.answers:
        return False
    said = [c for c in telling(leaning) if c.word.form not in DEMANDS.words("of_whoever_asks")]
    said_itself = {c.word.stem for c in said if is_ellipsis(leaning.question.focus_text) or _names_something(c.word, leaning)}
    wide, itself = _said_in(whole)
    asked, about = (
        [c for c in whole.read.concepts if c.word.stem in stems] for stems in (said_itself, {stem(fold(word)) for word in subject})
    )
    held = {c.word.stem for c in (*asked, *about) if c.match(wide) >= SURELY_COVERED or c.match(itself) >= SURELY_SAID}
    enough = SUBJECT_SHARE * sum(c.weight for c in about)
    home = home_of(last.near, whole.shelf.index) if last and last.near and (said or leaning.question.asked) else None
    on_the_page = home is not None and home.is_page and whole.candidates[0].passage in home
    return all(c.word.stem in held for c in asked) and (on_the_page or sum(c.weight for c in about if c.word.stem in held) >= enough)


def least_odds(first: Examined, text: str, last: Turn, subject: Sequence[str]) -> float | None:
    """The log odds that the whole question must have to go before what a follow-up gets as it stands; None where it isn't asked at all.

    Args:
        first: what the follow-up gets.
        text: cleaned.
        last: the turn before.
        subject: see `subject_of`.
    """
    if not first.answers:
        return -inf
    if strays(first, text, last, subject):
        return first.odds - LESS_SURE
    return first.odds + MUCH_SURER if first.verdict.confidence < SURE else None


def strays(first: Examined, text: str, last: Turn, subject: Sequence[str]) -> bool:
    """Whether what answers a follow-up that stands for something said before has neither the subject of that, nor stands where it stood.

    Args:
        first: what was found for it.
        text: the follow-up, cleaned.
        last: the turn before.
        subject: see `subject_of`.
    """
    if not first.answers or not refers(fold(text)) or first.candidates[0].passage in home_of(last.stands, first.shelf.index):
        return False
    return not speaks_of(subject, first.shelf, first.candidates[0].passage)


def _said_in(examined: Examined) -> tuple[dict[str, float], dict[str, float]]:
    """What the passage that answers has with its hints and headings, and by its own words; of a page by the page's title too."""
    index, passage = examined.shelf.index, examined.candidates[0].passage
    views = index.views(passage)
    of_title: dict[str, float] = {}
    if len(index.documents) > 1:
        of_title = {stem(token.form): 1.0 for token in tokenize(index.document_of(passage).title)}
    return strongest([*(view.wide for view in views), of_title]), strongest([view.narrow for view in views])


def speaks_of(subject: Sequence[str], shelf: Shelf, passage: int) -> bool:
    """Whether a passage speaks of a subject: it has what tells most of it, itself or in its heading or hints.

    Args:
        subject: see `subject_of`; not empty.
        passage: its number on the shelf.
    """
    views = shelf.index.views(passage)
    wide, itself = strongest([view.wide for view in views]), strongest([view.narrow for view in views])
    return share(shelf.read(" ".join(subject)).concepts, wide, SURELY_COVERED) >= SUBJECT_SHARE or (
        share(shelf.read(" ".join(subject)).concepts, itself, SURELY_SAID) >= SUBJECT_SHARE
    )
