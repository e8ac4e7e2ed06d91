"""The lists of a document that come near a question, with the words that belong to each."""

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from bot.answering import points
from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.index.group import Group
from bot.index.sentences import SentenceView
from bot.knowledge.model import Passage
from bot.language.analysis import Analyser
from bot.language.function_words import is_content
from bot.language.tokens import tokenize

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
    """

    heading: str
    quotes: tuple[Quote, ...]
    cover: float = 1.0


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
        found = self._memory.get(text)
        if found is None:
            found = _words(text, self._analyser)
            if len(self._memory) >= REMEMBERED:
                self._memory.clear()
            self._memory[text] = found
        return found


REMEMBERED = 10_000
"""Texts whose words are remembered."""


def blocks(examined: Examined) -> Iterator[points.Block]:
    """The lists near the passages that come nearest, each once; of a short document every list."""
    group = examined.shelf.index
    seen: set[tuple[points.Point, ...]] = set()
    numbers = looked_at(examined)
    for number in numbers if group.fetch(numbers) else ():
        for point in points.points_in(group, number):
            block = points.block_of(group, point)
            if block and block.items not in seen and len(block.items) > 1:
                seen.add(block.items)
                yield block


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


def is_led_in(block: points.Block, examined: Examined) -> bool:
    """Whether the line before a list says what it is a list of."""
    return block.lead is not None and points.leads_in(examined.shelf.index, block.lead)


def lead_of(block: points.Block, examined: Examined) -> points.Point | None:
    """What stands before a list; where its heading names nothing ('Besluit:'), what stands before that."""
    if block.lead is not None:
        return block.lead
    group = examined.shelf.index
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


def lead_text(block: points.Block, examined: Examined) -> str:
    """The line that leads a list in, with the names of the columns of a table; or ''."""
    group = examined.shelf.index
    leads = [block.lead] if block.lead and is_led_in(block, examined) else []
    columns = points.columns_of(group, block)
    leads += [columns] if columns and columns not in leads else []
    return " ".join(points.text_of(group, lead) for lead in leads)


def naming_words(block: points.Block, examined: Examined) -> Mapping[str, float]:
    """The words of a list's heading, of its document's title and of the line that leads it in."""
    group = examined.shelf.index
    first = group.passages[block.items[0].passage]
    lead = lead_of(block, examined)
    said = points.text_of(group, lead) if lead and block.lead is None else lead_text(block, examined)
    return words_there(f"{first.section.title} {first.document.title} {said}", examined)


class OwnWords:
    """The words of points that may stand for those of a question: many lists have the same points.

    Args:
        group: theirs.
        keys: the stems and marked roots that are asked for.
    """

    def __init__(self, group: Group, keys: Set[str]) -> None:
        self._group, self._keys = group, keys
        self._of: dict[points.Point, Mapping[str, float]] = {}
        self._held: dict[tuple[int, points.Point], bool] = {}

    def of(self, point: points.Point) -> Mapping[str, float]:
        """How firmly each of them belongs to a point."""
        found = self._of.get(point)
        if found is None:
            words = points.own_words(self._group, point)
            found = self._of[point] = {key: words[key] for key in self._keys & words.keys()}
        return found

    def hold(self, concept: Concept, point: points.Point, least: float) -> bool:
        """Whether a point covers a word of the question at least so well."""
        place = id(concept), point
        found = self._held.get(place)
        if found is None:
            words = self.of(point)
            found = self._held[place] = bool(words) and concept.match(words) >= least
        return found


def words_of_block(block: points.Block, examined: Examined, strict: bool, own: OwnWords) -> dict[str, float]:
    """How firmly words belong to a list: to its heading, the line that leads it in, or its items (to more than one, if strict).

    Args:
        own: the words of its items and of the line that leads it in.
    """
    group = examined.shelf.index
    passage = group.passages[block.items[0].passage]
    strengths = dict(words_there(" ".join((*passage.section.headings, passage.document.title, lead_text(block, examined))), examined))
    once: set[str] = set()
    for point in block.items:
        for key, value in own.of(point).items():
            if key in once or not strict:
                strengths[key] = max(strengths.get(key, 0.0), value)
            once.add(key)
    lead = lead_of(block, examined)
    if lead is not None:
        firmly = 1.0 if is_led_in(block, examined) or block.lead is None else BEFORE
        for key, value in own.of(lead).items():
            strengths[key] = max(strengths.get(key, 0.0), value * firmly)
    return strengths


def own_words(views: Sequence[SentenceView]) -> dict[str, float]:
    """How firmly each word belongs to some sentences."""
    words: dict[str, float] = {}
    for view in views:
        for key, value in view.own.items():
            words[key] = max(words.get(key, 0.0), value)
    return words


def _near(examined: Examined) -> list[int]:
    """The passages of the document that come nearest, best first."""
    passages = examined.shelf.index.passages
    numbers = dict.fromkeys(c.passage for c in examined.candidates)
    return [n for n in numbers if passages[n].document.id == examined.document][:LOOKED_AT]


def points_of(block: points.Block, examined: Examined, cover: float) -> Points:
    """The items of a list as quotes, with the heading above it."""
    group = examined.shelf.index
    heading = group.passages[block.items[0].passage].section.title
    return Points(heading, tuple(quote_of(group, point) for point in block.items[:MOST_POINTS]), cover)


def sentence_quote(passage: Passage, sentence: int) -> Quote:
    """A passage as a quote, one sentence of it marked."""
    return Quote(passage, passage.span, passage.sentences[sentence].span)


def quote_of(group: Group, point: points.Point) -> Quote:
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
