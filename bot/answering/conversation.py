"""What of earlier turns a later one may need, a value that can be kept as JSON; and when a question leans on it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from bot.answering.question import PATTERNS
from bot.answering.reading import ReadQuestion
from bot.language.tokens import fold

KEPT_TURNS = 3


class Turn(NamedTuple):
    """One earlier question.

    Attributes:
        words: the folded content words that it was about, its own and those it took over.
        passage: the id of the passage that was quoted first, or None.
        answered: whether it got an answer.
        documents: the ids of the documents that it named, for the questions that lean on it.
        marked: where the sentence stood that was marked, 'start end'.
        rest: the points of a list that were not shown yet, each 'passage id start end', after how many and the heading.
    """

    words: tuple[str, ...]
    passage: str | None
    answered: bool
    documents: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    marked: str = ""


class Conversation(NamedTuple):
    """The last few turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> "Conversation":
        """This conversation and one turn more; only the last `KEPT_TURNS` are kept."""
        return Conversation((*self.turns, turn)[-KEPT_TURNS:])

    def to_json(self) -> list[dict[str, Any]]:
        """The turns as JSON data."""
        return [
            {
                "words": list(t.words),
                "passage": t.passage,
                "answered": t.answered,
                "documents": list(t.documents),
                "rest": list(t.rest),
                "marked": t.marked,
            }
            for t in self.turns
        ]

    @classmethod
    def from_json(cls, data: object) -> "Conversation":
        """Read what `to_json` wrote; data of any other form gives an empty conversation."""
        turns = []
        for item in data if isinstance(data, list) else []:
            if not isinstance(item, Mapping):
                return cls()
            words, passage, documents, rest = item.get("words"), item.get("passage"), item.get("documents", []), item.get("rest", [])
            if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in (words, documents, rest)):
                return cls()
            turns.append(
                Turn(
                    tuple(words or ()),
                    passage if isinstance(passage, str) else None,
                    bool(item.get("answered")),
                    tuple(documents),
                    tuple(rest),
                    str(item.get("marked", "")),
                )
            )
        return cls(tuple(turns[-KEPT_TURNS:]))


NO_CONVERSATION = Conversation()
"""Of a question that stands alone."""


def points_back(read: ReadQuestion) -> bool:
    """Whether a follow-up can only be about what was quoted before: it points at it, or says nothing of its own."""
    own = [c for c in read.concepts if not c.borrowed and not c.word.light]
    return not own or bool(PATTERNS["pointing"].search(read.question.focus_text))


def leans_on(read: ReadQuestion, conversation: Conversation) -> tuple[str, ...]:
    """The words of earlier turns that a question needs.

    Args:
        read: the question on its own.
        conversation: the earlier turns.

    Returns:
        Folded words of the last turn, or () for a question that stands on its own.
    """
    if not conversation.turns or PATTERNS["switch"].search(fold(read.question.text)):
        return ()
    heavy = [c for c in read.concepts if not c.word.light]
    folded = fold(read.question.text)
    if len(heavy) > 3 or (len(heavy) > 1 and not PATTERNS["leaning"].search(folded)):
        return ()
    own = {c.word.form for c in read.concepts}
    return tuple(word for word in conversation.turns[-1].words if word not in own)
