"""What the items of a list are: amounts, conditions, answers of the kind that is asked for; and whether it answers, as far as reading tells."""

from bot.answering import points
from bot.answering.blocks import lead_of, lead_text
from bot.answering.features import text_of
from bot.answering.forms import PATTERNS
from bot.answering.read_points import Block, Point
from bot.answering.shelf import Examined
from bot.answering.verifying import list_read
from bot.language.answer_types import missing_types
from bot.language.tokens import fold


def odds(block: Block, examined: Examined) -> float:
    """The log odds that a list answers, read together with the question."""
    group, lead = examined.shelf.index, lead_of(block, examined.shelf.index)
    items = [points.text_of(group, item) for item in block.items]
    text = list_read(group.passages[block.items[0].passage], points.text_of(group, lead) if lead else "", items)
    assert examined.shelf.vectors is not None
    return examined.shelf.vectors.log_odds(text_of(examined.read), [text])[0]


def are_conditions(block: Block, examined: Examined) -> bool:
    """Whether the line before a list, or its first item, says that conditions follow."""
    first = points.text_of(examined.shelf.index, block.items[0])
    return bool(PATTERNS["if"].search(fold(f"{lead_text(block, examined.shelf.index)} {first}")))


def offers_it(block: Block, examined: Examined) -> bool:
    """Whether most items of a list have the kind of answer that is asked for."""
    return 2 * sum(_has_it(item, examined) for item in block.items) > len(block.items)


def _has_it(item: Point, examined: Examined) -> bool:
    """Whether an item has the kind of answer that is asked for."""
    group, question = examined.shelf.index, examined.read.question
    facts = group.sentences.facts(item.passage)[item.first : item.end]
    whole = group.passage_facts(item.passage)
    return any(not missing_types(question.demand, question.forms, fact, whole) for fact in facts)


def costs(block: Block, examined: Examined) -> bool:
    """Whether most items of a list hold an amount of money."""
    texts = [points.text_of(examined.shelf.index, point) for point in block.items]
    return 2 * sum("€" in text or "euro" in fold(text) for text in texts) > len(texts)
