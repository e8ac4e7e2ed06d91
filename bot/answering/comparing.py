"""Questions that compare two sides."""

from collections.abc import Callable, Iterator, Sequence

from bot.answering import points
from bot.answering.blocks import WORD_COVER, beside_of, of_document, passage_of, sentence_quote, sentence_text, words_of
from bot.answering.chosen_list import NOUN_SHARE, about, nouns
from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS, bare
from bot.answering.lists import SUBJECT_COVER
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Section
from bot.language.answer_types import AnswerType
from bot.language.function_words import is_content
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

TOGETHER = 6.0
"""How much sooner two sentences are the sides of a comparison that stand under one heading: as much as a good sentence scores above a poor
one."""

HEAD_COVER = 0.5
"""How well a sentence for one side must have a word, with its heading, whose words count for less than its own: a row of a table has few."""

IN_THE_SENTENCE = 0.85
"""How well a sentence must have the words of both sides to answer by itself: that a word has an opposite there is not enough."""


def covers_nouns(examined: Examined, candidate: Candidate, words: Sequence[str] = ()) -> bool:
    """Whether a sentence, with its heading and what stands beside it, has the nouns of the question and the kind of answer it wants.

    Args:
        words: folded words of which the sentence itself must have one.
    """
    if candidate.vetoes - _OF_COMPARING and not holds_amount(examined, candidate):
        return False
    view = examined.shelf.index.views(candidate.passage)[candidate.sentence]
    if words and not any(_has(examined, candidate, word) for word in words):
        return False
    about_it = [c for c in subject_nouns(examined.read) if c.word.form not in words]
    total = sum(c.weight for c in about_it)
    enough = HEAD_COVER if words else WORD_COVER
    heading = words_of(passage_of(examined, candidate).section.title, examined)
    held = sum(c.weight for c in about_it if max(c.match(view.wide), c.match(heading)) >= enough)
    return bool(about_it or words) and held >= NOUN_SHARE * total


_OF_COMPARING = frozenset({AnswerType.COMPARISON, AnswerType.DEFINITION})
"""Kinds of answer that a comparison seems to ask for: no one side has them."""


def _has(examined: Examined, candidate: Candidate, word: str, least: float = SUBJECT_COVER) -> bool:
    """Whether a sentence itself has a folded word, or what may stand for it at least so well."""
    narrow = examined.shelf.index.views(candidate.passage)[candidate.sentence].narrow
    if stem(word) in narrow:
        return True
    # Words as 'gewoon' and 'eerste' are in nearly every text; what is not special is called by each of some words.
    said, ordinary = [token.form for token in tokenize(sentence_text(examined, candidate))], PATTERNS.words("ordinary")
    if word in said or (word in ordinary and any(form in ordinary for form in said)):
        return True
    concept = next((c for c in examined.read.concepts if c.word.form == word), None)
    return concept is not None and concept.match(narrow) >= least


def holds_amount(examined: Examined, candidate: Candidate) -> bool:
    """Whether a sentence has an amount of money, which 'hoeveel' may well want, and lacks nothing else."""
    return candidate.vetoes == {AnswerType.NUMBER} and "€" in sentence_text(examined, candidate)


def subject_nouns(read: ReadQuestion) -> list[Concept]:
    """The nouns that a question is about, without those that only say what is done with them."""
    beside = PATTERNS.words("comparing")
    if asks_money(read.question.text):
        beside = beside | PATTERNS.words("costs")
    return [c for c in nouns(about(read), read) if c.word.form not in beside and not c.word.form.isdecimal()]


class Side(NamedTuple):
    """One side of a comparison.

    Attributes:
        question: the question asked of this side alone.
        words: the folded words that tell it from the other.
        term: what the question calls it, without an article.
    """

    question: str
    words: tuple[str, ...]
    term: str


def sides(text: str) -> tuple[Side, Side] | None:
    """A question that compares, asked of each side alone; None where it names no two sides."""
    folded = bare(text)
    match = PATTERNS["between"].search(folded)
    if match is None:
        return None
    groups = [words for words in match.groupdict().values() if words]
    if len(groups) < 2:
        return None
    one, other = groups[:2]
    content, other_content = _content(one), _content(other)
    only_one, only_other = [w for w in content if w not in other_content], [w for w in other_content if w not in content]
    if not only_one or not only_other:
        # 'Een klein plan of een gewoon plan': what tells them apart is in nearly every text.
        content, other_content = (
            [token.form for token in tokenize(side) if token.form not in PATTERNS.words("before_sides")] for side in (one, other)
        )
        only_one, only_other = [w for w in content if w not in other_content], [w for w in other_content if w not in content]
    if not only_one or not only_other:
        return None
    # 'Parkeren in het centrum en bij het station', 'een eerste en een tweede vergunning': the longer side also says what both are.
    count = min(len(only_one), len(only_other))
    only_one, only_other = only_one[-count:], only_other[:count]
    return (
        Side(_without(folded, only_other), tuple(only_one), _without(one, ("een", "de", "het"))),
        Side(_without(folded, only_one), tuple(only_other), _without(other, ("een", "de", "het"))),
    )


class _Sided(NamedTuple):
    """A sentence for one side of a comparison, with what speaks for it."""

    examined: Examined
    candidate: Candidate

    @property
    def location(self) -> tuple[str, int, int]:
        return self.examined.document, self.candidate.passage, self.candidate.sentence

    @property
    def section(self) -> Section:
        return passage_of(self.examined, self.candidate).section

    @property
    def quote(self) -> Quote:
        return sentence_quote(passage_of(self.examined, self.candidate), self.candidate.sentence)


class Both(NamedTuple):
    """What was found of a comparison.

    Attributes:
        one, other: a sentence for each side, or None.
        same: one sentence is the best for both.
        near: both stand under one heading.
        whole: one sentence that has the words of both.
    """

    one: Quote | None
    other: Quote | None
    same: bool = False
    near: bool = False
    whole: Quote | None = None


def both_sides(text: str, both: tuple[Side, Side], weigh: Callable[[str], list[Examined]]) -> Both:
    """A sentence for each side of a comparison, two that stand together before others.

    Args:
        text: the question: where it is about money, each must hold an amount.
        both: its sides.
        weigh: asks a question.
    """
    money = asks_money(text)
    ones, others = ([f for f in _about(weigh(side.question), side.words) if not money or _amount(*f)] for side in both)
    if ones and others and ones[0].location == others[0].location and all(_holds_other(ones[0], side, IN_THE_SENTENCE) for side in both):
        return Both(ones[0].quote, ones[0].quote, same=True, near=True, whole=ones[0].quote)
    pairs = [
        (_worth(one, other), -n, one, other)
        for n, (one, other) in enumerate((one, other) for one in ones for other in others)
        if one.location != other.location and not _holds_other(one, both[1]) and not _holds_other(other, both[0])
    ]
    if pairs:
        _, _, one, other = max(pairs, key=lambda pair: pair[:2])
        return Both(one.quote, other.quote, near=one.section == other.section)
    for one in ones:
        rest = _beside(one, both[0], both[1], money)
        if rest:
            return Both(one.quote, rest, near=True)
    for other in others:
        rest = _beside(other, both[1], both[0], money)
        if rest:
            return Both(rest, other.quote, near=True)
    same = bool(ones and others and ones[0].location == others[0].location)
    return Both(ones[0].quote if ones else None, others[0].quote if others else None, same=same)


def _about(examinations: Sequence[Examined], words: Sequence[str]) -> Iterator[_Sided]:
    for examined in examinations:
        for candidate in of_document(examined):
            if covers_nouns(examined, candidate, words):
                yield _Sided(examined, candidate)


def _worth(one: _Sided, other: _Sided) -> float:
    together = one.examined.document == other.examined.document and one.section == other.section
    return one.candidate.score + other.candidate.score + (TOGETHER if together else 0.0)


def _holds_other(sided: _Sided, other: Side, least: float = SUBJECT_COVER) -> bool:
    """Whether a sentence has all that tells the other side: then it tells neither apart."""
    return bool(other.words) and all(_has(sided.examined, sided.candidate, word, least) for word in other.words)


def _amount(examined: Examined, candidate: Candidate) -> bool:
    return tells_amount(sentence_text(examined, candidate))


def tells_amount(text: str) -> bool:
    """Whether a text says what something costs."""
    folded = fold(text)
    return (any(c.isdigit() for c in folded) and ("€" in folded or "euro" in folded)) or bool(PATTERNS["free"].search(folded))


def asks_money(text: str) -> bool:
    """Whether a question is about money."""
    return bool(PATTERNS["money"].search(bare(text)))


def _beside(sided: _Sided, this: Side, other: Side, money: bool) -> Quote | None:
    """What stands for the other side under the heading of the first: its words, or the only other item of the list."""
    if _holds_other(sided, other):
        return None
    group = sided.examined.shelf.index
    stems = {stem(word) for word in other.words}
    numbers = beside_of(group, sided.candidate.passage)
    for number in numbers if group.fetch(numbers) else ():
        passage = group.passages[number]
        for n, (sentence, view) in enumerate(zip(passage.sentences, group.views(number), strict=True)):
            held = sum(word in view.narrow for word in stems)
            if held == len(stems) and (number, n) != sided.location[1:] and (not money or tells_amount(sentence.text)):
                return sentence_quote(passage, n)
    return _only_other(sided, other, this)


def _only_other(sided: _Sided, other: Side, this: Side) -> Quote | None:
    """The only other item of a list that has the words that both sides share: 'Paspoort voor iemand van 18 jaar' beside that for a child."""
    group = sided.examined.shelf.index
    point = next(p for p in points.points_in(group, sided.candidate.passage) if p.first <= sided.candidate.sentence < p.end)
    block = points.block_of(group, point)
    if block is None or point not in block.items:
        return None
    told = {stem(word) for word in (*this.words, *other.words)}
    shared = words_of(" ".join(form for form in _content(other.question) if stem(form) not in told), sided.examined)
    keys = points.words_of_point(group, point).keys()
    common = {key for key in shared if key in keys}
    rest = [item for item in block.items if item != point and common <= points.words_of_point(group, item).keys()] if common else []
    return sentence_quote(group.passages[rest[0].passage], rest[0].first) if len(rest) == 1 else None


def compares_something(text: str) -> bool:
    """Whether a question says in what two things may differ: in price, in time; else it asks what each of them is."""
    return bool(PATTERNS["differ_in"].search(bare(text))) or asks_money(text)


def sets_apart(text: str) -> bool:
    """Whether a sentence that names two things says what sets them apart, and does not only name them together."""
    return bool(PATTERNS["sets_apart"].search(" ".join(fold(text).split())))


def _content(text: str) -> list[str]:
    return [token.form for token in tokenize(text) if is_content(token)]


def _without(text: str, words: Sequence[str]) -> str:
    return " ".join(part for part in text.split() if part.strip(",.?!") not in words)
