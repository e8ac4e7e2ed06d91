"""What is written to source.md is the text to the letter, and every page begins where it says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.blocks import Line, TextBlock
from bot.ingest.source import clean, write_source
from bot.knowledge.markdown import Form, blocks


def paragraph(*lines: str) -> TextBlock:
    return TextBlock(Form.PARAGRAPH, tuple(Line(line) for line in lines))


def test_signs_of_typesetting_become_what_a_reader_sees() -> None:
    assert clean("e\ufb03ci\u00ebnt fi\u00adnan\u00adci\u00eble\u00a0zaken\x07 cafe\u0301") == "efficiënt financiële zaken café"


def test_a_soft_hyphen_at_a_line_end_joins_the_word() -> None:
    assert write_source([paragraph("gemeente\u00ad", "raad")]).text == "gemeenteraad\n"


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("De gemeen-", "teraad komt.", "De gemeenteraad komt."),
        ("Het plan waar-", "mee wij helpen.", "Het plan waarmee wij helpen."),
        ("Een ondermijnings-", "aanpak.", "Een ondermijningsaanpak."),
        ("De Wasse-", "naarse raad.", "De Wassenaarse raad."),
        ("Het btw-", "tarief.", "Het btw-tarief."),
        ("De cao-", "onderhandelingen.", "De cao-onderhandelingen."),
        ("De EU-", "landen.", "De EU-landen."),
        ("Een e-", "mail.", "Een e-mail."),
        ("Het land-", "en tuinbouwgebied.", "Het land- en tuinbouwgebied."),
        ("De secretaris-", "generaal.", "De secretaris-generaal."),
    ],
)
def test_a_hyphen_at_a_line_end_goes_or_stays(before: str, after: str, joined: str) -> None:
    assert write_source([paragraph(before, after)]).text == joined + "\n"


def test_the_hyphenated_form_stays_where_the_document_writes_it_so() -> None:
    written = write_source([paragraph("Een her-", "opening is een her-opening."), paragraph("De heropening.")])
    assert written.text.startswith("Een her-opening is")


def test_a_paragraph_that_begins_like_a_heading_stays_one() -> None:
    (block,) = blocks(write_source([paragraph("# 1 in de regio")]).text)
    assert block.form is Form.PARAGRAPH


def test_a_lone_cell_goes_with_the_row_below_it() -> None:
    rows = [TextBlock(Form.ROW, (Line("Uitgaven"),)), TextBlock(Form.ROW, (Line("Zorg"), Line("12")))]
    assert write_source(rows).text == "| Uitgaven\u2003Zorg\u200312\n"


words = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
lines = st.lists(st.builds(Line, st.lists(words, max_size=6).map(" ".join), st.integers(1, 9)), min_size=1, max_size=4)
some_blocks = st.lists(
    st.builds(TextBlock, st.sampled_from([Form.HEADING, Form.PARAGRAPH, Form.BULLET, Form.ROW]), lines.map(tuple), st.integers(0, 3)),
    max_size=8,
)


@given(some_blocks)
def test_no_letter_is_added_and_pages_begin_within_the_text(given_blocks: list[TextBlock]) -> None:
    written = write_source(given_blocks)
    letters = [sign for block in given_blocks for line in block.lines for sign in clean(line.text) if sign.isalpha()]
    assert [sign for sign in written.text if sign.isalpha()] == letters
    starts = [start for start, _ in written.pages]
    assert starts == sorted(set(starts))
    assert all(start < len(written.text) for start in starts)
