"""Gates on what a question asks for against what a sentence offers, bound to the same thing.

An answer type that is absent, a number of other things, someone's name where nobody acts, a place that is not the one asked about.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

from bot.answering.reply import Reason
from bot.answering.scope import Refusal, Weighed
from bot.expressions import expression
from bot.language.analysis import ROOT_MARK
from bot.language.answer_types import PATTERNS as TYPES
from bot.language.answer_types import AnswerType, is_location_adjective, is_number
from bot.language.patterns import PatternFile
from bot.language.tokens import Token, fold, tokenize
from bot.language.vocabulary import WordClass, base_stems, base_words, names

PATTERNS = PatternFile(Path(__file__).parent / "data" / "gates.yaml")

COUNTED, BESIDE = 0.4, 5
"""How well a word beside a number must be what the question counts, and how many words away it may stand."""

ALIKE, THE_SAME = 0.6, 0.85
"""Likeness to a hint from which the hint asks nearly the same, and from which it asks the same of the same thing."""

SHORTEST_COUNTED = 4
"""Letters of a word from which a longer one that ends in it is a kind of it: 'molens', 'windmolens'."""

SAME_THING = 0.8
"""How well a word that is counted must stand for one of the question to be the same thing: what the lexicon has in its place does."""

_YEAR = expression(r"(?:19|20)\d\d")

JUDGED, THING = 0.7, 0.45
"""How well a sentence must cover what it is asked to be, and the thing whose length is asked."""

NAMED = 0.3
"""How well a passage must cover a name of the question for it to be about that one."""


def number(case: Weighed) -> Refusal | None:
    """A number of things, where the sentence and those beside it have no number, or number other things."""
    if AnswerType.NUMBER not in case.read.question.asked:
        return None
    kinds = case.view.facts.kinds
    if kinds & {AnswerType.AMOUNT, AnswerType.PERCENTAGE}:
        return None
    if not case.offers(AnswerType.NUMBER):
        return Refusal(Reason.NO_NUMBER)
    words = case.read.question.demand.counted
    # 'Hoeveel rekken staan er': a word by itself is no verb.
    noun = words[0] if len(words) == 1 else ""
    counted = [
        c
        for c in case.read.concepts
        if c.word.form in words and not c.word.light and (c.word.form == noun or c.word.word_class is not WordClass.VERB)
    ]
    # 'Hoeveel cel', 'hoeveel borg': what is no plural is measured, in years or in metres, rather than counted.
    if kinds & {AnswerType.DURATION, AnswerType.MEASURE} and not any(c.word.form.endswith(("en", "s")) for c in counted):
        return None
    beside = list(_beside_numbers(case))
    if not beside:
        return Refusal(Reason.NO_NUMBER)
    anything = tuple(TYPES.words("counts_anything"))
    if not counted or words[0] in TYPES.words("counts_without_noun") or any(word.endswith(anything) for word in words):
        return None
    return None if any(c.match(near) >= COUNTED for near in beside for c in counted) else Refusal(Reason.NO_NUMBER)


def written_for(case: Weighed, alike: float = ALIKE) -> bool:
    """Whether someone wrote a hint for this sentence that asks nearly the same: then it answers, in whatever words."""
    return case.best.features["hint"] >= alike


def _beside_numbers(case: Weighed) -> Iterator[dict[str, float]]:
    """The stems and marked roots of the words around each number of the sentence, or that behind it, or of both beside it where it has none."""
    number = case.best.sentence
    here = AnswerType.NUMBER in case.view.facts.kinds
    for sentence in case.passage.sentences[number if here else max(0, number - 1) : number + 2]:
        yield from _around_numbers(case, tokenize(sentence.text))


def _around_numbers(case: Weighed, tokens: list[Token]) -> Iterator[dict[str, float]]:
    for position, token in enumerate(tokens):
        if is_number(token) and not _is_label(tokens, position):
            # A year numbers nothing but what stands right behind it: '2024 woningen'.
            around = (0, 2) if _YEAR.fullmatch(token.form) else (BESIDE, BESIDE)
            behind = tokens[position + 1 : position + 1 + around[1]]
            # 'Acht opvanglocaties voor asielzoekers' counts no asylum seekers.
            until = next((n for n, other in enumerate(behind) if n and other.form in TYPES.words("ends_what_is_counted")), len(behind))
            near = tokens[max(0, position - around[0]) : position] + behind[:until]
            yield {key: 1.0 for other in near for key in case.index.analyser.word(other.form).match_keys()}


def _is_label(tokens: Sequence[Token], position: int) -> bool:
    """Whether a number is part of a name and counts nothing: 'Molenpad 8', 'groep 3', 'vanaf dag één'; but '8 Molenpaden'."""
    before = tokens[position - 1].form if position and tokens[position].start - tokens[position - 1].end == 1 else ""
    return before in PATTERNS.words("numbered") or (len(before) > 5 and before.endswith(tuple(PATTERNS.words("street_endings"))))


def counts_only(case: Weighed) -> Refusal | None:
    """'Hoe hoog worden de molens?', where each number only says how many molens there are."""
    kinds = {AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.MEASURE}
    if AnswerType.HOW_MUCH not in case.read.question.asked or case.view.facts.kinds & kinds:
        return None
    nouns = [c for c in case.read.concepts if c.word.word_class is WordClass.NOUN and not c.word.light]
    tokens = tokenize(case.passage.sentences[case.best.sentence].text)
    counted = [after.form for token, after in pairwise(tokens) if is_number(token) and token.form != "een"]
    # 'Vier molens' counts windmills, and so does 'vier windturbines'.
    only = all(
        any((len(form) >= SHORTEST_COUNTED and c.word.form.endswith(form)) or c.match({stem: 1.0}) >= SAME_THING for c in nouns)
        for form, stem in ((form, case.index.analyser.word(form).stem) for form in counted)
    )
    return Refusal(Reason.NO_NUMBER) if counted and only else None


def who(case: Weighed) -> Refusal | None:
    """Someone's name, where the sentence names nobody and nobody acts in it."""
    if not PATTERNS["who_exactly"].search(case.asked):
        return None
    asked, text = case.read.question.forms, case.passage.sentences[case.best.sentence].text
    tokens = [token for token in tokenize(text) if token.form not in asked]
    if any(token.form in PATTERNS.words("agents") for token in tokens) or any(_is_named(token) for token in tokens):
        return None
    return Refusal(Reason.NO_NAME)


def _is_named(token: Token) -> bool:
    """Whether a word is written as a name; at the beginning of a sentence only where it is known as one."""
    return token.capitalised and (token.start > 0 or token.form in names()) and (len(token.surface) > 1)


def meaning(case: Weighed) -> Refusal | None:
    """'Wat is biogas?', where the sentence only uses the word."""
    asked = PATTERNS["term"].search(case.asked)
    concepts = [c for c in case.read.concepts if not c.borrowed]
    # 'Wat houdt die in?' asks about what was said before.
    if not asked or len(concepts) > 1 or all(c.word.form != asked["term"] for c in concepts) or written_for(case):
        return None
    word = re.escape(asked["term"][: max(4, len(asked["term"]) - 2)])
    ways = [re.sub("begripswoord", lambda _: word, pattern.expression) for pattern in PATTERNS["defining"].alternatives]
    return None if any(re.search(way, case.sentence) for way in ways) else Refusal(Reason.NO_DEFINITION)


def negated(case: Weighed) -> Refusal | None:
    """'Wie krijgt geen taalles?', where neither the sentence, those beside it, its headings nor the line above it deny anything."""
    if not PATTERNS["asks_who_not"].search(case.asked):
        return None
    sentences, number = case.passage.sentences, case.best.sentence
    near = fold(" ".join(sentence.text for sentence in (sentences[0], *sentences[max(0, number - 1) : number + 2])))
    return None if PATTERNS["denies"].search(f"{case.headings} {near}") else Refusal(Reason.NEAREST)


def judged(case: Weighed) -> Refusal | None:
    """'Is Mechelen veilig?', 'Is het park mooi?', where the sentence doesn't name it, or says no such thing of anything."""
    judgement = PATTERNS["judgement"].search(case.asked) if AnswerType.YES_NO in case.read.question.asked else None
    if judgement and not written_for(case, THE_SAME):
        said, of_it = _covered(case, judgement["how"], case.view.narrow), _covered(case, judgement["thing"], case.view.wide)
        if said < JUDGED or of_it < THING:
            return Refusal(Reason.NEAREST)
    asked = PATTERNS["is_it_so"].fullmatch(case.asked.strip(" ?"))
    if not asked or not any(token.capitalised and token.form == asked["name"] for token in case.read.question.tokens[1:]):
        return None
    stems = {case.index.analyser.word(token.form).stem for token in tokenize(case.sentence)}
    there = all(case.index.analyser.word(asked[part]).stem in stems for part in ("name", "how"))
    return None if there else Refusal(Reason.NEAREST)


def _covered(case: Weighed, form: str, strengths: Mapping[str, float]) -> float:
    """How well a text covers a folded word, whether it is one of the question's content words or not."""
    word = case.index.analyser.word(form)
    concept = next((c for c in case.read.concepts if c.word.stem == word.stem), None)
    return concept.match(strengths) if concept else strengths.get(word.stem, 0.0)


def only_oneself(case: Weighed) -> Refusal | None:
    """'Word ik geholpen?' has no thing that it is about, and the sentence not even its verb: it could be meant of anything."""
    concepts = [c for c in case.read.concepts if not c.word.light]
    asks_more = case.read.question.asked - {AnswerType.YES_NO}
    if asks_more or not PATTERNS["of_oneself"].search(case.asked) or written_for(case) or any(c.borrowed for c in concepts):
        return None
    if any(
        c.word.word_class is WordClass.NOUN or c.word.stem in case.view.narrow or ROOT_MARK + c.word.root in case.view.narrow
        for c in concepts
    ):
        return None
    return Refusal(Reason.NEAREST)


def lasting(case: Weighed) -> Refusal | None:
    """'Hoe lang duurt de inburgering?', where that stands at most in a heading and the sentence says how long something else is."""
    asked = PATTERNS["how_long_it_lasts"].search(case.asked)
    if not asked or written_for(case) or asked["thing"] in PATTERNS.words("of_whoever_asks"):
        return None
    if _stands_near(case, asked["thing"]):
        return None
    in_heading = _covered(case, asked["thing"], {case.index.analyser.word(t.form).stem: 1.0 for t in tokenize(case.headings)}) >= THING
    return None if in_heading and PATTERNS["lasts"].search(case.sentence) else Refusal(Reason.NO_DURATION)


def somewhere(case: Weighed) -> Refusal | None:
    """'Waar stopt de pont?', where neither the sentence nor those beside it tell of any place."""
    if AnswerType.LOCATION not in case.read.question.asked or case.offers(AnswerType.LOCATION) or written_for(case):
        return None
    sentences, number = case.passage.sentences, case.best.sentence
    near = fold(" ".join(sentence.text for sentence in sentences[max(0, number - 1) : number + 2]))
    return None if PATTERNS["at_a_place"].search(near) else Refusal(Reason.NO_LOCATION)


def comes_about(case: Weighed) -> Refusal | None:
    """'Komen er meer sociale huurwoningen?', where the sources have no noun of the question, nor the sentence what may stand for one."""
    if not PATTERNS["comes_about"].search(case.asked) or written_for(case):
        return None
    nouns = [c.word for c in case.read.concepts if c.word.word_class is WordClass.NOUN and not c.word.light]
    # Of a word that is not known it can't be told what may stand for it.
    all_known_words = all(w.form in base_words() or w.stem in base_stems() or w.parts for w in nouns)
    known = not all_known_words or any(case.index.knows_stem(word.stem) or _stands_near(case, word.form) for word in nouns)
    return None if known or not nouns else Refusal(Reason.NEAREST)


def _stands_near(case: Weighed, form: str) -> bool:
    """Whether the sentence or one beside it has a folded word of the question, or what may stand for it."""
    views, number = case.index.views(case.best.passage), case.best.sentence
    return any(_covered(case, form, view.narrow) >= THING for view in views[max(0, number - 1) : number + 2])


def punished(case: Weighed) -> Refusal | None:
    """'Hoe hoog is de straf voor discriminatie?', where the sentence tells the punishment for something else."""
    asked = PATTERNS["punishment"].search(case.asked)
    return Refusal(Reason.NEAREST) if asked and _covered(case, asked["thing"], case.view.wide) < JUDGED else None


def someones_age(case: Weighed) -> Refusal | None:
    """'Hoe oud is de burgemeester?', where the years in the sentence are nobody's age."""
    if PATTERNS["asks_own_age"].search(case.asked) and not PATTERNS["own_age"].search(case.sentence):
        return Refusal(Reason.NO_AGE)
    return None


def belongs(case: Weighed) -> Refusal | None:
    """'Valt Libië daar ook onder?', where the passage and its headings don't name it: that it could be meant is no answer."""
    asked = PATTERNS["belongs_to_it"].search(case.asked)
    if not asked or not any(token.capitalised and token.form == asked["name"] for token in case.read.question.tokens[1:]):
        return None
    return None if asked["name"] in f"{case.headings} {fold(case.passage.text)}" else Refusal(Reason.NEAREST)


def article(case: Weighed) -> Refusal | None:
    """The number of an article, where neither the sentence nor a heading above it has one."""
    if AnswerType.ARTICLE not in case.read.question.asked or TYPES["article.offers"].search(f"{case.headings} {case.sentence}"):
        return None
    return Refusal(Reason.NO_NUMBER)


def other_named(case: Weighed) -> Refusal | None:
    """A place, firm or project that the passage does not name, where the sentence names another."""
    headings, text = case.headings, fold(case.passage.text)
    called = fold(f"{case.passage.document.title} {case.passage.document.publisher}")
    for name in _names_asked(case):
        there = any(part in words for part in (name.form, *name.parts) for words in (called, headings, text))
        if not there and case.cover(name.form) < NAMED and _names_another(case):
            return Refusal(Reason.OTHER_NAME, name.surface)
    return None


def _names_asked(case: Weighed) -> Iterator[Token]:
    """The words that the question itself writes as names; 'Vlaamse' tells of which sort something is, not which one.

    An ordinary word is a name behind an article that is written as part of it: 'De Regenboog'.
    """
    question = case.read.question
    for position, token in enumerate(question.tokens):
        before = question.text[: token.start].rstrip()
        inside = bool(before) and before[-1] not in ".!?:\"'“‘(-"
        article = question.tokens[position - 1] if position > 1 else None
        named = article is not None and article.capitalised and article.form in ("de", "het")
        ordinary = (token.form in base_words() and not named) or is_location_adjective(token.form)
        if position in question.focus and token.capitalised and inside and len(token.form) > 2 and not ordinary:
            yield token


def _names_another(case: Weighed) -> bool:
    """Whether the sentence names something that the question does not; the country itself is no other place."""
    known = case.read.question.forms | TYPES.words("here")
    tokens = tokenize(case.passage.sentences[case.best.sentence].text)
    return any(token.capitalised and token.form not in known and token.form not in base_words() for token in tokens[1:])


CLOSED = (
    (AnswerType.AMOUNT, Reason.NO_AMOUNT),
    (AnswerType.PERCENTAGE, Reason.NO_PERCENTAGE),
    (AnswerType.DATE, Reason.NO_DATE),
    (AnswerType.DAY, Reason.NO_DATE),
    (AnswerType.TIME_OF_DAY, Reason.NO_TIME),
    (AnswerType.AGE, Reason.NO_AGE),
    (AnswerType.DURATION, Reason.NO_DURATION),
    (AnswerType.FREQUENCY, Reason.NO_FREQUENCY),
    (AnswerType.CONTACT, Reason.NO_CONTACT),
    (AnswerType.NAME, Reason.NO_NAME),
    (AnswerType.CONDITION, Reason.NO_CONDITION),
    (AnswerType.WHICH_LOCATION, Reason.NO_LOCATION),
    (AnswerType.MEASURE, Reason.NO_NUMBER),
    (AnswerType.HOW_MUCH, Reason.NO_NUMBER),
    (AnswerType.PAYER, Reason.NO_PAYER),
    (AnswerType.PROCEDURE, Reason.NO_PROCEDURE),
    (AnswerType.EARLIER_PERIOD, Reason.NEAREST),
    (AnswerType.COMPARISON, Reason.NEAREST),
)
"""Kinds of answer that nothing can stand in for: where one is asked for and absent, there is no answer."""

NEAR = (
    (AnswerType.REASON, Reason.NO_REASON),
    (AnswerType.WHEN, Reason.NO_DATE),
)
"""The same, where it may stand in the sentence before or after."""


def absent(wanted: AnswerType, reason: Reason) -> Callable[[Weighed], Refusal | None]:
    """The rule of a kind of answer that the sentence must offer itself."""
    return lambda case: Refusal(reason) if wanted in case.best.vetoes else None


def absent_near(wanted: AnswerType, reason: Reason) -> Callable[[Weighed], Refusal | None]:
    """The rule of a kind of answer that may stand in the sentence before or after."""

    def refuse(case: Weighed) -> Refusal | None:
        lacks = wanted in case.read.question.asked and not case.offers(wanted)
        # A hint may share its words with a question and ask whether, not when; that it never comes answers when it does.
        answers = written_for(case) and (wanted is not AnswerType.WHEN or PATTERNS["never_comes"].search(case.sentence))
        return Refusal(reason) if lacks and not answers else None

    return refuse


def missing_reason(vetoes: Collection[AnswerType]) -> Reason:
    """What is said where kinds of answer are absent."""
    for wanted, reason in (*CLOSED, (AnswerType.NUMBER, Reason.NO_NUMBER), (AnswerType.LOCATION, Reason.NO_LOCATION)):
        if wanted in vetoes:
            return reason
    return Reason.NEAREST
