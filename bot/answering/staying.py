"""Where a conversation stands: a follow-up is first looked for on the page, or under the heading, that was quoted before."""

from collections.abc import Sequence

from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.leaning import asks_shortly, keeps_to_the_subject, strongest, telling
from bot.answering.reading import ReadQuestion
from bot.index.group import Group
from bot.index.sentences import SentenceView
from bot.knowledge.model import Kind
from bot.language.vocabulary import WordClass
from bot.named import NamedTuple

ABOUT_AS_WELL = 0.15
"""How much worse the page that was quoted from may have it than another place, and still go before it."""

NEAR_BONUS = 0.8
"""What being near the passage that was quoted adds to a sentence's score."""

PAGE = 20
"""Passages up to which a document is a page about one thing; of a longer one only the section is stayed in."""


MOST_SAID = 2
"""Telling words up to which a question may be about the page that was quoted."""


class Home(NamedTuple):
    """Where a conversation stands.

    Attributes:
        stretches: the passages of the page, or of the section, that was quoted from; none where that is not known.
        is_page: it is a page of its own.
    """

    stretches: tuple[range, ...] = ()
    is_page: bool = False

    def __contains__(self, passage: object) -> bool:
        return any(passage in stretch for stretch in self.stretches)


def home_of(passage: str | None, index: Group) -> Home:
    """Where a conversation stands.

    Args:
        passage: the id of the passage that was quoted last, or None.
    """
    quoted = index.number_of(passage) if passage else None
    if quoted is None:
        return Home()
    document = index.document_of(quoted).id
    whole = index.stretch(document)
    if len(index.documents) > 1 and len(whole) <= PAGE:
        return Home((whole,), is_page=True)
    return Home(tuple(stretch for _, stretch in index.outline(document) if quoted in stretch))


def may_be_of_the_page(text: str, said: Sequence[Concept], are_pages: bool) -> bool:
    """Whether a question says so little that it may be about the page, or the section, that was quoted, whatever else has its words.

    Args:
        text: as it was typed.
        said: its telling words.
        are_pages: there are pages, each about one thing; in one long document it must be short, and no noun of it a new subject.
    """
    if len(said) > MOST_SAID:
        return False
    return are_pages or (asks_shortly(text) and not any(concept.word.word_class is WordClass.NOUN for concept in said))


def cover_of_said(read: ReadQuestion, views: Sequence[SentenceView], to_the_letter: bool) -> float:
    """How well a passage has what a question itself says it is about, 0 to 1; 0 where it says nothing.

    Args:
        read: the question.
        views: the sentences of the passage.
        to_the_letter: by its own words, and not by hints or headings.
    """
    told = telling(read)
    said = strongest([view.narrow if to_the_letter else view.wide for view in views])
    return sum(c.weight * min(c.match(said), 1.0) for c in told) / sum(c.weight for c in told) if told else 0.0


def coherent(read: ReadQuestion, passage: int, home: Home, index: Group) -> bool:
    """Whether a passage stands where the conversation stands, or has what the turn before was about.

    Args:
        read: a question that points back, with what it borrowed.
    """
    return passage in home or keeps_to_the_subject(read, index.views(passage))


def staying_near(candidates: list[Candidate], previous: str, index: Group, only: bool) -> list[Candidate]:
    """A follow-up is mostly about the passage that was quoted, or one beside it in the same section.

    Args:
        candidates: best first.
        previous: the id of that passage.
        index: numbers the passages.
        only: leave out all others.
    """
    passages = index.passages
    number = next((c.passage for c in candidates if passages[c.passage].id == previous), None)
    if number is None:
        return candidates
    near = {number} | {n for n in (number - 1, number + 1) if 0 <= n < len(passages) and _belong_together(index, number, n)}
    for candidate in candidates:
        if candidate.passage in near:
            candidate.score += NEAR_BONUS
    staying = [c for c in candidates if c.passage in near] if only else candidates
    return sorted(staying or candidates, key=lambda c: (-c.score, c.passage, c.sentence))


def _belong_together(group: Group, quoted: int, beside: int) -> bool:
    """Whether the passage beside a quoted one goes on about it: a remark on a point, or running text. Two points do not."""
    running = group.kind_of(quoted) is Kind.COMMENTARY or group.kind_of(quoted) is not group.kind_of(beside)
    together = group.document_of(quoted).id == group.document_of(beside).id and group.section_of(quoted) == group.section_of(beside)
    return together and running


def outside(ident: str, index: Group) -> list[range] | None:
    """The passages outside the section of one of them; None where the index does not have it."""
    number = index.number_of(ident)
    if number is None:
        return None
    section = index.section_of(number)
    inside = [numbers for other, numbers in index.outline(index.document_of(number).id) if other == section and numbers]
    starts, ends = [0, *(numbers.stop for numbers in inside)], [*(numbers.start for numbers in inside), len(index.passages)]
    return [range(start, end) for start, end in zip(starts, ends, strict=True) if start < end]
