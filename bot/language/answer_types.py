"""Answer types: which kind of answer a question asks for, and what kinds a sentence offers. The patterns are data, see answer_types.yaml."""

from enum import Enum
from functools import cache
from itertools import takewhile
from pathlib import Path

from bot.expressions import expression
from bot.language.function_words import FUNCTION_WORDS
from bot.language.numbers import number_of
from bot.language.patterns import PatternFile
from bot.language.tokens import Token, fold, says_a_year, tokenize
from bot.language.vocabulary import base_words, name_families, names
from bot.named import NamedTuple

PATTERNS = PatternFile(Path(__file__).parent / "data" / "answer_types.yaml")


class AnswerType(str, Enum):
    """Kinds of answer. A passage that offers no such thing does not answer."""

    AMOUNT = "amount"
    PERCENTAGE = "percentage"
    NUMBER = "number"
    DURATION = "duration"
    AGE = "age"
    DATE = "date"
    DAY = "day"
    TIME_OF_DAY = "time_of_day"
    WHEN = "when"
    LOCATION = "place"
    WHO = "who"
    REASON = "reason"
    CONDITION = "condition"
    PROCEDURE = "procedure"
    WHICH_LOCATION = "which_place"
    NAME = "name"
    FREQUENCY = "frequency"
    CONTACT = "contact"
    MEASURE = "measure"
    HOW_MUCH = "how_much"
    ARTICLE = "article"
    PAYER = "payer"
    EARLIER_PERIOD = "earlier_period"
    COMPARISON = "comparison"
    DEFINITION = "definition"
    YES_NO = "yes_no"


_NOT_A_NUMBER = frozenset({AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.DURATION, AnswerType.AGE, AnswerType.FREQUENCY})
_ASKED: tuple[tuple[AnswerType, str], ...] = tuple((kind, f"{kind.value}.asks") for kind in AnswerType if kind is not AnswerType.NUMBER)
"""The answer types, and the names of the patterns by which each is asked for."""


class Demand(NamedTuple):
    """What a question asks for.

    Attributes:
        types: the kinds of answer.
        counted: the folded words after 'hoeveel': the first noun is what is counted.
        identified: the folded words after 'welke': the first noun is what must be named.
        unit: the folded unit of time that is counted ('hoeveel uur'), or ''.
    """

    types: frozenset[AnswerType] = frozenset()
    counted: tuple[str, ...] = ()
    identified: tuple[str, ...] = ()
    unit: str = ""


def demand_of(folded: str) -> Demand:
    """What a question asks for.

    Args:
        folded: the question itself, without greetings and context, as `tokens.fold` gives it.
    """
    possible = PATTERNS.possible(folded)
    types: set[AnswerType] = {answer_type for answer_type, name in _ASKED if name in possible and PATTERNS[name].search(folded)}
    if AnswerType.PERCENTAGE in types:
        types.discard(AnswerType.AMOUNT)
    if not types & _NOT_A_NUMBER and PATTERNS["number.asks"].search(folded):
        types.add(AnswerType.NUMBER)
    counted = _words_after(folded, "counted.asks")
    if counted and counted[0] in PATTERNS.words("verbs_after_how_many"):
        # 'Hoeveel waren dat?' counts what was spoken of before.
        counted = ()
    # 'Hoeveel asielzoekers worden opgevangen': what a verb follows is all that is counted.
    counted = (*counted[:1], *takewhile(lambda word: word not in PATTERNS.words("verbs_after_what_is_counted"), counted[1:]))
    unit = next((word for word in counted[:2] if PATTERNS["time_unit.is"].fullmatch(word)), "")
    return Demand(frozenset(types), () if unit else counted, _words_after(folded, "identified.asks"), unit)


def _words_after(folded: str, name: str) -> tuple[str, ...]:
    match = PATTERNS[name].search(folded)
    return tuple(match.group(1).split()) if match else ()


class Facts(NamedTuple):
    """What one sentence offers.

    Attributes:
        kinds: the answer types that stand in it.
        counted: the folded words within four places after each number, and the word before it.
        units: the units of time that stand beside a number, each as `unit_of` names it.
        names: the folded proper names in it that are no places and no organisations: persons above all.
        locations: the folded names of places in it, adjectives too ('mechelse').
    """

    kinds: frozenset[AnswerType]
    counted: tuple[frozenset[str], ...]
    units: frozenset[str]
    names: frozenset[str]
    locations: frozenset[str]


_OFFERED = (
    AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.DATE, AnswerType.DAY, AnswerType.TIME_OF_DAY, AnswerType.WHEN, AnswerType.REASON,
    AnswerType.CONDITION, AnswerType.PROCEDURE, AnswerType.FREQUENCY, AnswerType.CONTACT, AnswerType.LOCATION, AnswerType.MEASURE,
    AnswerType.HOW_MUCH, AnswerType.ARTICLE, AnswerType.PAYER, AnswerType.EARLIER_PERIOD, AnswerType.COMPARISON,
)  # fmt: skip
"""The types that a sentence's wording tells; numbers, units and names are told from its words."""


def facts_of(text: str) -> Facts:
    """What one sentence offers.

    Args:
        text: the sentence as it stands in the source.
    """
    tokens = tokenize(text)
    folded = fold(" ".join(text.split()))
    counted, units = _numbers(tokens)
    kinds = {answer_type for answer_type in _OFFERED if PATTERNS[f"{answer_type.value}.offers"].search(folded)}
    if counted:
        kinds.add(AnswerType.NUMBER)
    if any(map(says_a_year, tokens)):
        kinds.add(AnswerType.DATE)
    if units:
        kinds |= {AnswerType.DURATION, AnswerType.WHEN}
    locations = frozenset(
        t.form for n, t in enumerate(tokens) if t.capitalised and (_is_location(t.form) or _stands_as_location(tokens, n))
    )
    if locations:
        kinds.add(AnswerType.LOCATION)
    no_one = locations | PATTERNS.words("here")
    proper = frozenset(t.form for n, t in enumerate(tokens) if t.form not in no_one and _is_proper(t, text, first=n == 0))
    return Facts(frozenset(kinds), counted, units, proper, locations)


@cache
def _units() -> dict[str, str]:
    kinds = ("seconds", "minutes", "hours", "days", "weeks", "months", "quarters", "years")
    return {word: kind for kind in kinds for word in PATTERNS.words(kind)}


def unit_of(form: str) -> str | None:
    """The unit of time that a folded word names, 'weeks' for 'week', or None."""
    return _units().get(form)


_LOCATION_GROUPS = frozenset(
    ("nederlandse gemeenten", "provincies", "vlaamse en belgische plaatsen", "landen", "streken en werelddelen", "buitenlandse steden")
)


def _is_location(form: str) -> bool:
    return names().get(form, "") in _LOCATION_GROUPS or form in name_families() or is_location_adjective(form)


def _stands_as_location(tokens: list[Token], position: int) -> bool:
    """Whether a name that no list knows stands where the name of a place does: 'in Riethuizen', 'aan de Hazelaarweg'."""
    token, before = tokens[position], [t.form for t in tokens[max(0, position - 2) : position]]
    if not before or not token.surface.isalpha() or token.surface.isupper() or token.form in base_words() or token.form in names():
        return False
    return before[-1] in PATTERNS.words("before_a_place") or bool(before[-1] in ("de", "het") and _STREET.search(token.form))


_STREET = expression(r"(?:straat|weg|laan|plein|kade|dijk|singel|gracht|polder|park|wijk|buurt|dorp|hof)$")


def is_location_adjective(form: str) -> bool:
    """Whether a folded word is an adjective made of a place: 'Mechelse' and 'Gronings' name a place too."""
    if not form.endswith(("s", "se")):
        return False
    bare = form.removesuffix("e").removesuffix("s")
    family = name_families().get(form, ())
    return form in family[1:] or any(names().get(bare + ending, "") in _LOCATION_GROUPS for ending in ("", "en", "e"))


def _is_proper(token: Token, text: str, first: bool) -> bool:
    """Whether a word is written as a name of someone: of a person, or of a party."""
    group = names().get(token.form)
    if group == "partijen":
        return token.capitalised
    if not token.capitalised or not token.surface.isalpha() or token.surface.isupper() or group == "organisaties":
        return False
    if token.form in base_words():
        # 'Groen' and 'Links' are names where no sentence and no line begins with them.
        before = text[: token.start].rstrip(" ")
        return bool(before) and (before[-1].isalnum() or before[-1] in ",&")
    return not first or group is not None


def is_number(token: Token) -> bool:
    """Whether a token is a number, or a word such as 'dubbel' that answers 'hoeveel'."""
    if token.form in PATTERNS.words("vague_numbers"):
        return True
    if token.form == "een":
        return token.accented
    return number_of(token.form) is not None


def _is_one(tokens: list[Token], position: int) -> bool:
    """Whether 'een' is a number: 'binnen een jaar'."""
    if tokens[position].form != "een" or not 0 < position < len(tokens) - 1:
        return False
    return tokens[position - 1].form in PATTERNS.words("before_a_duration") and unit_of(tokens[position + 1].form) is not None


def _numbers(tokens: list[Token]) -> tuple[tuple[frozenset[str], ...], frozenset[str]]:
    counted, units = [], set()
    for position, token in enumerate(tokens):
        if not is_number(token) and not _is_one(tokens, position):
            continue
        following = [t.form for t in tokens[position + 1 : position + 5]]
        # 'Acht opvanglocaties voor asielzoekers' counts no asylum seekers.
        following = following[: next((n for n, form in enumerate(following) if n and form in PATTERNS.words("ends_what_is_counted")), None)]
        # 'Dat kost 72 euro per jaar' counts euros: the year is what they are reckoned by.
        rate = next((n for n, form in enumerate(following) if form in PATTERNS.words("reckoned_by")), len(following))
        # 'Vanaf dag één' is no duration.
        previous = [] if token.form == "een" else [t.form for t in tokens[max(0, position - 1) : position]]
        unit = next((unit_of(form) for form in following[:rate] + previous if unit_of(form)), None)
        # 'van één naar twee jaar': the unit stands behind the second number only.
        if unit:
            units.add(unit)
        counted.append(frozenset(form for form in following + previous if form not in FUNCTION_WORDS))
    return tuple(counted), frozenset(units)


def missing_types(demand: Demand, words: frozenset[str], sentence: Facts, passage: Facts) -> frozenset[AnswerType]:
    """The kinds of answer that a question asks for and a text does not offer.

    Args:
        demand: what is asked.
        words: the folded words of the question: a name that stands in it is no answer to it.
        sentence: what the sentence offers.
        passage: what the whole passage offers: some kinds of answer may stand in the sentence beside it.
    """
    missing: set[AnswerType] = set()
    for wanted in demand.types & _CHECKED:
        offer = passage if wanted in _ANYWHERE else sentence
        if wanted is AnswerType.DURATION:
            unit = unit_of(demand.unit)
            there = bool(offer.units) and (unit is None or unit in offer.units)
        elif wanted is AnswerType.AGE:
            there = "years" in offer.units
        elif wanted is AnswerType.WHICH_LOCATION:
            there = bool(passage.locations - words - PATTERNS.words("here"))
        elif wanted is AnswerType.NAME:
            # 'Ruimtelijke Ordening' is written as a name, and names nobody.
            there = any(name in names() or name not in base_words() for name in sentence.names - words)
        else:
            there = bool(offer.kinds & SATISFIED_BY.get(wanted, frozenset({wanted})))
        if not there:
            missing.add(wanted)
    return frozenset(missing)


SATISFIED_BY = {
    AnswerType.WHEN: frozenset({AnswerType.WHEN, AnswerType.DATE, AnswerType.DAY, AnswerType.TIME_OF_DAY}),
    AnswerType.DATE: frozenset({AnswerType.DATE, AnswerType.DAY}),
}
"""What answers a type beside itself."""

_CHECKED = frozenset(AnswerType) - {AnswerType.WHO, AnswerType.ARTICLE, AnswerType.DEFINITION, AnswerType.YES_NO}
_ANYWHERE = frozenset({AnswerType.REASON, AnswerType.CONDITION, AnswerType.LOCATION, AnswerType.WHEN})
