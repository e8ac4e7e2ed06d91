"""A page of a PDF as an image, with a sentence marked. Pdfium draws it in a process of its own, as `ingest.sandbox` reads files: what
crashes or hangs there costs one image."""

import json
import struct
import subprocess
import sys
import zlib
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.answering.reply import Quote
from bot.ingest.add import ORIGINAL
from bot.ingest.sandbox import limit_memory
from bot.knowledge.model import Document

SECONDS = 15.0
WIDTH = 1000
"""Pixels of an image."""

TALLEST = 4
"""How many times its width a page may be high."""

MOST_IMAGES = 32
_FIRST_LETTERS = 24
"""Letters of a sentence that must stand on the page for its beginning to be marked, where it goes on elsewhere."""

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from bot.web.page_image import draw_here; draw_here()"

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points of the page."""


def original(document: Document) -> Path | None:
    """The PDF that a document was made of, where it was kept."""
    path = document.path / f"{ORIGINAL}.pdf" if document.path else None
    return path if path is not None and path.is_file() else None


def has_original(document: Document) -> bool:
    """Whether a document's pages can be shown."""
    return original(document) is not None


class PageImages:
    """Draws pages, and remembers the last few images."""

    def __init__(self) -> None:
        self._images: OrderedDict[tuple[str, int, int, str], bytes] = OrderedDict()

    def image(self, quote: Quote) -> bytes | None:
        """The page of a quote as PNG, its highlight marked; None where there is none. To be called in a thread.

        Args:
            quote: what to show.
        """
        path, page = original(quote.passage.document), quote.page
        if path is None or page is None:
            return None
        key = (str(path), path.stat().st_mtime_ns, page, quote.highlight_text)
        image = self._images.get(key) or _drawn(path, page, quote.highlight_text)
        if image:
            self._images[key] = image
            self._images.move_to_end(key)
            while len(self._images) > MOST_IMAGES:
                self._images.popitem(last=False)
        return image


def _drawn(path: Path, page: int, text: str) -> bytes | None:
    asked = json.dumps({"path": str(path.absolute()), "page": page, "text": text})
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and arguments, no shell
            [sys.executable, "-c", _START, json.dumps([str(entry) for entry in sys.path])],
            input=asked.encode(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout.startswith(b"\x89PNG") else None


def draw_here() -> None:
    """The process that draws one page: asked in JSON on standard input, it writes a PNG."""
    limit_memory()
    asked = json.load(sys.stdin.buffer)
    sys.stdout.buffer.write(png(drawn_page(Path(asked["path"]), asked["page"], asked["text"])))


def drawn_page(path: Path, number: int, text: str) -> NDArray[np.uint8]:
    """A page as rows of red, green and blue, with a text marked where it stands on the page.

    Args:
        path: a PDF.
        number: of the page, from 1.
        text: what to mark, to the letter but for white space, hyphens and signs.
    """
    import ctypes

    import pypdfium2
    import pypdfium2.raw as pdfium

    page = pypdfium2.PdfDocument(path)[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, TALLEST * WIDTH / height)
    pixels = np.array(page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False).to_numpy()[:, :, :3])
    rows, columns = pixels.shape[:2]

    def pixel(x: float, y: float) -> tuple[int, int]:
        left, top = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, columns, rows, 0, x, y, left, top)
        return min(max(left.value, 0), columns), min(max(top.value, 0), rows)

    for left, bottom, right, top in marked_boxes(page.get_textpage(), text):
        (x1, y1), (x2, y2) = pixel(left, bottom), pixel(right, top)
        part = pixels[min(y1, y2) : max(y1, y2) + 1, min(x1, x2) : max(x1, x2) + 1]
        # As a marker does: white becomes yellow, black stays black.
        part[:, :, 2] = part[:, :, 2] // 3
    return pixels


def marked_boxes(textpage: Any, text: str) -> list[Box]:
    """The boxes, a line each, of a text on a page; none where it does not stand there.

    Args:
        textpage: pdfium's view of the letters of a page.
        text: letters and digits count, nothing else: lines are divided otherwise on the page than in the source.
    """
    page = [(sign, number) for number, sign in enumerate(textpage.get_text_range()) for sign in sign.lower() if sign.isalnum()]
    letters, wanted = "".join(sign for sign, _ in page), "".join(sign for sign in text.lower() if sign.isalnum())
    start = letters.find(wanted)
    if start < 0:
        # It may go on on the next page.
        start = letters.find(wanted[:_FIRST_LETTERS])
        length = next((n for n, (a, b) in enumerate(zip(letters[start:], wanted, strict=False)) if a != b), len(letters) - start)
    else:
        length = len(wanted)
    if start < 0 or not wanted:
        return []
    return _lines([textpage.get_charbox(number) for _, number in page[start : start + length]])


def _lines(boxes: Sequence[Box]) -> list[Box]:
    lines: list[Box] = []
    for left, bottom, right, top in boxes:
        if lines and min(top, lines[-1][3]) - max(bottom, lines[-1][1]) > 0 and left >= lines[-1][0]:
            last = lines[-1]
            lines[-1] = (last[0], min(last[1], bottom), max(last[2], right), max(last[3], top))
        else:
            lines.append((left, bottom, right, top))
    return lines


def png(pixels: NDArray[np.uint8]) -> bytes:
    """Rows of red, green and blue as a PNG (https://www.w3.org/TR/png/): a header, one stream of rows without filters, an end."""
    rows, columns = pixels.shape[:2]
    raw = np.zeros((rows, columns * 3 + 1), dtype=np.uint8)
    raw[:, 1:] = pixels.reshape(rows, columns * 3)
    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(raw.tobytes(), 6)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
