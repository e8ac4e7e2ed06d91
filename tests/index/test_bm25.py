"""Posting lists give rank-bm25's own scores, and none of its known faults.

The faults (issues 18, 25, 27, 29, 39 and 43 of rank-bm25): a term in exactly half of the texts scores 0 in BM25Okapi, an empty
corpus raises, every text scores above 0 by the delta, and a query that matches nothing still returns texts.
"""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rank_bm25 import BM25Okapi, BM25Plus

from bot.index.bm25 import BM25, COMMON_FROM
from bot.index.postings import FIELDS, FieldWriter, Lists
from bot.index.protocol import Field, Hit, Retriever
from bot.index.schema import ArrayWriter, writable
from bot.index.whole import ALL_BELOW, WholeBM25, write_lists

TERMS = st.sampled_from([*"abcdefgh", "zzz", "~a", "_é", "straße", "D'66"])
TEXTS = st.lists(st.lists(TERMS, max_size=12), max_size=30)
WORDS_ONLY = {Field.WORDS: 1.0}
GROUP = 1

Texts = Sequence[Sequence[str]]


def engine(fields: dict[Field, Texts]) -> BM25:
    """An index in memory over the terms of texts."""
    return engines(fields)[-1]


def engines(fields: dict[Field, Texts]) -> list[BM25]:
    """That for any number of texts, and behind it that for few where they are few."""
    connection = writable(None)
    lists: list[tuple[Field, Lists]] = []
    size = max(map(len, fields.values()), default=0)
    for field in FIELDS:
        texts = fields.get(field, [()] * size)
        names = sorted({term for text in texts for term in text})
        owners = np.array([number for number, text in enumerate(texts) for _ in text], dtype=np.int64)
        terms = np.array([names.index(term) for text in texts for term in text], dtype=np.int64)
        written = FieldWriter(size, owners, terms).write(connection, GROUP, field, names)
        lists += [(field, written)] if written else []
    if size >= ALL_BELOW:
        return [BM25(connection, GROUP, size)]
    write_lists(ArrayWriter(connection, GROUP), lists)
    return [BM25(connection, GROUP, size), WholeBM25(connection, GROUP, size)]


@given(TEXTS, TEXTS, st.dictionaries(TERMS, st.floats(min_value=0.01, max_value=2), max_size=6), st.sampled_from([None, [range(2, 9)]]))
def test_few_texts_weighed_all_at_once_are_weighed_alike(
    texts: list[list[str]], others: list[list[str]], terms: dict[str, float], among: list[range] | None
) -> None:
    size = max(len(texts), len(others))
    padded = [[*some, *[[]] * (size - len(some))] for some in (texts, others)]
    fields: dict[Field, Texts] = {Field.WORDS: padded[0], Field.GRAMS: padded[1]}
    query, weights = dict.fromkeys(fields, terms), {Field.WORDS: 1.0, Field.GRAMS: 0.3}
    every, few = engines(fields)
    assert few.search(query, weights, 5, among) == every.search(query, weights, 5, among)
    for field in fields:
        assert few.attainable(field, terms) == every.attainable(field, terms)
        assert [few.idf(field, term) for term in terms] == [every.idf(field, term) for term in terms]


def search(texts: Texts, *terms: str, limit: int = 10) -> list[Hit]:
    """Search one field for a few terms of equal weight."""
    retriever: Retriever = engine({Field.WORDS: texts})
    return retriever.search({Field.WORDS: dict.fromkeys(terms, 1.0)}, WORDS_ONLY, limit)


def scores(texts: Texts, terms: dict[str, float]) -> list[float]:
    """The evidence of every text."""
    found = {
        hit.number: hit.evidence[Field.WORDS] for hit in engine({Field.WORDS: texts}).search({Field.WORDS: terms}, WORDS_ONLY, len(texts))
    }
    return [found.get(number, 0.0) for number in range(len(texts))]


@given(TEXTS.filter(any), st.lists(TERMS, unique=True, max_size=6))
@example([["aap"] * 300, ["aap", "aap", "noot"], ["noot"]], ["aap", "noot"])
def test_scores_are_those_of_rank_bm25_less_its_baseline(texts: list[list[str]], query: list[str]) -> None:
    published = BM25Plus(texts)
    baseline = sum(published.delta * (published.idf.get(term) or 0.0) for term in query)
    assert scores(texts, dict.fromkeys(query, 1.0)) == pytest.approx(published.get_scores(query) - baseline, abs=1e-9)


@given(TEXTS.filter(any), st.dictionaries(TERMS, st.floats(min_value=0.01, max_value=2), max_size=6))
def test_weights_weigh(texts: list[list[str]], terms: dict[str, float]) -> None:
    parts = [[weight * score for score in scores(texts, {term: 1.0})] for term, weight in terms.items()]
    assert scores(texts, terms) == pytest.approx([sum(values) for values in zip(*parts, strict=True)] or [0.0] * len(texts), abs=1e-9)


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


def many_texts(size: int) -> tuple[list[list[str]], random.Random]:
    """Texts of words as frequent as words are, some very frequent, most rare."""
    chance = random.Random(1)
    words = [f"w{n}" for n in range(3_000)]
    weights = [1 / (3 + n) for n in range(len(words))]
    return [chance.choices(words, weights, k=chance.randint(1, 60)) for _ in range(size)], chance


def test_where_most_texts_are_left_out_the_list_is_that_of_scoring_all() -> None:
    texts, chance = many_texts(6_000)
    forms = [[f"f{n % 40}", f"g{n % 700}"] for n in range(len(texts))]
    retriever = engine({Field.WORDS: texts, Field.FORMS: forms})
    weights = {Field.WORDS: 1.0, Field.FORMS: 0.6}
    for turn in range(60):
        words = {f"w{chance.randrange(3_000) if turn % 2 else chance.randrange(60)}": chance.random() + 0.1 for _ in range(12)}
        query = {Field.WORDS: words, Field.FORMS: {f"f{chance.randrange(40)}": 1.0, f"g{chance.randrange(700)}": 1.0}}
        among = [range(500, 900), range(2_000, 2_500)] if turn % 3 == 0 else None
        every = retriever.search(query, weights, len(texts), among)
        assert retriever.search(query, weights, 40, among) == every[:40]
        assert retriever.weigh([hit.number for hit in every[:100]], query, weights, 40) == every[:40]
        if among:
            assert all(any(hit.number in stretch for stretch in among) for hit in every)


def test_equal_texts_come_in_the_order_of_the_index() -> None:
    assert [hit.number for hit in search([["a", "b"]] * 300, "a", limit=5)] == [0, 1, 2, 3, 4]


def test_a_term_in_exactly_half_of_the_texts_counts() -> None:
    texts = [["a", "x"], ["a", "y"], ["b", "x"], ["b", "y"]]
    assert BM25Okapi(texts).get_scores(["a"]).tolist() == [0, 0, 0, 0], "the fault that this engine must not have"
    assert [hit.number for hit in search(texts, "a")] == [0, 1]


def test_a_term_in_every_text_counts_less_than_a_rare_one() -> None:
    texts = [["a", "b"], ["a", "c"], ["a", "d"]]
    index = engine({Field.WORDS: texts})
    assert 0 < index.idf(Field.WORDS, "a") < index.idf(Field.WORDS, "b")
    assert scores(texts, {"a": 1.0})[0] < scores(texts, {"b": 1.0})[0]


def test_a_common_word_never_outweighs_a_middling_one() -> None:
    """BM25Okapi's floor (epsilon) lets it."""
    index = engine({Field.WORDS: [["de", "wet"], ["de", "wet"], ["de", "huis"], ["de", "tuin"], ["de", "boom"]]})
    assert index.idf(Field.WORDS, "de") < index.idf(Field.WORDS, "wet") < index.idf(Field.WORDS, "huis")


@pytest.mark.parametrize("texts", [[], [[]], [[], [], []]])
def test_an_empty_corpus_is_no_error(texts: list[list[str]]) -> None:
    assert search(texts, "a") == []
    assert engine({Field.WORDS: texts}).attainable(Field.WORDS, {"a": 1.0}) == 0.0


def test_a_query_that_matches_nothing_gives_nothing() -> None:
    texts = [["a"], ["b"]]
    assert BM25Plus(texts).get_top_n(["q"], texts, n=1), "the fault that this engine must not have"
    assert search(texts, "q") == []
    assert search(texts) == []
    assert search(texts, "\ud800") == []
    assert engine({Field.WORDS: texts}).search({}, WORDS_ONLY, 5) == []


def test_the_delta_gives_no_text_a_score() -> None:
    texts = [["a"], ["b"], ["c"]]
    assert min(BM25Plus(texts).get_scores(["a"])) > 0, "the fault that this engine must not have"
    assert scores(texts, {"a": 1.0})[1:] == [0.0, 0.0]


def test_an_unseen_term_is_the_most_telling() -> None:
    index = engine({Field.WORDS: [["a"], ["b"], ["b"]]})
    assert index.idf(Field.WORDS, "unseen") == math.log(4) == index.idf(Field.WORDS, "a") > index.idf(Field.WORDS, "b")


def test_no_score_reaches_what_is_attainable() -> None:
    texts = [["a"] * 500, ["b"]]
    attainable = engine({Field.WORDS: texts}).attainable(Field.WORDS, {"a": 1.0})
    assert 0.9 * attainable < scores(texts, {"a": 1.0})[0] <= attainable


def test_fields_add_up_by_their_weights() -> None:
    retriever = engine({Field.WORDS: [["a"], ["b"]], Field.HINTS: [["q"], ["a"]]})
    query = {Field.WORDS: {"a": 1.0}, Field.HINTS: {"a": 1.0}}
    assert [hit.number for hit in retriever.search(query, {Field.WORDS: 1.0, Field.HINTS: 0.5}, 5)] == [0, 1]
    assert [hit.number for hit in retriever.search(query, {Field.WORDS: 0.5, Field.HINTS: 1.0}, 5)] == [1, 0]
    assert [hit.number for hit in retriever.search(query, {Field.WORDS: 1.0}, 5)] == [0]


def test_in_a_large_corpus_words_that_most_texts_have_are_left_out() -> None:
    texts = [["de", str(n)] for n in range(COMMON_FROM)]
    assert search(texts, "de") == []
    assert [hit.number for hit in search(texts, "de", "7")] == [7]
    assert len(search(texts[:-1], "de")) == 10


def test_how_many_texts_of_a_document_have_a_term() -> None:
    """So that what a word tells within one document does not depend on what else is loaded."""
    index = engine({Field.WORDS: [["a"], ["a", "a"], ["b"], ["a"], []]})
    assert [index.frequency(Field.WORDS, "a", stretch) for stretch in (range(2), range(2, 5), range(5))] == [2, 1, 3]
    assert index.frequency(Field.WORDS, "unseen", range(5)) == 0
    assert index.lengths(Field.WORDS).tolist() == [1, 2, 1, 1, 0]


def test_asking_twice_gives_the_same() -> None:
    retriever = engine({Field.WORDS: [["a", "b"], ["b"]]})
    assert retriever.search({Field.WORDS: {"b": 1.0}}, WORDS_ONLY, 5) == retriever.search({Field.WORDS: {"b": 1.0}}, WORDS_ONLY, 5)
