"""The recorded figures: what is measured for recorded_figures.yaml, and the command that records it anew.

python -m tests.evaluation.recorded
"""

import math
import tempfile
from pathlib import Path
from typing import Any

import yaml

from bot.evaluation.beir import measures, read_benchmark, run_benchmark
from bot.evaluation.question_sets import read_question_set
from bot.evaluation.scoring import figures, score
from bot.ingest.add import Metadata, add
from bot.watch import load_assistant
from tests.paths import ROOT

FILE = Path(__file__).with_name("recorded_figures.yaml")


def place(path: str) -> Path:
    """A path of the file: `shared/` lies beside the project, all else in it."""
    return ROOT.parent / path if path.startswith("shared/") else ROOT / path


def measured_questions(questions: str, knowledge: str) -> dict[str, float]:
    """Every figure of one question set in per cent, cut off after two decimals.

    Args:
        knowledge: a knowledge folder, or a PDF that is brought in first, as a municipality would.
    """
    with tempfile.TemporaryDirectory() as made:
        folder = place(knowledge)
        if folder.suffix == ".pdf":
            add(folder, Path(made), Metadata("Coalitieakkoord 2021-2025", "Rijksoverheid", 2021))
            folder = Path(made)
        scored = score(load_assistant(folder, wait=True), read_question_set(place(questions)), explain=False)
    return {name: _cut(100 * figure.share) for name, figure in figures(scored).items()}


def measured_benchmark(folder: str) -> dict[str, float]:
    """Every measure of one retrieval set, cut off after four decimals."""
    chosen = read_benchmark(place(folder))
    return {name: math.floor(round(10_000 * value, 6)) / 10_000 for name, value in measures(chosen, run_benchmark(chosen)).items()}


def _cut(per_cent: float) -> float:
    return math.floor(round(100 * per_cent, 6)) / 100


def recorded() -> dict[str, Any]:
    """What the file holds."""
    found: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Measure all anew and write the file, its comments kept."""
    data = recorded()
    lines = [line for line in FILE.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    lines.append("question_sets:")
    for entry in data["question_sets"]:
        found = measured_questions(entry["questions"], entry["knowledge"])
        lines += [f"  - questions: {entry['questions']}", f"    knowledge: {entry['knowledge']}", f"    figures: {_flow(found)}"]
    lines.append("benchmarks:")
    for entry in data["benchmarks"]:
        lines += [f"  - folder: {entry['folder']}", f"    measures: {_flow(measured_benchmark(entry['folder']))}"]
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _flow(values: dict[str, float]) -> str:
    return "{" + ", ".join(f"{name}: {value}" for name, value in values.items()) + "}"


if __name__ == "__main__":
    main()
