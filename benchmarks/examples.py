"""Questions turned into examples to learn from: for each candidate its evidence, and whether it is right."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np

from benchmarks.corpora import SetOfQuestions
from bot.answering.assistant import Assistant
from bot.answering.features import FEATURES, Candidate
from bot.answering.gates import first_refusal
from bot.answering.reading import ReadQuestion
from bot.answering.scope import Refusal, Weighed
from bot.answering.shelf import Shelf
from bot.answering.weights import Model, model_name, shipped_weights
from bot.evaluation.question_sets import Case, read_question_set
from bot.evaluation.scoring import LONGEST_QUOTE, fold
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge, Passage
from bot.language.encoder import PASSAGE
from bot.language.lazy_encoder import shipped_encoder
from bot.language.lexicon import Lexicon
from bot.language.tokens import clean
from bot.settings import cache_folder, knowledge_folder
from bot.watch import local_lines

MODELS = tuple(model_name(hinted, vectors) for vectors in (False, True) for hinted in (True, False))
"""The names of the models, each with its own examples."""

VECTOR_MODELS = frozenset(model_name(hinted, vectors=True) for hinted in (True, False))
"""Those for which a passage can be read together with the question."""

_UNSURE = Model({}, {"intercept": -30.0})
"""Words alone are sure of nothing: so the vectors are asked for every question."""


@dataclass(slots=True)
class Example:
    """One question with its candidates.

    Attributes:
        document: what it is about: the id of the one document in its knowledge folder, or the folder's name.
        model: one of `MODELS`, which learns from it.
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
    _odds: dict[tuple[int, int], float] = field(default_factory=dict)

    def order(self, ranking: Mapping[str, float]) -> Any:
        """The candidates' numbers, best first, as the program would order them with these weights."""
        scores = self.features @ np.array([ranking.get(name, 0.0) for name in FEATURES])
        return np.lexsort(([c.sentence for c in self.candidates], [c.passage for c in self.candidates], -scores))

    def ordered(self, ranking: Mapping[str, float]) -> list[Candidate]:
        """The candidates with the scores that these weights give them, best first."""
        scores = self.features @ np.array([ranking.get(name, 0.0) for name in FEATURES])
        ordered = (self.candidates[n] for n in self.order(ranking))
        return [
            Candidate(c.passage, c.sentence, c.features, float(score), c.vetoes, c.cosine)
            for c, score in zip(ordered, scores[self.order(ranking)], strict=True)
        ]

    def log_odds(self, candidate: Candidate) -> float:
        """How sure the cross-encoder is that a candidate's passage answers."""
        assert self.read is not None
        key = (candidate.passage, candidate.sentence)
        if key not in self._odds:
            self._odds[key] = self.shelf.log_odds(self.read, candidate)
        return self._odds[key]

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


AssistantMaker = Callable[[Knowledge, Path | None, bool], Assistant]
"""Makes an assistant from knowledge and its lexicon, with or without vectors."""


def usual_assistant(knowledge: Knowledge, lexicon: Path | None, vectors: bool, words: Lexicon | None = None) -> Assistant:
    """An assistant as the program makes it; with vectors, one that asks them for every question.

    Args:
        words: another lexicon in place of the program's own.
    """
    if not vectors:
        return Assistant(index_of(knowledge, local_lines(lexicon), words))
    home = cache_folder()
    content = crc32("".join(str(document.text) for document in knowledge.documents).encode())
    index = index_of(knowledge, local_lines(lexicon), words, home / f"fit-{content:08x}.vectors")
    encoder = shipped_encoder(home)
    assert encoder is not None
    index.vectors.fill(partial(encoder.encode, role=PASSAGE), encoder.name)
    weights = shipped_weights()
    models = {
        name: model if name.endswith("vectors") else model._replace(confidence=_UNSURE.confidence) for name, model in weights.models.items()
    }
    return Assistant(index, weights._replace(models=models), encoder)


def load_examples(
    sets: Sequence[SetOfQuestions], make: AssistantMaker = usual_assistant, models: Collection[str] = MODELS
) -> list[Example]:  # fmt: skip
    """Ask the first turns of every set for each model; those about knowledge with hints once more without any hints.

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
        has_hints = knowledge != without_hints(knowledge)
        for vectors, hinted in product((False, True), (True, False) if has_hints else (False,)):
            model = model_name(hinted, vectors)
            if model not in models:
                continue
            if (folder, model) not in assistants:
                # Without hints stands for knowledge that nobody prepared: it has no lexicon of its own either.
                stripped = has_hints and not hinted
                assistants[folder, model] = make(
                    without_hints(knowledge) if stripped else knowledge, None if stripped else knowledge.lexicon_path, vectors
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
