"""Makes what is made of the program's own data once, so that the first question need not wait for it: part of installing.

python -m bot.make_ready
"""

from importlib import import_module
from pathlib import Path

from bot import expressions
from bot.answering.concepts import shipped_alternatives, words_of_measure
from bot.answering.weights import shipped_weights
from bot.index.folder import code_fingerprint
from bot.language.answer_types import PATTERNS
from bot.language.pieces import pieces_in
from bot.language.stems import stem
from bot.language.vocabulary import base_words
from bot.language.word_lists import shipped_word_list
from bot.presentation.texts import texts

ROOMS = ("answering", "index", "knowledge", "language", "presentation")
"""Whose modules are read for the expressions in them: a question reads hardly any others."""


def main() -> None:
    """Make all of it."""
    for room in ROOMS:
        for path in sorted((Path(__file__).parent / room).glob("*.py")):
            import_module(f"bot.{room}.{path.stem}")
    expressions.make_anew()
    pieces_in("")
    stem("huizen")
    base_words()
    shipped_word_list()
    texts()
    PATTERNS.names()
    shipped_weights()
    words_of_measure()
    shipped_alternatives()
    code_fingerprint()


if __name__ == "__main__":
    main()
