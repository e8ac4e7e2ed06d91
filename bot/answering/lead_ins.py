"""Lists that answer because of the line before them: 'Het college kan weigeren, indien:'."""

from collections.abc import Mapping, Sequence, Set

import numpy as np

from bot.answering import points
from bot.answering.blocks import WORD_COVER, Leading, Points, beside_of, blocks, is_led_in, points_of, words_of_views, words_there
from bot.answering.chosen_list import CLOSE, nearness_of
from bot.answering.concepts import Concept
from bot.answering.forms import PATTERNS, asks_for_cases, bare
from bot.answering.read_points import Block, Point
from bot.answering.shelf import Examined
from bot.language.tokens import fold
from bot.language.vocabulary import WordClass
from bot.named import NamedTuple

LED_IN, LED_IN_BY = 0.85, 0.5
"""The share of a question that a line before a list must have, and the share of that line that the question must have, for the list to answer."""

LED_IN_WHOLLY, LED_IN_LITTLE = 0.98, 0.3
"""The same for a line that has all of the question, and then may say more: 'De verplichting ... begint ..., en eindigt:'."""

SAYS_IT = 0.3
"""How much sooner a line leads in what is asked that says that something stands there, where the question does so too."""

LED_IN_PART = 0.5
"""The share of a question that such a line may have where the question has every word of it, and the text around it has the rest."""


class _Said(NamedTuple):
    """What a line that may lead a list in says.

    Attributes:
        sentence: its last sentence.
        around: the words of that, of its heading and of the title of its document.
        asked: the words of the question that must stand there.
        has: the share of them that it has.
    """

    sentence: str
    around: Mapping[str, float]
    asked: Sequence[Concept]
    has: float


class _Lines(Leading):
    """What lines that may lead a list in say of a question.

    Args:
        examined: the question, and the document with its candidates.
        concepts: the words of the question that count.
    """

    def __init__(self, examined: Examined, concepts: Sequence[Concept]) -> None:
        self._examined, self.concepts = examined, concepts
        # Who does it, and that several things are wanted, need not stand there: 'Wij hebben besloten:'.
        self._unsaid = PATTERNS.words("actors") | PATTERNS.words("listing")
        self._said: dict[Point, _Said] = {}

    def said_by(self, line: Point) -> _Said:
        """What a line says."""
        said = self._said.get(line)
        if said is None:
            passage = self._examined.shelf.index.passages[line.passage]
            sentence = passage.sentences[line.end - 1].text
            words = words_there(sentence, self._examined)
            around = {**words_there(" ".join((passage.section.title, passage.document.title)), self._examined), **words}
            asked = [c for c in self.concepts if c.word.form not in self._unsaid or c.match(words) >= WORD_COVER] or self.concepts
            said = self._said[line] = _Said(sentence, around, asked, _share(asked, around))
        return said

    def leads_in(self, line: Point) -> bool:
        """See `Leading.leads_in`."""
        return self.said_by(line).has >= LED_IN_PART

    def possible(self, numbers: Sequence[int]) -> Set[int]:
        """See `Leading.possible`: those that have enough of the words, anywhere."""
        examined, wanted = self._examined, [c.every_key() for c in self.concepts]
        having = examined.shelf.index.having(wanted, numbers)
        if having is None:
            return frozenset(numbers)
        title = words_there(examined.source.title if examined.source else "", examined)
        has, asked = np.zeros(len(numbers)), np.zeros(len(numbers))
        for concept, keys, there in zip(self.concepts, wanted, having, strict=True):
            may = there | (not keys.isdisjoint(title))
            has += concept.weight * may
            asked += concept.weight * (may | (concept.word.form not in self._unsaid))
        return frozenset(np.array(numbers)[has >= LED_IN_PART * asked - CLOSE].tolist())


def led_in(examined: Examined) -> Points | None:
    """The list before which a line says what the question asks: 'Het college kan weigeren:'; None where none does.

    Such a line has nearly each word of the question; or all its words are of the question, and the text around it has the rest.
    """
    group, read = examined.shelf.index, examined.read
    saying = PATTERNS.words("saying")
    lines = _Lines(
        examined, [c for c in read.concepts if (not c.word.light or c.word.word_class is WordClass.VERB) and c.word.form not in saying]
    )
    conditions = bool(PATTERNS["conditions"].search(bare(read.question.text)))
    cases = asks_for_cases(read.question.text)
    says = any(token.form in saying for token in read.question.tokens)
    fitting: list[tuple[float, Block]] = []
    for block in blocks(examined, lines):
        if not is_led_in(block, group) or block.lead is None:
            continue
        sentence, around, asked, has = lines.said_by(block.lead)
        if has < LED_IN_PART:
            continue
        of_conditions = bool(PATTERNS["if"].search(fold(f"{sentence} {points.text_of(group, block.items[0])}")))
        if (conditions and not of_conditions) or (cases and of_conditions):
            continue
        content = examined.shelf.analyser.content(sentence)
        words = [w for w in content if (not w.light or w.word_class is WordClass.VERB) and w.form not in saying and w.form.isalpha()]
        words = [w for w in words if len(w.form) > 1]
        by = sum(any(c.match({w.stem: 1.0, **dict.fromkeys(w.roots(), 1.0)}) >= WORD_COVER for c in lines.concepts) for w in words) / max(
            len(words), 1
        )
        whole = (has >= LED_IN and by >= LED_IN_BY) or (has >= LED_IN_WHOLLY and by >= LED_IN_LITTLE)
        if not whole and len(words) > 1 and by == 1.0:
            # All that stands under the heading is read only where it may tell.
            beside = words_of_views([view for n in beside_of(group, block.lead.passage) for view in group.views(n)])
            whole = _share(asked, {**beside, **around}) >= LED_IN
        # 'Wat staat er in een vergunning?' is led in by 'vermeldt in een vergunning', and not by 'wordt geweigerd, indien'.
        tells = SAYS_IT if says and any(w.form in saying for w in content) else 0.0
        if whole:
            fitting.append((has + by + tells, block))
    chosen = _likeliest(fitting, examined)
    return points_of(chosen, examined, 1.0) if chosen else None


def _likeliest(fitting: Sequence[tuple[float, Block]], examined: Examined) -> Block | None:
    """Of lists that are led in the one that words and nearness say most for; nearness is asked only where there are several."""
    near = nearness_of([block for _, block in fitting], examined) if len(fitting) > 1 else [None] * len(fitting)
    best: tuple[float, Block] | None = None
    for (words, block), nearness in zip(fitting, near, strict=True):
        worth = words + (nearness or 0.0)
        if best is None or worth > best[0] + 0.02:
            best = worth, block
    return best[1] if best else None


def _share(concepts: Sequence[Concept], words: Mapping[str, float]) -> float:
    """How much of a question some words have."""
    total = sum(c.weight for c in concepts) or 1.0
    return sum(c.weight * c.match(words) for c in concepts) / total


def behind_answer(examined: Examined) -> Points | None:
    """The list that the sentence that answers leads in."""
    group, best = examined.shelf.index, examined.candidates[0]
    lead = next(point for point in points.points_in(group, best.passage) if point.first <= best.sentence < point.end)
    block = points.block_of(group, lead) if best.sentence == lead.end - 1 and points.leads_in(group, lead) else None
    return points_of(block, examined, 1.0) if block and block.lead == lead and len(block.items) > 1 else None
