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
from bot.language.function_words import is_content
from bot.language.stems import stem
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


def points_for(asked: Asked, examined: Examined, bearing: "Bearing") -> Points | None:
    """The points that answer a question, from one document; None where it holds none.

    Args:
        examined: the document, with its candidates.
        bearing: its sentences that bear what is asked for.
    """
    if asked.form is Form.SECTIONS:
        return _headings_below(asked, examined)
    if asked.form is Form.HEADING:
        return under_heading(asked, examined)
    near = NearLists(examined)
    if asked.form in (Form.SUMMARY, Form.SUBJECT):
        under = under_heading(asked, examined) or near.chosen(strict=True)
        # A list is no answer because one of its items bears the subject: that item is.
        return under or bearing.points(examined) or (None if bearing.only_sentence(examined) else near.chosen(strict=False))
    if asked.form is Form.POINTS:
        return near.chosen(strict=True) or under_heading(asked, examined)
    return None


def read_by(asked: Asked | None, led_in: bool, examined: Examined) -> list[int]:
    """The passages that are read for the list that a question asks for.

    Args:
        led_in: whether the items behind a line that says it answer too.
    """
    group, form = examined.shelf.index, asked.form if asked else None
    near = looked_at(examined) if led_in or form in (Form.POINTS, Form.SUMMARY, Form.SUBJECT, Form.COMPARISON) else []
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


def under_heading(asked: Asked, examined: Examined) -> Points | None:
    """The points under the heading that has each word of the subject."""
    section = _section_about(asked, examined)
    if section is None:
        return None
    group = examined.shelf.index
    kind = _of_the_kind_asked(section, examined) if asked.form is not Form.HEADING else None
    above, section = (section.title, kind) if kind else ("", section)
    under = points.below(group, examined.document, section)
    numbers = points.points_among(group, under)
    if asked.form is Form.HEADING or PATTERNS["everything"].search(bare(examined.read.question.text)):
        text = [p for n in under for p in points.points_in(group, n) if not points.leads_in(group, p)]
        if 2 * sum(len(points.text_of(group, p)) for p in numbers) < sum(len(points.text_of(group, p)) for p in text):
            numbers = text
    if not numbers or len(numbers) > MOST_POINTS:
        return None
    return Points(section.title, tuple(quote_of(group, point) for point in numbers), above=above)


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
        # 'Zorg › Onze belofte' has the words of both.
        strengths = words_there(" ".join(section.telling), examined)
        if strengths and all(concept.match(strengths) >= HEADING_COVER for concept in concepts):
            # The shortest heading is most about it.
            score = len(concepts) / (len(strengths) or 1)
            if best is None or score > best[0]:
                best = score, section
    return best[1] if best else None


def _of_the_kind_asked(about: Section, examined: Examined) -> Section | None:
    """The heading inside one that is called as what is asked for: 'Onze speerpunten' where someone asks for the 'speerpunten' on housing."""
    asked = {stem(token.form) for token in examined.read.question.tokens}
    depth = len(about.headings)
    for section in points.sections(examined.shelf.index, examined.document):
        if len(section.headings) > depth and section.headings[:depth] == about.headings:
            words = [stem(token.form) for token in tokenize(section.title) if is_content(token)]
            if words and asked.issuperset(words):
                return section
    return None


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


class Bearing:
    """The sentences of documents that have a subject in their own words; each document is gone through once.

    Args:
        asked: what is asked for.
    """

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._known: dict[int, tuple[Examined, list[tuple[int, int, float]]]] = {}

    def only_sentence(self, examined: Examined) -> Quote | None:
        """The one sentence of the document that bears the subject by name; None where none does, or several."""
        every = [sentence for sentence in self._sentences(examined) if sentence[2] >= HEADING_COVER]
        return _sentence_quote(every[0], examined) if len(every) == 1 else None

    def points(self, examined: Examined) -> Points | None:
        """The sentences that have the subject, in the order of the text; None where there is no more than one."""
        every = self._sentences(examined)
        return Points("", tuple(_sentence_quote(sentence, examined) for sentence in every), SUBJECT_COVER) if len(every) > 1 else None

    def _sentences(self, examined: Examined) -> list[tuple[int, int, float]]:
        """Passage, sentence, and how well it covers each word of the subject at least."""
        known = self._known.get(id(examined))
        if known is None:
            # The document itself is held, so that no other gets its number.
            known = self._known[id(examined)] = examined, _about_subject(self._asked, examined)
        return known[1]


def _sentence_quote(sentence: tuple[int, int, float], examined: Examined) -> Quote:
    return sentence_quote(examined.shelf.index.passages[sentence[0]], sentence[1])


def _about_subject(asked: Asked, examined: Examined) -> list[tuple[int, int, float]]:
    concepts = _subject(asked, examined)
    if not concepts:
        return []
    group = examined.shelf.index
    bearing: dict[tuple[int, int], float] = {}
    # Which of the candidates have enough words of their own is known already.
    least = SUBJECT_COVER * sum(c.weight for c in concepts) / (sum(c.weight for c in examined.read.concepts) or 1.0) - CLOSE
    for candidate in [candidate for candidate in examined.candidates if candidate.features["own"] >= least]:
        passage = group.passages[candidate.passage]
        if passage.document.id != examined.document or passage.sentences[candidate.sentence].text.endswith(":"):
            continue
        words = group.views(candidate.passage)[candidate.sentence].narrow
        covered = 1.0
        for concept in concepts:
            covered = min(covered, concept.match_itself(words))
            if covered < SUBJECT_COVER:
                break
        else:
            bearing[candidate.passage, candidate.sentence] = covered
    return [(*location, bearing[location]) for location in sorted(bearing)]
