"""Lines beside a quote: that it says nothing of one person's case, that it is a plan, that the text has another number, that it was shown before."""

from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path

from bot.answering.conversation import Conversation
from bot.answering.reply import Note, Outcome, Reply
from bot.language.numbers import number_of
from bot.language.patterns import PatternFile
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

PATTERNS = PatternFile(Path(__file__).parent / "data" / "notes.yaml")

YEARS = range(1900, 2101)
"""Numbers that are taken for years."""

SHORTEST_COUNTED = 4
"""Letters of a word that a written number counts: 'twee jaar'."""

MOST_ALIKE = 3
"""Numbers of a text from which on it says more than one thing: a table or a scale holds no number in place of another."""

NotesOf = tuple[Note, Mapping[str, str]]


def notes_for(text: str, reply: Reply, conversation: Conversation) -> Iterator[NotesOf]:
    """The lines that belong beside the first quote of a reply.

    Args:
        text: the question.
        conversation: the earlier turns.
    """
    if not reply.quotes or reply.listed:
        return
    folded = " ".join(fold(text).split())
    quote = reply.quotes[0]
    year = {"year": str(quote.passage.document.year)}
    last = conversation.turns[-1] if conversation.turns else None
    marked = f"{quote.highlight.start} {quote.highlight.end}"
    if reply.outcome is Outcome.ANSWER and last and last.answered and (last.passage, last.marked) == (quote.passage.id, marked):
        yield Note.SAME_QUOTE, {}
    if reply.outcome is Outcome.ANSWER and PATTERNS["personal"].search(folded):
        yield Note.PERSONAL, year
    if PATTERNS["plan"].search(folded):
        yield Note.ONLY_A_PLAN, year
    shown = quote.highlight_text if any(c.isdigit() for c in quote.highlight_text) else quote.text
    other = other_number(folded, fold(shown))
    if other:
        yield Note.OTHER_NUMBER, {"asked": other[0], "present": other[1]}


def other_number(asked: str, text: str) -> tuple[str, str] | None:
    """A number that a question names and the text does not, with the number there that is most like it; both count the same thing.

    Args:
        asked, text: folded.
    """
    numbers = list(_numbers(asked))
    if not numbers or PATTERNS["age"].search(asked):
        return None
    if PATTERNS["compared"].search(asked):
        numbers = [n for n in numbers if n.of != _MONEY]
    there = [n for n in _numbers(text) if n.sort or n.value not in YEARS]
    forms = [token.form for token in tokenize(text)]
    for number in numbers:
        alike = [n for n in there if n.sort == number.sort]
        known = bool(number.sort) or (bool(number.of) and any(_counts_alike(form, number.of) for form in forms))
        if (not number.sort and number.value in YEARS) or not known or not alike or any(n.value == number.value for n in alike):
            continue
        if not number.sort and (number.shown.isalpha() or not any(n.shown[-1].isdigit() for n in alike)):
            # 'Twee jaar' is another number only of what counts the same: 'vier jaar'.
            alike = [n for n in alike if n.of and _counts_alike(n.of, number.of)]
        if alike and len({n.value for n in alike}) <= MOST_ALIKE:
            # Imported here: few quotes have another number than was asked about.
            from difflib import SequenceMatcher

            nearest = max(alike, key=lambda n: (SequenceMatcher(None, f"{n.value:g}", f"{number.value:g}").ratio(), n.value))
            return number.shown, nearest.shown
    return None


_MONEY = "€"
_SCALES = {"miljoen": 1e6, "miljard": 1e9}


class _Number(NamedTuple):
    """A number in a text.

    Attributes:
        shown: as it stands there.
        of: the folded word after it that it counts, '€' for an amount, the word before it for a time of day; '' for none.
        sort: what only a number of the same kind can stand in place of: '€', or a time behind the same word; '' for what counts.
    """

    shown: str
    value: float
    of: str
    sort: str = ""


def _counts_alike(form: str, other: str) -> bool:
    """Whether two words count the same: 'dagen' and 'dag', 'werkdagen' and 'dagen'."""
    return stem(form) == stem(other) or (len(other) >= SHORTEST_COUNTED and form.endswith(other))


def _numbers(text: str) -> Iterator[_Number]:
    apart = []
    for match in PATTERNS["money"].finditer(text):
        apart.append(match)
        amount, scale = (match["amount"], match["scale"]) if match["amount"] else (match["before"], match["times"])
        yield _Number(match.group().strip(), _value(amount) * _SCALES.get(scale or "", 1.0), _MONEY, _MONEY)
    for match in PATTERNS["time"].finditer(text):
        apart.append(match)
        shown = match.group().removeprefix(match["bound"]).strip()
        yield _Number(shown, 60.0 * int(match["hour"]) + int(match["minute"]), match["bound"], match["bound"])
    for match in PATTERNS["number"].finditer(text):
        if not any(m.start() <= match.start("number") < m.end() for m in apart):
            yield _Number(match["number"], _value(match["number"]), match["of"] or "")
    tokens = tokenize(text)
    for token, after in pairwise(tokens):
        value = number_of(token.form) if token.form.isalpha() else None
        if value is not None and value > 1 and len(after.form) >= SHORTEST_COUNTED:
            yield _Number(token.form, value, after.form)


def _value(number: str) -> float:
    return float("".join(number.replace(".", "").split()).replace(",", "."))
