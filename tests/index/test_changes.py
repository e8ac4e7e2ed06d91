"""What changed is written beside an index, and both together answer as an index that is made afresh, to the last digit."""

import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings

from bot.answering.assistant import Assistant
from bot.index import changes as room
from bot.index.folder import open_index
from bot.index.group import Group
from bot.index.index import Index
from bot.index.protocol import Field
from bot.index.schema import Floats
from bot.index.vectors import Halves, Unit
from bot.knowledge.links import code_of, folded_id
from bot.language.tokens import tokenize
from tests.index.test_earlier import CHANGES, QUESTIONS, SENTENCES, content, write

MISSPELT = ("kroelbegrotign", "gemeentee", "vlaasd", "drommelplanen", "balei", "zwembat")
ALL = 50.0
"""More than all passages may lie apart."""


def opened(folder: Path, home: Path | None, share: float = ALL, as_one: bool = False) -> Index:
    """The index of a folder, where changes lie apart however few passages there are."""
    with patch.object(room, "APART_FROM", 0), patch.object(room, "CHANGED_SHARE", share):
        return open_index(folder, home, list, as_one=as_one)


def keys_and_forms(*groups: Group) -> tuple[list[str], list[str]]:
    """All keys and all forms that one of some groups has."""
    forms = {form.removesuffix("!") for group in groups for form in group.words.forms.all()}
    return sorted({key for group in groups for key in group.words.keys.all()}), sorted(forms)


def assert_reads_alike(one: Group, other: Group) -> None:
    """Words, sentences and headings are read alike."""
    keys, forms = keys_and_forms(one, other)
    assert set(one.analyser.source_words) == set(other.analyser.source_words)
    assert [(key in one.keys, one.knows_stem(key)) for key in keys] == [(key in other.keys, other.knows_stem(key)) for key in keys]
    assert [one.analyser.word(form) for form in forms] == [other.analyser.word(form) for form in forms]
    for word in MISSPELT:
        (token,) = tokenize(word)
        assert one.analyser.speller.correction(token, False) == other.analyser.speller.correction(token, False)
    assert one.facts == other.facts
    assert one.sentences.starts().tolist() == other.sentences.starts().tolist()
    numbers = range(len(other.passages))
    for number in numbers:
        assert [(v.narrow, v.wide, v.facts) for v in one.views(number)] == [(v.narrow, v.wide, v.facts) for v in other.views(number)]
        assert one.sentences.lengths(number) == other.sentences.lengths(number)
        assert (one.beside(number), one.section_of(number)) == (other.beside(number), other.section_of(number))
        assert one.number_of(other.passages[number].id) == number
    grams = sorted(other.words.grams.all())
    for a, b in zip(one.sentences.held(numbers, keys, grams), other.sentences.held(numbers, keys, grams), strict=True):
        assert np.array_equal(a, b)
    for document in other.documents:
        assert one.outline(document.id) == other.outline(document.id)
        for form in forms:
            assert one.in_headings(document.id, [form]) == other.in_headings(document.id, [form])
            assert one.headings_with(document.id, [(form,)]) == other.headings_with(document.id, [(form,)])


def assert_finds_alike(one: Group, other: Group, terms: dict[Field, Sequence[str]], chance: random.Random) -> None:
    """Searches give the same texts with the same evidence, to the last digit."""
    size = len(other.passages)
    ours, theirs = one.retriever, other.retriever
    for field, names in terms.items():
        assert [ours.idf(field, name) for name in (*names, "nergens")] == [theirs.idf(field, name) for name in (*names, "nergens")]
    for turn in range(12):
        query = {
            field: {name: chance.random() + 0.1 for name in chance.sample(names, min(len(names), 5))} for field, names in terms.items()
        }
        weights = {field: chance.random() for field in query}
        among = [range(max(1, size // 2))] if turn % 3 == 0 else None
        for limit in (2, 50):
            assert ours.search(query, weights, limit, among) == theirs.search(query, weights, limit, among)
        words = chance.sample(terms[Field.FORMS], min(2, len(terms[Field.FORMS])))
        assert one.holding(words, [range(size)]) == other.holding(words, [range(size)])


def assert_shows_alike(one: Index, other: Index) -> None:
    """What pages, links and the comparison of vectors read is the same."""
    for document in other.documents:
        assert one.outline(document) == other.outline(document)
        assert one.stretch(document.id) == other.stretch(document.id)
        assert (one.count(document), one.count_sections(document)) == (other.count(document), other.count_sections(document))
    for passage in other.passages:
        assert one.beside(passage) == other.beside(passage)
        for code in (code_of(passage.id), folded_id(passage.id)):
            assert one.coded(code) == other.coded(code)
    for index in (one, other):
        index.vectors.fill(vector_of_each, "proef")
    for ours, theirs in zip(one.groups, other.groups, strict=True):
        for unit in Unit:
            assert_same_vectors(ours.vectors(unit, "proef"), theirs.vectors(unit, "proef"))
            for document in theirs.documents:
                assert_same_vectors(ours.vectors_in(document.id, unit, "proef"), theirs.vectors_in(document.id, unit, "proef"))


def assert_same_vectors(one: Halves | None, other: Halves | None) -> None:
    """All are there, and the same."""
    assert one is not None
    assert other is not None
    assert np.array_equal(one, other)


def vector_of_each(texts: Sequence[str]) -> Floats:
    """An encoder: other texts have other vectors."""
    return np.array([np.frombuffer(blake2b(text.encode(), digest_size=8).digest(), np.uint8) for text in texts], dtype=np.float64)


def assert_same(one: Index, other: Index) -> None:
    """Every answer, every score and every order is the same."""
    assert one.version == other.version
    assert (one.documents, tuple(one.passages), one.themes()) == (other.documents, tuple(other.passages), other.themes())
    assert [one.passage(passage.id) for passage in other.passages] == list(other.passages)
    assert [one.under_theme(theme) for theme in other.themes()] == [other.under_theme(theme) for theme in other.themes()]
    assert_shows_alike(one, other)
    for ours, theirs in zip(one.groups, other.groups, strict=True):
        assert (ours.documents, tuple(ours.passages)) == (theirs.documents, tuple(theirs.passages))
        assert_reads_alike(ours, theirs)
        terms = {
            field: [
                term for (term,) in other.connection.execute("SELECT term FROM terms WHERE of_group = ? AND field = ? ORDER BY term", row)
            ]
            for field, row in ((field, (theirs.number, place)) for place, field in enumerate(Field))
        }
        assert_finds_alike(ours, theirs, {field: names for field, names in terms.items() if names}, random.Random(1))
    for question in QUESTIONS:
        mine, yours = Assistant(one).reply(question)[0], Assistant(other).reply(question)[0]
        assert (mine.outcome, mine.confidence, mine.words) == (yours.outcome, yours.confidence, yours.words)
        assert [quote.passage.id for quote in mine.quotes] == [quote.passage.id for quote in yours.quotes]


@hypothesis_settings(max_examples=6, deadline=None)
@given(CHANGES)
def test_both_files_answer_as_one_made_afresh(changes: list[tuple[str, tuple[list[tuple[str, list[str]]], bool] | None]]) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder, home = Path(temporary) / "kennis", Path(temporary) / "cache"
        write(folder, "middelburg", [("# Kroel", SENTENCES[:2])], hinted=False)
        write(folder, "rotterdam", [("# Wonen", SENTENCES[3:6]), ("## Vlaas", SENTENCES[1:3])], hinted=False)
        opened(folder, home)
        for name, given_parts in changes:
            if given_parts is None:
                shutil.rmtree(folder / name, ignore_errors=True)
            else:
                write(folder, name, *given_parts)
            assert_same(opened(folder, home), opened(folder, None))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three documents, with an index beside them in `cache`."""
    for number, name in enumerate(("alkmaar", "breda", "zwolle")):
        write(tmp_path / "kennis", name, [("# Kroel", SENTENCES[number : number + 4])], hinted=False)
    opened(tmp_path / "kennis", tmp_path / "cache")
    return tmp_path / "kennis"


def stands(home: Path) -> dict[str, tuple[int, int]]:
    """What changes where another file is put in place."""
    return {file.suffix: (file.stat().st_ino, file.stat().st_mtime_ns) for file in home.iterdir() if file.suffix in (".sqlite", ".changes")}


def test_the_larger_file_stays_as_it_is(folder: Path, tmp_path: Path) -> None:
    before = stands(tmp_path / "cache")
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    assert not opened(folder, tmp_path / "cache").is_whole
    after = stands(tmp_path / "cache")
    assert (after[".sqlite"], set(after)) == (before[".sqlite"], {".sqlite", ".changes"})
    assert not opened(folder, tmp_path / "cache").is_whole
    assert stands(tmp_path / "cache") == after, "what did not change is not written again"


@pytest.mark.parametrize("hinted", [False, True])
@pytest.mark.parametrize("changed", ["Breda", "breda"])
def test_of_two_with_one_code_the_same_is_meant(folder: Path, tmp_path: Path, changed: str, hinted: bool) -> None:
    same = [("# Kroel", SENTENCES[1:5])]
    for name in ("Breda", "breda"):
        write(folder, name, [("# Afval", SENTENCES[:2])] if name == changed else same, hinted=False)
    opened(folder, tmp_path / "cache", share=0.0)
    write(folder, changed, same, hinted=hinted)
    both = opened(folder, tmp_path / "cache")
    assert not both.is_whole
    assert_same(both, opened(folder, None))


@pytest.mark.parametrize("hinted", [True, False])
def test_where_none_is_left_of_those_that_stand_together_all_is_written_anew(folder: Path, tmp_path: Path, hinted: bool) -> None:
    for name in ("alkmaar", "breda", "zwolle"):
        shutil.rmtree(folder / name)
    write(folder, "utrecht", [("# Afval", SENTENCES[4:6])], hinted=hinted)
    assert_same(opened(folder, tmp_path / "cache"), opened(folder, None))


def test_what_was_undone_leaves_nothing_apart(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    opened(folder, tmp_path / "cache")
    shutil.rmtree(folder / "breda")
    assert_same(opened(folder, tmp_path / "cache"), opened(folder, None))


def test_where_much_changed_all_is_written_anew_as_one(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    opened(folder, tmp_path / "cache")
    write(folder, "breda", [("# Afval", SENTENCES[4:7])], hinted=False)
    assert opened(folder, tmp_path / "cache", share=0.0).is_whole
    assert set(stands(tmp_path / "cache")) == {".sqlite"}


def test_who_asks_for_one_file_gets_what_is_made_afresh(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    apart = opened(folder, tmp_path / "cache")
    texts = [passage.text for passage in apart.passages]
    one = opened(folder, tmp_path / "cache", as_one=True)
    assert one.is_whole
    assert set(stands(tmp_path / "cache")) == {".sqlite"}
    assert content(one) == content(opened(folder, None))
    apart.connection.execute("PRAGMA shrink_memory")
    assert [passage.text for passage in apart.passages] == texts, "who has both open goes on"
    before = stands(tmp_path / "cache")
    assert opened(folder, tmp_path / "cache", as_one=True).is_whole
    assert stands(tmp_path / "cache") == before, "what is one already is not written again"


def test_who_asks_for_one_file_has_no_changes_written_apart(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    one = opened(folder, tmp_path / "cache", as_one=True)
    assert one.is_whole
    assert content(one) == content(opened(folder, None))
    write(folder, "zwolle", [("# Afval", SENTENCES[6:8])], hinted=False)
    assert not opened(folder, tmp_path / "cache").is_whole, "the next change lies beside it again"


def test_who_is_stopped_while_writing_leaves_what_was(folder: Path, tmp_path: Path) -> None:
    home, stop = tmp_path / "cache", KeyboardInterrupt
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    opened(folder, home)
    before = stands(home)
    write(folder, "zwolle", [("# Afval", SENTENCES[6:8])], hinted=False)
    with patch.object(os, "fsync", side_effect=stop), pytest.raises(stop):
        opened(folder, home)
    assert stands(home) == before
    assert not list(home.glob("*.building"))
    assert_same(opened(folder, home), opened(folder, None))


@pytest.mark.parametrize("torn", [b"", b"kapot", b"SQLite format 3\x00" + bytes(200)])
def test_torn_changes_are_written_again(folder: Path, tmp_path: Path, torn: bytes) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    opened(folder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").glob("*.changes")
    file.write_bytes(torn)
    assert_same(opened(folder, tmp_path / "cache"), opened(folder, None))


def test_changes_of_another_file_are_passed_over(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    opened(folder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").glob("*.changes")
    left = file.read_bytes()
    write(folder, "zwolle", [("# Afval", SENTENCES[6:8])], hinted=False)
    assert opened(folder, tmp_path / "cache", share=0.0).is_whole
    # Who was stopped between the two steps left the old changes behind.
    file.write_bytes(left)
    again = opened(folder, tmp_path / "cache")
    assert again.is_whole
    assert_same(again, opened(folder, None))


def test_who_has_the_old_ones_open_goes_on(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    before = opened(folder, tmp_path / "cache")
    texts = [passage.text for passage in before.passages]
    write(folder, "breda", [("# Afval", SENTENCES[6:8])], hinted=False)
    opened(folder, tmp_path / "cache")
    before.connection.execute("PRAGMA shrink_memory")
    assert [group.retriever.idf(Field.WORDS, "afval") for group in before.groups]
    assert [passage.text for passage in before.passages] == texts


def test_a_damaged_text_apart_is_not_taken_over(folder: Path, tmp_path: Path) -> None:
    write(folder, "breda", [("# Afval", SENTENCES[4:6])], hinted=False)
    opened(folder, tmp_path / "cache")
    (file,) = (tmp_path / "cache").glob("*.changes")
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE documents SET text = x'41414141' WHERE id = 'breda'")
    connection.close()
    write(folder, "zwolle", [("# Afval", SENTENCES[6:8])], hinted=False)
    assert_same(opened(folder, tmp_path / "cache"), opened(folder, None))
