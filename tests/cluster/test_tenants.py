"""Fifty municipalities in one cluster: whatever one asks, it never sees what another has."""

import os
import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.answering.assistant import Assistant
from bot.index.build import index_of
from bot.knowledge.folder import load_knowledge
from bot.opensearch.index import ClusterIndex
from tests.cluster.conftest import Connect, loader

TENANTS, QUESTIONS = 50, int(os.environ.get("TENANT_QUESTIONS", "1000"))
"""With TENANT_QUESTIONS=10000 it is the measurement of docs/veel-gemeenten.md."""

SUBJECTS = ("woningen", "afval", "parkeren", "subsidie", "begraafplaats", "leerlingenvervoer", "zwembad", "hondenbelasting")


def write_tenant(folder: Path, number: int) -> Path:
    """The same subjects everywhere, each with the municipality's own word and number."""
    document = folder / f"kennis{number}" / "akkoord"
    document.mkdir(parents=True)
    (document / "document.yaml").write_text(
        f"title: Akkoord gemeente{number}\npublisher: Gemeente {number}\nyear: 2022\n", encoding="utf-8"
    )
    points = [
        f"# {subject.capitalize()}\n\nVoor {subject} geeft gemeente{number} elk jaar {1000 + number} euro uit aan inwoners.\n"
        for subject in SUBJECTS
    ]
    (document / "source.md").write_text("\n".join(points), encoding="utf-8")
    return document.parent


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A knowledge folder of each."""
    return [write_tenant(tmp_path_factory.mktemp("tenants"), number) for number in range(TENANTS)]


def test_no_question_of_one_sees_a_passage_of_another(connect: Connect, folders: list[Path]) -> None:
    opened = []
    for number, folder in enumerate(folders):
        cluster = connect(f"gemeente-{number}")
        loader(cluster, index_of(load_knowledge(folder)), replicas=0, shards=1).load()
        opened.append(ClusterIndex.open_current(cluster, None))
    assistants = [Assistant(index) for index in opened]
    chance = random.Random(50)
    asked = [
        (chance.randrange(TENANTS), f"{chance.choice(('Hoeveel geeft', 'Wat geeft', 'Waaraan geeft'))} gemeente{chance.randrange(TENANTS)} uit aan {chance.choice(SUBJECTS)} en {chance.choice(SUBJECTS)}?")
        for _ in range(QUESTIONS)
    ]  # fmt: skip

    def ask(question: tuple[int, str]) -> int:
        tenant, text = question
        reply, _ = assistants[tenant].reply(text)
        for quote in reply.quotes:
            assert f"gemeente{tenant} " in quote.passage.text, question
            assert f"{1000 + tenant} euro" in quote.text
        return len(reply.quotes)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(ask, asked)) > QUESTIONS / 10
    # Not even by a key: of another's passages it has none.
    foreign = opened[1].passages[0]
    assert all(passage.text != foreign.text for passage in opened[0].passages)
    assert len(opened[0].passages) == len(SUBJECTS)
