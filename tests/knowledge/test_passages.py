"""Chunking, for any text: passages in order, all text covered, nothing twice, and none too long unless it is one sentence."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.knowledge.markdown import Form, blocks
from bot.knowledge.model import Span
from bot.knowledge.passages import groups, sentence_spans

WORDS = st.sampled_from(
    [
        "De",
        "gemeente",
        "bouwt",
        "woningen",
        "dhr.",
        "Jansen",
        "enz.",
        "3.500",
        "o.a.",
        "art.",
        "12",
        "per",
        "jaar!",
        "Echt?",
        "'Ja.'",
        "(zie",
        "blz.",
        "4)",
        "é",
        "…",
        "-",
    ]
)
MARKED = st.sampled_from(["", "# Kop", "## Kop:", "#", "- punt", "  - dieper", "1. een", "| a | b |", "  opmerking"])
PROSE = st.lists(WORDS, max_size=80).map(" ".join)
LINES = st.lists(
    st.one_of(PROSE, st.text(max_size=30), MARKED),
    max_size=25,
).map("\n".join)
SIZES = st.integers(min_value=1, max_value=700)


@given(PROSE, SIZES)
def test_groups_keep_the_sentences_in_order_and_lose_none(text: str, size: int) -> None:
    sentences = sentence_spans(text)
    assert [s for group in groups(sentences, size) for s in group] == sentences


@given(PROSE, SIZES)
def test_a_group_is_at_most_the_size_unless_it_is_one_sentence(text: str, size: int) -> None:
    for group in groups(sentence_spans(text), size):
        assert len(group) == 1 or group[-1].end - group[0].start <= size


@given(st.one_of(PROSE, st.text()))
def test_sentences_cover_all_but_white_space(text: str) -> None:
    spans = sentence_spans(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == "".join(text.split())
    assert all(text[s.start : s.end].strip() == text[s.start : s.end] for s in spans)


@given(LINES)
def test_blocks_stand_in_order_and_lose_nothing_but_signs(text: str) -> None:
    found = blocks(text)
    assert all(a.span.end <= b.span.start for a, b in itertools.pairwise(found))
    covered = bytearray(len(text))
    for block in found:
        covered[block.span.start : block.span.end] = b"x" * (block.span.end - block.span.start)
    lost = "".join(c for n, c in enumerate(text) if not covered[n])
    assert not "".join(lost.split()).strip("#-*+•|.)0123456789"), lost


@given(LINES, SIZES)
def test_all_text_of_a_document_ends_in_one_passage(text: str, size: int) -> None:
    """From blocks to passages: no sentence is lost and none stands in two passages."""
    body = [block.span for block in blocks(text) if block.form is not Form.HEADING]
    passages = [group for span in body for group in groups(sentence_spans(text, span.start, span.end), size)]
    spans = [Span(group[0].start, group[-1].end) for group in passages]
    assert all(a.end <= b.start for a, b in itertools.pairwise(spans))
    said = "".join("".join(text[span.start : span.end].split()) for span in body)
    assert "".join("".join(text[s.start : s.end].split()) for s in spans) == said


def test_a_long_paragraph_is_divided_evenly() -> None:
    """Two halves rather than one full passage and a sentence left over."""
    sentences = [Span(n * 100, n * 100 + 99) for n in range(7)]
    assert [len(group) for group in groups(sentences, 600)] in ([4, 3], [3, 4])


def test_no_sentences_no_passages() -> None:
    assert groups([], 600) == []
