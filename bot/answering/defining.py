"""Sentences that say what a word means."""

import re
from collections.abc import Iterator, Sequence

from bot.answering import points
from bot.answering.concepts import Concept
from bot.answering.features import Candidate
from bot.answering.forms import PATTERNS, Asked, Form, asked_for, bare
from bot.answering.points import points_in, span_of
from bot.answering.reply import Quote
from bot.answering.shelf import Examined
from bot.knowledge.model import Passage, Span
from bot.language.function_words import is_content
from bot.language.tokens import fold, tokenize
from bot.named import NamedTuple

MEANT = 0.85
"""How well a word must match that is taken for the one whose meaning is asked."""

LONGEST = 600
"""Characters of two sentences that define together."""

MOST_LETTERS = 6
"""Letters of an abbreviation whose words are looked for."""


class _Sentence(NamedTuple):
    """Where a sentence stands: the number of its passage, and which of its sentences it is."""

    passage: int
    sentence: int


def definition(asked: Asked, examined: Examined) -> tuple[Quote, ...]:
    """What says what a word means; nothing where nothing does.

    An entry of a glossary comes first ('X: ...'), wherever it stands in its sentence, then what stands under the same question as a
    heading, then a candidate that defines, then one that names the word with a sentence behind it that does, then what one gets under a heading
    that is the word, then a candidate with the words that an abbreviation stands for. Of a term of several words the whole must be defined: that of its last word alone is another.
    """
    quotes = next(_entries(asked.subject, examined), ()) or _under_question(asked, examined)
    if quotes:
        return quotes
    sentence = (
        _defining(asked, examined)
        or _explained_behind(asked, examined)
        or _of_its_first_word(asked, examined)
        or _under_its_name(asked, examined)
        or _spelled_out(asked, examined)
    )
    return (_defining_quote(examined, sentence),) if sentence else ()


def amounts_to(term: str, sentence: str) -> bool:
    """Whether a sentence says how much something is: then that may be what is asked, and not what its name means."""
    expression = PATTERNS["amounts_to"].alternatives[0].expression
    return bool(re.search(expression.replace("wordword", re.escape(term)), " ".join(fold(sentence).split())))


def _entries(term: str, examined: Examined) -> Iterator[tuple[Quote, ...]]:
    """The entries of glossaries for a term, in the order of the text."""
    group = examined.shelf.index
    entry = re.compile(PATTERNS["entry"].alternatives[0].expression.replace("wordword", re.escape(term)))
    near = (c.passage for c in examined.candidates if group.document_of(c.passage).id == examined.document)
    for number in dict.fromkeys((*_holding(term, [examined])[0], *near)):
        passage = group.passages[number]
        if ":" not in passage.text:
            continue
        for sentence in passage.sentences:
            folded = fold(sentence.text)
            match = entry.search(folded) if len(folded) == len(sentence.text) else None
            if match is None:
                continue
            # Its letter or number belongs to it where it begins the sentence.
            start = sentence.span.start + (match.start("entry") if match.start() else 0)
            end = sentence.span.start + _end_of_entry(folded, match.end())
            if folded[match.end() :].strip():
                yield (Quote(passage, Span(start, end), Span(start, end)),)
            else:
                yield tuple(_parts_of_entry(examined, number, sentence.span))


def at_hand(asked: Asked, examinations: Sequence[Examined]) -> bool:
    """Have at hand what is read for a definition in some documents of one shelf, all of it at once; see `Group.fetch`."""
    numbers = [number for numbers in _holding(asked.subject, examinations) for number in numbers]
    below = [number for examined in examinations for number in (*_asked_in_heading(asked, examined), *_named_by_heading(asked, examined))]
    return examinations[0].shelf.index.fetch([*numbers, *below])


def _holding(term: str, examinations: Sequence[Examined]) -> Sequence[Sequence[int]]:
    """For each of some documents of one shelf the passages that have every word of a term."""
    group = examinations[0].shelf.index
    held = group.holding([token.form for token in tokenize(term)], [group.stretch(examined.document) for examined in examinations])
    return held if held is not None else [()] * len(examinations)


def _end_of_entry(folded: str, start: int) -> int:
    """Where an entry ends that others follow in the same sentence: '...; – slijtersbedrijf: ...'."""
    after = PATTERNS["next_entry"].alternatives[0].expression
    match = re.compile(after).search(folded, start)
    return match.start() + 1 if match else len(folded)


def _parts_of_entry(examined: Examined, number: int, lead: Span) -> Iterator[Quote]:
    """The items behind an entry that ends in its colon, up to where the next entry begins."""
    group = examined.shelf.index
    if not group.fetch(group.beside(number)):
        return
    point = next(p for p in points_in(group, number) if span_of(group, p).start <= lead.start and lead.end <= span_of(group, p).end)
    block = points.block_of(group, point)
    for item in block.items if block and block.lead == point else ():
        span = span_of(group, item)
        folded = fold(points.text_of(group, item))
        last = len(folded) != span.end - span.start
        end = span.end if last else span.start + _end_of_entry(folded, 0)
        yield Quote(group.passages[item.passage], Span(span.start, end), Span(span.start, end))
        if last or end < span.end:
            return


def _under_question(asked: Asked, examined: Examined) -> tuple[Quote, ...]:
    """The first sentence under a heading that asks what the word means."""
    group = examined.shelf.index
    for number in _asked_in_heading(asked, examined):
        passage = group.passages[number]
        return (Quote(passage, passage.span, passage.sentences[0].span),)
    return ()


def _asked_in_heading(asked: Asked, examined: Examined) -> list[int]:
    """The first passages under the headings of a document that ask what the word means."""
    group = examined.shelf.index
    if not group.in_headings(examined.document, [token.form for token in tokenize(asked.subject)]):
        return []
    alike = ((asked_for(section.title), numbers) for section, numbers in group.outline(examined.document) if numbers)
    return [numbers[0] for same, numbers in alike if same and same.form is Form.DEFINITION and same.subject == asked.subject]


def _defining(asked: Asked, examined: Examined) -> _Sentence | None:
    """The candidate that says what a word means."""
    form = [token.form for token in tokenize(asked.subject)]
    concepts = [c for c in examined.read.concepts if not c.borrowed and c.word.form in form]
    several = sum(is_content(token) for token in tokenize(asked.subject)) > 1
    for passage, candidate in _of_document(examined):
        text = " ".join(fold(passage.sentences[candidate.sentence].text).split())
        names = {asked.subject}
        if not several:
            # What a compound of the word is, it is not itself: 'een budgetsubsidie is ...' says nothing of a subsidy.
            names |= {token.form for token in tokenize(text) if any(_means(token.form, concept, examined) for concept in concepts)}
        either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
        if any(re.search(p.expression.replace("wordword", f"(?:{either})"), text) for p in PATTERNS["defines"].alternatives):
            return _Sentence(candidate.passage, candidate.sentence)
    return None


def _explained_behind(asked: Asked, examined: Examined) -> _Sentence | None:
    """The sentence behind a candidate that ends with the word: '..., kortweg BEA. Dat is een rapport.'"""
    introduces = PATTERNS["introduces"].alternatives[0].expression.replace("wordword", re.escape(asked.subject))
    for passage, candidate in _of_document(examined):
        if candidate.sentence + 1 == len(passage.sentences):
            continue
        text, behind = (" ".join(fold(passage.sentences[candidate.sentence + n].text).split()) for n in (0, 1))
        if re.search(introduces, text) and PATTERNS["explains"].search(behind):
            return _Sentence(candidate.passage, candidate.sentence + 1)
    return None


def _of_its_first_word(asked: Asked, examined: Examined) -> _Sentence | None:
    """The sentence that says what sets the thing apart, in a passage that names it: 'Klein betekent: niet meer dan 100 bezoekers.'"""
    words = [token.form for token in tokenize(asked.subject) if is_content(token)]
    if len(words) < 2:
        return None
    says = re.compile(rf"{re.escape(words[0].rstrip('e'))}e? (?:betekent|wil zeggen|houdt in)\b")
    for passage, candidate in _of_document(examined):
        if asked.subject not in " ".join(fold(passage.text).split()):
            continue
        for n, sentence in enumerate(passage.sentences):
            if says.match(fold(sentence.text)):
                return _Sentence(candidate.passage, n)
    return None


def _of_document(examined: Examined) -> Iterator[tuple[Passage, Candidate]]:
    """The candidates of the document itself, each with its passage."""
    passages = examined.shelf.index.passages
    return ((passages[c.passage], c) for c in examined.candidates if passages[c.passage].document.id == examined.document)


def _named_by_heading(asked: Asked, examined: Examined) -> list[int]:
    """The first passages under the headings of a document that are the word itself."""
    group = examined.shelf.index
    if not group.in_headings(examined.document, [token.form for token in tokenize(asked.subject)]):
        return []
    return [numbers[0] for section, numbers in group.outline(examined.document) if numbers and bare(section.title) == asked.subject]


def _under_its_name(asked: Asked, examined: Examined) -> _Sentence | None:
    """The sentence under a heading that is the word itself which says what one gets."""
    for number in _named_by_heading(asked, examined):
        for n, sentence in enumerate(examined.shelf.index.passages[number].sentences):
            if PATTERNS["gets"].search(fold(sentence.text)):
                return _Sentence(number, n)
    return None


def _spelled_out(asked: Asked, examined: Examined) -> _Sentence | None:
    """The candidate that has the words whose first letters an abbreviation is: 'voor- en vroegschoolse educatie' for VVE."""
    letters = asked.subject.replace(".", "")
    if not letters.isalpha() or not 3 <= len(letters) <= MOST_LETTERS:
        return None
    for passage, candidate in _of_document(examined):
        tokens = tokenize(passage.sentences[candidate.sentence].text)
        if any(_begin(letters, [t.form for t in tokens[n:]], [is_content(t) for t in tokens[n:]]) for n in range(len(tokens))):
            return _Sentence(candidate.passage, candidate.sentence)
    return None


def _begin(letters: str, forms: Sequence[str], content: Sequence[bool]) -> bool:
    """Whether words begin with these letters, one after the other; words without content may stand between them."""
    if not letters:
        return True
    if not forms:
        return False
    if forms[0].startswith(letters[0]) and _begin(letters[1:], forms[1:], content[1:]):
        return True
    return not content[0] and _begin(letters, forms[1:], content[1:])


def _defining_quote(examined: Examined, sentence: _Sentence) -> Quote:
    """The passage with the sentence that defines marked, and the one before it where it only points back: 'Dat heet het uitdaagrecht.'"""
    group = examined.shelf.index
    passage: Passage = group.passages[sentence.passage]
    span = passage.sentences[sentence.sentence].span
    inside = points_in(group, sentence.passage)
    if len(inside) > 1:
        # One item of a list alone: the others say what other words mean.
        return Quote(passage, span_of(group, next(p for p in inside if p.first <= sentence.sentence < p.end)), span)
    if sentence.sentence and PATTERNS["points_back"].match(fold(passage.sentences[sentence.sentence].text)):
        before = passage.sentences[sentence.sentence - 1].span
        if span.end - before.start <= LONGEST:
            span = Span(before.start, span.end)
    return Quote(passage, passage.span, span)


def _means(form: str, concept: Concept, examined: Examined) -> bool:
    """Whether a folded word stands for a word of the question, and is no compound of it."""
    word = examined.shelf.analyser.word(form)
    if form != concept.word.form and any(part == concept.word.stem for part, _ in word.parts):
        return False
    return max(concept.keys.get(word.stem, 0.0), concept.match({word.stem: 1.0, **dict.fromkeys(word.roots(), 1.0)})) >= MEANT
