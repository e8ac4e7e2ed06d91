"""Gates: rules that forbid an answer whatever the features say, for what no likeness can make good.

Each gate is a function of what is weighed that gives a refusal or None. They are asked in the order of `GATES`, and the first refusal
counts. The wordings that they look for are data, see data/gates.yaml.
"""

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from bot.answering import mentions
from bot.answering.evidence import Candidate
from bot.answering.reading import ReadQuestion
from bot.answering.reply import Reason
from bot.index.index import Group, SourceFacts
from bot.index.sentences import SentenceView
from bot.knowledge.model import Document, Kind, Passage
from bot.language.analysis import Analyser
from bot.language.answer_types import AnswerType
from bot.language.patterns import PatternFile
from bot.language.tokens import fold, tokenize
from bot.language.vocabulary import names

PATTERNS = PatternFile(Path(__file__).parent / "data" / "gates.yaml")

ONE_WORD = 0.75
"""How well a sentence itself must cover a question of one word: there is nothing else to tell that it is what was meant."""

NAME_COVER, WORD_COVER, SPEAKER_COVER = 0.6, 0.6, 0.8
"""How well a passage must cover a name, a word of a procedure, and whoever's opinion is asked for."""

LINK_COVER = 0.6
"""Share of a question that a link must cover before it can win."""

KEPT_TEXTS = 8
"""Documents whose folded text is kept."""


class Refusal(NamedTuple):
    """Why there is no answer.

    Attributes:
        reason: what is said of it.
        missing: what the reason speaks of: a name, a year, a heading.
        gate: the name of the gate.
    """

    reason: Reason
    missing: str = ""
    gate: str = ""


class FoldedText(Container[str]):
    """The folded text of a document, folded when it is first asked for a word: few questions ask."""

    def __init__(self, document: Document) -> None:
        self._document = document

    @cached_property
    def _text(self) -> str:
        return fold(self._document.text)

    def __contains__(self, words: object) -> bool:
        return isinstance(words, str) and words in self._text


class Scope:
    """What the sources as a whole do and don't speak of: years, agreements, sections without text, links to other pages.

    Args:
        analyser: reads the words.
        documents: all of them.
        facts: see `index.SourceFacts`.
    """

    def __init__(self, analyser: Analyser, documents: Sequence[Document], facts: SourceFacts) -> None:
        self._analyser, self._documents = analyser, documents
        self.years = facts.years
        self._titles = [title for title, _ in facts.empty]
        self._title_of: dict[str, int] = {}
        for number, (_, stems) in enumerate(facts.empty):
            for stem in stems:
                self._title_of.setdefault(stem, number)
        self._links = facts.links
        self._links_with: dict[str, list[int]] = {}
        for number, link in enumerate(facts.links):
            for stem in link:
                self._links_with.setdefault(stem, []).append(number)
        self._folded: dict[str, FoldedText] = {}

    def folded_text(self, document: Document) -> FoldedText:
        """The whole text of a document, folded."""
        text = self._folded.get(document.id)
        if text is None:
            if len(self._folded) >= KEPT_TEXTS:
                self._folded.clear()
            text = self._folded[document.id] = FoldedText(document)
        return text

    def other_agreement(self, text: str) -> str:
        """The agreement or cabinet that a question names and that no source is about, or ''."""
        return mentions.other_agreement(text, self._documents, self._analyser.source_words)

    def empty_section(self, read: ReadQuestion) -> str:
        """The title of a section without text that the question is about, or ''."""
        keys = [key for c in read.concepts for part in (c.keys, *c.parts) for key, quality in part.items() if quality >= 0.9]
        number = min((self._title_of[key] for key in keys if key in self._title_of), default=None)
        return "" if number is None else self._titles[number]

    def link_wins(self, read: ReadQuestion, top: Candidate) -> bool:
        """Whether a sentence that only points to another page covers the question better than the best answer does."""
        total = sum(c.weight for c in read.concepts) or 1.0
        # Each link with the most that it could cover, so that only the few that may win are looked at closely.
        most: dict[int, float] = {}
        for concept in read.concepts:
            words = {
                *concept.keys,
                *(key for part in concept.parts for key in part),
                *(word for term, _ in concept.phrases for word in term),
            }
            for number in {number for word in words for number in self._links_with.get(word, ())}:
                most[number] = most.get(number, 0.0) + concept.weight
        near = [dict.fromkeys(self._links[number], 1.0) for number, weight in most.items() if weight / total > LINK_COVER]
        best = max((sum(c.weight * c.match(link) for c in read.concepts) / total for link in near), default=0.0)
        return best > LINK_COVER and best > top.features["own"] + 0.1


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a gate looks at: a question, the sentence that would answer it, and the sources.

    Attributes:
        top: the best candidate, None where nothing was found.
    """

    read: ReadQuestion
    top: Candidate | None
    index: Group
    scope: Scope

    @property
    def asked(self) -> str:
        """The question itself, folded."""
        return self.read.question.focus_text

    @property
    def best(self) -> Candidate:
        """The best candidate, for a gate that is asked only where there is one."""
        assert self.top is not None
        return self.top

    @property
    def view(self) -> SentenceView:
        return self.index.views(self.best.passage)[self.best.sentence]

    @property
    def passage(self) -> Passage:
        return self.index.passages[self.best.passage]

    @property
    def sentence(self) -> str:
        """The best sentence, folded."""
        return fold(self.passage.sentences[self.best.sentence].text)

    @property
    def document_text(self) -> Container[str]:
        """The folded text of the passage's whole document."""
        return self.scope.folded_text(self.passage.document)

    def cover(self, form: str) -> float:
        """How well the passage covers a folded word of the question; 1 for a word that is none of its content words."""
        concept = next((c for c in self.read.concepts if c.word.form == form), None)
        return 1.0 if concept is None else concept.match(self.view.wide)


def other_agreement(case: Weighed) -> Refusal | None:
    """An agreement or cabinet that no source is about."""
    other = case.scope.other_agreement(case.read.question.text)
    return Refusal(Reason.OTHER_AGREEMENT, other) if other else None


def other_year(case: Weighed) -> Refusal | None:
    """A year that no source names."""
    years = [year for year in case.read.question.years if year not in case.scope.years]
    return Refusal(Reason.OTHER_YEAR, str(years[0])) if years else None


def nothing_near(case: Weighed) -> Refusal | None:
    """No sentence shares anything with the question."""
    return Refusal(Reason.NOTHING) if case.top is None else None


def one_word(case: Weighed) -> Refusal | None:
    """A question of one word, which the sentence itself does not have."""
    concepts = case.read.concepts
    if len(concepts) == 1 and max(concepts[0].match(case.view.own), case.best.features["hint"]) < ONE_WORD:
        return Refusal(Reason.NEAREST)
    return None


def other_name(case: Weighed) -> Refusal | None:
    """A party, person or place that no source names."""
    forms = {c.word.form for c in case.read.concepts}
    for name in case.read.unknown_names:
        if fold(name) not in forms or case.cover(fold(name)) < NAME_COVER:
            return Refusal(Reason.OTHER_NAME, name)
    return None


def answer_type(case: Weighed) -> Refusal | None:
    """A kind of answer that nothing can stand in for, an amount or a date, and that is absent."""
    for wanted, reason in CLOSED:
        if wanted in case.best.vetoes:
            return Refusal(reason)
    return None


def named_time(case: Weighed) -> Refusal | None:
    """A month, a day of the week or an age that the document does not name."""
    time = PATTERNS["named_time"].search(case.asked)
    return Refusal(Reason.NO_DATE, time.group()) if time and time.group() not in case.document_text else None


def other_cabinet(case: Weighed) -> Refusal | None:
    """The previous cabinet, the Flemish government: another than the sentence speaks of."""
    other = PATTERNS["other_cabinet"].search(case.asked)
    if other and other.group().split()[0].rstrip("e") not in case.sentence:
        return Refusal(Reason.OTHER_AGREEMENT, other.group())
    return None


def opinion(case: Weighed) -> Refusal | None:
    """The opinion of someone whom the sentence does not speak of."""
    holder = opinion_holder(case.asked)
    if not holder or PATTERNS["speakers"].search(holder):
        return None
    words = {token.form for token in tokenize(holder)} - PATTERNS.words("small")
    if not words or any(mentions.is_of(word, voice) for voice in mentions.voices(case.passage.document) for word in words):
        return None
    if any(c.match(case.view.own) >= SPEAKER_COVER for c in case.read.concepts if c.word.form in words):
        return None
    return Refusal(Reason.NO_OPINION)


def opinion_holder(asked: str) -> str:
    """Whose opinion a folded question asks for, or ''."""
    match = PATTERNS["opinion"].search(asked)
    return (match["who"] or match["of"] or match["bare"] or "").strip(" ?.,") if match else ""


def procedure(case: Weighed) -> Refusal | None:
    """A form, a desk or a step of a procedure that the passage does not speak of."""
    if not (PATTERNS["how_to"].search(case.asked) or PATTERNS["desk"].search(case.asked)):
        return None
    for match in PATTERNS["procedure"].finditer(case.asked):
        if match.group() not in case.sentence and case.cover(match.group()) < WORD_COVER:
            return Refusal(Reason.NO_PROCEDURE)
    return None


def behind_link(case: Weighed) -> Refusal | None:
    """What stands on another page, to which the sentence only points."""
    if not PATTERNS["pointer"].search(case.sentence):
        return None
    named = PATTERNS["source_named"].search(case.asked)
    if PATTERNS["behind_link"].search(case.asked) or (named and named.group(1) in case.sentence):
        return Refusal(Reason.ONLY_A_LINK)
    return None


def number_now(case: Weighed) -> Refusal | None:
    """How many there are now, where the sentence says how many there will be."""
    asked, sentence = case.asked, case.sentence
    now, later = PATTERNS["now"], PATTERNS["future"]
    if AnswerType.NUMBER in case.read.question.asked and now.search(asked) and not now.search(sentence) and later.search(sentence):
        return Refusal(Reason.NO_NUMBER)
    return None


def party(case: Weighed) -> Refusal | None:
    """Someone's party, where the sentence names none."""
    if PATTERNS["party"].search(case.asked) and not any(names().get(name) == "partijen" for name in case.view.facts.names):
        return Refusal(Reason.NO_NAME)
    return None


def other_municipality(case: Weighed) -> Refusal | None:
    """'Bij ons in Gouda', where the document does not name Gouda."""
    if not PATTERNS["here"].search(case.asked):
        return None
    for token in tokenize(case.read.question.text):
        if token.capitalised and names().get(token.form) == "nederlandse gemeenten" and token.form not in case.document_text:
            return Refusal(Reason.OTHER_NAME, token.surface)
    return None


def no_number(case: Weighed) -> Refusal | None:
    """A number of things, where no sentence of the passage has a number."""
    if AnswerType.NUMBER in case.best.vetoes and not case.index.passage_facts(case.best.passage).counted:
        return Refusal(Reason.NO_NUMBER)
    return None


def empty_section(case: Weighed) -> Refusal | None:
    """The agreement's own words on a heading that has no text."""
    question, title = case.read.question, case.scope.empty_section(case.read)
    if title and question.document_asked and question.kind is not Kind.COMMENTARY:
        return Refusal(Reason.EMPTY_SECTION, title)
    return None


def only_a_link(case: Weighed) -> Refusal | None:
    """A question that a link to another page covers better than any sentence."""
    return Refusal(Reason.ONLY_A_LINK) if case.scope.link_wins(case.read, case.best) else None


def bare_question(case: Weighed) -> Refusal | None:
    """'Waarom?' and 'Hoe lang?' ask for nothing but that kind of answer."""
    if case.best.vetoes and not any(not c.borrowed and not c.word.light for c in case.read.concepts):
        return Refusal(missing_reason(case.best.vetoes))
    return None


def two_missing(case: Weighed) -> Refusal | None:
    """Two kinds of answer that are asked for and absent."""
    return Refusal(missing_reason(case.best.vetoes)) if len(case.best.vetoes) >= 2 else None


class Gate(NamedTuple):
    """A named rule.

    Attributes:
        refuse: gives a refusal, or None where it has nothing against an answer.
    """

    name: str
    refuse: Callable[[Weighed], Refusal | None]


GATES = tuple(
    Gate(rule.__name__, rule)
    for rule in (
        other_agreement, other_year, nothing_near, one_word, other_name, answer_type, named_time, other_cabinet, opinion, procedure,
        behind_link, number_now, party, other_municipality, no_number, empty_section, only_a_link, bare_question, two_missing,
    )
)  # fmt: skip
"""Every gate, in order. Those after `nothing_near` are asked only where there is a sentence."""


def first_refusal(case: Weighed, left_out: Collection[str] = ()) -> Refusal | None:
    """The refusal of the first gate that has one.

    Args:
        left_out: names of gates that are not asked.
    """
    for gate in GATES:
        if gate.name in left_out and gate.refuse is not nothing_near:
            continue
        refusal = gate.refuse(case)
        if refusal:
            return refusal._replace(gate=gate.name)
    return None


CLOSED = (
    (AnswerType.AMOUNT, Reason.NO_AMOUNT),
    (AnswerType.PERCENTAGE, Reason.NO_PERCENTAGE),
    (AnswerType.DATE, Reason.NO_DATE),
    (AnswerType.AGE, Reason.NO_AGE),
    (AnswerType.DURATION, Reason.NO_DURATION),
    (AnswerType.FREQUENCY, Reason.NO_FREQUENCY),
    (AnswerType.CONTACT, Reason.NO_CONTACT),
    (AnswerType.NAME, Reason.NO_NAME),
    (AnswerType.CONDITION, Reason.NO_CONDITION),
    (AnswerType.WHICH_PLACE, Reason.NO_PLACE),
)
"""Kinds of answer that nothing can stand in for: where one is asked for and absent, there is no answer."""


def missing_reason(vetoes: Collection[AnswerType]) -> Reason:
    """What is said where kinds of answer are absent."""
    for wanted, reason in (*CLOSED, (AnswerType.NUMBER, Reason.NO_NUMBER), (AnswerType.PLACE, Reason.NO_PLACE)):
        if wanted in vetoes:
            return reason
    return Reason.NEAREST
