"""How fast one question starts and is answered, against the bare import of rank-bm25.

    python benchmarks/startup.py [--pairs 20] [--questions 300] [--json FILE]

Start: the CPU time of a process `python -m bot ask "..."` against that of `python -c "import rank_bm25"`, in pairs, in turns: once with a
question that words decide, once with one for which the encoder is asked. The smallest
of each counts: what else runs on the machine can only add to it. Where Python may not keep what it compiled (PYTHONDONTWRITEBYTECODE)
both are slower.

Answering: one process in JSON Lines mode is asked different questions, one after another; each time runs from sending the line
to having read the reply, so it counts the pipe and the reading and writing of JSON too. It prints the median and the slowest tenth.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "Hoeveel vluchtelingen mogen er per jaar komen?"
BASELINE = [sys.executable, "-c", "import rank_bm25"]
BY_VECTORS = "Moeten gezinnen met kinderen ook weg?"
QUESTIONS = {"decided by words": QUESTION, "compared by vectors": BY_VECTORS}
ASK = [sys.executable, "-m", "bot", "ask"]
JSON_LINES = [sys.executable, "-m", "bot", "ask", "--format", "jsonl"]
WARMING = 20
"""Questions that are asked first and not counted: a process reads some of its words when it first needs them."""


def cpu_time(command: Sequence[str]) -> float:
    """Seconds of CPU that a process takes from start to end."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr
    trouble = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    if process.returncode not in (0, 1):
        raise SystemExit(trouble.decode())
    return used.ru_utime + used.ru_stime


def pairs(question: str, count: int) -> list[tuple[float, float]]:
    """(baseline, question) seconds of so many pairs of processes, after one pair that warms the disk."""
    measured, asking = [], [*ASK, question]
    for number in range(count + 1):
        # In turns, so that neither always runs in the wake of the other.
        if number % 2:
            ask, baseline = cpu_time(asking), cpu_time(BASELINE)
        else:
            baseline, ask = cpu_time(BASELINE), cpu_time(asking)
        measured.append((baseline, ask))
    return measured[1:]


def different_questions(count: int) -> list[str]:
    """Questions that the hints of the shipped document know, the same ones each time, none of them twice."""
    sys.path.insert(0, str(ROOT))
    from bot.knowledge.folder import load_knowledge

    knowledge = load_knowledge(ROOT / "knowledge")
    every = sorted({question for p in knowledge.passages for s in p.sentences for question in s.questions})
    return random.Random(1).sample(every, min(count + WARMING, len(every)))


def answer_times(questions: Sequence[str]) -> list[float]:
    """Seconds from sending each question to having its reply."""
    process = subprocess.Popen(JSON_LINES, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin
    assert process.stdout
    times = []
    for number, question in enumerate(questions):
        line = json.dumps({"id": number, "question": question}).encode() + b"\n"
        start = time.perf_counter()
        process.stdin.write(line)
        process.stdin.flush()
        reply = process.stdout.readline()
        times.append(time.perf_counter() - start)
        assert json.loads(reply)["id"] == number
    process.stdin.close()
    process.wait()
    return times[WARMING:]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=20, help="pairs of processes (default: %(default)s)")
    parser.add_argument("--questions", type=int, default=300, help="questions in JSON Lines mode; 0 for none (default: %(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file too")
    options = parser.parse_args()
    figures: dict[str, float] = {}
    for name, question in QUESTIONS.items():
        measured = pairs(question, options.pairs)
        baseline, ask = (min(column) for column in zip(*measured, strict=True))
        figures |= {f"import_ms, {name}": baseline * 1000, f"ask_ms, {name}": ask * 1000, f"ratio, {name}": ask / baseline}
        print(f"A question {name}, CPU time, least of {len(measured)} processes each:")
        print(f"import rank_bm25  {baseline * 1000:7.1f} ms")
        print(f"bot ask           {ask * 1000:7.1f} ms")
        print(f"ratio             {ask / baseline:7.2f}")
    if options.questions:
        times = sorted(answer_times(different_questions(options.questions)))
        figures |= {"answer_p50_ms": statistics.median(times) * 1000, "answer_p90_ms": times[int(0.9 * (len(times) - 1))] * 1000}
        print(f"answering p50     {figures['answer_p50_ms']:7.2f} ms  of {len(times)} questions, JSON Lines, round trip")
        print(f"answering p90     {figures['answer_p90_ms']:7.2f} ms")
    if options.json:
        options.json.write_text(json.dumps({name: round(value, 3) for name, value in figures.items()}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
