"""What speaks for a sentence as the answer: each feature a number of about 0 to 1, named, and weighed by weights.yaml."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from bot.answering.concepts import Concept
from bot.answering.coverage import Coverage
from bot.answering.nearness import Vectors
from bot.answering.question import Question
from bot.answering.reading import LIGHT_WEIGHT, ReadQuestion
from bot.index.facts import counted_keys
from bot.index.group import Group
from bot.index.protocol import Field, Hit, Retriever, Terms
from bot.index.schema import Floats, Integers
from bot.language.analysis import ROOT_MARK, Analyser, Word
from bot.language.answer_types import AnswerType, missing_types
from bot.language.function_words import FUNCTION_WORDS
from bot.language.tokens import tokenize
from bot.language.vocabulary import WordClass
from bot.named import NamedTuple

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
        self, passage: int, sentence: int, features: Mapping[str, float], score: float, vetoes: frozenset[AnswerType], cosine: float = 0.0
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


def text_of(read: ReadQuestion) -> str:
    """What the vector of a question is made of: its text, with the words that it took over."""
    return " ".join([read.question.text, *(c.word.form for c in read.concepts if c.borrowed)])


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
        self._by_words: list[_ByWords] = []
        self._hits: list[Hit] = []
        self._total = sum(c.weight for c in read.concepts)
        if not self._total:
            return
        self._terms = terms = search_terms(read)
        hits = retriever.search(terms, RETRIEVAL_WEIGHTS, CANDIDATES, among)
        hits = [hit for rank, hit in enumerate(hits) if rank < SURE_CANDIDATES or hit.score >= CANDIDATE_SHARE * hits[0].score]
        # What the question itself could score, without all that may stand for its words.
        self._attainable = {field: retriever.attainable(field, terms[field]) for field in (Field.FORMS, Field.GRAMS)}
        self._attainable[Field.HINTS] = self._attainable[Field.RELATED] = retriever.attainable(Field.WORDS, terms[Field.WORDS])
        hints = index.hints.best(_hint_terms(read), BEST_HINTS) if index.hints else []
        # Passages that a hint points at are candidates too.
        listed = {hit.number for hit in hits}
        pointed_at = [p for p in dict.fromkeys(hint.passage for hint in hints) if p not in listed]
        self._hits = hits + [Hit(p, 0.0, {}) for p in pointed_at if among is None or any(p in stretch for stretch in among)]
        weighed = {hit.number for hit in self._hits}
        index.fetch([hit.number for hit in self._hits])
        self._hints = [hint for hint in hints if hint.passage in weighed]
        self._grams = {gram: weight * retriever.idf(Field.GRAMS, gram) for gram, weight in terms[Field.GRAMS].items()}
        self._counted = _counted(read.question, index.analyser)
        self._coverage = Coverage(read.concepts)

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
            text = text_of(self._read)
            hits = hits + _hits_of(vectors.nearest(text), hits, self._retriever, self._terms, self._among)
            near = vectors.nearness(text, [hit.number for hit in hits])
        known = {passage for block in self._by_words for passage in block.passages}
        more = [hit for hit in hits if hit.number not in known]
        if more:
            self._by_words.append(self._weigh_words(more))
        candidates: list[Candidate] = []
        for block in self._by_words:
            features, cosines = block.features, [0.0] * len(block.passages)
            if near:
                sentences = list(zip(block.passages, block.sentences, strict=True))
                cosines = [near.cosines[sentence] for sentence in sentences]
                features = {**features, "sentence_vector": np.array([near.sentences[sentence] for sentence in sentences])}
                features["passage_vector"] = np.array([near.passages[passage] for passage in block.passages])
            candidates += block.candidates(features, cosines, hinted, plain)
        if len(self._by_words) > 1:
            candidates.sort(key=lambda c: (-c.score, c.passage, c.sentence))
        return candidates

    def _weigh_words(self, hits: Sequence[Hit]) -> "_ByWords":
        """Work out what words say of the sentences of some passages."""
        index, coverage, total, grams = self._index, self._coverage, self._total, self._grams
        numbers = [hit.number for hit in hits]
        held = index.sentences.held(numbers, coverage.keys, list(grams))
        passages, sentences = held.passages.tolist(), held.sentences.tolist()
        width = len(passages)
        # Texts of all kinds at once: sentences by their own words, the same by all that stands around them, and hints.
        of_hints = [index.hints.strengths(self._hints, coverage.keys)] if self._hints else []
        matches = coverage.matches(np.concatenate([held.narrow, held.wide, *of_hints], axis=1))
        shares = coverage.share(matches, total)
        likeness, cover = self._hint_likeness(numbers, held.sentences, matches[:, :width], matches[:, 2 * width :], shares[2 * width :])
        hit_of_row, none = (held.sentences == 0).cumsum() - 1, np.zeros(width)
        evidence = {
            field.value: np.minimum(1.0, np.array([hit.evidence.get(field, 0.0) for hit in hits]) / most)[hit_of_row] if most else none
            for field, most in self._attainable.items()
        }
        weights = np.array(list(grams.values()))
        missing, counted = self._answer_types(passages, sentences)
        features = {
            "wide": shares[width : 2 * width],
            "own": shares[:width],
            "hint": likeness,
            "hint_cover": cover,
            **evidence,
            # Added up along each sentence: to the last digit what a sentence by itself would give.
            "sentence_grams": (np.ascontiguousarray(held.grams.T) * weights).sum(axis=1) / (sum(grams.values()) or 1.0),
            "counted": np.array(counted, dtype=np.float64),
            "sentence_vector": none,
            "passage_vector": none,
            "veto": np.array([len(types) for types in missing], dtype=np.float64),
        }
        asked = self._read.question.asked
        features["typed"] = (features["veto"] == 0).astype(np.float64) if asked & _TYPED else none
        if AnswerType.NUMBER in asked and self._counted:
            missing = [
                types if AnswerType.NUMBER in types or n else types | {AnswerType.NUMBER} for types, n in zip(missing, counted, strict=True)
            ]
        has_hints = np.array([index.hints.has(number) for number in numbers])[hit_of_row]
        return _ByWords(passages, sentences, features, missing, has_hints)

    def _answer_types(self, passages: Sequence[int], sentences: Sequence[int]) -> tuple[list[frozenset[AnswerType]], list[bool]]:
        """For each sentence the answer types that are asked for and not there, and whether it numbers what the question counts."""
        index, question = self._index, self._read.question
        forms, nothing = question.forms, frozenset[AnswerType]()
        missing, counted = [nothing] * len(passages), [False] * len(passages)
        if not question.demand.types and not self._counted:
            return missing, counted
        keys = _counted_keys(self._read, self._counted) if self._counted else frozenset[str]()
        offered = {passage: index.sentences.facts(passage) for passage in dict.fromkeys(passages)}
        for row, (passage, sentence) in enumerate(zip(passages, sentences, strict=True)):
            facts = offered[passage][sentence]
            if question.demand.types:
                missing[row] = missing_types(question.demand, forms, facts, index.passage_facts(passage))
            if keys and facts.counted:
                counted[row] = not keys.isdisjoint(counted_keys(facts, index.analyser))
        return missing, counted

    def _hint_likeness(
        self, passages: Sequence[int], sentences: Integers, narrow: Floats, of_hints: Floats, recalls: Floats
    ) -> tuple[Floats, Floats]:
        """How like the question is to the hints that are most like it.

        Args:
            passages: those that are weighed.
            sentences: of each row, which sentence of its passage it is; they come in the order of the passages.
            narrow: by concept how well each sentence itself covers it.
            of_hints: by concept how well each hint covers it.
            recalls: the share of the question that each hint covers.

        Returns:
            For each sentence, by the best of its hints and those of its passage: the F1 of the words that hint and question share, weighed
            by idf; and the share of the question that the sentence and one of its hints cover together.
        """
        width = len(sentences)
        likeness, cover = [0.0] * width, [0.0] * width
        starts = (sentences == 0).nonzero()[0].tolist() if self._hints else []
        rows_of = {passage: range(*ends) for passage, *ends in zip(passages, starts, [*starts[1:], width], strict=bool(starts))}
        chosen = [number for number, hint in enumerate(self._hints) if hint.passage in rows_of]
        if not chosen:
            return np.array(likeness), np.array(cover)
        hints = [self._hints[number] for number in chosen]
        rows_of_hints = [rows_of[hint.passage] for hint in hints]
        where = [rows[hint.sentence] if hint.sentence is not None else -1 for hint, rows in zip(hints, rows_of_hints, strict=True)]
        beside = narrow.take(where, axis=1)
        beside[:, np.array(where) < 0] = 0.0
        covers = self._coverage.share(np.maximum(of_hints[:, chosen], beside), self._total).tolist()
        wanted = self._index.hints.numbers({key for c in self._read.concepts for key in c.keys})
        for hint, row, rows, recall, covered in zip(hints, where, rows_of_hints, recalls[chosen].tolist(), covers, strict=True):
            shared = [w for w, (stem, root) in zip(hint.weights, hint.keys, strict=True) if stem in wanted or root in wanted]
            precision = sum(shared) / (sum(hint.weights) or 1.0)
            value = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
            for of in rows if row < 0 else (row,):
                likeness[of], cover[of] = max(likeness[of], value), max(cover[of], covered)
        return np.array(likeness), np.array(cover)


class _ByWords(NamedTuple):
    """What words say of the sentences of some passages, a row each.

    Attributes:
        features: by name, those of vectors 0; in the order in which they are added up.
        missing: the answer types that are asked for and not there.
        has_hints: whether the passage has hints.
    """

    passages: list[int]
    sentences: list[int]
    features: dict[str, Floats]
    missing: list[frozenset[AnswerType]]
    has_hints: NDArray[np.bool_]

    def candidates(
        self, features: Mapping[str, Floats], cosines: Sequence[float], hinted: Mapping[str, float], plain: Mapping[str, float]
    ) -> list[Candidate]:  # fmt: skip
        """The sentences, weighed, best first.

        Args:
            features: with those of vectors, where there are any.
            cosines: by sentence.
            hinted, plain: weights, for passages with and without hints.
        """
        scores, alike = np.zeros(len(self.passages)), bool(self.has_hints.all() or not self.has_hints.any())
        weights = hinted if alike and self.has_hints[0] else plain
        for name, values in features.items():
            weight = weights.get(name, 0.0)
            scores += weight * values if alike else np.where(self.has_hints, hinted.get(name, 0.0), weight) * values
        table = _Columns(features)
        order = np.lexsort((np.array(self.sentences), np.array(self.passages), -scores)).tolist()
        # A column at a time: a loop in Python over all sentences takes longer than to weigh them.
        passages, sentences, ordered, missing, cosine = (
            map(column.__getitem__, order) for column in (self.passages, self.sentences, scores.tolist(), self.missing, cosines)
        )
        return list(map(Candidate, passages, sentences, map(_Features, repeat(table), order), ordered, missing, cosine))


class _Columns(dict[str, list[float]]):
    """The features of some sentences as plain numbers: of most, nobody asks for any.

    Args:
        features: by name.
    """

    def __init__(self, features: Mapping[str, Floats]) -> None:
        self.features = features

    def __missing__(self, name: str) -> list[float]:
        column: list[float] = self.features[name].tolist()
        self[name] = column
        return column


class _Features(Mapping[str, float]):
    """The features of one sentence."""

    __slots__ = ("_columns", "_row")

    def __init__(self, columns: _Columns, row: int) -> None:
        self._columns, self._row = columns, row

    def __getitem__(self, name: str) -> float:
        return self._columns[name][self._row]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns.features)

    def __len__(self) -> int:
        return len(self._columns.features)


_TYPED = frozenset({AnswerType.AMOUNT, AnswerType.PERCENTAGE, AnswerType.NUMBER, AnswerType.DURATION, AnswerType.AGE, AnswerType.DATE, AnswerType.WHEN, AnswerType.REASON, AnswerType.CONDITION, AnswerType.LOCATION})  # fmt: skip


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


def _counted_keys(read: ReadQuestion, counted: Word) -> frozenset[str]:
    """What may stand for the noun that the question counts."""
    concept = next((c for c in read.concepts if c.word.stem == counted.stem), None)
    return frozenset(concept.keys) if concept else frozenset((counted.stem, ROOT_MARK + counted.root))


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


def _hint_terms(read: ReadQuestion) -> dict[str, float]:
    """What hints are asked for: the words of a question and what may stand for them."""
    terms: dict[str, float] = {}
    for concept in read.concepts:
        share = _share(concept)
        for key, quality in concept.keys.items():
            terms[key] = max(terms.get(key, 0.0), share * quality)
    return terms
