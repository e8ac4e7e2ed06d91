"""The list or the passage that likeliest answers a question that one sentence does not, where no words make one sure: told by reading each."""

from collections.abc import Mapping, Sequence

from bot.answering import points
from bot.answering.blocks import MOST_POINTS, Points, beside_of, lead_of, lead_text, points_of, words_of
from bot.answering.chosen_list import NearLists
from bot.answering.comparing import asks_money, tells_amount
from bot.answering.features import Candidate, text_of
from bot.answering.forms import PATTERNS, Form, asks_for_cases, asks_one_thing, bare, enumerates
from bot.answering.list_kinds import are_conditions, costs
from bot.answering.quoting import quote_of
from bot.answering.read_points import Block
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.answering.verifying import list_read, text_read
from bot.language.answer_types import AnswerType
from bot.language.stems import stem
from bot.named import NamedTuple

PASSAGES, LISTS = 7, 3
"""Passages that are read, the best ones, each as the list that its best sentence is of where it is of one; and lists beside those."""

READ, SCORE, OF_LIST, NAMES_SEVERAL = 0.5, 0.55, 3.0, 0.7
"""What counts for each: the log odds that it answers, read together with the question; the score of its best sentence; of a list what words
and nearness say; and that its sentence names several things. Fitted to which of them answers 130 questions of tests/questions/messages that
are read: with each document left out in turn it is the first for 102."""

LEAST_READ, MOST_READ = -3.0, 2.5
"""Between which those log odds are taken."""


class Likely(NamedTuple):
    """The list or the passage that likeliest answers.

    Attributes:
        block: the list; None for a passage, and for an item of a list of something else.
        sentences: the sentences that came near, of the list or the passage, the best first.
        read: the log odds that it answers, or one of its items does.
        worth: all that speaks for it.
        ahead: by how much it is before the next.
        examined: the document that it is of.
    """

    block: Block | None
    sentences: tuple[Candidate, ...]
    read: float
    worth: float
    ahead: float
    examined: Examined

    @property
    def points(self) -> Points | None:
        """The items of the list; None for a passage."""
        return points_of(self.block, self.examined, 1.0) if self.block else None

    @property
    def quote(self) -> Quote:
        """The passage."""
        return quote_of(self.examined.shelf, self.sentences)

    @property
    def text(self) -> str:
        """The words of the list, or of the passage."""
        group = self.examined.shelf.index
        return " ".join(points.text_of(group, item) for item in self.block.items) if self.block else self.quote.text

    @property
    def names_several(self) -> bool:
        """Whether it is a list, or its best sentence names several things one after the other."""
        return self.block is not None or _names_several(self.examined, self.sentences[0])

    @property
    def of_costs(self) -> bool:
        """Whether it is no list, or one of amounts."""
        return self.block is None or costs(self.block, self.examined)


def likeliest(examined: Examined) -> Likely | None:
    """What likeliest answers; None where nothing can be read."""
    group, vectors = examined.shelf.index, examined.shelf.vectors
    if vectors is None or not examined.shelf.has_vectors():
        return None
    first: dict[int, Candidate] = {}
    for candidate in examined.candidates:
        if group.document_of(candidate.passage).id == examined.document:
            first.setdefault(candidate.passage, candidate)
    best = list(first.values())[:PASSAGES]
    if not group.fetch([number for candidate in best for number in (candidate.passage, *beside_of(group, candidate.passage))]):
        return None
    lists = NearLists(examined).worths()
    likely = _may_answer(examined, best, lists, first)
    if not likely:
        return None
    read = vectors.log_odds(text_of(examined.read), [_text(examined, block, sentences) for block, sentences in likely])
    worths = [_worth(examined, block, sentences, odds, lists) for (block, sentences), odds in zip(likely, read, strict=True)]
    number = max(range(len(likely)), key=worths.__getitem__)
    block, sentences = likely[number]
    ahead = worths[number] - max((worth for n, worth in enumerate(worths) if n != number), default=worths[number] - MOST_READ)
    # One of its items may answer where its first ones, which are read, do not; a list that does not is one of something else.
    of_item = examined.shelf.log_odds(examined.read, sentences[0]) if block and sentences else read[number]
    of_something_else = bool(sentences) and read[number] < 0.0
    return Likely(None if of_something_else else block, sentences, max(read[number], of_item), worths[number], ahead, examined)


SURE, SURE_ALONE, SURE_OF_BOTH = (1.0, 1.2), (1.3, 2.0), (0.5, 0.7)
"""From which log odds, and how far before the next, the likeliest answers a question after several things; one that does not say that it is
after several; and one that compares: there those that have no answer stand further from those that have one. Of the questions of the same
sets that were met with silence 4 of 46 after several things get theirs with the first, none of them another and none without an answer; from
0.7 and 0.7 on also 2 without an answer and 3 another. Of 15 that compare 3 get theirs with the third."""

_MAY_REFUSE: Mapping[Form | None, frozenset[str]] = {
    None: frozenset({""}),
    Form.COMPARISON: frozenset({"", "comparison"}),
    **dict.fromkeys((Form.POINTS, Form.SUBJECT, Form.SUMMARY), frozenset({"", "other_thing", "telling_word"})),
}
"""For each form of question the gates that may speak against its first sentence: what they find missing there the rest of it may have."""


def answers(likely: Likely, form: Form | None) -> bool:
    """Whether the likeliest answers.

    Args:
        form: what the question asks for; None where it does not say that it asks for several things: then only a list answers.
    """
    examined, text = likely.examined, likely.examined.read.question.text
    if examined.verdict.gate not in _MAY_REFUSE.get(form, ()) or (not examined.verdict.gate and examined.verdict.confidence == 0.0):
        # What a gate or an unknown document forbids has no chance at all.
        return False
    if form is not Form.COMPARISON and (asks_one_thing(text) or not (likely.block if form is None else likely.names_several)):
        return False
    least, ahead = {Form.COMPARISON: SURE_OF_BOTH, None: SURE_ALONE}.get(form, SURE)
    if likely.read < least or likely.ahead < ahead:
        return False
    if form is Form.COMPARISON:
        return not PATTERNS["of_others"].search(bare(text)) and (not asks_money(text) or tells_amount(likely.text))
    if likely.block and are_conditions(likely.block, examined) == asks_for_cases(text) and _turns_on_conditions(text):
        return False
    return _of_its_kind(likely) and (AnswerType.AMOUNT not in examined.read.question.asked or likely.of_costs)


PLAIN, APART = 8.0, 1.0
"""What the likeliest must come to, or else how far it must be before the next, for a list that words or nearness chose to be the one that is
meant. Of 60 such lists in the same sets those that stand below both are 4 that no list answers, 3 of another list, and 2 that are right."""


def _turns_on_conditions(text: str) -> bool:
    """Whether a question asks for conditions, or for that of which something is true, which conditions don't tell."""
    return asks_for_cases(text) or bool(PATTERNS["conditions"].search(bare(text)))


def in_doubt(likely: Likely) -> bool:
    """Whether several are about as likely, and none of them very."""
    return likely.worth < PLAIN and likely.ahead < APART


def _of_its_kind(likely: Likely) -> bool:
    """Whether it is called what each item must be one of, where the question says that: 'Welke scholen', 'Noem de plaatsen'."""
    examined, group = likely.examined, likely.examined.shelf.index
    kinds = PATTERNS.words("kinds") & {token.form for token in examined.read.question.tokens}
    if not kinds:
        return True
    if kinds & PATTERNS.words("places"):
        kinds = kinds | PATTERNS.words("places")
    number = likely.block.items[0].passage if likely.block else likely.sentences[0].passage
    naming = f"{group.passages[number].section.title} {lead_text(likely.block, group) if likely.block else likely.text}"
    words = words_of(naming, examined)
    return any(stem(kind) in words for kind in kinds)


_Part = tuple[Block | None, tuple[Candidate, ...]]


def _may_answer(examined: Examined, best: Sequence[Candidate], lists: Mapping[Block, float], first: Mapping[int, Candidate]) -> list[_Part]:
    """The lists and passages that are read, each with the sentences of it that came near."""
    gathered: dict[object, tuple[Block | None, list[Candidate]]] = {}
    for candidate in best:
        block = _list_of(examined, candidate)
        gathered.setdefault(block.items if block else candidate.passage, (block, []))[1].append(candidate)
    for block in sorted(lists, key=lambda each: -lists[each])[:LISTS]:
        numbers = dict.fromkeys(point.passage for point in (*block.items, *((block.lead,) if block.lead else ())))
        gathered.setdefault(block.items, (block, [first[number] for number in numbers if number in first]))
    return [(block, tuple(sorted(sentences, key=lambda c: -c.score))) for block, sentences in gathered.values()]


def _list_of(examined: Examined, candidate: Candidate) -> Block | None:
    """The list that a sentence is an item of, or leads in."""
    group = examined.shelf.index
    point = next(p for p in points.points_in(group, candidate.passage) if p.first <= candidate.sentence < p.end)
    block = points.block_of(group, point)
    return block if block and 1 < len(block.items) <= MOST_POINTS else None


def _text(examined: Examined, block: Block | None, sentences: Sequence[Candidate]) -> str:
    """What is read of a list or a passage."""
    group = examined.shelf.index
    if block is None:
        return text_read(group.passages[sentences[0].passage], sentences[0].sentence)
    lead = lead_of(block, group)
    items = [points.text_of(group, item) for item in block.items]
    return list_read(group.passages[block.items[0].passage], points.text_of(group, lead) if lead else "", items)


def _worth(examined: Examined, block: Block | None, sentences: Sequence[Candidate], odds: float, lists: Mapping[Block, float]) -> float:
    """What speaks for a list or a passage altogether."""
    worth = READ * min(max(odds, LEAST_READ), MOST_READ)
    worth += SCORE * (sentences[0].score if sentences else 0.0)
    if block is not None:
        return worth + OF_LIST * lists.get(block, 0.0)
    return worth + (NAMES_SEVERAL if _names_several(examined, sentences[0]) else 0.0)


def _names_several(examined: Examined, candidate: Candidate) -> bool:
    return enumerates(examined.shelf.index.passages[candidate.passage].sentences[candidate.sentence].text)
