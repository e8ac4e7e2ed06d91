"""Which of several documents a question is about by the time that it names: 'het vorige akkoord', 'acht jaar geleden', 'nu', 'in 2018'."""

import re
from collections.abc import Collection, Sequence
from functools import lru_cache
from pathlib import Path

from bot.knowledge.model import Document
from bot.language.numbers import number_of
from bot.language.patterns import PatternFile
from bot.language.tokens import fold
from bot.named import NamedTuple

PATTERNS = PatternFile(Path(__file__).parent / "data" / "documents.yaml")


class Timed(NamedTuple):
    """The documents of the time that a question names.

    Attributes:
        documents: their ids.
        rest: the question without the words that name them.
        sure: no other document is meant; a mere year may be that of something else.
    """

    documents: frozenset[str]
    rest: str
    sure: bool


def timed(text: str, documents: Sequence[Document], quoted: Document | None = None) -> Timed | None:
    """The documents that a question names by their time: 'het nieuwste akkoord', 'acht jaar geleden', 'nu', 'in 2018'.

    Args:
        text: cleaned.
        documents: all that there are.
        quoted: for a follow-up, the document that was quoted before: 'eerst' and 'daarvoor' are before its year.

    Returns:
        None where it names none, or all documents are of one year.
    """
    years = sorted({document.year for document in documents})
    folded = fold(text)
    if len(years) < 2 or len(folded) != len(text):
        return None
    earlier = [year for year in years if quoted and year < quoted.year]
    # 'Het vorige akkoord' is the one before the newest; for a follow-up, the one before what was quoted.
    for name, chosen in (("newest", years[-1:]), ("previous", earlier[-1:] or years[-2:-1]), ("oldest", years[:1])):
        match = PATTERNS[name].search(folded)
        if match:
            return Timed(_of_years(chosen, documents), _without(text, match), sure=True)
    before = _before(folded, years)
    if before:
        return Timed(_of_years(before[0], documents), _without(text, before[1]), sure=True)
    of_term = _of_term(folded, documents)
    if of_term:
        return Timed(of_term[0], _without(text, of_term[1]), sure=True)
    named = {int(match.group(1)) for match in PATTERNS["year"].finditer(folded)}
    if len(named) == 1:
        past = PATTERNS["then"].search(folded) or max(named) < years[-1]
        of_year = _of_years(named, documents) or (_in_force(named, documents) if past else frozenset())
        if of_year:
            return Timed(of_year, text, sure=False)
    if not quoted:
        for name, chosen in (("past", years[:-1]), ("present", years[-1:])):
            if PATTERNS[name].search(folded):
                return Timed(_of_years(chosen, documents), text, sure=False)
    return None


def _before(folded: str, years: Sequence[int]) -> tuple[Sequence[int], re.Match[str]] | None:
    """The year of the document that held some years ago, or that stands some documents before the newest; now is when that was made.

    Args:
        years: those of all documents, in order.
    """
    match = PATTERNS["terms_ago"].search(folded)
    if match:
        many = number_of(match["many"]) or 0
        return (years[-1 - many : len(years) - many], match) if many < len(years) else None
    match = PATTERNS["ago"].search(folded)
    if match:
        held = [year for year in years if year <= years[-1] - (number_of(match["many"]) or 0)]
        return (held[-1:], match) if held else None
    return None


def _of_term(folded: str, documents: Sequence[Document]) -> tuple[frozenset[str], re.Match[str]] | None:
    """The documents whose whole term a question names: 'in de periode 2018-2022'."""
    for match in PATTERNS["term"].finditer(folded):
        term = int(match["first"]), int(match["last"])
        chosen = frozenset(document.id for document in documents if _term(document) == term)
        if chosen:
            return chosen, match
    return None


def _in_force(named: Collection[int], documents: Sequence[Document]) -> frozenset[str]:
    """The documents in whose term a year lies that is none of a document itself."""
    terms = [(document, _term(document)) for document in documents]
    return frozenset(document.id for document, (first, last) in terms for year in named if first < year < last)


def _term(document: Document) -> tuple[int, int]:
    """The first and last year for which a document was made, by its title; its own year for both where that names none."""
    return _years_named(document.title) or (document.year, document.year)


@lru_cache(maxsize=10_000)
def _years_named(title: str) -> tuple[int, int] | None:
    """The years from and to which a title says that it holds. Remembered: a question may be held against thousands of documents."""
    match = PATTERNS["term"].search(fold(title))
    return (int(match["first"]), int(match["last"])) if match else None


def timed_again(text: str, documents: Sequence[Document], quoted: Document) -> Timed | None:
    """The documents of the time that a follow-up names by a mere word: 'eerst', 'daarvoor', 'nu'.

    Args:
        text: cleaned.
        documents: all that there are.
        quoted: the document that was quoted before.

    Returns:
        None where it names no time, or there is no document of that time. `rest` is without the word.
    """
    folded = fold(text)
    years = sorted({document.year for document in documents})
    if len(years) < 2 or len(folded) != len(text):
        return None
    for name, chosen in (("past_again", [year for year in years if year < quoted.year]), ("present_again", years[-1:])):
        match = PATTERNS[name].search(folded)
        if match and chosen:
            return Timed(_of_years(chosen, documents), _without(text, match), sure=False)
    return None


def timed_anew(text: str, documents: Sequence[Document], quoted: Document) -> Timed | None:
    """The documents of the time in which a follow-up asks something of its own: 'en hoeveel boa's waren er toen?'

    Args:
        text: cleaned.
        documents: all that there are.
        quoted: the document that was quoted before.

    Returns:
        None where it tells of no other time. 'Daarvoor' may be what something is for, so that its verb must tell of a time too.
    """
    again = timed_again(text, documents, quoted)
    newest = max(document.year for document in documents)
    if again is None or (not PATTERNS["then"].search(fold(text)) and quoted.year == newest):
        return None
    return again


def says_both_times(sentence: str) -> bool:
    """Whether a sentence itself says how it was before: 'van drie naar twee uur'."""
    return bool(PATTERNS["both_times"].search(fold(sentence)))


def _without(text: str, match: re.Match[str]) -> str:
    return " ".join(f"{text[: match.start()]} {text[match.end() :]}".split())


def _of_years(years: Collection[int], documents: Sequence[Document]) -> frozenset[str]:
    return frozenset(document.id for document in documents if document.year in years)
