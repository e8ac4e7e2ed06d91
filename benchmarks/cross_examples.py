"""What the cross-encoder learns from: a question beside a passage that answers it, or beside one that doesn't.

Of three kinds: the questions of `encoder_data` beside their passages, and beside others of the same source that come near; the same with a
noun exchanged in the question, the passage or both; and files in the form of SQuAD 2.0 (Rajpurkar, Jia and Liang 2018), whose unanswerable
questions have an answer that seems right.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from benchmarks.train_encoder import DATA
from bot.language.analysis import Analyser
from bot.language.cross_encoder import together
from bot.language.encoder import PASSAGE, QUESTION, Encoder
from bot.language.lexicon import Lexicon
from bot.language.vocabulary import WordClass

SEED = 5

NEAREST, MARGIN = 6, 0.02
"""How many of the passages that come nearest to a question may stand beside it unanswered; one that is nearer than its own by more than
the margin may well answer, and is passed over."""

OTHER_SHARE, HEADING_SHARE, ELSEWHERE_SHARE, ONE_SIDE_SHARE = 0.6, 0.8, 0.4, 0.5
"""Shares that are taken: of other passages; of passages with their heading; of answerable questions beside another paragraph; of
passages with a noun exchanged beside the question as it was."""

WINDOW = 420
"""Characters of a paragraph that stand beside a question, in whole sentences."""

FOLDS = 5

LEAST_KNOWN, CLOSEST, FARTHEST = 4, 4, 24
"""Texts that a noun must stand in to be exchanged, and which of the nouns nearest to it take its place: the very nearest may mean the same."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """A question beside a passage.

    Attributes:
        text: of the passage, with its headings.
        answers: whether it answers the question.
        source: of the passage.
        answer: the words of the text that answer, '' where they are not known.
        giveaway: log odds of `answers` from the question alone; what is explained by them need not be learned from the passage.
    """

    question: str
    text: str
    answers: bool
    source: str
    answer: str = ""
    giveaway: float = 0.0


class _Passage:
    """A passage of `encoder_data`."""

    __slots__ = ("heading", "number", "source", "text")

    def __init__(self, number: int, source: str, heading: str, text: str) -> None:
        self.number, self.source, self.heading, self.text = number, source, heading, text

    @property
    def whole(self) -> str:
        return f"{self.heading}: {self.text}" if self.heading else self.text


def _passages() -> dict[int, _Passage]:
    lines = (json.loads(line) for line in (DATA / "passages.jsonl").open(encoding="utf-8"))
    return {p["number"]: _Passage(p["number"], p["source"], p["heading"], p["text"]) for p in lines}


def _questions(numbers: Collection[int]) -> list[tuple[int, bool, str]]:
    """The questions of some passages: the passage's number, whether it answers, the question."""
    rows = (line.split("\t") for line in (DATA / "questions.tsv").read_text(encoding="utf-8").splitlines())
    return [(int(number), kind == "answered", question) for number, kind, question in rows if int(number) in numbers]


def written(encoder: Encoder, numbers: Collection[int] | None = None) -> list[Pairing]:
    """The questions of `encoder_data` beside passages.

    Args:
        encoder: tells which other passages of a source come near.
        numbers: of the passages; all by default.
    """
    draw, passages = random.Random(SEED), _passages()
    asked = _questions(passages.keys() if numbers is None else numbers)
    order = sorted(passages)
    row = {number: n for n, number in enumerate(order)}
    of_passages = encoder.encode([passages[number].whole for number in order], PASSAGE)
    of_questions = encoder.encode([question for *_, question in asked], QUESTION)
    by_source: dict[str, list[_Passage]] = {}
    for passage in passages.values():
        by_source.setdefault(passage.source, []).append(passage)
    pairings = []
    for (number, answers, question), vector in zip(asked, of_questions, strict=True):
        passage = passages[number]
        text = passage.whole if draw.random() < HEADING_SHARE else passage.text
        pairings.append(Pairing(question, text, answers, passage.source))
        near = float(of_passages[row[number]] @ vector)
        others = sorted(
            (-float(of_passages[row[other.number]] @ vector), other.number)
            for other in by_source[passage.source]
            if other.text != passage.text
        )[:NEAREST]
        others = [(less, other) for less, other in others if not answers or -less <= near + MARGIN]
        for _, other in draw.sample(others, min(len(others), 2 if answers else 1)):
            if draw.random() < OTHER_SHARE:
                pairings.append(Pairing(question, passages[other].whole, False, passage.source))
    return with_giveaways(pairings, encoder)


def of_squad(path: Path, encoder: Encoder) -> list[Pairing]:
    """A file in the form of SQuAD 2.0: each question beside the sentences around its answer, or around what seems to be one.

    Raises:
        OSError, ValueError, KeyError: it can't be read, or is of another form.
    """
    draw = random.Random(SEED)
    pairings = []
    for number, article in enumerate(json.loads(path.read_text(encoding="utf-8"))["data"]):
        paragraphs = article["paragraphs"]
        for index, paragraph in enumerate(paragraphs):
            for asked in paragraph["qas"]:
                answers = not asked.get("is_impossible")
                spans = asked.get("answers" if answers else "plausible_answers") or []
                if not spans or not 0 <= spans[0]["answer_start"] < len(paragraph["context"]):
                    continue
                text = _around(paragraph["context"], spans[0]["answer_start"], draw)
                answer = spans[0]["text"] if answers and spans[0]["text"] in text else ""
                pairings.append(Pairing(asked["question"], text, answers, str(number), answer))
                near = [p for n, p in enumerate(paragraphs[max(0, index - 3) : index + 4], max(0, index - 3)) if n != index]
                if answers and near and draw.random() < ELSEWHERE_SHARE:
                    context = draw.choice(near)["context"]
                    pairings.append(Pairing(asked["question"], _around(context, draw.randrange(len(context)), draw), False, str(number)))
    return with_giveaways(pairings, encoder)


def _around(text: str, offset: int, draw: random.Random) -> str:
    """Whole sentences around an offset in a text, now more before it, now more behind it."""
    ends = [0, *(match.end() for match in re.finditer(r"[.!?][\"')\]]*\s+", text)), len(text)]
    spans = [(start, end) for start, end in pairwise(ends) if end > start]
    first = last = next((n for n, (start, end) in enumerate(spans) if start <= offset < end), 0)
    while True:
        sides = [(first - 1, last)] * (first > 0) + [(first, last + 1)] * (last + 1 < len(spans))
        if not sides:
            break
        chosen = draw.choice(sides)
        if spans[chosen[1]][1] - spans[chosen[0]][0] > WINDOW:
            break
        first, last = chosen
    return text[spans[first][0] : spans[last][1]].strip()


def with_giveaways(pairings: Sequence[Pairing], encoder: Encoder) -> list[Pairing]:
    """The same, with what the question alone gives away: a logistic model of its vector, sources left out in turn.

    Near misses sound unlike questions that were written from an answer. What such a model tells already, the cross-encoder must not learn
    (a product of experts: Clark, Yatskar and Zettlemoyer 2019, "Don't Take the Easy Way Out").
    """
    questions = list(dict.fromkeys(pairing.question for pairing in pairings))
    vectors = dict(zip(questions, encoder.encode(questions, QUESTION), strict=True))
    rows, answers = np.stack([vectors[p.question] for p in pairings]), np.array([p.answers for p in pairings])
    sources = sorted({p.source for p in pairings})
    random.Random(SEED).shuffle(sources)
    fold_of = {source: n % FOLDS for n, source in enumerate(sources)}
    folds, odds = np.array([fold_of[p.source] for p in pairings]), np.zeros(len(pairings))
    for fold in range(FOLDS):
        model = LogisticRegression(C=30.0, max_iter=300).fit(rows[folds != fold], answers[folds != fold])
        odds[folds == fold] = model.decision_function(rows[folds == fold])
    return [
        Pairing(p.question, p.text, p.answers, p.source, p.answer, float(value)) for p, value in zip(pairings, odds, strict=True)
    ]  # fmt: skip


_WORD = re.compile(r"[^\W\d_][\w-]{3,}")


def with_nouns_exchanged(encoder: Encoder) -> list[Pairing]:
    """Answered questions of `encoder_data` with one noun exchanged: in the question alone, in question and passage, in the passage alone.

    The exchanged question is answered by the exchanged passage and not by the passage as it was, so that no word by itself tells which is which.
    """
    draw, passages = random.Random(SEED), _passages()
    asked = [(passages[number], question) for number, answers, question in _questions(passages.keys()) if answers]
    texts = [passage.whole for passage in passages.values()] + [question for _, question in asked]
    near = _near_nouns(texts, encoder)
    pairings = []
    for passage, question in asked:
        there = _words(passage.whole)
        words = [word for word in dict.fromkeys(_WORD.findall(question.lower())) if near.get(word)]
        shared, alone = [w for w in words if w in there], [w for w in words if w not in there]
        if not shared and (not alone or draw.random() >= ONE_SIDE_SHARE):
            continue
        word = draw.choice(shared or alone)
        others = [other for other in near[word] if other not in there]
        if not others:
            continue
        other = draw.choice(others)
        exchanged = _exchanged(question, word, other)
        pairings.append(Pairing(exchanged, passage.whole, False, passage.source))
        if shared:
            text = _exchanged(passage.whole, word, other)
            pairings.append(Pairing(exchanged, text, True, passage.source))
            if draw.random() < ONE_SIDE_SHARE:
                pairings.append(Pairing(question, text, False, passage.source))
    return pairings


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _near_nouns(texts: Sequence[str], encoder: Encoder) -> Mapping[str, list[str]]:
    """For each noun of the texts others that may stand in its place in a sentence, near in meaning but not the nearest."""
    counts = Counter(word for text in texts for word in _words(text))
    analyser = Analyser(Lexicon([]), counts)
    words = {form: analyser.word(form) for form, count in counts.items() if count >= LEAST_KNOWN}
    nouns = [form for form, word in words.items() if word.word_class is WordClass.NOUN and not word.light]
    vectors = encoder.encode(nouns, QUESTION)
    near: dict[str, list[str]] = {}
    for n, noun in enumerate(nouns):
        others = (nouns[m] for m in np.argsort(-(vectors @ vectors[n]))[1 : 3 * FARTHEST])
        like = [
            o
            for o in others
            if o.endswith(("en", "s")) == noun.endswith(("en", "s")) and o[:4] != noun[:4] and o not in noun and noun not in o
        ]
        near[noun] = like[CLOSEST:FARTHEST]
    return near


def _exchanged(text: str, word: str, other: str) -> str:
    def said(match: re.Match[str]) -> str:
        return other.capitalize() if match.group()[0].isupper() else other

    return re.sub(rf"(?<![\w-]){re.escape(word)}(?![\w-])", said, text, flags=re.IGNORECASE)


def tokens_of(encoder: Encoder, pairing: Pairing) -> tuple[list[int], list[int], tuple[int, int] | None]:
    """A pairing as the cross-encoder reads it: its pieces, which text each belongs to, and the first and last piece of the answer."""
    numbers, segments = together(encoder, pairing.question, pairing.text)
    span = None
    if pairing.answer:
        before = encoder.tokens(pairing.text[: pairing.text.index(pairing.answer)].rstrip(), PASSAGE)[1:-1]
        start = segments.index(1) + 1 + len(before)
        end = start + len(encoder.tokens(pairing.answer, PASSAGE)) - len(encoder.tokens("", PASSAGE)) - 1
        span = (start, end) if end < len(numbers) - 1 else None
    return numbers, segments, span
