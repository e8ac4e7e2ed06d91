"""What kinds of answer a sentence holds: numbers with what they count, durations, amounts, dates, places, reasons."""

from typing import NamedTuple

from bot.answering.asked import Asked
from bot.answering.question import Question
from bot.language.cue import Cue
from bot.language.function_words import FUNCTION_WORDS
from bot.language.numbers import number_of
from bot.language.tokens import Token, fold, tokenize
from bot.language.vocabulary import base_words, name_families, names

_AMOUNT = Cue(r"€|\b(?:euro|eur|miljoen|miljard|mln|mld|mrd|dollar|cent)\b")
_PERCENTAGE = Cue(r"%|\b(?:procent|percentage|procentpunt)\b")
_DATE = Cue(
    r"\b(?:januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december|begin (?:19|20)\d\d|eind (?:19|20)\d\d)\b|"
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[-/]\d{1,2}[-/]\d{2,4}\b"
)
_WHEN = Cue(
    r"\b(?:pas|nadat|voordat|zodra|vanaf|sinds|na|tot|eerste|als|wanneer|terwijl|daarna|dan|eerst|later|uiterlijk|binnen|vorige|"
    r"afgelopen|volgend|jaarlijks|direct|meteen|onmiddellijk|tijdens|moment|zolang|totdat)\b"
)
_PLACE = Cue(
    r"\b(?:in de stad|in de zaal|over heel|heel nederland|in de buurt|in hun buurt|wijken?|buurten?|gemeenten?|stad|regio'?s?|provincies?|lokaal|lokale|"
    r"landen|azc|asielzoekerscentrum|opvanglocaties|school|scholen)\b"
)
_REASON = Cue(
    r"\b(?:omdat|want|doordat|zodat|daarom|hierdoor|daardoor|waardoor|dankzij|vanwege|wegens|op grond van|om .{2,80}? te|doel|"
    r"reden|redenen|zal .* regelt|gevolg|gevolgen|te voorkomen|teneinde|opdat|tegen te gaan)\b"
)
_CONDITION = Cue(
    r"\b(?:zolang|mits|tenzij|voorwaarden?|onder de voorwaarde|als|indien|alleen|pas na|aanmerking|voldoen|voldoet|die wel|die niet|eisen?)\b"
)
_FREQUENCY = Cue(
    r"\b(?:per|elke?|ieder|iedere|om de) (?:\w+ )?(?:dag|week|maand|kwartaal|jaar|uur)\b|\b(?:jaarlijkse?|maandelijkse?|wekelijkse?|dagelijkse?|"
    r"eenmalige?|(?:een|twee|drie|vier|vijf) ?(?:keer|maal)|vaak|soms|altijd)\b"
)
_CONTACT = Cue(r"@|\bwww\.|https?://|\b0\d{2,3}[- ]?\d{6,7}\b|\b\d{4} ?[a-z]{2}\b")
_UNITS = {
    "seconde": "s", "seconden": "s", "minuut": "m", "minuten": "m", "uur": "u", "uren": "u", "uurtjes": "u", "dag": "d", "dagen": "d",
    "week": "w", "weken": "w", "maand": "mnd", "maanden": "mnd", "kwartaal": "kw", "kwartalen": "kw", "jaar": "j", "jaren": "j",
    "decennium": "j", "decennia": "j", "eeuw": "j",
}  # fmt: skip
_VAGUE_NUMBERS = frozenset(("verdubbeld verdubbelen dubbel dubbele helft tientallen honderden duizenden enkele paar beide").split())


class Facts(NamedTuple):
    """What one sentence holds.

    Attributes:
        kinds: the kinds of answer that stand in it.
        counted: the folded words within four places after each number, and the word before it.
        units: the units of time that stand beside a number.
        names: the folded proper names in it that are no places and no organisations: persons above all.
        places: the folded names of places in it, adjectives too ('mechelse').
    """

    kinds: frozenset[Asked]
    counted: tuple[frozenset[str], ...]
    units: frozenset[str]
    names: frozenset[str]
    places: frozenset[str]


def facts_of(text: str) -> Facts:
    """Read the facts of one sentence (as it stands in the source)."""
    tokens = tokenize(text)
    folded = fold(" ".join(text.split()))
    counted, units = _numbers(tokens)
    kinds = {asked for asked, pattern in _MARKERS if pattern.search(folded)}
    if counted:
        kinds.add(Asked.NUMBER)
    if units:
        kinds |= {Asked.DURATION, Asked.WHEN}
    places = frozenset(t.form for t in tokens if t.capitalised and _is_place(t.form))
    if places or _PLACE.search(folded):
        kinds.add(Asked.PLACE)
    proper = frozenset(
        t.form
        for n, t in enumerate(tokens)
        if t.capitalised and t.surface.isalpha() and not t.surface.isupper() and t.form not in places
        and names().get(t.form) != "organisaties" and t.form not in base_words() and (n > 0 or t.form in names())
    )  # fmt: skip
    return Facts(frozenset(kinds), counted, units, proper, places)


_PLACE_GROUPS = frozenset(
    ("nederlandse gemeenten", "provincies", "vlaamse en belgische plaatsen", "landen", "streken en werelddelen", "buitenlandse steden")
)
_MARKERS = (
    (Asked.AMOUNT, _AMOUNT),
    (Asked.PERCENTAGE, _PERCENTAGE),
    (Asked.DATE, _DATE),
    (Asked.WHEN, _WHEN),
    (Asked.REASON, _REASON),
    (Asked.CONDITION, _CONDITION),
    (Asked.FREQUENCY, _FREQUENCY),
    (Asked.CONTACT, _CONTACT),
)


def _is_place(form: str) -> bool:
    if names().get(form, "") in _PLACE_GROUPS or form in name_families():
        return True
    # 'Mechelse' and 'Gronings' name a place too.
    bare = form.removesuffix("e").removesuffix("s")
    return form.endswith(("s", "se")) and any(names().get(bare + ending, "") in _PLACE_GROUPS for ending in ("", "en", "e"))


def _is_number(token: Token) -> bool:
    if token.form in _VAGUE_NUMBERS:
        return True
    if token.form == "een":
        return token.accented
    return number_of(token.form) is not None


def _numbers(tokens: list[Token]) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    counted, units = [], set()
    for place, token in enumerate(tokens):
        if not _is_number(token):
            continue
        following = [t.form for t in tokens[place + 1 : place + 5]]
        previous = [t.form for t in tokens[max(0, place - 1) : place]]
        unit = next((_UNITS[form] for form in following + previous if form in _UNITS), None)
        # 'van één naar twee jaar': the unit stands behind the second number only.
        if unit:
            units.add(unit)
        counted.append(frozenset(form for form in following + previous if form not in FUNCTION_WORDS))
    return tuple(counted), frozenset(units)


_HERE = frozenset(("nederland", "nederlands", "nederlandse", "europa", "europese", "vlaams", "vlaamse"))
"""Places that a Dutch text names all the time: they answer no 'welk land'."""


def vetoes(question: Question, facts: Facts, passage: Facts) -> frozenset[Asked]:
    """The kinds of answer that the question asks for and the text does not hold.

    Args:
        question: what is asked.
        facts: those of the sentence.
        passage: those of the whole passage: some kinds of answer may stand in the sentence beside it.
    """
    missing: set[Asked] = set()
    for asked in question.asked & _CHECKED:
        holds = passage if asked in _ANYWHERE else facts
        if asked is Asked.DURATION:
            wanted = _UNITS.get(question.unit)
            if not holds.units or (wanted is not None and wanted not in holds.units):
                missing.add(asked)
        elif asked is Asked.AGE:
            if not (holds.units and "j" in holds.units):
                missing.add(asked)
        elif asked is Asked.WHICH_PLACE:
            if not passage.places - question.forms - _HERE:
                missing.add(asked)
        elif asked is Asked.NAME:
            if not facts.names - question.forms:
                missing.add(asked)
        elif asked not in holds.kinds:
            missing.add(asked)
    return frozenset(missing)


_CHECKED = frozenset(
    {Asked.AMOUNT, Asked.PERCENTAGE, Asked.NUMBER, Asked.DURATION, Asked.AGE, Asked.DATE, Asked.WHEN, Asked.PLACE, Asked.REASON, Asked.CONDITION,
     Asked.WHICH_PLACE, Asked.NAME, Asked.FREQUENCY, Asked.CONTACT}
)  # fmt: skip
_ANYWHERE = frozenset({Asked.REASON, Asked.CONDITION, Asked.PLACE, Asked.WHEN})
