"""The lexicon as it is written: which words mean the same, which mean it in the mouth of a resident, and which only go together.

Four relations, told apart because they may do different things:
    =  synonym      either for the other; may answer
    >  reading      who says the left may mean the right; may answer
    !  opposite     two ends of one scale: 'wordt het lager?' is answered by 'het wordt hoger'; may answer
    ~  association  goes together with; helps to find, never answers
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from functools import lru_cache
from pathlib import Path

from bot.errors import KnowledgeError
from bot.expressions import expression
from bot.language.function_words import FUNCTION_WORDS
from bot.language.stems import stem
from bot.language.tokens import fold
from bot.named import NamedTuple

_SEPARATOR = expression(r"[\s/.]+")

Term = tuple[str, ...]
"""A term as the stems of its content words, in order."""


class Relation(str, Enum):
    """How one term stands to another."""

    SYNONYM = "="
    READING = ">"
    OPPOSITE = "!"
    ASSOCIATION = "~"


class Line(NamedTuple):
    """One line of the lexicon: for SYNONYM all terms stand in `left`.

    `origin` says where it stands, for the check and its messages.
    """

    relation: Relation
    left: tuple[str, ...]
    right: tuple[str, ...]
    origin: str


def parse(text: str, name: str) -> Iterator[Line]:
    """Read the plain text format: one line a relation, `[group]` headings, `#` comments.

    Args:
        text: the file's text.
        name: what to call it in `Line.origin`.

    Raises:
        ValueError: a line does not have exactly one sign, or has an empty term; the message gives name and line.
    """
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.partition("#")[0].strip()
        if not line or line[0] == "[":
            continue
        signs = [relation for relation in Relation if relation.value in line]
        if len(signs) != 1:
            raise ValueError(f"{name}:{number}: exactly one of the signs = > ~ ! is needed: {line}")
        if signs[0] is Relation.SYNONYM:
            left, right = [term.strip() for term in line.split("=")], []
        else:
            before, _, after = line.partition(signs[0].value)
            left, right = [[term.strip() for term in side.split(",")] for side in (before, after)]
        if not all(left) or not all(right) or (not right and signs[0] is not Relation.SYNONYM):
            raise ValueError(f"{name}:{number}: an empty term: {line}")
        yield Line(signs[0], tuple(left), tuple(right), f"{name}:{number}")


_PARTICLES = frozenset(
    (
        "aan achter af bij binnen boven buiten door in langs mee met na naar naast om onder op over per rond tegen terug toe tot "
        "tussen uit van vanaf vast voor weg zonder niet geen er elkaar zich al nog eens weer"
    ).split()
)


def term_of(words: str) -> Term:
    """The stems of a term's content words.

    Where only one is left of several words, prepositions and the like stay too: 'op iemand bouwen' is not 'bouwen'. A term
    that has only function words keeps them all.
    """
    forms = [fold(word) for word in _SEPARATOR.split(words) if word]
    content = [form for form in forms if form not in FUNCTION_WORDS]
    if len(content) == 1 and len(forms) > 1:
        content = [form for form in forms if form in content or form in _PARTICLES]
    return tuple(stem(form) for form in content or forms)


Entry = tuple[Term, str, tuple[Term, ...]]
"""(term, relation sign, related terms): the term is one word, or several that must all stand in the question."""


def entries_of(lines: Iterable[Line]) -> dict[str, list[Entry]]:
    """What lines say of each word, by its stem."""
    entries: dict[str, list[Entry]] = {}

    def add(term: Term, relation: Relation, related: tuple[Term, ...]) -> None:
        if related:
            for word in set(term):
                entries.setdefault(word, []).append((term, relation.value, related))

    for line in lines:
        # A term of signs alone has no stem that anybody could ask for.
        left, right = [t for t in map(term_of, line.left) if t], tuple(t for t in map(term_of, line.right) if t)
        if line.relation is Relation.SYNONYM:
            for term in left:
                add(term, line.relation, tuple(other for other in left if other != term))
            continue
        for term in left:
            add(term, line.relation, right)
        if line.relation is not Relation.READING:
            for term in right:
                add(term, line.relation, tuple(left))
    return entries


_ENTRY, _FIELD, _RELATED = "\x1d", "\x1e", "\x1f"


def written_entries(entries: Iterable[Entry]) -> str:
    """Entries as one text."""
    return _ENTRY.join(
        _FIELD.join((" ".join(term), relation, _RELATED.join(" ".join(other) for other in related))) for term, relation, related in entries
    )


@lru_cache(maxsize=5_000)
def read_entries(text: str) -> list[Entry]:
    """What `written_entries` was given; not to be changed."""
    entries = []
    for entry in text.split(_ENTRY):
        term, relation, related = entry.split(_FIELD)
        entries.append((tuple(term.split(" ")), relation, tuple(tuple(other.split(" ")) for other in related.split(_RELATED))))
    return entries


def words_of(lines: Iterable[Line]) -> set[str]:
    """Every folded word that stands in lines; of terms of several words the content words."""
    words: set[str] = set()
    for line in lines:
        for term in line.left + line.right:
            forms = [fold(word) for word in term.split()]
            words.update(form for form in forms if len(forms) == 1 or form not in FUNCTION_WORDS)
    return words


def problems(lines: Iterable[Line]) -> list[KnowledgeError]:
    """Doubles and contradictions in a lexicon, as errors that are told and not raised.

    A term may stand in one synonym line only; no two terms may be both alike (= or >) and opposites; no line twice.
    """
    errors: list[KnowledgeError] = []
    groups: dict[Term, Line] = {}
    alike: dict[tuple[Term, Term], Line] = {}
    seen: dict[tuple[Term, Relation, Term], Line] = {}
    opposites: list[tuple[Term, Term, Line]] = []
    for line in lines:
        left, right = [term_of(term) for term in line.left], [term_of(term) for term in line.right]
        if line.relation is Relation.SYNONYM:
            for term, words in zip(left, line.left, strict=True):
                if term in groups and groups[term] is not line:
                    errors.append(_problem("lexicon.word_twice", line, groups[term], word=words))
                groups[term] = line
            alike.update({(a, b): line for a in left for b in left if a != b})
        for a in left:
            for b in right:
                if (a, line.relation, b) in seen and seen[a, line.relation, b] is not line:
                    both = {"left": " ".join(a), "sign": line.relation.value, "right": " ".join(b)}
                    errors.append(_problem("lexicon.line_twice", line, seen[a, line.relation, b], **both))
                seen[a, line.relation, b] = line
                if line.relation is Relation.READING:
                    alike[a, b] = line
                elif line.relation is Relation.OPPOSITE:
                    opposites.append((a, b, line))
    for a, b, line in opposites:
        other = alike.get((a, b)) or alike.get((b, a))
        if other:
            errors.append(_problem("lexicon.contradiction", line, other, left=" ".join(a), right=" ".join(b)))
    return errors


def _problem(key: str, line: Line, other: Line, **values: str) -> KnowledgeError:
    path, _, number = line.origin.rpartition(":")
    return KnowledgeError(key, path=Path(path), line=int(number), other=other.origin, **values)


def shipped_lines() -> list[Line]:
    """Every line of the lexicon that comes with the program."""
    files = sorted((Path(__file__).parent / "data" / "lexicon").glob("*.txt"))
    return [line for file in files for line in parse(file.read_text(encoding="utf-8"), file.name)]
