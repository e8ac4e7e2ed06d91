"""Makes what is made of the program's own data once, so that the first question need not wait for it: part of installing.

python -m bot.make_ready
"""

from bot.answering.concepts import shipped_alternatives, words_of_measure
from bot.answering.weights import shipped_weights
from bot.index.folder import code_fingerprint
from bot.language.expressions import compiled
from bot.language.pieces import pieces_in
from bot.language.stems import stem
from bot.language.vocabulary import base_words
from bot.language.word_lists import shipped_word_list
from bot.presentation.texts import texts


def main() -> None:
    """Make all of it."""
    compiled("")
    pieces_in("")
    stem("huizen")
    base_words()
    shipped_word_list()
    texts()
    shipped_weights()
    words_of_measure()
    shipped_alternatives()
    code_fingerprint()


if __name__ == "__main__":
    main()
