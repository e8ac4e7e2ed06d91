"""Word lists that come with the program: base words, names, shorthand, and words of other languages."""

import hashlib
import marshal
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from bot.compiled import compiled
from bot.language import lexicon_lines
from bot.language.stems import stem
from bot.language.tokens import fold

DATA = Path(__file__).parent / "data"
_GROUP = re.compile(r"^\[(.+)\]$")


class WordClass(str, Enum):
    """What a base word is; an unknown word is taken for a noun: most new words are."""

    NOUN = "zelfstandige naamwoorden"
    VERB = "werkwoorden"
    ADJECTIVE = "bijvoeglijke naamwoorden"
    OTHER = "overige"


class Bucketed(Mapping[str, Any]):
    """A large mapping read by its keys' first letters, as far as it is needed.

    Args:
        buckets: letters -> that part of the mapping, written by `marshal`.
    """

    def __init__(self, buckets: Mapping[str, bytes]) -> None:
        self._buckets = buckets
        self._recent: dict[str, dict[str, Any]] = {}

    def __getitem__(self, key: str) -> Any:
        return self._bucket(key[:LETTERS])[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and key in self._bucket(key[:LETTERS])

    def get(self, key: str, default: Any = None) -> Any:
        """The value of a key, or the default."""
        return self._bucket(key[:LETTERS]).get(key, default)

    def __iter__(self) -> Iterator[str]:
        for kept in self._buckets.values():
            yield from _read(kept)

    def __len__(self) -> int:
        return sum(len(_read(kept)) for kept in self._buckets.values())

    def _bucket(self, letters: str) -> dict[str, Any]:
        found = self._recent.get(letters)
        if found is None:
            kept = self._buckets.get(letters)
            found = _read(kept) if kept else {}
            if len(self._recent) >= RECENT:
                self._recent.clear()
            self._recent[letters] = found
        return found


def _read(kept: bytes) -> dict[str, Any]:
    found: dict[str, Any] = marshal.loads(kept)  # noqa: S302 - the program's own cache, see bot.compiled
    return found


RECENT = 250
"""Buckets that a mapping keeps as they are read."""

LETTERS = 3
"""Letters by which a bucketed mapping is divided."""


@cache
def word_lists_digest() -> str:
    """Changes when a word list, the lexicon or the answer types that come with the program do."""
    found = hashlib.blake2b(digest_size=16)
    for path in sorted([*DATA.rglob("*.txt"), DATA / "answer_types.json"]):
        found.update(path.read_bytes())
    return found.hexdigest()


def base_words() -> Mapping[str, str]:
    """Common Dutch base words, folded, with their class: what a compound may be made of, and what needs no correction."""
    part: Mapping[str, str] = _part("base_words")
    return part


def base_stems() -> Mapping[str, str]:
    """The class of each base word's stem; a verb's stem that is also a noun's ('werk') counts as a noun."""
    part: Mapping[str, str] = _part("base_stems")
    return part


@lru_cache(maxsize=20_000)
def word_class(form: str) -> WordClass:
    """The class of a folded word form; NOUN for a word that is not known."""
    return WordClass(base_words().get(form) or base_stems().get(stem(form)) or WordClass.NOUN.value)


def names() -> Mapping[str, str]:
    """Proper names of one word, folded, with the group they stand in ('landen', 'partijen', 'voornamen' and so on)."""
    part: Mapping[str, str] = _part("names")
    return part


def name_families() -> Mapping[str, tuple[str, ...]]:
    """For each folded name all forms of it: 'eritreeers' has 'eritrea', 'eritrees', 'eritrese' and 'eritreeer'."""
    part: Mapping[str, tuple[str, ...]] = _part("name_families")
    return part


def agreement_years() -> Mapping[str, int]:
    """Dutch cabinets, folded ('rutte iii'), with the year in which their agreement was presented."""
    part: Mapping[str, int] = _part("agreement_years")
    return part


def foreign_words() -> Mapping[str, frozenset[str]]:
    """For each other language the frequent words by which it is known."""
    part: Mapping[str, frozenset[str]] = _part("foreign_words")
    return part


def shorthand() -> Mapping[str, tuple[str, ...]]:
    """What people type for short, or spell the old way, folded, with the usual words for it ('wrm' is 'waarom')."""
    part: Mapping[str, tuple[str, ...]] = _part("shorthand")
    return part


def lexicon_words() -> Mapping[str, bool]:
    """Every folded word that stands in the shipped lexicon."""
    part: Mapping[str, bool] = _part("lexicon_words")
    return part


def lexicon_entries() -> Mapping[str, list[Any]]:
    """What the shipped lexicon says of each stem; see `lexicon_lines.entries_of`."""
    part: Mapping[str, list[Any]] = _part("lexicon")
    return part


@cache
def _parts() -> dict[str, bytes]:
    # Each part is read apart: a question needs a few of them.
    parts: dict[str, bytes] = compiled("language", sorted(DATA.rglob("*.txt")), _build_parts)
    return parts


@cache
def _part(name: str) -> Any:
    # Two threads may come here at once, and both find the part.
    data = marshal.loads(_parts()[name])  # noqa: S302 - the program's own cache, see bot.compiled
    return Bucketed(data) if name in _BUCKETED else data


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
    found: dict[str, str] = {}
    for group, line in _lines("words.txt"):
        for word in fold(line).split():
            # A word that is in two classes has the one that tells least; the groups stand in that order.
            found[word] = WordClass(group).value
    return found


def _build_base_stems() -> dict[str, str]:
    found: dict[str, str] = {}
    for word, kind in _build_base_words().items():
        key = stem(word)
        if key not in found or kind == WordClass.NOUN.value:
            found[key] = kind
    return found


def _build_names() -> dict[str, str]:
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


def _build_name_families() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, line in _lines("places.txt"):
        head, _, forms = line.partition(":")
        family = tuple(fold(form) for form in [head.strip(), *forms.split()])
        if len(family) > 1 and " " not in family[0]:
            for form in family:
                found.setdefault(form, family)
    return found


def _build_agreement_years() -> dict[str, int]:
    found = {}
    for group, line in _lines("parties.txt"):
        name, _, year = line.partition(":")
        if group == "kabinetten" and year.strip().isdigit():
            found[fold(name.strip())] = int(year)
    return found


def _build_foreign_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for group, line in _lines("foreign.txt"):
        found.setdefault(group, set()).update(fold(line).split())
    return {language: frozenset(words) for language, words in found.items()}


def _build_shorthand() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, line in _lines("chat.txt"):
        left, _, right = line.partition(">")
        words = tuple(fold(right.partition(",")[0]).split())
        for term in left.split(","):
            folded = fold(term.strip())
            if folded and " " not in folded:
                found.setdefault(folded, words)
    return found


def _build_parts() -> dict[str, bytes]:
    parts = {}
    for name, build in _BUILDERS.items():
        data = build()
        if name in _BUCKETED:
            buckets: dict[str, dict[str, Any]] = {}
            for key, value in data.items():
                buckets.setdefault(key[:LETTERS], {})[key] = value
            data = {letters: marshal.dumps(bucket) for letters, bucket in buckets.items()}
        parts[name] = marshal.dumps(data)
    return parts


_BUCKETED = frozenset(("base_words", "base_stems", "names", "lexicon", "lexicon_words"))
_BUILDERS: dict[str, Callable[[], Any]] = {
    "base_words": _build_base_words,
    "base_stems": _build_base_stems,
    "names": _build_names,
    "name_families": _build_name_families,
    "agreement_years": _build_agreement_years,
    "foreign_words": _build_foreign_words,
    "shorthand": _build_shorthand,
    "lexicon": lambda: lexicon_lines.entries_of(lexicon_lines.shipped_lines()),
    "lexicon_words": lambda: dict.fromkeys(lexicon_lines.words_of(lexicon_lines.shipped_lines()), True),
}
