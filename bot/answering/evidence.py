"""Evidence that a sentence answers a question: each piece a number between 0 and 1, named, and weighed by weights.yaml."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answering.concepts import ROOT_MARK, Concept, concept_of
from bot.answering.facts import vetoes
from bot.answering.index import Hint, PassageIndex, SentenceView
from bot.answering.asked import Asked
from bot.answering.question import Question, context_of
from bot.knowledge.model import Kind
from bot.language.analysis import Analyser, Word, is_content
from bot.language.tokens import Token
from bot.language.vocabulary import base_words, names
from bot.retrieval.protocol import Field, Hit, Retriever, Terms

LIGHT_WEIGHT, CONTEXT_WEIGHT, FOLLOW_UP_WEIGHT = 0.3, 0.35, 0.5
"""What a light word, a word of the context around a question, and a word of an earlier turn weigh against a word of the question."""

RETRIEVAL_WEIGHTS: Mapping[Field, float] = {Field.WORDS: 1.0, Field.PARTS: 0.5, Field.GRAMS: 0.7, Field.HINTS: 0.7}
"""How the fields add up when candidates are picked; the final order is made from all evidence."""

CANDIDATES = 30
BEST_HINTS = 12


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question with its words brought to the sources' vocabulary.

    Attributes:
        concepts: its content words, those of the question itself first.
        corrections: (as typed, as read).
        unknown_names: proper names that no source has.
    """

    question: Question
    concepts: tuple[Concept, ...]
    corrections: tuple[tuple[str, str], ...]
    unknown_names: tuple[str, ...]


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
    vetoes: frozenset[Asked]


FEATURES = (
    "own",  # share of the question that the sentence's own words cover
    "wide",  # the same with its hints, heading and neighbours
    "hint",  # likeness of the question to the hint that is most like it
    "hint_passage",  # the same for hints of the other sentences of the passage
    "words",  # BM25 of the passage, as a share of what the question could attain
    "parts",
    "grams",
    "hints",
    "loose",  # share of the question that goes together with words of the sentence
    "typed",  # it asks for a kind of answer and the sentence holds it
    "counted",  # it asks for a number of something and the sentence numbers that
    "veto",  # kinds of answer asked for and absent
    "other_kind",  # another kind of text than the question asks for
    "brevity",  # the sentence's share of words that the question is about
)


def read_concepts(question: Question, index: PassageIndex, retriever: Retriever, earlier: Sequence[str] = ()) -> ReadQuestion:
    """Bring the words of a question to the vocabulary of the sources.

    Args:
        question: as `question.read_question` gives it.
        earlier: folded words of earlier turns that this question leans on.
    """
    analyser = index.analyser
    corrections: list[tuple[str, str]] = []
    unknown: list[str] = []
    forms: list[tuple[int, str, float]] = []
    context = context_of(question) if len(question.focus) >= 3 else frozenset()
    for place, token in enumerate(question.tokens):
        weight = 1.0 if place in question.focus else CONTEXT_WEIGHT if place in context else 0.0
        if not weight or not is_content(token):
            continue
        is_name = _is_name(token, place, question, analyser)
        corrected = analyser.speller.correction(token, is_name)
        if corrected:
            corrections.append((token.surface, corrected))
        form = corrected or token.form
        if is_name and _absent(form, index) and weight == 1.0:
            unknown.append(token.surface)
        forms.append((place, form, weight))
    forms += [(len(question.tokens) + n, form, FOLLOW_UP_WEIGHT) for n, form in enumerate(earlier)]
    words = {place: analyser.word(form) for place, form, _ in forms}
    for first, last, word in _joined(forms, question, analyser):
        # Written apart: the whole word, or else its parts, may stand in a source.
        parts = tuple((words[n].stem, words[n].root) for n in range(first, last + 1) if n in words)
        words[first] = replace(analyser.word(word), parts=parts)
        weight = max(w for place, _, w in forms if first <= place <= last)
        forms = sorted([(first, word, weight), *(item for item in forms if not first <= item[0] <= last)])
    present = {word.stem for word in words.values()}
    concepts: dict[str, Concept] = {}
    for place, _, weight in forms:
        word = words[place]
        known = concepts.get(word.stem)
        if known:
            continue
        concept = concept_of(word, 0.0, analyser, present)
        concept.weight = weight * (LIGHT_WEIGHT if word.light else 1.0) * _telling(concept, retriever)
        concepts[word.stem] = concept
    return ReadQuestion(question, tuple(concepts.values()), tuple(corrections), tuple(unknown))


def _telling(concept: Concept, retriever: Retriever) -> float:
    """The idf of a word: its own where the sources have it, else that of the most usual word that may stand for it."""
    own = retriever.idf(Field.WORDS, concept.word.stem)
    highest = retriever.idf(Field.WORDS, "")
    if own < highest:
        return own
    others = [retriever.idf(Field.WORDS, key) for key in concept.keys if not key.startswith(ROOT_MARK)]
    others += [retriever.idf(Field.PARTS, key) for key in concept.keys]
    return min([value for value in others if value < highest], default=highest)


def _is_name(token: Token, place: int, question: Question, analyser: Analyser) -> bool:
    """Whether a word is written as a proper name inside a sentence, or is a known one."""
    group = names().get(token.form)
    ordinary = group in _PERSON_NAMES or token.form in analyser.lexicon.words or token.form in base_words()
    if group and (token.capitalised or not ordinary):
        return True
    if not token.capitalised or token.surface.isupper():
        return False
    before = question.text[: token.start].rstrip()
    return bool(before) and before[-1] not in ".!?:\"'“‘(" and place > 0


_PERSON_NAMES = frozenset({"voornamen", "achternamen"})


def _absent(form: str, index: PassageIndex) -> bool:
    words = index.analyser.source_words
    return form not in words and not any(piece in words for piece in form.split("-"))


def _joined(forms: list[tuple[int, str, float]], question: Question, analyser: Analyser) -> list[tuple[int, int, str]]:
    """What someone wrote apart ('kinder pardon'): runs that are one known word, none overlapping another."""
    every = [token.form for token in question.tokens]
    content = {place for place, _, _ in forms}
    taken: set[int] = set()
    found = []
    for first, last, word in analyser.joined_words(every):
        run = set(range(first, last + 1))
        if not taken & run and content & run:
            taken |= run
            found.append((first, last, word))
    return found


def search_terms(read: ReadQuestion) -> dict[Field, Terms]:
    """What a retriever is asked: the concepts' terms by field."""
    words: dict[str, float] = {}
    parts: dict[str, float] = {}
    grams: dict[str, float] = {}
    for concept in read.concepts:
        share = 1.0 if not concept.word.light else LIGHT_WEIGHT
        for key, quality in concept.keys.items():
            into = parts if key.startswith(ROOT_MARK) else words
            into[key] = max(into.get(key, 0.0), share * quality)
        for part in concept.parts:
            for key, quality in part.items():
                parts[key] = max(parts.get(key, 0.0), 0.5 * share * quality)
        parts[concept.word.stem] = max(parts.get(concept.word.stem, 0.0), share)
        for gram in concept.word.grams():
            grams[gram] = max(grams.get(gram, 0.0), share)
    return {Field.WORDS: words, Field.PARTS: parts, Field.GRAMS: grams, Field.HINTS: words}


def _attainable(read: ReadQuestion, retriever: Retriever) -> dict[Field, float]:
    """What the question itself, without all that may stand for its words, could score in each field."""
    own = {c.word.stem: LIGHT_WEIGHT if c.word.light else 1.0 for c in read.concepts}
    grams = {g: LIGHT_WEIGHT if c.word.light else 1.0 for c in read.concepts for g in c.word.grams()}
    roots = {ROOT_MARK + c.word.root: LIGHT_WEIGHT if c.word.light else 1.0 for c in read.concepts}
    terms = {Field.WORDS: own, Field.PARTS: roots, Field.GRAMS: grams, Field.HINTS: own}
    return {field: retriever.attainable(field, t) for field, t in terms.items()}


def gather(read: ReadQuestion, index: PassageIndex, retriever: Retriever, weights: Mapping[str, float]) -> list[Candidate]:
    """Every sentence of the passages that may answer, with its evidence, best first.

    Args:
        weights: of the features, for ranking.
    """
    total = sum(c.weight for c in read.concepts)
    if not total:
        return []
    terms = search_terms(read)
    hits = retriever.search(terms, RETRIEVAL_WEIGHTS, CANDIDATES)
    attainable = _attainable(read, retriever)
    hints = hint_likeness(read, index)
    # Passages that a hint points at are candidates too.
    listed = {hit.number for hit in hits}
    hits += [Hit(p, 0.0, {}) for p in dict.fromkeys(p for p, _ in hints) if p not in listed]
    counted = index.analyser.word(read.question.counted) if read.question.counted else None
    found: list[Candidate] = []
    for hit in hits:
        shares = {f: min(1.0, hit.evidence.get(f, 0.0) / attainable[f]) if attainable[f] else 0.0 for f in Field}
        views = index.views(hit.number)
        for view in views:
            features = _features(read, view, index, shares, hints, total, counted)
            missing = vetoes(read.question, view.facts, index.passage_facts(hit.number))
            features["veto"] = float(len(missing))
            features["typed"] = float(bool(read.question.asked & _TYPED) and not missing)
            if Asked.NUMBER in read.question.asked and Asked.NUMBER not in missing and counted and not features["counted"]:
                missing |= {Asked.NUMBER}
            score = sum(weights.get(name, 0.0) * value for name, value in features.items())
            found.append(Candidate(view.passage, view.sentence, features, score, missing))
    found.sort(key=lambda c: (-c.score, c.passage, c.sentence))
    return found


_TYPED = frozenset({Asked.AMOUNT, Asked.PERCENTAGE, Asked.NUMBER, Asked.DURATION, Asked.AGE, Asked.DATE, Asked.WHEN, Asked.REASON, Asked.CONDITION, Asked.PLACE})  # fmt: skip


def _features(
    read: ReadQuestion,
    view: SentenceView,
    index: PassageIndex,
    shares: Mapping[Field, float],
    hints: Mapping[tuple[int, int | None], float],
    total: float,
    counted: Word | None,
) -> dict[str, float]:
    own = wide = loose = 0.0
    for concept in read.concepts:
        own += concept.weight * concept.match(view.own)
        covered = concept.match(view.wide)
        wide += concept.weight * covered
        if covered < 0.5 and concept.loose:
            loose += concept.weight * concept.loose_match(view.wide)
    here = max(hints.get((view.passage, view.sentence), 0.0), hints.get((view.passage, None), 0.0))
    beside = max((v for (p, s), v in hints.items() if p == view.passage and s != view.sentence), default=0.0)
    kind = index.passages[view.passage].kind
    return {
        "own": own / total,
        "wide": wide / total,
        "hint": here,
        "hint_passage": beside,
        "words": shares[Field.WORDS],
        "parts": shares[Field.PARTS],
        "grams": shares[Field.GRAMS],
        "hints": shares[Field.HINTS],
        "loose": loose / total,
        "counted": float(counted is not None and _numbers(read, view, counted)),
        "other_kind": _kind_mismatch(read.question, kind),
        "brevity": min(1.0, 2.0 * len(read.concepts) / (len(view.own) or 1)),
    }


def _numbers(read: ReadQuestion, view: SentenceView, counted: Word) -> bool:
    """Whether the sentence puts a number before what the question counts."""
    concept = next((c for c in read.concepts if c.word.stem == counted.stem), None)
    keys = concept.keys if concept else {counted.stem: 1.0, ROOT_MARK + counted.root: 1.0}
    return any(key in keys for key in view.counted_keys)


def _kind_mismatch(question: Question, kind: Kind) -> float:
    if question.kind is None or kind is question.kind:
        return 0.0
    # KIS's remarks are easily taken for the agreement's own text, and the other way round.
    return 0.5 if Kind.COMMENTARY not in (kind, question.kind) else 1.0


def hint_likeness(read: ReadQuestion, index: PassageIndex) -> dict[tuple[int, int | None], float]:
    """How like the question is to the hints that are most like it.

    Returns:
        (passage, sentence or None) -> the F1 of the words they share, weighed by idf, for the `BEST_HINTS` best hints.
    """
    if not index.hints:
        return {}
    terms: dict[str, float] = {}
    for concept in read.concepts:
        share = LIGHT_WEIGHT if concept.word.light else 1.0
        for key, quality in concept.keys.items():
            terms[key] = max(terms.get(key, 0.0), share * quality)
    scores = index.hint_index.scores(terms)
    best = scores.argsort()[::-1][:BEST_HINTS]
    total = sum(c.weight for c in read.concepts)
    found: dict[tuple[int, int | None], float] = {}
    for number in best:
        if scores[number] <= 0:
            break
        hint = index.hints[int(number)]
        value = _likeness(read, hint, total, index)
        place = (hint.passage, hint.sentence)
        found[place] = max(found.get(place, 0.0), value)
    return found


def _likeness(read: ReadQuestion, hint: Hint, total: float, index: PassageIndex) -> float:
    strengths: dict[str, float] = {}
    for word in hint.words:
        for stem, root in word.parts:
            strengths.setdefault(stem, 0.75)
            strengths.setdefault(ROOT_MARK + root, 0.75)
    for word in hint.words:
        strengths[word.stem] = strengths[ROOT_MARK + word.root] = 1.0
    recall = sum(c.weight * c.match(strengths) for c in read.concepts) / total
    wanted = {key for c in read.concepts for key in c.keys}
    weigh = [(LIGHT_WEIGHT if w.light else 1.0) * index.hint_index.idf(w.stem) for w in hint.words]
    covered = [w for w, word in zip(weigh, hint.words, strict=True) if word.stem in wanted or ROOT_MARK + word.root in wanted]
    precision = sum(covered) / (sum(weigh) or 1.0)
    return 2 * recall * precision / (recall + precision) if recall + precision else 0.0
