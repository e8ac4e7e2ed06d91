"""What a question asks for beside one sentence: a list, a summary, a comparison, what a word means. The wordings are data, see data/lists.yaml."""

from enum import Enum
from pathlib import Path

from bot.expressions import expression
from bot.language.function_words import is_content
from bot.language.patterns import PatternFile
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

_DATA = Path(__file__).parent / "data"
PATTERNS = PatternFile(_DATA / "lists.yaml")
TIMES = PatternFile(_DATA / "over_time.yaml")


class Form(Enum):
    """What a question asks for, beside one sentence."""

    HEADING = "heading"
    OLD_AND_NEW = "old_and_new"
    SUMMARY = "summary"
    SUBJECT = "subject"
    SECTIONS = "sections"
    DEFINITION = "definition"
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


def asked_for(text: str, over_time: bool = True) -> Asked | None:
    """What a question asks for; None for one sentence.

    Args:
        over_time: how something was and how it is now counts too.
    """
    folded = bare(text)
    tail = PATTERNS["tail"].search(folded)
    untailed = folded[: tail.start()] if tail else ""
    for form in Form:
        if form is Form.OLD_AND_NEW:
            if over_time and spans_time(text):
                return Asked(form, "")
            continue
        match = PATTERNS[form.value].search(folded) or (PATTERNS[form.value].search(untailed) if untailed else None)
        if not match or (form is Form.POINTS and PATTERNS["why"].search(folded)):
            continue
        subject = next((words.strip(" ?.!,") for words in match.groupdict().values() if words), "")
        content = [token.form for token in tokenize(subject) if is_content(token)]
        if form is not Form.DEFINITION:
            return Asked(form, subject)
        if content and all(word in PATTERNS.words("listing") | PATTERNS.words("intended") for word in content):
            # 'Wat zijn de voorwaarden?' asks for them, not for what the word means.
            return Asked(Form.SUBJECT, subject)
        # 'Wat houdt die in?' asks for no word's meaning.
        if content:
            return Asked(form, subject)
    return None


def names_its_subject(text: str) -> bool:
    """Whether a question asks for all that stands there about a subject that it names: it means the same whatever was asked before it."""
    asked = asked_for(text, over_time=False)
    if asked is None or asked.form not in (Form.HEADING, Form.SUMMARY, Form.SUBJECT, Form.SECTIONS):
        return False
    apart = PATTERNS.words("listing") | PATTERNS.words("intended")
    return any(is_content(token) and token.form not in apart for token in tokenize(asked.subject))


def spans_time(text: str) -> bool:
    """Whether a question is about how something was and how it is now."""
    folded = bare(text)
    if any(TIMES[name].search(folded) for name in ("across", "from_to", "change")):
        return True
    years = TIMES["two_years"].search(folded)
    if years and len({year for year in years.groupdict().values() if year}) > 1:
        # One number says how many came between two years.
        return not TIMES["stretch_between"].search(folded) or bool(TIMES["compares"].search(folded))
    return any(_past_and_present(sentence) for sentence in _SENTENCE_ENDS.split(folded))


_SENTENCE_ENDS = expression(r"[?!]|\.\s")


def _past_and_present(sentence: str) -> bool:
    """Whether a sentence has a word for each: what is told around a question has them too."""
    past = TIMES["past"].search(sentence)
    if past and TIMES["present"].search(f"{sentence[: past.start()]}  {sentence[past.end() :]}"):
        return True
    was = TIMES["was"].search(sentence)
    return was is not None and bool(TIMES["present"].search(sentence[was.end() :]))


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


def asks_for_cases(text: str) -> bool:
    """Whether a question asks which things something is true of: 'Welke winkels zijn hun vergunning kwijt?' is not told by conditions."""
    return asks_which_there_are(text) and not any(token.form in PATTERNS.words("listing") for token in tokenize(text))


def compares(text: str) -> bool:
    """Whether one sentence compares two things, or old and new."""
    asked, folded = asked_for(text), bare(text)
    topic = PATTERNS["topic_first"].match(folded)
    rest = folded[topic.end() :] if topic else folded
    return asked is not None and asked.form in (Form.OLD_AND_NEW, Form.COMPARISON) and not PATTERNS["sentences"].search(rest)


def bare(text: str) -> str:
    """A text folded, without signs at its ends."""
    return " ".join(fold(text).split()).strip(" ?.!,;:'\"“”‘’")


def enumerates(text: str) -> bool:
    """Whether a sentence names several things one after the other."""
    return bool(PATTERNS["enumerates"].search(" ".join(fold(text).split())))


def asks_to_name(text: str) -> bool:
    """Whether a question asks to name things one by one."""
    return bool(PATTERNS["name_them"].search(bare(text)))
