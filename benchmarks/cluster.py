"""The OpenSearch engine beside the index that comes with the program and beside bare OpenSearch, on real regulations, in one run.

    python -m benchmarks.cluster --laws FOLDER [--passages 100000] [--shards 1,3] [--askers 8,32] [--questions 200] [--nodes 3] [--json FILE]

FOLDER holds archives (*.tar.xz) of regulations in Markdown. So many of them are taken that there are at least --passages passages. Three real
nodes are started on this machine (tests/cluster/nodes.py) and share its cores with everything else: compare what stands in one run, in pairs.

    load      passages a second into the cluster, of an index that is there already; and what it holds on disk, without its copies
    p50, p99  milliseconds a question by so many askers at once, each question asked once. Embedded and cluster are whole questions: analysis,
              retrieval, weighing, quote. Bare is a match query for the ten best, in the field with the words as they stand
    cpu       milliseconds of this process a question, and of the nodes
              One asker: each question is asked of all engines in turn
    same      questions with the same first passage, and how many of the first five are the same, retriever against retriever
    requests  a question, counted
"""

import argparse
import json
import os
import random
import re
import resource
import statistics
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bot.answering.assistant import Assistant
from bot.answering.features import CANDIDATES, RETRIEVAL_WEIGHTS, search_terms
from bot.answering.question import read_question
from bot.answering.reading import corrected, read_concepts
from bot.index.folder import open_index
from bot.index.index import Index
from bot.language.function_words import is_content
from bot.language.tokens import tokenize
from bot.opensearch.connection import Address, Cluster
from bot.opensearch.index import ClusterIndex
from bot.opensearch.load import Loader
from bot.settings import Secret
from tests.cluster.nodes import Nodes

ROUGH = 250
"""Characters of a passage, about: to take enough documents and few too many."""

WARMING = 10
_TITLE = re.compile(r"^##?\s*(.+)", re.MULTILINE)
_YEAR = re.compile(r"\b(1[89]\d\d|20[012]\d)\b")


def write_laws(archives: Path, folder: Path, passages: int) -> None:
    """Regulations as a knowledge folder, without the pages' own headers."""
    wanted = passages * ROUGH
    for archive in sorted(archives.glob("*.tar.xz")):
        with tarfile.open(archive) as files:
            for member in files:
                content = files.extractfile(member) if member.isfile() and member.name.endswith(".md") else None
                if content is None:
                    continue
                text = content.read().decode("utf-8", "replace")
                text = "\n".join(line for line in text.splitlines() if not line.startswith("<meta"))
                title, year = _TITLE.search(text), _YEAR.search(text)
                document = folder / Path(member.name).stem.lower()
                document.mkdir(parents=True, exist_ok=True)
                name = " ".join((title.group(1) if title else member.name).split())[:150]
                description = {"title": name, "publisher": "Rijksoverheid", "year": int(year.group()) if year else 2017}
                (document / "document.yaml").write_text(json.dumps(description, ensure_ascii=False), encoding="utf-8")
                (document / "source.md").write_text(text, encoding="utf-8")
                wanted -= len(text)
                if wanted <= 0:
                    return


KINDS = {"lists": "Wat geldt er voor {}?", "plain": "Wie gaat er over {}?"}
"""How questions begin: one that a list may answer too, and one that a sentence answers."""


def make_questions(index: Index, count: int, kind: str = "lists") -> list[str]:
    """Questions with words of a passage, taken by chance: what people who know what they look for type."""
    chance = random.Random(13)
    questions: list[str] = []
    while len(questions) < count:
        passage = index.passages[chance.randrange(len(index.passages))]
        words = [token.form for token in tokenize(passage.sentences[0].text) if is_content(token) and token.form.isalpha()]
        if len(words) >= 5:
            start = chance.randrange(len(words) - 4)
            questions.append(KINDS[kind].format(" ".join(words[start : start + 5])))
    return questions


def cpu_of(nodes: Nodes) -> float:
    """Seconds that the nodes have worked."""
    ticks = 0
    for process in nodes.processes.values():
        fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def process_cpu() -> float:
    """Seconds that this process has worked."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def timed(ask: Callable[[str], object], questions: Sequence[str], askers: int, nodes: Nodes) -> dict[str, float]:
    """Ask all questions, so many at once."""
    took: list[float] = []

    def one(question: str) -> None:
        begin = time.perf_counter()
        ask(question)
        took.append(time.perf_counter() - begin)

    cpu, there = process_cpu(), cpu_of(nodes)
    with ThreadPoolExecutor(askers) as pool:
        list(pool.map(one, questions))
    took.sort()
    count = len(questions)
    return {
        "p50": 1e3 * statistics.median(took), "p99": 1e3 * took[int(0.99 * (count - 1))],
        "cpu": 1e3 * (process_cpu() - cpu) / count, "cpu_nodes": 1e3 * (cpu_of(nodes) - there) / count,
    }  # fmt: skip


def paired(engines: Mapping[str, Callable[[str], object]], questions: Sequence[str], nodes: Nodes) -> dict[str, dict[str, float]]:
    """Ask all questions one by one, each of every engine, the first of them another each time: what else the machine does hits all alike."""
    took: dict[str, list[float]] = {name: [] for name in engines}
    cpu, there = dict.fromkeys(engines, 0.0), dict.fromkeys(engines, 0.0)
    names = list(engines)
    for number, question in enumerate(questions):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            before, before_there, begin = process_cpu(), cpu_of(nodes), time.perf_counter()
            engines[name](question)
            took[name].append(time.perf_counter() - begin)
            cpu[name] += process_cpu() - before
            there[name] += cpu_of(nodes) - before_there
    count = len(questions)
    return {
        name: {
            "p50": 1e3 * statistics.median(took[name]), "p99": 1e3 * sorted(took[name])[int(0.99 * (count - 1))], "cpu": 1e3 * cpu[name] / count,
            "cpu_nodes": 1e3 * there[name] / count,
        }
        for name in engines
    }  # fmt: skip


def likeness(local: Index, there: Index, questions: Sequence[str]) -> tuple[float, float]:
    """The share with the same first passage, and of the first five that are the same."""
    first = five = 0.0
    (one,), (other,) = local.groups, there.groups
    for question in questions:
        rest, _ = corrected(question, one.analyser)
        query = search_terms(read_concepts(read_question(rest), one, one.retriever))
        embedded, clustered = (engine.search(query, RETRIEVAL_WEIGHTS, CANDIDATES) for engine in (one.retriever, other.retriever))
        first += [hit.number for hit in embedded[:1]] == [hit.number for hit in clustered[:1]]
        best = {hit.number for hit in embedded[:5]}
        five += len(best & {hit.number for hit in clustered[:5]}) / len(best) if best else 1.0
    return first / len(questions), five / len(questions)


def measure(options: argparse.Namespace, work: Path) -> list[dict[str, Any]]:
    """All figures, one row a measurement, told as they come."""
    rows: list[dict[str, Any]] = []

    def tell(**row: Any) -> None:
        rows.append(row)
        print(
            "  ".join(f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items()), flush=True
        )

    folder = work / "laws"
    if not folder.exists():
        write_laws(options.laws, folder, options.passages)
    begin, cpu = time.perf_counter(), process_cpu()
    local = open_index(folder, work / "cache", list, as_one=True)
    tell(
        step="embedded index",
        documents=len(local.documents),
        passages=len(local.passages),
        seconds=time.perf_counter() - begin,
        cpu=process_cpu() - cpu,
    )
    questions = make_questions(local, options.questions + WARMING)
    with Nodes(work / "nodes", options.nodes, heap=options.heap, quick=options.quick) as nodes:
        engines: dict[str, Callable[[str], object]] = {"embedded": Assistant(local).reply}
        clusters: dict[str, Cluster] = {}
        for shards in options.shards:
            cluster = Cluster(Address(nodes.urls, "", Secret(""), None, f"shards{shards}"), 120.0)
            begin, cpu, there = time.perf_counter(), process_cpu(), cpu_of(nodes)
            loaded = Loader(cluster, local, shards=shards, replicas=options.replicas).load(anew=True)
            seconds = time.perf_counter() - begin
            size = cluster.ask("GET", f"/{loaded.name}/_stats/store")["_all"]["primaries"]["store"]["size_in_bytes"]
            snapshot = cluster.ask("GET", f"/{loaded.name}/_search", {"size": 0, "track_total_hits": True})["hits"]["total"]["value"]
            tell(
                step=f"load, {shards} shards", passages=loaded.passages, seconds=seconds, rate=loaded.passages / seconds, cpu=process_cpu() - cpu,
                cpu_nodes=cpu_of(nodes) - there, megabytes=size / 1e6, documents=snapshot, refused=loaded.refused,
            )  # fmt: skip
            # With an index of its own, whose memory helps none of what is timed.
            first, five = likeness(local, ClusterIndex.open_current(cluster, work / "cache"), questions[: options.compared])
            tell(step=f"likeness, {shards} shards", questions=options.compared, first=first, five=five)
            clusters[f"cluster, {shards} shards"] = cluster
            engines[f"cluster, {shards} shards"] = Assistant(ClusterIndex.open_current(cluster, work / "cache")).reply
            engines[f"bare, {shards} shards"] = bare(cluster, loaded.name)
        for name, ask in engines.items():
            for question in questions[:WARMING]:
                ask(question)
            if name in clusters:
                clusters[name].trips = 0
        for kind in KINDS:
            asked = make_questions(local, WARMING + options.questions, kind)[WARMING:]
            before = {name: cluster.trips for name, cluster in clusters.items()}
            for name, figures in paired(engines, asked, nodes).items():
                requests = (clusters[name].trips - before[name]) / len(asked) if name in clusters else 0.0
                tell(engine=name, kind=kind, askers=1, questions=len(asked), **figures, requests=requests)
        for askers in options.askers:
            # Each asker count gets questions of its own, the same for each engine: what is remembered would flatter.
            start = WARMING + 2 * options.questions + options.several * options.askers.index(askers)
            asked = make_questions(local, start + options.several)[start:]
            for name, ask in engines.items():
                tell(engine=name, kind="lists", askers=askers, questions=len(asked), **timed(ask, asked, askers, nodes))
    tell(step="load of the machine", **dict(zip(("one", "five", "fifteen"), os.getloadavg(), strict=True)))
    return rows


def bare(cluster: Cluster, index: str) -> Callable[[str], object]:
    """The ten best of a match query, as anyone would ask it."""

    def ask(question: str) -> object:
        terms = "\x1f".join(token.form for token in tokenize(question))
        body = {"size": 10, "_source": ["record"], "query": {"match": {"forms": {"query": terms}}}}
        return cluster.ask("POST", f"/{index}/_search", body, request_cache="false")

    return ask


def numbers(text: str) -> list[int]:
    """Whole numbers with commas between them."""
    return [int(part) for part in text.split(",")]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--shards", type=numbers, default=[1, 3])
    parser.add_argument("--askers", type=numbers, default=[8, 32])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--several", type=int, default=200, help="questions of several askers at once")
    parser.add_argument("--replicas", type=int, help="copies of each shard; what the program takes by default")
    parser.add_argument("--compared", type=int, default=100)
    parser.add_argument("--nodes", type=int, default=3)
    parser.add_argument("--heap", default="512m")
    parser.add_argument("--quick", action="store_true", help="nodes that start sooner and are slower later")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(options, options.work or Path(folder))
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
