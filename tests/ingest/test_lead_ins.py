"""Items stand with the line that leads them in: as one passage, to the letter."""

from pathlib import Path

import pytest

from bot.ingest.add import Metadata, add
from bot.ingest.blocks import Line, TextBlock
from bot.ingest.lead_ins import depths
from bot.ingest.source import write_source
from bot.knowledge.folder import load_knowledge
from bot.knowledge.markdown import Form
from bot.knowledge.model import Passage
from tests.ingest.small_files import Sheet, docx, paragraph, pdf

CARE = """### Artikel 1

1. Het college draagt er zorg voor dat:

a. iedereen een melding kan doen;

b. er een folder is:

1°. in het Nederlands;

2°. in het Engels.
2. De raad stelt regels.
"""


def passages(path: Path, data: bytes) -> list[Passage]:
    path.write_bytes(data)
    knowledge = path.parent / "knowledge"
    add(path, knowledge, Metadata(title="Zorg", publisher="Zuidmeer", year=2024))
    return list(load_knowledge(knowledge).passages)


def lines(passage: Passage) -> list[str]:
    return [line.strip() for line in passage.text.split("\n")]


def test_a_member_of_a_statute_with_its_items_and_their_items(tmp_path: Path) -> None:
    care, rules = passages(tmp_path / "wet.md", CARE.encode())
    assert lines(care) == [
        "1. Het college draagt er zorg voor dat:", "a. iedereen een melding kan doen;", "b. er een folder is:",
        "1°. in het Nederlands;", "2°. in het Engels.",
    ]  # fmt: skip
    assert [sentence.text for sentence in care.sentences] == lines(care)
    assert rules.text == "2. De raad stelt regels."


def test_the_sign_of_a_bullet_is_quoted_as_it_stands_in_the_pdf(tmp_path: Path) -> None:
    sheet = Sheet().put("Wij kiezen voor:", 72, 100)
    for number, text in enumerate(("een nieuw zwembad;", "een schone vijver.")):
        sheet.put("\u2022", 72, 120 + 16 * number).put(text, 90, 120 + 16 * number)
    (choice,) = passages(tmp_path / "plan.pdf", pdf([sheet]))
    assert lines(choice) == ["Wij kiezen voor:", "• een nieuw zwembad;", "• een schone vijver."]
    assert [sentence.text for sentence in choice.sentences] == ["Wij kiezen voor:", "een nieuw zwembad;", "een schone vijver."]


def test_a_list_in_word_with_the_numbers_that_word_shows(tmp_path: Path) -> None:
    body = paragraph("De stappen zijn:") + paragraph("Bel ons.", numbering=2) + paragraph("Kom langs.", numbering=2) + paragraph("Klaar.")
    steps, done = passages(tmp_path / "stappen.docx", docx(body))
    assert lines(steps) == ["De stappen zijn:", "1. Bel ons.", "2. Kom langs."]
    assert done.text == "Klaar."


def test_definitions_stay_apart(tmp_path: Path) -> None:
    text = "In deze wet wordt verstaan onder:\n\na. college: burgemeester en wethouders;\n\nb. raad: de gemeenteraad.\n"
    assert len(passages(tmp_path / "wet.md", text.encode())) == 3


def test_a_footnote_among_the_items_comes_after_the_list() -> None:
    blocks = [
        TextBlock(Form.PARAGRAPH, (Line("Wij gaan:"),)), TextBlock(Form.BULLET, (Line("bouwen1;"),)),
        TextBlock(Form.NOTE, (Line("Vanaf mei."),), label="1"), TextBlock(Form.BULLET, (Line("planten."),)),
    ]  # fmt: skip
    assert write_source(blocks).text == "Wij gaan:\n\u2003bouwen1;\n\u2003planten.\n\n[^1]: Vanaf mei.\n"


def test_of_a_long_list_the_first_items_stay_with_what_leads_them_in(tmp_path: Path) -> None:
    items = "".join(f"- punt {number} {'met veel woorden ' * 12};\n" for number in range(8))
    found = passages(tmp_path / "lang.md", f"Wij gaan:\n\n{items}".encode())
    assert found[0].text.startswith("Wij gaan:")
    assert 600 < len(found[0].text) <= 900
    assert [len(passage.sentences) for passage in found[1:]] == [1] * (9 - len(found[0].sentences))


def test_a_source_that_is_added_again_gives_the_same_passages(tmp_path: Path) -> None:
    first = passages(tmp_path / "wet.md", CARE.encode())
    source = tmp_path / "knowledge" / "wet" / "source.md"
    (tmp_path / "weer").mkdir()
    again = passages(tmp_path / "weer" / "wet.md", source.read_bytes())
    assert [passage.text for passage in again] == [passage.text for passage in first]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([(0, "2. De raad:"), (0, "a. een"), (0, "b. twee"), (0, "3. drie")], [0, 1, 1, 0]),
        ([(0, "- Wij gaan:"), (1, "een"), (1, "twee"), (0, "drie")], [0, 1, 1, 0]),
        ([(0, "Wij gaan:"), (0, "een"), (0, "twee")], [0, 0, 0]),
        ([(0, "1. De raad:"), (0, "a. een"), (0, "1°. onder"), (0, "b. twee")], [0, 1, 2, 1]),
    ],
)
def test_where_the_items_of_an_item_end(items: list[tuple[int, str]], expected: list[int]) -> None:
    assert depths([TextBlock(Form.BULLET, (Line(text),), level) for level, text in items]) == expected
