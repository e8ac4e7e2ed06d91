"""A real agreement of 50 pages, where it is at hand: what a reader of source.md would check."""

import re
from pathlib import Path

import pypdfium2
import pytest

from bot.ingest.add import Metadata, add
from bot.knowledge.folder import load_knowledge
from bot.knowledge.model import Knowledge
from tests.paths import shared


def _file() -> Path:
    return shared("documents/coalitieakkoord-2021/coalitieakkoord-2021-2025.pdf")


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Knowledge:
    folder = tmp_path_factory.mktemp("knowledge")
    add(_file(), folder, Metadata(title="Omzien naar elkaar", publisher="VVD, D66, CDA en ChristenUnie"))
    return load_knowledge(folder)


def fold(text: str) -> str:
    return re.sub(r"[\s-]+", "", text)  # Hyphens at line ends are mended; see test_source.


def test_chapters_are_headings_and_nothing_of_the_contents_is_left(knowledge: Knowledge) -> None:
    top = [section.title for _, section in knowledge.sections if section.level == 1]
    assert top == [
        "Omzien naar elkaar, vooruitkijken naar de toekomst", "1. Democratische rechtsorde", "2. Duurzaam land",
        "3. Veiligheid en sterke samenleving", "4. Bestaanszekerheid en kansengelijkheid", "5. Welvarend land", "6. Gezondheid",
        "7. Internationaal", "Bijlage: financiën",
    ]  # fmt: skip
    assert "Inhoudsopgave" not in knowledge.documents[0].text


def test_every_sentence_stands_in_the_file_on_the_pages_it_says(knowledge: Knowledge) -> None:
    with pypdfium2.PdfDocument(_file()) as file:
        # The page number stands before the text of each page and is cut off, so that sentences can go on over pages.
        pages = [re.sub(r"^\s*\d+\s", "", page.get_textpage().get_text_bounded()).replace("\x02", "-") for page in file]
    wrong = []
    for passage in knowledge.passages:
        for sentence in passage.sentences:
            first, last = passage.document.page_at(sentence.span.start), passage.document.page_at(sentence.span.end - 1)
            assert first is not None
            assert last is not None
            if fold(sentence.text) not in fold("".join(pages[first - 1 : last])):
                wrong.append(sentence.text)
    assert not wrong


def test_the_introduction_and_the_tables_are_there_and_page_numbers_are_not(knowledge: Knowledge) -> None:
    texts = [" ".join(passage.text.split()) for passage in knowledge.passages]
    assert "EMU-schuld 58,6% 59,0% 59,6% 60,4%" in texts
    assert any(text.startswith("Wij presenteren onze ambitieuze toekomstplannen") for text in texts)
    assert not [text for text in texts if text.isdigit()]


def test_a_bullet_cut_by_a_page_is_one_passage_with_two_pages(knowledge: Knowledge) -> None:
    (cut,) = (passage for passage in knowledge.passages if "om ouders een vast aanspreekpunt" in passage.text)
    assert (cut.document.page_at(cut.span.start), cut.document.page_at(cut.span.end - 1)) == (5, 6)
