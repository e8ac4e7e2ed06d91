"""Gates on the other of two: another group than the one asked about, the opposite, the other side, what holds only where something is not done."""

from collections.abc import Iterator
from pathlib import Path

from bot.answering.demands import PATTERNS
from bot.answering.periods import MEASURED
from bot.answering.reply import Reason
from bot.answering.scope import Refusal, Weighed
from bot.language.answer_types import AnswerType
from bot.language.patterns import PatternFile, Patterns
from bot.language.tokens import Token, fold, tokenize
from bot.language.vocabulary import base_words, names

CONTRASTS = PatternFile(Path(__file__).parent / "data" / "contrasts.yaml")

_OF_PEOPLE = frozenset({"voornamen", "achternamen", "politici"})


def other_group(case: Weighed) -> Refusal | None:
    """Another group than the one that is asked about: asylum seekers for refugees, glass for paper."""
    return _other_side(case, "group", f"{case.sentence} {case.headings}")


def other_receiver(case: Weighed) -> Refusal | None:
    """What holds for someone else: the sentence says what residents pay, and the passage has no word of the shops that are asked about."""
    return _other_side(case, "receiver", f"{fold(case.passage.text)} {case.headings}")


def opposite(case: Weighed) -> Refusal | None:
    """The opposite of what is asked: at most for at least. Where yes or no is asked, the opposite may be the answer."""
    if AnswerType.YES_NO in case.read.question.asked:
        return None
    return _other_side(case, "opposite", f"{case.sentence} {case.headings}")


def other_side(case: Weighed) -> Refusal | None:
    """The other side of the same thing: 'onder de kist' where the sentence says 'boven de kist', 'zonder pas' for 'met pas'."""
    for match in PATTERNS["beside_a_thing"].finditer(case.asked):
        thing = case.index.analyser.word(match["thing"])
        sides = next(sides for sides in map(_divided, PATTERNS.words("sides")) if match["side"] in sides)
        there = {side for side, form in _with_sides(case.sentence) if side in sides and case.index.analyser.word(form).stem == thing.stem}
        if there and match["side"] not in there:
            return Refusal(Reason.NEAREST)
    return None


def not_done(case: Weighed) -> Refusal | None:
    """'Hoe lang gaat het dak mee als je het niet opknapt?', where neither the sentence nor those beside it deny anything.

    Only of what is measured: 'Waar kan ik heen als het niet veilig is?' tells of a situation, and what helps need not deny anything.
    """
    if not case.read.question.asked & MEASURED or not PATTERNS["where_not_done"].search(case.asked):
        return None
    sentences, number = case.passage.sentences, case.best.sentence
    near = fold(" ".join(sentence.text for sentence in sentences[max(0, number - 1) : number + 2]))
    return None if PATTERNS["denies"].search(f"{case.headings} {near}") else Refusal(Reason.NEAREST)


def decided_on(case: Weighed) -> Refusal | None:
    """When an objection is decided on, where the passage says it of requests, or of nothing by name."""
    asked = PATTERNS["decided_on"].search(case.asked)
    if not asked:
        return None
    there = f"{case.headings} {fold(case.passage.text)}"
    return None if any(asked["thing"].startswith(thing) and thing in there for thing in _OBJECTIONS) else Refusal(Reason.NEAREST)


_OBJECTIONS = ("bezwa", "beroep", "klacht")


def called(case: Weighed) -> Refusal | None:
    """'Hoe heet de wethouder?', where the sentence and those beside it name nobody, only parties and places."""
    if not PATTERNS["called"].search(case.asked):
        return None
    sentences, number = case.passage.sentences, case.best.sentence
    near = sentences[max(0, number - 1) : number + 2]
    return None if any(_names_someone(tokenize(sentence.text)) for sentence in near) else Refusal(Reason.NO_NAME)


def _names_someone(tokens: list[Token]) -> bool:
    """Whether a text has someone's name: one that is known, one behind a title, or two words that are nothing else."""
    for number, token in enumerate(tokens):
        before = tokens[number - 1] if number else None
        unknown = token.capitalised and token.form not in base_words() and token.form not in names()
        if token.capitalised and names().get(token.form) in _OF_PEOPLE and not (number == 0 and token.form in base_words()):
            return True
        if unknown and before and (before.form in PATTERNS.words("titles") or (before.capitalised and _may_be_a_first_name(before))):
            return True
    return False


def _may_be_a_first_name(token: Token) -> bool:
    """Whether a word that is written as a name may be the first of a person's: an initial, or what is neither a word nor a known name."""
    return len(token.form) == 1 or (token.form not in base_words() and token.form not in names())


def _with_sides(sentence: str) -> Iterator[tuple[str, str]]:
    return ((match["side"], match["thing"]) for match in PATTERNS["beside_a_thing"].finditer(sentence))


def _divided(sides: str) -> list[str]:
    return sides.split("/")


def _other_side(case: Weighed, sort: str, around: str) -> Refusal | None:
    """A refusal where the sentence has a word of another side than the question, and nothing around it has one of the question's own.

    Args:
        sort: of contrasts.
        around: what is read for the question's own side.
    """
    asked, sentence = case.asked, case.sentence
    for sides in CONTRASTS.under(sort, asked):
        wanted = _sides(sides, asked)
        if len(wanted) == 1 and _sides(sides, sentence) and not wanted & _sides(sides, around):
            return Refusal(Reason.NEAREST)
    return None


def _sides(sides: Patterns, text: str) -> set[int]:
    return {number for number, side in enumerate(sides.alternatives) if side.search(text)}
