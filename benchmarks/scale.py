"""How the program does as the number of passages grows, beside bare bm25s and bare tantivy in the same run.

    python benchmarks/scale.py --scale 1000,10000,100000,1000000 [--plot scale.svg] [--work FOLDER]

For each number of passages a synthetic knowledge folder is written (see synthetic.py). Each engine is then built in one process and
asked in another, which is all that its figures count:

    build     seconds from the files to an index that is kept
    load      seconds from a running Python with its modules loaded to being ready for the first question
    p50, p99  milliseconds a question, each question asked once, after a few others. Of our engines the whole question: analysis,
              retrieval, weighing, quote. Of the bare engines no more than lower-cased words and the ten best passages
    memory    megabytes, the most that the process that asks ever held, what it maps of files included

bm25s is measured where it is installed (pip install bm25s==0.3.16).
"""

import argparse
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

QUESTIONS, WARMING = 220, 20
OURS = "akkoordwijzer"
BARE = ("bm25s", "tantivy")
COLOURS = dict(zip((OURS, *BARE), ("#b3541e", "#8a8a8a", "#4b9b6e"), strict=True))
_WORD = re.compile(r"\w+")

Ask = Callable[[str], object]


class Figures(NamedTuple):
    """A line of the table; see this file's description."""

    passages: int
    engine: str
    build: float
    load: float
    p50: float
    p99: float
    memory: float


def words(text: str) -> list[str]:
    """What the bare engines are given."""
    return _WORD.findall(text.lower())


def texts(knowledge: Path) -> list[str]:
    """The passages of a synthetic folder, without reading them as knowledge."""
    blocks = (block for file in sorted(knowledge.glob("*/source.md")) for block in file.read_text(encoding="utf-8").split("\n\n"))
    return [block for block in blocks if not block.startswith("#")]


def ours(knowledge: Path, work: Path) -> Ask:
    """The whole bot, made ready or loaded."""
    from bot.watch import load_assistant

    os.environ["XDG_CACHE_HOME"] = str(work / "cache")
    assistant = load_assistant(knowledge)
    return lambda question: assistant.reply(question)


def build_bm25s(knowledge: Path, work: Path) -> None:
    """Index with bm25s, and keep it."""
    import bm25s

    engine: Any = bm25s.BM25(method="bm25+")
    engine.index([words(text) for text in texts(knowledge)], show_progress=False)
    engine.save(str(work / "bm25s"))


def load_bm25s(work: Path) -> Ask:
    """Open it, mapped into memory."""
    import bm25s

    engine: Any = bm25s.BM25.load(str(work / "bm25s"), mmap=True)
    return lambda question: engine.retrieve([words(question)], k=10, show_progress=False, n_threads=0)


def build_tantivy(knowledge: Path, work: Path) -> None:
    """Index with tantivy, and keep it."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("words", tokenizer_name="whitespace", index_option="freq").build()
    (work / "tantivy").mkdir()
    writer = tantivy.Index(schema, path=str(work / "tantivy")).writer(64_000_000, 1)
    for text in texts(knowledge):
        writer.add_document(tantivy.Document(words=" ".join(words(text))))
    writer.commit()
    writer.wait_merging_threads()


def load_tantivy(work: Path) -> Ask:
    """Open it."""
    import tantivy

    index = tantivy.Index.open(str(work / "tantivy"))
    searcher, schema, query, should = index.searcher(), index.schema, tantivy.Query, tantivy.Occur.Should

    def ask(question: str) -> object:
        terms = [(should, query.term_query(schema, "words", word, "freq")) for word in dict.fromkeys(words(question))]
        return searcher.search(query.boolean_query(terms), 10, count=False).hits

    return ask


def build(engine: str, knowledge: Path, work: Path) -> None:
    """Make an index and keep it."""
    if engine == OURS:
        ours(knowledge, work)
    elif engine == "bm25s":
        build_bm25s(knowledge, work)
    else:
        build_tantivy(knowledge, work)


def load(engine: str, knowledge: Path, work: Path) -> Ask:
    """Open what was kept."""
    if engine == OURS:
        return ours(knowledge, work)
    return load_bm25s(work) if engine == "bm25s" else load_tantivy(work)


def work_one(step: str, engine: str, knowledge: Path, work: Path) -> dict[str, float]:
    """One step in this process."""
    from benchmarks.synthetic import read_questions

    # What every run needs is made first: it is no part of building or loading an index.
    __import__("bot.answering.assistant")
    if engine == OURS:
        from bot.language.vocabulary import base_words

        base_words()
    for module in ("numpy", "bm25s" if engine == "bm25s" else "tantivy"):
        __import__(module)
    start = time.perf_counter()
    if step == "build":
        build(engine, knowledge, work)
        return {"build": time.perf_counter() - start}
    ask = load(engine, knowledge, work)
    loaded = time.perf_counter() - start
    questions = [question.text for question in read_questions(knowledge)]
    for question in questions[:WARMING]:
        ask(question)
    times = []
    for question in questions[WARMING:]:
        start = time.perf_counter()
        ask(question)
        times.append(time.perf_counter() - start)
    times.sort()
    return {"load": loaded, "p50": statistics.median(times) * 1e3, "p99": times[int(0.99 * (len(times) - 1))] * 1e3, "memory": memory()}


def memory() -> float:
    """Megabytes that this process held at most."""
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def measured(passages: int, engine: str, knowledge: Path, work: Path) -> Figures:
    """Build and ask, each in a process of its own."""
    found: dict[str, float] = {}
    for step in ("build", "ask"):
        command = [sys.executable, __file__, "--step", step, "--engine", engine, "--knowledge", str(knowledge), "--work", str(work)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        found.update(json.loads(done.stdout))
    return Figures(passages, engine, **found)


def table(lines: Sequence[Figures]) -> str:
    """A Markdown table, with each p50 as a multiple of those of the bare engines at the same number of passages."""
    rows = [
        "| passages | engine | build s | load s | p50 ms | p99 ms | memory MB | p50 : bm25s | p50 : tantivy |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for line in lines:
        bare = [next((b.p50 for b in lines if b.passages == line.passages and b.engine == name), None) for name in BARE]
        ratios = " | ".join(f"{line.p50 / b:.1f}" if b else "-" for b in bare)
        figures = f"{line.build:.1f} | {line.load:.3f} | {line.p50:.2f} | {line.p99:.2f} | {line.memory:.0f}"
        rows.append(f"| {line.passages:,} | {line.engine} | {figures} | {ratios} |")
    return "\n".join(rows)


WIDTH, HEIGHT, EDGE = 720, 420, 60


def plot(lines: Sequence[Figures]) -> str:
    """p50 against the number of passages, both logarithmic, as SVG."""
    low, high = (math.floor(math.log10(min(f.p50 for f in lines))), math.ceil(math.log10(max(f.p50 for f in lines))))
    left, right = (math.log10(min(f.passages for f in lines)), math.log10(max(f.passages for f in lines)))

    def x(passages: float) -> float:
        return EDGE + (math.log10(passages) - left) / ((right - left) or 1) * (WIDTH - 2 * EDGE)

    def y(milliseconds: float) -> float:
        return HEIGHT - EDGE - (math.log10(milliseconds) - low) / ((high - low) or 1) * (HEIGHT - 2 * EDGE)

    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">']
    parts.append(f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/><text x="{EDGE}" y="24">p50 of a question, ms, by passages</text>')
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(
            f'<path d="M{EDGE} {at:.1f}H{WIDTH - EDGE}" stroke="#ddd"/><text x="{EDGE - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    sizes = sorted({f.passages for f in lines})
    parts += [f'<text x="{x(n):.1f}" y="{HEIGHT - EDGE + 20}" text-anchor="middle">{n:,}</text>' for n in sizes]
    for place, engine in enumerate(dict.fromkeys(f.engine for f in lines)):
        own = [f for f in lines if f.engine == engine]
        colour = COLOURS[engine]
        points = " ".join(f"{x(f.passages):.1f},{y(f.p50):.1f}" for f in own)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(f.passages):.1f}" cy="{y(f.p50):.1f}" r="3.5" fill="{colour}"/>' for f in own]
        parts.append(f'<text x="{EDGE + 10 + place * 160}" y="{HEIGHT - 12}" fill="{colour}">{engine}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Measure, print and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="1000,10000,100000", help="numbers of passages (default: %(default)s)")
    parser.add_argument("--plot", type=Path, help="an SVG file to write")
    parser.add_argument("--work", type=Path, help="where knowledge and indexes are written; by default a folder that is removed again")
    parser.add_argument("--step", choices=("build", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--knowledge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        print(json.dumps(work_one(options.step, options.engine, options.knowledge, options.work)))
        return
    from benchmarks.synthetic import write_knowledge

    engines = [OURS, *(engine for engine in BARE if find_spec(engine))]
    lines: list[Figures] = []
    with tempfile.TemporaryDirectory() as temporary:
        for passages in [int(number) for number in options.scale.split(",")]:
            work: Path = (options.work or Path(temporary)) / str(passages)
            shutil.rmtree(work, ignore_errors=True)
            write_knowledge(work / "knowledge", ROOT / "knowledge", passages, QUESTIONS)
            for engine in engines:
                lines.append(measured(passages, engine, work / "knowledge", work))
                print(table(lines).splitlines()[-1], file=sys.stderr)
    print(table(lines))
    if options.plot:
        options.plot.write_text(plot(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
