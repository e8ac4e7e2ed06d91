"""A scan, made here: pages of a PDF drawn as grey dots, and nothing but the dots in the PDF that comes of it."""

import io
import zlib

import pypdfium2
import pytest

from bot.ingest.pdf import scans
from tests.ingest.small_files import HEIGHT, WIDTH, Sheet, pdf

ZONING = [
    "Het bestemmingsplan voor de haven is vastgesteld in de vergadering van de raad.",
    "Langs de kade komen zestig woningen en een nieuwe brug over het kanaal. De",
    "bouw begint in het voorjaar en duurt twee jaar.",
]
needs_tesseract = pytest.mark.skipif(not scans.program(), reason="tesseract with Dutch is not installed: apt install tesseract-ocr-nld")


def scanned(text: bytes | None = None, dots: int = 200) -> bytes:
    """A PDF of pictures of the pages of another; by default of one page with a heading and a paragraph."""
    text = text or pdf([Sheet().put("Havenplan", 72, 90, 24, "bold").lines(ZONING, top=140, size=12, pitch=17)])
    pages = []
    with pypdfium2.PdfDocument(text) as document:
        for page in document:
            pixels = page.render(scale=dots / 72, grayscale=True).to_numpy()
            pages.append((pixels.shape[1], pixels.shape[0], zlib.compress(pixels.tobytes())))
    return _pictures(pages)


def _pictures(pages: list[tuple[int, int, bytes]]) -> bytes:
    kids = " ".join(f"{3 + 3 * number} 0 R" for number in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode()]
    for number, (columns, rows, data) in enumerate(pages):
        content = f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Dots Do Q".encode()
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {4 + 3 * number} 0 R "
            f"/Resources << /XObject << /Dots {5 + 3 * number} 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
            b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode "
            b"/Length %d >>\nstream\n%s\nendstream" % (columns, rows, len(data), data),
        ]
    out = io.BytesIO(b"%PDF-1.4\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
