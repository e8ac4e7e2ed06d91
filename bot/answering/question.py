"""What a question asks for: which kind of answer, of which kind of text, from which year, about whom."""

from collections.abc import Mapping, Set
from pathlib import Path

from bot.expressions import expression
from bot.knowledge.model import Kind
from bot.language.answer_types import AnswerType, Demand, demand_of
from bot.language.function_words import is_content
from bot.language.patterns import PatternFile
from bot.language.tokens import Token, clean, fold, tokenize
from bot.language.vocabulary import WordClass, shorthand, word_class
from bot.named import NamedTuple


class Question(NamedTuple):
    """A question as it was read.

    Attributes:
        text: cleaned, as it came in.
        tokens: the words of the whole text.
        focus: places in `tokens` that belong to the question itself.
        context: places of what was said around it; greetings and thanks are in neither.
        focus_text: the question itself, folded, shorthand written out.
        demand: what it asks for.
        kind: the kind of text it asks for, where it says so.
        document_asked: it speaks of what stands in the agreement, which commentary can't tell.
        years: years that the question itself names; a year in what is told around it is no subject.
    """

    text: str
    tokens: tuple[Token, ...]
    focus: frozenset[int]
    context: frozenset[int] = frozenset()
    focus_text: str = ""
    demand: Demand = Demand()
    kind: Kind | None = None
    document_asked: bool = False
    years: tuple[int, ...] = ()

    @property
    def asked(self) -> frozenset[AnswerType]:
        """The kinds of answer it asks for."""
        return self.demand.types

    @property
    def forms(self) -> frozenset[str]:
        """The folded words of the whole text."""
        return frozenset(form for token in self.tokens for form in (token.form, *token.parts))


PATTERNS = PatternFile(Path(__file__).parent / "data" / "question.yaml")
_SENTENCE = expression(r"[^.!?\n]+[.!?\n]*")
_CLAUSE = expression(r"(?:[^,;.!?]|(?<=\d)[.,](?=\d))+")
NO_KIND_WORDS: Mapping[str, Kind] = {}
CLOSING, CLOSINGS = 60, 4
"""Characters at the end in which a closing phrase is looked for, and phrases that are taken off."""


def read_question(text: str, naming: str = "", kind_words: Mapping[str, Kind] = NO_KIND_WORDS) -> Question:
    """Read a question.

    Args:
        text: what someone typed; greetings and context around the question are allowed.
        naming: the same with the words that name a document, where they were left out of `text`: they still say what kind of
            text is asked for.
        kind_words: words of the documents themselves by which one of their kinds of text is asked for, see `mentions.kind_words`.

    Returns:
        The question, with greetings, thanks and talk about oneself left out of its `focus`.
    """
    text = clean(text)
    tokens = tuple(written_out(tokenize(text)))
    start, end = _focus_span(text)
    parts = [(m.start(), m.end()) for m in _SENTENCE.finditer(text, start, end) if m.group().strip(" .!?\n")]
    asking = [part for part in parts if "?" in text[part[0] : part[1]] or PATTERNS["asking"].search(text[part[0] : part[1]].strip())]
    context = [part for part in parts if part not in asking and not PATTERNS["about_me"].match(text[part[0] : part[1]].strip())]
    if not context and len(asking) < len(parts):
        context = [part for part in parts if part not in asking]
    # Statements around a question count too, at a lower weight; without any asking sentence they are the question.
    main = asking or context or parts
    spans = [_without_lead_in(text, *part) for part in main]
    focus = frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in spans))
    beside = frozenset(n for n, t in enumerate(tokens) if any(s <= t.start < e for s, e in context))
    folded = _written_out_text(text, spans)
    words = {form for token in (tokenize(naming) if naming else tokens) for form in (token.form, *token.parts)}
    kind = _kind_asked(words, kind_words)
    of_agreement = PATTERNS.words("agreement") | PATTERNS.words("government")
    return Question(
        text=text,
        tokens=tokens,
        # 'Klopt dat?' and 'Welke zijn dat?' ask about the sentence before.
        focus=focus | beside if sum(is_content(tokens[n]) for n in focus) < 2 else focus,
        context=frozenset(n for n, t in enumerate(tokens) if start <= t.start < end) - focus,
        focus_text=folded,
        demand=demand_of(folded),
        kind=kind,
        document_asked=kind in (None, Kind.AGREEMENT) and bool(words & of_agreement),
        # 'Mijn huis is uit 1995.' tells of oneself, and asks nothing about that year.
        years=() if not asking and PATTERNS["of_mine"].match(folded) else _years_asked(folded),
    )


def _years_asked(folded: str) -> tuple[int, ...]:
    """The years that a question asks about: 'mijn huis is uit 1995, krijg ik subsidie' tells of one's own before it asks."""
    *before, last = _CLAUSE.findall(folded) or [""]
    clauses = [*(clause for clause in before if not PATTERNS["of_mine"].match(clause.strip())), last]
    return tuple(int(match.group(1)) for clause in clauses for match in PATTERNS["year"].finditer(clause))


def _kind_asked(words: Set[str], kind_words: Mapping[str, Kind]) -> Kind | None:
    """The kind of text that a question asks for by one of its words; of several kinds the one that few questions mean by chance."""
    kinds = {kind for known, kind in kind_words.items() if any(is_of(word, known) for word in words)}
    if Kind.COMMENTARY in kinds or words & PATTERNS.words("commentary"):
        return Kind.COMMENTARY
    if Kind.EXPLANATION in kinds:
        return Kind.EXPLANATION
    return Kind.AGREEMENT if words & PATTERNS.words("agreement") else None


def is_of(word: str, known: str) -> bool:
    """Whether a word is the known one, or one made with it: 'blogs' and 'blogger' of 'blog'."""
    return word == known or (len(known) >= WHOLE and word.startswith(known))


WHOLE = 4
"""Letters of a known word from which on a longer word is taken to be made with it."""


def written_out(tokens: list[Token]) -> list[Token]:
    """Shorthand and old spellings as the usual words; one token may become several at the same place."""
    written = []
    for token, behind in zip(tokens, [*tokens[1:], None], strict=False):
        words = _meant_by(token, behind)
        if words is None:
            written.append(token)
        else:
            written += [Token(token.surface, word, token.start, token.end, token.accented) for word in words]
    return written


def _meant_by(token: Token, behind: Token | None) -> tuple[str, ...] | None:
    """The usual words for shorthand; None for any other word.

    Args:
        behind: the token that follows it: before 'ik' a word is no short noun but a verb ('tel ik dan mee?').
    """
    words = shorthand().get(token.form)
    if words is None or token.surface.isupper():
        return None
    is_noun = len(words) == 1 and word_class(words[0]) is WordClass.NOUN
    return None if is_noun and behind is not None and behind.form in PATTERNS.words("who_does") else words


def _written_out_text(text: str, spans: list[tuple[int, int]]) -> str:
    """The folded text of some stretches, with shorthand written out and signs kept."""
    parts = []
    for start, end in spans:
        part, position = "", start
        tokens = tokenize(text[start:end])
        for token, behind in zip(tokens, [*tokens[1:], None], strict=False):
            words = _meant_by(token, behind)
            part += fold(text[position : start + token.start]) + (" ".join(words) if words else token.form)
            position = start + token.end
        parts.append(part + fold(text[position:end]))
    return " ".join(" ".join(parts).split())


def _focus_span(text: str) -> tuple[int, int]:
    """The text without a greeting before and thanks after it, unless nothing would be left."""
    hello = PATTERNS["greeting"].match(text)
    start, end = hello.end() if hello else 0, len(text)
    for _ in range(CLOSINGS):
        left = text[:end].rstrip(" \t\n,.!")
        bye = PATTERNS["thanks"].search(left[-CLOSING:])
        if not bye:
            break
        end = max(len(left) - CLOSING, 0) + bye.start()
    return (start, end) if text[start:end].strip(" ,.!?") else (0, len(text))


def _without_lead_in(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and not text[start].isalnum():
        start += 1
    for name in ("greeting", "lead_in"):
        match = PATTERNS[name].match(text[start:end])
        if match and match.end() < end - start - 2:
            start += match.end()
    return start, end
