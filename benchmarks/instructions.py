"""Where the work of a warm question goes, counted in machine instructions: the same on every run, whatever else the machine does.

    python -m benchmarks.instructions [--knowledge FOLDER] [--questions FILE.jsonl] [--count 20] [--stages] [--json FILE]

Runs one process under valgrind's callgrind (Debian: valgrind). It loads the knowledge, asks some questions that are not counted, and then
--count others, each once; each reply is made into JSON. Words alone count: no vectors are asked. Without --questions the hints of the
knowledge are asked, or, where it has none, what its own sentences say.

With --stages the instructions are divided over the stages of a question (`STAGES`). A stage does not count what a stage inside it does.
At each border between two of them callgrind writes down what it counted; what it takes to say so is counted too, about 0.5 % in all.
"""

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import ends_in_one_line

ROOT = Path(__file__).resolve().parent.parent
COUNT, WARMING = 20, 30
BORDER = "getppid"
"""A function of the C library that nothing else calls: it tells callgrind that a stage begins or ends."""

REST = "the rest"

STAGES = (
    ("routes", "bot.answering.assistant:Assistant.without_search"),
    ("dividing", "bot.answering.assistant:divided"),
    ("naming", "bot.answering.assistant:Assistant._naming"),
    ("typing errors", "bot.answering.following:corrected"),
    ("reading the question", "bot.answering.following:read_question"),
    ("reading the question", "bot.answering.shelf:read_question"),
    ("reading concepts", "bot.answering.following:read_concepts"),
    ("reading concepts", "bot.answering.shelf:read_concepts"),
    ("search", "bot.index.bm25:BM25.search"),
    ("search", "bot.index.whole:WholeBM25.search"),
    ("best hints", "bot.index.hints:HintIndex.best"),
    ("gathering", "bot.answering.features:Gathering.__init__"),
    ("features of sentences", "bot.answering.features:Gathering._weigh_words"),
    ("answer types", "bot.answering.features:Gathering._answer_types"),
    ("likeness to hints", "bot.answering.features:Gathering._hint_likeness"),
    ("ranking", "bot.answering.shelf:Shelf._ranked"),
    ("verdict", "bot.answering.confidence:decide"),
    ("gates", "bot.answering.confidence:first_refusal"),
    ("lists", "bot.answering.assistant:listed_reply"),
    ("one sentence", "bot.answering.assistant:sentence_reply"),
    ("notes", "bot.answering.assistant:notes_for"),
    ("JSON", "bot.presentation.json_lines:reply_object"),
)
"""Stages of a question, and the function that does each of them."""


class Borders:
    """Follows which stage is being worked on, and tells callgrind where another begins.

    Attributes:
        before: for each border the stage that was worked on before it.
    """

    def __init__(self) -> None:
        self.before: list[str] = []
        self._inside = [REST]

    def watch(self, stage: str, target: str) -> None:
        """Put a border around a function.

        Args:
            target: module and name, 'package.module:Class.method'.
        """
        module, _, name = target.partition(":")
        owner: Any = import_module(module)
        *classes, last = name.split(".")
        for inner in classes:
            owner = getattr(owner, inner)
        setattr(owner, last, self._bordered(stage, getattr(owner, last)))

    def cross(self, stage: str) -> None:
        """What was counted so far belongs to `stage`."""
        self.before.append(stage)
        os.getppid()

    def _bordered(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(work)
        def bordered(*given: Any, **named: Any) -> Any:
            self.cross(self._inside[-1])
            self._inside.append(stage)
            try:
                return work(*given, **named)
            finally:
                self.cross(self._inside.pop())

        return bordered


def questions_for(knowledge: Path, file: Path | None, count: int) -> list[str]:
    """So many different questions, the same ones each time."""
    if file:
        lines = (json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())
        questions = [line["vraag"] for line in lines if "vraag" in line]
    else:
        from bot.knowledge.folder import load_knowledge

        sentences = [sentence for passage in load_knowledge(knowledge).passages for sentence in passage.sentences]
        questions = sorted({question for sentence in sentences for question in sentence.questions}) or _of_sentences(
            [s.text for s in sentences]
        )
    chosen = list(dict.fromkeys(questions))
    random.Random(1).shuffle(chosen)
    if len(chosen) < count:
        raise ValueError(f"{len(chosen)} questions, {count} wanted")
    return chosen[:count]


def _of_sentences(sentences: Sequence[str]) -> list[str]:
    """Questions with the words of a sentence: what people who know what they look for type."""
    words = [re.findall(r"\b[a-z]{5,}\b", sentence) for sentence in sentences]
    return [f"Wat staat er over {' '.join(some[:4])}?" for some in words if len(some) >= 4]


def ask(knowledge: Path, questions: Sequence[str], borders: Borders, stages: bool) -> None:
    """Ask in this process, which callgrind counts."""
    from bot.presentation.json_lines import reply_object
    from bot.watch import load_assistant

    assistant = load_assistant(knowledge, meaning=False)
    themes = assistant.themes()

    def answer(question: str) -> None:
        json.dumps(reply_object("", assistant.reply(question)[0], themes))

    for question in questions[:WARMING]:
        answer(question)
    if stages:
        for stage, target in STAGES:
            borders.watch(stage, target)
        # What renders is looked up anew: it may have a border now.
        from bot.presentation.json_lines import reply_object
    borders.cross("")
    for question in questions[WARMING:]:
        answer(question)
    borders.cross(REST)


def count(knowledge: Path, file: Path | None, questions: int, stages: bool) -> dict[str, float]:
    """Instructions a question, by stage; all of them under '' ."""
    valgrind = shutil.which("valgrind")
    if valgrind is None:
        raise ValueError("valgrind is not installed")
    with tempfile.TemporaryDirectory() as work:
        out, told = Path(work) / "counts", Path(work) / "borders.json"
        counted_command = [
            sys.executable,
            "-m",
            "benchmarks.instructions",
            "--knowledge",
            str(knowledge),
            "--count",
            str(questions),
            "--told",
            str(told),
        ]
        counted_command += [*(("--questions", str(file)) if file else ()), *(("--stages",) if stages else ())]
        command = [valgrind, "--tool=callgrind", f"--dump-before={BORDER}", f"--callgrind-out-file={out}", *counted_command]
        # Hashes of texts that differ from run to run would count differently.
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONHASHSEED": "0"})
        if done.returncode:
            raise ValueError(done.stderr[-2000:])
        before = json.loads(told.read_text(encoding="utf-8"))
        # The first border ends what is not counted: loading, and questions that warm.
        counted = [_total(Path(f"{out}.{number}")) for number in range(1, len(before) + 1)]
        by_stage: dict[str, float] = {}
        for stage, instructions in zip(before[1:], counted[1:], strict=True):
            for name in {stage, ""}:
                by_stage[name] = by_stage.get(name, 0.0) + instructions / questions
        return by_stage


def _total(counts: Path) -> int:
    match = re.search(r"^(?:summary|totals): (\d+)", counts.read_text(encoding="utf-8", errors="replace"), re.MULTILINE)
    if match is None:
        raise ValueError(f"no total in {counts}")
    return int(match.group(1))


def table(by_stage: dict[str, float]) -> str:
    """A line for each stage, the dearest first, in millions of instructions a question."""
    rest = sorted(((cost, stage) for stage, cost in by_stage.items() if stage), reverse=True)
    lines = [f"{cost / 1e6:8.3f}  {stage}" for cost, stage in rest if len(rest) > 1]
    return "\n".join([*lines, f"{by_stage[''] / 1e6:8.3f}  million instructions a question"])


@ends_in_one_line
def main(arguments: Sequence[str] | None = None) -> None:
    """Count and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.instructions", description=__doc__.partition("\n")[0])
    parser.add_argument("--knowledge", type=Path, default=ROOT / "knowledge", metavar="FOLDER", help="by default the program's own")
    parser.add_argument("--questions", type=Path, metavar="FILE", help="a question set; by default questions made of the knowledge")
    parser.add_argument("--count", type=int, default=COUNT, help="questions that are counted (default: %(default)s)")
    parser.add_argument("--stages", action="store_true", help="divide the instructions over the stages of a question")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    parser.add_argument("--told", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.told:
        borders = Borders()
        questions = questions_for(options.knowledge, options.questions, WARMING + options.count)
        ask(options.knowledge, questions, borders, options.stages)
        options.told.write_text(json.dumps(borders.before), encoding="utf-8")
        return
    by_stage = count(options.knowledge.absolute(), options.questions and options.questions.absolute(), options.count, options.stages)
    print(table(by_stage))
    if options.json:
        figures = {stage or "all": round(cost) for stage, cost in by_stage.items()}
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
