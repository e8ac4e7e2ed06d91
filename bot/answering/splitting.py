"""A message with several questions, divided: each question by itself, with what was said around them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bot.language.function_words import is_content
from bot.language.patterns import PatternFile
from bot.language.tokens import fold, tokenize

PATTERNS = PatternFile(Path(__file__).parent / "data" / "splitting.yaml")

MOST_PARTS = 3
"""Questions of one message that are answered; the others are named."""

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.](?=\S))+[.!?\n]*")
_ENDS = " \t\n.,;:-"


class Part(NamedTuple):
    """One question of a message.

    Attributes:
        question: as it was asked.
        alone: the same with what it left out.
        around: what was said around it.
    """

    question: str
    alone: str
    around: str = ""

    @property
    def text(self) -> str:
        """The whole of it, with what was said around it before it."""
        return f"{self.around} {self.alone}".strip()

    @property
    def points_back(self) -> bool:
        """Whether a word of it stands for something that was said before."""
        return bool(PATTERNS["points"].search(fold(self.question)))


def divided(text: str) -> list[Part]:
    """The questions of a message, in order; one part, the message as it is, where it holds one or none.

    Args:
        text: cleaned.
    """
    sentences = [match.group().strip() for match in _SENTENCE.finditer(text) if any(c.isalnum() for c in match.group())]
    context = [sentence for sentence in sentences if not _asks(sentence)]
    parts: list[Part] = []
    said = ""
    for sentence in sentences:
        if sentence in context:
            said = sentence
            continue
        if said and PATTERNS["short"].search(_bare(sentence)):
            # 'Ik wil de burgemeester spreken. Kan dat?'
            context = [other for other in context if other != said]
            parts.append(Part(f"{said} {sentence}", f"{said} {sentence}", " ".join(context)))
            continue
        if parts and PATTERNS["leans"].search(_bare(sentence)):
            last = parts.pop()
            parts.append(Part(f"{last.question} {sentence}", f"{last.alone} {sentence}", last.around))
            continue
        for question, whole in _questions(sentence):
            parts.append(Part(question, whole, " ".join(context)))
    # 'Hoeveel?' alone divides nothing.
    return parts if len(parts) > 1 and _says_something(parts[0].question) else [Part(text, text)]


def _says_something(text: str) -> bool:
    return sum(is_content(token) for token in tokenize(text)) > 0


def _asks(sentence: str) -> bool:
    folded = fold(sentence).strip()
    return "?" in sentence or bool(PATTERNS["opens"].search(folded))


def _questions(sentence: str) -> Iterator[tuple[str, str]]:
    """The questions of one sentence, each as it stands and as a whole question."""
    folded = fold(sentence)
    if len(folded) != len(sentence) or PATTERNS["whole"].search(folded.strip(" ?.!")):
        yield sentence, sentence
        return
    pieces = [piece for piece in _pieces(sentence, folded) if piece]
    for number, piece in enumerate(pieces):
        opened = piece[0].upper() + piece[1:] if number else piece
        # 'En op het bezoek aan een terreurgebied' takes over what stands before the same word in the question before it.
        match = PATTERNS["elliptic"].search(fold(piece))
        if match and len(fold(piece)) == len(piece):
            yield from _completed(piece, match)
        else:
            yield opened, _asking(opened)


def _pieces(sentence: str, folded: str) -> Iterator[str]:
    start = 0
    cuts = sorted({(match.start(), match.end()) for match in PATTERNS["joint"].finditer(folded)})
    for begin, end in cuts:
        left, right = sentence[start:begin], sentence[end:]
        if begin < start or not _enough(left) or not _enough(right) or not _asks_itself(left):
            continue
        if _one_question(left, right) and not (start and _is_detail(left)):
            continue
        yield left.strip(_ENDS)
        start = end
    yield sentence[start:].strip(" \t\n,;:-")


def _one_question(left: str, right: str) -> bool:
    """Whether two pieces are one question: the second leans on the first, one asks a mere detail, or the first is a condition."""
    return bool(
        PATTERNS["leans"].search(_bare(right)) or _is_detail(left) or _is_detail(right) or PATTERNS["condition"].search(_bare(left))
    )


def _is_detail(text: str) -> bool:
    """Whether a piece is a question word with nothing that is asked of; between two questions it is one of its own."""
    return bool(PATTERNS["bare"].search(_bare(text)))


def _bare(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ?.!,;:")


def _asks_itself(text: str) -> bool:
    folded = fold(text).strip()
    return bool(
        PATTERNS["opens"].search(folded)
        or PATTERNS["verb_first"].search(folded)
        or re.search(r"\b(?:wat|hoe\w*|wie|waar|wanneer|welke?)\b", folded)
    )


def _enough(text: str) -> bool:
    """Whether a piece says enough to be a question: two words, one of them with content or a question word with a verb."""
    tokens = tokenize(text)
    return len(tokens) > 2 or (len(tokens) == 2 and any(is_content(token) for token in tokens))


def _completed(piece: str, match: re.Match[str]) -> Iterator[tuple[str, str]]:
    first = piece[: match.start()].strip(_ENDS)
    place = fold(first).rfind(f" {match['place']} ")
    if place < 0 or not re.search(r"\b(?:wat|hoe\w*|wie|waar|wanneer|welke?)\b", fold(first)):
        yield piece, _asking(piece)
        return
    rest = piece[match.start("rest") : match.end("rest")]
    yield first, _asking(first)
    yield piece[match.start("place") :].strip(_ENDS), _asking(f"{first[:place]} {match['place']} {rest}")


def _asking(text: str) -> str:
    return text if text.endswith("?") else text.rstrip(" .!,;") + "?"
