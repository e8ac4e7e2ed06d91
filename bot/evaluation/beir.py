"""Retrieval benchmarks in BEIR format: read a folder, rank its documents as answering ranks passages, and say how good that is."""

import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import rank_bm25

from bot.answering.assistant import Assistant
from bot.answering.features import RETRIEVAL_WEIGHTS, search_terms
from bot.errors import QuestionSetError
from bot.evaluation.question_sets import json_objects
from bot.index.build import index_of
from bot.knowledge.model import Document, Kind, Knowledge, Passage, Section, Sentence, Span
from bot.knowledge.passages import sentence_spans
from bot.language.encoding import PASSAGE
from bot.language.lazy_encoder import shipped_encoder
from bot.language.tokens import clean
from bot.settings import cache_folder

DEPTH = 100
"""Documents that are ranked for each question."""

LONGEST_SENTENCE = 400
"""Characters: what is longer (a statute of one sentence, a table) is cut at its clauses, and else between words."""

WHOLE_DOCUMENT = 24.0
"""What the retrieval score of a whole document weighs beside the score of its best sentence: chosen once on the two FAQ sets, where 8 to
50 do equally well; on the 2021 agreement's paragraphs 0 to 12 do."""

WHOLE_WITH_VECTORS, PASSAGE_VECTOR = 4.0, 4.0
"""The same where texts have vectors, and what the vector of a whole document weighs: chosen on the two FAQ sets, where 0 to 8 and 2 to 6
do about equally well."""

MOST_TEXTS = 12_000
"""Sentences and texts up to which each gets a vector: that takes some minutes."""

_CLAUSE_END = re.compile(r"[;:,](?=\s)|\n+|\s(?=[-•*–]\s)|\s(?=(?:[a-z]|\d{1,2})[.)°]\s)")


@dataclass(frozen=True, slots=True)
class Benchmark:
    """A set: texts, questions, and which texts are judged to answer them.

    Attributes:
        texts: document id -> title and text, put together.
        questions: question id -> text; only those with a judgement above 0.
        judged: question id -> document id -> grade.
    """

    name: str
    texts: Mapping[str, str]
    questions: Mapping[str, str]
    judged: Mapping[str, Mapping[str, int]]


def read_benchmark(folder: Path) -> Benchmark:
    """Read `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` (or `qrels/test.tsv`).

    Raises:
        QuestionSetError: a file is missing or not of that form.
    """
    texts: dict[str, str] = {}
    for number, item in json_objects(folder / "corpus.jsonl"):
        title, text = item.get("title") or "", item.get("text") or ""
        if not isinstance(title, str) or not isinstance(text, str):
            raise QuestionSetError("benchmark.text", path=folder / "corpus.jsonl", line=number)
        texts[_id(item, folder / "corpus.jsonl", number)] = f"{title}\n{text}".strip()
    questions: dict[str, str] = {}
    for number, item in json_objects(folder / "queries.jsonl"):
        if not isinstance(item.get("text"), str):
            raise QuestionSetError("benchmark.question", path=folder / "queries.jsonl", line=number)
        questions[_id(item, folder / "queries.jsonl", number)] = item["text"]
    judged = _judgements(folder, texts, questions)
    asked = {ident: text for ident, text in questions.items() if any(grade > 0 for grade in judged.get(ident, {}).values())}
    if not asked or not texts:
        raise QuestionSetError("benchmark.nothing_judged", path=folder)
    return Benchmark(folder.resolve().name, texts, asked, judged)


def _id(item: Mapping[str, Any], path: Path, line: int) -> str:
    ident = item.get("_id", item.get("id"))
    if not isinstance(ident, str | int) or ident == "":
        raise QuestionSetError("benchmark.id", path=path, line=line)
    return str(ident)


def _judgements(folder: Path, texts: Mapping[str, str], questions: Mapping[str, str]) -> dict[str, dict[str, int]]:
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.exists()), folder / "qrels.tsv")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionSetError("benchmark.no_qrels", path=path) from error
    judged: dict[str, dict[str, int]] = {}
    for number, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if cells == [""]:
            continue
        if len(cells) == 4:  # as trec_eval has it: question, iteration, document, grade
            del cells[1]
        if len(cells) != 3 or not re.fullmatch(r"-?\d+(?:\.0+)?", cells[2]):
            if number == 1:
                continue  # the header
            raise QuestionSetError("benchmark.judgement", path=path, line=number)
        if cells[0] in questions and cells[1] in texts:
            judged.setdefault(cells[0], {})[cells[1]] = int(float(cells[2]))
    return judged


def knowledge_of(texts: Mapping[str, str]) -> Knowledge:
    """Documents as knowledge without hints: each one passage in a section of its own, its title a sentence of it."""
    passages = []
    for ident, text in texts.items():
        text = text or " "
        document = Document(ident, ident, "", 0, None, "", (), {}, text)
        section = Section((), 0)
        sentences = tuple(Sentence(span, text[span.start : span.end]) for span in clause_spans(text)) or (Sentence(Span(0, 1), text[:1]),)
        whole = Span(sentences[0].span.start, sentences[-1].span.end)
        passages.append(Passage(ident, document, section, Kind.AGREEMENT, whole, text[whole.start : whole.end], sentences))
    return Knowledge(tuple(p.document for p in passages), tuple((p.document, p.section) for p in passages), tuple(passages), (), None)


def clause_spans(text: str) -> list[Span]:
    """The sentences of a text, lines apart, those above `LONGEST_SENTENCE` characters cut at their clauses."""
    spans: list[Span] = []
    for line in re.finditer(r"[^\n]+", text):
        for span in sentence_spans(text, line.start(), line.end()):
            spans += _cut(text, span)
    return spans


def _cut(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > LONGEST_SENTENCE:
        ends = [m.end() for m in _CLAUSE_END.finditer(text, start + LONGEST_SENTENCE // 4, start + LONGEST_SENTENCE)]
        end = ends[-1] if ends else text.rfind(" ", start + 1, start + LONGEST_SENTENCE) + 1 or start + LONGEST_SENTENCE
        if text[start:end].strip():
            yield Span(start, end)
        start = end
    if text[start : span.end].strip():
        yield Span(start, span.end)


def rank(assistant: Assistant, question: str) -> list[int]:
    """The documents for a question, best first, `DEPTH` at most.

    A document is judged as a whole, where a passage is chosen for its best sentence: so its place comes from its best sentence and
    the retrieval score of the whole text together. Documents whose sentences were not weighed follow in the retriever's order.
    """
    examined = assistant.examine(clean(question))
    if not examined.read.concepts:
        return []
    hits = examined.shelf.retriever.search(search_terms(examined.read), RETRIEVAL_WEIGHTS, DEPTH)
    whole = {hit.number: hit.score for hit in hits}
    vectors = any(candidate.cosine for candidate in examined.candidates)
    factor = WHOLE_WITH_VECTORS if vectors else WHOLE_DOCUMENT
    best: dict[int, float] = {}
    for candidate in examined.candidates:
        near = PASSAGE_VECTOR * candidate.features["passage_vector"]
        best.setdefault(candidate.passage, candidate.score + factor * whole.get(candidate.passage, 0.0) + near)
    weighed = sorted(best, key=lambda number: (-best[number], number))
    return [*weighed, *(hit.number for hit in hits if hit.number not in best)][:DEPTH]


@dataclass(frozen=True, slots=True)
class Run:
    """What one way of ranking did.

    Attributes:
        ranked: question id -> document ids, best first.
        milliseconds: for each question, in order.
        seconds_to_build: to read and index all documents.
    """

    name: str
    ranked: Mapping[str, list[str]]
    milliseconds: Sequence[float]
    seconds_to_build: float


def run_benchmark(benchmark: Benchmark, meaning: bool = True) -> Run:
    """Rank with the program's own analysis, retrieval and features.

    Args:
        meaning: with vectors too, where there are at most `MOST_TEXTS`.
    """
    begin = time.perf_counter()
    index = index_of(knowledge_of(benchmark.texts))
    try:
        home = cache_folder()
    except RuntimeError:
        home = None
    encoder = shipped_encoder(home) if meaning else None
    if encoder is not None and index.vectors.missing(encoder.name) <= MOST_TEXTS:
        index.vectors.fill(partial(encoder.encode, role=PASSAGE), encoder.name)
    assistant = Assistant(index, encoder=encoder)
    built = time.perf_counter() - begin
    return _timed("akkoordwijzer", benchmark, built, lambda question: rank(assistant, question))


BASELINES = ("BM25Okapi", "BM25Plus")


def run_baseline(benchmark: Benchmark, engine: str) -> Run:
    """Rank with rank-bm25 as published, on lower-cased words.

    Args:
        engine: 'BM25Okapi' or 'BM25Plus', each with its own default parameters.
    """
    begin = time.perf_counter()
    bm25: Any = getattr(rank_bm25, engine)([_lower_words(text) for text in benchmark.texts.values()])
    built = time.perf_counter() - begin

    def ranked(question: str) -> list[int]:
        scores = bm25.get_scores(_lower_words(question))
        return [int(number) for number in np.argsort(-scores, kind="stable")[:DEPTH]]

    return _timed(engine, benchmark, built, ranked)


def _lower_words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def _timed(name: str, benchmark: Benchmark, built: float, ranked: Callable[[str], list[int]]) -> Run:
    idents, rankings, times = list(benchmark.texts), {}, []
    for question, text in benchmark.questions.items():
        begin = time.perf_counter()
        numbers = ranked(text)
        times.append(1000 * (time.perf_counter() - begin))
        rankings[question] = [idents[number] for number in numbers]
    return Run(name, rankings, times, built)


def ndcg(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain with the grade itself as gain, as trec_eval and so ir-measures have it."""
    gains = [grades.get(ident, 0) for ident in ranked[:depth]]
    return _gain(gains) / _gain(sorted(grades.values(), reverse=True)[:depth])


def _gain(grades: Sequence[int]) -> float:
    return sum(max(0, grade) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def recall(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """The share of the relevant documents that is among the first."""
    relevant = {ident for ident, grade in grades.items() if grade > 0}
    return len(relevant & set(ranked[:depth])) / len(relevant)


def reciprocal_rank(ranked: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """1 over the place of the first relevant document, 0 where there is none."""
    return next((1 / rank for rank, ident in enumerate(ranked[:depth], 1) if grades.get(ident, 0) > 0), 0.0)


MEASURES: Mapping[str, Callable[[Sequence[str], Mapping[str, int]], float]] = {
    "nDCG@10": ndcg, "recall@10": recall, "MRR@10": reciprocal_rank,
}  # fmt: skip
"""Named as in BEIR. Own few lines: ir-measures needs a compiler on many machines; it reads the run file for a second opinion."""


def measures(benchmark: Benchmark, run: Run) -> dict[str, float]:
    """The mean of each measure over the questions."""
    return {
        name: sum(measure(run.ranked[q], benchmark.judged[q]) for q in benchmark.questions) / len(benchmark.questions)
        for name, measure in MEASURES.items()
    }


def trec_lines(run: Run) -> Iterator[str]:
    """A TREC run: question, Q0, document, rank, score, name. Scores only tell the order: trec_eval sorts by them."""
    for question, idents in run.ranked.items():
        for rank, ident in enumerate(idents, 1):
            yield f"{question} Q0 {ident} {rank} {DEPTH + 1 - rank} {run.name}"
