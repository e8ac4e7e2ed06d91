"""Gates on time: a year, or a number of years from now, that is asked about, against the years of which a passage speaks."""

from collections.abc import Iterator
from pathlib import Path

from bot.answering.demands import PATTERNS as DEMANDS
from bot.answering.demands import written_for
from bot.answering.reply import Reason
from bot.answering.scope import Refusal, Weighed
from bot.expressions import expression
from bot.language.answer_types import AnswerType
from bot.language.numbers import number_of
from bot.language.patterns import PatternFile
from bot.language.tokens import fold, tokenize

PATTERNS = PatternFile(Path(__file__).parent / "data" / "periods.yaml")
_YEAR = expression(r"(?:1[89]|20)\d\d")

MEASURED = frozenset({
    AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.NUMBER, AnswerType.HOW_MUCH, AnswerType.MEASURE, AnswerType.AGE, AnswerType.DURATION,
    AnswerType.FREQUENCY,
})  # fmt: skip
"""What is measured is so in one year: of another year it tells nothing."""


def other_period(case: Weighed) -> Refusal | None:
    """A year that the passage does not reach: after its document, or another than the one its sentence speaks of."""
    for year in case.read.question.years:
        if not _reaches(case, year) and (_is_later(case, year) or _speaks_of_another(case, year)):
            return Refusal(Reason.OTHER_YEAR, str(year))
    return None


def later_period(case: Weighed) -> Refusal | None:
    """'Volgend jaar' and 'over tien jaar' where something is measured, and the passage tells only of its own time."""
    question = case.read.question
    year = _year_ahead(case)
    if year is None or not question.asked & MEASURED or not _is_later(case, year) or _reaches(case, year):
        return None
    return None if PATTERNS["goes_on"].search(_text(case)) else Refusal(Reason.OTHER_YEAR, str(year))


def on_its_days(case: Weighed) -> Refusal | None:
    """'Wanneer komt de nieuwe sporthal?', where a sentence says on which days something is done, or the passage tells no time to come."""
    if AnswerType.WHEN not in case.read.question.asked or not DEMANDS["when_it_is_there"].search(case.asked):
        return None
    kinds = case.view.facts.kinds
    days = kinds & {AnswerType.DAY, AnswerType.TIME_OF_DAY}
    if days:
        return None if DEMANDS["date_to_come"].search(case.sentence) else Refusal(Reason.NO_DATE)
    to_come = any(
        _is_to_come(match.group(), case.passage.document.year) for match in DEMANDS["date_to_come"].finditer(fold(case.passage.text))
    )
    years = _YEAR.findall(case.sentence)
    past = (
        bool(years)
        and not DEMANDS["came_about"].search(case.asked)
        and not any(_is_to_come(year, case.passage.document.year) for year in years)
    )
    told = bool(kinds & {AnswerType.WHEN, AnswerType.DATE}) and not past
    return None if to_come or told or written_for(case) else Refusal(Reason.NO_DATE)


def _is_to_come(time: str, year: int) -> bool:
    """Whether a time is no year before that of the document: 'Het gebouw uit 1968 is op.'"""
    return not (time.isdecimal() and int(time) < year)


def _text(case: Weighed) -> str:
    """What is read for years: the headings and the passage, folded, years in words as digits."""
    return f"{case.headings} {_with_digits(case.passage.text)}"


def _with_digits(text: str) -> str:
    folded = fold(text)
    if len(folded) != len(text):
        return folded
    for token in reversed(tokenize(text)):
        if token.form.isdigit() and token.surface[0].isalpha():
            folded = folded[: token.start] + token.form + folded[token.end :]
    return folded


def _years(text: str) -> Iterator[int]:
    return (int(token.form) for token in tokenize(text) if _YEAR.fullmatch(token.form))


def _is_later(case: Weighed, year: int) -> bool:
    """Whether a year comes after that of the document, and after the term that its title names: 'Coalitieakkoord 2026-2030'."""
    document = case.passage.document
    return year > max(document.year, *(int(named) for named in _YEAR.findall(document.title)), 0)


def _reaches(case: Weighed, year: int) -> bool:
    """Whether the passage names a year, or a stretch of time that holds it: 'vanaf 2027', 'tot en met 2030', '2026-2030'."""
    text = _text(case)
    if str(year) in _YEAR.findall(text):
        return True
    for match in PATTERNS["from"].finditer(text):
        if int(match["year"]) <= year:
            return True
    for match in PATTERNS["until"].finditer(text):
        if int(match["year"]) >= year:
            return True
    for match in PATTERNS["before"].finditer(text):
        if int(match["year"]) >= max(year, case.passage.document.year + 1):
            return True
    return any(int(match["first"]) <= year <= int(match["last"]) for match in PATTERNS["stretch"].finditer(text))


def _speaks_of_another(case: Weighed, year: int) -> bool:
    """Whether something is measured and the sentence names other years."""
    named = set(_years(case.passage.sentences[case.best.sentence].text))
    return bool(case.read.question.asked & MEASURED and named and year not in named)


def _year_ahead(case: Weighed) -> int | None:
    """The year that 'volgend jaar' or 'over vijf jaar' means for a document, reckoned from its own."""
    match = PATTERNS["ahead"].search(case.asked)
    if not match:
        return None
    many = number_of(match["many"]) if match["many"] else 1
    return case.passage.document.year + (many or 1)
