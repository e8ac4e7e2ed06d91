"""What each piece of evidence adds: leave it out, fit anew, and compare on authors that the fit did not see."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.answering.assistant import Assistant
from bot.answering.gates import GATES
from bot.evaluation.examples import HINTED, PLAIN, SetOfQuestions, load_examples
from bot.evaluation.fitting import Outcome, by_author, cross_validate, of_model
from bot.index.build import index_of
from bot.knowledge.model import Knowledge
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Entry
from bot.presentation.texts import say

ROUNDS = 2000

PIECES: dict[str, frozenset[str]] = {
    "own_words": frozenset({"own", "forms", "words", "brevity"}),
    "surroundings": frozenset({"wide"}),
    "nouns": frozenset({"nouns", "others", "missed", "worst"}),
    "parts": frozenset({"parts"}),
    "grams": frozenset({"grams", "sentence_grams"}),
    "hint_evidence": frozenset({"hint", "hint_cover", "hint_passage", "hints"}),
    "related": frozenset({"related", "loose"}),
    "answer_type": frozenset({"typed", "counted", "veto", "no_number", "no_place", "no_reason", "no_condition", "unidentified"}),
    "kind": frozenset({"other_kind"}),
    "margin": frozenset({"margin"}),
    "length": frozenset({"length", "single"}),
    "unknown": frozenset({"unknown", "names"}),
}
"""The evidence by what it is made of; each name is a feature of `evidence.FEATURES` or of `confidence.confidence_features`."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What is lost without a piece of evidence, in shares of 1.

    Attributes:
        both: the figure that is left.
        change: the difference with everything, on the same questions; below 0 where the piece helps.
        low, high: its 95 % interval by paired bootstrap.
    """

    piece: str
    model: str
    questions: int
    answered: float
    silent: float
    both: float
    change: float
    low: float
    high: float


def ablate(sets: Sequence[SetOfQuestions], threshold: Mapping[str, float]) -> Iterator[Loss]:
    """Every piece in turn, for knowledge with hints and without.

    Besides evidence, two parts of the program are left out as a whole: the lexicon (the sources are read anew without it) and the gates.
    """
    examples = load_examples(sets)
    bare = load_examples(sets, _without_lexicon)
    for model in (HINTED, PLAIN):
        own = [e for e in of_model(examples, model) if e.weight]
        if not own:
            continue
        whole = cross_validate(own, by_author)
        yield _loss("everything", model, whole, whole, threshold[model])
        for piece, dropped in PIECES.items():
            yield _loss(piece, model, cross_validate(own, by_author, dropped), whole, threshold[model])
        yield _loss("lexicon", model, cross_validate([e for e in of_model(bare, model) if e.weight], by_author), whole, threshold[model])
        every = frozenset(gate.name for gate in GATES)
        yield _loss("gates", model, cross_validate(own, by_author, gates_left_out=every), whole, threshold[model])


class _NoLexicon(Lexicon):
    """A lexicon that has no words."""

    def __contains__(self, form: object) -> bool:
        return False

    def words(self) -> Iterable[str]:
        return ()

    def entries(self, word: str) -> list[Entry]:
        return []


def _without_lexicon(knowledge: Knowledge, lexicon: Path | None) -> Assistant:
    return Assistant(index_of(knowledge, lexicon=_NoLexicon()))


def _loss(piece: str, model: str, without: Sequence[Outcome], whole: Sequence[Outcome], threshold: float) -> Loss:
    left = np.array([o.right(threshold) for o in without], dtype=float)
    change = left - np.array([o.right(threshold) for o in whole], dtype=float)
    draws = np.random.default_rng(1).integers(0, len(change), (ROUNDS, len(change)))
    low, high = np.quantile(change[draws].mean(axis=1), (0.025, 0.975))
    able = np.array([o.example.case.answerable for o in without])
    return Loss(
        piece, model, len(left), float(left[able].mean()), float(left[~able].mean()) if (~able).any() else float("nan"),
        float(left.mean()), float(change.mean()), float(low), float(high),
    )  # fmt: skip


def markdown_lines(losses: Iterator[Loss]) -> Iterator[str]:
    """The table as Markdown, a table for each sort of knowledge."""
    model = ""
    for loss in losses:
        if loss.model != model:
            model = loss.model
            yield ""
            yield say("evaluation", "ablation", model, count=loss.questions)
            yield ""
            yield say("evaluation", "ablation", "head")
            yield "|---|---|---|---|---|"
        change = "" if loss.piece == "everything" else f"{100 * loss.change:+.1f} ({100 * loss.low:+.1f} .. {100 * loss.high:+.1f})"
        name = say("evaluation", "pieces", loss.piece)
        yield f"| {name} | {100 * loss.both:.1f} | {change} | {100 * loss.answered:.1f} | {100 * loss.silent:.1f} |"
