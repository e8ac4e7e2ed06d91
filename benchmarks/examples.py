"""Questions turned into examples to learn from: for each candidate its evidence, and whether it is right."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.corpora import SetOfQuestions
from bot.answering.assistant import Assistant
from bot.answering.evidence import FEATURES, Candidate
from bot.answering.gates import first_refusal
from bot.answering.reading import ReadQuestion
from bot.answering.scope import Refusal, Weighed
from bot.answering.shelf import Shelf
from bot.evaluation.question_sets import Case, read_question_set
from bot.evaluation.scoring import LONGEST_QUOTE, fold
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge, Passage
from bot.language.tokens import clean
from bot.settings import knowledge_folder
from bot.watch import local_lines

HINTED, PLAIN = "hinted", "plain"


@dataclass(slots=True)
class Example:
    """One question with its candidates.

    Attributes:
        document: what it is about: the id of the one document in its knowledge folder, or the folder's name.
        model: HINTED or PLAIN, which model learns from it.
        shelf: where its candidates stand.
        features: an array of candidates by `FEATURES`.
        holds: for each candidate whether its passage holds a gold string.
        pins: for each candidate whether its sentence does, or lies inside one.
        weight: what it counts for, 0 in a set to judge by only.
    """

    set_name: str
    document: str
    model: str
    case: Case
    weight: float
    assistant: Assistant
    shelf: Shelf
    read: ReadQuestion | None = None
    candidates: list[Candidate] = field(default_factory=list)
    features: Any = None
    holds: Any = None
    pins: Any = None
    _refusals: dict[tuple[int, int, frozenset[str]], Refusal | None] = field(default_factory=dict)

    def order(self, ranking: Mapping[str, float]) -> Any:
        """The candidates' numbers, best first, as the program would order them with these weights."""
        scores = self.features @ np.array([ranking.get(name, 0.0) for name in FEATURES])
        return np.lexsort(([c.sentence for c in self.candidates], [c.passage for c in self.candidates], -scores))

    def ordered(self, ranking: Mapping[str, float]) -> list[Candidate]:
        """The candidates with the scores that these weights give them, best first."""
        scores = self.features @ np.array([ranking.get(name, 0.0) for name in FEATURES])
        return [replace(self.candidates[n], score=float(scores[n])) for n in self.order(ranking)]

    def refusal(self, ordered: Sequence[Candidate], left_out: frozenset[str] = frozenset()) -> Refusal | None:
        """What forbids to answer with the first candidate.

        Args:
            left_out: names of gates that are not asked.
        """
        assert self.read is not None
        key = (ordered[0].passage, ordered[0].sentence, left_out)
        if key not in self._refusals:
            self._refusals[key] = first_refusal(Weighed(self.read, ordered[0], self.shelf.index, self.shelf.scope), left_out)
        return self._refusals[key]


AssistantMaker = Callable[[Knowledge, Path | None], Assistant]


def usual_assistant(knowledge: Knowledge, lexicon: Path | None) -> Assistant:
    """An assistant as the program makes it."""
    return Assistant(index_of(knowledge, local_lines(lexicon)))


def load_examples(sets: Sequence[SetOfQuestions], make: AssistantMaker = usual_assistant) -> list[Example]:
    """Ask the first turns of every set, and those about knowledge with hints once more without any hints.

    Raises:
        QuestionSetError, KnowledgeError: a file can't be used.
    """
    assistants: dict[tuple[Path, str], Assistant] = {}
    examples: list[Example] = []
    for chosen in sets:
        folder = knowledge_folder(chosen.knowledge)
        cases = [case for case in read_question_set(chosen.path) if case.turn == 1]
        knowledge = load_knowledge(folder)
        document = knowledge.documents[0].id if len(knowledge.documents) == 1 else folder.resolve().name
        hinted = knowledge != without_hints(knowledge)
        for model in (HINTED, PLAIN) if hinted else (PLAIN,):
            if (folder, model) not in assistants:
                # Without hints stands for knowledge that nobody prepared: it has no lexicon of its own either.
                stripped = hinted and model == PLAIN
                assistants[folder, model] = make(
                    without_hints(knowledge) if stripped else knowledge, None if stripped else knowledge.lexicon_path
                )
            for case in cases:
                weight = chosen.weight * (1.0 if case.answerable else chosen.silence_weight)
                example = Example(
                    chosen.name, document, model, case, weight, assistants[folder, model], assistants[folder, model].shelves[0]
                )
                _ask(example)
                examples.append(example)
    return examples


def without_hints(knowledge: Knowledge) -> Knowledge:
    """The same passages as if nobody had written hints."""
    return knowledge._replace(passages=tuple(_bare(passage) for passage in knowledge.passages))


def _bare(passage: Passage) -> Passage:
    sentences = tuple(sentence._replace(questions=(), keywords=()) for sentence in passage.sentences)
    return passage._replace(sentences=sentences, questions=(), keywords=())


def _ask(example: Example) -> None:
    """Fill in what the program finds for the question."""
    text = clean(example.case.question)
    if example.assistant.without_search(text):
        return
    examined = example.assistant.examine(text)
    if not examined.candidates:
        return
    passages, gold = examined.shelf.index.passages, [fold(string) for string in example.case.gold]
    example.shelf, example.read, example.candidates = examined.shelf, examined.read, examined.candidates
    example.features = np.array([[c.features[feature] for feature in FEATURES] for c in examined.candidates])
    texts = {c.passage: fold(passages[c.passage].text) for c in examined.candidates}
    holding = {number: len(text) <= LONGEST_QUOTE and any(g in text for g in gold) for number, text in texts.items()}
    example.holds = np.array([holding[c.passage] for c in examined.candidates])
    sentences = [fold(passages[c.passage].sentences[c.sentence].text) for c in examined.candidates]
    example.pins = np.array([any(g in s or s in g for g in gold) for s in sentences]) & example.holds
