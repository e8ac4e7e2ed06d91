"""The assistant that answers now, and short codes for its passages and themes, for buttons and links."""

import re
from itertools import chain, islice

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome
from bot.knowledge.codes import code_of
from bot.knowledge.model import Passage
from bot.presentation import lines

EXAMPLES = 3
_MOST_TRIED = 20
_LINK = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Library:
    """Holds the assistant. Other knowledge is one assignment to `current`; who answers a question takes it once and keeps it throughout."""

    def __init__(self, assistant: Assistant) -> None:
        self.current = assistant
        self._indexed: Assistant | None = None
        self._themes: dict[str, str] = {}
        self._examples: list[str] = []

    def passage(self, code: str) -> Passage | None:
        """The passage that a code, or a link's payload, stands for."""
        return self.current.knowledge.coded(code)

    def theme(self, code: str) -> str | None:
        """The theme that a code stands for."""
        self._index()
        return self._themes.get(code)

    def examples(self) -> list[str]:
        """Up to `EXAMPLES` example questions that these sources answer."""
        self._index()
        return self._examples

    def _index(self) -> None:
        assistant = self.current
        if self._indexed is assistant:
            return
        self._themes = {code_of(theme): theme for theme in assistant.themes()}
        self._examples = _answered(assistant)
        self._indexed = assistant


def _answered(assistant: Assistant) -> list[str]:
    """Example questions that get an answer: our own, else what the hints say that the passages answer."""
    first = islice(assistant.knowledge.passages, _MOST_TRIED)
    hints = (question for p in first for s in p.sentences for question in (*s.questions, *p.questions))
    found: list[str] = []
    for text in islice(chain(lines.examples(), hints), _MOST_TRIED):
        if text not in found and assistant.reply(text)[0].outcome is Outcome.ANSWER:
            found.append(text)
            if len(found) == EXAMPLES:
                break
    return found


def payload_of(passage_id: str) -> str:
    """What stands behind ?start= in a link to a passage: its id where a link can hold it, else its code."""
    readable = passage_id.replace("/", "_")
    return readable if _LINK.fullmatch(readable) else code_of(passage_id)
