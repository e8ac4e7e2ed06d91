"""What each piece of evidence adds: leave it out, fit anew, and compare on documents (or, of one document, authors) that the fit did not see.

    python -m benchmarks.ablate --questions FILE[=FOLDER] ... [--weight NAME=W[,Z]] [--threshold T]

prints a table in Markdown, see docs/measuring.md.
"""

import argparse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import ends_in_one_line
from benchmarks.corpora import SetOfQuestions
from benchmarks.cross_validation import by_author, by_document, cross_validate, of_model
from benchmarks.examples import MODELS, load_examples, usual_assistant
from benchmarks.models import Outcome
from benchmarks.options import add_set_options, chosen_sets, chosen_thresholds
from bot.answering.assistant import Assistant
from bot.answering.gates import GATES
from bot.knowledge.model import Knowledge
from bot.language.lexicon import Lexicon
from bot.language.lexicon_lines import Entry

ROUNDS = 2000
EVERYTHING = "(nothing left out)"

PIECES: dict[str, frozenset[str]] = {
    "vectors of sentences": frozenset({"sentence_vector"}),
    "vectors of passages": frozenset({"passage_vector"}),
    "closeness of the first sentence": frozenset({"closeness"}),
    "very words": frozenset({"own", "forms"}),
    "heading, hints and sentences beside it": frozenset({"wide"}),
    "nouns by themselves": frozenset({"nouns"}),
    "4-grams": frozenset({"grams", "sentence_grams"}),
    "likeness to hints": frozenset({"hint", "hint_cover", "hints"}),
    "search with the lexicon": frozenset({"related"}),
    "answer type that is asked for": frozenset({"typed", "counted", "veto", "vetoes"}),
    "margin over the second, lead over those that follow": frozenset({"margin", "lead"}),
    "length of the question": frozenset({"length"}),
    "unknown words": frozenset({"unknown"}),
}
"""The features by what they are made of; each name is one of `features.FEATURES` or of `confidence.confidence_features`."""


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
    for model in MODELS:
        learned = [e for e in of_model(examples, model) if e.weight]
        if not learned:
            continue
        splits = by_document if len({e.document for e in learned}) > 1 else by_author
        whole = cross_validate(learned, splits)
        yield _loss(EVERYTHING, model, whole, whole, threshold[model])
        for piece, dropped in PIECES.items():
            yield _loss(piece, model, cross_validate(learned, splits, dropped), whole, threshold[model])
        yield _loss(
            "the whole lexicon", model, cross_validate([e for e in of_model(bare, model) if e.weight], splits), whole, threshold[model]
        )
        every = frozenset(gate.name for gate in GATES)
        yield _loss("the gates", model, cross_validate(learned, splits, gates_left_out=every), whole, threshold[model])


class _NoLexicon(Lexicon):
    """A lexicon that has no words."""

    def __contains__(self, form: object) -> bool:
        return False

    def words(self) -> Iterable[str]:
        return ()

    def entries(self, word: str) -> list[Entry]:
        return []


def _without_lexicon(knowledge: Knowledge, lexicon: Path | None, vectors: bool) -> Assistant:
    return usual_assistant(knowledge, lexicon, vectors, _NoLexicon())


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


_KNOWLEDGE = {name: name.replace("_", ", ") for name in MODELS}


def markdown_lines(losses: Iterator[Loss]) -> Iterator[str]:
    """The table as Markdown, a table for each sort of knowledge."""
    model = ""
    for loss in losses:
        if loss.model != model:
            model = loss.model
            yield ""
            yield f"**{_KNOWLEDGE[model]}** ({loss.questions} questions)"
            yield ""
            yield "| without | right answer or silence | difference (95 %) | answered right | silent right |"
            yield "|---|---|---|---|---|"
        change = "" if loss.piece == EVERYTHING else f"{100 * loss.change:+.1f} ({100 * loss.low:+.1f} .. {100 * loss.high:+.1f})"
        yield f"| {loss.piece} | {100 * loss.both:.1f} | {change} | {100 * loss.answered:.1f} | {100 * loss.silent:.1f} |"


@ends_in_one_line
def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ablate", description="What each piece of evidence adds.")
    add_set_options(parser)
    options = parser.parse_args(arguments)
    for line in markdown_lines(ablate(chosen_sets(options), chosen_thresholds(options))):
        print(line, flush=True)


if __name__ == "__main__":
    main()
