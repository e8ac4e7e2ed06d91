"""Gates on telling words: a noun that a question turns on, where neither it nor anything that may stand for it is near the sentence."""

from collections.abc import Iterator

from bot.answering.concepts import Concept
from bot.answering.demands import PATTERNS
from bot.answering.question import PATTERNS as QUESTION
from bot.answering.reply import Reason
from bot.answering.scope import Refusal, Weighed
from bot.language.answer_types import PATTERNS as TYPES
from bot.language.answer_types import AnswerType
from bot.language.vocabulary import WordClass

TELLING, ABSENT = 0.45, 0.3
"""Share of a question from which it turns on one word, and how badly the sentence must cover that word for it to be absent.

With it a municipality's own pages stay silent on 3 % more of what they don't answer; on five other documents it costs two right
answers of 250 and stops nothing: what it is for is everyday questions about something else."""

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
    AnswerType.PLACE, AnswerType.WHICH_PLACE, AnswerType.PROCEDURE, AnswerType.CONDITION,
})  # fmt: skip


def telling_word(case: Weighed) -> Refusal | None:
    """A noun that the question turns on, where neither it nor anything that may stand for it is in the sources: 'Wat kost een paspoort?'

    Only for a sentence without hints: hints hold the words that people use.
    """
    for concept, share in _telling(case):
        if share <= TELLING or case.index.knows_stem(concept.word.stem):
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
    nouns = _nouns_asked(case)
    for concept, share in _telling(case):
        if share > BOUND and concept.word.form in nouns - apart:
            # A word's own parts may be words of the question too: 'de kaart' beside 'de parkeerkaart'.
            others = _keys_of_others(case, concept) - set(concept.word.match_keys())
            if _is_absent(case, concept, others):
                return Refusal(Reason.NEAREST)
    return None


def _telling(case: Weighed) -> Iterator[tuple[Concept, float]]:
    """The nouns of the question itself with their share of it; none for a sentence with hints."""
    if case.index.hints.has(case.best.passage):
        return
    total = sum(c.weight for c in case.read.concepts) or 1.0
    sort = _words_of_the_sort(case)
    for concept in case.read.concepts:
        word = concept.word
        if word.word_class is WordClass.NOUN and not word.light and not concept.borrowed and word.form not in sort:
            yield concept, concept.weight / total


def _nouns_asked(case: Weighed) -> frozenset[str]:
    """The words of the question itself that can be nouns: an infinitive behind 'te', an adverb on '-lijk' and a number are none."""
    tokens, focus = case.read.question.tokens, case.read.question.focus
    return frozenset(
        token.form
        for place, token in enumerate(tokens)
        if place in focus and not (place and tokens[place - 1].form == "te") and token.form.isalpha() and not token.form.endswith("lijk")
    )


def _is_absent(case: Weighed, concept: Concept, others: set[str]) -> bool:
    rest = {key: strength for key, strength in case.view.wide.items() if key not in others}
    return concept.match(rest) < ABSENT


def _keys_of_others(case: Weighed, concept: Concept) -> set[str]:
    """What the other words of the question match: a word does not stand for another of the same question, 'kost' is no passport."""
    return {key for other in case.read.concepts if other is not concept for key in other.word.match_keys()}


def _words_of_the_sort(case: Weighed) -> set[str]:
    """The words that say what sort of answer is asked for ('welke partijen', 'het telefoonnummer'), which an answer need not repeat."""
    question = case.read.question
    matches = [TYPES[f"{kind.value}.asks"].search(case.asked) for kind in question.asked]
    return {*question.demand.identified, *question.demand.counted, *(word for match in matches if match for word in match.group().split())}
