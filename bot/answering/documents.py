"""Several documents of different years: which a question is about, and which of them speaks first.

The newest that speaks of a subject answers; what older ones said stands beside it.
"""

import math
from collections.abc import Iterator, Sequence

from bot.answering.concepts import Concept
from bot.answering.counterparts import answers_as_well, answers_of_the_same, counterpart, only_mentions
from bot.answering.features import Candidate
from bot.answering.reply import Reason
from bot.answering.shelf import Examined
from bot.answering.times import PATTERNS
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass

SPEAKS, AS_WELL = 0.7, 0.15
"""How well a sentence must cover the nouns of a question to speak of it, and how much less than another document's it may."""

SURELY = 0.85
"""How well a sentence itself must cover each noun, where it says that something ends."""

FAR_BEHIND = -2.5
"""Log odds, counted from the threshold, from which a newer document is taken to answer where an older one does."""

AS_SURE = 0.3
"""By how much less sure (in log odds) a newer document may answer that has less of the question's words."""

NEARLY = -0.3
"""The same from which it nearly answers by itself."""

LOOKED_AT = 3
"""Sentences of a document that are looked at."""


PLAIN_BESIDE = 0.2
"""The log odds above its threshold from which a document without hints answers where other documents might: each adds its own wrong
answers. Chosen on the project's own question sets, with both national agreements loaded."""

COVERED_BESIDE = 0.35
"""The share of the question that its first sentence must cover then: less is a chance likeness of a few words. Chosen on the same sets."""

SURE_BESIDE = 0.8
"""The log odds from which it may cover less: it says the same in other words. Of 270 questions about both national agreements it lets three
sentences through, two of them right; of 190 about three agreements one, which is right, and at 0.25 two more that are wrong."""

READ_BESIDE = 0.5
"""The log odds that its passage answers, read together with the question, from which it does. Of 130 questions about thirteen pages of a
municipality eight more are answered than without this rule, and two more that have no answer; without the reading five
(`python -m bot evaluate tests/questions/gemeentepagina-eikendaal.jsonl=FOLDER`, with its pages in FOLDER; their misses had been read)."""

NEARER = 0.1
"""By how much more of the question another document's best sentence must cover to be nearer."""


SAME_DOCUMENT = 1.0
"""How much sooner (in log odds) a follow-up is answered from the document of the turn before."""
LEANING = 3.0
"""The same for a follow-up that takes over words of that turn."""


def year_of(examined: Examined) -> int:
    """The year of the document; 0 where nothing was found."""
    return examined.source.year if examined.source else 0


def newest_first(examinations: Sequence[Examined]) -> list[Examined]:
    """What documents have to say, the newest that speaks of it before those of other years; the others stay as they are.

    Args:
        examinations: the one that answers best first.
    """
    first = examinations[0]
    if not first.answers or len({year_of(examined) for examined in examinations if examined.document}) < 2:
        return list(examinations)
    covered = _coverage(first, first.candidates[0])
    # Where the best itself covers little, a newer one must cover as much.
    enough = (
        max(SPEAKS, covered - AS_WELL) if covered >= SPEAKS else covered,
        _coverage(first, first.candidates[0], borrowed=True) - AS_WELL,
    )
    newest, leading = year_of(first), first
    for examined in examinations[1:]:
        if year_of(examined) > newest:
            speaking = _speaking(examined, enough, first) or _as_it_is_now(examined, examinations) or _as_far_as_read(examined, first)
            if speaking:
                newest, leading = year_of(examined), speaking
    if leading is first:
        return list(examinations)
    return [leading, *(examined for examined in examinations if examined.document != leading.document)]


def _speaking(examined: Examined, enough: tuple[float, float], best: Examined) -> Examined | None:
    """A newer document as one that answers: it does so itself, comes near to it, or says that the thing asked about ends.

    Args:
        enough: how much of the question a sentence must cover.
        best: the document that answers best: one that is as sure may say it in other words, but a mere mention does not do.
    """
    candidates = list(_of_document(examined))[:LOOKED_AT]
    near = examined.answers or (not examined.gated and examined.odds > FAR_BEHIND)
    for candidate in candidates:
        lacks = bool(candidate.vetoes) and candidate is not candidates[0]
        if _says_end(examined, candidate):
            return led_by(candidate, examined)
        if near and not lacks and _covers_as_well(examined, candidate, enough) and not only_mentions(best, candidate, examined):
            return led_by(candidate, examined)
    as_sure = examined.answers and examined.odds >= best.odds - AS_SURE
    return examined if as_sure and not only_mentions(best, candidates[0], examined) else None


def _as_it_is_now(examined: Examined, others: Sequence[Examined]) -> Examined | None:
    """A newer document as one that answers: one of its best sentences says how it is now what an older one answered."""
    candidates = [c for c in list(_of_document(examined))[:LOOKED_AT] if not c.vetoes or _ends(examined, c)]
    for older in others:
        if older.answers and year_of(older) < year_of(examined):
            candidate = counterpart(older, candidates, examined)
            if candidate:
                return led_by(candidate, examined)
    return None


def _as_far_as_read(examined: Examined, best: Examined) -> Examined | None:
    """A newer document as one that answers: its best sentence does, read together with the question, though in other words."""
    candidate = next(_of_document(examined), None)
    if candidate is None or examined.gated or only_mentions(best, candidate, examined):
        return None
    as_well = examined.odds > NEARLY and answers_as_well(best, candidate, examined)
    of_the_same = examined.odds > FAR_BEHIND and answers_of_the_same(best, candidate, examined)
    return led_by(candidate, examined) if as_well or of_the_same else None


def led_by(candidate: Candidate, examined: Examined) -> Examined:
    """A document as one that answers with one of its sentences."""
    ordered = [candidate, *(other for other in examined.candidates if other is not candidate)]
    return examined._replace(candidates=ordered, verdict=examined.verdict.answering())


def _covers_as_well(examined: Examined, candidate: Candidate, enough: tuple[float, float]) -> bool:
    """Whether a sentence covers enough of the question's own nouns, and of those that a follow-up took over too."""
    return _coverage(examined, candidate) >= enough[0] and _coverage(examined, candidate, borrowed=True) >= enough[1]


def earlier_answers(first: Examined, others: Sequence[Examined]) -> list[Examined]:
    """The older documents that answer too, the newest of them first."""
    older = [
        other for other in others if other.answers and year_of(other) < year_of(first) and (_covers(other) or _said_of_it(other, first))
    ]
    return sorted(older, key=lambda examined: -year_of(examined))


def _said_of_it(older: Examined, first: Examined) -> bool:
    """Whether an older document's sentence is about the very thing that the newer one's first sentence says how it is now."""
    return counterpart(older, first.candidates[:1], first) is not None


def also_answering(first: Examined, others: Sequence[Examined]) -> list[Examined]:
    """The documents that are no older, and truly answer too: their sentence has every noun of the question."""
    later = [other for other in others if other.answers and year_of(other) >= year_of(first) and _covers(other)]
    return [other for other in later if not only_mentions(first, other.candidates[0], other)]


def _covers(examined: Examined) -> bool:
    candidate = next(_of_document(examined), None)
    return candidate is not None and _coverage(examined, candidate) >= SPEAKS


def _of_document(examined: Examined) -> Iterator[Candidate]:
    passages = examined.shelf.index.passages
    return (c for c in examined.candidates if passages[c.passage].document.id == examined.document)


def _nouns(examined: Examined, borrowed: bool = False) -> list[Concept]:
    # The name of the municipality itself is in few of its sentences.
    publisher = {token.form for token in tokenize(examined.source.publisher)} if examined.source else set()
    said = [c for c in examined.read.concepts if not c.word.light and not c.word.form.isdecimal()]
    concepts = [c for c in said if c.word.form not in publisher] or said
    concepts = concepts if borrowed else [c for c in concepts if not c.borrowed] or concepts
    return [c for c in concepts if c.word.word_class is WordClass.NOUN] or concepts


def _coverage(examined: Examined, candidate: Candidate, borrowed: bool = False) -> float:
    """The share of the nouns of the question, by their weight, that a sentence has, with its heading and what stands beside it.

    Args:
        borrowed: with what a follow-up took over of the turn before.
    """
    view = examined.shelf.index.views(candidate.passage)[candidate.sentence]
    nouns = _nouns(examined, borrowed)
    total = sum(c.weight for c in nouns) or 1.0
    return sum(c.weight * min(1.0, c.match(view.wide)) for c in nouns) / total


def _says_end(examined: Examined, candidate: Candidate) -> bool:
    view = examined.shelf.index.views(candidate.passage)[candidate.sentence]
    beside = PATTERNS.words("measures")
    nouns = [c for c in _nouns(examined) if c.word.form not in beside]
    return bool(nouns) and all(c.match(view.narrow) >= SURELY for c in nouns) and _ends(examined, candidate)


def _ends(examined: Examined, candidate: Candidate) -> bool:
    """Whether a sentence says of anything that it ends."""
    passage = examined.shelf.index.passages[candidate.passage]
    return bool(PATTERNS["ends"].search(" ".join(fold(passage.sentences[candidate.sentence].text).split())))


def beside(examined: Examined, others: Sequence[Examined]) -> Examined:
    """What a document has to say in the presence of other documents.

    It stays silent where another document is nearer to the question but lacks just what is asked for, an amount or a date: the
    question is about that one. What an older document of the same publisher lacks says nothing of a newer one. And without hints it
    must be a bit more sure, and where it covers little of the question reading both together must say that it answers.
    """
    if not examined.answers:
        return examined
    nearer = any(other.gated and other.covers > examined.covers + NEARER and not _replaces(examined, other) for other in others)
    hinted = examined.shelf.index.hints.has(examined.candidates[0].passage)
    doubtful = examined.odds < PLAIN_BESIDE or (examined.covers < COVERED_BESIDE and not _says_it_otherwise(examined))
    if nearer or (not hinted and doubtful):
        silent = examined.verdict._replace(confidence=0.0 if nearer else examined.verdict.confidence, reason=Reason.NEAREST)
        return examined._replace(verdict=silent, odds=-math.inf if nearer else examined.odds)
    return examined


def _says_it_otherwise(examined: Examined) -> bool:
    """Whether a sentence that covers little of the question answers it in other words, as far as reading both together tells."""
    shelf = examined.shelf
    if examined.odds < SURE_BESIDE or not shelf.has_vectors():
        return False
    return shelf.log_odds(examined.read, examined.candidates[0]) > READ_BESIDE


def _replaces(examined: Examined, other: Examined) -> bool:
    """Whether one document is a newer one of the same publisher."""
    newer, older = examined.source, other.source
    return newer is not None and older is not None and newer.publisher == older.publisher and newer.year > older.year


def stays(examined: Examined, last: str | None) -> float:
    """How much sooner a document answers because the last turn was answered from it."""
    if not last or examined.document != last.partition("/")[0]:
        return 0.0
    return LEANING if any(concept.borrowed for concept in examined.read.concepts) else SAME_DOCUMENT
