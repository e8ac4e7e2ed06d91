"""Dutch word forms brought together: inflection first (stem), then derivation (root).

The stem undoes plural, conjugation, declension and diminutive, with vowel length and final consonants made alike
(woont, wonen -> won; lessen, les -> less; lezen, leest -> les; huizen, huis -> huis). It need not be a word: it need only be the
same for forms of one word and different for other words. The root also undoes -ing, -atie, -heid, -er and the like.
Irregular forms stand in data/irregular.txt.
"""

from functools import cache, lru_cache
from pathlib import Path

from bot.expressions import expression
from bot.language.tables import FORM, Table, packed, unpacked
from bot.language.tokens import fold
from bot.made import made

_SEPARABLE = (
    "achteruit|achter|tegemoet|tegen|terug|samen|binnen|buiten|onder|over|voort|vooruit|voor|door|langs|rond|thuis|toe|vast|"
    "neer|mee|weg|los|bij|aan|uit|op|om|in|af|na"
)
_PARTICIPLE = expression(rf"^({_SEPARABLE}|)ge(?=[a-z]*[^aeiouy][a-z]*(?:d|t)$)(?=[a-z]{{4}})")
_SEPARATED = expression(rf"^({_SEPARABLE})(?=[a-z]{{3}})")
_GLIDE = expression(r"(aai|oei|ooi|ui(?=en$))(?:en|t|d|de|den)$")
_NO_GLIDE = frozenset(("ooit", "nooit", "fooid"))
_GLIDED = expression(rf"^({_SEPARABLE}|)ge(?=[a-z]+(?:aai|oei|ooi)$)")
"""What is left of the participle of a verb in -aaien, -oeien or -ooien: gemaai, afgemaai."""
_PAST = expression(r"((?:[^aeiouy]|[aeiouy]{2}|ij)[td])[td]$|(?<=d)t$")
"""Wachtte, praatte and meldde without their -e, and rijdt, houdt and biedt: one of two behind a consonant or a long vowel, and -t behind -d."""
_APPLIES = "geldt"
"""What applies is no money: 'geldt dat ook' asks for no 'leefgeld'."""
_NO_PARTICIPLE = expression(
    r"^ge(?:bied|meent|zicht|recht|dicht|wicht|duld|weld|dachte|boorte|luid|moed|loof|beurt|weest|bergte|voelt|looft|draagt|"
    r"bruikt|lukt|nereert|tuigt|niet|beur|schikt|hoort|not|bod|brek|leid|breid|deelt|volgt|volmachtigd|zond|zind|leidelijk|walt)"
)
_PLURAL_S = expression(r"(?:er|el|en|em|ar|aar|eur|or|ie|ee|oe|um|je|te|ve|ode)s$")
_PLURAL_ES = expression(
    r"(?:[aeioun]ge|[aiou]ne|gne|che|ure|ore|(?:ai|oi)re|[aiou]de|onde|[aeiouy]se|auze|[ou]be|[aiu]me|[iy]pe|(?:qu|n|v)ue|(?<!l)ing)s$|"
    r"[aeiou].*[aeiou].*(?:an|en|i)ces$"
)
"""Plurals in -s of words in -e and -ing, as zones, garages, machines, campings: 'les', 'succes' and 'prinses' end otherwise."""
_FEES = expression(r"(?<!col)(?<!privi)leges$")
"""Leges and bouwleges have no singular."""
_NO_PLURAL = frozenset(
    (
        "advies",
        "precies",
        "kies",
        "verlies",
        "vlees",
        "alles",
        "niets",
        "reeds",
        "steeds",
        "barones",
        "beides",
        "gronings",
        "schevenings",
        "vlissings",
    )
)
_DIMINUTIVE = expression(r"(?:([bdfgklmnprst])\1e|[aeiou]{2}|[nlrmw]|[aeiou])?(?:tje|pje)$|(?<=[bcdfgkpstz])je$|(?<=in)kje$")
_VOWEL_GROUP = expression(r"[aeiouy]+")
_LONG = expression(r"(aa|ee|oo|uu)(?=[^aeiou]*$)")
_SHORT_SYLLABLE = expression(r"^[^aeiouy]*[aeiou]([bcdfgklmnprst])$")
_DOUBLED = expression(r"([bdfgklmnprst])\1$")
_DERIVATION = expression(
    r"(?:iteit|elijk|erij|baarheid|lijkheid|igheid|heid|schap|achtig|eling|ing|atie|ator|erend|er|rar|ar|ier|baar|"
    r"bar|lijk|isch|ist|isme|ief|eel|el|ig)$"
)


IRREGULAR_FILE = Path(__file__).parent / "data" / "irregular.txt"


def _build_irregular() -> dict[str, str]:
    """Form -> lemma, with a sign behind the lemma of a verb."""
    forms: dict[str, str] = {}
    verbs = set()
    for line in IRREGULAR_FILE.read_text(encoding="utf-8").splitlines():
        lemma, _, rest = line.partition("#")[0].partition(":")
        for form in fold(rest).split():
            forms.setdefault(form, fold(lemma.strip()))
            if lemma.strip().endswith("n"):
                verbs.add(form)
    return {form: lemma + _VERB if form in verbs else lemma for form, lemma in forms.items()}


_VERB = "+"


_ENDING = 4
"""Letters at the end of a word by which the irregular words that it may end in are looked up."""


_SHORTEST_BEFORE = 3
"""Letters that stand before an irregular word in a compound at least."""


def _build_endings() -> dict[str, str]:
    """By the last letters the irregular nouns that may be the last part of a compound, the longest first."""
    nouns = [form for form, lemma in _build_irregular().items() if not lemma.endswith(_VERB) and len(form) > _ENDING]
    endings: dict[str, list[str]] = {}
    for noun in sorted(nouns, key=len, reverse=True):
        endings.setdefault(noun[-_ENDING:], []).append(noun)
    return {ending: " ".join(forms) for ending, forms in endings.items()}


@cache
def _irregular() -> tuple[Table, Table]:
    """The lemma of each irregular form, and the nouns among them by their endings."""
    builders = {"irregular": _build_irregular, "endings": _build_endings}
    tables = unpacked(made("irregular", [IRREGULAR_FILE, Path(__file__), *FORM], lambda: packed(builders)).data)
    return tables["irregular"], tables["endings"]


@lru_cache(maxsize=200_000)
def stem(form: str) -> str:
    """The stem of a folded word form.

    Args:
        form: a word as `tokens.fold` gives it.

    Returns:
        The same string for every inflected form of a word. Numbers and words of one or two letters come back as they are.
    """
    if len(form) < 3 or any(c.isdigit() for c in form):
        return form
    word = _lemma(form.replace("-", ""))
    bare = _inflection(word)
    # A vowel before the consonant that an ending left open is long: wonen -> won, as woon; but won (of winnen) -> wonn.
    behind = max(word.find(bare), 0) + len(bare)
    return _shape(bare, opened=word[behind : behind + 1] == "e")


@lru_cache(maxsize=200_000)
def root(form: str) -> str:
    """The root of a folded word form: its stem without one or two endings that make nouns and adjectives of verbs.

    At least three letters are left over, one of them a vowel, or the stem itself comes back.
    """
    word = stem(form)
    for _ in range(2):
        match = _DERIVATION.search(word)
        if not match or match.start() < (4 if len(match.group()) == 2 else 3) or not _VOWEL_GROUP.search(word, 0, match.start()):
            break
        word = _shape(_final_t(word[: match.start()]), opened=match.group()[0] in "aeiou")
    return word


def _lemma(form: str) -> str:
    irregular, endings = _irregular()
    lemma = irregular.get(form)
    if lemma is not None:
        return str(lemma).removesuffix(_VERB)
    prefix = _SEPARATED.match(form)
    if prefix:
        lemma = irregular.get(form[prefix.end() :])
        if lemma is not None:
            return prefix.group(1) + str(lemma).removesuffix(_VERB)
    # The last part of a compound may be irregular too: 'datacentra', 'binnensteden'.
    for noun in (endings.get(form[-_ENDING:]) or "").split():
        cut = len(form) - len(noun)
        if cut >= _SHORTEST_BEFORE and form.endswith(noun):
            return form[:cut] + str(irregular[noun])
    return form


def _inflection(word: str) -> str:
    if word.endswith("heden"):
        return word[:-5] + "heid"
    word = _diminutive(word)
    word = word.removesuffix("'s")
    groups = len(_VOWEL_GROUP.findall(word))
    plural_s = (
        groups >= 2
        and word not in _NO_PLURAL
        and not word.endswith(("eus", "ens"))
        and (_PLURAL_S.search(word) or (_PLURAL_ES.search(word) and not _FEES.search(word)))
    )
    if plural_s or (groups >= 3 and word.endswith("ens")):
        word = word[:-1]
    glided = _GLIDE.search(word)
    if glided and word not in _NO_GLIDE:
        # Maaien, maait, gemaaid, maaide -> maai.
        word = word[: glided.end(1)]
    elif word.endswith("en") and not word.endswith("ien") and len(word) > 4 and _VOWEL_GROUP.search(word[:-2]):
        word = word[:-2]
    elif word.endswith("e") and len(word) > 3 and not word.endswith(("ee", "ie", "oe")) and _VOWEL_GROUP.search(word[:-1]):
        word = word[:-1]
    if glided:
        return _GLIDED.sub(r"\1", word)
    word = word if word == _APPLIES else _PAST.sub(r"\1", word)
    if not _NO_PARTICIPLE.match(word):
        word = _PARTICIPLE.sub(r"\1", word)
    return _final_t(word)


def _final_t(word: str) -> str:
    """Undo the -t or -d of a verb; nouns that end alike lose it in all their forms, which does no harm."""
    if (len(word) > 3 and word[-1] in "dt" and word[-2] not in "aeiouydtj" and _VOWEL_GROUP.search(word[:-1])) or (
        len(word) > 4 and word.endswith(("eert", "eerd", "aalt", "aald", "oont", "oond"))
    ):
        word = word[:-1]
    return word


def _diminutive(word: str) -> str:
    singular = word[:-1] if word.endswith("jes") else word
    if len(singular) > 5 and _DIMINUTIVE.search(singular):
        for ending in ("etje", "tje", "pje", "je"):
            if singular.endswith(ending) and _VOWEL_GROUP.search(singular[: -len(ending)]):
                return singular[: -len(ending)]
    return word


def _shape(word: str, opened: bool) -> str:
    """Make the end of a word alike over its forms: final v and z, vowel length, doubled consonants."""
    if word.endswith("v"):
        word = word[:-1] + "f"
    elif word.endswith("z"):
        word = word[:-1] + "s"
    single = len(_VOWEL_GROUP.findall(word)) == 1
    if _DOUBLED.search(word):
        return word if single else word[:-1]
    if _LONG.search(word):
        return _LONG.sub(lambda m: m.group()[0], word)
    if single and not opened and _SHORT_SYLLABLE.match(word):
        return word + word[-1]
    return word
