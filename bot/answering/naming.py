"""Which documents a question names: 'in het coalitieakkoord van 2021', 'volgens Rutte III', by title, by publisher."""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.answering.reply import Reason
from bot.knowledge.model import Document
from bot.language.cue import Cue
from bot.language.function_words import FUNCTION_WORDS
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import agreement_years, names

_NOUNS = (
    r"(?:regeer|coalitie|bestuurs|college|raads|hoofdlijnen)(?:akkoord|programma)|akkoord|regeringsplan(?:nen)?|document|"
    r"blog|beleidsplan|beleidsnota|notitie|raadsbrief|kamerbrief|rapport"
)
_AGREEMENT = r"(?:regeer|coalitie|bestuurs|college|raads)akkoord"
_LEAD = r"(?:(?:volgens|in|uit|van|door|bij)\s+)?(?:(?:het|de|dit|dat|onze?)\s+)?"
_YEARED = Cue(
    rf"\b{_LEAD}(?P<noun>{_NOUNS})\s*(?P<tie>(?:van|uit)\s+(?:het\s+jaar\s+)?|\(|,\s*)?(?P<year>(?:19|20)\d\d)(?:\s*[-–/]\s*(?:19|20)?\d\d)?\)?",
    "19",
    "20",
)
_PLACED = Cue(
    rf"\b{_LEAD}(?P<noun>{_NOUNS})\s+(?:(?:van|voor|uit|door)\s+)?(?:(?:de|het)\s+)?(?:(?:gemeente|provincie|stad)\s+)?(?P<who>[a-z][\w'-]+)",
    "akkoord", "programma", "document", "blog", "plan", "nota", "notitie", "brief", "rapport",
)  # fmt: skip
_CABINET = Cue(
    r"\b(?:(?:het|kabinet)[\s-]+)*(?P<name>(?:rutte|balkenende|kok|schoof|jetten)(?:[\s-]+(?:iv|v|iii|ii|i|[1-5]|vier|drie|twee|een))?)\b",
    "rutte", "balkenende", "kok", "schoof", "jetten",
)  # fmt: skip
_ROMAN = {"1": "i", "2": "ii", "3": "iii", "4": "iv", "5": "v", "een": "i", "twee": "ii", "drie": "iii", "vier": "iv"}
_FORMAL = re.compile(rf"{_NOUNS}|\bnota\b|\bbrief\b|visie|verordening|besluit|\bplan\b|\b(?:19|20)\d\d\b")
_NAMED_BEFORE = rf"(?:volgens\s+(?:(?:het|de)\s+)?|(?:{_NOUNS})\s+(?:(?:van|door)\s+)?(?:(?:het|de)\s+)?)"
_ASIDE = re.compile(r"(?:volgens|in|uit)\b")
_QUOTES = "'\"‘’“”„«»"

BY_NOUN, BY_YEAR = 1.0, 1.5
"""How much sooner (in log odds) a document answers that is called as the question calls it, or is of a year that it mentions."""


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
        self._calls = [_called(document) for document in documents]
        self._years = [_years(document) for document in documents]
        self._words = [_telling_words(document) for document in documents]
        self._patterns = [re.compile("|".join(pattern)) if (pattern := _patterns(document)) else None for document in documents]

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
        for number, pattern in enumerate(self._patterns):
            for match in pattern.finditer(folded) if pattern else ():
                chosen.add(number)
                # 'Wat zegt Vertrouwen in de toekomst?': there the name is the subject, and stays.
                if _ASIDE.match(match.group()):
                    spans.append((match.start(), match.end(), ""))
        for found, start, end, instead in (*self._by_year(folded), *self._by_who(folded), *self._by_cabinet(folded)):
            if isinstance(found, tuple):
                return Naming(frozenset(), text, found)
            chosen |= found
            spans.append((start, end, instead))
        return Naming(frozenset(self._documents[number].id for number in chosen), _without(text, spans))

    def leanings(self, text: str, years: Iterable[int]) -> dict[str, float]:
        """How much sooner each document should answer, where the question only hints at it.

        Args:
            text: the question.
            years: those that it mentions.
        """
        if len(self._documents) < 2:
            return {}
        nouns = set(re.findall(_AGREEMENT, fold(text)))
        return {
            document.id: BY_NOUN * any(noun in called for noun in nouns) + BY_YEAR * bool(own.intersection(years))
            for document, called, own in zip(self._documents, self._calls, self._years, strict=True)
        }

    def _by_year(self, folded: str) -> Iterable[tuple[set[int] | tuple[Reason, str], int, int, str]]:
        for match in _YEARED.finditer(folded):
            year = int(match["year"])
            found = {number for number, years in enumerate(self._years) if year in years}
            if found:
                yield self._called_so(match["noun"], found), match.start(), match.end(), ""
            elif (match["tie"] or "").startswith(("van", "uit")):
                yield (Reason.OTHER_YEAR, match["year"]), 0, 0, ""

    def _by_who(self, folded: str) -> Iterable[tuple[set[int] | tuple[Reason, str], int, int, str]]:
        for match in _PLACED.finditer(folded):
            who = match["who"]
            found = {number for number, words in enumerate(self._words) if who in words}
            if found:
                yield self._called_so(match["noun"], found), match.start(), match.end(), ""
            elif re.fullmatch(_AGREEMENT, match["noun"]) and names().get(who) == "nederlandse gemeenten" and who not in FUNCTION_WORDS:
                yield (Reason.OTHER_AGREEMENT, f"{match['noun']} {who.title()}"), 0, 0, ""

    def _by_cabinet(self, folded: str) -> Iterable[tuple[set[int], int, int, str]]:
        for match in _CABINET.finditer(folded):
            name = re.sub(r"[\s-]+(\w+)$", lambda m: " " + _ROMAN.get(m.group(1), m.group(1)), match["name"])
            year = agreement_years().get(name) or agreement_years().get(f"kabinet-{name}" if "kabinet" in match.group() else "")
            found = {number for number, called in enumerate(self._calls) if re.search(rf"\b{re.escape(name)}\b", called)} if year else set()
            found = found or {number for number, document in enumerate(self._documents) if document.year == year}
            if found:
                yield found, match.start(), match.end(), "het kabinet"

    def _called_so(self, noun: str, found: set[int]) -> set[int]:
        """Those of some documents that are called by this noun; all where none or each is."""
        return {number for number in found if noun in self._calls[number]} or found


def _called(document: Document) -> str:
    return fold(" | ".join((document.title, *document.names, *document.labels.values())))


def _years(document: Document) -> frozenset[int]:
    return frozenset({document.year, *map(int, re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", document.title))})


def _telling_words(document: Document) -> frozenset[str]:
    """The words of its title, publisher and names that tell a document from others."""
    words = {token.form for token in tokenize(" ".join((document.title, document.publisher, *document.names)))}
    return frozenset(
        word
        for word in words
        if len(word) > 2 and word[0].isalpha() and word not in FUNCTION_WORDS and word not in _COMMON and not _FORMAL.search(word)
    )


_COMMON = frozenset(
    "gemeente provincie rijk overheid kabinet stad college raad over samen nieuwe toekomst vertrouwen integratie samenleving".split()
)
"""Words in titles that are too usual after 'het akkoord' to name a document."""


def _patterns(document: Document) -> list[str]:
    """Expressions for the title, other names and publisher, as people write them to name a document.

    A title may be the subject of any question ('Openbare ruimte'): it names the document only where it says itself what it is
    ('Coalitieakkoord ...'), stands between quotation marks, or follows 'volgens' or a word such as 'nota'.
    """
    found = []
    for name, given in ((document.title, False), *((n, True) for n in document.names)):
        folded = fold(name).strip()
        words = folded.split()
        if not words:
            continue
        phrase = r"\s+".join(re.escape(word) for word in words)
        if len(words) > 1 and (given or _FORMAL.search(folded)):
            found.append(rf"\b{_LEAD}[{_QUOTES}]?\b{phrase}(?!\w)[{_QUOTES}]?")
        else:
            found.append(rf"(?:{_NAMED_BEFORE}|[{_QUOTES}])[{_QUOTES}]?{phrase}(?!\w)[{_QUOTES}]?")
    publisher = fold(document.publisher)
    short = re.search(r"\(([^)]{2,12})\)", publisher)
    callers = [re.sub(r"\s*\([^)]*\)", "", publisher).strip(), short.group(1) if short else ""]
    found += [rf"\b{_NAMED_BEFORE}{re.escape(caller)}(?!\w)" for caller in callers if len(caller) > 1]
    return found


def _without(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """The text without some stretches, each replaced by other words or by nothing."""
    parts, place = [], 0
    for start, end, instead in sorted(spans):
        if start >= place:
            parts += [text[place:start], instead]
        place = max(place, end)
    return re.sub(r"\s+([?!.,:])", r"\1", " ".join("".join([*parts, text[place:]]).split())).lstrip(" ,:;-")
