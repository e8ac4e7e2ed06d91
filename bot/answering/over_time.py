"""How something was and how it is now: the best sentence of each year's document, or the one that says both."""

from collections.abc import Collection, Container, Sequence

from bot.answering.blocks import LOOKED_AT, WORD_COVER, of_document, passage_of, sentence_quote, sentence_text, words_of
from bot.answering.chosen_list import about, nouns
from bot.answering.comparing import asks_money, covers_nouns, holds_amount, subject_nouns, tells_amount
from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS, TIMES, bare
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Span
from bot.language.answer_types import AnswerType
from bot.language.stems import stem
from bot.language.tokens import fold
from bot.named import NamedTuple

ALL_WORDS = 0.7
"""The share of the subject, by weight, that a sentence must have to stand beside that of another year: 'de bouw van scholen' is not the
building of houses."""

IN_HEADING, AROUND = 0.9, 0.8
"""What a word of the subject counts in the heading above a sentence, and in what stands around it, beside one in the sentence itself."""

UNDER_HEADING = 0.25
"""How much sooner a sentence is the one whose heading has the whole subject: what a document says of it stands there."""

IN_TABLE = 0.2
"""How much later a row of a table is: a sentence says more."""

AS_GOOD = 0.05
"""Within how much of the best share of the subject the ranking of sentences decides."""


def subject_of(read: ReadQuestion) -> list[Concept]:
    """The words that a question about old and new is about: its nouns, or else all that tells, without what says that things change."""
    beside = PATTERNS.words("comparing")
    if asks_money(read.question.text):
        beside = beside | PATTERNS.words("costs")
    telling = [c for c in about(read) if not c.borrowed and c.word.form not in beside and not c.word.form.isdecimal()]
    return nouns(telling, read) or telling


def by_year(looked_in: Sequence[Sequence[Examined]], asked: Sequence[Examined], years: Container[int]) -> list[Quote]:
    """The best sentence about a subject from each year, the newest first.

    Args:
        looked_in: what each document has to say about the subject, asked in several ways.
        asked: what each has to say to the question: that says what a sentence must have.
        years: those that are asked about.
    """
    question, subject = asked[0].read.question, subject_of(asked[0].read)
    kinds, money = question.asked - _OF_CHANGE, asks_money(question.text)
    near = [(e, c) for examinations in looked_in for e in examinations for c in of_document(e) if passage_of(e, c).document.year in years]
    near = [(e, c) for e, c in near if not money or tells_amount(sentence_text(e, c))]
    if kinds:
        # What a kind of answer is called need not stand there: 'de openingstijden', where it says 'tot 17.00 uur'.
        subject = [c for c in subject if any(_share(e, candidate, [c])[0] >= WORD_COVER for e, candidate in near)] or subject
        of_kind = {
            _location(e, c) for examinations in (asked, *looked_in[1:]) for e in examinations for c in e.candidates if has_kind(e, c)
        }
        best = _best([(e, c) for e, c in near if _location(e, c) in of_kind], subject)
        if len(best) < 2 and kinds == {AnswerType.NUMBER}:
            # 'Een derde is sociale huur' counts no houses, and yet says how many.
            best = _best([(e, c) for e, c in near if PATTERNS["shares"].search(fold(sentence_text(e, c)))], subject)
    else:
        best = _best(near, subject)
    return [best[year].quote for year in sorted(best, reverse=True)]


def _best(near: Sequence[tuple[Examined, Candidate]], subject: Sequence[Concept]) -> dict[int, "_Weighed"]:
    """Of some sentences the best of each year, of those that have the subject."""
    best: dict[int, _Weighed] = {}
    for examined, candidate in near:
        share, worth = _share(examined, candidate, subject)
        weighed, year = _Weighed(worth, candidate.score, examined, candidate), passage_of(examined, candidate).document.year
        if share >= ALL_WORDS and weighed.better(best.get(year)):
            best[year] = weighed
    return best


_OF_CHANGE = frozenset({AnswerType.COMPARISON, AnswerType.DEFINITION, AnswerType.YES_NO})
"""Kinds of answer that a question about old and new seems to ask for: 'wat was het eerst'."""


class _Weighed(NamedTuple):
    """A sentence with what speaks for it: how much of the subject it has, and how high it ranks."""

    worth: float
    score: float
    examined: Examined
    candidate: Candidate

    def better(self, other: "_Weighed | None") -> bool:
        """Whether it is to be taken in place of another."""
        if other is None or self.worth > other.worth + AS_GOOD:
            return True
        return self.worth >= other.worth - AS_GOOD and self.score > other.score

    @property
    def quote(self) -> Quote:
        return sentence_quote(passage_of(self.examined, self.candidate), self.candidate.sentence)


def _share(examined: Examined, candidate: Candidate, subject: Sequence[Concept]) -> tuple[float, float]:
    """The share of the subject that a sentence has with what stands around it, and what speaks for it altogether."""
    group = examined.shelf.index
    view = group.views(candidate.passage)[candidate.sentence]
    heading = words_of(passage_of(examined, candidate).section.title, examined)
    total = sum(c.weight for c in subject) or 1.0
    share = worth = above = 0.0
    for concept in subject:
        narrow, over, around = concept.match(view.narrow), concept.match(heading), concept.match(view.wide)
        share += concept.weight * max(narrow, over, around)
        worth += concept.weight * max(narrow, IN_HEADING * over, AROUND * around)
        above += concept.weight * over
    bonus = UNDER_HEADING if above >= ALL_WORDS * total else 0.0
    row = IN_TABLE if "|" in passage_of(examined, candidate).document.line_before(_span_start(examined, candidate)) else 0.0
    return share / total, worth / total + bonus - row


def _span_start(examined: Examined, candidate: Candidate) -> int:
    return passage_of(examined, candidate).sentences[candidate.sentence].span.start


def old_and_new_in(examined: Examined) -> Candidate | None:
    """The best candidate that holds both the old and the new."""
    best = max((c.features["wide"] for c in examined.candidates[:LOOKED_AT]), default=0.0)
    money = asks_money(examined.read.question.text)
    for candidate in of_document(examined):
        if candidate.features["wide"] < best - 0.2 or not has_kind(examined, candidate):
            continue
        if money and not tells_amount(sentence_text(examined, candidate)):
            continue
        if covers_nouns(examined, candidate) and holds_both(sentence_text(examined, candidate)):
            return candidate
    return None


SURE_BOTH = 0.8
"""The log odds from which a sentence that holds the old and the new answers, read together with the question: of such sentences that are
about something else the best comes to 0.7."""


def read_as_both(examined: Examined) -> Candidate | None:
    """Of the candidates that hold both the old and the new, by themselves or with the sentence behind them, the one that surely answers.

    What is read is the passage: only the sentence of each that comes nearest is one.
    """
    shelf = examined.shelf
    if examined.verdict.gate or not shelf.has_vectors():
        return None
    money = asks_money(examined.read.question.text)
    first = {c.passage: c for c in reversed(list(of_document(examined)))}.values()
    both = [c for c in first if _holds_both(examined, c) and (not money or tells_amount(_with_behind(examined, c)))]
    if not both:
        return None
    odds = shelf.log_odds_of_each(examined.read, both)
    best = max(range(len(both)), key=odds.__getitem__)
    return both[best] if odds[best] >= SURE_BOTH else None


def _holds_both(examined: Examined, candidate: Candidate) -> bool:
    sentences = passage_of(examined, candidate).sentences[candidate.sentence : candidate.sentence + 2]
    behind = len(sentences) > 1 and PATTERNS["was_before"].search(fold(sentences[1].text))
    return bool(behind) or holds_both(sentences[0].text)


def _with_behind(examined: Examined, candidate: Candidate) -> str:
    """A sentence with the one behind it."""
    sentences = passage_of(examined, candidate).sentences[candidate.sentence : candidate.sentence + 2]
    return " ".join(sentence.text for sentence in sentences)


def quote_of_both(examined: Examined, candidate: Candidate) -> Quote:
    """The sentence that holds the old and the new, marked with the one behind it where that says what was."""
    passage = passage_of(examined, candidate)
    quote = sentence_quote(passage, candidate.sentence)
    if holds_both(quote.highlight_text) or not _holds_both(examined, candidate):
        return quote
    return Quote(passage, passage.span, Span(quote.highlight.start, passage.sentences[candidate.sentence + 1].span.end))


def holds_both(text: str) -> bool:
    """Whether a sentence says how something was and how it will be: 'van 500 naar 750'."""
    return bool(PATTERNS["both"].search(" ".join(fold(text).split())))


def has_kind(examined: Examined, candidate: Candidate) -> bool:
    """Whether a sentence has the kind of answer that is asked for; where things are counted, those things ('90 kilo per inwoner' counts none)."""
    if holds_amount(examined, candidate):
        return True
    if examined.read.question.asked != {AnswerType.NUMBER}:
        return not candidate.vetoes - _OF_CHANGE
    text = fold(sentence_text(examined, candidate))
    if PATTERNS["number_of"].search(text):
        return True
    measured = {stem(match["what"]) for match in PATTERNS["per"].finditer(text)}
    return bool(candidate.features["counted"]) and not any(c.match(dict.fromkeys(measured, 1.0)) for c in subject_nouns(examined.read))


def years_asked(text: str, there: Collection[int]) -> list[int]:
    """The years of documents that a question about old and new is about.

    Args:
        text: the question.
        there: the years of the documents.
    """
    folded, every = bare(text), sorted(there)
    # A document of 2018-2022 is called by its first year.
    known = sorted({int(match["year"]) for match in TIMES["year"].finditer(folded)} & {*there})
    if not known:
        return every[-2:] if TIMES["last_two"].search(folded) else every
    if len(known) > 1 and not TIMES["stretch_of_years"].search(folded):
        return known
    last = known[-1] if len(known) > 1 else every[-1]
    return [year for year in every if known[0] <= year <= last]


def without_times(text: str) -> str:
    """A question without the years and times that it names, so that it is one to every document."""
    folded = fold(text)
    if len(folded) != len(text):
        return text
    named = {n for match in TIMES["times"].finditer(folded) for n in range(*match.span())}
    return " ".join("".join(" " if n in named else sign for n, sign in enumerate(text)).split())


def _location(examined: Examined, candidate: Candidate) -> tuple[str, int, int]:
    return examined.document, candidate.passage, candidate.sentence
