"""Lines beside a quote: that it says nothing of one person's case, that it is a plan, that the text has another number, that it was shown before."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from pathlib import Path

from bot.answering.conversation import Conversation
from bot.answering.reply import Note, Outcome, Reply
from bot.language.patterns import PatternFile
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize

PATTERNS = PatternFile(Path(__file__).parent / "data" / "notes.yaml")

YEARS = range(1900, 2101)
"""Numbers that are taken for years."""

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
    if PATTERNS["age"].search(asked):
        return None
    there = [(match["number"], _value(match["number"])) for match in PATTERNS["number"].finditer(text)]
    numbers = [(number, value) for number, value in there if value not in YEARS]
    stems = {stem(token.form) for token in tokenize(text)}
    for match in PATTERNS["number"].finditer(asked):
        number, of = match["number"], match["of"]
        value = _value(number)
        if value in YEARS or not of or stem(of) not in stems or not numbers or any(value == present for _, present in numbers):
            continue
        nearest = max(numbers, key=lambda item: (SequenceMatcher(None, str(item[1]), str(value)).ratio(), item[1]))
        return number, nearest[0]
    return None


def _value(number: str) -> int:
    return int(number.replace(".", ""))
