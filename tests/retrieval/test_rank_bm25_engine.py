"""Posting lists over rank-bm25 give its own scores, and none of its known faults.

The faults (issues 18, 25, 27, 29, 39 and 43 of rank-bm25): a term in exactly half of the texts scores 0 in BM25Okapi, an empty
corpus raises, every text scores above 0 by the delta, and a query that matches nothing still returns texts.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi, BM25Plus

from bot.retrieval.protocol import Field, Hit, Retriever
from bot.retrieval.rank_bm25_engine import COMMON_FROM, FieldIndex, RankBM25Retriever

TERMS = st.sampled_from([*"abcdefgh", "zzz"])
TEXTS = st.lists(st.lists(TERMS, max_size=12), max_size=30)
WORDS_ONLY = {Field.WORDS: 1.0}


def search(texts: list[list[str]], *terms: str, limit: int = 10) -> list[Hit]:
    """Search one field for a few terms of equal weight."""
    retriever: Retriever = RankBM25Retriever.of({Field.WORDS: texts})
    return retriever.search({Field.WORDS: dict.fromkeys(terms, 1.0)}, WORDS_ONLY, limit)


@given(TEXTS.filter(any), st.lists(TERMS, unique=True, max_size=6))
def test_scores_are_those_of_rank_bm25_less_its_baseline(texts: list[list[str]], query: list[str]) -> None:
    engine = BM25Plus(texts)
    baseline = sum(engine.delta * (engine.idf.get(term) or 0.0) for term in query)
    own = FieldIndex(texts).scores(dict.fromkeys(query, 1.0))
    assert own == pytest.approx(engine.get_scores(query) - baseline, abs=1e-9)


@given(TEXTS.filter(any), st.dictionaries(TERMS, st.floats(min_value=0, max_value=2), max_size=6))
def test_weights_weigh(texts: list[list[str]], terms: dict[str, float]) -> None:
    index = FieldIndex(texts)
    parts = [weight * index.scores({term: 1.0}) for term, weight in terms.items()]
    assert index.scores(terms) == pytest.approx(sum(parts, np.zeros(len(texts))), abs=1e-9)


@given(TEXTS, st.lists(TERMS, max_size=6))
def test_only_texts_that_share_a_term_are_found_best_first(texts: list[list[str]], query: list[str]) -> None:
    hits = search(texts, *query, limit=50)
    assert {hit.number for hit in hits} == {n for n, text in enumerate(texts) if set(text) & set(query)}
    assert [(-hit.score, hit.number) for hit in hits] == sorted((-hit.score, hit.number) for hit in hits)
    assert all(hit.score > 0 and hit.evidence[Field.WORDS] > 0 for hit in hits)


@given(TEXTS, st.lists(TERMS, max_size=6), st.integers(min_value=1, max_value=8))
def test_a_limit_cuts_the_list_and_changes_nothing_else(texts: list[list[str]], query: list[str], limit: int) -> None:
    every = [hit.number for hit in search(texts, *query, limit=1_000)]
    assert [hit.number for hit in search(texts, *query, limit=limit)] == every[:limit]


def test_equal_texts_come_in_the_order_of_the_index() -> None:
    assert [hit.number for hit in search([["a", "b"]] * 300, "a", limit=5)] == [0, 1, 2, 3, 4]


def test_a_term_in_exactly_half_of_the_texts_counts() -> None:
    texts = [["a", "x"], ["a", "y"], ["b", "x"], ["b", "y"]]
    assert BM25Okapi(texts).get_scores(["a"]).tolist() == [0, 0, 0, 0], "the fault that this engine must not have"
    assert [hit.number for hit in search(texts, "a")] == [0, 1]


def test_a_term_in_every_text_counts_less_than_a_rare_one() -> None:
    index = FieldIndex([["a", "b"], ["a", "c"], ["a", "d"]])
    assert 0 < index.idf("a") < index.idf("b")
    assert index.scores({"a": 1.0})[0] < index.scores({"b": 1.0})[0]


def test_a_common_word_never_outweighs_a_middling_one() -> None:
    """BM25Okapi's floor (epsilon) lets it."""
    texts = [["de", "wet"], ["de", "wet"], ["de", "huis"], ["de", "tuin"], ["de", "boom"]]
    index = FieldIndex(texts)
    assert index.idf("de") < index.idf("wet") < index.idf("huis")


@pytest.mark.parametrize("texts", [[], [[]], [[], [], []]])
def test_an_empty_corpus_is_no_error(texts: list[list[str]]) -> None:
    assert search(texts, "a") == []
    index = FieldIndex(texts)
    assert index.scores({"a": 1.0}).tolist() == [0.0] * len(texts)
    assert index.attainable({"a": 1.0}) == 0.0


def test_no_fields_at_all_is_no_error() -> None:
    retriever = RankBM25Retriever.of({})
    assert retriever.search({Field.WORDS: {"a": 1.0}}, WORDS_ONLY, 5) == []


def test_a_query_that_matches_nothing_gives_nothing() -> None:
    texts = [["a"], ["b"]]
    assert BM25Plus(texts).get_top_n(["q"], texts, n=1), "the fault that this engine must not have"
    assert search(texts, "q") == []
    assert search(texts) == []


def test_the_delta_gives_no_text_a_score() -> None:
    texts = [["a"], ["b"], ["c"]]
    assert min(BM25Plus(texts).get_scores(["a"])) > 0, "the fault that this engine must not have"
    assert FieldIndex(texts).scores({"a": 1.0})[1:].tolist() == [0.0, 0.0]


def test_an_unseen_term_is_the_most_telling() -> None:
    index = FieldIndex([["a"], ["b"], ["b"]])
    assert index.idf("unseen") == math.log(4) == index.idf("a") > index.idf("b")


def test_no_score_reaches_what_is_attainable() -> None:
    index = FieldIndex([["a"] * 500, ["b"]])
    assert 0.9 * index.attainable({"a": 1.0}) < index.scores({"a": 1.0})[0] <= index.attainable({"a": 1.0})


def test_fields_add_up_by_their_weights() -> None:
    retriever = RankBM25Retriever.of({Field.WORDS: [["a"], ["b"]], Field.HINTS: [["q"], ["a"]]})
    query = {Field.WORDS: {"a": 1.0}, Field.HINTS: {"a": 1.0}}
    assert [hit.number for hit in retriever.search(query, {Field.WORDS: 1.0, Field.HINTS: 0.5}, 5)] == [0, 1]
    assert [hit.number for hit in retriever.search(query, {Field.WORDS: 0.5, Field.HINTS: 1.0}, 5)] == [1, 0]
    assert [hit.number for hit in retriever.search(query, {Field.WORDS: 1.0}, 5)] == [0]


def test_in_a_large_corpus_words_that_most_texts_have_are_left_out() -> None:
    texts = [["de", str(n)] for n in range(COMMON_FROM)]
    assert search(texts, "de") == []
    assert [hit.number for hit in search(texts, "de", "7")] == [7]
    assert len(search(texts[:-1], "de")) == 10


def test_asking_twice_gives_the_same() -> None:
    index = FieldIndex([["a", "b"], ["b"]])
    assert index.scores({"b": 1.0}).tolist() == index.scores({"b": 1.0}).tolist()
