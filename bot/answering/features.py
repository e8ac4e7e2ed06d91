"""What speaks for a sentence as the answer: each feature a number of about 0 to 1, named, and weighed by weights.yaml."""

from collections.abc import Mapping, Sequence
from operator import mul
from typing import NamedTuple

from bot.answering.concepts import Concept
from bot.answering.nearness import Vectors
from bot.answering.question import Question
from bot.answering.reading import LIGHT_WEIGHT, ReadQuestion
from bot.index.hints import Hint
from bot.index.index import Group
from bot.index.protocol import Field, Hit, Retriever, Terms
from bot.index.sentences import SentenceView
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


class Candidate:
    """One sentence with its features.

    Attributes:
        features: name -> value, see `FEATURES`.
        score: the features weighed for ranking.
        vetoes: answer types that are asked for and not there.
        cosine: of its vector and the question's; 0 without vectors.
    """

    __slots__ = ("cosine", "features", "passage", "score", "sentence", "vetoes")

    def __init__(
        self, passage: int, sentence: int, features: dict[str, float], score: float, vetoes: frozenset[AnswerType], cosine: float = 0.0
    ) -> None:
        self.passage, self.sentence, self.features = passage, sentence, features
        self.score, self.vetoes, self.cosine = score, vetoes, cosine


FEATURES = (
    "wide",  # share of the question that the sentence covers, with its hints, heading and neighbours
    "own",  # the same by its own words alone
    "hint",  # likeness of the question to the hint that is most like it
    "hint_cover",  # share of the question that the sentence and one of its hints cover together
    "forms",  # BM25 of the very words of the passage, function words too, as a share of what the question could attain
    "grams",  # the same of character n-grams
    "related",  # the same of what may stand for the question's words
    "hints",  # the same of the words of its hints
    "sentence_grams",  # share of the question's n-grams, weighed by idf, that the sentence itself has
    "typed",  # it asks for an answer type and the sentence offers it
    "counted",  # it asks for a number of something and the sentence numbers that
    "veto",  # answer types that are asked for and absent
    "sentence_vector",  # how far the sentence's vector stands out in nearness to the question's; 0 without vectors
    "passage_vector",  # the same of the passage with its headings
)


VECTOR_FEATURES = ("sentence_vector", "passage_vector")
"""Those that are 0 where there are no vectors."""


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


class Gathering:
    """Every sentence of the passages that may answer one question, with its features.

    What words say of them is worked out once, whether vectors are asked afterwards or not.

    Args:
        among: stretches of passages that alone count; None for all.
    """

    def __init__(self, read: ReadQuestion, index: Group, retriever: Retriever, among: Sequence[range] | None = None) -> None:
        self._read, self._index, self._retriever, self._among = read, index, retriever, among
        self._by_words: dict[int, list[_ByWords]] = {}
        self._hits: list[Hit] = []
        total = sum(c.weight for c in read.concepts)
        if not total:
            return
        self._terms = terms = search_terms(read)
        hits = retriever.search(terms, RETRIEVAL_WEIGHTS, CANDIDATES, among)
        hits = [hit for place, hit in enumerate(hits) if place < SURE_CANDIDATES or hit.score >= CANDIDATE_SHARE * hits[0].score]
        # What the question itself could score, without all that may stand for its words.
        self._attainable = {field: retriever.attainable(field, terms[field]) for field in (Field.FORMS, Field.GRAMS)}
        self._attainable[Field.HINTS] = self._attainable[Field.RELATED] = retriever.attainable(Field.WORDS, terms[Field.WORDS])
        hints, covers = hint_likeness(read, index)
        # Passages that a hint points at are candidates too.
        listed = {hit.number for hit in hits}
        pointed_at = [p for p in dict.fromkeys(p for p, _ in hints) if p not in listed]
        self._hits = hits + [Hit(p, 0.0, {}) for p in pointed_at if among is None or any(p in stretch for stretch in among)]
        grams = {gram: weight * retriever.idf(Field.GRAMS, gram) for gram, weight in terms[Field.GRAMS].items()}
        self._sought = _Sought(read, total, grams, sum(grams.values()) or 1.0, _counted(read.question, index.analyser), hints, covers)
        # Of what the sentences hold only what the question speaks of is read.
        self._wanted = {key for c in read.concepts for keys in (c.keys, *c.parts) for key in keys}
        self._wanted |= {word for c in read.concepts for term, _ in c.phrases for word in term}

    def candidates(self, hinted: Mapping[str, float], plain: Mapping[str, float], vectors: Vectors | None = None) -> list[Candidate]:
        """The sentences, best first.

        Args:
            hinted, plain: weights of the features, for passages with and without hints.
            vectors: of the group; None to go by words alone.
        """
        if not self._hits:
            return []
        hits, near = self._hits, None
        if vectors is not None:
            text = " ".join([self._read.question.text, *(c.word.form for c in self._read.concepts if c.borrowed)])
            hits = hits + _hits_of(vectors.nearest(text), hits, self._retriever, self._terms, self._among)
            near = vectors.nearness(text, [hit.number for hit in hits])
        self._weigh_words([hit for hit in hits if hit.number not in self._by_words])
        names = next((tuple(words) for of_passage in self._by_words.values() for words, _ in of_passage), ())
        weights = {has_hints: [of.get(name, 0.0) for name in names] for has_hints, of in ((True, hinted), (False, plain))}
        candidates: list[Candidate] = []
        for hit in hits:
            of_passage = weights[self._index.hints.has(hit.number)]
            for sentence, (words, missing) in enumerate(self._by_words[hit.number]):
                features, cosine, here = words.copy(), 0.0, (hit.number, sentence)
                if near:
                    cosine = near.cosines[here]
                    features["sentence_vector"], features["passage_vector"] = near.sentences[here], near.passages[hit.number]
                score = sum(map(mul, of_passage, features.values()))
                candidates.append(Candidate(hit.number, sentence, features, score, missing, cosine))
        candidates.sort(key=lambda c: (-c.score, c.passage, c.sentence))
        return candidates

    def _weigh_words(self, hits: Sequence[Hit]) -> None:
        """Work out what words say of the sentences of some passages."""
        index, sought, question = self._index, self._sought, self._read.question
        views, forms = index.sentences.views_of([hit.number for hit in hits], self._wanted, sought.grams), question.forms
        for hit in hits:
            shares = {f.value: min(1.0, hit.evidence.get(f, 0.0) / most) if most else 0.0 for f, most in self._attainable.items()}
            of_passage = self._by_words[hit.number] = []
            for view in views[hit.number]:
                features = _features(sought, view, shares)
                missing = missing_types(question.demand, forms, view.facts, index.passage_facts(hit.number))
                features["veto"] = float(len(missing))
                features["typed"] = float(bool(question.asked & _TYPED) and not missing)
                if AnswerType.NUMBER in question.asked and AnswerType.NUMBER not in missing and sought.counted and not features["counted"]:
                    missing |= {AnswerType.NUMBER}
                of_passage.append(_ByWords(features, missing))


class _ByWords(NamedTuple):
    """What words say of one sentence: its features, those of vectors 0, and the answer types that are asked for and not there."""

    features: dict[str, float]
    missing: frozenset[AnswerType]


_TYPED = frozenset({AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.NUMBER, AnswerType.DURATION, AnswerType.AGE, AnswerType.DATE, AnswerType.WHEN, AnswerType.REASON, AnswerType.CONDITION, AnswerType.PLACE})  # fmt: skip


class _Sought(NamedTuple):
    """What is the same for every sentence of one question."""

    read: ReadQuestion
    total: float
    grams: Mapping[str, float]
    gram_total: float
    counted: Word | None
    hints: Mapping[tuple[int, int | None], float]
    covers: Mapping[tuple[int, int | None], float]


def _hits_of(
    passages: Sequence[int], hits: Sequence[Hit], retriever: Retriever, terms: Mapping[Field, Terms], among: Sequence[range] | None
) -> list[Hit]:  # fmt: skip
    """Passages that are no hits yet as hits, with what BM25 says of each."""
    listed = {hit.number for hit in hits}
    more = [p for p in passages if p not in listed and (among is None or any(p in stretch for stretch in among))]
    scored = (
        {hit.number: hit for hit in retriever.search(terms, RETRIEVAL_WEIGHTS, len(more), [range(p, p + 1) for p in sorted(more)])}
        if more
        else {}
    )
    return [scored.get(p) or Hit(p, 0.0, {}) for p in more]


def _features(sought: _Sought, view: SentenceView, shares: Mapping[str, float]) -> dict[str, float]:
    wide = own = 0.0
    for concept in sought.read.concepts:
        covered = concept.match(view.wide)
        if covered:
            wide += concept.weight * covered
            own += concept.weight * concept.match(view.own)
    here, whole = (view.passage, view.sentence), (view.passage, None)
    grams = sought.grams
    return {
        "wide": wide / sought.total,
        "own": own / sought.total,
        "hint": max(sought.hints.get(here, 0.0), sought.hints.get(whole, 0.0)),
        "hint_cover": max(sought.covers.get(here, 0.0), sought.covers.get(whole, 0.0)),
        **shares,
        "sentence_grams": sum([grams[gram] for gram in view.grams.intersection(grams)]) / sought.gram_total,
        "counted": float(sought.counted is not None and _numbers(sought.read, view, sought.counted)),
        "sentence_vector": 0.0,
        "passage_vector": 0.0,
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
