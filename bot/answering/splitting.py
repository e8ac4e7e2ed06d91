"""A message with several questions, divided: each question by itself, with what was said around them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from bot.answering.clauses import PATTERNS, Opening, Start, as_asked, is_verb, opening_of, starts
from bot.language.answer_types import demand_of
from bot.language.function_words import is_content
from bot.language.tokens import fold, tokenize

MOST_PARTS = 3
"""Questions of one message that are answered; the others are named."""

LONGEST_TOPIC = 4
"""Words up to which what stands before a colon names what the questions behind it are about."""

LONGEST_KEYWORDS = 7
"""Words up to which a line without a verb may be a question."""

_SENTENCE = re.compile(r"(?:[^.!?\n]|[.](?=\S))+[.!?\n]*")
_SIGNS = frozenset(".,;:!?()")
_ENDS = " \t\n.,;:-()"
_ITSELF = frozenset({Opening.MAIN, Opening.VERB_FIRST})
_ASKS = _ITSELF | {Opening.DETAIL}


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


class _Piece(NamedTuple):
    """A stretch of a sentence.

    Attributes:
        question: as it stands.
        alone: the same as a whole question.
        asks: it is a question; else it tells something.
        topic: it names what the questions behind it are about.
    """

    question: str
    alone: str
    asks: bool = True
    topic: bool = False


def divided(text: str) -> list[Part]:
    """The questions of a message, in order; one part, the message as it is, where it holds one or none.

    Args:
        text: cleaned.
    """
    told: list[str] = []
    parts: list[Part] = []
    topics: list[str] = []
    said = topic = ""
    several_lines = "\n" in text.strip()
    for sentence in _sentences(text):
        if PATTERNS["polite"].search(_bare(sentence)):
            continue
        if parts and PATTERNS["leans"].search(_bare(sentence)):
            last = parts.pop()
            parts.append(Part(f"{last.question} {sentence}", f"{last.alone} {sentence}"))
            continue
        for question, whole, asks, is_topic in _pieces(sentence, several=bool(parts)):
            if not asks and not (several_lines and _names_what_it_asks(question)):
                said = question
                if is_topic and _says_something(question):
                    topic = question
                elif _says_something(question):
                    told.append(question)
                continue
            if said and (_is_short(question) or not _says_something(question)):
                # 'Ik wil de burgemeester spreken. Kan dat?'
                told = [other for other in told if other != said]
                question = whole = f"{said} {question}"
            parts.append(Part(question, whole))
            topics.append(topic)
            said = ""
    # 'Hoeveel?' alone divides nothing.
    if len(parts) < 2 or not (_says_something(parts[0].question) or told or topic):
        return [Part(text, text)]
    return [part._replace(around=" ".join([*told, about]).strip()) for part, about in zip(parts, topics, strict=True)]


def _names_what_it_asks(line: str) -> bool:
    """Whether a line among others only names what is wanted to know: 'Openingstijden zwembad'."""
    forms = [token.form for token in tokenize(line)]
    return len(forms) <= LONGEST_KEYWORDS and bool(demand_of(fold(line)).types) and PATTERNS.words("verbs").isdisjoint(forms)


def _sentences(text: str) -> Iterator[str]:
    for match in _SENTENCE.finditer(text):
        sentence = match.group().strip()
        if any(c.isalnum() for c in sentence):
            yield sentence


def _pieces(sentence: str, several: bool) -> Iterator[_Piece]:
    """The questions of one sentence and what it tells around them, in order.

    Args:
        several: questions stand before it.
    """
    folded = fold(sentence)
    if len(folded) != len(sentence) or PATTERNS["whole"].search(folded.strip(" ?.!")):
        yield _Piece(sentence, sentence, "?" in sentence or _opens(sentence))
        return
    led = PATTERNS["indirect"].search(folded)
    if led is None:
        yield from _questions(sentence, several)
        return
    before = sentence[: led.start()].strip(_ENDS)
    if before:
        yield from _questions(before, several) if _asks_itself(before) else [_Piece(before, before, asks=False)]
    yield from _clauses(sentence[led.start() :], led.end() - led.start())


def _clauses(sentence: str, length: int) -> Iterator[_Piece]:
    """The questions that one sentence puts as clauses: 'Ik wil weten wat het kost en of het mag.'

    Args:
        length: of what leads up to the first of them.
    """
    begin, shown = length, 0
    for start in starts(sentence):
        right = sentence[start.right :]
        if (
            start.right <= begin
            or not start.joint
            or start.opening is Opening.DETAIL
            or not _enough(right)
            or not _enough(sentence[begin : start.left])
        ):
            continue
        yield _as_clause(sentence[shown : start.left], sentence[begin : start.left])
        begin = shown = start.right
    yield _as_clause(sentence[shown:], sentence[begin:])


def _as_clause(shown: str, clause: str) -> _Piece:
    bare = clause.strip(_ENDS + "?!")
    return _Piece(_opened(shown.strip(_ENDS + "?!")), _asking(_opened(as_asked(bare))))


def _questions(sentence: str, several: bool) -> Iterator[_Piece]:
    """The questions of one sentence that are asked as such, and what it tells around them."""
    begin, first = 0, True
    for start in starts(sentence):
        left, right = sentence[begin : start.left], sentence[start.right :]
        if not left.strip(_ENDS) or not _divides(left, start, right, several):
            continue
        text = left.strip(_ENDS)
        if not (_asks_itself(text) or _is_short(text)) or PATTERNS["leads_up"].search(_bare(text)):
            yield _Piece(text, text, asks=False, topic=start.joint == ":" and len(tokenize(text)) <= LONGEST_TOPIC)
        else:
            yield from _asked(text, first)
            several, first = True, False
        begin = start.right
    last = sentence[begin:].strip(" \t\n,;:-(")
    more = several and (PATTERNS["goes_on"].search(fold(last)) or _begins(_bare(last)) is Opening.DETAIL)
    if "?" in sentence or _opens(last) or begin or more:
        yield from _asked(last, first)
    elif last:
        yield _Piece(last, last, asks=False)


def _asked(text: str, first: bool) -> Iterator[_Piece]:
    """The question that a stretch of a sentence asks, or two of which the second is said by its end only.

    Args:
        first: none stands before it in the sentence.
    """
    opened = text if first else _opened(text)
    pairs = list(_completed(opened)) if len(fold(opened)) == len(opened) else []
    yield from [_Piece(*pair) for pair in pairs] or [_Piece(opened, opened if first else _asking(opened))]


def _divides(left: str, start: Start, right: str, several: bool) -> bool:
    """Whether a sentence is to be divided where a question may begin.

    Args:
        left: what stands before it, from the last place of that kind on.
        right: all that follows.
        several: questions stand before it.
    """
    if start.opening is Opening.CLAUSE or PATTERNS["leans"].search(_bare(right)):
        return False
    if not (_asks_itself(left) or _is_short(left)):
        return _tells(left, start, right)
    if start.opening is Opening.DETAIL:
        goes_on = start.joint == "," and any(other.opening in _ITSELF and other.joint for other in starts(right))
        of_a_question = _begins(_bare(left)) in {Opening.MAIN, Opening.DETAIL}
        return bool(start.joint) and (several or goes_on or start.condition or not of_a_question)
    if not start.joint or not (start.condition or _enough(right)) or PATTERNS["same_verb"].match(f" en {_bare(right)}"):
        return False
    return several or start.condition or not _is_detail(left)


def _tells(left: str, start: Start, right: str) -> bool:
    """Whether what stands before a question, and asks nothing itself, is told: no condition, and no half of a statement."""
    if PATTERNS["condition"].search(_bare(left)) or start.opening not in _ITSELF:
        return False
    if not start.joint:
        spoken = _SIGNS.isdisjoint(left + right)
        return len(tokenize(left)) >= LEAST_TOLD and (start.opening is Opening.MAIN or (spoken and _is_statement(left)))
    return start.joint == ":" or start.opening is Opening.MAIN or (start.joint == "," and len(tokenize(left)) > LEAST_TOLD)


def _is_statement(text: str) -> bool:
    """Whether what stands before 'krijgt zij' is a statement with its own verb, so that this begins a question: not 'in mei' or 'daar'.

    What is spoken into a telephone has no signs between the two, nor anywhere else.
    """
    forms = [token.form for token in tokenize(text)]
    joined = max((n + 1 for n, form in enumerate(forms) if form in PATTERNS.words("joints")), default=0)
    last = forms[joined:]
    return (
        len(last) >= LEAST_TOLD
        and last[-1] not in PATTERNS.words("inverts")
        and (is_verb(last[0]) if joined else last[0] in PATTERNS.words("subjects") and any(map(is_verb, last[1:VERB_WITHIN])))
    )


VERB_WITHIN = 7
"""The words of a statement that its verb stands among, from who does it on."""

LEAST_TOLD = 3
"""Words from which on what stands before a question, with no sign between them, is told."""


def _says_something(text: str) -> bool:
    return sum(is_content(token) for token in tokenize(text)) > 0


def _opens(text: str) -> bool:
    """Whether a text begins with a question, and doesn't only exclaim."""
    bare = _bare(text)
    return _begins(bare) in _ITSELF and not PATTERNS["tells"].search(bare)


def _begins(text: str) -> Opening | None:
    """How a text begins as a question, whatever leads in to it: 'en', 'ten tweede', '2)'."""
    led = PATTERNS["leads_in"].match(text)
    text = text[led.end() :] if led else text
    return opening_of(text, tokenize(text), 0) if tokenize(text) else None


def _is_short(text: str) -> bool:
    """Whether a piece only asks whether what was said before it may be."""
    return bool(PATTERNS["short"].search(_bare(text)))


def _is_detail(text: str) -> bool:
    """Whether a piece is a question word with nothing that is asked of; between two questions it is one of its own."""
    return _begins(_bare(text)) is Opening.DETAIL


def _bare(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ?.!,;:")


def _asks_itself(text: str) -> bool:
    """Whether a stretch holds a question, at its beginning or behind a condition."""
    if _begins(fold(text).strip()) in _ASKS:
        return True
    # 'Als ik stop, wat mag ik dan', 'gratis trouwen wanneer'; but 'ik ben 13 en wil een pas' goes on telling.
    return any(
        start.opening is Opening.DETAIL or (start.opening in _ITSELF and start.joint and not start.joint.isalpha())
        for start in starts(text)
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
    position = fold(first).rfind(f" {match['place'] or match['side']} ") if match else -1
    if position >= 0 and re.search(r"\b(?:wat|hoe\w*|wie|waar|wanneer|welke?)\b", fold(first)):
        yield first, _asking(first)
        yield bare[begins:].strip(_ENDS), _asking(f"{first[:position]} {bare[begins:].strip(_ENDS)}")


def _opened(text: str) -> str:
    return text[0].upper() + text[1:]


def _asking(text: str) -> str:
    return text if text.endswith("?") else text.rstrip(" .!,;") + "?"
