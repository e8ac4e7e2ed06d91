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


def divided(text: str) -> list[Part]:
    """The questions of a message, in order; one part, the message as it is, where it holds one or none.

    Args:
        text: cleaned.
    """
    told: list[str] = []
    parts: list[Part] = []
    said = ""
    for sentence in _sentences(text):
        if PATTERNS["polite"].search(_bare(sentence)):
            continue
        if not _asks(sentence):
            said = sentence
            told += [sentence] if _says_something(sentence) else []
            continue
        if parts and PATTERNS["leans"].search(_bare(sentence)):
            last = parts.pop()
            parts.append(Part(f"{last.question} {sentence}", f"{last.alone} {sentence}"))
            continue
        for question, whole in _questions(sentence, several=bool(parts)):
            if said and (_is_short(question) or not _says_something(question)):
                # 'Ik wil de burgemeester spreken. Kan dat?'
                told = [other for other in told if other != said]
                question = whole = f"{said} {question}"
            parts.append(Part(question, whole))
            said = ""
    # 'Hoeveel?' alone divides nothing.
    if len(parts) < 2 or not (_says_something(parts[0].question) or told):
        return [Part(text, text)]
    return [part._replace(around=" ".join(told)) for part in parts]


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a message; what is told before a question of the same sentence stands by itself."""
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if not any(c.isalnum() for c in sentence):
            continue
        begins = PATTERNS["asks_later"].search(fold(sentence)) if not (_opens(sentence) or _puts_clauses(sentence)) else None
        if begins and len(fold(sentence)) == len(sentence) and (begins["sign"] == ":" or _tells(sentence[: begins.start()])):
            yield sentence[: begins.start()].strip(_ENDS)
            sentence = sentence[begins.end() :].strip()
        yield sentence


def _tells(text: str) -> bool:
    """Whether what stands before a question tells something: no name of what is asked about ('De weekmarkt, wanneer is die?'), no condition."""
    return len(tokenize(text)) > 3 and not _asks_itself(text) and not PATTERNS["condition"].search(_bare(text))


def _says_something(text: str) -> bool:
    return sum(is_content(token) for token in tokenize(text)) > 0


def _asks(sentence: str) -> bool:
    return "?" in sentence or (_opens(sentence) and not PATTERNS["tells"].search(_bare(sentence))) or _puts_clauses(sentence)


def _puts_clauses(sentence: str) -> bool:
    return bool(PATTERNS["indirect"].search(fold(sentence)))


def _opens(sentence: str) -> bool:
    return bool(PATTERNS["opens"].search(fold(sentence).strip()))


def _questions(sentence: str, several: bool) -> Iterator[tuple[str, str]]:
    """The questions of one sentence, each as it stands and as a whole question.

    Args:
        several: questions stand before it.
    """
    folded = fold(sentence)
    led = PATTERNS["indirect"].search(folded) if len(folded) == len(sentence) else None
    if led:
        yield from _clauses(sentence, led)
        return
    if len(folded) != len(sentence) or PATTERNS["whole"].search(folded.strip(" ?.!")):
        yield sentence, sentence
        return
    pieces = [piece for piece in _pieces(sentence, folded, several) if piece]
    for number, piece in enumerate(pieces):
        opened = _opened(piece) if number else piece
        completed = list(_completed(opened)) if len(fold(opened)) == len(opened) else []
        yield from completed or [(opened, _asking(opened))]


def _clauses(sentence: str, led: re.Match[str]) -> Iterator[tuple[str, str]]:
    """The questions that one sentence puts as clauses: 'Ik wil weten wat het kost en of het mag.'"""
    lead, rest = sentence[: led.end()].strip(), sentence[led.end() :].strip(_ENDS + "?!")
    starts = [0, *(match.end() for match in PATTERNS["clause"].finditer(fold(rest)) if _enough(rest[match.end() :]))]
    ends = [*(match.start() for match in PATTERNS["clause"].finditer(fold(rest)) if _enough(rest[match.end() :])), len(rest)]
    if len(starts) == 1:
        yield sentence, sentence
        return
    for start, end in zip(starts, ends, strict=True):
        clause = rest[start:end].strip(_ENDS)
        yield (f"{lead} {clause}" if not start else _opened(clause)), _asking(f"{lead} {clause}")


def _pieces(sentence: str, folded: str, several: bool) -> Iterator[str]:
    start = 0
    cuts = sorted({(match.start(), match.end()) for match in PATTERNS["joint"].finditer(folded)})
    for begin, end in cuts:
        left, right = sentence[start:begin], sentence[end:]
        on_condition = " zo " in f" {sentence[begin:end]}"
        if begin < start or not (_enough(left) or _is_short(left)) or not (_enough(right) or on_condition) or not _asks_itself(left):
            continue
        if (
            PATTERNS["subordinate"].search(_bare(right))
            or PATTERNS["same_verb"].match(folded[begin:].rstrip(" ?.!"))
            or _goes_on(left, right)
            or not (several or on_condition or _asks_more(left, right))
        ):
            continue
        yield left.strip(_ENDS)
        start, several = end, True
    yield sentence[start:].strip(" \t\n,;:-")


def _goes_on(left: str, right: str) -> bool:
    """Whether two pieces are one question: the second leans on the first, or the first is a condition."""
    return bool(PATTERNS["leans"].search(_bare(right)) or PATTERNS["condition"].search(_bare(left)))


def _asks_more(left: str, right: str) -> bool:
    """Whether neither of two pieces asks a mere detail of the other."""
    return not (_is_detail(left) or _is_detail(right))


def _is_short(text: str) -> bool:
    """Whether a piece only asks whether what was said before it may be."""
    return bool(PATTERNS["short"].search(_bare(text)))


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
        or PATTERNS["asks_later"].search(folded)
        or re.search(r"\b(?:wat|hoe\w*|wie|waar(?!de)\w*|wanneer|welke?)\b", folded)
    )


def _enough(text: str) -> bool:
    """Whether a piece says enough to be a question: two words, one of them with content or a question word with a verb."""
    tokens = tokenize(text)
    return len(tokens) > 2 or (len(tokens) == 2 and any(is_content(token) for token in tokens))


def _completed(piece: str) -> Iterator[tuple[str, str]]:
    """Two questions of which the second is said by its end only, the second made whole; none for any other piece."""
    bare = piece.rstrip(" ?.!")
    priced = PATTERNS["priced"].search(fold(bare))
    if priced:
        head, first, second = (bare[priced.start(group) : priced.end(group)] for group in ("head", "first", "second"))
        yield f"{head}{first}", _asking(f"{head}{first}")
        yield _opened(second), _asking(f"{head}{second}")
        return
    same = PATTERNS["same_verb"].search(fold(bare))
    if same:
        first, rest = bare[: same.start()].strip(_ENDS), bare[same.start("rest") : same.end("rest")]
        verb = re.search(rf"{same['word']} \w+", fold(first))
        if verb:
            yield first, _asking(first)
            yield _opened(bare[same.start("word") :]), _asking(f"{first[verb.start() : verb.end()]} {rest}")
            return
    # 'En op het bezoek aan een terreurgebied' takes over what stands before the same word in the question before it.
    match = PATTERNS["elliptic"].search(fold(bare))
    first = bare[: match.start()].strip(_ENDS) if match else ""
    begins = match.start("place" if match["place"] else "side") if match else 0
    place = fold(first).rfind(f" {match['place'] or match['side']} ") if match else -1
    if place >= 0 and re.search(r"\b(?:wat|hoe\w*|wie|waar|wanneer|welke?)\b", fold(first)):
        yield first, _asking(first)
        yield bare[begins:].strip(_ENDS), _asking(f"{first[:place]} {bare[begins:].strip(_ENDS)}")


def _opened(text: str) -> str:
    return text[0].upper() + text[1:]


def _asking(text: str) -> str:
    return text if text.endswith("?") else text.rstrip(" .!,;") + "?"
