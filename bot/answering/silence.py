"""What is shown and said where nothing answers: a passage that is truly near, headings that fit, and a reason that is true."""

from collections.abc import Mapping, Sequence

from bot.answering.concepts import Concept
from bot.answering.demands import CLOSED, NEAR
from bot.answering.demands import PATTERNS as GATE_PATTERNS
from bot.answering.forms import PATTERNS as LIST_PATTERNS
from bot.answering.question import PATTERNS as QUESTION_PATTERNS
from bot.answering.reply import Quote, Reason
from bot.answering.shelf import Examined
from bot.knowledge.model import Passage
from bot.language.answer_types import AnswerType, missing_types
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass

FITTING = 2
"""Headings named under silence."""

NEAR_MATCH, NEAR_SHARE = 0.9, 0.55
"""How well a passage must have a word to hold it (as the word itself, its root, its parts or a synonym), and the share of a question, by
weight, that it must hold to be near: what is about the same thing has more than one word of a longer question.

Read by hand, under questions that seven documents don't answer: with the noun that tells most alone 58 of 87 nearest passages were near
(67 %), with this share beside it 41 of the 50 that are left (82 %). On 56 more questions, that were read only then, 5 of 7 were; without it
14 of 19. From .5 on more strange ones come than near ones."""

FIRM_MATCH, MOST = 0.96, 0.6
"""How well the passage must have the noun that tells most, where no heading has it: as the word itself. Its parts by themselves are another
thing ('lesuur' where 'lesweken' and 'uren' stand), and a synonym often is. And the share of the nouns, by weight, that tells as much as
the heaviest of them."""

SAYS_IT, FAR_OFF = 0.4, -1.0
"""The share of the question that a sentence of it must cover itself, or else the log odds that the passage answers, by the cross-encoder: with
neither it only has some of the words.

Read by hand, 34 nearest passages under 340 questions that the sets for fitting, and silence-read.jsonl, don't answer: with the words alone
25 of them were near (74 %), with this, and the gates that came with it, 28 of 33 (85 %). At 0.5 it was 27 of 31, and a passage that has
each word of a short question was lost."""

COMMON = 1.5
"""The idf below which a word tells nothing: more than a fifth of all passages have it."""

NEAR_HINT = 0.5
"""How like a hint the question must be, for a passage that shares none of its telling words to be near all the same."""

LOOKED_AT = 10
"""Passages whose headings may fit."""

_TYPES: Mapping[Reason, frozenset[AnswerType]] = {
    reason: frozenset(wanted for wanted, of in (*CLOSED, *NEAR, (AnswerType.LOCATION, Reason.NO_LOCATION)) if of is reason)
    for reason in {of for _, of in (*CLOSED, *NEAR)} | {Reason.NO_LOCATION}
    if reason not in (Reason.NEAREST, Reason.NO_NUMBER, Reason.NO_PAYER, Reason.NO_PROCEDURE)
}
"""For each reason that says that a kind of answer is not there, that kind. 'Dit aantal' and who pays are told from more than a kind."""

OF_A_PASSAGE = frozenset((*_TYPES, Reason.NEAREST, Reason.NOTHING, Reason.NO_NUMBER, Reason.NO_PAYER, Reason.NO_PROCEDURE))
"""Reasons that say something of the passage that came nearest."""

OF_THE_SOURCES = frozenset({Reason.OTHER_NAME, Reason.OTHER_YEAR})
"""Reasons that say that the sources hold nothing about a name or a year."""


def near_quotes(quotes: Sequence[Quote], examinations: Sequence[Examined]) -> tuple[Quote, ...]:
    """Of what comes nearest, the passages that are about what this very question asks, or that someone wrote a like question for."""
    return tuple(quote for quote in quotes if _is_near(quote, examined_for(quote, examinations)))


def examined_for(quote: Quote, examinations: Sequence[Examined]) -> Examined:
    """What was examined when a passage was quoted."""
    return next((e for e in examinations if quote.passage.document.id in e.shelf.document_ids), examinations[0])


def _is_near(quote: Quote, examined: Examined) -> bool:
    """Whether a passage is about what is asked: it holds the noun that tells most of the question, and most of all that the question says."""
    passage, nouns = quote.passage, _telling(examined)
    text, above = _words(passage.text, examined), _words(" ".join(passage.section.headings), examined)
    held = [c for c in nouns if c.weight >= COMMON and (c.match(text) >= FIRM_MATCH or c.match(above) >= NEAR_MATCH)]
    number = examined.shelf.index.number_of(passage.id)
    candidates = [c for c in examined.candidates if c.passage == number]
    if any(c.features["hint"] >= NEAR_HINT for c in candidates):
        return True
    if not held or not (_heaviest(nouns) in held or _weight(held) >= MOST * _weight(nouns)) or _share(passage, examined) < NEAR_SHARE:
        return False
    if any(c.features["own"] >= SAYS_IT for c in candidates):
        return True
    return bool(candidates) and examined.shelf.has_vectors() and examined.shelf.log_odds(examined.read, candidates[0]) >= FAR_OFF


def _share(passage: Passage, examined: Examined) -> float:
    """The share of the words of a question, by weight, that a passage or what stands above it holds."""
    said, above = _said(examined), " ".join((passage.document.title, *passage.section.headings))
    words = _words(f"{above} {passage.text}", examined)
    return _weight([c for c in said if c.match(words) >= NEAR_MATCH]) / (_weight(said) or 1.0)


def _said(examined: Examined) -> list[Concept]:
    """The words of a question that say what it is about: none of money, measure and time, and not who published the document.

    Words of an earlier turn only where it has none of its own.
    """
    apart = QUESTION_PATTERNS.words("measures") | LIST_PATTERNS.words("costs")
    if examined.candidates:
        document = examined.shelf.index.document_of(examined.candidates[0].passage)
        apart |= {token.form for token in tokenize(document.publisher)}
    heavy = [c for c in examined.read.concepts if not c.word.light and not c.word.form.isdecimal() and c.word.form not in apart]
    # 'Is parkeren op zondag gratis?' is about parking.
    heavy = [c for c in heavy if not GATE_PATTERNS["named_time"].fullmatch(c.word.form)] or heavy
    return [c for c in heavy if not c.borrowed] or heavy


def _telling(examined: Examined) -> list[Concept]:
    """The nouns among them; all of them where there is none."""
    said = _said(examined)
    return [c for c in said if c.word.word_class is WordClass.NOUN] or said


def _heaviest(concepts: Sequence[Concept]) -> Concept:
    return max(concepts, key=lambda c: c.weight)


def _weight(concepts: Sequence[Concept]) -> float:
    return sum(c.weight for c in concepts)


def _words(text: str, examined: Examined) -> dict[str, float]:
    words = examined.shelf.analyser.content(text)
    return {key: 1.0 for word in words for key in (word.stem, *word.roots(), *(part for part, _ in word.parts))}


def true_reason(quotes: Sequence[Quote], examinations: Sequence[Examined]) -> Reason:
    """A reason that holds for what is shown: that a kind of answer is not there only where the passages beside it have none either.

    Args:
        quotes: the passages that are near, the nearest first.
        examinations: what each document has to say, the one that comes nearest first; it gives the reason that is looked into.
    """
    examined = examinations[0]
    reason, missing = examined.verdict.reason, fold(examined.verdict.missing)
    if reason in OF_THE_SOURCES and any(missing in e.shelf.analyser.source_words for e in examinations):
        return Reason.NEAREST
    if not quotes:
        # Nothing was read that a reason about a passage would be true of.
        return _of_the_sources(examinations) if reason in OF_A_PASSAGE else reason
    if reason is Reason.NO_NUMBER and _counted_elsewhere(examined):
        return Reason.NEAREST
    wanted = _TYPES.get(reason)
    if wanted is None:
        return reason
    question, group = examined.read.question, examined.shelf.index
    around = _around(quotes[0].passage, examined)
    group.fetch(around)
    for number in around:
        for view in group.views(number):
            if wanted & question.demand.types - missing_types(question.demand, question.forms, view.facts, view.facts):
                return Reason.NEAREST
    return reason


def _of_the_sources(examinations: Sequence[Examined]) -> Reason:
    """What is true of the sources where no passage is near: they have nothing about what the question turns on, or only no answer."""
    for examined in examinations:
        telling, views = _telling(examined), examined.shelf.index.views
        if telling and any(
            _heaviest(telling).match(views(c.passage)[c.sentence].narrow) >= FIRM_MATCH for c in examined.candidates[:LOOKED_AT]
        ):
            return Reason.NEAREST
    return Reason.NOTHING


def _counted_elsewhere(examined: Examined) -> bool:
    """Whether another sentence that came near numbers the very thing that is counted in the question."""
    word = examined.shelf.analyser.word
    asked = {word(form).stem for form in examined.read.question.demand.counted if not word(form).light}
    views = examined.shelf.index.views
    counted = (forms for c in examined.candidates[:LOOKED_AT] for forms in views(c.passage)[c.sentence].facts.counted)
    return any(asked & {word(form).stem for form in forms} for forms in counted)


def _around(passage: Passage, examined: Examined) -> list[int]:
    """The numbers of a passage and of those beside it under the same heading."""
    group = examined.shelf.index
    number = next((c.passage for c in examined.candidates if group.passages[c.passage].id == passage.id), None)
    if number is None:
        return []
    beside = (n for n in (number - 1, number, number + 1) if 0 <= n < len(group.passages))
    return [n for n in beside if group.document_of(n).id == passage.document.id and group.section_of(n) == passage.section]


def fitting_headings(quotes: Sequence[Quote], examinations: Sequence[Examined]) -> tuple[str, ...]:
    """The headings to go on with: of what is near, then those that hold a telling word of the question themselves."""
    titles = [quote.passage.section.theme for quote in quotes]
    for examined in examinations:
        nouns = _telling(examined)
        for number in list(dict.fromkeys(c.passage for c in examined.candidates))[:LOOKED_AT]:
            title = examined.shelf.index.section_of(number).theme
            words = _words(title, examined)
            if any(c.match(words) >= NEAR_MATCH and c.weight >= COMMON for c in nouns):
                titles.append(title)
    return tuple(title for title in dict.fromkeys(titles) if title)[:FITTING]
