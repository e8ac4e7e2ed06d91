"""The answer types that a sentence offers, as one line of text in the file."""

from functools import lru_cache

from bot.language.analysis import ROOT_MARK, Analyser
from bot.language.answer_types import AnswerType, Facts


def counted_keys(facts: Facts, analyser: Analyser) -> frozenset[str]:
    """Stems and marked roots of the words that stand beside a number."""
    beside = [analyser.word(form) for forms in facts.counted for form in forms]
    return frozenset(key for word in beside for key in (word.stem, ROOT_MARK + word.root, *(stem for stem, _ in word.parts)))


def encoded_facts(facts: Facts) -> str:
    """The answer types that a sentence offers, as one line of text."""
    kinds = ",".join(sorted(kind.value for kind in facts.kinds))
    counted = ";".join(",".join(sorted(words)) for words in facts.counted)
    rest = (",".join(sorted(words)) for words in (facts.units, facts.names, facts.locations))
    return "|".join((kinds, str(len(facts.counted)) + ":" + counted if facts.counted else "", *rest)).rstrip("|")


@lru_cache(maxsize=5_000)
def decoded_facts(line: str) -> Facts:
    """What `encoded_facts` was given."""
    kinds, counted, *rest = (line + "||||").split("|")[:5]
    units, names, locations = (_words(part) for part in rest)
    beside = tuple(_words(part) for part in counted.partition(":")[2].split(";")) if counted else ()
    return Facts(frozenset(AnswerType(kind) for kind in kinds.split(",") if kind), beside, units, names, locations)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(",")) if text else frozenset()
