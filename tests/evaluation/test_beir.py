"""Benchmarks in BEIR format: every form of the files is read, measures are the published ones, and long documents work."""

import json
import math
from pathlib import Path

import pytest

from bot.errors import QuestionSetError
from bot.evaluation.beir import (
    LONGEST_SENTENCE,
    clause_spans,
    measures,
    ndcg,
    read_benchmark,
    recall,
    reciprocal_rank,
    run_baseline,
    run_benchmark,
    trec_lines,
)
from tests.paths import shared
from tests.refused import refused

TEXTS = {
    "d1": ("Artikel 1", "De burgemeester kan de vergunning weigeren in het belang van de openbare orde."),
    "d2": ("", "Subsidies voor sportverenigingen worden elk jaar aangevraagd."),
    "d3": ("Afval", "Huisvuil wordt op dinsdag opgehaald."),
}
QUESTIONS = {"q1": "Wanneer mag de burgemeester een vergunning weigeren?", "q2": "Op welke dag wordt het huisvuil opgehaald?"}


def benchmark_folder(folder: Path, key: str = "_id", qrels: str = "qrels.tsv", lines: str = "q1\td1\t1\nq2\td3\t1\n") -> Path:
    corpus = [json.dumps({key: ident, "title": title, "text": text}) for ident, (title, text) in TEXTS.items()]
    (folder / "corpus.jsonl").write_text("\n".join(corpus), encoding="utf-8")
    (folder / "queries.jsonl").write_text("\n".join(json.dumps({key: i, "text": t}) for i, t in QUESTIONS.items()), encoding="utf-8")
    (folder / qrels).parent.mkdir(exist_ok=True)
    (folder / qrels).write_text(lines, encoding="utf-8")
    return folder


@pytest.mark.parametrize("key", ["_id", "id"])
@pytest.mark.parametrize(
    ("qrels", "lines"),
    [
        ("qrels.tsv", "q1\td1\t1\nq2\td3\t1\n"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1\td1\t1\nq2\td3\t1\n"),
        ("qrels/test.tsv", "query-id\tcorpus-id\tscore\r\nq1\td1\t1\r\nq2\td3\t1\r\n"),
        ("qrels.tsv", "q1\t0\td1\t1\nq2\t0\td3\t1\n"),
    ],
)
def test_every_form_of_the_files_is_read(tmp_path: Path, key: str, qrels: str, lines: str) -> None:
    found = read_benchmark(benchmark_folder(tmp_path, key, qrels, lines))
    assert found.judged == {"q1": {"d1": 1}, "q2": {"d3": 1}}
    assert list(found.questions) == ["q1", "q2"]
    assert found.texts["d1"].startswith("Artikel 1\nDe burgemeester")


@pytest.mark.parametrize(("lines", "says"), [("q1\td1\t1\nq1\td2\tja\n", "geen oordeel"), ("q9\td1\t1\n", "geen beoordeelde vragen")])
def test_judgements_that_can_not_be_are_told(tmp_path: Path, lines: str, says: str) -> None:
    with refused(QuestionSetError, says):
        read_benchmark(benchmark_folder(tmp_path, lines=lines))


def test_a_folder_without_files_is_told(tmp_path: Path) -> None:
    with refused(QuestionSetError, "niet worden gelezen"):
        read_benchmark(tmp_path)


def test_a_small_set_is_ranked_and_written_as_a_run(tmp_path: Path) -> None:
    chosen = read_benchmark(benchmark_folder(tmp_path))
    run = run_benchmark(chosen)
    assert run.ranked["q1"][0] == "d1"
    assert run.ranked["q2"][0] == "d3"
    assert measures(chosen, run) == {"nDCG@10": 1.0, "recall@10": 1.0, "MRR@10": 1.0}
    rows = [line.split() for line in trec_lines(run)]
    assert rows[0] == ["q1", "Q0", "d1", "1", "100", "akkoordwijzer"]
    scores = [int(row[4]) for row in rows if row[0] == "q1"]
    assert scores == sorted(set(scores), reverse=True)
    assert run_baseline(chosen, "BM25Plus").ranked["q1"][0] == "d1"


def test_measures_are_the_published_ones() -> None:
    grades = {"a": 1, "b": 1, "c": 0}
    assert ndcg(["c", "a", "x", "b"], grades) == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)))
    assert recall(["c", "a"], grades) == 0.5
    assert reciprocal_rank(["c", "a"], grades) == 0.5
    assert ndcg([], grades) == recall([], grades) == reciprocal_rank([], grades) == 0.0
    assert ndcg(["a"], {"a": 2, "b": 1}) == pytest.approx(2 / (2 + 1 / math.log2(3)))


def test_long_documents_are_cut_at_clauses_and_lose_nothing() -> None:
    statute = "Het bestuur kan, " + "indien de aanvrager dit verzoekt en geen bezwaar bestaat; " * 60 + "besluiten. " + "woord" * 300
    spans = clause_spans(statute)
    assert max(span.end - span.start for span in spans) <= LONGEST_SENTENCE
    assert "".join(statute[s.start : s.end] for s in spans).replace(" ", "") == statute.replace(" ", "")


def test_it_ranks_better_than_rank_bm25_on_the_shared_sets() -> None:
    gains = []
    for name in ("faq-debian-nl", "faq-minvws-nl"):
        chosen = read_benchmark(shared(f"retrieval/{name}"))
        ours = measures(chosen, run_benchmark(chosen))["nDCG@10"]
        theirs = max(measures(chosen, run_baseline(chosen, engine))["nDCG@10"] for engine in ("BM25Okapi", "BM25Plus"))
        assert ours >= theirs
        gains.append(ours - theirs)
    assert sum(gains) / len(gains) >= 0.05
