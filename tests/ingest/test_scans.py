"""Scans: their words are recognised where tesseract is installed, and everyone who reads them is told so."""

from pathlib import Path

import pytest

from bot.answering.reply import Quote
from bot.console.documents import summary_lines
from bot.index.build import index_of
from bot.ingest.add import AddSummary, Metadata, add
from bot.ingest.blocks import LeftOut
from bot.ingest.pdf.scans import words_of
from bot.ingest.sandbox import convert
from bot.knowledge.folder import load_knowledge
from bot.presentation import lines
from bot.presentation.json_lines import quote_object
from tests.ingest.refusals import refused
from tests.ingest.scans import ZONING, needs_tesseract, scanned
from tests.ingest.small_files import Sheet, pdf

HAVEN = Metadata(title="Havenplan", publisher="Zuidmeer", year=2024)


def added(tmp_path: Path, data: bytes) -> tuple[AddSummary, list[Quote]]:
    path = tmp_path / "scan.pdf"
    path.write_bytes(data)
    summary = add(path, tmp_path / "kennis", HAVEN)
    # From the index, as a reply has it.
    passages = index_of(load_knowledge(tmp_path / "kennis")).passages
    return summary, [Quote(passage, passage.span, passage.span) for passage in passages]


@needs_tesseract
def test_a_scan_is_read_and_each_quote_says_so(tmp_path: Path) -> None:
    summary, (quote,) = added(tmp_path, scanned())
    assert quote.text == " ".join(ZONING)
    assert quote.passage.section.title == "Havenplan"
    assert lines.source(quote) == "Bron: Havenplan, Zuidmeer, 2024, p. 1 (tekst herkend van een scan)"
    assert quote_object(quote)["recognised"] is True
    assert any("van 1 pagina is de tekst herkend van een scan" in line for line in summary_lines(summary))
    assert "recognised:\n- 1\n" in (tmp_path / "kennis" / "scan" / "document.yaml").read_text(encoding="utf-8")


def test_text_that_was_not_recognised_has_no_such_line(tmp_path: Path) -> None:
    summary, quotes = added(tmp_path, pdf([Sheet().lines(ZONING)]))
    assert not any(quote.recognised or "herkend" in lines.source(quote) for quote in quotes)
    assert summary.recognised == 0


@needs_tesseract
def test_a_picture_in_a_document_with_text_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "nota.pdf"
    path.write_bytes(pdf([Sheet().lines(ZONING), Sheet().lines(ZONING), Sheet().picture()]))
    extracted = convert(path)
    assert extracted.recognised == ()
    assert extracted.left_out[LeftOut.SCANNED_PAGES] == 1


def test_without_tesseract_the_refusal_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    path = tmp_path / "scan.pdf"
    path.write_bytes(scanned(dots=40))
    with refused("sudo apt install tesseract-ocr tesseract-ocr-nld"):
        convert(path)


def test_words_stand_where_they_were_seen_and_dirt_is_left_out() -> None:
    seen = """<div class='ocr_page'><span class='ocr_line' title="bbox 300 600 900 650; baseline 0 -10; x_size 50; x_descenders 10">
      <span class='ocrx_word' title='bbox 300 600 560 650; x_wconf 96'>Nieuwe</span>
      <span class='ocrx_word' title='bbox 600 600 900 650; x_wconf 91'>brug</span></span>
      <span class='ocr_line' title="bbox 10 10 40 40; baseline 0 0; x_size 30"><span class='ocrx_word' title='bbox 10 10 40 40; x_wconf 12'>~|</span></span>
      </div>"""
    (run,) = words_of(seen, 300 / 72)
    places = [(word.text, round(word.left, 1), round(word.right, 1), round(word.baseline, 1)) for word in run]
    assert places == [("Nieuwe", 72, 134.4, 153.6), ("brug", 144, 216, 153.6)]
    assert run[0].style.size == 12
