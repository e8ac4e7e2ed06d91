"""Each fault of the small files comes out as it should; 01 is in test_columns, 08 in test_add."""

import pytest

from bot.ingest.blocks import LeftOut
from bot.knowledge.markdown import Form
from tests.ingest.refusals import refused
from tests.ingest.trials import read, text_of


def headings(number: str) -> list[tuple[int, str]]:
    return [(block.level, block.text) for block in read(number).blocks if block.form is Form.HEADING]


def test_02_a_chapter_on_the_page_of_its_number_is_a_heading() -> None:
    assert headings("02") == [(1, "1 Inleiding"), (1, "2 Wonen"), (1, "3 Verkeer"), (1, "4 Zorg"), (1, "5 Onderwijs")]


def test_03_the_same_heading_at_the_top_of_three_pages_stands_below_each_chapter() -> None:
    chapters = [(1, "Hoofdstuk Wonen"), (1, "Hoofdstuk Verkeer"), (1, "Hoofdstuk Zorg")]
    assert headings("03") == [heading for chapter in chapters for heading in (chapter, (2, "Wat gaan we doen?"))]


def test_04_a_bold_heading_that_ends_in_a_full_stop() -> None:
    assert headings("04") == [(1, "Onderwijs"), (1, "Sport en cultuur."), (1, "Zorg")]


def test_05_icons_are_bullets() -> None:
    bullets = [block.text for block in read("05").blocks if block.form is Form.BULLET]
    assert bullets[0] == "Gekozen wijkraden in alle kernen."
    assert len(bullets) == 4


def test_07_a_table_of_wrapped_text_without_rules() -> None:
    rows = [line for line in text_of("07").splitlines() if line.startswith("| ")]
    assert len(rows) == 3
    assert rows[1].split("\u2003") == [
        "| Minder afval in de natuur en langs de wegen",
        "We zetten extra bakken neer en vragen scholen om mee te helpen met opruimen",
        "Vanaf het voorjaar, elk jaar opnieuw in april",
    ]


def test_09_a_heading_with_spaces_between_its_letters() -> None:
    assert headings("09")[0][1] == "Wonen en bouwen"


def test_10_a_question_is_the_heading_of_its_answer() -> None:
    found = headings("10")
    assert found[0] == (
        1,
        "Vraag 1 Hoeveel bomen komen er in wijk 1? En wie gaat de bomen de eerste jaren water geven als het lang droog is?",
    )
    assert found[1] == (2, "Antwoord 1")
    assert len(found) == 8


def test_11_a_heading_that_comes_back_stands_below_the_one_before_it() -> None:
    found = headings("11")
    assert found[1:5] == [(2, "1.1 Bomen"), (3, "Dit gaan we doen"), (2, "1.2 Water"), (3, "Dit gaan we doen")]


def test_12_a_page_drawn_on_its_side_is_read() -> None:
    assert "| Zwembad\u2003300\u2003310\n" in text_of("12")


def test_13_rows_of_amounts_without_rules_between_them() -> None:
    assert "| Bestuur\u2003503\u20033.936\n| Veiligheid\u200367\u20033.152\n" in text_of("13")


def test_14_a_heading_that_hangs_out_of_the_right_hand_column() -> None:
    text = text_of("14")
    assert [title for _, title in headings("14")] == ["7.2.1 Geld voor monumenten", "7.2.2 Ruimte voor landschap in de plannen"]
    assert text.index("7.2.1") < text.index("Monumenten krijgen") < text.index("7.2.2") < text.index("Landschap telt mee")


def test_15_in_a_list_of_decisions_the_item_is_the_heading() -> None:
    assert headings("15")[1:3] == [
        (2, "4. Voorstel tot het verlengen van de huur van het dorpshuis in de kern Oost."),
        (3, "De raad besluit met algemene stemmen:"),
    ]


def test_16_a_flemish_table_of_contents_leaves_no_heading() -> None:
    assert [title for _, title in headings("16")] == ["Wonen", "Verkeer", "Zorg", "Groen en water", "Sport"]
    assert LeftOut.CONTENTS in read("16").left_out


def test_17_letters_that_are_codes_are_refused() -> None:
    with refused("letters in deze PDF zijn niet te lezen"):
        read("17")


@pytest.mark.parametrize("number", ["20", "21"])
def test_20_and_21_a_page_in_a_form_and_a_regulation_in_xml(number: str) -> None:
    assert headings(number) == [(1, "Verordening speelplekken Zonnedal"), (2, "Artikel 1 Wat is een speelplek"), (2, "Artikel 2 Onderhoud")]
    assert "Het college laat elke speelplek twee keer per jaar nakijken." in text_of(number)


def test_22_bold_articles_are_headings_and_the_links_to_them_are_contents() -> None:
    text = text_of("22")
    assert text.startswith("# Verordening speelplekken\n\n")
    assert [title for _, title in headings("22")][1:] == ["Artikel 1 Wat is een speelplek", "Artikel 2 Onderhoud"]
    assert "- onderhoud: nakijken en herstellen;\n- college: burgemeester en wethouders.\n" in text


def test_23_a_bullet_has_one_sign() -> None:
    assert "\n\u2003• Het park vergroten en de vijver schoonmaken.\n\u2003• De molen openstellen.\n" in text_of("23")


def test_30_numbers_and_letters_as_word_shows_them() -> None:
    text = text_of("30")
    assert [title for _, title in headings("30")] == ["Artikel 1 Wat is een speelplek", "Artikel 2 Onderhoud", "Artikel 3 Uitzondering"]
    for item in ("- a. speelplek:", "- b. college:", "- 2. Dat gebeurt", "\u2003i° en ook", "- c) bij werk", "- d) bij feesten"):
        assert item in text


def test_31_and_32_headings_by_their_looks_beside_those_with_a_style() -> None:
    assert [title for _, title in headings("31")] == ["Inleiding", "Deel 1: wonen", "Deel 2: verkeer", "Slot"]
    assert {title for _, title in headings("32")} >= {"Wonen", "Verkeer", "Wat kost het?"}


def test_33_a_word_file_whose_main_part_has_another_name() -> None:
    assert "De bus rijdt elk kwartier." in text_of("33")
