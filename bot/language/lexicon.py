"""The lexicon as it is asked: what it says of a word."""

from collections.abc import Iterable, KeysView

from bot.language.lexicon_lines import Entry, Line, entries_of, words_of
from bot.language.near_words import JoinedWordList, WordList
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
        # Only the knowledge folder's own are reckoned now: the others are many, and were reckoned when the program was installed.
        return JoinedWordList([WordList.of(self._local_words, sound), shipped_word_list()]) if self._local_words else shipped_word_list()

    def local_stems(self) -> KeysView[str]:
        """The stems of which the knowledge folder's own lines say something."""
        return self._local.keys()

    def entries(self, word: str) -> list[Entry]:
        """What the lexicon says of the terms that hold this word, given as a stem."""
        shipped: list[Entry] = lexicon_entries().get(word, [])
        return shipped + self._local[word] if word in self._local else shipped
