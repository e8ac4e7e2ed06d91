"""Reads one document: all that an index holds of it and that follows from it alone."""

from array import array
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

import numpy as np

from bot.errors import KnowledgeError
from bot.expressions import expression
from bot.index.facts import encoded_facts
from bot.index.held import OF_PASSAGE
from bot.index.schema import Integers, packed
from bot.index.words import CONTENT
from bot.knowledge.document import DocumentParts
from bot.knowledge.links import code_number, folded_id
from bot.knowledge.model import Document, Passage, Section
from bot.language.answer_types import facts_of
from bot.language.function_words import FUNCTION_WORDS, is_content
from bot.language.tokens import Token, tokenize, years_in_words
from bot.named import NamedTuple

_YEAR = expression(r"\b(?:19|20)\d\d\b")

NO_FACTS: Mapping[str, str] = {}


class ReadPassage(NamedTuple):
    """One passage as it will be kept.

    Attributes:
        code, folded: numbers of its id, and of its id without case, for links.
        byte, size: where it begins in the text in UTF-8, and how many bytes it has there.
        section: its place among the sections of the document.
        sentences: start, end and number of words of each sentence, by turns, as `schema.packed` has them.
        whole: the forms of the passage, where cutting it into sentences cuts a word in two.
        facts: the answer types of each sentence, a line each.
        hints: (sentence or `OF_PASSAGE`, whether a keyword, forms) for each hint.
    """

    id: str
    code: int
    folded: int
    section: int
    kind: str
    start: int
    end: int
    byte: int
    size: int
    sentences: bytes
    whole: Integers | None
    facts: str
    hints: Sequence[tuple[int, bool, Sequence[int]]]


class ReadDocument(NamedTuple):
    """One document as it will be kept: all that follows from it alone.

    Attributes:
        text: in UTF-8.
        years: its own, and all that its text names.
        themes: the headings that hold passages and no headings of their own but such as stand under others too, in reading order, each once.
        content: changes when the text does, or how it is cut into sentences.
        forms: the forms of its words, each once; see `words.CONTENT`. The numbers below are places among them.
        words: the forms of all sentences of all passages, one after another.
        sources: those that stand in its texts and headings; of a word with a hyphen its parts too.
        hint_words: those that stand in its hints.
        headings: for each section the forms of its headings.
    """

    document: Document
    digest: bytes
    stamp: str
    text: bytes
    years: Sequence[int]
    themes: Sequence[str]
    content: bytes
    sections: Sequence[Section]
    headings: Sequence[Integers]
    passages: Sequence[ReadPassage]
    links: Sequence[str]
    forms: Sequence[str]
    words: Integers
    sources: Integers
    hint_words: Integers

    @property
    def hinted(self) -> bool:
        """Whether anything in it has hints: then it is weighed alone."""
        return any(passage.hints for passage in self.passages)


class _Forms:
    """The forms of a document, numbered as they come."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, form: str) -> int:
        return self.numbers.setdefault(form, len(self.numbers))

    def of(self, tokens: Iterable[Token]) -> "array[int]":
        """The number of each token."""
        numbers = self.numbers
        numbers_of_tokens = array("I")
        for token in tokens:
            entry = token.form + CONTENT if token.form in FUNCTION_WORDS and is_content(token) else token.form
            numbers_of_tokens.append(numbers.setdefault(entry, len(numbers)))
        return numbers_of_tokens


def read_document(parts: DocumentParts, digest: bytes = b"", stamp: str = "", facts: Mapping[str, str] = NO_FACTS) -> ReadDocument:
    """Read what follows from one document alone.

    Args:
        parts: the document.
        digest: of its files.
        stamp: what its files look like from outside, '' where that proves nothing.
        facts: the answer types of sentences that were read before, see `encoded_facts`: to find them takes longest.

    Raises:
        KnowledgeError: a passage is not the span of the source that it claims to be.
    """
    forms = _Forms()
    text = parts.document.text
    sources: set[int] = set()
    number_of = {id(section): number for number, section in enumerate(parts.sections)}
    headings: list[array[int]] = [array("I") for _ in parts.sections]
    passages: list[ReadPassage] = []
    at = byte = 0
    words, hint_words = array("I"), set[int]()
    for passage in parts.passages:
        span = passage.span
        if passage.text != text[span.start : span.end]:
            raise KnowledgeError("document.no_span", path=parts.document.path, passage=passage.id)
        byte += len(text[at : span.start].encode("utf-8", "surrogatepass")) if span.start >= at else -len(text[span.start : at].encode("utf-8", "surrogatepass"))  # fmt: skip
        at = span.start
        number = number_of[id(passage.section)]
        if not headings[number]:
            tokens = [token for heading in passage.section.headings for token in tokenize(heading)]
            headings[number] = forms.of(tokens)
            _note(tokens, headings[number], forms, sources)
        passages.append(_read_passage(passage, number, byte, forms, words, sources, hint_words, facts))
    encoded = text.encode("utf-8", "surrogatepass")
    return ReadDocument(
        parts.document, digest, stamp, encoded, sorted({parts.document.year, *map(int, _YEAR.findall(text)), *years_in_words(text)}),
        _themes(parts.sections, passages), _content_digest(encoded, passages), parts.sections, [_integers(heading) for heading in headings],
        passages, [pointer.text for pointer in parts.pointers], list(forms.numbers), _integers(words), _integers(sorted(sources)),
        _integers(sorted(hint_words)),
    )  # fmt: skip


def _integers(numbers: Sequence[int]) -> Integers:
    return np.array(numbers, dtype=np.int64)


def _content_digest(text: bytes, passages: Iterable[ReadPassage]) -> bytes:
    digest = blake2b(text, digest_size=16)
    for passage in passages:
        digest.update(passage.sentences)
    return digest.digest()


def _themes(sections: Sequence[Section], passages: Iterable[ReadPassage]) -> list[str]:
    parents = {heading for section in sections for heading in section.headings[: -2 if section.repeated else -1]}
    titles = (sections[passage.section].theme for passage in passages)
    return list(dict.fromkeys(title for title in titles if title and title not in parents))


def _note(tokens: Iterable[Token], numbers: Iterable[int], forms: _Forms, sources: set[int]) -> None:
    sources.update(numbers)
    for token in tokens:
        if "-" in token.form:
            sources.update(forms.number(part) for part in token.parts)


def _read_passage(
    passage: Passage, section: int, byte: int, forms: _Forms, words: "array[int]", sources: set[int], hint_words: set[int],
    known: Mapping[str, str],
) -> ReadPassage:  # fmt: skip
    tokens = tokenize(passage.text)
    whole = forms.of(tokens)
    _note(tokens, whole, forms, sources)
    by_sentence, cut = _by_sentence(passage, tokens)
    sentences: list[int] = []
    for sentence, tokens_of_sentence in zip(passage.sentences, by_sentence, strict=True):
        sentences += [sentence.span.start, sentence.span.end, len(tokens_of_sentence)]
    words.extend(forms.of(token for tokens_of_sentence in by_sentence for token in tokens_of_sentence) if cut else whole)
    hints: list[tuple[int, bool, Sequence[int]]] = []
    for sentence_number, questions, keywords in (
        (OF_PASSAGE, passage.questions, passage.keywords),
        *((n, s.questions, s.keywords) for n, s in enumerate(passage.sentences)),
    ):
        for keyword, texts in ((False, questions), (True, keywords)):
            for text in texts:
                numbers = forms.of(tokenize(text))
                hint_words.update(numbers)
                hints.append((sentence_number, keyword, numbers))
    facts = "\n".join(
        known[sentence.text] if sentence.text in known else encoded_facts(facts_of(sentence.text)) for sentence in passage.sentences
    )
    return ReadPassage(
        passage.id, code_number(passage.id), code_number(folded_id(passage.id)), section, passage.kind.value,
        passage.span.start, passage.span.end, byte, len(passage.text.encode("utf-8", "surrogatepass")),
        packed(sentences), _integers(whole) if cut else None, facts, hints,
    )  # fmt: skip


def _by_sentence(passage: Passage, tokens: Sequence[Token]) -> tuple[list[Sequence[Token]], bool]:
    """The words of each sentence, and whether together they are others than those of the passage."""
    text, base = passage.text, passage.span.start
    spans = [(s.span.start - base, s.span.end - base) for s in passage.sentences]
    if not all((a == 0 or text[a - 1].isspace()) and (b == len(text) or text[b].isspace()) for a, b in spans):
        return [tokenize(sentence.text) for sentence in passage.sentences], True
    by_sentence: list[Sequence[Token]] = []
    at = 0
    for start, end in spans:
        while at < len(tokens) and tokens[at].start < start:
            at += 1
        first = at
        while at < len(tokens) and tokens[at].start < end:
            at += 1
        by_sentence.append(tokens[first:at])
    return by_sentence, sum(map(len, by_sentence)) != len(tokens)
