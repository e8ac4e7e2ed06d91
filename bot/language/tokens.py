"""Text into tokens: what counts as a word, whatever the writing."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from bot.expressions import expression
from bot.language.numbers import number_of, year_of
from bot.named import NamedTuple

# Format characters, bidi controls, zero-width signs and other invisible code points have no place in a question.
_INVISIBLE = expression(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff\ud800-\udfff]"
)
# Letters and digits in another dress, as phone keyboards offer them: full-width, bold, script, double-struck, in circles.
_DRESSED = expression("[\uff10-\uff5a\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c-\u2134\u24b6-\u24e9\U0001d400-\U0001d7ff]+")
# A tag of HTML is no word; where it stands, words are apart.
_TAG = expression(r"</?[A-Za-z][^<>]{0,200}>")
_WORD = expression(r"[^\W_]+(?:['’.][^\W_]+|-[^\W_]+)*(?:['’](?=s\b))?")
_NOT_ASCII = expression(r"[^\x00-\x7f]+")
_APOSTROPHE = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})
_PLAIN = str.maketrans("àáâãäåçèéêëìíîïñòóôõöùúûüýÿœæø", "aaaaaaceeeeiiiinooooouuuuyyoao")


class Token(NamedTuple):
    """One word as it stands and as it is compared.

    Attributes:
        surface: the characters in the text.
        form: lower case, without diacritics, apostrophes straight.
        start, end: its place in the text, in characters.
        accented: an acute accent stands on it ('één' is a number, 'een' is not).
    """

    surface: str
    form: str
    start: int
    end: int
    accented: bool = False

    @property
    def capitalised(self) -> bool:
        return self.surface[:1].isupper()

    @property
    def parts(self) -> tuple[str, ...]:
        """The forms between hyphens, where there are any."""
        return tuple(self.form.split("-")) if "-" in self.form else ()


def clean(text: str) -> str:
    """Text in composed form (NFC) without HTML tags, control, zero-width and direction characters; white space stays.

    Letters in another dress become plain ones (NFKC); other signs that NFKC would change, such as '²', stay.
    """
    if not text.isascii():
        text = _DRESSED.sub(lambda letters: unicodedata.normalize("NFKC", letters.group()), text)
    visible = _INVISIBLE.sub("", unicodedata.normalize("NFC", text).translate(_APOSTROPHE))
    return (_TAG.sub(" ", visible) if "<" in visible else visible).strip()


def fold(word: str) -> str:
    """A word as it is compared: lower case, without diacritics."""
    lowered = word.lower().replace("`", "'")
    if not lowered.isascii():
        # Only what needs it is looked at letter by letter: the text of a whole document is folded too.
        lowered = _NOT_ASCII.sub(_plain, lowered)
    return lowered


def _plain(letters: re.Match[str]) -> str:
    """Lower-case letters without diacritics."""
    folded = letters.group().translate(_APOSTROPHE).translate(_PLAIN)
    return folded if folded.isascii() else "".join(c for c in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(c))


def tokenize(text: str) -> list[Token]:
    """The words of a text, in order.

    A hyphenated word is one token; its parts are in `Token.parts`. A year in words is one token too, with the digits as its form:
    'tweeduizend vijfentwintig' and 'negentiennegentig' are compared as 2025 and 1990.
    """
    return list(_tokens(text))


def years_in_words(text: str) -> set[int]:
    """The years that a text names in words."""
    starts = [match.start() for match in _BEGINS_A_YEAR.finditer(text)]
    first = (tokenize(text[start : start + _LONGEST_YEAR])[:1] for start in starts)
    return {int(token.form) for tokens in first for token in tokens if says_a_year(token)}


def says_a_year(token: Token) -> bool:
    """Whether a token is a year in words."""
    return token.form.isdigit() and token.surface[0].isalpha()


_THOUSANDS = expression(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+")
_BEGINS_A_YEAR = expression(r"\b(?:achttien|negentien|tweeduizend|twintig)", re.IGNORECASE)
_LONGEST_YEAR = 60
"""Characters that a year in words takes at most."""


@lru_cache(maxsize=2_000)
def _tokens(text: str) -> tuple[Token, ...]:
    # Remembered: a question, and a sentence that is read for an index, is asked for its words five times and more.
    tokens = []
    for match in _WORD.finditer(text):
        surface = match.group()
        form, accented = _folded(surface)
        tokens.append(Token(surface, form, match.start(), match.end(), accented))
    return tuple(_with_years(text, tokens) if _BEGINS_A_YEAR.search(text) else tokens)


def _with_years(text: str, tokens: list[Token]) -> Iterator[Token]:
    """The tokens with each year in words as one."""
    skip = False
    for n, token in enumerate(tokens):
        if skip:
            skip = False
            continue
        after = tokens[n + 1] if n + 1 < len(tokens) else None
        # 'tweeduizend vijf': two words with a space between them; what a comma divides are two numbers.
        together = after if after and text[token.end : after.start] == " " and (number_of(after.form) or 0) in range(1, 100) else None
        year = year_of(f"{token.form} {together.form}") if together and together.form.isalpha() else None
        if year and together:
            skip = True
            yield Token(text[token.start : together.end], str(year), token.start, together.end)
        else:
            alone = year_of(token.form)
            yield token._replace(form=str(alone)) if alone else token


@lru_cache(maxsize=100_000)
def _folded(surface: str) -> tuple[str, bool]:
    """The form of a word, and whether an accent stands on it. A number is compared without the dots between its thousands."""
    form = fold(surface)
    if "." in form and _THOUSANDS.fullmatch(form):
        form = form.replace(".", "")
    return form, not surface.isascii() and surface.lower() != form
