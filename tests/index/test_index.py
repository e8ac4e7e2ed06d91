"""An index holds what the knowledge folder holds, and what its sentences hold is what they say."""

import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.index.build import index_of
from bot.index.facts import decoded_facts, encoded_facts
from bot.index.held import HEADING_STRENGTH, PART_STRENGTH
from bot.index.index import Index
from bot.index.schema import packed_words, unpacked_words
from bot.index.vectors import Halves, Unit
from bot.index.words import grams_of
from bot.knowledge.folder import load_knowledge
from bot.knowledge.links import code_of
from bot.knowledge.model import Knowledge
from bot.language.analysis import Word
from bot.language.answer_types import facts_of
from bot.language.strings import Strings
from bot.language.tokens import tokenize
from bot.watch import load_assistant
from tests.knowledge_folders import write_folder
from tests.paths import KNOWLEDGE

PARKS = "# Groen\n\nIn elk park komt een nieuwe schooltuin. Dat kost 300 euro.\n\nDe gemeente plant 300 bomen.\n"


@pytest.fixture(scope="module")
def index(knowledge: Knowledge) -> Index:
    """The shipped knowledge."""
    return index_of(knowledge)


@pytest.fixture
def several(tmp_path: Path) -> tuple[Index, Knowledge]:
    """A document with hints between two without."""
    folder = write_folder(tmp_path)
    for name in ("alkmaar", "zwolle"):
        shutil.copytree(folder / "voorbeeldstad-2022", folder / name)
        (folder / name / "source.md").write_text(PARKS, encoding="utf-8")
    shutil.copytree(KNOWLEDGE / "regeerakkoord-2017", folder / "regeerakkoord-2017")
    knowledge = load_knowledge(folder)
    return index_of(knowledge), knowledge


def bare(knowledge: Knowledge) -> Knowledge:
    """Without hints: they are indexed, and need not be kept beside the text."""
    return knowledge._replace(
        passages=tuple(
            p._replace(questions=(), keywords=(), sentences=tuple(s._replace(questions=(), keywords=()) for s in p.sentences))
            for p in knowledge.passages
        )
    )


def assert_holds(index: Index, knowledge: Knowledge) -> None:
    """What the index gives is what was put into it."""
    wanted = bare(knowledge)
    assert index.documents == wanted.documents
    assert [document.text for document in index.documents] == [document.text for document in wanted.documents]
    assert tuple(index.passages) == wanted.passages
    for passage in wanted.passages:
        assert index.passage(passage.id) == passage
        assert [index.coded(code) for code in (code_of(passage.id), passage.id.replace("/", "_"))] == [passage, passage]
        title = passage.section.title
        assert index.under_theme(title) == [p for p in wanted.passages if p.section.title == title]
        around = [p for p in wanted.passages if p.document.id == passage.document.id and p.section == passage.section]
        assert index.beside(passage) == around
    for document in wanted.documents:
        assert index.count(document) == wanted.count(document)
        assert index.count_sections(document) == wanted.count_sections(document)
        assert [index.passages[number].document for number in index.stretch(document.id)] == [document] * wanted.count(document)


def test_an_index_holds_what_the_folder_holds(index: Index, knowledge: Knowledge) -> None:
    assert_holds(index, knowledge)


def test_several_documents_stand_in_the_order_of_their_names(several: tuple[Index, Knowledge]) -> None:
    assert_holds(*several)


def test_documents_with_hints_stand_alone_the_others_together(several: tuple[Index, Knowledge]) -> None:
    groups = [[document.id for document in group.documents] for group in several[0].groups]
    assert groups == [["regeerakkoord-2017"], ["alkmaar", "voorbeeldstad-2022", "zwolle"]]


def test_groups_number_their_own_passages(several: tuple[Index, Knowledge]) -> None:
    index, _ = several
    for group in index.groups:
        for document in group.documents:
            for number in group.stretch(document.id):
                assert group.document_of(number) is document
                assert group.passages[number].document == document
    assert index.groups[1].stretch("regeerakkoord-2017") == range(0)


def test_passages_that_are_read_together_are_those_read_one_by_one() -> None:
    knowledge = load_knowledge(KNOWLEDGE)
    one_by_one, together = index_of(knowledge), index_of(knowledge)
    for group, other in zip(one_by_one.groups, together.groups, strict=True):
        numbers = range(len(group.passages))
        other.read_ahead(numbers)
        assert [other.passages[n] for n in numbers] == [group.passages[n] for n in numbers]


def test_headings_are_found_by_the_words_that_they_have(index: Index) -> None:
    for group in index.groups:
        for document in group.documents:
            for section, numbers in group.outline(document.id):
                words = [(word.stem, *word.roots()) for heading in section.headings for word in group.analyser.content(heading)]
                if words and numbers:
                    assert section in group.headings_with(document.id, words)
            assert group.headings_with(document.id, [("\0",)]) == []


def test_what_is_not_there_is_not_found(index: Index) -> None:
    for name in ("nergens/is/dit", "", "\ud800", "x" * 11):
        assert index.passage(name) is None
        assert index.coded(name) is None
    assert index.stretch("nergens") == range(0)
    for number in (len(index.passages), -len(index.passages) - 1):
        with pytest.raises(IndexError):
            index.passages[number]
    assert index.passages[-1].id == index.passages[len(index.passages) - 1].id
    assert [p.id for p in index.passages[3:5]] == [index.passages[3].id, index.passages[4].id]


def test_themes_are_headings_that_hold_passages(index: Index, knowledge: Knowledge) -> None:
    assert "Discriminatie" not in index.themes()
    assert set(index.themes()) <= {passage.section.title for passage in knowledge.passages}


def test_a_sentence_has_its_own_words_more_firmly_than_those_around_it(several: tuple[Index, Knowledge]) -> None:
    group = several[0].groups[1]
    first, second = group.views(0)
    word = group.analyser.word
    assert first.narrow[word("park").stem] == first.wide[word("park").stem] == 1.0
    assert first.narrow[word("schooltuin").stem] == 1.0
    assert first.narrow[word("school").stem] == PART_STRENGTH
    assert first.wide[word("groen").stem] == HEADING_STRENGTH
    assert word("park").stem not in second.narrow
    assert 0 < second.wide[word("park").stem] < 1
    assert group.sentences.held([0], [], ["_pa"]).grams.tolist() == [[1.0, 0.0]]


def test_asking_for_some_words_gives_the_same_as_asking_for_all(index: Index) -> None:
    (group,) = index.groups
    numbers = [3, 0, 17, len(index.passages) - 1]
    whole = {number: group.views(number) for number in numbers}
    keys = sorted({key for views in whole.values() for view in views for key in view.wide})[::7]
    assert [group.sentences.lengths(number) for number in numbers] == [[len(view.narrow) for view in whole[number]] for number in numbers]
    texts = [sentence.text for number in numbers for sentence in group.passages[number].sentences]
    in_texts = [{gram for word in group.analyser.content(text) for gram in word.grams()} for text in texts]
    grams = sorted(set().union(*in_texts))[::5]
    held = group.sentences.held(numbers, [*keys, "nergens"], [*grams, "###"])
    views = [view for number in numbers for view in whole[number]]
    assert [(p, s) for p, s in zip(held.passages.tolist(), held.sentences.tolist(), strict=True)] == [
        (v.passage, v.sentence) for v in views
    ]
    assert held.narrow.T.tolist() == [[view.narrow.get(key, 0.0) for key in [*keys, "nergens"]] for view in views]
    assert held.wide.T.tolist() == [[view.wide.get(key, 0.0) for key in [*keys, "nergens"]] for view in views]
    assert held.grams.T.tolist() == [[float(gram in own) for gram in [*grams, "###"]] for own in in_texts]


def test_facts_are_those_of_the_sentences(index: Index, knowledge: Knowledge) -> None:
    (group,) = index.groups
    for number, passage in enumerate(knowledge.passages):
        facts = [facts_of(sentence.text) for sentence in passage.sentences]
        assert [view.facts for view in group.views(number)] == facts
        assert group.passage_facts(number).kinds == frozenset().union(*(f.kinds for f in facts))
        assert [decoded_facts(encoded_facts(f)) for f in facts] == facts


def test_known_words_are_those_of_texts_headings_and_hints(index: Index, knowledge: Knowledge) -> None:
    (group,) = index.groups
    tokens = [t for p in knowledge.passages for text in (p.text, *p.section.headings) for t in tokenize(text)]
    assert set(group.analyser.source_words) == {form for t in tokens for form in (t.form, *t.parts)}
    assert "vluchtelingen" in group.analyser.source_words
    assert "zzz" not in group.analyser.source_words
    hints = [text for p in knowledge.passages for s in p.sentences for text in (*s.questions, *s.keywords)]
    hints += [text for p in knowledge.passages for text in (*p.questions, *p.keywords)]
    assert set(group.analyser.hint_words) == {t.form for text in hints for t in tokenize(text)}
    assert len(group.hints) == sum(len(p.questions) + sum(len(s.questions) for s in p.sentences) for p in knowledge.passages)


def test_a_word_reads_the_same_from_an_index(index: Index) -> None:
    (group,) = index.groups
    fresh = index_of(load_knowledge(KNOWLEDGE)).groups[0].analyser
    for form in list(group.analyser.source_words)[::20]:
        word = group.analyser.word(form)
        fresh.compounds.parts(form)
        assert (word.form, word.stem, word.root, word.parts) == (form, *fresh.word(form)[1:4])


@given(st.lists(st.text(st.characters(exclude_categories=())), unique=True, max_size=40), st.text())
def test_texts_are_found_by_number_and_numbers_by_text(texts: list[str], other: str) -> None:
    strings = Strings(*Strings.arrays(texts))
    assert list(strings) == texts
    assert [strings.find(text) for text in texts] == list(range(len(texts)))
    assert strings.find(other) == (texts.index(other) if other in texts else -1)


@given(st.lists(st.integers(0, (1 << 24) - 1)))
def test_numbers_of_words_come_back_as_they_were_kept(numbers: list[int]) -> None:
    assert unpacked_words(packed_words(numbers)).tolist() == numbers


def encoder(texts: Sequence[str]) -> Halves:
    """Not much of an encoder: the length of a text, and how many vowels it has."""
    return np.array([[len(text), sum(text.count(c) for c in "aeiou")] for text in texts], dtype=np.float16)


def test_vectors_are_made_once_and_stay_when_the_index_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = write_folder(tmp_path)
    index = load_assistant(folder).knowledge
    (group,) = index.groups
    assert group.vectors(Unit.SENTENCE, "proef") is None
    assert index.vectors.missing("proef") > 0
    index.vectors.fill(encoder, "proef")
    assert index.vectors.missing("proef") == 0
    sentences = [sentence.text for passage in group.passages for sentence in passage.sentences]
    made = group.vectors(Unit.SENTENCE, "proef")
    assert made is not None
    assert made.tolist() == encoder(sentences).tolist()
    assert group.vectors(Unit.PASSAGE, "ander") is None
    shutil.copytree(folder / "voorbeeldstad-2022", folder / "zwolle")
    (folder / "zwolle" / "source.md").write_text(PARKS, encoding="utf-8")
    again = load_assistant(folder).knowledge
    assert again.groups[0].vectors(Unit.PASSAGE, "proef") is None
    told: list[str] = []

    def counting(texts: Sequence[str]) -> Halves:
        told.extend(texts)
        return encoder(texts)

    again.vectors.fill(counting, "proef")
    assert [text.rpartition(": ")[2] for text in told] == [
        "In elk park komt een nieuwe schooltuin.",
        "Dat kost 300 euro.",
        "De gemeente plant 300 bomen.",
        "In elk park komt een nieuwe schooltuin. Dat kost 300 euro.",
        "De gemeente plant 300 bomen.",
    ]
    vectors = again.groups[0].vectors(Unit.PASSAGE, "proef")
    assert vectors is not None
    assert len(vectors) == 5


def test_of_a_document_that_changed_only_new_texts_get_a_vector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    folder = write_folder(tmp_path, source=PARKS)
    load_assistant(folder, meaning=False).knowledge.vectors.fill(encoder, "proef")
    changed = PARKS.replace("300 bomen", "400 bomen").replace("# Groen\n", "# Groen\n\nEerst dit.\n")
    (folder / "voorbeeldstad-2022" / "source.md").write_text(changed, encoding="utf-8")
    index = load_assistant(folder, meaning=False).knowledge
    told: list[str] = []

    def counting(texts: Sequence[str]) -> Halves:
        told.extend(texts)
        return encoder(texts)

    assert index.vectors.missing("proef") == 4
    assert index.vectors.missing("ander") == 7, "another encoder has none"
    index.vectors.fill(counting, "proef")
    assert [text.rpartition(": ")[2] for text in told] == ["Eerst dit.", "De gemeente plant 400 bomen."] * 2
    (group,) = index.groups
    sentences = group.vectors(Unit.SENTENCE, "proef")
    assert sentences is not None
    assert sentences.tolist() == encoder([sentence.text for passage in group.passages for sentence in passage.sentences]).tolist()
    (folder / "voorbeeldstad-2022" / "source.md").write_text(changed.replace("Eerst dit.\n\n", ""), encoding="utf-8")
    assert load_assistant(folder, meaning=False).knowledge.vectors.missing("proef") == 0, "what was only shortened has all at once"


def test_damaged_vectors_are_not_used_and_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    index = load_assistant(write_folder(tmp_path, source=PARKS), meaning=False).knowledge
    index.vectors.fill(encoder, "proef")
    (file,) = (tmp_path / "cache").rglob("*.vectors")
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE vectors SET data = zeroblob(length(data)) WHERE kind = 'sentence proef'")
    (group,) = index.groups
    assert group.vectors(Unit.SENTENCE, "proef") is None
    assert index.vectors.missing("proef") == 3
    index.vectors.fill(encoder, "proef")
    sentences = group.vectors(Unit.SENTENCE, "proef")
    assert sentences is not None
    assert sentences.any()


def test_what_stands_under_the_same_heading_is_found_where_a_document_has_it_twice(tmp_path: Path) -> None:
    text = "# Eerst\n\n## Artikel 1\n\nHet eerste lid.\n\nHet tweede lid.\n\n## Artikel 2\n\nIets anders.\n\n## Artikel 1\n\nNog een lid.\n"
    for name in ("een", "twee"):
        folder = write_folder(tmp_path, source=text, name=name)
    (group,) = index_of(load_knowledge(folder)).groups
    assert [group.beside(number) for number in range(4)] == [[0, 1, 3], [0, 1, 3], [2], [0, 1, 3]]
    assert group.beside(5) == [4, 5, 7]
    assert group.in_headings("een", ["artikel"])
    assert group.in_headings("een", ["artikel", "eerst"])
    assert not group.in_headings("een", ["artikel", "lid"])
    assert not group.in_headings("drie", ["artikel"])


@given(st.lists(st.text(max_size=8).filter(lambda form: "\0" not in form), max_size=6))
def test_the_ngrams_of_many_words_are_those_of_each(forms: list[str]) -> None:
    grams, rows = grams_of(forms)
    expected = [Word(form, form, form, (), False).grams() if form else () for form in forms]
    assert [tuple(grams[number] for number in rows.row(place)) for place in range(len(forms))] == expected
    assert grams == list(dict.fromkeys(gram for some in expected for gram in some))
