"""Whether a question leans on the turn before it, on which words of it, and what is tried first: the question alone, or leaning."""

from collections.abc import Mapping, Sequence
from enum import Enum
from functools import cache
from pathlib import Path

from bot.answering.concepts import Concept
from bot.answering.conversation import Conversation
from bot.answering.question import PATTERNS as QUESTION_PATTERNS
from bot.answering.reading import ReadQuestion
from bot.index.sentences import SentenceView
from bot.language.answer_types import PATTERNS as TYPES
from bot.language.patterns import PatternFile
from bot.language.stems import stem
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass, name_families, names

PATTERNS = PatternFile(Path(__file__).parent / "data" / "leaning.yaml")

SURE_ALONE = 2
"""Telling words from which on a follow-up is first tried as a question of its own."""

MOST_TOLD = 3
"""Telling words up to which what is not answered may be about what was asked before; with more it is a question of its own."""

MOST_AGREED = 5
"""Telling words up to which a question may be about what was quoted, where all ways of putting it lead there, see `agreeing`."""

SAID_SHARE, COVERED = 0.5, 0.5
"""The share of a follow-up's own words that what answers it must have, and how well each."""

SURELY_COVERED, SURELY_SAID = 0.85, 0.75
"""The same for what is only the end of a question, by a sentence with its hints and by its own words: a child is no adult, and one
country is not the other."""

SAID_TO_THE_LETTER = 0.9
"""The same by its own words for a place or a day: a bus station is no station."""

BORROWED_SHARE = 0.4
"""The share of the nouns of the turn before that it must have too, where the follow-up only says where or when."""


class Stance(Enum):
    """How a question stands to the turn before it.

    Attributes:
        ALONE: it is a question of its own.
        ALONE_FIRST: it may well be a new one, and leans on nothing where the sources answer it as it is.
        LEANING_FIRST: it points at what was said before, and is a question of its own only where that gives no answer.
        LEANING: it is nothing without the turn before.
    """

    ALONE = "alone"
    ALONE_FIRST = "alone_first"
    LEANING_FIRST = "leaning_first"
    LEANING = "leaning"


def telling(read: ReadQuestion) -> list[Concept]:
    """The question's own words that say what it is about: not 'plan', 'reden' or 'bedrag', which any answer has."""
    said = [c for c in read.concepts if not c.borrowed and not c.word.light and not c.word.form.isdecimal()]
    return [c for c in said if c.word.stem not in _general()]


def is_general(form: str) -> bool:
    """Whether a folded word is one that any answer has."""
    return stem(form) in _general()


@cache
def _general() -> frozenset[str]:
    """The stems of words that any answer has."""
    return frozenset(stem(word) for word in PATTERNS.words("frame") | QUESTION_PATTERNS.words("measures"))


def points_back(read: ReadQuestion) -> bool:
    """Whether a follow-up can only be about what was quoted before: it points at it, or says nothing of its own."""
    return not telling(read) or bool(QUESTION_PATTERNS["pointing"].search(read.question.focus_text))


def refers(text: str) -> bool:
    """Whether a word of a folded text stands for something that was said before: 'wat kost dat?'"""
    return bool(PATTERNS["refers"].search(text))


def points_at_another(read: ReadQuestion) -> bool:
    """Whether a question says one thing of something that it only points at: 'moet zij langs een arts?', but not 'is dat formulier gratis?'

    What says nothing of its own ('wanneer start die?') is looked for only near what was quoted.
    """
    said = telling(read)
    if not said or len(said) >= SURE_ALONE:
        return False
    forms = {concept.word.form for concept in said if concept.word.word_class is WordClass.NOUN}
    text = read.question.focus_text
    for pointing in list(PATTERNS["pointed_at"].finditer(text)):
        if pointing["noun"] in forms:
            text = text.replace(pointing.group(), pointing["noun"])
    return refers(text)


def is_ellipsis(asked: str) -> bool:
    """Whether a folded text is only the end of a question: 'en voor honden?'"""
    return bool(PATTERNS["ellipsis"].search(asked.strip(" ?.!,;:")))


def asks_too(asked: str) -> bool:
    """Whether a folded text asks if what was spoken of holds for another too: 'en krijgen huurders ook iets?'"""
    return bool(PATTERNS["too"].search(asked.strip(" ?.!,;:")))


def names_subject_first(text: str) -> bool:
    """Whether a folded text names a subject first and then stands for that: 'en het parkeren, wat kost dat?'"""
    return bool(PATTERNS["names_first"].search(text))


def asks_by_another_rate(text: str) -> bool:
    """Whether a text as it was typed asks for the same amount, reckoned by something else: 'en per maand?'"""
    return bool(PATTERNS["rate"].search(" ".join(fold(text).split()).strip(" ?.!,;:")))


def asks_shortly(text: str) -> bool:
    """Whether a text as it was typed asks something in a few words and does not speak to the program: after an answer that is no talk."""
    bare = " ".join(fold(text).split()).strip(" ?.!,;:")
    return bool((text.rstrip().endswith("?") or PATTERNS["asks"].search(bare)) and PATTERNS["short"].search(bare))


def speaks_of_another(text: str) -> bool:
    """Whether a text as it was typed speaks of someone or something named before, and not to the program: 'van welke partij is die?'"""
    return bool(PATTERNS["of_another"].search(" ".join(fold(text).split()).strip(" ?.!,;:")))


def leans_on(read: ReadQuestion, conversation: Conversation) -> tuple[str, ...]:
    """The words of earlier turns that a question needs.

    Args:
        read: the question on its own.
        conversation: the earlier turns.

    Returns:
        Folded words of the last turn, or () for a question that stands on its own.
    """
    if not conversation.turns or QUESTION_PATTERNS["switch"].search(fold(read.question.text)):
        return ()
    heavy = [c for c in read.concepts if not c.word.light]
    folded = fold(read.question.text)
    if len(heavy) > 3 or (len(heavy) > 1 and not QUESTION_PATTERNS["leaning"].search(folded)):
        return ()
    forms = {c.word.form for c in read.concepts}
    return tuple(word for word in conversation.turns[-1].topic if word not in forms)


def asks_of_home(text: str) -> bool:
    """Whether a folded text asks the same of one's own country: 'en in Nederland?'"""
    return bool(PATTERNS["home"].search(text.strip(" ?.!,;:")))


def is_foreign(form: str) -> bool:
    """Whether a folded word names a place in another country."""
    group = names().get(form, "") or next((names().get(name, "") for name in name_families().get(form, ())), "")
    return group in _FOREIGN and form not in TYPES.words("here")


_FOREIGN = frozenset(("vlaamse en belgische plaatsen", "landen", "buitenlandse steden"))


def stance(read: ReadQuestion, earlier: tuple[str, ...]) -> Stance:
    """How a question stands to the turn before it.

    Args:
        read: the question on its own.
        earlier: the words that it could lean on, see `leans_on`.
    """
    if not earlier:
        return Stance.ALONE
    told = telling(read)
    asked = read.question.focus_text
    if told and names_subject_first(asked):
        return Stance.ALONE_FIRST
    if points_back(read) or (len(told) < SURE_ALONE and (is_ellipsis(asked) or PATTERNS["elsewhere"].search(asked.strip(" ?.!,;:")))):
        return Stance.LEANING
    if len(told) >= SURE_ALONE:
        return Stance.ALONE_FIRST
    if asks_too(asked):
        return Stance.LEANING
    names_it = any(c.word.word_class is WordClass.NOUN for c in told)
    return Stance.ALONE_FIRST if names_it and not PATTERNS["refers"].search(asked) else Stance.LEANING_FIRST


def holds_what_it_asks(read: ReadQuestion, views: Sequence[SentenceView]) -> bool:
    """Whether a passage that would answer a follow-up has the follow-up's own nouns.

    Where the follow-up only says where or when ('en in Westerlee?', 'en op zaterdag?'), it must have what the question before was about too.

    Args:
        read: the question with what it borrowed.
        views: the sentences of the passage.
    """
    asked = read.question.focus_text
    said = telling(read)
    ellipsis = is_ellipsis(asked)
    about = said if ellipsis else [c for c in said if c.word.word_class is WordClass.NOUN] or said
    borrowed = _borrowed(read)
    if (
        not (about or (ellipsis and numbers_said(read)))
        or not (borrowed or ellipsis)
        or (about is said and not ellipsis and PATTERNS["refers"].search(asked))
    ):
        return True
    wide, said_itself = strongest([view.wide for view in views]), strongest([view.narrow for view in views])
    if ellipsis and not all(c.match(said_itself) >= SAID_TO_THE_LETTER for c in numbers_said(read)):
        # 'En met meer dan 2000 bezoekers?' is not answered by what holds for 500.
        return False
    bare = asked.strip(" ?.!,;:")
    only_where_or_when = bool(PATTERNS["elsewhere"].search(bare) or PATTERNS["at_a_time"].search(bare))
    surely = SAID_TO_THE_LETTER if only_where_or_when else SURELY_SAID
    by_hints = 1.0 if only_where_or_when else SURELY_COVERED if ellipsis else COVERED
    covered = [c for c in about if c.match(wide) >= by_hints or c.match(said_itself) >= surely]
    enough = sum(c.weight for c in covered) >= SAID_SHARE * sum(c.weight for c in about)
    return enough and (not only_where_or_when or share(borrowed, wide) >= BORROWED_SHARE)


def numbers_said(read: ReadQuestion) -> list[Concept]:
    """The numbers that a question says itself, without its years."""
    said = [c for c in read.concepts if not c.borrowed and c.word.form.isdecimal()]
    return [c for c in said if int(c.word.form) not in read.question.years]


def keeps_to_the_subject(read: ReadQuestion, views: Sequence[SentenceView]) -> bool:
    """Whether a passage has what the question before was about, too."""
    borrowed = _borrowed(read)
    return bool(borrowed) and share(borrowed, strongest([view.wide for view in views]), SURELY_SAID) >= BORROWED_SHARE


def _borrowed(read: ReadQuestion) -> list[Concept]:
    return [c for c in read.concepts if c.borrowed and not c.word.light and c.word.word_class is WordClass.NOUN]


def strongest(texts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What several texts have together, each of it as strong as where it is strongest."""
    strengths: dict[str, float] = {}
    for text in texts:
        for key, value in text.items():
            strengths[key] = max(strengths.get(key, 0.0), value)
    return strengths


def share(concepts: Sequence[Concept], strengths: Mapping[str, float], covered: float = COVERED) -> float:
    """The share of some words, by their weight, that a text has well enough."""
    total = sum(c.weight for c in concepts) or 1.0
    return sum(c.weight for c in concepts if c.match(strengths) >= covered) / total
