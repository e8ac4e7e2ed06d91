"""Word, web pages, Markdown and plain text: the same blocks as a PDF gives."""

from pathlib import Path

import pytest

from bot.errors import ConversionError
from bot.ingest import docx as docx_module
from bot.ingest.blocks import Extracted, LeftOut
from bot.ingest.formats import read_file
from bot.ingest.sandbox import convert
from bot.ingest.source import write_source
from tests.ingest.refusals import refused
from tests.ingest.small_files import HTML, MARKDOWN, TEXT, docx, notes, paragraph, table


def read(tmp_path: Path, name: str, data: bytes | str) -> Extracted:
    """The file of this name and content, converted."""
    path = tmp_path / name
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return convert(path)


def source(found: Extracted) -> str:
    """The text that would go into source.md."""
    return write_source(found.blocks).text


def test_word_headings_lists_and_tables(tmp_path: Path) -> None:
    body = (
        paragraph("Inhoud ... 1", "Inhopg1")
        + paragraph("De bieb", "Kop1") + paragraph("Plannen", "Kop2") + paragraph("De bieb blijft open.")
        + paragraph("Meer boeken.", numbering=1) + paragraph("Ook strips.", numbering=1, level=1)
        + paragraph("Eerst kijken.", numbering=2) + paragraph("Dan lezen.", numbering=2)
        + table([["Dag", "Open"], ["maandag", "9 uur"]])
    )  # fmt: skip
    found = read(tmp_path, "brief.docx", docx(body))
    assert source(found) == (
        "# De bieb\n\n## Plannen\n\nDe bieb blijft open.\n\n- Meer boeken.\n  - Ook strips.\n- 1. Eerst kijken.\n- 2. Dan lezen.\n\n"
        "| Dag\u2003Open\n| maandag\u20039 uur\n"
    )
    assert (found.title, found.year, found.pages) == ("Raadsbrief over de bieb", 2023, None)
    assert found.left_out == {LeftOut.CONTENTS: 1}


def test_word_text_is_what_a_reader_sees(tmp_path: Path) -> None:
    run = (
        "<w:p><w:r><w:t>Het vlieg</w:t></w:r><w:ins><w:r><w:t>veld</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>tuig</w:delText></w:r></w:del>"
        '<w:r><w:footnoteReference w:id="1"/><w:t xml:space="preserve"> blijft dicht in e</w:t>'
        "<w:noBreakHyphen/><w:t>mails.</w:t></w:r></w:p>"
    )
    assert (
        source(read(tmp_path, "brief.docx", docx(run, notes(["Zie de nota."]))))
        == "Het vliegveld1 blijft dicht in e-mails.\n\n[^1]: Zie de nota.\n"
    )


def test_word_without_heading_styles_takes_short_bold_paragraphs(tmp_path: Path) -> None:
    body = paragraph("Besluit", bold=True) + paragraph("Dit is vet maar wel een zin.", bold=True) + paragraph("Wij gaan akkoord.")
    assert source(read(tmp_path, "brief.docx", docx(body))) == "## Besluit\n\nDit is vet maar wel een zin.\n\nWij gaan akkoord.\n"


def test_a_web_page_without_what_stands_around_it(tmp_path: Path) -> None:
    found = read(tmp_path, "pagina.html", HTML)
    assert source(found) == (
        "# Afvalbeleid\n\nDe gemeente haalt elke week groenafval op. Dat is gratis.\n\n## Tarieven\n\n- Grijs afval kost 3 euro per zak.\n"
        "- Papier kost niets.\n\nZet het voor acht uur buiten.\n\n- 1. Bel ons.\n- 2. Maak een afspraak.\n\n"
        "| Soort\u2003Dag\n| Glas\u2003maandag\n"
    )
    assert (found.title, found.publisher, found.year) == ("Afvalbeleid | Gemeente Zuidmeer", "Gemeente Zuidmeer", 2024)
    assert found.url == "https://www.zuidmeer.example/afval"


def test_a_web_page_in_an_old_encoding(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Financiële coördinatie</p></body></html>'
    assert source(read(tmp_path, "pagina.html", page.encode("cp1252"))) == "Financiële coördinatie\n"


def test_markdown_without_its_signs(tmp_path: Path) -> None:
    found = read(tmp_path, "plan.md", MARKDOWN)
    assert source(found) == (
        "# Wonen\n\nEr komen 300 woningen bij, ook voor starters.\n\n## Regels\n\n- Eerst de buurt.\n  - Dan de stad.\n- 1. Een\n- 2. Twee\n\n"
        "| Wijk\u2003Aantal\n| Noord\u2003120\n"
    )
    assert (found.title, found.publisher, found.year) == ("Woonplan", "Gemeente Zuidmeer", 2022)


def test_source_md_itself_comes_back_as_it_was(tmp_path: Path) -> None:
    once = source(read(tmp_path, "pagina.html", HTML))
    assert source(read(tmp_path, "source.md", once)) == once


def test_plain_text_with_numbers_capitals_and_signs(tmp_path: Path) -> None:
    assert source(read(tmp_path, "plan.txt", TEXT)) == (
        "# JAARPLAN BIBLIOTHEEK\n\n# 1. Inleiding\n\nDe bibliotheek is van iedereen en gaat ook op zondag open.\n\n# 2. Plannen\n\n"
        "- Meer boeken voor jonge lezers, ook in andere talen.\n- Een café.\n\nDe zondag is een proef.\n"
    )


def test_plain_text_with_form_feeds_has_pages(tmp_path: Path) -> None:
    found = read(tmp_path, "plan.txt", "De eerste zin loopt door op\n\n1\n\f2\n\nde tweede bladzijde.\n")
    written = write_source(found.blocks)
    assert (written.text, written.pages, found.pages) == ("De eerste zin loopt door op de tweede bladzijde.\n", ((0, 1), (28, 2)), 2)


@pytest.mark.parametrize("name", ["brief.pdf", "brief.txt", "brief"])
def test_the_content_counts_and_not_the_ending(tmp_path: Path, name: str) -> None:
    assert source(read(tmp_path, name, docx(paragraph("De bieb blijft open.")))) == "De bieb blijft open.\n"


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("leeg.pdf", b"", "leeg"),
        ("wit.txt", b"  \n\n ", "geen tekst"),
        ("oud.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "oud Office-bestand"),
        ("brief.rtf", b"{\\rtf1 hallo}", "RTF"),
        ("foto.pdf", b"\x89PNG\r\n\x1a\n" + bytes(300), "plaatje"),
        ("ding.txt", bytes(range(256)) * 4, "soort bestand"),
        ("kapot.docx", b"PK\x03\x04" + b"rommel" * 50, "beschadigd"),
        ("half.docx", docx(paragraph("De bieb."))[:700], "beschadigd"),
        ("leeg.docx", docx(""), "geen tekst"),
        ("lus.docx", docx("", {"word/styles.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "beschadigd"),
    ],
)
def test_what_cannot_be_read_gives_one_clear_error(tmp_path: Path, name: str, data: bytes, says: str) -> None:
    with refused(says, ConversionError):
        read(tmp_path, name, data)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with refused("kan niet worden gelezen", ConversionError):
        convert(tmp_path / "bestaat-niet.pdf")
    with refused("map", ConversionError):
        convert(tmp_path)


def test_an_archive_that_blows_up_is_refused_before_it_is_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(docx_module, "MAX_UNPACKED", 1_000_000)
    path = tmp_path / "bom.docx"
    path.write_bytes(docx(paragraph("a" * 2_000_000)))
    assert path.stat().st_size < 20_000
    with refused("uitgepakt", ConversionError):
        read_file(path, lambda done, total: None)


def test_a_file_that_takes_too_long_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "plan.md"
    path.write_text("- een *punt* van de lijst\n" * 200_000, encoding="utf-8")
    with refused("te lang", ConversionError):
        convert(path, seconds=1)


@pytest.mark.parametrize("sign", [">-", "|", ">"])
def test_a_text_that_stands_among_the_data_above_it_is_read(tmp_path: Path, sign: str) -> None:
    """Systems for managing web pages write a page so, with nothing below its data."""
    page = (
        f"---\ntitle: >-\n  Waarom heeft de gemeente\n  geen zwembad?\ndate: 2020-11-10T16:09:14.599Z\ncontent: {sign}\n"
        "  ## Antwoord\n\n\n  Het zwembad kost 3 miljoen euro.\n\n\n  - Dat is te duur.\nanswered: false\n---\n"
    )
    extracted = read(tmp_path, "vraag.md", page)
    assert extracted.title == "Waarom heeft de gemeente geen zwembad?"
    assert extracted.year == 2020
    assert source(extracted) == "## Antwoord\n\nHet zwembad kost 3 miljoen euro.\n\n- Dat is te duur.\n"


def test_an_indent_that_an_editor_escaped_is_no_sign_of_the_text(tmp_path: Path) -> None:
    extracted = read(tmp_path, "vraag.md", "Wij vragen:\n\n\\    a.\tkomt er een bad?\n\n\\    b.\tblijft het open?\n\n\\* geen punt\n")
    assert source(extracted) == "Wij vragen:\n\u2003a. komt er een bad?\n\u2003b. blijft het open?\n\n* geen punt\n"


def test_data_above_a_text_that_are_no_yaml_do_no_harm(tmp_path: Path) -> None:
    extracted = read(tmp_path, "plan.md", "---\ntitle: >-\ndate: [2020\n---\nHet zwembad gaat open.\n")
    assert (source(extracted), extracted.title) == ("Het zwembad gaat open.\n", "")


@pytest.mark.parametrize("name", ["begroting.pdf", "plan.md", "brief.docx"])
def test_what_only_points_to_a_document_is_none(tmp_path: Path, name: str) -> None:
    with refused("verwijzing van Git LFS"):
        read(tmp_path, name, f"version https://git-lfs.github.com/spec/v1\noid sha256:{64 * 'a'}\nsize 1001493\n")
