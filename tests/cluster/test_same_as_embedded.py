"""What is found in the cluster is what the index that comes with the program finds: passages, scores, whole replies; with three shards as with one."""

from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION
from bot.answering.features import CANDIDATES, RETRIEVAL_WEIGHTS, search_terms
from bot.answering.question import read_question
from bot.answering.reading import corrected, read_concepts
from bot.answering.reply import Outcome, Reply
from bot.index.build import index_of
from bot.index.index import Index
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge
from bot.opensearch.index import ClusterIndex
from bot.opensearch.load import Loader
from bot.opensearch.passages import LONGEST_MARK
from tests.cluster.conftest import Connect, loader
from tests.cluster.corpus import own_questions, questions_about_the_corpus, write_corpus

FIRST_SAME, FIVE_SAME = 0.99, 0.95


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """Some twelve hundred passages without hints, in memory."""
    return index_of(load_knowledge(write_corpus(tmp_path_factory.mktemp("corpus") / "kennis")))


def told(reply: Reply) -> tuple[object, ...]:
    """All that a reply says."""
    return (
        reply.outcome, reply.reason, reply.confidence, [(quote.passage.id, quote.text, quote.highlight_text, quote.page) for quote in reply.quotes],
    )  # fmt: skip


def compared(local: Index, there: ClusterIndex, questions: list[str]) -> tuple[float, float]:
    """The share of the questions with the same first passage, and how many of the first five are the same."""
    first = five = asked = 0.0
    for question in questions:
        for one, other in zip(local.groups, there.groups, strict=True):
            rest, _ = corrected(question, one.analyser)
            query = search_terms(read_concepts(read_question(rest), one, one.retriever))
            known = one.retriever.search(query, RETRIEVAL_WEIGHTS, CANDIDATES)
            found = other.retriever.search(query, RETRIEVAL_WEIGHTS, CANDIDATES)
            asked += 1
            first += known[:1] == found[:1]
            best = {hit.number for hit in known[:5]}
            five += len(best & {hit.number for hit in found[:5]}) / len(best) if best else 1.0
    return first / asked, five / asked


@pytest.mark.parametrize("shards", [1, 3])
def test_the_same_passages_come_first_for_questions_about_many_documents(connect: Connect, local: Index, shards: int) -> None:
    cluster = connect()
    assert loader(cluster, local, shards=shards, replicas=0).load().passages == len(local.passages)
    there = ClusterIndex.open_current(cluster, None)
    questions = questions_about_the_corpus()
    first, five = compared(local, there, questions)
    assert first >= FIRST_SAME
    assert five >= FIVE_SAME
    assert cluster.trips <= len(questions)


def test_the_same_passages_come_first_in_a_document_with_hints(connect: Connect, knowledge: Knowledge) -> None:
    cluster, local = connect(), index_of(knowledge)
    loader(cluster, local, shards=3, replicas=0).load()
    first, five = compared(local, ClusterIndex.open_current(cluster, None), own_questions())
    assert first >= FIRST_SAME
    assert five >= FIVE_SAME


def test_a_conversation_is_the_same(connect: Connect, knowledge: Knowledge) -> None:
    cluster, local = connect(), index_of(knowledge)
    loader(cluster, local, shards=1, replicas=0).load()
    one, other = Assistant(local), Assistant(ClusterIndex.open_current(cluster, None))
    here = there = NO_CONVERSATION
    for turn in ("Wat wil de coalitie met inburgering?", "En hoe zit het met asielzoekers?", "Waarom?", "Wie zegt dat?"):
        known, here = one.reply(turn, here)
        found, there = other.reply(turn, there)
        assert told(found) == told(known), turn


def test_what_is_small_needs_no_request(connect: Connect, knowledge: Knowledge) -> None:
    cluster, local = connect(), index_of(knowledge)
    loaded = Loader(cluster, local).load()
    assert (loaded.passages, loaded.whole, loaded.carried) == (0, 1, len(local.passages))
    reply, _ = Assistant(ClusterIndex.open_current(cluster, None)).reply("Wat wil de coalitie met inburgering?")
    assert reply.outcome is Outcome.ANSWER
    assert cluster.trips == 0


def test_buttons_and_links_lead_to_the_same_passages(connect: Connect, local: Index) -> None:
    cluster = connect()
    loader(cluster, local, replicas=0).load()
    there = ClusterIndex.open_current(cluster, None)
    for passage in local.passages[:: len(local.passages) // 10]:
        found = there.passage(passage.id)
        assert found is not None
        assert (found.id, found.text, found.span, found.section, found.sentences) == (
            passage.id, passage.text, passage.span, passage.section, passage.sentences,
        )  # fmt: skip
        assert found.document.line_before(found.span.start) == passage.document.line_before(passage.span.start)[-LONGEST_MARK:]
    assert there.passage(f"{local.passages[0].document.id}/nergens") is None
    assert there.themes() == local.themes()
    theme = there.themes()[0]
    assert [passage.id for passage in there.under_theme(theme)] == [passage.id for passage in local.under_theme(theme)]
    assert there.documents[0].text == local.documents[0].text


def test_a_long_question_is_no_longer_than_the_cluster_takes(connect: Connect, local: Index) -> None:
    cluster = connect()
    loader(cluster, local, replicas=0).load()
    question = " ".join(questions_about_the_corpus())[:1000]
    assert told(Assistant(ClusterIndex.open_current(cluster, None)).reply(question)[0]) == told(Assistant(local).reply(question)[0])


def test_the_snapshot_is_kept_and_used_again(connect: Connect, local: Index, tmp_path: Path) -> None:
    cluster = connect()
    loader(cluster, local, replicas=0).load()
    for _ in range(2):
        there = ClusterIndex.open_current(cluster, tmp_path)
        assert len(there.passages) == len(local.passages)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(b"torn")
    assert ClusterIndex.open_current(cluster, tmp_path).themes() == local.themes()
