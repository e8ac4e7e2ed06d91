"""Gates on telling words: a noun that a question turns on, where neither it nor anything that may stand for it is near the sentence."""

from collections.abc import Iterator

from bot.answering.concepts import Concept
from bot.answering.demands import PATTERNS
from bot.answering.leaning import asks_by_another_rate, is_general
from bot.answering.question import PATTERNS as QUESTION
from bot.answering.reply import Reason
from bot.answering.scope import Refusal, Weighed
from bot.language.answer_types import PATTERNS as TYPES
from bot.language.answer_types import AnswerType, unit_of
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass, base_words

TELLING, ABSENT = 0.45, 0.3
"""Share of a question from which it turns on one word, and how badly the sentence must cover that word for it to be absent.

With it a municipality's own pages stay silent on 3 % more of what they don't answer; on five other documents it costs two right
answers of 250 and stops nothing: what it is for is everyday questions about something else."""

SUBJECT = 0.3
"""The same share for the subject of a question that begins with its verb, where the sentence has no other noun of the question:
'Rijdt de metro elk uur?' is about the metro."""

BOUND = 0.35
"""The same share where what is asked for, an amount, a time, a place, stands in many a sentence: then the thing tells which one answers.

On 945 questions about eight documents without hints, by words alone, it stops the first sentence of some 74 questions without an answer
and refuses some 11 sentences that answer; of the answers that were given it takes 12 wrong ones and no right one. At 0.3 it takes 15 and 2,
at 0.2 it takes 11 right ones. With vectors, on the two municipal documents among them, it and the gates on periods take 2 right answers of
116 and stop 10 wrong ones of 183; at 0.3 that is 4 and 13. Where a reason, a definition, yes or no is asked, other words say the same too
often: there it loses more than it gains."""

BOUND_TYPES = frozenset({
    AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.NUMBER, AnswerType.HOW_MUCH, AnswerType.MEASURE, AnswerType.AGE, AnswerType.DURATION,
    AnswerType.DATE, AnswerType.DAY, AnswerType.TIME_OF_DAY, AnswerType.WHEN, AnswerType.FREQUENCY, AnswerType.CONTACT, AnswerType.WHO,
    AnswerType.LOCATION, AnswerType.WHICH_LOCATION, AnswerType.PROCEDURE, AnswerType.CONDITION,
})  # fmt: skip

RATED_TYPES = frozenset({AnswerType.AMOUNT, AnswerType.NUMBER, AnswerType.HOW_MUCH, AnswerType.PERCENTAGE})


def telling_word(case: Weighed) -> Refusal | None:
    """A noun that the question turns on, where neither it nor anything that may stand for it is in the sources: 'Wat kost een paspoort?'

    Only for a sentence without hints: hints hold the words that people use.
    """
    if case.index.hints.has(case.best.passage):
        return None
    subject = PATTERNS["subject"].search(case.asked)
    # 'Twee keer per uur' tells of no other thing.
    apart = {subject["verb"], subject["thing"]} | QUESTION.words("measures") | TYPES.words("counts_without_noun") if subject else set()
    nothing_else = not any(c.word.form not in apart and c.match(case.view.narrow) >= ABSENT for c, _ in _telling(case))
    for concept, share in _telling(case):
        if subject and concept.word.form == subject["verb"] and is_general(concept.word.form):
            # 'Bestaat die coach nog?' is about the coach.
            continue
        bound = SUBJECT if subject and subject["thing"] == concept.word.form and nothing_else else TELLING
        if share <= bound or case.index.knows_stem(concept.word.stem):
            continue
        others = _keys_of_others(case, concept)
        # Of all that may stand for a word only what the sources have is kept: its own two forms are left where they have nothing.
        alone = len(concept.keys.keys() - others) <= 2 and not any(concept.parts) and not concept.phrases
        if alone and _is_absent(case, concept, others):
            return Refusal(Reason.NEAREST)
    return None


def other_thing(case: Weighed) -> Refusal | None:
    """An amount, a time, a place of something else: the sentence, its neighbours and headings lack a noun that tells much of the question.

    'Wanneer is de bibliotheek open?' is not answered by when the recycling centre is.
    """
    if not case.read.question.asked & BOUND_TYPES:
        return None
    apart = QUESTION.words("measures") | PATTERNS.words("of_whoever_asks")
    nouns, hinted = _nouns_asked(case), case.index.hints.has(case.best.passage)
    for concept, share in _telling(case):
        if share > BOUND and concept.word.form in nouns - apart and (not hinted or _is_a_word(case, concept)):
            # A word's own parts may be words of the question too: 'de kaart' beside 'de parkeerkaart'.
            others = _keys_of_others(case, concept) - set(concept.word.match_keys())
            if _is_absent(case, concept, others) or _is_another_sort(case, concept, others):
                return Refusal(Reason.NEAREST)
    return None


def other_rate(case: Weighed) -> Refusal | None:
    """'Hoeveel euro per ticket?' where the sentence speaks of no ticket; 'per maand' where it reckons by something else and by no month."""
    asked = PATTERNS["by_what"].search(case.asked) if case.read.question.asked & RATED_TYPES else None
    if not asked or asked["each"] in PATTERNS.words("loose_rates"):
        return None
    each, unit = asked["each"], unit_of(asked["each"])
    if unit is None:
        word = case.index.analyser.word(each)
        concept = next((c for c in case.read.concepts if c.word.stem == word.stem), None)
        there = concept.match(case.view.wide) if concept else case.view.wide.get(word.stem, 0.0)
        return Refusal(Reason.NEAREST) if there < ABSENT else None
    rates = {unit_of(other["each"]) for other in PATTERNS["by_what"].finditer(fold(case.sentence))}
    # Whoever asks for nothing but another rate is not told that something is free.
    return Refusal(Reason.NEAREST) if (rates or asks_by_another_rate(case.asked)) and unit not in rates else None


def _telling(case: Weighed) -> Iterator[tuple[Concept, float]]:
    """The nouns of the question itself with their share of it."""
    total = sum(c.weight for c in case.read.concepts) or 1.0
    sort = _words_of_the_sort(case)
    for concept in case.read.concepts:
        word = concept.word
        if (
            word.word_class is WordClass.NOUN
            and not word.light
            and not concept.borrowed
            and word.form not in sort
            and not word.form.isdigit()
        ):
            yield concept, concept.weight / total


def _nouns_asked(case: Weighed) -> frozenset[str]:
    """The words of the question itself that can be nouns: an infinitive behind 'te', an adverb on '-lijk' and a number are none."""
    tokens, focus = case.read.question.tokens, case.read.question.focus
    return frozenset(
        token.form
        for position, token in enumerate(tokens)
        if position in focus
        and not (position and tokens[position - 1].form == "te")
        and token.form.isalpha()
        and not token.form.endswith("lijk")
    )


def _is_absent(case: Weighed, concept: Concept, others: set[str]) -> bool:
    rest = {key: strength for key, strength in case.view.wide.items() if key not in others}
    return concept.match(rest) < ABSENT


def _is_a_word(case: Weighed, concept: Concept) -> bool:
    """Whether a word is Dutch or the sources', and no misspelling that a hint may still be about."""
    word = concept.word
    return word.form in base_words() or bool(word.parts) or word.form in case.index.analyser.source_words


def _is_another_sort(case: Weighed, concept: Concept, others: set[str]) -> bool:
    """Whether the sentence speaks of what a compound ends in and not of what it begins with: 'zakenpaspoort' where it says 'paspoort'."""
    rest = {key: strength for key, strength in case.view.wide.items() if key not in others}
    measures = {case.index.analyser.word(form).stem for form in QUESTION.words("measures")}
    if len(concept.parts) < 2 or concept.word.parts[-1][0] in measures or concept.changed(parts=[]).match(rest) >= ABSENT:
        return False
    return max((quality * rest.get(key, 0.0) for key, quality in concept.parts[0].items()), default=0.0) < ABSENT


def _keys_of_others(case: Weighed, concept: Concept) -> set[str]:
    """What the other words of the question match: a word does not stand for another of the same question, 'kost' is no passport."""
    return {key for other in case.read.concepts if other is not concept for key in other.word.match_keys()}


def _words_of_the_sort(case: Weighed) -> set[str]:
    """The words that say what sort of answer is asked for ('welke partijen', 'het telefoonnummer'), which an answer need not repeat."""
    question = case.read.question
    matches = [TYPES[f"{kind.value}.asks"].search(case.asked) for kind in question.asked]
    return {*question.demand.identified, *question.demand.counted, *(word for match in matches if match for word in match.group().split())}
