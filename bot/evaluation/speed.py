"""How long a question takes, all of analysis, retrieval, weighing and rendering included, beside bare rank-bm25 over the same passages."""

import json
import random
import re
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rank_bm25 import BM25Plus

from bot.answering.assistant import Assistant
from bot.evaluation.beir import knowledge_of
from bot.knowledge.model import Knowledge
from bot.language.vocabulary import base_words
from bot.presentation.json_lines import reply_object

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
        own = _times(lambda text, a=assistant, t=themes: json.dumps(reply_object("", a.reply(text)[0], t)), questions)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        engine: Any = BM25Plus([_words(p.text) for p in body.passages])
        bare = _times(lambda text, e=engine: np.argsort(-e.get_scores(_words(text)))[:10], questions)  # type: ignore[misc]  # mypy can't infer a lambda with defaults
        percentiles = statistics.quantiles(own, n=100)
        yield Timing(len(body.passages), percentiles[49], percentiles[98], statistics.median(bare), built)


def _questions(knowledge: Knowledge) -> list[str]:
    found = [q for p in knowledge.passages for s in p.sentences for q in s.questions]
    return random.Random(1).sample(found, min(QUESTIONS, len(found)))  # noqa: S311 - a sample, not a secret


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
    rng = random.Random(1)  # noqa: S311 - made-up text, not a secret
    sentences = [" ".join(s.text.split()) for p in knowledge.passages for s in p.sentences]
    sentences += [q for p in knowledge.passages for s in p.sentences for q in s.questions]
    words = sorted(base_words())

    def other(match: re.Match[str]) -> str:
        return rng.choice(words) if rng.random() < EXCHANGED else match.group()

    return knowledge_of(
        {str(n): " ".join(re.sub(r"\w{6,}", other, rng.choice(sentences)) for _ in range(SENTENCES_A_PASSAGE)) for n in range(count)}
    )
