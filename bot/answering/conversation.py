"""What of earlier turns a later one may need, a value that can be kept as JSON."""

from collections.abc import Mapping
from typing import Any

from bot.knowledge.model import Span
from bot.language.answer_types import AnswerType
from bot.named import NamedTuple

MOST_TURNS = 3


class Turn(NamedTuple):
    """One earlier question.

    Attributes:
        words: the folded content words that it was about, its own and those it took over.
        passage: the id of the passage that was quoted first, or None.
        answered: whether it got an answer.
        documents: the ids of the documents that it named, for the questions that lean on it.
        marked: where the sentence stood that was marked, 'start end'.
        asked: the kinds of answer that were asked for, as `AnswerType` names them.
        borrowed: those of the words that were taken over of turns before.
        rest: the points of a list that were not shown yet, each 'passage id start end', after how many and the heading.
        near: the id of the passage that came nearest where none was quoted, or ''; never shown.
    """

    words: tuple[str, ...]
    passage: str | None
    answered: bool
    documents: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    marked: str = ""
    asked: tuple[str, ...] = ()
    borrowed: tuple[str, ...] = ()
    near: str = ""

    @property
    def stands(self) -> str:
        """The id of the passage where the conversation stands: the one that was quoted, else the one that came nearest, or ''."""
        return self.passage or self.near

    @property
    def topic(self) -> tuple[str, ...]:
        """The words that the conversation is about: where this turn got no answer, those that it had taken over."""
        return self.words if self.answered or not self.borrowed else self.borrowed

    @property
    def marked_span(self) -> Span | None:
        """The sentence that was marked."""
        start, _, end = self.marked.partition(" ")
        return Span(int(start), int(end)) if start.isdecimal() and end.isdecimal() else None

    @property
    def document(self) -> str:
        """The id of the document that was quoted, or ''."""
        return (self.passage or "").partition("/")[0]


class Again(NamedTuple):
    """What a follow-up takes over of the turn before, beside words.

    Attributes:
        asked: the kinds of answer that were asked for, where it asks for none itself.
        apart_from: the id of a passage whose section is left out: the question is the same, but not of that place.
        earlier: words that the turn before had taken over itself.
    """

    asked: frozenset[AnswerType] = frozenset()
    apart_from: str = ""
    earlier: tuple[str, ...] = ()


class Conversation(NamedTuple):
    """The last few turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> "Conversation":
        """This conversation and one turn more; only the last `MOST_TURNS` are kept."""
        return Conversation((*self.turns, turn)[-MOST_TURNS:])

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
                "asked": list(t.asked),
                "borrowed": list(t.borrowed),
                "near": t.near,
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
            words, passage = item.get("words"), item.get("passage")
            documents, rest, asked, borrowed = (item.get(name, []) for name in ("documents", "rest", "asked", "borrowed"))
            lists = (words, documents, rest, asked, borrowed)
            if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in lists):
                return cls()
            turns.append(
                Turn(
                    tuple(words or ()),
                    passage if isinstance(passage, str) else None,
                    bool(item.get("answered")),
                    tuple(documents),
                    tuple(rest),
                    str(item.get("marked", "")),
                    tuple(asked),
                    tuple(borrowed),
                    str(item.get("near", "")),
                )
            )
        return cls(tuple(turns[-MOST_TURNS:]))


NO_CONVERSATION = Conversation()
"""Of a question that stands alone."""
