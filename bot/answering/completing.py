"""A second question of which only a piece is said, made whole: 'wat kost een pas en wat een kaart', 'de kosten en de looptijd van een lening'."""

import re
from collections.abc import Iterator

from bot.answering.clauses import ITSELF, PATTERNS, begins, is_verb
from bot.language.answer_types import demand_of
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass, word_class
from bot.named import NamedTuple

ENDS = " \t\n.,;:-()"
"""What may stand at the ends of a question and is no part of it."""


def completed(piece: str) -> Iterator[tuple[str, str]]:
    """Two questions of which the second is said by its end only, or that share their end, each made whole; none for any other piece."""
    bare = piece.rstrip(" ?.!")
    folded = fold(bare)
    for name in ("priced", "shared", "confirms"):
        match = PATTERNS[name].search(folded)
        if match and (name != "shared" or all(demand_of(match[group]).types for group in ("first", "second"))):
            head, first, second = (bare[match.start(group) : match.end(group)] for group in ("head", "first", "second"))
            rest = bare[match.end("second") :]
            yield f"{head}{first}", asking(f"{head}{first}{rest}")
            yield opened(second), asking(f"{head}{second}{rest}")
            return
    for complete in (_with_the_verb, _with_the_thing, _with_the_beginning, _of_another):
        pair = complete(bare, folded)
        if pair:
            yield pair.first, asking(pair.first)
            yield opened(pair.shown), asking(pair.whole)
            return


class _Second(NamedTuple):
    """A second question of which only the end is said: what stands before it, itself as it stands, and as a whole question."""

    first: str
    shown: str
    whole: str


def _with_the_verb(bare: str, folded: str) -> _Second | None:
    """'Hoeveel geld krijgt de bieb en hoeveel het museum' asks how much the museum gets."""
    match = PATTERNS["same_verb"].search(folded)
    verb = re.search(rf"{match['word']} (?P<verb>\w+)", folded[: match.start()]) if match else None
    if match is None or verb is None:
        return None
    of_a_thing = match["word"] in PATTERNS.words("of_a_thing")
    end = (
        next((t.end for t in tokenize(bare[: match.start()]) if t.start >= verb.start("verb") and is_verb(t.form)), 0) if of_a_thing else 0
    )
    asked = bare[verb.start() : max(end, verb.end())]
    rest = bare[match.start("rest") : match.end("rest")]
    return _Second(bare[: match.start()].strip(ENDS), bare[match.start("word") :], f"{asked} {rest}")


def _with_the_thing(bare: str, folded: str) -> _Second | None:
    """'Hoeveel woningen komen er bij het station en hoeveel winkels' asks how many shops come there."""
    match = PATTERNS["same_place"].search(folded)
    first = bare[: match.start()].strip(ENDS) if match else ""
    asked = re.search(rf"\b{match['word']} \w+ ", fold(first)) if match else None
    shown = bare[match.start("word") :] if match else ""
    return _Second(first, shown, f"{opened(shown)} {first[asked.end() :]}") if asked else None


def _with_the_beginning(bare: str, folded: str) -> _Second | None:
    """'En op het bezoek aan een terreurgebied' takes over what stands before the same word in the question before it."""
    match = PATTERNS["elliptic"].search(folded)
    first = bare[: match.start()].strip(ENDS) if match else ""
    position = fold(first).rfind(f" {match['place'] or match['side']} ") if match else -1
    if match is None or position < 0 or not re.search(r"\b(?:wat|hoe\w*|wie|waar|wanneer|welke?)\b", fold(first)):
        return None
    shown = bare[match.start("place" if match["place"] else "side") :].strip(ENDS)
    return _Second(first, shown, f"{first[:position]} {shown}")


def _of_another(bare: str, folded: str) -> _Second | None:
    """'Hoeveel geld krijgt de bieb, en het museum' asks the same of the museum, as a follow-up would."""
    match = PATTERNS["another"].search(folded)
    first = bare[: match.start()].strip(ENDS) if match else ""
    if match is None or "," in first or begins(fold(first)) not in ITSELF:
        return None
    last = tokenize(first)[-1].form
    ends_with_a_verb = bool(PATTERNS["ends_with_a_verb"].search(last)) and word_class(last) is not WordClass.NOUN
    shown = bare[match.start("rest") :]
    return _Second(first, shown, f"en {shown}") if "," in match.group() or ends_with_a_verb else None


def opened(text: str) -> str:
    return text[0].upper() + text[1:]


def asking(text: str) -> str:
    return text if text.endswith("?") else text.rstrip(" .!,;") + "?"
