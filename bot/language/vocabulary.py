"""Word lists that come with the program: base words, names, shorthand, and words of other languages."""

from collections.abc import Iterator, Mapping
from enum import Enum
from functools import cache, lru_cache

from bot.expressions import expression
from bot.language import lexicon_lines
from bot.language.lexicon_lines import Entry
from bot.language.stems import stem
from bot.language.tables import DATA, Builders, ReadTable, Table, packed, sources, unpacked
from bot.language.tokens import fold
from bot.made import made

_GROUP = expression(r"^\[(.+)\]$")


class WordClass(str, Enum):
    """What a base word is; an unknown word is taken for a noun: most new words are."""

    NOUN = "zelfstandige naamwoorden"
    VERB = "werkwoorden"
    ADJECTIVE = "bijvoeglijke naamwoorden"
    OTHER = "overige"


@cache
def _word_lists() -> tuple[Mapping[str, Table], str]:
    """All tables by name, and what tells these lists from others."""
    tables = made("words", sources(), lambda: packed(_BUILDERS))
    return unpacked(tables.data), tables.fingerprint


def word_lists_fingerprint() -> str:
    """Changes when a word list or the lexicon that comes with the program does."""
    return _word_lists()[1]


def _table(name: str) -> Table:
    return _word_lists()[0][name]


@cache
def base_words() -> Mapping[str, str]:
    """Common Dutch base words, folded, with their class: what a compound may be made of, and what needs no correction."""
    return _table("base_words")


@cache
def base_stems() -> Mapping[str, str]:
    """The class of each base word's stem; a verb's stem that is also a noun's ('werk') counts as a noun."""
    return _table("base_stems")


@lru_cache(maxsize=20_000)
def word_class(form: str) -> WordClass:
    """The class of a folded word form; NOUN for a word that is not known."""
    return WordClass(base_words().get(form) or base_stems().get(stem(form)) or WordClass.NOUN.value)


@cache
def names() -> Mapping[str, str]:
    """Proper names of one word, folded, with the group they stand in ('landen', 'partijen', 'voornamen' and so on)."""
    return _table("names")


@cache
def name_families() -> Mapping[str, tuple[str, ...]]:
    """For each folded name all forms of it: 'eritreeers' has 'eritrea', 'eritrees', 'eritrese' and 'eritreeer'."""
    return ReadTable(_table("name_families"), _split)


@cache
def agreement_years() -> Mapping[str, int]:
    """Dutch cabinets, folded ('rutte iii'), with the year in which their agreement was presented."""
    return ReadTable(_table("agreement_years"), int)


@cache
def foreign_words() -> Mapping[str, frozenset[str]]:
    """For each other language the frequent words by which it is known."""
    return {language: frozenset(words.split()) for language, words in _table("foreign_words").items()}


@cache
def shorthand() -> Mapping[str, tuple[str, ...]]:
    """What people type for short, or spell the old way, folded, with the usual words for it ('wrm' is 'waarom')."""
    return ReadTable(_table("shorthand"), _split)


@cache
def lexicon_words() -> Table:
    """Every folded word that stands in the shipped lexicon."""
    return _table("lexicon_words")


@cache
def lexicon_entries() -> Mapping[str, list[Entry]]:
    """What the shipped lexicon says of each stem; see `lexicon_lines.entries_of`."""
    return ReadTable(_table("lexicon"), lexicon_lines.read_entries)


def _split(words: str) -> tuple[str, ...]:
    return tuple(words.split())


def _lines(name: str) -> Iterator[tuple[str, str]]:
    """(group, line) for each line of a word list, without comments."""
    group = ""
    for raw in (DATA / name).read_text(encoding="utf-8").splitlines():
        line = raw.partition("#")[0].strip()
        if not line:
            continue
        heading = _GROUP.match(line)
        if heading:
            group = heading.group(1)
        else:
            yield group, line


def _build_base_words() -> dict[str, str]:
    classes: dict[str, str] = {}
    for group, line in _lines("words.txt"):
        for word in fold(line).split():
            # A word that is in two classes has the one that tells least; the groups stand in that order.
            classes[word] = WordClass(group).value
    return classes


def _build_base_stems() -> dict[str, str]:
    classes: dict[str, str] = {}
    for word, kind in _build_base_words().items():
        key = stem(word)
        if key not in classes or kind == WordClass.NOUN.value:
            classes[key] = kind
    return classes


def _build_names() -> dict[str, str]:
    groups: dict[str, str] = {}
    for file in ("places.txt", "parties.txt", "names.txt"):
        for group, line in _lines(file):
            head, _, forms = line.partition(":")
            terms = [head] if group in ("politici", "partijen", "kabinetten", "organisaties") else [head, *forms.split()]
            for term in terms:
                folded = fold(term.strip())
                if folded and " " not in folded:
                    groups.setdefault(folded, group)
    return groups


def _build_name_families() -> dict[str, tuple[str, ...]]:
    families: dict[str, tuple[str, ...]] = {}
    for _, line in _lines("places.txt"):
        head, _, forms = line.partition(":")
        family = tuple(fold(form) for form in [head.strip(), *forms.split()])
        if len(family) > 1 and " " not in family[0]:
            for form in family:
                families.setdefault(form, family)
    return families


def _build_agreement_years() -> dict[str, int]:
    years = {}
    for group, line in _lines("parties.txt"):
        name, _, year = line.partition(":")
        if group == "kabinetten" and year.strip().isdigit():
            years[fold(name.strip())] = int(year)
    return years


def _build_foreign_words() -> dict[str, frozenset[str]]:
    words_of: dict[str, set[str]] = {}
    for group, line in _lines("foreign.txt"):
        words_of.setdefault(group, set()).update(fold(line).split())
    return {language: frozenset(words) for language, words in words_of.items()}


def _build_shorthand() -> dict[str, tuple[str, ...]]:
    meanings: dict[str, tuple[str, ...]] = {}
    for _, line in _lines("chat.txt"):
        left, _, right = line.partition(">")
        words = tuple(fold(right.partition(",")[0]).split())
        for term in left.split(","):
            folded = fold(term.strip())
            if folded and " " not in folded:
                meanings.setdefault(folded, words)
    return meanings


_BUILDERS: Builders = {
    "base_words": _build_base_words,
    "base_stems": _build_base_stems,
    "names": _build_names,
    "name_families": lambda: {form: " ".join(family) for form, family in _build_name_families().items()},
    "agreement_years": lambda: {name: str(year) for name, year in _build_agreement_years().items()},
    "foreign_words": lambda: {language: " ".join(sorted(words)) for language, words in _build_foreign_words().items()},
    "shorthand": lambda: {form: " ".join(words) for form, words in _build_shorthand().items()},
    "lexicon": lambda: {
        word: lexicon_lines.written_entries(entries) for word, entries in lexicon_lines.entries_of(lexicon_lines.shipped_lines()).items()
    },
    "lexicon_words": lambda: dict.fromkeys(sorted(lexicon_lines.words_of(lexicon_lines.shipped_lines())), ""),
}
