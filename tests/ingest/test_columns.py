"""Text beside text: read one after the other, never across."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.ingest.blocks import Extracted, PageReading
from bot.ingest.pdf.columns import split_columns
from bot.ingest.pdf.pieces import Piece
from bot.ingest.pdf.words import Style, Word
from bot.ingest.quotable import withheld
from bot.ingest.sandbox import convert
from bot.ingest.source import SourceText, write_source
from bot.knowledge.markdown import Form
from tests.ingest.small_files import Sheet, pdf
from tests.ingest.trials import text_of

WIDE = [
    "Deze regel loopt over de hele breedte van de bladzijde door, van links tot rechts.",
    "En deze regel doet dat ook, tot aan de rand.",
]
LEFT = [f"links staat regel {n} van deze kolom" for n in range(1, 12)]


def converted(tmp_path: Path, *sheets: Sheet) -> tuple[Extracted, SourceText]:
    path = tmp_path / "stuk.pdf"
    path.write_bytes(pdf(sheets))
    extracted = convert(path)
    return extracted, write_source(extracted.blocks)


def test_a_last_column_of_two_lines_below_full_width_text(tmp_path: Path) -> None:
    sheet = Sheet().lines(WIDE, top=100)
    for number, line in enumerate(LEFT):
        sheet.put(line, 72, 160 + 14 * number)
        if number < 2:
            sheet.put(("Rechts staat alleen deze zin, en die", "is na twee regels al uit.")[number], 320, 160 + 14 * number)
    text = converted(tmp_path, sheet)[1].text
    assert " ".join(LEFT) in text
    assert "Rechts staat alleen deze zin, en die is na twee regels al uit." in text


def test_columns_whose_lines_are_not_level(tmp_path: Path) -> None:
    sheet = Sheet().lines(LEFT, left=72, top=160).lines([line.replace("links", "rechts") for line in LEFT[:7]], left=320, top=166)
    text = converted(tmp_path, sheet)[1].text
    assert " ".join(LEFT) in text


def test_four_columns_on_a_spread_with_a_number_that_hangs_out(tmp_path: Path) -> None:
    sheet = Sheet()
    columns = [[f"{name} staat regel {n}" for n in range(1, 9)] for name in ("eerst", "tweede", "derde", "vierde")]
    for number, column in enumerate(columns):
        sheet.lines(column, left=60 + 130 * number, top=160, size=8)
    sheet.put("1.2", 300, 146, 9).put("Kop", 320, 146, 9, "bold")
    text = converted(tmp_path, sheet)[1].text
    assert all(" ".join(column[1:]) in text for column in columns)


def test_a_pull_quote_between_the_columns_does_not_cut_through_the_text(tmp_path: Path) -> None:
    around = [
        "Wie hier woont wil ruimte, groen en",
        "rust, en wie hier werkt wil dat ook.",
        "Daarom kiezen we voor een park, een",
        "plein en een speelplek in elke buurt.",
    ]
    sheet = (
        Sheet().lines(around, left=72, top=200).lines(["“Ruimte voor", "iedereen die", "hier woont”"], left=330, top=203, size=14, pitch=17)
    )
    assert " ".join(around) in converted(tmp_path, sheet)[1].text


def test_labels_of_several_lines_stand_before_the_text_beside_them(tmp_path: Path) -> None:
    sheet = Sheet()
    for number, (label, text) in enumerate(
        [("Wonen en", "We bouwen in elk dorp huizen voor"), ("werken", "jongeren en voor ouderen samen.")]
    ):
        sheet.put(label, 72, 200 + 14 * number).put(text, 160, 200 + 14 * number)
    text = converted(tmp_path, sheet)[1].text
    assert "Wonen en werken" in text
    assert "We bouwen in elk dorp huizen voor jongeren en voor ouderen samen." in text


@given(st.integers(2, 9), st.integers(2, 9), st.integers(0, 6), st.integers(240, 330))
def test_two_columns_of_any_length_are_never_mixed(left: int, right: int, shift: int, gutter: int) -> None:
    def column(name: str, count: int, x: float, top: float) -> list[Piece]:
        style = Style(10, bold=False, italic=False)
        return [Piece([Word(f"{name} regel {n} van deze kolom tekst", x, x + 150, top + 12 * n, style)]) for n in range(count)]

    one, other = column("links", left, 60, 100), column("rechts", right, gutter, 100 + shift)
    groups = [[piece.text for piece in sorted(group, key=lambda piece: piece.baseline)] for group in split_columns([*one, *other])]
    assert groups == [[piece.text for piece in one], [piece.text for piece in other]]


def test_the_guard_keeps_out_a_sentence_that_the_page_does_not_hold(tmp_path: Path) -> None:
    extracted, source = converted(tmp_path, Sheet().lines(WIDE, top=100).lines(LEFT[:4], top=160))
    assert withheld(source, extracted.readings) == []
    forged = SourceText(source.text + "\nDeze regel loopt van deze kolom door tot aan de rand.\n", source.pages)
    (span,) = withheld(forged, extracted.readings)
    assert forged.text[span.start : span.end] == "Deze regel loopt van deze kolom door tot aan de rand."


def test_a_short_right_hand_column_of_bullets() -> None:
    text = text_of("01")
    assert "- Meer bomen in de straat: in elke wijk planten we ieder jaar vijftig nieuwe bomen langs de weg.\n" in text
    assert "- Veilig fietsen: de fietsroute naar het station krijgt verlichting en een nieuw wegdek.\n" in text


PAIRS = [
    ("Lokaal Sportakkoord", "5.1 Sportbeleid en activering"), ("Kansrijke Start", "7.1 Volksgezondheid"),
    ("Mentale Gezondheid", "7.1 Volksgezondheid"), ("Aanpak overgewicht en obesitas", "7.1 Volksgezondheid"),
    ("Versterken sociale basis", "6.1 Samenkracht en burgerparticipatie"),
]  # fmt: skip


def test_a_table_of_two_columns_without_rules_is_read_row_by_row(tmp_path: Path) -> None:
    sheet = Sheet().put("De middelen worden zo verdeeld over de taakvelden:", 72, 90)
    for number, (left, right) in enumerate(PAIRS):
        sheet.put(left, 74, 120 + 15 * number).put(right, 297, 120 + 15 * number)
    path = tmp_path / "verdeling.pdf"
    path.write_bytes(pdf([sheet]))
    rows = [tuple(line.text for line in block.lines) for block in convert(path).blocks if block.form is Form.ROW]
    assert rows == PAIRS


def test_a_sentence_that_goes_on_with_a_capital_in_another_column_is_not_quoted() -> None:
    columns = [PageReading(("decontroleoverdezorg", "ietsanders", "vooroudereninonzedorpen"), "")]
    assert withheld(SourceText("De controle over de zorg voor ouderen in onze dorpen.\n", ((0, 1),)), columns) == []
    mixed = SourceText("De controle over de zorg Voor ouderen in onze dorpen.\n", ((0, 1),))
    assert len(withheld(mixed, columns)) == 1
