"""Questions that several sentences answer: the points of a list, or under a heading.

Each point is quoted to the letter. What the questions look like is data, see data/lists.yaml.
"""

from bot.answering import points
from bot.answering.blocks import MOST_POINTS, Points, looked_at, quote_of, sentence_quote, words_there
from bot.answering.chosen_list import CLOSE, HEADING_COVER, NearLists, about
from bot.answering.concepts import Concept
from bot.answering.forms import PATTERNS, Asked, Form, bare
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Passage, Section, Span
from bot.language.tokens import fold, tokenize

PAGE = 5
"""Points shown at a time."""

SUBJECT_COVER = 0.6
"""How well a sentence itself must cover a subject that no heading has."""


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
    near = NearLists(examined)
    if asked.form in (Form.SUMMARY, Form.SUBJECT):
        under = _under_heading(asked, examined) or near.chosen(strict=True)
        # A list is no answer because one of its items bears the subject: that item is.
        return under or _on_subject(asked, examined) or (None if only_sentence(asked, examined) else near.chosen(strict=False))
    if asked.form is Form.POINTS:
        return near.chosen(strict=True) or _under_heading(asked, examined)
    return None


def read_by(asked: Asked | None, led_in: bool, examined: Examined) -> list[int]:
    """The passages that are read for the list that a question asks for.

    Args:
        led_in: whether the items behind a line that says it answer too.
    """
    group, form = examined.shelf.index, asked.form if asked else None
    near = looked_at(examined) if led_in or form in (Form.POINTS, Form.SUMMARY, Form.SUBJECT) else []
    # Whoever looks for the other points of a list goes through what stands under its heading.
    numbers = list(dict.fromkeys(n for number in near for n in (number, *group.beside(number))))
    if asked and form in (Form.POINTS, Form.SUMMARY, Form.SUBJECT, Form.HEADING, Form.SECTIONS):
        section = _section_about(asked, examined)
        numbers += points.below(group, examined.document, section) if section else []
    return numbers


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
    return Points(section.title, tuple(quote_of(group, point) for point in numbers))


def _section_about(asked: Asked, examined: Examined) -> Section | None:
    concepts = _subject(asked, examined)
    if not concepts:
        return None
    group, best = examined.shelf.index, None
    # Of most documents no heading has all of them: that is told by the numbers of their words, without reading one.
    holding = group.headings_with(examined.document, [concept.every_key() for concept in concepts])
    possible = {section.headings[:depth] for section in holding for depth in range(1, len(section.headings) + 1)}
    for section in points.sections(group, examined.document) if possible else ():
        if section.headings not in possible:
            continue
        if len(section.headings) == 1 and fold(section.title) == fold(_document_title(examined)):
            continue
        strengths = words_there(section.title, examined)
        if strengths and all(concept.match(strengths) >= HEADING_COVER for concept in concepts):
            # The shortest heading is most about it.
            score = len(concepts) / (len(strengths) or 1)
            if best is None or score > best[0]:
                best = score, section
    return best[1] if best else None


def _document_title(examined: Examined) -> str:
    return examined.source.title if examined.source else ""


def _headings_below(asked: Asked, examined: Examined) -> Points | None:
    """The headings inside a heading, each quoted as it stands in the source."""
    section = _section_about(asked, examined)
    if section is None:
        return None
    group = examined.shelf.index
    depth = len(section.headings)
    quotes: list[Quote] = []
    for inner in points.sections(group, examined.document):
        if len(inner.headings) == depth + 1 and inner.headings[:depth] == section.headings:
            quote = _heading_quote(group.passages[points.below(group, examined.document, inner)[0]], inner)
            if quote:
                quotes.append(quote)
    return Points(section.title, tuple(quotes)) if quotes else None


def _heading_quote(first: Passage, section: Section) -> Quote | None:
    start = first.document.offset_before(section.title, first.span.start)
    span = Span(start, start + len(section.title))
    return Quote(first, span, span) if start >= 0 else None


def only_sentence(asked: Asked, examined: Examined) -> Quote | None:
    """The one sentence of the document that bears the subject by name; None where none does, or several."""
    every = _about_subject(asked, examined, HEADING_COVER)
    return every[0] if len(every) == 1 else None


def _on_subject(asked: Asked, examined: Examined) -> Points | None:
    """The sentences that have the subject in their own words, in the order of the text."""
    every = _about_subject(asked, examined, SUBJECT_COVER)
    return Points("", tuple(every), SUBJECT_COVER) if len(every) > 1 else None


def _about_subject(asked: Asked, examined: Examined, cover: float) -> list[Quote]:
    concepts = _subject(asked, examined)
    if not concepts:
        return []
    group = examined.shelf.index
    quotes: dict[tuple[int, int], Quote] = {}
    # Which of the candidates have enough words of their own is known already.
    least = cover * sum(c.weight for c in concepts) / (sum(c.weight for c in examined.read.concepts) or 1.0) - CLOSE
    for candidate in (candidate for candidate in examined.candidates if candidate.features["own"] >= least):
        passage = group.passages[candidate.passage]
        if passage.document.id != examined.document or passage.sentences[candidate.sentence].text.endswith(":"):
            continue
        narrow = group.views(candidate.passage)[candidate.sentence].narrow
        if all(concept.match_itself(narrow) >= cover for concept in concepts):
            quotes[candidate.passage, candidate.sentence] = sentence_quote(passage, candidate.sentence)
    return [quotes[sentence] for sentence in sorted(quotes)]
