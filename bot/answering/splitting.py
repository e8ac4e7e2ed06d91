"""A message with several questions, divided: each question by itself, with what was said around them."""

from collections.abc import Iterator

from bot.answering.clauses import ITSELF, PATTERNS, Opening, Start, as_asked, begins, is_verb, starts
from bot.answering.completing import ENDS, asking, completed, opened
from bot.answering.surroundings import told_by, ungreeted, without_number
from bot.expressions import expression
from bot.language.answer_types import demand_of
from bot.language.function_words import is_content
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

MOST_PARTS = 3
"""Questions of one message that are answered; the others are named."""

LONGEST_TOPIC = 4
"""Words up to which what stands before a colon names what the questions behind it are about."""

LONGEST_FRONTED = 6
"""The same of what stands before a comma, behind other questions."""

LONGEST_KEYWORDS = 7
"""Words up to which a line without a verb may be a question."""

_SENTENCE = expression(r"(?:[^.!?\n]|[.](?=\S))+[.!?\n]*")
_ABBREVIATION = expression(r"(?:[a-zA-Z]\.){2,}")
_SIGNS = frozenset(".,;:!?()")
_ASKS = ITSELF | {Opening.DETAIL}


class Part(NamedTuple):
    """One question of a message.

    Attributes:
        question: as it was asked.
        alone: the same with what it left out.
        around: what was said around it.
        topic: that of it which names what this question is about, and those behind it.
    """

    question: str
    alone: str
    around: str = ""
    topic: str = ""

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
    for numbered in _sentences(text):
        sentence = ungreeted(without_number(numbered))
        if not sentence or PATTERNS["polite"].search(_bare(sentence)):
            continue
        tells = told_by(sentence)
        if tells.announced and not (_opens(tells.text) or any(start.opening in _ASKS and start.joint for start in starts(tells.text))):
            topic = tells.text or topic
            continue
        if parts and PATTERNS["leans"].search(_bare(sentence)):
            last = parts.pop()
            parts.append(Part(f"{last.question} {sentence}", f"{last.alone} {sentence}"))
            continue
        for question, whole, asks, is_topic in _pieces(sentence, several=bool(parts)):
            if not asks and not (several_lines and _names_what_it_asks(question)):
                said, announced = told_by(question)
                if not _says_something(said):
                    said = ""
                elif is_topic or announced:
                    led = PATTERNS["leads_in"].match(fold(said))
                    topic, said = said[led.end() :] if led else said, "" if announced else said
                else:
                    told.append(said)
                continue
            if said and (_is_short(question) or not _says_something(question)):
                # 'Ik wil de burgemeester spreken. Kan dat?'
                told = [other for other in told if other != said]
                question = whole = f"{said} {question}"
            elif parts and _is_short(question) and not _asks_itself(parts[-1].question):
                # 'Jullie gaan bomen kappen?! Klopt dat?'
                last = parts.pop()
                question, whole = f"{last.question} {question}", f"{last.alone} {question}"
                topics.pop()
            parts.append(Part(question, whole))
            topics.append(topic)
            said = ""
    # 'Hoeveel?' alone divides nothing.
    if len(parts) < 2 or not (_says_something(parts[0].question) or told or topic):
        return [Part(text, text)]
    return [part._replace(around=" ".join([*told, about]).strip(), topic=about) for part, about in zip(parts, topics, strict=True)]


def _names_what_it_asks(line: str) -> bool:
    """Whether a line among others only names what is wanted to know: 'Openingstijden zwembad'."""
    forms = [token.form for token in tokenize(line)]
    return len(forms) <= LONGEST_KEYWORDS and bool(demand_of(fold(line)).types) and PATTERNS.words("verbs").isdisjoint(forms)


def _sentences(text: str) -> Iterator[str]:
    begun = ""
    for match in _SENTENCE.finditer(text):
        sentence = f"{begun} {match.group().strip()}".strip()
        begun = sentence if _ABBREVIATION.fullmatch(sentence) else ""
        if not begun and any(c.isalnum() for c in sentence):
            yield sentence
    if begun:
        yield begun


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
    before = sentence[: led.start()].strip(ENDS)
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
    bare = clause.strip(ENDS + "?!")
    return _Piece(opened(shown.strip(ENDS + "?!")), asking(opened(as_asked(bare))))


def _questions(sentence: str, several: bool) -> Iterator[_Piece]:
    """The questions of one sentence that are asked as such, and what it tells around them."""
    begin, first = 0, True
    for start in starts(sentence):
        left, right = sentence[begin : start.left], sentence[start.right :]
        if not left.strip(ENDS) or not _divides(left, start, right, several):
            continue
        text = left.strip(ENDS)
        if not (_asks_itself(text) or _is_short(text)) or PATTERNS["leads_up"].search(_bare(text)):
            yield _Piece(text, text, asks=False, topic=_names_a_topic(text, start.joint, several))
        else:
            yield from _asked(text, first)
            several, first = True, False
        begin = start.right
    last = sentence[begin:].strip(" \t\n,;:-(")
    more = several and (PATTERNS["goes_on"].search(fold(last)) or begins(_bare(last)) is Opening.DETAIL)
    if "?" in sentence or _opens(last) or begin or more:
        yield from _asked(last, first)
    elif last:
        yield _Piece(last, last, asks=False)


def _names_a_topic(text: str, joint: str, several: bool) -> bool:
    """Whether what stands before a question only names what that is about: 'Honden: mag dat', or, behind other questions, 'en mijn zoon, mag hij'."""
    tokens = tokenize(text)
    if joint == ":":
        return len(tokens) <= LONGEST_TOPIC
    return (
        several and joint == "," and len(tokens) <= LONGEST_FRONTED and not any(token.form in PATTERNS.words("verbs") for token in tokens)
    )


def _asked(text: str, first: bool) -> Iterator[_Piece]:
    """The question that a stretch of a sentence asks, or two of which the second is said by its end only.

    Args:
        first: none stands before it in the sentence.
    """
    begun = text if first else opened(text)
    pairs = list(completed(begun)) if len(fold(begun)) == len(begun) else []
    yield from [_Piece(*pair) for pair in pairs] or [_Piece(begun, begun if first else asking(begun))]


def _divides(left: str, start: Start, right: str, several: bool) -> bool:
    """Whether a sentence is to be divided where a question may begin.

    Args:
        left: what stands before it, from the last place of that kind on.
        right: all that follows.
        several: questions stand before it.
    """
    if start.opening is Opening.CLAUSE or PATTERNS["leans"].search(_bare(right)) or PATTERNS["says_so"].search(_bare(right)):
        return False
    if not (_asks_itself(left) or _is_short(left)):
        return _tells(left, start, right)
    if start.opening is Opening.DETAIL:
        goes_on = start.joint == "," and any(other.opening in ITSELF and other.joint for other in starts(right))
        of_a_question = begins(_bare(left)) in {Opening.MAIN, Opening.DETAIL}
        return bool(start.joint) and (several or goes_on or start.condition or not of_a_question)
    if not start.joint or not (start.condition or _enough(right)) or PATTERNS["same_verb"].match(f" en {_bare(right)}"):
        return False
    return several or start.condition or not _is_detail(left)


def _tells(left: str, start: Start, right: str) -> bool:
    """Whether what stands before a question, and asks nothing itself, is told: no condition, and no half of a statement."""
    if PATTERNS["condition"].search(_bare(left)) or start.opening not in ITSELF:
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
    return begins(bare) in ITSELF and not PATTERNS["tells"].search(bare)


def _is_short(text: str) -> bool:
    """Whether a piece only asks whether what was said before it may be."""
    return bool(PATTERNS["short"].search(_bare(text)))


def _is_detail(text: str) -> bool:
    """Whether a piece is a question word with nothing that is asked of; between two questions it is one of its own."""
    return begins(_bare(text)) is Opening.DETAIL


def _bare(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ?.!,;:")


def _asks_itself(text: str) -> bool:
    """Whether a stretch holds a question, at its beginning or behind a condition."""
    if begins(fold(text).strip()) in _ASKS:
        return True
    if PATTERNS["condition"].search(_bare(text)) and PATTERNS["asks_then"].search(_bare(text)):
        return True
    # 'Als ik stop, wat mag ik dan', 'gratis trouwen wanneer'; but 'ik ben 13 en wil een pas' goes on telling.
    return any(
        start.opening is Opening.DETAIL or (start.opening in ITSELF and start.joint and not start.joint.isalpha()) for start in starts(text)
    )


def _enough(text: str) -> bool:
    """Whether a piece says enough to be a question: two words, one of them with content or a question word with a verb."""
    tokens = tokenize(text)
    return len(tokens) > 2 or (len(tokens) == 2 and any(is_content(token) for token in tokens))
