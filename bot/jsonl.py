"""`ask --format jsonl`: JSON Lines in, JSON Lines out, in order; turns that share a name are one conversation."""

import json
import math
import sys
from collections.abc import Iterator
from typing import BinaryIO, TextIO

from bot.answering.assistant import Assistant
from bot.answering.conversation import Conversation
from bot.errors import KnowledgeError
from bot.faults import error_line
from bot.presentation.contact import NO_CONTACT, Contact
from bot.presentation.json_lines import reply_object
from bot.presentation.texts import say, told
from bot.watch import Renew

MOST_CONVERSATIONS = 10_000
# JSON may hold these as they are, but many a reader takes them for the end of a line.
_LINE_ENDS = {ord(c): f"\\u{ord(c):04x}" for c in "\u0085\u2028\u2029"}


def answer_lines(assistant: Assistant, lines: BinaryIO, out: TextIO, renew: Renew | None = None, contact: Contact = NO_CONTACT) -> bool:
    """Answer JSON Lines, one object a line, in order, flushed as it goes.

    Args:
        lines: `{"id", "question", "conversation"?}` a line, UTF-8; what is no such object gives an object with "error".
        out: where the objects go; see `presentation.json_lines`.
        renew: gives other knowledge where it changed; asked before each question.
        contact: whom to ask where there is no answer.

    Returns:
        False where a question met a fault of the program; its object then has "error".
    """
    conversations = _Conversations()
    well = True
    for item in _objects(lines):
        if isinstance(item, str):
            answer: dict[str, object] = {"error": item}
        elif not isinstance(item.get("question"), str):
            answer = {"id": item.get("id"), "error": say("errors", "no_question")}
        else:
            assistant = _renewed(renew) or assistant
            try:
                answer = _answer(assistant, item, conversations, contact)
            except Exception as error:
                # One question that goes wrong takes none of the others along.
                well, answer = False, {"id": item.get("id"), "error": error_line(error, "ask")}
        out.write(json.dumps(answer, ensure_ascii=False).translate(_LINE_ENDS) + "\n")
        out.flush()
    return well


class _Conversations(dict[str, Conversation]):
    """The conversations by name, those that were spoken in last."""

    def keep(self, name: str, conversation: Conversation) -> None:
        """Put a conversation in, and leave out the one that has been silent longest where there are too many."""
        self.pop(name, None)
        self[name] = conversation
        if len(self) > MOST_CONVERSATIONS:
            del self[next(iter(self))]


def _answer(assistant: Assistant, item: dict[str, object], conversations: _Conversations, contact: Contact) -> dict[str, object]:
    key = item.get("conversation")
    name = json.dumps(key, sort_keys=True) if key is not None else ""
    reply, after = assistant.reply(str(item["question"]), conversations.get(name, Conversation()))
    if name:
        conversations.keep(name, after)
    return reply_object(item.get("id"), reply, assistant.themes(), contact)


def _renewed(renew: Renew | None) -> Assistant | None:
    try:
        return renew() if renew else None
    except KnowledgeError as error:
        # Earlier knowledge goes on answering; standard output holds replies only.
        print(say("console", "not_reloaded", why=told(error)), file=sys.stderr, flush=True)
        return None


def _objects(lines: BinaryIO) -> Iterator[dict[str, object] | str]:
    """Each line's object, or what is wrong with it; empty lines are passed over."""
    for raw in lines:
        if not raw.strip():
            continue
        try:
            # NaN and Infinity are no JSON, though Python reads them; given back as an id they would break the reader.
            item = json.loads(raw.decode("utf-8-sig", errors="replace"), parse_constant=_refuse, parse_float=_number)
        except (ValueError, RecursionError):
            item = None
        yield item if isinstance(item, dict) else say("errors", "no_json")


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _number(text: str) -> float:
    """A number that JSON can give back: 1e999 is more than a float holds, and would come out as Infinity."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(text)
    return number
