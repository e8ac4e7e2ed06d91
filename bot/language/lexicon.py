"""The lexicon as it is asked: what it says of a word."""

from collections.abc import Iterable

from bot.language.lexicon_lines import Entry, Line, entries_of, words_of
from bot.language.near_words import WordList
from bot.language.spelling import sound
from bot.language.vocabulary import lexicon_entries, lexicon_words
from bot.language.word_lists import shipped_word_list


class Lexicon:
    """The lexicon that comes with the program, and the lines of one knowledge folder.

    Args:
        local: the knowledge folder's own lines.
    """

    def __init__(self, local: Iterable[Line] = ()) -> None:
        lines = list(local)
        self._local = entries_of(lines)
        self._local_words = words_of(lines)

    def __contains__(self, form: object) -> bool:
        return form in self._local_words or form in lexicon_words()

    def words(self) -> Iterable[str]:
        """Every folded word that it has."""
        return [*self._local_words, *lexicon_words()]

    def word_list(self) -> WordList:
        """Every folded word that it has, for typing errors."""
        return WordList.of(self.words(), sound) if self._local_words else shipped_word_list()

    def entries(self, word: str) -> list[Entry]:
        """What the lexicon says of the terms that hold this word, given as a stem."""
        shipped: list[Entry] = lexicon_entries().get(word, [])
        return shipped + self._local[word] if word in self._local else shipped
