"""Which of the lists near a question is the one that it asks for: told by words, and by nearness where there are vectors."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import pairwise

from bot.answering import points
from bot.answering.blocks import (
    WORD_COVER,
    ListWords,
    Points,
    blocks,
    is_led_in,
    lead_of,
    list_words,
    points_of,
)
from bot.answering.concepts import Concept
from bot.answering.forms import PATTERNS, asks_for_cases, bare
from bot.answering.list_kinds import are_conditions, costs, odds, offers_it
from bot.answering.read_points import Block
from bot.answering.reading import ReadQuestion
from bot.answering.shelf import Examined
from bot.language.answer_types import AnswerType
from bot.language.stems import stem
from bot.language.tokens import tokenize
from bot.language.vocabulary import WordClass
from bot.named import NamedTuple

HEADING_COVER = 0.9
"""How well a heading must cover each word of a subject."""

LIST_COVER, NOUN_SHARE = 0.45, 0.6
"""The share of a question that a list must cover with its heading and lead-in, and that of its nouns, by their weight."""

CLOSE = 1e-9
"""Sums that differ by less may be the same, added up in another order."""

STEPS_BONUS = 0.3
"""How much sooner a numbered list is the one that is meant, where steps are asked for."""

NAMED_BONUS = 0.25
"""How much sooner a list is the one that is meant, whose heading or lead-in calls it what the question calls it: 'regels', 'risico's'."""

NEGATED_BONUS = 0.2
"""The same for what is not so, where the question asks for that; and as much later where it does not."""

NEAR_LEAD, NEAR_ITEMS, NEAR_PASSAGES = 0.75, 0.4, 0.9
"""How much the nearness of a question to the line before a list counts, to its items and to their passages, beside the share of the
question that the list covers. Chosen among 324 such weights on the lists of tests/questions/messages that are read, by how many
questions find their list above the best list of a question that has none."""

SURE_LIST, SURE_ALONE = 1.2, 1.5
"""The sum of all that from which a list is the one that is meant, whatever its words are; and where the question does not ask for several
things. On the same questions the best list of a question that has none comes to 1.0."""

LEAST_MATCH, LEAST_BY_WORDS, NEAR_ALONE = 0.4, 0.5, 1.2
"""How well such a list must have the word that tells most all the same, or what its words must come to, and what nearness must where it has
neither: 'een rijbewijs' is in no list, and the steps of a marriage are near its steps by 0.98. At 0.3 two more of 35 lists in quite other
words are answered, and two more of 90 questions about the agreement of 2021 that have no answer."""

READ, LEAST_READ, MOST_READ = 0.5, -3.0, 2.0
"""How much the log odds count that a list answers, read together with the question, and between which they are taken."""

ALONE, MOST_OUT = 0.3, 0.5
"""What a list comes to that has nothing to do with a question; and how much it counts at most that the likeliest stands out from the next."""

SURE_READ, SURE_READ_ALONE = 0.8, 1.1
"""What the likeliest list must come to with all that, to be the one that is meant; and where the question does not ask for several things.
Chosen on the same questions: of 50 that ask for a list 36 get theirs and 5 another, and of those without one the same 2 get one as before."""

AGAINST = -1.5
"""Log odds that speak against a list that only nearness speaks for: the steps of a marriage for those of a driving licence have -2.5."""

AGAINST_IT = -0.5
"""What a list comes to by its words where they speak against it: it is not called what each of its items must be."""

LEAST_NEAR = 0.3
"""What nearness must add at least for a list whose words fit but which does not bear the name of what is asked: one that shares words with
a question but is near it in nothing is one of something else."""


class _Wanted(NamedTuple):
    """What a question wants of a list.

    Attributes:
        words: what it is about.
        telling: the nouns among them.
        named, kinds: stems of what it calls the list, and of what each item must be one of.
        keys: the stems and marked roots that may stand for each of its words, in their order.
        every_key: all of these.
        total: what its words weigh together; of_telling: the telling ones.
        numbered: it asks for steps.
        negated: it asks for what is not so.
    """

    words: list[Concept]
    telling: list[Concept]
    named: set[str]
    kinds: set[str]
    keys: list[frozenset[str]]
    every_key: frozenset[str]
    total: float
    of_telling: float
    numbered: bool
    negated: bool


class NearLists:
    """The lists near a question, in one document; what is true of them however strictly they are judged is worked out once.

    Args:
        examined: the question, and the document with its candidates.
    """

    def __init__(self, examined: Examined) -> None:
        self._examined = examined

    def chosen(self, strict: bool) -> Points | None:
        """The list that answers best, with its heading and the line that leads it in; None where none does.

        Args:
            strict: a word of one item alone does not make the list one of that.
        """
        best: tuple[float, Block] | None = None
        for weighed in self._weighed(strict):
            # Of lists that are as good the first.
            if best and weighed.worth <= best[0] + 0.02:
                continue
            if weighed.fits or (weighed.near_enough(SURE_LIST) and odds(weighed.block, self._examined) > AGAINST):
                best = weighed.worth, weighed.block
        return points_of(best[1], self._examined, min(best[0], 1.0)) if best else None

    def sure(self) -> Points | None:
        """The list that a question means without saying that it wants several things: 'Hoe kun je aan de plicht voldoen?'

        Most of its items must have the kind of answer that is asked for.
        """
        examined = self._examined
        if not examined.shelf.has_vectors():
            # Words alone don't tell.
            return None
        kinds = bool(examined.read.question.demand.types)
        every = [w for w in self._weighed(strict=True) if w.near_enough(SURE_ALONE)]
        offering = [w for w in every if not kinds or offers_it(w.block, examined)]
        best = max(offering, key=lambda weighed: weighed.worth, default=None)
        return points_of(best.block, examined, 1.0) if best else None

    def read(self, several: bool, named: bool) -> Points | None:
        """The list that the question means as far as reading both together tells, where neither words nor nearness made one sure.

        Args:
            several: the question asks for several things.
            named: the list must have the word that tells most.
        """
        examined = self._examined
        question = examined.read.question
        # Without vectors nothing can be read: then nothing is weighed for it either.
        weighed = sorted(self._weighed(strict=True), key=lambda weighed: -weighed.worth) if examined.shelf.has_vectors() else []
        if not weighed:
            return None
        first, next_worth = weighed[0], weighed[1].worth if len(weighed) > 1 else ALONE
        if named and first.heaviest < LEAST_MATCH:
            return None
        if PATTERNS["conditions"].search(bare(question.text)) and not are_conditions(first.block, examined):
            return None
        if not several and not (
            is_led_in(first.block, examined.shelf.index) and (not question.demand.types or offers_it(first.block, examined))
        ):
            return None
        least, unread = SURE_READ if several else SURE_READ_ALONE, first.worth + min(first.worth - next_worth, MOST_OUT)
        if unread + READ * MOST_READ < least:
            # Whatever reading tells.
            return None
        read = odds(first.block, examined)
        worth = unread + READ * min(max(read, LEAST_READ), MOST_READ)
        sure = worth >= least and (several or read > 0.0)
        return points_of(first.block, examined, 1.0) if sure else None

    def worths(self) -> dict[Block, float]:
        """What words and nearness together say of each list; what speaks against one counts as `AGAINST_IT`."""
        words = {block: self._by_words(block, strict=True) for block, _ in self._blocks}
        return {block: (near or 0.0) + (by.cover + by.bonus if (by := words[block]) else AGAINST_IT) for block, near in self._blocks}

    def _weighed(self, strict: bool) -> Iterator["_Weighed"]:
        """The lists, but those whose words speak against them, or without which nothing speaks for them."""
        for block, near in self._blocks:
            if near is None and not self._may_fit(block, strict):
                continue
            words = self._by_words(block, strict)
            if words:
                fits = words.fits and (near is None or near >= LEAST_NEAR or words.named)
                yield _Weighed(words.cover + words.bonus + (near or 0.0), fits, near, words.heaviest, block)

    def _may_fit(self, block: Block, strict: bool) -> bool:
        """Whether the words of a list may make it the one: of most it is soon told that they don't, and those need not be weighed."""
        if strict:
            # What is weighed strictly has no more words than otherwise.
            loosely = self._by_words(block, strict=False) if self._may_fit(block, strict=False) else None
            return loosely is not None and loosely.fits
        wanted, keys = self._wanted, list_words(block, self._examined.shelf.index).keys
        if wanted.every_key.isdisjoint(keys):
            return False
        there = {id(c) for c, keys_of_word in zip(wanted.words, wanted.keys, strict=True) if not keys_of_word.isdisjoint(keys)}
        covered = sum(c.weight for c in wanted.words if id(c) in there) / wanted.total
        return covered >= LIST_COVER and (sum(c.weight for c in wanted.telling if id(c) in there) >= NOUN_SHARE * wanted.of_telling - CLOSE)

    def _by_words(self, block: Block, strict: bool) -> "_ByWords | None":
        """What words say of a list; None where they speak against it."""
        if (block, strict) not in self._known:
            self._known[block, strict] = _by_words(block, self._wanted, self._examined, strict)
        return self._known[block, strict]

    @cached_property
    def _known(self) -> "dict[tuple[Block, bool], _ByWords | None]":
        return {}

    @cached_property
    def _wanted(self) -> "_Wanted":
        return _wanted(self._examined)

    @cached_property
    def _blocks(self) -> list[tuple[Block, float | None]]:
        """The lists, with what nearness says for them."""
        of_costs = AnswerType.AMOUNT in self._examined.read.question.asked
        cases = asks_for_cases(self._examined.read.question.text)
        every = [block for block in blocks(self._examined) if not of_costs or costs(block, self._examined)]
        every = [block for block in every if not (cases and are_conditions(block, self._examined))]
        return list(zip(every, nearness_of(every, self._examined), strict=True))


class _Weighed(NamedTuple):
    """A list with what speaks for it.

    Attributes:
        worth: all of it together.
        fits: its words make it the one, and nearness does not speak against it.
        near: the part of nearness; None without vectors.
        heaviest: how well it has the word that tells most.
    """

    worth: float
    fits: bool
    near: float | None
    heaviest: float
    block: Block

    def near_enough(self, sure: float) -> bool:
        """Whether it is the one whatever its words are."""
        if self.near is None:
            return False
        held = self.heaviest >= LEAST_MATCH or self.worth - self.near >= LEAST_BY_WORDS
        return self.near >= NEAR_ALONE or (self.worth >= sure and held)


def _wanted(examined: Examined) -> _Wanted:
    read = examined.read
    words = about(read)
    if examined.source:
        # Who speaks in a document ('Wat wil de gemeente met ...') says nothing of which of its lists is meant; where ('in Zuiderwoud') does.
        speakers = {token.form for token in tokenize(examined.source.publisher)}
        before = {second.form: first.form for first, second in pairwise(read.question.tokens)}
        words = [c for c in words if c.word.form not in speakers or before.get(c.word.form) in PATTERNS.words("before_places")] or words
    telling, keys = nouns(words, read) or words, [c.every_key() for c in words]
    forms = [token.form for token in read.question.tokens]
    kinds = PATTERNS.words("kinds") & set(forms)
    if kinds & PATTERNS.words("places"):
        kinds = kinds | PATTERNS.words("places")
    return _Wanted(
        words=words,
        telling=telling,
        named={stem(form) for form in forms if form in PATTERNS.words("listing")},
        kinds={stem(form) for form in kinds},
        keys=keys,
        every_key=frozenset().union(*keys),
        total=sum(c.weight for c in words) or 1.0,
        of_telling=sum(c.weight for c in telling) or 1.0,
        numbered=bool(PATTERNS["steps"].search(read.question.focus_text)),
        negated=bool(PATTERNS["negated"].search(bare(read.question.text))),
    )


class _ByWords(NamedTuple):
    """What words say of a list.

    Attributes:
        fits: they make it the one.
        named: its heading or the line that leads it in has every word that tells.
        cover: the share of the question that it covers; bonus: what speaks for it beside that.
        heaviest: how well it has the word that tells most.
    """

    fits: bool
    named: bool
    cover: float
    bonus: float
    heaviest: float


def _by_words(block: Block, wanted: _Wanted, examined: Examined, strict: bool) -> _ByWords | None:
    """What words say of a list; None where they speak against it."""
    group = examined.shelf.index
    of_list = list_words(block, group)
    naming = of_list.naming
    if wanted.kinds and not wanted.kinds & naming.keys():
        return None
    # 'Welke regels' is led in by 'met vijf regels:'.
    named = bool(wanted.named & naming.keys())
    strengths = of_list.strengths(wanted.every_key & of_list.keys, strict and not named)
    cover = sum(c.weight * c.match(strengths) for c in wanted.words) / wanted.total
    bonus = _negated(of_list, wanted) + (NAMED_BONUS if named else 0.0)
    if wanted.numbered and points.is_numbered(group, block.items[0]):
        bonus += STEPS_BONUS
    return _ByWords(
        fits=cover >= LIST_COVER and share(wanted.telling, strengths) >= NOUN_SHARE and _is_one(wanted, of_list),
        named=all(c.match(naming) >= HEADING_COVER for c in wanted.telling),
        cover=cover,
        bonus=bonus,
        heaviest=max(wanted.telling, key=lambda c: c.weight).match(strengths) if wanted.telling else 0.0,
    )


def _is_one(wanted: _Wanted, words: ListWords) -> bool:
    """Whether it is a list of what is asked: members of an article that each say something else are none."""
    return words.is_led_in or any(c.match(words.naming) >= HEADING_COVER or _in_most(c, words.items) for c in wanted.telling)


def nearness_of(every: Sequence[Block], examined: Examined) -> list[float | None]:
    """What the nearness of a question to each of some lists says for it; None for each where there are no vectors."""
    if not examined.shelf.has_vectors():
        return [None] * len(every)
    leads = [lead_of(block, examined.shelf.index) for block in every]
    numbers = {point.passage for block, lead in zip(every, leads, strict=True) for point in (*block.items, *((lead,) if lead else ()))}
    near = examined.shelf.nearness(examined.read, sorted(numbers))
    if near is None:
        return [None] * len(every)
    nearness: list[float | None] = []
    for block, lead in zip(every, leads, strict=True):
        items = [max(near.sentences[point.passage, n] for n in range(point.first, point.end)) for point in block.items]
        passages = [near.passages[point.passage] for point in block.items]
        of_lead = max(near.sentences[lead.passage, lead.end - 1], 0.0) if lead else 0.0
        nearness.append(NEAR_LEAD * of_lead + NEAR_ITEMS * sum(items) / len(items) + NEAR_PASSAGES * sum(passages) / len(passages))
    return nearness


def about(read: ReadQuestion) -> list[Concept]:
    """The words of a question that say what it is about: not that several things are wanted, nor who does them, where others are left."""
    concepts = [c for c in read.concepts if not c.word.light and c.word.form not in PATTERNS.words("listing")]
    beside = PATTERNS.words("actors")
    if AnswerType.AMOUNT in read.question.asked:
        # A list of amounts is one of costs, whatever it calls them.
        beside = beside | PATTERNS.words("costs")
    return [c for c in concepts if c.word.form not in beside] or concepts


def nouns(concepts: Sequence[Concept], read: ReadQuestion) -> list[Concept]:
    """The nouns among some words of a question.

    A form that may be a verb too is a noun behind 'welke', 'van', 'de' ('scholen'); a word that no list has is none where the verb stands:
    behind 'hoe' and 'wat', and before 'ze'.
    """
    forms = [token.form for token in read.question.tokens]
    before, asking, who = (PATTERNS.words(name) for name in ("before_nouns", "before_verbs", "behind_verbs"))
    behind = {second for first, second in pairwise(forms) if first in before}
    verbs = {second for first, second in pairwise(forms) if first in asking} | {first for first, second in pairwise(forms) if second in who}
    return [
        c
        for c in concepts
        if (c.word.word_class is WordClass.NOUN and (c.word.form not in verbs or c.word.form in behind))
        or (c.word.word_class is WordClass.VERB and c.word.form in behind)
    ]


def share(concepts: Sequence[Concept], strengths: Mapping[str, float]) -> float:
    """The share of some words that a text has, by their weight."""
    total = sum(c.weight for c in concepts) or 1.0
    return sum(c.weight for c in concepts if c.match(strengths) >= WORD_COVER) / total


def _in_most(concept: Concept, items: Sequence[Mapping[str, float]]) -> bool:
    """Whether most items of a list have a word."""
    keys, least = concept.every_key(), NOUN_SHARE * len(items)
    having = [words for words in items if not keys.isdisjoint(words)]
    return len(having) > least and sum([concept.match(words) >= HEADING_COVER for words in having]) > least


def _negated(words: ListWords, wanted: _Wanted) -> float:
    """What speaks for a list that names what is so, or what is not so, as the question wants."""
    return 0.0 if not (words.negated or wanted.negated) else NEGATED_BONUS if words.negated == wanted.negated else -NEGATED_BONUS
