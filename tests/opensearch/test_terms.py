"""What is counted from a passage's words is what its posting lists say: else the cluster would find, and weigh, something else."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from bot.index.bm25 import BM25
from bot.index.build import index_of
from bot.index.group import Group
from bot.index.index import Index
from bot.index.postings import FIELDS
from bot.index.protocol import Field
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge
from bot.opensearch.layout import BETWEEN, PART, Packed, Stored, key_of, packed, proof
from bot.opensearch.passages import GroupPassages
from bot.opensearch.terms import TermCounter, Text
from tests.knowledge_folders import write_folder

SOURCE = """# Één wet voor D'66-straat

De gemeente bouwt één woningbouwproject. IS dat alles? Ja, é é n keer 's avonds.

- Starters krijgen voorrang bij woningbouwprojecten in de Kerk-
straat.

Zie www.voorbeeldstad.nl.
"""


def plain_index(folder: Path) -> Index:
    """Two documents without hints, with words that are hard to tell apart."""
    write_folder(folder, source=SOURCE)
    (folder / "kennis" / "tweede").mkdir()
    for name in ("document.yaml", "source.md"):
        text = (folder / "kennis" / "voorbeeldstad-2022" / name).read_text(encoding="utf-8")
        (folder / "kennis" / "tweede" / name).write_text(text.replace("Starters", "Woningzoekenden"), encoding="utf-8")
    return index_of(load_knowledge(folder / "kennis"))


@pytest.fixture(params=["plain", "with hints"])
def group(request: pytest.FixtureRequest, tmp_path: Path, knowledge: Knowledge) -> tuple[Index, Group]:
    """A group of documents without hints, and one with."""
    index = plain_index(tmp_path) if request.param == "plain" else index_of(knowledge)
    return index, index.groups[0]


def terms_by_posting_lists(index: Index, group: Group) -> dict[Field, list[Counter[str]]]:
    """For each field the terms of each passage."""
    engine = group.retriever
    assert isinstance(engine, BM25)
    found: dict[Field, list[Counter[str]]] = {field: [Counter() for _ in group.passages] for field in Field}
    for place, term in index.connection.execute("SELECT field, term FROM terms WHERE of_group = ?", (group.number,)).fetchall():
        for number, count in engine.counts(FIELDS[place], term):
            found[FIELDS[place]][number][term] += count
    return found


def test_the_fields_that_are_sent_hold_the_terms_of_the_posting_lists(group: tuple[Index, Group]) -> None:
    index, of = group
    expected = terms_by_posting_lists(index, of)
    (stretches,) = index.stretches()
    passages = GroupPassages(index, of)
    sent = [passage for stretch in stretches for passage in passages.of(stretch)]
    for field in Field:
        assert [Counter(passage.searched.get(field.value, "").split(BETWEEN)) - Counter([""]) for passage in sent] == expected[field], field


def test_counting_the_words_of_a_passage_gives_the_counts_of_the_posting_lists(group: tuple[Index, Group]) -> None:
    index, of = group
    expected = terms_by_posting_lists(index, of)
    passages = GroupPassages(index, of)
    texts, headings = [], of.sentences
    for stretch in index.stretches()[0]:
        for number, passage in zip(stretch.passages, passages.of(stretch), strict=True):
            weighed = passage.stored.weighed
            forms = np.array([of.words.forms.find(form) for form in weighed.forms])
            rows = headings.headings.row(headings.row(number).section).astype(np.int64)
            assert headings.row(number).section == stretch.sections[weighed.section]
            texts.append(Text(forms, rows, weighed.hints))
    wanted = sorted({(field, term) for field, counts in expected.items() for counter in counts for term in counter})
    counts, lengths = TermCounter(of.words).counts([*wanted, (Field.WORDS, "nergens")], texts)
    for row, (field, term) in enumerate(wanted):
        assert counts[row].tolist() == [counter[term] for counter in expected[field]], (field, term)
    assert not counts[-1].any()
    engine = of.retriever
    assert isinstance(engine, BM25)
    for field in Field:
        assert lengths[FIELDS.index(field)].tolist() == engine.lengths(field).tolist(), field


@pytest.mark.parametrize("whole", [None, [], ["één!", "woning"]])
@pytest.mark.parametrize("hints", [[], ["opvang", "vluchtel"]])
def test_a_passage_comes_back_as_it_was_written(whole: list[str] | None, hints: list[str]) -> None:
    stored = Stored(
        "wet/artikel-1",
        3,
        "agreement",
        12,
        "Tekst; één.\u2028",
        [12, 17, 1, 2, 18, 23, 1, 2],
        ["tekst", "één"],
        whole,
        ["ervoor"],
        "a|b\nc",
        hints,
        f"- {PART}",
        "\n| 1 |",
    )
    data = packed(stored, 7, 5)
    for sent in (data, data.rstrip("=").replace("+", "-").replace("/", "_")):
        known = Packed(sent)
        assert known.key == key_of(7, 5)
        assert known.stored() == stored
        assert known.weighed == stored.weighed


def test_a_passage_is_recognised_by_what_and_where_it_is() -> None:
    stored = Stored("wet/artikel-1", 0, "agreement", 12, "Het bedrag is 100 euro.", [12, 35, 5, 4], ["het"], None, [], "", [], "")
    others = (
        ("wet", stored._replace(text="Het bedrag is 900 euro.")),
        ("wet", stored._replace(start=13)),
        ("besluit", stored),
        ("wet", stored._replace(mark="- ")),
        ("wet", stored._replace(after="- ")),
        # Where one ends and the other begins tells too.
        ("wet", stored._replace(mark="Het", text=" bedrag is 100 euro.")),
    )
    assert proof("wet", stored) not in {proof(*other) for other in others}
