"""Synthetic Dutch knowledge of any size: the same on every machine, made of the shipped document and word lists.

A passage is one to four shipped sentences in which content words were replaced, class for class, by base words chosen with the
frequencies that words have in texts (Zipf), now and then joined into a compound, and numbers by other numbers. A question is one
of the shipped questions of such a sentence with the same words replaced, so that it asks for that passage and no other.
"""

import json
import random
import re
from bisect import bisect
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from bot.knowledge.folder import load_knowledge
from bot.language.function_words import FUNCTION_WORDS, LIGHT_WORDS
from bot.language.stems import stem
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass, base_words, word_class

PASSAGES_PER_DOCUMENT = 500
PASSAGES_PER_SECTION = 12
REPLACED = 0.65
COMPOUND = 0.15
"""Share of the content words that is replaced, and of the nouns among them that becomes a compound."""

_WORD = re.compile(r"[^\W\d_]+|\d+")


class Question(NamedTuple):
    """A question and the text of the passage that answers it."""

    text: str
    passage: str


class Writer:
    """Writes passages.

    Args:
        shipped: the knowledge folder that comes with the program.
        seed: another seed gives other passages.
    """

    def __init__(self, shipped: Path, seed: int = 1) -> None:
        self._random = random.Random(seed)
        self._sentences = [
            (sentence.text, sentence.questions)
            for passage in load_knowledge(shipped).passages
            for sentence in passage.sentences
            if sentence.questions and len(sentence.text) > 40
        ]
        self._words: dict[WordClass, list[str]] = {}
        for word, name in base_words().items():
            if len(word) > 3 and word not in FUNCTION_WORDS and word not in LIGHT_WORDS:
                self._words.setdefault(WordClass(name), []).append(word)
        for words in self._words.values():
            words.sort()
            self._random.shuffle(words)
        self._zipf = {kind: list(accumulate(1 / (10 + rank) for rank in range(len(words)))) for kind, words in self._words.items()}

    def passage(self, ask: bool = False) -> tuple[str, Question | None]:
        """One passage and, where asked for, a question that it answers."""
        chosen = self._random.sample(self._sentences, self._random.choice((1, 2, 3, 4)))
        texts = []
        question = None
        for position, (text, questions) in enumerate(chosen):
            replaced: dict[str, str] = {}
            texts.append(self._varied(text, replaced, known_only=False))
            if ask and position == 0:
                question = self._varied(self._random.choice(questions), replaced, known_only=True)
        text = " ".join(texts)
        return text, Question(question, text) if question else None

    def title(self) -> str:
        """A heading."""
        return f"{self._word(WordClass.NOUN)} en {self._word(WordClass.NOUN)}".capitalize()

    def _word(self, kind: WordClass) -> str:
        steps = self._zipf[kind]
        return self._words[kind][bisect(steps, self._random.random() * steps[-1])]

    def _varied(self, text: str, replaced: dict[str, str], known_only: bool) -> str:
        def other(match: "re.Match[str]") -> str:
            word = match.group()
            form = fold(word)
            if form in FUNCTION_WORDS or form in LIGHT_WORDS or (len(form) < 4 and not form.isdigit()):
                return word
            key = form if form.isdigit() else stem(form)
            if key not in replaced and not known_only:
                replaced[key] = self._replacement(form)
            new = replaced.get(key, form)
            return new.capitalize() if word[0].isupper() else new

        return _WORD.sub(other, text)

    def _replacement(self, form: str) -> str:
        if form.isdigit():
            return form if len(form) == 4 else str(self._random.randrange(2, 900))
        if self._random.random() > REPLACED:
            return form
        kind = word_class(form)
        new = self._word(kind)
        if kind is WordClass.NOUN and self._random.random() < COMPOUND:
            new = self._word(kind) + new
        return new


def write_knowledge(folder: Path, shipped: Path, passages: int, questions: int) -> list[Question]:
    """Write a knowledge folder of so many passages.

    Returns:
        Questions, spread evenly over the passages; they also stand in `questions.jsonl` beside the documents.
    """
    writer = Writer(shipped)
    step = max(1, passages // questions)
    asked: list[Question] = []
    per_document = min(PASSAGES_PER_DOCUMENT, max(50, passages // 10))
    for first in range(0, passages, per_document):
        document = folder / f"akkoord-{first // per_document:05d}"
        document.mkdir(parents=True)
        lines = []
        for number in range(first, min(first + per_document, passages)):
            if number % PASSAGES_PER_SECTION == 0:
                lines.append(f"## {writer.title()}")
            text, question = writer.passage(ask=number % step == 0 and len(asked) < questions)
            lines.append(text)
            if question:
                asked.append(question)
        (document / "source.md").write_text("\n\n".join(lines) + "\n", encoding="utf-8")
        number = first // per_document
        (document / "document.yaml").write_text(
            f"title: Akkoord {number}\npublisher: Gemeente {number}\nyear: 2017\nkind: agreement\n", encoding="utf-8"
        )
    (folder / "questions.jsonl").write_text("".join(json.dumps(q._asdict(), ensure_ascii=False) + "\n" for q in asked), encoding="utf-8")
    return asked


def read_questions(folder: Path) -> Iterator[Question]:
    """The questions of a folder that `write_knowledge` wrote."""
    for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines():
        yield Question(**json.loads(line))
