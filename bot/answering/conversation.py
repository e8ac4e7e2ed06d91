"""What of earlier turns a later one may need: a value that can be kept as JSON."""

from collections.abc import Mapping
from typing import Any, NamedTuple

KEPT_TURNS = 3


class Turn(NamedTuple):
    """One earlier question.

    Attributes:
        words: the folded content words that it was about, its own and those it took over.
        passage: the id of the passage that was quoted first, or None.
        answered: whether it got an answer.
        documents: the ids of the documents that it named, for the questions that lean on it.
    """

    words: tuple[str, ...]
    passage: str | None
    answered: bool
    documents: tuple[str, ...] = ()


class Conversation(NamedTuple):
    """The last few turns, oldest first."""

    turns: tuple[Turn, ...] = ()

    def with_turn(self, turn: Turn) -> "Conversation":
        """This conversation and one turn more; only the last `KEPT_TURNS` are kept."""
        return Conversation((*self.turns, turn)[-KEPT_TURNS:])

    def to_json(self) -> list[dict[str, Any]]:
        """The turns as JSON data."""
        return [{"words": list(t.words), "passage": t.passage, "answered": t.answered, "documents": list(t.documents)} for t in self.turns]

    @classmethod
    def from_json(cls, data: object) -> "Conversation":
        """Read what `to_json` wrote; data of any other form gives an empty conversation."""
        turns = []
        for item in data if isinstance(data, list) else []:
            if not isinstance(item, Mapping):
                return cls()
            words, passage, documents = item.get("words"), item.get("passage"), item.get("documents", [])
            if not all(isinstance(texts, list) and all(isinstance(text, str) for text in texts) for texts in (words, documents)):
                return cls()
            turns.append(
                Turn(tuple(words or ()), passage if isinstance(passage, str) else None, bool(item.get("answered")), tuple(documents))
            )
        return cls(tuple(turns[-KEPT_TURNS:]))


NO_CONVERSATION = Conversation()
"""Of a question that stands alone."""
