"""Gates: rules that forbid an answer whatever the features say, for what no likeness can make good.

Each gate is a function of what is weighed that gives a refusal or None. They are asked in the order of `GATES`, and the first refusal
counts. The wordings that they look for are data, see data/gates.yaml. A new gate is a function here, in `demands`, `sides`, `periods` or `telling`,
its place in `GATES`, and its line for /uitleg in nl.yaml.
"""

from collections.abc import Callable, Collection

from bot.answering import demands, mentions, periods, sides, telling
from bot.answering.demands import PATTERNS, missing_reason
from bot.answering.forms import spans_time
from bot.answering.reply import Reason
from bot.answering.scope import Refusal, Weighed
from bot.knowledge.model import Kind
from bot.language.answer_types import AnswerType
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import names
from bot.named import NamedTuple

ONE_WORD = 0.75
"""How well a sentence itself must cover a question of one word: there is nothing else to tell that it is what was meant."""

NAME_COVER, WORD_COVER, SPEAKER_COVER = 0.6, 0.6, 0.8
"""How well a passage must cover a name, a word of a procedure, and whoever's opinion is asked for."""


def other_agreement(case: Weighed) -> Refusal | None:
    """An agreement or cabinet that no source is about."""
    other = case.scope.other_agreement(case.read.question.text)
    return Refusal(Reason.OTHER_AGREEMENT, other) if other else None


def other_year(case: Weighed) -> Refusal | None:
    """A year that no source names."""
    years = [year for year in case.read.question.years if year not in case.scope.years]
    return Refusal(Reason.OTHER_YEAR, str(years[0])) if years else None


def nothing_near(case: Weighed) -> Refusal | None:
    """No sentence shares anything with the question."""
    return Refusal(Reason.NOTHING) if case.top is None else None


def one_word(case: Weighed) -> Refusal | None:
    """A question of one word, which the sentence itself does not have."""
    concepts = case.read.concepts
    if len(concepts) == 1 and not concepts[0].borrowed and max(concepts[0].match(case.view.narrow), case.best.features["hint"]) < ONE_WORD:
        return Refusal(Reason.NEAREST)
    return None


def other_name(case: Weighed) -> Refusal | None:
    """A party, person or place that no source names."""
    forms = {c.word.form for c in case.read.concepts}
    for name in case.read.unknown_names:
        if fold(name) not in forms or case.cover(fold(name)) < NAME_COVER:
            return Refusal(Reason.OTHER_NAME, name)
    return None


def named_time(case: Weighed) -> Refusal | None:
    """A month, a day of the week or an age that the document does not name, nor the sentence by another word: 'in het weekend'."""
    time = PATTERNS["named_time"].search(case.asked)
    if not time or time.group() in case.document_text:
        return None
    for days, by_another_word in (("days_of_the_weekend", "all_weekend"), ("days_of_the_week", "all_week")):
        if PATTERNS[days].fullmatch(time.group()) and PATTERNS[by_another_word].search(case.sentence):
            return None
    # 'Is het bad open op zondag?' asks for no day.
    asks_when = case.read.question.asked & {AnswerType.DATE, AnswerType.DAY, AnswerType.WHEN}
    return Refusal(Reason.NO_DATE if asks_when else Reason.NEAREST)


def other_cabinet(case: Weighed) -> Refusal | None:
    """The previous cabinet, the Flemish government: another than the sentence speaks of."""
    other = PATTERNS["other_cabinet"].search(case.asked)
    if other and other.group().split()[0].rstrip("e") not in case.sentence:
        return Refusal(Reason.OTHER_AGREEMENT, other.group())
    return None


def opinion(case: Weighed) -> Refusal | None:
    """The opinion of someone whom the sentence does not speak of."""
    holder = opinion_holder(case.asked)
    if not holder or PATTERNS["speakers"].search(holder):
        return None
    words = {token.form for token in tokenize(holder)} - PATTERNS.words("small")
    if not words or any(mentions.is_of(word, voice) for voice in mentions.voices(case.passage.document) for word in words):
        return None
    if any(c.match(case.view.narrow) >= SPEAKER_COVER for c in case.read.concepts if c.word.form in words):
        return None
    return Refusal(Reason.NO_OPINION)


def opinion_holder(asked: str) -> str:
    """Whose opinion a folded question asks for, or ''."""
    match = PATTERNS["opinion"].search(asked)
    return (match["who"] or match["of"] or match["bare"] or "").strip(" ?.,") if match else ""


def procedure_word(case: Weighed) -> Refusal | None:
    """A form, a desk or a step of a procedure that the passage does not speak of."""
    how_to = PATTERNS["how_to"].search(case.asked)
    if not how_to and not PATTERNS["desk"].search(case.asked):
        return None
    for match in PATTERNS["procedure"].finditer(case.asked):
        if match.group() not in case.sentence and case.cover(match.group()) < WORD_COVER:
            # 'Hoe lang is de wachtlijst?' asks for no way to arrange something.
            return Refusal(Reason.NO_PROCEDURE if how_to else Reason.NEAREST)
    return None


def behind_link(case: Weighed) -> Refusal | None:
    """What stands on another page, to which the sentence only points."""
    if not PATTERNS["pointer"].search(case.sentence):
        return None
    named = PATTERNS["source_named"].search(case.asked)
    if PATTERNS["behind_link"].search(case.asked) or (named and named.group(1) in case.sentence):
        return Refusal(Reason.ONLY_A_LINK)
    return None


def number_now(case: Weighed) -> Refusal | None:
    """How many there are now, where the sentence says how many there will be; what was and what is now may stand in one sentence."""
    asked, sentence = case.asked, case.sentence
    if spans_time(asked):
        return None
    now, later = PATTERNS["now"], PATTERNS["future"]
    if AnswerType.NUMBER in case.read.question.asked and now.search(asked) and not now.search(sentence) and later.search(sentence):
        return Refusal(Reason.NO_NUMBER)
    return None


def party(case: Weighed) -> Refusal | None:
    """Someone's party, where the sentence names none."""
    if PATTERNS["party"].search(case.asked) and not any(names().get(name) == "partijen" for name in case.view.facts.names):
        return Refusal(Reason.NO_NAME)
    return None


def other_municipality(case: Weighed) -> Refusal | None:
    """'Bij ons in Gouda', where the document does not name Gouda."""
    if not PATTERNS["here"].search(case.asked):
        return None
    for token in tokenize(case.read.question.text):
        if token.capitalised and names().get(token.form) == "nederlandse gemeenten" and token.form not in case.document_text:
            return Refusal(Reason.OTHER_NAME, token.surface)
    return None


def empty_section(case: Weighed) -> Refusal | None:
    """The agreement's own words on a heading that has no text."""
    question, title = case.read.question, case.scope.empty_section(case.read)
    if title and question.document_asked and question.kind is not Kind.COMMENTARY:
        return Refusal(Reason.EMPTY_SECTION, title)
    return None


def only_a_link(case: Weighed) -> Refusal | None:
    """A question that a link to another page covers better than any sentence."""
    return Refusal(Reason.ONLY_A_LINK) if case.scope.link_wins(case.read, case.index.views(case.best.passage)) else None


def bare_question(case: Weighed) -> Refusal | None:
    """'Waarom?' and 'Hoe lang?' ask for nothing but that kind of answer."""
    if case.best.vetoes and not any(not c.borrowed and not c.word.light for c in case.read.concepts):
        return Refusal(missing_reason(case.best.vetoes))
    return None


def two_missing(case: Weighed) -> Refusal | None:
    """Two kinds of answer that are asked for and absent."""
    return Refusal(missing_reason(case.best.vetoes)) if len(case.best.vetoes) >= 2 else None


class Gate(NamedTuple):
    """A named rule.

    Attributes:
        refuse: gives a refusal, or None where it has nothing against an answer.
        about: what it forbids an answer for, in a line.
    """

    name: str
    refuse: Callable[[Weighed], Refusal | None]
    about: str


def _rule(refuse: Callable[[Weighed], Refusal | None]) -> Gate:
    return Gate(refuse.__name__, refuse, (refuse.__doc__ or "").partition("\n")[0])


GATES = (
    *(_rule(rule) for rule in (other_agreement, other_year, nothing_near, one_word, other_name)),
    *(Gate(kind.value, demands.absent(kind, reason), f"The {kind.value} is absent.") for kind, reason in demands.CLOSED),
    *(_rule(rule) for rule in (
        named_time, other_cabinet, opinion, procedure_word, behind_link, number_now, party, other_municipality,
        demands.number, demands.counts_only, demands.who, demands.negated, demands.judged, demands.only_oneself, demands.lasting,
        demands.comes_about, demands.someones_age, demands.punished, periods.on_its_days, demands.somewhere, demands.belongs, demands.article,
        demands.meaning, demands.other_named, sides.called, sides.other_group, sides.other_receiver, sides.opposite,
        sides.other_side, sides.not_done, sides.decided_on, periods.other_period, periods.later_period,
    )),
    *(Gate(kind.value, demands.absent_near(kind, reason), f"The {kind.value} is absent, here and beside.") for kind, reason in demands.NEAR),
    *(_rule(rule) for rule in (telling.telling_word, telling.other_thing, telling.other_rate, empty_section, only_a_link, bare_question, two_missing)),
)  # fmt: skip
"""Every gate, in order. Those after `nothing_near` are asked only where there is a sentence."""


def first_refusal(case: Weighed, left_out: Collection[str] = ()) -> Refusal | None:
    """The refusal of the first gate that has one.

    Args:
        left_out: names of gates that are not asked.
    """
    for gate in GATES:
        if gate.name in left_out and gate.name != "nothing_near":
            continue
        refusal = gate.refuse(case)
        if refusal:
            return refusal._replace(gate=gate.name)
    return None
