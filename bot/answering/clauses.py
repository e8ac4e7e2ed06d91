"""Where in a sentence a question begins, by the order of its words: 'wat kost het' and 'mag ik' ask, 'wat het kost' asks after 'ik wil weten'."""

from collections.abc import Iterator, Sequence
from enum import Enum
from pathlib import Path

from bot.language.function_words import FUNCTION_WORDS, QUESTION_WORDS
from bot.language.patterns import PatternFile
from bot.language.stems import stem
from bot.language.tokens import Token, tokenize
from bot.language.vocabulary import WordClass, base_words
from bot.named import NamedTuple

PATTERNS = PatternFile(Path(__file__).parent / "data" / "splitting.yaml")

PHRASE = 5
"""Words that may stand between 'hoeveel' or 'welke' and the verb."""

CLUSTER = 4
"""Words at the end of a clause among which its verb is looked for."""


class Opening(Enum):
    """How a question begins.

    Attributes:
        MAIN: with a question word and its verb: 'wat kost het'.
        VERB_FIRST: with its verb: 'mag ik komen'.
        CLAUSE: as part of another sentence: 'wat het kost', 'of het mag'.
        DETAIL: a question word with nothing that is asked of: 'vanaf wanneer'.
    """

    MAIN = "main"
    VERB_FIRST = "verb_first"
    CLAUSE = "clause"
    DETAIL = "detail"


ITSELF = frozenset({Opening.MAIN, Opening.VERB_FIRST})
"""How a whole question begins."""


class Start(NamedTuple):
    """A place where a question begins within a sentence.

    Attributes:
        left: where what stands before it ends, without the word or sign that joins them.
        right: where it begins itself.
        opening: how it begins.
        joint: the sign or word that joins it to what stands before; '' where nothing does.
        condition: it is asked if what stands before it is so, or is not: 'zo ja'.
    """

    left: int
    right: int
    opening: Opening
    joint: str
    condition: bool = False


def starts(sentence: str) -> Iterator[Start]:
    """The places behind its first word where a question may begin in a sentence, in order."""
    tokens = tokenize(sentence)
    for position in range(1, len(tokens)):
        opening = opening_of(sentence, tokens, position)
        if opening is None:
            continue
        before = _joined_at(sentence, tokens, position)
        condition = any(token.form == "zo" for token in tokens[before:position])
        if tokens[before - 1].form in PATTERNS.words("joints") and not _sign(sentence, tokens, before):
            left = tokens[before - 2].end if before > 1 else 0
            yield Start(left, tokens[position].start, opening, tokens[before - 1].form, condition)
        else:
            yield Start(tokens[before - 1].end, tokens[position].start, opening, _sign(sentence, tokens, before), condition)


def _joined_at(sentence: str, tokens: Sequence[Token], position: int) -> int:
    """The place of the first of the words that lead in a question: 'en ook', 'zo ja', '2)'."""
    numbered = position > 1 and tokens[position - 1].form.isdecimal() and _sign(sentence, tokens, position) == ")"
    at = position - 1 if numbered else position - 2 if position > 2 and tokens[position - 2].form == "zo" else position
    while (
        at > 1 and not _sign(sentence, tokens, at) and (tokens[at - 1].form in PATTERNS.words("leading") or tokens[at - 1].form.isdecimal())
    ):
        at -= 1
    return at if tokens[at - 1].form in PATTERNS.words("joints") or _sign(sentence, tokens, at) else position


def _sign(sentence: str, tokens: Sequence[Token], position: int) -> str:
    """The sign between a word and the one before it that may end a question, or ''."""
    between = sentence[tokens[position - 1].end : tokens[position].start]
    if between == " ":
        return ""
    return next((sign for sign in between if sign in ",;:()&+/–—"), "-" if between.strip() == "-" else "")


def opening_of(sentence: str, tokens: Sequence[Token], position: int) -> Opening | None:
    """How a question begins at a word of a sentence; None where none does.

    Args:
        tokens: those of the sentence.
        position: of the word.
    """
    form = tokens[position].form
    if form not in PATTERNS.words("prepositions") and form not in QUESTION_WORDS and form != "of":
        # Most words: the one behind it tells.
        ends = position + 1 == len(tokens) or _sign(sentence, tokens, position + 1)
        return Opening.VERB_FIRST if not ends and _asks_by_its_verb(form, tokens[position + 1].form) else None
    following = [token.form for token in _until_sign(sentence, tokens, position + 1)]
    if form in PATTERNS.words("prepositions") and following and following[0] in QUESTION_WORDS:
        return _asked_with(following[0], following[1:])
    if form in QUESTION_WORDS:
        after = bool(position) and tokens[position - 1].form in PATTERNS.words("prepositions") and not _sign(sentence, tokens, position)
        return None if after else _asked_with(form, following)
    if form == "of" and following and following[0] not in PATTERNS.words("prepositions"):
        return Opening.CLAUSE if len(following) > 1 and not is_verb(following[0]) else None
    return Opening.VERB_FIRST if following and _asks_by_its_verb(form, following[0]) else None


def _until_sign(sentence: str, tokens: Sequence[Token], first: int) -> Iterator[Token]:
    for number in range(first, len(tokens)):
        if _sign(sentence, tokens, number):
            return
        yield tokens[number]


def begins(text: str) -> Opening | None:
    """How a text begins as a question, whatever leads in to it: 'en', 'ten tweede', '2)'."""
    led = PATTERNS["leads_in"].match(text)
    text = text[led.end() :] if led else text
    return opening_of(text, tokenize(text), 0) if tokenize(text) else None


def _asked_with(word: str, following: Sequence[str]) -> Opening | None:
    """How a question begins with a question word.

    Args:
        following: the forms behind it, up to the next sign.
    """
    ends = next((n for n, form in enumerate(following) if form in PATTERNS.words("joints")), len(following))
    rest = [form for form in following[:ends] if form not in PATTERNS.words("fillers")]
    if not rest:
        return Opening.DETAIL
    if word == "hoe" and rest[1:2] and rest[1] in PATTERNS.words("subjects") and (is_verb(rest[0]) or rest[0] not in base_words()):
        # 'Hoe schrijf ik me in', but not 'hoe lang ik moet wachten'.
        return Opening.MAIN
    if word in PATTERNS.words("of_a_thing"):
        for number, form in enumerate(rest[:PHRASE]):
            if form in PATTERNS.words("subjects"):
                return Opening.CLAUSE
            if is_verb(form) and (number or form in PATTERNS.words("verbs") or (word == "hoe" and form not in base_words())):
                # 'welke partijen meedoen' has its verb at its end.
                ends_with_it = number + 1 == len(rest) and (number > 1 or form not in PATTERNS.words("verbs"))
                return Opening.CLAUSE if ends_with_it else Opening.MAIN
        return Opening.DETAIL if len(rest) == 1 else Opening.CLAUSE
    # A word that is not known may be its verb; who does it comes first in a clause.
    clause = rest[0] in PATTERNS.words("subjects") or (rest[0] in FUNCTION_WORDS and not is_verb(rest[0]) and rest[0] != "als")
    return Opening.CLAUSE if clause else Opening.MAIN


def _asks_by_its_verb(form: str, first: str) -> bool:
    """Whether a question begins with a verb.

    Args:
        form: the verb, if it is one.
        first: the word behind it.
    """
    if first == "ik":
        return len(form) > 2 and (form not in FUNCTION_WORDS | PATTERNS.words("no_verbs") or form in PATTERNS.words("verbs"))
    if form in PATTERNS.words("verbs"):
        return first in PATTERNS.words("subjects") or (form != "zijn" and _may_be_a_noun(first))
    if first not in PATTERNS.words("subjects") or form in FUNCTION_WORDS:
        return False
    if form.endswith("en"):
        return is_verb(form) and first in PATTERNS.words("plural_subjects")
    return is_verb(form)


def _may_be_a_noun(form: str) -> bool:
    known = base_words().get(form, WordClass.NOUN.value)
    return form not in FUNCTION_WORDS and known == WordClass.NOUN.value and not form.isdecimal()


def is_verb(form: str) -> bool:
    """Whether a folded word may be the verb of a question."""
    if form in PATTERNS.words("verbs"):
        return True
    if form in FUNCTION_WORDS or form in PATTERNS.words("no_verbs"):
        return False
    known = base_words().get(form)
    if known is None:
        return len(form) > SHORTEST and (
            form.endswith("t") or (form.endswith(_PAST) and base_words().get(f"{stem(form)}en") == WordClass.VERB.value)
        )
    return known == WordClass.VERB.value


_PAST = ("te", "ten", "de", "den")


SHORTEST = 3
"""Letters above which an unknown word that ends in a t may be a verb."""


def as_asked(clause: str) -> str:
    """A question that was put as a clause, in the order in which it is asked: 'of het mag' becomes 'mag het'."""
    tokens = tokenize(clause)
    condition = next((token.start for token in tokens[2:] if token.form in PATTERNS.words("conditional")), None)
    if condition is not None:
        return f"{as_asked(clause[:condition].rstrip(' ,'))} {clause[condition:]}"
    if tokens and tokens[0].form == "of":
        phrase = 0
        tokens, clause = tokens[1:], clause[tokens[1].start :] if len(tokens) > 1 else ""
        tokens = tokenize(clause)
    else:
        phrase = _phrase_end(tokens)
    verb = _last_verb(tokens, phrase)
    if verb is None or tokens[phrase].form in PATTERNS.words("verbs"):
        return clause
    before, moved = clause[: tokens[phrase - 1].end] if phrase else "", tokens[verb]
    between = clause[tokens[phrase].start : moved.start].strip() if verb > phrase else ""
    pieces = (before, moved.surface, between, clause[moved.end :].strip())
    return " ".join(piece for piece in pieces if piece)


def _phrase_end(tokens: Sequence[Token]) -> int:
    """How many words stand before the place of the verb: 'binnen welke termijn', 'hoe lang', 'wat'."""
    at = 1 if tokens and tokens[0].form in PATTERNS.words("prepositions") else 0
    if at >= len(tokens):
        return at
    word, at = tokens[at].form, at + 1
    if word == "hoe":
        return min(at + 1, len(tokens))
    if word in PATTERNS.words("of_a_thing"):
        while at < len(tokens) - 1 and tokens[at].form not in FUNCTION_WORDS:
            at += 1
    return at


def _last_verb(tokens: Sequence[Token], phrase: int) -> int | None:
    """The place of the verb at the end of a clause that would come second in a question."""
    known = PATTERNS.words("verbs")
    last = len(tokens) - 1
    for position in range(last, max(last - CLUSTER, phrase - 1), -1):
        if tokens[position].form in known:
            while position - 1 >= phrase and tokens[position - 1].form in known:
                position -= 1
            return position
    return last if last >= phrase and last >= 0 and is_verb(tokens[last].form) else None
