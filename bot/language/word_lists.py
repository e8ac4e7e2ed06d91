"""The words of the shipped lexicon as a list for typing errors, made when the program is installed."""

from array import array
from functools import cache
from pathlib import Path

from bot.language import near_words, spelling
from bot.language.near_words import WordArrays, WordList
from bot.language.tables import sources
from bot.language.vocabulary import lexicon_words
from bot.made import made

_MAKERS = tuple(Path(str(module.__file__)) for module in (near_words, spelling))


@cache
def shipped_word_list() -> WordList:
    """Every folded word of the shipped lexicon."""
    words = lexicon_words()
    arrays = made("near_words", [*sources(), *_MAKERS, Path(__file__)], lambda: _packed(WordArrays.of(enumerate(words), spelling.sound)))
    return WordList(_unpacked(bytes(arrays.data)), words.word)


def _packed(arrays: WordArrays) -> bytes:
    """Arrays one after another, behind the sizes of all."""
    parts = arrays.parts().values()
    return array("I", map(len, parts)).tobytes() + b"".join(parts)


def _unpacked(data: bytes) -> WordArrays:
    """What `_packed` was given."""
    names = WordArrays._fields
    sizes = memoryview(data)[: array("I").itemsize * len(names)].cast("I").tolist()
    at, parts = array("I").itemsize * len(names), {}
    for name, size in zip(names, sizes, strict=True):
        parts[name] = data[at : at + size]
        at += size
    return WordArrays.stored(parts.__getitem__)
