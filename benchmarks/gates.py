"""What each gate does by itself: `python -m benchmarks.gates --questions FILE=FOLDER`.

A gate is worth having where it stops near misses and leaves the sentences that answer alone. For each gate it prints how many answering
sentences it would refuse, whatever the ranking puts first; how many unanswerable questions it stops; and of these, what the gate alone
decides: right answers lost by it and wrong answers prevented, with the weights and all other gates as they are.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from benchmarks import ends_in_one_line
from benchmarks.corpora import SetOfQuestions
from benchmarks.options import add_set_options, chosen_sets
from bot.answering.assistant import Assistant
from bot.answering.gates import GATES, first_refusal
from bot.answering.scope import Weighed
from bot.answering.shelf import Examined
from bot.evaluation.question_sets import Case, read_question_set
from bot.evaluation.scoring import fold
from bot.language.tokens import clean
from bot.watch import load_assistant


class Effect(NamedTuple):
    """What one gate does, in numbers of questions.

    Attributes:
        refused: answering sentences that it refuses.
        stopped: unanswerable questions whose first sentence it refuses.
        lost: right answers that would be given without it.
        prevented: wrong answers that would be given without it.
    """

    gate: str
    refused: int
    stopped: int
    lost: int
    prevented: int


class Effects(NamedTuple):
    """The effects of all gates, with how many answering sentences and unanswerable questions there were."""

    answering: int
    unanswerable: int
    gates: list[Effect]


def effects(sets: Sequence[SetOfQuestions]) -> Effects:
    """Ask the first turns of every set and try every gate on each.

    Raises:
        QuestionSetError, KnowledgeError: a file can't be used.
    """
    counts: Counter[tuple[str, str]] = Counter()
    for chosen in sets:
        assistant = load_assistant(chosen.knowledge)
        for case in read_question_set(chosen.path):
            text = clean(case.question)
            if case.turn == 1 and not assistant.without_search(text):
                _count(counts, case, assistant, text)
    rows = [Effect(gate.name, *(counts[gate.name, what] for what in ("refused", "stopped", "lost", "prevented"))) for gate in GATES]
    return Effects(counts["", "answering"], counts["", "unanswerable"], rows)


def _count(counts: Counter[tuple[str, str]], case: Case, assistant: Assistant, text: str) -> None:
    examined = assistant.examine(text)
    if not examined.candidates:
        return
    gold = [fold(string) for string in case.gold]
    answering = _answering(examined, gold) if gold else None
    counts["", "answering" if answering is not None else "unanswerable"] += bool(answering is not None or not gold)
    first = _weighed(examined, 0)
    right = any(string in fold(first.passage.text) for string in gold)
    for gate in GATES:
        if answering is not None and gate.refuse(_weighed(examined, answering)):
            counts[gate.name, "refused"] += 1
        if not gold and gate.refuse(first):
            counts[gate.name, "stopped"] += 1
    refusal = first_refusal(first)
    # Without this gate it would have been an answer: no other refuses, and the chance is above the threshold.
    if refusal and examined.odds >= 0 and not first_refusal(first, {refusal.gate}):
        counts[refusal.gate, "lost" if right else "prevented"] += 1


def _answering(examined: Examined, gold: Sequence[str]) -> int | None:
    """The rank, from 0, of the best candidate whose sentence holds a gold string, or lies inside one."""
    for rank in range(len(examined.candidates)):
        case = _weighed(examined, rank)
        sentence = fold(case.passage.sentences[case.best.sentence].text)
        if any((string in sentence or sentence in string) and string in fold(case.passage.text) for string in gold):
            return rank
    return None


def _weighed(examined: Examined, rank: int) -> Weighed:
    return Weighed(examined.read, examined.candidates[rank], examined.shelf.index, examined.shelf.scope)


def markdown_lines(effects: Effects) -> Iterator[str]:
    """The table as Markdown, gates that do nothing left out."""
    yield f"{effects.answering} answering sentences, {effects.unanswerable} unanswerable questions"
    yield ""
    yield "| gate | answering sentences refused | unanswerable stopped | right answers lost | wrong answers prevented |"
    yield "|---|---|---|---|---|"
    for effect in effects.gates:
        if any(effect[1:]):
            yield f"| {effect.gate} | {effect.refused} | {effect.stopped} | {effect.lost} | {effect.prevented} |"


@ends_in_one_line
def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gates", description="What each gate does by itself.")
    add_set_options(parser)
    for line in markdown_lines(effects(chosen_sets(parser.parse_args(arguments)))):
        print(line, flush=True)


if __name__ == "__main__":
    main()
