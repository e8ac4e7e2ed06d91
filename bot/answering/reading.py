"""A question brought to the vocabulary of the sources: corrected, put together, looked up in the lexicon, weighed."""

from collections.abc import Callable, Sequence
from functools import cache

from bot.answering.concepts import Concept, concept_of
from bot.answering.question import PATTERNS as QUESTION
from bot.answering.question import Question
from bot.index.group import Group
from bot.index.protocol import Field, Retriever
from bot.language.analysis import ROOT_MARK, Analyser
from bot.language.function_words import FUNCTION_WORDS, is_content
from bot.language.stems import stem
from bot.language.tokens import Token, tokenize
from bot.language.vocabulary import WordClass, base_words, name_families, names, shorthand
from bot.named import NamedTuple

LIGHT_WEIGHT, FOLLOW_UP_WEIGHT = 0.3, 0.5
CONTEXT_WEIGHTS = (0.9, 0.8, 0.65, 0.5, 0.3)
"""What a word around the question weighs, by how many telling words the question itself has: 'Ik ben boer. Wat verandert er?'"""
CLASS_WEIGHT = {WordClass.NOUN: 1.0, WordClass.VERB: 0.7, WordClass.ADJECTIVE: 0.8, WordClass.OTHER: 0.5}
"""What a light word and a word of an earlier turn weigh against a word of the question."""

ITSELF_MATCH = 0.9
"""How good a match what a document calls itself is for another word that means it."""


class ReadQuestion(NamedTuple):
    """A question with its words brought to the sources' vocabulary.

    Attributes:
        concepts: its content words, those of the question itself first.
        unknown_names: proper names that no source has.
    """

    question: Question
    concepts: tuple[Concept, ...]
    unknown_names: tuple[str, ...]


def read_concepts(question: Question, index: Group, retriever: Retriever, earlier: Sequence[str] = ()) -> ReadQuestion:
    """Bring the words of a question to the vocabulary of the sources.

    Args:
        question: as `question.read_question` gives it.
        earlier: folded words of earlier turns that this question leans on.
    """
    analyser = index.analyser
    unknown: list[str] = []
    forms: list[tuple[int, str, float]] = []
    heavy = sum(is_content(token) and not analyser.word(token.form).light for n, token in enumerate(question.tokens) if n in question.focus)
    context_weight = CONTEXT_WEIGHTS[min(heavy, len(CONTEXT_WEIGHTS) - 1)]
    runs = _joined([token.form for token in question.tokens], analyser)
    for position, token in enumerate(question.tokens):
        weight = 1.0 if position in question.focus else context_weight if position in question.context else 0.0
        if not weight or not is_content(token):
            continue
        is_name = weight == 1.0 and _is_name(token, question.text, analyser)
        if is_name and names().get(token.form) in _TELLING_NAMES and _absent(token.form, index):
            unknown.append(token.surface)
        forms.append((position, token.form, weight))
    forms += [(len(question.tokens) + n, form, FOLLOW_UP_WEIGHT) for n, form in enumerate(earlier)]
    words = {position: analyser.word(form) for position, form, _ in forms}
    for first, last, whole in runs:
        if not any(position in words for position in range(first, last + 1)):
            continue
        # Written apart: the whole word, or else its parts, may stand in a source.
        parts = tuple((words[n].stem, words[n].root) for n in range(first, last + 1) if n in words)
        words[first] = analyser.word(whole)._replace(parts=parts)
        weight = max(w for position, _, w in forms if first <= position <= last)
        forms = sorted([(first, whole, weight), *(item for item in forms if not first <= item[0] <= last)])
    present = {known.stem for known in words.values()} | {stem(token.form) for token in question.tokens}
    concepts: dict[str, Concept] = {}
    for position, _, weight in forms:
        word = words[position]
        if word.stem in concepts:
            continue
        concept = concept_of(word, 0.0, analyser, present)
        if _is_the_document(question, position):
            for key in _of_documents():
                concept.keys.setdefault(key, ITSELF_MATCH)
        concept.borrowed = position >= len(question.tokens)
        concept.keep(index.keys)
        concept.weight = weight * (LIGHT_WEIGHT if word.light else CLASS_WEIGHT[word.word_class]) * _telling(concept, retriever)
        concepts[word.stem] = concept
    return ReadQuestion(question, tuple(concepts.values()), tuple(unknown))


def _is_the_document(question: Question, position: int) -> bool:
    """Whether a word means the document itself: 'deze regeling', in a document that calls itself a bye-law."""
    tokens = question.tokens
    if not 0 < position < len(tokens) or tokens[position - 1].form not in ("deze", "dit"):
        return False
    return tokens[position].form in QUESTION.words("documents_themselves")


@cache
def _of_documents() -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(stem, sorted(QUESTION.words("documents_themselves")))))


def _telling(concept: Concept, retriever: Retriever) -> float:
    """The idf of a word: its own where the sources have it, else that of the most usual word that may stand for it."""
    idf = retriever.idf(Field.WORDS, concept.word.stem)
    highest = retriever.idf(Field.WORDS, "")
    if idf < highest:
        return idf
    others = [retriever.idf(Field.WORDS, key) for key in concept.keys if not key.startswith(ROOT_MARK)]
    others += [retriever.idf(Field.PARTS, key) for key in concept.keys]
    return min([value for value in others if value < highest], default=highest)


def _is_name(token: Token, text: str, analyser: Analyser) -> bool:
    """Whether a word is written as a proper name inside a sentence, or is a known one."""
    before = text[: token.start].rstrip()
    inside = bool(before) and before[-1] not in ".!?:\"'“‘(-"
    group = names().get(token.form)
    if group:
        ordinary = group in _PERSON_NAMES or token.form in analyser.lexicon or token.form in base_words()
        return not ordinary or (token.capitalised and inside)
    return token.capitalised and inside and not token.surface.isupper()


_TELLING_NAMES = frozenset(
    ("politici", "partijen", "nederlandse gemeenten", "provincies", "vlaamse en belgische plaatsen", "landen", "buitenlandse steden")
)
"""A question about one of these is about that one: a passage that does not name it does not answer."""

_PERSON_NAMES = frozenset({"voornamen", "achternamen"})


def _absent(form: str, index: Group) -> bool:
    words = index.analyser.source_words
    return not any(known in words for known in (form, *form.split("-"), *name_families().get(form, ())))


def _joined(forms: list[str], analyser: Analyser) -> list[tuple[int, int, str]]:
    """What someone wrote apart ('kinder pardon'): runs of words that are one known word, none overlapping another."""
    taken: set[int] = set()
    runs = []
    for first, last, word in analyser.joined_words(forms):
        run = set(range(first, last + 1))
        if not taken & run:
            taken |= run
            runs.append((first, last, word))
    return runs


def corrected(
    text: str, analyser: Analyser, known_elsewhere: Callable[[str], bool] | None = None
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """A question with its typing errors mended.

    Args:
        text: the question, cleaned.
        known_elsewhere: whether a word is one of other sources: then it is no typing error.

    Returns:
        The text as it is read, and (as typed, as read) for each content word that was mended. Numbers, names, known words
        and words that are one known word together are left alone.
    """
    tokens = tokenize(text)
    runs = _joined([token.form for token in tokens], analyser)
    in_run = {position for first, last, _ in runs for position in range(first, last + 1)}
    parts, corrections, end = [], [], 0
    for position, token in enumerate(tokens):
        if position in in_run or token.form in shorthand():
            continue
        word = analyser.speller.correction(token, _is_name(token, text, analyser))
        if word and not (known_elsewhere and known_elsewhere(token.form)):
            parts += [text[end : token.start], word]
            end = token.end
            if word not in FUNCTION_WORDS:
                corrections.append((token.surface, word))
    return "".join([*parts, text[end:]]), tuple(corrections)
