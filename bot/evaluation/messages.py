"""Sets of messages that are more than one question with one answer: routes, lists, and several questions in one message.

A route is `{"id", "vraag", "route"}`, where `route` is null for a question to search for. A list is `{"id", "vraag", "type", "kind",
"points"}`: every point must stand in a quote, to the letter. Several questions are `{"id", "vraag", "parts": [{"kind", "gold", "alone"?},
...]}`; `alone` is the same question as it would be asked by itself: what it gets then says how much dividing and leaning lose.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.answering.assistant import Assistant
from bot.answering.reply import Outcome, Quote, Reply, Route
from bot.answering.splitting import MOST_PARTS
from bot.evaluation.question_sets import json_objects
from bot.evaluation.scoring import fold, holds
from bot.named import NamedTuple

KEYS = ("route", "points", "parts")
"""By which of these keys a line shows what kind of set it belongs to."""

PAGES = 4
"""How often a list is asked to go on."""


def read_messages(path: Path) -> list[dict[str, Any]]:
    """The messages of a file, or none where it is a set of plain questions.

    Raises:
        QuestionSetError: the file can't be read.
    """
    items = [item for _, item in json_objects(path)]
    return items if items and any(key in items[0] for key in KEYS) else []


def about(items: Sequence[Mapping[str, Any]], assistant: Assistant, folder: Path | None) -> list[Mapping[str, Any]]:
    """The messages that are about the knowledge at hand: those that name no document, or one of it, or its folder."""
    known = {None, folder.name if folder else None, *(document.id for document in assistant.knowledge.documents)}
    return [item for item in items if item.get("document") in known]


class ScoredMessage(NamedTuple):
    """A message with its reply.

    Attributes:
        figures: for each figure that it counts for, what is right and what is not.
    """

    item: Mapping[str, Any]
    reply: Reply
    figures: Mapping[str, list[bool]]


def score_messages(assistant: Assistant, items: Sequence[Mapping[str, Any]]) -> Iterator[ScoredMessage]:
    """Send each message and look at its reply.

    Args:
        items: as `read_messages` gives them.
    """
    for item in items:
        reply, after = assistant.reply(item["vraag"])
        if "route" in item:
            yield ScoredMessage(item, reply, dict(_of_route(item["route"], reply)))
        elif "parts" in item:
            yield ScoredMessage(item, reply, dict(_of_parts(item["parts"], reply, assistant)))
        else:
            quotes = list(reply.quotes)
            for _ in range(PAGES):
                more, after = assistant.reply("meer", after)
                if not more.listed:
                    break
                quotes += more.quotes
            yield ScoredMessage(item, reply, dict(_of_list(item["points"], reply, quotes)))


def _of_route(route: str | None, reply: Reply) -> Iterator[tuple[str, list[bool]]]:
    right = (reply.route.value if reply.route else None) == route
    yield "route_right", [right]
    if route == Route.DANGER.value:
        yield "danger_caught", [right and not reply.quotes]
    elif route is None:
        yield "question_left_alone", [right]


def _of_list(points: Sequence[str], reply: Reply, quotes: Sequence[Quote]) -> Iterator[tuple[str, list[bool]]]:
    answers = reply.outcome is Outcome.ANSWER
    if not points:
        yield "list_silent", [not answers]
        return
    texts = [fold(quote.text) for quote in (quotes if reply.listed else quotes[:1])]
    there = [answers and any(fold(point) in text for text in texts) for point in points]
    yield "list_points", there
    # A reply that quotes everything is no list.
    useful = sum(any(fold(point) in text for point in points) for text in texts)
    yield "list_whole", [all(there) and useful * 2 >= len(texts)]


def _of_parts(parts: Sequence[Mapping[str, Any]], reply: Reply, assistant: Assistant) -> Iterator[tuple[str, list[bool]]]:
    given = reply.parts or (reply,)
    yield "divided_right", [len(given) == min(len(parts), MOST_PARTS)]
    alone = [assistant.reply(part["alone"])[0] if "alone" in part else None for part in parts[:MOST_PARTS]]
    if any(alone):
        yield (
            "as_by_itself",
            [number < len(given) and _same(given[number], by_itself) for number, by_itself in enumerate(alone) if by_itself],
        )
    right = [number < len(given) and _part_right(part, given[number]) for number, part in enumerate(parts)]
    yield "part_right", right
    yield "all_parts_right", [all(right) and len(given) == len(parts)]


def _same(reply: Reply, other: Reply) -> bool:
    """Whether two replies quote the same sentence, or are both silent."""
    if Outcome.NO_ANSWER in (reply.outcome, other.outcome):
        return reply.outcome is other.outcome
    first, second = reply.quotes[0], other.quotes[0]
    return (first.passage.id, first.highlight) == (second.passage.id, second.highlight)


def _part_right(part: Mapping[str, Any], reply: Reply) -> bool:
    answers = reply.outcome is Outcome.ANSWER
    return answers and any(holds(quote, part["gold"]) for quote in reply.quotes[:1]) if part["gold"] else not answers
