"""The lists of a document that come near a question, with the words that belong to each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import islice
from typing import Protocol

from bot.answering import points
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS
from bot.answering.read_points import Block, Point
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.index.group import Group
from bot.index.sentences import SentenceView
from bot.knowledge.model import Passage
from bot.language.analysis import Analyser
from bot.language.function_words import is_content
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

LOOKED_AT = 12
"""Passages whose lists are looked at, best first."""

FEW_PASSAGES = 40
"""Passages of a document of which every list is looked at."""

BEFORE = 0.7
"""How firmly the words of the passage before a list belong to it, where that does not end in a colon."""

MOST_POINTS = 25
"""Points of one list; a heading that holds more is too wide."""

WORD_COVER = 0.7
"""How well a list must cover a word to have it."""


class Points(NamedTuple):
    """What a list reply shows.

    Attributes:
        heading: under which all of them stand, or ''.
        quotes: the points, in the order of the text.
        cover: the share of the question that they cover.
        above: the heading above that one, where it does not say by itself which it is: 'Onze plannen' under 'Wonen'; else ''.
    """

    heading: str
    quotes: tuple[Quote, ...]
    cover: float = 1.0
    above: str = ""


def words_of(text: str, examined: Examined) -> dict[str, float]:
    """The stems and roots of a text's words, each wholly of it."""
    return _words(text, examined.shelf.analyser)


def _words(text: str, analyser: Analyser) -> dict[str, float]:
    return dict.fromkeys((key for word in analyser.content(text) for key in (word.stem, *word.roots())), 1.0)


def words_there(text: str, examined: Examined) -> Mapping[str, float]:
    """The same of a text of the sources, a heading or a line that leads a list in: remembered, for questions look at the same ones."""
    return examined.shelf.index.once(_ReadTexts).words_of(text)


class _ReadTexts:
    """The words of headings and of lines that lead lists in: questions look at the same ones again and again.

    Args:
        group: theirs.
    """

    def __init__(self, group: Group) -> None:
        self._analyser = group.analyser
        self._memory: dict[str, Mapping[str, float]] = {}

    def words_of(self, text: str) -> Mapping[str, float]:
        """See `words_there`."""
        words = self._memory.get(text)
        if words is None:
            words = _words(text, self._analyser)
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[text] = words
        return words


REMEMBERED = 10_000
"""Texts whose words are remembered."""


class Leading(Protocol):
    """Which lines lead in what is looked for."""

    def possible(self, numbers: Sequence[int]) -> Set[int]:
        """Of some passages those that may hold such a line, as far as it is told without reading them."""
        ...

    def leads_in(self, line: Point) -> bool:
        """Whether a line is one."""
        ...


def blocks(examined: Examined, leading: Leading | None = None) -> Iterator[Block]:
    """The lists near the passages that come nearest, each once; of a short document every list.

    Args:
        leading: where no line under a heading leads in what is looked for, the lists under it are passed over.
    """
    group = examined.shelf.index
    if leading is None and not group.elsewhere:
        parts = _all_lists(examined)
    else:
        numbers = looked_at(examined)
        if not group.fetch(numbers):
            return
        left = numbers if leading is None else _with_lead(group, numbers, leading)
        group.read_ahead(left)
        parts = (points.lists_in(group, number) for number in left)
    seen: set[tuple[Point, ...]] = set()
    for part in parts:
        for block in part:
            if block.items not in seen:
                seen.add(block.items)
                yield block


def _all_lists(examined: Examined) -> Iterator[Sequence[Block]]:
    """The lists in the passages that are looked at, in that order."""
    group, stretch = examined.shelf.index, examined.shelf.index.stretch(examined.document)
    around, passed = group.once(_ListsAround), set[int]()
    for near in _near(examined):
        for part in around.parts(near):
            # Passages under one heading share its lists.
            if id(part) not in passed:
                passed.add(id(part))
                yield part
    if len(stretch) <= FEW_PASSAGES:
        group.read_ahead(stretch)
        for number in stretch:
            yield points.lists_in(group, number)


class _ListsAround:
    """The lists in passages and beside them: they follow from the texts alone.

    Args:
        group: theirs.
    """

    def __init__(self, group: Group) -> None:
        self._group = group
        self._parts: dict[int, tuple[Sequence[Block], ...]] = {}
        self._under: dict[int, Sequence[Block]] = {}

    def parts(self, number: int) -> tuple[Sequence[Block], ...]:
        """The lists in a passage, those under its heading, and those above a heading that names nothing; none that are empty."""
        known = self._parts.get(number)
        if known is None:
            beside, above = beside_of(self._group, number), _above(self._group, number)
            first = beside[0] if beside else number
            if first not in self._under:
                self._group.read_ahead(beside)
                self._under[first] = tuple(block for n in beside for block in points.lists_in(self._group, n))
            parts = (points.lists_in(self._group, number), self._under[first], *(points.lists_in(self._group, n) for n in above))
            if len(self._parts) >= REMEMBERED:
                self._parts.clear()
                self._under.clear()
            known = self._parts[number] = tuple(part for part in parts if part)
        return known


def _with_lead(group: Group, numbers: Sequence[int], leading: Leading) -> list[int]:
    """Of some passages those under headings where a line leads in what is looked for."""
    every, possible, passed_over = frozenset(numbers), leading.possible(numbers), set[int]()
    # Where passages lie elsewhere, only those that were asked for are at hand.
    parts = [part for part in dict.fromkeys(points.part_of(group, number) for number in numbers) if every.issuperset(part)]
    for part in parts:
        if possible.isdisjoint(part):
            passed_over.update(part)
    group.read_ahead([number for number in numbers if number not in passed_over])
    for part in parts:
        if part.start not in passed_over and not any(map(leading.leads_in, points.leads_among(group, part))):
            passed_over.update(part)
    return [number for number in numbers if number not in passed_over]


def looked_at(examined: Examined) -> list[int]:
    """The passages in which lists are looked for: the nearest, and those under the same headings; of a short document all."""
    group = examined.shelf.index
    stretch = group.stretch(examined.document)
    numbers = [n for near in _near(examined) for n in (near, *beside_of(group, near), *_above(group, near))]
    return list(dict.fromkeys([*numbers, *(stretch if len(stretch) <= FEW_PASSAGES else ())]))


def _above(group: Group, number: int) -> list[int]:
    """The passage above a heading that names nothing: what stands there says what is below it; see `lead_of`."""
    first = min(beside_of(group, number), default=0)
    return [first - 1] if first and _names_nothing(group.section_of(number).title) else []


def beside_of(group: Group, number: int) -> list[int]:
    """The numbers of the passages under the same heading."""
    return group.beside(number)


def is_led_in(block: Block, group: Group) -> bool:
    """Whether the line before a list says what it is a list of."""
    return block.lead is not None and points.leads_in(group, block.lead)


def lead_of(block: Block, group: Group) -> Point | None:
    """What stands before a list; where its heading names nothing ('Besluit:'), what stands before that."""
    if block.lead is not None:
        return block.lead
    first = block.items[0]
    passage = group.passages[first.passage]
    if first.first or not first.passage or not _names_nothing(passage.section.title):
        return None
    before = group.passages[first.passage - 1]
    same = before.document.id == passage.document.id and before.section != passage.section
    return points.points_in(group, first.passage - 1)[-1] if same else None


def _names_nothing(heading: str) -> bool:
    words = [token.form for token in tokenize(heading) if is_content(token)]
    return bool(words) and all(word in PATTERNS.words("listing") for word in words)


def lead_text(block: Block, group: Group) -> str:
    """The line that leads a list in, with the names of the columns of a table; or ''."""
    leads = [block.lead] if block.lead and is_led_in(block, group) else []
    columns = points.columns_of(group, block)
    leads += [columns] if columns and columns not in leads else []
    return " ".join(points.text_of(group, lead) for lead in leads)


class ListWords(NamedTuple):
    """The stems and marked roots of a list and of what stands before it, with how firmly each belongs there.

    Attributes:
        naming: those of its heading, of its document's title and of the line that leads it in.
        around: those of all headings above it, of the title, and of that line.
        items: those of each of its items.
        lead: those of what stands before it.
        firmly: how firmly that belongs to it.
        keys: all of these.
        is_led_in: whether the line before it says what it is a list of.
        negated: whether its heading or that line says that it names what is not so.
    """

    naming: Mapping[str, float]
    around: Mapping[str, float]
    items: tuple[Mapping[str, float], ...]
    lead: Mapping[str, float]
    firmly: float
    keys: frozenset[str]
    is_led_in: bool
    negated: bool

    def strengths(self, keys: Iterable[str], strict: bool) -> dict[str, float]:
        """How firmly some of them belong to the list: to its headings, what stands before it, or its items (to more than one, if strict)."""
        strengths: dict[str, float] = {}
        for key in keys:
            inside = [words[key] for words in self.items if key in words][strict:]
            values = [*inside, self.around.get(key, 0.0), self.lead.get(key, 0.0) * self.firmly]
            strengths[key] = max(values)
        return {key: value for key, value in strengths.items() if value}


def list_words(block: Block, group: Group) -> ListWords:
    """The words of a list: remembered, for many questions look at the same ones."""
    return group.once(_Lists).words_of(block)


class _Lists:
    """The words of the lists that were looked at: they follow from the texts alone.

    Args:
        group: theirs.
    """

    def __init__(self, group: Group) -> None:
        self._group = group
        self._memory: dict[Block, ListWords] = {}

    def words_of(self, block: Block) -> ListWords:
        """See `list_words`."""
        words = self._memory.get(block)
        if words is None:
            if len(self._memory) >= LISTS:
                self._memory.clear()
            words = self._memory[block] = self._read(block)
        return words

    def _read(self, block: Block) -> ListWords:
        group, texts = self._group, self._group.once(_ReadTexts)
        passage, lead, led_in = group.passages[block.items[0].passage], lead_of(block, group), lead_text(block, group)
        title = passage.document.title
        said = points.text_of(group, lead) if lead and block.lead is None else led_in
        naming = texts.words_of(f"{passage.section.title} {title} {said}")
        around = texts.words_of(" ".join((*passage.section.headings, title, led_in)))
        items = tuple(points.words_of_point(group, point) for point in block.items)
        before: Mapping[str, float] = points.words_of_point(group, lead) if lead else {}
        says = is_led_in(block, group)
        firmly = 1.0 if says or block.lead is None else BEFORE
        negated = bool(PATTERNS["negated"].search(fold(f"{passage.section.title} {led_in}")))
        return ListWords(naming, around, items, before, firmly, frozenset(naming).union(around, before, *items), says, negated)


LISTS = 1_000
"""Lists whose words are remembered."""


def words_of_views(views: Sequence[SentenceView]) -> dict[str, float]:
    """How firmly each word belongs to some sentences."""
    words: dict[str, float] = {}
    for view in views:
        for key, value in view.narrow.items():
            words[key] = max(words.get(key, 0.0), value)
    return words


def _near(examined: Examined) -> list[int]:
    """The passages of the document that come nearest, best first."""
    document_of = examined.shelf.index.document_of
    numbers = dict.fromkeys(c.passage for c in examined.candidates)
    return list(islice((n for n in numbers if document_of(n).id == examined.document), LOOKED_AT))


def points_of(block: Block, examined: Examined, cover: float) -> Points:
    """The items of a list as quotes, with the heading above it."""
    group = examined.shelf.index
    heading = group.passages[block.items[0].passage].section.title
    return Points(heading, tuple(quote_of(group, point) for point in block.items[:MOST_POINTS]), cover)


def sentence_quote(passage: Passage, sentence: int) -> Quote:
    """A passage as a quote, one sentence of it marked."""
    return Quote(passage, passage.span, passage.sentences[sentence].span)


def quote_of(group: Group, point: Point) -> Quote:
    """A point as a quote of its own."""
    span = points.span_of(group, point)
    return Quote(group.passages[point.passage], span, span)


def of_document(examined: Examined) -> Iterator[Candidate]:
    """The best candidates that are of the document itself."""
    return (c for c in examined.candidates[:LOOKED_AT] if passage_of(examined, c).document.id == examined.document)


def passage_of(examined: Examined, candidate: Candidate) -> Passage:
    """The passage that a candidate stands in."""
    return examined.shelf.index.passages[candidate.passage]


def sentence_text(examined: Examined, candidate: Candidate) -> str:
    """The sentence that a candidate is, to the letter."""
    return passage_of(examined, candidate).sentences[candidate.sentence].text
