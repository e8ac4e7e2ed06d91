"""Questions that compare: two sides, or old and new."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.answering.blocks import LOOKED_AT
from bot.answering.chosen_list import NOUN_SHARE, about, share
from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS, bare
from bot.answering.lists import SUBJECT_COVER
from bot.answering.reading import ReadQuestion
from bot.answering.shelf import Examined
from bot.language.answer_types import AnswerType
from bot.language.function_words import is_content
from bot.language.stems import stem
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import WordClass


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
    return bool(nouns or words) and share(nouns, view.wide) >= (NOUN_SHARE if nouns else 0.0)


def holds_amount(examined: Examined, candidate: Candidate) -> bool:
    """Whether a sentence has an amount of money, which 'hoeveel' may well want, and lacks nothing else."""
    sentence = examined.shelf.index.passages[candidate.passage].sentences[candidate.sentence]
    return candidate.vetoes == {AnswerType.NUMBER} and "€" in sentence.text


def subject_nouns(read: ReadQuestion) -> list[Concept]:
    """The nouns that a question is about, without those that only say what is done with them."""
    beside = PATTERNS.words("comparing")
    return [c for c in about(read) if c.word.word_class is WordClass.NOUN and c.word.form not in beside and not c.word.form.isdecimal()]


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
        term: what the question calls it, without an article.
    """

    question: str
    words: tuple[str, ...]
    term: str


def sides(text: str) -> tuple[Side, Side] | None:
    """A question that compares, asked of each side alone; None where it names no two sides."""
    folded = bare(text)
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
    return (
        Side(_without(folded, only_other), tuple(only_one), _without(one, ("een", "de", "het"))),
        Side(_without(folded, only_one), tuple(only_other), _without(other, ("een", "de", "het"))),
    )


def compares_something(text: str) -> bool:
    """Whether a question says in what two things may differ: in price, in time; else it asks what each of them is."""
    return bool(PATTERNS["differ_in"].search(bare(text)))


def sets_apart(text: str) -> bool:
    """Whether a sentence that names two things says what sets them apart, and does not only name them together."""
    return bool(PATTERNS["sets_apart"].search(" ".join(fold(text).split())))


def _content(text: str) -> list[str]:
    return [token.form for token in tokenize(text) if is_content(token)]


def _without(text: str, words: Sequence[str]) -> str:
    return " ".join(part for part in text.split() if part.strip(",.?!") not in words)
