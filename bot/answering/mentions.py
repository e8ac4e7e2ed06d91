"""Which documents a question names: 'in het coalitieakkoord van 2021', 'volgens Rutte III', by title, by publisher."""

import re
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

from bot.answering.question import is_of as is_of
from bot.answering.reply import Reason
from bot.expressions import expression
from bot.knowledge.model import Document, Kind
from bot.language.function_words import FUNCTION_WORDS
from bot.language.patterns import Pattern, PatternFile
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import agreement_years, base_words, names
from bot.named import NamedTuple

PATTERNS = PatternFile(Path(__file__).parent / "data" / "mentions.yaml")

BY_NOUN, BY_YEAR = 1.0, 1.5
"""How much sooner (in log odds) a document answers that is called as the question calls it, or is of a year that it mentions."""


LETTERS, FEW = 4, 20
"""Letters of a name by which it is found, and documents up to which each is looked for."""


class Naming(NamedTuple):
    """What a question says of the documents that it asks about.

    Attributes:
        documents: the ids of those it names; empty for all.
        rest: the question without the words that name them.
        unknown: (reason, name) where it names a document that is not there.
    """

    documents: frozenset[str]
    rest: str
    unknown: tuple[Reason, str] | None = None


class Catalogue:
    """The names of all documents.

    Args:
        documents: all that there are.
    """

    def __init__(self, documents: Sequence[Document]) -> None:
        self._documents = documents

    # Made when a question first needs them: few questions name a document, and there may be thousands.
    @cached_property
    def _calls(self) -> list[str]:
        return [fold(" | ".join((d.title, *d.names, *d.labels.values()))) for d in self._documents]

    @cached_property
    def _years(self) -> list[frozenset[int]]:
        return [frozenset({d.year, *map(int, _YEAR.findall(d.title))}) for d in self._documents]

    @cached_property
    def _words(self) -> list[frozenset[str]]:
        return [_telling_words(document) for document in self._documents]

    @cached_property
    def _callings(self) -> list[Pattern]:
        return [_calling(document) for document in self._documents]

    @cached_property
    def _by_letters(self) -> dict[str, list[int]]:
        """The documents by the first letters of each piece of text that calling them takes."""
        numbers: dict[str, list[int]] = {}
        for number, calling in enumerate(self._callings):
            for piece in calling.needs:
                numbers.setdefault(piece[:LETTERS], []).append(number)
        return numbers

    def _may_name(self, folded: str) -> list[int]:
        """The documents that a folded text may name; the others need not be looked for, and there may be thousands."""
        if len(self._documents) < FEW:
            return list(range(len(self._documents)))
        known = self._by_letters
        pieces = {folded[start : start + length] for start in range(len(folded)) for length in range(1, LETTERS + 1)}
        return sorted({number for piece in pieces for number in known.get(piece, ())})

    def naming(self, text: str) -> Naming:
        """Find what documents a question names.

        Args:
            text: cleaned.
        """
        folded = fold(text)
        if len(folded) != len(text):
            # Folding changed how many characters there are, so that places in one are not those in the other.
            text = folded
        chosen: set[int] = set()
        spans: list[tuple[int, int, str]] = []
        for number in self._may_name(folded):
            for match in self._callings[number].finditer(folded):
                chosen.add(number)
                # 'Wat zegt Vertrouwen in de toekomst?': there the name is the subject, and stays.
                if PATTERNS["aside"].match(match.group()):
                    spans.append((match.start(), match.end(), ""))
        for documents, start, end, instead in (*self._by_year(folded), *self._by_who(folded), *self._by_cabinet(folded)):
            if isinstance(documents, tuple):
                return Naming(frozenset(), text, documents)
            chosen |= documents
            spans.append((start, end, instead))
        return Naming(frozenset(self._documents[number].id for number in chosen), _without(text, spans))

    def leanings(self, text: str, years: Collection[int]) -> dict[str, float]:
        """How much sooner each document should answer, where the question only hints at it.

        Args:
            text: the question.
            years: those that it mentions.
        """
        nouns = {match.group() for match in PATTERNS["agreement"].finditer(fold(text))}
        if len(self._documents) < 2 or not (nouns or years):
            return {}
        return {
            document.id: BY_NOUN * any(noun in called for noun in nouns) + BY_YEAR * bool(years_named.intersection(years))
            for document, called, years_named in zip(self._documents, self._calls, self._years, strict=True)
        }

    def _by_year(self, folded: str) -> Iterable[tuple[set[int] | tuple[Reason, str], int, int, str]]:
        for match in PATTERNS["yeared"].finditer(folded):
            year = int(match["year"])
            # 'Het akkoord van 2022' is that of 2022-2026 where there is also one of 2018-2022.
            documents = {number for number, document in enumerate(self._documents) if document.year == year}
            documents = documents or {number for number, years in enumerate(self._years) if year in years}
            if documents:
                yield self._called_so(match["noun"], documents), match.start(), match.end(), ""
            elif (match["tie"] or "").startswith(("van", "uit")):
                yield (Reason.OTHER_YEAR, match["year"]), 0, 0, ""

    def _by_who(self, folded: str) -> Iterable[tuple[set[int] | tuple[Reason, str], int, int, str]]:
        for match in PATTERNS["placed"].finditer(folded):
            who = match["who"]
            documents = {number for number, words in enumerate(self._words) if who in words}
            if documents:
                yield self._called_so(match["noun"], documents), match.start(), match.end(), ""
            elif (
                PATTERNS["agreement"].fullmatch(match["noun"]) and names().get(who) == "nederlandse gemeenten" and who not in FUNCTION_WORDS
            ):
                yield (Reason.OTHER_AGREEMENT, f"{match['noun']} {who.title()}"), 0, 0, ""

    def _by_cabinet(self, folded: str) -> Iterable[tuple[set[int], int, int, str]]:
        for match, name, year in _cabinets(folded):
            documents = (
                {number for number, called in enumerate(self._calls) if re.search(rf"\b{re.escape(name)}\b", called)} if year else set()
            )
            documents = documents or {number for number, document in enumerate(self._documents) if document.year == year}
            if documents:
                yield documents, match.start(), match.end(), "het kabinet"

    def _called_so(self, noun: str, documents: set[int]) -> set[int]:
        """Those of some documents that are called by this noun; all where none or each is."""
        return {number for number in documents if noun in self._calls[number]} or documents


def _telling_words(document: Document) -> frozenset[str]:
    """The words of its title, publisher and names that tell a document from others."""
    return frozenset(
        word
        for word in _common_left_out(" ".join((document.title, document.publisher, *document.names)))
        if not PATTERNS["formal"].search(word)
    )


def _common_left_out(name: str) -> frozenset[str]:
    words = {token.form for token in tokenize(name)} - FUNCTION_WORDS - PATTERNS.words("common")
    return frozenset(word for word in words if len(word) > 2 and word[0].isalpha())


def kind_words(documents: Iterable[Document]) -> dict[str, Kind]:
    """The words by which a question asks for one of a document's own kinds of text beside the agreement.

    They are the words of its label ('Blog'); where the label names the publisher ('Toelichting van KIS'), the publisher's alone.
    """
    return {word: kind for document in documents for kind in (Kind.EXPLANATION, Kind.COMMENTARY) for word in _labelled(document, kind)}


def voices(document: Document) -> frozenset[str]:
    """The words that name who speaks in a document: its writer, as the labels call the text, and its publisher."""
    return _publisher_words(document).union(*(_labelled(document, kind) for kind in (Kind.EXPLANATION, Kind.COMMENTARY)))


def _labelled(document: Document, kind: Kind) -> frozenset[str]:
    label, publisher = document.labels.get(kind, ""), _publisher_words(document)
    return publisher if publisher & {token.form for token in tokenize(label)} else _common_left_out(label)


def _publisher_words(document: Document) -> frozenset[str]:
    """The words that only its publisher is called by: its short name, and those of its name that are no ordinary words."""
    short = _SHORT_NAME.search(fold(document.publisher))
    telling = {word for word in _common_left_out(document.publisher) if word not in base_words()}
    return frozenset(telling | {short.group(1)} if short else telling)


_YEAR = expression(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_LAST_WORD = expression(r"[\s-]+(\w+)$")
_IN_BRACKETS = expression(r"\s*\([^)]*\)")
_BEFORE_A_SIGN = expression(r"\s+([?!.,:])")
_SHORT_NAME = expression(r"\(([^)]{2,12})\)")


def _cabinets(folded: str) -> Iterator[tuple[re.Match[str], str, int | None]]:
    """Each Dutch cabinet that a text names, with its name ('rutte iii') and the year of its agreement, where that is known."""
    for match in PATTERNS["cabinet"].finditer(folded):
        name = _LAST_WORD.sub(lambda m: " " + _ROMAN.get(m.group(1), m.group(1)), match["name"])
        years = agreement_years()
        yield match, name, years.get(name) or years.get(f"kabinet-{name}" if "kabinet" in match.group() else "")


_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "een": "i", "twee": "ii", "drie": "iii", "vier": "iv"}
_ROMAN_NUMERAL = expression(r"\b[IV][iv]*$")


def other_agreement(text: str, documents: Sequence[Document], source_words: Container[str]) -> str:
    """The agreement or cabinet that a question names and that no document is about, or ''.

    Args:
        text: the question.
        documents: those that there are.
        source_words: the folded words of their texts.
    """
    folded = fold(text)
    for match in PATTERNS["other_agreement"].finditer(folded):
        if match.group() not in source_words and not any(match.group() in fold(" ".join((d.title, *d.names))) for d in documents):
            return match.group()
    for match, _, year in _cabinets(folded):
        if year is not None and all(document.year != year for document in documents):
            return _ROMAN_NUMERAL.sub(lambda m: m.group().upper(), match["name"].title())
    return ""


def _calling(document: Document) -> Pattern:
    """The title, other names and publisher of a document, as people write them to name it.

    A title may be the subject of any question ('Openbare ruimte'): it names the document only where it says itself what it is
    ('Coalitieakkoord ...'), stands between quotation marks, or follows 'volgens' or a word such as 'nota'.
    """
    expressions, needs = [], []
    for name, given in ((document.title, False), *((n, True) for n in document.names)):
        folded = fold(name).strip()
        words = folded.split()
        if not words:
            continue
        needs.append(max(words, key=len))
        says_itself = len(words) > 1 and (given or PATTERNS["formal"].search(folded))
        expressions.append(_calls("given" if says_itself else "title", r"\s+".join(re.escape(word) for word in words)))
    publisher = fold(document.publisher)
    short = _SHORT_NAME.search(publisher)
    for caller in (_IN_BRACKETS.sub("", publisher).strip(), short.group(1) if short else ""):
        if len(caller) > 1:
            needs.append(caller)
            expressions.append(_calls("publisher", re.escape(caller)))
    return Pattern("|".join(expressions), needs)


def _calls(way: str, name: str) -> str:
    """The expression by which a document of some name is called."""
    return "|".join(pattern.expression for pattern in PATTERNS[f"calling.{way}"].alternatives).replace("documentnaam", name)


def _without(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text without some stretches, each replaced by other words or by nothing."""
    parts, position = [], 0
    for start, end, instead in sorted(spans):
        if start >= position:
            parts += [text[position:start], instead]
        position = max(position, end)
    return _BEFORE_A_SIGN.sub(r"\1", " ".join("".join([*parts, text[position:]]).split())).lstrip(" ,:;-")
