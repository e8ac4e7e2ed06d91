"""Whether a text is Dutch at all."""

from bot.language.function_words import FUNCTION_WORDS
from bot.language.tokens import tokenize
from bot.language.vocabulary import base_words, foreign_words, names

OTHER_SCRIPT = "ander schrift"
LAST_LATIN = 0x24F


def language_of(text: str) -> str | None:
    """The other language that a text is written in.

    Args:
        text: a question.

    Returns:
        The language's Dutch name, `OTHER_SCRIPT` where most letters are not Latin, or None where it may be Dutch.
    """
    forms = [token.form for token in tokenize(text)]
    if not forms:
        return None
    if not text.isascii():
        letters = [c for c in text if c.isalpha()]
        if 2 * sum(ord(c) > LAST_LATIN for c in letters) > len(letters):
            return OTHER_SCRIPT
    dutch = 0
    # Function words first: where those are half of all nothing is looked up.
    for form in sorted(forms, key=FUNCTION_WORDS.__contains__, reverse=True):
        dutch += form in FUNCTION_WORDS or form in base_words() or form in names()
        if 2 * dutch >= len(forms):
            return None
    for language, words in foreign_words().items():
        foreign = sum(form in words for form in forms)
        if foreign >= 2 and foreign > dutch:
            return language
    return None
