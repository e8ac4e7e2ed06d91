"""PDFs: what a reader would want to find in source.md, and nothing else."""

from pathlib import Path

import pytest

from bot.errors import ConversionError
from bot.ingest.blocks import LeftOut
from bot.ingest.sandbox import convert
from bot.ingest.source import SourceText, write_source
from tests.ingest.refusals import refused
from tests.ingest.small_files import Sheet, pdf

LONG = [
    "De gemeente maakt de binnenstad groener en koeler. In elke straat komen bomen",
    "en struiken te staan, en de markt krijgt een vijver waar kinderen kunnen spelen.",
    "Bewoners beslissen mee over de plek en over de soort.",
]

KEY = "(12345678901234567890123456789012)"
LOCKED = f"/Encrypt << /Filter /Standard /V 1 /R 2 /O {KEY} /U {KEY} /P -4 >>"


def written(tmp_path: Path, *sheets: Sheet) -> SourceText:
    """The source text of a PDF of these pages."""
    path = tmp_path / "stuk.pdf"
    path.write_bytes(pdf(sheets))
    return write_source(convert(path).blocks)


def test_headings_come_from_size_and_style_and_lines_become_paragraphs(tmp_path: Path) -> None:
    sheet = (
        Sheet()
        .put("1. Groen", 72, 80, 16, "bold").put("Bomen", 72, 110, 11, "italic").lines(LONG, top=126)
        .put("Water", 72, 190, 11, "italic").lines(LONG, top=206)
    )  # fmt: skip
    assert written(tmp_path, sheet).text == f"# 1. Groen\n\n## Bomen\n\n{' '.join(LONG)}\n\n## Water\n\n{' '.join(LONG)}\n"


def test_bullets_hang_together_and_inner_ones_are_indented(tmp_path: Path) -> None:
    sheet = Sheet().lines(LONG, top=100)
    sheet.put("•", 72, 160).put("We planten duizend bomen in de hele stad, te beginnen bij de scholen en de", 90, 160)
    sheet.put("zorghuizen.", 90, 174).put("-", 100, 188).put("Ook fruitbomen.", 112, 188).put("•", 72, 202).put("We bouwen niet.", 90, 202)
    assert written(tmp_path, sheet).text.splitlines()[2:] == [
        "- We planten duizend bomen in de hele stad, te beginnen bij de scholen en de zorghuizen.",
        "  - Ook fruitbomen.",
        "- We bouwen niet.",
    ]


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"Links staat regel {n} van de kolom" for n in range(1, 9)]
    right = [f"rechts staat regel {n} van de kolom" for n in range(1, 9)]
    sheet = Sheet().put("Een kop boven beide kolommen van dit blad", 72, 80, 16, "bold")
    # Line by line across the gutter, as some programs write them.
    for number in range(8):
        sheet.put(left[number], 72, 110 + 14 * number).put(right[number], 310, 110 + 14 * number)
    assert " ".join(left + right) in written(tmp_path, sheet).text


def test_a_paragraph_goes_on_over_the_page_and_the_place_of_each_page_is_kept(tmp_path: Path) -> None:
    first = Sheet().lines(["We verhogen het bedrag voor elke school in de gemeente, zodat er meer lessen"], top=700)
    second = Sheet().lines(["in muziek komen. Dat kost twee ton."], top=100)
    source = written(tmp_path, first, second)
    assert (
        source.text == "We verhogen het bedrag voor elke school in de gemeente, zodat er meer lessen in muziek komen. Dat kost twee ton.\n"
    )
    assert source.pages == ((0, 1), (source.text.index("in muziek"), 2))


def test_running_lines_and_page_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    sheets = [
        Sheet().put("Gemeente Zuidmeer", 72, 40, 9).lines(LONG, top=150).put(f"Hoofdstuk {n % 3}    {n + 4}", 72, 800, 9)
        for n in range(1, 6)
    ]
    path = tmp_path / "stuk.pdf"
    path.write_bytes(pdf(sheets))
    found = convert(path)
    assert "Zuidmeer" not in write_source(found.blocks).text
    assert "Hoofdstuk" not in write_source(found.blocks).text
    assert found.left_out == {LeftOut.RUNNING_LINES: 10}


def test_a_table_of_contents_is_left_out(tmp_path: Path) -> None:
    contents = Sheet().put("Inhoudsopgave", 72, 80, 16, "bold")
    contents.lines([f"{n}. Hoofdstuk over iets {'.' * 40} {n}" for n in range(1, 6)], top=110)
    text = written(tmp_path, contents, Sheet().put("1. Hoofdstuk over iets", 72, 80, 16, "bold").lines(LONG)).text
    assert text == f"# 1. Hoofdstuk over iets\n\n{' '.join(LONG)}\n"


def test_a_ruled_table_becomes_rows_and_empty_cells_keep_their_place(tmp_path: Path) -> None:
    sheet = Sheet().lines(LONG).grid([72, 250, 350, 450], [200, 220, 250, 270])
    for text, left, top in (
        ("in mln", 80, 214), ("2022", 260, 214), ("2023", 360, 214), ("Onderwijs en", 80, 234), ("jeugd", 80, 245), ("5", 260, 240),
        ("7", 360, 240), ("Wegen", 80, 264), ("9", 360, 264),
    ):  # fmt: skip
        sheet.put(text, left, top)
    assert written(tmp_path, sheet).text.splitlines()[2:] == [
        "| in mln\u20032022\u20032023", "| Onderwijs en jeugd\u20035\u20037", "| Wegen\u2003\u20039",
    ]  # fmt: skip


def test_a_footnote_stands_after_the_paragraph_that_the_page_breaks(tmp_path: Path) -> None:
    first = Sheet().lines(LONG[:2], top=690).put("1", 72, 760, 6).put("Zie de begroting van 2020.", 77, 763, 8)
    second = Sheet().lines(LONG[2:], top=100)
    # The sentence ends on the next page, so it is not cut in two by the note.
    first.content.pop(1)
    text = written(tmp_path, first, second).text
    assert text.endswith("[^1]: Zie de begroting van 2020.\n")


def test_hyphens_at_line_ends_go_only_where_the_joined_word_is_known(tmp_path: Path) -> None:
    sheet = Sheet().lines([
        "De bibliotheek gaat vaker open. Voor kinderen komt er een nieuwe biblio-",
        "theek met een zaal voor muziek, die is bedoeld voor zang- en dansclubs uit de EU-",
        "landen, en er komt een rode pixel-",
        "kermis door het land- en",
        "tuinbouwgebied.",
    ])  # fmt: skip
    text = written(tmp_path, sheet).text
    assert "nieuwe bibliotheek met" in text
    assert "EU-landen" in text
    assert "pixelkermis" in text
    assert "land- en tuinbouwgebied" in text


def test_a_cover_keeps_its_lines_apart_and_only_its_title_is_a_heading(tmp_path: Path) -> None:
    cover = Sheet().put("Samen verder,", 72, 250, 36, "bold").put("samen sterk", 72, 294, 36, "bold")
    cover.put("Akkoord 2022 - 2026", 72, 400, 18).put("Partij A en Partij B", 72, 430, 18)
    text = written(tmp_path, cover, Sheet().put("1. Wonen", 72, 80, 16, "bold").lines(LONG)).text
    assert text.startswith("# Samen verder, samen sterk\n\nAkkoord 2022 - 2026\n\nPartij A en Partij B\n\n# 1. Wonen\n")


def test_a_scanned_page_among_others_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "stuk.pdf"
    path.write_bytes(pdf([Sheet().lines(LONG), Sheet().picture()]))
    assert convert(path).left_out == {LeftOut.IMAGES: 1, LeftOut.SCANNED_PAGES: 1}


def test_turned_text_is_left_out_and_a_turned_page_is_read(tmp_path: Path) -> None:
    stamped = Sheet().lines(LONG)
    stamped.content.append("BT /plain 30 Tf 0.7 0.7 -0.7 0.7 100 200 Tm (CONCEPT) Tj ET BT /plain 9 Tf 0 1 -1 0 20 300 Tm (nota) Tj ET")
    assert written(tmp_path, stamped).text == " ".join(LONG) + "\n"
    turned = Sheet(turned=90)
    turned.content += [f"BT /plain 11 Tf 0 1 -1 0 {100 + 14 * number} 72 Tm ({line}) Tj ET" for number, line in enumerate(LONG)]
    assert written(tmp_path, turned).text == " ".join(LONG) + "\n"


def test_a_table_between_paragraphs_stays_between_them(tmp_path: Path) -> None:
    sheet = Sheet().lines(LONG, top=120).lines(LONG, top=300)
    for top in (200, 400):
        sheet.grid([72, 200, 300], [top, top + 20]).put("Zorg", 80, top + 14).put("12", 210, top + 14)
    whole = " ".join(LONG)
    assert written(tmp_path, sheet).text == f"{whole}\n\n| Zorg\u200312\n\n{whole}\n\n| Zorg\u200312\n"


def test_title_and_year_come_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "stuk.pdf"
    path.write_bytes(pdf([Sheet().lines(LONG)], title="Groenplan", created="D:20200102030405Z"))
    found = convert(path)
    assert (found.title, found.year, found.pages) == ("Groenplan", 2020, 1)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (pdf([Sheet().picture(), Sheet().picture()]), "scan"),
        (pdf([Sheet().lines(LONG)], trailer=LOCKED), "versleuteld"),
        (b"%PDF-1.7\nen verder niets", "beschadigd"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_gives_one_clear_error(tmp_path: Path, data: bytes, says: str) -> None:
    path = tmp_path / "stuk.pdf"
    path.write_bytes(data)
    with refused(says, ConversionError):
        convert(path)


def test_a_line_that_runs_off_the_page_keeps_its_words_and_text_beside_the_page_is_left_out(tmp_path: Path) -> None:
    sheet = (
        Sheet()
        .lines(["De gemeente helpt iedereen die hier komt wonen en leven,"], left=400, top=100)
        .lines(["ook later."], left=400, top=114)
    )
    text = written(tmp_path, sheet.put("De andere bladzijde", 700, 128))
    assert text.text == "De gemeente helpt iedereen die hier komt wonen en leven, ook later.\n"
