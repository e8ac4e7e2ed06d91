"""What a question asks for beside one sentence: a list, a summary, a comparison, what a word means. The wordings are data, see data/lists.yaml."""

from enum import Enum
from pathlib import Path
from typing import NamedTuple

from bot.language.function_words import is_content
from bot.language.patterns import PatternFile
from bot.language.tokens import fold, tokenize

PATTERNS = PatternFile(Path(__file__).parent / "data" / "lists.yaml")


class Form(Enum):
    """What a question asks for, beside one sentence."""

    HEADING = "heading"
    SUMMARY = "summary"
    SUBJECT = "subject"
    SECTIONS = "sections"
    DEFINITION = "definition"
    OLD_AND_NEW = "old_and_new"
    COMPARISON = "comparison"
    POINTS = "points"
    EITHER = "either"


class Asked(NamedTuple):
    """A question that one sentence does not answer.

    Attributes:
        subject: the words that it is about, where the question sets them apart; else ''.
    """

    form: Form
    subject: str


def asked_for(text: str) -> Asked | None:
    """What a question asks for; None for one sentence."""
    folded = bare(text)
    for form in Form:
        match = PATTERNS[form.value].search(folded)
        if not match or (form is Form.POINTS and PATTERNS["why"].search(folded)):
            continue
        subject = next((words.strip(" ?.!,") for words in match.groupdict().values() if words), "")
        content = [token.form for token in tokenize(subject) if is_content(token)]
        if form is not Form.DEFINITION:
            return Asked(form, subject)
        if content and all(word in PATTERNS.words("listing") for word in content):
            # 'Wat zijn de voorwaarden?' asks for them, not for what the word means.
            return Asked(Form.SUBJECT, subject)
        # 'Wat houdt die in?' asks for no word's meaning.
        if content:
            return Asked(form, subject)
    return None


def asks_for_more(text: str) -> bool:
    """Whether someone asks for the next points of a list."""
    return bool(PATTERNS["more"].search(bare(text)))


def asks_which(text: str) -> bool:
    """Whether a question may be answered by the items behind a line that says it: 'Wanneer kan het college weigeren?'"""
    return bool(PATTERNS["led_in"].search(bare(text))) and not asks_one_thing(text)


def asks_one_thing(text: str) -> bool:
    """Whether one amount, number, time or name answers a question."""
    return bool(PATTERNS["one_thing"].search(bare(text)))


def asks_which_there_are(text: str) -> bool:
    """Whether a question asks which things of a kind there are at all: one sentence that names one of them does not answer it."""
    return bool(PATTERNS["are_there"].search(bare(text)))


def compares(text: str) -> bool:
    """Whether one sentence compares two things, or old and new."""
    asked = asked_for(text)
    return asked is not None and asked.form in (Form.OLD_AND_NEW, Form.COMPARISON) and not PATTERNS["sentences"].search(bare(text))


def bare(text: str) -> str:
    """A text folded, without signs at its ends."""
    return " ".join(fold(text).split()).strip(" ?.!,;:'\"“”‘’")


def enumerates(text: str) -> bool:
    """Whether a sentence names several things one after the other."""
    return bool(PATTERNS["enumerates"].search(" ".join(fold(text).split())))


def asks_to_name(text: str) -> bool:
    """Whether a question asks to name things one by one."""
    return bool(PATTERNS["name_them"].search(bare(text)))
