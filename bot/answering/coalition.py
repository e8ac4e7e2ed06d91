"""Which parties govern together: an agreement names them in a sentence that has none of the question's words.

'Welke partijen vormen de coalitie?' is answered by 'Dorpsbelang, Nieuw Elan en de Seniorenlijst hebben elkaar gevonden'.
"""

from collections.abc import Sequence
from pathlib import Path

from bot.answering.documents import led_by, year_of
from bot.answering.shelf import Examined
from bot.expressions import expression
from bot.language.patterns import PatternFile
from bot.language.tokens import fold

PATTERNS = PatternFile(Path(__file__).parent / "data" / "coalition.yaml")

FIRST_PASSAGES = 15
"""Passages of a document in which it says who made it."""

_PIECE = r"(?:[A-Z][\w'&-]*|[a-z]?[A-Z]{2,}\w*|\d\d\w+)"
_ARTICLE, _BETWEEN = ("|".join(sorted(PATTERNS.words(name))) for name in ("articles", "particles"))
_PARTY = rf"(?:(?i:{_ARTICLE}) )?{_PIECE}(?: (?:(?:{_BETWEEN}) )*{_PIECE})*"
_SEVERAL = expression(rf"\b{_PARTY}(?:, {_PARTY})*,? en {_PARTY}")


def asks_who_governs(text: str) -> bool:
    """Whether a question asks which parties govern, and not what they want."""
    folded = fold(text)
    return bool(PATTERNS["asks"].search(folded)) and not PATTERNS["elsewhere"].search(folded)


def names_parties(sentence: str) -> bool:
    """Whether a sentence says of several names that they govern together."""
    line = " ".join(sentence.split())
    return bool(_SEVERAL.search(line)) and bool(PATTERNS["agreed"].search(fold(line)))


def led_by_parties(text: str, examinations: Sequence[Examined]) -> list[Examined]:
    """What documents have to say to a question which parties govern: those that name them first, the newest of them before the others.

    Args:
        text: the question.
        examinations: what each has to say.

    Returns:
        Nothing where the question asks something else, or none names them.
    """
    naming = [named for examined in examinations if (named := _naming(examined)) is not None] if asks_who_governs(text) else []
    told = {examined.document for examined in naming}
    naming.sort(key=lambda examined: -year_of(examined))
    return [*naming, *(examined for examined in examinations if examined.document not in told)] if naming else []


def _naming(examined: Examined) -> Examined | None:
    """A document as one that answers with the sentence that names the parties; None where its best sentences do not."""
    index = examined.shelf.index
    first = index.stretch(examined.document)[:FIRST_PASSAGES]
    for candidate in examined.candidates:
        if candidate.passage in first and names_parties(index.passages[candidate.passage].sentences[candidate.sentence].text):
            return led_by(candidate, examined)
    return None
