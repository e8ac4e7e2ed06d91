"""Evidence that a sentence answers a question: each piece a number between 0 and 1, named, and weighed by weights.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.answering.concepts import Concept
from bot.answering.question import Question
from bot.answering.reading import LIGHT_WEIGHT, ReadQuestion
from bot.index.hints import Hint
from bot.index.index import Group
from bot.index.protocol import Field, Hit, Retriever, Terms
from bot.index.sentences import SentenceView
from bot.knowledge.model import Kind
from bot.language.analysis import ROOT_MARK, Analyser, Word
from bot.language.answer_types import AnswerType, missing_types
from bot.language.function_words import FUNCTION_WORDS
from bot.language.tokens import tokenize
from bot.language.vocabulary import WordClass

RETRIEVAL_WEIGHTS: Mapping[Field, float] = {
    Field.FORMS: 5.0, Field.WORDS: 0.5, Field.PARTS: 1.0, Field.GRAMS: 1.0, Field.RELATED: 0.5, Field.HINTS: 0.7,
}  # fmt: skip
"""How the fields add up when candidates are picked; the final order is made from all evidence."""

CANDIDATES, SURE_CANDIDATES, CANDIDATE_SHARE = 40, 10, 0.2
"""At most so many passages are weighed; beyond the first few only those with this share of the best one's score."""
BEST_HINTS = 12


@dataclass(slots=True)
class Candidate:
    """One sentence with its evidence.

    Attributes:
        features: name -> value, see `FEATURES`.
        score: the features weighed for ranking.
        vetoes: kinds of answer that are asked for and not there.
    """

    passage: int
    sentence: int
    features: dict[str, float]
    score: float
    vetoes: frozenset[AnswerType]


FEATURES = (
    "own",  # share of the question that the sentence's own words cover
    "wide",  # the same with its hints, heading and neighbours
    "nouns",  # the same of its nouns alone
    "hint",  # likeness of the question to the hint that is most like it
    "hint_cover",  # share of the question that the sentence and one of its hints cover together
    "hint_passage",  # the same for hints of the other sentences of the passage
    "forms",  # BM25 of the very words, function words too
    "words",  # BM25 of the passage, as a share of what the question could attain
    "parts",
    "grams",
    "sentence_grams",  # share of the question's n-grams, weighed by idf, that the sentence itself has
    "related",
    "hints",
    "loose",  # share of the question that goes together with words of the sentence
    "typed",  # it asks for a kind of answer and the sentence holds it
    "counted",  # it asks for a number of something and the sentence numbers that
    "veto",  # kinds of answer asked for and absent
    "other_kind",  # another kind of text than the question asks for
    "brevity",  # the sentence's share of words that the question is about
)


def search_terms(read: ReadQuestion) -> dict[Field, Terms]:
    """What a retriever is asked: the question's own words, parts and n-grams, and apart from them what may stand for them."""
    words: dict[str, float] = {}
    parts: dict[str, float] = {}
    grams: dict[str, float] = {}
    related: dict[str, float] = {}
    for concept in read.concepts:
        share = _share(concept)
        words[concept.word.stem] = share
        for root in concept.word.roots():
            parts[root] = max(parts.get(root, 0.0), share)
        for gram in concept.word.grams():
            grams[gram] = max(grams.get(gram, 0.0), share)
        for keys in (concept.keys, *concept.parts):
            for key, quality in keys.items():
                related[key] = max(related.get(key, 0.0), share * quality)
    hints = {key: weight for key, weight in related.items() if not key.startswith(ROOT_MARK)}
    # Near-verbatim questions (of statutes) are told apart by the very words, function words too.
    forms = {token.form: 1.0 for token in tokenize(read.question.text)}
    return {Field.FORMS: forms, Field.WORDS: words, Field.PARTS: parts, Field.GRAMS: grams, Field.RELATED: related, Field.HINTS: hints}


def _share(concept: Concept) -> float:
    return LIGHT_WEIGHT if concept.word.light else 1.0


def gather(
    read: ReadQuestion,
    index: Group,
    retriever: Retriever,
    hinted: Mapping[str, float],
    plain: Mapping[str, float],
    among: Sequence[range] | None = None,
) -> list[Candidate]:
    """Every sentence of the passages that may answer, with its evidence, best first.

    Args:
        hinted, plain: weights of the features, for passages with and without hints.
        among: stretches of passages that alone count; None for all.
    """
    total = sum(c.weight for c in read.concepts)
    if not total:
        return []
    terms = search_terms(read)
    hits = retriever.search(terms, RETRIEVAL_WEIGHTS, CANDIDATES, among)
    hits = [hit for place, hit in enumerate(hits) if place < SURE_CANDIDATES or hit.score >= CANDIDATE_SHARE * hits[0].score]
    # What the question itself could score, without all that may stand for its words.
    attainable = {field: retriever.attainable(field, terms[field]) for field in (Field.FORMS, Field.WORDS, Field.PARTS, Field.GRAMS)}
    attainable[Field.HINTS] = attainable[Field.RELATED] = attainable[Field.WORDS]
    hints, covers = hint_likeness(read, index)
    # Passages that a hint points at are candidates too.
    listed = {hit.number for hit in hits}
    pointed_at = [p for p in dict.fromkeys(p for p, _ in hints) if p not in listed]
    hits += [Hit(p, 0.0, {}) for p in pointed_at if among is None or any(p in stretch for stretch in among)]
    grams = {gram: weight * retriever.idf(Field.GRAMS, gram) for gram, weight in terms[Field.GRAMS].items()}
    concepts = [(concept, concept.weight, concept.word.word_class is WordClass.NOUN) for concept in read.concepts]
    sought = _Sought(
        read, concepts, total, sum(weight for _, weight, is_noun in concepts if is_noun), grams, sum(grams.values()) or 1.0,
        _counted(read.question, index.analyser), hints, covers,
    )  # fmt: skip
    forms = read.question.forms
    # Of what the sentences hold only what the question speaks of is read.
    wanted = {key for c in read.concepts for keys in (c.keys, *c.parts, c.loose) for key in keys}
    wanted |= {word for c in read.concepts for term, _ in c.phrases for word in term}
    views = index.sentences.views_of([hit.number for hit in hits], wanted, grams)
    found: list[Candidate] = []
    for hit in hits:
        shares = {f.value: min(1.0, hit.evidence.get(f, 0.0) / most) if most else 0.0 for f, most in attainable.items()}
        weights = hinted if index.hints.has(hit.number) else plain
        pointed = [(sentence, value) for (passage, sentence), value in hints.items() if passage == hit.number]
        for view in views[hit.number]:
            beside = max([value for sentence, value in pointed if sentence != view.sentence], default=0.0)
            features = _features(sought, view, index, shares, beside)
            missing = missing_types(read.question.demand, forms, view.facts, index.passage_facts(hit.number))
            features["veto"] = float(len(missing))
            features["typed"] = float(bool(read.question.asked & _TYPED) and not missing)
            if AnswerType.NUMBER in read.question.asked and AnswerType.NUMBER not in missing and sought.counted and not features["counted"]:
                missing |= {AnswerType.NUMBER}
            score = sum([weights.get(name, 0.0) * value for name, value in features.items()])
            found.append(Candidate(view.passage, view.sentence, features, score, missing))
    found.sort(key=lambda c: (-c.score, c.passage, c.sentence))
    return found


_TYPED = frozenset({AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.NUMBER, AnswerType.DURATION, AnswerType.AGE, AnswerType.DATE, AnswerType.WHEN, AnswerType.REASON, AnswerType.CONDITION, AnswerType.PLACE})  # fmt: skip


class _Sought(NamedTuple):
    """What is the same for every sentence of one question."""

    read: ReadQuestion
    concepts: list[tuple[Concept, float, bool]]
    total: float
    noun_weight: float
    grams: Mapping[str, float]
    gram_total: float
    counted: Word | None
    hints: Mapping[tuple[int, int | None], float]
    covers: Mapping[tuple[int, int | None], float]


def _features(sought: _Sought, view: SentenceView, index: Group, shares: Mapping[str, float], beside: float) -> dict[str, float]:
    own = wide = loose = nouns = 0.0
    for concept, weight, is_noun in sought.concepts:
        covered = concept.match(view.wide)
        if covered:
            own += weight * concept.match(view.own)
            wide += weight * covered
            if is_noun:
                nouns += weight * covered
        if covered < 0.5 and concept.loose:
            loose += weight * concept.loose_match(view.wide)
    here, whole = (view.passage, view.sentence), (view.passage, None)
    grams, total, question = sought.grams, sought.total, sought.read.question
    return {
        "own": own / total,
        "wide": wide / total,
        "nouns": nouns / sought.noun_weight if sought.noun_weight else 0.0,
        "hint": max(sought.hints.get(here, 0.0), sought.hints.get(whole, 0.0)),
        "hint_cover": max(sought.covers.get(here, 0.0), sought.covers.get(whole, 0.0)),
        "hint_passage": beside,
        **shares,
        "sentence_grams": sum([grams[gram] for gram in view.grams.intersection(grams)]) / sought.gram_total,
        "loose": loose / total,
        "counted": float(sought.counted is not None and _numbers(sought.read, view, sought.counted)),
        "other_kind": _kind_mismatch(question, index.kind_of(view.passage)),
        "brevity": min(1.0, 2.0 * len(sought.concepts) / (view.length or 1)),
    }


def _numbers(read: ReadQuestion, view: SentenceView, counted: Word) -> bool:
    """Whether the sentence puts a number before what the question counts."""
    concept = next((c for c in read.concepts if c.word.stem == counted.stem), None)
    keys = concept.keys if concept else {counted.stem: 1.0, ROOT_MARK + counted.root: 1.0}
    return any(key in keys for key in view.counted_keys)


def _counted(question: Question, analyser: Analyser) -> Word | None:
    """The noun that the question counts."""
    for form in question.demand.counted:
        if form in FUNCTION_WORDS:
            continue
        word = analyser.word(form)
        if word.word_class is WordClass.VERB:
            return None
        if word.word_class is WordClass.NOUN and (not word.light or form in PEOPLE):
            return word
    return None


PEOPLE = frozenset(("mensen mens personen persoon man vrouw").split())


def _kind_mismatch(question: Question, kind: Kind) -> float:
    if question.kind is None or kind is question.kind:
        return 0.0
    # Remarks of whoever renders an agreement are easily taken for its own text, and the other way round.
    return 0.5 if Kind.COMMENTARY not in (kind, question.kind) else 1.0


def hint_likeness(read: ReadQuestion, index: Group) -> tuple[dict[tuple[int, int | None], float], dict[tuple[int, int | None], float]]:
    """How like the question is to the hints that are most like it.

    Returns:
        Two mappings from (passage, sentence or None), for the `BEST_HINTS` best hints: the F1 of the words they share, weighed
        by idf; and the share of the question that the sentence and one of its hints cover together.
    """
    if not index.hints:
        return {}, {}
    terms: dict[str, float] = {}
    for concept in read.concepts:
        share = _share(concept)
        for key, quality in concept.keys.items():
            terms[key] = max(terms.get(key, 0.0), share * quality)
    total = sum(c.weight for c in read.concepts)
    found: dict[tuple[int, int | None], float] = {}
    covers: dict[tuple[int, int | None], float] = {}
    for hint in index.hints.best(terms, BEST_HINTS):
        place = (hint.passage, hint.sentence)
        value, cover = _likeness(read, hint, total, index)
        found[place] = max(found.get(place, 0.0), value)
        covers[place] = max(covers.get(place, 0.0), cover)
    return found, covers


def _likeness(read: ReadQuestion, hint: Hint, total: float, index: Group) -> tuple[float, float]:
    strengths = hint.strengths
    own = index.views(hint.passage)[hint.sentence].own if hint.sentence is not None else {}
    matches = [(c.weight, c.match(strengths), c.match(own)) for c in read.concepts]
    recall = sum(weight * match for weight, match, _ in matches) / total
    cover = sum(weight * max(match, beside) for weight, match, beside in matches) / total
    wanted = {key for c in read.concepts for key in c.keys}
    weigh = [(LIGHT_WEIGHT if w.light else 1.0) * index.hints.idf(w.stem) for w in hint.words]
    covered = [w for w, word in zip(weigh, hint.words, strict=True) if word.stem in wanted or ROOT_MARK + word.root in wanted]
    precision = sum(covered) / (sum(weigh) or 1.0)
    return (2 * recall * precision / (recall + precision) if recall + precision else 0.0), cover
