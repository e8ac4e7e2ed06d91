"""Questions that several sentences answer: the points of a list or under a heading, comparisons, old and new, what a word means.

Each point is quoted to the letter. What the questions look like is data, see data/lists.yaml.
"""

import re
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from bot.answering import points
from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.index.index import Group
from bot.index.sentences import SentenceView
from bot.knowledge.model import Passage, Section, Span
from bot.language.answer_types import AnswerType
from bot.language.function_words import is_content
from bot.language.patterns import PatternFile
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass

PATTERNS = PatternFile(Path(__file__).parent / "data" / "lists.yaml")

PAGE = 5
"""Points shown at a time."""

MOST_POINTS = 25
"""Points of one list; a heading that holds more is too wide."""

LOOKED_AT = 12
"""Passages whose lists are looked at, best first."""

HEADING_COVER = 0.85
"""How well a heading must cover each word of a subject."""

LIST_COVER, WORD_COVER = 0.45, 0.5
"""The share of a question that a list must cover with its heading and lead-in, and how well each of its telling words."""

NOUN_SHARE = 0.6
"""The share of the nouns of a question, by their weight, that a list must have."""

MEANT = 0.85
"""How well a word must match that is taken for the one whose meaning is asked."""

STEPS_BONUS = 0.3
"""How much sooner a numbered list is the one that is meant, where steps are asked for."""

SUBJECT_COVER = 0.6
"""How well a sentence itself must cover a subject that no heading has."""


class Form(Enum):
    """What a question asks for, beside one sentence."""

    SUMMARY = "summary"
    SUBJECT = "subject"
    SECTIONS = "sections"
    DEFINITION = "definition"
    OLD_AND_NEW = "old_and_new"
    COMPARISON = "comparison"
    POINTS = "points"


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


class Asked(NamedTuple):
    """A question that one sentence does not answer.

    Attributes:
        subject: the words that it is about, where the question sets them apart; else ''.
    """

    form: Form
    subject: str


def asked_for(text: str) -> Asked | None:
    """What a question asks for; None for one sentence."""
    folded = _bare(text)
    for form in Form:
        match = PATTERNS[form.value].search(folded)
        if not match:
            continue
        subject = next((words.strip(" ?.!,") for words in match.groupdict().values() if words), "")
        # 'Wat houdt die in?' asks for no word's meaning.
        if form is not Form.DEFINITION or any(is_content(token) for token in tokenize(subject)):
            return Asked(form, subject)
    return None


def asks_for_more(text: str) -> bool:
    """Whether someone asks for the next points of a list."""
    return bool(PATTERNS["more"].search(_bare(text)))


def _bare(text: str) -> str:
    return " ".join(fold(text).split()).strip(" ?.!,;:'\"“”‘’")


def heading_named(text: str, examined: Examined) -> bool:
    """Whether a text is nothing but a heading of the document."""
    bare = _bare(text)
    titles = {_title(section) for section in points.sections(examined.shelf.index, examined.document)}
    return bare in titles


def _title(section: Section) -> str:
    return re.sub(r"^[\d.]+\s*", "", _bare(section.title))


def points_for(asked: Asked, examined: Examined) -> Points | None:
    """The points that answer a question, from one document; None where it holds none.

    Args:
        examined: the document, with its candidates.
    """
    if asked.form is Form.SECTIONS:
        return _headings_below(asked, examined)
    if asked.form in (Form.SUMMARY, Form.SUBJECT):
        under = _under_heading(asked, examined) or _list(examined, strict=True)
        return under or _on_subject(asked, examined) or _list(examined, strict=False)
    if asked.form is Form.POINTS:
        return _list(examined, strict=True) or _under_heading(asked, examined)
    return None


def _about(read: ReadQuestion) -> list[Concept]:
    """The words of a question that say what it is about, without what only says that several things are wanted."""
    listing = PATTERNS.words("listing")
    return [c for c in read.concepts if not c.word.light and c.word.form not in listing]


def covers_nouns(examined: Examined, candidate: Candidate, words: Sequence[str] = ()) -> bool:
    """Whether a sentence, with its heading and what stands beside it, has the nouns of the question and the kind of answer it wants.

    Args:
        words: folded words that the sentence itself must have.
    """
    passage = examined.shelf.index.passages[candidate.passage]
    text = fold(passage.sentences[candidate.sentence].text)
    if candidate.vetoes and not holds_amount(examined, candidate):
        return False
    view = examined.shelf.index.views(candidate.passage)[candidate.sentence]
    nouns = [c for c in subject_nouns(examined.read) if c.word.form not in words]
    forms = {token.form for token in tokenize(text)}
    stems = {stem(form) for form in forms}
    concepts = {c.word.form: c for c in examined.read.concepts}
    for word in words:
        if stem(word) not in stems and not (word in concepts and concepts[word].match(view.own) >= SUBJECT_COVER):
            return False
    return bool(nouns or words) and _share(nouns, view.wide) >= (NOUN_SHARE if nouns else 0.0)


def holds_amount(examined: Examined, candidate: Candidate) -> bool:
    """Whether a sentence has an amount of money, which 'hoeveel' may well want, and lacks nothing else."""
    sentence = examined.shelf.index.passages[candidate.passage].sentences[candidate.sentence]
    return candidate.vetoes == {AnswerType.NUMBER} and "€" in sentence.text


def subject_nouns(read: ReadQuestion) -> list[Concept]:
    """The nouns that a question is about, without those that only say what is done with them."""
    beside = PATTERNS.words("comparing")
    return [c for c in _about(read) if c.word.word_class is WordClass.NOUN and c.word.form not in beside and not c.word.form.isdecimal()]


def enumerates(text: str) -> bool:
    """Whether a sentence names several things one after the other."""
    return bool(PATTERNS["enumerates"].search(" ".join(fold(text).split())))


def asks_to_name(text: str) -> bool:
    """Whether a question asks to name things one by one."""
    return bool(PATTERNS["name_them"].search(_bare(text)))


def _subject(asked: Asked, examined: Examined) -> list[Concept]:
    """The words that a list must be about: those of the subject, without what only says that several things are wanted."""
    concepts = [c for c in _about(examined.read) if not c.borrowed]
    if asked.subject:
        within = {token.form for token in tokenize(asked.subject)}
        concepts = [c for c in concepts if c.word.form in within] or concepts
    return concepts


def _under_heading(asked: Asked, examined: Examined) -> Points | None:
    """The points under the heading that has each word of the subject."""
    section = _section_about(asked, examined)
    if section is None:
        return None
    group = examined.shelf.index
    numbers = points.points_among(group, points.below(group, examined.document, section))
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
        strengths = _strengths(section.title, examined)
        if strengths and all(concept.match(strengths) >= HEADING_COVER for concept in concepts):
            # The shortest heading is most about it.
            score = len(concepts) / (len(strengths) or 1)
            if best is None or score > best[0]:
                best = score, section
    return best[1] if best else None


def _document_title(examined: Examined) -> str:
    return next((d.title for d in examined.shelf.index.documents if d.id == examined.document), "")


def _strengths(text: str, examined: Examined) -> dict[str, float]:
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
    text = first.document.text
    start = text.rfind(section.title, 0, first.span.start)
    span = Span(start, start + len(section.title))
    return Quote(first, span, span) if start >= 0 else None


def _list(examined: Examined, strict: bool) -> Points | None:
    """The list that covers the question best, with its heading and the line that leads it in.

    Args:
        strict: a word of one item alone does not make the list one of that.
    """
    group, read = examined.shelf.index, examined.read
    about = _about(read)
    total = sum(c.weight for c in about) or 1.0
    telling = [c for c in about if c.word.word_class is WordClass.NOUN] or about
    named = {stem(token.form) for token in read.question.tokens if token.form in PATTERNS.words("listing")}
    kinds = {stem(token.form) for token in read.question.tokens if token.form in PATTERNS.words("kinds")}
    numbered = bool(PATTERNS["steps"].search(read.question.focus_text))
    best: tuple[float, points.Block] | None = None
    seen: set[tuple[points.Point, ...]] = set()
    for number in _near(examined):
        block = points.block_of(group, number) or _block_after(examined, number)
        if block is None or block.items in seen or len(block.items) < 2:
            continue
        seen.add(block.items)
        lead = _lead_in(block, examined)
        # 'Welke regels' is led in by 'met vijf regels:'.
        strengths = _of_block(block, examined, strict and not named & lead.keys())
        cover = sum(c.weight * c.match(strengths) for c in about) / total
        if numbered and points.is_numbered(group, block.items[0]):
            cover += STEPS_BONUS
        if kinds and not kinds & lead.keys():
            continue
        if _share(telling, strengths) >= NOUN_SHARE and cover >= LIST_COVER and (best is None or cover > best[0] + 0.02):
            best = cover, block
    if best is None:
        return None
    block = best[1]
    heading = group.passages[block.items[0].passage].section.title
    return Points(heading, tuple(_quote_of(group, point) for point in block.items[:MOST_POINTS]), best[0])


def _share(concepts: Sequence[Concept], strengths: dict[str, float]) -> float:
    """The share of some words that a text has, by their weight."""
    total = sum(c.weight for c in concepts) or 1.0
    return sum(c.weight for c in concepts if c.match(strengths) >= WORD_COVER) / total


def _lead_in(block: points.Block, examined: Examined) -> dict[str, float]:
    """The words of a list's heading and of the line that leads it in."""
    group = examined.shelf.index
    lead = "" if block.lead is None else points.text_of(group, block.lead)
    return _strengths(f"{group.passages[block.items[0].passage].section.title} {lead}", examined)


def _block_after(examined: Examined, number: int) -> points.Block | None:
    """The list of the section that a passage stands in, where that has just one."""
    group = examined.shelf.index
    passage = group.passages[number]
    inside = [n for n in points.below(group, passage.document.id, passage.section) if group.passages[n].section == passage.section]
    items = [n for n in inside if points.is_item(group.passages[n]) or len(points.points_in(group, n)) > 1]
    return points.block_of(group, items[0]) if items else None


def _of_block(block: points.Block, examined: Examined, strict: bool) -> dict[str, float]:
    """How firmly each word belongs to a list: to its heading, the line that leads it in, or its items (to more than one, if strict)."""
    group = examined.shelf.index
    passage = group.passages[block.items[0].passage]
    strengths = _strengths(" ".join((*passage.section.headings, passage.document.title)), examined)
    once: dict[str, float] = {}
    for point in block.items:
        words = _own(_views(group, point))
        for key, value in words.items():
            if key in once or not strict:
                strengths[key] = max(strengths.get(key, 0.0), value)
        once.update(words)
    if block.lead is not None:
        for key, value in _own(_views(group, block.lead)).items():
            strengths[key] = max(strengths.get(key, 0.0), value)
    return strengths


def _views(group: Group, point: points.Point) -> Sequence[SentenceView]:
    return group.views(point.passage)[point.first : point.end]


def _own(views: Sequence[SentenceView]) -> dict[str, float]:
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


def definition_in(asked: Asked, examined: Examined) -> Candidate | None:
    """The candidate that says what a word means; None where none does."""
    concepts = [c for c in examined.read.concepts if not c.borrowed]
    passages = examined.shelf.index.passages
    for candidate in examined.candidates:
        passage = passages[candidate.passage]
        if passage.document.id != examined.document:
            continue
        text = " ".join(fold(passage.sentences[candidate.sentence].text).split())
        words = {form for token in tokenize(text) for form in (token.form, *token.parts)}
        meant = [form for form in words if any(_means(form, concept, examined) for concept in concepts)]
        names = "|".join(map(re.escape, sorted({asked.subject, *meant}, key=len, reverse=True)))
        if any(re.search(p.expression.replace("wordword", f"(?:{names})"), text) for p in PATTERNS["defines"].alternatives):
            return candidate
    return None


def _means(form: str, concept: Concept, examined: Examined) -> bool:
    """Whether a folded word stands for a word of the question."""
    word = examined.shelf.analyser.word(form)
    return max(concept.keys.get(word.stem, 0.0), concept.match({word.stem: 1.0, **dict.fromkeys(word.roots(), 1.0)})) >= MEANT


def old_and_new_in(examined: Examined) -> Candidate | None:
    """The best candidate that holds both the old and the new."""
    passages = examined.shelf.index.passages
    best = max((c.features["wide"] for c in examined.candidates[:LOOKED_AT]), default=0.0)
    for candidate in examined.candidates[:LOOKED_AT]:
        passage = passages[candidate.passage]
        text = " ".join(fold(passage.sentences[candidate.sentence].text).split())
        if (
            candidate.features["wide"] >= best - 0.2
            and covers_nouns(examined, candidate)
            and passage.document.id == examined.document
            and PATTERNS["both"].search(text)
        ):
            return candidate
    return None


class Side(NamedTuple):
    """One side of a comparison.

    Attributes:
        question: the question asked of this side alone.
        words: the folded words that tell it from the other.
    """

    question: str
    words: tuple[str, ...]


def sides(text: str) -> tuple[Side, Side] | None:
    """A question that compares, asked of each side alone; None where it names no two sides."""
    folded = _bare(text)
    match = PATTERNS["between"].search(folded)
    if match is None:
        return None
    groups = [words for words in match.groupdict().values() if words]
    if len(groups) < 2:
        return None
    one, other = groups[:2]
    own, others = _content(one), _content(other)
    only_one, only_other = [w for w in own if w not in others], [w for w in others if w not in own]
    if not only_one or not only_other:
        return None
    # 'Parkeren in het centrum en bij het station', 'een eerste en een tweede vergunning': the longer side also says what both are.
    count = min(len(only_one), len(only_other))
    only_one, only_other = only_one[-count:], only_other[:count]
    return Side(_without(folded, only_other), tuple(only_one)), Side(_without(folded, only_one), tuple(only_other))


def _content(text: str) -> list[str]:
    return [token.form for token in tokenize(text) if is_content(token)]


def _without(text: str, words: Sequence[str]) -> str:
    return " ".join(part for part in text.split() if part.strip(",.?!") not in words)
