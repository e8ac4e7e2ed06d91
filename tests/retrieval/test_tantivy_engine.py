"""The index on disk gives rank-bm25's scores, and the same passages for the same questions.

Skipped where tantivy, an extra, is not installed.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("tantivy", reason="tantivy is an extra: pip install 'akkoordwijzer[scale]'")

from bot.retrieval.numbering import Held, Numbering
from bot.retrieval.protocol import Field, FieldTexts, Retriever
from bot.retrieval.rank_bm25_engine import COMMON_FROM, RankBM25Retriever
from bot.retrieval.tantivy_engine import MOST, TantivyRetriever, packed, unpacked
from bot.retrieval.tantivy_writer import TantivyWriter

WEIGHTS = {Field.WORDS: 1.0, Field.GRAMS: 0.5}
TERMS = st.sampled_from([*"abcdefg", "~a", "_é", "straße", "D'66"])
DOCUMENTS = st.lists(
    st.lists(st.tuples(st.lists(TERMS, max_size=8), st.lists(TERMS, max_size=8)), min_size=1, max_size=6), min_size=1, max_size=4
)
Texts = list[tuple[list[str], list[str]]]


def field_texts(texts: Texts) -> FieldTexts:
    """Two fields filled, the others empty."""
    empty: list[list[str]] = [[] for _ in texts]
    return {**dict.fromkeys(Field, empty), Field.WORDS: [words for words, _ in texts], Field.GRAMS: [grams for _, grams in texts]}


def on_disk(folder: Path, documents: dict[int, Texts]) -> TantivyRetriever:
    """Write documents into a folder and open it."""
    with TantivyWriter(folder) as writer:
        for number, texts in documents.items():
            writer.add(number, field_texts(texts))
    return opened(folder, documents)


def opened(folder: Path, documents: dict[int, Texts]) -> TantivyRetriever:
    """The retriever over a folder that holds these documents."""
    return TantivyRetriever(folder, Numbering([Held(number, len(texts)) for number, texts in documents.items()]))


def in_memory(documents: dict[int, Texts]) -> RankBM25Retriever:
    """The same documents for rank-bm25."""
    return RankBM25Retriever.of(field_texts([text for texts in documents.values() for text in texts]))


def assert_alike(one: Retriever, other: Retriever, terms: list[str], limit: int = 40) -> None:
    """Both find the same texts, with the same scores and evidence."""
    query = {Field.WORDS: dict.fromkeys(terms, 1.0), Field.GRAMS: dict.fromkeys(terms, 0.7)}
    found, wanted = one.search(query, WEIGHTS, limit), other.search(query, WEIGHTS, limit)
    assert {hit.number: hit.score for hit in found} == pytest.approx({hit.number: hit.score for hit in wanted})
    for hit in found:
        assert hit.evidence == pytest.approx(next(h.evidence for h in wanted if h.number == hit.number))
    for field in (Field.WORDS, Field.GRAMS, Field.HINTS):
        assert one.attainable(field, query.get(field, {})) == pytest.approx(other.attainable(field, query.get(field, {})))
        assert [one.idf(field, term) for term in [*terms, "unseen"]] == pytest.approx(
            [other.idf(field, term) for term in [*terms, "unseen"]]
        )


@given(documents=DOCUMENTS, terms=st.lists(TERMS, unique=True, max_size=5))
def test_scores_and_evidence_are_those_of_rank_bm25(
    tmp_path_factory: pytest.TempPathFactory, documents: list[Texts], terms: list[str]
) -> None:
    held = dict(enumerate(documents, 1))
    assert_alike(on_disk(tmp_path_factory.mktemp("index"), held), in_memory(held), terms)


def test_only_what_most_texts_have_is_left_out_in_a_large_corpus(tmp_path: Path) -> None:
    held: dict[int, Texts] = {1: [(["de", str(n % 700)], []) for n in range(COMMON_FROM)]}
    retriever = on_disk(tmp_path, held)
    assert_alike(retriever, in_memory(held), ["de", "7"])
    assert retriever.search({Field.WORDS: {"de": 1.0}}, WEIGHTS, 5) == []


def test_equal_texts_come_in_the_order_of_the_documents(tmp_path: Path) -> None:
    held: dict[int, Texts] = {7: [(["a"], [])] * 3, 2: [(["a"], [])] * 3}
    assert [hit.number for hit in on_disk(tmp_path, held).search({Field.WORDS: {"a": 1.0}}, WEIGHTS, 5)] == [0, 1, 2, 3, 4]


def test_what_matches_nothing_finds_nothing(tmp_path: Path) -> None:
    retriever = on_disk(tmp_path, {1: [(["a"], ["b"]), ([], [])]})
    assert retriever.search({Field.WORDS: {"q": 1.0}}, WEIGHTS, 5) == []
    assert retriever.search({Field.HINTS: {"a": 1.0}}, {Field.HINTS: 1.0}, 5) == []
    assert retriever.search({}, WEIGHTS, 5) == []


def test_a_replaced_document_leaves_no_trace(tmp_path: Path) -> None:
    """Numbers and scores are those of an index that never held it."""
    held: dict[int, Texts] = {1: [(["a", "b"], ["x"]), (["b"], [])], 2: [(["a", "c", "c"], ["y"])], 3: [(["d"], ["x", "y"])]}
    on_disk(tmp_path, held)
    changed: Texts = [(["a", "e"], []), (["b", "b"], ["z"]), (["c"], ["x"])]
    with TantivyWriter(tmp_path) as writer:
        writer.remove(2)
        writer.add(4, field_texts(changed))
    now: dict[int, Texts] = {1: held[1], 4: changed, 3: held[3]}
    for terms in (["a"], ["b", "c"], ["e", "d"], ["x", "y", "z"], ["c"]):
        assert_alike(opened(tmp_path, now), in_memory(now), terms)


def test_the_index_of_an_interrupted_writer_holds_nothing_new(tmp_path: Path) -> None:
    class StopError(Exception):
        """Someone pulled the plug."""

    def interrupted() -> None:
        with TantivyWriter(tmp_path) as writer:
            writer.add(1, field_texts([(["a"], [])]))
            raise StopError

    with pytest.raises(StopError):
        interrupted()
    assert opened(tmp_path, {}).search({Field.WORDS: {"a": 1.0}}, WEIGHTS, 5) == []


@given(
    st.lists(st.integers(min_value=0, max_value=1_000), max_size=6),
    st.dictionaries(st.integers(1, 1 << 40), st.integers(1, 2_000), max_size=9),
)
def test_counts_come_back_as_they_were_kept(lengths: list[int], counts: dict[int, int]) -> None:
    row = unpacked(packed(lengths, counts))
    assert row[: len(lengths)].tolist() == lengths
    assert [(int(pair) >> 10, int(pair) & MOST) for pair in row[len(lengths) :]] == [(n, min(c, MOST)) for n, c in counts.items()]


def test_only_some_texts_count(tmp_path: Path) -> None:
    held: dict[int, Texts] = {1: [(["a", "b"], ["x"]), (["a"], [])], 2: [(["a", "a"], [])], 3: [(["a", "d"], ["x"])]}
    for retriever in (on_disk(tmp_path, held), in_memory(held)):
        query = {Field.WORDS: {"a": 1.0}}
        assert {hit.number for hit in retriever.search(query, WEIGHTS, 5)} == {0, 1, 2, 3}
        assert {hit.number for hit in retriever.search(query, WEIGHTS, 5, [range(2, 3), range(2)])} == {0, 1, 2}
        assert [hit.number for hit in retriever.search(query, WEIGHTS, 5, [range(3, 4)])] == [3]
        assert retriever.search({Field.WORDS: {"b": 1.0}}, WEIGHTS, 5, [range(3, 4)]) == []
