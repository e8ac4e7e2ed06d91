"""Word lists that come with the program: base words, names, and words of other languages."""

import re
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import resources

from bot.language.stems import stem
from bot.language.tokens import fold

_GROUP = re.compile(r"^\[(.+)\]$")


def data_text(name: str) -> str:
    """The text of one data file of this package."""
    return (resources.files("bot.language") / "data" / name).read_text(encoding="utf-8")


def _lines(name: str) -> Iterator[tuple[str, str]]:
    """(group, line) for each line of a word list, without comments."""
    group = ""
    for raw in data_text(name).splitlines():
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        heading = _GROUP.match(line)
        if heading:
            group = heading.group(1)
        else:
            yield group, line


class WordClass(str, Enum):
    """What a base word is; an unknown word is taken for a noun: most new words are."""

    NOUN = "zelfstandige naamwoorden"
    VERB = "werkwoorden"
    ADJECTIVE = "bijvoeglijke naamwoorden"
    OTHER = "overige"


@cache
def base_words() -> dict[str, WordClass]:
    """Common Dutch base words, folded, with their class: what a compound may be made of, and what needs no correction.

    A word that is in two classes has the one that tells least: OTHER, then ADJECTIVE, VERB and NOUN.
    """
    found: dict[str, WordClass] = {}
    for group, line in _lines("words.txt"):
        for word in fold(line).split():
            found[word] = WordClass(group)
    return found


@cache
def base_stems() -> dict[str, WordClass]:
    """The class of each base word's stem; a verb's stem that is also a noun's ('werk') counts as a noun."""
    found: dict[str, WordClass] = {}
    for word, kind in base_words().items():
        key = stem(word)
        if key not in found or kind is WordClass.NOUN:
            found[key] = kind
    return found


def word_class(form: str) -> WordClass:
    """The class of a folded word form; NOUN for a word that is not known."""
    known = base_words().get(form)
    if known is None:
        known = base_stems().get(stem(form), WordClass.NOUN)
    return known


@cache
def names() -> dict[str, str]:
    """Proper names of one word, folded, with the group they stand in ('landen', 'partijen', 'voornamen' and so on)."""
    found: dict[str, str] = {}
    for file in ("places.txt", "parties.txt", "names.txt"):
        for group, line in _lines(file):
            head, _, forms = line.partition(":")
            terms = [head] if group in ("politici", "partijen", "kabinetten", "organisaties") else [head, *forms.split()]
            for term in terms:
                folded = fold(term.strip())
                if folded and " " not in folded:
                    found.setdefault(folded, group)
    return found


@cache
def name_families() -> dict[str, tuple[str, ...]]:
    """For each folded name all forms of it: 'eritreeers' has 'eritrea', 'eritrees', 'eritrese' and 'eritreeer'."""
    found: dict[str, tuple[str, ...]] = {}
    for group, line in _lines("places.txt"):
        head, _, forms = line.partition(":")
        family = tuple(fold(form) for form in [head.strip(), *forms.split()])
        if len(family) > 1 and " " not in family[0]:
            for form in family:
                found.setdefault(form, family)
    return found


@cache
def agreement_years() -> dict[str, int]:
    """Dutch cabinets, folded ('rutte iii'), with the year in which their agreement was presented."""
    found = {}
    for group, line in _lines("parties.txt"):
        name, _, year = line.partition(":")
        if group == "kabinetten" and year.strip().isdigit():
            found[fold(name.strip())] = int(year)
    return found


@cache
def foreign_words() -> dict[str, frozenset[str]]:
    """For each other language the frequent words by which it is known."""
    found: dict[str, set[str]] = {}
    for group, line in _lines("foreign.txt"):
        found.setdefault(group, set()).update(fold(line).split())
    return {language: frozenset(words) for language, words in found.items()}


@cache
def shorthand() -> dict[str, tuple[str, ...]]:
    """What people type for short, or spell the old way, folded, with the usual words for it ('wrm' is 'waarom')."""
    found: dict[str, tuple[str, ...]] = {}
    for _, line in _lines("chat.txt"):
        left, _, right = line.partition(">")
        words = tuple(fold(right.partition(",")[0]).split())
        for term in left.split(","):
            folded = fold(term.strip())
            if folded and " " not in folded:
                found.setdefault(folded, words)
    return found
