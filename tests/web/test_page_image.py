"""The page of a PDF as an image, with the sentence marked: where the PDF was kept, and in a process of its own."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.answering.assistant import Assistant
from bot.ingest.add import Metadata, add
from bot.presentation.texts import say
from bot.settings import Settings
from bot.watch import load_assistant
from bot.web import page_image
from bot.web.app import application
from tests.paths import shared
from tests.web.visiting import Seen, ask, visitor

AGREEMENT = "documents/coalitieakkoord-2021/coalitieakkoord-2021-2025.pdf"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge folder with a PDF that was kept."""
    folder = tmp_path_factory.mktemp("kennis")
    metadata = Metadata("Coalitieakkoord 2021-2025", "Rijksoverheid", 2021)
    add(shared(AGREEMENT), folder, metadata, keep_original=True)
    return folder


@pytest.fixture(scope="module")
def over_pdf(kept: Path) -> Assistant:
    """An assistant over it."""
    return load_assistant(kept)


def pixels(png: bytes) -> NDArray[np.uint8]:
    """The rows of a PNG that `page_image.png` wrote."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, data = 8, b""
    columns = rows = 0
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        name, body = png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        assert struct.unpack(">I", png[at + 8 + size : at + 12 + size])[0] == zlib.crc32(name + body)
        if name == b"IHDR":
            columns, rows = struct.unpack(">II", body[:8])
        data += body if name == b"IDAT" else b""
        at += size + 12
    return np.frombuffer(zlib.decompress(data), dtype=np.uint8).reshape(rows, columns * 3 + 1)[:, 1:].reshape(rows, columns, 3)


async def test_the_page_of_a_quote_is_shown_with_its_sentence_marked(over_pdf: Assistant, settings: Settings) -> None:
    async with visitor(application(settings, over_pdf)) as client:
        answer = await ask(client, "Hoeveel woningen worden er per jaar gebouwd?")
        page = Seen(await client.get(answer.link(say("web", "reply", "in_place"))))
        image = page.one(".aw-page img").attributes
        assert "Pagina" in (image["alt"] or "")
        drawn = await client.get(image["src"] or "")
        assert drawn.headers["content-type"] == "image/png"
    shown = pixels(drawn.content).astype(int)
    yellow = (shown[:, :, 0] > 200) & (shown[:, :, 1] > 200) & (shown[:, :, 2] < 120)
    assert 0.001 < yellow.mean() < 0.2
    assert (shown > 200).mean() > 0.5, "the page itself is there too"


def test_every_kept_page_number_is_that_of_its_sentence(over_pdf: Assistant) -> None:
    import pypdfium2

    index = over_pdf.knowledge
    path = page_image.original(index.documents[0])
    assert path is not None
    file = pypdfium2.PdfDocument(path)
    chosen = [index.passages[n] for n in range(10, len(index.passages), len(index.passages) // 12)]
    marked = 0
    for passage in chosen:
        page = passage.document.page_at(passage.span.start)
        assert page is not None
        marked += bool(page_image.marked_boxes(file[page - 1].get_textpage(), passage.sentences[0].text))
    assert marked >= len(chosen) - 1


def test_without_the_pdf_there_is_no_image(tmp_path: Path) -> None:
    folder = tmp_path / "kennis"
    add(shared(AGREEMENT), folder, Metadata("Coalitieakkoord 2021-2025", "Rijksoverheid", 2021))
    assert not list(folder.rglob("*.pdf"))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 broken", b"\x00" * 100])
def test_a_pdf_that_breaks_costs_one_image(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "original.pdf"
    path.write_bytes(content)
    assert page_image._drawn(path, 1, "tekst") is None
