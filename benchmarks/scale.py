"""How the program does as the number of passages grows, beside bare bm25s and bare tantivy in the same run.

    python benchmarks/scale.py --scale 1000,10000,100000 [--laws FOLDER] [--plot scale.svg] [--json FILE] [--work FOLDER]
        [--extrapolate 1000000]

For each number of passages a knowledge folder is written: synthetic (see synthetic.py), or with --laws of real regulations, from archives
(*.tar.xz) of Markdown files. Each engine is then built in one process and asked in another; the bare engines get the very passages that
ours has made. Whatever else runs on the machine makes the clock run on: all times are those of the processor, of all processes together.

    build     seconds to make an index of the files (the bare engines: of the passages) that is kept
    disk      megabytes that it takes
    load      seconds from a running Python with its modules loaded to being ready for the first question
    p50, p99  milliseconds a question, each question asked once, after a few others. Of our engine the whole question: analysis,
              retrieval, weighing, quote, without vectors. Of the bare engines no more than lower-cased words and the ten best passages
    memory    megabytes, the most that the process that asks ever held, what it maps of files included

Real regulations are asked the questions of tests/questions that are not kept for judging: what people type, most of it about other texts.
bm25s is measured where it is installed (pip install bm25s==0.3.16).
"""

import argparse
import json
import math
import os
import random
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
    disk: float
    load: float
    p50: float
    p99: float
    memory: float


def words(text: str) -> list[str]:
    """What the bare engines are given."""
    return _WORD.findall(text.lower())


def texts(work: Path) -> list[str]:
    """The passages that our engine has made of the folder."""
    from bot.index.folder import open_with_changes

    (path,) = (work / "cache").glob("**/index-*.sqlite")
    return [passage.text for passage in open_with_changes(path).passages]


def ours(knowledge: Path, work: Path) -> Ask:
    """The whole bot, made ready or loaded."""
    from bot.watch import load_assistant

    os.environ["XDG_CACHE_HOME"] = str(work / "cache")
    assistant = load_assistant(knowledge, meaning=False)
    return lambda question: assistant.reply(question)


def build_bm25s(passages: Sequence[str], work: Path) -> None:
    """Index with bm25s, and keep it."""
    import bm25s

    engine: Any = bm25s.BM25(method="bm25+")
    engine.index([words(text) for text in passages], show_progress=False)
    engine.save(str(work / "bm25s"))


def load_bm25s(work: Path) -> Ask:
    """Open it, mapped into memory."""
    import bm25s

    engine: Any = bm25s.BM25.load(str(work / "bm25s"), mmap=True)
    return lambda question: engine.retrieve([words(question)], k=10, show_progress=False, n_threads=0)


def build_tantivy(passages: Sequence[str], work: Path) -> None:
    """Index with tantivy, and keep it."""
    import tantivy

    schema = tantivy.SchemaBuilder().add_text_field("words", tokenizer_name="whitespace", index_option="freq").build()
    (work / "tantivy").mkdir()
    writer = tantivy.Index(schema, path=str(work / "tantivy")).writer(64_000_000, 1)
    for text in passages:
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


def build(engine: str, work: Path) -> None:
    """Make an index and keep it."""
    passages = texts(work)
    before = time.process_time()
    if engine == "bm25s":
        build_bm25s(passages, work)
    else:
        build_tantivy(passages, work)
    print(json.dumps({"build": time.process_time() - before}))


def load(engine: str, knowledge: Path, work: Path) -> Ask:
    """Open what was kept."""
    if engine == OURS:
        return ours(knowledge, work)
    return load_bm25s(work) if engine == "bm25s" else load_tantivy(work)


def questions_about(knowledge: Path) -> list[str]:
    """What is asked of a knowledge folder: the questions that came with it, or those of the published sets."""
    from benchmarks.corpora import published_sets
    from benchmarks.synthetic import read_questions

    if (knowledge / "questions.jsonl").exists():
        return [question.text for question in read_questions(knowledge)]
    lines = [line for chosen in published_sets() if not chosen.judging for line in chosen.path.read_text(encoding="utf-8").splitlines()]
    questions = list(dict.fromkeys(str(entry["vraag"]) for entry in map(json.loads, lines) if "vraag" in entry))
    random.Random(5).shuffle(questions)
    return questions[:QUESTIONS]


def work_one(step: str, engine: str, knowledge: Path, work: Path) -> None:
    """One step in this process, which prints its figures."""
    # What every run needs is made first: it is no part of loading an index.
    __import__("bot.answering.assistant")
    if engine == OURS:
        from bot.language.vocabulary import base_words

        base_words()
    for module in ("numpy", "bm25s" if engine == "bm25s" else "tantivy"):
        __import__(module)
    if step == "build":
        if engine == OURS:
            # Other processes take part: whoever started this one sees what all of them took.
            ours(knowledge, work)
        else:
            build(engine, work)
        return
    questions = questions_about(knowledge)
    start = time.process_time()
    ask = load(engine, knowledge, work)
    loaded = time.process_time() - start
    for question in questions[:WARMING]:
        ask(question)
    times = []
    for question in questions[WARMING:]:
        start = time.process_time()
        ask(question)
        times.append(time.process_time() - start)
    times.sort()
    p50, p99 = statistics.median(times) * 1e3, times[int(0.99 * (len(times) - 1))] * 1e3
    print(json.dumps({"load": loaded, "p50": p50, "p99": p99, "memory": memory()}))


def memory() -> float:
    """Megabytes that this process held at most."""
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (1e6 if sys.platform == "darwin" else 1e3)


def measured(passages: int, engine: str, knowledge: Path, work: Path) -> Figures:
    """Build and ask, each in a process of its own."""
    figures: dict[str, float] = {}
    for step in ("build", "ask"):
        command = [sys.executable, __file__, "--step", step, "--engine", engine, "--knowledge", str(knowledge), "--work", str(work)]
        before = processor_time()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        if step == "build":
            figures["build"] = processor_time() - before
        figures.update(json.loads(done.stdout or "{}"))
    index_folder = work / ("cache" if engine == OURS else engine)
    figures["disk"] = sum(file.stat().st_size for file in index_folder.glob("**/*") if file.is_file()) / 1e6
    if engine == OURS:
        passages = len(texts(work))
    return Figures(passages, engine, **figures)


def processor_time() -> float:
    """Seconds of the processor that all processes took that this one started and that ended."""
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(lines: Sequence[Figures]) -> str:
    """A Markdown table, with each p50 as a multiple of those of the bare engines at the same number of passages."""
    rows = [
        "| passages | engine | build s | disk MB | load s | p50 ms | p99 ms | memory MB | p50 : bm25s | p50 : tantivy |",
        "|--:|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for line in lines:
        bare = [next((b.p50 for b in lines if b.passages == line.passages and b.engine == name), None) for name in BARE]
        ratios = " | ".join(f"{line.p50 / b:.1f}" if b else "-" for b in bare)
        figures = f"{line.build:.1f} | {line.disk:.1f} | {line.load:.3f} | {line.p50:.2f} | {line.p99:.2f} | {line.memory:.0f}"
        rows.append(f"| {line.passages:,} | {line.engine} | {figures} | {ratios} |")
    return "\n".join(rows)


def extrapolated(lines: Sequence[Figures], passages: int) -> Figures:
    """What our engine would come to with more passages, if each figure goes on growing as it did between the two largest sizes: by a power.

    Args:
        lines: at least two of our engine, of different sizes.
        passages: how many.
    """
    smaller, larger = sorted((line for line in lines if line.engine == OURS), key=lambda line: line.passages)[-2:]
    steps = math.log(passages / larger.passages) / math.log(larger.passages / smaller.passages)
    grown = {name: b * (b / a) ** steps for name, a, b in zip(Figures._fields[2:], smaller[2:], larger[2:], strict=True)}
    return Figures(passages, OURS, **grown)


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
    parts.append(
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/><text x="{EDGE}" y="24">p50 of a question, ms of the processor, by passages</text>'
    )
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(
            f'<path d="M{EDGE} {at:.1f}H{WIDTH - EDGE}" stroke="#ddd"/><text x="{EDGE - 8}" y="{at + 4:.1f}" text-anchor="end">{10.0**power:g}</text>'
        )
    sizes = sorted({f.passages for f in lines})
    parts += [f'<text x="{x(n):.1f}" y="{HEIGHT - EDGE + 20}" text-anchor="middle">{n:,}</text>' for n in sizes]
    for number, engine in enumerate(dict.fromkeys(f.engine for f in lines)):
        of_engine = [f for f in lines if f.engine == engine]
        colour = COLOURS[engine]
        points = " ".join(f"{x(f.passages):.1f},{y(f.p50):.1f}" for f in of_engine)
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x(f.passages):.1f}" cy="{y(f.p50):.1f}" r="3.5" fill="{colour}"/>' for f in of_engine]
        parts.append(f'<text x="{EDGE + 10 + number * 160}" y="{HEIGHT - 12}" fill="{colour}">{engine}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def main() -> None:
    """Measure, print and plot."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scale", default="1000,10000,100000", help="numbers of passages (default: %(default)s)")
    parser.add_argument("--plot", type=Path, help="an SVG file to write")
    parser.add_argument("--work", type=Path, help="where knowledge and indexes are written; by default a folder that is removed again")
    parser.add_argument("--laws", type=Path, metavar="FOLDER", help="archives of regulations, in place of synthetic text")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    parser.add_argument("--extrapolate", type=int, metavar="PASSAGES", help="say what so many would come to, from the two largest sizes")
    parser.add_argument("--step", choices=("build", "ask"), help=argparse.SUPPRESS)
    parser.add_argument("--engine", help=argparse.SUPPRESS)
    parser.add_argument("--knowledge", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        work_one(options.step, options.engine, options.knowledge, options.work)
        return
    from benchmarks.cluster import write_laws
    from benchmarks.synthetic import write_knowledge

    engines = [OURS, *(engine for engine in BARE if find_spec(engine))]
    lines: list[Figures] = []
    with tempfile.TemporaryDirectory() as temporary:
        for passages in [int(number) for number in options.scale.split(",")]:
            work: Path = (options.work or Path(temporary)) / str(passages)
            shutil.rmtree(work, ignore_errors=True)
            if options.laws:
                write_laws(options.laws, work / "knowledge", passages)
            else:
                write_knowledge(work / "knowledge", ROOT / "knowledge", passages, QUESTIONS)
            for engine in engines:
                lines.append(measured(lines[-1].passages if engine != OURS else passages, engine, work / "knowledge", work))
                print(table(lines).splitlines()[-1], file=sys.stderr)
            if options.plot:
                options.plot.write_text(plot(lines), encoding="utf-8")
            if options.json:
                options.json.write_text(json.dumps([line._asdict() for line in lines], indent=1) + "\n", encoding="utf-8")
    print(table(lines))
    if options.extrapolate and len(options.scale.split(",")) > 1:
        far = extrapolated(lines, options.extrapolate)
        print(
            f"{far.passages:,} passages, extrapolated: build {far.build:.0f} s, disk {far.disk:.0f} MB, p50 {far.p50:.0f} ms, p99 {far.p99:.0f} ms"
        )


if __name__ == "__main__":
    main()
