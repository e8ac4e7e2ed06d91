"""However a question is put, it costs two requests at most, counted; and its reply is that of the index that comes with the program, to the letter."""

import json
from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks.corpora import QUESTIONS
from bot.answering.assistant import Assistant
from bot.answering.conversation import NO_CONVERSATION
from bot.index.build import index_of
from bot.index.index import Index
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge
from bot.opensearch.connection import Cluster
from bot.opensearch.index import ClusterIndex
from tests.cluster.conftest import Connect, loader
from tests.cluster.corpus import own_questions, questions_about_the_corpus, write_corpus
from tests.cluster.test_same_as_embedded import told

MOST = 2
"""Requests of one question."""

PLAIN = 60
MESSAGES = QUESTIONS / "messages"

FORMS = (
    "wat betekent {}?", "wat is het verschil tussen {} en een vergunning?", "welke voorwaarden gelden er voor {}?", "wat staat er over {}?",
    "geef een samenvatting van {}", "noem alle regels over {}", "hoe was {} eerst en hoe is het nu?", "Wat gebeurt er in oktober met {}?",
)  # fmt: skip
SUBJECTS = ("inburgering", "afval", "een buurtinitiatief", "lijkbezorging", "parkeren", "het paspoort")


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Index:
    """The documents of the published sets, in memory."""
    return index_of(load_knowledge(write_corpus(tmp_path_factory.mktemp("corpus") / "kennis")))


def lines(name: str) -> Iterator[dict[str, object]]:
    with (MESSAGES / name).open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def plain() -> list[list[str]]:
    every = questions_about_the_corpus()
    return [[question] for question in every[:: len(every) // PLAIN]]


def messages(name: str) -> list[list[str]]:
    return [[str(line["vraag"])] for line in lines(name)]


def dialogues(name: str) -> list[list[str]]:
    return [[turn["vraag"] for turn in line["turns"]] for line in lines(name)]  # type: ignore[attr-defined]  # JSON knows no types


def forms() -> list[list[str]]:
    return [[form.format(subject)] for form in FORMS for subject in SUBJECTS]


def requests_of(local: Index, there: ClusterIndex, conversations: list[list[str]]) -> Counter[int]:
    """How many requests the questions take, each asked of a replica that remembers nothing of those before it."""
    counted: Counter[int] = Counter()
    known = Assistant(local)
    for turns in conversations:
        conversation = NO_CONVERSATION
        for turn in turns:
            before = there.cluster.trips
            found, _ = Assistant(ClusterIndex(there.connection, there.cluster, there.state)).reply(turn, conversation)
            reply, conversation = known.reply(turn, conversation)
            assert told(found) == told(reply), turn
            # A message with several questions takes two for each, and mostly less.
            questions = max(1, len(reply.parts))
            counted[-(-(there.cluster.trips - before) // questions)] += 1
    return counted


@pytest.fixture(scope="module")
def opened(local: Index) -> dict[str, ClusterIndex]:
    return {}


@pytest.mark.parametrize(
    "conversations",
    [plain(), messages("lists.jsonl"), messages("several.jsonl"), dialogues("follow-ups-read.jsonl"), forms()],
    ids=["plain", "lists", "several", "follow-ups", "forms"],
)
def test_a_question_takes_two_requests_at_most(
    connect: Connect, local: Index, opened: dict[str, ClusterIndex], conversations: list[list[str]]
) -> None:
    if not opened:
        cluster: Cluster = connect()
        loader(cluster, local, shards=3, replicas=0).load()
        opened["there"] = ClusterIndex.open_current(cluster, None)
    counted = requests_of(local, opened["there"], conversations)
    assert max(counted) <= MOST, counted
    assert counted.total() >= len(conversations)


def test_a_document_with_hints_takes_no_more(connect: Connect, knowledge: Knowledge) -> None:
    cluster, local = connect(), index_of(knowledge)
    loader(cluster, local, shards=1, replicas=0).load()
    questions = [[question] for question in own_questions()][::3]
    counted = requests_of(local, ClusterIndex.open_current(cluster, None), questions)
    assert max(counted) <= MOST, counted
