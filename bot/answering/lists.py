"""Questions that several sentences answer: the points of a list, or under a heading.

Each point is quoted to the letter. What the questions look like is data, see data/lists.yaml.
"""

from collections.abc import Iterator, Sequence, Set
from typing import NamedTuple

from bot.answering import points
from bot.answering.concepts import Concept
from bot.answering.coverage import Coverage
from bot.answering.forms import PATTERNS, Asked, Form, bare
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.index.group import Group
from bot.index.sentences import SentenceView
from bot.knowledge.model import Passage, Section, Span
from bot.language.answer_types import AnswerType
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass

PAGE = 5
"""Points shown at a time."""

MOST_POINTS = 25
"""Points of one list; a heading that holds more is too wide."""

LOOKED_AT = 12
"""Passages whose lists are looked at, best first."""

FEW_PASSAGES = 40
"""Passages of a document of which every list is looked at."""

HEADING_COVER = 0.9
"""How well a heading must cover each word of a subject."""

LIST_COVER, WORD_COVER = 0.45, 0.7
"""The share of a question that a list must cover with its heading and lead-in, and how well each of its telling words."""

NOUN_SHARE = 0.6
"""The share of the nouns of a question, by their weight, that a list must have."""

STEPS_BONUS = 0.3
"""How much sooner a numbered list is the one that is meant, where steps are asked for."""

NAMED_BONUS = 0.25
"""How much sooner a list is the one that is meant, whose heading or lead-in calls it what the question calls it: 'regels', 'risico's'."""

NEGATED_BONUS = 0.2
"""The same for what is not so, where the question asks for that; and as much later where it does not."""

BEFORE = 0.7
"""How firmly the words of the passage before a list belong to it, where that does not end in a colon."""

SUBJECT_COVER = 0.6
"""How well a sentence itself must cover a subject that no heading has."""


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


def heading_named(text: str, examined: Examined) -> bool:
    """Whether a text is nothing but a heading of the document."""
    group, named = examined.shelf.index, bare(text)
    if not group.in_headings(examined.document, [token.form for token in tokenize(named)]):
        return False
    return any(_title(section) == named for section in points.sections(group, examined.document))


def _title(section: Section) -> str:
    """A heading without its number: 'Artikel 10 Collectieplan' is called 'Collectieplan'."""
    title = bare(section.title)
    label = PATTERNS["label"].match(title)
    return title[label.end() :] if label and label.end() < len(title) else title


def points_for(asked: Asked, examined: Examined) -> Points | None:
    """The points that answer a question, from one document; None where it holds none.

    Args:
        examined: the document, with its candidates.
    """
    if asked.form is Form.SECTIONS:
        return _headings_below(asked, examined)
    if asked.form is Form.HEADING:
        return _under_heading(asked, examined)
    if asked.form in (Form.SUMMARY, Form.SUBJECT):
        under = _under_heading(asked, examined) or _list(examined, strict=True)
        return under or _on_subject(asked, examined) or _list(examined, strict=False)
    if asked.form is Form.POINTS:
        return _list(examined, strict=True) or _under_heading(asked, examined)
    return None


def about(read: ReadQuestion) -> list[Concept]:
    """The words of a question that say what it is about: not that several things are wanted, nor who does them, where others are left."""
    concepts = [c for c in read.concepts if not c.word.light and c.word.form not in PATTERNS.words("listing")]
    beside = PATTERNS.words("actors")
    if AnswerType.AMOUNT in read.question.asked:
        # A list of amounts is one of costs, whatever it calls them.
        beside = beside | PATTERNS.words("costs")
    return [c for c in concepts if c.word.form not in beside] or concepts


def _subject(asked: Asked, examined: Examined) -> list[Concept]:
    """The words that a list must be about: those of the subject, without what only says that several things are wanted."""
    within = {token.form for token in tokenize(asked.subject)}
    concepts = [c for c in about(examined.read) if not c.borrowed]
    named = [c for c in concepts if c.word.form in within]
    # 'Wat zijn de voorwaarden?' is about nothing else.
    return named or [c for c in examined.read.concepts if c.word.form in within] or concepts


def _under_heading(asked: Asked, examined: Examined) -> Points | None:
    """The points under the heading that has each word of the subject."""
    section = _section_about(asked, examined)
    if section is None:
        return None
    group = examined.shelf.index
    under = points.below(group, examined.document, section)
    numbers = points.points_among(group, under)
    if asked.form is Form.HEADING or PATTERNS["everything"].search(bare(examined.read.question.text)):
        text = [p for n in under for p in points.points_in(group, n) if not points.leads_in(group, p)]
        if 2 * sum(len(points.text_of(group, p)) for p in numbers) < sum(len(points.text_of(group, p)) for p in text):
            numbers = text
    if not numbers or len(numbers) > MOST_POINTS:
        return None
    return Points(section.title, tuple(_quote_of(group, point) for point in numbers))


def _section_about(asked: Asked, examined: Examined) -> Section | None:
    concepts = _subject(asked, examined)
    if not concepts:
        return None
    best: tuple[float, Section] | None = None
    for section in points.sections(examined.shelf.index, examined.document):
        if len(section.headings) == 1 and fold(section.title) == fold(_document_title(examined)):
            continue
        strengths = words_of(section.title, examined)
        if strengths and all(concept.match(strengths) >= HEADING_COVER for concept in concepts):
            # The shortest heading is most about it.
            score = len(concepts) / (len(strengths) or 1)
            if best is None or score > best[0]:
                best = score, section
    return best[1] if best else None


def _document_title(examined: Examined) -> str:
    return examined.source.title if examined.source else ""


def words_of(text: str, examined: Examined) -> dict[str, float]:
    analyser = examined.shelf.analyser
    found: dict[str, float] = {}
    for word in analyser.content(text):
        found[word.stem] = 1.0
        found.update(dict.fromkeys((root for root in word.roots()), 1.0))
    return found


def _headings_below(asked: Asked, examined: Examined) -> Points | None:
    """The headings inside a heading, each quoted as it stands in the source."""
    section = _section_about(asked, examined)
    if section is None:
        return None
    group = examined.shelf.index
    depth = len(section.headings)
    found: list[Quote] = []
    for inner in points.sections(group, examined.document):
        if len(inner.headings) == depth + 1 and inner.headings[:depth] == section.headings:
            quote = _heading_quote(group.passages[points.below(group, examined.document, inner)[0]], inner)
            if quote:
                found.append(quote)
    return Points(section.title, tuple(found)) if found else None


def _heading_quote(first: Passage, section: Section) -> Quote | None:
    start = first.document.place_before(section.title, first.span.start)
    span = Span(start, start + len(section.title))
    return Quote(first, span, span) if start >= 0 else None


def _list(examined: Examined, strict: bool) -> Points | None:
    """The list that covers the question best, with its heading and the line that leads it in.

    Args:
        strict: a word of one item alone does not make the list one of that.
    """
    group, read = examined.shelf.index, examined.read
    words = about(read)
    total = sum(c.weight for c in words) or 1.0
    telling = [c for c in words if c.word.word_class is WordClass.NOUN] or words
    named = {stem(token.form) for token in read.question.tokens if token.form in PATTERNS.words("listing")}
    kinds = {stem(token.form) for token in read.question.tokens if token.form in PATTERNS.words("kinds")}
    numbered = bool(PATTERNS["steps"].search(read.question.focus_text))
    keys = frozenset(Coverage(words).keys)
    best: tuple[float, points.Block] | None = None
    for block in blocks(examined):
        if AnswerType.AMOUNT in read.question.asked and not _costs(block, examined):
            continue
        lead = _lead_in(block, examined)
        # 'Welke regels' is led in by 'met vijf regels:'.
        strengths = _of_block(block, examined, strict and not named & lead.keys(), keys)
        cover = sum(c.weight * c.match(strengths) for c in words) / total
        if kinds and not kinds & lead.keys():
            continue
        if not (is_led_in(block, examined) or any(c.match(lead) >= HEADING_COVER or _in_most(c, block, examined) for c in telling)):
            # Members of an article that each say something else are no list.
            continue
        if share(telling, strengths) < NOUN_SHARE or cover < LIST_COVER:
            continue
        if numbered and points.is_numbered(group, block.items[0]):
            cover += STEPS_BONUS
        cover += NAMED_BONUS if named & lead.keys() else 0.0
        cover += _negated(block, examined)
        if best is None or cover > best[0] + 0.02:
            best = cover, block
    return points_of(best[1], examined, min(best[0], 1.0)) if best else None


def _in_most(concept: Concept, block: points.Block, examined: Examined) -> bool:
    """Whether most items of a list have a word."""
    group = examined.shelf.index
    return sum(concept.match(points.own_words(group, p)) >= HEADING_COVER for p in block.items) > NOUN_SHARE * len(block.items)


def points_of(block: points.Block, examined: Examined, cover: float) -> Points:
    group = examined.shelf.index
    heading = group.passages[block.items[0].passage].section.title
    return Points(heading, tuple(_quote_of(group, point) for point in block.items[:MOST_POINTS]), cover)


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


def read_by(asked: Asked | None, led_in: bool, examined: Examined) -> list[int]:
    """The passages that are read for the list that a question asks for.

    Args:
        led_in: whether the items behind a line that says it answer too.
    """
    group, form = examined.shelf.index, asked.form if asked else None
    numbers = looked_at(examined) if led_in or form in (Form.POINTS, Form.SUMMARY, Form.SUBJECT) else []
    if asked and form in (Form.POINTS, Form.SUMMARY, Form.SUBJECT, Form.HEADING, Form.SECTIONS):
        section = _section_about(asked, examined)
        numbers += points.below(group, examined.document, section) if section else []
    return numbers


def looked_at(examined: Examined) -> list[int]:
    """The passages in which lists are looked for: the nearest, and those under the same headings; of a short document all."""
    group = examined.shelf.index
    stretch = group.stretch(examined.document)
    numbers = [n for near in _near(examined) for n in (near, *beside_of(group, near))]
    return list(dict.fromkeys([*numbers, *(stretch if len(stretch) <= FEW_PASSAGES else ())]))


def beside_of(group: Group, number: int) -> list[int]:
    """The numbers of the passages under the same heading."""
    return group.beside(number)


def is_led_in(block: points.Block, examined: Examined) -> bool:
    """Whether the line before a list says what it is a list of."""
    return block.lead is not None and points.leads_in(examined.shelf.index, block.lead)


def _lead_text(block: points.Block, examined: Examined) -> str:
    return points.text_of(examined.shelf.index, block.lead) if block.lead and is_led_in(block, examined) else ""


def _costs(block: points.Block, examined: Examined) -> bool:
    """Whether most items of a list hold an amount of money."""
    texts = [points.text_of(examined.shelf.index, point) for point in block.items]
    return 2 * sum("€" in text or "euro" in fold(text) for text in texts) > len(texts)


def _negated(block: points.Block, examined: Examined) -> float:
    """What speaks for a list that names what is so, or what is not so, as the question wants."""
    first = examined.shelf.index.passages[block.items[0].passage]
    here = bool(PATTERNS["negated"].search(fold(f"{first.section.title} {_lead_text(block, examined)}")))
    asked = bool(PATTERNS["negated"].search(bare(examined.read.question.text)))
    return 0.0 if not (here or asked) else NEGATED_BONUS if here == asked else -NEGATED_BONUS


def share(concepts: Sequence[Concept], strengths: dict[str, float]) -> float:
    """The share of some words that a text has, by their weight."""
    total = sum(c.weight for c in concepts) or 1.0
    return sum(c.weight for c in concepts if c.match(strengths) >= WORD_COVER) / total


def _lead_in(block: points.Block, examined: Examined) -> dict[str, float]:
    """The words of a list's heading, of its document's title and of the line that leads it in."""
    first = examined.shelf.index.passages[block.items[0].passage]
    return words_of(f"{first.section.title} {first.document.title} {_lead_text(block, examined)}", examined)


def _of_block(block: points.Block, examined: Examined, strict: bool, keys: Set[str]) -> dict[str, float]:
    """How firmly words belong to a list: to its heading, the line that leads it in, or its items (to more than one, if strict).

    Args:
        keys: the stems and marked roots that are asked for, beside those of its headings.
    """
    group = examined.shelf.index
    passage = group.passages[block.items[0].passage]
    strengths = words_of(" ".join((*passage.section.headings, passage.document.title)), examined)
    once: set[str] = set()
    for point in block.items:
        words = points.own_words(group, point)
        for key in keys & words.keys():
            if key in once or not strict:
                strengths[key] = max(strengths.get(key, 0.0), words[key])
            once.add(key)
    if block.lead is not None:
        firmly = 1.0 if is_led_in(block, examined) else BEFORE
        words = points.own_words(group, block.lead)
        for key in keys & words.keys():
            strengths[key] = max(strengths.get(key, 0.0), words[key] * firmly)
    return strengths


def own_words(views: Sequence[SentenceView]) -> dict[str, float]:
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


def _on_subject(asked: Asked, examined: Examined) -> Points | None:
    """The sentences that have the subject in their own words, in the order of the text."""
    concepts = _subject(asked, examined)
    if not concepts:
        return None
    group = examined.shelf.index
    found: dict[tuple[int, int], Quote] = {}
    for candidate in examined.candidates:
        passage = group.passages[candidate.passage]
        if passage.document.id != examined.document or passage.sentences[candidate.sentence].text.endswith(":"):
            continue
        own = group.views(candidate.passage)[candidate.sentence].own
        if all(concept.match(own) >= SUBJECT_COVER for concept in concepts):
            found[candidate.passage, candidate.sentence] = sentence_quote(passage, candidate.sentence)
    return Points("", tuple(found[place] for place in sorted(found)), SUBJECT_COVER) if len(found) > 1 else None


def sentence_quote(passage: Passage, sentence: int) -> Quote:
    """A passage as a quote, one sentence of it marked."""
    return Quote(passage, passage.span, passage.sentences[sentence].span)


def _quote_of(group: Group, point: points.Point) -> Quote:
    """A point as a quote of its own."""
    span = points.span_of(group, point)
    return Quote(group.passages[point.passage], span, span)
