"""The figures: is the quoted passage right, and is silence right?

answered right: of the answerable questions, those with outcome 'answer' whose first quote holds a gold string; sentence right: those
whose highlight moreover holds a gold string or lies inside one; right in first three: one of the first three quotes holds a gold
string, whatever the outcome; silent right: of the unanswerable questions, those with outcome 'no_answer'; both: of all questions,
those answered or silent as they should be; twins right: of the pairs of an unanswerable question and the answerable one that it was
made from, those with both right; kind right: of those answered right, the first quotes of the right kind; verbatim:
quotes that stand in their source to the letter, white space folded. A quote of more than 900 characters, or a highlight of more
than 320, counts as wrong: to quote everything is no answer.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.answering.features import Candidate
from bot.answering.question import read_question
from bot.answering.reply import Outcome, Quote, Reply
from bot.evaluation.question_sets import Case
from bot.language.tokens import clean

LONGEST_QUOTE, LONGEST_HIGHLIGHT = 900, 320
ROUNDS = 2000

FIGURES = (
    "answered_right", "sentence_right", "right_in_first_3", "silent_right", "both", "twins_right", "kind_right", "verbatim", "follow_up_turns",
)  # fmt: skip


def fold(text: str) -> str:
    """Text with every run of white space as one space."""
    return re.sub(r"\s+", " ", text).strip()


def holds(quote: Quote, gold: Sequence[str]) -> bool:
    """Whether a quote of fair length holds a gold string."""
    text = fold(quote.text)
    return len(text) <= LONGEST_QUOTE and any(fold(string) in text for string in gold)


def pinpoints(quote: Quote, gold: Sequence[str]) -> bool:
    """Whether the highlight holds a gold string, or lies inside one."""
    mark = fold(quote.highlight_text)
    return bool(mark) and len(mark) <= LONGEST_HIGHLIGHT and any(fold(g) in mark or mark in fold(g) for g in gold)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a reply is what it is, for reports.

    Attributes:
        first: the candidate that was quoted, or would have been; None where nothing was searched for or found.
        right: the best candidate in a passage that holds a gold string, where there is one.
        right_rank: its rank among the passages, counted from 1; 0 where it is not among them.
        right_text: its sentence.
        hinted: the first one's passage has hints.
    """

    first: Candidate | None = None
    right: Candidate | None = None
    right_rank: int = 0
    right_text: str = ""
    hinted: bool = False


@dataclass(frozen=True)
class Scored:
    """A question with its reply.

    Attributes:
        set_name: the question set that it stands in.
        document: what the set is about: the id of the one document that was asked, or the name of the set.
    """

    case: Case
    reply: Reply
    evidence: Evidence
    verbatim: tuple[bool, ...]
    set_name: str = ""
    document: str = ""

    @property
    def answered(self) -> bool:
        """Whether the reply is an answer."""
        return self.reply.outcome is Outcome.ANSWER

    @cached_property
    def first_holds(self) -> bool:
        """Whether the first quote holds a gold string, whatever the outcome."""
        return self.case.answerable and bool(self.reply.shown) and holds(self.reply.shown[0], self.case.gold)

    @property
    def right(self) -> bool:
        """Whether the reply is right: a right answer, or silence where that is right."""
        return self.answered and self.first_holds if self.case.answerable else not self.answered

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """The kinds of answer that the question asks for, as the program reads it."""
        return tuple(sorted(kind.value for kind in read_question(self.case.question).asked)) or ("other",)

    def flags(self) -> Iterable[tuple[str, bool]]:
        """The figures that this question counts for, and whether it is right there."""
        case, quotes = self.case, self.reply.shown
        for flag in self.verbatim:
            yield "verbatim", flag
        if case.answerable:
            yield "answered_right", self.right
            yield "sentence_right", self.right and pinpoints(quotes[0], case.gold)
            yield "right_in_first_3", any(holds(quote, case.gold) for quote in quotes[:3])
            if self.right and case.kind:
                yield "kind_right", quotes[0].kind is case.kind
        else:
            yield "silent_right", self.right
        if case.turn > 1:
            yield "follow_up_turns", self.right
        yield "both", self.right


@dataclass(frozen=True, slots=True)
class Figure:
    """A share of questions with its 95 % bootstrap interval, all between 0 and 1."""

    share: float
    count: int
    low: float
    high: float


def figure_of(flags: Sequence[bool]) -> Figure:
    """The share of true flags. Resampling n flags of which k are true gives binomial(n, k / n): the bootstrap drawn at once."""
    count, share = len(flags), sum(flags) / len(flags)
    draws = np.random.default_rng(1).binomial(count, share, ROUNDS) / count
    low, high = np.quantile(draws, (0.025, 0.975))
    return Figure(share, count, float(low), float(high))


def figures(scored: Iterable[Scored]) -> dict[str, Figure]:
    """Every figure that has questions, in the order of `FIGURES`."""
    flags: dict[str, list[bool]] = {name: [] for name in FIGURES}
    scored = list(scored)
    flags["twins_right"] = [one.right and other.right for one, other in twins(scored)]
    for item in scored:
        for name, flag in item.flags():
            flags[name].append(flag)
    return {name: figure_of(outcomes) for name, outcomes in flags.items() if outcomes}


def twins(scored: Iterable[Scored]) -> list[tuple[Scored, Scored]]:
    """The pairs of an answerable question and its unanswerable twin, as far as both were asked."""
    scored = list(scored)
    by_id = {(item.set_name, item.case.id): item for item in scored if item.case.answerable}
    pairs = ((by_id.get((item.set_name, item.case.twin)), item) for item in scored if item.case.twin and not item.case.answerable)
    return [(first, item) for first, item in pairs if first]


GROUPINGS: Mapping[str, Callable[[Scored], tuple[str, ...]]] = {
    "document": lambda item: (item.document or "-",),
    "part": lambda item: (item.case.document or "-",),
    "asks": lambda item: (item.case.asks or "-",),
    "missing": lambda item: () if item.case.answerable else (item.case.missing or "-",),
    "kind": lambda item: (item.case.kind.value,) if item.case.kind else ("no_answer" if not item.case.answerable else "unknown",),
    "style": lambda item: (item.case.style or "-",),
    "asked": lambda item: item.asked,
    "author": lambda item: (item.case.author or "-",),
}
"""What questions are grouped by; one question may stand in several groups of 'asked', and in none of 'missing'."""


def by_group(scored: Iterable[Scored], grouping: str) -> dict[str, list[Scored]]:
    """The questions of each group, the largest group first."""
    groups: dict[str, list[Scored]] = {}
    for item in scored:
        for name in GROUPINGS[grouping](item):
            groups.setdefault(name, []).append(item)
    return dict(sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])))


def telling_groups(scored: Iterable[Scored]) -> Iterator[tuple[str, dict[str, list[Scored]]]]:
    """Every grouping that tells anything: of one group only, all figures together say the same."""
    scored = list(scored)
    for grouping in GROUPINGS:
        groups = by_group(scored, grouping)
        if len(groups) > 1:
            yield grouping, groups


def mean_figures(groups: Iterable[Sequence[Scored]]) -> dict[str, float]:
    """The mean of each figure over groups, each counting the same; over those that have it."""
    shares: dict[str, list[float]] = {name: [] for name in FIGURES}
    for group in groups:
        for name, figure in figures(group).items():
            shares[name].append(figure.share)
    return {name: sum(values) / len(values) for name, values in shares.items() if values}


def confusion(scored: Iterable[Scored]) -> dict[str, int]:
    """How often: right answer, wrong answer, silent though answerable, silent rightly, answer though unanswerable."""
    counts = dict.fromkeys(("right_answer", "wrong_answer", "silent_wrongly", "silent_rightly", "answered_wrongly"), 0)
    for item in scored:
        if item.case.answerable:
            counts["right_answer" if item.right else "wrong_answer" if item.answered else "silent_wrongly"] += 1
        else:
            counts["silent_rightly" if item.right else "answered_wrongly"] += 1
    return counts


def risk_coverage(scored: Sequence[Scored]) -> list[tuple[float, float]]:
    """(coverage, risk) when only the surest n questions were answered, for every n: risk is the share of those that is wrong."""
    order = sorted(scored, key=lambda item: -item.reply.confidence)
    wrong, points = 0, []
    for count, item in enumerate(order, 1):
        wrong += not item.first_holds
        points.append((count / len(order), wrong / count))
    return points


def calibration(scored: Sequence[Scored], bins: int = 10) -> list[tuple[float, float, int]]:
    """(mean confidence, share right, questions) by equal steps of confidence; what a gate stopped has confidence 0 and is left out."""
    cells: dict[int, list[Scored]] = {}
    for item in scored:
        if item.reply.confidence > 0:
            cells.setdefault(min(bins - 1, int(item.reply.confidence * bins)), []).append(item)
    return [
        (sum(i.reply.confidence for i in cell) / len(cell), sum(i.first_holds for i in cell) / len(cell), len(cell))
        for _, cell in sorted(cells.items())
    ]


def score(assistant: Assistant, cases: Sequence[Case], explain: bool = True, set_name: str = "") -> list[Scored]:
    """Ask every question of a set, the turns of a dialogue in order as one conversation.

    Args:
        explain: gather the evidence behind each reply too, for reports.
        set_name: what the set is called.
    """
    documents = assistant.knowledge.documents
    about = documents[0].id if len(documents) == 1 else set_name
    sources = {document.id: fold(document.text) for document in documents}
    conversations: dict[str, Conversation] = {}
    scored = []
    for case in cases:
        before = conversations.get(case.conversation, Conversation())
        reply, conversations[case.conversation] = assistant.reply(case.question, before)
        verbatim = tuple(_stands_in(quote, sources[quote.passage.document.id]) for quote in reply.shown)
        evidence = evidence_for(assistant, case, before) if explain else Evidence()
        scored.append(Scored(case, reply, evidence, verbatim, set_name, about))
    return scored


def _stands_in(quote: Quote, source: str) -> bool:
    text = fold(quote.text)
    return bool(text) and text in source and fold(quote.highlight_text) in text


def evidence_for(assistant: Assistant, case: Case, conversation: Conversation) -> Evidence:
    """What spoke for the first candidate and for the right one."""
    text = clean(case.question)
    if assistant.without_search(text):
        return Evidence()
    examined = assistant.examine(text, conversation)
    candidates = examined.candidates
    if not candidates:
        return Evidence()
    passages, hinted = examined.shelf.index.passages, examined.shelf.index.hints.has(candidates[0].passage)
    ranks = {number: rank for rank, number in enumerate(dict.fromkeys(c.passage for c in candidates), 1)}
    gold = [fold(string) for string in case.gold]
    right = next((c for c in candidates if any(g in fold(passages[c.passage].text) for g in gold)), None)
    if right is None:
        return Evidence(candidates[0], hinted=hinted)
    return Evidence(candidates[0], right, ranks[right.passage], passages[right.passage].sentences[right.sentence].text, hinted)
