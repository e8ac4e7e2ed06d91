"""How long a question takes, all of analysis, retrieval, weighing and rendering included, beside bare rank-bm25 over the same passages.

python -m benchmarks.speed [--knowledge FOLDER] [--json FILE]
"""

import argparse
import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rank_bm25 import BM25Plus

from benchmarks import add_json_option, write_figures
from benchmarks.examples import usual_assistant
from bot.answering.assistant import Assistant
from bot.evaluation.beir import knowledge_of
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge
from bot.language.vocabulary import base_words
from bot.presentation.json_lines import reply_object
from bot.settings import knowledge_folder

QUESTIONS = 300
MANY = 10_000
SENTENCES_A_PASSAGE = 3
EXCHANGED = 0.3
"""The share of long words that a made-up passage has exchanged for other words of Dutch, so that 10,000 passages differ."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a question.

    Attributes:
        bare_p50: bare rank-bm25 (BM25Plus) on lower-cased words, without any decision.
    """

    passages: int
    p50: float
    p99: float
    bare_p50: float
    seconds_to_build: float

    @property
    def ratio(self) -> float:
        """How many times as long as bare rank-bm25."""
        return self.p50 / self.bare_p50

    def __str__(self) -> str:
        return (
            f"{self.passages} passages: p50 {self.p50:.2f} ms, p99 {self.p99:.2f} ms a question; bare rank-bm25 p50 {self.bare_p50:.2f} ms; "
            f"ratio {self.ratio:.1f}   (built in {self.seconds_to_build:.1f} s)"
        )


def measure_speed(knowledge: Knowledge, make: Callable[[Knowledge], Assistant]) -> Iterator[Timing]:
    """Time the knowledge itself, and 10,000 passages made of its texts.

    Args:
        knowledge: with hints; their questions are what is asked.
        make: makes an assistant.
    """
    questions = _questions(knowledge)
    for body in (knowledge, many_passages(knowledge, MANY)):
        begin = time.perf_counter()
        assistant = make(body)
        built = time.perf_counter() - begin
        themes = assistant.themes()
        of_bot = _times(lambda text, a=assistant, t=themes: json.dumps(reply_object("", a.reply(text)[0], t)), questions)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        engine: Any = BM25Plus([_words(p.text) for p in body.passages])
        bare = _times(lambda text, e=engine: np.argsort(-e.get_scores(_words(text)))[:10], questions)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        percentiles = statistics.quantiles(of_bot, n=100)
        yield Timing(len(body.passages), percentiles[49], percentiles[98], statistics.median(bare), built)


def _questions(knowledge: Knowledge) -> list[str]:
    questions = [q for p in knowledge.passages for s in p.sentences for q in s.questions]
    return random.Random(1).sample(questions, min(QUESTIONS, len(questions)))


def _times(run: Callable[[str], object], questions: Sequence[str]) -> list[float]:
    run(questions[0])
    times = []
    for question in questions:
        begin = time.perf_counter()
        run(question)
        times.append(1000 * (time.perf_counter() - begin))
    return times


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def many_passages(knowledge: Knowledge, count: int) -> Knowledge:
    """Passages without hints, made of sentences and hint questions of the knowledge with words exchanged; the same ones each time."""
    rng = random.Random(1)
    sentences = [" ".join(s.text.split()) for p in knowledge.passages for s in p.sentences]
    sentences += [q for p in knowledge.passages for s in p.sentences for q in s.questions]
    words = sorted(base_words())

    def other(match: re.Match[str]) -> str:
        return rng.choice(words) if rng.random() < EXCHANGED else match.group()

    return knowledge_of(
        {str(n): " ".join(re.sub(r"\w{6,}", other, rng.choice(sentences)) for _ in range(SENTENCES_A_PASSAGE)) for n in range(count)}
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a line for each body of knowledge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description="How long a question takes.")
    parser.add_argument("--knowledge", type=Path, metavar="FOLDER", help="a knowledge folder with hints; by default the program's own")
    add_json_option(parser)
    options = parser.parse_args(arguments)
    knowledge = load_knowledge(knowledge_folder(options.knowledge))
    figures = {}
    for timing in measure_speed(knowledge, lambda body: usual_assistant(body, knowledge.lexicon_path, False)):
        print(timing, flush=True)
        figures[str(timing.passages)] = {**asdict(timing), "ratio": timing.ratio}
    write_figures(options.json, figures)


if __name__ == "__main__":
    main()
